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
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/limits.h"
#include "common/sasl.h"
#include "labs/trace/notebook.h"

/* Both directions, being read. */
struct reading {
    FILE *to;
    struct span client, server;
    size_t messages;
    bool over; /* what follows is under TLS */
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

/* A line without its end, off the head; false: there is no whole one. */
static bool next_line(struct span *text, struct span *line)
{
    const char *lf =
        text->length > 0 ? memchr(text->data, '\n', text->length) : NULL;

    if (!lf)
        return false;
    *line = (struct span){text->data, (size_t)(lf - text->data)};
    text->data += line->length + 1;
    text->length -= line->length + 1;
    if (line->length > 0 && line->data[line->length - 1] == '\r')
        line->length--;
    return true;
}

static bool smtp_knows(const struct flow *flow)
{
    struct span server = stream(&flow->sides[FLOW_SERVER]);
    struct span client = stream(&flow->sides[FLOW_CLIENT]);

    return flow->kind == FLOW_TCP &&
           (begins(server, "220 ") || begins(server, "220-") ||
            begins(server, "554 ") || begins(server, "421 ")) &&
           (begins(client, "EHLO ") || begins(client, "HELO "));
}

/* ---- replies ------------------------------------------------------------ */

/* The next reply: its code, its last line in *last; 0: there is none. */
static int next_reply(struct reading *r, struct span *last)
{
    while (next_line(&r->server, last)) {
        if (last->length < 3 || !isdigit((unsigned char)last->data[0]))
            return 0;
        if (last->length == 3 || last->data[3] != '-')
            return (last->data[0] - '0') * 100 + (last->data[1] - '0') * 10 +
                   (last->data[2] - '0');
    }
    return 0;
}

/* ---- logging in --------------------------------------------------------- */

/* PLAIN has name and password in one word with NULs between (RFC 4616 §2). */
static void write_plain(struct reading *r, const struct sasl_message *word)
{
    const char *name = memchr(word->bytes, '\0', word->length);
    const char *password, *end = word->bytes + word->length;

    if (!name)
        return;
    name++;
    password = memchr(name, '\0', (size_t)(end - name));
    if (!password)
        return;
    notebook_quote(r->to, "USER",
                   (struct span){name, (size_t)(password - name)});
    password++;
    notebook_quote(r->to, "PASSWORD",
                   (struct span){password, (size_t)(end - password)});
}

static void write_word(struct reading *r, struct span mechanism,
                       struct span text, unsigned number)
{
    struct sasl_message word;

    if (!sasl_decode(&word, text))
        return;
    if (span_equal_nocase(mechanism, SPAN("PLAIN")))
        write_plain(r, &word);
    else if (span_equal_nocase(mechanism, SPAN("LOGIN")))
        notebook_quote(r->to, number == 0 ? "USER" : "PASSWORD",
                       (struct span){word.bytes, word.length});
    else
        notebook_quote(r->to, "log-in", (struct span){word.bytes, word.length});
}

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
        write_word(r, mechanism, word, number++);
    }
    int code = next_reply(r, &reply);
    for (; code == 334; code = next_reply(r, &reply))
        if (next_line(&r->client, &word))
            write_word(r, mechanism, word, number++);
        else
            break;
    notebook_line(r->to, "", "%s",
                  code == 235 ? "and was let in" : "and was not let in");
}

/* ---- the message -------------------------------------------------------- */

static bool worth_a_line(struct span line)
{
    static const char *const fields[] = {
        "From:", "To:", "Cc:", "Subject:", "Date:", "Message-ID:"};

    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
        if (begins(line, fields[i]))
            return true;
    return false;
}

/* The name of an attachment, wherever MIME says it. */
static void write_attachment(struct reading *r, struct span line)
{
    static const char mark[] = "filename=";
    const char *at =
        line.length > 0 ? memmem(line.data, line.length, mark, sizeof(mark) - 1)
                        : NULL;

    if (at)
        notebook_quote(r->to, "ATTACHMENT",
                       (struct span){at + sizeof(mark) - 1,
                                     line.length - (size_t)(at - line.data) -
                                         (sizeof(mark) - 1)});
}

/* Up to the dot alone: the fields that tell most, and how the text begins. */
static void read_message(struct reading *r)
{
    struct span line, text = {NULL, 0};
    bool body = false, whole = false;
    const char *begin = r->client.data;

    while (!whole && next_line(&r->client, &line)) {
        whole = span_equal(line, SPAN("."));
        if (!body && worth_a_line(line))
            notebook_quote(r->to, "header", line);
        write_attachment(r, line);
        if (body && !whole && !text.data)
            text = (struct span){line.data, 0};
        if (body && !whole)
            text.length = (size_t)(line.data + line.length - text.data);
        body = body || line.length == 0;
    }
    notebook_line(r->to, "MESSAGE", "%zu bytes%s",
                  (size_t)(r->client.data - begin),
                  whole ? "" : ", not to its end");
    if (text.length > NOTEBOOK_QUOTE_MAX)
        text.length = NOTEBOOK_QUOTE_MAX;
    if (text.length > 0)
        notebook_quote(r->to, "it begins", text);
    r->messages++;
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

    if (begins(line, "AUTH ")) {
        read_login(r, line);
        return;
    }
    if (begins(line, "EHLO ") || begins(line, "HELO "))
        notebook_quote(r->to, "it is",
                       (struct span){line.data + 5, line.length - 5});
    else if (begins(line, "MAIL FROM:"))
        notebook_quote(r->to, "WRITES",
                       (struct span){line.data + 10, line.length - 10});
    else if (begins(line, "RCPT TO:"))
        notebook_quote(r->to, "TO WHOM",
                       (struct span){line.data + 8, line.length - 8});
    code = next_reply(r, &reply);
    write_reply(r, code, reply);
    if (begins(line, "DATA") && code == 354) {
        read_message(r);
        write_reply(r, next_reply(r, &reply), reply);
    }
    r->over = begins(line, "STARTTLS") && code == 220;
}

static int smtp_write(FILE *to, const struct flow *flow, int64_t start_ns,
                      struct error *error)
{
    struct reading r = {.to = to,
                        .client = stream(&flow->sides[FLOW_CLIENT]),
                        .server = stream(&flow->sides[FLOW_SERVER])};
    struct span line;

    (void)start_ns;
    (void)error;
    if (next_reply(&r, &line) > 0)
        notebook_quote(to, "the server is", line);
    while (!r.over && r.messages < NOTEBOOK_MESSAGES_MAX &&
           next_line(&r.client, &line))
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
