/* SPDX-License-Identifier: MIT */
/*
 * http_cache_store: stored answers, a file each.
 *
 *     wirelab cache 1
 *     key http://www.example.test:80/
 *     asked 1795000000 answered 1795000001
 *     vary Accept-Encoding: gzip              (any number of them)
 *     head 245
 *                                             (an empty line)
 *     HTTP/1.1 200 OK ... and the body
 *     SHA-256 of all that, 64 digits, LF
 *
 * The name is the SHA-256 of the key. A file that is not whole, not ours, or
 * whose digest is not right is no entry: it is asked for anew, and replaced.
 */
#include "http/http_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/output.h"

#define DIGEST_LENGTH 65 /* 64 digits and the LF */
#define PREFACE_MAX (HTTP_CACHE_KEY_MAX + HTTP_CACHE_VARY_MAX + 1024)

/* ---- digests and names -------------------------------------------------- */

static bool digest_finish(EVP_MD_CTX *digest, char hex[DIGEST_LENGTH])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned length = 0;

    if (EVP_DigestFinal_ex(digest, bytes, &length) != 1 || length != 32)
        return false;
    text_hex_write(hex, bytes, length);
    return true;
}

static EVP_MD_CTX *digest_start(void)
{
    EVP_MD_CTX *digest = EVP_MD_CTX_new();

    if (digest && EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(digest);
        digest = NULL;
    }
    return digest;
}

static bool path_of(char path[PATH_MAX], const char *folder, const char *key)
{
    EVP_MD_CTX *digest = digest_start();
    char hex[DIGEST_LENGTH];
    bool made = digest && EVP_DigestUpdate(digest, key, strlen(key)) == 1 &&
                digest_finish(digest, hex) &&
                snprintf(path, PATH_MAX, "%s/%s", folder, hex) < PATH_MAX;

    EVP_MD_CTX_free(digest);
    return made;
}

/* ---- reading ------------------------------------------------------------ */

/* The last line is the SHA-256 of all before it. */
static bool digest_is_right(int fd, uint64_t length)
{
    EVP_MD_CTX *digest = digest_start();
    char piece[OUTPUT_BLOCK], hex[DIGEST_LENGTH], said[DIGEST_LENGTH];
    uint64_t at = 0;

    while (digest && at < length) {
        size_t want =
            length - at < sizeof(piece) ? (size_t)(length - at) : sizeof(piece);
        ssize_t got = pread(fd, piece, want, (off_t)at);
        if (got <= 0 || EVP_DigestUpdate(digest, piece, (size_t)got) != 1)
            break;
        at += (uint64_t)got;
    }
    bool right =
        digest && at == length && digest_finish(digest, hex) &&
        pread(fd, said, sizeof(said), (off_t)length) == DIGEST_LENGTH &&
        memcmp(hex, said, 64) == 0;
    EVP_MD_CTX_free(digest);
    return right;
}

/* The number after a word: "head 245". */
static bool read_number(struct span *line, const char *word, uint64_t *number)
{
    size_t length = strlen(word), digits = 0;

    if (line->length <= length || memcmp(line->data, word, length) != 0)
        return false;
    line->data += length;
    line->length -= length;
    while (digits < line->length && line->data[digits] != ' ')
        digits++;
    if (!text_to_u64((struct span){line->data, digits}, INT64_MAX, number))
        return false;
    line->data += digits;
    line->length -= digits;
    return true;
}

static bool read_times(struct span line, struct http_cache_times *times)
{
    uint64_t request, response;

    if (!read_number(&line, "asked ", &request) ||
        !read_number(&line, " answered ", &response))
        return false;
    *times = (struct http_cache_times){(time_t)request, (time_t)response};
    return true;
}

/* One line of what stands before the header; *head_length is set by the last
 * of them. */
static bool read_line(struct http_cached *cached, struct span line,
                      size_t number, const char *key, uint64_t *head_length)
{
    size_t vary = strlen(cached->vary);

    if (number == 0)
        return span_equal(line, SPAN("wirelab cache 1"));
    if (number == 1)
        return line.length > 4 && memcmp(line.data, "key ", 4) == 0 &&
               span_equal((struct span){line.data + 4, line.length - 4},
                          span_of(key));
    if (number == 2)
        return read_times(line, &cached->times);
    if (line.length < 5 || memcmp(line.data, "vary ", 5) != 0)
        return read_number(&line, "head ", head_length);
    return snprintf(cached->vary + vary, sizeof(cached->vary) - vary, "%.*s\n",
                    (int)line.length - 5,
                    line.data + 5) < (int)(sizeof(cached->vary) - vary);
}

/* Reads the lines up to the empty one, and the header behind it. */
static bool read_entry(struct http_cached *cached, struct span text,
                       const char *key)
{
    struct error error = {0};
    uint64_t head_length = 0;
    size_t used, start = text.length;
    const char *lf;

    for (size_t number = 0;
         (lf = memchr(text.data, '\n', text.length)) && lf != text.data;
         number++) {
        struct span line = {text.data, (size_t)(lf - text.data)};
        if (!read_line(cached, line, number, key, &head_length))
            return false;
        text.data += line.length + 1;
        text.length -= line.length + 1;
    }
    if (!lf || head_length == 0 || head_length > text.length - 1)
        return false;
    cached->body_start = start - text.length + 1 + head_length;
    http_head_start(&cached->head, HTTP_RESPONSE);
    return http_head_read(&cached->head,
                          (struct span){lf + 1, (size_t)head_length}, &used,
                          &error) == PARSE_DONE &&
           used == head_length;
}

static bool read_file(struct http_cached *cached, const char *key)
{
    struct stat status;
    char *text = malloc(PREFACE_MAX + HTTP_HEAD_MAX);
    ssize_t got;
    bool whole;

    if (!text || fstat(cached->fd, &status) < 0 ||
        status.st_size <= DIGEST_LENGTH) {
        free(text);
        return false;
    }
    uint64_t length = (uint64_t)status.st_size - DIGEST_LENGTH;
    got = pread(cached->fd, text, PREFACE_MAX + HTTP_HEAD_MAX, 0);
    whole = got > 0 && digest_is_right(cached->fd, length) &&
            read_entry(cached, (struct span){text, (size_t)got}, key) &&
            cached->body_start <= length;
    if (whole)
        cached->body_length = length - cached->body_start;
    free(text);
    return whole;
}

struct http_cached *http_cached_open(const char *folder, const char *key)
{
    struct http_cached *cached = calloc(1, sizeof(*cached));
    char path[PATH_MAX];

    if (!cached || !path_of(path, folder, key)) {
        free(cached);
        return NULL;
    }
    cached->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (cached->fd >= 0 && read_file(cached, key))
        return cached;
    http_cached_close(cached);
    return NULL;
}

void http_cached_close(struct http_cached *cached)
{
    if (cached && cached->fd >= 0)
        close(cached->fd);
    free(cached);
}

bool http_cached_remove(const char *folder, const char *key)
{
    char path[PATH_MAX];

    return path_of(path, folder, key) && unlink(path) == 0;
}

/* ---- writing ------------------------------------------------------------ */

struct http_cache_writer {
    struct output *output;
    EVP_MD_CTX *digest;
};

int http_cache_writer_piece(struct http_cache_writer *writer, struct span piece,
                            struct error *error)
{
    if (piece.length == 0)
        return 0;
    if (output_length(writer->output) + piece.length > HTTP_CACHE_ENTRY_MAX)
        return error_set(error, ERROR_LOCAL, "larger than the cache keeps");
    if (EVP_DigestUpdate(writer->digest, piece.data, piece.length) != 1)
        return error_set(error, ERROR_LOCAL, "SHA-256 failed");
    return output_write(writer->output, piece.data, piece.length, error);
}

static int write_preface(struct http_cache_writer *writer, const char *key,
                         struct http_cache_times times, const char *vary,
                         size_t head_length, struct error *error)
{
    char *text = malloc(PREFACE_MAX), *end = text;
    int result;

    if (!text)
        return error_set(error, ERROR_LOCAL, "out of memory");
    end += snprintf(text, PREFACE_MAX,
                    "wirelab cache 1\nkey %s\nasked %lld answered %lld\n", key,
                    (long long)times.request, (long long)times.response);
    for (size_t length; *vary; vary += length + 1) {
        length = strcspn(vary, "\n");
        end += sprintf(end, "vary %.*s\n", (int)length, vary);
    }
    end += sprintf(end, "head %zu\n\n", head_length);
    result = http_cache_writer_piece(
        writer, (struct span){text, (size_t)(end - text)}, error);
    free(text);
    return result;
}

int http_cache_writer_open(struct http_cache_writer **writer,
                           const char *folder, const char *key,
                           struct http_cache_times times, const char *vary,
                           struct span head, struct error *error)
{
    char path[PATH_MAX];
    int result;

    *writer = calloc(1, sizeof(**writer));
    if (!*writer || !((*writer)->digest = digest_start()) ||
        !path_of(path, folder, key) || strlen(key) >= HTTP_CACHE_KEY_MAX)
        result = error_set(error, ERROR_LOCAL, "can't be stored");
    else if ((result = output_open(&(*writer)->output, path, OUTPUT_FRESH,
                                   error)) == 0 &&
             (result = write_preface(*writer, key, times, vary, head.length,
                                     error)) == 0)
        result = http_cache_writer_piece(*writer, head, error);
    if (result < 0) {
        http_cache_writer_abandon(*writer);
        *writer = NULL;
    }
    return result;
}

int http_cache_writer_commit(struct http_cache_writer *writer,
                             struct error *error)
{
    char hex[DIGEST_LENGTH];
    int result = -ERROR_LOCAL;

    if (digest_finish(writer->digest, hex)) {
        hex[DIGEST_LENGTH - 1] = '\n';
        result = output_write(writer->output, hex, DIGEST_LENGTH, error);
    }
    if (result == 0) {
        result = output_commit(writer->output, error);
        writer->output = NULL;
    }
    http_cache_writer_abandon(writer);
    return result;
}

void http_cache_writer_abandon(struct http_cache_writer *writer)
{
    if (!writer)
        return;
    output_abandon(writer->output);
    EVP_MD_CTX_free(writer->digest);
    free(writer);
}
