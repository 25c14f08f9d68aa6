/* SPDX-License-Identifier: MIT */
/*
 * imap_client: one client's conversation, from the connection to its end.
 *
 * Read it from top to bottom: connect, hear the greeting, say a command, hear
 * what comes until its tag, log out. Between a command and its tag the server
 * may tell anything, of other clients' doings too: that is the difference to
 * the protocols that answer each question with one reply.
 */
#include "imap/imap_client.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* NOTE(imap-states): the four states of RFC 3501 §3. */
void imap_client_enter(struct imap_client *client, enum imap_state state,
                       const char *why)
{
    if (client->state == state)
        return;
    conn_note(client->conn, RFC("3501", "3"), "state", "%s: %s",
              imap_state_name(state), why);
    client->state = state;
}

/* ---- connect ------------------------------------------------------------ */

/* Some servers say more than one line before they are ready; the first that is
 * a greeting counts (RFC 3501 §7.1). */
static int hear_greeting(struct imap_client *client)
{
    int result = imap_hear(client);

    if (result < 0)
        return result;
    if (client->heard.kind != IMAP_HEARD_STATUS ||
        client->heard.status == IMAP_NO || client->heard.status == IMAP_BAD)
        return error_set(client->setup.error, ERROR_PROTOCOL,
                         "the server does not greet with OK, PREAUTH or BYE "
                         "(RFC 3501 §7.1)");
    if (client->heard.status == IMAP_BYE)
        return imap_client_refused(client, ERROR_REFUSED);
    imap_capabilities_take(client);
    if (client->heard.status == IMAP_PREAUTH)
        imap_client_enter(client, IMAP_STATE_AUTHENTICATED,
                          "PREAUTH: the server says that it knows us");
    else
        imap_client_enter(client, IMAP_STATE_NOT_AUTHENTICATED,
                          "the server has greeted, and does not know us");
    return 0;
}

int imap_client_open(struct imap_client *client, const struct url *url)
{
    int result = conn_open(&client->conn, &client->setup, RFC("3501", "2.1"),
                           url->host, url->port);

    if (result == 0 && url->scheme->tls)
        /* NOTE(imap-tls): the same words, but TLS comes first. */
        result = conn_start_tls(client->conn, client->tls, RFC("8314", "3.2"),
                                url->host);
    client->secure = result == 0 && url->scheme->tls;
    return result < 0 ? result : hear_greeting(client);
}

int imap_client_start_tls(struct imap_client *client, const char *host)
{
    int result =
        imap_client_ask(client, NULL, RFC("3501", "6.2.1"), "STARTTLS");

    if (result == 0)
        result = conn_start_tls(client->conn, client->tls, RFC("3501", "6.2.1"),
                                host);
    /* NOTE(imap-forget): what was said in clear may have been anybody's. */
    memset(&client->capabilities, 0, sizeof(client->capabilities));
    client->secure = result == 0;
    return result;
}

/* ---- say ---------------------------------------------------------------- */

int imap_client_say_at(struct imap_client *client, struct where where,
                       struct rfc rfc, const char *format, ...)
{
    char text[CONN_LINE_MAX];
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof(text))
        return error_set(client->setup.error, ERROR_USAGE,
                         "a command of more than %d bytes", CONN_LINE_MAX);
    /* The verb names the event; the rest are its arguments. */
    char *rest = strchr(text + (strncmp(text, "UID ", 4) == 0 ? 4 : 0), ' ');
    if (rest)
        *rest++ = '\0';
    int result = imap_say_begin_at(client, where, rfc, text);
    if (result == 0 && rest)
        result = imap_say_words(client, rest);
    return result < 0 ? result : imap_say_end(client);
}

/* ---- hear until the tag -------------------------------------------------- */

int imap_client_refused(struct imap_client *client, enum error_class class)
{
    const struct imap_response *heard = &client->heard;
    struct error *error = client->setup.error;

    /* The code stands before the words, in the same line. */
    error_set_peer(error, client->line,
                   heard->text.data
                       ? (size_t)(heard->text.data - client->line) +
                             heard->text.length
                       : 0);
    if (heard->status == IMAP_BAD)
        return error_set(error, class,
                         "the server does not understand the command");
    return error_set(error, class, "the server refused%s",
                     class == ERROR_AUTH ? " the log-in" : "");
}

/* NOTE(imap-unasked): data before the tag is the answer, or news that nobody
 * asked for; only its kind tells, and the listener knows what it waits for. */
int imap_client_finish(struct imap_client *client,
                       const struct imap_listener *listener)
{
    int result;

    for (int responses = 0; responses < IMAP_RESPONSES_MAX; responses++) {
        if ((result = imap_hear(client)) < 0)
            return result;
        imap_capabilities_take(client);
        if (client->heard.kind == IMAP_HEARD_TAGGED)
            return client->heard.status == IMAP_OK
                       ? 0
                       : imap_client_refused(client, ERROR_REFUSED);
        if (client->heard.kind == IMAP_HEARD_CONTINUE)
            return error_set(client->setup.error, ERROR_PROTOCOL,
                             "the server asks for more of a command that is "
                             "whole (RFC 3501 §7.5)");
        if (listener && (result = listener->heard(listener->context, client,
                                                  &client->heard)) < 0)
            return result;
    }
    return error_set(client->setup.error, ERROR_PROTOCOL,
                     "more than %d responses, and no answer to %s",
                     IMAP_RESPONSES_MAX, client->tag);
}

int imap_client_finish_said(struct imap_client *client,
                            const struct imap_listener *listener, int said)
{
    return said < 0 ? said : imap_client_finish(client, listener);
}

/* ---- log out ------------------------------------------------------------ */

void imap_client_log_out(struct imap_client *client)
{
    struct error *error = client->setup.error;
    const struct error before = *error;

    if (!client->conn)
        return;
    conn_set_idle_timeout(client->conn, IMAP_LOGOUT_MS);
    if (imap_client_ask(client, NULL, RFC("3501", "6.1.3"), "LOGOUT") == 0)
        imap_client_enter(client, IMAP_STATE_LOGOUT, "LOGOUT");
    *error = before;
    imap_client_close(client);
}

void imap_client_close(struct imap_client *client)
{
    conn_close(client->conn, RFC("9293", "3.6"));
    client->conn = NULL;
    client->state = IMAP_STATE_CLOSED;
}
