/* SPDX-License-Identifier: MIT */
/* Two messages of mail, as DATA carried them: field by field, then the text. */
#include <string.h>

#include "tests/harness.h"
#include "tests/unit/talk.h"

static void send_message(struct talk *talk, const char *text)
{
    struct trace_event *event;

    talk_begin(talk, 25);
    event = talk_add(talk, TRACE_LAYER_APP, TRACE_DIR_OUT, "message", text);
    event->proto = "smtp";
    event = talk_add(talk, TRACE_LAYER_APP, TRACE_DIR_IN, "250", "250 ok\r\n");
    event->proto = "smtp";
}

static void send_messages(const char *in_a, const char *in_b)
{
    send_message(&a, in_a);
    send_message(&b, in_b);
}

#define MAIL(field, text) \
    "From: <a@east.test>\r\n" field "\r\n" text "\r\n.\r\n"

/* RFC 5322 §3.6.8: a field that nobody has defined counts as any other. */
static void compare_mail_tells_of_fields(void)
{
    send_messages(MAIL("X-Mood: good\r\n", "x"), MAIL("", "x"));
    talk_expect(1, "only A's message has X-Mood", NULL);
    send_messages(MAIL("X-Mood: good\r\n", "x"), MAIL("x-mood: bad\r\n", "x"));
    talk_expect(1, "the messages' X-Mood fields differ", NULL);
    send_messages(MAIL("Date: today\r\n", "x"),
                  MAIL("Date: tomorrow\r\n", "x"));
    talk_expect_used(RULE_DATE, 1);
}

/* RFC 5322 §2.3: the body is lines, and the first that differs is told. */
static void compare_mail_tells_of_the_first_line(void)
{
    send_messages(MAIL("", "one\r\ntwo"), MAIL("", "one\r\n2\r\nthree"));
    talk_expect(1, "the texts differ from line 2 on", NULL);
    send_messages(MAIL("", "--b1\r\nx"), MAIL("", "--another\r\nx"));
    talk_expect_used(RULE_BOUNDARY, 1);
}

const struct test tests_compare_mail[] = {
    {"compare_mail_tells_of_fields", compare_mail_tells_of_fields},
    {"compare_mail_tells_of_the_first_line",
     compare_mail_tells_of_the_first_line},
    {NULL, NULL}};
