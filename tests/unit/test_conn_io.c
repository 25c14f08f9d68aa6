/* SPDX-License-Identifier: MIT */
/* Waiting, receiving and sending while signals come in. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/conn_private.h"
#include "tests/harness.h"
#include "tests/unit/conn_pair.h"

static volatile sig_atomic_t ticks;

static void on_tick(int number)
{
    (void)number;
    ticks++;
}

/* A signal each millisecond, which interrupts every call that waits. */
static void tick(bool on)
{
    struct itimerval each = {.it_interval.tv_usec = on ? 1000 : 0,
                             .it_value.tv_usec = on ? 1000 : 0};
    struct sigaction action = {.sa_handler = on_tick};

    ticks = 0;
    if (on)
        sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &each, NULL);
    if (!on)
        signal(SIGALRM, SIG_DFL);
}

static void conn_waits_on_after_a_signal(void)
{
    struct conn_pair p;
    struct span line;
    pid_t pid;

    conn_pair_open(&p);
    pid = fork();
    if (pid == 0) {
        usleep(20000); /* so that the reader is waiting when it comes */
        _exit(write(p.peer, "late\r\n", 6) == 6 ? 0 : 1);
    }
    tick(true);
    CU_ASSERT_EQUAL(conn_read_line(p.conn, 100, &line), 0);
    CU_ASSERT(span_equal(line, SPAN("late")));
    CU_ASSERT(ticks > 0);
    tick(false);
    waitpid(pid, NULL, 0);
    conn_pair_close(&p);
}

/* Each signal begins the wait anew, but not the time allowed; a peer that says
 * nothing is given up as one that can't be reached (RFC 9293 §3.8.3). */
static void conn_times_out_among_signals(void)
{
    deadline_ns late = deadline_in_ms(4000);
    struct conn_pair p;

    conn_pair_open(&p);
    conn_set_idle_timeout(p.conn, 30);
    tick(true);
    CU_ASSERT_EQUAL(conn_fill(p.conn), -ERROR_TIMEOUT);
    tick(false);
    CU_ASSERT_FALSE(deadline_passed(late));
    conn_pair_close(&p);
}

static void conn_transmit_is_whole_among_signals(void)
{
    enum { LENGTH = 4 << 20 };
    char *data = calloc(1, LENGTH);
    struct conn_pair p;
    int status = 1;
    pid_t pid;

    conn_pair_open(&p);
    pid = fork();
    if (pid == 0) {
        size_t length = 0;
        ssize_t got;

        close(conn_fd(p.conn));
        while ((got = read(p.peer, data, 65536)) > 0) {
            length += (size_t)got;
            usleep(200); /* a slow reader fills the socket's buffer */
        }
        _exit(length == LENGTH ? 0 : 1);
    }
    tick(true);
    CU_ASSERT_EQUAL(conn_transmit(p.conn, data, LENGTH), 0);
    tick(false);
    CU_ASSERT_EQUAL(conn_end_sending(p.conn, RFC("9293", "3.6")), 0);
    waitpid(pid, &status, 0);
    CU_ASSERT_EQUAL(status, 0);
    conn_pair_close(&p);
    free(data);
}

/* The first failure is the one worth reading, and worth an event. */
static void conn_fail_keeps_the_first_cause(void)
{
    struct conn_pair p;
    size_t failures = 0;

    conn_pair_open_traced(&p, false);
    conn_fail(p.conn, ERROR_TIMEOUT, 0, RFC("9293", "3.8.3"), "first");
    conn_fail(p.conn, ERROR_CONNECT, 0, RFC("9293", "3.8.3"), "second");
    CU_ASSERT_EQUAL(conn_flush(p.conn), -ERROR_TIMEOUT);
    CU_ASSERT_STRING_EQUAL(p.error.text, "first");
    error_clear(&p.error);
    conn_pair_read_trace(&p);
    for (size_t i = 0; i < p.file.event_count; i++)
        failures += strcmp(p.file.events[i].name, "failed") == 0;
    CU_ASSERT_EQUAL(failures, 1);
    conn_pair_close(&p);
}

/* The first byte on the other descriptor is passed over, the second is a
 * reason to stop. */
static bool stop_at_the_second(void *context)
{
    int *watched = context;
    char byte;

    if (read(watched[0], &byte, 1) != 1)
        return true;
    return ++watched[2] == 2;
}

static void conn_watch_breaks_off(void)
{
    int watched[3] = {0};
    struct conn_pair p;

    conn_pair_open(&p);
    CU_ASSERT_EQUAL_FATAL(pipe(watched), 0);
    conn_watch(p.conn, watched[0], stop_at_the_second, watched);
    CU_ASSERT_EQUAL(write(watched[1], "a", 1), 1);
    CU_ASSERT_EQUAL(conn_fill_within(p.conn, 20), 1);
    CU_ASSERT_EQUAL(watched[2], 1);
    CU_ASSERT_EQUAL(write(watched[1], "b", 1), 1);
    CU_ASSERT_EQUAL(conn_fill(p.conn), -ERROR_REFUSED);
    close(watched[0]);
    close(watched[1]);
    conn_pair_close(&p);
}

/* What is there already is read without a wait, and nobody is asked. */
static void conn_watch_ends(void)
{
    int watched[3] = {0};
    struct conn_pair p;

    conn_pair_open(&p);
    CU_ASSERT_EQUAL_FATAL(pipe(watched), 0);
    close(watched[1]);
    conn_watch(p.conn, watched[0], stop_at_the_second, watched);
    conn_pair_send(&p, "there");
    CU_ASSERT_EQUAL(conn_fill(p.conn), 0);
    conn_watch(p.conn, watched[0], NULL, NULL);
    CU_ASSERT_EQUAL(conn_fill_within(p.conn, 20), 1);
    close(watched[0]);
    conn_pair_close(&p);
}

const struct test tests_conn_io[] = {
    {"conn_watch_breaks_off", conn_watch_breaks_off},
    {"conn_watch_ends", conn_watch_ends},
    {"conn_waits_on_after_a_signal", conn_waits_on_after_a_signal},
    {"conn_times_out_among_signals", conn_times_out_among_signals},
    {"conn_transmit_is_whole_among_signals",
     conn_transmit_is_whole_among_signals},
    {"conn_fail_keeps_the_first_cause", conn_fail_keeps_the_first_cause},
    {NULL, NULL},
};
