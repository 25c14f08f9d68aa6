/* SPDX-License-Identifier: MIT */
/* http_coding: which coding the client likes best, and the coding itself. */
#include "http/http_coding.h"

#include <brotli/encode.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static const char *const names[] = {
    [HTTP_CODING_IDENTITY] = "identity",
    [HTTP_CODING_GZIP] = "gzip",
    [HTTP_CODING_BR] = "br",
    [HTTP_CODING_NONE] = "",
};
_Static_assert(sizeof(names) / sizeof(*names) == HTTP_CODINGS,
               "a name for each coding");

const char *http_coding_name(enum http_coding coding)
{
    return names[coding];
}

/* ---- Accept-Encoding ---------------------------------------------------- */

/* "0.5" in thousandths; 0, which is "not acceptable", for what is no qvalue
 * (RFC 9110 §12.4.2: 0 to 1, at most three decimals). */
static unsigned read_qvalue(struct span text)
{
    unsigned value = 0, scale = 1000;

    for (size_t i = 0; i < text.length; i++) {
        bool digit = text.data[i] >= '0' && text.data[i] <= '9';
        if (i == 1 ? text.data[i] != '.' : !digit)
            return 0;
        if (!digit)
            continue;
        value += (unsigned)(text.data[i] - '0') * scale;
        scale /= 10;
    }
    return text.length > 0 && text.length <= 5 && value <= 1000 ? value : 0;
}

/* "gzip;q=0.8": the name and the weight, 1000 if none is said. */
static unsigned take_weight(struct span *element)
{
    const char *semicolon = memchr(element->data, ';', element->length);
    struct span weight;

    if (!semicolon)
        return 1000;
    weight = span_trim((struct span){
        semicolon + 1,
        (size_t)(element->data + element->length - semicolon - 1)});
    element->length = (size_t)(semicolon - element->data);
    *element = span_trim(*element);
    if (weight.length < 2 || (weight.data[0] | 0x20) != 'q' ||
        weight.data[1] != '=')
        return 0;
    return read_qvalue((struct span){weight.data + 2, weight.length - 2});
}

static enum http_coding find(struct span name)
{
    /* RFC 9110 §8.4.1.3: x-gzip is gzip. */
    if (span_equal_nocase(name, SPAN("x-gzip")))
        return HTTP_CODING_GZIP;
    for (enum http_coding i = HTTP_CODING_IDENTITY; i < HTTP_CODING_NONE; i++)
        if (span_equal_nocase(name, span_of(names[i])))
            return i;
    return HTTP_CODING_NONE;
}

/* The weight of each coding, -1 where nothing is said of it. */
static void read_weights(const struct http_head *request,
                         int weights[HTTP_CODING_NONE])
{
    /* The weight of "*", which stands for all that are not named. */
    int others = -1;

    for (enum http_coding i = HTTP_CODING_IDENTITY; i < HTTP_CODING_NONE; i++)
        weights[i] = -1;
    for (size_t i = 0; i < request->field_count; i++) {
        struct span list = request->fields[i].value, element;

        if (!span_equal_nocase(request->fields[i].name,
                               SPAN("Accept-Encoding")))
            continue;
        while (http_list_next(&list, &element)) {
            int weight = (int)take_weight(&element);
            enum http_coding coding = find(element);

            if (coding != HTTP_CODING_NONE)
                weights[coding] = weight;
            else if (span_equal(element, SPAN("*")))
                others = weight;
        }
    }
    for (enum http_coding i = HTTP_CODING_IDENTITY; i < HTTP_CODING_NONE; i++)
        if (weights[i] == -1)
            weights[i] = others;
}

/* NOTE(http-coding): a coding that is not named is not wanted; identity is
 * borne unless it is refused by name or by "*;q=0" (RFC 9110 §12.5.3). */
enum http_coding http_coding_choose(const struct http_head *request)
{
    int weights[HTTP_CODING_NONE];
    enum http_coding best = HTTP_CODING_NONE;

    if (http_head_count(request, "Accept-Encoding") == 0)
        return HTTP_CODING_IDENTITY;
    read_weights(request, weights);
    if (weights[HTTP_CODING_IDENTITY] != 0)
        best = HTTP_CODING_IDENTITY;
    for (enum http_coding i = HTTP_CODING_GZIP; i < HTTP_CODING_NONE; i++)
        if (weights[i] > 0 &&
            (best == HTTP_CODING_NONE || weights[i] >= weights[best]))
            best = i;
    return best;
}

/* ---- coding ------------------------------------------------------------- */

bool http_coding_pays(const char *type, uint64_t size)
{
    bool text = strncmp(type, "text/", 5) == 0 ||
                strcmp(type, "application/json") == 0 ||
                strcmp(type, "application/xml") == 0 ||
                strcmp(type, "image/svg+xml") == 0;

    return text && size >= HTTP_CODED_MIN && size <= HTTP_CODED_MAX;
}

/* 16 more than the largest window asks zlib for gzip's header and trailer; the
 * header has no time in it, so the same file gives the same bytes. */
static char *encode_gzip(struct span content, size_t *length)
{
    z_stream stream = {0};
    char *coded = NULL;

    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16,
                     8, Z_DEFAULT_STRATEGY) != Z_OK)
        return NULL;
    *length = deflateBound(&stream, content.length);
    coded = malloc(*length);
    if (coded) {
        stream.next_in = (z_const Bytef *)content.data;
        stream.avail_in = (uInt)content.length;
        stream.next_out = (Bytef *)coded;
        stream.avail_out = (uInt)*length;
        deflate(&stream, Z_FINISH);
        *length = stream.total_out;
    }
    deflateEnd(&stream);
    return coded;
}

static char *encode_br(struct span content, size_t *length)
{
    char *coded;

    *length = BrotliEncoderMaxCompressedSize(content.length);
    coded = malloc(*length);
    if (coded && !BrotliEncoderCompress(
                     HTTP_BROTLI_QUALITY, BROTLI_DEFAULT_WINDOW,
                     BROTLI_MODE_TEXT, content.length,
                     (const uint8_t *)content.data, length, (uint8_t *)coded)) {
        free(coded);
        coded = NULL;
    }
    return coded;
}

char *http_coding_encode(enum http_coding coding, struct span content,
                         size_t *length)
{
    return coding == HTTP_CODING_BR ? encode_br(content, length)
                                    : encode_gzip(content, length);
}
