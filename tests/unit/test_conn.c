/* SPDX-License-Identifier: MIT */
/* Events, notes and facts: what a conn tells of itself. */
#include "common/conn.h"

#include <stdlib.h>
#include <string.h>

#include "common/trace.h"
#include "tests/harness.h"
#include "tests/unit/conn_pair.h"

static void conn_records_each_message_with_its_call(void)
{
    struct conn_pair p;
    const struct trace_event *event;
    struct span line;
    int at;

    conn_pair_open_traced(&p, false);
    at = __LINE__ + 1;
    conn_say(p.conn, RFC("5321", "4.1.1.1"), "EHLO %s", "x");
    conn_pair_send(&p, "250-a\r\n250 b\r\n");
    conn_read_line(p.conn, 100, &line);
    conn_read_line(p.conn, 100, &line);
    conn_heard(p.conn, RFC("5321", "4.2"), "250");
    conn_pair_read_trace(&p);

    event = conn_pair_event(&p, TRACE_LAYER_APP, "EHLO");
    CU_ASSERT_PTR_NOT_NULL_FATAL(event);
    CU_ASSERT_EQUAL(event->dir, TRACE_DIR_OUT);
    CU_ASSERT_STRING_EQUAL(event->src.file, "tests/unit/test_conn.c");
    CU_ASSERT_EQUAL(event->src.line, at);
    CU_ASSERT_STRING_EQUAL(event->src.function, __func__);
    CU_ASSERT_STRING_EQUAL(event->rfc.number, "5321");
    CU_ASSERT_STRING_EQUAL(event->rfc.section, "4.1.1.1");
    CU_ASSERT(span_equal(event->data, SPAN("EHLO x\r\n")));
    CU_ASSERT_EQUAL(event->raw.from, 0);
    CU_ASSERT_EQUAL(event->raw.to, 8);
    event = conn_pair_event(&p, TRACE_LAYER_APP, "250");
    CU_ASSERT_PTR_NOT_NULL_FATAL(event);
    CU_ASSERT(span_equal(event->data, SPAN("250-a\r\n250 b\r\n")));
    CU_ASSERT_EQUAL(event->raw.to, 14);
    CU_ASSERT(event->exact);
    conn_pair_close(&p);
}

static void conn_masks_secrets_in_the_trace_only(void)
{
    struct conn_pair p;
    const struct trace_event *event;
    struct span line;

    conn_pair_open_traced(&p, false);
    conn_say_begin(p.conn, RFC("1939", "7"), "PASS");
    conn_say_bytes(p.conn, "PASS ", 5);
    conn_say_secret(p.conn, "tanstaaf");
    conn_say_line(p.conn, "%s", "");
    conn_say_end(p.conn);
    CU_ASSERT_STRING_EQUAL(conn_pair_received(&p), "PASS tanstaaf\r\n");
    conn_pair_send(&p, "token=xyzzy.\r\n");
    conn_read_line(p.conn, 100, &line);
    conn_mask(p.conn, 6, 5);
    conn_heard(p.conn, RFC("1939", "7"), "token");
    conn_pair_read_trace(&p);

    event = conn_pair_event(&p, TRACE_LAYER_APP, "PASS");
    CU_ASSERT_PTR_NOT_NULL_FATAL(event);
    CU_ASSERT(span_equal(event->data, SPAN("PASS ********\r\n")));
    CU_ASSERT_EQUAL(event->secrets[0].from, 5);
    CU_ASSERT_EQUAL(event->secrets[0].to, 13);
    event = conn_pair_event(&p, TRACE_LAYER_APP, "token");
    CU_ASSERT_PTR_NOT_NULL_FATAL(event);
    CU_ASSERT(span_equal(event->data, SPAN("token=*****.\r\n")));
    conn_pair_close(&p);
}

static void conn_shows_secrets_when_told(void)
{
    struct conn_pair p;
    const struct trace_event *event;

    conn_pair_open_traced(&p, true);
    conn_say_begin(p.conn, RFC("1939", "7"), "PASS");
    conn_say_secret(p.conn, "open");
    conn_say_end(p.conn);
    conn_pair_read_trace(&p);
    event = conn_pair_event(&p, TRACE_LAYER_APP, "PASS");
    CU_ASSERT_PTR_NOT_NULL_FATAL(event);
    CU_ASSERT(span_equal(event->data, SPAN("open")));
    conn_pair_close(&p);
}

/* More stretches than an event can hold: too much is hidden, never too
 * little. */
static void conn_masks_more_secrets_than_it_can_list(void)
{
    struct conn_pair p;
    const struct trace_event *event;

    conn_pair_open_traced(&p, false);
    conn_say_begin(p.conn, RFC("1939", "7"), "many");
    for (int i = 0; i < TRACE_SECRETS_MAX + 3; i++) {
        conn_say_bytes(p.conn, "-", 1);
        conn_say_secret(p.conn, "s");
    }
    conn_say_end(p.conn);
    conn_pair_read_trace(&p);
    event = conn_pair_event(&p, TRACE_LAYER_APP, "many");
    CU_ASSERT_PTR_NOT_NULL_FATAL(event);
    CU_ASSERT_EQUAL(event->length, 2 * (TRACE_SECRETS_MAX + 3));
    CU_ASSERT_PTR_NULL(memchr(event->data.data, 's', event->data.length));
    conn_pair_close(&p);
}

/* A long message is kept to its first part, in both layers, and counted: as it
 * was said, and as it was received, call by call (RFC 9293 §3.9.1.3). */
static void conn_keeps_the_beginning_of_a_long_message(void)
{
    enum { LONG = 3 * TRACE_BODY_MAX };
    struct conn_pair p;
    const struct trace_event *event;
    uint64_t kept = 0, counted = 0;
    char *data = malloc(LONG);
    size_t fed = 0;

    memset(data, 'x', LONG);
    conn_pair_open_traced(&p, false);
    while (fed < LONG) {
        CU_ASSERT_EQUAL_FATAL(send(p.peer, data, 4096, 0), 4096);
        fed += 4096;
        conn_fill(p.conn);
        conn_take(p.conn, conn_view(p.conn).length);
    }
    CU_ASSERT_EQUAL(conn_heard_length(p.conn), LONG);
    conn_heard(p.conn, RFC("9112", "6"), "body");
    conn_pair_read_trace(&p);

    event = conn_pair_event(&p, TRACE_LAYER_APP, "body");
    CU_ASSERT_PTR_NOT_NULL_FATAL(event);
    CU_ASSERT_EQUAL(event->data.length, TRACE_BODY_MAX);
    CU_ASSERT_EQUAL(event->length, LONG);
    for (size_t i = 0; i < p.file.event_count; i++)
        if (p.file.events[i].layer == TRACE_LAYER_SOCKET) {
            CU_ASSERT_STRING_EQUAL(p.file.events[i].rfc.section, "3.9.1.3");
            kept += p.file.events[i].data.length;
            counted += p.file.events[i].length;
        }
    CU_ASSERT_EQUAL(kept, TRACE_BODY_MAX);
    CU_ASSERT_EQUAL(counted, LONG);
    conn_pair_close(&p);
    free(data);
}

/* The time of what we say is before the bytes leave; what we hear follows. */
static void conn_events_are_in_the_order_of_cause(void)
{
    static const char *const order[] = {"accept", "ASK",  "send", "recv",
                                        "ANSWER", "why?", "close"};
    struct conn_pair p;
    struct span line;

    conn_pair_open_traced(&p, false);
    conn_say(p.conn, RFC("9293", "3.8"), "ASK");
    conn_pair_send(&p, "ANSWER\r\n");
    conn_read_line(p.conn, 100, &line);
    conn_heard(p.conn, RFC("9293", "3.8"), "ANSWER");
    conn_note(p.conn, RFC("9293", "3.8"), "why?", "because %d", 42);
    conn_pair_read_trace(&p);
    CU_ASSERT_EQUAL_FATAL(p.file.event_count, sizeof order / sizeof order[0]);
    for (size_t i = 0; i < p.file.event_count; i++)
        CU_ASSERT_STRING_EQUAL(p.file.events[i].name, order[i]);
    CU_ASSERT_STRING_EQUAL(p.file.events[5].note, "because 42");
    conn_pair_close(&p);
}

static void conn_facts_count_what_passed(void)
{
    struct conn_pair p;
    struct conn_facts facts;
    struct span line;

    conn_pair_open(&p);
    conn_say(p.conn, RFC("9293", "3.8"), "12345");
    conn_pair_send(&p, "123\r\n");
    conn_read_line(p.conn, 100, &line);
    facts = conn_facts(p.conn);
    CU_ASSERT_EQUAL(facts.raw_out, 7);
    CU_ASSERT_EQUAL(facts.raw_in, 5);
    CU_ASSERT_FALSE(facts.tls);
    CU_ASSERT_PTR_NULL(facts.tls_version);
    CU_ASSERT_STRING_EQUAL(facts.peer, "socket");
    conn_pair_close(&p);
}

const struct test tests_conn[] = {
    {"conn_records_each_message_with_its_call",
     conn_records_each_message_with_its_call},
    {"conn_masks_secrets_in_the_trace_only",
     conn_masks_secrets_in_the_trace_only},
    {"conn_shows_secrets_when_told", conn_shows_secrets_when_told},
    {"conn_masks_more_secrets_than_it_can_list",
     conn_masks_more_secrets_than_it_can_list},
    {"conn_keeps_the_beginning_of_a_long_message",
     conn_keeps_the_beginning_of_a_long_message},
    {"conn_events_are_in_the_order_of_cause",
     conn_events_are_in_the_order_of_cause},
    {"conn_facts_count_what_passed", conn_facts_count_what_passed},
    {NULL, NULL},
};
