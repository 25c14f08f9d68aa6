/* SPDX-License-Identifier: MIT */
/*
 * http_upload: the content of a request, from memory or from a file, plain or
 * in chunks.
 */
#include "http/http_client.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* A server that answers before it has our body won't read the rest of it (a
 * 413, say): RFC 9112 §9.5 asks us to watch for that and to stop. Under TLS
 * what has come may be a session ticket, in both it may be the 100 that we did
 * not wait for any longer: neither is an answer. */
bool http_upload_is_answered(struct conn *conn)
{
    int status = conn_fill_within(conn, 0);

    return status < 0 ||
           (status == 0 && http_expect_hear(conn) == HTTP_EXPECT_ANSWER);
}

static int say_piece(struct conn *conn, bool chunked, const char *data,
                     size_t length)
{
    char line[32];
    int result;

    if (!chunked)
        return conn_say_bytes(conn, data, length);
    size_t line_length = http_chunk_line(line, sizeof(line), length, NULL);
    if ((result = conn_say_bytes(conn, line, line_length)) < 0 ||
        (result = conn_say_bytes(conn, data, length)) < 0)
        return result;
    return conn_say_bytes(conn, "\r\n", 2);
}

/* The next piece of the file, at most `left`; 0 at its end. */
static ssize_t read_piece(int fd, char *piece, uint64_t left,
                          struct error *error)
{
    size_t want = left < HTTP_UPLOAD_PIECE ? (size_t)left : HTTP_UPLOAD_PIECE;
    ssize_t got;

    do
        got = read(fd, piece, want);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "the file to send can't be read");
    return got;
}

/* Sends exactly `content->length` bytes of the file, or all of it in chunks.
 * 1: stopped early, because the server has answered. */
static int say_file(struct conn *conn, const struct http_content *content,
                    struct error *error)
{
    uint64_t left = content->chunked ? UINT64_MAX : content->length;
    char *piece = malloc(HTTP_UPLOAD_PIECE);
    int result = piece ? 0 : error_set(error, ERROR_LOCAL, "out of memory");

    while (result == 0 && left > 0) {
        ssize_t got = read_piece(content->fd, piece, left, error);

        if (got == 0 && content->chunked)
            break;
        if (got == 0)
            got = error_set(error, ERROR_LOCAL,
                            "the file to send became shorter meanwhile");
        left -= got > 0 ? (uint64_t)got : 0;
        result = got < 0
                     ? (int)got
                     : say_piece(conn, content->chunked, piece, (size_t)got);
        if (result == 0 && left > 0 && http_upload_is_answered(conn))
            result = 1;
    }
    free(piece);
    return result;
}

/* The chunk of size 0, the trailers, the empty line: RFC 9112 §7.1.2. */
static int say_last_chunk(struct conn *conn, const struct option_list *trailers)
{
    int result = conn_say_bytes(conn, "0\r\n", 3);

    for (size_t i = 0; trailers && i < trailers->count && result == 0; i++)
        result = conn_say_line(conn, "%s", trailers->values[i]);
    return result < 0 ? result : conn_say_bytes(conn, "\r\n", 2);
}

int http_upload_say(struct conn *conn, const struct http_request *request,
                    struct error *error)
{
    const struct http_content *content = request->content;
    int result = 0;

    if (!content)
        return 0;
    if ((result = http_expect_wait(conn, request)) != 0)
        return result;
    if (!content->data && content->fd >= 0)
        result = say_file(conn, content, error);
    else if (content->length > 0)
        result = say_piece(conn, content->chunked, content->data,
                           (size_t)content->length);
    /* A body that was stopped must not look whole: no last chunk for it. */
    if (result == 0 && content->chunked)
        result = say_last_chunk(conn, request->trailers);
    return result;
}
