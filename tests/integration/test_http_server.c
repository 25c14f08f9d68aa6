/* SPDX-License-Identifier: MIT */
/*
 * http-server: its rules, asked over a bare socket, so that requests which no
 * client would send can be sent; and both halves together.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/harness.h"

static uint16_t port;
static pid_t server;
static char answer[65536];

static void start(const char *option, const char *value)
{
    mkdir(test_path("root"), 0755);
    mkdir(test_path("root/sub"), 0755);
    mkdir(test_path("blog"), 0755);
    test_write_file(test_path("root/index.html"), "<p>default</p>\n", 15);
    test_write_file(test_path("root/ten"), "0123456789", 10);
    test_write_file(test_path("blog/index.html"), "<p>blog</p>\n", 12);
    test_write_file(test_path("secret"), "not served\n", 11);

    static char blog[512];
    snprintf(blog, sizeof(blog), "blog.test=%s", test_path("blog"));
    const char *argv[] = {
        "http-server", "--listen", "127.0.0.1:0", "--root", test_path("root"),
        "--host",      blog,       "--lab",       option,   value,
        NULL};
    server = test_start(argv, &port, 1);
}

static void stop(void)
{
    CU_ASSERT_EQUAL(test_stop(server), 0);
}

static int connect_to_server(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CU_ASSERT_EQUAL_FATAL(
        connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

/* Sends the bytes and reads until the server closes; all of it in `answer`. */
static const char *ask_bytes(const char *request, size_t length)
{
    int fd = connect_to_server();
    size_t used = 0;
    ssize_t got;

    CU_ASSERT_EQUAL(send(fd, request, length, MSG_NOSIGNAL), (ssize_t)length);
    shutdown(fd, SHUT_WR);
    while (used + 1 < sizeof(answer) &&
           (got = recv(fd, answer + used, sizeof(answer) - 1 - used, 0)) > 0)
        used += (size_t)got;
    answer[used] = '\0';
    close(fd);
    return answer;
}

#define ASK(text) ask_bytes(text, sizeof(text) - 1)

static bool has(const char *text)
{
    return strstr(answer, text) != NULL;
}

static int status(void)
{
    return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? atoi(answer + 9) : -1;
}

#define CHECK_STATUS(text, code) CU_ASSERT_EQUAL((ASK(text), status()), (code))

/* RFC 9110 §8: what a representation is told with. */
static void http_server_serves_a_file(void)
{
    start(NULL, NULL);
    CHECK_STATUS("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 200);
    CU_ASSERT(has("\r\nContent-Type: text/html; charset=utf-8\r\n"));
    CU_ASSERT(has("\r\nContent-Length: 15\r\n"));
    CU_ASSERT(has("\r\nLast-Modified: "));
    CU_ASSERT(has("\r\nETag: \""));
    CU_ASSERT(has("\r\n\r\n<p>default</p>\n"));
    CHECK_STATUS("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", 200);
    CU_ASSERT(has("\r\nContent-Length: 15\r\n"));
    CU_ASSERT_FALSE(has("<p>"));
    CHECK_STATUS("GET /none HTTP/1.1\r\nHost: a\r\n\r\n", 404);
    CHECK_STATUS("GET /sub HTTP/1.1\r\nHost: a\r\n\r\n", 301);
    CU_ASSERT(has("\r\nLocation: /sub/\r\n"));
    stop();
}

/* RFC 9110 §7.2: one address, several sites; RFC 9112 §3.2.2: the target's
 * host goes before the field's. */
static void http_server_tells_sites_apart(void)
{
    start(NULL, NULL);
    ASK("GET / HTTP/1.1\r\nHost: BLOG.test:80\r\n\r\n");
    CU_ASSERT(has("<p>blog</p>"));
    ASK("GET / HTTP/1.1\r\nHost: other.test\r\n\r\n");
    CU_ASSERT(has("<p>default</p>"));
    ASK("GET http://blog.test/ HTTP/1.1\r\nHost: other.test\r\n\r\n");
    CU_ASSERT(has("<p>blog</p>"));
    ASK("GET / HTTP/1.0\r\n\r\n");
    CU_ASSERT(has("<p>default</p>"));
    stop();
}

/* RFC 9112 §3.2. */
static void http_server_wants_one_host(void)
{
    start(NULL, NULL);
    CHECK_STATUS("GET / HTTP/1.1\r\n\r\n", 400);
    CHECK_STATUS("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400);
    CHECK_STATUS("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400);
    CHECK_STATUS("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400);
    CHECK_STATUS("GET / HTTP/1.1\r\nHost:\r\n\r\n", 400);
    stop();
}

/* RFC 9112 §11.2: what may be read in two ways is not read at all. */
static void http_server_refuses_smuggling(void)
{
    start(NULL, NULL);
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
    CU_ASSERT_FALSE(has("0123456789"));
    CU_ASSERT(has("\r\nConnection: close\r\n"));
    stop();
}

static void http_server_knows_its_methods_and_versions(void)
{
    start(NULL, NULL);
    CHECK_STATUS("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501);
    CHECK_STATUS("get / HTTP/1.1\r\nHost: a\r\n\r\n", 501);
    CHECK_STATUS("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
                 405);
    CU_ASSERT(has("\r\nAllow: GET, HEAD, POST, OPTIONS, TRACE\r\n"));
    CHECK_STATUS("DELETE /ten HTTP/1.1\r\nHost: a\r\n\r\n", 405);
    CHECK_STATUS("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 200);
    CU_ASSERT(has("\r\nAllow: "));
    CHECK_STATUS("GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    CHECK_STATUS("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505);
    CHECK_STATUS("GET / HTTP/1.7\r\nHost: a\r\n\r\n", 200);
    stop();
}

/* RFC 9110 §15.5.15 and RFC 6585 §5. */
static void http_server_has_limits(void)
{
    char *request = malloc(128 * 1024);
    size_t at;

    start(NULL, NULL);
    at = (size_t)sprintf(request, "GET /%09000d HTTP/1.1\r\n", 0);
    ask_bytes(request, at);
    CU_ASSERT_EQUAL(status(), 414);
    at = (size_t)sprintf(request, "GET / HTTP/1.1\r\nA: %070000d\r\n\r\n", 0);
    ask_bytes(request, at);
    CU_ASSERT_EQUAL(status(), 431);
    CHECK_STATUS("POST / HTTP/1.1\r\nHost: a\r\n"
                 "Content-Length: 99999999999\r\n\r\n",
                 413);
    stop();
    free(request);
}

/* No dots, no encoded dots, no link leads out of the root. */
static void http_server_stays_below_its_root(void)
{
    start(NULL, NULL);
    CU_ASSERT_EQUAL(symlink("../secret", test_path("root/out")), 0);
    CU_ASSERT_EQUAL(symlink("ten", test_path("root/in")), 0);
    CHECK_STATUS("GET /../secret HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    CHECK_STATUS("GET /sub/../../secret HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    CHECK_STATUS("GET /%2e%2e/secret HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    CHECK_STATUS("GET /..%2fsecret HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    CHECK_STATUS("GET /ten%00.html HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    CHECK_STATUS("GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    CHECK_STATUS("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    CHECK_STATUS("GET secret HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    CHECK_STATUS("GET /out HTTP/1.1\r\nHost: a\r\n\r\n", 404);
    CU_ASSERT_FALSE(has("not served"));
    CHECK_STATUS("GET /in HTTP/1.1\r\nHost: a\r\n\r\n", 200);
    CHECK_STATUS("GET /%74en HTTP/1.1\r\nHost: a\r\n\r\n", 200);
    CHECK_STATUS("GET /a..b HTTP/1.1\r\nHost: a\r\n\r\n", 404);
    stop();
}

/* RFC 9110 §14.2. */
static void http_server_gives_parts(void)
{
    start(NULL, NULL);
    CHECK_STATUS("GET /ten HTTP/1.1\r\nHost: a\r\nRange: bytes=2-4\r\n\r\n",
                 206);
    CU_ASSERT(has("\r\nContent-Range: bytes 2-4/10\r\n"));
    CU_ASSERT(has("\r\nContent-Length: 3\r\n"));
    CU_ASSERT(has("\r\n\r\n234"));
    CHECK_STATUS("GET /ten HTTP/1.1\r\nHost: a\r\nRange: bytes=10-\r\n\r\n",
                 416);
    CU_ASSERT(has("\r\nContent-Range: bytes */10\r\n"));
    CHECK_STATUS("GET /ten HTTP/1.1\r\nHost: a\r\nRange: bytes=1-2,4-5\r\n\r\n",
                 200);
    CHECK_STATUS("HEAD /ten HTTP/1.1\r\nHost: a\r\nRange: bytes=1-2\r\n\r\n",
                 200);
    CHECK_STATUS("GET /ten HTTP/1.1\r\nHost: a\r\nRange: bytes=1-2\r\n"
                 "If-Range: \"other\"\r\n\r\n",
                 200);
    stop();
}

/* RFC 9110 §13.2.2: the tag goes before the date. */
static void http_server_answers_conditions(void)
{
    char tag[64] = "", request[256];

    start(NULL, NULL);
    ASK("GET /ten HTTP/1.1\r\nHost: a\r\n\r\n");
    const char *found = strstr(answer, "ETag: ");
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    snprintf(tag, sizeof(tag), "%.*s", (int)strcspn(found + 6, "\r"),
             found + 6);
    snprintf(request, sizeof(request),
             "GET /ten HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"x\", W/%s\r\n"
             "\r\n",
             tag);
    ask_bytes(request, strlen(request));
    CU_ASSERT_EQUAL(status(), 304);
    CU_ASSERT_FALSE(has("0123456789"));
    CHECK_STATUS("GET /ten HTTP/1.1\r\nHost: a\r\n"
                 "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n\r\n",
                 304);
    CHECK_STATUS("GET /ten HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"x\"\r\n"
                 "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n\r\n",
                 200);
    CHECK_STATUS("GET /ten HTTP/1.1\r\nHost: a\r\nIf-Match: \"x\"\r\n\r\n",
                 412);
    stop();
}

/* RFC 9112 §9.3: several on one connection, until one says close. */
static void http_server_keeps_the_connection(void)
{
    start(NULL, NULL);
    ASK("GET /ten HTTP/1.1\r\nHost: a\r\n\r\n"
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "4;x=y\r\nabcd\r\n0\r\nTrailer: z\r\n\r\n"
        "\r\nGET /none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        "GET /ten HTTP/1.1\r\nHost: a\r\n\r\n");
    const char *after = strstr(answer, "0123456789HTTP/1.1 200 ");
    CU_ASSERT_PTR_NOT_NULL_FATAL(after);
    CU_ASSERT_PTR_NOT_NULL(strstr(after, "3 bytes received\nHTTP/1.1 200"));
    CU_ASSERT_PTR_NOT_NULL(strstr(after, "4 bytes received\nHTTP/1.1 404"));
    CU_ASSERT_PTR_NULL(strstr(after + 10, "0123456789"));
    ASK("GET /ten HTTP/1.0\r\n\r\nGET /ten HTTP/1.0\r\n\r\n");
    CU_ASSERT_PTR_NULL(strstr(answer, "0123456789HTTP"));
    ASK("GET /ten HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
        "GET /ten HTTP/1.0\r\n\r\n");
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "0123456789HTTP"));
    CU_ASSERT(has("\r\nConnection: keep-alive\r\n"));
    stop();
}

/* RFC 9112 §9.5: idle connections are closed, without a word. */
static void http_server_closes_what_idles(void)
{
    char byte;

    start("--idle-timeout", "0.2");
    int fd = connect_to_server();
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    CU_ASSERT_EQUAL(poll(&ready, 1, 5000), 1);
    CU_ASSERT_EQUAL(recv(fd, &byte, 1, 0), 0);
    close(fd);
    stop();
}

/* RFC 9110 §10.1.1; an HTTP/1.0 client can't mean it. */
static void http_server_says_continue(void)
{
    char text[256];

    start(NULL, NULL);
    int fd = connect_to_server();
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
    stop();
}

/* RFC 9110 §9.3.8: what came, but no secrets. */
static void http_server_echoes_without_credentials(void)
{
    start(NULL, NULL);
    ASK("TRACE /x HTTP/1.1\r\nHost: a\r\nX-Y: z\r\nCookie: a=b\r\n"
        "Authorization: Basic QQ==\r\n\r\n");
    CU_ASSERT(has("\r\nContent-Type: message/http\r\n"));
    CU_ASSERT(has("TRACE /x HTTP/1.1\r\nHost: a\r\nX-Y: z\r\n\r\n"));
    CU_ASSERT_FALSE(has("a=b"));
    CU_ASSERT_FALSE(has("QQ=="));
    stop();
}

/* RFC 9110 §9.3.4: 201, then 204; the file is whole or not there. */
static void http_server_stores_what_is_put(void)
{
    start("--writable", NULL);
    CHECK_STATUS("PUT /new HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
                 201);
    CHECK_STATUS("PUT /new HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked"
                 "\r\n\r\n2\r\nde\r\n0\r\n\r\n",
                 204);
    CHECK_STATUS("GET /new HTTP/1.1\r\nHost: a\r\n\r\n", 200);
    CU_ASSERT(has("\r\n\r\nde"));
    ASK("PUT /half HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
    CHECK_STATUS("GET /half HTTP/1.1\r\nHost: a\r\n\r\n", 404);
    CHECK_STATUS("PUT /no/such HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n"
                 "x",
                 409);
    CHECK_STATUS("PUT /../x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
                 400);
    CHECK_STATUS("DELETE /new HTTP/1.1\r\nHost: a\r\n\r\n", 204);
    CHECK_STATUS("DELETE /new HTTP/1.1\r\nHost: a\r\n\r\n", 404);
    stop();
}

/* Both halves: what was asked for is what comes, byte for byte. */
static void http_both_halves_agree(void)
{
    static const char *const paths[] = {"/bytes/1000000", "/chunked", "/close",
                                        "/status/204", "/status/103"};

    start(NULL, NULL);
    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
        struct test_run ours, curl;
        char url[128];

        snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", port, paths[i]);
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
    stop();
}

/* The same words through TLS: the certificate's own file is what we trust. */
static void http_server_speaks_tls(void)
{
    const char *cert = test_path("cert.pem"), *key = test_path("key.pem");
    const char *make[] = {"openssl",
                          "req",
                          "-x509",
                          "-newkey",
                          "ec",
                          "-pkeyopt",
                          "ec_paramgen_curve:P-256",
                          "-nodes",
                          "-keyout",
                          key,
                          "-out",
                          cert,
                          "-subj",
                          "/CN=unused",
                          "-addext",
                          "subjectAltName=IP:127.0.0.1",
                          NULL};
    struct test_run run;
    uint16_t tls_port;
    char url[64];

    test_run(&run, 20, make);
    CU_ASSERT_EQUAL_FATAL(run.status, 0);
    test_run_free(&run);
    const char *serve[] = {"http-server",  "--root",      test_folder(),
                           "--listen-tls", "127.0.0.1:0", "--tls-cert",
                           cert,           "--tls-key",   key,
                           "--lab",        NULL};
    pid_t pid = test_start(serve, &tls_port, 1);
    snprintf(url, sizeof(url), "https://127.0.0.1:%u/bytes/100000", tls_port);

    const char *trusting[] = {"http-client", "--cacert", cert, url, url, NULL};
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
    {"http_server_serves_a_file", http_server_serves_a_file},
    {"http_server_tells_sites_apart", http_server_tells_sites_apart},
    {"http_server_wants_one_host", http_server_wants_one_host},
    {"http_server_refuses_smuggling", http_server_refuses_smuggling},
    {"http_server_knows_its_methods_and_versions",
     http_server_knows_its_methods_and_versions},
    {"http_server_has_limits", http_server_has_limits},
    {"http_server_stays_below_its_root", http_server_stays_below_its_root},
    {"http_server_gives_parts", http_server_gives_parts},
    {"http_server_answers_conditions", http_server_answers_conditions},
    {"http_server_keeps_the_connection", http_server_keeps_the_connection},
    {"http_server_closes_what_idles", http_server_closes_what_idles},
    {"http_server_says_continue", http_server_says_continue},
    {"http_server_echoes_without_credentials",
     http_server_echoes_without_credentials},
    {"http_server_stores_what_is_put", http_server_stores_what_is_put},
    {"http_both_halves_agree", http_both_halves_agree},
    {"http_server_speaks_tls", http_server_speaks_tls},
    {NULL, NULL}};
