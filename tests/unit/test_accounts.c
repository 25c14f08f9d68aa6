/* SPDX-License-Identifier: MIT */
/* Names and passwords, from a file of lines. */
#include <string.h>

#include "common/accounts.h"
#include "tests/harness.h"

static int read_text(struct accounts *accounts, const char *text,
                     struct error *error)
{
    const char *path = test_path("accounts");

    test_write_file(path, text, strlen(text));
    return accounts_read(accounts, path, error);
}

static void accounts_are_lines(void)
{
    struct accounts accounts = {0};
    struct error error = {0};

    CU_ASSERT_EQUAL(
        read_text(&accounts, "# people\n\nada:love:lace\r\nbob:\ncy:x", &error),
        0);
    CU_ASSERT_EQUAL(accounts.count, 3);
    CU_ASSERT_STRING_EQUAL(accounts_password(&accounts, SPAN("ada")),
                           "love:lace");
    CU_ASSERT_STRING_EQUAL(accounts_password(&accounts, SPAN("bob")), "");
    CU_ASSERT_STRING_EQUAL(accounts_password(&accounts, SPAN("cy")), "x");
    CU_ASSERT_PTR_NULL(accounts_password(&accounts, SPAN("Ada")));
    CU_ASSERT_PTR_NULL(accounts_password(&accounts, SPAN("")));
    accounts_free(&accounts);
}

static void accounts_refuse_what_is_none(void)
{
    static const char *const texts[] = {"ada\n", ":x\n", "ada:1\nada:2\n"};

    for (size_t i = 0; i < 3; i++) {
        struct accounts accounts = {0};
        struct error error = {0};

        CU_ASSERT_EQUAL(read_text(&accounts, texts[i], &error), -ERROR_USAGE);
        accounts_free(&accounts);
    }
    struct accounts accounts = {0};
    struct error error = {0};
    CU_ASSERT_EQUAL(accounts_read(&accounts, test_path("none"), &error),
                    -ERROR_LOCAL);
}

static void accounts_compare_the_whole_password(void)
{
    CU_ASSERT(accounts_same(SPAN("abc"), "abc"));
    CU_ASSERT(!accounts_same(SPAN("ab"), "abc"));
    CU_ASSERT(!accounts_same(SPAN("abcd"), "abc"));
    CU_ASSERT(!accounts_same(SPAN("abd"), "abc"));
    CU_ASSERT(accounts_same(SPAN(""), ""));
}

static void accounts_bear_every_refused_allocation(void)
{
    int result = -1;
    long number = 1;

    for (; result != 0 && number < 20; number++) {
        struct accounts accounts = {0};
        struct error error = {0};

        test_fail_allocation(number);
        result = read_text(&accounts, "ada:1\nbob:2\n", &error);
        test_fail_allocation(0);
        CU_ASSERT(result == 0 || result == -ERROR_LOCAL);
        accounts_free(&accounts);
    }
    CU_ASSERT(result == 0 && number > 6);
}

const struct test tests_accounts[] = {
    {"accounts_are_lines", accounts_are_lines},
    {"accounts_refuse_what_is_none", accounts_refuse_what_is_none},
    {"accounts_compare_the_whole_password",
     accounts_compare_the_whole_password},
    {"accounts_bear_every_refused_allocation",
     accounts_bear_every_refused_allocation},
    {NULL, NULL}};
