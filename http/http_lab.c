/* SPDX-License-Identifier: MIT */
/*
 * http_lab: the paths that the labs need beside files; they exist with --lab.
 *
 *     /status/N        answers N, with the fields that N must have
 *     /redirect/N?URL  answers N with Location: URL
 *     /headers         the request as it came
 *     /chunked         a chunked body with extensions and trailers
 *     /close           a body that ends where the connection does
 *     /slow?MS         waits so many milliseconds, then answers
 *     /fresh?SECONDS   may be kept so long (max-age); after that, 304
 *     /expires?SECONDS the same, said by a date (Expires)
 *     /silent          takes a body, but says no 100 Continue before
 *     /bytes/N         N bytes
 *     /private         wants a log-in: with --accounts a true one, else any
 *     /session         counts your visits by a cookie; ?end forgets them
 */
#include "http/http_server.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* "/bytes/": the rest of the path as a number. */
static bool number_after(const struct http_exchange *x, size_t prefix,
                         uint64_t max, uint64_t *number)
{
    return text_to_u64(span_of(x->path + prefix), max, number);
}

static int lab_status(struct http_exchange *x)
{
    uint64_t status;

    if (!number_after(x, strlen("/status/"), 599, &status) || status < 100)
        return http_answer_status(x, 404);
    return http_status_answer(x, (int)status);
}

static int lab_redirect(struct http_exchange *x)
{
    uint64_t status;
    int result;

    if (!number_after(x, strlen("/redirect/"), 399, &status) || status < 300 ||
        x->query.length == 0)
        return http_answer_status(x, 404);
    if ((result = http_answer_begin(x, (int)status)) < 0 ||
        (result = http_answer_field(x, "Location", "%.*s", (int)x->query.length,
                                    x->query.data)) < 0)
        return result;
    return http_answer_content(x, "text/plain", "this way\n", 9);
}

static int lab_headers(struct http_exchange *x)
{
    return http_echo_answer(x, "text/plain");
}

/* Three chunks, an extension on the second, one trailer field. */
static int say_chunks(struct http_exchange *x)
{
    static const char *const words[] = {"one chunk\n", "another chunk\n",
                                        "the last chunk\n"};
    char line[64];
    int result = 0;

    for (size_t i = 0; i < 3 && result == 0; i++) {
        size_t length = http_chunk_line(line, sizeof(line), strlen(words[i]),
                                        i == 1 ? ";lab=extension" : NULL);
        if ((result = conn_say_bytes(x->conn, line, length)) == 0 &&
            (result = conn_say_bytes(x->conn, words[i], strlen(words[i]))) == 0)
            result = conn_say_bytes(x->conn, "\r\n", 2);
    }
    if (result == 0)
        result = conn_say_bytes(x->conn, "0\r\n", 3);
    if (result == 0)
        result = conn_say_line(x->conn, "Lab-Chunks: 3");
    return result < 0 ? result : conn_say_bytes(x->conn, "\r\n", 2);
}

/* An HTTP/1.0 client knows no chunks: its body ends with the connection. */
static int lab_chunked(struct http_exchange *x)
{
    bool wanted, old = x->request.version_minor == 0;
    int result;

    x->close = x->close || old;
    if ((result = http_answer_begin(x, 200)) < 0 ||
        (result = http_answer_field(x, "Content-Type", "text/plain")) < 0 ||
        (!old &&
         (result = http_answer_field(x, "Transfer-Encoding", "chunked")) < 0) ||
        (!old &&
         (result = http_answer_field(x, "Trailer", "Lab-Chunks")) < 0) ||
        (result = http_answer_end_head(x, &wanted)) < 0)
        return result;
    if (wanted)
        result = old ? conn_say_line(x->conn, "no chunks in HTTP/1.0")
                     : say_chunks(x);
    return result < 0 ? result : conn_say_end(x->conn);
}

static int lab_close(struct http_exchange *x)
{
    bool wanted;
    int result;

    x->close = true;
    if ((result = http_answer_begin(x, 200)) < 0 ||
        (result = http_answer_field(x, "Content-Type", "text/plain")) < 0 ||
        (result = http_answer_end_head(x, &wanted)) < 0 ||
        (wanted && (result = conn_say_line(
                        x->conn, "this body ends with the connection")) < 0))
        return result;
    return conn_say_end(x->conn);
}

/* Waiting here holds nobody else up: each connection has its process. */
static int lab_slow(struct http_exchange *x)
{
    uint64_t ms = 1000;

    if (x->query.length > 0 && !text_to_u64(x->query, 60000, &ms))
        return http_answer_status(x, 400);
    poll(NULL, 0, (int)ms);
    return http_answer_status(x, 200);
}

/* How long a copy may be used: in seconds (RFC 9111 §5.2.2.1), or by a date as
 * HTTP/1.0 knew it (RFC 9111 §5.3). */
static int say_lifetime(struct http_exchange *x, uint64_t seconds)
{
    char date[HTTP_DATE_MAX];

    if (strcmp(x->path, "/fresh") == 0)
        return http_answer_field(x, "Cache-Control", "max-age=%d",
                                 (int)seconds);
    http_date_write(date, time(NULL) + (time_t)seconds);
    return http_answer_field(x, "Expires", "%s", date);
}

/* The copy that a cache has stays right for ever, but it has to ask. */
static int lab_fresh(struct http_exchange *x)
{
    static const char tag[] = "\"lab\"", text[] = "Keep this for a while.\n";
    bool same =
        span_equal(http_head_field(&x->request, "If-None-Match"), span_of(tag));
    uint64_t seconds = 60;
    bool wanted;
    int result;

    if (x->query.length > 0 && !text_to_u64(x->query, 86400, &seconds))
        return http_answer_status(x, 400);
    if ((result = http_answer_begin(x, same ? 304 : 200)) < 0 ||
        (result = say_lifetime(x, seconds)) < 0 ||
        (result = http_answer_field(x, "ETag", "%s", tag)) < 0)
        return result;
    if (!same)
        return http_answer_content(x, "text/plain", text, sizeof(text) - 1);
    result = http_answer_end_head(x, &wanted);
    return result < 0 ? result : conn_say_end(x->conn);
}

static int lab_bytes(struct http_exchange *x)
{
    static const char row[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"
                              "KLMNOPQRSTUVWXYZ-\n";
    uint64_t left;
    bool wanted;
    int result;

    if (!number_after(x, strlen("/bytes/"), INT64_MAX, &left))
        return http_answer_status(x, 404);
    if ((result = http_answer_begin(x, 200)) < 0 ||
        (result = http_answer_field(x, "Content-Type", "text/plain")) < 0 ||
        (result = http_answer_field(x, "Content-Length", "%s",
                                    x->path + strlen("/bytes/"))) < 0 ||
        (result = http_answer_end_head(x, &wanted)) < 0)
        return result;
    while (wanted && left > 0) {
        size_t length = left < sizeof(row) - 1 ? (size_t)left : sizeof(row) - 1;
        if ((result = conn_say_bytes(x->conn, row, length)) < 0)
            return result;
        left -= length;
    }
    return conn_say_end(x->conn);
}

static int lab_private(struct http_exchange *x)
{
    static const char text[] = "You have logged in.\n";
    int result;

    if (http_head_count(&x->request, "Authorization") == 0) {
        if ((result = http_answer_begin(x, 401)) < 0 ||
            (result = http_status_fields(x, 401)) < 0)
            return result;
        return http_answer_content(x, "text/plain", "Who are you?\n", 13);
    }
    result = http_answer_begin(x, 200);
    return result < 0
               ? result
               : http_answer_content(x, "text/plain", text, sizeof(text) - 1);
}

static const struct {
    const char *path; /* one that ends in '/' is a prefix */
    int (*answer)(struct http_exchange *x);
} lab_paths[] = {
    {"/status/", lab_status},
    {"/redirect/", lab_redirect},
    {"/headers", lab_headers},
    {"/chunked", lab_chunked},
    {"/close", lab_close},
    {"/slow", lab_slow},
    {"/fresh", lab_fresh},
    {"/expires", lab_fresh},
    {"/bytes/", lab_bytes},
    {"/private", lab_private},
    {"/session", http_session_answer},
};

/* Like a server that does not know the expectation: RFC 9110 §10.1.1. */
bool http_lab_is_silent(const struct http_exchange *x)
{
    return x->site->lab && strcmp(x->path, "/silent") == 0;
}

int http_lab_answer(struct http_exchange *x, bool *done)
{
    for (size_t i = 0; i < sizeof(lab_paths) / sizeof(*lab_paths); i++) {
        size_t length = strlen(lab_paths[i].path);
        bool prefix = lab_paths[i].path[length - 1] == '/';

        if (prefix ? strncmp(x->path, lab_paths[i].path, length) == 0
                   : strcmp(x->path, lab_paths[i].path) == 0) {
            *done = true;
            return lab_paths[i].answer(x);
        }
    }
    *done = false;
    return 0;
}
