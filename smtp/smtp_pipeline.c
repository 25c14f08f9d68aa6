/* SPDX-License-Identifier: MIT */
/*
 * smtp_pipeline: the same transaction in two flights. RFC 2920 §3.1: MAIL, all
 * RCPT and DATA leave together, then their replies are read, in order; then the
 * message. Over a long wire a message takes two round trips instead of four.
 *
 *     C: MAIL RCPT RCPT DATA
 *     S: 250 250 550 354
 *     C: the message
 *     S: 250
 */
#include <string.h>

#include "smtp/smtp_client.h"

/* How far a transaction has come. */
struct flight {
    struct smtp_client *client;
    struct smtp_envelope *envelope;
    size_t said;  /* recipients that RCPT was said for, and those left out */
    size_t heard; /* recipients that were answered, the same */
    bool refused; /* MAIL was */
};

/* The next recipient that is pending, from `index` on. */
static size_t next_pending(const struct smtp_envelope *envelope, size_t index)
{
    while (index < envelope->count &&
           envelope->recipients[index].outcome != SMTP_PENDING)
        index++;
    return index;
}

/* RCPT for as many as a flight may have: whoever writes without reading while
 * the other does the same waits for ever (RFC 2920 §3.1). */
static int say_recipients(struct flight *flight)
{
    struct smtp_envelope *envelope = flight->envelope;
    size_t bytes = 0;
    int result;

    for (;;) {
        flight->said = next_pending(envelope, flight->said);
        if (flight->said == envelope->count || bytes > SMTP_FLIGHT_MAX)
            return 0;
        result = smtp_client_say_recipient(flight->client,
                                           &envelope->recipients[flight->said]);
        if (result < 0)
            return result;
        bytes += strlen(envelope->recipients[flight->said].address) + 64;
        flight->said++;
    }
}

/* Replies come in the order of the commands, and that alone says whose each
 * one is (RFC 2920 §3.1). */
static int hear_recipients(struct flight *flight)
{
    struct smtp_envelope *envelope = flight->envelope;
    int result;

    for (;;) {
        flight->heard = next_pending(envelope, flight->heard);
        if (flight->heard >= flight->said)
            return 0;
        result = smtp_client_hear(flight->client, RFC("5321", "4.1.1.3"),
                                  SMTP_COMMAND_MS);
        if (result < 0)
            return result;
        smtp_client_note_answer(flight->client,
                                &envelope->recipients[flight->heard++]);
    }
}

/* The flight's end: nothing may follow DATA, for its answer decides what does
 * (RFC 2920 §3.1). */
static int say_data(struct smtp_client *client)
{
    int result = conn_say(client->conn, RFC("5321", "4.1.1.4"), "DATA");

    client->awaited += result == 0;
    return result;
}

/* The answer to MAIL. If it is no, the rest of the flight is answered too, with
 * words that mean nothing any more: only the last, DATA's, still counts. */
static int hear_mail(struct flight *flight, bool data_said)
{
    struct smtp_client *client = flight->client;
    int result =
        smtp_client_hear(client, RFC("5321", "4.1.1.2"), SMTP_COMMAND_MS);

    if (result < 0 || client->reply.code / 100 == 2)
        return result;
    flight->refused = true;
    smtp_client_refused(client, ERROR_REFUSED, "the sender");
    smtp_client_note_all(client, flight->envelope);
    while (result == 0 && client->awaited > (data_said ? 1 : 0))
        result = smtp_client_hear(client, RFC("2920", "3.1"), SMTP_COMMAND_MS);
    return result;
}

/* MAIL, RCPT and DATA, in as many flights as they need, and the answers to all
 * but DATA. */
static int fly(struct flight *flight, const struct smtp_content *content)
{
    struct smtp_client *client = flight->client;
    int result = smtp_client_say_mail(client, flight->envelope, content);
    bool first = true, last = false;

    while (result == 0 && !last && !flight->refused) {
        result = say_recipients(flight);
        last = flight->said == flight->envelope->count;
        if (result == 0 && last)
            result = say_data(client);
        if (result == 0 && first)
            result = hear_mail(flight, last);
        if (result == 0 && !flight->refused)
            result = hear_recipients(flight);
        first = false;
    }
    return result;
}

/* DATA was accepted although nobody wants the message: an empty one must be
 * sent, and is refused (RFC 2920 §3.1). */
static int send_nothing(struct smtp_client *client)
{
    int result = conn_say(client->conn, RFC("2920", "3.1"), ".");

    client->awaited += result == 0;
    if (result == 0)
        result = smtp_client_hear(client, RFC("2920", "3.1"), SMTP_DATA_END_MS);
    return result < 0 ? result : -ERROR_REFUSED;
}

static int finish(struct flight *flight, const struct smtp_content *content)
{
    struct smtp_client *client = flight->client;
    bool wanted = smtp_envelope_count(flight->envelope, SMTP_PENDING) > 0;
    int result = 0;

    if (!wanted && !flight->refused)
        smtp_client_refused(client, ERROR_REFUSED, "every recipient");
    if (client->awaited > 0)
        result = smtp_client_hear(client, RFC("5321", "4.1.1.4"), SMTP_DATA_MS);
    else if (!wanted)
        return -ERROR_REFUSED;
    if (result < 0)
        return result;
    if (client->reply.code == 354)
        return wanted
                   ? smtp_client_say_message(client, flight->envelope, content)
                   : send_nothing(client);
    smtp_client_note_all(client, flight->envelope);
    return smtp_client_refused(client, ERROR_REFUSED, "to take a message");
}

int smtp_pipeline_send(struct smtp_client *client,
                       struct smtp_envelope *envelope,
                       const struct smtp_content *content)
{
    struct flight flight = {.client = client, .envelope = envelope};
    int result;

    conn_hold(client->conn, true);
    result = fly(&flight, content);
    if (client->conn)
        conn_hold(client->conn, false);
    return result < 0 ? result : finish(&flight, content);
}

/* RFC 5321 §4.5.3.1.10: who has all the recipients that it can take wants the
 * others in another transaction. As long as each gets some through, it goes
 * on. */
static bool some_were_too_many(struct smtp_envelope *envelope)
{
    bool any = false;

    for (size_t i = 0; i < envelope->count; i++) {
        struct smtp_recipient *recipient = &envelope->recipients[i];
        const struct smtp_answer *answer = &recipient->answer;
        bool too_many =
            answer->enhanced.class == 0 ||
            (answer->enhanced.subject == 5 && answer->enhanced.detail == 3);

        if (recipient->outcome == SMTP_DEFERRED && too_many &&
            (answer->code == 452 || answer->code == 552)) {
            recipient->outcome = SMTP_PENDING;
            any = true;
        }
    }
    return any;
}

/* Those whom the first transaction had no room for. That they are refused in
 * theirs does not undo what the first has handed over. */
static int send_to_others(struct smtp_client *client,
                          struct smtp_envelope *envelope,
                          struct smtp_content *content)
{
    const struct error before = *client->setup.error;
    int result;

    conn_note(client->conn, RFC("5321", "4.5.3.1.10"), "too many",
              "the other recipients get a transaction of their own");
    result = smtp_client_send(client, envelope, content);
    if (result != -ERROR_REFUSED)
        return result;
    *client->setup.error = before;
    return 0;
}

int smtp_client_sent(struct smtp_client *client, struct smtp_envelope *envelope,
                     struct smtp_content *content, int result)
{
    const struct error before = *client->setup.error;

    if (result == 0 && client->conn && some_were_too_many(envelope))
        return send_to_others(client, envelope, content);
    if (result != -ERROR_REFUSED)
        return result;
    /* A 421 in between was the answer for all. */
    if (!client->conn) {
        smtp_client_note_all(client, envelope);
        return result;
    }
    /* What is left of a transaction that was refused must not go on. A server
     * that has hung up by now has refused all the same. */
    result = smtp_client_reset(client);
    if (result < 0 && result != -ERROR_REFUSED)
        smtp_client_close(client);
    *client->setup.error = before;
    return -ERROR_REFUSED;
}
