/* SPDX-License-Identifier: MIT */
/* http_cache: the sum of RFC 9111 §4.2, and what it decides. */
#include "http/http_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

/* A Date, a second before it, ten days before it and a minute after it. */
#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"
#define TEN_DAYS_AGO "Thu, 27 Oct 1994 08:49:37 GMT"
#define A_MINUTE_ON "Sun, 06 Nov 1994 08:50:37 GMT"
#define AT 784111777

/* It took 2 seconds to come, and has been here for 10. */
static const struct http_cache_times times = {AT, AT + 2};
#define NOW (AT + 12)

static struct http_head *response(int status, const char *fields)
{
    struct http_head *head = malloc(sizeof(*head));
    struct error error = {0};
    char text[1024];
    size_t used;

    snprintf(text, sizeof(text), "HTTP/1.1 %d X\r\n%s\r\n", status, fields);
    http_head_start(head, HTTP_RESPONSE);
    CU_ASSERT_EQUAL_FATAL(http_head_read(head, span_of(text), &used, &error),
                          PARSE_DONE);
    return head;
}

static struct http_cache_sum sum_of(const char *fields)
{
    struct http_head *head = response(200, fields);
    struct http_cache_sum sum;

    http_cache_calculate(head, times, NOW, &sum);
    free(head);
    return sum;
}

static struct http_cache_control control_of(const char *value)
{
    struct http_cache_control control;

    http_cache_control_clear(&control);
    http_cache_control_read(&control, span_of(value));
    return control;
}

static bool is_fresh(const char *request, const char *fields)
{
    struct http_cache_control control = control_of(request);
    struct http_head *head = response(200, fields);
    struct http_cache_sum sum;
    char why[512] = "";

    http_cache_calculate(head, times, NOW, &sum);
    bool fresh = http_cache_is_fresh(head, &control, &sum, why, sizeof(why));
    CU_ASSERT_NOT_EQUAL(why[0], '\0');
    free(head);
    return fresh;
}

static bool may_store(int status, const char *request, const char *fields)
{
    struct http_cache_control control = control_of(request);
    struct http_head *head = response(status, fields);
    const char *why = NULL;
    bool may = http_cache_may_store(head, &control, &why);

    CU_ASSERT_EQUAL(may, why == NULL);
    free(head);
    return may;
}

/* RFC 9111 §5.2: names in any case, arguments as token or quoted string. */
static void http_cache_control_is_read(void)
{
    struct http_cache_control control =
        control_of("Max-Age=60, no-store ,private=\"a, no-cache\",x=y,, "
                   "s-maxage=5");

    CU_ASSERT_EQUAL(control.max_age, 60);
    CU_ASSERT(control.no_store && control.s_maxage);
    CU_ASSERT_FALSE(control.no_cache || control.must_revalidate);
    CU_ASSERT_EQUAL(control_of("max-age=\"60\"").max_age, 60);
    CU_ASSERT_EQUAL(control_of("max-age=60, max-age=70").max_age, 60);
    CU_ASSERT_EQUAL(control_of("").max_age, -1);
    CU_ASSERT(control_of("no-cache=\"set-cookie\"").no_cache);
    CU_ASSERT(control_of("must-revalidate").must_revalidate);
    CU_ASSERT_EQUAL(control_of("max-stale").max_stale, INT32_MAX);
    CU_ASSERT_EQUAL(control_of("max-stale=5").max_stale, 5);
    /* What can't be counted is 0, but for too large a number (§1.2.2). */
    CU_ASSERT_EQUAL(control_of("max-age=soon").max_age, 0);
    CU_ASSERT_EQUAL(control_of("max-age").max_age, 0);
    CU_ASSERT_EQUAL(control_of("max-age=-1").max_age, 0);
    CU_ASSERT_EQUAL(control_of("max-age=1.5").max_age, 0);
    CU_ASSERT_EQUAL(control_of("max-age=99999999999999999999").max_age,
                    INT32_MAX);
}

/* RFC 9111 §4.2.3. */
static void http_cache_adds_up_the_age(void)
{
    struct http_cache_sum sum = sum_of("Date: " DATE "\r\n");

    CU_ASSERT_EQUAL(sum.apparent, 2);
    CU_ASSERT_EQUAL(sum.initial, 2);
    CU_ASSERT_EQUAL(sum.resident, 10);
    CU_ASSERT_EQUAL(sum.age, 12);
    /* Another cache on the way knew better. */
    sum = sum_of("Date: " DATE "\r\nAge: 30\r\n");
    CU_ASSERT_EQUAL(sum.initial, 32);
    CU_ASSERT_EQUAL(sum.age, 42);
    /* A clock ahead of ours makes nothing younger than 0. */
    sum = sum_of("Date: " A_MINUTE_ON "\r\n");
    CU_ASSERT_EQUAL(sum.apparent, 0);
    CU_ASSERT_EQUAL(sum.age, 12);
    CU_ASSERT_EQUAL(sum_of("").age, 12);
}

/* RFC 9111 §4.2.1: the first that applies; s-maxage never, here. */
static void http_cache_chooses_the_lifetime(void)
{
    CU_ASSERT_EQUAL(sum_of("Date: " DATE "\r\n"
                           "Cache-Control: max-age=9, s-maxage=99\r\n"
                           "Expires: " A_MINUTE_ON "\r\n")
                        .lifetime,
                    9);
    CU_ASSERT_EQUAL(sum_of("Date: " DATE "\r\nExpires: " A_MINUTE_ON "\r\n"
                           "Cache-Control: s-maxage=99\r\n"
                           "Last-Modified: " TEN_DAYS_AGO "\r\n")
                        .lifetime,
                    60);
    CU_ASSERT_EQUAL(sum_of("Date: " DATE "\r\nExpires: 0\r\n"
                           "Last-Modified: " TEN_DAYS_AGO "\r\n")
                        .lifetime,
                    0);
    CU_ASSERT_EQUAL(
        sum_of("Date: " A_MINUTE_ON "\r\nExpires: " DATE "\r\n").lifetime, 0);
    struct http_cache_sum sum =
        sum_of("Date: " DATE "\r\nLast-Modified: " TEN_DAYS_AGO "\r\n");
    CU_ASSERT_EQUAL(sum.lifetime, 86400);
    CU_ASSERT(sum.heuristic);
    CU_ASSERT_EQUAL(sum_of("Date: " DATE "\r\n").lifetime, 0);
}

/* RFC 9111 §4.2, §5.2.1 and §5.2.2; the age is 12. */
static void http_cache_tells_fresh_from_stale(void)
{
    CU_ASSERT(is_fresh("", "Cache-Control: max-age=13\r\n"));
    CU_ASSERT_FALSE(is_fresh("", "Cache-Control: max-age=12\r\n"));
    CU_ASSERT_FALSE(is_fresh("", "Cache-Control: max-age=99, no-cache\r\n"));
    CU_ASSERT_FALSE(is_fresh("no-cache", "Cache-Control: max-age=99\r\n"));
    CU_ASSERT_FALSE(is_fresh("max-age=12", "Cache-Control: max-age=99\r\n"));
    CU_ASSERT(is_fresh("max-age=13", "Cache-Control: max-age=99\r\n"));
    CU_ASSERT(is_fresh("min-fresh=86", "Cache-Control: max-age=99\r\n"));
    CU_ASSERT_FALSE(is_fresh("min-fresh=87", "Cache-Control: max-age=99\r\n"));
    CU_ASSERT(is_fresh("max-stale=3", "Cache-Control: max-age=10\r\n"));
    CU_ASSERT_FALSE(is_fresh("max-stale=2", "Cache-Control: max-age=10\r\n"));
    CU_ASSERT(is_fresh("max-stale", "Cache-Control: max-age=0\r\n"));
    CU_ASSERT_FALSE(
        is_fresh("max-stale", "Cache-Control: max-age=0, must-revalidate\r\n"));
    CU_ASSERT_FALSE(is_fresh("max-stale", "Cache-Control: no-cache\r\n"));
}

/* RFC 9111 §3. */
static void http_cache_stores_what_it_may(void)
{
    CU_ASSERT(may_store(200, "", ""));
    CU_ASSERT(may_store(404, "", ""));
    CU_ASSERT(may_store(200, "", "Cache-Control: private\r\n"));
    CU_ASSERT(may_store(200, "", "Vary: Accept-Encoding, X-Any\r\n"));
    CU_ASSERT_FALSE(may_store(200, "", "Cache-Control: no-store\r\n"));
    CU_ASSERT_FALSE(may_store(200, "no-store", ""));
    CU_ASSERT_FALSE(may_store(206, "", "Cache-Control: max-age=9\r\n"));
    CU_ASSERT_FALSE(may_store(301, "", "Cache-Control: max-age=9\r\n"));
    CU_ASSERT_FALSE(may_store(500, "", ""));
    CU_ASSERT(may_store(500, "", "Cache-Control: max-age=9\r\n"));
    CU_ASSERT(may_store(403, "", "Expires: " A_MINUTE_ON "\r\n"));
    CU_ASSERT_FALSE(may_store(200, "", "Vary: *\r\n"));
    CU_ASSERT_FALSE(may_store(200, "", "Vary: Accept, Cookie\r\n"));
}

/* RFC 9111 §3.1 and §3.2. */
static void http_cache_updates_the_header(void)
{
    struct http_head *stored = response(
        200, "Date: " DATE "\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n"
             "Content-Type: text/plain\r\nETag: \"a\"\r\n");
    struct http_head *update =
        response(304, "Date: " A_MINUTE_ON "\r\nContent-Type: text/html\r\n"
                      "X-New: 2\r\nConnection: X-Gone\r\nX-Gone: 3\r\n");
    char text[1024];
    size_t length = http_cache_head_write(text, sizeof(text), stored, update);

    text[length] = '\0';
    CU_ASSERT_STRING_EQUAL(text, "HTTP/1.1 200 X\r\n"
                                 "Content-Type: text/plain\r\n"
                                 "ETag: \"a\"\r\n"
                                 "Date: " A_MINUTE_ON "\r\n"
                                 "X-New: 2\r\n\r\n");
    for (size_t size = 0; size < length; size++)
        CU_ASSERT_EQUAL(http_cache_head_write(text, size, stored, update), 0);
    free(stored);
    free(update);
}

const struct test tests_http_cache[] = {
    {"http_cache_control_is_read", http_cache_control_is_read},
    {"http_cache_adds_up_the_age", http_cache_adds_up_the_age},
    {"http_cache_chooses_the_lifetime", http_cache_chooses_the_lifetime},
    {"http_cache_tells_fresh_from_stale", http_cache_tells_fresh_from_stale},
    {"http_cache_stores_what_it_may", http_cache_stores_what_it_may},
    {"http_cache_updates_the_header", http_cache_updates_the_header},
    {NULL, NULL}};
