/* SPDX-License-Identifier: MIT */
/* http_date: RFC 9110 §5.6.7, one format to send and three to understand. */
#include "http/http.h"

#include <string.h>

#include "tests/harness.h"

#define NOW 1795000000 /* 2026-11-18 */

static time_t read_date(const char *text)
{
    time_t when;

    return http_date_read_at(span_of(text), NOW, &when) ? when : -1;
}

static void http_date_reads_three_formats(void)
{
    char text[HTTP_DATE_MAX];
    time_t when = 0;

    CU_ASSERT_EQUAL(read_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);
    CU_ASSERT_EQUAL(read_date("Sunday, 06-Nov-94 08:49:37 GMT"), 784111777);
    CU_ASSERT_EQUAL(read_date("Sun Nov  6 08:49:37 1994"), 784111777);
    CU_ASSERT_EQUAL(read_date("Wed Nov 16 08:49:37 1994"), 784975777);
    http_date_write(text, 784111777);
    CU_ASSERT_STRING_EQUAL(text, "Sun, 06 Nov 1994 08:49:37 GMT");
    CU_ASSERT(http_date_read(span_of(text), &when) && when == 784111777);
}

/* "More than 50 years in the future": the last one with these digits. In
 * November 2026 the year 76 is ahead until its own November. */
static void http_date_settles_the_century(void)
{
    CU_ASSERT_EQUAL(read_date("Saturday, 01-Jan-00 00:00:00 GMT"), 946684800);
    CU_ASSERT_EQUAL(read_date("Friday, 01-Jan-27 00:00:00 GMT"), 1798761600);
    CU_ASSERT_EQUAL(read_date("Wednesday, 01-Jan-76 00:00:00 GMT"), 3345062400);
    CU_ASSERT_EQUAL(read_date("Friday, 31-Dec-76 00:00:00 GMT"), 220838400);
    CU_ASSERT_EQUAL(read_date("Saturday, 01-Jan-77 00:00:00 GMT"), 220924800);
    CU_ASSERT_EQUAL(read_date("Friday, 01-Jan-99 00:00:00 GMT"), 915148800);
}

static void http_date_refuses_what_is_none(void)
{
    static const char *const bad[] = {
        "", "yesterday", "784111777", "0", "-1",
        /* another zone, letter case, blanks, too much, too little */
        "Sun, 06 Nov 1994 08:49:37 CET", "sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT", "Sun,  06 Nov 1994 08:49:37 GMT",
        "Sun,06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT and",
        "Sun, 06 Nov 1994 08:49:37", "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 06-Nov-94 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun Nov 06 08:49:37 94",
        /* no such moment */
        "Sun, 30 Feb 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Nov 1994 08:49:-7 GMT"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        CU_ASSERT_EQUAL(read_date(bad[i]), -1);
    CU_ASSERT_FALSE(http_date_read((struct span){NULL, 0}, &(time_t){0}));
}

/* A leap second has a number of its own, but no moment. */
static void http_date_bears_a_leap_second(void)
{
    CU_ASSERT_EQUAL(read_date("Sat, 31 Dec 2016 23:59:60 GMT"),
                    read_date("Sun, 01 Jan 2017 00:00:00 GMT"));
}

static void http_date_refuses_every_prefix(void)
{
    static const char *const same[] = {"Sun, 06 Nov 1994 08:49:37 GMT",
                                       "Sunday, 06-Nov-94 08:49:37 GMT",
                                       "Sun Nov  6 08:49:37 1994"};
    time_t when;

    for (size_t i = 0; i < 3; i++)
        for (size_t length = 0; length < strlen(same[i]); length++)
            CU_ASSERT_FALSE(
                http_date_read_at((struct span){same[i], length}, NOW, &when));
}

const struct test tests_http_date[] = {
    {"http_date_reads_three_formats", http_date_reads_three_formats},
    {"http_date_settles_the_century", http_date_settles_the_century},
    {"http_date_refuses_what_is_none", http_date_refuses_what_is_none},
    {"http_date_bears_a_leap_second", http_date_bears_a_leap_second},
    {"http_date_refuses_every_prefix", http_date_refuses_every_prefix},
    {NULL, NULL}};
