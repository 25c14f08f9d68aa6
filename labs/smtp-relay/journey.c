/* SPDX-License-Identifier: MIT */
/*
 * journey: a message's whole way: handed in, passed on, fetched; and the way
 * read back from what the servers wrote into it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/smtp-relay/smtp_relay_lab.h"

/* What one step keeps for the next. */
static struct {
    int64_t began_ns; /* when Alice's client was started */
    char *mail;       /* as Bob fetched it */
} kept;

/* ---- who opened which connection ---------------------------------------- */

static unsigned messages(const struct trace_file *trace,
                         const struct trace_event *opened, bool of_opener)
{
    unsigned count = 0;

    for (size_t i = 0; i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];

        if (lab_is_message(event, opened->proto) &&
            lab_same_connection(event, opened))
            count += (strcmp(event->host, opened->host) == 0) == of_opener;
    }
    return count;
}

/* Each connection for mail since a moment, in the order in which they were
 * opened. */
static unsigned connections_tell(struct lab_run *run,
                                 const struct trace_file *trace,
                                 int64_t from_ns)
{
    unsigned count = 0;

    lab_table_begin(run);
    lab_table_row(run, "opened by|to|protocol|messages there|and back");
    for (size_t i = 0; i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];

        if (event->time_ns < from_ns || event->layer != TRACE_LAYER_TCP ||
            strcmp(event->name, "connect") != 0 ||
            strcmp(event->proto, "dns") == 0)
            continue;
        lab_table_row(run, "%s|%s|%s|%u|%u", event->host, event->peer,
                      event->proto, messages(trace, event, true),
                      messages(trace, event, false));
        count++;
    }
    lab_table_end(run);
    return count;
}

/* ---- handing in and passing on ------------------------------------------ */

static const struct trace_event *note_of(const struct trace_file *trace,
                                         int64_t from_ns, const char *host,
                                         const char *name)
{
    for (size_t i = 0; i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];

        if (event->time_ns >= from_ns && event->dir == TRACE_DIR_NOTE &&
            event->note && strcmp(event->host, host) == 0 &&
            strcmp(event->name, name) == 0)
            return event;
    }
    return NULL;
}

static int hops_tell(struct lab_run *run, struct error *error)
{
    const struct trace_event *queued, *delivered;
    struct trace_file trace;

    if (lab_trace_settled(run, kept.began_ns, &trace, error) < 0)
        return -(int)error->class;
    lab_check(run, connections_tell(run, &trace, kept.began_ns) == 2, error,
              "the message took two connections");
    queued = note_of(&trace, kept.began_ns, "east", "queued");
    delivered = note_of(&trace, kept.began_ns, "west", "delivered");
    if (lab_check(run, queued && delivered, error,
                  "east queued it and west delivered it") == 0)
        lab_say(run,
                "East queued the message and said 250 %.1f ms before west "
                "had it in Bob's mailbox. From its 250 on a server answers for "
                "the message, so east had written it to disk before it said "
                "so (RFC 5321 §6.1).",
                lab_milliseconds(queued->time_ns, delivered->time_ns));
    trace_file_free(&trace);
    return -(int)error->class;
}

/* NOTE(relay-journey): the client has ended when east has said 250; what comes
 * then, east does by itself. */
int smtp_relay_submit(struct lab_run *run, struct error *error)
{
    int status;

    kept.began_ns = lab_now();
    if (post_send(run, BOB, "from east to west", true, &status, error) < 0 ||
        lab_check(run, status == 0, error, "east took Alice's message (%d)",
                  status) < 0 ||
        post_await(run, "west", "bob", 1, error) < 0 ||
        lab_ladder(run, kept.began_ns, error) < 0 || hops_tell(run, error) < 0)
        return -(int)error->class;
    lab_correct(run, RFC("5321", "2.1"), "SMTP only sends.",
                "West is a server that receives by SMTP, and so was east "
                "before it became a client: each hop is a client that opens a "
                "connection and a server that takes the mail. What SMTP does "
                "not do is let a person fetch it.");
    return 0;
}

/* ---- fetching ----------------------------------------------------------- */

int smtp_relay_fetch(struct lab_run *run, struct error *error)
{
    int64_t from_ns = lab_now();
    struct trace_file trace;

    if (post_fetch(run, "west", "bob", true, &kept.mail, error) < 0 ||
        lab_trace_settled(run, from_ns, &trace, error) < 0)
        return -(int)error->class;
    lab_check(run, connections_tell(run, &trace, from_ns) == 1, error,
              "Bob's client opened one connection");
    trace_file_free(&trace);
    if (lab_check(run, strstr(kept.mail, lab_parameters(run)->message) != NULL,
                  error, "Bob reads what Alice wrote") < 0)
        return -(int)error->class;
    lab_say(run, "Every connection was opened by the side that wanted to give "
                 "or to have: Alice's client to east, east to west, Bob's "
                 "client to west. Nobody calls Bob: his mail waits on west "
                 "until he asks for it, and asks in another protocol.");
    return 0;
}

/* ---- reading the way back ----------------------------------------------- */

/* One header field without its line ends and with single blanks. */
static size_t field_unfold(const char *from, char *to, size_t size)
{
    const char *c = from;
    size_t length = 0;

    while (*c && !(c[0] == '\n' && c[1] != ' ' && c[1] != '\t')) {
        bool blank = strchr(" \t\r\n", *c) != NULL;

        if (length + 1 < size &&
            !(blank && (length == 0 || to[length - 1] == ' ')))
            to[length++] = *c == '|' ? '/' : blank ? ' ' : *c;
        c++;
    }
    to[length] = '\0';
    return (size_t)(c - from);
}

/* What stands between two words of a field, or up to its end. */
static void between(const char *field, const char *from, const char *to,
                    char *text, size_t size)
{
    const char *begin = strstr(field, from), *end;

    text[0] = '\0';
    if (!begin)
        return;
    begin += strlen(from);
    end = to ? strstr(begin, to) : NULL;
    snprintf(text, size, "%.*s",
             end ? (int)(end - begin) : (int)strcspn(begin, "\r\n"), begin);
}

static void hop_tell(struct lab_run *run, unsigned number, const char *field)
{
    char from[128], by[64], with[32], when[64];

    between(field, "from ", " by ", from, sizeof(from));
    between(field, " by ", " with ", by, sizeof(by));
    between(field, " with ", " id ", with, sizeof(with));
    between(field, "; ", NULL, when, sizeof(when));
    lab_table_row(run, "%u|%s|%s|%s|%s", number, from, by, with, when);
}

int smtp_relay_read_back(struct lab_run *run, struct error *error)
{
    static char fields[8][512];
    const char *end = strstr(kept.mail, "\r\n\r\n");
    unsigned count = 0;

    for (const char *c = kept.mail; c && c < end && count < 8;) {
        if (strncmp(c, "Received:", 9) == 0)
            field_unfold(c, fields[count++], sizeof(fields[0]));
        c = strchr(c, '\n');
        c = c ? c + 1 : NULL;
    }
    lab_table_begin(run);
    lab_table_row(run, "hop|from|by|with|when");
    for (unsigned i = count; i > 0; i--)
        hop_tell(run, count - i + 1, fields[i - 1]);
    lab_table_end(run);
    free(kept.mail);
    kept.mail = NULL;
    if (lab_check(run, count == 2, error,
                  "the message has a Received field for each hop (%u)",
                  count) < 0)
        return -(int)error->class;
    lab_say(run,
            "Each server puts its Received field on top of what it got, so the "
            "way is read from the last one up (RFC 5321 §4.4). Each field is "
            "as true as the server that wrote it: what stands below the first "
            "server you trust, anybody may have invented.");
    return 0;
}
