/* SPDX-License-Identifier: MIT */
/*
 * http_files: GET and HEAD of a file below the root: its type, its length, its
 * validators, a part of it, or the word that it has not changed.
 *
 * DEPARTURES. Deliberately realpath(3), then open(2): a production server, in
 * whose root strangers make links while it runs, would use openat2(2).
 */
#include "http/http_server.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file that is being answered with. */
struct file {
    int fd;
    uint64_t size;
    time_t modified; /* seconds since 1970 */
    char etag[48];   /* in its quotes */
    const char *type;
};

const char *http_files_type(const char *path)
{
    static const char *const types[][2] = {
        {".html", "text/html; charset=utf-8"},
        {".htm", "text/html; charset=utf-8"},
        {".txt", "text/plain; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".json", "application/json"},
        {".xml", "application/xml"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".jpeg", "image/jpeg"},
        {".gif", "image/gif"},
        {".ico", "image/x-icon"},
        {".pdf", "application/pdf"},
        {".pcapng", "application/vnd.tcpdump.pcap"},
    };
    const char *dot = strrchr(path, '.');

    for (size_t i = 0; dot && i < sizeof(types) / sizeof(*types); i++)
        if (strcasecmp(dot, types[i][0]) == 0)
            return types[i][1];
    return "application/octet-stream";
}

/* ---- finding it --------------------------------------------------------- */

bool http_files_find(const struct http_exchange *x, char full[PATH_MAX])
{
    char wanted[PATH_MAX + HTTP_LINE_MAX];
    size_t root = strlen(x->root);

    snprintf(wanted, sizeof(wanted), "%s%s", x->root, x->path);
    if (!realpath(wanted, full))
        return false;
    /* A link may have led anywhere; below the root is where we serve. */
    return strncmp(full, x->root, root) == 0 &&
           (full[root] == '/' || full[root] == '\0' || root == 1);
}

/* O_NONBLOCK: opening a FIFO in the root must not stop the server. */
static bool open_regular(struct file *file, const char *path)
{
    struct stat status;

    file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file->fd < 0)
        return false;
    if (fstat(file->fd, &status) < 0 || !S_ISREG(status.st_mode)) {
        close(file->fd);
        return false;
    }
    file->size = (uint64_t)status.st_size;
    file->modified = status.st_mtime;
    snprintf(file->etag, sizeof(file->etag), "\"%" PRIx64 "-%" PRIx64 "\"",
             (uint64_t)status.st_mtim.tv_sec * 1000000000 +
                 (uint64_t)status.st_mtim.tv_nsec,
             file->size);
    file->type = http_files_type(path);
    return true;
}

/* ---- conditions --------------------------------------------------------- */

/* RFC 9110 §8.8.3.2: the weak comparison, W/ aside, or the strong one. */
static bool matches(struct span list, const char *etag, bool weak)
{
    struct span tag;

    while (http_list_next(&list, &tag)) {
        if (span_equal(tag, SPAN("*")))
            return true;
        if (weak && tag.length > 2 && memcmp(tag.data, "W/", 2) == 0) {
            tag.data += 2;
            tag.length -= 2;
        }
        if (span_equal(tag, span_of(etag)))
            return true;
    }
    return false;
}

/* The order is RFC 9110 §13.2.2's: tags before dates, "still the same" before
 * "has it changed". Returns 412, 304, or 200 to go on. */
static int judge_conditions(const struct http_head *request,
                            const struct file *file)
{
    struct span match = http_head_field(request, "If-Match");
    struct span none = http_head_field(request, "If-None-Match");
    time_t when;

    if (match.data && !matches(match, file->etag, false))
        return 412;
    if (!match.data &&
        http_date_read(http_head_field(request, "If-Unmodified-Since"),
                       &when) &&
        file->modified > when)
        return 412;
    if (none.data)
        return matches(none, file->etag, true) ? 304 : 200;
    if (http_date_read(http_head_field(request, "If-Modified-Since"), &when) &&
        file->modified <= when)
        return 304;
    return 200;
}

/* RFC 9110 §13.1.5: a Range that depends on a version we no longer have is no
 * Range at all. A date must be the very one. */
static bool if_range_holds(const struct http_head *request,
                           const struct file *file)
{
    struct span value = http_head_field(request, "If-Range");
    time_t when;

    if (!value.data || span_equal(value, span_of(file->etag)))
        return true;
    return http_date_read(value, &when) && when == file->modified;
}

/* ---- answering ---------------------------------------------------------- */

static int say_validators(struct http_exchange *x, const struct file *file)
{
    char date[HTTP_DATE_MAX];
    int result;

    http_date_write(date, file->modified);
    if ((result = http_answer_field(x, "Last-Modified", "%s", date)) < 0)
        return result;
    return http_answer_field(x, "ETag", "%s", file->etag);
}

/* Sends `length` bytes from `offset` on. A file that shrinks meanwhile leaves
 * the announced length unmet: then only the end of the connection is honest. */
static int say_part(struct http_exchange *x, const struct file *file,
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
static int answer_with_part(struct http_exchange *x, const struct file *file,
                            bool partial, uint64_t first, uint64_t last)
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

static int answer_not_modified(struct http_exchange *x, const struct file *file)
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
static int answer_outside(struct http_exchange *x, const struct file *file)
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
                                       const struct file *file, uint64_t *first,
                                       uint64_t *last)
{
    struct span value = http_head_field(&x->request, "Range");

    if (!value.data || !span_equal(x->request.method, SPAN("GET")) ||
        !if_range_holds(&x->request, file))
        return HTTP_RANGE_IGNORED;
    return http_range_read(value, file->size, first, last);
}

static int answer_with_file(struct http_exchange *x, const struct file *file)
{
    uint64_t first = 0, last = 0;
    int status = judge_conditions(&x->request, file);

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

/* ---- folders ------------------------------------------------------------ */

/* A folder is asked for with a slash at its end, or relative links in its page
 * would lead astray: 301 to there, with the path as it was encoded. */
static int answer_folder(struct http_exchange *x)
{
    struct span target = x->request.target;
    int length = (int)(x->query.data ? (size_t)(x->query.data - 1 - target.data)
                                     : target.length);
    int result;

    if ((result = http_answer_begin(x, 301)) < 0 ||
        (result = http_answer_field(x, "Location", "%.*s/%s%.*s", length,
                                    target.data, x->query.data ? "?" : "",
                                    (int)x->query.length, x->query.data)) < 0)
        return result;
    return http_answer_content(x, "text/plain", "a folder\n", 9);
}

int http_files_get(struct http_exchange *x)
{
    char full[PATH_MAX];
    struct stat status;
    struct file file;
    int result;
    size_t length = strlen(x->path);
    bool slash = x->path[length - 1] == '/';

    if (slash && length + sizeof("index.html") <= sizeof(x->path))
        strcpy(x->path + length, "index.html");
    if (!http_files_find(x, full) || stat(full, &status) < 0)
        return http_answer_status(x, 404);
    if (S_ISDIR(status.st_mode))
        return slash ? http_answer_status(x, 404) : answer_folder(x);
    if (!open_regular(&file, full))
        return http_answer_status(x, errno == EACCES ? 403 : 404);
    result = answer_with_file(x, &file);
    close(file.fd);
    return result;
}
