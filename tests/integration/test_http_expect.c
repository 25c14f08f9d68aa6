/* SPDX-License-Identifier: MIT */
/* Expect: 100-continue, the client's half against scripts, the server's over a
 * bare socket. RFC 9110 §10.1.1. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/http_ask.h"
#include "tests/integration/http_play.h"

#define ASKED              \
    "C: POST / HTTP/1.1\n" \
    "C: Host: *\n"         \
    "C: User-Agent: *\n"   \
    "C: Accept: */*\n"     \
    "C: Content-Type: *\n" \
    "C: Content-Length: 6\n"
#define OK                   \
    "S: HTTP/1.1 200 OK\n"   \
    "S: Content-Length: 2\n" \
    "S:\n"                   \
    "S= ok\n"
#define EXPECT "-H", "Expect: 100-continue", "--data-binary", "body\r\n"

static void http_client_waits_for_the_word(void)
{
    PLAY(ASKED "C: Expect: 100-continue\n"
               "C:\n"
               "Z: 0.1\n"
               "S: HTTP/1.1 103 Early Hints\n"
               "S:\n"
               "S: HTTP/1.1 100 Continue\n"
               "S:\n"
               "C: body\n" OK,
         "/", EXPECT);
    CU_ASSERT(http_play.seconds < 0.9);
    http_play_expect(0, "ok");
}

/* The word may come in two pieces, or with the answer behind it. */
static void http_client_hears_the_word_in_pieces(void)
{
    PLAY(ASKED "C: Expect: 100-continue\n"
               "C:\n"
               "S= HTTP/1.1 10\n"
               "Z: 0.1\n"
               "S= 0 Continue\\r\n"
               "Z: 0.1\n"
               "S= \\n\\r\\n\n"
               "C: body\n" OK,
         "/", EXPECT);
    http_play_expect(0, "ok");
}

static void http_client_goes_on_after_a_second_of_silence(void)
{
    PLAY(ASKED "C: Expect: 100-continue\n"
               "C:\n"
               "C: body\n"
               "S: HTTP/1.1 100 Continue\n"
               "S:\n" OK,
         "/", EXPECT);
    CU_ASSERT(http_play.seconds >= 0.9 && http_play.seconds < 3);
    http_play_expect(0, "ok");
}

/* The final answer instead of the word: the body stays, and the connection,
 * on which it was announced, is not used again. */
static void http_client_keeps_a_refused_body(void)
{
    PLAY(ASKED "C: Expect: 100-continue\n"
               "C:\n"
               "S: HTTP/1.1 303 See Other\n"
               "S: Location: /there\n"
               "S: Content-Length: 2\n"
               "S:\n"
               "S= no\n"
               "E:\n"
               "C: GET /there HTTP/1.1\n"
               "C: ...\n" OK,
         "/", "-v", "-L", EXPECT);
    CU_ASSERT_PTR_NULL(strstr(http_play.err, "C: body"));
    CU_ASSERT_PTR_NULL(strstr(http_play.err, "C: ("));
    CU_ASSERT(http_play.seconds < 0.9);
    http_play_expect(0, "ok");
}

/* RFC 9110 §15.5.18. */
static void http_client_expects_nothing_after_417(void)
{
    PLAY("C: POST / HTTP/1.1\n"
         "C: Host: *\n"
         "C: User-Agent: *\n"
         "C: Accept: */*\n"
         "C: Content-Type: *\n"
         "C: Expect: 100-continue\n"
         "C: Content-Length: 6\n"
         "C:\n"
         "S: HTTP/1.1 417 Expectation Failed\n"
         "S: Content-Length: 0\n"
         "S:\n"
         "E:\n" ASKED "C:\n"
         "C: body\n" OK,
         "/", "--digest", "-u", "a:b", "--data-binary", "body\r\n");
    http_play_expect(0, "ok");
}

static void http_client_expects_nothing_in_http_1_0(void)
{
    PLAY("C: POST / HTTP/1.0\n"
         "C: Host: *\n"
         "C: User-Agent: *\n"
         "C: Accept: */*\n"
         "C: Content-Type: *\n"
         "C: Content-Length: 6\n"
         "C:\n"
         "C: body\n" OK,
         "/", "--http1.0", "--digest", "-u", "a:b", "--data-binary",
         "body\r\n");
    http_play_expect(0, "ok");
}

/* ---- the server --------------------------------------------------------- */

#define PUT(version, expect)           \
    "PUT /new HTTP/" version "\r\n"    \
    "Host: a\r\nContent-Length: 2\r\n" \
    "Expect: " expect "\r\n\r\n"

static void http_server_says_the_word_when_it_wants_the_body(void)
{
    http_ask_start("--writable", NULL);
    ASK("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n"
        "Expect: 100-continue\r\n\r\n");
    CU_ASSERT_EQUAL(http_ask_status(), 200); /* there is none */
    ASK(PUT("1.1", "100-continue"));
    CU_ASSERT_EQUAL(http_ask_status(), 100); /* it never came */
    CU_ASSERT(!http_ask_has(" 201 "));
    ASK(PUT("1.1", "100-continue") "ok");
    CU_ASSERT_EQUAL(http_ask_status(), 201); /* it came unasked */
    http_ask_stop();
}

static void http_server_says_no_without_the_word(void)
{
    http_ask_start(NULL, NULL);
    CHECK_STATUS(PUT("1.1", "100-continue"), 405);
    CU_ASSERT(http_ask_has("Connection: close\r\n"));
    CHECK_STATUS(PUT("1.1", "a-miracle") "ok", 417);
    http_ask_stop();
}

static void http_server_ignores_what_http_1_0_expects(void)
{
    http_ask_start("--writable", NULL);
    CHECK_STATUS(PUT("1.0", "100-continue") "ok", 201);
    CHECK_STATUS(PUT("1.0", "a-miracle") "ok", 204);
    http_ask_stop();
}

const struct test tests_http_expect[] = {
    {"http_client_waits_for_the_word", http_client_waits_for_the_word},
    {"http_client_hears_the_word_in_pieces",
     http_client_hears_the_word_in_pieces},
    {"http_client_goes_on_after_a_second_of_silence",
     http_client_goes_on_after_a_second_of_silence},
    {"http_client_keeps_a_refused_body", http_client_keeps_a_refused_body},
    {"http_client_expects_nothing_after_417",
     http_client_expects_nothing_after_417},
    {"http_client_expects_nothing_in_http_1_0",
     http_client_expects_nothing_in_http_1_0},
    {"http_server_says_the_word_when_it_wants_the_body",
     http_server_says_the_word_when_it_wants_the_body},
    {"http_server_says_no_without_the_word",
     http_server_says_no_without_the_word},
    {"http_server_ignores_what_http_1_0_expects",
     http_server_ignores_what_http_1_0_expects},
    {NULL, NULL}};
