/* SPDX-License-Identifier: MIT */
/* ftp-client: every command, and listings in the same columns. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/ftp_ask.h"

static void ftp_verbs_do_what_they_say(void)
{
    ftp_start(NULL);
    test_write_file(test_path("mine"), "12345", 5);
    CU_ASSERT_EQUAL(ftp_ask(NULL, "ten", "cat", NULL, NULL), 0);
    CU_ASSERT(ftp_answered("0123456789"));
    CU_ASSERT_EQUAL(ftp_ask(NULL, "ten", "size", NULL, NULL), 0);
    CU_ASSERT(ftp_answered("10\n"));
    CU_ASSERT_EQUAL(ftp_ask(NULL, "ten", "mdtm", NULL, NULL), 0);
    CU_ASSERT(strlen(ftp_ran.out) == 21 && ftp_ran.out[10] == 'T');
    CU_ASSERT_EQUAL(ftp_ask(NULL, "new", "mkdir", NULL, NULL), 0);
    CU_ASSERT_EQUAL(ftp_ask(NULL, "new/", "put", test_path("mine"), NULL), 0);
    CU_ASSERT(ftp_holds("new/mine", "12345"));
    CU_ASSERT_EQUAL(
        ftp_ask(NULL, "new/mine", "append", test_path("mine"), NULL), 0);
    CU_ASSERT(ftp_holds("new/mine", "1234512345"));
    CU_ASSERT_EQUAL(ftp_ask(NULL, "new/", "mv", "mine", "yours"), 0);
    CU_ASSERT_EQUAL(ftp_ask(NULL, "new/", "nlst", NULL, NULL), 0);
    CU_ASSERT(ftp_answered("new/yours\n"));
    CU_ASSERT_EQUAL(ftp_ask(NULL, "new", "rm", "yours", NULL), 0);
    CU_ASSERT_EQUAL(ftp_ask(NULL, "new", "rmdir", NULL, NULL), 0);
    CU_ASSERT_EQUAL(ftp_ask(NULL, "new/", "ls", NULL, NULL), 1);
    ftp_over();
}

/* ftp://host/file;type=a and its like, without a command. */
static void ftp_verbs_obey_the_type_of_the_url(void)
{
    ftp_start(NULL);
    CU_ASSERT_EQUAL(ftp_ask("-v", "text;type=a", NULL, NULL, NULL), 0);
    CU_ASSERT(ftp_answered("one\ntwo\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(ftp_ran.err, "C: TYPE A\n"));
    CU_ASSERT_EQUAL(ftp_ask("--ascii", "text;type=i", NULL, NULL, NULL), 0);
    CU_ASSERT(ftp_answered("one\ntwo\n"));
    CU_ASSERT_EQUAL(ftp_ask(NULL, "sub;type=d", NULL, NULL, NULL), 0);
    CU_ASSERT(ftp_answered("sub/inner\n"));
    CU_ASSERT_EQUAL(ftp_ask(NULL, "text%3Btype=a", NULL, NULL, NULL), 1);
    ftp_over();
}

/* LIST and MLSD in the same columns. */
static void ftp_verbs_list_in_columns(void)
{
    ftp_start(NULL);
    CU_ASSERT_EQUAL(ftp_ask(NULL, "", "ls", NULL, NULL), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(ftp_ran.out, "file       rw"));
    CU_ASSERT_PTR_NOT_NULL(strstr(ftp_ran.out, "            10  20"));
    CU_ASSERT_PTR_NOT_NULL(strstr(ftp_ran.out, "  ten\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(ftp_ran.out, "directory  rwx"));
    CU_ASSERT_EQUAL(ftp_ask(NULL, "", "mlsd", NULL, NULL), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(ftp_ran.out, "            10  20"));
    CU_ASSERT_PTR_NOT_NULL(strstr(ftp_ran.out, "  ten\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(ftp_ran.out, "directory  "));
    ftp_over();
}

const struct test tests_ftp_verbs[] = {
    {"ftp_verbs_do_what_they_say", ftp_verbs_do_what_they_say},
    {"ftp_verbs_obey_the_type_of_the_url", ftp_verbs_obey_the_type_of_the_url},
    {"ftp_verbs_list_in_columns", ftp_verbs_list_in_columns},
    {NULL, NULL}};
