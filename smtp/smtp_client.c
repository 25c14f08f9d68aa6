/* SPDX-License-Identifier: MIT */
/*
 * smtp_client: one client's conversation, from the connection to its end.
 *
 * Read it from top to bottom: connect, greet, change to TLS, hand over a
 * message, part. What may surprise in each step stands where it is done. How a
 * command is worded is in smtp_say.c, how a reply is heard in smtp_hear.c.
 */
#include "smtp/smtp_client.h"

#include <stdio.h>
#include <string.h>

#include "common/tls.h"

/* ---- connect ------------------------------------------------------------ */

int smtp_client_open(struct smtp_client *client, const char *host,
                     uint16_t port)
{
    int result;

    smtp_client_close(client);
    snprintf(client->host, sizeof(client->host), "%s", host);
    result = conn_open(&client->conn, &client->setup, RFC("5321", "3.1"), host,
                       port);
    if (result == 0 && client->security == SMTP_TLS_IMPLICIT) {
        result =
            conn_start_tls(client->conn, client->tls, RFC("8314", "3.3"), host);
        client->secure = result == 0;
    }
    /* NOTE(smtp-greeting): the server speaks first. */
    client->awaited = 1;
    if (result == 0)
        result = smtp_client_hear(client, RFC("5321", "3.1"), SMTP_GREETING_MS);
    if (result == 0 && client->reply.code != 220)
        result = smtp_client_refused(client, ERROR_REFUSED, "the greeting");
    return result;
}

/* ---- greet -------------------------------------------------------------- */

int smtp_client_hello(struct smtp_client *client)
{
    int result = smtp_client_say_hello(client, "EHLO");

    if (result == 0)
        result =
            smtp_client_hear(client, RFC("5321", "4.1.1.1"), SMTP_COMMAND_MS);
    if (result < 0)
        return result;
    smtp_capabilities_read(&client->capabilities, &client->reply);
    if (client->reply.code == 250)
        return 0;
    /* NOTE(smtp-helo): whoever does not know EHLO knows no extension. */
    memset(&client->capabilities, 0, sizeof(client->capabilities));
    if (client->reply.code / 100 == 5)
        result = smtp_client_say_hello(client, "HELO");
    if (result == 0 && client->awaited > 0)
        result = smtp_client_hear(client, RFC("5321", "3.2"), SMTP_COMMAND_MS);
    if (result == 0 && client->reply.code != 250)
        result = smtp_client_refused(client, ERROR_REFUSED, "our greeting");
    return result;
}

/* No TLS: an error if it is a must. */
static int stay_in_clear(struct smtp_client *client, const char *why)
{
    if (client->security == SMTP_TLS_REQUIRED)
        return error_set(client->setup.error, ERROR_INSECURE,
                         "TLS is required, but the server %s: somebody in "
                         "between may have taken it away",
                         why);
    conn_note(client->conn, RFC("3207", "4.1"), "in clear",
              "the server %s, and TLS was not required: all may read what "
              "follows",
              why);
    return 0;
}

int smtp_client_start_tls(struct smtp_client *client, const char *host)
{
    int result;

    if (client->secure || client->security == SMTP_TLS_NEVER)
        return 0;
    if (!client->capabilities.starttls)
        return stay_in_clear(client, "does not offer STARTTLS");
    result = smtp_client_command(client, RFC("3207", "4"), "STARTTLS");
    if (result < 0)
        return result;
    if (client->reply.code != 220)
        return stay_in_clear(client, "refuses STARTTLS");
    /* NOTE(smtp-starttls): all that was said in clear may have been somebody
     * else's words. It is forgotten, and asked again inside. */
    memset(&client->capabilities, 0, sizeof(client->capabilities));
    result =
        conn_start_tls(client->conn, client->tls, RFC("3207", "4.1"), host);
    if (result < 0)
        return result;
    client->secure = true;
    return smtp_client_hello(client);
}

int smtp_client_greet(struct smtp_client *client, const char *host,
                      uint16_t port)
{
    int result = smtp_client_open(client, host, port);

    if (result == 0)
        result = smtp_client_hello(client);
    return result < 0 ? result : smtp_client_start_tls(client, host);
}

/* ---- hand over a message ------------------------------------------------ */

int smtp_client_mail(struct smtp_client *client,
                     const struct smtp_envelope *envelope,
                     const struct smtp_content *content)
{
    int result = smtp_client_say_mail(client, envelope, content);

    if (result == 0)
        result =
            smtp_client_hear(client, RFC("5321", "4.1.1.2"), SMTP_COMMAND_MS);
    if (result == 0 && client->reply.code / 100 != 2)
        result = smtp_client_refused(client, ERROR_REFUSED, "the sender");
    return result;
}

/* NOTE(smtp-recipient): each recipient has an answer of his own. */
int smtp_client_recipient(struct smtp_client *client,
                          struct smtp_recipient *recipient)
{
    int result = smtp_client_say_recipient(client, recipient);

    if (result == 0)
        result =
            smtp_client_hear(client, RFC("5321", "4.1.1.3"), SMTP_COMMAND_MS);
    if (result < 0)
        return result;
    smtp_client_note_answer(client, recipient);
    return recipient->outcome == SMTP_PENDING ? 0 : 1;
}

int smtp_client_data(struct smtp_client *client, struct smtp_envelope *envelope,
                     const struct smtp_content *content)
{
    int result = smtp_client_begin(client);

    if (result == 0)
        result = conn_say(client->conn, RFC("5321", "4.1.1.4"), "DATA");
    if (result < 0)
        return result;
    client->awaited++;
    result = smtp_client_hear(client, RFC("5321", "4.1.1.4"), SMTP_DATA_MS);
    if (result == 0 && client->reply.code == 354)
        return smtp_client_say_message(client, envelope, content);
    if (result < 0)
        return result;
    smtp_client_note_all(client, envelope);
    return smtp_client_refused(client, ERROR_REFUSED, "to take a message");
}

/* One command, one reply, in turn; smtp_pipeline.c says them in one flight. */
static int send_in_turn(struct smtp_client *client,
                        struct smtp_envelope *envelope,
                        const struct smtp_content *content)
{
    int result = smtp_client_mail(client, envelope, content);

    if (result == -ERROR_REFUSED)
        smtp_client_note_all(client, envelope);
    for (size_t i = 0; i < envelope->count && result >= 0; i++)
        if (envelope->recipients[i].outcome == SMTP_PENDING)
            result = smtp_client_recipient(client, &envelope->recipients[i]);
    if (result < 0)
        return result;
    if (smtp_envelope_count(envelope, SMTP_PENDING) == 0)
        return smtp_client_refused(client, ERROR_REFUSED, "every recipient");
    return smtp_client_data(client, envelope, content);
}

int smtp_client_send(struct smtp_client *client, struct smtp_envelope *envelope,
                     struct smtp_content *content)
{
    int result =
        content->scanned ? 0 : smtp_content_scan(content, client->setup.error);

    if (result == 0)
        result = smtp_client_can_carry(client, envelope, content);
    if (result < 0)
        return result;
    if (client->capabilities.pipelining && !client->no_pipelining)
        result = smtp_pipeline_send(client, envelope, content);
    else
        result = send_in_turn(client, envelope, content);
    return smtp_client_sent(client, envelope, content, result);
}

int smtp_client_reset(struct smtp_client *client)
{
    int result = smtp_client_command(client, RFC("5321", "4.1.1.5"), "RSET");

    if (result == 0 && client->reply.code != 250)
        result = smtp_client_refused(client, ERROR_REFUSED, "RSET");
    return result;
}

/* ---- part --------------------------------------------------------------- */

/* What was to be done is done: no trouble in parting changes that. */
void smtp_client_quit(struct smtp_client *client)
{
    struct error before = *client->setup.error;

    if (client->conn &&
        conn_say(client->conn, RFC("5321", "4.1.1.10"), "QUIT") == 0)
        smtp_client_hear(client, RFC("5321", "4.1.1.10"), SMTP_QUIT_MS);
    *client->setup.error = before;
    smtp_client_close(client);
}

void smtp_client_close(struct smtp_client *client)
{
    conn_close(client->conn, RFC("5321", "4.1.1.10"));
    client->conn = NULL;
    client->awaited = 0;
    client->secure = client->logged_in = false;
    memset(&client->capabilities, 0, sizeof(client->capabilities));
}

bool smtp_client_is_open(const struct smtp_client *client)
{
    return client->conn != NULL;
}
