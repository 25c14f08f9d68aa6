/* SPDX-License-Identifier: MIT */
/* What a URL says: its parts, the ports of its schemes, what is refused. */
#include "common/url.h"

#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

static const struct url_scheme schemes[] = {
    {"smtp", 25, false}, {"smtps", 465, true}, {NULL, 0, false}};

static struct url url;
static struct error error;

static int reads(const char *text)
{
    error_clear(&error);
    url_free(&url);
    return url_read(&url, text, schemes, &error);
}

static void url_takes_a_whole_url_apart(void)
{
    CU_ASSERT_EQUAL(reads("smtps://al%40x:p%3aw@mx.test:2525/a/b?q=1"), 0);
    CU_ASSERT_PTR_EQUAL(url.scheme, &schemes[1]);
    CU_ASSERT_STRING_EQUAL(url.host, "mx.test");
    CU_ASSERT_EQUAL(url.port, 2525);
    CU_ASSERT(url.port_given);
    CU_ASSERT_STRING_EQUAL(url.user, "al@x");
    CU_ASSERT_STRING_EQUAL(url.password, "p:w");
    CU_ASSERT_STRING_EQUAL(url.path, "/a/b");
    CU_ASSERT_STRING_EQUAL(url.query, "q=1");
    url_free(&url);
    CU_ASSERT_PTR_NULL(url.user);
}

static void url_fills_in_what_is_not_said(void)
{
    CU_ASSERT_EQUAL(reads("smtp.example.test"), 0);
    CU_ASSERT_PTR_EQUAL(url.scheme, &schemes[0]);
    CU_ASSERT_EQUAL(url.port, 25);
    CU_ASSERT_FALSE(url.port_given);
    CU_ASSERT_STRING_EQUAL(url.path, "/");
    CU_ASSERT_PTR_NULL(url.user);
    CU_ASSERT_PTR_NULL(url.query);
    CU_ASSERT_EQUAL(reads("smtp://m\u00fcnchen.test"), 0);
    CU_ASSERT_STRING_EQUAL(url.host, "xn--mnchen-3ya.test");
    CU_ASSERT_EQUAL(reads("SMTPS://[::1]"), 0);
    CU_ASSERT_STRING_EQUAL(url.host, "::1");
    CU_ASSERT_EQUAL(url.port, 465);
    url_free(&url);
}

static void url_refuses_what_it_cannot_mean(void)
{
    static const char *const wrong[] = {"http://mx.test/",
                                        "smtp://",
                                        "smtp://mx.test:99999",
                                        "smtp://mx.test:x",
                                        "smtp://a b/",
                                        "smtp://al%0d%0aRSET@mx.test/",
                                        "smtp://al:p%0ax@mx.test/"};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        CU_ASSERT_EQUAL(reads(wrong[i]), -ERROR_USAGE);
        url_free(&url);
    }
}

static void url_prints_no_password(void)
{
    CU_ASSERT_EQUAL(reads("http://al:secret@mx.test/"), -ERROR_USAGE);
    CU_ASSERT_PTR_NULL(strstr(error.text, "secret"));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "mx.test"));
    url_free(&url);
}

static void url_decodes(void)
{
    char *text = url_decode("a%20b%2Fc%zz%4");

    CU_ASSERT_STRING_EQUAL(text, "a b/c%zz%4");
    free(text);
    CU_ASSERT_PTR_NULL(url_decode("a%00b"));
}

static void url_bears_a_lack_of_memory(void)
{
    for (long number = 1; number < 64; number++) {
        int result;

        test_fail_allocation(number);
        result = reads("smtps://al:pw@mx.test/path?q");
        bool through = test_allocations() < number;
        test_fail_allocation(0);
        url_free(&url);
        if (through) {
            CU_ASSERT_EQUAL(result, 0);
            return;
        }
    }
    CU_FAIL("never got through");
}

const struct test tests_url[] = {
    {"url_takes_a_whole_url_apart", url_takes_a_whole_url_apart},
    {"url_fills_in_what_is_not_said", url_fills_in_what_is_not_said},
    {"url_refuses_what_it_cannot_mean", url_refuses_what_it_cannot_mean},
    {"url_prints_no_password", url_prints_no_password},
    {"url_decodes", url_decodes},
    {"url_bears_a_lack_of_memory", url_bears_a_lack_of_memory},
    {NULL, NULL}};
