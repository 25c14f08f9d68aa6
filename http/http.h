/* SPDX-License-Identifier: MIT */
/*
 * http: the Hypertext Transfer Protocol, both halves.
 *
 * RFC 9110 (semantics): methods, redirection, Basic and Digest log-in (RFC
 * 7617, RFC 7616), ranges, validators and all conditions, content codings. RFC
 * 9111: a private cache. RFC 9112 (HTTP/1.1): all of the message format,
 * framing by each rule of §6.3, chunked with extensions and trailers,
 * persistence. HTTP/1.0 (RFC 1945), where the difference is the lesson.
 *
 *     struct http_client client = {...};                // see http_client.h
 *     http_client_open(&client, &url);                  // TCP, then TLS
 *     http_client_send(&client, &request);              // one message out
 *     http_client_hear_head(&client, &request);         // its answer's header
 *     do
 *         http_client_hear_piece(&client, &piece);      // its body
 *     while (piece.length > 0);
 *     http_client_close(&client);
 *
 * The parsers do no I/O. They take bytes as they come, in any split, keep what
 * they need, and answer PARSE_DONE, PARSE_MORE or PARSE_BROKEN.
 *
 * DEPARTURES. Deliberately strict: a bare LF ends no line (RFC 9112 §2.2 would
 * allow it), because two parsers that disagree about line ends can be played
 * against each other (RFC 9112 §11.2). No HTTP/2.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "common/error.h"
#include "common/limits.h"
#include "common/terms.h"
#include "common/text.h"
#include "http/http_limits.h"

struct conn;

/* Methods, status codes, header fields and ideas; a NULL name ends. */
extern const struct term http_terms[];
/* The reason phrase of a status code; "" for one that we don't know. */
const char *http_reason(int status);

/* ---- the head of a message (http_parse.c) ------------------------------- */

enum http_kind {
    HTTP_REQUEST,
    HTTP_RESPONSE,
    HTTP_TRAILER /* the fields after the last chunk: no start line */
};

struct http_field {
    struct span name, value; /* the value without blanks around it */
};

/* A start line and its fields, read from a stream. The spans point into
 * `bytes`: a head that has begun must not be copied or moved. */
struct http_head {
    enum http_kind kind;
    int version_minor;          /* HTTP/1.x: 0, or 1 and above */
    struct span method, target; /* of a request */
    int status;                 /* of a response: 100 to 999 */
    struct span reason;         /* of a response; may be empty */
    struct http_field fields[HTTP_FIELDS_MAX];
    size_t field_count;
    int refusal;               /* broken: the status a server answers */
    char bytes[HTTP_HEAD_MAX]; /* what was read, the empty line too */
    size_t length;             /* of it */
    size_t line_start;         /* where the line being read begins */
    bool started;              /* the start line was read */
};

void http_head_start(struct http_head *head, enum http_kind kind);
/* Reads on in `input`; *used is how much of it belongs to the head. Feed only
 * what was not used before. PARSE_BROKEN: *error is ERROR_PROTOCOL with the
 * rule, and head->refusal is set. */
enum parse http_head_read(struct http_head *head, struct span input,
                          size_t *used, struct error *error);

/* The value of the first field of that name, letter case aside; data is NULL
 * when there is none. */
struct span http_head_field(const struct http_head *head, const char *name);
size_t http_head_count(const struct http_head *head, const char *name);
/* True when one of the comma-separated elements of all fields of that name is
 * `token`, letter case aside. */
bool http_head_has(const struct http_head *head, const char *name,
                   const char *token);
/* Takes the next element off a comma-separated list, empty ones left out; false
 * at the end. RFC 9110 §5.6.1. */
bool http_list_next(struct span *list, struct span *element);
/* Masks in the trace what is secret in the head being heard: credentials and
 * cookies. Its first byte must be the message's first (http_mask.c). */
void http_head_mask(const struct http_head *head, struct conn *conn);
/* How much of a field's value is no secret: "Basic " of Authorization, all of
 * an ordinary one. */
size_t http_field_open_length(struct span name, struct span value);
/* True for a token of RFC 9110 §5.6.2: a method, a field's name. */
bool http_is_token(struct span text);

/* ---- where the body ends (http_framing.c) ------------------------------- */

enum http_framing_kind {
    HTTP_FRAMING_NONE,    /* the message ends with its head */
    HTTP_FRAMING_LENGTH,  /* after `length` bytes */
    HTTP_FRAMING_CHUNKED, /* after the chunk of size 0 and the trailers */
    HTTP_FRAMING_CLOSE    /* where the connection ends */
};

struct http_framing {
    enum http_framing_kind kind;
    uint64_t length; /* of HTTP_FRAMING_LENGTH */
    int rule;        /* of the list in RFC 9112 §6.3 */
    const char *why; /* "Content-Length"; static */
    bool persistent; /* the connection may carry another message */
};

/* The decision of RFC 9112 §6.3. `method` is that of the request answered.
 * ERROR_PROTOCOL: lengths that contradict each other or can't be read, or a
 * transfer coding that we did not offer; a server answers head->refusal. */
int http_framing_of_response(struct http_framing *framing,
                             const struct http_head *head, const char *method,
                             struct error *error);
int http_framing_of_request(struct http_framing *framing,
                            struct http_head *head, struct error *error);

/* ---- the body (http_body.c) --------------------------------------------- */

enum http_body_state {
    HTTP_BODY_CONTENT,    /* `left` bytes of content, or until the close */
    HTTP_BODY_CHUNK_LINE, /* the size, extensions, CR LF */
    HTTP_BODY_CHUNK_DATA, /* `left` bytes of this chunk */
    HTTP_BODY_CHUNK_END,  /* the CR LF after its data */
    HTTP_BODY_TRAILER,
    HTTP_BODY_WHOLE,
    HTTP_BODY_STATES
};

struct http_body {
    struct http_framing framing;
    enum http_body_state state;
    uint64_t left;       /* bytes that the piece being read still has */
    uint64_t content;    /* bytes of content so far, framing not counted */
    uint64_t chunks;     /* with data, so far */
    uint64_t extensions; /* chunks that carried any */
    char line[HTTP_CHUNK_LINE_MAX]; /* the chunk line being read */
    size_t line_length;
    struct http_head trailer;
};

void http_body_start(struct http_body *body, struct http_framing framing);
/* Reads on in `input`: *piece is content (it borrows from input, and may be
 * empty), *used all that was read, framing included. PARSE_DONE: the body is
 * whole, after *piece. PARSE_MORE: there may be more in what is left of the
 * input if *used is not 0. */
enum parse http_body_read(struct http_body *body, struct span input,
                          size_t *used, struct span *piece,
                          struct error *error);
/* The input has ended: 0 if the body is whole by that, else ERROR_PROTOCOL with
 * what is missing (RFC 9112 §8). */
int http_body_ended(struct http_body *body, struct error *error);
/* "the body ends after 1234 bytes: Content-Length, RFC 9112 §6.3 rule 6". */
void http_body_describe(const struct http_body *body, char *text, size_t size);
const char *http_body_state_name(enum http_body_state state);

/* The line before a chunk of `size` bytes, with its CR LF; returns its length.
 * `extension` is ";name=value", or NULL. RFC 9112 §7.1. */
size_t http_chunk_line(char *line, size_t capacity, uint64_t size,
                       const char *extension);

/* ---- values of fields --------------------------------------------------- */

/* A date as RFC 9110 §5.6.7 wants it sent. */
#define HTTP_DATE_MAX 32
void http_date_write(char text[HTTP_DATE_MAX], time_t when);
/* Any of the three formats that a recipient must accept; false if none. The
 * century of the one whose year has two digits depends on `now`. */
bool http_date_read_at(struct span text, time_t now, time_t *when);
bool http_date_read(struct span text, time_t *when);

/* What Range asks for, of a content of `total` bytes (http_range.c). */
struct http_range {
    uint64_t first, last; /* both included */
};
enum http_range_kind {
    HTTP_RANGE_IGNORED, /* one that can't or need not be heeded: send all */
    HTTP_RANGE_PARTS,   /* `count` of them, in the order asked for */
    HTTP_RANGE_OUTSIDE  /* none of it exists: 416 */
};
/* *why is a sentence for the trace, static. */
enum http_range_kind http_range_read(struct span value, uint64_t total,
                                     struct http_range ranges[HTTP_RANGES_MAX],
                                     size_t *count, const char **why);

/* Content-Range, as a client hears it. */
struct http_content_range {
    bool satisfied;       /* false: "bytes * / total", a 416 */
    uint64_t first, last; /* both included */
    uint64_t total;       /* UINT64_MAX: "*", not known */
};
bool http_content_range_read(struct span value,
                             struct http_content_range *range);

/* The credentials of RFC 7617 §2: base64 of "user:password". `size` of `text`
 * includes the NUL; false if they don't fit. */
bool http_basic_write(char *text, size_t size, const char *user,
                      const char *password);

#endif
