/* SPDX-License-Identifier: MIT */
/*
 * pop3_fetch: messages into files. LIST says which there are and how long they
 * are; then one RETR (or TOP) each. Where the server lets us, many are asked
 * for before the first has come: the round trips of all but one are saved.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/progress.h"
#include "pop3/pop3_client.h"

struct message {
    uint32_t number;
    uint64_t size; /* as LIST has it */
};

struct fetch {
    struct pop3_client *client;
    const struct pop3_wanted *wanted;
    struct save *save;
    struct message *messages; /* owned */
    size_t count, capacity;
    size_t asked, heard; /* of the messages */
    uint64_t octets;     /* that have come */
    int refused;         /* the first refusal of one of them, or 0 */
    struct progress progress;
};

/* ---- which there are ---------------------------------------------------- */

static int add(struct fetch *fetch, uint32_t number, uint64_t size)
{
    if (number < fetch->wanted->first || number > fetch->wanted->last)
        return 0;
    if (fetch->count == fetch->capacity) {
        size_t capacity = fetch->capacity ? 2 * fetch->capacity : 64;
        struct message *messages =
            realloc(fetch->messages, capacity * sizeof(*messages));
        if (!messages)
            return error_set(fetch->client->setup.error, ERROR_LOCAL,
                             "out of memory for a list of messages");
        fetch->messages = messages;
        fetch->capacity = capacity;
    }
    fetch->messages[fetch->count++] = (struct message){number, size};
    return 0;
}

/* "3 1024", and whatever the server adds to it (RFC 1939 §5). */
static int add_line(struct fetch *fetch, struct span line)
{
    struct error *error = fetch->client->setup.error;
    struct span word;
    uint32_t number;
    uint64_t size;

    if (!pop3_listing_read(line, &number, &word) ||
        !text_to_u64(word, INT64_MAX, &size)) {
        error_set_peer(error, line.data, line.length);
        return error_set(error, ERROR_PROTOCOL,
                         "a line of the list is not a number and a size "
                         "(RFC 1939 §5)");
    }
    return add(fetch, number, size);
}

static int list_one(struct fetch *fetch)
{
    int result = pop3_client_ask(fetch->client, RFC("1939", "5"), false,
                                 "LIST %u", fetch->wanted->first);

    return result < 0 ? result : add_line(fetch, fetch->client->reply.text);
}

static int list_all(struct fetch *fetch)
{
    struct span line;
    int result = pop3_client_ask(fetch->client, RFC("1939", "5"), true, "LIST");

    while (result == 0 && (result = pop3_client_hear_line(
                               fetch->client, POP3_MESSAGES_MAX, &line)) == 1)
        result = add_line(fetch, line);
    return result;
}

/* ---- one of them -------------------------------------------------------- */

static int ask(struct fetch *fetch, const struct message *message)
{
    if (fetch->wanted->top >= 0)
        return pop3_client_say(fetch->client, RFC("1939", "7"), "TOP %u %ld",
                               message->number, fetch->wanted->top);
    return pop3_client_say(fetch->client, RFC("1939", "5"), "RETR %u",
                           message->number);
}

/* NOTE(pop3-endless): nothing but the dot says where a message ends, so nothing
 * keeps a server from never sending it. LIST told the size: what is far longer
 * is not that message. */
static int too_long(struct fetch *fetch, const struct message *message)
{
    uint64_t bound = POP3_SIZE_FACTOR * message->size + POP3_SIZE_SLACK;

    if (fetch->client->lines.total <= bound)
        return 0;
    return error_set(fetch->client->setup.error, ERROR_PROTOCOL,
                     "message %u does not end: the list says %llu bytes, and "
                     "more than %llu have come (RFC 1939 §5)",
                     message->number, (unsigned long long)message->size,
                     (unsigned long long)bound);
}

/* The lines of the message, as they were before they were stuffed. */
static int keep(struct fetch *fetch, const struct message *message)
{
    struct pop3_client *client = fetch->client;
    struct error *error = client->setup.error;
    struct span piece;
    char name[32];
    int result;

    snprintf(name, sizeof(name), "%05u.eml", message->number);
    if ((result = save_begin(fetch->save, name, error)) < 0)
        return result;
    while ((result = pop3_client_hear_piece(client, &piece)) == 0 &&
           piece.length > 0)
        if ((result = save_write(fetch->save, piece.data, piece.length,
                                 error)) < 0 ||
            (result = too_long(fetch, message)) < 0)
            return result;
    if (result < 0)
        return result;
    if (fetch->wanted->top < 0 && client->lines.total != message->size)
        conn_note(client->conn, RFC("1939", "11"), "size",
                  "message %u has %llu bytes; the list said %llu",
                  message->number, (unsigned long long)client->lines.total,
                  (unsigned long long)message->size);
    fetch->octets += client->lines.total;
    progress_step(&fetch->progress, fetch->octets);
    return save_end(fetch->save, error);
}

/* That one message is gone is no reason to leave the others. */
static int hear(struct fetch *fetch, const struct message *message)
{
    struct pop3_client *client = fetch->client;
    int result = pop3_client_hear(
        client, fetch->wanted->top < 0 ? RFC("1939", "5") : RFC("1939", "7"),
        true);

    if (result < 0)
        return result;
    if (client->reply.status == POP3_OK)
        return keep(fetch, message);
    fetch->refused = pop3_client_refused(client, ERROR_REFUSED);
    return 0;
}

/* ---- all of them -------------------------------------------------------- */

/* NOTE(pop3-pipelining): so many commands are on their way at a time; one where
 * the server did not say PIPELINING (RFC 2449 §6.6). They wait in the conn's
 * buffer until there is nothing more to read, and go together. */
static int fetch_all(struct fetch *fetch)
{
    struct pop3_client *client = fetch->client;
    size_t window = client->capabilities.pipelining ? POP3_PIPELINE_MAX : 1;
    int result = 0;

    conn_hold(client->conn, window > 1);
    while (result == 0 && fetch->heard < fetch->count) {
        if (fetch->asked < fetch->count && fetch->asked < fetch->heard + window)
            result = ask(fetch, &fetch->messages[fetch->asked++]);
        else
            result = hear(fetch, &fetch->messages[fetch->heard++]);
    }
    conn_hold(client->conn, false);
    return result;
}

static int delete_all(struct fetch *fetch)
{
    uint32_t *numbers = calloc(fetch->count, sizeof(*numbers));
    int result;

    if (!numbers)
        return error_set(fetch->client->setup.error, ERROR_LOCAL,
                         "out of memory");
    for (size_t i = 0; i < fetch->count; i++)
        numbers[i] = fetch->messages[i].number;
    result = pop3_delete(fetch->client, numbers, fetch->count);
    free(numbers);
    return result;
}

int pop3_fetch(struct pop3_client *client, const struct pop3_wanted *wanted,
               struct save *save)
{
    struct fetch fetch = {.client = client, .wanted = wanted, .save = save};
    uint64_t total = 0;
    int result =
        wanted->first == wanted->last ? list_one(&fetch) : list_all(&fetch);

    for (size_t i = 0; i < fetch.count; i++)
        total += fetch.messages[i].size;
    if (result == 0 && fetch.count == 0 && wanted->last != UINT32_MAX)
        result = error_set(client->setup.error, ERROR_REFUSED,
                           "there are no messages with these numbers");
    progress_start(&fetch.progress, wanted->progress, total);
    if (result == 0)
        result = fetch_all(&fetch);
    progress_end(&fetch.progress);
    if (result == 0 && fetch.refused == 0)
        result = save_finish(save, client->setup.error);
    if (result == 0 && fetch.refused == 0 && wanted->delete_fetched &&
        fetch.count > 0)
        result = delete_all(&fetch);
    free(fetch.messages);
    return result < 0 ? result : fetch.refused;
}

static int cannot_delete(struct pop3_client *client, uint32_t number)
{
    struct span words = client->reply.text;

    error_set_peer(client->setup.error, words.data, words.length);
    return error_set(client->setup.error, ERROR_REFUSED,
                     "message %u can't be deleted, so nothing was deleted",
                     number);
}

/* Who reads the exit code only can't tell a half from the whole: where one
 * message can't be deleted, none is. */
static int take_back(struct pop3_client *client)
{
    int result = pop3_client_ask(client, RFC("1939", "5"), false, "RSET");

    client->deleting = result < 0;
    return -ERROR_REFUSED;
}

int pop3_delete(struct pop3_client *client, const uint32_t *numbers,
                size_t count)
{
    size_t window = client->capabilities.pipelining ? POP3_PIPELINE_MAX : 1;
    size_t asked = 0, heard = 0;
    int result = 0, refused = 0;

    client->deleting = true;
    conn_hold(client->conn, window > 1);
    while (result == 0 && heard < count) {
        if (asked < count && asked < heard + window) {
            result = pop3_client_say(client, RFC("1939", "5"), "DELE %u",
                                     numbers[asked++]);
            continue;
        }
        result = pop3_client_hear(client, RFC("1939", "5"), false);
        if (result == 0 && client->reply.status != POP3_OK && refused == 0)
            refused = cannot_delete(client, numbers[heard]);
        heard++;
    }
    conn_hold(client->conn, false);
    if (result == 0 && refused < 0)
        result = take_back(client);
    return result;
}
