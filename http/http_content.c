/* SPDX-License-Identifier: MIT */
/*
 * http_content: the body that the command line asks for: -d, --data-binary or
 * -T, with the meaning that curl gives them.
 */
#include "http/http_client.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- -d and --data-binary ----------------------------------------------- */

static int append(struct http_payload *payload, const char *data, size_t length,
                  struct error *error)
{
    uint64_t total = payload->content.length + length;
    char *grown =
        total <= HTTP_DATA_MAX ? realloc(payload->bytes, total + 1) : NULL;

    if (!grown)
        return error_set(error, ERROR_LOCAL,
                         "more data than we keep in memory; -T sends a file "
                         "of any size");
    memcpy(grown + payload->content.length, data, length);
    payload->bytes = grown;
    payload->content.data = grown;
    payload->content.length = total;
    return 0;
}

/* -d leaves line ends and NULs of a file out; --data-binary keeps them. */
static size_t strip(char *data, size_t length)
{
    size_t kept = 0;

    for (size_t i = 0; i < length; i++)
        if (data[i] != '\r' && data[i] != '\n' && data[i] != '\0')
            data[kept++] = data[i];
    return kept;
}

static int append_file(struct http_payload *payload, const char *path,
                       bool binary, struct error *error)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    char piece[8192];
    size_t got;
    int result = 0;

    if (!file)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    while (result == 0 && (got = fread(piece, 1, sizeof(piece), file)) > 0)
        result =
            append(payload, piece, binary ? got : strip(piece, got), error);
    if (result == 0 && ferror(file))
        result = error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    if (!is_stdin)
        fclose(file);
    return result;
}

/* Several pieces are joined with '&', as the fields of a form are. */
static int append_all(struct http_payload *payload,
                      const struct option_list *list, bool binary,
                      struct error *error)
{
    for (size_t i = 0; i < list->count; i++) {
        const char *value = list->values[i];
        int result = payload->present ? append(payload, "&", 1, error) : 0;

        payload->present = true;
        if (result == 0)
            result = value[0] == '@'
                         ? append_file(payload, value + 1, binary, error)
                         : append(payload, value, strlen(value), error);
        if (result < 0)
            return result;
    }
    return 0;
}

/* ---- -T ----------------------------------------------------------------- */

/* The length of a regular file is known; all else goes in chunks. */
static int open_upload(struct http_payload *payload, const char *path,
                       struct error *error)
{
    struct stat status;
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO)
                                    : open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    payload->content.fd = fd;
    payload->present = true;
    if (fstat(fd, &status) < 0 || S_ISDIR(status.st_mode))
        return error_set(error, ERROR_LOCAL, "%s: no file that can be sent",
                         path);
    payload->content.chunked = !S_ISREG(status.st_mode);
    payload->content.length =
        S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
    return 0;
}

/* ---- both --------------------------------------------------------------- */

static bool wants_chunks(const struct http_options *options)
{
    return options->trailers.count > 0 ||
           http_field_given(&options->fields, "Transfer-Encoding");
}

int http_content_make(struct http_payload *payload,
                      const struct http_options *options, struct error *error)
{
    bool form = options->data.count + options->data_binary.count > 0;
    int result = 0;

    *payload = (struct http_payload){.content = {.fd = -1}};
    if (form && options->upload)
        return error_set(error, ERROR_USAGE,
                         "-d and -T both name a body: choose one");
    if (options->upload)
        result = open_upload(payload, options->upload, error);
    if (result == 0)
        result = append_all(payload, &options->data, false, error);
    if (result == 0)
        result = append_all(payload, &options->data_binary, true, error);
    if (result < 0)
        return result;
    if (form)
        payload->content_type = "application/x-www-form-urlencoded";
    if (payload->present && wants_chunks(options))
        payload->content.chunked = true;
    if (payload->content.chunked && options->http_1_0)
        return error_set(error, ERROR_USAGE,
                         "HTTP/1.0 has no chunks: the length of a body must "
                         "be known beforehand (RFC 9112 §C.2.3)");
    return 0;
}

bool http_content_rewind(const struct http_payload *payload)
{
    return payload->content.fd < 0 ||
           lseek(payload->content.fd, 0, SEEK_SET) == 0;
}

void http_content_free(struct http_payload *payload)
{
    if (payload->content.fd >= 0)
        close(payload->content.fd);
    free(payload->bytes);
    *payload = (struct http_payload){.content = {.fd = -1}};
}
