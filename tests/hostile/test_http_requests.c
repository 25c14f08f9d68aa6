/* SPDX-License-Identifier: MIT */
/*
 * Our server against clients that RFC 9112 tells it to refuse. Each request is
 * sent whole, and once more for every place where it can be cut in two: what
 * is answered must not depend on how the bytes come.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/http_server.h"
#include "tests/hostile/cut_talk.h"

static char answer[64 * 1024];
static size_t answer_length;

/* Says `request`, cut at `cut`, and keeps all that the server answers. */
static void converse(struct span request, size_t cut)
{
    static struct http_site site = {.lab = true};
    struct cut_server server = {"http", http_server_serve, &site};

    snprintf(site.root, sizeof(site.root), "%s", test_folder());
    answer_length = cut_talk(&server, request, cut, answer, sizeof(answer));
}

/* Status lines; a page may speak of HTTP/1.1 too. */
static size_t count_answers(void)
{
    size_t count = 0;

    for (const char *at = answer; (at = strstr(at, "HTTP/1.1 ")); at += 9)
        count += at[9] >= '1' && at[9] <= '5';
    return count;
}

/* One answer with this status, and the connection is at its end. */
static bool is_refused(int status)
{
    return count_answers() == 1 && strncmp(answer, "HTTP/1.1 ", 9) == 0 &&
           atoi(answer + 9) == status &&
           strstr(answer, "\r\nConnection: close\r\n");
}

/* The second request of each must never be answered. */
static void check(struct span request, int status)
{
    for (size_t cut = 0; cut < request.length; cut++) {
        converse(request, cut);
        if (is_refused(status))
            continue;
        printf("cut at %zu, wanted %d: %s\n-> %.60s\n", cut, status,
               request.data, answer);
        CU_FAIL("not refused");
        return;
    }
}

#define NEXT "GET /x HTTP/1.1\r\nHost: a\r\n\r\n"
#define REFUSED(text, status) check(SPAN(text NEXT), (status))

/* RFC 9112 §3: one form, one space between its three parts. */
static void hostile_http_request_lines(void)
{
    REFUSED("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    REFUSED("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400);
    REFUSED(" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    REFUSED("GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n", 400);
    REFUSED("GET /\r\n\r\n", 400);
    REFUSED("GET / http/1.1\r\nHost: a\r\n\r\n", 400);
    REFUSED("GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400);
    REFUSED("GET / HTTP/1\r\nHost: a\r\n\r\n", 400);
    REFUSED("G@T / HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    REFUSED("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    REFUSED("GET x HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    REFUSED("GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    REFUSED("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    REFUSED("GET /%0 HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    REFUSED("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
    REFUSED("\x16\x03\x01\x02\r\n\r\n", 400);
}

/* RFC 9112 §3.2. */
static void hostile_http_hosts(void)
{
    REFUSED("GET / HTTP/1.1\r\n\r\n", 400);
    REFUSED("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400);
    REFUSED("GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", 400);
    REFUSED("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400);
    REFUSED("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400);
    REFUSED("GET http://a/ HTTP/1.1\r\nHost: a@b\r\n\r\n", 400);
}

/* RFC 9112 §5.1 and §5.2, RFC 9110 §5.5. */
static void hostile_http_fields(void)
{
    REFUSED("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400);
    REFUSED("GET / HTTP/1.1\r\nHost\t: a\r\n\r\n", 400);
    REFUSED("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400);
    REFUSED("GET / HTTP/1.1\r\nHost: a\r\n\tb: c\r\n\r\n", 400);
    REFUSED("GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400);
    REFUSED("GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400);
    REFUSED("GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400);
    REFUSED("GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n", 400);
    REFUSED("GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n", 400);
    REFUSED("GET / HTTP/1.1\r\nHost: a\r\nX: b\rY: c\r\n\r\n", 400);
    REFUSED("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400);
    REFUSED("GET / HTTP/1.1\nHost: a\n\n", 400);
}

#define POST "POST / HTTP/1.1\r\nHost: a\r\n"

/* RFC 9112 §6.1 and §6.3, rules 3 to 5. */
static void hostile_http_lengths(void)
{
    REFUSED(POST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "0\r\n\r\n",
            400);
    REFUSED(POST "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400);
    REFUSED(POST "Content-Length: 3, 4\r\n\r\nabc", 400);
    REFUSED(POST "Content-Length: +3\r\n\r\nabc", 400);
    REFUSED(POST "Content-Length: -3\r\n\r\nabc", 400);
    REFUSED(POST "Content-Length: 0x3\r\n\r\nabc", 400);
    REFUSED(POST "Content-Length: 3 3\r\n\r\nabc", 400);
    REFUSED(POST "Content-Length:\r\n\r\n", 400);
    REFUSED(POST "Content-Length: 99999999999999999999\r\n\r\n", 400);
    REFUSED(POST "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400);
    REFUSED(POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"
                 "\r\n0\r\n\r\n",
            400);
    REFUSED(POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501);
    REFUSED(POST "Transfer-Encoding: \x0b"
                 "chunked\r\n\r\n0\r\n\r\n",
            400);
    REFUSED("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400);
}

#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"

/* RFC 9112 §7.1. */
static void hostile_http_chunks(void)
{
    REFUSED(CHUNKED "g\r\n", 400);
    REFUSED(CHUNKED "\r\n", 400);
    REFUSED(CHUNKED "-1\r\n", 400);
    REFUSED(CHUNKED "0x5\r\nhello\r\n0\r\n\r\n", 400);
    REFUSED(CHUNKED " 5\r\nhello\r\n0\r\n\r\n", 400);
    REFUSED(CHUNKED "5\nhello\r\n0\r\n\r\n", 400);
    REFUSED(CHUNKED "5\r\nhelloX\r\n0\r\n\r\n", 400);
    REFUSED(CHUNKED "5\r\nhello0\r\n\r\n", 400);
    REFUSED(CHUNKED "10000000000000005\r\nhello\r\n0\r\n\r\n", 400);
    REFUSED(CHUNKED "ffffffffffffffff\r\nhello\r\n0\r\n\r\n", 400);
    REFUSED(CHUNKED "0\r\nX : y\r\n\r\n", 400);
}

/* Limits: 414 for the line, 431 for the rest (RFC 9110 §15.5.15, RFC 6585 §5).
 * Cut at the places where a buffer might end. */
static void hostile_http_too_long(void)
{
    static char request[96 * 1024];
    static const size_t cuts[] = {0,    1,     4095,  4096,  8191, 8192,
                                  8193, 16384, 65535, 65536, 65537};
    int line = snprintf(request, sizeof(request),
                        "GET /%012000d HTTP/1.1\r\nHost: a\r\n\r\n", 0);

    for (size_t i = 0; cuts[i] < (size_t)line; i++) {
        converse((struct span){request, (size_t)line}, cuts[i]);
        CU_ASSERT(is_refused(414));
    }
    int head = snprintf(request, sizeof(request),
                        "GET / HTTP/1.1\r\nHost: a\r\nX: %070000d\r\n\r\n", 0);
    for (size_t i = 0; i < sizeof(cuts) / sizeof(*cuts); i++) {
        converse((struct span){request, (size_t)head}, cuts[i]);
        CU_ASSERT(is_refused(431));
    }
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

/* RFC 9112 §9.3.2: in the order they came, wherever they are cut. */
static void hostile_http_many_in_one_write(void)
{
    const struct span good =
        SPAN(GET("/bytes/1") GET("/bytes/2") POST
             "Content-Length: 5\r\n\r\nhello" GET("/bytes/4") CHUNKED
             "3\r\nabc\r\n0\r\n"
             "\r\n"
             "\r\n" GET("/bytes/6"));
    for (size_t cut = 0; cut < good.length; cut++) {
        static const char *const marks[] = {
            "\r\n\r\n0HTTP",          "\r\n\r\n01HTTP",
            "5 bytes received\nHTTP", "\r\n\r\n0123HTTP",
            "3 bytes received\nHTTP", "\r\n\r\n012345"};
        const char *at = answer;

        converse(good, cut);
        CU_ASSERT_EQUAL(count_answers(), 6);
        for (size_t i = 0; at && i < sizeof(marks) / sizeof(*marks); i++)
            at = strstr(at, marks[i]);
        CU_ASSERT_PTR_NOT_NULL(at);
    }
}

/* What is broken is refused in its turn, and ends it. */
static void hostile_http_broken_among_many(void)
{
    const struct span mixed =
        SPAN(GET("/bytes/1") GET("/bytes/2") "GET / HTTP/1.1\r\nHost : a\r\n"
                                             "\r\n" GET("/bytes/3"));

    for (size_t cut = 0; cut < mixed.length; cut++) {
        converse(mixed, cut);
        CU_ASSERT_EQUAL(count_answers(), 3);
        CU_ASSERT_PTR_NOT_NULL(strstr(answer, "HTTP/1.1 400 "));
        CU_ASSERT_PTR_NULL(strstr(answer, "\r\n\r\n012"));
    }
}

/* As many answers as requests; the server gets no word in between. */
static void hostile_http_a_flood_in_one_write(void)
{
    static char requests[64 * 1024];
    size_t length = 0, count = 0;

    while (count < 150 && length + 64 < sizeof(requests)) {
        length += (size_t)snprintf(requests + length, 64, GET("/bytes/%zu"),
                                   count + 1);
        count++;
    }
    converse((struct span){requests, length}, length);
    CU_ASSERT_EQUAL(count_answers(), count);
}

/* Whatever comes: an end, and an answer or none, never a death. */
static void hostile_http_random_damage(void)
{
    static const char whole[] =
        POST "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n"
             "Range: bytes=0-1,3-\r\n\r\n3;a=\"b\"\r\nabc\r\n0\r\nX: y\r\n"
             "\r\n" GET("/bytes/5");
    char damaged[sizeof(whole)];
    unsigned seed = 20250101;

    for (int round = 0; round < 400; round++) {
        memcpy(damaged, whole, sizeof(whole));
        for (int hits = 0; hits < 3; hits++) {
            seed = seed * 1103515245 + 12345;
            damaged[(seed >> 8) % (sizeof(whole) - 1)] = (char)(seed >> 24);
        }
        converse((struct span){damaged, sizeof(whole) - 1},
                 (seed >> 16) % sizeof(whole));
        CU_ASSERT(answer_length == 0 || strncmp(answer, "HTTP/1.1 ", 9) == 0);
    }
}

const struct test tests_http_requests[] = {
    {"hostile_http_request_lines", hostile_http_request_lines},
    {"hostile_http_hosts", hostile_http_hosts},
    {"hostile_http_fields", hostile_http_fields},
    {"hostile_http_lengths", hostile_http_lengths},
    {"hostile_http_chunks", hostile_http_chunks},
    {"hostile_http_too_long", hostile_http_too_long},
    {"hostile_http_many_in_one_write", hostile_http_many_in_one_write},
    {"hostile_http_broken_among_many", hostile_http_broken_among_many},
    {"hostile_http_a_flood_in_one_write", hostile_http_a_flood_in_one_write},
    {"hostile_http_random_damage", hostile_http_random_damage},
    {NULL, NULL}};
