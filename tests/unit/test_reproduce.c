/* SPDX-License-Identifier: MIT */
#include "labs/trace/reproduce.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/trace/compare.h"
#include "labs/trace/views.h"
#include "tests/harness.h"
#include "tests/unit/sample_trace.h"

#define START_S 1795336996 /* of the run: 22 November 2026 */

enum { EVENTS_MAX = 16 };

static struct trace_event events[EVENTS_MAX];
static struct trace_file file;

static void begin(void)
{
    file = (struct trace_file){.events = events,
                               .start_ns = START_S * INT64_C(1000000000)};
}

/* The client student at `client`, or the host web that it speaks with. */
static struct trace_event *add(const char *host, uint32_t conn, int at,
                               enum trace_layer layer, enum trace_dir dir,
                               const char *name, const char *data)
{
    struct trace_event *event = &events[file.event_count++];

    *event = (struct trace_event){
        .id = file.event_count,
        .time_ns = file.start_ns + at,
        .host = host,
        .conn = conn,
        .peer = "192.0.2.80:80",
        .proto = "smtp",
        .stream = "control",
        .dir = dir,
        .layer = layer,
        .name = name,
        .data = span_of(data),
        .length = strlen(data),
        .src = {"smtp/smtp_say.c", 12, "say"},
        .local_is_server = strcmp(host, "web") == 0,
        .local = sample_address("192.0.2.10", 40123),
        .remote = sample_address("192.0.2.80", 80),
    };
    return event;
}

static struct trace_event *say(const char *host, int at, const char *data)
{
    return add(host, 1, at, TRACE_LAYER_APP, TRACE_DIR_OUT, "250", data);
}

static struct trace_event *note(const char *host, int at, const char *text)
{
    struct trace_event *event =
        add(host, 1, at, TRACE_LAYER_APP, TRACE_DIR_NOTE, "state", "");
    event->note = text;
    return event;
}

static struct reproduced made;

static void reproduce(void)
{
    struct error error = {0};

    CU_ASSERT_EQUAL_FATAL(trace_reproduce(&file, &made, &error), 0);
}

/* What is left of a message, and of a note, of that text. */
static void expect(const char *proto, const char *text, const char *left)
{
    begin();
    say("student", 0, text)->proto = proto;
    reproduce();
    CU_ASSERT(span_equal(events[0].data, span_of(left)));
    CU_ASSERT_EQUAL(events[0].length, strlen(left));
    reproduced_free(&made);
}

static void expect_note(const char *text, const char *left)
{
    begin();
    note("student", 0, text);
    reproduce();
    CU_ASSERT_STRING_EQUAL(events[0].note, left);
    reproduced_free(&made);
}

/* ---- texts -------------------------------------------------------------- */

/* As each protocol writes them: RFC 9110 §5.6.7, RFC 5322 §3.3, RFC 3501 §9,
 * RFC 3659 §2.3. */
static void reproduce_names_dates(void)
{
    expect("http", "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
           "Date: «date»\r\n");
    expect("smtp", "Date: Sun, 22 Nov 2026 08:43:08 +0000\r\n",
           "Date: «date»\r\n");
    expect("imap", "\" 7-Feb-1994 21:52:25 -0800\"\r\n", "\"«date»\"\r\n");
    expect("ftp", "213 20261122084321\r\n", "213 «date»\r\n");
    expect("ftp", "ftp 122 Nov 22 08:43 notes\r\n", "ftp 122 «date» notes\r\n");
    expect_note("valid until 2026-11-21 08:43:06 UTC; our alert",
                "valid until «date»; our alert");
}

/* Names made of the time, and only of that of the run. */
static void reproduce_names_seconds_of_the_run(void)
{
    expect("pop3", "1 1795336997.1\r\n", "1 «date».1\r\n");
    expect("pop3", "1 1695336997.1\r\n", "1 1695336997.1\r\n");
    expect("pop3", "1 17953369970.1\r\n", "1 17953369970.1\r\n");
    expect("smtp", "250 queued as 6b02ab1c.a0752.d.0\r\n",
           "250 queued as «date»\r\n");
    expect("smtp", "250 queued as 5b02ab1c.a0752.d.0\r\n",
           "250 queued as 5b02ab1c.a0752.d.0\r\n");
}

static void reproduce_names_what_was_drawn(void)
{
    expect("smtp", "<42c3af6e17c2b85787703c63c3527915@east.test>\r\n",
           "<«random»@east.test>\r\n");
    expect("smtp", "<56e9b957cc20261122084321c75b95d7@east.test>\r\n",
           "<«random»@east.test>\r\n"); /* no date in the midst of it */
    expect("imap", "+ cj1sSjFaMERCTGpjMzR6SkVDbVVQ==\r\n", "+ «random»\r\n");
    expect("imap", "+ cjOsSjFaMERCTGpjMzRbSkVDbVVQ\r\n", "+ «random»\r\n");
    expect("smtp", "RCPT TO:<mrwbwnwfwwlzpnhv@zoo.test>\r\n",
           "RCPT TO:<«random»@zoo.test>\r\n");
    expect("ftp", "type=file;unique=28g12;size=1; a\r\n",
           "type=file;unique=«random»;size=1; a\r\n");
    expect_note("a new session, 637d..., is stored",
                "a new session, «random»..., is stored");
}

static void reproduce_leaves_what_has_a_meaning(void)
{
    expect_note("TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384");
    expect_note("a sendMailWithoutDelay", "a sendMailWithoutDelay");
    expect_note("ecdh-sha2-nistp256, curve25519-sha256",
                "ecdh-sha2-nistp256, curve25519-sha256");
    expect("http", "GET /a/long-name-of-2024 HTTP/1.1\r\nHost: a\r\n\r\n",
           "GET /a/long-name-of-2024 HTTP/1.1\r\nHost: a\r\n\r\n");
    expect("smtp", "250-ENHANCEDSTATUSCODES\r\n",
           "250-ENHANCEDSTATUSCODES\r\n");
}

/* RFC 9110 §8.8.3, RFC 2046 §5.1.1: of a field its name decides. */
static void reproduce_reads_http_field_by_field(void)
{
    expect("http", "HTTP/1.1 200 OK\r\nETag: W/\"18ea-72f\"\r\nAge: 7\r\n\r\n7",
           "HTTP/1.1 200 OK\r\nETag: W/\"«entity tag»\"\r\nAge: 7\r\n\r\n7");
    expect("http",
           "HTTP/1.1 206 P\r\nContent-Type: multipart/byteranges; "
           "boundary=THIS\r\n\r\n--THIS\r\n\xFF--THIS--",
           "HTTP/1.1 206 P\r\nContent-Type: multipart/byteranges; "
           "boundary=«boundary»\r\n\r\n--«boundary»\r\n\xFF--«boundary»--");
}

/* RFC 2046 §5.1.1: in quotation marks or not; and a field may end where one
 * ought to begin. */
static void reproduce_finds_boundaries_however_written(void)
{
    expect("http", "Content-Type: m/x; boundary=\"a;b\"; x=1\r\n\r\n--a;b\r\n",
           "Content-Type: m/x; boundary=\"«boundary»\"; x=1\r\n\r\n"
           "--«boundary»\r\n");
    expect("http", "Content-Type: boundary=\n", "Content-Type: boundary=\n");
    expect("http", "Content-Type: boundary=", "Content-Type: boundary=");
}

static void reproduce_names_versions_of_ssh(void)
{
    expect("ssh", "SSH-2.0-libssh2_1.10.0\r\n",
           "SSH-2.0-libssh2_«version»\r\n");
}

/* ---- ports -------------------------------------------------------------- */

/* The port that was announced is the one to which the connection goes: RFC
 * 2428 §2, RFC 959 §5.3.2. Our own, 40123, came first. */
static void reproduce_gives_each_port_one_number(void)
{
    begin();
    say("student", 0, "EPRT |1|192.0.2.10|44421|\r\n");
    say("student", 1, "so we go to 192,0,2,10,173,133\r\n"); /* 44421 */
    say("web", 2, "425 192.0.2.10 port 44422 did not answer\r\n");
    note("web", 3, "192.0.2.10:44421 has connected to 192.0.2.80:20021");
    events[3].peer = "192.0.2.10:44422";
    reproduce();
    CU_ASSERT_STRING_EQUAL(events[0].data.data,
                           "EPRT |1|192.0.2.10|40002|\r\n");
    CU_ASSERT_STRING_EQUAL(events[1].data.data,
                           "so we go to 192,0,2,10,156,66\r\n");
    CU_ASSERT_STRING_EQUAL(events[2].data.data,
                           "425 192.0.2.10 port 40003 did not answer\r\n");
    CU_ASSERT_STRING_EQUAL(events[3].note, "192.0.2.10:40002 has connected to "
                                           "192.0.2.80:20021");
    CU_ASSERT_STRING_EQUAL(events[3].peer, "192.0.2.10:40003");
    reproduced_free(&made);
}

/* A kernel gives a port again when its connection is over: it is another one
 * then, unless a message has just said that the connection will go there. */
static void reproduce_tells_a_port_from_the_same_one_again(void)
{
    begin();
    say("student", 0, "a 192.0.2.10:40123 b");
    say("student", 1, "c 192.0.2.10:40123 d")->conn = 2;
    say("web", 2, "229 (|||40123|)")->conn = 2;
    say("student", 3, "e 192.0.2.10:40123 f")->conn = 3;
    for (int i = 0; i < 4; i++) {
        events[i].name = i == 2 ? "229" : "x";
        events[i].proto = "ftp";
    }
    reproduce();
    CU_ASSERT_STRING_EQUAL(events[0].data.data, "a 192.0.2.10:40001 b");
    CU_ASSERT_STRING_EQUAL(events[1].data.data, "c 192.0.2.10:40002 d");
    CU_ASSERT_STRING_EQUAL(events[2].data.data, "229 (|||40003|)");
    CU_ASSERT_STRING_EQUAL(events[3].data.data, "e 192.0.2.10:40003 f");
    reproduced_free(&made);
}

/* ---- order -------------------------------------------------------------- */

/* The order of the events, as their ids were. */
static void expect_order(const char *ids)
{
    char order[64] = "";

    for (size_t i = 0; i < file.event_count; i++)
        events[i].carried_count = events[i].id; /* which nobody looks at */
    CU_ASSERT_TRUE(reproduce_order(&file));
    for (size_t i = 0; i < file.event_count; i++)
        snprintf(order + strlen(order), sizeof(order) - strlen(order), "%s%zu",
                 i > 0 ? " " : "", events[i].carried_count);
    CU_ASSERT_STRING_EQUAL(order, ids);
}

/* However early a host was with its note, it stands before what that host says
 * next: two runs in which the other one was faster look alike. */
static void reproduce_puts_notes_before_the_next_message(void)
{
    begin();
    say("student", 10, "a");     /* 1 */
    note("student", 11, "late"); /* 2 */
    note("web", 12, "heard");    /* 3 */
    say("web", 13, "b");         /* 4 */
    say("student", 20, "c");     /* 5 */
    note("web", 21, "last");     /* 6 */
    note("student", 22, "end");  /* 7 */
    expect_order("1 3 4 2 5 7 6");
}

/* Behind the last message who spoke first is first. */
static void reproduce_ends_with_who_spoke_first(void)
{
    begin();
    note("web", 1, "early");   /* 1 */
    say("student", 2, "a");    /* 2 */
    say("web", 3, "b");        /* 3 */
    note("web", 4, "end");     /* 4 */
    note("student", 5, "end"); /* 5 */
    expect_order("2 1 3 5 4");
}

/* One connection after the other, each note of no connection with the next one
 * of its host. */
static void reproduce_parts_conversations(void)
{
    begin();
    say("student", 1, "a");             /* 1 */
    note("web", 2, "listen")->conn = 0; /* 2 */
    say("student", 3, "b")->conn = 2;   /* 3 */
    say("web", 4, "c");                 /* 4 */
    say("web", 5, "d")->conn = 2;       /* 5 */
    expect_order("1 2 4 3 5");
    CU_ASSERT_EQUAL(events[0].conn, 1);
    CU_ASSERT_EQUAL(events[3].conn, 2);
}

/* A data connection stands where its commands are: RFC 959 §2.3. An accept
 * stands beside its connect, and no message is before either. */
static void reproduce_keeps_data_with_its_commands(void)
{
    begin();
    for (int i = 0; i < 6; i++)
        add(i % 2 ? "web" : "student", i < 2 || i == 5 ? 7 : 9, i,
            TRACE_LAYER_APP, TRACE_DIR_OUT, "x", "x")
            ->proto = "ftp";
    events[2].stream = events[3].stream = events[4].stream = "data";
    events[2].layer = events[4].layer = TRACE_LAYER_TCP;
    events[2].name = "accept"; /* told before the connect, on loopback */
    events[4].name = "connect";
    expect_order("1 2 5 3 4 6");
    CU_ASSERT_EQUAL(events[0].conn, 1);
    CU_ASSERT_EQUAL(events[2].conn, 2);
}

/* RFC 4253 §7.1: neither side waits for the other's. */
static void reproduce_lets_the_client_of_ssh_be_first(void)
{
    begin();
    say("web", 1, "a")->name = "KEXINIT";
    say("student", 2, "b")->name = "KEXINIT";
    events[0].proto = events[1].proto = "ssh";
    expect_order("2 1");
}

/* RFC 8446 §4.6.1, §6.1: whether, and when, is the libraries' choice. */
static void reproduce_leaves_out_tickets_and_farewells(void)
{
    begin();
    add("web", 1, 1, TRACE_LAYER_TLS, TRACE_DIR_OUT, "NewSessionTicket", "x");
    add("web", 1, 2, TRACE_LAYER_TLS, TRACE_DIR_OUT, "close_notify", "x");
    add("web", 1, 3, TRACE_LAYER_SOCKET, TRACE_DIR_OUT, "", "x");
    add("web", 1, 4, TRACE_LAYER_TLS, TRACE_DIR_OUT, "Certificate", "x");
    reproduce();
    CU_ASSERT_EQUAL(file.event_count, 1);
    CU_ASSERT_STRING_EQUAL(events[0].name, "Certificate");
    CU_ASSERT_EQUAL(events[0].length, 0);
    reproduced_free(&made);
}

/* RFC 8446 §5.1: two messages in one record, or each in its own, is the
 * library's choice; a handshake's length is not even that. */
static void reproduce_gives_each_message_a_record(void)
{
    begin();
    add("student", 1, 1, TRACE_LAYER_TLS, TRACE_DIR_OUT, "Finished", "12345")
        ->raw = (struct trace_range){0, 58};
    for (int i = 0; i < 2; i++) {
        struct trace_event *event = say("student", 2 + i, "12345678");
        event->raw = (struct trace_range){58, 96}; /* both */
        event->clear =
            (struct trace_range){8 * (uint64_t)i, 8 * (uint64_t)i + 8};
        event->exact = true;
    }
    say("student", 4, "in clear")->raw = (struct trace_range){96, 104};
    reproduce();
    CU_ASSERT_EQUAL(events[0].raw.to, 0);
    CU_ASSERT_EQUAL(events[1].raw.to, 30); /* 8 and 22 */
    CU_ASSERT_EQUAL(events[2].raw.to, 60);
    CU_ASSERT_EQUAL(events[3].raw.to, 68);
    reproduced_free(&made);
}

/* ---- the whole ---------------------------------------------------------- */

static void run(uint32_t conn, uint16_t port, int step, const char *peer,
                const char *message)
{
    begin();
    file.start_ns += step;
    add("student", conn, step, TRACE_LAYER_TCP, TRACE_DIR_OUT, "connect", "")
        ->local = sample_address("192.0.2.10", port);
    add("web", conn, 3 * step, TRACE_LAYER_APP, TRACE_DIR_OUT, "220", message)
        ->peer = peer;
    events[1].src.line = step;
    events[1].frames = &(const uint32_t){7};
    events[1].frame_count = (size_t)step % 2;
}

static char *as_json(void)
{
    struct error error = {0};
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);

    reproduce();
    CU_ASSERT_EQUAL(json_write(to, &file, &error), 0);
    fclose(to);
    reproduced_free(&made);
    return text;
}

static void reproduce_gives_two_runs_the_same_bytes(void)
{
    run(3, 40123, 1000, "192.0.2.10:40123", "220 at 1795336996\r\n");
    char *one = as_json();
    run(5, 51234, 2001, "192.0.2.10:51234", "220 at 1795336999\r\n");
    char *other = as_json();
    CU_ASSERT_STRING_EQUAL(one, other);
    CU_ASSERT_PTR_NOT_NULL(strstr(one, "\"t\":0.001000"));
    CU_ASSERT_PTR_NOT_NULL(strstr(one, "\"line\":0,\"func\":\"say\""));
    free(one);
    free(other);
}

static void reproduce_survives_a_refused_allocation(void)
{
    struct error error = {0};
    long number = 0;
    int result;

    do {
        run(3, 40123, 1000, "192.0.2.10:40123", "220 at 1795336996\r\n");
        test_fail_allocation(++number);
        result = trace_reproduce(&file, &made, &error);
        reproduced_free(&made);
        test_fail_allocation(0);
        CU_ASSERT(result == 0 || result == -ERROR_LOCAL);
    } while (result != 0 && number < 100);
    CU_ASSERT(number > 5);
}

const struct test tests_reproduce[] = {
    {"reproduce_names_dates", reproduce_names_dates},
    {"reproduce_names_seconds_of_the_run", reproduce_names_seconds_of_the_run},
    {"reproduce_names_what_was_drawn", reproduce_names_what_was_drawn},
    {"reproduce_leaves_what_has_a_meaning",
     reproduce_leaves_what_has_a_meaning},
    {"reproduce_reads_http_field_by_field",
     reproduce_reads_http_field_by_field},
    {"reproduce_finds_boundaries_however_written",
     reproduce_finds_boundaries_however_written},
    {"reproduce_names_versions_of_ssh", reproduce_names_versions_of_ssh},
    {"reproduce_gives_each_port_one_number",
     reproduce_gives_each_port_one_number},
    {"reproduce_tells_a_port_from_the_same_one_again",
     reproduce_tells_a_port_from_the_same_one_again},
    {"reproduce_puts_notes_before_the_next_message",
     reproduce_puts_notes_before_the_next_message},
    {"reproduce_ends_with_who_spoke_first",
     reproduce_ends_with_who_spoke_first},
    {"reproduce_parts_conversations", reproduce_parts_conversations},
    {"reproduce_keeps_data_with_its_commands",
     reproduce_keeps_data_with_its_commands},
    {"reproduce_lets_the_client_of_ssh_be_first",
     reproduce_lets_the_client_of_ssh_be_first},
    {"reproduce_leaves_out_tickets_and_farewells",
     reproduce_leaves_out_tickets_and_farewells},
    {"reproduce_gives_each_message_a_record",
     reproduce_gives_each_message_a_record},
    {"reproduce_gives_two_runs_the_same_bytes",
     reproduce_gives_two_runs_the_same_bytes},
    {"reproduce_survives_a_refused_allocation",
     reproduce_survives_a_refused_allocation},
    {NULL, NULL}};
