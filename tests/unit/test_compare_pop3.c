/* SPDX-License-Identifier: MIT */
#include "labs/trace/compare.h"

#include <string.h>

#include "tests/harness.h"
#include "tests/unit/talk.h"

static void say(struct talk *talk, const char *proto, enum trace_dir dir,
                const char *name, const char *text)
{
    talk_add(talk, TRACE_LAYER_APP, dir, name, text)->proto = proto;
}

static void pop3_visit(struct talk *talk, const char *timestamp)
{
    talk_begin(talk, 110);
    say(talk, "pop3", TRACE_DIR_IN, "+OK", timestamp);
    say(talk, "pop3", TRACE_DIR_OUT, "USER", "USER ada\r\n");
    say(talk, "pop3", TRACE_DIR_IN, "+OK", "+OK\r\n");
    say(talk, "pop3", TRACE_DIR_OUT, "RETR", "RETR 1\r\n");
    say(talk, "pop3", TRACE_DIR_IN, "+OK", "+OK\r\na\r\n.\r\n");
}

/* RFC 1939 §7: a timestamp is another one each time. */
static void compare_pop3_sets_timestamps_aside(void)
{
    pop3_visit(&a, "+OK hello <1.2@mx>\r\n");
    pop3_visit(&b, "+OK hello <3.4@mx>\r\n");
    talk_expect_used(RULE_RANDOM, 1);
    pop3_visit(&b, "+OK hi <1.2@mx>\r\n");
    talk_expect(1, "they are answered in different words", NULL);
}

static void compare_pop3_tells_other_commands(void)
{
    pop3_visit(&a, "+OK\r\n");
    pop3_visit(&b, "+OK\r\n");
    b.events[4].name = "TOP";
    b.events[4].data = SPAN("TOP 1 0\r\n");
    talk_expect(1, "both fetch, A with RETR, B with TOP", NULL);
    pop3_visit(&b, "+OK\r\n");
    b.events[4].data = SPAN("RETR 2\r\n");
    talk_expect(1, "they ask for different things", NULL);
}

/* RFC 1939 §7: a name that lasts, made of the time when the message came. */
static void compare_pop3_sets_names_of_the_day_aside(void)
{
    pop3_visit(&a, "+OK\r\n");
    pop3_visit(&b, "+OK\r\n");
    a.file.start_ns = b.file.start_ns = INT64_C(1795336996) * 1000000000;
    a.events[5].data = SPAN("+OK\r\n1 1795336997.1\r\n.\r\n");
    b.events[5].data = SPAN("+OK\r\n1 1795337042.1\r\n.\r\n");
    a.events[5].length = b.events[5].length = a.events[5].data.length;
    talk_expect_used(RULE_DATE, 1);
    b.events[5].data = SPAN("+OK\r\n1 1695337042.1\r\n.\r\n");
    talk_expect(1, "what follows the first line differs", NULL);
}

/* A fetch by the one protocol stands beside a fetch by the other. */
static void compare_pop3_finds_the_same_purpose_in_imap(void)
{
    talk_begin(&a, 110);
    say(&a, "pop3", TRACE_DIR_OUT, "RETR", "RETR 1\r\n");
    say(&a, "pop3", TRACE_DIR_IN, "+OK", "+OK\r\na\r\n.\r\n");
    talk_begin(&b, 110);
    say(&b, "imap", TRACE_DIR_OUT, "FETCH", "a1 FETCH 1 BODY[]\r\n");
    say(&b, "imap", TRACE_DIR_IN, "FETCH", "* 1 FETCH (BODY[] {1}\r\na)\r\n");
    talk_expect(2, "both fetch, A with RETR, B with FETCH",
                "to fetch took an answer of 11 octets in A, of 27 in B");
}

static void compare_pop3_tells_another_message(void)
{
    pop3_visit(&a, "+OK\r\n");
    pop3_visit(&b, "+OK\r\n");
    b.events[5].data = SPAN("+OK\r\nb\r\n.\r\n");
    talk_expect(1, "what follows the first line differs", NULL);
    b.events[5].data = SPAN("+OK\r\nbc\r\n.\r\n");
    b.events[5].length = 12;
    talk_expect(1, "8 octets follow the first line in A, 9 in B", NULL);
}

const struct test tests_compare_pop3[] = {
    {"compare_pop3_sets_names_of_the_day_aside",
     compare_pop3_sets_names_of_the_day_aside},
    {"compare_pop3_sets_timestamps_aside", compare_pop3_sets_timestamps_aside},
    {"compare_pop3_tells_other_commands", compare_pop3_tells_other_commands},
    {"compare_pop3_finds_the_same_purpose_in_imap",
     compare_pop3_finds_the_same_purpose_in_imap},
    {"compare_pop3_tells_another_message", compare_pop3_tells_another_message},
    {NULL, NULL}};
