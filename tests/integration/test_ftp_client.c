/* SPDX-License-Identifier: MIT */
/* ftp-client's log-in: who may, and what is said of it. */
#include <stdio.h>
#include <string.h>

#include "tests/integration/ftp_ask.h"

/* The client with these two options, at "ten". */
static int logs_in(const char *one, const char *two)
{
    char url[64];

    snprintf(url, sizeof(url), "ftp://127.0.0.1:%u/ten", ftp_port);
    const char *argv[] = {"ftp-client", "-v", "--max-time", "20",
                          one,          two,  url,          NULL};
    test_run_free(&ftp_ran);
    test_run(&ftp_ran, 30, argv);
    return ftp_ran.status;
}

/* RFC 959 §4.1.1. */
static void ftp_client_logs_in(void)
{
    const char *const anonymous[] = {"--anonymous", NULL};

    ftp_start(anonymous);
    CU_ASSERT_EQUAL(logs_in("-uada:secret", "--insecure-auth"), 0);
    CU_ASSERT(ftp_answered("0123456789"));
    CU_ASSERT_PTR_NOT_NULL(strstr(ftp_ran.err, "C: PASS ******\n"));
    CU_ASSERT_PTR_NULL(strstr(ftp_ran.err, "secret"));
    CU_ASSERT_EQUAL(logs_in("-s", "-s"), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(ftp_ran.err, "C: USER anonymous\n"));
    ftp_over();
}

static void ftp_client_is_refused(void)
{
    ftp_start(NULL);
    CU_ASSERT_EQUAL(logs_in("-uada:wrong", "--insecure-auth"), 6);
    CU_ASSERT_EQUAL(logs_in("-s", "-s"), 6);
    /* Nothing is said of the name when the password would be in clear. */
    CU_ASSERT_EQUAL(logs_in("-uada:secret", "-s"), 4);
    CU_ASSERT_PTR_NULL(strstr(ftp_ran.err, "USER"));
    /* No certificate, no TLS: and then nothing else either. */
    CU_ASSERT_EQUAL(logs_in("-uada:secret", "--tls"), 4);
    CU_ASSERT_PTR_NULL(strstr(ftp_ran.err, "USER"));
    ftp_over();
}

/* The client against this script, at "f", as a guest. */
static void meets(const char *script, int status)
{
    char url[64];
    uint16_t port;
    pid_t peer = test_peer(script, &port);

    snprintf(url, sizeof(url), "ftp://127.0.0.1:%u/f", port);
    const char *argv[] = {"ftp-client", "--max-time", "20", url, "rm", NULL};
    test_run_free(&ftp_ran);
    test_run(&ftp_ran, 30, argv);
    CU_ASSERT_EQUAL(ftp_ran.status, status);
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
}

/* RFC 959 §6, the diagram of the log-in: 2yz after USER needs no PASS, 3yz asks
 * for it, or for an account, which we have none of. RFC 959 §5.2: QUIT, and its
 * answer, before the connection is closed. */
static void ftp_client_follows_the_diagram(void)
{
    meets("S: 220 hi\nC: USER anonymous\nS: 230 in already\n"
          "C: DELE f\nS: 250 gone\nC: QUIT\nS: 221 bye\n",
          0);
    meets("S: 220 hi\nC: USER anonymous\nS: 331 and?\nC: PASS anonymous@\n"
          "S: 202 superfluous\nC: DELE f\nS: 250 gone\nC: QUIT\nS: 221 bye\n",
          0);
    meets("S: 220 hi\nC: USER anonymous\nS: 332 account?\nE:\n", 6);
    meets("S: 220 hi\nC: USER anonymous\nS: 331 and?\nC: PASS anonymous@\n"
          "S: 332 account?\nE:\n",
          6);
    test_run_free(&ftp_ran);
    memset(&ftp_ran, 0, sizeof(ftp_ran));
}

const struct test tests_ftp_client[] = {
    {"ftp_client_logs_in", ftp_client_logs_in},
    {"ftp_client_is_refused", ftp_client_is_refused},
    {"ftp_client_follows_the_diagram", ftp_client_follows_the_diagram},
    {NULL, NULL}};
