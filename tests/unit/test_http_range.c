/* SPDX-License-Identifier: MIT */
/* http_range: RFC 9110 §14, what Range asks for and what Content-Range says. */
#include "http/http.h"

#include <stdio.h>
#include <string.h>

#include "tests/harness.h"

/* The ranges of a content of `total` bytes as "0-4 9-9", "all" or "none". */
static const char *read_ranges(const char *value, uint64_t total)
{
    static char text[1024];
    struct http_range ranges[HTTP_RANGES_MAX];
    const char *why = NULL;
    size_t count = 0, at = 0;

    switch (http_range_read(span_of(value), total, ranges, &count, &why)) {
    case HTTP_RANGE_IGNORED:
        snprintf(text, sizeof(text), "all");
        break;
    case HTTP_RANGE_OUTSIDE:
        snprintf(text, sizeof(text), "none");
        break;
    case HTTP_RANGE_PARTS:
        for (size_t i = 0; i < count; i++)
            at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%llu-%llu",
                                   i ? " " : "",
                                   (unsigned long long)ranges[i].first,
                                   (unsigned long long)ranges[i].last);
        break;
    }
    CU_ASSERT_PTR_NOT_NULL(why);
    return text;
}

#define CHECK_RANGES(value, want) \
    CU_ASSERT_STRING_EQUAL(read_ranges((value), 10), (want))

/* RFC 9110 §14.1.2, of a content of ten bytes. */
static void http_range_asks_for_a_part(void)
{
    CHECK_RANGES("bytes=0-4", "0-4");
    CHECK_RANGES("bytes=5-", "5-9");
    CHECK_RANGES("bytes=5-99", "5-9");
    CHECK_RANGES("bytes=-3", "7-9");
    CHECK_RANGES("bytes=-99", "0-9");
    CHECK_RANGES("Bytes=9-9", "9-9");
    CHECK_RANGES("bytes=10-", "none");
    CHECK_RANGES("bytes=-0", "none");
}

static void http_range_asks_for_several_parts(void)
{
    CHECK_RANGES("bytes=0-1,5-6", "0-1 5-6");
    CHECK_RANGES("bytes=8-, 0-0 ,,-1", "8-9 0-0 9-9");
    CHECK_RANGES("bytes=0-1,10-20", "0-1");
    CHECK_RANGES("bytes=10-20,30-", "none");
}

/* RFC 9110 §14.1.1: a number may be larger than any that we can count to. */
static void http_range_bears_large_numbers(void)
{
    CHECK_RANGES("bytes=99999999999999999999-", "none");
    CHECK_RANGES("bytes=5-99999999999999999999", "5-9");
    CHECK_RANGES("bytes=-99999999999999999999", "0-9");
}

/* RFC 9110 §14.2: what can't be read is as if it were not there. */
static void http_range_that_can_not_be_read_is_ignored(void)
{
    static const char *const bad[] = {
        "",           "bytes",       "bytes=",      "bytes=,",
        "bytes=-",    "bytes=a-b",   "bytes=5-4",   "lines=1-2",
        "bytes=1-2x", "bytes=--1",   "bytes=0-1,x", "bytes=0-1;2-3",
        "bytes 1-2",  "bytes=1 - 2", "bytes=+1-2",  "bytes=0x1-2"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        CHECK_RANGES(bad[i], "all");
    CU_ASSERT_STRING_EQUAL(read_ranges("bytes=-5", 0), "all");
}

/* RFC 9110 §14.2: many parts, or parts over each other, are an attack. */
static void http_range_that_asks_too_much_is_ignored(void)
{
    char value[1024] = "bytes=0-0";

    CHECK_RANGES("bytes=0-9,0-9", "0-9 0-9");
    CHECK_RANGES("bytes=0-9,0-9,0-9", "all");
    CHECK_RANGES("bytes=0-,1-,2-", "all");
    for (size_t i = 1; i < HTTP_RANGES_MAX; i++)
        sprintf(value + strlen(value), ",%zu-%zu", 2 * i, 2 * i);
    CU_ASSERT_STRING_NOT_EQUAL(read_ranges(value, 1000), "all");
    strcat(value, ",500-500");
    CU_ASSERT_STRING_EQUAL(read_ranges(value, 1000), "all");
}

/* RFC 9110 §14.4. */
static void http_content_range_is_read(void)
{
    struct http_content_range range;

    CU_ASSERT(http_content_range_read(SPAN("bytes 5-9/10"), &range));
    CU_ASSERT(range.satisfied && range.first == 5 && range.last == 9);
    CU_ASSERT_EQUAL(range.total, 10);
    CU_ASSERT(http_content_range_read(SPAN("bytes 5-9/*"), &range));
    CU_ASSERT_EQUAL(range.total, UINT64_MAX);
    CU_ASSERT(http_content_range_read(SPAN("bytes */10"), &range));
    CU_ASSERT(!range.satisfied && range.total == 10);
}

static void http_content_range_that_lies_is_refused(void)
{
    static const char *const bad[] = {
        "",           "bytes 9-5/10",  "bytes 5-10/10",
        "bytes 5-9/", "bytes */*",     "bytes=5-9/10",
        "bytes 5-9",  "bytes 5-9/10 ", "lines 1-2/3"};
    struct http_content_range range;

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        CU_ASSERT_FALSE(http_content_range_read(span_of(bad[i]), &range));
}

const struct test tests_http_range[] = {
    {"http_range_asks_for_a_part", http_range_asks_for_a_part},
    {"http_range_asks_for_several_parts", http_range_asks_for_several_parts},
    {"http_range_bears_large_numbers", http_range_bears_large_numbers},
    {"http_range_that_can_not_be_read_is_ignored",
     http_range_that_can_not_be_read_is_ignored},
    {"http_range_that_asks_too_much_is_ignored",
     http_range_that_asks_too_much_is_ignored},
    {"http_content_range_is_read", http_content_range_is_read},
    {"http_content_range_that_lies_is_refused",
     http_content_range_that_lies_is_refused},
    {NULL, NULL}};
