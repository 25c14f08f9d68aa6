/* SPDX-License-Identifier: MIT */
/*
 * smtp_say: what a client's commands look like, and which parameters go along.
 * An extension is used when the server offers it and the message needs it.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "smtp/smtp_client.h"
#include "smtp/smtp_command.h"

/* ---- EHLO --------------------------------------------------------------- */

/* RFC 5321 §4.1.3: who has no name of his own says his address. */
static void write_address_literal(const struct conn *conn, char *text,
                                  size_t size)
{
    struct conn_facts facts = conn_facts(conn);
    char address[INET6_ADDRSTRLEN] = "127.0.0.1";
    bool ipv6 = facts.local.ss_family == AF_INET6;

    if (ipv6)
        inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&facts.local)->sin6_addr,
                  address, sizeof(address));
    else if (facts.local.ss_family == AF_INET)
        inet_ntop(AF_INET, &((struct sockaddr_in *)&facts.local)->sin_addr,
                  address, sizeof(address));
    snprintf(text, size, "[%s%s]", ipv6 ? "IPv6:" : "", address);
}

int smtp_client_say_hello(struct smtp_client *client, const char *verb)
{
    char name[SMTP_DOMAIN_MAX + 1] = "";
    int result = smtp_client_begin(client);

    if (result < 0)
        return result;
    if (client->name)
        snprintf(name, sizeof(name), "%s", client->name);
    else if (gethostname(name, sizeof(name) - 1) < 0 || !strchr(name, '.') ||
             !smtp_domain_is_valid(span_of(name), false))
        write_address_literal(client->conn, name, sizeof(name));
    result =
        conn_say(client->conn, RFC("5321", "4.1.1.1"), "%s %s", verb, name);
    client->awaited += result == 0;
    return result;
}

/* ---- what the message needs of the server ------------------------------- */

static bool is_beyond_ascii(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0x80)
            return true;
    return false;
}

/* RFC 6531 §3.2: an address beyond ASCII goes nowhere without the extension. */
static bool needs_smtputf8(const struct smtp_envelope *envelope)
{
    if (is_beyond_ascii(envelope->sender))
        return true;
    for (size_t i = 0; i < envelope->count; i++)
        if (envelope->recipients[i].outcome == SMTP_PENDING &&
            is_beyond_ascii(envelope->recipients[i].address))
            return true;
    return false;
}

static int cannot(struct smtp_client *client, struct smtp_envelope *envelope,
                  struct smtp_enhanced enhanced, const char *why)
{
    conn_note(client->conn, RFC("5321", "4.1.1.1"), "not to be sent", "%s",
              why);
    smtp_envelope_settle(envelope, SMTP_FAILED, enhanced, why);
    return error_set(client->setup.error, ERROR_REFUSED, "%s", why);
}

/* NOTE(smtp-needs): what is bound to fail is not begun. */
int smtp_client_can_carry(struct smtp_client *client,
                          struct smtp_envelope *envelope,
                          const struct smtp_content *content)
{
    const struct smtp_capabilities *can = &client->capabilities;
    char why[SMTP_ANSWER_MAX];
    int result = smtp_client_begin(client);

    if (result < 0)
        return result;
    if (can->size_max > 0 && content->size > can->size_max) {
        snprintf(why, sizeof(why),
                 "the message has %" PRIu64 " octets, and %.200s takes no more "
                 "than %" PRIu64 " (RFC 1870 §6.2)",
                 content->size, client->host, can->size_max);
        return cannot(client, envelope, (struct smtp_enhanced){5, 3, 4}, why);
    }
    if (content->eight_bit && !can->eight_bit_mime) {
        snprintf(why, sizeof(why),
                 "the message has octets above 127, and %.200s does not offer "
                 "8BITMIME (RFC 6152 §3)",
                 client->host);
        return cannot(client, envelope, (struct smtp_enhanced){5, 6, 3}, why);
    }
    if (needs_smtputf8(envelope) && !can->smtputf8) {
        snprintf(why, sizeof(why),
                 "an address is beyond ASCII, and %.200s does not offer "
                 "SMTPUTF8 (RFC 6531 §3.2)",
                 client->host);
        return cannot(client, envelope, (struct smtp_enhanced){5, 6, 7}, why);
    }
    return 0;
}

/* ---- MAIL and RCPT ------------------------------------------------------ */

/* " NAME=value", if there is a value and the server would understand it. */
static void add(char *text, size_t size, const char *name, const char *value,
                bool offered)
{
    size_t length = strlen(text);

    if (value && offered)
        snprintf(text + length, size - length, " %s%s", name, value);
}

int smtp_client_say_mail(struct smtp_client *client,
                         const struct smtp_envelope *envelope,
                         const struct smtp_content *content)
{
    const struct smtp_capabilities *can = &client->capabilities;
    bool utf8 = needs_smtputf8(envelope) || envelope->smtputf8 ||
                (content && content->eight_bit_header);
    char parameters[SMTP_ENVID_MAX + SMTP_ORCPT_MAX] = "", size[24];
    int result = smtp_client_begin(client);

    if (result < 0)
        return result;
    if (content)
        snprintf(size, sizeof(size), "%" PRIu64, content->size);
    add(parameters, sizeof(parameters), "SIZE=", content ? size : NULL,
        can->size);
    add(parameters, sizeof(parameters),
        "BODY=", content && content->eight_bit ? "8BITMIME" : NULL,
        can->eight_bit_mime);
    add(parameters, sizeof(parameters), "SMTPUTF8", utf8 ? "" : NULL,
        can->smtputf8);
    add(parameters, sizeof(parameters), "RET=", envelope->ret, can->dsn);
    add(parameters, sizeof(parameters), "ENVID=", envelope->envid, can->dsn);
    add(parameters, sizeof(parameters), "AUTH=", envelope->auth,
        can->auth != 0);
    result = conn_say(client->conn, RFC("5321", "4.1.1.2"), "MAIL FROM:<%s>%s",
                      envelope->sender, parameters);
    client->awaited += result == 0;
    return result;
}

int smtp_client_say_recipient(struct smtp_client *client,
                              const struct smtp_recipient *recipient)
{
    bool dsn = client->capabilities.dsn;
    char parameters[SMTP_ORCPT_MAX + 64] = "";
    int result = smtp_client_begin(client);

    if (result < 0)
        return result;
    add(parameters, sizeof(parameters), "NOTIFY=", recipient->notify, dsn);
    add(parameters, sizeof(parameters), "ORCPT=", recipient->orcpt, dsn);
    result = conn_say(client->conn, RFC("5321", "4.1.1.3"), "RCPT TO:<%s>%s",
                      recipient->address, parameters);
    client->awaited += result == 0;
    return result;
}

/* ---- the message -------------------------------------------------------- */

/* When the connection ends between the last dot and its answer, nobody knows
 * whether the message has arrived: RFC 5321 §4.5.3.2.6 has us wait so long for
 * that reason, and §6.1 has it sent once more. */
int smtp_client_say_message(struct smtp_client *client,
                            struct smtp_envelope *envelope,
                            const struct smtp_content *content)
{
    struct conn *conn = client->conn;
    /* What has come by now is no answer to a message not yet sent. */
    int result = smtp_client_begin(client);

    if (result < 0)
        return result;
    conn_set_idle_timeout(conn, SMTP_BLOCK_MS);
    if (content->mended > 0)
        conn_note(conn, RFC("5321", "2.3.8"), "line ends",
                  "%" PRIu64 " line ends are made CR LF", content->mended);
    if ((result = conn_say_begin(conn, RFC("5321", "4.5.2"), "message")) < 0 ||
        (result = smtp_content_say(conn, content, client->setup.error)) < 0 ||
        (result = conn_say_end(conn)) < 0)
        return result;
    client->awaited++;
    result = smtp_client_hear(client, RFC("5321", "4.2.5"), SMTP_DATA_END_MS);
    if (result == 0)
        smtp_client_note_all(client, envelope);
    else if (client->conn)
        smtp_envelope_settle(envelope, SMTP_DEFERRED,
                             (struct smtp_enhanced){4, 4, 2},
                             "the connection ended before the answer to the "
                             "message: it may have arrived");
    if (result == 0 && client->reply.code / 100 != 2)
        result = smtp_client_refused(client, ERROR_REFUSED, "the message");
    return result;
}
