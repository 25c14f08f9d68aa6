/* SPDX-License-Identifier: MIT */
/*
 * http-server --gateway between bare sockets and scripted backends: what is
 * passed on, what is not, and what the gateway says itself. RFC 9110 §7.6.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/integration/http_ask.h"

static pid_t gateway, backend;

/* A gateway in front of 127.0.0.1:`port`; ASK asks it. */
static void start_at(uint16_t port, const char *option, const char *value)
{
    static char url[64];

    snprintf(url, sizeof(url), "http://127.0.0.1:%u", port);
    const char *argv[] = {
        "http-server", "--gateway", url,           "--gateway-name",
        "gate",        "--listen",  "127.0.0.1:0", "--gateway-timeout",
        "0.5",         option,      value,         NULL};
    gateway = test_start(argv, &http_ask_port, 1);
}

static void start(const char *script, const char *option, const char *value)
{
    uint16_t port;

    backend = test_peer(script, &port);
    start_at(port, option, value);
}

/* The backend must have heard what its script says. */
static void stop(void)
{
    CU_ASSERT_EQUAL(test_stop(gateway), 0);
    CU_ASSERT_EQUAL(test_peer_end(backend), 0);
}

#define OK "S: HTTP/1.1 200 OK\nS: Content-Length: 2\nS:\nS= ok\n"

/* RFC 9110 §7.6.1 and §7.6.3. */
static void http_gateway_drops_what_is_of_one_hop(void)
{
    start("C: GET /a?b HTTP/1.1\n"
          "C: Host: 127.0.0.1:*\n"
          "C: X-Kept: 1\n"
          "C: Via: 1.0 before\n"
          "C: Via: 1.1 gate\n"
          "C:\n"
          "S: HTTP/1.0 200 Fine\n"
          "S: Connection: keep-alive, X-Hop\n"
          "S: X-Hop: 1\n"
          "S: Keep-Alive: timeout=5\n"
          "S: X-Kept: 2\n"
          "S: Date: Sun, 06 Nov 1994 08:49:37 GMT\n"
          "S: Content-Length: 2, 2\n"
          "S:\n"
          "S= ok\n",
          NULL, NULL);
    ASK("GET /a?b HTTP/1.1\r\nHost: www.test\r\nConnection: close, x-mine\r\n"
        "X-Mine: 1\r\nTE: trailers\r\nUpgrade: h2c\r\nX-Kept: 1\r\n"
        "Proxy-Authorization: Basic eDp5\r\nKeep-Alive: 5\r\n"
        "Via: 1.0 before\r\n\r\n");
    CU_ASSERT_STRING_EQUAL(http_ask_answer,
                           "HTTP/1.1 200 OK\r\n"
                           "X-Kept: 2\r\n"
                           "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                           "Via: 1.0 gate\r\n"
                           "Content-Length: 2\r\n"
                           "Connection: close\r\n"
                           "\r\n"
                           "ok");
    stop();
}

/* Other chunks, no extensions, the same content and trailers. */
static void http_gateway_frames_bodies_anew(void)
{
    start("C: POST / HTTP/1.1\n"
          "C: Host: *\n"
          "C: Via: 1.1 gate\n"
          "C: Transfer-Encoding: chunked\n"
          "C:\n"
          "C: 5\n"
          "C: hello\n"
          "C: 0\n"
          "C: X-Sum: 1\n"
          "C:\n"
          "S: HTTP/1.1 200 OK\n"
          "S: Date: x\n"
          "S: Transfer-Encoding: chunked\n"
          "S:\n"
          "S= 003;ext=1\\r\\nabc\\r\\n0000;x\\r\\nX-Sum: 2\\r\\n\\r\\n\n",
          NULL, NULL);
    ASK("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "05;name=\"v\"\r\nhello\r\n000\r\nX-Sum: 1\r\n\r\n");
    CU_ASSERT(http_ask_has("Transfer-Encoding: chunked\r\n\r\n"
                           "3\r\nabc\r\n0\r\nX-Sum: 2\r\n\r\n"));
    stop();
}

/* RFC 9112 §6.1: to an HTTP/1.0 client the body ends with the connection. */
static void http_gateway_sends_no_chunks_to_an_old_client(void)
{
    start("C: GET / HTTP/1.1\nC: ...\n"
          "S: HTTP/1.1 200 OK\nS: Transfer-Encoding: chunked\nS:\n"
          "S= 3\\r\\nabc\\r\\n0\\r\\n\\r\\n\n",
          NULL, NULL);
    ASK("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CU_ASSERT(!http_ask_has("chunked"));
    CU_ASSERT(http_ask_has("Connection: close\r\n\r\nabc"));
    stop();
}

/* What can be read in two ways does not reach the backend: RFC 9112 §11.2. */
static void http_gateway_passes_nothing_ambiguous_on(void)
{
    start("C: GET /good HTTP/1.1\nC: ...\n" OK, NULL, NULL);
    CHECK_STATUS("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
                 "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                 400);
    CHECK_STATUS("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
                 "Content-Length: 4\r\n\r\nabcd",
                 400);
    CHECK_STATUS("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400);
    CHECK_STATUS("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400);
    CHECK_STATUS("GET /good HTTP/1.1\r\nHost: a\r\n\r\n", 200);
    stop();
}

/* RFC 9110 §7.6.2. */
static void http_gateway_counts_hops(void)
{
    start("C: TRACE / HTTP/1.1\n"
          "C: Host: *\n"
          "C: Max-Forwards: 1\n"
          "C: Via: 1.1 gate\n"
          "C:\n" OK,
          NULL, NULL);
    CHECK_STATUS("TRACE / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n", 200);
    CU_ASSERT(http_ask_has("message/http"));
    CU_ASSERT(http_ask_has("Max-Forwards: 0\r\n"));
    CHECK_STATUS("TRACE / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 2\r\n\r\n", 200);
    CU_ASSERT(http_ask_has("\r\n\r\nok"));
    stop();
}

static void check_502(const char *script)
{
    start(script, NULL, NULL);
    CHECK_STATUS("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 502);
    stop();
}

/* RFC 9110 §15.6.3: dead, silent at once, no HTTP, ambiguous, too large. */
static void http_gateway_answers_502_for_a_broken_backend(void)
{
    static char large[32 * 1024];

    start_at(1, NULL, NULL);
    CHECK_STATUS("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 502);
    CU_ASSERT(http_ask_has("Connection refused"));
    CU_ASSERT_EQUAL(test_stop(gateway), 0);
    check_502("C: ...\nE:\n");
    check_502("C: ...\nS: 220 mx.test ESMTP\nS:\n");
    check_502("C: ...\nS: HTTP/1.1 200 OK\nS: Content-Length: 1\n"
              "S: Content-Length: 2\nS:\nS= ab\n");
    check_502("C: ...\nS: HTTP/1.1 200 OK\nS: Transfer-Encoding: x\nS:\n");
    snprintf(large, sizeof(large),
             "C: ...\nS: HTTP/1.1 200 OK\nS: X: %020000d\n"
             "S: Content-Length: 0\nS:\n",
             0);
    check_502(large);
}

/* RFC 9110 §15.6.5; the client is not made to wait longer than that. */
static void http_gateway_answers_504_for_a_slow_backend(void)
{
    start("C: ...\nZ: 1.5\n", NULL, NULL);
    CHECK_STATUS("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 504);
    stop();
    start("C: ...\nS: HTTP/1.1 200 OK\nZ: 1.5\n", NULL, NULL);
    CHECK_STATUS("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 504);
    stop();
}

/* RFC 9110 §15.6.4: one is under way, the next is told when to come back. The
 * place is free again afterwards. */
static void http_gateway_answers_503_when_it_has_enough(void)
{
    static const char request[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    char byte;

    start("C: ...\nS= HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\no\n"
          "Z: 0.3\nS= k\nC: ...\n" OK,
          "--gateway-max", "1");
    int first = http_ask_connect();
    CU_ASSERT(send(first, request, strlen(request), MSG_NOSIGNAL) > 0);
    CU_ASSERT_EQUAL(recv(first, &byte, 1, 0), 1); /* it is under way */
    CHECK_STATUS("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 503);
    CU_ASSERT(http_ask_has("\r\nRetry-After: 1\r\n"));
    CU_ASSERT(!http_ask_has("Connection: close"));
    char rest[1024];
    size_t length = 0;
    ssize_t got;
    while ((length < 2 || memcmp(rest + length - 2, "ok", 2) != 0) &&
           (got = recv(first, rest + length, sizeof(rest) - length, 0)) > 0)
        length += (size_t)got;
    CU_ASSERT(send(first, request, strlen(request), MSG_NOSIGNAL) > 0);
    CU_ASSERT(recv(first, rest, 12, MSG_WAITALL) == 12 &&
              memcmp(rest, "HTTP/1.1 200", 12) == 0);
    close(first);
    stop();
}

/* RFC 9112 §8: half an answer must not look whole. */
static void http_gateway_shows_that_the_backend_broke_off(void)
{
    start("C: ...\nS: HTTP/1.1 200 OK\nS: Content-Length: 9\nS:\nS= half\nE:\n",
          NULL, NULL);
    ASK("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    CU_ASSERT(http_ask_has("Content-Length: 9\r\n\r\nhalf"));
    stop();
    start("C: ...\nS: HTTP/1.1 200 OK\nS: Transfer-Encoding: chunked\nS:\n"
          "S= 4\\r\\nhalf\\r\\n\nE:\n",
          NULL, NULL);
    ASK("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    CU_ASSERT(http_ask_has("4\r\nhalf\r\n"));
    CU_ASSERT(!http_ask_has("\r\n0\r\n"));
    stop();
}

/* The request that an idle connection swallowed goes again on a new one. */
static void http_gateway_asks_again_when_the_backend_left(void)
{
    start("C: GET /1 HTTP/1.1\nC: ...\n" OK "C: GET /2 HTTP/1.1\nC: ...\nE:\n"
          "C: GET /2 HTTP/1.1\nC: ...\n" OK,
          NULL, NULL);
    ASK("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
    const char *second = strstr(http_ask_answer + 1, "HTTP/1.1");
    CU_ASSERT(second && strncmp(second, "HTTP/1.1 200", 12) == 0);
    stop();
}

const struct test tests_http_gateway[] = {
    {"http_gateway_drops_what_is_of_one_hop",
     http_gateway_drops_what_is_of_one_hop},
    {"http_gateway_frames_bodies_anew", http_gateway_frames_bodies_anew},
    {"http_gateway_sends_no_chunks_to_an_old_client",
     http_gateway_sends_no_chunks_to_an_old_client},
    {"http_gateway_passes_nothing_ambiguous_on",
     http_gateway_passes_nothing_ambiguous_on},
    {"http_gateway_counts_hops", http_gateway_counts_hops},
    {"http_gateway_answers_502_for_a_broken_backend",
     http_gateway_answers_502_for_a_broken_backend},
    {"http_gateway_answers_504_for_a_slow_backend",
     http_gateway_answers_504_for_a_slow_backend},
    {"http_gateway_answers_503_when_it_has_enough",
     http_gateway_answers_503_when_it_has_enough},
    {"http_gateway_shows_that_the_backend_broke_off",
     http_gateway_shows_that_the_backend_broke_off},
    {"http_gateway_asks_again_when_the_backend_left",
     http_gateway_asks_again_when_the_backend_left},
    {NULL, NULL}};
