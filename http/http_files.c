/* SPDX-License-Identifier: MIT */
/*
 * http_files: GET and HEAD of a path below the root: which file it names, its
 * type, its validators. What is answered with it: http_file_answer.c.
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

/* The ETag is made of the change's nanosecond and the size: as strong as the
 * file system's clock is fine (RFC 9110 §8.8.3.1). O_NONBLOCK: opening a FIFO
 * in the root must not stop the server. */
bool http_file_open(struct http_file *file, const char *path)
{
    struct stat status;

    *file = (struct http_file){
        .fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
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
    struct http_file file;
    int result;
    size_t length = strlen(x->path);
    bool slash = x->path[length - 1] == '/';

    if (slash && length + sizeof("index.html") <= sizeof(x->path))
        strcpy(x->path + length, "index.html");
    if (!http_files_find(x, full) || stat(full, &status) < 0)
        return http_answer_status(x, 404);
    if (S_ISDIR(status.st_mode))
        return slash ? http_answer_status(x, 404) : answer_folder(x);
    if (!http_file_open(&file, full))
        return http_answer_status(x, errno == EACCES ? 403 : 404);
    result = http_file_answer(x, &file);
    close(file.fd);
    return result;
}
