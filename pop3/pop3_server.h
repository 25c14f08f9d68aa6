/* SPDX-License-Identifier: MIT */
/*
 * pop3_server: one server's conversation.
 *
 * pop3_server.c is the driver and the table of verbs; pop3_server_auth.c asks
 * who is there, pop3_drop.c is the maildrop of one session.
 *
 * Errors. An act answers its command, with +OK or -ERR, and returns 0 or the
 * conn's failure, which ends the conversation. What the mailbox runs into
 * stands in session->mail_error, and becomes a -ERR.
 */
#ifndef POP3_POP3_SERVER_H
#define POP3_POP3_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/accounts.h"
#include "common/conn.h"
#include "common/maildir.h"
#include "common/service.h"
#include "pop3/pop3.h"

/* What is served; the same for all conversations. */
struct pop3_site {
    const char *maildir;           /* --maildir: DIR/NAME is NAME's mail */
    struct accounts accounts;      /* who may log in */
    bool insecure_auth;            /* log-ins in clear text are taken */
    const struct service *service; /* whose TLS context STLS uses */
};

/* From the greeting to QUIT, or to the end of the connection. */
struct pop3_session {
    struct conn *conn;
    struct pop3_site *site;
    struct error *error; /* the conn's */
    enum pop3_state state;
    bool over;                          /* nothing more is read */
    char user[POP3_COMMAND_MAX];        /* what USER said; "": nothing */
    char timestamp[POP3_TIMESTAMP_MAX]; /* in our greeting, for APOP */
    unsigned refused;                   /* log-ins */
    unsigned errors;                    /* commands of no use */
    const struct account *account;      /* who has logged in; or NULL */
    struct maildir *box;
    bool *deleted;           /* of each message: marked. Owned. */
    uint64_t *sizes;         /* of each, UINT64_MAX: not asked yet. Owned. */
    struct error mail_error; /* what the box reports to */
    struct pop3_command command; /* the one being answered */
};

/* For struct service: `site` is a struct pop3_site. */
int pop3_server_serve(struct conn *conn, void *site, struct error *error);

/* One line of an answer. */
#define pop3_say(session, rfc, ...) \
    conn_say((session)->conn, (rfc), __VA_ARGS__)
/* Whether TLS stands. */
bool pop3_session_secure(const struct pop3_session *session);
void pop3_session_enter(struct pop3_session *session, enum pop3_state state,
                        const char *why);

/* After conn_try_line has found something else than a line: says what with
 * -ERR, and ends the conversation: -ERROR_PROTOCOL. */
int pop3_session_hang_up(struct pop3_session *session);

/* ---- log-ins (pop3_server_auth.c) --------------------------------------- */

int pop3_act_user(struct pop3_session *session);
int pop3_act_pass(struct pop3_session *session);
int pop3_act_apop(struct pop3_session *session);
int pop3_act_auth(struct pop3_session *session);
/* What the greeting shows for APOP, new each time. */
bool pop3_timestamp_make(char timestamp[POP3_TIMESTAMP_MAX]);

/* ---- the maildrop (pop3_drop.c) ------------------------------------------ */

/* Locks and reads it. ERROR_REFUSED: another session has it. */
int pop3_drop_open(struct pop3_session *session);
/* The UPDATE state: removes what is marked; how many it could not. */
size_t pop3_drop_update(struct pop3_session *session);
void pop3_drop_close(struct pop3_session *session);

int pop3_act_stat(struct pop3_session *session);
int pop3_act_list(struct pop3_session *session);
int pop3_act_uidl(struct pop3_session *session);
int pop3_act_retr(struct pop3_session *session);
int pop3_act_top(struct pop3_session *session);
int pop3_act_dele(struct pop3_session *session);
int pop3_act_rset(struct pop3_session *session);

#endif
