/* SPDX-License-Identifier: MIT */
/* The small pieces of HTTP: ranges, log-ins, URLs, redirects, terms. */
#include "http/http.h"

#include <stdio.h>
#include <string.h>

#include "http/http_client.h"
#include "tests/harness.h"

static void check_range(const char *value, enum http_range_kind kind,
                        uint64_t first, uint64_t last)
{
    uint64_t got_first = 99, got_last = 99;

    CU_ASSERT_EQUAL(http_range_read(span_of(value), 10, &got_first, &got_last),
                    kind);
    if (kind != HTTP_RANGE_PART)
        return;
    CU_ASSERT_EQUAL(got_first, first);
    CU_ASSERT_EQUAL(got_last, last);
}

/* RFC 9110 §14.1.2, of a content of ten bytes. */
static void http_range_asks_for_a_part(void)
{
    check_range("bytes=0-4", HTTP_RANGE_PART, 0, 4);
    check_range("bytes=5-", HTTP_RANGE_PART, 5, 9);
    check_range("bytes=5-99", HTTP_RANGE_PART, 5, 9);
    check_range("bytes=-3", HTTP_RANGE_PART, 7, 9);
    check_range("bytes=-99", HTTP_RANGE_PART, 0, 9);
    check_range("Bytes=9-9", HTTP_RANGE_PART, 9, 9);
    check_range("bytes=10-", HTTP_RANGE_OUTSIDE, 0, 0);
    check_range("bytes=-0", HTTP_RANGE_OUTSIDE, 0, 0);
}

/* RFC 9110 §14.2: what can't be read is as if it were not there. */
static void http_range_that_can_not_be_read_is_ignored(void)
{
    static const char *const bad[] = {"",
                                      "bytes",
                                      "bytes=",
                                      "bytes=-",
                                      "bytes=a-b",
                                      "bytes=5-4",
                                      "bytes=1-2,4-5",
                                      "lines=1-2",
                                      "bytes=1-2x",
                                      "bytes=--1",
                                      "bytes=99999999999999999999-",
                                      "bytes 1-2"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        check_range(bad[i], HTTP_RANGE_IGNORED, 0, 0);
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

/* RFC 7617 §2 has this very example. */
static void http_basic_log_in_is_base64(void)
{
    char text[64];

    CU_ASSERT(http_basic_write(text, sizeof(text), "Aladdin", "open sesame"));
    CU_ASSERT_STRING_EQUAL(text, "QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    CU_ASSERT_FALSE(http_basic_write(text, 28, "Aladdin", "open sesame"));
}

/* RFC 9110 §11.4: the scheme may be seen, what follows may not. */
static void http_secrets_are_known(void)
{
    CU_ASSERT_EQUAL(
        http_field_open_length(SPAN("authorization"), SPAN("Basic QQ==")), 6);
    CU_ASSERT_EQUAL(http_field_open_length(SPAN("Authorization"), SPAN("QQ")),
                    0);
    CU_ASSERT_EQUAL(http_field_open_length(SPAN("Cookie"), SPAN("a=b")), 0);
    CU_ASSERT_EQUAL(http_field_open_length(SPAN("Host"), SPAN("a")), 1);
}

/* ---- URLs --------------------------------------------------------------- */

static void check_url(const char *text, const char *origin,
                      const char *authority, const char *target)
{
    struct error error = {0};
    struct http_url url;

    CU_ASSERT_EQUAL_FATAL(http_url_read(&url, text, &error), 0);
    CU_ASSERT_STRING_EQUAL(url.origin, origin);
    CU_ASSERT_STRING_EQUAL(url.authority, authority);
    CU_ASSERT_STRING_EQUAL(url.target, target);
    http_url_free(&url);
}

static void http_url_is_taken_apart(void)
{
    check_url("http://a.test", "http://a.test:80", "a.test", "/");
    check_url("a.test/b", "http://a.test:80", "a.test", "/b");
    check_url("https://a.test:443/b?c=d#e", "https://a.test:443", "a.test",
              "/b?c=d");
    check_url("http://a.test:8080/", "http://a.test:8080", "a.test:8080", "/");
    check_url("http://[::1]:81/x", "http://[::1]:81", "[::1]:81", "/x");
}

static void http_url_hides_its_log_in(void)
{
    struct error error = {0};
    struct http_url url;

    CU_ASSERT_EQUAL_FATAL(
        http_url_read(&url, "http://me:s%20t@a.test/", &error), 0);
    CU_ASSERT_STRING_EQUAL(url.user, "me");
    CU_ASSERT_STRING_EQUAL(url.password, "s t");
    CU_ASSERT_STRING_EQUAL(url.text, "http://a.test/");
    http_url_free(&url);
}

static void http_url_of_other_schemes_is_refused(void)
{
    struct error error = {0};
    struct http_url url;

    CU_ASSERT_EQUAL(http_url_read(&url, "file:///etc/passwd", &error),
                    -ERROR_INSECURE);
    http_url_free(&url);
    error_clear(&error);
    CU_ASSERT_EQUAL(http_url_read(&url, "http://", &error), -ERROR_USAGE);
    http_url_free(&url);
}

static void check_follow(const char *location, const char *wanted)
{
    struct error error = {0};
    struct http_url from, next;

    CU_ASSERT_EQUAL_FATAL(
        http_url_read(&from, "http://u:p@a.test/b/c?d", &error), 0);
    CU_ASSERT_EQUAL(http_url_follow(&next, &from, span_of(location), &error),
                    0);
    CU_ASSERT_STRING_EQUAL(next.text ? next.text : "", wanted);
    http_url_free(&next);
    http_url_free(&from);
}

/* RFC 9110 §10.2.2: Location may be relative. */
static void http_location_is_resolved(void)
{
    check_follow("/x", "http://a.test/x");
    check_follow("x?y", "http://a.test/b/x?y");
    check_follow("../x", "http://a.test/x");
    check_follow("//b.test/", "http://b.test/");
    check_follow("https://b.test/z", "https://b.test/z");
    check_follow("/a b", "http://a.test/a%20b");
}

/* ---- redirects: RFC 9110 §15.4 ------------------------------------------ */

static void http_redirect_chooses_the_method(void)
{
    static const struct {
        int status;
        const char *before, *after;
    } rows[] = {{301, "POST", "GET"},  {302, "POST", "GET"},
                {303, "POST", "GET"},  {307, "POST", "POST"},
                {308, "POST", "POST"}, {303, "PUT", "GET"},
                {301, "PUT", "PUT"},   {303, "HEAD", "HEAD"},
                {302, "HEAD", "HEAD"}, {301, "DELETE", "DELETE"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        CU_ASSERT_STRING_EQUAL(
            http_redirect_method(rows[i].status, rows[i].before),
            rows[i].after);
}

static void http_redirect_leaves_credentials_at_their_origin(void)
{
    struct option_list fields = {
        .values = {"Authorization: Basic QQ==", "cookie: a=b", "X: y",
                   "Content-Type: text/plain", "Host: other"},
        .count = 5};
    struct option_list kept;

    http_redirect_fields(&kept, &fields, true, true);
    CU_ASSERT_EQUAL(kept.count, 5);
    http_redirect_fields(&kept, &fields, false, true);
    CU_ASSERT_EQUAL_FATAL(kept.count, 2);
    CU_ASSERT_STRING_EQUAL(kept.values[0], "X: y");
    http_redirect_fields(&kept, &fields, false, false);
    CU_ASSERT_EQUAL(kept.count, 1);
    http_redirect_fields(&fields, &fields, false, false);
    CU_ASSERT_EQUAL(fields.count, 1);
}

const struct test tests_http[] = {
    {"http_range_asks_for_a_part", http_range_asks_for_a_part},
    {"http_range_that_can_not_be_read_is_ignored",
     http_range_that_can_not_be_read_is_ignored},
    {"http_content_range_is_read", http_content_range_is_read},
    {"http_content_range_that_lies_is_refused",
     http_content_range_that_lies_is_refused},
    {"http_basic_log_in_is_base64", http_basic_log_in_is_base64},
    {"http_secrets_are_known", http_secrets_are_known},
    {"http_url_is_taken_apart", http_url_is_taken_apart},
    {"http_url_hides_its_log_in", http_url_hides_its_log_in},
    {"http_url_of_other_schemes_is_refused",
     http_url_of_other_schemes_is_refused},
    {"http_location_is_resolved", http_location_is_resolved},
    {"http_redirect_chooses_the_method", http_redirect_chooses_the_method},
    {"http_redirect_leaves_credentials_at_their_origin",
     http_redirect_leaves_credentials_at_their_origin},
    {NULL, NULL}};
