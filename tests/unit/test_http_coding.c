/* SPDX-License-Identifier: MIT */
/* http_coding: what Accept-Encoding likes, and that coding can be undone. */
#include "http/http_coding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

static const char *choose(const char *fields)
{
    struct http_head *head = malloc(sizeof(*head));
    struct error error = {0};
    char text[1024];
    size_t used;

    snprintf(text, sizeof(text), "GET / HTTP/1.1\r\nHost: a\r\n%s\r\n", fields);
    http_head_start(head, HTTP_REQUEST);
    CU_ASSERT_EQUAL(http_head_read(head, span_of(text), &used, &error),
                    PARSE_DONE);
    enum http_coding coding = http_coding_choose(head);
    free(head);
    return http_coding_name(coding);
}

#define CHECK_CHOICE(value, want) \
    CU_ASSERT_STRING_EQUAL(choose("Accept-Encoding: " value "\r\n"), (want))

/* RFC 9110 §12.5.3. */
static void http_coding_is_the_one_liked_best(void)
{
    CU_ASSERT_STRING_EQUAL(choose(""), "identity");
    CHECK_CHOICE("gzip", "gzip");
    CHECK_CHOICE("x-gzip", "gzip");
    CHECK_CHOICE("GZIP, deflate", "gzip");
    CHECK_CHOICE("gzip, deflate, br", "br");
    CHECK_CHOICE("gzip;q=1.0, br;q=0.9", "gzip");
    CHECK_CHOICE("gzip ; q=0.3 , br;Q=0.301", "br");
    CHECK_CHOICE("", "identity");
    CHECK_CHOICE("compress", "identity");
    CHECK_CHOICE("*", "br");
    CHECK_CHOICE("br;q=0, *", "gzip");
    CHECK_CHOICE("identity, gzip;q=0.5", "identity");
    CU_ASSERT_STRING_EQUAL(
        choose("Accept-Encoding: br\r\nAccept-Encoding: gzip;q=0.2\r\n"), "br");
}

static void http_coding_with_weight_zero_is_refused(void)
{
    CHECK_CHOICE("gzip;q=0", "identity");
    CHECK_CHOICE("gzip;q=0.000, br;q=0.0", "identity");
    CHECK_CHOICE("identity;q=0", "");
    CHECK_CHOICE("*;q=0", "");
    CHECK_CHOICE("*;q=0, gzip;q=0.001", "gzip");
    CHECK_CHOICE("*;q=0, identity;q=0.5", "identity");
    /* No qvalues: as good as none. */
    CHECK_CHOICE("gzip;q=2", "identity");
    CHECK_CHOICE("gzip;q=0.1234", "identity");
    CHECK_CHOICE("gzip;q=", "identity");
    CHECK_CHOICE("gzip;q=1x", "identity");
    CHECK_CHOICE("gzip;p=1", "identity");
}

static void http_coding_is_for_text_of_some_length(void)
{
    CU_ASSERT(http_coding_pays("text/html; charset=utf-8", 1000));
    CU_ASSERT(http_coding_pays("image/svg+xml", 1000));
    CU_ASSERT(http_coding_pays("text/plain", HTTP_CODED_MAX));
    CU_ASSERT_FALSE(http_coding_pays("image/png", 1000));
    CU_ASSERT_FALSE(http_coding_pays("text/plain", HTTP_CODED_MIN - 1));
    CU_ASSERT_FALSE(http_coding_pays("text/plain", HTTP_CODED_MAX + 1ULL));
}

/* The ETag is made without the coded bytes: they must be the same again. */
static void http_coding_gives_the_same_bytes_twice(void)
{
    struct span text = SPAN("to be or not to be, or to be, or not to be");

    for (enum http_coding i = HTTP_CODING_GZIP; i < HTTP_CODING_NONE; i++) {
        size_t once_length, twice_length;
        char *once = http_coding_encode(i, text, &once_length);
        char *twice = http_coding_encode(i, text, &twice_length);

        CU_ASSERT_EQUAL_FATAL(once_length, twice_length);
        CU_ASSERT_EQUAL(memcmp(once, twice, once_length), 0);
        free(once);
        free(twice);
    }
}

const struct test tests_http_coding[] = {
    {"http_coding_is_the_one_liked_best", http_coding_is_the_one_liked_best},
    {"http_coding_with_weight_zero_is_refused",
     http_coding_with_weight_zero_is_refused},
    {"http_coding_is_for_text_of_some_length",
     http_coding_is_for_text_of_some_length},
    {"http_coding_gives_the_same_bytes_twice",
     http_coding_gives_the_same_bytes_twice},
    {NULL, NULL}};
