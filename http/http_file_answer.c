/* SPDX-License-Identifier: MIT */
/*
 * http_file_answer: what a GET or HEAD gets of a file: all of it, a part of it,
 * or the word that it has not changed.
 */
#include "http/http_server.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "http/http_multipart.h"

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
    if ((result = http_answer_field(x, "Last-Modified", "%s", date)) < 0 ||
        (result = http_answer_field(x, "ETag", "%s", file->etag)) < 0 ||
        !file->varies)
        return result;
    return http_answer_field(x, "Vary", "Accept-Encoding");
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

/* What 200 and 206 begin with. */
static int begin(struct http_exchange *x, const struct http_file *file,
                 int status)
{
    int result;

    if ((result = http_answer_begin(x, status)) < 0 ||
        (result = say_validators(x, file)) < 0)
        return result;
    return http_answer_field(x, "Accept-Ranges", "bytes");
}

/* One stretch of the file as the content: the end of 200 and a simple 206. */
static int say_content(struct http_exchange *x, const struct http_file *file,
                       uint64_t offset, uint64_t length)
{
    bool wanted;
    int result;

    if ((result = http_answer_field(x, "Content-Type", "%s", file->type)) < 0 ||
        (result = http_answer_field(x, "Content-Length", "%" PRIu64, length)) <
            0 ||
        (result = http_answer_end_head(x, &wanted)) < 0 ||
        (wanted && (result = say_part(x, file, offset, length)) < 0))
        return result;
    return conn_say_end(x->conn);
}

static int answer_with_all(struct http_exchange *x,
                           const struct http_file *file)
{
    int result = begin(x, file, 200);

    return result < 0 ? result : say_content(x, file, 0, file->size);
}

/* ---- codings ------------------------------------------------------------ */

void http_file_set_coding(struct http_file *file, enum http_coding coding)
{
    /* Where the last quote stands: the coding's name comes before it. */
    size_t end = strlen(file->etag) - 1;

    file->coding = coding;
    if (coding != HTTP_CODING_IDENTITY)
        snprintf(file->etag + end, sizeof(file->etag) - end, "-%s\"",
                 http_coding_name(coding));
}

/* Who asks for a part gets one of the plain content: what an earlier download
 * left on the disk was unpacked. */
static void choose_coding(struct http_exchange *x, struct http_file *file)
{
    enum http_coding coding;

    file->varies = http_coding_pays(file->type, file->size);
    if (!file->varies || http_head_count(&x->request, "Range") > 0)
        return;
    coding = http_coding_choose(&x->request);
    if (http_head_count(&x->request, "Accept-Encoding") > 0)
        conn_note(x->conn, RFC("9110", "12.5.3"), "coding",
                  "of what Accept-Encoding allows, %s",
                  coding == HTTP_CODING_NONE ? "we have nothing"
                                             : http_coding_name(coding));
    http_file_set_coding(file, coding);
}

/* The coded content, owned by the caller; NULL: see x->error. */
static char *code(struct http_exchange *x, const struct http_file *file,
                  size_t *length)
{
    char *plain = malloc(file->size), *coded = NULL;
    size_t at = 0;

    while (plain && at < file->size) {
        ssize_t got = pread(file->fd, plain + at, file->size - at, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        at += (size_t)got;
    }
    if (plain && at == file->size)
        coded =
            http_coding_encode(file->coding, (struct span){plain, at}, length);
    if (!coded)
        error_set(x->error, ERROR_LOCAL, "%s could not be coded", x->path);
    free(plain);
    return coded;
}

static int answer_coded(struct http_exchange *x, const struct http_file *file)
{
    size_t length;
    char *coded = code(x, file, &length);
    int result;

    if (!coded)
        return -ERROR_LOCAL;
    if ((result = begin(x, file, 200)) == 0 &&
        (result = http_answer_field(x, "Content-Encoding", "%s",
                                    http_coding_name(file->coding))) == 0)
        result = http_answer_content(x, file->type, coded, length);
    free(coded);
    return result;
}

/* ---- parts -------------------------------------------------------------- */

/* RFC 9110 §15.3.7.1: 206 with one part. */
static int answer_with_part(struct http_exchange *x,
                            const struct http_file *file,
                            struct http_range range)
{
    int result;

    if ((result = begin(x, file, 206)) < 0 ||
        (result = http_answer_field(x, "Content-Range",
                                    "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64,
                                    range.first, range.last, file->size)) < 0)
        return result;
    return say_content(x, file, range.first, range.last - range.first + 1);
}

/* Goes through the body of a multipart answer: *length is how long it is, and
 * with `say` it is said as well. */
static int pass_parts(struct http_exchange *x, const struct http_file *file,
                      const char *boundary, const struct http_range *ranges,
                      size_t count, uint64_t *length, bool say)
{
    char text[HTTP_LINE_MAX];
    int result = 0;

    *length = 0;
    for (size_t i = 0; i <= count && result >= 0; i++) {
        const struct http_range *range = i < count ? &ranges[i] : NULL;
        size_t delimiter =
            http_multipart_delimiter(text, sizeof(text), boundary, i == 0,
                                     file->type, range, file->size);

        *length += delimiter + (range ? range->last - range->first + 1 : 0);
        if (say)
            result = conn_say_bytes(x->conn, text, delimiter);
        if (say && range && result >= 0)
            result =
                say_part(x, file, range->first, range->last - range->first + 1);
    }
    return result;
}

/* RFC 9110 §15.3.7.2: several parts, each with its Content-Range; none of it
 * stands in the answer's own header. The boundary must not occur in the data:
 * 64 random bits see to that. */
static int answer_with_parts(struct http_exchange *x,
                             const struct http_file *file,
                             const struct http_range *ranges, size_t count)
{
    char boundary[HTTP_BOUNDARY_MAX];
    uint64_t random = 0, length;
    int result;

    if (getrandom(&random, sizeof(random), 0) != sizeof(random))
        return error_set_errno(x->error, ERROR_LOCAL, errno, "getrandom");
    snprintf(boundary, sizeof(boundary), "wirelab-%016" PRIx64, random);
    pass_parts(x, file, boundary, ranges, count, &length, false);
    if ((result = begin(x, file, 206)) < 0 ||
        (result = http_answer_field(x, "Content-Type",
                                    "multipart/byteranges; boundary=%s",
                                    boundary)) < 0 ||
        (result = http_answer_field(x, "Content-Length", "%" PRIu64, length)) <
            0 ||
        (result = conn_say_bytes(x->conn, "\r\n", 2)) < 0 ||
        (result = pass_parts(x, file, boundary, ranges, count, &length, true)) <
            0)
        return result;
    return conn_say_end(x->conn);
}

/* ---- the answer --------------------------------------------------------- */

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

/* RFC 9110 §15.5.17: 416 tells the length, for the client to ask again. */
static int answer_outside(struct http_exchange *x, const struct http_file *file)
{
    int result;

    if ((result = http_answer_begin(x, 416)) < 0 ||
        (result = http_answer_field(x, "Content-Range", "bytes */%" PRIu64,
                                    file->size)) < 0)
        return result;
    return http_answer_content(x, "text/plain", "no such part\n", 13);
}

/* Range counts for GET only (RFC 9110 §14.2), and If-Range before it. */
static enum http_range_kind
read_range(struct http_exchange *x, const struct http_file *file,
           struct http_range ranges[HTTP_RANGES_MAX], size_t *count)
{
    struct span value = http_head_field(&x->request, "Range");
    struct http_validators current = http_file_validators(file);
    enum http_range_kind kind = HTTP_RANGE_IGNORED;
    const char *why = "Range has a meaning for GET only, and is ignored";

    if (!value.data)
        return HTTP_RANGE_IGNORED;
    if (!http_if_range_holds(&x->request, &current))
        why = "If-Range names another version than ours: all of it is sent";
    else if (span_equal(x->request.method, SPAN("GET")))
        kind = http_range_read(value, file->size, ranges, count, &why);
    conn_note(x->conn, RFC("9110", "14.2"), "range", "%s", why);
    return kind;
}

int http_file_answer(struct http_exchange *x, const struct http_file *plain)
{
    struct http_file file = *plain;
    struct http_range ranges[HTTP_RANGES_MAX];
    size_t count = 0;
    int status;

    choose_coding(x, &file);
    if (file.coding == HTTP_CODING_NONE)
        return http_answer_status(x, 406);
    status = http_file_judge(x, &file);
    if (status == 304)
        return answer_not_modified(x, &file);
    if (status == 412)
        return http_answer_status(x, 412);
    if (file.coding != HTTP_CODING_IDENTITY)
        return answer_coded(x, &file);
    switch (read_range(x, &file, ranges, &count)) {
    case HTTP_RANGE_OUTSIDE:
        return answer_outside(x, &file);
    case HTTP_RANGE_PARTS:
        return count == 1 ? answer_with_part(x, &file, ranges[0])
                          : answer_with_parts(x, &file, ranges, count);
    case HTTP_RANGE_IGNORED:
        break;
    }
    return answer_with_all(x, &file);
}
