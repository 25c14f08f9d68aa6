/* SPDX-License-Identifier: MIT */
/* The eight rules of RFC 9112 §6.3, one after the other. */
#include "http/http.h"

#include <string.h>

#include "tests/harness.h"

static struct http_head head;
static struct http_framing framing;

static void parse(enum http_kind kind, const char *text)
{
    struct error error = {0};
    size_t used;

    http_head_start(&head, kind);
    CU_ASSERT_EQUAL(http_head_read(&head, span_of(text), &used, &error),
                    PARSE_DONE);
}

static int response(const char *method, const char *text)
{
    struct error error = {0};

    parse(HTTP_RESPONSE, text);
    return http_framing_of_response(&framing, &head, method, &error);
}

static int request(const char *text)
{
    struct error error = {0};

    parse(HTTP_REQUEST, text);
    return http_framing_of_request(&framing, &head, &error);
}

/* Rule 1: whatever the fields say. */
static void framing_rule_1_some_answers_have_no_body(void)
{
    CU_ASSERT_EQUAL(response("HEAD", "HTTP/1.1 200 OK\r\n"
                                     "Content-Length: 5\r\n\r\n"),
                    0);
    CU_ASSERT(framing.kind == HTTP_FRAMING_NONE && framing.rule == 1);
    CU_ASSERT(framing.persistent);
    CU_ASSERT_EQUAL(response("GET", "HTTP/1.1 204 No Content\r\n"
                                    "Transfer-Encoding: chunked\r\n\r\n"),
                    0);
    CU_ASSERT(framing.kind == HTTP_FRAMING_NONE && framing.rule == 1);
    response("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n");
    CU_ASSERT_EQUAL(framing.kind, HTTP_FRAMING_NONE);
    response("GET", "HTTP/1.1 103 Early Hints\r\n\r\n");
    CU_ASSERT_EQUAL(framing.kind, HTTP_FRAMING_NONE);
}

/* Rule 3: Transfer-Encoding overrides, and the connection is not to be trusted
 * further (RFC 9112 §6.1). A server refuses it. */
static void framing_rule_3_chunked_overrides_a_length(void)
{
    CU_ASSERT_EQUAL(response("GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
                                    "Transfer-Encoding: chunked\r\n\r\n"),
                    0);
    CU_ASSERT(framing.kind == HTTP_FRAMING_CHUNKED && framing.rule == 3);
    CU_ASSERT_FALSE(framing.persistent);
    CU_ASSERT(request("POST / HTTP/1.1\r\nContent-Length: 5\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n") < 0);
    CU_ASSERT_EQUAL(head.refusal, 400);
}

/* Rule 4: chunked, whatever its case, ends by its last chunk. */
static void framing_rule_4_chunked(void)
{
    CU_ASSERT_EQUAL(response("GET", "HTTP/1.1 200 OK\r\n"
                                    "Transfer-Encoding: Chunked\r\n\r\n"),
                    0);
    CU_ASSERT(framing.kind == HTTP_FRAMING_CHUNKED && framing.rule == 4);
    CU_ASSERT(framing.persistent);
    CU_ASSERT_EQUAL(
        request("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"), 0);
    CU_ASSERT_EQUAL(framing.kind, HTTP_FRAMING_CHUNKED);
}

/* Nobody offered TE: another coding can't be decoded, and must not be guessed
 * around (RFC 9112 §6.1, §7.4). */
static void framing_refuses_other_codings(void)
{
    static const char *const codings[] = {"gzip",
                                          "gzip, chunked",
                                          "chunked, chunked",
                                          "chunked, gzip",
                                          "identity",
                                          "xchunked",
                                          "",
                                          "chunked;q=1"};

    for (size_t i = 0; i < sizeof(codings) / sizeof(*codings); i++) {
        char text[128];

        snprintf(text, sizeof(text),
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: %s\r\n\r\n",
                 codings[i]);
        CU_ASSERT_EQUAL(response("GET", text), -ERROR_PROTOCOL);
        snprintf(text, sizeof(text),
                 "POST / HTTP/1.1\r\nTransfer-Encoding: %s\r\n\r\n",
                 codings[i]);
        CU_ASSERT_EQUAL(request(text), -ERROR_PROTOCOL);
        CU_ASSERT(head.refusal == 400 || head.refusal == 501);
    }
    request("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n");
    CU_ASSERT_EQUAL(head.refusal, 501);
}

/* RFC 9112 §6.1: chunked in HTTP/1.0 is faulty framing. */
static void framing_of_http_1_0_has_no_chunks(void)
{
    CU_ASSERT(request("POST / HTTP/1.0\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n") < 0);
    CU_ASSERT_EQUAL(head.refusal, 400);
    CU_ASSERT_EQUAL(response("GET", "HTTP/1.0 200 OK\r\n"
                                    "Connection: keep-alive\r\n"
                                    "Transfer-Encoding: chunked\r\n\r\n"),
                    0);
    CU_ASSERT_FALSE(framing.persistent);
}

/* Rule 5: what is no single length is no length. */
static void framing_rule_5_refuses_bad_lengths(void)
{
    static const char *const fields[] = {
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5, 6",
        "Content-Length: -5",
        "Content-Length: +5",
        "Content-Length: 0x5",
        "Content-Length: 5 5",
        "Content-Length:",
        "Content-Length: ,",
        "Content-Length: 18446744073709551616",
        "Content-Length: 9223372036854775808",
        "Content-Length: 5.0"};

    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
        char text[160];

        snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\n%s\r\n\r\n",
                 fields[i]);
        CU_ASSERT_EQUAL(response("GET", text), -ERROR_PROTOCOL);
        snprintf(text, sizeof(text), "POST / HTTP/1.1\r\n%s\r\n\r\n",
                 fields[i]);
        CU_ASSERT_EQUAL(request(text), -ERROR_PROTOCOL);
        CU_ASSERT_EQUAL(head.refusal, 400);
    }
}

/* Rule 5 allows the same number twice; rule 6 takes it. */
static void framing_rule_6_content_length(void)
{
    CU_ASSERT_EQUAL(response("GET", "HTTP/1.1 200 OK\r\nContent-Length: 42, "
                                    "42\r\nContent-Length: 42\r\n\r\n"),
                    0);
    CU_ASSERT(framing.kind == HTTP_FRAMING_LENGTH && framing.rule == 6);
    CU_ASSERT_EQUAL(framing.length, 42);
    CU_ASSERT_EQUAL(response("GET", "HTTP/1.1 200 OK\r\nContent-Length: "
                                    "9223372036854775807\r\n\r\n"),
                    0);
    CU_ASSERT_EQUAL(framing.length, (uint64_t)INT64_MAX);
}

/* Rules 7 and 8: a request ends, a response goes on until the close. */
static void framing_rules_7_and_8_without_any_length(void)
{
    CU_ASSERT_EQUAL(request("GET / HTTP/1.1\r\n\r\n"), 0);
    CU_ASSERT(framing.kind == HTTP_FRAMING_NONE && framing.rule == 7);
    CU_ASSERT_EQUAL(response("GET", "HTTP/1.1 200 OK\r\n\r\n"), 0);
    CU_ASSERT(framing.kind == HTTP_FRAMING_CLOSE && framing.rule == 8);
    CU_ASSERT_FALSE(framing.persistent);
}

/* RFC 9112 §9.3. */
static void framing_knows_who_keeps_the_connection(void)
{
    request("GET / HTTP/1.1\r\nConnection: x, close\r\n\r\n");
    CU_ASSERT_FALSE(framing.persistent);
    request("GET / HTTP/1.0\r\n\r\n");
    CU_ASSERT_FALSE(framing.persistent);
    request("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
    CU_ASSERT(framing.persistent);
    request("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n");
    CU_ASSERT_FALSE(framing.persistent);
}

const struct test tests_http_framing[] = {
    {"framing_rule_1_some_answers_have_no_body",
     framing_rule_1_some_answers_have_no_body},
    {"framing_rule_3_chunked_overrides_a_length",
     framing_rule_3_chunked_overrides_a_length},
    {"framing_rule_4_chunked", framing_rule_4_chunked},
    {"framing_refuses_other_codings", framing_refuses_other_codings},
    {"framing_of_http_1_0_has_no_chunks", framing_of_http_1_0_has_no_chunks},
    {"framing_rule_5_refuses_bad_lengths", framing_rule_5_refuses_bad_lengths},
    {"framing_rule_6_content_length", framing_rule_6_content_length},
    {"framing_rules_7_and_8_without_any_length",
     framing_rules_7_and_8_without_any_length},
    {"framing_knows_who_keeps_the_connection",
     framing_knows_who_keeps_the_connection},
    {NULL, NULL}};
