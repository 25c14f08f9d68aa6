/* SPDX-License-Identifier: MIT */
/* TLS under a conn: what passes, where in the stream, and how it ends. */
#include <openssl/ssl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/trace.h"
#include "tests/harness.h"
#include "tests/unit/pki.h"

#define HOST "www.example.test"
#define CITE RFC("8446", "2")
#define BULK (300 * 1000)

/* A client and the server it talks to. */
struct visit {
    struct error error;
    struct tls_context *context;
    struct trace *trace;
    struct trace_file file;
    struct pki leaf;
    uint16_t port;
    pid_t server;
    struct conn *conn;
};

/* `version` TLS1_2_VERSION or TLS1_3_VERSION; 0: either. */
static void visit_begin(struct visit *v, int version, int connections,
                        int (*talk)(struct conn *conn))
{
    struct tls_settings client = {.ca_file = NULL};
    struct tls_settings server;

    memset(v, 0, sizeof *v);
    v->leaf =
        pki_make(&(struct pki_request){.name = "x", .san = "DNS:" HOST}, NULL);
    server = pki_server(&v->leaf, NULL);
    server.min_version = server.max_version = version;
    client.ca_file = pki_write_chain("ca.pem", &v->leaf, NULL);
    v->server = pki_serve(&server, connections, talk, &v->port);
    CU_ASSERT_EQUAL_FATAL(tls_client_new(&v->context, &client, &v->error), 0);
}

static void visit_trace(struct visit *v)
{
    struct trace_setup setup = {.file = test_path("v.pcapng"), .host = "here"};

    CU_ASSERT_EQUAL_FATAL(trace_open(&v->trace, &setup, &v->error), 0);
}

static int visit_connect(struct visit *v, const char *host)
{
    struct conn_setup setup = {.error = &v->error,
                               .trace = v->trace,
                               .proto = "test",
                               .standard_port = 7,
                               .deadline = deadline_in_ms(10000)};
    int status =
        conn_open(&v->conn, &setup, RFC("9293", "3.5"), "127.0.0.1", v->port);

    return status < 0 ? status
                      : conn_start_tls(v->conn, v->context, CITE, host);
}

static void visit_leave(struct visit *v)
{
    conn_close(v->conn, RFC("9293", "3.6"));
    v->conn = NULL;
}

static void visit_read_trace(struct visit *v)
{
    visit_leave(v);
    CU_ASSERT_EQUAL(trace_close(v->trace, &v->error), 0);
    v->trace = NULL;
    CU_ASSERT_EQUAL(trace_read(&v->file, test_path("v.pcapng"), &v->error), 0);
}

/* The server's exit status. */
static int visit_end(struct visit *v)
{
    int status;

    visit_leave(v);
    status = pki_serve_end(v->server);
    tls_free(v->context);
    trace_file_free(&v->file);
    pki_free(&v->leaf);
    return status;
}

static const struct trace_event *visit_event(const struct visit *v,
                                             const char *name)
{
    for (size_t i = 0; i < v->file.event_count; i++)
        if (strcmp(v->file.events[i].name, name) == 0)
            return &v->file.events[i];
    return NULL;
}

/* ---- what the servers do ------------------------------------------------ */

/* Answers each line with so many bytes as it says, until the client ends. */
static int send_bytes(struct conn *c)
{
    struct span line;

    while (conn_read_line(c, 100, &line) == 0 && line.data != NULL) {
        uint64_t count = 0;

        text_to_u64(line, UINT32_MAX, &count);
        conn_heard(c, CITE, "ASK");
        conn_say_begin(c, CITE, "bytes");
        for (uint64_t i = 0; i < count; i++) {
            char byte = (char)(i % 253);

            conn_say_bytes(c, &byte, 1);
        }
        conn_say_end(c);
    }
    return conn_end_was_cut(c) ? 1 : 0;
}

/* Says one word, and then closes TCP without close_notify. */
static int cut_off(struct conn *c)
{
    conn_say(c, CITE, "half");
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

/* Asks for `count` bytes and reads them. */
static void fetch(struct conn *c, size_t count)
{
    size_t at = 0;
    bool right = true;

    CU_ASSERT_EQUAL(conn_say(c, CITE, "%zu", count), 0);
    while (at < count && conn_fill(c) == 0 && !conn_at_end(c)) {
        struct span view = conn_view(c);

        for (size_t i = 0; i < view.length; i++)
            right = right && view.data[i] == (char)((at + i) % 253);
        at += view.length;
        conn_take(c, view.length);
    }
    conn_heard(c, CITE, "bytes");
    CU_ASSERT_EQUAL(at, count);
    CU_ASSERT(right);
}

static void conn_tls_carries_bytes_of_any_number(void)
{
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

    for (size_t i = 0; i < 2; i++) {
        struct visit v;

        visit_begin(&v, versions[i], 1, send_bytes);
        CU_ASSERT_EQUAL(visit_connect(&v, HOST), 0);
        fetch(v.conn, 1);
        fetch(v.conn, 16384);
        fetch(v.conn, 16385);
        fetch(v.conn, BULK);
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
        visit_begin(&v, 0, 1, send_bytes);
        CU_ASSERT_EQUAL(visit_connect(&v, HOST), 0);
        fetch(v.conn, 1000);
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

        visit_begin(&v, versions[i], 3, send_bytes);
        for (int visit = 0; visit < 3; visit++) {
            CU_ASSERT_EQUAL(visit_connect(&v, HOST), 0);
            fetch(v.conn, 10); /* TLS 1.3 sends the ticket with these */
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

        visit_begin(&v, TLS1_3_VERSION, 3, send_bytes);
        if (again)
            tls_reoffer(v.context);
        for (int visit = 0; visit < 3; visit++) {
            CU_ASSERT_EQUAL(visit_connect(&v, HOST), 0);
            if (visit == 0)
                fetch(v.conn, 10);
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

    visit_begin(&v, TLS1_3_VERSION, 1, send_bytes);
    CU_ASSERT_EQUAL_FATAL(visit_connect(&v, HOST), 0);
    poller.fd = conn_fd(v.conn);
    CU_ASSERT_EQUAL(poll(&poller, 1, 5000), 1); /* the ticket */
    CU_ASSERT_EQUAL(conn_fill_within(v.conn, 0), 1);
    CU_ASSERT_EQUAL(conn_say(v.conn, CITE, "3"), 0);
    CU_ASSERT_EQUAL(conn_say_begin(v.conn, CITE, "next"), 0);
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

        visit_begin(&v, versions[i], 2, send_bytes);
        CU_ASSERT_EQUAL(visit_connect(&v, HOST), 0);
        fetch(v.conn, 5);
        visit_leave(&v);
        visit_trace(&v);
        CU_ASSERT_EQUAL(visit_connect(&v, HOST), 0);
        conn_hold(v.conn, true);
        fetch(v.conn, 40000);
        fetch(v.conn, 7);
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

/* Each message by its name; and what was agreed on, by the names that the
 * registries of the RFC have for it. */
static void conn_tls_records_the_handshake(void)
{
    static const struct {
        const char *name;
        struct rfc rfc;
        const char *note; /* how it begins; NULL: whatever it says */
    } expected[] = {
        {"ClientHello", {"8446", "4.1.2"}, NULL},
        {"ServerHello", {"8446", "4.1.3"}, NULL},
        {"EncryptedExtensions", {"8446", "4.3.1"}, NULL},
        {"Certificate", {"8446", "4.4.2"}, NULL},
        {"CertificateVerify", {"8446", "4.4.3"}, NULL},
        {"Finished", {"8446", "4.4.4"}, NULL},
        {"version", {"8446", "4.2.1"}, "TLSv1.3"},
        {"cipher suite", {"8446", "B.4"}, "TLS_"},
        {"group", {"8446", "4.2.7"}, "x25519"},
        {"signature scheme", {"8446", "4.2.3"}, "ecdsa_secp256r1_sha256"},
        {"certificate trusted", {"9525", "6"}, "it is for " HOST},
        {"new session", {"8446", "2"}, NULL},
        {"close_notify", {"8446", "6.1"}, NULL}};
    struct visit v;
    char *file;
    size_t length;

    visit_begin(&v, TLS1_3_VERSION, 1, send_bytes);
    visit_trace(&v);
    CU_ASSERT_EQUAL(visit_connect(&v, HOST), 0);
    visit_read_trace(&v);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct trace_event *e = visit_event(&v, expected[i].name);

        CU_ASSERT_PTR_NOT_NULL_FATAL(e);
        CU_ASSERT_EQUAL(e->layer, TRACE_LAYER_TLS);
        CU_ASSERT_STRING_EQUAL(e->rfc.number, expected[i].rfc.number);
        CU_ASSERT_STRING_EQUAL(e->rfc.section, expected[i].rfc.section);
        CU_ASSERT_STRING_EQUAL(e->src.file, "tests/unit/test_conn_tls.c");
        if (expected[i].note != NULL)
            CU_ASSERT_EQUAL(
                strncmp(e->note, expected[i].note, strlen(expected[i].note)),
                0);
    }
    /* The keys are there for Wireshark. */
    file = test_read_file(test_path("v.pcapng"), &length);
    CU_ASSERT_PTR_NOT_NULL(
        memmem(file, length, "CLIENT_HANDSHAKE_TRAFFIC_SECRET", 31));
    free(file);
    CU_ASSERT_EQUAL(visit_end(&v), 0);
}

/* The position of an event by name and direction; -1: there is none. */
static long visit_place(const struct visit *v, const char *name,
                        enum trace_dir dir)
{
    for (size_t i = 0; i < v->file.event_count; i++)
        if (strcmp(v->file.events[i].name, name) == 0 &&
            v->file.events[i].dir == dir)
            return (long)i;
    return -1;
}

/* RFC 5246 §7.1: "from here on encrypted", said just before Finished. In TLS
 * 1.3 it says nothing any more; RFC 8446 §D.4 keeps it for old boxes on the
 * path, the server's right after its ServerHello. */
static void conn_tls_changes_its_cipher_where_the_version_does(void)
{
    static const struct {
        int version;
        struct rfc rfc;
        const char *near; /* the server's neighbour */
        long distance;    /* of that neighbour, in events */
    } rows[] = {{TLS1_2_VERSION, {"5246", "7.1"}, "Finished", 1},
                {TLS1_3_VERSION, {"8446", "D.4"}, "ServerHello", -1}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct visit v;
        long ours, theirs;

        visit_begin(&v, rows[i].version, 1, send_bytes);
        visit_trace(&v);
        CU_ASSERT_EQUAL(visit_connect(&v, HOST), 0);
        visit_read_trace(&v);
        ours = visit_place(&v, "ChangeCipherSpec", TRACE_DIR_OUT);
        theirs = visit_place(&v, "ChangeCipherSpec", TRACE_DIR_IN);
        CU_ASSERT_FATAL(ours >= 0 && theirs >= 0);
        CU_ASSERT_STRING_EQUAL(v.file.events[ours].rfc.number,
                               rows[i].rfc.number);
        CU_ASSERT_STRING_EQUAL(v.file.events[ours].rfc.section,
                               rows[i].rfc.section);
        CU_ASSERT_EQUAL(visit_place(&v, "Finished", TRACE_DIR_OUT), ours + 1);
        CU_ASSERT_EQUAL(visit_place(&v, rows[i].near, TRACE_DIR_IN),
                        theirs + rows[i].distance);
        CU_ASSERT_EQUAL(visit_end(&v), 0);
    }
}

static void conn_tls_records_a_refusal_with_its_alert(void)
{
    const struct trace_event *e;
    struct visit v;

    visit_begin(&v, 0, 1, send_bytes);
    visit_trace(&v);
    CU_ASSERT_EQUAL(visit_connect(&v, "other.test"), -ERROR_INSECURE);
    visit_read_trace(&v);
    e = visit_event(&v, "certificate refused");
    CU_ASSERT_PTR_NOT_NULL_FATAL(e);
    CU_ASSERT_EQUAL(e->layer, TRACE_LAYER_TLS);
    CU_ASSERT_EQUAL(e->dir, TRACE_DIR_NOTE);
    CU_ASSERT_STRING_EQUAL(e->rfc.number, "9525");
    CU_ASSERT_PTR_NOT_NULL(strstr(e->note, "wrong name"));
    CU_ASSERT_PTR_NOT_NULL(strstr(e->note, "our alert: bad_certificate"));
    e = visit_event(&v, "bad_certificate");
    CU_ASSERT_PTR_NOT_NULL_FATAL(e);
    CU_ASSERT_EQUAL(e->dir, TRACE_DIR_OUT);
    CU_ASSERT_EQUAL(visit_end(&v), ERROR_REFUSED);
}

/* ---- how it ends -------------------------------------------------------- */

/* RFC 8446 §6.1: only close_notify proves that nothing is missing. */
static void conn_tls_tells_an_end_from_a_cut(void)
{
    struct visit v;
    struct span line;

    visit_begin(&v, 0, 1, cut_off);
    CU_ASSERT_EQUAL(visit_connect(&v, HOST), 0);
    CU_ASSERT_EQUAL(conn_read_line(v.conn, 100, &line), 0);
    CU_ASSERT(span_equal(line, SPAN("half")));
    CU_ASSERT_EQUAL(conn_fill(v.conn), 0);
    CU_ASSERT(conn_at_end(v.conn));
    CU_ASSERT(conn_end_was_cut(v.conn));
    CU_ASSERT_EQUAL(visit_end(&v), 0);

    visit_begin(&v, 0, 1, send_bytes);
    CU_ASSERT_EQUAL(visit_connect(&v, HOST), 0);
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
    CU_ASSERT_EQUAL(visit_connect(&v, HOST), 0);
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
    {"conn_tls_records_the_handshake", conn_tls_records_the_handshake},
    {"conn_tls_changes_its_cipher_where_the_version_does",
     conn_tls_changes_its_cipher_where_the_version_does},
    {"conn_tls_records_a_refusal_with_its_alert",
     conn_tls_records_a_refusal_with_its_alert},
    {"conn_tls_tells_an_end_from_a_cut", conn_tls_tells_an_end_from_a_cut},
    {"conn_tls_refuses_an_altered_record", conn_tls_refuses_an_altered_record},
    {NULL, NULL},
};
