/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/trace/views.h"
#include "tests/harness.h"
#include "tests/unit/sample_trace.h"

enum { EVENTS = 4 };

static struct trace_event events[EVENTS];
static struct trace_file file = {.events = events};

static void add(enum trace_dir dir, const char *proto, const char *name,
                const char *data, const char *note)
{
    struct trace_event *event = &events[file.event_count++];

    *event = (struct trace_event){.id = file.event_count,
                                  .proto = proto,
                                  .dir = dir,
                                  .layer = TRACE_LAYER_APP,
                                  .name = name,
                                  .data = span_of(data),
                                  .length = strlen(data),
                                  .note = note,
                                  .rfc = {"1939", "5"},
                                  .src = {"pop3/pop3_fetch.c", 0, "ask"},
                                  .exact = true};
}

static char *shown(int columns)
{
    struct error error = {0};
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);

    CU_ASSERT_EQUAL(session_write(to, &file, columns, &error), 0);
    fclose(to);
    file.event_count = 0;
    return text;
}

static void expect(int columns, const char *wanted)
{
    char *text = shown(columns);

    CU_ASSERT_STRING_EQUAL(text, wanted);
    free(text);
}

static void session_explains_once(void)
{
    add(TRACE_DIR_OUT, "pop3", "QUIT", "QUIT\r\n", NULL);
    add(TRACE_DIR_OUT, "pop3", "QUIT", "QUIT\r\n", NULL);
    expect(
        68,
        "C: QUIT                                RFC 1939 §5, pop3_fetch.c ask\n"
        "     Ends the session: after a log-in the server enters the UPDATE\n"
        "     state and removes what was marked.\n"
        "C: QUIT\n");
}

static void session_says_who_spoke(void)
{
    add(TRACE_DIR_IN, "x", "a", "a\r\n", NULL);
    add(TRACE_DIR_OUT, "x", "b", "b\r\n", NULL);
    events[1].local_is_server = true; /* who says it is the server */
    add(TRACE_DIR_NOTE, "x", "state", "", "over");
    add(TRACE_DIR_NOTE, "x", "state", "", "not ours");
    events[3].local_is_server = true;
    expect(40, "S: a       RFC 1939 §5, pop3_fetch.c ask\n"
               "S: b\n"
               "* state: over                RFC 1939 §5\n");
}

/* Where there is no room at the right, the place goes below. */
static void session_keeps_to_its_width(void)
{
    add(TRACE_DIR_OUT, "x", "a", "a line of some length\r\n", NULL);
    add(TRACE_DIR_OUT, "x", "a",
        "a line that is far longer than it is wide here\r\n", NULL);
    expect(40, "C: a line of some length\n"
               "           RFC 1939 §5, pop3_fetch.c ask\n"
               "C: a line that is far longer than it is…\n");
}

/* What a lab's page shows is too much for a book. */
static void session_counts_content(void)
{
    char body[512];

    memset(body, 'x', sizeof(body) - 1);
    memcpy(body, "a: b\r\n\r\n", 8);
    body[sizeof(body) - 1] = '\0';
    add(TRACE_DIR_OUT, "x", "a", body, NULL);
    expect(40, "C: a: b    RFC 1939 §5, pop3_fetch.c ask\n"
               "C: (503 bytes more)\n");
    add(TRACE_DIR_OUT, "x", "a", "a\r\n\r\nb\r\n", NULL);
    expect(40, "C: a       RFC 1939 §5, pop3_fetch.c ask\n"
               "C:\n"
               "C: b\n");
}

static void session_explains_each_word_of_a_negotiation(void)
{
    add(TRACE_DIR_OUT, "telnet", "WILL SGA", "\xFF\xFB\x03", NULL);
    char *text = shown(68);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "C: WILL SGA  "));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "     I want to do this"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "     Both may send at any time"));
    free(text);
}

static void session_marks_what_was_left_out(void)
{
    add(TRACE_DIR_OUT, "x", "a", "a\r\n", NULL);
    add(TRACE_DIR_OUT, "x", "b", "b\r\n", NULL);
    events[1].id = 3;
    expect(40, "C: a       RFC 1939 §5, pop3_fetch.c ask\n...\nC: b\n");
}

/* No byte of a peer moves the cursor of who reads it. */
static void session_escapes_what_a_peer_said(void)
{
    add(TRACE_DIR_IN, "x", "a", "\033[2J\xE2\x80\xAE text\r\n", "n");
    char *text = shown(68);
    CU_ASSERT_PTR_NULL(strchr(text, '\033'));
    CU_ASSERT_PTR_NULL(strstr(text, "\xE2\x80\xAE"));
    free(text);
}

static void session_survives_a_refused_allocation(void)
{
    struct error error = {0};
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);

    test_fail_allocation(1);
    CU_ASSERT_EQUAL(session_write(to, &file, 0, &error), -ERROR_LOCAL);
    fclose(to);
    free(text);
}

const struct test tests_session[] = {
    {"session_explains_once", session_explains_once},
    {"session_says_who_spoke", session_says_who_spoke},
    {"session_keeps_to_its_width", session_keeps_to_its_width},
    {"session_counts_content", session_counts_content},
    {"session_explains_each_word_of_a_negotiation",
     session_explains_each_word_of_a_negotiation},
    {"session_marks_what_was_left_out", session_marks_what_was_left_out},
    {"session_escapes_what_a_peer_said", session_escapes_what_a_peer_said},
    {"session_survives_a_refused_allocation",
     session_survives_a_refused_allocation},
    {NULL, NULL}};
