/* SPDX-License-Identifier: MIT */
/* http_cache_store: what was stored comes back; what is not whole is none. */
#include "http/http_cache.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/harness.h"

#define KEY "http://www.example.test:80/"
#define HEAD "HTTP/1.1 200 OK\r\nETag: \"a\"\r\n\r\n"
#define VARY "Accept: */*\nAccept-Encoding: \n"

static int store(const char *body)
{
    struct http_cache_writer *writer;
    struct error error = {0};
    int result = http_cache_writer_open(&writer, test_folder(), KEY,
                                        (struct http_cache_times){100, 101},
                                        VARY, SPAN(HEAD), &error);

    if (result < 0)
        return result;
    if ((result = http_cache_writer_piece(writer, span_of(body), &error)) < 0) {
        http_cache_writer_abandon(writer);
        return result;
    }
    return http_cache_writer_commit(writer, &error);
}

static bool is_stored(const char *key)
{
    struct http_cached *cached = http_cached_open(test_folder(), key);

    http_cached_close(cached);
    return cached != NULL;
}

/* The path of the one file in the folder. */
static const char *stored_path(void)
{
    DIR *folder = opendir(test_folder());
    const char *path = NULL;

    for (struct dirent *entry; (entry = readdir(folder));)
        if (entry->d_name[0] != '.')
            path = test_path(entry->d_name);
    closedir(folder);
    CU_ASSERT_PTR_NOT_NULL_FATAL(path);
    return path;
}

static void http_cache_gives_back_what_was_stored(void)
{
    char body[16] = "";

    CU_ASSERT_FALSE(is_stored(KEY));
    CU_ASSERT_EQUAL(store("the body\n"), 0);
    struct http_cached *cached = http_cached_open(test_folder(), KEY);
    CU_ASSERT_PTR_NOT_NULL_FATAL(cached);
    CU_ASSERT_EQUAL(cached->times.request, 100);
    CU_ASSERT_EQUAL(cached->times.response, 101);
    CU_ASSERT_STRING_EQUAL(cached->vary, VARY);
    CU_ASSERT_EQUAL(cached->head.status, 200);
    CU_ASSERT(
        span_equal(http_head_field(&cached->head, "ETag"), SPAN("\"a\"")));
    CU_ASSERT_EQUAL_FATAL(cached->body_length, 9);
    CU_ASSERT_EQUAL(pread(cached->fd, body, 9, (off_t)cached->body_start), 9);
    CU_ASSERT_STRING_EQUAL(body, "the body\n");
    http_cached_close(cached);
    CU_ASSERT_FALSE(is_stored(KEY "other"));
    CU_ASSERT_EQUAL(store(""), 0);
    CU_ASSERT(is_stored(KEY));
    CU_ASSERT(http_cached_remove(test_folder(), KEY));
    CU_ASSERT_FALSE(http_cached_remove(test_folder(), KEY));
    CU_ASSERT_FALSE(is_stored(KEY));
}

/* Every byte counts: a bit turned anywhere, or a file cut anywhere. */
static void http_cache_takes_no_corrupt_entry(void)
{
    size_t length;

    CU_ASSERT_EQUAL(store("the body\n"), 0);
    const char *path = stored_path();
    char *bytes = test_read_file(path, &length);
    for (size_t i = 0; i < length; i++) {
        test_write_file(path, bytes, i);
        CU_ASSERT_FALSE(is_stored(KEY));
        if (i == length - 1) /* the LF behind the digest */
            continue;
        bytes[i] ^= 1;
        test_write_file(path, bytes, length);
        CU_ASSERT_FALSE(is_stored(KEY));
        bytes[i] ^= 1;
    }
    test_write_file(path, bytes, length);
    CU_ASSERT(is_stored(KEY));
    free(bytes);
}

/* A file under the right name that tells of another URL is none of ours. */
static void http_cache_compares_the_key(void)
{
    struct http_cache_writer *writer;
    struct error error = {0};
    size_t length;

    CU_ASSERT_EQUAL(store("body"), 0);
    char *path = strdup(stored_path());
    CU_ASSERT_EQUAL(unlink(path), 0);
    CU_ASSERT_EQUAL(http_cache_writer_open(&writer, test_folder(), "another",
                                           (struct http_cache_times){0, 0}, "",
                                           SPAN(HEAD), &error),
                    0);
    CU_ASSERT_EQUAL(http_cache_writer_commit(writer, &error), 0);
    char *bytes = test_read_file(stored_path(), &length);
    test_write_file(path, bytes, length);
    CU_ASSERT_FALSE(is_stored(KEY));
    free(bytes);
    free(path);
}

static void http_cache_survives_a_lack_of_memory(void)
{
    CU_ASSERT_EQUAL(store("body"), 0);
    for (long i = 1;; i++) {
        test_fail_allocation(i);
        bool stored = is_stored(KEY) && store("body") == 0;
        bool through = test_allocations() < i;
        test_fail_allocation(0);
        if (through) {
            CU_ASSERT(stored);
            break;
        }
    }
    CU_ASSERT(is_stored(KEY));
}

const struct test tests_http_cache_store[] = {
    {"http_cache_gives_back_what_was_stored",
     http_cache_gives_back_what_was_stored},
    {"http_cache_takes_no_corrupt_entry", http_cache_takes_no_corrupt_entry},
    {"http_cache_compares_the_key", http_cache_compares_the_key},
    {"http_cache_survives_a_lack_of_memory",
     http_cache_survives_a_lack_of_memory},
    {NULL, NULL}};
