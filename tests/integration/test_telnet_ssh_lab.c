/* SPDX-License-Identifier: MIT */
/*
 * The lab telnet-ssh, on loopback: it holds what it claims, and its record
 * masks what a program knows to be secret.
 */
#include <stdio.h>
#include <string.h>

#include "tests/harness.h"

static void telnet_ssh_holds_what_it_claims(void)
{
    const char *argv[] = {"lab",      "run",   "telnet-ssh",  "--way",
                          "loopback", "--out", test_folder(), NULL};
    const char *show[] = {"trace", "show", test_path("telnet-ssh/trace.pcapng"),
                          "--json", NULL};
    struct test_run run, trace;

    test_run(&run, 120, argv);
    CU_ASSERT_EQUAL(run.status, 0);
    CU_ASSERT_STRING_EQUAL(run.err, "");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "PASSWORD"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "key by key"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "the party is on Saturday"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "Exit 4"));

    /* "... now holds the password WORD." */
    const char *mark = "now holds the password ";
    char *at = strstr(run.out, mark);
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    char password[64] = "";
    sscanf(at + strlen(mark), "%63[a-z0-9-]", password);
    CU_ASSERT(strlen(password) > 4);
    test_run(&trace, 60, show);
    CU_ASSERT_EQUAL(trace.status, 0);
    CU_ASSERT_PTR_NULL(strstr(trace.out, password));
    test_run_free(&trace);
    test_run_free(&run);
}

const struct test tests_telnet_ssh_lab[] = {
    {"telnet_ssh_holds_what_it_claims", telnet_ssh_holds_what_it_claims},
    {NULL, NULL}};
