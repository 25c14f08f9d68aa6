/* SPDX-License-Identifier: MIT */
/*
 * telnet_client: one client's conversation, from the connection to its end.
 *
 * Read it from top to bottom: connect, agree to what a terminal can do, show
 * what comes, type. There are no requests and no answers in Telnet: both sides
 * say what they like when they like.
 */
#include "telnet/telnet_client.h"

#include <stdio.h>
#include <string.h>

/* ---- connect ------------------------------------------------------------ */

/* NOTE(telnet-agree): what we do if the server asks. He may echo, both may
 * suppress GO AHEAD and send eight bits, and he may know terminal and window,
 * if there is one.
 * All else, LINEMODE (RFC 1184 §1) too, is answered by WONT or DONT. */
static void agree(struct telnet_options *options, unsigned columns)
{
    options->agree[TELNET_HIM][TELNET_ECHO] = true;
    options->agree[TELNET_HIM][TELNET_SGA] = true;
    options->agree[TELNET_US][TELNET_SGA] = true;
    options->agree[TELNET_HIM][TELNET_BINARY] = true;
    options->agree[TELNET_US][TELNET_BINARY] = true;
    options->agree[TELNET_US][TELNET_TTYPE] = true;
    options->agree[TELNET_US][TELNET_NAWS] = columns > 0;
}

int telnet_client_open(struct telnet_client *client, const char *host,
                       uint16_t port)
{
    struct telnet_talk *talk = &client->talk;
    char terminal[TELNET_TERMINAL_MAX];
    unsigned columns = talk->columns, rows = talk->rows;
    int result =
        conn_open(&client->conn, &client->setup, RFC("854", "0"), host, port);

    if (result < 0)
        return result;
    snprintf(terminal, sizeof(terminal), "%s", talk->terminal);
    telnet_talk_start(talk, client->conn, client->setup.error);
    snprintf(talk->terminal, sizeof(talk->terminal), "%s", terminal);
    talk->columns = columns;
    talk->rows = rows;
    talk->options.naive = client->naive;
    agree(&talk->options, columns);
    if (client->binary &&
        ((result = telnet_talk_ask(talk, TELNET_US, TELNET_BINARY, true)) < 0 ||
         (result = telnet_talk_ask(talk, TELNET_HIM, TELNET_BINARY, true)) < 0))
        return result;
    return conn_flush(client->conn);
}

/* ---- hear --------------------------------------------------------------- */

/* The server has closed: well, unless it was in the middle of something. */
static int ended(struct telnet_client *client)
{
    enum telnet_place place = client->talk.parser.place;

    if (place == TELNET_AT_DATA || place == TELNET_AT_CR)
        return 2;
    conn_heard(client->conn, RFC("854", "0"), "incomplete");
    return error_set(client->setup.error, ERROR_PROTOCOL,
                     "the connection ended inside a command (RFC 854 §0)");
}

int telnet_client_hear(struct telnet_client *client, int64_t ms)
{
    struct telnet_event event;
    int result;

    result =
        ms < 0 ? conn_fill(client->conn) : conn_fill_within(client->conn, ms);
    if (result != 0)
        return result;
    while ((result = telnet_talk_hear(&client->talk, &event)) == 1) {
        if (event.kind == TELNET_DATA)
            result = telnet_show(client, event.bytes);
        if (result < 0)
            return result;
        /* Of the commands, only AYT wants an answer, and a server that sends it
         * to a person gets one from the person. */
    }
    if (result == 0 && conn_at_end(client->conn))
        result = ended(client);
    return result;
}

bool telnet_client_asks_secret(const struct telnet_client *client)
{
    static const char *const words[] = {"assword", "asscode", "assphrase"};
    struct span tail =
        span_trim((struct span){client->tail, client->tail_length});

    if (tail.length == 0 || tail.data[tail.length - 1] != ':')
        return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (memmem(tail.data, tail.length, words[i], strlen(words[i])))
            return true;
    return false;
}

/* ---- type --------------------------------------------------------------- */

/* The end of a line: CR LF, the way of RFC 1123 §3.3.1, or CR NUL. In BINARY
 * (RFC 856 §2) the key sends its byte and no more. */
static struct span enter(const struct telnet_client *client)
{
    bool binary =
        telnet_option_on(&client->talk.options, TELNET_US, TELNET_BINARY);

    return client->cr_nul || binary ? SPAN("\r") : SPAN("\n");
}

/* NOTE(telnet-secret): nobody tells us that a password is being typed. We guess
 * it from the question, as the person does. */
static int type_secret(struct telnet_client *client, struct span keys,
                       bool whole)
{
    char secret[TELNET_LINE_MAX];

    if (keys.length >= sizeof(secret) || memchr(keys.data, 0, keys.length))
        return error_set(client->setup.error, ERROR_USAGE,
                         "a password of more than %d bytes, or with a NUL",
                         TELNET_LINE_MAX - 1);
    snprintf(secret, sizeof(secret), "%.*s", (int)keys.length, keys.data);
    int result = telnet_talk_secret(&client->talk, secret,
                                    whole ? enter(client) : SPAN(""));
    explicit_bzero(secret, sizeof(secret));
    return result;
}

/* Keys up to the end of a line, or what there is of it: one message. */
static int type_some(struct telnet_client *client, struct span keys, bool whole)
{
    char line[TELNET_LINE_MAX + 1];

    if (keys.length > 0 && telnet_client_asks_secret(client))
        return type_secret(client, keys, whole);
    memcpy(line, keys.data, keys.length);
    if (whole)
        line[keys.length++] = enter(client).data[0];
    keys.data = line;
    return telnet_talk_data(&client->talk, keys, false);
}

int telnet_client_type(struct telnet_client *client, struct span keys)
{
    int result = 0;

    while (keys.length > 0 && result == 0) {
        size_t length = 0;
        while (length < keys.length && length < TELNET_LINE_MAX &&
               keys.data[length] != '\n' && keys.data[length] != '\r')
            length++;
        bool whole = length < keys.length && length < TELNET_LINE_MAX;
        result = type_some(client, (struct span){keys.data, length}, whole);
        if (whole)
            client->tail_length = 0;
        keys.data += length + whole;
        keys.length -= length + whole;
    }
    return result == 0 ? conn_flush(client->conn) : result;
}

void telnet_client_close(struct telnet_client *client)
{
    conn_close(client->conn, RFC("9293", "3.6"));
    client->conn = NULL;
}
