/* SPDX-License-Identifier: MIT */
/* http_decode: each coding undone in any split, and no bomb goes off. */
#include "http/http_coding.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "tests/harness.h"

/* Where decoded bytes go: the first of them are kept, all are counted. */
struct got {
    char bytes[4096];
    uint64_t length;
};

static int keep(void *context, struct span piece, struct error *error)
{
    struct got *got = context;

    (void)error;
    if (got->length + piece.length <= sizeof(got->bytes))
        memcpy(got->bytes + got->length, piece.data, piece.length);
    got->length += piece.length;
    return 0;
}

/* Decodes in steps; 0, or the class of the failure, negative. */
static int decode(const char *codings, const char *data, size_t length,
                  size_t step, struct got *got, struct error *error)
{
    struct http_decoder *decoder;
    int result = http_decoder_open(&decoder, span_of(codings), error);

    got->length = 0;
    for (size_t at = 0; result == 0 && at < length; at += step)
        result = http_decoder_feed(
            decoder,
            (struct span){data + at, length - at < step ? length - at : step},
            keep, got, error);
    if (result == 0)
        result = http_decoder_end(decoder, error);
    http_decoder_free(decoder);
    return result;
}

static int decode_class(const char *codings, const char *data, size_t length)
{
    struct error error = {0};
    struct got *got = malloc(sizeof(*got));
    int result = decode(codings, data, length, 64 * 1024, got, &error);

    CU_ASSERT_EQUAL(-result, (int)error.class);
    free(got);
    return result;
}

/* RFC 1951 (window < 0), RFC 1950 or, 16 added, RFC 1952. */
static size_t deflated(char *coded, size_t size, int window, const char *text)
{
    z_stream stream = {.next_in = (z_const Bytef *)text,
                       .avail_in = (uInt)strlen(text),
                       .next_out = (Bytef *)coded,
                       .avail_out = (uInt)size};

    deflateInit2(&stream, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY);
    CU_ASSERT_EQUAL(deflate(&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd(&stream);
    return stream.total_out;
}

static const char text[] = "to be or not to be, or to be, or not to be";

static void check_text(const char *codings, const char *coded, size_t length)
{
    struct got *got = malloc(sizeof(*got));

    for (size_t step = 1; step <= length; step++) {
        struct error error = {0};
        CU_ASSERT_EQUAL(decode(codings, coded, length, step, got, &error), 0);
        CU_ASSERT_EQUAL(got->length, strlen(text));
        CU_ASSERT_EQUAL(memcmp(got->bytes, text, strlen(text)), 0);
    }
    /* A cut content is none, wherever the cut. */
    for (size_t prefix = 1; prefix < length; prefix++)
        CU_ASSERT_EQUAL(decode_class(codings, coded, prefix), -ERROR_PROTOCOL);
    free(got);
}

static void http_decoder_undoes_each_coding(void)
{
    char coded[512];
    size_t length;
    char *br = http_coding_encode(HTTP_CODING_BR, span_of(text), &length);

    check_text("br", br, length);
    free(br);
    check_text("gzip", coded,
               deflated(coded, sizeof(coded), MAX_WBITS + 16, text));
    check_text("X-GZIP", coded,
               deflated(coded, sizeof(coded), MAX_WBITS + 16, text));
    check_text("deflate", coded,
               deflated(coded, sizeof(coded), MAX_WBITS, text));
    /* Without zlib's header, as some servers have it. */
    check_text("deflate", coded,
               deflated(coded, sizeof(coded), -MAX_WBITS, text));
}

/* RFC 1952 §2.2: several members are one content. */
static void http_decoder_joins_members_of_gzip(void)
{
    char coded[512];
    struct error error = {0};
    struct got *got = malloc(sizeof(*got));
    size_t first = deflated(coded, sizeof(coded), MAX_WBITS + 16, "one ");
    size_t all = first + deflated(coded + first, sizeof(coded) - first,
                                  MAX_WBITS + 16, "two");

    for (size_t step = 1; step <= all; step++) {
        CU_ASSERT_EQUAL(decode("gzip", coded, all, step, got, &error), 0);
        CU_ASSERT_EQUAL(got->length, 7);
        CU_ASSERT_EQUAL(memcmp(got->bytes, "one two", 7), 0);
    }
    free(got);
}

/* RFC 9110 §8.4: "gzip, br" was gzip first, and br upon it. */
static void http_decoder_takes_layers_off_in_order(void)
{
    char coded[512];
    size_t length = deflated(coded, sizeof(coded), MAX_WBITS + 16, text);
    char *br = http_coding_encode(HTTP_CODING_BR, (struct span){coded, length},
                                  &length);

    check_text("gzip, br", br, length);
    CU_ASSERT_EQUAL(decode_class("br, gzip", br, length), -ERROR_PROTOCOL);
    free(br);
}

static void http_decoder_refuses_what_is_not_so_coded(void)
{
    char coded[512];
    size_t length = deflated(coded, sizeof(coded), MAX_WBITS, text);

    CU_ASSERT_EQUAL(decode_class("gzip", "no gzip", 7), -ERROR_PROTOCOL);
    CU_ASSERT_EQUAL(decode_class("deflate", "\xff\xff\xff", 3),
                    -ERROR_PROTOCOL);
    CU_ASSERT_EQUAL(decode_class("br", "\xff\xff\xff\xff", 4), -ERROR_PROTOCOL);
    coded[length] = 'x'; /* behind the end */
    CU_ASSERT_EQUAL(decode_class("deflate", coded, length + 1),
                    -ERROR_PROTOCOL);
    CU_ASSERT_EQUAL(decode_class("zstd", "", 0), -ERROR_PROTOCOL);
    CU_ASSERT_EQUAL(decode_class("gzip, gzip, gzip, gzip", "", 0),
                    -ERROR_PROTOCOL);
    /* No content is whole, in any coding: the answer to a HEAD. */
    CU_ASSERT_EQUAL(decode_class("gzip", "", 0), 0);
    CU_ASSERT_EQUAL(decode_class("identity", "abc", 3), 0);
}

/* 100 MiB of zeros: 100 KiB of gzip, less of br. Stopped at the bound. */
static void http_decoder_stops_a_bomb(void)
{
    size_t zeros = 100u << 20, length;
    char *plain = calloc(1, zeros);

    for (enum http_coding i = HTTP_CODING_GZIP; i < HTTP_CODING_NONE; i++) {
        struct error error = {0};
        struct got *got = malloc(sizeof(*got));
        char *coded =
            http_coding_encode(i, (struct span){plain, zeros}, &length);

        CU_ASSERT_EQUAL(
            decode(http_coding_name(i), coded, length, 4096, got, &error),
            -ERROR_PROTOCOL);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "bomb"));
        CU_ASSERT(got->length <= HTTP_UNPACKED_FREE);
        free(coded);
        free(got);
    }
    free(plain);
}

/* Half of that is below the bound: any content may be so long. */
static void http_decoder_bears_what_is_small(void)
{
    size_t zeros = 50u << 20, length;
    char *plain = calloc(1, zeros);
    char *coded = http_coding_encode(HTTP_CODING_GZIP,
                                     (struct span){plain, zeros}, &length);

    CU_ASSERT_EQUAL(decode_class("gzip", coded, length), 0);
    free(coded);
    free(plain);
}

const struct test tests_http_decode[] = {
    {"http_decoder_undoes_each_coding", http_decoder_undoes_each_coding},
    {"http_decoder_joins_members_of_gzip", http_decoder_joins_members_of_gzip},
    {"http_decoder_takes_layers_off_in_order",
     http_decoder_takes_layers_off_in_order},
    {"http_decoder_refuses_what_is_not_so_coded",
     http_decoder_refuses_what_is_not_so_coded},
    {"http_decoder_stops_a_bomb", http_decoder_stops_a_bomb},
    {"http_decoder_bears_what_is_small", http_decoder_bears_what_is_small},
    {NULL, NULL}};
