/* SPDX-License-Identifier: MIT */
/*
 * trouble: a stranger who wants to use our server, a recipient that does not
 * exist, a server that is down.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/smtp-relay/smtp_relay_lab.h"

/* ---- a stranger --------------------------------------------------------- */

/* To east's port for servers, without a log-in, for somebody who is not
 * there. */
int smtp_relay_stranger(struct lab_run *run, struct error *error)
{
    char url[128];
    struct world_result result;
    const char *argv[] = {"smtp-client",
                          "--cacert",
                          world_ca_file(lab_world(run)),
                          "--mail-from",
                          "mallory@example.test",
                          "--mail-rcpt",
                          BOB,
                          "-d",
                          "Buy now!",
                          url,
                          NULL};

    snprintf(url, sizeof(url), "%s",
             world_url(lab_world(run), "smtp", "mx.east.test", 25, ""));
    if (lab_client(run, argv, &result, error) < 0)
        return -(int)error->class;
    lab_output(run, result.err, result.err_length);
    lab_check(run,
              result.status == ERROR_REFUSED &&
                  strstr(result.err, "550") != NULL,
              error, "east refused to relay for a stranger (it exited %d)",
              result.status);
    world_result_free(&result);
    if (error->class != ERROR_NONE)
        return -(int)error->class;
    lab_say(run, "East takes mail for east.test from everybody, and mail for "
                 "elsewhere from its own users only. A server that passes on "
                 "whatever comes is an open relay; it is found within hours, "
                 "and the mail of all its users is refused after that.");
    return 0;
}

/* ---- a recipient that does not exist ------------------------------------ */

/* The value of a report's field, "-" when it has none. */
static const char *field_of(const char *report, const char *name,
                            char text[160])
{
    const char *at = strstr(report, name);

    snprintf(text, 160, "-");
    if (at) {
        at += strlen(name);
        snprintf(text, 160, "%.*s", (int)strcspn(at, "\r\n"), at);
    }
    for (char *c = text; *c; c++)
        if (*c == '|')
            *c = '/';
    return text;
}

static int report_tell(struct lab_run *run, const char *report,
                       struct error *error)
{
    static const char *const names[] = {
        "Return-Path: ", "Reporting-MTA: ", "Final-Recipient: ", "Action: ",
        "Status: ",      "Remote-MTA: ",    "Diagnostic-Code: "};
    char text[160];

    lab_table_begin(run);
    lab_table_row(run, "field|value");
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        lab_table_row(run, "%.*s|%s", (int)strlen(names[i]) - 2, names[i],
                      field_of(report, names[i], text));
    lab_table_end(run);
    if (lab_check(run,
                  strcmp(field_of(report, "Return-Path: ", text), "<>") == 0,
                  error, "the report's reverse-path is null") < 0)
        return -(int)error->class;
    return lab_check(run,
                     strcmp(field_of(report, "Status: ", text), "5.1.1") == 0,
                     error, "the report says 5.1.1 (%s)", text);
}

/* NOTE(relay-bounce): the refusal comes a hop too late for Alice's client: it
 * has its 250, and is gone. */
int smtp_relay_bounce(struct lab_run *run, struct error *error)
{
    int64_t from_ns = lab_now();
    char *report;
    int status;

    if (post_send(run, NOBODY, "is anybody there", true, &status, error) < 0 ||
        lab_check(run, status == 0, error,
                  "east took the message all the same (%d)", status) < 0 ||
        post_await(run, "east", "alice", 1, error) < 0 ||
        lab_ladder(run, from_ns, error) < 0)
        return -(int)error->class;
    lab_say(run, "East can't know who lives in west.test, so it said 250. West "
                 "refused the recipient, and now east owes Alice the truth. "
                 "She fetches her mail:");
    if (post_fetch(run, "east", "alice", false, &report, error) < 0)
        return -(int)error->class;
    report_tell(run, report, error);
    free(report);
    if (error->class != ERROR_NONE)
        return -(int)error->class;
    lab_say(run, "The report is a message like any other, with a part for "
                 "people and one for programs (RFC 3464 §2). Its reverse-path "
                 "is null, so that nobody reports on a report: two servers "
                 "would do that for ever (RFC 5321 §4.5.5).");
    return 0;
}

/* ---- a next hop that is down -------------------------------------------- */

#define FIRST_S 1800 /* what the server waits after the first attempt */

/* What east noted of its nth attempt. */
static int attempt_tell(struct lab_run *run, int64_t from_ns, unsigned nth,
                        long clock_s, struct error *error)
{
    const struct trace_event *event;
    struct trace_file trace;
    const char *next;
    char wait[64] = "";

    if (post_await_note(run, from_ns, "retry", nth, &trace, &event, error) < 0)
        return -(int)error->class;
    next = strstr(event->note, "the next in ");
    snprintf(wait, sizeof(wait), "%s",
             next ? next + strlen("the next in ") : "?");
    lab_table_row(run, "%u|%ld s|not reached|%s", nth, clock_s, wait);
    trace_file_free(&trace);
    return lab_check(run, next != NULL, error, "east will try again");
}

/* Three attempts while west is down; then it is up, and the fourth arrives.
 * East's clock is put forward by each wait and a second: one that was told the
 * wait alone might find that it is not quite over. */
static int attempts_tell(struct lab_run *run, int64_t from_ns,
                         struct error *error)
{
    long clock_s = 0, interval_s = FIRST_S;

    lab_table_begin(run);
    lab_table_row(run, "attempt|on east's clock|result|the next in");
    for (unsigned nth = 1; nth <= 3; nth++) {
        if (attempt_tell(run, from_ns, nth, clock_s, error) < 0)
            break;
        clock_s += interval_s + 1;
        interval_s *= 2;
        if (nth == 3)
            post_west_up(run, error);
        if (error->class == ERROR_NONE)
            post_set_clock(run, clock_s, error);
    }
    if (error->class == ERROR_NONE &&
        post_await(run, "west", "bob", 1, error) == 0)
        lab_table_row(run, "4|%ld s|delivered|-", clock_s);
    lab_table_end(run);
    return -(int)error->class;
}

/* NOTE(relay-clock): the hours pass on east's clock only. */
int smtp_relay_wait(struct lab_run *run, struct error *error)
{
    int64_t from_ns = lab_now();
    int status;

    if (post_west_down(run, error) < 0)
        return -(int)error->class;
    lab_say(run, "West's mail server is stopped. Alice writes to Bob.");
    if (post_send(run, BOB, "when you are back", true, &status, error) < 0 ||
        lab_check(run, status == 0, error, "east took the message (%d)",
                  status) < 0 ||
        attempts_tell(run, from_ns, error) < 0 ||
        lab_ladder(run, from_ns, error) < 0)
        return -(int)error->class;
    lab_say(run, "Alice noticed nothing. West was unreachable, which is no "
                 "refusal, so east kept the message and tried again, each time "
                 "after twice the wait (RFC 5321 §4.5.4.1); the clock was put "
                 "forward for it by the lab. After four hours it would have "
                 "told her that the mail is late, after five days that it "
                 "gives up.");
    return 0;
}
