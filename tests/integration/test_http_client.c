/* SPDX-License-Identifier: MIT */
/*
 * http-client against scripted servers: each test is the conversation that it
 * is about.
 */
#include "tests/integration/http_play.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* RFC 9112 §3 and RFC 9110 §7.2: the request line, then Host. */
static void http_client_asks_and_gives_the_body(void)
{
    PLAY_PLAIN("C: GET /a?b=c HTTP/1.1\n"
               "C: Host: 127.0.0.1:*\n"
               "C: ...\n"
               "S: HTTP/1.1 200 OK\n"
               "S: Content-Length: 5\n"
               "S:\n"
               "S= hello\n",
               "/a?b=c#d");
    http_play_expect(0, "hello");
}

/* RFC 9112 §6.3 rule 1, and the connection stays in step: one of TCP, as RFC
 * 9112 §9.1 has it, for the peer accepts no other. */
static void http_client_knows_answers_without_a_body(void)
{
    uint16_t port;
    pid_t peer = test_peer("C: GET /1 HTTP/1.1\n"
                           "C: ...\n"
                           "S: HTTP/1.1 204 No Content\n"
                           "S:\n"
                           "C: GET /2 HTTP/1.1\n"
                           "C: ...\n"
                           "S: HTTP/1.1 304 Not Modified\n"
                           "S: Content-Length: 5\n"
                           "S:\n"
                           "C: GET /3 HTTP/1.1\n"
                           "C: ...\n"
                           "S: HTTP/1.1 200 OK\n"
                           "S: Content-Length: 2\n"
                           "S:\n"
                           "S= ok\n",
                           &port);
    char url[3][64];

    for (int i = 0; i < 3; i++)
        snprintf(url[i], sizeof(url[i]), "http://127.0.0.1:%u/%d", port, i + 1);
    const char *argv[] = {"http-client", url[0], url[1], url[2], NULL};
    test_run(&http_play, 20, argv);
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
    http_play_expect(0, "ok");
}

static void http_client_shows_the_header_of_head(void)
{
    PLAY("C: HEAD / HTTP/1.1\n"
         "C: ...\n"
         "S: HTTP/1.1 200 OK\n"
         "S: Content-Length: 1000\n"
         "S:\n",
         "/", "-I");
    http_play_expect(0, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
}

/* RFC 9110 §15.2: 1xx comes before the answer, any number of times. */
static void http_client_passes_over_interim_answers(void)
{
    PLAY_PLAIN("C: GET / HTTP/1.1\n"
               "C: ...\n"
               "S: HTTP/1.1 100 Continue\n"
               "S:\n"
               "S: HTTP/1.1 103 Early Hints\n"
               "S: Link: </style.css>\n"
               "S:\n"
               "S: HTTP/1.1 200 OK\n"
               "S: Content-Length: 2\n"
               "S:\n"
               "S= ok\n",
               "/");
    http_play_expect(0, "ok");
}

/* RFC 9112 §7.1. */
static void http_client_reads_chunks_and_trailers(void)
{
    PLAY_PLAIN("C: GET / HTTP/1.1\n"
               "C: ...\n"
               "S: HTTP/1.1 200 OK\n"
               "S: Transfer-Encoding: chunked\n"
               "S: Trailer: Digest\n"
               "S:\n"
               "S: 5;a=b\n"
               "S: hello\n"
               "S= 1\n"
               "Z: 0.05\n"
               "S= \\r\n"
               "S= \\n!\n"
               "S= \\r\\n0\\r\\nDigest: x\\r\\n\\r\\n\n",
               "/");
    http_play_expect(0, "hello!");
}

/* RFC 9112 §6.3 rule 8, and HTTP/1.0 by request. */
static void http_client_reads_until_the_close(void)
{
    PLAY("C: GET / HTTP/1.0\n"
         "C: ...\n"
         "S: HTTP/1.0 200 OK\n"
         "S:\n"
         "S= all there is\n"
         "E:\n",
         "/", "--http1.0");
    http_play_expect(0, "all there is");
}

static void http_client_posts_a_form(void)
{
    PLAY("C: POST / HTTP/1.1\n"
         "C: Host: *\n"
         "C: User-Agent: wirelab\n"
         "C: Accept: */*\n"
         "C: Content-Type: application/x-www-form-urlencoded\n"
         "C: Content-Length: 7\n"
         "C:\n"
         "S: HTTP/1.1 200 OK\n"
         "S: Content-Length: 0\n"
         "S:\n",
         "/", "-d", "a=b", "-d", "c=d");
    http_play_expect(0, "");
}

/* RFC 9112 §7.1: what has no length beforehand goes in chunks. */
static void http_client_sends_chunks_and_trailers(void)
{
    const char *file = test_path("up");

    test_write_file(file, "hello\r\n", 7);
    PLAY("C: PUT /dir/up HTTP/1.1\n"
         "C: Host: *\n"
         "C: User-Agent: wirelab\n"
         "C: Accept: */*\n"
         "C: Expect: 100-continue\n"
         "C: Transfer-Encoding: chunked\n"
         "C: Trailer: Digest\n"
         "C:\n"
         "S: HTTP/1.1 100 Continue\n"
         "S:\n"
         "C: 7\n"
         "C: hello\n"
         "C:\n"
         "C: 0\n"
         "C: Digest: x\n"
         "C:\n"
         "S: HTTP/1.1 201 Created\n"
         "S: Content-Length: 0\n"
         "S:\n",
         "/dir/", "-T", file, "--trailer", "Digest: x");
    http_play_expect(0, "");
}

/* RFC 9112 §9.5: an answer ends the upload; what was stopped does not get the
 * chunk that would make it look whole. */
static void http_client_stops_an_upload_that_is_refused(void)
{
    const char *file = test_path("up");

    /* More than the buffers of both sockets take while nobody reads. */
    test_write_file(file, "", 0);
    CU_ASSERT_EQUAL_FATAL(truncate(file, 64 * 1024 * 1024), 0);
    PLAY("C: PUT /up HTTP/1.1\n"
         "C: ...\n"
         "S: HTTP/1.1 413 Content Too Large\n"
         "S: Content-Length: 3\n"
         "S:\n"
         "S= no!\n"
         "Z: 0.3\n",
         "/up", "-T", file, "-H", "Transfer-Encoding: chunked", "-v");
    CU_ASSERT_PTR_NOT_NULL(strstr(http_play.err, "has answered already"));
    http_play_expect(0, "no!");
}

/* -H adds, replaces, empties and takes away. */
static void http_client_heeds_header_options(void)
{
    PLAY("C: GET / HTTP/1.1\n"
         "C: User-Agent: me\n"
         "C: Host: other.test\n"
         "C: X-A: 1\n"
         "C: X-B: *\n"
         "C:\n"
         "S: HTTP/1.1 200 OK\n"
         "S: Content-Length: 0\n"
         "S:\n",
         "/", "-H", "user-agent:", "-H", "User-Agent: me", "-H",
         "Host: other.test", "-H", "X-A: 1", "-H", "X-B;", "-H", "Accept:");
    http_play_expect(0, "");
}

/* A line end in an argument would be a second request. */
static void http_client_refuses_line_ends_in_arguments(void)
{
    PLAY("S= never read\n", "/", "-H", "X: a\r\nY: b");
    http_play_expect(2, "");
}

const struct test tests_http_client[] = {
    {"http_client_asks_and_gives_the_body",
     http_client_asks_and_gives_the_body},
    {"http_client_knows_answers_without_a_body",
     http_client_knows_answers_without_a_body},
    {"http_client_shows_the_header_of_head",
     http_client_shows_the_header_of_head},
    {"http_client_passes_over_interim_answers",
     http_client_passes_over_interim_answers},
    {"http_client_reads_chunks_and_trailers",
     http_client_reads_chunks_and_trailers},
    {"http_client_reads_until_the_close", http_client_reads_until_the_close},
    {"http_client_posts_a_form", http_client_posts_a_form},
    {"http_client_sends_chunks_and_trailers",
     http_client_sends_chunks_and_trailers},
    {"http_client_stops_an_upload_that_is_refused",
     http_client_stops_an_upload_that_is_refused},
    {"http_client_heeds_header_options", http_client_heeds_header_options},
    {"http_client_refuses_line_ends_in_arguments",
     http_client_refuses_line_ends_in_arguments},
    {NULL, NULL}};
