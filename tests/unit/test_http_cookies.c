/* SPDX-License-Identifier: MIT */
/* Set-Cookie read, cookies kept, chosen, and written to their file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/http_cookies.h"
#include "tests/harness.h"

enum { NOW = 1000000000 };

/* ---- RFC 6265 §5.1.1 ---------------------------------------------------- */

static void http_cookie_date_reads_any_order(void)
{
    static const char *const same[] = {
        "Wed, 09 Jun 2021 10:18:14 GMT", "Wednesday, 09-Jun-21 10:18:14 GMT",
        "Wed Jun  9 10:18:14 2021",      "2021 june 9 10:18:14",
        "10:18:14 9 Jun 2021 9 9 9",     "9th Jun 2021 10:18:14.5"};
    static const char *const none[] = {"",
                                       "Wed, 09 Jun 2021",
                                       "09 Jun 2021 24:00:00",
                                       "31 Feb 2021 10:18:14",
                                       "09 Jun 1600 10:18:14",
                                       "09 Moo 2021 10:18:14",
                                       "09 Jun 2021 10:18",
                                       "00 Jun 2021 10:18:14",
                                       "09 Jun 20211 10:18:14"};
    time_t when;

    for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
        CU_ASSERT(http_cookie_date_read(span_of(same[i]), &when));
        CU_ASSERT_EQUAL(when, 1623233894);
    }
    for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
        CU_ASSERT(!http_cookie_date_read(span_of(none[i]), &when));
    CU_ASSERT(http_cookie_date_read(SPAN("1 Jan 70 0:0:1"), &when));
    CU_ASSERT_EQUAL(when, 1);
    CU_ASSERT(http_cookie_date_read(SPAN("1 Jan 69 0:0:0"), &when));
    CU_ASSERT(when > 3000000000);
}

/* ---- RFC 6265 §5.2 ------------------------------------------------------ */

static void http_set_cookie_reads_its_attributes(void)
{
    struct http_set_cookie set;
    const char *why;

    CU_ASSERT(http_set_cookie_read(
        &set,
        SPAN(" sid = a=b ; domain=.Example.test;PATH=/x ; secure; HttpOnly; "
             "Max-Age=60; expires=Wed, 09 Jun 2021 10:18:14 GMT; SameSite"),
        &why));
    CU_ASSERT(span_equal(set.name, SPAN("sid")));
    CU_ASSERT(span_equal(set.value, SPAN("a=b")));
    CU_ASSERT(span_equal(set.domain, SPAN("Example.test")));
    CU_ASSERT(span_equal(set.path, SPAN("/x")));
    CU_ASSERT(set.secure && set.http_only && set.has_max_age);
    CU_ASSERT_EQUAL(set.max_age, 60);
    CU_ASSERT(set.has_expires);
    CU_ASSERT_EQUAL(set.expires, 1623233894);
}

/* RFC 6265 §5.2: the whole field, or the one attribute. */
static void http_set_cookie_ignores_what_can_not_be_read(void)
{
    struct http_set_cookie set;
    const char *why;

    CU_ASSERT(!http_set_cookie_read(&set, SPAN("sid"), &why));
    CU_ASSERT(!http_set_cookie_read(&set, SPAN("=value"), &why));
    CU_ASSERT(!http_set_cookie_read(&set, SPAN(""), &why));
    CU_ASSERT(!http_set_cookie_read(&set, SPAN("a=b\tc"), &why));
    CU_ASSERT(!http_set_cookie_read(&set, SPAN("a=b; Path=/\x01"), &why));
    CU_ASSERT(http_set_cookie_read(
        &set, SPAN("a=; Max-Age=1x; Expires=never; Path=/x; Path=y; Domain="),
        &why));
    CU_ASSERT(!set.has_max_age && !set.has_expires);
    CU_ASSERT_EQUAL(set.value.length, 0);
    CU_ASSERT_EQUAL(set.path.length, 0);
    CU_ASSERT_EQUAL(set.domain.length, 0);
}

/* Every prefix of a field is a field: none may be read past its end. */
static void http_set_cookie_reads_every_prefix(void)
{
    static const char text[] = "sid=1; Domain=.a.test; Path=/x; Max-Age=-5; "
                               "Expires=Wed, 09 Jun 2021 10:18:14 GMT; Secure";
    struct http_set_cookie set;
    const char *why;

    for (size_t length = 0; length < sizeof(text); length++) {
        char *copy = malloc(length + 1);
        memcpy(copy, text, length);
        bool read =
            http_set_cookie_read(&set, (struct span){copy, length}, &why);
        CU_ASSERT_EQUAL(read, length >= 4);
        CU_ASSERT(!read || span_equal(set.name, SPAN("sid")));
        free(copy);
    }
}

/* ---- matching ----------------------------------------------------------- */

static void http_cookie_matches_domains(void)
{
    CU_ASSERT(http_cookie_domain_matches("a.test", "A.test"));
    CU_ASSERT(http_cookie_domain_matches("www.a.test", "a.test"));
    CU_ASSERT(!http_cookie_domain_matches("wwwa.test", "a.test"));
    CU_ASSERT(!http_cookie_domain_matches("a.test", "www.a.test"));
    CU_ASSERT(!http_cookie_domain_matches("a.test", ""));
    CU_ASSERT(http_cookie_domain_matches("192.0.2.1", "192.0.2.1"));
    CU_ASSERT(!http_cookie_domain_matches("192.0.2.1", "2.1"));
    CU_ASSERT(!http_cookie_domain_matches("::1.1.1.1", "1.1.1"));
}

static void http_cookie_matches_paths(void)
{
    CU_ASSERT(http_cookie_path_matches(SPAN("/x"), "/x"));
    CU_ASSERT(http_cookie_path_matches(SPAN("/x/y"), "/x"));
    CU_ASSERT(http_cookie_path_matches(SPAN("/x/y"), "/x/"));
    CU_ASSERT(http_cookie_path_matches(SPAN("/x"), "/"));
    CU_ASSERT(!http_cookie_path_matches(SPAN("/xy"), "/x"));
    CU_ASSERT(!http_cookie_path_matches(SPAN("/x"), "/x/"));
    CU_ASSERT(!http_cookie_path_matches(SPAN("/"), "/x"));
    CU_ASSERT(span_equal(http_cookie_default_path(SPAN("/a/b")), SPAN("/a")));
    CU_ASSERT(span_equal(http_cookie_default_path(SPAN("/a/")), SPAN("/a")));
    CU_ASSERT(span_equal(http_cookie_default_path(SPAN("/a")), SPAN("/")));
    CU_ASSERT(span_equal(http_cookie_uri_path("/a?b/c"), SPAN("/a")));
    CU_ASSERT(span_equal(http_cookie_uri_path("?b"), SPAN("/")));
}

/* ---- RFC 6265 §5.3 ------------------------------------------------------ */

static char target[256];
static struct http_url url;

static const struct http_url *at(const char *host, const char *path, bool tls)
{
    snprintf(url.host, sizeof(url.host), "%s", host);
    snprintf(target, sizeof(target), "%s", path);
    url.target = target;
    url.tls = tls;
    return &url;
}

static enum http_jar_verdict take(struct http_jar *jar,
                                  const struct http_url *from, const char *text)
{
    struct http_set_cookie set;
    const char *why;

    CU_ASSERT_FATAL(http_set_cookie_read(&set, span_of(text), &why));
    return http_jar_take(jar, from, &set, NOW, &why);
}

/* "a=1; b=2" for the URL, in a static buffer. */
static const char *line_for(const struct http_jar *jar,
                            const struct http_url *to, time_t now)
{
    static char line[4096];
    const struct http_cookie *chosen[64];
    size_t count = http_jar_choose(jar, to, now, chosen, 64);

    line[0] = '\0';
    for (size_t i = 0; i < count; i++)
        snprintf(line + strlen(line), sizeof(line) - strlen(line), "%s%s=%s",
                 i ? "; " : "", chosen[i]->name, chosen[i]->value);
    return line;
}

/* RFC 6265 §5.3: who sets a cookie for a domain must be of it. */
static void http_jar_keeps_to_the_host(void)
{
    struct http_jar jar = {0};
    const struct http_url *www = at("www.a.test", "/", false);

    CU_ASSERT_EQUAL(take(&jar, www, "own=1"), HTTP_JAR_KEPT);
    CU_ASSERT_EQUAL(take(&jar, www, "all=2; Domain=A.test"), HTTP_JAR_KEPT);
    CU_ASSERT_EQUAL(take(&jar, www, "x=3; Domain=b.test"), HTTP_JAR_REFUSED);
    CU_ASSERT_EQUAL(take(&jar, www, "x=3; Domain=test"), HTTP_JAR_REFUSED);
    CU_ASSERT_EQUAL(take(&jar, www, "x=3; Domain=z.www.a.test"),
                    HTTP_JAR_REFUSED);
    CU_ASSERT_STRING_EQUAL(line_for(&jar, www, NOW), "own=1; all=2");
    CU_ASSERT_STRING_EQUAL(line_for(&jar, at("m.a.test", "/", false), NOW),
                           "all=2");
    CU_ASSERT_STRING_EQUAL(line_for(&jar, at("x.www.a.test", "/", false), NOW),
                           "all=2");
    CU_ASSERT_STRING_EQUAL(line_for(&jar, at("b.test", "/", false), NOW), "");
    http_jar_free(&jar);
}

/* A name of one label, or an address, can only speak for itself. */
static void http_jar_keeps_single_labels_and_addresses_apart(void)
{
    struct http_jar jar = {0};

    CU_ASSERT_EQUAL(take(&jar, at("test", "/", false), "a=1; Domain=test"),
                    HTTP_JAR_KEPT);
    CU_ASSERT_STRING_EQUAL(line_for(&jar, at("a.test", "/", false), NOW), "");
    CU_ASSERT_EQUAL(
        take(&jar, at("192.0.2.1", "/", false), "b=1; Domain=192.0.2.1"),
        HTTP_JAR_KEPT);
    CU_ASSERT_EQUAL(take(&jar, &url, "b=1; Domain=0.2.1"), HTTP_JAR_REFUSED);
    CU_ASSERT(jar.cookies[1].host_only);
    http_jar_free(&jar);
}

static void http_jar_sends_secure_over_https_only(void)
{
    struct http_jar jar = {0};

    take(&jar, at("a.test", "/", true), "s=1; Secure");
    take(&jar, &url, "o=2");
    CU_ASSERT_STRING_EQUAL(line_for(&jar, &url, NOW), "s=1; o=2");
    CU_ASSERT_STRING_EQUAL(line_for(&jar, at("a.test", "/", false), NOW),
                           "o=2");
    CU_ASSERT_EQUAL(take(&jar, &url, "s=evil"), HTTP_JAR_REFUSED);
    CU_ASSERT_EQUAL(take(&jar, &url, "s=; Max-Age=0"), HTTP_JAR_REFUSED);
    CU_ASSERT_STRING_EQUAL(line_for(&jar, at("a.test", "/", true), NOW),
                           "s=1; o=2");
    http_jar_free(&jar);
}

static void http_jar_lets_cookies_expire(void)
{
    struct http_jar jar = {0};
    const struct http_url *a = at("a.test", "/", false);

    take(&jar, a, "m=1; Max-Age=10; Expires=1 Jan 1999 0:0:0");
    take(&jar, a, "e=2; Expires=Sun, 09 Sep 2001 01:46:50 GMT"); /* 10 s on */
    take(&jar, a, "s=3");
    CU_ASSERT_STRING_EQUAL(line_for(&jar, a, NOW + 9), "m=1; e=2; s=3");
    CU_ASSERT_STRING_EQUAL(line_for(&jar, a, NOW + 10), "s=3");
    CU_ASSERT_EQUAL(take(&jar, a, "m=; Max-Age=0"), HTTP_JAR_REMOVED);
    CU_ASSERT_EQUAL(take(&jar, a, "e=; Expires=1 Jan 1999 0:0:0"),
                    HTTP_JAR_REMOVED);
    CU_ASSERT_EQUAL(take(&jar, a, "q=; Max-Age=-1"), HTTP_JAR_REMOVED);
    CU_ASSERT_EQUAL(jar.count, 1);
    http_jar_free(&jar);
}

/* RFC 6265 §5.4: longer paths first, then the earlier one; a cookie that was
 * set anew keeps its place (§5.3, step 11). */
static void http_jar_orders_by_path_and_age(void)
{
    struct http_jar jar = {0};
    const struct http_url *a = at("a.test", "/x/y", false);

    take(&jar, a, "root=1; Path=/");
    take(&jar, a, "deep=2");
    take(&jar, a, "second=3; Path=/");
    take(&jar, a, "root=4; Path=/");
    CU_ASSERT_STRING_EQUAL(line_for(&jar, a, NOW), "deep=2; root=4; second=3");
    CU_ASSERT_STRING_EQUAL(line_for(&jar, at("a.test", "/xy", false), NOW),
                           "root=4; second=3");
    http_jar_free(&jar);
}

/* RFC 6265 §6.1. */
static void http_jar_has_limits(void)
{
    static char text[HTTP_COOKIE_MAX + 8];
    struct http_jar jar = {0};
    const struct http_url *a = at("a.test", "/", false);

    memset(text, 'v', sizeof(text) - 1);
    memcpy(text, "n=", 2);
    CU_ASSERT_EQUAL(take(&jar, a, text), HTTP_JAR_REFUSED);
    text[HTTP_COOKIE_MAX + 1] = '\0';
    CU_ASSERT_EQUAL(take(&jar, a, text), HTTP_JAR_KEPT);
    for (int i = 0; i < 60; i++) {
        snprintf(text, sizeof(text), "c%d=1", i);
        take(&jar, a, text);
    }
    CU_ASSERT_EQUAL(jar.count, HTTP_COOKIES_DOMAIN_MAX);
    CU_ASSERT_STRING_EQUAL(jar.cookies[0].name, "c10");
    http_jar_free(&jar);
}

/* ---- the file ----------------------------------------------------------- */

/* As curl 7.88 wrote it. */
static const char curl_file[] =
    "# Netscape HTTP Cookie File\n"
    "# https://curl.se/docs/http-cookies.html\n"
    "# This file was generated by libcurl! Edit at your own risk.\n"
    "\n"
    ".lab.test\tTRUE\t/\tFALSE\t0\tk\t7\n"
    "www.lab.test\tFALSE\tnoslash\tFALSE\t0\ti\t6\n"
    "www.lab.test\tFALSE\t/\tFALSE\t0\tf\t\n"
    "www.lab.test\tFALSE\t/dir/\tTRUE\t4000000000\tc\t3\n"
    "#HttpOnly_www.lab.test\tFALSE\t/x\tFALSE\t4000000000\tb\t2=2\n"
    "www.lab.test\tFALSE\t/\tFALSE\t5\told\t1\n";

static void http_jar_reads_what_curl_wrote(void)
{
    struct http_jar jar = {0};
    struct error error = {0};
    const char *path = test_path("jar");

    CU_ASSERT_EQUAL(http_jar_read(&jar, test_path("none"), NOW, &error), 0);
    test_write_file(path, curl_file, sizeof(curl_file) - 1);
    CU_ASSERT_EQUAL(http_jar_read(&jar, path, NOW, &error), 0);
    CU_ASSERT_EQUAL_FATAL(jar.count, 5);
    CU_ASSERT_STRING_EQUAL(jar.cookies[0].domain, "lab.test");
    CU_ASSERT(!jar.cookies[0].host_only && jar.cookies[1].host_only);
    CU_ASSERT_STRING_EQUAL(jar.cookies[1].path, "/");
    CU_ASSERT_STRING_EQUAL(jar.cookies[2].value, "");
    CU_ASSERT(jar.cookies[3].secure && jar.cookies[3].persistent);
    CU_ASSERT(jar.cookies[4].http_only && !jar.cookies[4].secure);
    CU_ASSERT_STRING_EQUAL(jar.cookies[4].value, "2=2");
    http_jar_free(&jar);
}

static void http_jar_reads_back_what_it_wrote(void)
{
    struct http_jar jar = {0}, again = {0};
    struct error error = {0};
    const struct http_url *www = at("www.a.test", "/x/y", true);
    const char *path = test_path("jar");

    take(&jar, www, "s=1; Secure; HttpOnly; Max-Age=50");
    take(&jar, www, "w=; Domain=a.test; Path=/");
    take(&jar, www, "gone=1; Max-Age=1");
    CU_ASSERT_EQUAL(http_jar_write(&jar, path, NOW + 2, &error), 0);
    char *text = test_read_file(path, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT(strncmp(text, "# Netscape HTTP Cookie File\n", 28) == 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(
        text, "\n#HttpOnly_www.a.test\tFALSE\t/x\tTRUE\t1000000050\ts\t1\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\n.a.test\tTRUE\t/\tFALSE\t0\tw\t\n"));
    CU_ASSERT_PTR_NULL(strstr(text, "gone"));
    free(text);
    CU_ASSERT_EQUAL(http_jar_read(&again, path, NOW + 2, &error), 0);
    CU_ASSERT_EQUAL(again.count, 2);
    CU_ASSERT_STRING_EQUAL(line_for(&again, www, NOW + 2), "s=1; w=");
    http_jar_free(&jar);
    http_jar_free(&again);
}

/* A file cut anywhere: the lines that are whole count, nothing else happens. */
static void http_jar_reads_every_prefix_of_a_file(void)
{
    const char *path = test_path("jar");

    for (size_t length = 0; length < sizeof(curl_file); length++) {
        struct http_jar jar = {0};
        struct error error = {0};

        test_write_file(path, curl_file, length);
        CU_ASSERT_EQUAL(http_jar_read(&jar, path, NOW, &error), 0);
        CU_ASSERT(jar.count <= 5);
        http_jar_free(&jar);
    }
}

static void http_jar_bears_every_refused_allocation(void)
{
    long number = 1;
    bool kept = false;

    for (; !kept && number < 50; number++) {
        struct http_jar jar = {0};

        test_fail_allocation(number);
        kept = take(&jar, at("a.test", "/", false), "a=1") == HTTP_JAR_KEPT;
        test_fail_allocation(0);
        CU_ASSERT_EQUAL(jar.count, kept ? 1 : 0);
        http_jar_free(&jar);
    }
    CU_ASSERT(kept && number > 4);
}

const struct test tests_http_cookies[] = {
    {"http_cookie_date_reads_any_order", http_cookie_date_reads_any_order},
    {"http_set_cookie_reads_its_attributes",
     http_set_cookie_reads_its_attributes},
    {"http_set_cookie_ignores_what_can_not_be_read",
     http_set_cookie_ignores_what_can_not_be_read},
    {"http_set_cookie_reads_every_prefix", http_set_cookie_reads_every_prefix},
    {"http_cookie_matches_domains", http_cookie_matches_domains},
    {"http_cookie_matches_paths", http_cookie_matches_paths},
    {"http_jar_keeps_to_the_host", http_jar_keeps_to_the_host},
    {"http_jar_keeps_single_labels_and_addresses_apart",
     http_jar_keeps_single_labels_and_addresses_apart},
    {"http_jar_sends_secure_over_https_only",
     http_jar_sends_secure_over_https_only},
    {"http_jar_lets_cookies_expire", http_jar_lets_cookies_expire},
    {"http_jar_orders_by_path_and_age", http_jar_orders_by_path_and_age},
    {"http_jar_has_limits", http_jar_has_limits},
    {"http_jar_reads_what_curl_wrote", http_jar_reads_what_curl_wrote},
    {"http_jar_reads_back_what_it_wrote", http_jar_reads_back_what_it_wrote},
    {"http_jar_reads_every_prefix_of_a_file",
     http_jar_reads_every_prefix_of_a_file},
    {"http_jar_bears_every_refused_allocation",
     http_jar_bears_every_refused_allocation},
    {NULL, NULL}};
