/* SPDX-License-Identifier: MIT */
/* Files that go on where they broke off, and stand there only when whole. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/integration/ftp_ask.h"

/* RFC 3659 §5: at every byte, the last one too, down and up. */
static void ftp_save_goes_on_at_any_byte(void)
{
    static const char all[] = "0123456789";
    char option[512];

    ftp_start(NULL);
    mkdir(test_path("part"), 0700);
    test_write_file(test_path("ten"), all, 10);
    for (size_t i = 0; i <= 10; i++) {
        char url[64], output[512];

        test_write_file(test_path("part/ten"), all, i);
        snprintf(url, sizeof(url), "ftp://127.0.0.1:%u/ten", ftp_port);
        snprintf(output, sizeof(output), "%s", test_path("part/ten"));
        const char *argv[] = {"ftp-client",
                              "-uada:secret",
                              "--insecure-auth",
                              "-C",
                              "-",
                              "-o",
                              output,
                              url,
                              "get",
                              NULL};
        test_run_free(&ftp_ran);
        test_run(&ftp_ran, 30, argv);
        CU_ASSERT_EQUAL(ftp_ran.status, 0);
        CU_ASSERT(ftp_brought("part/ten", all));
        test_write_file(test_path("root/up"), all, i);
        strcpy(option, "-C-");
        if (i % 2 != 0)
            snprintf(option, sizeof(option), "-C%zu", i);
        CU_ASSERT_EQUAL(ftp_ask(option, "up", "put", test_path("ten"), NULL),
                        0);
        CU_ASSERT(ftp_holds("up", all));
    }
    ftp_over();
}

static void ftp_save_keeps_the_old_file(void)
{
    ftp_start(NULL);
    mkdir(test_path("in"), 0700);
    test_write_file(test_path("in/none"), "old", 3);
    char option[512];
    snprintf(option, sizeof(option), "-o%s", test_path("in/"));
    CU_ASSERT_EQUAL(ftp_ask(option, "none", "get", NULL, NULL), 1);
    CU_ASSERT(ftp_brought("in/none", "old"));
    CU_ASSERT_EQUAL(ftp_ask(option, "", "mget", "t*", NULL), 0);
    CU_ASSERT(ftp_brought("in/ten", "0123456789"));
    CU_ASSERT(ftp_brought("in/text", "one\ntwo\n"));
    ftp_over();
}

/* One refusal is no reason to leave the others. */
static void ftp_save_mget_tries_every_name(void)
{
    char option[512];

    ftp_start(NULL);
    mkdir(test_path("in"), 0700);
    CU_ASSERT_EQUAL(symlink("/nowhere", test_path("root/tail")), 0);
    snprintf(option, sizeof(option), "-o%s", test_path("in/"));
    CU_ASSERT_EQUAL(ftp_ask(option, "", "mget", "t*", NULL), 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(ftp_ran.err, "1 of 3 files"));
    CU_ASSERT(ftp_brought("in/ten", "0123456789"));
    CU_ASSERT(ftp_brought("in/text", "one\ntwo\n"));
    ftp_over();
}

/* A listing and a number go into -o too, whole or not at all. */
static void ftp_save_answers_whole(void)
{
    char option[512];

    ftp_start(NULL);
    test_write_file(test_path("old"), "old", 3);
    snprintf(option, sizeof(option), "-o%s", test_path("old"));
    CU_ASSERT_EQUAL(ftp_ask(option, "none/", "ls", NULL, NULL), 1);
    CU_ASSERT(ftp_brought("old", "old"));
    CU_ASSERT_EQUAL(ftp_ask(option, "ten", "nlst", NULL, NULL), 0);
    CU_ASSERT(ftp_brought("old", "ten\n"));
    CU_ASSERT_EQUAL(ftp_ask(option, "ten", "size", NULL, NULL), 0);
    CU_ASSERT(ftp_brought("old", "10\n"));
    CU_ASSERT_EQUAL(ftp_ask("-o/dev/full", "", "ls", NULL, NULL), 8);
    CU_ASSERT_EQUAL(ftp_ask("-o/dev/full", "ten", "size", NULL, NULL), 8);
    CU_ASSERT_EQUAL(ftp_ask("-o/dev/full", "ten", "mdtm", NULL, NULL), 8);
    ftp_over();
}

const struct test tests_ftp_save[] = {
    {"ftp_save_goes_on_at_any_byte", ftp_save_goes_on_at_any_byte},
    {"ftp_save_keeps_the_old_file", ftp_save_keeps_the_old_file},
    {"ftp_save_mget_tries_every_name", ftp_save_mget_tries_every_name},
    {"ftp_save_answers_whole", ftp_save_answers_whole},
    {NULL, NULL}};
