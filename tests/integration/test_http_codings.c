/* SPDX-License-Identifier: MIT */
/* Content codings on the wire: the server's choice, --compressed. */
#include "http/http_coding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/integration/http_ask.h"
#include "tests/integration/http_play.h"

static char lines[6001]; /* "to be or not to be\n", again and again */

static void start(void)
{
    for (size_t i = 0; i + 1 < sizeof(lines); i++)
        lines[i] = "to be or not to be\n"[i % 19];
    http_ask_start("--writable", NULL);
    test_write_file(test_path("root/lines.txt"), lines, strlen(lines));
    test_write_file(test_path("root/lines.bin"), lines, strlen(lines));
}

#define REQUEST(fields)                                            \
    "GET /lines.txt HTTP/1.1\r\nHost: a\r\n" fields "Connection: " \
    "close\r\n\r\n"

/* RFC 9110 §12.5.3 and RFC 9110 §12.5.5: chosen by Accept-Encoding, and said
 * so; for HTTP/1.0 too, whose document has the field (RFC 1945 §D.2.3). */
static void http_server_codes_text(void)
{
    start();
    CHECK_STATUS(REQUEST("Accept-Encoding: gzip\r\n"), 200);
    CU_ASSERT(http_ask_has("\r\nContent-Encoding: gzip\r\n"));
    CU_ASSERT(http_ask_has("\r\nVary: Accept-Encoding\r\n"));
    CU_ASSERT(http_ask_has("-gzip\"\r\n"));
    CHECK_STATUS(REQUEST("Accept-Encoding: gzip, br\r\n"), 200);
    CU_ASSERT(http_ask_has("\r\nContent-Encoding: br\r\n"));
    CHECK_STATUS("GET /lines.txt HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n",
                 200);
    CU_ASSERT(http_ask_has("\r\nContent-Encoding: gzip\r\n"));
    CHECK_STATUS(REQUEST(""), 200);
    CU_ASSERT_FALSE(http_ask_has("Content-Encoding"));
    CU_ASSERT(http_ask_has("\r\nVary: Accept-Encoding\r\n"));
    CHECK_STATUS(REQUEST("Accept-Encoding: identity;q=0\r\n"), 406);
    /* A part is one of the plain content. */
    CHECK_STATUS(REQUEST("Accept-Encoding: gzip\r\nRange: bytes=0-1\r\n"), 206);
    CU_ASSERT_FALSE(http_ask_has("Content-Encoding"));
    CU_ASSERT(http_ask_has("\r\n\r\nto"));
    CHECK_STATUS("GET /lines.bin HTTP/1.1\r\nHost: a\r\n"
                 "Accept-Encoding: gzip\r\n\r\n",
                 200);
    CU_ASSERT_FALSE(http_ask_has("Content-Encoding"));
    CU_ASSERT_FALSE(http_ask_has("Vary"));
    http_ask_stop();
}

/* The ETag of a coding: 304 for the same coding, 200 for another; and who
 * fetched it coded may still replace it (RFC 9110 §8.8.3.3, §13.1.1). */
static void http_server_gives_each_coding_its_etag(void)
{
    char tag[64] = "", request[256];

    start();
    ASK(REQUEST("Accept-Encoding: gzip\r\n"));
    const char *found = strstr(http_ask_answer, "ETag: ");
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    snprintf(tag, sizeof(tag), "%.*s", (int)strcspn(found + 6, "\r"),
             found + 6);
    snprintf(request, sizeof(request),
             REQUEST("Accept-Encoding: gzip\r\nIf-None-Match: %s\r\n"), tag);
    http_ask_bytes(request, strlen(request));
    CU_ASSERT_EQUAL(http_ask_status(), 304);
    CU_ASSERT(http_ask_has("\r\nVary: Accept-Encoding\r\n"));
    snprintf(request, sizeof(request), REQUEST("If-None-Match: %s\r\n"), tag);
    http_ask_bytes(request, strlen(request));
    CU_ASSERT_EQUAL(http_ask_status(), 200);
    snprintf(request, sizeof(request),
             "PUT /lines.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
             "If-Match: %s\r\n\r\nx",
             tag);
    http_ask_bytes(request, strlen(request));
    CU_ASSERT_EQUAL(http_ask_status(), 204);
    http_ask_bytes(request, strlen(request));
    CU_ASSERT_EQUAL(http_ask_status(), 412);
    http_ask_stop();
}

static void http_client_unpacks_what_it_asked_for(void)
{
    start();
    http_play_client(http_ask_port, "/lines.txt",
                     (const char *const[]){"--compressed", "-v", NULL});
    CU_ASSERT_PTR_NOT_NULL(strstr(http_play.err, "unpack to 6000"));
    http_play_expect(0, lines);
    /* Of several parts none is coded. */
    http_play_client(http_ask_port, "/lines.txt",
                     (const char *const[]){"--compressed", "-r", "0-4", NULL});
    http_play_expect(0, "to be");
    http_ask_stop();
}

/* Plays `length` bytes of a content to a client that may unpack it. */
static void play_content(const char *coding, const char *content, size_t length)
{
    char script[4096];
    int at = snprintf(script, sizeof(script),
                      "C: GET / HTTP/1.1\nC: ...\nS: HTTP/1.1 200 OK\n"
                      "S: Content-Encoding: %s\nS: Content-Length: %zu\nS:\n"
                      "S= ",
                      coding, length);

    for (size_t i = 0; i < length; i++)
        at += snprintf(script + at, sizeof(script) - (size_t)at, "\\x%02x",
                       (unsigned char)content[i]);
    snprintf(script + at, sizeof(script) - (size_t)at, "\n");
    PLAY(script, "/", "--compressed", "-o", test_path("got"));
}

/* 200 MiB of zeros, in a kilobyte of brotli: refused, nothing left behind,
 * and in little memory. */
static void http_client_survives_a_bomb(void)
{
    size_t zeros = 200u << 20, length;
    char *plain = calloc(1, zeros);
    char *bomb = http_coding_encode(HTTP_CODING_BR, (struct span){plain, zeros},
                                    &length);

    free(plain);
    CU_ASSERT_FATAL(length < 1000);
    play_content("br", bomb, length);
    CU_ASSERT_PTR_NOT_NULL(strstr(http_play.err, "bomb"));
#ifndef __SANITIZE_ADDRESS__ /* which keeps what was freed */
    CU_ASSERT(http_play.max_rss_kib < 64 * 1024);
#endif
    http_play_expect(7, "");
    CU_ASSERT_EQUAL(access(test_path("got"), F_OK), -1);
    free(bomb);
}

static void http_client_refuses_broken_codings(void)
{
    play_content("gzip", "not so", 6);
    http_play_expect(7, "");
    play_content("zstd", "not so", 6);
    http_play_expect(7, "");
    CU_ASSERT_EQUAL(access(test_path("got"), F_OK), -1);
}

const struct test tests_http_codings[] = {
    {"http_server_codes_text", http_server_codes_text},
    {"http_server_gives_each_coding_its_etag",
     http_server_gives_each_coding_its_etag},
    {"http_client_unpacks_what_it_asked_for",
     http_client_unpacks_what_it_asked_for},
    {"http_client_survives_a_bomb", http_client_survives_a_bomb},
    {"http_client_refuses_broken_codings", http_client_refuses_broken_codings},
    {NULL, NULL}};
