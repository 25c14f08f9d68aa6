/* SPDX-License-Identifier: MIT */
/*
 * http_multipart: several parts of one content in one body, each with a small
 * header of its own. RFC 9110 §14.6 (multipart/byteranges), on the syntax of
 * RFC 2046 §5.1.1.
 *
 *     --BOUNDARY
 *     Content-Type: text/plain
 *     Content-Range: bytes 0-1/10
 *
 *     01
 *     --BOUNDARY--
 *
 * A part's length is known from its Content-Range, and its data must be
 * followed by the boundary: the two have to agree. No I/O.
 */
#ifndef HTTP_HTTP_MULTIPART_H
#define HTTP_HTTP_MULTIPART_H

#include <stddef.h>
#include <stdint.h>

#include "http/http.h"

/* ---- writing ------------------------------------------------------------ */

/* What stands before the data of a part; a final one of a NULL range. `first`:
 * it is the body's beginning. Returns the length, without NUL; `size` must do
 * for the type and 256 bytes. */
size_t http_multipart_delimiter(char *text, size_t size, const char *boundary,
                                bool first, const char *type,
                                const struct http_range *range, uint64_t total);

/* ---- reading ------------------------------------------------------------ */

enum http_multipart_state {
    HTTP_MULTIPART_DELIMITER, /* a line, which must be the boundary's */
    HTTP_MULTIPART_HEAD,      /* the fields of a part */
    HTTP_MULTIPART_DATA,      /* `left` bytes of it */
    HTTP_MULTIPART_DATA_END,  /* the CR LF before the boundary */
    HTTP_MULTIPART_EPILOGUE,  /* behind the last boundary: means nothing */
    HTTP_MULTIPART_STATES
};

struct http_multipart {
    enum http_multipart_state state;
    char boundary[HTTP_BOUNDARY_MAX + 3]; /* with "--" before it, and NUL */
    char line[HTTP_BOUNDARY_LINE_MAX];    /* the one being read */
    size_t line_length;
    struct http_head head; /* of the part being read */
    uint64_t left;         /* bytes that its data still has */
    struct http_content_range parts[HTTP_RANGES_MAX]; /* those begun */
    size_t count;
};

/* False when the Content-Type is not multipart/byteranges with a boundary. */
bool http_multipart_start(struct http_multipart *multipart,
                          struct span content_type);
/* Reads all of `input`. PARSE_DONE: the last boundary has come. PARSE_BROKEN:
 * *error is ERROR_PROTOCOL with the rule. */
enum parse http_multipart_read(struct http_multipart *multipart,
                               struct span input, struct error *error);
/* The body has ended: 0 if its last boundary had come, else ERROR_PROTOCOL. */
int http_multipart_ended(const struct http_multipart *multipart,
                         struct error *error);

#endif
