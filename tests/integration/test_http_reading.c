/* SPDX-License-Identifier: MIT */
/*
 * How our client reads an answer, beside how curl does: for every framing of
 * RFC 9112 §6.3, the answer whole and one byte at a time, and for answers that
 * break off or contradict themselves.
 *
 * Where we are stricter on purpose (a bare LF ends no line) there is nothing to
 * compare: those answers are in test_http_hostile.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/http_client.h"
#include "tests/harness.h"

#define OK "S: HTTP/1.1 200 OK\n"
#define CHUNKED OK "S: Transfer-Encoding: chunked\nS:\n"

static const struct reading {
    const char *answer; /* as lines of a script */
    bool whole;         /* else: both must refuse it */
} readings[] = {
    /* Rule 6, Content-Length: some, none, with every kind of byte. */
    {OK "S: Content-Length: 5\nS:\nS= hello\n", true},
    {OK "S: Content-Length: 0\nS:\n", true},
    {OK "S: content-length:\t5 \nS:\nS= hello\n", true},
    {OK "S: Content-Length: 8\nS:\nS= \\0\\r\\n\\r\\n\\xff.\\n\n", true},
    {"S: HTTP/1.0 200 OK\nS: Content-Length: 5\nS:\nS= hello\nE:\n", true},
    {"S: HTTP/1.1 200 \nS: Content-Length: 5\nS:\nS= hello\n", true},
    {OK "S: Content-Length: 5\nS: Content-Length: 5\nS:\nS= hello\n", true},
    /* Rule 4, chunked: one, several, extensions, trailers, odd sizes. */
    {CHUNKED "S= 5\\r\\nhello\\r\\n0\\r\\n\\r\\n\n", true},
    {CHUNKED "S= 0\\r\\n\\r\\n\n", true},
    {CHUNKED "S= 3\\r\\nhel\\r\\n2\\r\\nlo\\r\\n0\\r\\n\\r\\n\n", true},
    {CHUNKED "S= 5;a=b\\r\\nhello\\r\\n0;c\\r\\n\\r\\n\n", true},
    {CHUNKED "S= 5\\r\\nhello\\r\\n0\\r\\nSum: 1\\r\\nMore: 2\\r\\n\\r\\n\n",
     true},
    {CHUNKED "S= 00A\\r\\n0\\r\\n\\r\\n0\\r\\n\\r\\n\\r\\n0\\r\\n\\r\\n\n",
     true},
    {CHUNKED "S= a\\r\\n0123456789\\r\\n0\\r\\n\\r\\n\n", true},
    /* Rule 3: it overrides Content-Length. */
    {OK "S: Transfer-Encoding: chunked\nS: Content-Length: 3\nS:\n"
        "S= 5\\r\\nhello\\r\\n0\\r\\n\\r\\n\n",
     true},
    /* Rule 8: the close. */
    {OK "S:\nS= hello\nE:\n", true},
    {"S: HTTP/1.0 200 OK\nS:\nS= hello\\r\\n\\r\\n\nE:\n", true},
    {OK "S:\nE:\n", true},
    /* Rule 1: none at all, whatever the fields say. */
    {"S: HTTP/1.1 204 No Content\nS:\n", true},
    {"S: HTTP/1.1 304 Not Modified\nS: Content-Length: 5\nS:\n", true},
    {"S: HTTP/1.1 304 Not Modified\nS: Transfer-Encoding: chunked\nS:\n", true},
    /* What comes before is not yet the answer (RFC 9110 §15.2). */
    {"S: HTTP/1.1 100 Continue\nS:\nS: HTTP/1.1 103 Early Hints\nS: A: "
     "b\nS:\n" OK "S: Content-Length: 5\nS:\nS= hello\n",
     true},
    /* RFC 9112 §8: what broke off is not whole. */
    {OK "S: Content-Length: 5\nS:\nS= hell\nE:\n", false},
    {CHUNKED "S= 5\\r\\nhel\nE:\n", false},
    {CHUNKED "S= 5\\r\\nhello\\r\\n\nE:\n", false},
    {CHUNKED "S= 5\\r\\nhello\\r\\n0\\r\\n\nE:\n", false},
    {"E:\n", false},
    /* Lengths that nobody can read. */
    {CHUNKED "S= x\\r\\nhello\\r\\n0\\r\\n\\r\\n\n", false},
    {OK "S: Content-Length: 5\nS: Content-Length: 6\nS:\nS= hello\nE:\n",
     false},
    {CHUNKED "S= fffffffffffffffff\\r\\nhello\\r\\n0\\r\\n\\r\\n\n", false},
};

enum { READINGS = sizeof(readings) / sizeof(readings[0]) };

static pid_t serve(const struct reading *reading, char url[64])
{
    char script[1024];
    uint16_t port;

    snprintf(script, sizeof(script), "C: GET / HTTP/1.1\nC: ...\n%s",
             reading->answer);
    pid_t peer = test_peer(script, &port);
    snprintf(url, 64, "http://127.0.0.1:%u/", port);
    return peer;
}

/* What our client makes of it, in this process; each read brings `most` bytes,
 * 0: as many as there are. The caller frees *content. */
static int read_ours(const struct reading *reading, size_t most, char **content,
                     size_t *length)
{
    const char *file = test_path("ours");
    struct http_options options = {.client = {.max_time_ms = 10000},
                                   .silent = true,
                                   .outputs = {.values = {file}, .count = 1}};
    struct error error = {0};
    struct http_fetch *run;
    char url[64];
    pid_t peer = serve(reading, url);

    remove(file);
    test_short_io(most);
    int result = http_fetch_start(&run, &options, &error);
    if (result == 0)
        result = http_fetch_url(run, url, 0);
    result = http_fetch_end(run, result);
    test_short_io(0);
    test_peer_end(peer);
    *content = test_read_file(file, length);
    return result;
}

static void compare(const struct reading *reading, size_t most,
                    const struct test_run *curl)
{
    size_t length = 0;
    char *content;
    int result = read_ours(reading, most, &content, &length);
    bool same = (result == 0) == reading->whole;

    /* Of what is not whole we keep nothing. */
    same = same && (reading->whole ? length == curl->out_length &&
                                         memcmp(content ? content : "",
                                                curl->out, length) == 0
                                   : content == NULL);
    if (!same)
        printf("\n    %zu bytes a read, result %d, curl %d:\n%s", most, result,
               curl->status, reading->answer);
    CU_ASSERT(same);
    free(content);
}

static void http_reading_agrees_with_curl(void)
{
    for (size_t i = 0; i < READINGS; i++) {
        struct test_run curl;
        char url[64];
        pid_t peer = serve(&readings[i], url);
        const char *argv[] = {"curl", "-sS", "-4", "--max-time", "10",
                              "-A",   "x",   url,  NULL};

        test_run(&curl, 20, argv);
        test_peer_end(peer);
        if ((curl.status == 0) != readings[i].whole)
            printf("\n    curl %d: %s%s", curl.status, curl.err,
                   readings[i].answer);
        CU_ASSERT((curl.status == 0) == readings[i].whole);
        compare(&readings[i], 0, &curl);
        compare(&readings[i], 1, &curl);
        test_run_free(&curl);
    }
}

const struct test tests_http_reading[] = {
    {"http_reading_agrees_with_curl", http_reading_agrees_with_curl},
    {NULL, NULL}};
