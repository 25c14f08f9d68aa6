/* SPDX-License-Identifier: MIT */
/*
 * notebook: POP3 in clear. USER and PASS are the log-in as it is typed, AUTH is
 * the same in base64 or a hash to be guessed at; then whole messages pass by,
 * each to its dot.
 *
 * The client's lines are commands, but for those that answer a "+ "; what an
 * answer is, the command tells: RETR, TOP, LIST, UIDL and CAPA have lines after
 * +OK.
 */
#include <string.h>

#include "common/limits.h"
#include "labs/trace/notebook.h"
#include "pop3/pop3.h"

/* Both directions, being read. */
struct reading {
    FILE *to;
    struct span client, server;
    size_t messages;
    bool over; /* what follows is under TLS, or was not seen */
};

static bool pop3_knows(const struct flow *flow)
{
    static const char *const first[] = {"CAPA", "USER ", "AUTH", "APOP ",
                                        "STLS", "QUIT",  "STAT"};
    struct span server = flow_stream(&flow->sides[FLOW_SERVER]);
    struct span client = flow_stream(&flow->sides[FLOW_CLIENT]);

    if (flow->kind != FLOW_TCP || (!span_begins_nocase(server, "+OK") &&
                                   !span_begins_nocase(server, "-ERR")))
        return false;
    for (size_t i = 0; i < sizeof(first) / sizeof(*first); i++)
        if (span_begins_nocase(client, first[i]))
            return true;
    return client.length == 0;
}

/* ---- logging in --------------------------------------------------------- */

/* "AUTH PLAIN word", and a word for each "+ ". */
static struct span read_auth(struct reading *r, struct span rest)
{
    struct span mechanism = {NULL, 0}, word, reply = {NULL, 0};
    unsigned number = 0;

    pop3_word_next(&rest, &mechanism);
    notebook_quote(r->to, "log-in", mechanism);
    if (pop3_word_next(&rest, &word))
        notebook_log_in(r->to, mechanism, word, number++);
    while (span_next_line(&r->server, &reply) &&
           span_begins_nocase(reply, "+ ") && span_next_line(&r->client, &word))
        notebook_log_in(r->to, mechanism, word, number++);
    return reply;
}

/* ---- what was fetched --------------------------------------------------- */

static void read_list(struct reading *r, const char *what)
{
    struct span line;
    size_t count = 0;

    while (span_next_line(&r->server, &line)) {
        if (span_equal(line, SPAN("."))) {
            notebook_line(r->to, "a list", "%s: %zu lines", what, count);
            return;
        }
        count++;
    }
    r->over = true;
}

/* ---- the conversation --------------------------------------------------- */

static bool has_lines(const struct pop3_command *command)
{
    struct span rest = command->rest, word;

    return strcmp(command->verb, "CAPA") == 0 ||
           ((strcmp(command->verb, "LIST") == 0 ||
             strcmp(command->verb, "UIDL") == 0) &&
            !pop3_word_next(&rest, &word));
}

static void read_answer(struct reading *r, const struct pop3_command *command,
                        struct span reply)
{
    const char *verb = command->verb;

    if (span_begins_nocase(reply, "-ERR"))
        notebook_quote(r->to, "refused", reply);
    else if (strcmp(verb, "RETR") == 0 || strcmp(verb, "TOP") == 0)
        r->over = !notebook_mail_to_dot(r->to, &r->server);
    else if (has_lines(command))
        read_list(r, verb);
    else if (strcmp(verb, "PASS") == 0 || strcmp(verb, "APOP") == 0 ||
             strcmp(verb, "AUTH") == 0)
        notebook_line(r->to, "", "and was let in");
    else if (strcmp(verb, "DELE") == 0)
        notebook_quote(r->to, "deletes", command->rest);
    r->over = r->over || strcmp(verb, "STLS") == 0;
}

static void read_command(struct reading *r, struct span line)
{
    struct pop3_command command;
    struct span reply = {NULL, 0};

    if (!pop3_command_read(&command, line)) {
        r->over = true;
        return;
    }
    if (strcmp(command.verb, "USER") == 0)
        notebook_quote(r->to, "USER", command.rest);
    else if (strcmp(command.verb, "PASS") == 0)
        notebook_quote(r->to, "PASSWORD", command.rest);
    else if (strcmp(command.verb, "APOP") == 0)
        notebook_quote(r->to, "log-in", command.rest);
    if (strcmp(command.verb, "AUTH") == 0)
        reply = read_auth(r, command.rest);
    else if (!span_next_line(&r->server, &reply))
        r->over = true;
    if (reply.data)
        read_answer(r, &command, reply);
}

static int pop3_write(FILE *to, const struct flow *flow, int64_t start_ns,
                      struct error *error)
{
    struct reading r = {.to = to,
                        .client = flow_stream(&flow->sides[FLOW_CLIENT]),
                        .server = flow_stream(&flow->sides[FLOW_SERVER])};
    struct span line;

    (void)start_ns;
    (void)error;
    if (span_next_line(&r.server, &line))
        notebook_quote(to, "the server is", line);
    while (!r.over && r.messages < NOTEBOOK_MESSAGES_MAX &&
           span_next_line(&r.client, &line))
        read_command(&r, line);
    if (r.client.length + r.server.length > 0)
        notebook_line(to, "the rest",
                      "%zu and %zu bytes: TLS, or not worth reading",
                      r.client.length, r.server.length);
    return 0;
}

const struct notebook_reader notebook_pop3 = {"POP3, in clear", pop3_knows,
                                              pop3_write};
