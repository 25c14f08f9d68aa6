/* SPDX-License-Identifier: MIT */
/*
 * pop3_client: one client's conversation, from the connection to its end.
 *
 * Read it from top to bottom: connect, hear the greeting, ask, hear the first
 * line of the answer, hear the lines after it, quit.
 */
#include "pop3/pop3_client.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* NOTE(pop3-states): AUTHORIZATION, TRANSACTION, UPDATE: each command belongs
 * to one of them, and only QUIT leads into the last. */
void pop3_client_enter(struct pop3_client *client, enum pop3_state state,
                       const char *why)
{
    if (client->state == state)
        return;
    conn_note(client->conn, RFC("1939", "3"), "state", "%s: %s",
              pop3_state_name(state), why);
    client->state = state;
}

/* ---- connect ------------------------------------------------------------ */

/* The greeting is a reply to nothing; it may bring APOP's timestamp. */
static int hear_greeting(struct pop3_client *client)
{
    struct span timestamp;
    int result;

    client->outstanding = 1;
    if ((result = pop3_client_hear(client, RFC("1939", "4"), false)) < 0)
        return result;
    if (client->reply.status != POP3_OK)
        return pop3_client_refused(client, ERROR_REFUSED);
    timestamp = pop3_timestamp_read(client->reply.text);
    snprintf(client->timestamp, sizeof(client->timestamp), "%.*s",
             (int)timestamp.length, timestamp.data ? timestamp.data : "");
    pop3_client_enter(client, POP3_STATE_AUTHORIZATION,
                      "the server has greeted, and wants to know who we are");
    return 0;
}

int pop3_client_open(struct pop3_client *client, const struct url *url)
{
    int result = conn_open(&client->conn, &client->setup, RFC("1939", "3"),
                           url->host, url->port);

    if (result == 0 && url->scheme->tls)
        /* NOTE(pop3-tls): the same words, but TLS comes first. */
        result = conn_start_tls(client->conn, client->tls, RFC("8314", "3.1"),
                                url->host);
    client->secure = result == 0 && url->scheme->tls;
    return result < 0 ? result : hear_greeting(client);
}

int pop3_client_start_tls(struct pop3_client *client, const char *host)
{
    int result = pop3_client_ask(client, RFC("2595", "4"), false, "STLS");

    if (result == 0)
        result =
            conn_start_tls(client->conn, client->tls, RFC("2595", "4"), host);
    /* NOTE(pop3-forget): what was said in clear may have been anybody's. */
    memset(&client->capabilities, 0, sizeof(client->capabilities));
    client->timestamp_forgotten = client->timestamp[0] != '\0';
    client->timestamp[0] = '\0';
    client->secure = result == 0;
    return result;
}

/* ---- ask ---------------------------------------------------------------- */

/* Whatever has come before it was asked for is no answer to what we ask next:
 * who took it for one would be one answer behind from here on. */
int pop3_client_may_say(struct pop3_client *client)
{
    struct span early = conn_view(client->conn);

    if (client->outstanding > 0 || early.length == 0)
        return 0;
    error_set_peer(client->setup.error, early.data, early.length);
    return error_set(client->setup.error, ERROR_PROTOCOL,
                     "the server said something that was not asked for "
                     "(RFC 1939 §3)");
}

int pop3_client_say_at(struct pop3_client *client, struct where where,
                       struct rfc rfc, const char *format, ...)
{
    char line[POP3_COMMAND_MAX + 1];
    va_list arguments;
    int result;

    va_start(arguments, format);
    int length = vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    if (length > POP3_COMMAND_MAX - 2)
        return error_set(client->setup.error, ERROR_USAGE,
                         "a command has at most %d bytes (RFC 2449 §4)",
                         POP3_COMMAND_MAX);
    if ((result = pop3_client_may_say(client)) < 0 ||
        (result = conn_say_at(client->conn, where, rfc, "%s", line)) < 0)
        return result;
    client->outstanding++;
    return 0;
}

/* ---- hear the first line ------------------------------------------------ */

/* The server has closed before it answered. */
static int ended(struct pop3_client *client)
{
    return error_set(client->setup.error, ERROR_PROTOCOL,
                     "the server closed the connection without an answer "
                     "(RFC 1939 §3)");
}

int pop3_client_hear_at(struct pop3_client *client, struct where where,
                        struct rfc rfc, bool more)
{
    static const char *const names[] = {"+OK", "-ERR", "+"};
    struct span line;
    int result = conn_read_line(client->conn, sizeof(client->line), &line);

    if (result < 0)
        return result;
    if (!line.data)
        return ended(client);
    memcpy(client->line, line.data, line.length);
    line.data = client->line;
    result = pop3_reply_read(&client->reply, line, client->setup.error);
    if (result < 0 || !more || client->reply.status != POP3_OK)
        conn_heard_at(client->conn, where, rfc, names[client->reply.status]);
    client->outstanding -= client->outstanding > 0;
    memset(&client->lines, 0, sizeof(client->lines));
    return result;
}

int pop3_client_refused(struct pop3_client *client, enum error_class class)
{
    struct span text = client->reply.text;

    error_set_peer(client->setup.error, text.data, text.length);
    return error_set(client->setup.error, class, "the server refused%s",
                     class == ERROR_AUTH ? " the log-in" : "");
}

int pop3_client_agreed_at(struct pop3_client *client, struct where where,
                          struct rfc rfc, bool more, int said)
{
    int result =
        said < 0 ? said : pop3_client_hear_at(client, where, rfc, more);

    if (result == 0 && client->reply.status != POP3_OK)
        result = pop3_client_refused(client, ERROR_REFUSED);
    return result;
}

/* ---- hear the lines after it -------------------------------------------- */

int pop3_client_hear_line(struct pop3_client *client, size_t max,
                          struct span *line)
{
    int result = conn_read_line(client->conn, POP3_REPLY_MAX - 2, line);

    if (result < 0)
        return result;
    if (!line->data)
        return ended(client);
    if (client->lines.total++ > max)
        return error_set(client->setup.error, ERROR_PROTOCOL,
                         "the server's list has more than %zu lines", max);
    if (!span_equal(*line, SPAN("."))) {
        size_t stuffed = line->length > 0 && line->data[0] == '.';

        *line = (struct span){line->data + stuffed, line->length - stuffed};
        return 1;
    }
    conn_heard(client->conn, RFC("1939", "3"), "+OK");
    return 0;
}

int pop3_client_hear_piece(struct pop3_client *client, struct span *piece)
{
    struct conn *conn = client->conn;
    enum parse outcome;
    size_t used;
    int result;

    for (;;) {
        outcome =
            pop3_lines_read(&client->lines, conn_view(conn), &used, piece);
        conn_take(conn, used);
        if (piece->length > 0)
            return 0;
        if (outcome == PARSE_DONE) {
            conn_heard(conn, RFC("1939", "3"), "+OK");
            return 0;
        }
        if (conn_at_end(conn))
            return ended(client);
        if ((result = conn_fill(conn)) < 0)
            return result;
    }
}

/* ---- quit --------------------------------------------------------------- */

/* NOTE(pop3-update): what was marked is removed when QUIT is answered, and not
 * before: a connection that breaks until then deletes nothing (RFC 1939 §6).
 * Where nothing was marked all is done already, and a server that does not
 * answer any more keeps nobody waiting. */
int pop3_client_quit(struct pop3_client *client)
{
    const struct error before = *client->setup.error;
    bool update = client->state == POP3_STATE_TRANSACTION;
    int result = pop3_client_may_say(client);

    if (!client->deleting)
        conn_set_idle_timeout(client->conn, POP3_QUIT_MS);
    if (result == 0 && (result = pop3_client_ask(client, RFC("1939", "6"),
                                                 false, "QUIT")) == 0) {
        if (update)
            pop3_client_enter(client, POP3_STATE_UPDATE,
                              "the server removes what was marked");
        result = pop3_client_may_say(client);
    } else if (result < 0 && !client->deleting && client->outstanding > 0) {
        /* Asked, and not answered: nothing hangs on it. */
        result = 0;
    }
    if (result == 0)
        *client->setup.error = before;
    pop3_client_close(client);
    return result;
}

void pop3_client_close(struct pop3_client *client)
{
    conn_close(client->conn, RFC("9293", "3.6"));
    client->conn = NULL;
    client->state = POP3_STATE_CLOSED;
}
