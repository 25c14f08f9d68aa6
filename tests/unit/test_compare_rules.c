/* SPDX-License-Identifier: MIT */
#include "tests/harness.h"
#include "tests/unit/talk.h"

#define DATE_1 "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
#define DATE_2 "Date: Mon, 07 Nov 1994 09:50:38 GMT\r\n"

static void compare_sets_dates_aside(void)
{
    talk_exchange(TALK_OK(DATE_1, ""), TALK_OK(DATE_2, ""));
    talk_expect_used(RULE_DATE, 1);
    talk_exchange(TALK_OK(DATE_1, ""), TALK_OK("Date: today\r\n", ""));
    talk_expect(1, "the answers' Date fields differ", NULL);
    talk_exchange(TALK_OK(DATE_1, ""), TALK_OK("", ""));
    talk_expect(1, "only A's answer has Date", NULL);
}

/* RFC 9110 §8.8.3: opaque, and strong or weak. */
static void compare_sets_tags_aside(void)
{
    talk_exchange(TALK_OK("ETag: \"1a\"\r\n", ""),
                  TALK_OK("ETag: \"2bc\"\r\n", ""));
    talk_expect_used(RULE_TAG, 1);
    talk_exchange(TALK_OK("ETag: \"1a\"\r\n", ""),
                  TALK_OK("ETag: W/\"2bc\"\r\n", ""));
    talk_expect(1, "the answers' ETag fields differ", NULL);
}

/* RFC 9111 §5.1: how long it lay in a cache is no part of the answer. */
static void compare_sets_ages_aside(void)
{
    talk_exchange(TALK_OK("Age: 1\r\n", ""), TALK_OK("Age: 20\r\n", ""));
    talk_expect_used(RULE_AGE, 1);
    talk_exchange(TALK_OK("Age: 1\r\n", ""), TALK_OK("Age: old\r\n", ""));
    talk_expect(1, "the answers' Age fields differ", NULL);
}

/* Where it is the server's, and nowhere else. */
static void compare_sets_ports_aside(void)
{
    talk_begin(&a, 4000);
    talk_begin(&b, 50000);
    talk_ask(&a, TALK_GET("/", ""));
    talk_ask(&b, "GET / HTTP/1.1\r\nHost: 127.0.0.1:50000\r\n\r\n");
    talk_expect_used(RULE_PORT, 2); /* of the connection, and of the field */
    b.events[1].data = SPAN("GET / HTTP/1.1\r\nHost: 127.0.0.1:50001\r\n\r\n");
    talk_expect(1, "the requests' Host fields differ", NULL);
}

#define PARTS(line)                                              \
    "Content-Type: multipart/byteranges; boundary=" line "\r\n", \
        "--" line "\r\n\r\nx\r\n--" line "--\r\n"
#define OK_PARTS(...) TALK_OK(__VA_ARGS__)

static void compare_sets_boundaries_aside(void)
{
    talk_exchange(OK_PARTS(PARTS("abc")), OK_PARTS(PARTS("xyzw")));
    talk_expect_used(RULE_BOUNDARY, 2);
}

/* RFC 6265 §4.1.1: the value is by lot, the attributes are not. */
static void compare_sets_session_names_aside(void)
{
    talk_exchange(TALK_OK("Set-Cookie: sid=0123456789abcdef; Path=/\r\n", ""),
                  TALK_OK("Set-Cookie: sid=fedcba98765432100; Path=/\r\n", ""));
    talk_expect_used(RULE_RANDOM, 1);
    talk_exchange(TALK_OK("Set-Cookie: sid=0123456789abcdef; Path=/\r\n", ""),
                  TALK_OK("Set-Cookie: sid=0123456789abcdef; Path=/x\r\n", ""));
    talk_expect(1, "the answers' Set-Cookie fields differ", NULL);
}

/* RFC 9110 §5.3 and §5.1. */
static void compare_sets_order_and_case_aside(void)
{
    talk_exchange(TALK_OK("Age: 1\r\nVary: *\r\n", ""),
                  TALK_OK("Vary: *\r\nAge: 1\r\n", ""));
    talk_expect_used(RULE_ORDER, 1);
    talk_exchange(TALK_OK("Vary: *\r\n", ""), TALK_OK("vary: *\r\n", ""));
    talk_expect_used(RULE_CASE, 1);
}

#define CHUNKED "Transfer-Encoding: chunked\r\n"
static void compare_joins_chunks(void)
{
    talk_exchange(TALK_OK(CHUNKED, "4\r\nabcd\r\n0\r\n\r\n"),
                  TALK_OK(CHUNKED, "1\r\na\r\n3\r\nbcd\r\n0\r\n\r\n"));
    talk_expect_used(RULE_CHUNKS, 1);
    talk_exchange(TALK_OK(CHUNKED, "4\r\nabcd\r\n0\r\n\r\n"),
                  TALK_OK("", "abcd"));
    talk_expect(1, "only A's answer has Transfer-Encoding", NULL);
}

/* What was drawn by lot may stand in content too; a word of it does not. */
static void compare_sets_names_in_content_aside(void)
{
    talk_exchange(TALK_OK("", "visit 2 of session 637d..."),
                  TALK_OK("", "visit 2 of session bc64..."));
    talk_expect_used(RULE_RANDOM, 1);
    talk_exchange(TALK_OK("", "visit 2 of session 637d..."),
                  TALK_OK("", "visit 3 of session 637d..."));
    talk_expect(1, "the contents differ after 6 bytes (A has 26, B 26)", NULL);
    talk_exchange(TALK_OK("", "TLS_AES_128_GCM_SHA256"),
                  TALK_OK("", "TLS_AES_256_GCM_SHA384"));
    talk_expect(1, "the contents differ after 8 bytes (A has 22, B 22)", NULL);
}

const struct test tests_compare_rules[] = {
    {"compare_sets_names_in_content_aside",
     compare_sets_names_in_content_aside},
    {"compare_sets_dates_aside", compare_sets_dates_aside},
    {"compare_sets_tags_aside", compare_sets_tags_aside},
    {"compare_sets_ages_aside", compare_sets_ages_aside},
    {"compare_sets_ports_aside", compare_sets_ports_aside},
    {"compare_sets_boundaries_aside", compare_sets_boundaries_aside},
    {"compare_sets_session_names_aside", compare_sets_session_names_aside},
    {"compare_sets_order_and_case_aside", compare_sets_order_and_case_aside},
    {"compare_joins_chunks", compare_joins_chunks},
    {NULL, NULL},
};
