/* SPDX-License-Identifier: MIT */
/*
 * smtp_auth: logging in. RFC 4954: AUTH names a mechanism of SASL; then the
 * server's challenges (334) and our responses go to and fro, in base64, until
 * it says 235. What they mean is known to common/sasl.
 *
 *     C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
 *     S: 235 2.7.0 welcome
 */
#include <stdio.h>
#include <string.h>

#include "smtp/smtp_client.h"

/* One line: words that all may read, then a response, if there is one. */
static int say(struct smtp_client *client, const char *name, const char *words,
               const struct sasl_message *response)
{
    struct conn *conn = client->conn;
    char text[SASL_LINE_MAX] = "";
    int result = conn_say_begin(conn, RFC("4954", "4"), name);

    if (response)
        sasl_encode(text, sizeof(text),
                    (struct span){response->bytes, response->length});
    if (result == 0)
        result = conn_say_bytes(conn, words, strlen(words));
    if (result == 0 && response && response->secret)
        result = conn_say_secret(conn, text);
    else if (result == 0)
        result = conn_say_bytes(conn, text, strlen(text));
    if (result == 0)
        result = conn_say_bytes(conn, "\r\n", 2);
    explicit_bzero(text, sizeof(text));
    if (result == 0)
        result = conn_say_end(conn);
    client->awaited += result == 0;
    return result;
}

/* AUTH, with the first response if the mechanism has one that fits. */
static int say_auth(struct smtp_client *client, struct sasl_client *sasl)
{
    struct sasl_message response;
    char words[64];
    bool first = sasl_client_begins(sasl);
    int result = smtp_client_begin(client);

    if (result == 0 && first)
        result =
            sasl_client_step(sasl, SPAN(""), &response, client->setup.error);
    if (result < 0)
        return result;
    snprintf(words, sizeof(words), "AUTH %s",
             sasl_mechanism_name(sasl->mechanism));
    if (first && strlen(words) + 1 + (response.length + 2) / 3 * 4 >
                     SMTP_AUTH_LINE_MAX) {
        /* Too long for the line: the server will ask for it. */
        first = false;
        sasl->step = 0;
    }
    if (first)
        strcat(words, " ");
    result = say(client, "AUTH", words, first ? &response : NULL);
    explicit_bzero(&response, sizeof(response));
    return result;
}

/* RFC 4954 §4: a lone "*" ends what we can't go on with. The first error is
 * what the user should read. */
static int cancel(struct smtp_client *client, int result)
{
    struct error before = *client->setup.error;

    if (client->conn && say(client, "cancel", "*", NULL) == 0)
        smtp_client_hear(client, RFC("4954", "4"), SMTP_COMMAND_MS);
    *client->setup.error = before;
    return result;
}

/* A 334: what it asks, and our answer to it. */
static int answer(struct smtp_client *client, struct sasl_client *sasl)
{
    struct sasl_message response;
    int result;

    if (client->reply.lines != 1)
        result = error_set(client->setup.error, ERROR_PROTOCOL,
                           "the server's challenge has several lines (RFC "
                           "4954 §4)");
    else
        result = sasl_client_answer(sasl, smtp_reply_line(&client->reply, 0),
                                    &response, client->setup.error);
    result = result < 0 ? cancel(client, result)
                        : say(client, "response", "", &response);
    explicit_bzero(&response, sizeof(response));
    return result;
}

static int converse(struct smtp_client *client, struct sasl_client *sasl)
{
    int result = say_auth(client, sasl);

    while (result == 0) {
        result = smtp_client_hear(client, RFC("4954", "4"), SMTP_COMMAND_MS);
        if (result < 0 || client->reply.code != 334)
            break;
        result = answer(client, sasl);
    }
    if (result < 0)
        return result;
    /* NOTE(smtp-auth): a server that is glad too early has proved nothing. */
    if (client->reply.code == 235)
        return sasl_client_end(sasl, client->setup.error);
    return smtp_client_refused(
        client, client->reply.code / 100 == 5 ? ERROR_AUTH : ERROR_REFUSED,
        "the log-in");
}

int smtp_client_log_in(struct smtp_client *client, const struct login *login,
                       const char *wanted, bool insecure_auth)
{
    struct error *error = client->setup.error;
    enum sasl_mechanism mechanism;
    struct sasl_client sasl;
    int result = sasl_choose(&mechanism, client->capabilities.auth, wanted,
                             client->secure, insecure_auth, error);

    if (result == 0)
        result = sasl_client_start(&sasl, mechanism, login->user,
                                   login->password, error);
    if (result < 0)
        return result;
    conn_note(client->conn, RFC("4954", "4"), "log-in",
              "with %s: the password %s", sasl_mechanism_name(mechanism),
              !sasl_sends_password(mechanism) ? "stays here, a proof goes out"
              : client->secure                ? "itself goes out, inside TLS"
                               : "itself goes out, for all to read");
    result = converse(client, &sasl);
    sasl_client_wipe(&sasl);
    client->logged_in = result == 0;
    return result;
}
