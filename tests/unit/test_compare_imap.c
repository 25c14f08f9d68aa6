/* SPDX-License-Identifier: MIT */
/* Two conversations of IMAP, and what is to be found between them. */
#include <string.h>

#include "tests/harness.h"
#include "tests/unit/talk.h"

static void imap_talk(struct talk *talk, const char *fetch, const char *answer,
                      const char *end)
{
    static const char *const proto = "imap";
    struct trace_event *event;

    talk_begin(talk, 143);
    event = talk_add(talk, TRACE_LAYER_APP, TRACE_DIR_OUT, "FETCH", fetch);
    event->proto = proto;
    event = talk_add(talk, TRACE_LAYER_APP, TRACE_DIR_IN, "FETCH", answer);
    event->proto = proto;
    event = talk_add(talk, TRACE_LAYER_APP, TRACE_DIR_IN, "OK", end);
    event->proto = proto;
}

/* RFC 3501 §2.2.1: a tag is each client's own. */
static void compare_sets_imap_tags_aside(void)
{
    imap_talk(&a, "a1 FETCH 1 ALL\r\n", "* 1 FETCH (UID 1)\r\n", "a1 OK x\r\n");
    imap_talk(&b, "x FETCH 1 ALL\r\n", "* 1 FETCH (UID 1)\r\n", "x OK x\r\n");
    talk_expect(0, NULL, NULL);
    talk_expect_used(RULE_IMAP_TAG, 2);
}

/* RFC 3501 §2.3.1.1, §2.3.3: UIDVALIDITY and dates are each run's own. */
static void compare_sets_imap_ages_aside(void)
{
    imap_talk(&a, "a FETCH 1 ALL\r\n",
              "* 1 FETCH (INTERNALDATE \" 7-Feb-1994 21:52:25 -0800\")\r\n",
              "a OK [UIDVALIDITY 17] done\r\n");
    imap_talk(&b, "a FETCH 1 ALL\r\n",
              "* 1 FETCH (INTERNALDATE \"27-Dec-2001 01:02:03 +0000\")\r\n",
              "a OK [UIDVALIDITY 4711] done\r\n");
    talk_expect(0, NULL, NULL);
    talk_expect_used(RULE_IMAP_NUMBER, 2);
}

#define MAIL(date, body)                              \
    "* 1 FETCH (BODY[] {60}\r\nReceived: by x; " date \
    "\r\nSubject: x\r\n\r\n" body "\r\n)\r\n"

/* RFC 3501 §7.4.2: in a message that is fetched stand the dates and names that
 * SMTP has given it; a word of it is another matter. */
static void compare_sets_the_day_of_fetched_mail_aside(void)
{
    imap_talk(&a, "a FETCH 1 BODY[]\r\n",
              MAIL("Sun, 22 Nov 2026 08:00:00 +0000", "hello"), "a OK x\r\n");
    imap_talk(&b, "a FETCH 1 BODY[]\r\n",
              MAIL("Thu, 03 Dec 2026 09:10:11 +0000", "hello"), "a OK x\r\n");
    talk_expect_used(RULE_DATE, 1);
    imap_talk(&b, "a FETCH 1 BODY[]\r\n",
              MAIL("Thu, 03 Dec 2026 09:10:11 +0000", "hallo"), "a OK x\r\n");
    talk_expect(1, "they answer different things with FETCH", NULL);
    imap_talk(&b, "a FETCH 1 BODY[]\r\n",
              MAIL("some day or other, no date at.", "hello"), "a OK x\r\n");
    talk_expect(1, "they answer different things with FETCH", NULL);
}

static void imap_log_in(struct talk *talk, const char *command,
                        const char *challenge)
{
    static const char *const proto = "imap";

    talk_begin(talk, 143);
    talk_add(talk, TRACE_LAYER_APP, TRACE_DIR_OUT, "AUTHENTICATE", command)
        ->proto = proto;
    talk_add(talk, TRACE_LAYER_APP, TRACE_DIR_IN, "+", challenge)->proto =
        proto;
}

/* RFC 3501 §6.2.2: a nonce is drawn anew each time; another mechanism is
 * another log-in. */
static void compare_sets_imap_challenges_aside(void)
{
    imap_log_in(&a, "a1 AUTHENTICATE SCRAM-SHA-256 biwsbj1h\r\n",
                "+ cj1FbmlnVW==\r\n");
    imap_log_in(&b, "a1 AUTHENTICATE SCRAM-SHA-256 cXlzbm5n\r\n",
                "+ ZHF4cGQyZg==\r\n");
    talk_expect(0, NULL, NULL);
    talk_expect_used(RULE_RANDOM, 2);
    imap_log_in(&b, "a1 AUTHENTICATE CRAM-MD5\r\n", "+ ZHF4cGQyZg==\r\n");
    talk_expect(1, "they ask different things with AUTHENTICATE", NULL);
    imap_log_in(&b, "a1 AUTHENTICATE SCRAM-SHA-256\r\n", "+ \r\n");
    talk_expect(2, "they ask different things with AUTHENTICATE",
                "they answer different things with +");
}

static void compare_tells_what_imap_answers(void)
{
    imap_talk(&a, "a1 FETCH 1 ALL\r\n", "* 1 FETCH (UID 1)\r\n", "a1 OK x\r\n");
    imap_talk(&b, "a1 FETCH 1 ALL\r\n", "* 1 FETCH (UID 2)\r\n", "a1 OK x\r\n");
    talk_expect(1, "they answer different things with FETCH", NULL);
}

const struct test tests_compare_imap[] = {
    {"compare_sets_imap_tags_aside", compare_sets_imap_tags_aside},
    {"compare_sets_imap_ages_aside", compare_sets_imap_ages_aside},
    {"compare_sets_imap_challenges_aside", compare_sets_imap_challenges_aside},
    {"compare_tells_what_imap_answers", compare_tells_what_imap_answers},
    {"compare_sets_the_day_of_fetched_mail_aside",
     compare_sets_the_day_of_fetched_mail_aside},
    {NULL, NULL}};
