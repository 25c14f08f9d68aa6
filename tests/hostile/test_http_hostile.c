/* SPDX-License-Identifier: MIT */
/*
 * http-client against servers that lie, stop, or never stop. Whatever they do,
 * it ends in time with one clear sentence, and nothing stands under the name
 * of the file that was asked for.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

/* A folder that holds nothing, no leftovers either. */
static bool is_empty(const char *path)
{
    DIR *folder = opendir(path);
    int entries = 0;

    while (folder && readdir(folder))
        entries++;
    if (folder)
        closedir(folder);
    return entries == 2; /* "." and ".." */
}

/* One line on standard error, and it names the program. */
static bool is_one_sentence(const char *text)
{
    const char *first = strchr(text, '\n');

    return strncmp(text, "http-client: ", 13) == 0 && first &&
           (first[1] == '\0' || strstr(first, "the peer said: "));
}

/* `answer` follows a good request; the client must end with `status`. */
static void check(const char *answer, int status)
{
    char script[2048], url[64];
    struct test_run run;
    uint16_t port;

    snprintf(script, sizeof(script), "C: GET / HTTP/1.1\nC: ...\n%s", answer);
    pid_t peer = test_peer(script, &port);
    snprintf(url, sizeof(url), "http://127.0.0.1:%u/", port);
    const char *argv[] = {
        "http-client", "-o", test_path("f"), url, "--max-time", "0.7", NULL};
    test_run(&run, 20, argv);
    CU_ASSERT_EQUAL(run.status, status);
    CU_ASSERT(is_one_sentence(run.err));
    CU_ASSERT(run.seconds < 10);
#ifndef __SANITIZE_ADDRESS__ /* which keeps what was freed */
    CU_ASSERT(run.max_rss_kib < 64 * 1024);
#endif
    CU_ASSERT(is_empty(test_folder()));
    test_run_free(&run);
    test_peer_end(peer);
}

#define HEAD "S: HTTP/1.1 200 OK\n"
#define LENGTH(n) HEAD "S: Content-Length: " n "\nS:\n"
#define CHUNKED HEAD "S: Transfer-Encoding: chunked\nS:\n"

/* RFC 9112 §8. */
static void hostile_http_server_closes_too_early(void)
{
    check("E:\n", 7);
    check("S= HTTP/1.1 20\nE:\n", 7);
    check(HEAD "S: Content-Le\nE:\n", 7);
    check(HEAD "S: Content-Length: 5\nE:\n", 7);
    check(LENGTH("5") "E:\n", 7);
    check(LENGTH("5") "S= hell\nE:\n", 7);
    check(CHUNKED "S= 5\\r\\nhel\nE:\n", 7);
    check(CHUNKED "S= 5\\r\\nhello\\r\\n\nE:\n", 7);
    check(CHUNKED "S= 5\\r\\nhello\\r\\n0\\r\\n\nE:\n", 7);
}

/* The deadline of the run: silence at any place is no way past it. */
static void hostile_http_server_falls_silent(void)
{
    check("Z: 1.2\n", 5);
    check(HEAD "Z: 1.2\n", 5);
    check(LENGTH("5") "S= hell\nZ: 1.2\n", 5);
    check(CHUNKED "S= 5\\r\\nhello\\r\\n\nZ: 1.2\n", 5);
    check("S: HTTP/1.1 100 Continue\nS:\nZ: 1.2\n", 5);
}

/* RFC 9112 §6.3, rules 4 and 5. */
static void hostile_http_server_contradicts_itself(void)
{
    check(HEAD "S: Content-Length: 3\nS: Content-Length: 5\nS:\nS= hello\n", 7);
    check(HEAD "S: Content-Length: 3, 5\nS:\nS= hello\n", 7);
    check(LENGTH("-1") "S= hello\nE:\n", 7);
    check(LENGTH("99999999999999999999") "S= hello\nE:\n", 7);
    check(LENGTH("0x5") "S= hello\nE:\n", 7);
    check(HEAD "S: Transfer-Encoding: gzip\nS:\nS= hello\nE:\n", 7);
    check(HEAD "S: Transfer-Encoding: gzip, chunked\nS:\nS= 0\\r\\n\\r\\n\n",
          7);
    check("S: HTTP/1.1 101 Switching Protocols\nS: Upgrade: x\nS:\n", 7);
}

/* RFC 9112 §7.1. */
static void hostile_http_server_sends_bad_chunks(void)
{
    check(CHUNKED "S: hello\n", 7);
    check(CHUNKED "S: -5\nS: hello\nS: 0\nS:\n", 7);
    check(CHUNKED "S: 5\nS: hello, the size was a lie\nS: 0\nS:\n", 7);
    check(CHUNKED "S: ffffffffffffffff\nS: hello\n", 7);
    check(CHUNKED "S: 10000000000000005\nS: hello\nS: 0\nS:\n", 7);
    check(CHUNKED "S= 5\\nhello\\n0\\n\\n\n", 7);
}

/* RFC 9112 §4 and §5. */
static void hostile_http_server_speaks_something_else(void)
{
    check("S: SSH-2.0-OpenSSH_9.2p1\n", 7);
    check("S: 220 mx.west.test ESMTP\n", 7);
    check("S: <html>no header</html>\n", 7);
    check("S= HTTP/1.1 200 OK\\nContent-Length: 0\\n\\n\n", 7);
    check(HEAD "S: no colon\nS:\n", 7);
    check(HEAD "S: Blank : before the colon\nS:\n", 7);
    check(HEAD "S= A: \\0\\r\\n\\r\\n\n", 7);
}

/* A peer that writes `piece` for ever, or until the client has had enough. */
static void check_endless(const char *start, const char *piece)
{
    size_t size = 1024 * 1024, length = strlen(piece);
    size_t at = (size_t)snprintf(NULL, 0, "C: ...\n%sS= ", start);
    char *script = malloc(size + 64), url[64];
    struct test_run run;
    uint16_t port;

    /* One line of a mebibyte is far above each limit. */
    snprintf(script, size, "C: ...\n%sS= ", start);
    while (at + length + 2 < size) {
        memcpy(script + at, piece, length);
        at += length;
    }
    strcpy(script + at, "\n");
    pid_t peer = test_peer(script, &port);
    snprintf(url, sizeof(url), "http://127.0.0.1:%u/", port);
    const char *argv[] = {
        "http-client", "-o", test_path("f"), url, "--max-time", "5", NULL};
    test_run(&run, 20, argv);
    CU_ASSERT_EQUAL(run.status, 7);
    CU_ASSERT(is_one_sentence(run.err));
    CU_ASSERT(is_empty(test_folder()));
    test_run_free(&run);
    test_peer_end(peer);
    free(script);
}

/* Each limit of limits.h, met from the wire. */
static void hostile_http_server_never_ends_its_header(void)
{
    check_endless("", "HTTP/1.1 200 OK and so on ");
    check_endless(HEAD, "A: b\\r\\n");
    check_endless(HEAD, "A: and this value has no end ");
    check_endless("", "HTTP/1.1 100 Continue\\r\\n\\r\\n");
    check_endless(CHUNKED, "0000000000000000");
    check_endless(CHUNKED "S: 0\n", "Trailer: after trailer\\r\\n");
}

const struct test tests_http_hostile[] = {
    {"hostile_http_server_closes_too_early",
     hostile_http_server_closes_too_early},
    {"hostile_http_server_falls_silent", hostile_http_server_falls_silent},
    {"hostile_http_server_contradicts_itself",
     hostile_http_server_contradicts_itself},
    {"hostile_http_server_sends_bad_chunks",
     hostile_http_server_sends_bad_chunks},
    {"hostile_http_server_speaks_something_else",
     hostile_http_server_speaks_something_else},
    {"hostile_http_server_never_ends_its_header",
     hostile_http_server_never_ends_its_header},
    {NULL, NULL}};
