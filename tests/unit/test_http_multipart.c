/* SPDX-License-Identifier: MIT */
/* http_multipart: RFC 9110 §14.6, written and read, in any split. */
#include "http/http_multipart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

#define TYPE "multipart/byteranges; boundary=xyz"
#define PART(range) "--xyz\r\nContent-Range: bytes " range "\r\n\r\n"
#define TWO PART("0-1/10") "01\r\n" PART("5-6/10") "56\r\n--xyz--\r\n"

/* Feeds the text in steps; the outcome after the last of them. */
static enum parse feed(struct http_multipart *multipart, const char *type,
                       const char *text, size_t length, size_t step,
                       struct error *error)
{
    enum parse outcome = PARSE_MORE;

    CU_ASSERT_FATAL(http_multipart_start(multipart, span_of(type)));
    for (size_t at = 0; at < length && outcome != PARSE_BROKEN; at += step)
        outcome = http_multipart_read(
            multipart,
            (struct span){text + at, length - at < step ? length - at : step},
            error);
    return outcome;
}

static void http_multipart_is_read_in_any_split(void)
{
    struct http_multipart *multipart = malloc(sizeof(*multipart));
    struct error error = {0};
    size_t length = strlen(TWO);

    for (size_t step = 1; step <= length; step++) {
        CU_ASSERT_EQUAL(feed(multipart, TYPE, TWO, length, step, &error),
                        PARSE_DONE);
        CU_ASSERT_EQUAL(multipart->count, 2);
        CU_ASSERT_EQUAL(multipart->parts[0].first, 0);
        CU_ASSERT_EQUAL(multipart->parts[0].last, 1);
        CU_ASSERT_EQUAL(multipart->parts[1].first, 5);
        CU_ASSERT_EQUAL(multipart->parts[1].total, 10);
    }
    /* Every prefix but those that lack nothing but the last CR LF. */
    for (size_t prefix = 1; prefix < length; prefix++)
        CU_ASSERT_EQUAL(feed(multipart, TYPE, TWO, prefix, 7, &error),
                        PARSE_MORE);
    free(multipart);
}

/* nginx sends an empty line first; RFC 2046 §5.1.1 allows a text at the end. */
static void http_multipart_bears_a_preamble_and_an_epilogue(void)
{
    static const char text[] = "\r\n" TWO "never\nread";
    struct http_multipart *multipart = malloc(sizeof(*multipart));
    struct error error = {0};

    CU_ASSERT_EQUAL(feed(multipart,
                         "Multipart/ByteRanges;a=b; BOUNDARY=\"xyz\"", text,
                         strlen(text), 5, &error),
                    PARSE_DONE);
    CU_ASSERT_EQUAL(multipart->count, 2);
    free(multipart);
}

static void http_multipart_that_lies_is_refused(void)
{
    static const char *const bad[] = {
        "--abc\r\n",
        "--xyz--\r\n",
        "--xyz\n",
        "--xyz!\r\n",
        "--xyz\r\nContent-Type: text/plain\r\n\r\n",
        PART("*/10"),
        PART("5-4/10"),
        PART("0-1/10") "012\r\n--xyz--\r\n",
        PART("0-1/10") "0\r\n--xyz--\r\n",
        PART("0-1/10") "01\r\n--xyz",
    };
    struct http_multipart *multipart = malloc(sizeof(*multipart));

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct error error = {0};
        enum parse outcome =
            feed(multipart, TYPE, bad[i], strlen(bad[i]), 1, &error);
        CU_ASSERT_EQUAL(http_multipart_ended(multipart, NULL), -ERROR_PROTOCOL);
        CU_ASSERT_EQUAL(outcome, i < 9 ? PARSE_BROKEN : PARSE_MORE);
        CU_ASSERT_EQUAL(error.class, i < 9 ? ERROR_PROTOCOL : 0);
    }
    free(multipart);
}

static void http_multipart_has_bounds(void)
{
    struct http_multipart *multipart = malloc(sizeof(*multipart));
    struct error error = {0};
    char text[8192] = "", line[HTTP_BOUNDARY_LINE_MAX + 2];

    for (size_t i = 0; i <= HTTP_RANGES_MAX; i++)
        strcat(text, PART("0-0/1") "0\r\n");
    CU_ASSERT_EQUAL(feed(multipart, TYPE, text, strlen(text), 100, &error),
                    PARSE_BROKEN);
    error_clear(&error);
    memset(line, '-', sizeof(line) - 1);
    line[sizeof(line) - 1] = '\0';
    CU_ASSERT_EQUAL(feed(multipart, TYPE, line, strlen(line), 1, &error),
                    PARSE_BROKEN);
    free(multipart);
}

static void http_multipart_needs_a_boundary(void)
{
    static const char *const bad[] = {"",
                                      "text/plain",
                                      "multipart/byteranges",
                                      "multipart/byteranges; a=b",
                                      "multipart/byteranges; boundary=",
                                      "multipart/mixed; boundary=x"};
    char longer[128] = "multipart/byteranges; boundary=";
    struct http_multipart *multipart = malloc(sizeof(*multipart));

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        CU_ASSERT_FALSE(http_multipart_start(multipart, span_of(bad[i])));
    memset(longer + strlen(longer), 'x', HTTP_BOUNDARY_MAX);
    CU_ASSERT(http_multipart_start(multipart, span_of(longer)));
    strcat(longer, "x");
    CU_ASSERT_FALSE(http_multipart_start(multipart, span_of(longer)));
    free(multipart);
}

/* The CR LF behind the last boundary may be missing; no more than that. */
static void http_multipart_ends_at_its_boundary(void)
{
    struct http_multipart *multipart = malloc(sizeof(*multipart));
    struct error error = {0};
    size_t length = strlen(TWO);

    for (size_t prefix = 0; prefix <= length; prefix++) {
        feed(multipart, TYPE, TWO, prefix, 9, &error);
        CU_ASSERT_EQUAL(
            http_multipart_ended(multipart, NULL),
            prefix == length - 2 || prefix == length ? 0 : -ERROR_PROTOCOL);
    }
    free(multipart);
}

/* What our server writes, our client reads. */
static void http_multipart_is_written_as_it_is_read(void)
{
    struct http_multipart *multipart = malloc(sizeof(*multipart));
    struct http_range ranges[] = {{0, 1}, {5, 6}};
    struct error error = {0};
    char text[1024], *end = text;

    for (size_t i = 0; i < 2; i++) {
        end += http_multipart_delimiter(end, 512, "xyz", i == 0, "text/plain",
                                        &ranges[i], 10);
        end = stpcpy(end, "ab");
    }
    http_multipart_delimiter(end, 512, "xyz", false, NULL, NULL, 10);
    CU_ASSERT_EQUAL(feed(multipart, TYPE, text, strlen(text), 3, &error),
                    PARSE_DONE);
    CU_ASSERT_EQUAL(multipart->count, 2);
    CU_ASSERT_EQUAL(http_multipart_delimiter(text, 10, "xyz", true,
                                             "text/plain", &ranges[0], 10),
                    0);
    free(multipart);
}

const struct test tests_http_multipart[] = {
    {"http_multipart_is_read_in_any_split",
     http_multipart_is_read_in_any_split},
    {"http_multipart_bears_a_preamble_and_an_epilogue",
     http_multipart_bears_a_preamble_and_an_epilogue},
    {"http_multipart_that_lies_is_refused",
     http_multipart_that_lies_is_refused},
    {"http_multipart_has_bounds", http_multipart_has_bounds},
    {"http_multipart_needs_a_boundary", http_multipart_needs_a_boundary},
    {"http_multipart_ends_at_its_boundary",
     http_multipart_ends_at_its_boundary},
    {"http_multipart_is_written_as_it_is_read",
     http_multipart_is_written_as_it_is_read},
    {NULL, NULL}};
