/* SPDX-License-Identifier: MIT */
/*
 * fetch: all of the mailbox, by one protocol and by the other; and a part of a
 * message, which only one of them can fetch.
 */
#include <stdio.h>
#include <string.h>

#include "labs/pop3-imap/pop3_imap.h"

/* What the first step keeps for the second. */
static struct visit by_pop3;

static void row_tell(struct lab_run *run, const char *what,
                     const struct visit *visit)
{
    lab_table_row(run, "%s|%u|%u|%llu|%llu|%zu", what, visit->commands,
                  visit->round_trips, (unsigned long long)visit->up,
                  (unsigned long long)visit->down, visit->out_length);
}

static void head_tell(struct lab_run *run)
{
    lab_table_begin(run);
    lab_table_row(run, "visit|client spoke|round trips|octets to the server|"
                       "octets back|octets of mail");
}

/* NOTE(mailbox-pop3): states, a list, then whole messages. */
int pop3_imap_by_pop3(struct lab_run *run, struct error *error)
{
    if (VISIT(run, true, LAPTOP, &by_pop3, error, "pop3-client", "-o", "-",
              "retr", "all") < 0)
        return -(int)error->class;
    lab_say(run,
            "The student opened the connection, and every message of mail came "
            "from the server: SMTP filled this mailbox, POP3 empties it. The "
            "client said who it is (AUTHORIZATION), asked for a list and for "
            "each message (TRANSACTION), and went (UPDATE). %zu octets of mail "
            "took %llu octets of the server's, because a dot was put in front "
            "of each line that begins with one, and every reply has a first "
            "and a last line.",
            by_pop3.out_length, (unsigned long long)by_pop3.down);
    lab_correct(run, RFC("5321", "2.1"),
                "The user sends by SMTP, as if SMTP only sent.",
                "A server receives by SMTP, too: what lies in this mailbox "
                "came by it. POP3 and IMAP only read what SMTP has filled; no "
                "mail is sent by them.");
    return 0;
}

/* NOTE(mailbox-imap): the same octets, by number of octets instead of a dot. */
int pop3_imap_by_imap(struct lab_run *run, struct error *error)
{
    struct visit by_imap;

    if (VISIT(run, true, PHONE, &by_imap, error, "imap-client", "fetch",
              "1:*") < 0)
        return -(int)error->class;
    head_tell(run);
    row_tell(run, "POP3, retr all", &by_pop3);
    row_tell(run, "IMAP, fetch 1:*", &by_imap);
    lab_table_end(run);
    if (lab_check(run, by_imap.out_length == by_pop3.out_length, error,
                  "both brought the same octets of mail (%zu, %zu)",
                  by_pop3.out_length, by_imap.out_length) < 0)
        return -(int)error->class;
    lab_say(run,
            "The same %zu octets of mail. POP3 marks the end of a message by a "
            "line with a dot; IMAP says beforehand how many octets will come, "
            "a literal, and nothing in them has to be altered. IMAP commands "
            "carry tags, because the server may tell something that nobody "
            "asked for before it answers. For fetching everything once, "
            "neither is much cheaper than the other.",
            by_imap.out_length);
    return 0;
}

static void part_tell(struct lab_run *run, const char *what,
                      const struct visit *visit)
{
    lab_table_row(run, "%s|%llu|%zu", what, (unsigned long long)visit->answer,
                  visit->out_length);
}

/* NOTE(mailbox-part): less and less of one message. */
int pop3_imap_parts(struct lab_run *run, struct error *error)
{
    struct visit top, whole, subject, beginning;
    char number[8];

    snprintf(number, sizeof(number), "%d", LONG);
    if (VISIT(run, false, PHONE, &whole, error, "pop3-client", "-o", "-",
              "retr", number) < 0 ||
        VISIT(run, false, PHONE, &top, error, "pop3-client", "top", number,
              "0") < 0 ||
        VISIT(run, false, PHONE, &subject, error, "imap-client", "fetch",
              number, "BODY.PEEK[HEADER.FIELDS (SUBJECT)]") < 0 ||
        VISIT(run, true, PHONE, &beginning, error, "imap-client", "fetch",
              number, "BODY.PEEK[TEXT]<0.20>") < 0)
        return -(int)error->class;
    lab_output(run, beginning.out, strlen(beginning.out));
    lab_table_begin(run);
    lab_table_row(run, "asked for|octets of the answer|octets of mail");
    part_tell(run, "POP3, the message", &whole);
    part_tell(run, "POP3, its header (TOP)", &top);
    part_tell(run, "IMAP, its Subject", &subject);
    part_tell(run, "IMAP, 20 octets of its text", &beginning);
    lab_table_end(run);
    if (lab_check(run,
                  beginning.out_length == 20 && subject.answer < top.answer &&
                      top.down < whole.down,
                  error, "each part was smaller than the one before (%zu)",
                  beginning.out_length) < 0)
        return -(int)error->class;
    lab_say(run,
            "A phone that wants to show one line of a message with a picture "
            "in it needs %llu octets by IMAP, %llu by POP3 and TOP, and %llu "
            "by POP3 alone. IMAP knows what a message consists of (RFC 3501 "
            "§6.4.5); to POP3 it is lines.",
            (unsigned long long)subject.answer, (unsigned long long)top.answer,
            (unsigned long long)whole.answer);
    return 0;
}
