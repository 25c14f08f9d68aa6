/* SPDX-License-Identifier: MIT */
/*
 * pop3_client: one client's conversation, and what stands around it.
 *
 * pop3_client.c is the conversation and nothing else. Around it: pop3_auth.c
 * says who we are, pop3_begin.c gets to the maildrop by the way that is safe,
 * pop3_fetch.c brings messages into files, pop3_tell.c prints lists, and
 * pop3_run.c does what the command line asks for.
 *
 * Errors. A -ERR is ERROR_REFUSED (ERROR_AUTH for a log-in), with the server's
 * own words, and the connection is good for another command. What is no answer
 * is ERROR_PROTOCOL, all else is conn's: then it may only be closed. What is
 * given is borrowed; what is given back lies in the client until the next call.
 */
#ifndef POP3_POP3_CLIENT_H
#define POP3_POP3_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/conn.h"
#include "common/login.h"
#include "common/options.h"
#include "common/save.h"
#include "common/url.h"
#include "pop3/pop3.h"

/* ---- the conversation (pop3_client.c) ----------------------------------- */

struct pop3_client {
    /* Set by the caller, borrowed. */
    struct conn_setup setup;
    struct tls_context *tls;
    /* Zero at first. */
    struct conn *conn; /* NULL: none is open */
    enum pop3_state state;
    bool secure;        /* TLS stands */
    bool deleting;      /* a message was marked: QUIT decides */
    size_t outstanding; /* commands that are not answered yet */
    struct pop3_capabilities capabilities;
    char timestamp[POP3_TIMESTAMP_MAX]; /* of the greeting; "": no APOP */
    bool timestamp_forgotten;           /* there was one, before STLS */
    struct pop3_reply reply;            /* the latest; its spans lie in: */
    char line[POP3_SASL_LINE_MAX];
    struct pop3_lines lines; /* the multi-line answer being heard */
};

/* The one place where the state changes. */
void pop3_client_enter(struct pop3_client *client, enum pop3_state state,
                       const char *why);
/* Connects, speaks TLS first if the URL says so, hears the greeting. Errors:
 * those of conn; ERROR_REFUSED: it greets with -ERR. */
int pop3_client_open(struct pop3_client *client, const struct url *url);
/* STLS; `host` is the name that the certificate must carry. What was learned
 * before is forgotten. ERROR_REFUSED, or as conn_start_tls. */
int pop3_client_start_tls(struct pop3_client *client, const char *host);

/* ERROR_PROTOCOL: something has come that was not asked for. */
int pop3_client_may_say(struct pop3_client *client);
/* Sends one command; its answer is to be heard, in order. */
#define pop3_client_say(client, rfc, ...) \
    pop3_client_say_at((client), HERE, (rfc), __VA_ARGS__)
int pop3_client_say_at(struct pop3_client *client, struct where where,
                       struct rfc rfc, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Hears the first line of the next answer into client->reply. 0 whatever its
 * status. It is a message of its own unless `more` lines follow a +OK: those
 * belong to it, and end it. */
#define pop3_client_hear(client, rfc, more) \
    pop3_client_hear_at((client), HERE, (rfc), (more))
int pop3_client_hear_at(struct pop3_client *client, struct where where,
                        struct rfc rfc, bool more);
/* The refusal that client->reply is, into the error; -class. */
int pop3_client_refused(struct pop3_client *client, enum error_class class);
/* What saying it came to (`said`), then hearing the answer, then +OK. */
int pop3_client_agreed_at(struct pop3_client *client, struct where where,
                          struct rfc rfc, bool more, int said);
/* Both, one after the other. 0: +OK. ERROR_REFUSED: -ERR, the server's words
 * are in the error. */
#define pop3_client_ask(client, rfc, more, ...)          \
    pop3_client_agreed_at((client), HERE, (rfc), (more), \
                          pop3_client_say((client), (rfc), __VA_ARGS__))

/* The next line of a list, borrowed; 1: there was one, 0: the list has ended.
 * ERROR_PROTOCOL: more than `max` lines. */
int pop3_client_hear_line(struct pop3_client *client, size_t max,
                          struct span *line);
/* The next piece of a message, borrowed until the next call; length 0: it is
 * whole, and in the trace. */
int pop3_client_hear_piece(struct pop3_client *client, struct span *piece);

/* QUIT: only now the server removes what was marked. Closes in any case.
 * Where nothing was marked, a missing answer is no failure. */
int pop3_client_quit(struct pop3_client *client);
/* Closes without a word: nothing is deleted (RFC 1939 §6). */
void pop3_client_close(struct pop3_client *client);

/* ---- who we are (pop3_auth.c) ------------------------------------------- */

/* From AUTHORIZATION to TRANSACTION. `wanted` (--auth) is APOP, USER, or a
 * mechanism of AUTH; NULL: the strongest that both know. Without TLS nothing
 * goes unless `insecure_auth`. ERROR_INSECURE: it would. ERROR_AUTH: refused.
 * ERROR_REFUSED: the maildrop is in use. ERROR_USAGE: nobody knows `wanted`. */
int pop3_client_log_in(struct pop3_client *client, const struct login *login,
                       const char *wanted, bool insecure_auth);

/* ---- what the command line asks for (pop3_run.c) ------------------------- */

struct pop3_options {
    struct client_options client;
    const char *output;  /* -o */
    const char *auth;    /* --auth */
    bool no_quit;        /* leave as a broken connection would */
    bool ssl_reqd;       /* STLS or nothing */
    bool no_starttls;    /* no STLS, though it is offered */
    bool delete_fetched; /* once it is saved */
    bool silent;         /* no progress */
};

/* Does `words` ("retr", "1-3"; count 0: "list") with the maildrop of `text`, a
 * URL. */
int pop3_run(const struct pop3_options *options, const char *text,
             char *const *words, size_t count, struct error *error);

/* ---- its parts ---------------------------------------------------------- */

/* The way to the maildrop that is safe (pop3_begin.c): connect, CAPA, STLS,
 * and, if `login` is not NULL, log in. */
int pop3_begin(struct pop3_client *client, const struct pop3_options *options,
               const struct url *url, const struct login *login);

/* CAPA, into client->capabilities; a -ERR means: nothing beyond RFC 1939. */
int pop3_client_ask_capabilities(struct pop3_client *client);

/* Lists (pop3_tell.c), one line each, control bytes escaped. */
int pop3_tell_capabilities(struct pop3_client *client, struct save *save);
int pop3_tell_totals(struct pop3_client *client, struct save *save); /* STAT */
/* LIST or UIDL, of all messages or (0: all) of one. */
int pop3_tell_list(struct pop3_client *client, const char *verb,
                   uint32_t number, struct save *save);

/* Messages (pop3_fetch.c). */
struct pop3_wanted {
    uint32_t first, last; /* numbers, both included */
    long top;             /* lines of the body, TOP; -1: all of it, RETR */
    bool delete_fetched;  /* after they have come */
    bool progress;
};
/* ERROR_REFUSED: one of them is not there; the others are fetched. */
int pop3_fetch(struct pop3_client *client, const struct pop3_wanted *wanted,
               struct save *save);
/* Marks messages; QUIT will remove them. ERROR_REFUSED: one of them can't be
 * deleted, and so none is: all marks are taken back. */
int pop3_delete(struct pop3_client *client, const uint32_t *numbers,
                size_t count);

#endif
