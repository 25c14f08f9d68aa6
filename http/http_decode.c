/* SPDX-License-Identifier: MIT */
/*
 * http_decode: a coded content made plain, as it comes. Each coding that was
 * applied is a layer here; the last one applied is the first one taken off.
 */
#include "http/http_coding.h"

#include <brotli/decode.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum kind { KIND_GZIP, KIND_DEFLATE, KIND_BR };

struct layer {
    enum kind kind;
    z_stream zlib;              /* of gzip and deflate */
    BrotliDecoderState *brotli; /* of br */
    bool ready;                 /* zlib was initialised */
    bool begun, ended;          /* inside the coding; after its end */
    uint64_t decoded;           /* bytes that came out of it */
    unsigned char out[HTTP_DECODE_PIECE];
};

struct http_decoder {
    struct layer *layers[HTTP_CODED_LAYERS_MAX]; /* [0] was applied last */
    size_t count;
    uint64_t coded; /* bytes that went in */
    http_decoder_sink *sink;
    void *context;
};

/* ---- opening and closing ------------------------------------------------ */

static int add_layer(struct http_decoder *decoder, struct span name,
                     struct error *error)
{
    struct layer *layer;
    enum kind kind = KIND_BR;

    if (span_equal_nocase(name, SPAN("identity")))
        return 0;
    if (span_equal_nocase(name, SPAN("gzip")) ||
        span_equal_nocase(name, SPAN("x-gzip")))
        kind = KIND_GZIP;
    else if (span_equal_nocase(name, SPAN("deflate")))
        kind = KIND_DEFLATE;
    else if (!span_equal_nocase(name, SPAN("br"))) {
        error_set_peer(error, name.data, name.length);
        return error_set(error, ERROR_PROTOCOL,
                         "a content coding that we did not offer (RFC 9110 "
                         "§12.5.3)");
    }
    if (decoder->count == HTTP_CODED_LAYERS_MAX)
        return error_set(error, ERROR_PROTOCOL,
                         "more content codings upon each other than we take "
                         "off (RFC 9110 §8.4)");
    if (!(layer = calloc(1, sizeof(*layer))))
        return error_set(error, ERROR_LOCAL, "out of memory");
    layer->kind = kind;
    memmove(decoder->layers + 1, decoder->layers,
            decoder->count * sizeof(*decoder->layers));
    decoder->layers[0] = layer;
    decoder->count++;
    if (kind == KIND_BR &&
        !(layer->brotli = BrotliDecoderCreateInstance(NULL, NULL, NULL)))
        return error_set(error, ERROR_LOCAL, "out of memory");
    return 0;
}

int http_decoder_open(struct http_decoder **decoder, struct span codings,
                      struct error *error)
{
    struct span name;
    int result = 0;

    *decoder = calloc(1, sizeof(**decoder));
    if (!*decoder)
        return error_set(error, ERROR_LOCAL, "out of memory");
    while (result == 0 && http_list_next(&codings, &name))
        result = add_layer(*decoder, name, error);
    if (result < 0) {
        http_decoder_free(*decoder);
        *decoder = NULL;
    }
    return result;
}

void http_decoder_free(struct http_decoder *decoder)
{
    for (size_t i = 0; decoder && i < decoder->count; i++) {
        struct layer *layer = decoder->layers[i];

        if (layer->ready)
            inflateEnd(&layer->zlib);
        if (layer->brotli)
            BrotliDecoderDestroyInstance(layer->brotli);
        free(layer);
    }
    free(decoder);
}

/* ---- what comes out ----------------------------------------------------- */

static int feed_layer(struct http_decoder *decoder, size_t index,
                      struct span input, struct error *error);

static int broken(struct error *error, const char *coding, const char *what)
{
    return error_set(error, ERROR_PROTOCOL,
                     "the content is not what Content-Encoding: %s says: %s "
                     "(RFC 9110 §8.4)",
                     coding, what);
}

/* NOTE(http-bomb): the bound grows with what has come, so an honest archive of
 * any size passes; ten kilobytes that want to be ten gigabytes do not. Each
 * layer is judged: a bomb may hide in the middle of two. */
static int pass_on(struct http_decoder *decoder, size_t index, size_t length,
                   struct error *error)
{
    struct layer *layer = decoder->layers[index];
    struct span piece = {(const char *)layer->out, length};

    layer->decoded += length;
    if (layer->decoded > HTTP_UNPACKED_FREE &&
        layer->decoded / HTTP_UNPACKED_RATIO > decoder->coded)
        return error_set(error, ERROR_PROTOCOL,
                         "a decompression bomb: %llu bytes unpack to more than "
                         "%u MiB and %u times their number (RFC 9110 §8.4)",
                         (unsigned long long)decoder->coded,
                         HTTP_UNPACKED_FREE >> 20, HTTP_UNPACKED_RATIO);
    return length > 0 ? feed_layer(decoder, index + 1, piece, error) : 0;
}

/* ---- gzip and deflate --------------------------------------------------- */

/* "deflate" means zlib's format (RFC 9110 §8.4.1.2), but some servers send the
 * bare compressed data of RFC 1951. The first byte tells: zlib's names method
 * 8 and a window that exists; bare data never begin so. */
static int start_zlib(struct layer *layer, unsigned char first)
{
    int window = MAX_WBITS + 16;

    if (layer->kind == KIND_DEFLATE)
        window =
            (first & 0x0f) == 8 && first >> 4 <= 7 ? MAX_WBITS : -MAX_WBITS;
    layer->ready = inflateInit2(&layer->zlib, window) == Z_OK;
    return layer->ready ? 0 : -ERROR_LOCAL;
}

/* A gzip content may be several members in a row (RFC 1952 §2.2). */
static int start_again(struct layer *layer, struct error *error)
{
    if (layer->kind != KIND_GZIP || inflateReset(&layer->zlib) != Z_OK)
        return broken(error, "deflate", "bytes follow its end");
    layer->ended = false;
    return 0;
}

static int feed_zlib(struct http_decoder *decoder, size_t index,
                     struct span input, struct error *error)
{
    struct layer *layer = decoder->layers[index];
    z_stream *zlib = &layer->zlib;
    const char *name = layer->kind == KIND_GZIP ? "gzip" : "deflate";
    int result = 0;

    if (!layer->ready && start_zlib(layer, (unsigned char)input.data[0]) < 0)
        return error_set(error, ERROR_LOCAL, "out of memory");
    zlib->next_in = (z_const Bytef *)input.data;
    zlib->avail_in = (uInt)input.length;
    do {
        if (layer->ended && (result = start_again(layer, error)) < 0)
            return result;
        zlib->next_out = layer->out;
        zlib->avail_out = sizeof(layer->out);
        int outcome = inflate(zlib, Z_NO_FLUSH);
        if (outcome == Z_MEM_ERROR)
            return error_set(error, ERROR_LOCAL, "out of memory");
        if (outcome != Z_OK && outcome != Z_STREAM_END &&
            outcome != Z_BUF_ERROR)
            return broken(error, name, zlib->msg ? zlib->msg : "broken");
        layer->ended = outcome == Z_STREAM_END;
        result = pass_on(decoder, index, sizeof(layer->out) - zlib->avail_out,
                         error);
    } while (result == 0 &&
             (zlib->avail_in > 0 || (zlib->avail_out == 0 && !layer->ended)));
    return result;
}

/* ---- br ----------------------------------------------------------------- */

static int feed_brotli(struct http_decoder *decoder, size_t index,
                       struct span input, struct error *error)
{
    struct layer *layer = decoder->layers[index];
    const uint8_t *next = (const uint8_t *)input.data;
    size_t left = input.length;
    BrotliDecoderResult outcome;
    int result = 0;

    if (layer->ended)
        return broken(error, "br", "bytes follow its end");
    do {
        uint8_t *out = layer->out;
        size_t room = sizeof(layer->out);

        outcome = BrotliDecoderDecompressStream(layer->brotli, &left, &next,
                                                &room, &out, NULL);
        if (outcome == BROTLI_DECODER_RESULT_ERROR)
            return broken(error, "br",
                          BrotliDecoderErrorString(
                              BrotliDecoderGetErrorCode(layer->brotli)));
        result = pass_on(decoder, index, sizeof(layer->out) - room, error);
    } while (result == 0 && outcome == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT);
    layer->ended = outcome == BROTLI_DECODER_RESULT_SUCCESS;
    if (result == 0 && layer->ended && left > 0)
        return broken(error, "br", "bytes follow its end");
    return result;
}

/* ---- through all layers ------------------------------------------------- */

static int feed_layer(struct http_decoder *decoder, size_t index,
                      struct span input, struct error *error)
{
    if (index == decoder->count)
        return decoder->sink(decoder->context, input, error);
    decoder->layers[index]->begun = true;
    return decoder->layers[index]->kind == KIND_BR
               ? feed_brotli(decoder, index, input, error)
               : feed_zlib(decoder, index, input, error);
}

int http_decoder_feed(struct http_decoder *decoder, struct span input,
                      http_decoder_sink *sink, void *context,
                      struct error *error)
{
    decoder->coded += input.length;
    decoder->sink = sink;
    decoder->context = context;
    return input.length > 0 ? feed_layer(decoder, 0, input, error) : 0;
}

int http_decoder_end(const struct http_decoder *decoder, struct error *error)
{
    for (size_t i = 0; i < decoder->count; i++)
        if (decoder->layers[i]->begun && !decoder->layers[i]->ended)
            return error_set(error, ERROR_PROTOCOL,
                             "the content ends in the middle of its coding "
                             "(RFC 9110 §8.4)");
    return 0;
}

void http_decoder_count(const struct http_decoder *decoder, uint64_t *coded,
                        uint64_t *decoded)
{
    *coded = decoder->coded;
    *decoded = decoder->count ? decoder->layers[decoder->count - 1]->decoded
                              : decoder->coded;
}
