/* SPDX-License-Identifier: MIT */
/* Bytes that a library sealed: carried as they are, told in words beside. */
#include <string.h>

#include "common/conn_sealed.h"
#include "tests/harness.h"
#include "tests/unit/conn_pair.h"

#define CITE RFC("4253", "6.3")
#define NOTHING ((struct trace_range){0, 0})

static void conn_sealed_carries_bytes_as_they_are(void)
{
    struct conn_pair p;
    char got[8];

    conn_pair_open(&p);
    CU_ASSERT_EQUAL(conn_sealed_send(p.conn, "\x01\x02r\n", 4), 0);
    CU_ASSERT_STRING_EQUAL(conn_pair_received(&p), "\x01\x02r\n");
    conn_pair_send(&p, "abcdef");
    CU_ASSERT_EQUAL(conn_fill(p.conn), 0);
    CU_ASSERT_EQUAL(conn_sealed_take(p.conn, got, 4), 4);
    CU_ASSERT_NSTRING_EQUAL(got, "abcd", 4);
    CU_ASSERT_EQUAL(conn_sealed_take(p.conn, got, 4), 2);
    CU_ASSERT_EQUAL(conn_sealed_take(p.conn, got, 4), 0);
    conn_pair_close(&p);
}

/* Each event has all that passed since the last one; who finds nothing new
 * shares the place of the one before. */
static void conn_sealed_events_cover_the_stream(void)
{
    struct conn_pair p;
    const struct trace_event *event;

    conn_pair_open_traced(&p, false);
    conn_say(p.conn, CITE, "hello");
    conn_sealed_send(p.conn, "12345", 5);
    conn_sealed_send(p.conn, "678", 3);
    conn_sealed_tell(p.conn, CITE, TRACE_DIR_OUT, "exec", SPAN("exec ls"),
                     NOTHING);
    conn_sealed_tell(p.conn, CITE, TRACE_DIR_OUT, "eof", SPAN("eof"), NOTHING);
    conn_pair_read_trace(&p);
    event = conn_pair_event(&p, TRACE_LAYER_APP, "exec");
    CU_ASSERT_PTR_NOT_NULL_FATAL(event);
    CU_ASSERT_EQUAL(event->raw.from, 7);
    CU_ASSERT_EQUAL(event->raw.to, 15);
    CU_ASSERT_FALSE(event->exact);
    CU_ASSERT_EQUAL(event->length, 7);
    event = conn_pair_event(&p, TRACE_LAYER_APP, "eof");
    CU_ASSERT_PTR_NOT_NULL_FATAL(event);
    CU_ASSERT_EQUAL(event->raw.from, 7);
    CU_ASSERT_EQUAL(event->raw.to, 15);
    conn_pair_close(&p);
}

static void conn_sealed_masks_the_secret(void)
{
    struct conn_pair p;
    const struct trace_event *event;

    conn_pair_open_traced(&p, false);
    conn_sealed_send(p.conn, "12345", 5);
    conn_sealed_tell(p.conn, CITE, TRACE_DIR_OUT, "password",
                     SPAN("password secret"), ((struct trace_range){9, 15}));
    conn_pair_read_trace(&p);
    event = conn_pair_event(&p, TRACE_LAYER_APP, "password");
    CU_ASSERT_PTR_NOT_NULL_FATAL(event);
    CU_ASSERT_NSTRING_EQUAL(event->data.data, "password ******", 15);
    conn_pair_close(&p);
}

/* What left untold before an answer came is not of what is said after it: that
 * has a time of its own, behind the answer's. */
static void conn_sealed_dates_no_message_before_what_it_follows(void)
{
    struct conn_pair p;
    const struct trace_event *heard, *said;

    conn_pair_open_traced(&p, false);
    conn_sealed_send(p.conn, "init", 4);
    conn_sealed_tell(p.conn, CITE, TRACE_DIR_IN, "version", SPAN("version"),
                     NOTHING);
    conn_sealed_send(p.conn, "stat", 4);
    conn_sealed_tell(p.conn, CITE, TRACE_DIR_OUT, "stat", SPAN("stat"),
                     NOTHING);
    conn_pair_read_trace(&p);
    heard = conn_pair_event(&p, TRACE_LAYER_APP, "version");
    said = conn_pair_event(&p, TRACE_LAYER_APP, "stat");
    CU_ASSERT_FATAL(heard != NULL && said != NULL);
    CU_ASSERT(heard->time_ns <= said->time_ns && heard < said);
    conn_pair_close(&p);
}

const struct test tests_conn_sealed[] = {
    {"conn_sealed_carries_bytes_as_they_are",
     conn_sealed_carries_bytes_as_they_are},
    {"conn_sealed_events_cover_the_stream",
     conn_sealed_events_cover_the_stream},
    {"conn_sealed_masks_the_secret", conn_sealed_masks_the_secret},
    {"conn_sealed_dates_no_message_before_what_it_follows",
     conn_sealed_dates_no_message_before_what_it_follows},
    {NULL, NULL}};
