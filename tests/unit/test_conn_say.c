/* SPDX-License-Identifier: MIT */
/* What leaves, and what must never leave. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/limits.h"
#include "tests/harness.h"
#include "tests/unit/conn_pair.h"

#define CITE RFC("9293", "3.9.1.2")

static void conn_says_a_line_with_cr_lf(void)
{
    struct conn_pair p;

    conn_pair_open(&p);
    CU_ASSERT_EQUAL(conn_say(p.conn, CITE, "USER %s", "x"), 0);
    CU_ASSERT_STRING_EQUAL(conn_pair_received(&p), "USER x\r\n");
    conn_pair_close(&p);
}

/* An argument must not end our line and begin one of its own. */
static void conn_refuses_a_line_end_in_an_argument(void)
{
    static const char *const evil[] = {"a\r\nDELE 1", "a\nb", "a\rb", "\n"};
    struct conn_pair p;

    conn_pair_open(&p);
    for (size_t i = 0; i < sizeof evil / sizeof evil[0]; i++) {
        error_clear(&p.error);
        CU_ASSERT_EQUAL(conn_say(p.conn, CITE, "USER %s", evil[i]),
                        -ERROR_USAGE);
        CU_ASSERT_EQUAL(p.error.class, ERROR_USAGE);
    }
    CU_ASSERT_EQUAL(conn_say(p.conn, CITE, "USER %c", 0), -ERROR_USAGE);
    CU_ASSERT_STRING_EQUAL(conn_pair_received(&p), "");
    /* It can still say goodbye. */
    CU_ASSERT_EQUAL(conn_say(p.conn, CITE, "QUIT"), 0);
    CU_ASSERT_STRING_EQUAL(conn_pair_received(&p), "QUIT\r\n");
    conn_pair_close(&p);
}

static void conn_takes_back_what_was_begun(void)
{
    struct conn_pair p;

    conn_pair_open(&p);
    conn_hold(p.conn, true);
    conn_say(p.conn, CITE, "FIRST");
    conn_say_begin(p.conn, CITE, "GET");
    CU_ASSERT_EQUAL(conn_say_line(p.conn, "GET / HTTP/1.1"), 0);
    CU_ASSERT_EQUAL(conn_say_line(p.conn, "Host: %s", "a\r\nX: y"),
                    -ERROR_USAGE);
    CU_ASSERT_EQUAL(conn_say_line(p.conn, "Accept: x"), -ERROR_USAGE);
    CU_ASSERT_EQUAL(conn_say_secret(p.conn, "x"), -ERROR_USAGE);
    CU_ASSERT_EQUAL(conn_say_end(p.conn), -ERROR_USAGE);
    CU_ASSERT_EQUAL(conn_flush(p.conn), 0);
    CU_ASSERT_STRING_EQUAL(conn_pair_received(&p), "FIRST\r\n");
    conn_pair_close(&p);
}

static void conn_refuses_a_line_end_in_a_secret(void)
{
    struct conn_pair p;

    conn_pair_open(&p);
    conn_say_begin(p.conn, CITE, "PASS");
    conn_say_bytes(p.conn, "PASS ", 5);
    CU_ASSERT_EQUAL(conn_say_secret(p.conn, "x\r\nDELE 1"), -ERROR_USAGE);
    CU_ASSERT_EQUAL(conn_say_end(p.conn), -ERROR_USAGE);
    CU_ASSERT_STRING_EQUAL(conn_pair_received(&p), "");
    conn_pair_close(&p);
}

static void conn_refuses_pieces_outside_a_message(void)
{
    struct conn_pair p;

    conn_pair_open(&p);
    CU_ASSERT_EQUAL(conn_say_bytes(p.conn, "x", 1), -ERROR_USAGE);
    CU_ASSERT_EQUAL(conn_say_line(p.conn, "x"), -ERROR_USAGE);
    CU_ASSERT_EQUAL(conn_say_secret(p.conn, "x"), -ERROR_USAGE);
    CU_ASSERT_EQUAL(conn_say_end(p.conn), -ERROR_USAGE);
    CU_ASSERT_EQUAL(conn_say_begin(p.conn, CITE, "a"), 0);
    CU_ASSERT_EQUAL(conn_say_begin(p.conn, CITE, "b"), -ERROR_USAGE);
    CU_ASSERT_EQUAL(conn_say_end(p.conn), 0);
    CU_ASSERT_STRING_EQUAL(conn_pair_received(&p), "");
    conn_pair_close(&p);
}

static void conn_holds_back_until_it_must_wait(void)
{
    struct conn_pair p;
    struct span line;

    conn_pair_open(&p);
    conn_hold(p.conn, true);
    conn_say(p.conn, CITE, "MAIL");
    conn_say(p.conn, CITE, "RCPT");
    CU_ASSERT_STRING_EQUAL(conn_pair_received(&p), "");
    conn_pair_send(&p, "250\r\n");
    CU_ASSERT_EQUAL(conn_read_line(p.conn, 100, &line), 0);
    CU_ASSERT_STRING_EQUAL(conn_pair_received(&p), "MAIL\r\nRCPT\r\n");
    conn_say(p.conn, CITE, "DATA");
    conn_hold(p.conn, false);
    CU_ASSERT_EQUAL(conn_flush(p.conn), 0);
    CU_ASSERT_STRING_EQUAL(conn_pair_received(&p), "DATA\r\n");
    conn_pair_close(&p);
}

/* A child reads `length` bytes, of which each is its offset, cut to a byte. */
static pid_t count_up(struct conn_pair *p, size_t length)
{
    pid_t pid = fork();

    if (pid == 0) {
        unsigned char data[5000];
        size_t at = 0;
        ssize_t got;

        alarm(20);
        while (at < length && (got = read(p->peer, data, sizeof data)) > 0)
            for (ssize_t i = 0; i < got; i++)
                if (data[i] != (unsigned char)at++)
                    _exit(1);
        _exit(at == length ? 0 : 2);
    }
    return pid;
}

static void say_pieces(size_t piece, size_t length)
{
    struct conn_pair p;
    unsigned char *data = malloc(piece + 256);
    int status = 0;
    size_t said = 0;
    pid_t pid;

    for (size_t i = 0; i < piece + 256; i++)
        data[i] = (unsigned char)i;
    conn_pair_open(&p);
    pid = count_up(&p, length);
    conn_say_begin(p.conn, CITE, "big");
    while (said < length) {
        size_t now = length - said < piece ? length - said : piece;

        CU_ASSERT_EQUAL(conn_say_bytes(p.conn, data + said % 256, now), 0);
        said += now;
    }
    CU_ASSERT_EQUAL(conn_say_end(p.conn), 0);
    waitpid(pid, &status, 0);
    CU_ASSERT_EQUAL(status, 0);
    CU_ASSERT_EQUAL(conn_facts(p.conn).raw_out, length);
    conn_pair_close(&p);
    free(data);
}

static void conn_sends_more_than_its_buffer(void)
{
    say_pieces(1000, 3 * CONN_OUTPUT_MAX + 17);
    say_pieces(CONN_OUTPUT_MAX, 3 * CONN_OUTPUT_MAX);
    say_pieces(CONN_OUTPUT_MAX + 1, 1 << 20);
    say_pieces(1 << 20, 3 << 20);
}

static void conn_survives_short_writes(void)
{
    for (size_t most = 1; most <= 3; most++) {
        test_short_io(most);
        say_pieces(7, 300);
    }
    test_short_io(0);
}

/* SIGPIPE would end the program; an error is what we want. */
static void conn_says_that_the_peer_is_gone(void)
{
    struct conn_pair p;
    void (*before)(int) = signal(SIGPIPE, SIG_DFL);

    conn_pair_open(&p);
    conn_pair_hang_up(&p);
    CU_ASSERT_EQUAL(conn_say(p.conn, CITE, "x"), -ERROR_CONNECT);
    signal(SIGPIPE, before);
    CU_ASSERT_PTR_NOT_NULL(strstr(p.error.text, "Broken pipe"));
    /* A failed conn may only be closed; it says so each time. */
    CU_ASSERT_EQUAL(conn_say(p.conn, CITE, "y"), -ERROR_CONNECT);
    CU_ASSERT_EQUAL(conn_fill(p.conn), -ERROR_CONNECT);
    conn_pair_close(&p);
}

static void conn_stops_when_the_peer_takes_nothing(void)
{
    struct conn_pair p;
    char *data = calloc(1, 8 << 20);

    conn_pair_open(&p);
    conn_set_idle_timeout(p.conn, 30);
    conn_say_begin(p.conn, CITE, "big");
    CU_ASSERT_EQUAL(conn_say_bytes(p.conn, data, 8 << 20), -ERROR_TIMEOUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(p.error.text, "took nothing for 30 ms"));
    conn_pair_close(&p);
    free(data);
}

const struct test tests_conn_say[] = {
    {"conn_says_a_line_with_cr_lf", conn_says_a_line_with_cr_lf},
    {"conn_refuses_a_line_end_in_an_argument",
     conn_refuses_a_line_end_in_an_argument},
    {"conn_takes_back_what_was_begun", conn_takes_back_what_was_begun},
    {"conn_refuses_a_line_end_in_a_secret",
     conn_refuses_a_line_end_in_a_secret},
    {"conn_refuses_pieces_outside_a_message",
     conn_refuses_pieces_outside_a_message},
    {"conn_holds_back_until_it_must_wait", conn_holds_back_until_it_must_wait},
    {"conn_sends_more_than_its_buffer", conn_sends_more_than_its_buffer},
    {"conn_survives_short_writes", conn_survives_short_writes},
    {"conn_says_that_the_peer_is_gone", conn_says_that_the_peer_is_gone},
    {"conn_stops_when_the_peer_takes_nothing",
     conn_stops_when_the_peer_takes_nothing},
    {NULL, NULL},
};
