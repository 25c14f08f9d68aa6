/* SPDX-License-Identifier: MIT */
/* TLS under a conn: what passes, where in the stream, and how it ends. */
#include <openssl/ssl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/visit.h"

#define BULK (300 * 1000)

/* ---- what the servers do ------------------------------------------------ */

/* Says one word, and then closes TCP without close_notify. */
static int cut_off(struct conn *c)
{
    conn_say(c, VISIT_CITE, "half");
    shutdown(conn_fd(c), SHUT_RDWR);
    return 0;
}

/* Sends a record that nobody sealed. */
static int forge_record(struct conn *c)
{
    char record[5 + 40] = {0x17, 3, 3, 0, 40};

    return send(conn_fd(c), record, sizeof record, MSG_NOSIGNAL) > 0 ? 0 : 1;
}

/* ---- what passes -------------------------------------------------------- */

static void conn_tls_carries_bytes_of_any_number(void)
{
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

    for (size_t i = 0; i < 2; i++) {
        struct visit v;

        visit_begin(&v, versions[i], 1, visit_send_bytes);
        CU_ASSERT_EQUAL(visit_connect(&v, VISIT_HOST), 0);
        visit_fetch(v.conn, 1);
        visit_fetch(v.conn, 16384);
        visit_fetch(v.conn, 16385);
        visit_fetch(v.conn, BULK);
        CU_ASSERT_STRING_EQUAL(conn_facts(v.conn).tls_version,
                               i == 0 ? "TLSv1.2" : "TLSv1.3");
        CU_ASSERT_EQUAL(visit_end(&v), 0);
    }
}

static void conn_tls_survives_short_reads_and_writes(void)
{
    for (size_t most = 1; most <= 7; most += 2) {
        struct visit v;

        test_short_io(most);
        visit_begin(&v, 0, 1, visit_send_bytes);
        CU_ASSERT_EQUAL(visit_connect(&v, VISIT_HOST), 0);
        visit_fetch(v.conn, 1000);
        CU_ASSERT_EQUAL(visit_end(&v), 0);
        test_short_io(0);
    }
}

/* RFC 8446 §2.2: what the first handshake agreed on serves the next ones. */
static void conn_tls_resumes_a_session(void)
{
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

    for (size_t i = 0; i < 2; i++) {
        struct visit v;

        visit_begin(&v, versions[i], 3, visit_send_bytes);
        for (int visit = 0; visit < 3; visit++) {
            CU_ASSERT_EQUAL(visit_connect(&v, VISIT_HOST), 0);
            visit_fetch(v.conn, 10); /* TLS 1.3 sends the ticket with these */
            CU_ASSERT_EQUAL(conn_facts(v.conn).tls_resumed, visit > 0);
            visit_leave(&v);
        }
        CU_ASSERT_EQUAL(visit_end(&v), 0);
    }
}

/* The second connection reads no byte, and so no new ticket: the third one has
 * the first ticket only, which is offered again if we may (RFC 8446 §C.4). */
static void conn_tls_offers_a_ticket_again_when_told(void)
{
    for (int again = 0; again < 2; again++) {
        struct visit v;

        visit_begin(&v, TLS1_3_VERSION, 3, visit_send_bytes);
        if (again)
            tls_reoffer(v.context);
        for (int visit = 0; visit < 3; visit++) {
            CU_ASSERT_EQUAL(visit_connect(&v, VISIT_HOST), 0);
            if (visit == 0)
                visit_fetch(v.conn, 10);
            CU_ASSERT_EQUAL(conn_facts(v.conn).tls_resumed,
                            visit == 1 || (visit == 2 && again));
            visit_leave(&v);
        }
        CU_ASSERT_EQUAL(visit_end(&v), 0);
    }
}

/* ---- where in the stream ------------------------------------------------ */

/* The messages of a direction lie side by side from the first byte of the
 * stream to its last, or share a record. */
static void expect_tiles(const struct trace_file *file, enum trace_dir dir,
                         uint64_t total)
{
    uint64_t at = 0, before = 0;

    for (size_t i = 0; i < file->event_count; i++) {
        const struct trace_event *e = &file->events[i];

        if (e->dir != dir || e->raw.to == e->raw.from ||
            (e->layer != TRACE_LAYER_APP && e->layer != TRACE_LAYER_TLS))
            continue;
        CU_ASSERT(e->exact);
        CU_ASSERT(e->raw.from == at ||
                  (e->raw.from == before && e->raw.to == at));
        before = e->raw.from;
        at = e->raw.to;
    }
    CU_ASSERT_EQUAL(at, total);
}

/* Something has come, but is it for us? A session ticket is not, an answer is;
 * and asking in the middle of a message does not take it apart. */
static void conn_tls_tells_a_ticket_from_an_answer(void)
{
    struct visit v;
    struct pollfd poller = {.events = POLLIN};

    visit_begin(&v, TLS1_3_VERSION, 1, visit_send_bytes);
    CU_ASSERT_EQUAL_FATAL(visit_connect(&v, VISIT_HOST), 0);
    poller.fd = conn_fd(v.conn);
    CU_ASSERT_EQUAL(poll(&poller, 1, 5000), 1); /* the ticket */
    CU_ASSERT_EQUAL(conn_fill_within(v.conn, 0), 1);
    CU_ASSERT_EQUAL(conn_say(v.conn, VISIT_CITE, "3"), 0);
    CU_ASSERT_EQUAL(conn_say_begin(v.conn, VISIT_CITE, "next"), 0);
    CU_ASSERT_EQUAL(conn_say_bytes(v.conn, "1", 1), 0);
    CU_ASSERT_EQUAL(conn_fill_within(v.conn, 5000), 0);
    CU_ASSERT_EQUAL(conn_view(v.conn).length, 3);
    conn_take(v.conn, 3);
    CU_ASSERT_EQUAL(conn_fill_within(v.conn, 0), 1);
    CU_ASSERT_EQUAL(conn_say_line(v.conn, "%s", ""), 0);
    CU_ASSERT_EQUAL(conn_say_end(v.conn), 0);
    CU_ASSERT_EQUAL(conn_fill(v.conn), 0);
    CU_ASSERT_EQUAL(conn_view(v.conn).length, 1);
    conn_take(v.conn, 1);
    CU_ASSERT_EQUAL(visit_end(&v), 0);
}

/* The second connection resumes (RFC 8446 §2.2): it shows no certificate. */
static void conn_tls_knows_the_records_of_each_message(void)
{
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

    for (size_t i = 0; i < 2; i++) {
        struct conn_facts facts;
        struct visit v;

        visit_begin(&v, versions[i], 2, visit_send_bytes);
        CU_ASSERT_EQUAL(visit_connect(&v, VISIT_HOST), 0);
        visit_fetch(v.conn, 5);
        visit_leave(&v);
        visit_trace(&v);
        CU_ASSERT_EQUAL(visit_connect(&v, VISIT_HOST), 0);
        conn_hold(v.conn, true);
        visit_fetch(v.conn, 40000);
        visit_fetch(v.conn, 7);
        facts = conn_facts(v.conn);
        visit_read_trace(&v);
        /* close_notify goes out when the facts have been asked: 1.3 hides its
         * type and adds a tag of 16, 1.2 an explicit nonce of 8 as well. */
        expect_tiles(&v.file, TRACE_DIR_OUT,
                     facts.raw_out + (i == 0 ? 5 + 8 + 2 + 16 : 5 + 3 + 16));
        expect_tiles(&v.file, TRACE_DIR_IN, facts.raw_in);
        CU_ASSERT_PTR_NOT_NULL(visit_event(&v, "session resumed"));
        CU_ASSERT_PTR_NULL(visit_event(&v, "Certificate"));
        CU_ASSERT_EQUAL(visit_end(&v), 0);
    }
}

/* ---- how it ends -------------------------------------------------------- */

/* RFC 8446 §6.1: only close_notify proves that nothing is missing. */
static void conn_tls_tells_an_end_from_a_cut(void)
{
    struct visit v;
    struct span line;

    visit_begin(&v, 0, 1, cut_off);
    CU_ASSERT_EQUAL(visit_connect(&v, VISIT_HOST), 0);
    CU_ASSERT_EQUAL(conn_read_line(v.conn, 100, &line), 0);
    CU_ASSERT(span_equal(line, SPAN("half")));
    CU_ASSERT_EQUAL(conn_fill(v.conn), 0);
    CU_ASSERT(conn_at_end(v.conn));
    CU_ASSERT(conn_end_was_cut(v.conn));
    CU_ASSERT_EQUAL(visit_end(&v), 0);

    visit_begin(&v, 0, 1, visit_send_bytes);
    CU_ASSERT_EQUAL(visit_connect(&v, VISIT_HOST), 0);
    CU_ASSERT_EQUAL(conn_end_sending(v.conn, RFC("8446", "6.1")), 0);
    CU_ASSERT_EQUAL(conn_fill(v.conn), 0);
    CU_ASSERT(conn_at_end(v.conn));
    CU_ASSERT_FALSE(conn_end_was_cut(v.conn));
    CU_ASSERT_EQUAL(visit_end(&v), 0);
}

/* RFC 8446 §5.2: nothing of a record that can't be opened is handed on. */
static void conn_tls_refuses_an_altered_record(void)
{
    struct visit v;

    visit_begin(&v, 0, 1, forge_record);
    CU_ASSERT_EQUAL(visit_connect(&v, VISIT_HOST), 0);
    CU_ASSERT_EQUAL(conn_fill(v.conn), -ERROR_INSECURE);
    CU_ASSERT_PTR_NOT_NULL(strstr(v.error.text, "altered"));
    CU_ASSERT_EQUAL(conn_view(v.conn).length, 0);
    CU_ASSERT_EQUAL(visit_end(&v), 0);
}

const struct test tests_conn_tls[] = {
    {"conn_tls_carries_bytes_of_any_number",
     conn_tls_carries_bytes_of_any_number},
    {"conn_tls_survives_short_reads_and_writes",
     conn_tls_survives_short_reads_and_writes},
    {"conn_tls_resumes_a_session", conn_tls_resumes_a_session},
    {"conn_tls_offers_a_ticket_again_when_told",
     conn_tls_offers_a_ticket_again_when_told},
    {"conn_tls_tells_a_ticket_from_an_answer",
     conn_tls_tells_a_ticket_from_an_answer},
    {"conn_tls_knows_the_records_of_each_message",
     conn_tls_knows_the_records_of_each_message},
    {"conn_tls_tells_an_end_from_a_cut", conn_tls_tells_an_end_from_a_cut},
    {"conn_tls_refuses_an_altered_record", conn_tls_refuses_an_altered_record},
    {NULL, NULL},
};
