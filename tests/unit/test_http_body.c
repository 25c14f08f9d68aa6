/* SPDX-License-Identifier: MIT */
/* Bodies of every framing, fed whole, at every cut and byte by byte. */
#include "http/http.h"

#include <string.h>

#include "tests/harness.h"

static struct http_body body;
static char content[256];
static size_t content_length;

/* Feeds `text` in pieces of `step`; what came of it stands in content. */
static enum parse feed(struct http_framing framing, struct span text,
                       size_t step, size_t *total)
{
    struct error error = {0};
    enum parse outcome = PARSE_MORE;

    *total = content_length = 0;
    http_body_start(&body, framing);
    while (outcome == PARSE_MORE && *total < text.length) {
        size_t left = text.length - *total, used;
        struct span input = {text.data + *total, left < step ? left : step};
        struct span piece;

        outcome = http_body_read(&body, input, &used, &piece, &error);
        CU_ASSERT(used > 0 || outcome != PARSE_MORE);
        memcpy(content + content_length, piece.length ? piece.data : "",
               piece.length);
        content_length += piece.length;
        *total += used;
    }
    content[content_length] = '\0';
    if (outcome == PARSE_BROKEN)
        CU_ASSERT_EQUAL(error.class, ERROR_PROTOCOL);
    return outcome;
}

static enum parse feed_every_way(struct http_framing framing, struct span text,
                                 const char *wanted, size_t wanted_used)
{
    size_t used;
    enum parse outcome = feed(framing, text, text.length, &used);

    for (size_t step = 1; step <= text.length; step++) {
        CU_ASSERT_EQUAL(feed(framing, text, step, &used), outcome);
        if (outcome == PARSE_BROKEN)
            continue;
        CU_ASSERT_STRING_EQUAL(content, wanted);
        CU_ASSERT_EQUAL(used, wanted_used);
        CU_ASSERT_EQUAL(body.content, strlen(wanted));
    }
    return outcome;
}

static const struct http_framing chunked = {.kind = HTTP_FRAMING_CHUNKED,
                                            .rule = 4};

/* All of the input belongs to the body. */
static enum parse in_chunks(struct span text, const char *wanted)
{
    return feed_every_way(chunked, text, wanted, text.length);
}

/* RFC 9112 §7.1: sizes in hex of either case, leading zeros allowed. */
static void body_in_chunks_is_put_together(void)
{
    CU_ASSERT_EQUAL(in_chunks(SPAN("5\r\nhello\r\n00b\r\n, the world\r\n"
                                   "A\r\n0123456789\r\n0\r\n\r\n"),
                              "hello, the world0123456789"),
                    PARSE_DONE);
    CU_ASSERT_EQUAL(body.chunks, 3);
    CU_ASSERT_EQUAL(in_chunks(SPAN("0\r\n\r\n"), ""), PARSE_DONE);
}

/* RFC 9112 §7.1.1 and §7.1.2. */
static void body_has_extensions_and_trailers(void)
{
    CU_ASSERT_EQUAL(in_chunks(SPAN("2;a=b\r\nok\r\n1 ; c=\"d\"\r\n!\r\n"
                                   "0;e\r\nDigest: x\r\nB: y\r\n\r\n"),
                              "ok!"),
                    PARSE_DONE);
    CU_ASSERT_EQUAL(body.extensions, 3);
    CU_ASSERT_EQUAL(body.trailer.field_count, 2);
    CU_ASSERT(span_equal(http_head_field(&body.trailer, "digest"), SPAN("x")));
}

/* What follows belongs to the next message. */
static void body_ends_where_it_ends(void)
{
    CU_ASSERT_EQUAL(
        feed_every_way(chunked, SPAN("1\r\na\r\n0\r\n\r\nHTTP/1.1"), "a", 11),
        PARSE_DONE);
    struct http_framing five = {.kind = HTTP_FRAMING_LENGTH, .length = 5};
    CU_ASSERT_EQUAL(feed_every_way(five, SPAN("helloHTTP/1.1"), "hello", 5),
                    PARSE_DONE);
    struct http_framing none = {.kind = HTTP_FRAMING_NONE};
    CU_ASSERT_EQUAL(feed_every_way(none, SPAN("HTTP/1.1"), "", 0), PARSE_DONE);
}

/* A chunk is never guessed at. */
static void body_with_bad_chunks_is_broken(void)
{
    static const struct {
        const char *text;
        size_t length;
    } bad[] = {
#define BAD(text) {text, sizeof(text) - 1}
        BAD("\r\n"),
        BAD("x\r\n"),
        BAD("-1\r\n"),
        BAD("+1\r\n"),
        BAD("0x1\r\n"),
        BAD(" 1\r\na\r\n"),
        BAD("1 x\r\na\r\n"),
        BAD("1\na\r\n0\r\n\r\n"),
        BAD("1\r\nab\r\n0\r\n\r\n"),
        BAD("2\r\na\r\n0\r\n\r\n"),
        BAD("1\r\naxx0\r\n\r\n"),
        BAD("1\r\na\rx0\r\n\r\n"),
        BAD("1\r\nax\n0\r\n\r\n"),
        BAD("1\r\na\n0\r\n\r\n"),
        BAD("1\r\na\r0\r\n\r\n"),
        BAD("8000000000000000\r\n"),
        BAD("10000000000000000\r\n"),
        BAD("1;a\rb\r\na\r\n"),
        BAD("1;a\0b\r\na\r\n"),
        BAD("0\r\nno colon\r\n\r\n"),
        BAD("0\r\n folded: x\r\n\r\n"),
        BAD("0\r\na: b\n\r\n"),
#undef BAD
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct span text = {bad[i].text, bad[i].length};
        CU_ASSERT_EQUAL(in_chunks(text, ""), PARSE_BROKEN);
    }
}

static void body_chunk_lines_have_a_limit(void)
{
    char text[HTTP_CHUNK_LINE_MAX + 8];
    size_t used;

    memset(text, '0', sizeof(text));
    memcpy(text, "1;", 2);
    CU_ASSERT_EQUAL(
        feed(chunked, (struct span){text, HTTP_CHUNK_LINE_MAX}, 100, &used),
        PARSE_MORE);
    CU_ASSERT_EQUAL(
        feed(chunked, (struct span){text, HTTP_CHUNK_LINE_MAX + 1}, 100, &used),
        PARSE_BROKEN);
}

/* RFC 9112 §8: whole or not, by the framing alone. */
static void body_cut_short_is_told_from_a_whole_one(void)
{
    struct http_framing close = {.kind = HTTP_FRAMING_CLOSE, .rule = 8};
    struct http_framing five = {.kind = HTTP_FRAMING_LENGTH, .length = 5};
    struct error error = {0};
    size_t used;

    CU_ASSERT_EQUAL(feed(close, SPAN("anything"), 3, &used), PARSE_MORE);
    CU_ASSERT_EQUAL(http_body_ended(&body, &error), 0);
    CU_ASSERT_EQUAL(body.state, HTTP_BODY_WHOLE);

    CU_ASSERT_EQUAL(feed(five, SPAN("hell"), 4, &used), PARSE_MORE);
    CU_ASSERT_EQUAL(http_body_ended(&body, &error), -ERROR_PROTOCOL);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "4 of 5"));

    struct span text = SPAN("1;x\r\na\r\n0\r\nA: b\r\n\r\n");
    for (size_t cut = 0; cut < text.length; cut++) {
        feed(chunked, (struct span){text.data, cut}, 4, &used);
        CU_ASSERT_EQUAL(http_body_ended(&body, &error), -ERROR_PROTOCOL);
    }
    feed(chunked, text, 4, &used);
    CU_ASSERT_EQUAL(http_body_ended(&body, &error), 0);
}

static void body_describes_its_end(void)
{
    struct http_framing length = {.kind = HTTP_FRAMING_LENGTH,
                                  .length = 1234,
                                  .rule = 6,
                                  .why = "Content-Length"};
    char text[256];

    http_body_start(&body, length);
    http_body_describe(&body, text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, "the body ends after 1234 bytes: "
                                 "Content-Length, RFC 9112 §6.3 rule 6");
}

static void body_chunk_lines_are_written(void)
{
    char line[32];

    CU_ASSERT_EQUAL(http_chunk_line(line, sizeof(line), 255, NULL), 4);
    CU_ASSERT_NSTRING_EQUAL(line, "ff\r\n", 4);
    CU_ASSERT_EQUAL(http_chunk_line(line, sizeof(line), 1, ";a=b"), 7);
    CU_ASSERT_NSTRING_EQUAL(line, "1;a=b\r\n", 7);
    CU_ASSERT_EQUAL(http_chunk_line(line, 4, 255, NULL), 0);
}

const struct test tests_http_body[] = {
    {"body_in_chunks_is_put_together", body_in_chunks_is_put_together},
    {"body_has_extensions_and_trailers", body_has_extensions_and_trailers},
    {"body_ends_where_it_ends", body_ends_where_it_ends},
    {"body_with_bad_chunks_is_broken", body_with_bad_chunks_is_broken},
    {"body_chunk_lines_have_a_limit", body_chunk_lines_have_a_limit},
    {"body_cut_short_is_told_from_a_whole_one",
     body_cut_short_is_told_from_a_whole_one},
    {"body_describes_its_end", body_describes_its_end},
    {"body_chunk_lines_are_written", body_chunk_lines_are_written},
    {NULL, NULL}};
