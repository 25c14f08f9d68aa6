/* SPDX-License-Identifier: MIT */
/*
 * Citations: what this tree cites has a title, and where is here.
 */
#include "common/rfc.h"

#include <string.h>

#include "tests/harness.h"

static void rfc_title_knows_what_is_cited(void)
{
    const char *title = rfc_title(RFC("9112", "6.3"));

    CU_ASSERT_PTR_NOT_NULL_FATAL(title);
    CU_ASSERT_STRING_EQUAL(title, "Message Body Length");
}

static void rfc_title_knows_nothing_else(void)
{
    CU_ASSERT_PTR_NULL(rfc_title((struct rfc){"0", "1"}));
    CU_ASSERT_PTR_NULL(rfc_title((struct rfc){"9112", ""}));
}

static void rfc_here_is_the_line_that_says_so(void)
{
    struct where here = HERE;
    int line = __LINE__ - 1;

    CU_ASSERT_STRING_EQUAL(here.file, "tests/unit/test_rfc.c");
    CU_ASSERT_EQUAL(here.line, line);
    CU_ASSERT_STRING_EQUAL(here.function, __func__);
}

const struct test tests_rfc[] = {
    {"rfc_title_knows_what_is_cited", rfc_title_knows_what_is_cited},
    {"rfc_title_knows_nothing_else", rfc_title_knows_nothing_else},
    {"rfc_here_is_the_line_that_says_so", rfc_here_is_the_line_that_says_so},
    {NULL, NULL}};
