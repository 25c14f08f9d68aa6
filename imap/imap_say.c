/* SPDX-License-Identifier: MIT */
/*
 * imap_say: a command, part by part. The one thing with a catch is the literal:
 * its length goes first, and the server must say "+" before its octets may
 * follow, unless it has told us that it needs no such question (RFC 7888).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "imap/imap_client.h"

int imap_say_begin_at(struct imap_client *client, struct where where,
                      struct rfc rfc, const char *verb)
{
    char text[64];
    int result;

    client->deferred = false;
    snprintf(client->tag, sizeof(client->tag), "a%u", ++client->tags);
    int length = snprintf(text, sizeof(text), "%s %s", client->tag, verb);
    if ((result = conn_say_begin_at(client->conn, where, rfc, verb)) < 0)
        return result;
    return conn_say_bytes(client->conn, text, (size_t)length);
}

/* Nothing that came in from outside may end the line: what stood behind it
 * would be a command of its own. */
static int check(struct imap_client *client, const char *text)
{
    if (strpbrk(text, "\r\n") == NULL)
        return 0;
    return error_set(client->setup.error, ERROR_USAGE,
                     "refused to send an argument that contains CR or LF");
}

int imap_say_words(struct imap_client *client, const char *words)
{
    int result = check(client, words);

    if (result < 0 || (result = conn_say_bytes(client->conn, " ", 1)) < 0)
        return result;
    return conn_say_bytes(client->conn, words, strlen(words));
}

/* ---- literals ----------------------------------------------------------- */

static bool may_run_ahead(const struct imap_client *client, uint64_t length)
{
    return (client->capabilities.literal_plus &&
            length <= IMAP_LITERAL_PLUS_MAX) ||
           (client->capabilities.literal_minus &&
            length <= IMAP_LITERAL_MINUS_MAX);
}

/* The line so far goes out; data may come before the "+", and instead of it the
 * answer to the command. */
static int await_continue(struct imap_client *client)
{
    int result = conn_say_end(client->conn);

    for (int responses = 0; result == 0; responses++) {
        if (responses > IMAP_RESPONSES_MAX)
            return error_set(client->setup.error, ERROR_PROTOCOL,
                             "the server never says whether we may go on");
        if ((result = imap_hear(client)) < 0)
            break;
        if (client->heard.kind == IMAP_HEARD_CONTINUE)
            return conn_say_begin(client->conn, RFC("3501", "4.3"), "literal");
        if (client->heard.kind != IMAP_HEARD_TAGGED)
            continue;
        if (client->heard.status == IMAP_OK)
            return error_set(client->setup.error, ERROR_PROTOCOL,
                             "the server answers a command that is not whole "
                             "(RFC 3501 §7.5)");
        client->deferred = true;
        return imap_client_refused(client, ERROR_REFUSED);
    }
    return result;
}

/* NOTE(imap-literal): {n} asks first, {n+} does not. */
int imap_say_literal(struct imap_client *client, uint64_t length)
{
    bool ahead = may_run_ahead(client, length);
    char text[32];
    int result, size = snprintf(text, sizeof(text), " {%llu%s}\r\n",
                                (unsigned long long)length, ahead ? "+" : "");

    if ((result = conn_say_bytes(client->conn, text, (size_t)size)) < 0)
        return result;
    return ahead ? 0 : await_continue(client);
}

int imap_say_octets(struct imap_client *client, const void *data, size_t length)
{
    return conn_say_bytes(client->conn, data, length);
}

/* ---- strings ------------------------------------------------------------ */

static int say_text(struct imap_client *client, const char *text, bool secret)
{
    return secret ? conn_say_secret(client->conn, text)
                  : conn_say_bytes(client->conn, text, strlen(text));
}

/* A copy with backslashes; it is wiped, for it may be a password. */
static int say_quoted(struct imap_client *client, const char *text, bool secret)
{
    size_t size = 2 * strlen(text) + 3;
    char *quoted = malloc(size);
    int result;

    if (!quoted)
        return error_set(client->setup.error, ERROR_LOCAL, "out of memory");
    imap_quote(quoted, size, span_of(text));
    if ((result = conn_say_bytes(client->conn, " ", 1)) == 0)
        result = say_text(client, quoted, secret);
    explicit_bzero(quoted, size);
    free(quoted);
    return result;
}

/* A secret always goes quoted where it can: bare it would tell by its form what
 * it is made of. */
int imap_say_string(struct imap_client *client, const char *text, bool secret)
{
    enum imap_string_form form = imap_string_form(span_of(text));
    int result = check(client, text);

    if (result < 0)
        return result;
    if (form == IMAP_STRING_LITERAL) {
        if ((result = imap_say_literal(client, strlen(text))) < 0)
            return result;
        return say_text(client, text, secret);
    }
    return form == IMAP_STRING_ATOM && !secret
               ? imap_say_words(client, text)
               : say_quoted(client, text, secret);
}

int imap_say_mailbox(struct imap_client *client, const char *name)
{
    char utf7[IMAP_MAILBOX_MAX];

    if (!imap_utf7_from_utf8(utf7, sizeof(utf7), span_of(name)))
        return error_set(client->setup.error, ERROR_USAGE,
                         "%s: a mailbox's name is valid UTF-8, and not that "
                         "long (RFC 3501 §5.1.3)",
                         name);
    return imap_say_string(client, utf7, false);
}

int imap_say_end(struct imap_client *client)
{
    int result = conn_say_bytes(client->conn, "\r\n", 2);

    return result < 0 ? result : conn_say_end(client->conn);
}
