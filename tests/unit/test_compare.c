/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/trace/views.h"
#include "tests/harness.h"
#include "tests/unit/talk.h"

#define DATE_1 "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
#define DATE_2 "Date: Mon, 07 Nov 1994 09:50:38 GMT\r\n"

/* ---- same and different ------------------------------------------------- */

static void compare_of_the_same_finds_nothing(void)
{
    talk_begin_both();
    talk_compare();
    CU_ASSERT_EQUAL(made.difference_count, 0);
    CU_ASSERT_EQUAL(made.row_count, 5);
    for (int i = 0; i < RULES; i++)
        CU_ASSERT_EQUAL(made.used[i], 0);
    comparison_free(&made);
}

static void compare_finds_one_changed_field(void)
{
    talk_begin_both();
    b.events[3].data = SPAN(TALK_GET("/two", "Accept: text/html\r\n"));
    talk_expect(1, "only B's request has Accept", NULL);
    a.events[3].data = SPAN(TALK_GET("/two", "Accept: */*\r\n"));
    talk_expect(1, "the requests' Accept fields differ", NULL);
}

static void compare_finds_one_missing_answer(void)
{
    talk_begin_both();
    a.file.event_count--;
    talk_expect(1, "only B is answered: HTTP/1.1 200 OK", NULL);
    talk_begin_both();
    memmove(&b.events[2], &b.events[3], 2 * sizeof(b.events[0]));
    b.file.event_count--;
    talk_expect(1, "only A is answered: HTTP/1.1 200 OK", NULL);
}

static void compare_says_why_an_answer_is_missing(void)
{
    talk_begin_both();
    b.file.event_count--;
    struct trace_event *failed =
        talk_add(&b, TRACE_LAYER_TCP, TRACE_DIR_NOTE, "broken", "");
    failed->name = "failed";
    failed->note = "the deadline has passed";
    talk_compare();
    CU_ASSERT_EQUAL_FATAL(made.difference_count, 2);
    CU_ASSERT_STRING_EQUAL(made.differences[0].why, "the deadline has passed");
    CU_ASSERT_STRING_EQUAL(made.differences[1].what,
                           "only B's connection failed");
    comparison_free(&made);
}

static void compare_finds_one_more_round_trip(void)
{
    talk_begin_both();
    talk_ask(&b, TALK_GET("/three", ""));
    talk_answer(&b, "200", TALK_OK("", "three"));
    talk_expect(1, "only B asks: GET /three HTTP/1.1", NULL);
    talk_compare();
    CU_ASSERT_EQUAL(made.sides[COMPARE_A].total.round_trips, 3);
    CU_ASSERT_EQUAL(made.sides[COMPARE_B].total.round_trips, 4);
    comparison_free(&made);
}

/* In the middle, and first: what follows still finds its partner. */
static void compare_finds_a_round_trip_anywhere(void)
{
    for (size_t at = 1; at <= 5; at += 2) {
        talk_begin_both();
        memmove(&b.events[at + 2], &b.events[at],
                (5 - at) * sizeof(b.events[0]));
        b.file.event_count = at;
        talk_ask(&b, TALK_GET("/new", ""));
        talk_answer(&b, "200", TALK_OK("", "new"));
        b.file.event_count = 7;
        talk_expect(1, "only B asks: GET /new HTTP/1.1", NULL);
    }
}

/* RFC 9112 §9.3: persistence is the difference between the versions. */
static void compare_says_why_a_connection_was_not_kept(void)
{
    talk_begin_both();
    talk_begin(&b, 4000);
    talk_ask(&b, "GET / HTTP/1.0\r\nHost: 127.0.0.1:4000\r\n\r\n");
    talk_answer(&b, "200", TALK_OK("", "one"));
    talk_connect(&b);
    talk_ask(&b, TALK_GET("/two", ""));
    talk_answer(&b, "200", TALK_OK("", "two"));
    talk_compare();
    CU_ASSERT_EQUAL_FATAL(made.difference_count, 2);
    CU_ASSERT_STRING_EQUAL(made.differences[0].what,
                           "A speaks HTTP/1.1, B HTTP/1.0");
    CU_ASSERT_STRING_EQUAL(made.differences[1].what,
                           "only B opens a connection here");
    CU_ASSERT_PTR_NOT_NULL(
        strstr(made.differences[1].why, "HTTP/1.0 without keep-alive"));
    CU_ASSERT_STRING_EQUAL(made.differences[1].rfc.section, "9.3");
    CU_ASSERT_EQUAL(made.sides[COMPARE_B].total.connections, 2);
    comparison_free(&made);
}

static void compare_tells_status_and_content(void)
{
    talk_exchange(TALK_OK("", "abc"),
                  "HTTP/1.1 404 Not Found\r\nServer: w\r\n\r\n");
    talk_expect(2, "A is answered with 200, B with 404",
                "only A's message has content, 3 bytes");
    talk_exchange(TALK_OK("", "abcd"), TALK_OK("", "abxd"));
    talk_expect(1, "the contents differ after 2 bytes (A has 4, B 4)", NULL);
}

/* RFC 9293 §3.6.1: who closes and has not read all makes TCP reset the
 * connection, if the other end is still there to see it. But a connection that
 * breaks by itself is told, and so is what was heard on one side only. */
static void compare_sets_aside_how_a_closed_connection_breaks(void)
{
    struct trace_event *closed;

    talk_begin_both();
    closed = talk_add(&b, TRACE_LAYER_TCP, TRACE_DIR_OUT, "close", "");
    closed->local_is_server = true;
    talk_add(&b, TRACE_LAYER_TCP, TRACE_DIR_NOTE, "failed", "");
    talk_expect_used(RULE_RESET, 1);
    a.events[1].src_heard.file = "http/http_server.c";
    talk_expect(1, "only B's connection failed", NULL);
    a.events[1].src_heard.file = NULL;
    closed->local_is_server = false;
    talk_expect(1, "only B's connection failed", NULL);
}

/* RFC 9110 §8.4: what is coded must not be taken for another page. */
static void compare_takes_no_unread_bytes_for_an_answer(void)
{
    talk_begin_both();
    talk_ask(&a, TALK_GET("/", ""));
    talk_ask(&b, TALK_GET("/", ""));
    talk_answer(&a, "200", TALK_OK("", "one"));
    talk_answer(&b, "unread", "********************");
    talk_expect(1, "B has 20 bytes here that are no answer", NULL);
}

static void compare_says_when_content_is_coded(void)
{
    talk_exchange(TALK_OK("Content-Encoding: gzip\r\n", "\x1F\x8B"),
                  TALK_OK("", "page"));
    talk_compare();
    CU_ASSERT_EQUAL_FATAL(made.difference_count, 2);
    CU_ASSERT_PTR_NULL(strstr(made.differences[0].what, "contents"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(made.differences[1].why, "coded differently"));
    comparison_free(&made);
}

/* Two answers of which the trace kept the same first part. */
static void compare_trusts_the_true_length(void)
{
    talk_exchange(TALK_OK("", "abcd"), TALK_OK("", "abcd"));
    b.events[2].length += 100;
    talk_expect(1, "the contents differ after 4 bytes (A has 4, B 104)", NULL);
}

/* ---- in clear and under TLS --------------------------------------------- */

static void compare_explains_what_tls_added(void)
{
    talk_begin_both();
    talk_begin(&b, 4443);
    talk_add(&b, TRACE_LAYER_TLS, TRACE_DIR_OUT, "ClientHello", "12345")
        ->raw.to = 10;
    talk_add(&b, TRACE_LAYER_TLS, TRACE_DIR_IN, "ServerHello", "12345")
        ->raw.to = 10;
    talk_add(&b, TRACE_LAYER_TLS, TRACE_DIR_IN, "Finished", "12345")->raw =
        (struct trace_range){10, 37};
    talk_add(&b, TRACE_LAYER_TLS, TRACE_DIR_IN, "NewSessionTicket", "12345");
    talk_ask(&b, "GET / HTTP/1.1\r\nHost: 127.0.0.1:4443\r\n\r\n");
    b.events[5].raw.to += 22;
    talk_answer(&b, "200", TALK_OK("", "one"));
    b.events[6].raw.to += 22;
    a.file.event_count = 3;
    talk_expect(
        1, "only B is protected by TLS: a handshake of 3 messages and 47 bytes",
        NULL);
    talk_compare();
    CU_ASSERT_EQUAL(made.used[RULE_TLS_TICKET], 1);
    CU_ASSERT_EQUAL(made.sides[COMPARE_A].total.round_trips, 2);
    CU_ASSERT_EQUAL(made.sides[COMPARE_B].total.round_trips, 3);
    CU_ASSERT_EQUAL(made.sides[COMPARE_B].total.readable, 10);
    comparison_free(&made);
}

/* ---- hard cases --------------------------------------------------------- */

/* Nothing of a message is refused: what was on the wire is looked at. */
static void compare_takes_any_bytes(void)
{
    static const char *const odd[] = {
        "",
        "\r\n",
        ":",
        "GET",
        "GET ",
        "HTTP/1.1",
        "HTTP/1.1 200\n\n\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nETag: \"\r\nDate:\r\n:\r\n\r\n\x01",
        "HTTP/1.1 2 \r\nContent-Type: boundary=\"\r\nSet-Cookie: 0a\r\n\r\n"};
    enum { ODD = sizeof(odd) / sizeof(odd[0]) };

    for (size_t i = 0; i < ODD * ODD; i++) {
        talk_exchange(odd[i / ODD], odd[i % ODD]);
        talk_compare();
        CU_ASSERT(i / ODD == i % ODD ? made.difference_count == 0 : true);
        comparison_free(&made);
    }
}

/* Connections that ran at the same time are compared one by one. */
static void compare_does_not_mind_what_overtakes(void)
{
    talk_begin_both();
    talk_connect(&a);
    talk_ask(&a, TALK_GET("/x", ""));
    talk_connect(&b);
    talk_ask(&b, TALK_GET("/x", ""));
    struct trace_event late = b.events[4];
    b.events[4] = b.events[5];
    b.events[5] = late;
    talk_expect(0, NULL, NULL);
}

/* Numbers of connections say nothing: a server's processes count for
 * themselves. */
static void compare_goes_by_what_began_first(void)
{
    for (int i = 0; i < 2; i++) {
        struct talk *talk = i == 0 ? &a : &b;
        talk_begin(talk, 4000);
        talk_ask(talk, TALK_GET("/", ""));
        talk_connect(talk);
        talk_ask(talk, TALK_GET("/x", ""));
        talk_answer(talk, "200", TALK_OK("", "x"));
    }
    for (size_t i = 0; i < b.file.event_count; i++)
        b.events[i].conn = 9 - b.events[i].conn;
    talk_expect(0, NULL, NULL);
}

static void compare_survives_refused_memory(void)
{
    static const char chunks[] =
        TALK_OK("Transfer-Encoding: chunked\r\n", "1\r\nx\r\n0\r\n\r\n");
    struct error error = {0};
    int result = -1;

    for (long number = 1; result < 0; number++) {
        talk_begin_both();
        a.events[2].data = b.events[4].data = SPAN(chunks);
        b.events[2].data = SPAN(TALK_OK(DATE_1, "xyz"));
        test_fail_allocation(number);
        result = comparison_make(&made, &a.file, &b.file, &error);
        test_fail_allocation(0);
        if (result < 0)
            CU_ASSERT_EQUAL(error.class, ERROR_LOCAL);
        comparison_free(&made);
    }
}

static void compare_of_frames_alone_is_refused(void)
{
    struct error error = {0};

    talk_begin_both();
    b.file.event_count = 0;
    CU_ASSERT_EQUAL(comparison_make(&made, &a.file, &b.file, &error),
                    -ERROR_LOCAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "B: "));
    comparison_free(&made);
}

/* ---- the two forms ------------------------------------------------------ */

static char *shown(bool json, int columns)
{
    struct compare_options options = {.names = {"a", "b\033[2J"},
                                      .columns = columns};
    struct error error = {0};
    char *text = NULL;
    size_t length = 0;
    bool same = false;
    FILE *to = open_memstream(&text, &length);

    int result =
        json ? compare_json_write(to, &a.file, &b.file, &same, &error)
             : compare_write(to, &a.file, &b.file, &options, &same, &error);
    CU_ASSERT_EQUAL(result, 0);
    fclose(to);
    CU_ASSERT_FALSE(same);
    return text;
}

static void compare_json_is_the_contract(void)
{
    talk_exchange(TALK_OK(DATE_1, ""), TALK_OK(DATE_2 "Vary: a\"b\r\n", ""));
    char *text = shown(true, 0);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "{\"type\":\"row\",\"a\":2,\"b\":2,\"same\":true}\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"a_value\":null,"
                                        "\"b_value\":\"a\\\"b\"}\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text,
                                  "{\"type\":\"rule\",\"name\":\"date\","
                                  "\"sets_aside\":\"a point in time\","
                                  "\"rfc\":\"RFC 9110 §5.6.7\",\"used\":1}\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "{\"type\":\"result\",\"same\":false,"
                                        "\"differences\":1}\n"));
    free(text);
}

/* No line is wider than was asked, and no control byte of a peer passes. */
static void compare_text_keeps_to_its_columns(void)
{
    talk_exchange(
        TALK_OK("X-Odd: \033[31m\xFF\xCC\x80 long long words\r\n", "a"),
        TALK_OK("X-Odd: y\r\n", "b"));
    for (int columns = 60; columns <= 160; columns++) {
        char *text = shown(false, columns);
        CU_ASSERT_PTR_NULL(strchr(text, '\033'));
        CU_ASSERT_PTR_NOT_NULL(strstr(text, "\\x1B[31m"));
        for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
            int width = 0;
            for (; *line != '\0'; line++)
                width += (*line & 0xC0) != 0x80;
            CU_ASSERT(width <= columns);
        }
        free(text);
    }
}

const struct test tests_compare[] = {
    {"compare_of_the_same_finds_nothing", compare_of_the_same_finds_nothing},
    {"compare_sets_aside_how_a_closed_connection_breaks",
     compare_sets_aside_how_a_closed_connection_breaks},
    {"compare_finds_one_changed_field", compare_finds_one_changed_field},
    {"compare_finds_one_missing_answer", compare_finds_one_missing_answer},
    {"compare_says_why_an_answer_is_missing",
     compare_says_why_an_answer_is_missing},
    {"compare_finds_one_more_round_trip", compare_finds_one_more_round_trip},
    {"compare_finds_a_round_trip_anywhere",
     compare_finds_a_round_trip_anywhere},
    {"compare_says_why_a_connection_was_not_kept",
     compare_says_why_a_connection_was_not_kept},
    {"compare_tells_status_and_content", compare_tells_status_and_content},
    {"compare_takes_no_unread_bytes_for_an_answer",
     compare_takes_no_unread_bytes_for_an_answer},
    {"compare_says_when_content_is_coded", compare_says_when_content_is_coded},
    {"compare_trusts_the_true_length", compare_trusts_the_true_length},
    {"compare_explains_what_tls_added", compare_explains_what_tls_added},
    {"compare_takes_any_bytes", compare_takes_any_bytes},
    {"compare_does_not_mind_what_overtakes",
     compare_does_not_mind_what_overtakes},
    {"compare_goes_by_what_began_first", compare_goes_by_what_began_first},
    {"compare_survives_refused_memory", compare_survives_refused_memory},
    {"compare_of_frames_alone_is_refused", compare_of_frames_alone_is_refused},
    {"compare_json_is_the_contract", compare_json_is_the_contract},
    {"compare_text_keeps_to_its_columns", compare_text_keeps_to_its_columns},
    {NULL, NULL},
};
