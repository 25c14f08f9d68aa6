/* SPDX-License-Identifier: MIT */
/*
 * http_body: reading a body, whatever frames it. RFC 9112 §6 and §7.1.
 *
 * The content is never copied: each call gives a piece of its input, so that a
 * download goes from the socket's buffer straight to the file.
 */
#include "http/http.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const state_names[] = {
    [HTTP_BODY_CONTENT] = "content",
    [HTTP_BODY_CHUNK_LINE] = "chunk size",
    [HTTP_BODY_CHUNK_DATA] = "chunk data",
    [HTTP_BODY_CHUNK_END] = "end of chunk data",
    [HTTP_BODY_TRAILER] = "trailer section",
    [HTTP_BODY_WHOLE] = "whole",
};
_Static_assert(sizeof(state_names) / sizeof(*state_names) == HTTP_BODY_STATES,
               "a name for each state");

const char *http_body_state_name(enum http_body_state state)
{
    return state_names[state];
}

static void to_state(struct http_body *body, enum http_body_state state)
{
    body->state = state;
    body->line_length = 0;
}

void http_body_start(struct http_body *body, struct http_framing framing)
{
    body->framing = framing;
    body->left = body->content = body->chunks = body->extensions = 0;
    http_head_start(&body->trailer, HTTP_TRAILER);

    switch (framing.kind) {
    case HTTP_FRAMING_NONE:
        to_state(body, HTTP_BODY_WHOLE);
        return;
    case HTTP_FRAMING_LENGTH:
        body->left = framing.length;
        to_state(body, body->left ? HTTP_BODY_CONTENT : HTTP_BODY_WHOLE);
        return;
    case HTTP_FRAMING_CLOSE:
        body->left = UINT64_MAX;
        to_state(body, HTTP_BODY_CONTENT);
        return;
    case HTTP_FRAMING_CHUNKED:
        to_state(body, HTTP_BODY_CHUNK_LINE);
        return;
    }
}

static enum parse broken(struct http_body *body, struct error *error,
                         const char *rule)
{
    error_set(error, ERROR_PROTOCOL, "%s", rule);
    error_set_peer(error, body->line, body->line_length);
    return PARSE_BROKEN;
}

/* ---- chunk lines -------------------------------------------------------- */

/* chunk-size of RFC 9112 §7.1: hex digits, no sign, no 0x. A size that could
 * overflow is refused, not wrapped: RFC 9112 §7.1 asks for that care. Returns
 * how many digits there were; 0 if none, or too large. */
static size_t read_size(struct span line, uint64_t *size)
{
    size_t i;

    *size = 0;
    for (i = 0; i < line.length; i++) {
        int value = text_hex_digit(line.data[i]);
        if (value < 0)
            break;
        if (*size > (INT64_MAX >> 4))
            return 0;
        *size = *size << 4 | (uint64_t)value;
    }
    return i;
}

/* The whole line stands in body->line, its CR LF included. An extension is
 * counted and otherwise ignored, as RFC 9112 §7.1.1 asks of one who does not
 * know it; blanks before its semicolon are borne. */
static enum parse read_chunk_line(struct http_body *body, struct error *error)
{
    struct span line = {body->line, body->line_length - 1};
    uint64_t size;

    if (line.length == 0 || line.data[line.length - 1] != '\r')
        return broken(body, error,
                      "a chunk's size ends in LF without CR (RFC 9112 §7.1)");
    line.length--;
    size_t digits = read_size(line, &size);
    if (digits == 0)
        return broken(body, error,
                      "a chunk's size is no hexadecimal number that we can "
                      "count to (RFC 9112 §7.1)");
    struct span rest =
        span_trim((struct span){line.data + digits, line.length - digits});
    if (rest.length > 0 && rest.data[0] != ';')
        return broken(body, error,
                      "something other than an extension follows a chunk's "
                      "size (RFC 9112 §7.1.1)");
    if (memchr(rest.data, '\r', rest.length) ||
        memchr(rest.data, '\0', rest.length))
        return broken(body, error,
                      "a chunk's extension holds a control byte (RFC 9112 "
                      "§7.1.1)");
    body->extensions += rest.length > 0;
    body->left = size;
    body->chunks += size > 0;
    to_state(body, size > 0 ? HTTP_BODY_CHUNK_DATA : HTTP_BODY_TRAILER);
    return PARSE_MORE;
}

/* Gathers a line in body->line up to its LF, whatever the split. */
static enum parse gather_line(struct http_body *body, struct span input,
                              size_t *used, struct error *error)
{
    const char *lf = memchr(input.data, '\n', input.length);
    size_t length = lf ? (size_t)(lf - input.data) + 1 : input.length;
    size_t room = sizeof(body->line) - body->line_length;

    if (length > room) {
        body->line_length = 0;
        return broken(body, error,
                      "a chunk's size line is longer than we read (RFC 9112 "
                      "§7.1.1)");
    }
    memcpy(body->line + body->line_length, input.data, length);
    body->line_length += length;
    *used += length;
    return lf ? read_chunk_line(body, error) : PARSE_MORE;
}

/* The two bytes after a chunk's data, which may come apart. */
static enum parse read_chunk_end(struct http_body *body, struct span input,
                                 size_t *used, struct error *error)
{
    char byte = input.data[0];

    body->line[body->line_length++] = byte;
    if (byte != "\r\n"[body->line_length - 1])
        return broken(body, error,
                      "a chunk's data is not followed by CR LF: its size is "
                      "a lie (RFC 9112 §7.1)");
    *used += 1;
    if (body->line_length == 2)
        to_state(body, HTTP_BODY_CHUNK_LINE);
    return PARSE_MORE;
}

/* ---- reading on --------------------------------------------------------- */

/* As much content as there is and as belongs to this piece. */
static void read_content(struct http_body *body, struct span input,
                         size_t *used, struct span *piece)
{
    size_t length =
        input.length < body->left ? input.length : (size_t)body->left;

    *piece = (struct span){input.data, length};
    *used += length;
    body->content += length;
    if (body->framing.kind == HTTP_FRAMING_CLOSE)
        return;
    body->left -= length;
    if (body->left == 0)
        to_state(body, body->state == HTTP_BODY_CONTENT ? HTTP_BODY_WHOLE
                                                        : HTTP_BODY_CHUNK_END);
}

/* One element of the framing: a chunk's line, its end, or the trailers. */
static enum parse read_framing(struct http_body *body, struct span input,
                               size_t *used, struct error *error)
{
    size_t taken = 0;
    enum parse outcome;

    if (body->state == HTTP_BODY_CHUNK_LINE)
        return gather_line(body, input, used, error);
    if (body->state == HTTP_BODY_CHUNK_END)
        return read_chunk_end(body, input, used, error);
    outcome = http_head_read(&body->trailer, input, &taken, error);
    *used += taken;
    if (outcome == PARSE_DONE)
        to_state(body, HTTP_BODY_WHOLE);
    return outcome;
}

/* Framing is read until a piece of content turns up: the caller gets either a
 * piece, or the end of its input, or the end of the body. */
enum parse http_body_read(struct http_body *body, struct span input,
                          size_t *used, struct span *piece, struct error *error)
{
    *used = 0;
    *piece = (struct span){NULL, 0};
    while (body->state != HTTP_BODY_WHOLE && *used < input.length) {
        struct span rest = {input.data + *used, input.length - *used};

        if (body->state == HTTP_BODY_CONTENT ||
            body->state == HTTP_BODY_CHUNK_DATA) {
            read_content(body, rest, used, piece);
            break;
        }
        if (read_framing(body, rest, used, error) == PARSE_BROKEN)
            return PARSE_BROKEN;
    }
    return body->state == HTTP_BODY_WHOLE ? PARSE_DONE : PARSE_MORE;
}

int http_body_ended(struct http_body *body, struct error *error)
{
    if (body->framing.kind == HTTP_FRAMING_CLOSE) {
        to_state(body, HTTP_BODY_WHOLE);
        return 0;
    }
    if (body->state == HTTP_BODY_WHOLE)
        return 0;
    if (body->state == HTTP_BODY_CONTENT)
        return error_set(error, ERROR_PROTOCOL,
                         "the connection ended %" PRIu64
                         " bytes before the body did: %" PRIu64 " of %" PRIu64
                         " came (RFC 9112 §8)",
                         body->left, body->content, body->framing.length);
    return error_set(error, ERROR_PROTOCOL,
                     "the connection ended inside a chunked body (%s), after "
                     "%" PRIu64 " bytes of content (RFC 9112 §8)",
                     http_body_state_name(body->state), body->content);
}

/* ---- in words, and writing ---------------------------------------------- */

void http_body_describe(const struct http_body *body, char *text, size_t size)
{
    const struct http_framing *framing = &body->framing;

    if (framing->kind == HTTP_FRAMING_NONE) {
        snprintf(text, size, "there is no body: %s, RFC 9112 §6.3 rule %d",
                 framing->why, framing->rule);
        return;
    }
    if (framing->kind == HTTP_FRAMING_CHUNKED) {
        snprintf(text, size,
                 "the body ends after %" PRIu64 " bytes in %" PRIu64
                 " chunks (%" PRIu64 " with extensions, %zu trailer fields): "
                 "%s, RFC 9112 §6.3 rule %d",
                 body->content, body->chunks, body->extensions,
                 body->trailer.field_count, framing->why, framing->rule);
        return;
    }
    snprintf(text, size,
             "the body ends after %" PRIu64 " bytes: %s, RFC 9112 §6.3 rule %d",
             framing->kind == HTTP_FRAMING_LENGTH ? framing->length
                                                  : body->content,
             framing->why, framing->rule);
}

size_t http_chunk_line(char *line, size_t capacity, uint64_t size,
                       const char *extension)
{
    int length = snprintf(line, capacity, "%" PRIx64 "%s\r\n", size,
                          extension ? extension : "");

    return length < 0 || (size_t)length >= capacity ? 0 : (size_t)length;
}
