/* SPDX-License-Identifier: MIT */
/*
 * notebook: SMTP in clear. The envelope says who writes to whom; the log-in is
 * in base64, which is a spelling; the message is text, attachments and all.
 *
 * What the client says is read line by line. Which of its lines are commands
 * and which are a message or the words of a log-in, the server's replies tell:
 * 354 begins a message, 334 asks for a word.
 */
#include <ctype.h>
#include <string.h>

#include "common/limits.h"
#include "labs/trace/notebook.h"

/* Both directions, being read. */
struct reading {
    FILE *to;
    struct span client, server;
    size_t messages;
    bool over; /* what follows is under TLS */
};

static bool smtp_knows(const struct flow *flow)
{
    struct span server = flow_stream(&flow->sides[FLOW_SERVER]);
    struct span client = flow_stream(&flow->sides[FLOW_CLIENT]);

    return flow->kind == FLOW_TCP &&
           (span_begins_nocase(server, "220 ") ||
            span_begins_nocase(server, "220-") ||
            span_begins_nocase(server, "554 ") ||
            span_begins_nocase(server, "421 ")) &&
           (span_begins_nocase(client, "EHLO ") ||
            span_begins_nocase(client, "HELO "));
}

/* ---- replies ------------------------------------------------------------ */

/* The next reply: its code, its last line in *last; 0: there is none. */
static int next_reply(struct reading *r, struct span *last)
{
    while (span_next_line(&r->server, last)) {
        if (last->length < 3 || !isdigit((unsigned char)last->data[0]))
            return 0;
        if (last->length == 3 || last->data[3] != '-')
            return (last->data[0] - '0') * 100 + (last->data[1] - '0') * 10 +
                   (last->data[2] - '0');
    }
    return 0;
}

/* ---- logging in --------------------------------------------------------- */

/* "AUTH PLAIN word", and a word for each 334. */
static void read_login(struct reading *r, struct span line)
{
    struct span mechanism = {line.data + 5, 0}, word, reply;
    unsigned number = 0;

    while (5 + mechanism.length < line.length &&
           mechanism.data[mechanism.length] != ' ')
        mechanism.length++;
    notebook_quote(r->to, "log-in", mechanism);
    if (5 + mechanism.length < line.length) {
        word = (struct span){mechanism.data + mechanism.length + 1,
                             line.length - 6 - mechanism.length};
        notebook_log_in(r->to, mechanism, word, number++);
    }
    int code = next_reply(r, &reply);
    for (; code == 334; code = next_reply(r, &reply))
        if (span_next_line(&r->client, &word))
            notebook_log_in(r->to, mechanism, word, number++);
        else
            break;
    notebook_line(r->to, "", "%s",
                  code == 235 ? "and was let in" : "and was not let in");
}

/* ---- the conversation --------------------------------------------------- */

static void write_reply(struct reading *r, int code, struct span reply)
{
    if (code >= 400)
        notebook_quote(r->to, "refused", reply);
}

static void read_command(struct reading *r, struct span line)
{
    struct span reply;
    int code;

    if (span_begins_nocase(line, "AUTH ")) {
        read_login(r, line);
        return;
    }
    if (span_begins_nocase(line, "EHLO ") || span_begins_nocase(line, "HELO "))
        notebook_quote(r->to, "it is",
                       (struct span){line.data + 5, line.length - 5});
    else if (span_begins_nocase(line, "MAIL FROM:"))
        notebook_quote(r->to, "WRITES",
                       (struct span){line.data + 10, line.length - 10});
    else if (span_begins_nocase(line, "RCPT TO:"))
        notebook_quote(r->to, "TO WHOM",
                       (struct span){line.data + 8, line.length - 8});
    code = next_reply(r, &reply);
    write_reply(r, code, reply);
    if (span_begins_nocase(line, "DATA") && code == 354) {
        notebook_mail_to_dot(r->to, &r->client);
        r->messages++;
        write_reply(r, next_reply(r, &reply), reply);
    }
    r->over = span_begins_nocase(line, "STARTTLS") && code == 220;
}

static int smtp_write(FILE *to, const struct flow *flow, int64_t start_ns,
                      struct error *error)
{
    struct reading r = {.to = to,
                        .client = flow_stream(&flow->sides[FLOW_CLIENT]),
                        .server = flow_stream(&flow->sides[FLOW_SERVER])};
    struct span line;

    (void)start_ns;
    (void)error;
    if (next_reply(&r, &line) > 0)
        notebook_quote(to, "the server is", line);
    while (!r.over && r.messages < NOTEBOOK_MESSAGES_MAX &&
           span_next_line(&r.client, &line))
        read_command(&r, line);
    if (r.over)
        notebook_line(to, "then", "TLS: %zu and %zu bytes that say nothing",
                      r.client.length, r.server.length);
    else if (r.client.length > 0)
        notebook_line(to, "the rest", "%zu bytes were not read",
                      r.client.length);
    return 0;
}

const struct notebook_reader notebook_smtp = {"SMTP, in clear", smtp_knows,
                                              smtp_write};
