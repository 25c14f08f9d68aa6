/* SPDX-License-Identifier: MIT */
/*
 * telnet_client: the half at which a person sits, or a script.
 *
 * telnet_client.c holds the conversation; telnet_login.c waits for prompts and
 * answers them; telnet_lines.c passes standard input on line by line, and
 * telnet_session.c key by key, on a terminal that telnet_terminal.c gives back
 * as it was.
 */
#ifndef TELNET_TELNET_CLIENT_H
#define TELNET_TELNET_CLIENT_H

#include "common/conn.h"
#include "common/login.h"
#include "telnet/telnet_talk.h"

struct telnet_client {
    struct conn_setup setup; /* filled by the caller before open */
    struct conn *conn;       /* owned; NULL: not connected */
    struct telnet_talk talk;
    bool cr_nul;  /* the Enter key sends CR NUL instead of CR LF */
    bool binary;  /* ask for BINARY, both ways */
    bool naive;   /* forget what was asked for: see telnet_options */
    int output;   /* descriptor that gets what the server shows */
    bool newline; /* CR LF becomes LF there: it is no terminal */
    bool cr;      /* and the last byte was a CR */
    char tail[TELNET_TAIL_MAX]; /* the end of the last line that came */
    size_t tail_length;
    uint64_t shown; /* bytes of data that came */
    unsigned lines; /* whole lines among them that were not empty */
    bool refused;   /* one of them reads like "Login incorrect" */
};

/* ---- the conversation (telnet_client.c) --------------------------------- */

/* Connects. It says nothing at first: who serves knows what the session needs
 * and offers it (RFC 1123 §3.3.4). */
int telnet_client_open(struct telnet_client *client, const char *host,
                       uint16_t port);
/* Waits for `ms` milliseconds at most (-1: as long as the conn does), hears
 * what has come, answers what is to be answered and shows the rest. 0: more may
 * come. 1: nothing came in time. 2: the server has closed. */
int telnet_client_hear(struct telnet_client *client, int64_t ms);
/* True when the last that the server showed asks for a password. */
bool telnet_client_asks_secret(const struct telnet_client *client);
/* Types: lines that end in LF or CR. After a question for a password it goes
 * into the trace as asterisks, up to the end of the line. */
int telnet_client_type(struct telnet_client *client, struct span keys);
void telnet_client_close(struct telnet_client *client);

/* Writes what came to `output` (telnet_show.c). */
int telnet_show(struct telnet_client *client, struct span data);
/* True when `word` stands in the text, letter case aside. */
bool telnet_has_word(struct span text, const char *word);

/* ---- what to do with it ------------------------------------------------- */

/* Awaits the questions for name and password and answers them. ERROR_AUTH: the
 * server said no, or asked again. ERROR_PROTOCOL: no question came. */
int telnet_login(struct telnet_client *client, const struct login *login);

/* Passes on the lines of `input`, then shows what comes until the server
 * closes. ERROR_LOCAL: input or output failed. */
int telnet_lines(struct telnet_client *client, int input);

/* A person types at the terminal `input` until the server closes, or until he
 * leaves by ^]. The terminal is as it was afterwards. */
int telnet_session(struct telnet_client *client, int input);

#endif
