/* SPDX-License-Identifier: MIT */
/*
 * http_file_answer: what a GET or HEAD gets of a file: all of it, a part of it,
 * or the word that it has not changed.
 */
#include "http/http_server.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- conditions --------------------------------------------------------- */

/* RFC 9110 §8.8.2.1: no change lies after the answer that tells of it. */
struct http_validators http_file_validators(const struct http_file *file)
{
    struct http_validators current = {.modified = -1, .now = time(NULL)};

    if (!file)
        return current;
    current.exists = true;
    current.etag = file->etag;
    current.modified =
        file->modified < current.now ? file->modified : current.now;
    return current;
}

int http_file_judge(struct http_exchange *x, const struct http_file *file)
{
    struct http_validators current = http_file_validators(file);
    const char *why;
    int status = http_conditions_judge(&x->request, &current, &why);

    if (why)
        conn_note(x->conn, RFC("9110", "13.2.2"), "conditions", "%s", why);
    return status;
}

/* ---- answering ---------------------------------------------------------- */

static int say_validators(struct http_exchange *x, const struct http_file *file)
{
    char date[HTTP_DATE_MAX];
    int result;

    http_date_write(date, http_file_validators(file).modified);
    if ((result = http_answer_field(x, "Last-Modified", "%s", date)) < 0)
        return result;
    return http_answer_field(x, "ETag", "%s", file->etag);
}

/* Sends `length` bytes from `offset` on. A file that shrinks meanwhile leaves
 * the announced length unmet: then only the end of the connection is honest. */
static int say_part(struct http_exchange *x, const struct http_file *file,
                    uint64_t offset, uint64_t length)
{
    char *piece = malloc(HTTP_FILE_PIECE);
    int result = piece ? 0 : error_set(x->error, ERROR_LOCAL, "out of memory");

    while (result == 0 && length > 0) {
        size_t want =
            length < HTTP_FILE_PIECE ? (size_t)length : HTTP_FILE_PIECE;
        ssize_t got = pread(file->fd, piece, want, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            result =
                error_set_errno(x->error, ERROR_LOCAL, errno,
                                "%s became shorter while it was sent", x->path);
            break;
        }
        result = conn_say_bytes(x->conn, piece, (size_t)got);
        offset += (uint64_t)got;
        length -= (uint64_t)got;
    }
    free(piece);
    return result;
}

/* 200 with all of it, or 206 with a part: RFC 9110 §15.3.7. */
static int answer_with_part(struct http_exchange *x,
                            const struct http_file *file, bool partial,
                            uint64_t first, uint64_t last)
{
    uint64_t length = partial ? last - first + 1 : file->size;
    bool wanted;
    int result;

    if ((result = http_answer_begin(x, partial ? 206 : 200)) < 0 ||
        (result = say_validators(x, file)) < 0 ||
        (result = http_answer_field(x, "Accept-Ranges", "bytes")) < 0 ||
        (partial &&
         (result = http_answer_field(x, "Content-Range",
                                     "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64,
                                     first, last, file->size)) < 0) ||
        (result = http_answer_field(x, "Content-Type", "%s", file->type)) < 0 ||
        (result = http_answer_field(x, "Content-Length", "%" PRIu64, length)) <
            0 ||
        (result = http_answer_end_head(x, &wanted)) < 0 ||
        (wanted && (result = say_part(x, file, first, length)) < 0))
        return result;
    return conn_say_end(x->conn);
}

static int answer_not_modified(struct http_exchange *x,
                               const struct http_file *file)
{
    bool wanted;
    int result;

    if ((result = http_answer_begin(x, 304)) < 0 ||
        (result = say_validators(x, file)) < 0 ||
        (result = http_answer_end_head(x, &wanted)) < 0)
        return result;
    return conn_say_end(x->conn);
}

/* RFC 9110 §15.5.17: 416 tells the length, so that the client can ask again. */
static int answer_outside(struct http_exchange *x, const struct http_file *file)
{
    int result;

    if ((result = http_answer_begin(x, 416)) < 0 ||
        (result = http_answer_field(x, "Content-Range", "bytes */%" PRIu64,
                                    file->size)) < 0)
        return result;
    return http_answer_content(x, "text/plain", "no such part\n", 13);
}

/* Range counts for GET only (RFC 9110 §14.2). */
static enum http_range_kind read_range(const struct http_exchange *x,
                                       const struct http_file *file,
                                       uint64_t *first, uint64_t *last)
{
    struct span value = http_head_field(&x->request, "Range");
    struct http_validators current = http_file_validators(file);

    if (!value.data || !span_equal(x->request.method, SPAN("GET")) ||
        !http_if_range_holds(&x->request, &current))
        return HTTP_RANGE_IGNORED;
    return http_range_read(value, file->size, first, last);
}

int http_file_answer(struct http_exchange *x, const struct http_file *file)
{
    uint64_t first = 0, last = 0;
    int status = http_file_judge(x, file);

    if (status == 304)
        return answer_not_modified(x, file);
    if (status == 412)
        return http_answer_status(x, 412);
    switch (read_range(x, file, &first, &last)) {
    case HTTP_RANGE_OUTSIDE:
        return answer_outside(x, file);
    case HTTP_RANGE_PART:
        return answer_with_part(x, file, true, first, last);
    case HTTP_RANGE_IGNORED:
        break;
    }
    return answer_with_part(x, file, false, 0, 0);
}
