/* SPDX-License-Identifier: MIT */
/*
 * ssh_asked: what we ask of the peer and hear from it behind the encryption,
 * told to the trace in words: libssh2 does the talking, so the words are ours.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ssh/ssh_client.h"

/* An event is told when its bytes have left: before we wait for the answer, or
 * when the answer was there at once. */
void ssh_client_tells(struct ssh_client *client)
{
    struct ssh_asked *asked = &client->asked;

    if (!asked->pending)
        return;
    asked->pending = false;
    conn_sealed_tell_at(client->conn, asked->where, asked->rfc, TRACE_DIR_OUT,
                        asked->name, span_of(asked->text), asked->secret);
    explicit_bzero(asked->text, sizeof(asked->text));
}

/* "CHANNEL_REQUEST exec true": its name first, as with every other protocol. */
static void describe(char text[SSH_TEXT_MAX], const char *name,
                     const char *format, va_list arguments)
{
    int at = snprintf(text, SSH_TEXT_MAX, "%s ", name);

    vsnprintf(text + at, SSH_TEXT_MAX - (size_t)at, format, arguments);
}

void ssh_client_asks_at(struct ssh_client *client, struct where where,
                        struct rfc rfc, const char *name, const char *format,
                        ...)
{
    struct ssh_asked *asked = &client->asked;
    va_list arguments;

    ssh_client_tells(client);
    asked->pending = true;
    asked->where = where;
    asked->rfc = rfc;
    asked->name = name;
    asked->secret = SSH_PLAIN;
    va_start(arguments, format);
    describe(asked->text, name, format, arguments);
    va_end(arguments);
}

void ssh_client_hides(struct ssh_client *client, size_t length)
{
    size_t end = strlen(client->asked.text);

    client->asked.secret =
        (struct trace_range){end > length ? end - length : 0, end};
}

void ssh_client_hears_at(struct ssh_client *client, struct where where,
                         struct rfc rfc, const char *name, const char *format,
                         ...)
{
    char text[SSH_TEXT_MAX];
    va_list arguments;

    ssh_client_tells(client);
    va_start(arguments, format);
    describe(text, name, format, arguments);
    va_end(arguments);
    conn_sealed_tell_at(client->conn, where, rfc, TRACE_DIR_IN, name,
                        span_of(text), SSH_PLAIN);
}

int ssh_client_fail(struct ssh_client *client, enum error_class class,
                    const char *what)
{
    char *said = NULL;

    ssh_client_tells(client);
    if (client->error->class != ERROR_NONE)
        return -(int)client->error->class;
    libssh2_session_last_error(client->session, &said, NULL, 0);
    return error_set(client->error, class, "%s: %s", what,
                     said && said[0] ? said : "no reason was given");
}
