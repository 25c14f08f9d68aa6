/* SPDX-License-Identifier: MIT */
/*
 * pop3: the Post Office Protocol, version 3, both halves.
 *
 * RFC 1939: all three states, every command, TOP, UIDL, USER, PASS and APOP.
 * RFC 2449: CAPA, response codes, pipelining. RFC 2595 §4: STLS; RFC 8314: TLS
 * from the first byte, port 995. RFC 5034: AUTH, with PLAIN, LOGIN, CRAM-MD5
 * and SCRAM-SHA-256.
 *
 *     struct pop3_client client = {...};                // see pop3_client.h
 *     pop3_client_open(&client, &url);                  // TCP, TLS, greeting
 *     pop3_client_log_in(&client, &login, NULL, false); // AUTHORIZATION
 *     pop3_client_ask(&client, RFC("1939", "5"), true, "RETR %d", 1);
 *     do
 *         pop3_client_hear_piece(&client, &piece);      // TRANSACTION
 *     while (piece.length > 0);
 *     pop3_client_quit(&client);                        // UPDATE
 *
 * The parsers do no I/O: a line comes whole from conn_read_line, and what may
 * be long, a message, is read in any split.
 *
 * DEPARTURES. Deliberately no LAST, no RPOP, no AUTH without a mechanism: they
 * are gone from the standard. UTF8 and LANG (RFC 6856) are not spoken. The
 * server expires nothing, and no log-in has to wait for the last one to be old
 * (EXPIRE, LOGIN-DELAY: RFC 2449 §6). The client does not log in by APOP once
 * STLS was said: the timestamp came in clear.
 */
#ifndef POP3_POP3_H
#define POP3_POP3_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/terms.h"
#include "common/text.h"
#include "pop3/pop3_limits.h"

/* Commands, replies, response codes, capabilities, ideas; a NULL name ends. */
extern const struct term pop3_terms[];

/* ---- the states of a session (RFC 1939 §3) ------------------------------ */

enum pop3_state {
    POP3_STATE_CLOSED,
    POP3_STATE_AUTHORIZATION, /* who are you? */
    POP3_STATE_TRANSACTION,   /* the maildrop is locked, and ours */
    POP3_STATE_UPDATE,        /* after QUIT: what was marked is removed */
    POP3_STATES
};
const char *pop3_state_name(enum pop3_state state);

/* ---- what a server says (pop3_parse.c) ---------------------------------- */

enum pop3_status {
    POP3_OK,      /* "+OK" */
    POP3_ERR,     /* "-ERR" */
    POP3_CONTINUE /* "+ ": go on with the log-in (RFC 5034 §4) */
};

struct pop3_reply {
    enum pop3_status status;
    struct span code; /* "IN-USE" of "[IN-USE]", RFC 2449 §8; or empty */
    struct span text; /* what follows the status, for people */
};

/* Reads the first line of a reply, without its CR LF; the spans lie in it.
 * ERROR_PROTOCOL: it is no status line (RFC 1939 §3). */
int pop3_reply_read(struct pop3_reply *reply, struct span line,
                    struct error *error);
/* The timestamp of a greeting, with its angle brackets: RFC 1939 §7, APOP.
 * Empty when there is none. */
struct span pop3_timestamp_read(struct span greeting);
/* What APOP says: MD5 of the timestamp and the password, in hexadecimal. False:
 * MD5 is not to be had (pop3_auth.c). */
bool pop3_apop_digest(const char *timestamp, const char *password,
                      char hex[33]);
/* A line of LIST or UIDL: a message's number, one blank, the rest. */
bool pop3_listing_read(struct span line, uint32_t *number, struct span *rest);
/* A number from 1 on, and nothing else. */
bool pop3_number_read(struct span text, uint32_t *number);

/* What CAPA told: RFC 2449 §6. */
struct pop3_capabilities {
    bool asked; /* all false when it was not understood */
    bool top, user, uidl, stls, pipelining, resp_codes;
    char mechanisms[POP3_MECHANISMS_MAX]; /* "PLAIN LOGIN"; "": no SASL */
};
/* Takes one line of the answer. */
void pop3_capability_read(struct pop3_capabilities *capabilities,
                          struct span line);

/* ---- lines until "." (RFC 1939 §3) -------------------------------------- */

/* Where in "CR LF . CR LF" the reader stands. */
enum pop3_lines_state {
    POP3_LINES_START, /* of a line */
    POP3_LINES_DOT,   /* after a '.' that begins a line */
    POP3_LINES_DOT_CR,
    POP3_LINES_TEXT,
    POP3_LINES_CR, /* after a CR in a line */
    POP3_LINES_WHOLE
};

/* A multi-line answer being read: zero at first. */
struct pop3_lines {
    enum pop3_lines_state state;
    uint64_t total; /* bytes given, stuffing not counted */
};

/* Reads on in `input`: *piece is content, as it was before it was stuffed (it
 * borrows from the input, and may be empty), *used all that was read.
 * PARSE_DONE: the end was read, after *piece. PARSE_MORE: there may be more in
 * what is left of the input if *used is not 0. Nothing in it is broken: what
 * has no end is for the caller to bound. */
enum parse pop3_lines_read(struct pop3_lines *lines, struct span input,
                           size_t *used, struct span *piece);

/* ---- and the other way: stuffing ---------------------------------------- */

/* Where in CR LF a message on its way out stands. */
enum pop3_stuffing_state {
    POP3_STUFF_START, /* of a line */
    POP3_STUFF_TEXT,
    POP3_STUFF_CR
};
/* A message on its way out: zero at first. */
struct pop3_stuffing {
    enum pop3_stuffing_state state;
};
/* Takes the next run off `input`, and tells whether a dot goes before it. False
 * when the input is used up. */
bool pop3_stuff_next(struct pop3_stuffing *stuffing, struct span *input,
                     struct span *run, bool *dot);

/* What TOP sends of a message: the header, the empty line, so many lines of the
 * body. Set `lines`, the rest is zero. */
struct pop3_top {
    uint64_t lines;     /* of the body that are still to come */
    bool body;          /* the empty line has passed */
    size_t line_length; /* of the line so far; a CR counts */
};
/* How much of `input` belongs to it; less than all of it: that was the end. */
size_t pop3_top_read(struct pop3_top *top, struct span input);

/* ---- what a client says ------------------------------------------------- */

#define POP3_VERB_MAX 4 /* letters: RFC 1939 §3 says three or four */

struct pop3_command {
    char verb[POP3_VERB_MAX + 1]; /* upper case */
    struct span rest;             /* after the blank; data NULL: none */
};

/* Reads a line without its CR LF. False: it begins with no keyword. */
bool pop3_command_read(struct pop3_command *command, struct span line);
/* Takes the next word off `rest`; false when there is none. */
bool pop3_word_next(struct span *rest, struct span *word);

#endif
