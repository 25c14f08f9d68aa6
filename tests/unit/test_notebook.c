/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "labs/trace/notebook.h"
#include "labs/trace/notebook_tls.h"
#include "labs/trace/views.h"
#include "tests/harness.h"
#include "tests/unit/frames.h"
#include "tests/unit/sample_trace.h"

static struct frames frames;

static char *shown(const struct trace_file *file)
{
    struct error error = {0};
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);

    CU_ASSERT_EQUAL(notebook_write(to, file, &error), 0);
    fclose(to);
    return text;
}

static void start(void)
{
    memset(&frames, 0, sizeof(frames));
    frames_tcp(&frames, true, 100, FRAME_SYN, SPAN(""));
    frames_tcp(&frames, false, 900, FRAME_SYN | FRAME_ACK, SPAN(""));
}

static void say(bool from_client, struct span text)
{
    static uint32_t numbers[2];

    if (frames.file.frame_count == 2) {
        numbers[1] = 101;
        numbers[0] = 901;
    }
    frames_tcp(&frames, from_client, numbers[from_client], FRAME_ACK, text);
    numbers[from_client] += (uint32_t)text.length;
}

static void check(const char *text, const char *line)
{
    if (strstr(text, line) == NULL)
        printf("        not there: %s\n%s", line, text);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, line));
}

/* ---- HTTP --------------------------------------------------------------- */

static void notebook_reads_http_with_its_password(void)
{
    start();
    say(true, SPAN("GET /secret HTTP/1.1\r\nHost: www.example.test\r\n"
                   "Authorization: Basic Ym9iOmdlaGVpbQ==\r\n"
                   "Cookie: id=42\r\n\r\n"));
    say(false, SPAN("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n"
                    "5\r\nHello\r\n0\r\n\r\n"));
    char *text = shown(&frames.file);
    check(text, "TCP 192.0.2.10:40000 → 192.0.2.80:80: HTTP, in clear");
    check(text, "asked for       GET /secret");
    check(text, "of the host     www.example.test");
    check(text, "PASSWORD        bob:geheim");
    check(text, "COOKIE          id=42");
    check(text, "answered        200 OK");
    check(text, "it begins       Hello");
    free(text);
}

/* A quote ends behind a character, wherever it had to end. */
static void notebook_cuts_no_character_in_two(void)
{
    char text[300];

    for (size_t at = 236; at < 243; at++) {
        memset(text, 'x', sizeof(text));
        memcpy(text + at, "\xE2\x82\xAC", 3);
        struct span quote =
            notebook_beginning((struct span){text, sizeof(text)}, true);
        CU_ASSERT(text_is_readable(quote));
        CU_ASSERT(quote.length <= 240 && quote.length >= 237);
    }
    CU_ASSERT(
        span_equal(notebook_beginning(SPAN("a\xE2\x82"), false), SPAN("a")));
    CU_ASSERT_EQUAL(notebook_beginning(SPAN("a\xE2\x82"), true).length, 3);
    CU_ASSERT_EQUAL(notebook_beginning(SPAN("a\xC3\xA9"), false).length, 3);
    CU_ASSERT_EQUAL(notebook_beginning(SPAN("\xA9\xA9"), false).length, 2);
    CU_ASSERT_EQUAL(notebook_beginning(SPAN(""), false).length, 0);
}

/* ---- POP3 --------------------------------------------------------------- */

static void notebook_reads_pop3_log_in_and_message(void)
{
    start();
    say(false, SPAN("+OK hello\r\n"));
    say(true, SPAN("CAPA\r\nUSER bob\r\nPASS geheim\r\nRETR 1\r\nDELE 1\r\n"));
    say(false, SPAN("+OK\r\nTOP\r\n.\r\n+OK\r\n+OK in\r\n"
                    "+OK\r\nSubject: one\r\n\r\nHello\r\n.\r\n-ERR no\r\n"));
    char *text = shown(&frames.file);
    check(text, "POP3, in clear");
    check(text, "USER            bob");
    check(text, "PASSWORD        geheim");
    check(text, "header          Subject: one");
    check(text, "it begins       Hello");
    check(text, "refused         -ERR no");
    free(text);
}

/* In base64 it is no less readable; what goes under TLS is. */
static void notebook_reads_pop3_auth_and_stops_at_stls(void)
{
    start();
    say(false, SPAN("+OK hello\r\n"));
    say(true, SPAN("AUTH PLAIN\r\nAGJvYgBnZWhlaW0=\r\nSTLS\r\nUSER x\r\n"));
    say(false, SPAN("+ \r\n+OK in\r\n+OK go\r\n"));
    char *text = shown(&frames.file);
    check(text, "USER            bob");
    check(text, "PASSWORD        geheim");
    check(text, "the rest        8 and 0 bytes");
    free(text);
}

/* ---- SMTP --------------------------------------------------------------- */

static void notebook_reads_smtp_envelope_log_in_and_message(void)
{
    start();
    say(false, SPAN("220 mx.east.test ESMTP\r\n"));
    say(true, SPAN("EHLO me.test\r\nAUTH PLAIN AGJvYgBnZWhlaW0=\r\n"));
    say(false, SPAN("250-mx\r\n250 PIPELINING\r\n235 in\r\n"));
    say(true, SPAN("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<no@d>\r\n"
                   "DATA\r\n"));
    say(false, SPAN("250 ok\r\n250 ok\r\n550 no\r\n354 go\r\n"));
    say(true, SPAN("Subject: hush\r\nContent-Disposition: attachment; "
                   "filename=plan.pdf\r\n\r\nMAIL FROM:<not>\r\n.\r\n"
                   "QUIT\r\n"));
    say(false, SPAN("250 ok\r\n221 bye\r\n"));
    char *text = shown(&frames.file);
    check(text, "SMTP, in clear");
    check(text, "it is           me.test");
    check(text, "USER            bob");
    check(text, "PASSWORD        geheim");
    check(text, "and was let in");
    check(text, "WRITES          <a@b>");
    check(text, "TO WHOM         <c@d>");
    check(text, "refused         550 no");
    check(text, "header          Subject: hush");
    check(text, "ATTACHMENT      plan.pdf");
    check(text, "it begins       MAIL FROM:<not>");
    CU_ASSERT_PTR_NULL(strstr(text, "WRITES          <not>"));
    free(text);
}

static void notebook_reads_smtp_words_up_to_tls(void)
{
    start();
    say(false, SPAN("220 mx\r\n"));
    say(true, SPAN("EHLO me\r\n"));
    say(false, SPAN("250 STARTTLS\r\n"));
    say(true, SPAN("AUTH LOGIN\r\n"));
    say(false, SPAN("334 VXNlcm5hbWU6\r\n"));
    say(true, SPAN("Ym9i\r\n"));
    say(false, SPAN("334 UGFzc3dvcmQ6\r\n"));
    say(true, SPAN("Z2VoZWlt\r\n"));
    say(false, SPAN("535 no\r\n"));
    say(true, SPAN("STARTTLS\r\n"));
    say(false, SPAN("220 go\r\n"));
    say(true, SPAN("\x16\x03\x01MAIL FROM:<x>\r\n"));
    char *text = shown(&frames.file);
    check(text, "USER            bob");
    check(text, "PASSWORD        geheim");
    check(text, "and was not let in");
    check(text, "then            TLS: 18 and 0 bytes that say nothing");
    free(text);
}

static void notebook_reads_several_exchanges_on_a_connection(void)
{
    start();
    say(true, SPAN("HEAD /one HTTP/1.1\r\nHost: a\r\n\r\n"));
    say(false, SPAN("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"));
    say(true, SPAN("GET /two HTTP/1.1\r\nHost: a\r\n\r\n"));
    say(false, SPAN("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"));
    char *text = shown(&frames.file);
    check(text, "asked for       HEAD /one");
    check(text, "asked for       GET /two");
    check(text, "answered        404 Not Found");
    CU_ASSERT_PTR_NULL(strstr(text, "the rest"));
    free(text);
}

/* ---- TLS ---------------------------------------------------------------- */

/* A ClientHello as small as it may be: one suite, the name www.example.test,
 * TLS 1.3 and 1.2 offered. */
#define HELLO_EXTENSIONS                       \
    "\0\0\0\x15\0\x13\0\0\x10www.example.test" \
    "\0\x2B\0\x05\x04\x03\x04\x03\x03"
#define ZEROS32 \
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define CLIENT_HELLO                                                      \
    "\x16\x03\x01\0\x51\x01\0\0\x4D\x03\x03" ZEROS32 "\0\0\2\x13\x02\1\0" \
    "\0\x22" HELLO_EXTENSIONS
#define SERVER_HELLO                                                \
    "\x16\x03\x03\0\x38\x02\0\0\x34\x03\x03" ZEROS32 "\0\x13\x02\0" \
    "\0\x0C\0\x2B\0\2\x03\x04\0\x33\0\2\0\x1D"

static void notebook_learns_little_of_tls(void)
{
    start();
    say(true, SPAN(CLIENT_HELLO));
    say(false, SPAN(SERVER_HELLO "\x17\x03\x03\0\3abc"));
    say(true, SPAN("\x17\x03\x03\0\5defgh"));
    char *text = shown(&frames.file);
    check(text, "TLS, encrypted");
    check(text, "server name     www.example.test");
    check(text, "offered         TLS 1.3, TLS 1.2, 1 cipher suite\n");
    check(text, "TLS 1.3, TLS_AES_256_GCM_SHA384, key exchange over x25519");
    check(text, "not to be read: TLS 1.3 sends it encrypted");
    check(text, "1 record with 5 bytes from the client");
    check(text, "1 record with 3 bytes from the server");
    check(text, "0.004000 s  server ← 3");
    CU_ASSERT_PTR_NULL(strstr(text, "defgh"));
    free(text);
}

/* Each message cut at each length: no byte beyond it is read (a sanitizer
 * would see it), and what was not there is not told. */
static void notebook_reads_hellos_cut_anywhere(void)
{
    static const char hello[] = CLIENT_HELLO;
    size_t whole = sizeof(hello) - 1 - 9;

    for (size_t length = 0; length <= whole; length++) {
        struct tls_seen seen = {.version = 0};
        char *copy = malloc(length > 0 ? length : 1);
        memcpy(copy, hello + 9, length);
        tls_seen_message(&seen, 1, (struct span){copy, length});
        tls_seen_message(&seen, 2, (struct span){copy, length});
        tls_seen_message(&seen, 11, (struct span){copy, length});
        CU_ASSERT(length == whole || seen.server_name[0] == '\0' ||
                  strcmp(seen.server_name, "www.example.test") == 0);
        free(copy);
    }
}

/* ---- the others --------------------------------------------------------- */

static void notebook_reads_names_that_are_asked_for(void)
{
    memset(&frames, 0, sizeof(frames));
    struct trace_event events[SAMPLE_EVENTS];
    struct trace_file file;

    sample_trace(&file, events);
    frames_udp(&frames, true, events[0].data);
    frames_udp(&frames, false, events[1].data);
    char *text = shown(&frames.file);
    check(text, "UDP 192.0.2.10:40000 → 192.0.2.80:53: DNS, in clear");
    check(text, "asked           A? www.example.test");
    check(text, "answered        www.example.test: A 192.0.2.80");
    free(text);
}

/* Without a wire the questions stand in socket records. */
static void notebook_takes_a_recorded_question_for_a_datagram(void)
{
    struct trace_event events[SAMPLE_EVENTS];
    struct trace_file file;

    sample_trace(&file, events);
    events[0].layer = TRACE_LAYER_SOCKET;
    file.event_count = 1;
    char *text = shown(&file);
    check(text, "UDP 192.0.2.10:40112 → 192.0.2.53:53: DNS, in clear");
    free(text);
}

/* A record may claim any length: the sum of two of them is no place. */
static void notebook_believes_no_length_of_a_datagram(void)
{
    struct trace_event events[SAMPLE_EVENTS];
    struct trace_file file;

    sample_trace(&file, events);
    events[0].layer = TRACE_LAYER_SOCKET;
    events[1] = events[2] = events[0];
    events[1].length = events[2].length = INT64_MAX;
    file.event_count = 3;
    char *text = shown(&file);
    check(text, "asked           A? www.example.test");
    free(text);
}

/* The question counts, however much was shown before it. */
static void notebook_knows_a_password_behind_a_long_text(void)
{
    static char text[1400];

    memset(text, 'x', sizeof(text));
    memcpy(text + sizeof(text) - 2, "\r\n", 2);
    start();
    say(false, SPAN("\xFF\xFD\x18"));
    for (int i = 0; i < 7; i++)
        say(false, (struct span){text, sizeof(text)});
    say(false, SPAN("Pass"));
    say(false, SPAN("word: "));
    say(true, SPAN("geheim\r\n"));
    say(false, SPAN("\r\n$ "));
    say(true, SPAN("id\r\n"));
    char *shown_text = shown(&frames.file);
    check(shown_text, "PASSWORD        geheim");
    check(shown_text, "typed           id");
    free(shown_text);
}

/* Blanks are written as words, and each waits for years: a line of keys that
 * is longer than what was typed may not run over the notebook's own. */
static void notebook_cuts_a_line_of_slow_keys(void)
{
    start();
    say(false, SPAN("\xFF\xFD\x18login: "));
    for (int i = 0; i < 52; i++) {
        say(true, SPAN("     "));
        frames.list[frames.file.frame_count - 1].time_ns =
            (int64_t)(i + 1) * INT64_C(100000000000000000);
    }
    say(true, SPAN("\r\n"));
    char *text = shown(&frames.file);
    check(text, "Telnet, in clear");
    check(text, "key by key, ms  (blank) (blank)+0");
    check(text, "(blank)+100000000000 (blank)+0");
    check(text, "...");
    free(text);
}

static void notebook_quotes_what_it_does_not_know(void)
{
    start();
    say(true, SPAN("\x1b[2Jhello\r\n"));
    char *text = shown(&frames.file);
    check(text, "client began    \\x1B[2Jhello\\r\\n");
    CU_ASSERT_PTR_NULL(strchr(text, '\x1b'));
    free(text);
}

/* What programs recorded is none of an eavesdropper's business. */
static void notebook_does_not_look_at_what_programs_said(void)
{
    struct trace_event events[SAMPLE_EVENTS];
    struct trace_file file;

    sample_trace(&file, events);
    char *text = shown(&file);
    check(text, "Nothing passed that carried a byte.");
    free(text);
}

/* ---- IMAP --------------------------------------------------------------- */

static void notebook_reads_imap_log_in_commands_and_mail(void)
{
    start();
    say(false, SPAN("* OK ready\r\n"));
    say(true, SPAN("a LOGIN {3}\r\nbob \"ge heim\"\r\nb SELECT INBOX\r\n"
                   "c FETCH 1 BODY[]\r\n"));
    say(false, SPAN("a OK in (really\r\n* 1 EXISTS\r\nb OK\r\n"
                    "* 1 FETCH (BODY[] {38}\r\nSubject: hi\r\nFrom: a@b\r\n"
                    "\r\nd OK body\r\n)\r\nc OK\r\n"));
    char *text = shown(&frames.file);
    check(text, "IMAP, in clear");
    check(text, "USER            bob");
    check(text, "PASSWORD        ge heim");
    check(text, "it asks         SELECT INBOX");
    check(text, "it asks         FETCH 1 BODY[]");
    check(text, "MESSAGE         38 bytes");
    check(text, "header          Subject: hi\n");
    check(text, "it begins       d OK body");
    free(text);
}

static void notebook_reads_imap_words_up_to_tls(void)
{
    start();
    say(false, SPAN("* OK ready\r\n"));
    say(true, SPAN("a AUTHENTICATE PLAIN\r\nAGJvYgBnZWhlaW0=\r\n"
                   "b STARTTLS\r\n\x16\x03"));
    say(false, SPAN("+ \r\na OK\r\nb OK\r\n\x16\x03\x01"));
    char *text = shown(&frames.file);
    check(text, "PASSWORD        geheim");
    check(text, "TLS: 2 and 3 bytes that say nothing");
    free(text);
}

const struct test tests_notebook[] = {
    {"notebook_cuts_no_character_in_two", notebook_cuts_no_character_in_two},
    {"notebook_reads_pop3_log_in_and_message",
     notebook_reads_pop3_log_in_and_message},
    {"notebook_reads_pop3_auth_and_stops_at_stls",
     notebook_reads_pop3_auth_and_stops_at_stls},
    {"notebook_reads_imap_log_in_commands_and_mail",
     notebook_reads_imap_log_in_commands_and_mail},
    {"notebook_reads_imap_words_up_to_tls",
     notebook_reads_imap_words_up_to_tls},
    {"notebook_reads_http_with_its_password",
     notebook_reads_http_with_its_password},
    {"notebook_reads_smtp_envelope_log_in_and_message",
     notebook_reads_smtp_envelope_log_in_and_message},
    {"notebook_reads_smtp_words_up_to_tls",
     notebook_reads_smtp_words_up_to_tls},
    {"notebook_reads_several_exchanges_on_a_connection",
     notebook_reads_several_exchanges_on_a_connection},
    {"notebook_learns_little_of_tls", notebook_learns_little_of_tls},
    {"notebook_reads_hellos_cut_anywhere", notebook_reads_hellos_cut_anywhere},
    {"notebook_reads_names_that_are_asked_for",
     notebook_reads_names_that_are_asked_for},
    {"notebook_takes_a_recorded_question_for_a_datagram",
     notebook_takes_a_recorded_question_for_a_datagram},
    {"notebook_knows_a_password_behind_a_long_text",
     notebook_knows_a_password_behind_a_long_text},
    {"notebook_believes_no_length_of_a_datagram",
     notebook_believes_no_length_of_a_datagram},
    {"notebook_cuts_a_line_of_slow_keys", notebook_cuts_a_line_of_slow_keys},
    {"notebook_quotes_what_it_does_not_know",
     notebook_quotes_what_it_does_not_know},
    {"notebook_does_not_look_at_what_programs_said",
     notebook_does_not_look_at_what_programs_said},
    {NULL, NULL},
};
