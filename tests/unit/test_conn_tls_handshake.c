/* SPDX-License-Identifier: MIT */
/* How TLS does not begin: with bytes that came before it, with a peer that
 * speaks clear text, says nothing, or goes away. */
#include <string.h>
#include <sys/socket.h>

#include "common/tls.h"
#include "tests/harness.h"
#include "tests/unit/conn_pair.h"

#define HOST "www.example.test"
#define CITE RFC("8446", "2")

static int start_tls(struct conn_pair *p)
{
    struct tls_settings settings = {.insecure = true};
    struct tls_context *context;
    int status;

    CU_ASSERT_EQUAL_FATAL(tls_client_new(&context, &settings, &p->error), 0);
    /* A conn that was adopted may be a client too: the context decides. */
    status = conn_start_tls(p->conn, context, CITE, HOST);
    conn_close(p->conn, RFC("9293", "3.6"));
    p->conn = NULL;
    tls_free(context);
    return status;
}

/* What comes in one piece with the "go ahead" was put there by somebody who
 * wants it read as if it had come under TLS. */
static void conn_start_tls_refuses_injected_bytes(void)
{
    struct conn_pair p;
    struct span line;

    conn_pair_open(&p);
    conn_pair_send(&p, "220 go ahead\r\n250 injected\r\n");
    conn_read_line(p.conn, 100, &line);
    conn_heard(p.conn, CITE, "220");
    CU_ASSERT_EQUAL(start_tls(&p), -ERROR_INSECURE);
    CU_ASSERT_PTR_NOT_NULL(strstr(p.error.peer_said, "250 injected"));
    CU_ASSERT_STRING_EQUAL(conn_pair_received(&p), "");
    conn_pair_close(&p);
}

/* RFC 8446 §5.1: what is no record ends it; what it says is worth reading. */
static void conn_start_tls_knows_clear_text(void)
{
    struct conn_pair p;

    conn_pair_open(&p);
    conn_pair_send(&p, "220 mx.test ESMTP\r\n");
    CU_ASSERT_EQUAL(start_tls(&p), -ERROR_PROTOCOL);
    CU_ASSERT_PTR_NOT_NULL(strstr(p.error.text, "does not speak TLS"));
    CU_ASSERT_PTR_NOT_NULL(strstr(p.error.peer_said, "220 mx.test"));
    conn_pair_close(&p);
}

/* RFC 8996 §5: TLS 1.1 is not spoken, though the server offers nothing else.
 * It answers with a ServerHello: version 3.2 (that is 1.1), a random number, no
 * session, the suite TLS_RSA_WITH_AES_128_CBC_SHA, no compression. */
static void conn_start_tls_refuses_an_old_version(void)
{
    char hello[5 + 4 + 38] = {0x16, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2};
    struct conn_pair p;

    hello[sizeof hello - 2] = 0x2f;
    conn_pair_open(&p);
    CU_ASSERT_EQUAL(send(p.peer, hello, sizeof hello, MSG_NOSIGNAL),
                    (ssize_t)sizeof hello);
    CU_ASSERT_EQUAL(start_tls(&p), -ERROR_INSECURE);
    CU_ASSERT_PTR_NOT_NULL(strstr(p.error.text, "no version of TLS that is"));
    conn_pair_close(&p);
}

static void conn_start_tls_ends_in_time(void)
{
    struct conn_pair p;

    conn_pair_open(&p);
    conn_set_deadline(p.conn, deadline_in_ms(40));
    CU_ASSERT_EQUAL(start_tls(&p), -ERROR_TIMEOUT);
    conn_pair_close(&p);
}

static void conn_start_tls_says_that_the_peer_closed(void)
{
    struct conn_pair p;

    conn_pair_open(&p);
    shutdown(p.peer, SHUT_WR);
    CU_ASSERT_EQUAL(start_tls(&p), -ERROR_CONNECT);
    CU_ASSERT_PTR_NOT_NULL(strstr(p.error.text, "TLS handshake"));
    conn_pair_close(&p);
}

static void conn_start_tls_survives_a_refused_allocation(void)
{
    struct tls_settings settings = {.insecure = true};
    struct tls_context *context;
    struct conn_pair p;

    conn_pair_open(&p);
    CU_ASSERT_EQUAL_FATAL(tls_client_new(&context, &settings, &p.error), 0);
    test_fail_allocation(1);
    CU_ASSERT_EQUAL(conn_start_tls(p.conn, context, CITE, HOST), -ERROR_LOCAL);
    test_fail_allocation(0);
    conn_pair_close(&p);
    tls_free(context);
}

const struct test tests_conn_tls_handshake[] = {
    {"conn_start_tls_refuses_injected_bytes",
     conn_start_tls_refuses_injected_bytes},
    {"conn_start_tls_knows_clear_text", conn_start_tls_knows_clear_text},
    {"conn_start_tls_refuses_an_old_version",
     conn_start_tls_refuses_an_old_version},
    {"conn_start_tls_ends_in_time", conn_start_tls_ends_in_time},
    {"conn_start_tls_says_that_the_peer_closed",
     conn_start_tls_says_that_the_peer_closed},
    {"conn_start_tls_survives_a_refused_allocation",
     conn_start_tls_survives_a_refused_allocation},
    {NULL, NULL},
};
