/* SPDX-License-Identifier: MIT */
/* The small pieces of HTTP: log-ins, URLs, redirects, terms. */
#include "http/http.h"

#include <stdio.h>
#include <string.h>

#include "http/http_client.h"
#include "tests/harness.h"

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
    check_url("m\u00fcnchen.test:81", "http://xn--mnchen-3ya.test:81",
              "xn--mnchen-3ya.test:81", "/");
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
    struct http_url url, next;

    CU_ASSERT_EQUAL(http_url_read(&url, "file:///etc/passwd", &error),
                    -ERROR_USAGE);
    http_url_free(&url);
    error_clear(&error);
    CU_ASSERT_EQUAL(http_url_read(&url, "http://", &error), -ERROR_USAGE);
    http_url_free(&url);
    error_clear(&error);
    CU_ASSERT_EQUAL_FATAL(http_url_read(&url, "http://a.test/", &error), 0);
    CU_ASSERT_EQUAL(
        http_url_follow(&next, &url, SPAN("file:///etc/passwd"), &error),
        -ERROR_INSECURE);
    http_url_free(&next);
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
