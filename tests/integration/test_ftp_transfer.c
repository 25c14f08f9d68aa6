/* SPDX-License-Identifier: MIT */
/* A transfer: line ends converted, broken off when ours fails. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/ftp_ask.h"

/* Type A: what comes is a text of ours, what goes is one on the wire. */
static void ftp_transfer_converts_line_ends(void)
{
    ftp_start(NULL);
    test_write_file(test_path("mine"), "a\nb\n", 4);
    CU_ASSERT_EQUAL(ftp_ask("--ascii", "text", "cat", NULL, NULL), 0);
    CU_ASSERT(ftp_answered("one\ntwo\n"));
    CU_ASSERT_EQUAL(ftp_ask("--ascii", "up", "put", test_path("mine"), NULL),
                    0);
    CU_ASSERT(ftp_holds("up", "a\nb\n"));
    ftp_over();
}

/* Nobody reads our output: ABOR, and the session ends in good order. */
static void ftp_transfer_aborts(void)
{
    ftp_start(NULL);
    CU_ASSERT_EQUAL(ftp_ask("-o/dev/full", "ten", "get", NULL, NULL), 8);
    CU_ASSERT_PTR_NOT_NULL(strstr(ftp_ran.err, "No space left"));
    ftp_over();
}

const struct test tests_ftp_transfer[] = {
    {"ftp_transfer_converts_line_ends", ftp_transfer_converts_line_ends},
    {"ftp_transfer_aborts", ftp_transfer_aborts},
    {NULL, NULL}};
