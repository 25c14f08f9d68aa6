/* SPDX-License-Identifier: MIT */
/*
 * smtp_hear: one reply from the server, within its time, and what it means for
 * the recipients that it is about. RFC 5321 §4.2, §4.5.3.2.
 */
#include <stdio.h>
#include <string.h>

#include "smtp/smtp_client.h"

/* ---- hear one reply ----------------------------------------------------- */

/* Into client->reply, in whatever pieces it comes. */
static int read_reply(struct smtp_client *client)
{
    struct conn *conn = client->conn;
    size_t used;
    int result;

    smtp_reply_start(&client->reply);
    for (;;) {
        enum parse outcome = smtp_reply_read(&client->reply, conn_view(conn),
                                             &used, client->setup.error);
        conn_take(conn, used);
        if (outcome != PARSE_MORE)
            return outcome == PARSE_DONE ? 0 : -ERROR_PROTOCOL;
        if (conn_at_end(conn))
            return error_set(client->setup.error, ERROR_PROTOCOL,
                             "the server closed the connection %s (RFC 5321 "
                             "§3.8)",
                             client->reply.length > 0 ? "inside a reply"
                                                      : "without a reply");
        if ((result = conn_fill(conn)) < 0)
            return result;
    }
}

static deadline_ns end_of_run(const struct smtp_client *client)
{
    return client->setup.deadline ? client->setup.deadline : DEADLINE_NEVER;
}

/* NOTE(smtp-timeout): the time is for the whole reply. */
int smtp_client_hear_at(struct smtp_client *client, struct where where,
                        struct rfc rfc, int64_t timeout_ms)
{
    struct conn *conn = client->conn;
    char name[12] = "broken";
    int result;

    conn_set_idle_timeout(conn, timeout_ms);
    conn_set_deadline(
        conn, deadline_earlier(end_of_run(client), deadline_in_ms(timeout_ms)));
    result = read_reply(client);
    conn_set_deadline(conn, end_of_run(client));
    if (result == 0)
        snprintf(name, sizeof(name), "%d", client->reply.code);
    if (conn_heard_length(conn) > 0)
        conn_heard_at(conn, where, rfc, name);
    if (result < 0)
        return result;
    client->awaited--;
    if (client->reply.code != 421)
        return 0;
    /* RFC 5321 §3.8: 421 may answer anything, and ends the connection. */
    result = smtp_client_refused(client, ERROR_REFUSED, "to go on");
    smtp_client_close(client);
    return result;
}

int smtp_client_begin(struct smtp_client *client)
{
    struct span unasked;

    if (!client->conn)
        return error_set(client->setup.error, ERROR_CONNECT,
                         "the server has closed the connection");
    unasked = conn_view(client->conn);
    if (client->awaited > 0 || unasked.length == 0)
        return 0;
    error_set(client->setup.error, ERROR_PROTOCOL,
              "the server says more than it was asked (RFC 5321 §4.3.1)");
    error_set_peer(client->setup.error, unasked.data, unasked.length);
    return -ERROR_PROTOCOL;
}

int smtp_client_command_at(struct smtp_client *client, struct where where,
                           struct rfc rfc, const char *line)
{
    int result = smtp_client_begin(client);

    if (result == 0)
        result = conn_say_at(client->conn, where, rfc, "%s", line);
    if (result < 0)
        return result;
    client->awaited++;
    return smtp_client_hear_at(client, where, rfc, SMTP_COMMAND_MS);
}

/* ---- what a reply means ------------------------------------------------- */

int smtp_client_refused(struct smtp_client *client, enum error_class class,
                        const char *what)
{
    const struct smtp_reply *reply = &client->reply;
    char enhanced[SMTP_ENHANCED_TEXT], words[SMTP_ANSWER_MAX];
    struct span line;

    /* The first no is the one worth reading. */
    if (client->setup.error->class != ERROR_NONE)
        return -(int)class;
    smtp_enhanced_text(reply->enhanced, enhanced);
    error_set(client->setup.error, class, "%s refuses %s: %d%s%s", client->host,
              what, reply->code, *enhanced ? " " : "", enhanced);
    smtp_reply_text(reply, words, sizeof(words));
    line = reply->lines == 1 ? smtp_reply_line(reply, 0) : span_of(words);
    error_set_peer(client->setup.error, line.data, line.length);
    return -(int)class;
}

/* RFC 5321 §4.2.1: the first digit decides. A 552 that speaks of too many
 * recipients is an old 452 (RFC 5321 §4.5.3.1.10): there is nothing wrong with
 * this one. */
static enum smtp_outcome outcome_of(const struct smtp_reply *reply)
{
    bool too_many =
        reply->enhanced.class == 0 ||
        (reply->enhanced.subject == 5 && reply->enhanced.detail == 3);

    if (reply->code / 100 == 2)
        return SMTP_DELIVERED;
    if (reply->code / 100 == 5 && !(reply->code == 552 && too_many))
        return SMTP_FAILED;
    return SMTP_DEFERRED;
}

static void write_answer(const struct smtp_client *client,
                         struct smtp_recipient *recipient)
{
    struct smtp_answer *answer = &recipient->answer;

    answer->code = client->reply.code;
    answer->enhanced = client->reply.enhanced;
    answer->dsn = client->capabilities.dsn;
    smtp_reply_text(&client->reply, answer->text, sizeof(answer->text));
    snprintf(answer->host, sizeof(answer->host), "%s", client->host);
}

void smtp_client_note_answer(const struct smtp_client *client,
                             struct smtp_recipient *recipient)
{
    enum smtp_outcome outcome = outcome_of(&client->reply);

    write_answer(client, recipient);
    /* A recipient that is accepted has nothing yet: the message may fail. */
    if (outcome != SMTP_DELIVERED)
        recipient->outcome = outcome;
}

/* Here the reply is about the message, or the sender: a 552 speaks of sizes
 * now, not of too many recipients. */
void smtp_client_note_all(const struct smtp_client *client,
                          struct smtp_envelope *envelope)
{
    for (size_t i = 0; i < envelope->count; i++) {
        struct smtp_recipient *recipient = &envelope->recipients[i];

        if (recipient->outcome != SMTP_PENDING)
            continue;
        write_answer(client, recipient);
        recipient->outcome = client->reply.code / 100 == 2   ? SMTP_DELIVERED
                             : client->reply.code / 100 == 5 ? SMTP_FAILED
                                                             : SMTP_DEFERRED;
    }
}

void smtp_envelope_settle(struct smtp_envelope *envelope,
                          enum smtp_outcome outcome,
                          struct smtp_enhanced enhanced, const char *text)
{
    for (size_t i = 0; i < envelope->count; i++) {
        struct smtp_recipient *recipient = &envelope->recipients[i];

        if (recipient->outcome != SMTP_PENDING)
            continue;
        recipient->outcome = outcome;
        recipient->answer = (struct smtp_answer){.enhanced = enhanced};
        snprintf(recipient->answer.text, sizeof(recipient->answer.text), "%s",
                 text);
    }
}

size_t smtp_envelope_count(const struct smtp_envelope *envelope,
                           enum smtp_outcome outcome)
{
    size_t count = 0;

    for (size_t i = 0; i < envelope->count; i++)
        count += envelope->recipients[i].outcome == outcome;
    return count;
}

const char *smtp_outcome_name(enum smtp_outcome outcome)
{
    static const char *const names[] = {
        [SMTP_PENDING] = "pending",
        [SMTP_DELIVERED] = "delivered",
        [SMTP_DEFERRED] = "deferred",
        [SMTP_FAILED] = "failed",
    };
    _Static_assert(sizeof(names) / sizeof(names[0]) == SMTP_OUTCOMES,
                   "each outcome has a name");

    return names[outcome];
}
