/* SPDX-License-Identifier: MIT */
/* http-client --cache: what is asked, what is not, and what is told of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/integration/http_play.h"

/* Asks for "/" with the cache and one more field; NULL: none. */
static void play(const char *script, const char *field)
{
    const char *words[] = {
        "-v", "--cache", test_path("cache"), field ? "-H" : NULL, field, NULL};

    http_play_script(script, "/", words);
}

static void expect(const char *out, const char *note)
{
    CU_ASSERT_PTR_NOT_NULL(strstr(http_play.err, note));
    http_play_expect(0, out);
}

/* The lines of the scripts. A peer plays what it is given, and counts a request
 * beyond that as a failure: so a test sees that the server was not asked. */
#define ASKED             \
    "C: GET / HTTP/1.1\n" \
    "C: ...\n"
#define ETAG(tag) "S: ETag: \"" tag "\"\n"
#define CONTROL(value) "S: Cache-Control: " value "\n"
#define THEN "Sun, 06 Nov 1994 08:49:37 GMT\n"
#define VARY "S: Vary: X-Tongue\n"
#define GIVEN(fields, text)                                      \
    ASKED "S: HTTP/1.1 200 OK\n" fields "S: Content-Length: 3\n" \
          "S:\n"                                                 \
          "S= " text "\n"

/* One server for several runs of the client. */
struct stage {
    uint16_t port;
    pid_t peer;
};

static void stage_up(struct stage *stage, const char *const *scripts)
{
    char joined[1024] = "";

    for (size_t i = 0; scripts[i] != NULL; i++) {
        size_t used = strlen(joined);

        snprintf(joined + used, sizeof(joined) - used, "%s%s",
                 i > 0 ? "E:\n" : "", scripts[i]);
    }
    stage->peer = test_peer(joined, &stage->port);
}

/* A script for each connection. */
#define STAGE_UP(stage, ...) \
    stage_up((stage), (const char *const[]){__VA_ARGS__, NULL})

static void ask(const struct stage *stage, const char *field)
{
    const char *words[] = {
        "-v", "--cache", test_path("cache"), field ? "-H" : NULL, field, NULL};

    http_play_client(stage->port, "/", words);
}

static void stage_down(struct stage *stage)
{
    CU_ASSERT_EQUAL(test_peer_end(stage->peer), 0);
}

/* RFC 9111 §4.2: the second run says nothing to the server. */
static void http_cache_answers_while_fresh(void)
{
    struct stage stage;

    STAGE_UP(&stage, GIVEN(CONTROL("max-age=60"), "one"));
    ask(&stage, NULL);
    expect("one", "stored: lifetime 60 s (max-age)");
    ask(&stage, NULL);
    CU_ASSERT_PTR_NULL(strstr(http_play.err, "GET / HTTP"));
    expect("one", "fresh: age ");
    ask(&stage, "Cache-Control: only-if-cached");
    expect("one", "fresh: age ");
    stage_down(&stage);
}

/* RFC 9111 §4.3.1: both validators go out. RFC 9111 §4.3.4: the 304 brings new
 * fields. */
static void http_cache_revalidates(void)
{
    struct stage stage;

    STAGE_UP(
        &stage,
        GIVEN(ETAG("a") CONTROL("max-age=0") "S: Last-Modified: " THEN, "one"),
        "C: GET / HTTP/1.1\n"
        "C: Host: *\n"
        "C: User-Agent: wirelab\n"
        "C: Accept: */*\n"
        "C: If-None-Match: \"a\"\n"
        "C: If-Modified-Since: " THEN "C:\n"
        "S: HTTP/1.1 304 Not Modified\n"
        "S: ETag: \"a\"\n"
        "S: Cache-Control: max-age=60\n"
        "S:\n");
    ask(&stage, NULL);
    http_play_expect(0, "one");
    ask(&stage, NULL);
    expect("one", "revalidated: 304");
    ask(&stage, NULL);
    expect("one", "lifetime 60 s (max-age)");
    stage_down(&stage);
}

static void http_cache_takes_what_has_changed(void)
{
    struct stage stage;

    STAGE_UP(&stage, GIVEN(ETAG("a") CONTROL("no-cache"), "one"),
             GIVEN("", "two"), GIVEN("", "two"));
    ask(&stage, NULL);
    http_play_expect(0, "one");
    ask(&stage, NULL);
    expect("two", "the answer says no-cache");
    /* The newer one has no validator, and no lifetime. */
    ask(&stage, NULL);
    expect("two", "no validator");
    stage_down(&stage);
}

/* A 304 with another ETag is about another answer: RFC 9111 §4.3.4. */
static void http_cache_asks_again_after_a_foreign_304(void)
{
    struct stage stage;

    STAGE_UP(&stage, GIVEN(ETAG("a") CONTROL("no-cache"), "one"),
             ASKED "S: HTTP/1.1 304 Not Modified\n" ETAG("b") "S:\n" GIVEN(
                 "", "two"));
    ask(&stage, NULL);
    http_play_expect(0, "one");
    ask(&stage, NULL);
    expect("two", "another ETag than ours");
    stage_down(&stage);
}

/* The answer says it (RFC 9111 §5.2.2.5), or the request (RFC
 * 9111 §5.2.1.5). */
static void http_cache_keeps_nothing_that_says_no_store(void)
{
    struct stage stage;

    STAGE_UP(&stage, GIVEN(CONTROL("max-age=60, no-store"), "one"),
             GIVEN("", "two"));
    ask(&stage, NULL);
    expect("one", "not stored: the answer says no-store");
    ask(&stage, "Cache-Control: no-store");
    expect("two", "the cache stays out");
    stage_down(&stage);
}

/* RFC 9111 §4.1: the fields that chose it must be the same. */
static void http_cache_heeds_vary(void)
{
    struct stage stage;

    STAGE_UP(&stage, GIVEN(CONTROL("max-age=60") VARY, "one"),
             GIVEN(CONTROL("max-age=60") VARY, "two"));
    ask(&stage, "X-Tongue: en");
    http_play_expect(0, "one");
    ask(&stage, "X-Tongue: de");
    expect("two", "chosen by other values");
    ask(&stage, "X-Tongue: de");
    expect("two", "fresh: age ");
    stage_down(&stage);
}

/* RFC 9111 §4.4: what was changed is forgotten; RFC 9111 §4: and what is not
 * stored is asked for. */
static void http_cache_forgets_after_a_post(void)
{
    struct stage stage;
    const char *words[] = {"-v", "--cache", test_path("cache"),
                           "-d", "x",       NULL};

    STAGE_UP(&stage, GIVEN(CONTROL("max-age=60"), "one"),
             "C: POST / HTTP/1.1\n"
             "C: ...\n"
             "S: HTTP/1.1 204 No Content\n"
             "S:\n",
             GIVEN("", "two"));
    ask(&stage, NULL);
    http_play_expect(0, "one");
    http_play_client(stage.port, "/", words);
    expect("", "is forgotten");
    ask(&stage, NULL);
    expect("two", "nothing is stored");
    stage_down(&stage);
}

/* What breaks off is not kept, and what the cache can't keep is no failure. */
static void http_cache_keeps_only_what_is_whole(void)
{
    struct stage stage;
    struct stat status;

    play(ASKED "S: HTTP/1.1 200 OK\n"
               "S: Cache-Control: max-age=60\n"
               "S: Content-Length: 9\n"
               "S:\n"
               "S= one\n"
               "E:\n",
         NULL);
    http_play_expect(7, "one");
    CU_ASSERT_EQUAL(stat(test_path("cache"), &status), 0);
    CU_ASSERT_EQUAL(status.st_mode & 0777, 0700);
    STAGE_UP(&stage, GIVEN("", "two"));
    ask(&stage, NULL);
    expect("two", "nothing is stored");
    stage_down(&stage);
    test_write_file(test_path("file"), "", 0);
    http_play_client(1, "/",
                     (const char *const[]){"--cache", test_path("file"), NULL});
    http_play_expect(8, "");
}

static void http_cache_obeys_only_if_cached(void)
{
    http_play_client(1, "/",
                     (const char *const[]){"--cache", test_path("cache"), "-H",
                                           "Cache-Control: only-if-cached",
                                           NULL});
    CU_ASSERT_PTR_NOT_NULL(strstr(http_play.err, "only-if-cached"));
    http_play_expect(1, "");
}

const struct test tests_http_cache_use[] = {
    {"http_cache_answers_while_fresh", http_cache_answers_while_fresh},
    {"http_cache_revalidates", http_cache_revalidates},
    {"http_cache_takes_what_has_changed", http_cache_takes_what_has_changed},
    {"http_cache_asks_again_after_a_foreign_304",
     http_cache_asks_again_after_a_foreign_304},
    {"http_cache_keeps_nothing_that_says_no_store",
     http_cache_keeps_nothing_that_says_no_store},
    {"http_cache_heeds_vary", http_cache_heeds_vary},
    {"http_cache_forgets_after_a_post", http_cache_forgets_after_a_post},
    {"http_cache_keeps_only_what_is_whole",
     http_cache_keeps_only_what_is_whole},
    {"http_cache_obeys_only_if_cached", http_cache_obeys_only_if_cached},
    {NULL, NULL}};
