/* SPDX-License-Identifier: MIT */
/*
 * telnet_talk: one end of a conversation, what client and server have in
 * common. It hears and answers negotiations by itself, and hands on what is
 * data or a command.
 *
 *     telnet_talk_start(&talk, conn, error);
 *     talk.options.agree[TELNET_HIM][TELNET_ECHO] = true;
 *     while (conn_fill(conn) == 0 && !conn_at_end(conn))
 *         while ((result = telnet_talk_hear(&talk, &event)) == 1)
 *             ... event.kind is TELNET_DATA or TELNET_COMMAND ...
 *
 * What is said waits in the conn's buffer until the conn is read from or
 * conn_flush is called: ten answers to ten offers are one segment.
 */
#ifndef TELNET_TELNET_TALK_H
#define TELNET_TELNET_TALK_H

#include "common/conn.h"
#include "common/limits.h"
#include "telnet/telnet.h"

struct telnet_talk {
    struct conn *conn;   /* borrowed */
    struct error *error; /* the conn's */
    struct telnet_parser parser;
    struct telnet_options options;
    unsigned negotiations; /* heard: see TELNET_NEGOTIATIONS_MAX */
    bool server;           /* we ask for terminal and window, or tell them */
    bool by_line;          /* data is cut where lines end: one event each */
    bool secret;           /* data that is heard is masked in the trace */
    char terminal[TELNET_TERMINAL_MAX]; /* ours or his; "": not known */
    unsigned columns, rows;             /* of the window; 0: not known */
};

void telnet_talk_start(struct telnet_talk *talk, struct conn *conn,
                       struct error *error);

/* The next event of what has come that is not for the talk itself. 1: *event is
 * filled, and valid until the conn is read from. 0: all that has come was
 * heard. Errors: ERROR_PROTOCOL, and those of the conn. */
int telnet_talk_hear(struct telnet_talk *talk, struct telnet_event *event);

/* Asks for an option, if its state lets us ask. */
int telnet_talk_ask(struct telnet_talk *talk, enum telnet_side side,
                    unsigned char option, bool on);
/* The three below record the place that they stand at, as conn_say does. */
#define telnet_talk_command(talk, command) \
    telnet_talk_command_at((talk), HERE, (command))
int telnet_talk_command_at(struct telnet_talk *talk, struct where where,
                           unsigned char command);
/* Text that ends its lines in LF, as NVT lines; a client's as it is when BINARY
 * was agreed on; `raw`: as it is. */
#define telnet_talk_data(talk, data, raw) \
    telnet_talk_data_at((talk), HERE, (data), (raw))
int telnet_talk_data_at(struct telnet_talk *talk, struct where where,
                        struct span data, bool raw);
/* `text`, of less than TELNET_LINE_MAX bytes and without a line end, which the
 * trace shows as asterisks, and `end` behind it, as telnet_talk_data has it. */
#define telnet_talk_secret(talk, text, end) \
    telnet_talk_secret_at((talk), HERE, (text), (end))
int telnet_talk_secret_at(struct telnet_talk *talk, struct where where,
                          const char *text, struct span end);
/* Tells the window's size, if the server wants to know. Client only. */
int telnet_talk_window(struct telnet_talk *talk);

#endif
