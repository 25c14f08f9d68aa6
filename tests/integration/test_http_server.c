/* SPDX-License-Identifier: MIT */
/*
 * http-server: its rules, asked over a bare socket, so that requests which no
 * client would send can be sent; and both halves together.
 */
#include "tests/integration/http_ask.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* RFC 9112 §3.2. */
static void http_server_wants_one_host(void)
{
    http_ask_start(NULL, NULL);
    CHECK_STATUS("GET / HTTP/1.1\r\n\r\n", 400);
    CHECK_STATUS("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400);
    CHECK_STATUS("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400);
    CHECK_STATUS("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400);
    CHECK_STATUS("GET / HTTP/1.1\r\nHost:\r\n\r\n", 400);
    http_ask_stop();
}

/* RFC 9112 §11.2: what may be read in two ways is not read at all. */
static void http_server_refuses_smuggling(void)
{
    http_ask_start(NULL, NULL);
    CHECK_STATUS("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
                 "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                 400);
    CHECK_STATUS("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
                 "Content-Length: 4\r\n\r\nabcd",
                 400);
    CHECK_STATUS("POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 3\r\n\r\nabc",
                 400);
    CHECK_STATUS("POST / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n", 400);
    CHECK_STATUS("POST / HTTP/1.1\r\nHost: a\r\n"
                 "Transfer-Encoding: chunked\r\n\r\nx\r\n",
                 400);
    CHECK_STATUS("POST / HTTP/1.1\r\nHost: a\r\n"
                 "Transfer-Encoding: gzip\r\n\r\n",
                 501);
    CHECK_STATUS("GET / HTTP/1.1\nHost: a\n\n", 400);
    /* After a refusal nothing more is read from the connection. */
    ASK("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"
        "GET /ten HTTP/1.1\r\nHost: a\r\n\r\n");
    CU_ASSERT_FALSE(http_ask_has("0123456789"));
    CU_ASSERT(http_ask_has("\r\nConnection: close\r\n"));
    http_ask_stop();
}

/* RFC 9110 §9.1: a method is a word, and its letters' case counts. RFC 9110
 * §15.5: 4xx says that the client erred, and in words how; RFC 9110 §15.6: 5xx
 * that the server can't. */
static void http_server_knows_its_methods_and_versions(void)
{
    http_ask_start(NULL, NULL);
    CHECK_STATUS("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501);
    CHECK_STATUS("get / HTTP/1.1\r\nHost: a\r\n\r\n", 501);
    CHECK_STATUS("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
                 405);
    CU_ASSERT(http_ask_has("\r\nAllow: GET, HEAD, POST, OPTIONS, TRACE\r\n"));
    CHECK_STATUS("DELETE /ten HTTP/1.1\r\nHost: a\r\n\r\n", 405);
    CHECK_STATUS("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 200);
    CU_ASSERT(http_ask_has("\r\nAllow: "));
    CHECK_STATUS("GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    CHECK_STATUS("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505);
    CHECK_STATUS("GET / HTTP/1.7\r\nHost: a\r\n\r\n", 200);
    http_ask_stop();
}

/* RFC 9110 §15.5.15 and RFC 6585 §5. */
static void http_server_has_limits(void)
{
    char *request = malloc(128 * 1024);
    size_t at;

    http_ask_start(NULL, NULL);
    at = (size_t)sprintf(request, "GET /%09000d HTTP/1.1\r\n", 0);
    http_ask_bytes(request, at);
    CU_ASSERT_EQUAL(http_ask_status(), 414);
    at = (size_t)sprintf(request, "GET / HTTP/1.1\r\nA: %070000d\r\n\r\n", 0);
    http_ask_bytes(request, at);
    CU_ASSERT_EQUAL(http_ask_status(), 431);
    CHECK_STATUS("POST / HTTP/1.1\r\nHost: a\r\n"
                 "Content-Length: 99999999999\r\n\r\n",
                 413);
    http_ask_stop();
    free(request);
}

/* RFC 9112 §9.6: the answer to a refused request reaches who is still sending,
 * for the server stops sending first, and reads on for a while. A close at once
 * would make TCP answer the bytes below with a reset. */
static void http_server_lingers_after_a_refusal(void)
{
    static const char head[] = "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n";
    char answer[4096];
    struct timeval patience = {.tv_sec = 10};

    http_ask_start(NULL, NULL);
    int fd = http_ask_connect();
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    CU_ASSERT_EQUAL(send(fd, head, sizeof(head) - 1, MSG_NOSIGNAL),
                    (ssize_t)sizeof(head) - 1);
    ssize_t length = recv(fd, answer, sizeof(answer), MSG_WAITALL);
    CU_ASSERT(length > 12 && memcmp(answer, "HTTP/1.1 400", 12) == 0);
    for (int i = 0; i < 5; i++)
        CU_ASSERT_EQUAL(send(fd, "still sending", 13, MSG_NOSIGNAL), 13);
    close(fd);
    http_ask_stop();
}

/* RFC 9112 §9.3: several on one connection, until one says close. */
static void http_server_keeps_the_connection(void)
{
    http_ask_start(NULL, NULL);
    ASK("GET /ten HTTP/1.1\r\nHost: a\r\n\r\n"
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "4;x=y\r\nabcd\r\n0\r\nTrailer: z\r\n\r\n"
        "\r\nGET /none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        "GET /ten HTTP/1.1\r\nHost: a\r\n\r\n");
    const char *after = strstr(http_ask_answer, "0123456789HTTP/1.1 200 ");
    CU_ASSERT_PTR_NOT_NULL_FATAL(after);
    CU_ASSERT_PTR_NOT_NULL(strstr(after, "3 bytes received\nHTTP/1.1 200"));
    CU_ASSERT_PTR_NOT_NULL(strstr(after, "4 bytes received\nHTTP/1.1 404"));
    CU_ASSERT_PTR_NULL(strstr(after + 10, "0123456789"));
    ASK("GET /ten HTTP/1.0\r\n\r\nGET /ten HTTP/1.0\r\n\r\n");
    CU_ASSERT_PTR_NULL(strstr(http_ask_answer, "0123456789HTTP"));
    ASK("GET /ten HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
        "GET /ten HTTP/1.0\r\n\r\n");
    CU_ASSERT_PTR_NOT_NULL(strstr(http_ask_answer, "0123456789HTTP"));
    CU_ASSERT(http_ask_has("\r\nConnection: keep-alive\r\n"));
    http_ask_stop();
}

/* RFC 9112 §9.5: idle connections are closed, without a word. */
static void http_server_closes_what_idles(void)
{
    char byte;

    http_ask_start("--idle-timeout", "0.2");
    int fd = http_ask_connect();
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    CU_ASSERT_EQUAL(poll(&ready, 1, 5000), 1);
    CU_ASSERT_EQUAL(recv(fd, &byte, 1, 0), 0);
    close(fd);
    http_ask_stop();
}

/* RFC 9110 §10.1.1; an HTTP/1.0 client can't mean it. */
static void http_server_says_continue(void)
{
    char text[256];

    http_ask_start(NULL, NULL);
    int fd = http_ask_connect();
    static const char head[] = "POST / HTTP/1.1\r\nHost: a\r\n"
                               "Expect: 100-continue\r\n"
                               "Content-Length: 2\r\n\r\n";
    send(fd, head, sizeof(head) - 1, MSG_NOSIGNAL);
    ssize_t got = recv(fd, text, sizeof(text) - 1, 0);
    text[got > 0 ? got : 0] = '\0';
    CU_ASSERT_NSTRING_EQUAL(text, "HTTP/1.1 100 Continue\r\n\r\n", 25);
    close(fd);
    CHECK_STATUS("POST / HTTP/1.0\r\nExpect: 100-continue\r\n"
                 "Content-Length: 2\r\n\r\nab",
                 200);
    CHECK_STATUS("POST / HTTP/1.1\r\nHost: a\r\nExpect: miracle\r\n\r\n", 417);
    http_ask_stop();
}

/* RFC 9110 §9.3.8: what came, but no secrets. */
static void http_server_echoes_without_credentials(void)
{
    http_ask_start(NULL, NULL);
    ASK("TRACE /x HTTP/1.1\r\nHost: a\r\nX-Y: z\r\nCookie: a=b\r\n"
        "Authorization: Basic QQ==\r\n\r\n");
    CU_ASSERT(http_ask_has("\r\nContent-Type: message/http\r\n"));
    CU_ASSERT(http_ask_has("TRACE /x HTTP/1.1\r\nHost: a\r\nX-Y: z\r\n\r\n"));
    CU_ASSERT_FALSE(http_ask_has("a=b"));
    CU_ASSERT_FALSE(http_ask_has("QQ=="));
    http_ask_stop();
}

/* Both halves: what was asked for is what comes, byte for byte. */
static void http_both_halves_agree(void)
{
    static const char *const paths[] = {"/bytes/1000000", "/chunked", "/close",
                                        "/status/204", "/status/103"};

    http_ask_start(NULL, NULL);
    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
        struct test_run ours, curl;
        char url[128];

        snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", http_ask_port,
                 paths[i]);
        const char *mine[] = {"http-client", url, NULL};
        const char *theirs[] = {"curl", "-s", url, NULL};
        test_run(&ours, 20, mine);
        test_run(&curl, 20, theirs);
        CU_ASSERT_EQUAL(ours.status, 0);
        CU_ASSERT_EQUAL(curl.status, 0);
        CU_ASSERT_EQUAL(ours.out_length, curl.out_length);
        CU_ASSERT_EQUAL(memcmp(ours.out, curl.out,
                               ours.out_length < curl.out_length
                                   ? ours.out_length
                                   : curl.out_length),
                        0);
        test_run_free(&ours);
        test_run_free(&curl);
    }
    http_ask_stop();
}

/* What is secret is masked in the trace, in requests that are refused too. The
 * socket's own records show what the wire shows, so they are left out here. */
static void http_server_masks_secrets_of_broken_requests(void)
{
    char *file = strdup(test_path("s.pcapng"));
    struct test_run run;

    http_ask_start("--trace", file);
    CHECK_STATUS("GET / HTTP/1.1\r\nHost: a\r\nCookie: sesame\r\n\r\n", 200);
    CHECK_STATUS("GET / HTTP/1.1\r\nCookie: sesame\r\n\r\n", 400);
    CHECK_STATUS("GET / HTTP/1.1\r\nCookie : sesame\r\n\r\n", 400);
    CHECK_STATUS("GET / HTTP/1.1\r\nCookie: x\r\n sesame\r\n\r\n", 400);
    CHECK_STATUS("GET / HTTP/1.1\r\nAuthorization: Basic sesame\n", 400);
    http_ask_stop();

    const char *show[] = {"trace", "show", "--json", file, NULL};
    test_run(&run, 20, show);
    CU_ASSERT_EQUAL(run.status, 0);
    int requests = 0;
    for (char *line = strtok(run.out, "\n"); line; line = strtok(NULL, "\n")) {
        if (!strstr(line, "\"layer\":\"app\""))
            continue;
        requests += strstr(line, "GET / HTTP") != NULL;
        CU_ASSERT_PTR_NULL(strstr(line, "sesame"));
    }
    CU_ASSERT_EQUAL(requests, 5);
    test_run_free(&run);
    free(file);
}

/* The same words through TLS (RFC 9112 §9.7): the certificate's own file is
 * what we trust. An https URL whose server can't be trusted is not asked for
 * anything (RFC 9110 §4.2.2). */
static void http_server_speaks_tls(void)
{
    struct test_certificate made;
    struct test_run run;
    uint16_t tls_port;
    char url[64];

    test_certificate(&made);
    const char *serve[] = {"http-server",  "--root",      test_folder(),
                           "--listen-tls", "127.0.0.1:0", "--tls-cert",
                           made.cert,      "--tls-key",   made.key,
                           "--lab",        NULL};
    pid_t pid = test_start(serve, &tls_port, 1);
    snprintf(url, sizeof(url), "https://127.0.0.1:%u/bytes/100000", tls_port);

    const char *trusting[] = {"http-client", "--cacert", made.cert,
                              url,           url,        NULL};
    test_run(&run, 20, trusting);
    CU_ASSERT_EQUAL(run.status, 0);
    CU_ASSERT_EQUAL(run.out_length, 200000);
    test_run_free(&run);
    const char *wary[] = {"http-client", url, NULL};
    test_run(&run, 20, wary);
    CU_ASSERT_EQUAL(run.status, 4);
    CU_ASSERT_EQUAL(run.out_length, 0);
    test_run_free(&run);
    CU_ASSERT_EQUAL(test_stop(pid), 0);
}

const struct test tests_http_server[] = {
    {"http_server_wants_one_host", http_server_wants_one_host},
    {"http_server_refuses_smuggling", http_server_refuses_smuggling},
    {"http_server_knows_its_methods_and_versions",
     http_server_knows_its_methods_and_versions},
    {"http_server_has_limits", http_server_has_limits},
    {"http_server_lingers_after_a_refusal",
     http_server_lingers_after_a_refusal},
    {"http_server_keeps_the_connection", http_server_keeps_the_connection},
    {"http_server_closes_what_idles", http_server_closes_what_idles},
    {"http_server_says_continue", http_server_says_continue},
    {"http_server_echoes_without_credentials",
     http_server_echoes_without_credentials},
    {"http_both_halves_agree", http_both_halves_agree},
    {"http_server_masks_secrets_of_broken_requests",
     http_server_masks_secrets_of_broken_requests},
    {"http_server_speaks_tls", http_server_speaks_tls},
    {NULL, NULL}};
