/* SPDX-License-Identifier: MIT */
#include "common/error.h"

#include <errno.h>
#include <string.h>

#include "tests/harness.h"

static void error_keeps_the_first_cause(void)
{
    struct error error = {0};
    CU_ASSERT_EQUAL(error_set(&error, ERROR_TIMEOUT, "first %d", 1),
                    -ERROR_TIMEOUT);
    CU_ASSERT_EQUAL(error_set(&error, ERROR_LOCAL, "second"), -ERROR_LOCAL);
    CU_ASSERT_STRING_EQUAL(error.text, "first 1");
    CU_ASSERT_EQUAL(error.class, ERROR_TIMEOUT);
    error_clear(&error);
    error_set(&error, ERROR_LOCAL, "second");
    CU_ASSERT_STRING_EQUAL(error.text, "second");
}

static void error_set_errno_adds_the_systems_words(void)
{
    struct error error = {0};
    error_set_errno(&error, ERROR_LOCAL, ENOENT, "can't read x");
    CU_ASSERT_STRING_EQUAL(error.text,
                           "can't read x: No such file or directory");
    CU_ASSERT_EQUAL(error.sys_errno, ENOENT);
}

static void error_text_is_cut_not_overrun(void)
{
    struct error error = {0};
    error_set_errno(&error, ERROR_LOCAL, ENOENT, "%0600d", 7);
    CU_ASSERT_EQUAL(strlen(error.text), ERROR_TEXT_MAX - 1);
}

static void error_peer_words_are_escaped(void)
{
    struct error error = {0};
    error_set_peer(&error, "550 \x1b[31mno\r\n", 13);
    CU_ASSERT_STRING_EQUAL(error.peer_said, "550 \\x1B[31mno\\r\\n");
}

static void error_null_is_allowed(void)
{
    CU_ASSERT_EQUAL(error_set(NULL, ERROR_AUTH, "x"), -ERROR_AUTH);
    CU_ASSERT_EQUAL(error_set_errno(NULL, ERROR_LOCAL, EIO, "x"), -ERROR_LOCAL);
    error_set_peer(NULL, "x", 1);
    error_clear(NULL);
}

static void error_classes_are_the_exit_codes(void)
{
    CU_ASSERT_STRING_EQUAL(error_class_name((enum error_class)7), "PROTOCOL");
    CU_ASSERT_STRING_EQUAL(error_class_name((enum error_class)99), "UNKNOWN");
}

const struct test tests_error[] = {
    {"error_keeps_the_first_cause", error_keeps_the_first_cause},
    {"error_set_errno_adds_the_systems_words",
     error_set_errno_adds_the_systems_words},
    {"error_text_is_cut_not_overrun", error_text_is_cut_not_overrun},
    {"error_peer_words_are_escaped", error_peer_words_are_escaped},
    {"error_null_is_allowed", error_null_is_allowed},
    {"error_classes_are_the_exit_codes", error_classes_are_the_exit_codes},
    {NULL, NULL},
};
