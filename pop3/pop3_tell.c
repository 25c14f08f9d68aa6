/* SPDX-License-Identifier: MIT */
/*
 * pop3_tell: what is in the maildrop, as lists: CAPA, STAT, LIST, UIDL. A
 * person reads them, so what the server says is escaped.
 */
#include <stdio.h>
#include <string.h>

#include "pop3/pop3_client.h"

static int tell_line(struct pop3_client *client, struct span line,
                     struct save *save)
{
    char text[4 * POP3_REPLY_MAX + 2];
    size_t length = text_escape(text, sizeof(text) - 1, line);

    text[length++] = '\n';
    return save_write(save, text, length, client->setup.error);
}

/* A list has numbers, CAPA's answer has not. */
static int tell_lines(struct pop3_client *client, size_t max, bool numbered,
                      struct save *save)
{
    struct span line, rest;
    uint32_t number;
    int result;

    while ((result = pop3_client_hear_line(client, max, &line)) == 1) {
        if (numbered && !pop3_listing_read(line, &number, &rest)) {
            error_set_peer(client->setup.error, line.data, line.length);
            return error_set(client->setup.error, ERROR_PROTOCOL,
                             "a line of the list has no number (RFC 1939 §5)");
        }
        if ((result = tell_line(client, line, save)) < 0)
            return result;
    }
    return result;
}

int pop3_tell_capabilities(struct pop3_client *client, struct save *save)
{
    int result = pop3_client_ask(client, RFC("2449", "5"), true, "CAPA");

    return result < 0 ? result
                      : tell_lines(client, POP3_CAPABILITIES_MAX, false, save);
}

int pop3_tell_totals(struct pop3_client *client, struct save *save)
{
    int result = pop3_client_ask(client, RFC("1939", "5"), false, "STAT");

    return result < 0 ? result : tell_line(client, client->reply.text, save);
}

int pop3_tell_list(struct pop3_client *client, const char *verb,
                   uint32_t number, struct save *save)
{
    struct rfc rfc = verb[0] == 'U' ? RFC("1939", "7") : RFC("1939", "5");
    int result;

    if (number > 0) {
        result = pop3_client_ask(client, rfc, false, "%s %u", verb, number);
        return result < 0 ? result
                          : tell_line(client, client->reply.text, save);
    }
    result = pop3_client_ask(client, rfc, true, "%s", verb);
    return result < 0 ? result
                      : tell_lines(client, POP3_MESSAGES_MAX, true, save);
}
