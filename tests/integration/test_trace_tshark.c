/* SPDX-License-Identifier: MIT */
/*
 * A trace as Wireshark sees it: conversations of seven protocols recorded by
 * hand, and read with tshark. What is checked here is what a reader relies on:
 * each message has the right dissector and the right direction, none is
 * malformed, the comments are there, and neither the wire's frames nor the
 * messages disturb how the others are taken.
 */
#include <stdlib.h>
#include <string.h>

#include "common/trace.h"
#include "tests/harness.h"
#include "tests/wire.h"

#define TSHARK_SECONDS 60.0

static const char *trace_path;

/* Runs tshark over the trace; each packet that passes `filter` gives a line of
 * the fields that are not NULL. The caller frees. */
static char *tshark(const char *filter, const char *a, const char *b,
                    const char *c)
{
    const char *fields[] = {a, b, c};
    const char *argv[24] = {"tshark", "-r", trace_path,   "-Y", filter, "-T",
                            "fields", "-E", "separator=|"};
    struct test_run run;
    size_t count = 9;
    char *out;
    for (int i = 0; i < 3 && fields[i] != NULL; i++) {
        argv[count++] = "-e";
        argv[count++] = fields[i];
    }
    test_run(&run, TSHARK_SECONDS, argv);
    CU_ASSERT_EQUAL(run.status, 0);
    out = strdup(run.out != NULL ? run.out : "");
    test_run_free(&run);
    return out;
}

static void check(const char *filter, const char *a, const char *b,
                  const char *c, const char *expected)
{
    char *out = tshark(filter, a, b, c);
    CU_ASSERT_STRING_EQUAL(out, expected);
    if (strcmp(out, expected) != 0)
        fprintf(stderr, "tshark -Y '%s' says:\n%s", filter, out);
    free(out);
}

/* ---- conversations ------------------------------------------------------ */

/* One message: "C: " or "S: ", the event's name, and its bytes. */
struct line {
    char who;
    const char *name;
    struct span data;
};

struct talk {
    const char *proto;
    const char *server; /* address and port as connected to */
    uint16_t standard_port;
    const struct line *lines;
    size_t count;
};

/* clang-format off */
#define L(who, name, text) {who, name, {text, sizeof text - 1}}
/* clang-format on */

static const struct line http[] = {
    L('C', "GET",
      "GET /a HTTP/1.1\r\nHost: www.example.test\r\n"
      "Authorization: Basic c2VjcmV0\r\n\r\n"),
    L('S', "200",
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
      "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
    L('C', "GET", "GET /b HTTP/1.1\r\nHost: www.example.test\r\n\r\n"),
    L('S', "404", "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone"),
};
static const struct line smtp[] = {
    L('S', "greeting", "220 mx.east.test ready\r\n"),
    L('C', "EHLO", "EHLO student.lab.test\r\n"),
    L('S', "250", "250-mx.east.test\r\n250-SIZE 1000000\r\n250 8BITMIME\r\n"),
    L('C', "MAIL", "MAIL FROM:<a@lab.test>\r\n"),
    L('S', "250", "250 fine\r\n"),
    L('C', "RCPT", "RCPT TO:<alice@east.test>\r\n"),
    L('S', "250", "250 fine\r\n"),
    L('C', "DATA", "DATA\r\n"),
    L('S', "354", "354 go on\r\n"),
    L('C', "message",
      "From: a@lab.test\r\nSubject: a test\r\n\r\nHello, Alice.\r\n.\r\n"),
    L('S', "250", "250 taken\r\n"),
    L('C', "QUIT", "QUIT\r\n"),
    L('S', "221", "221 bye\r\n"),
};
static const struct line pop3[] = {
    L('S', "greeting", "+OK ready\r\n"),
    L('C', "STAT", "STAT\r\n"),
    L('S', "+OK", "+OK 1 120\r\n"),
};
static const struct line imap[] = {
    L('S', "greeting", "* OK ready\r\n"),
    L('C', "LOGIN", "a1 LOGIN bob pw\r\n"),
    L('S', "OK", "a1 OK in\r\n"),
};
static const struct line ftp[] = {
    L('S', "greeting", "220 ready\r\n"),
    L('C', "USER", "USER anonymous\r\n"),
    L('S', "331", "331 password?\r\n"),
};
static const struct line dns[] = {
    L('C', "query",
      "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
      "\3www\7example\4test\0\0\1\0\1"),
    L('S', "answer",
      "\x12\x34\x85\x00\x00\x01\x00\x01\x00\x00\x00\x00"
      "\3www\7example\4test\0\0\1\0\1\xC0\x0C\0\1\0\1\0\0\1\x2C\0\4\xC0\0\2"
      "\x50"),
};

/* clang-format off */
#define T(proto, server, port) \
    {#proto, server, port, proto, sizeof proto / sizeof *proto}
/* clang-format on */
/* Two of them on the ports that TLS has: the dissector must not care. */
static const struct talk talks[] = {
    T(http, "192.0.2.80:443", 80),    T(smtp, "192.0.2.25:25", 25),
    T(pop3, "192.0.2.25:110", 110),   T(imap, "192.0.2.25:993", 143),
    T(ftp, "192.0.2.21:21", 21),      T(dns, "192.0.2.53:53", 53),
    T(http, "[2001:db8::80]:80", 80),
};

enum { TALKS = sizeof talks / sizeof *talks };

static const char *client_address(size_t at, const struct talk *talk)
{
    static char text[64];
    snprintf(text, sizeof text, "%s:%zu",
             talk->server[0] == '[' ? "[2001:db8::10]" : "192.0.2.10",
             40000 + at);
    return text;
}

/* The client's record of a conversation: its own messages go out. */
static void talk_record(struct trace *trace, const struct talk *talk, size_t at)
{
    uint64_t out = 0, in = 0;
    uint32_t conn = trace_next_conn(trace);
    for (size_t i = 0; i < talk->count; i++) {
        const struct line *line = &talk->lines[i];
        bool ours = line->who == 'C';
        uint64_t *place = ours ? &out : &in;
        struct trace_range range = {*place, *place + line->data.length};
        struct trace_range hidden;
        struct trace_event event = {
            .time_ns = TEST_WIRE_START + (int64_t)(at * 100 + i) * 1000000,
            .conn = conn,
            .peer = talk->server,
            .proto = talk->proto,
            .stream = "control",
            .dir = ours ? TRACE_DIR_OUT : TRACE_DIR_IN,
            .name = line->name,
            .data = line->data,
            .length = line->data.length,
            .src = HERE,
            .rfc = RFC("9112", "3"),
            .clear = range,
            .raw = range,
            .exact = true,
            .local = test_address(client_address(at, talk)),
            .remote = test_address(talk->server),
            .standard_port = talk->standard_port};
        const char *secret = memmem(line->data.data, line->data.length,
                                    "c2VjcmV0", strlen("c2VjcmV0"));
        if (secret != NULL) {
            uint64_t from = (uint64_t)(secret - line->data.data);
            hidden = (struct trace_range){from, from + 8};
            event.secrets = &hidden;
            event.secret_count = 1;
        }
        trace_record(trace, &event);
        *place = range.to;
    }
}

/* One frame of a conversation, and how far it brings its sender's numbers. */
static void talk_frame(struct test_wire *wire, const struct talk *talk,
                       size_t at, bool client, uint8_t flags, struct span data,
                       uint32_t sequence[2])
{
    char address[64];
    struct test_frame frame = {
        .flags = flags, .sequence = sequence[!client], .data = data};
    snprintf(address, sizeof address, "%s", client_address(at, talk));
    frame.from = client ? address : talk->server;
    frame.to = client ? talk->server : address;
    sequence[!client] += (uint32_t)data.length + ((flags & TEST_SYN) != 0);
    test_wire_frame(wire, &frame);
}

/* The same conversation as frames, a segment a message, half a millisecond
 * after its event; before that, SYN and SYN with ACK. */
static void talk_send(struct test_wire *wire, const struct talk *talk,
                      size_t at)
{
    int64_t start = TEST_WIRE_START + (int64_t)at * 100000000;
    uint32_t sequence[2] = {1000, 9000};
    bool udp = strcmp(talk->proto, "dns") == 0;
    if (!udp) {
        wire->time_ns = start - 2000000;
        talk_frame(wire, talk, at, true, TEST_SYN, SPAN(""), sequence);
        talk_frame(wire, talk, at, false, TEST_SYN | TEST_ACK, SPAN(""),
                   sequence);
    }
    wire->time_ns = start + 500000;
    for (size_t i = 0; i < talk->count; i++)
        talk_frame(wire, talk, at, talk->lines[i].who == 'C',
                   udp ? 0 : TEST_ACK | TEST_PSH, talk->lines[i].data,
                   sequence);
}

/* Records all, each conversation 100 ms after the last; with `frames`, merges
 * them with their wire. */
static void trace_make(bool frames)
{
    struct trace_setup setup = {.file = test_path("app.pcapng"),
                                .host = "student"};
    const char *inputs[] = {setup.file, test_path("wire.pcapng")};
    const struct sockaddr_storage *web = test_address("192.0.2.80:80");
    struct test_wire wire;
    struct trace *trace;

    CU_ASSERT_EQUAL_FATAL(trace_open(&trace, &setup, NULL), 0);
    for (size_t i = 0; i < TALKS; i++)
        talk_record(trace, &talks[i], i);
    trace_keylog(trace, "CLIENT_RANDOM 00 11");
    trace_name(trace, web, "www.example.test");
    trace_note(trace, RFC("9112", "6.3"), "framing", "the body is chunked");
    CU_ASSERT_EQUAL_FATAL(trace_close(trace, NULL), 0);
    trace_path = setup.file;
    if (!frames)
        return;
    test_wire_open(&wire, inputs[1]);
    for (size_t i = 0; i < TALKS; i++)
        talk_send(&wire, &talks[i], i);
    test_wire_close(&wire);
    trace_path = test_path("trace.pcapng");
    CU_ASSERT_EQUAL_FATAL(trace_merge(inputs, 2, trace_path, NULL), 0);
}

/* ---- what tshark must see ----------------------------------------------- */

#define ON_APP "frame.interface_name == \"app\" && "

/* Every message of the interface `app`, whether frames are there or not. */
static void check_messages(void)
{
    check("_ws.malformed", "frame.number", NULL, NULL, "");
    check(ON_APP "http", "http.request.method", "http.response.code", NULL,
          "GET|\n|200\nGET|\n|404\nGET|\n|200\nGET|\n|404\n");
    check(ON_APP "http.request", "http.request.uri", NULL, NULL,
          "/a\n/b\n/a\n/b\n");
    check(ON_APP "smtp", "smtp.req.command", "smtp.response.code",
          "imf.subject",
          "|220|\nEHLO||\n|250|\nMAIL||\n|250|\nRCPT||\n|250|\n"
          "DATA||\n|354|\n||a test\n|250|\nQUIT||\n|221|\n");
    check(ON_APP "pop", "pop.request.command", "pop.response.indicator", NULL,
          "|+OK\nSTAT|\n|+OK\n");
    check(ON_APP "imap && frame contains \"a1\"", "imap.request",
          "imap.response", NULL, "a1 LOGIN bob pw|\n|a1 OK in\n");
    check(ON_APP "ftp", "ftp.request.command", "ftp.response.code", NULL,
          "|220\nUSER|\n|331\n");
    check(ON_APP "dns", "dns.qry.name", "dns.a", NULL,
          "www.example.test|\nwww.example.test|192.0.2.80\n");
}

static void wireshark_dissects_messages_alone(void)
{
    trace_make(false);
    check_messages();
}

/* The frames are dissected as they would be without the messages, too. */
static void wireshark_dissects_messages_beside_their_frames(void)
{
    trace_make(true);
    check_messages();
    check("frame.interface_name == \"wire:student\" && smtp",
          "smtp.req.command", "smtp.response.code", "imf.subject",
          "|220|\nEHLO||\n|250|\nMAIL||\n|250|\nRCPT||\n|250|\n"
          "DATA||\n|354|\n||a test\n|250|\nQUIT||\n|221|\n");
    check("frame.interface_name == \"wire:student\" && pop",
          "pop.request.command", "pop.response.indicator", NULL,
          "|+OK\nSTAT|\n|+OK\n");
    check("frame.interface_name == \"wire:student\" && ftp",
          "ftp.request.command", "ftp.response.code", NULL,
          "|220\nUSER|\n|331\n");
    check("frame.interface_name == \"wire:student\" && http && ipv6",
          "http.request.method", "http.response.code", NULL,
          "GET|\n|200\nGET|\n|404\n");
}

/* Directions as a person filters for them. */
static void wireshark_knows_who_spoke(void)
{
    trace_make(false);
    check("frame.p2p_dir == 0 && pop", "ip.src", "exported_pdu.ipv4_src", NULL,
          "192.0.2.10|192.0.2.10\n");
    check("frame.p2p_dir == 1 && pop", "exported_pdu.ipv4_src",
          "exported_pdu.src_port", NULL, "192.0.2.25|110\n192.0.2.25|110\n");
    check("imap.request", "exported_pdu.dst_port", NULL, NULL, "143\n");
}

static void wireshark_shows_the_comments(void)
{
    char *out;
    trace_make(true);
    out = tshark("frame.interface_name == \"app\" && http.request.uri == "
                 "\"/a\" && exported_pdu.ipv4_src",
                 "frame.comment", NULL, NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(out, "event 1: GET,"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(out, "tests/integration/test_trace_tshark.c:"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out, " talk_record,"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out, "RFC 9112 §3,"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out, "frames "));
    CU_ASSERT_PTR_NOT_NULL(strstr(out, "peer=192.0.2.80:443"));
    free(out);
    check("frame.comment contains \"note: the body\" && "
          "frame contains \"the body is chunked\"",
          "frame.protocols", NULL, NULL, "exported_pdu:data-text-lines\n");
    check("frame.comment == \"events 1\"", "tcp.len", NULL, NULL, "74\n");
}

static void wireshark_is_told_no_secret(void)
{
    trace_make(false);
    check("http.authorization", "http.authorization", NULL, NULL,
          "Basic ********\nBasic ********\n");
    check("frame contains \"c2VjcmV0\"", "frame.number", NULL, NULL, "");
}

/* Names and keys are in their blocks, ahead. */
static void wireshark_is_given_names_and_keys(void)
{
    const char *argv[] = {"capinfos", test_path("trace.pcapng"), NULL};
    struct test_run run;
    trace_make(true);
    argv[1] = trace_path;
    test_run(&run, TSHARK_SECONDS, argv);
    CU_ASSERT_EQUAL(run.status, 0);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(run.out, "Number of decryption secrets in file: 1"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(run.out, "Number of resolved IPv4 addresses in file: 1"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "Strict time order:   True"));
    test_run_free(&run);
}

/* A message longer than what is kept is cut short, not malformed. */
static void wireshark_takes_a_long_body(void)
{
    struct trace_setup setup = {.file = test_path("app.pcapng")};
    const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n";
    char *body = calloc(1, sizeof head - 1 + 99999);
    struct trace_event event = {.conn = 1,
                                .proto = "http",
                                .dir = TRACE_DIR_IN,
                                .name = "200",
                                .standard_port = 80,
                                .local = test_address("192.0.2.10:40000"),
                                .remote = test_address("192.0.2.80:80"),
                                .data = {body, sizeof head - 1 + 99999}};
    struct trace *trace;
    memcpy(body, head, sizeof head - 1);
    CU_ASSERT_EQUAL_FATAL(trace_open(&trace, &setup, NULL), 0);
    trace_record(trace, &event);
    event.length = UINT64_C(5) << 32;
    trace_record(trace, &event);
    CU_ASSERT_EQUAL(trace_close(trace, NULL), 0);
    free(body);
    trace_path = setup.file;
    check("_ws.malformed", "frame.number", NULL, NULL, "");
    check("http", "http.response.code", "http.content_length", NULL,
          "200|99999\n200|99999\n");
    check("frame.comment contains \"length=21474836480\"", "frame.number", NULL,
          NULL, "2\n");
}

/* clang-format off */
#define TEST(name) {#name, name}
/* clang-format on */
const struct test tests_trace_tshark[] = {
    TEST(wireshark_dissects_messages_alone),
    TEST(wireshark_dissects_messages_beside_their_frames),
    TEST(wireshark_knows_who_spoke),
    TEST(wireshark_shows_the_comments),
    TEST(wireshark_is_told_no_secret),
    TEST(wireshark_is_given_names_and_keys),
    TEST(wireshark_takes_a_long_body),
    {NULL, NULL}};
