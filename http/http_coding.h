/* SPDX-License-Identifier: MIT */
/*
 * http_coding: content codings, which make a content shorter for the way from
 * end to end. RFC 9110 §8.4: gzip, deflate (zlib) and br (brotli).
 *
 *     struct http_decoder *decoder;
 *     http_decoder_open(&decoder, SPAN("gzip"), &error);
 *     http_decoder_feed(decoder, piece, write_it, file, &error);   // repeat
 *     http_decoder_end(decoder, &error);       // was it whole?
 *     http_decoder_free(decoder);
 *
 * A few bytes can unpack to terabytes. So what is unpacked goes on piece by
 * piece, and ends with an error once it is both longer than
 * HTTP_UNPACKED_FREE and more than HTTP_UNPACKED_RATIO times what came.
 */
#ifndef HTTP_HTTP_CODING_H
#define HTTP_HTTP_CODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/http.h"

/* ---- choosing and coding: the server's half (http_coding.c) ------------- */

enum http_coding {
    HTTP_CODING_IDENTITY, /* as it is */
    HTTP_CODING_GZIP,
    HTTP_CODING_BR,
    HTTP_CODING_NONE, /* the client bears none of them: 406 */
    HTTP_CODINGS
};

/* "gzip"; "identity" and "" for the two that Content-Encoding never names. */
const char *http_coding_name(enum http_coding coding);
/* What Accept-Encoding likes best (RFC 9110 §12.5.3): the highest qvalue, and
 * of equals the shorter content. IDENTITY without such a field. */
enum http_coding http_coding_choose(const struct http_head *request);
/* Worth the time: text of some length, but none that takes seconds. */
bool http_coding_pays(const char *type, uint64_t size);
/* The coded content, owned by the caller, who frees it; NULL: no memory. */
char *http_coding_encode(enum http_coding coding, struct span content,
                         size_t *length);

/* ---- decoding: the client's half (http_decode.c) ------------------------ */

struct http_decoder;

/* Where decoded bytes go: 0, or a negative class that ends the decoding. */
typedef int http_decoder_sink(void *context, struct span piece,
                              struct error *error);

/* For the codings that Content-Encoding names, in the order of their
 * application. ERROR_PROTOCOL: one that we did not offer, or too many. Frees
 * nothing on success; *decoder is NULL after a failure. */
int http_decoder_open(struct http_decoder **decoder, struct span codings,
                      struct error *error);
/* ERROR_PROTOCOL: not what the coding says, or a bomb. */
int http_decoder_feed(struct http_decoder *decoder, struct span input,
                      http_decoder_sink *sink, void *context,
                      struct error *error);
/* The content has ended. ERROR_PROTOCOL: in the middle of the coding. No
 * content at all is whole. */
int http_decoder_end(const struct http_decoder *decoder, struct error *error);
/* Bytes that went in and came out so far. */
void http_decoder_count(const struct http_decoder *decoder, uint64_t *coded,
                        uint64_t *decoded);
void http_decoder_free(struct http_decoder *decoder); /* NULL is allowed */

#endif
