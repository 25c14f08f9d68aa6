/* SPDX-License-Identifier: MIT */
/* Lines and bytes in, whatever pieces they come in. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/limits.h"
#include "tests/harness.h"
#include "tests/unit/conn_pair.h"

static void expect_line(struct conn_pair *p, const char *text)
{
    struct span line;

    CU_ASSERT_EQUAL(conn_read_line(p->conn, 100, &line), 0);
    CU_ASSERT(span_equal(line, span_of(text)));
}

static void conn_reads_lines_at_every_split(void)
{
    static const char text[] = "one\r\n\r\nt\rwo\r\n";

    for (size_t split = 0; split < sizeof text; split++) {
        struct conn_pair p;
        char first[sizeof text] = "";

        memcpy(first, text, split);
        conn_pair_open(&p);
        conn_pair_send(&p, first);
        if (split > 0)
            CU_ASSERT_EQUAL(conn_fill(p.conn), 0);
        conn_pair_send(&p, text + split);
        expect_line(&p, "one");
        expect_line(&p, "");
        expect_line(&p, "t\rwo"); /* what a CR alone means is the parser's */
        CU_ASSERT_EQUAL(conn_heard_length(p.conn), sizeof text - 1);
        conn_pair_close(&p);
    }
}

static void conn_reads_lines_byte_by_byte(void)
{
    struct conn_pair p;

    conn_pair_open(&p);
    conn_pair_send(&p, "250-first\r\n250 last\r\n");
    test_short_io(1);
    expect_line(&p, "250-first");
    expect_line(&p, "250 last");
    test_short_io(0);
    conn_pair_close(&p);
}

static void refuse_line(const char *sent, size_t max, const char *word)
{
    struct conn_pair p;
    struct span line;

    conn_pair_open(&p);
    conn_pair_send(&p, sent);
    shutdown(p.peer, SHUT_WR);
    CU_ASSERT_EQUAL(conn_read_line(p.conn, max, &line), -ERROR_PROTOCOL);
    CU_ASSERT_EQUAL(p.error.class, ERROR_PROTOCOL);
    CU_ASSERT_PTR_NOT_NULL(strstr(p.error.text, word));
    conn_pair_close(&p);
}

static void conn_refuses_a_bare_lf(void)
{
    refuse_line("abc\n", 100, "LF alone");
    refuse_line("\n", 100, "LF alone");
    refuse_line("a\nb\r\n", 100, "LF alone");
}

static void conn_refuses_a_line_that_is_too_long(void)
{
    struct conn_pair p;
    struct span line;

    conn_pair_open(&p);
    conn_pair_send(&p, "12345\r\n");
    CU_ASSERT_EQUAL(conn_read_line(p.conn, 5, &line), 0);
    CU_ASSERT_EQUAL(line.length, 5);
    conn_pair_close(&p);
    refuse_line("123456\r\n", 5, "more than 5 bytes");
    refuse_line("1234567", 5, "more than 5 bytes"); /* no end to be seen */
}

/* Who asks in this way may still say what was wrong, and be heard: what the
 * peer has sent meanwhile does not reset the connection. */
static void conn_bears_a_last_word_after_no_line(void)
{
    static const char *const sent[] = {"abc\n", "1234567", "12345678\r\n"};
    static const char *const why[] = {
        "a line that ends in LF alone, not in CR LF",
        "a line of more than 5 bytes", "a line of more than 5 bytes"};

    for (size_t i = 0; i < 3; i++) {
        struct conn_pair p;
        struct span line;

        conn_pair_open(&p);
        conn_pair_send(&p, sent[i]);
        CU_ASSERT_EQUAL(conn_try_line(p.conn, 5, &line), 1);
        CU_ASSERT_PTR_NULL(line.data);
        CU_ASSERT_STRING_EQUAL(p.error.text, why[i]);
        CU_ASSERT_EQUAL(conn_say(p.conn, RFC("1939", "3"), "-ERR bye"), 0);
        conn_pair_send(&p, "more");
        shutdown(p.peer, SHUT_WR);
        conn_linger(p.conn, RFC("9293", "3.6"));
        CU_ASSERT(conn_at_end(p.conn));
        CU_ASSERT_STRING_EQUAL(conn_pair_received(&p), "-ERR bye\r\n");
        conn_pair_close(&p);
    }
}

static void conn_refuses_an_end_inside_a_line(void)
{
    refuse_line("abc", 100, "stopped in the middle");
    refuse_line("abc\r", 100, "stopped in the middle");
}

static void conn_tells_an_end_between_lines(void)
{
    struct conn_pair p;
    struct span line;

    conn_pair_open(&p);
    conn_pair_send(&p, "a\r\n");
    conn_pair_hang_up(&p);
    expect_line(&p, "a");
    for (int i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(conn_read_line(p.conn, 100, &line), 0);
        CU_ASSERT_PTR_NULL(line.data);
        CU_ASSERT(conn_at_end(p.conn));
    }
    CU_ASSERT_FALSE(conn_end_was_cut(p.conn));
    conn_pair_close(&p);
}

/* A parser that waits for more after the end must not wait for ever. */
static void conn_fill_fails_after_it_has_told_the_end(void)
{
    struct conn_pair p;

    conn_pair_open(&p);
    conn_pair_send(&p, "half");
    conn_pair_hang_up(&p);
    CU_ASSERT_EQUAL(conn_fill(p.conn), 0);
    CU_ASSERT_EQUAL(conn_view(p.conn).length, 4);
    CU_ASSERT_EQUAL(conn_fill(p.conn), 0);
    CU_ASSERT_FALSE(conn_at_end(p.conn)); /* four bytes are untaken */
    CU_ASSERT_EQUAL(conn_fill(p.conn), -ERROR_PROTOCOL);
    conn_pair_close(&p);
}

/* A child that talks without end, to be killed. */
static pid_t flood(struct conn_pair *p)
{
    pid_t pid = fork();

    if (pid == 0) {
        char data[4096];

        alarm(20);
        memset(data, 'x', sizeof data);
        while (send(p->peer, data, sizeof data, MSG_NOSIGNAL) > 0)
            continue;
        _exit(0);
    }
    return pid;
}

static void stop_flood(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

/* RFC 9293 §3.8.6: what we don't take stays with the peer, whose window closes;
 * we hold no more than so much. */
static void conn_bounds_its_input(void)
{
    struct conn_pair p;
    pid_t pid;
    int status = 0;

    conn_pair_open(&p);
    pid = flood(&p);
    while (status == 0)
        status = conn_fill(p.conn);
    CU_ASSERT_EQUAL(status, -ERROR_PROTOCOL);
    CU_ASSERT_EQUAL(conn_view(p.conn).length, CONN_INPUT_MAX);
    stop_flood(pid);
    conn_pair_close(&p);
}

/* The deadline holds even when the peer never makes us wait. */
static void conn_keeps_the_deadline_in_a_flood(void)
{
    struct conn_pair p;
    pid_t pid;
    int status = 0;

    conn_pair_open(&p);
    pid = flood(&p);
    conn_set_deadline(p.conn, deadline_in_ms(40));
    while (status == 0) {
        conn_take(p.conn, conn_view(p.conn).length);
        status = conn_fill(p.conn);
    }
    CU_ASSERT_EQUAL(status, -ERROR_TIMEOUT);
    stop_flood(pid);
    conn_pair_close(&p);
}

static void conn_stops_when_the_peer_is_silent(void)
{
    struct conn_pair p;
    struct span line;

    conn_pair_open(&p);
    conn_set_idle_timeout(p.conn, 30);
    conn_pair_send(&p, "no end of the li");
    CU_ASSERT_EQUAL(conn_read_line(p.conn, 100, &line), -ERROR_TIMEOUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(p.error.text, "sent nothing for 30 ms"));
    conn_pair_close(&p);
}

/* Takes leave bytes behind that the next fill has to move together. */
static void conn_keeps_bytes_in_order_when_it_makes_room(void)
{
    enum { TOTAL = 3 * CONN_INPUT_MAX };
    struct conn_pair p;
    unsigned char data[4093];
    size_t sent = 0, taken = 0;
    bool right = true;

    conn_pair_open(&p);
    while (taken < TOTAL) {
        struct span view;
        size_t leave;

        for (size_t i = 0; i < sizeof data; i++)
            data[i] = (unsigned char)((sent + i) % 251);
        CU_ASSERT_EQUAL_FATAL(send(p.peer, data, sizeof data, 0), sizeof data);
        sent += sizeof data;
        CU_ASSERT_EQUAL_FATAL(conn_fill(p.conn), 0);
        view = conn_view(p.conn);
        leave = 100;
        for (size_t i = 0; i + leave < view.length; i++)
            right = right && (unsigned char)view.data[i] == (taken + i) % 251;
        taken += view.length - leave;
        conn_take(p.conn, view.length - leave);
    }
    CU_ASSERT(right);
    conn_pair_close(&p);
}

/* Waiting in vain is no failure: the conn goes on. */
static void conn_fill_within_bears_silence(void)
{
    struct conn_pair p;

    conn_pair_open(&p);
    CU_ASSERT_EQUAL(conn_fill_within(p.conn, 20), 1);
    CU_ASSERT_EQUAL(conn_fill_within(p.conn, 0), 1);
    CU_ASSERT_EQUAL(conn_view(p.conn).length, 0);
    CU_ASSERT(!conn_at_end(p.conn));
    CU_ASSERT_STRING_EQUAL(p.error.text, "");
    conn_pair_send(&p, "word\r\n");
    CU_ASSERT_EQUAL(conn_fill_within(p.conn, 1000), 0);
    expect_line(&p, "word");
    CU_ASSERT_EQUAL(conn_fill_within(p.conn, 20), 1);
    conn_pair_hang_up(&p);
    CU_ASSERT_EQUAL(conn_fill_within(p.conn, 1000), 0);
    CU_ASSERT(conn_at_end(p.conn));
    conn_pair_close(&p);
}

const struct test tests_conn_hear[] = {
    {"conn_fill_within_bears_silence", conn_fill_within_bears_silence},
    {"conn_reads_lines_at_every_split", conn_reads_lines_at_every_split},
    {"conn_reads_lines_byte_by_byte", conn_reads_lines_byte_by_byte},
    {"conn_refuses_a_bare_lf", conn_refuses_a_bare_lf},
    {"conn_refuses_a_line_that_is_too_long",
     conn_refuses_a_line_that_is_too_long},
    {"conn_bears_a_last_word_after_no_line",
     conn_bears_a_last_word_after_no_line},
    {"conn_refuses_an_end_inside_a_line", conn_refuses_an_end_inside_a_line},
    {"conn_tells_an_end_between_lines", conn_tells_an_end_between_lines},
    {"conn_fill_fails_after_it_has_told_the_end",
     conn_fill_fails_after_it_has_told_the_end},
    {"conn_bounds_its_input", conn_bounds_its_input},
    {"conn_keeps_the_deadline_in_a_flood", conn_keeps_the_deadline_in_a_flood},
    {"conn_stops_when_the_peer_is_silent", conn_stops_when_the_peer_is_silent},
    {"conn_keeps_bytes_in_order_when_it_makes_room",
     conn_keeps_bytes_in_order_when_it_makes_room},
    {NULL, NULL},
};
