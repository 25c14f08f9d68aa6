/* SPDX-License-Identifier: MIT */
/* The lines of -v: what a person sees while it happens. */
#include "common/trace.h"

#include <stdlib.h>

#include "tests/harness.h"
#include "tests/unit/sample_trace.h"

/* What -v shows of one event. */
static void check_live(const struct trace_event *event, const char *shown)
{
    char *text = NULL;
    size_t length;
    FILE *live = open_memstream(&text, &length);
    struct trace_setup setup = {.live = live, .host = "student"};
    struct trace *trace = NULL;
    CU_ASSERT_EQUAL_FATAL(trace_open(&trace, &setup, NULL), 0);
    CU_ASSERT_FALSE(trace_keeps(trace));
    trace_record(trace, event);
    CU_ASSERT_EQUAL(trace_close(trace, NULL), 0);
    fclose(live);
    CU_ASSERT_STRING_EQUAL(text, shown);
    free(text);
}

/* C is the client, whichever end we are. */
static void live_lines_say_who_speaks(void)
{
    struct trace_event event =
        sample_message(TRACE_DIR_OUT, "EHLO", SPAN("EHLO me\r\n"));
    check_live(&event, "C: EHLO me\n");
    event.local_is_server = true;
    check_live(&event, "S: EHLO me\n");
    event.dir = TRACE_DIR_IN;
    check_live(&event, "C: EHLO me\n");
}

static void live_lines_prefix_each_line_and_sum_up_a_body(void)
{
    struct trace_event event = sample_message(
        TRACE_DIR_IN, "200", SPAN("HTTP/1.1 200 OK\r\nA: b\r\n\r\nS: body"));
    event.length = 5000;
    check_live(&event, "S: HTTP/1.1 200 OK\nS: A: b\nS: \n"
                       "S: (4975 bytes of body)\n");
    event = sample_message(TRACE_DIR_IN, "250", SPAN("250-one\r\n250 two\r\n"));
    check_live(&event, "S: 250-one\nS: 250 two\n");
    event = sample_message(TRACE_DIR_OUT, "query", SPAN("\0\1\2\3"));
    check_live(&event, "C: query (4 bytes)\n");
    event.note = "A www.example.test?";
    check_live(&event, "C: A www.example.test? (4 bytes)\n");
}

static void live_lines_let_no_peer_move_the_cursor(void)
{
    struct trace_event event =
        sample_message(TRACE_DIR_IN, "220", SPAN("220 hi\x1b[2J\rC: QUIT\r\n"));
    check_live(&event, "S: 220 hi\\x1B[2J\\rC: QUIT\n");
    event = sample_message(TRACE_DIR_NOTE, "status\n", SPAN(""));
    event.note = "\x1b]0;x\a";
    check_live(&event, "* status\\n: \\x1B]0;x\\x07\n");
}

static void live_lines_mask_secrets(void)
{
    struct trace_event event =
        sample_message(TRACE_DIR_OUT, "PASS", SPAN("PASS sesame\r\n"));
    event.secrets = &(const struct trace_range){5, 11};
    event.secret_count = 1;
    check_live(&event, "C: PASS ******\n");
}

static void live_lines_star_notes_and_steps(void)
{
    struct trace_event event =
        sample_message(TRACE_DIR_NOTE, "framing", SPAN(""));
    event.note = "Content-Length";
    check_live(&event, "* framing: Content-Length\n");
    event = sample_message(TRACE_DIR_OUT, "connect", SPAN(""));
    event.layer = TRACE_LAYER_TCP;
    check_live(&event, "* connect 192.0.2.80:80\n");
    event = sample_message(TRACE_DIR_IN, "ServerHello", SPAN("\2\0\0\0"));
    event.layer = TRACE_LAYER_TLS;
    check_live(&event, "* TLS, server: ServerHello (4 bytes)\n");
    event.layer = TRACE_LAYER_SOCKET;
    check_live(&event, "");
}

const struct test tests_trace_live[] = {
    {"live_lines_say_who_speaks", live_lines_say_who_speaks},
    {"live_lines_prefix_each_line_and_sum_up_a_body",
     live_lines_prefix_each_line_and_sum_up_a_body},
    {"live_lines_let_no_peer_move_the_cursor",
     live_lines_let_no_peer_move_the_cursor},
    {"live_lines_mask_secrets", live_lines_mask_secrets},
    {"live_lines_star_notes_and_steps", live_lines_star_notes_and_steps},
    {NULL, NULL}};
