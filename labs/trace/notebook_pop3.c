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
#include "common/sasl.h"
#include "labs/trace/notebook.h"
#include "pop3/pop3.h"

/* Both directions, being read. */
struct reading {
    FILE *to;
    struct span client, server;
    size_t messages;
    bool over; /* what follows is under TLS, or was not seen */
};

static struct span stream(const struct flow_side *side)
{
    return (struct span){side->bytes, side->length};
}

static bool begins(struct span text, const char *word)
{
    size_t length = strlen(word);

    return text.length >= length &&
           span_equal_nocase((struct span){text.data, length}, span_of(word));
}

/* A line without its CR LF, off the head; false: there is no whole one. */
static bool next_line(struct span *text, struct span *line)
{
    const char *end =
        text->length > 0 ? memmem(text->data, text->length, "\r\n", 2) : NULL;

    if (!end)
        return false;
    *line = (struct span){text->data, (size_t)(end - text->data)};
    text->data += line->length + 2;
    text->length -= line->length + 2;
    return true;
}

static bool pop3_knows(const struct flow *flow)
{
    static const char *const first[] = {"CAPA", "USER ", "AUTH", "APOP ",
                                        "STLS", "QUIT",  "STAT"};
    struct span server = stream(&flow->sides[FLOW_SERVER]);
    struct span client = stream(&flow->sides[FLOW_CLIENT]);

    if (flow->kind != FLOW_TCP ||
        (!begins(server, "+OK") && !begins(server, "-ERR")))
        return false;
    for (size_t i = 0; i < sizeof(first) / sizeof(*first); i++)
        if (begins(client, first[i]))
            return true;
    return client.length == 0;
}

/* ---- logging in --------------------------------------------------------- */

/* PLAIN has name and password in one word with NULs between (RFC 4616 §2). */
static void write_plain(struct reading *r, const struct sasl_message *word)
{
    const char *end = word->bytes + word->length;
    const char *name = memchr(word->bytes, '\0', word->length);
    const char *password =
        name ? memchr(name + 1, '\0', (size_t)(end - name - 1)) : NULL;

    if (!password)
        return;
    notebook_quote(r->to, "USER",
                   (struct span){name + 1, (size_t)(password - name - 1)});
    notebook_quote(r->to, "PASSWORD",
                   (struct span){password + 1, (size_t)(end - password - 1)});
}

static void write_word(struct reading *r, struct span mechanism,
                       struct span text, unsigned number)
{
    struct sasl_message word;

    if (!sasl_decode(&word, text))
        return;
    if (span_equal_nocase(mechanism, SPAN("PLAIN")))
        write_plain(r, &word);
    else
        notebook_quote(r->to,
                       !span_equal_nocase(mechanism, SPAN("LOGIN")) ? "log-in"
                       : number == 0                                ? "USER"
                                     : "PASSWORD",
                       (struct span){word.bytes, word.length});
}

/* "AUTH PLAIN word", and a word for each "+ ". */
static struct span read_auth(struct reading *r, struct span rest)
{
    struct span mechanism = {NULL, 0}, word, reply = {NULL, 0};
    unsigned number = 0;

    pop3_word_next(&rest, &mechanism);
    notebook_quote(r->to, "log-in", mechanism);
    if (pop3_word_next(&rest, &word))
        write_word(r, mechanism, word, number++);
    while (next_line(&r->server, &reply) && begins(reply, "+ ") &&
           next_line(&r->client, &word))
        write_word(r, mechanism, word, number++);
    return reply;
}

/* ---- what was fetched --------------------------------------------------- */

static bool worth_a_line(struct span line)
{
    static const char *const fields[] = {
        "From:", "To:", "Cc:", "Subject:", "Date:"};

    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
        if (begins(line, fields[i]))
            return true;
    return false;
}

/* Up to the dot alone: the fields that tell most, and how the text begins. */
static void read_message(struct reading *r)
{
    struct span line, text = {NULL, 0};
    bool body = false, whole = false;
    const char *begin = r->server.data;

    while (!whole && next_line(&r->server, &line)) {
        whole = span_equal(line, SPAN("."));
        if (!body && worth_a_line(line))
            notebook_quote(r->to, "header", line);
        if (body && !whole && !text.data)
            text = line;
        else if (body && !whole)
            text.length = (size_t)(line.data + line.length - text.data);
        body = body || line.length == 0;
    }
    notebook_line(r->to, "MESSAGE", "%zu bytes%s",
                  (size_t)(r->server.data - begin),
                  whole ? "" : ", not to its end");
    if (text.length > NOTEBOOK_QUOTE_MAX)
        text.length = NOTEBOOK_QUOTE_MAX;
    if (text.length > 0)
        notebook_quote(r->to, "it begins", text);
    r->messages++;
    r->over = r->over || !whole;
}

static void read_list(struct reading *r, const char *what)
{
    struct span line;
    size_t count = 0;

    while (next_line(&r->server, &line)) {
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

    if (begins(reply, "-ERR"))
        notebook_quote(r->to, "refused", reply);
    else if (strcmp(verb, "RETR") == 0 || strcmp(verb, "TOP") == 0)
        read_message(r);
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
    else if (!next_line(&r->server, &reply))
        r->over = true;
    if (reply.data)
        read_answer(r, &command, reply);
}

static int pop3_write(FILE *to, const struct flow *flow, int64_t start_ns,
                      struct error *error)
{
    struct reading r = {.to = to,
                        .client = stream(&flow->sides[FLOW_CLIENT]),
                        .server = stream(&flow->sides[FLOW_SERVER])};
    struct span line;

    (void)start_ns;
    (void)error;
    if (next_line(&r.server, &line))
        notebook_quote(to, "the server is", line);
    while (!r.over && r.messages < NOTEBOOK_MESSAGES_MAX &&
           next_line(&r.client, &line))
        read_command(&r, line);
    if (r.client.length + r.server.length > 0)
        notebook_line(to, "the rest",
                      "%zu and %zu bytes: TLS, or not worth reading",
                      r.client.length, r.server.length);
    return 0;
}

const struct notebook_reader notebook_pop3 = {"POP3, in clear", pop3_knows,
                                              pop3_write};
