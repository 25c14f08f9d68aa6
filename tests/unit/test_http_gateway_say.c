/* SPDX-License-Identifier: MIT */
/* A message said anew, framing by framing. RFC 9110 §7.6, RFC 9112 §7.1. */
#include "http/http_gateway.h"

#include <string.h>

#include "tests/harness.h"
#include "tests/unit/conn_pair.h"

static struct conn_pair pair;
static struct http_head head;

static void begin(void)
{
    conn_pair_open(&pair);
    CU_ASSERT_EQUAL(conn_say_begin(pair.conn, RFC("9110", "7.6"), "test"), 0);
}

static void end(const char *wanted)
{
    CU_ASSERT_EQUAL(conn_say_end(pair.conn), 0);
    CU_ASSERT_STRING_EQUAL(conn_pair_received(&pair), wanted);
    conn_pair_close(&pair);
}

static void parse(const char *text)
{
    struct error error = {0};
    size_t used;

    http_head_start(&head, HTTP_REQUEST);
    CU_ASSERT_EQUAL(http_head_read(&head, span_of(text), &used, &error),
                    PARSE_DONE);
}

/* RFC 9110 §7.6: what is of this hop ends here, all else is said on. */
static void gateway_says_the_fields_that_go_on(void)
{
    static const char *const replaced[] = {"Host", NULL};

    parse("GET / HTTP/1.1\r\nHost: a\r\nConnection: X-Hop\r\nx-hop: 1\r\n"
          "Cookie:  a=b  \r\nAuthorization: Basic eDp5\r\nX-Empty:\r\n\r\n");
    begin();
    CU_ASSERT_EQUAL(http_gateway_say_fields(pair.conn, &head, replaced), 0);
    end("Cookie: a=b\r\nAuthorization: Basic eDp5\r\nX-Empty: \r\n");
}

static void gateway_says_by_which_version_it_came(void)
{
    struct http_gateway gateway = {.pseudonym = "gate"};

    parse("GET / HTTP/1.0\r\n\r\n");
    begin();
    CU_ASSERT_EQUAL(http_gateway_say_via(pair.conn, &head, &gateway), 0);
    end("Via: 1.0 gate\r\n");
}

/* One body of two pieces and a trailer, in each framing. */
static void say_body(enum http_framing_kind kind, const char *wanted)
{
    static struct http_body heard;
    struct http_framing framing = {.kind = kind, .length = 6};

    parse("GET / HTTP/1.1\r\nX-Sum: 1\r\nContent-Length: 9\r\n\r\n");
    heard.framing.kind = HTTP_FRAMING_CHUNKED;
    heard.trailer = head;
    begin();
    CU_ASSERT_EQUAL(http_gateway_say_framing(pair.conn, &framing), 0);
    CU_ASSERT_EQUAL(http_gateway_say_piece(pair.conn, &framing, SPAN("abc")),
                    0);
    CU_ASSERT_EQUAL(http_gateway_say_piece(pair.conn, &framing, SPAN("def")),
                    0);
    CU_ASSERT_EQUAL(http_gateway_say_body_end(pair.conn, &framing, &heard), 0);
    end(wanted);
}

static void gateway_frames_each_body_anew(void)
{
    say_body(HTTP_FRAMING_LENGTH, "Content-Length: 6\r\nabcdef");
    say_body(HTTP_FRAMING_CLOSE, "abcdef");
    /* A length in the trailers would contradict the chunks. */
    say_body(HTTP_FRAMING_CHUNKED, "Transfer-Encoding: chunked\r\n"
                                   "3\r\nabc\r\n3\r\ndef\r\n"
                                   "0\r\nX-Sum: 1\r\n\r\n");
}

const struct test tests_http_gateway_say[] = {
    {"gateway_says_the_fields_that_go_on", gateway_says_the_fields_that_go_on},
    {"gateway_says_by_which_version_it_came",
     gateway_says_by_which_version_it_came},
    {"gateway_frames_each_body_anew", gateway_frames_each_body_anew},
    {NULL, NULL}};
