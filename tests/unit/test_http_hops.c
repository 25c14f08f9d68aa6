/* SPDX-License-Identifier: MIT */
/* What ends at a hop, and what goes on. RFC 9110 §7.6. */
#include "http/http_hops.h"

#include "tests/harness.h"

static struct http_head head;

static void parse(const char *text)
{
    struct error error = {0};
    size_t used;

    http_head_start(&head, HTTP_REQUEST);
    CU_ASSERT_EQUAL(http_head_read(&head, span_of(text), &used, &error),
                    PARSE_DONE);
}

static bool keeps(const char *name)
{
    return http_hop_keeps(&head, span_of(name));
}

/* RFC 9110 §7.6.1: whether Connection names them or not. */
static void hops_keep_what_is_known_to_end_here(void)
{
    parse("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    CU_ASSERT(keeps("Connection"));
    CU_ASSERT(keeps("proxy-connection"));
    CU_ASSERT(keeps("Keep-Alive"));
    CU_ASSERT(keeps("TE"));
    CU_ASSERT(keeps("Transfer-Encoding"));
    CU_ASSERT(keeps("Content-Length"));
    CU_ASSERT(keeps("Upgrade"));
    CU_ASSERT(keeps("Proxy-Authorization"));
    CU_ASSERT(!keeps("Host"));
    CU_ASSERT(!keeps("Authorization"));
    CU_ASSERT(!keeps("Via"));
    CU_ASSERT(!keeps("Cache-Control"));
}

static void hops_keep_what_connection_names(void)
{
    parse("GET / HTTP/1.1\r\n"
          "Connection: close, X-One\r\n"
          "connection: ,x-two ,\r\n"
          "X-One: 1\r\n"
          "\r\n");
    CU_ASSERT(keeps("X-One"));
    CU_ASSERT(keeps("X-Two"));
    CU_ASSERT(keeps("Close"));
    CU_ASSERT(!keeps("X-On"));
    CU_ASSERT(!keeps("X-Three"));
}

static enum http_hops_left left_of(const char *text, uint64_t *left)
{
    parse(text);
    return http_hops_left(&head, left);
}

/* RFC 9110 §7.6.2. */
static void hops_max_forwards_counts_down_to_an_end(void)
{
    uint64_t left = 99;

    CU_ASSERT_EQUAL(
        left_of("TRACE / HTTP/1.1\r\nMax-Forwards: 0\r\n\r\n", &left),
        HTTP_HOPS_NONE);
    CU_ASSERT_EQUAL(
        left_of("OPTIONS * HTTP/1.1\r\nMax-Forwards: 1\r\n\r\n", &left),
        HTTP_HOPS_SOME);
    CU_ASSERT_EQUAL(left, 0);
    CU_ASSERT_EQUAL(
        left_of("TRACE / HTTP/1.1\r\nmax-forwards: 10\r\n\r\n", &left),
        HTTP_HOPS_SOME);
    CU_ASSERT_EQUAL(left, 9);
}

static void hops_max_forwards_is_for_trace_and_options_only(void)
{
    uint64_t left;

    CU_ASSERT_EQUAL(left_of("GET / HTTP/1.1\r\nMax-Forwards: 0\r\n\r\n", &left),
                    HTTP_HOPS_ANY);
    CU_ASSERT_EQUAL(
        left_of("trace / HTTP/1.1\r\nMax-Forwards: 0\r\n\r\n", &left),
        HTTP_HOPS_ANY);
    CU_ASSERT_EQUAL(left_of("TRACE / HTTP/1.1\r\n\r\n", &left), HTTP_HOPS_ANY);
    CU_ASSERT_EQUAL(
        left_of("TRACE / HTTP/1.1\r\nMax-Forwards: -1\r\n\r\n", &left),
        HTTP_HOPS_ANY);
    CU_ASSERT_EQUAL(left_of("TRACE / HTTP/1.1\r\n"
                            "Max-Forwards: 99999999999999999999\r\n\r\n",
                            &left),
                    HTTP_HOPS_ANY);
}

/* RFC 9110 §9.2.2; methods are case-sensitive (§9.1). */
static void hops_know_what_may_be_done_twice(void)
{
    CU_ASSERT(http_method_is_idempotent(SPAN("GET")));
    CU_ASSERT(http_method_is_idempotent(SPAN("PUT")));
    CU_ASSERT(http_method_is_idempotent(SPAN("DELETE")));
    CU_ASSERT(!http_method_is_idempotent(SPAN("POST")));
    CU_ASSERT(!http_method_is_idempotent(SPAN("PATCH")));
    CU_ASSERT(!http_method_is_idempotent(SPAN("get")));
}

const struct test tests_http_hops[] = {
    {"hops_keep_what_is_known_to_end_here",
     hops_keep_what_is_known_to_end_here},
    {"hops_keep_what_connection_names", hops_keep_what_connection_names},
    {"hops_max_forwards_counts_down_to_an_end",
     hops_max_forwards_counts_down_to_an_end},
    {"hops_max_forwards_is_for_trace_and_options_only",
     hops_max_forwards_is_for_trace_and_options_only},
    {"hops_know_what_may_be_done_twice", hops_know_what_may_be_done_twice},
    {NULL, NULL}};
