/* SPDX-License-Identifier: MIT */
/*
 * telnet_talk: hears what is said about options and answers it.
 *
 * Each word in the stream is one event of the trace, and each move of an
 * option's state is a note after it, with the table as it stands then.
 */
#include "telnet/telnet_talk.h"

#include <stdio.h>
#include <string.h>

void telnet_talk_start(struct telnet_talk *talk, struct conn *conn,
                       struct error *error)
{
    int on = 1;

    memset(talk, 0, sizeof(*talk));
    talk->conn = conn;
    talk->error = error;
    telnet_parser_start(&talk->parser);
    /* A Synch sends its DM as TCP's urgent byte. Without this the kernel keeps
     * that byte apart, and an IAC stands there without its command. */
    setsockopt(conn_fd(conn), SOL_SOCKET, SO_OOBINLINE, &on, sizeof(on));
    conn_hold(conn, true);
}

/* ---- saying ------------------------------------------------------------- */

static int say(struct telnet_talk *talk, struct where where, struct rfc rfc,
               const char *name, const char *bytes, size_t length)
{
    int result = conn_say_begin_at(talk->conn, where, rfc, name);

    if (result == 0)
        result = conn_say_bytes(talk->conn, bytes, length);
    return result == 0 ? conn_say_end(talk->conn) : result;
}

int telnet_talk_command_at(struct telnet_talk *talk, struct where where,
                           unsigned char command)
{
    char out[2];

    return say(talk, where, telnet_command_rfc(command),
               telnet_command_name(command), out,
               telnet_command_write(out, command));
}

static int say_negotiation(struct telnet_talk *talk, unsigned char verb,
                           unsigned char option)
{
    char out[3], name[48];

    snprintf(name, sizeof(name), "%s %s", telnet_command_name(verb),
             telnet_option_name(option));
    return say(talk, HERE, telnet_option_rfc(option), name, out,
               telnet_negotiation_write(out, verb, option));
}

static int say_sub(struct telnet_talk *talk, unsigned char option,
                   struct span bytes)
{
    char out[2 * TELNET_TERMINAL_MAX + 8], name[48];
    size_t length =
        telnet_subnegotiation_write(out, sizeof(out), option, bytes);

    if (length == SIZE_MAX)
        return error_set(talk->error, ERROR_USAGE,
                         "what there is to say about %s is too long",
                         telnet_option_name(option));
    snprintf(name, sizeof(name), "SB %s", telnet_option_name(option));
    return say(talk, HERE, telnet_option_rfc(option), name, out, length);
}

/* A server has a terminal driver between its programs and us: it ends lines in
 * CR LF in BINARY too, as the terminal at the other end needs it. */
static bool says_binary(const struct telnet_talk *talk)
{
    return !talk->server &&
           telnet_option_on(&talk->options, TELNET_US, TELNET_BINARY);
}

int telnet_talk_data_at(struct telnet_talk *talk, struct where where,
                        struct span data, bool raw)
{
    bool binary = raw || says_binary(talk);
    char out[TELNET_DATA_MAX];
    int result = 0;

    while (data.length > 0 && result == 0) {
        size_t used,
            length = telnet_data_write(out, sizeof(out), data, binary, &used);
        result = say(talk, where, RFC("1123", "3.3.1"), "data", out, length);
        data.data += used;
        data.length -= used;
    }
    return result;
}

int telnet_talk_secret_at(struct telnet_talk *talk, struct where where,
                          const char *text, struct span end)
{
    char out[2 * TELNET_LINE_MAX + 1], last[8];
    size_t used, length = telnet_data_write(out, sizeof(out) - 1, span_of(text),
                                            true, &used);
    size_t ending =
        telnet_data_write(last, sizeof(last), end, says_binary(talk), &used);
    int result;

    out[length] = '\0';
    if ((result = conn_say_begin_at(talk->conn, where, RFC("854", "0"),
                                    "data")) < 0 ||
        (result = conn_say_secret(talk->conn, out)) < 0 ||
        (result = conn_say_bytes(talk->conn, last, ending)) < 0)
        return result;
    return conn_say_end(talk->conn);
}

/* ---- options ------------------------------------------------------------ */

/* RFC 1073 §2: width and height, two bytes each. */
int telnet_talk_window(struct telnet_talk *talk)
{
    char size[4] = {(char)(talk->columns >> 8), (char)talk->columns,
                    (char)(talk->rows >> 8), (char)talk->rows};

    if (!telnet_option_on(&talk->options, TELNET_US, TELNET_NAWS))
        return 0;
    return say_sub(talk, TELNET_NAWS, (struct span){size, sizeof(size)});
}

static int say_terminal(struct telnet_talk *talk)
{
    char bytes[1 + TELNET_TERMINAL_MAX] = {TELNET_TTYPE_IS};
    const char *name = talk->terminal[0] ? talk->terminal : "UNKNOWN";
    size_t length = strlen(name);

    memcpy(bytes + 1, name, length);
    return say_sub(talk, TELNET_TTYPE, (struct span){bytes, 1 + length});
}

/* An option has just come on: what there is to be said of it at once. */
static int say_consequence(struct telnet_talk *talk,
                           const struct telnet_change *change)
{
    static const char send[1] = {TELNET_TTYPE_SEND};

    if (change->after != TELNET_YES || change->before == TELNET_YES)
        return 0;
    if (!talk->server && change->side == TELNET_US &&
        change->option == TELNET_NAWS)
        return telnet_talk_window(talk);
    if (talk->server && change->side == TELNET_HIM &&
        change->option == TELNET_TTYPE)
        return say_sub(talk, TELNET_TTYPE, (struct span){send, 1});
    return 0;
}

/* The note, the answer if there is one, and what follows from it. */
static int carry_out(struct telnet_talk *talk,
                     const struct telnet_change *change)
{
    char text[CONN_NOTE_MAX];
    int result = 0;

    telnet_change_describe(&talk->options, change, text, sizeof(text));
    conn_note(talk->conn, RFC("1143", "7"), "option", "%s", text);
    talk->parser.binary =
        telnet_option_on(&talk->options, TELNET_HIM, TELNET_BINARY);
    if (change->answers)
        result = say_negotiation(talk, change->verb, change->option);
    return result == 0 ? say_consequence(talk, change) : result;
}

int telnet_talk_ask(struct telnet_talk *talk, enum telnet_side side,
                    unsigned char option, bool on)
{
    struct telnet_change change =
        telnet_option_ask(&talk->options, side, option, on);

    return carry_out(talk, &change);
}

static int hear_negotiation(struct telnet_talk *talk,
                            const struct telnet_event *event)
{
    struct telnet_change change =
        telnet_option_hear(&talk->options, event->command, event->option);

    return carry_out(talk, &change);
}

/* ---- subnegotiations ---------------------------------------------------- */

/* What a peer calls his terminal is shown to people: letters, digits and a few
 * signs are kept (RFC 1091 §5). */
static void keep_terminal(struct telnet_talk *talk, struct span name)
{
    size_t length = 0;

    for (size_t i = 0; i < name.length; i++)
        if (name.data[i] > ' ' && name.data[i] < 127 &&
            length < sizeof(talk->terminal) - 1)
            talk->terminal[length++] = name.data[i];
    talk->terminal[length] = '\0';
    conn_note(talk->conn, RFC("1091", "5"), "terminal", "his terminal is %s",
              length ? talk->terminal : "unnamed");
}

static void keep_window(struct telnet_talk *talk, struct span size)
{
    const unsigned char *byte = (const unsigned char *)size.data;

    talk->columns = (unsigned)(byte[0] << 8 | byte[1]);
    talk->rows = (unsigned)(byte[2] << 8 | byte[3]);
    conn_note(talk->conn, RFC("1073", "2"), "window",
              "his window has %u columns and %u lines", talk->columns,
              talk->rows);
}

/* A subnegotiation about what was not agreed on counts as nothing. */
static int hear_sub(struct telnet_talk *talk, const struct telnet_event *event)
{
    enum telnet_side side = talk->server ? TELNET_HIM : TELNET_US;
    struct span bytes = event->bytes;

    if (!telnet_option_on(&talk->options, side, event->option)) {
        conn_note(talk->conn, RFC("855", "0"), "option",
                  "nobody has agreed on %s: this is passed over",
                  telnet_option_name(event->option));
        return 0;
    }
    if (talk->server && event->option == TELNET_NAWS && bytes.length == 4)
        keep_window(talk, bytes);
    else if (talk->server && event->option == TELNET_TTYPE &&
             bytes.length > 0 && bytes.data[0] == TELNET_TTYPE_IS)
        keep_terminal(talk, (struct span){bytes.data + 1, bytes.length - 1});
    else if (!talk->server && event->option == TELNET_TTYPE &&
             bytes.length > 0 && bytes.data[0] == TELNET_TTYPE_SEND)
        return say_terminal(talk);
    return 0;
}

/* ---- hearing ------------------------------------------------------------ */

/* As much as is looked at at once: with by_line, up to the end of a line. */
static struct span portion(const struct telnet_talk *talk)
{
    struct span view = conn_view(talk->conn);

    if (view.length > TELNET_DATA_MAX)
        view.length = TELNET_DATA_MAX;
    for (size_t i = 0; talk->by_line && i < view.length; i++)
        if (view.data[i] == '\n' || view.data[i] == '\r') {
            bool pair = view.data[i] == '\r' && i + 1 < view.length &&
                        (view.data[i + 1] == '\n' || view.data[i + 1] == '\0');
            view.length = i + 1 + pair;
        }
    return view;
}

/* Closes the event in the trace. False: it has come to too many. */
static bool note_heard(struct telnet_talk *talk,
                       const struct telnet_event *event)
{
    char name[48];

    if (event->kind == TELNET_DATA) {
        if (talk->secret)
            conn_mask(talk->conn, 0, (size_t)conn_heard_length(talk->conn));
        conn_heard(talk->conn, RFC("854", "0"), "data");
        return true;
    }
    snprintf(name, sizeof(name), "%s%s%s", telnet_command_name(event->command),
             event->kind == TELNET_COMMAND ? "" : " ",
             event->kind == TELNET_COMMAND ? ""
                                           : telnet_option_name(event->option));
    conn_heard(talk->conn,
               event->kind == TELNET_COMMAND
                   ? telnet_command_rfc(event->command)
                   : telnet_option_rfc(event->option),
               name);
    return ++talk->negotiations <= TELNET_NEGOTIATIONS_MAX;
}

static int hear_one(struct telnet_talk *talk, struct telnet_event *event)
{
    size_t used;
    enum parse outcome =
        telnet_parse(&talk->parser, portion(talk), &used, event, talk->error);

    conn_take(talk->conn, used);
    if (outcome == PARSE_MORE)
        return 0;
    if (outcome == PARSE_BROKEN) {
        conn_heard(talk->conn, RFC("855", "0"), "broken");
        return -ERROR_PROTOCOL;
    }
    if (!note_heard(talk, event))
        return error_set(talk->error, ERROR_PROTOCOL,
                         "more than %d commands and negotiations in one "
                         "connection: an option loop, or a storm (RFC 1143 "
                         "§1)",
                         TELNET_NEGOTIATIONS_MAX);
    if (event->kind == TELNET_NEGOTIATION)
        return hear_negotiation(talk, event);
    if (event->kind == TELNET_SUBNEGOTIATION)
        return hear_sub(talk, event);
    return 1;
}

int telnet_talk_hear(struct telnet_talk *talk, struct telnet_event *event)
{
    int result = 0;

    while (result == 0 && conn_view(talk->conn).length > 0)
        result = hear_one(talk, event);
    return result;
}
