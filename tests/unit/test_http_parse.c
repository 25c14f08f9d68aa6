/* SPDX-License-Identifier: MIT */
/*
 * The head of a message, fed whole, up to every prefix, and byte by byte: the
 * outcome must never depend on the split.
 */
#include "http/http.h"

#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

static struct http_head head; /* too large for a stack in good conscience */

/* Feeds `text` in pieces of `step` bytes. */
static enum parse feed(enum http_kind kind, struct span text, size_t step,
                       size_t *total)
{
    struct error error = {0};
    enum parse outcome = PARSE_MORE;

    *total = 0;
    http_head_start(&head, kind);
    while (outcome == PARSE_MORE && *total < text.length) {
        size_t left = text.length - *total, used;
        struct span piece = {text.data + *total, left < step ? left : step};

        outcome = http_head_read(&head, piece, &used, &error);
        *total += used;
    }
    if (outcome == PARSE_BROKEN)
        CU_ASSERT(error.class == ERROR_PROTOCOL && error.text[0] != '\0');
    return outcome;
}

/* The same outcome in one piece, in two at every place, and byte by byte. A
 * prefix of a good head is never broken and never whole. */
static enum parse feed_every_way(enum http_kind kind, struct span text)
{
    size_t whole, other;
    enum parse outcome = feed(kind, text, text.length, &whole);

    CU_ASSERT_EQUAL(feed(kind, text, 1, &other), outcome);
    for (size_t cut = 1; cut < text.length; cut++) {
        struct span prefix = {text.data, cut};
        enum parse early = feed(kind, prefix, cut, &other);

        if (early != PARSE_MORE)
            CU_ASSERT(early == outcome && cut >= other);
        CU_ASSERT_EQUAL(feed(kind, text, cut, &other), outcome);
    }
    outcome = feed(kind, text, text.length, &whole);
    if (outcome == PARSE_DONE)
        CU_ASSERT_EQUAL(whole, head.length);
    return outcome;
}

#define REQUEST(text) feed_every_way(HTTP_REQUEST, SPAN(text))
#define RESPONSE(text) feed_every_way(HTTP_RESPONSE, SPAN(text))

static bool is(struct span got, const char *wanted)
{
    return span_equal(got, span_of(wanted));
}

/* RFC 9112 §3, the request line; RFC 9112 §5, the fields. */
static void http_request_is_read(void)
{
    CU_ASSERT_EQUAL(REQUEST("GET /a?b HTTP/1.1\r\nHost: www.example.test\r\n"
                            "Empty:\r\nTab:\t x y \t\r\n\r\n"),
                    PARSE_DONE);
    CU_ASSERT(is(head.method, "GET"));
    CU_ASSERT(is(head.target, "/a?b"));
    CU_ASSERT_EQUAL(head.version_minor, 1);
    CU_ASSERT_EQUAL(head.field_count, 3);
    CU_ASSERT(is(http_head_field(&head, "HOST"), "www.example.test"));
    CU_ASSERT(is(http_head_field(&head, "empty"), ""));
    CU_ASSERT(is(http_head_field(&head, "tab"), "x y"));
    CU_ASSERT_PTR_NULL(http_head_field(&head, "none").data);
}

/* What follows the empty line is not the head's. */
static void http_head_leaves_the_body_alone(void)
{
    struct span text = SPAN("HTTP/1.1 200 OK\r\n\r\nbody\r\n\r\n");
    size_t used;

    CU_ASSERT_EQUAL(feed(HTTP_RESPONSE, text, text.length, &used), PARSE_DONE);
    CU_ASSERT_EQUAL(used, strlen("HTTP/1.1 200 OK\r\n\r\n"));
}

/* RFC 9112 §2.2: an empty line before a request is overlooked. */
static void http_request_may_follow_an_empty_line(void)
{
    CU_ASSERT_EQUAL(REQUEST("\r\nGET / HTTP/1.0\r\n\r\n"), PARSE_DONE);
    CU_ASSERT_EQUAL(head.version_minor, 0);
    CU_ASSERT_EQUAL(RESPONSE("\r\nHTTP/1.1 200 OK\r\n\r\n"), PARSE_BROKEN);
}

static void check_refusal(struct span text, int refusal)
{
    CU_ASSERT_EQUAL(feed_every_way(HTTP_REQUEST, text), PARSE_BROKEN);
    CU_ASSERT_EQUAL(head.refusal, refusal);
}

#define REFUSES(text, status) check_refusal(SPAN(text), (status))

/* RFC 9112 §3: one space, and one only, between three words. */
static void http_request_line_has_three_words(void)
{
    REFUSES("GET  / HTTP/1.1\r\n\r\n", 400);
    REFUSES("GET / HTTP/1.1 \r\n\r\n", 400);
    REFUSES("GET /a b HTTP/1.1\r\n\r\n", 400);
    REFUSES(" GET / HTTP/1.1\r\n\r\n", 400);
    REFUSES("GET\t/ HTTP/1.1\r\n\r\n", 400);
    REFUSES("GET /\r\n\r\n", 400);
    REFUSES("G(T / HTTP/1.1\r\n\r\n", 400);
    REFUSES("GET /\x01 HTTP/1.1\r\n\r\n", 400);
}

/* RFC 9112 §2.3: case counts; RFC 9110 §15.6.6: another major version. */
static void http_request_version_is_http_1(void)
{
    REFUSES("GET / http/1.1\r\n\r\n", 400);
    REFUSES("GET / HTTP/1\r\n\r\n", 400);
    REFUSES("GET / HTTP/1.10\r\n\r\n", 400);
    REFUSES("GET / HTTP/2.0\r\n\r\n", 505);
    REFUSES("GET / HTTP/0.9\r\n\r\n", 505);
}

/* RFC 9112 §2.2: a line ends in CR LF, and neither stands alone. */
static void http_lines_end_in_cr_lf(void)
{
    REFUSES("GET / HTTP/1.1\nHost: a\r\n\r\n", 400);
    REFUSES("GET / HTTP/1.1\r\nHost: a\n\r\n", 400);
    REFUSES("GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", 400);
    REFUSES("GET / HTTP/1.1\r\nHost: a\r\n\n", 400);
    CU_ASSERT_EQUAL(RESPONSE("HTTP/1.1 200 OK\nA: b\n\n"), PARSE_BROKEN);
}

/* RFC 9112 §5.1: a blank before the colon is how requests are smuggled. */
static void http_field_names_are_tokens(void)
{
    REFUSES("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400);
    REFUSES("GET / HTTP/1.1\r\nHo st: a\r\n\r\n", 400);
    REFUSES("GET / HTTP/1.1\r\n: a\r\n\r\n", 400);
    REFUSES("GET / HTTP/1.1\r\nHost\r\n\r\n", 400);
    REFUSES("GET / HTTP/1.1\r\nH\xC3\xB6st: a\r\n\r\n", 400);
}

/* RFC 9110 §5.5: no control byte in a value; what is above 0x7f is opaque. */
static void http_field_values_hold_no_controls(void)
{
    REFUSES("GET / HTTP/1.1\r\nA: b\0c\r\n\r\n", 400);
    REFUSES("GET / HTTP/1.1\r\nA: b\x1b[2J\r\n\r\n", 400);
    CU_ASSERT_EQUAL(REQUEST("GET / HTTP/1.1\r\nA: \xC3\xB6\xFF\r\n\r\n"),
                    PARSE_DONE);
}

/* RFC 9112 §5.2: a server refuses a folded line, a client unfolds it. */
static void http_folded_lines_are_refused_or_unfolded(void)
{
    REFUSES("GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", 400);
    CU_ASSERT_EQUAL(RESPONSE("HTTP/1.1 200 OK\r\nA: b\r\n\t c\r\nD: e\r\n"
                             "F:\r\n g\r\n\r\n"),
                    PARSE_DONE);
    CU_ASSERT(is(http_head_field(&head, "A"), "b  \t c"));
    CU_ASSERT(is(http_head_field(&head, "D"), "e"));
    CU_ASSERT(is(http_head_field(&head, "F"), "g"));
    /* Nothing stands before the first field that it could go on with. */
    CU_ASSERT_EQUAL(RESPONSE("HTTP/1.1 200 OK\r\n A: b\r\n\r\n"), PARSE_BROKEN);
}

/* RFC 9112 §4. */
static void http_status_line_is_read(void)
{
    CU_ASSERT_EQUAL(RESPONSE("HTTP/1.0 404 Not Found here\r\n\r\n"),
                    PARSE_DONE);
    CU_ASSERT_EQUAL(head.status, 404);
    CU_ASSERT_EQUAL(head.version_minor, 0);
    CU_ASSERT(is(head.reason, "Not Found here"));
    CU_ASSERT_EQUAL(RESPONSE("HTTP/1.1 200 \r\n\r\n"), PARSE_DONE);
    CU_ASSERT_EQUAL(RESPONSE("HTTP/1.1 200\r\n\r\n"), PARSE_DONE);
}

static void http_status_line_is_strict_about_the_code(void)
{
    CU_ASSERT_EQUAL(RESPONSE("HTTP/1.1 20 OK\r\n\r\n"), PARSE_BROKEN);
    CU_ASSERT_EQUAL(RESPONSE("HTTP/1.1 2000 OK\r\n\r\n"), PARSE_BROKEN);
    CU_ASSERT_EQUAL(RESPONSE("HTTP/1.1 099 OK\r\n\r\n"), PARSE_BROKEN);
    CU_ASSERT_EQUAL(RESPONSE("HTTP/1.1  200 OK\r\n\r\n"), PARSE_BROKEN);
    CU_ASSERT_EQUAL(RESPONSE("HTTP/2 200 OK\r\n\r\n"), PARSE_BROKEN);
    CU_ASSERT_EQUAL(RESPONSE("HTTP/1.1 +20 OK\r\n\r\n"), PARSE_BROKEN);
    CU_ASSERT_EQUAL(RESPONSE("SSH-2.0-OpenSSH_9.2\r\n"), PARSE_BROKEN);
}

/* Each limit of limits.h holds at its very byte. */
static void http_head_keeps_its_limits(void)
{
    char *text = malloc(2 * HTTP_HEAD_MAX);
    size_t used, line = HTTP_LINE_MAX;

    memset(text, 'a', 2 * HTTP_HEAD_MAX);
    memcpy(text, "GET /", 5);
    memcpy(text + line - 9, " HTTP/1.1\r\n\r\n", 13);
    struct span fits = {text, line + 4};
    CU_ASSERT_EQUAL(feed(HTTP_REQUEST, fits, 1000, &used), PARSE_DONE);

    struct span endless = {text, line - 9};
    memset(text + line - 9, 'a', 100);
    endless.length += 100;
    CU_ASSERT_EQUAL(feed(HTTP_REQUEST, endless, 1000, &used), PARSE_BROKEN);
    CU_ASSERT_EQUAL(head.refusal, 414);

    memset(text, 'a', 2 * HTTP_HEAD_MAX);
    memcpy(text, "GET / HTTP/1.1\r\nA: ", 19);
    struct span huge = {text, HTTP_HEAD_MAX};
    CU_ASSERT_EQUAL(feed(HTTP_REQUEST, huge, 1000, &used), PARSE_MORE);
    huge.length++;
    CU_ASSERT_EQUAL(feed(HTTP_REQUEST, huge, 1000, &used), PARSE_BROKEN);
    CU_ASSERT_EQUAL(head.refusal, 431);
    free(text);
}

static void http_head_counts_its_fields(void)
{
    char text[32 + 6 * (HTTP_FIELDS_MAX + 1)];
    size_t used, at = (size_t)sprintf(text, "GET / HTTP/1.1\r\n");

    for (int i = 0; i < HTTP_FIELDS_MAX; i++)
        at += (size_t)sprintf(text + at, "A:b\r\n");
    CU_ASSERT_EQUAL(feed(HTTP_REQUEST, (struct span){text, at}, at, &used),
                    PARSE_MORE);
    at += (size_t)sprintf(text + at, "A:b\r\n");
    CU_ASSERT_EQUAL(feed(HTTP_REQUEST, (struct span){text, at}, at, &used),
                    PARSE_BROKEN);
    CU_ASSERT_EQUAL(head.refusal, 431);
}

/* RFC 9110 §5.6.1: empty elements of a list are passed over. */
static void http_lists_are_taken_apart(void)
{
    CU_ASSERT_EQUAL(REQUEST("GET / HTTP/1.1\r\nConnection: , a,\r\n"
                            "Connection: Close ,b\r\n\r\n"),
                    PARSE_DONE);
    CU_ASSERT_EQUAL(http_head_count(&head, "connection"), 2);
    CU_ASSERT(http_head_has(&head, "Connection", "close"));
    CU_ASSERT(http_head_has(&head, "Connection", "a"));
    CU_ASSERT_FALSE(http_head_has(&head, "Connection", "clos"));
    CU_ASSERT_FALSE(http_head_has(&head, "Connection", ""));
}

const struct test tests_http_parse[] = {
    {"http_request_is_read", http_request_is_read},
    {"http_head_leaves_the_body_alone", http_head_leaves_the_body_alone},
    {"http_request_may_follow_an_empty_line",
     http_request_may_follow_an_empty_line},
    {"http_request_line_has_three_words", http_request_line_has_three_words},
    {"http_request_version_is_http_1", http_request_version_is_http_1},
    {"http_lines_end_in_cr_lf", http_lines_end_in_cr_lf},
    {"http_field_names_are_tokens", http_field_names_are_tokens},
    {"http_field_values_hold_no_controls", http_field_values_hold_no_controls},
    {"http_folded_lines_are_refused_or_unfolded",
     http_folded_lines_are_refused_or_unfolded},
    {"http_status_line_is_read", http_status_line_is_read},
    {"http_status_line_is_strict_about_the_code",
     http_status_line_is_strict_about_the_code},
    {"http_head_keeps_its_limits", http_head_keeps_its_limits},
    {"http_head_counts_its_fields", http_head_counts_its_fields},
    {"http_lists_are_taken_apart", http_lists_are_taken_apart},
    {NULL, NULL}};
