/* SPDX-License-Identifier: MIT */
/*
 * smtp_server: the other half of the conversation, and what happens to a
 * message after it.
 *
 * smtp_server.c hears commands and hands each to its act; smtp_session.c is
 * what all acts need; smtp_login.c is STARTTLS and AUTH; smtp_judge.c says for
 * whom mail is taken; smtp_receive.c takes the data; smtp_store.c puts a
 * message into a Maildir, or into the queue (smtp_queue.h). The queue's runner
 * (smtp_runner.c) is a process beside the conversations: smtp_relay.c delivers
 * one entry, smtp_bounce.c reports.
 */
#ifndef SMTP_SMTP_SERVER_H
#define SMTP_SMTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/accounts.h"
#include "common/conn.h"
#include "common/options.h"
#include "common/sasl.h"
#include "common/service.h"
#include "smtp/smtp.h"
#include "smtp/smtp_command.h"
#include "smtp/smtp_queue.h"
#include "smtp/smtp_transaction.h"
#include "smtp/smtp_unstuff.h"

struct smtp_session;

/* How a server departs from an honest one (smtp_manners.c). Every member may be
 * NULL. Each gets the honest verdict in *verdict and may write another; a code
 * of 421 or 554 at the greeting ends the connection. *account is whose mailbox
 * it will be, NULL: nobody's here. */
struct smtp_manners {
    void (*greet)(void *context, const struct smtp_session *session,
                  struct smtp_verdict *verdict);
    void (*judge)(void *context, const struct smtp_session *session,
                  const struct smtp_rcpt *rcpt, const char **account,
                  struct smtp_verdict *verdict);
    int64_t delay_ms; /* before each reply: a tarpit */
    void *context;    /* handed to the two */
};

/* Those of that name, static. ERROR_USAGE: there are none, with the nearest. */
int smtp_manners_find(const struct smtp_manners **manners, const char *name,
                      struct error *error);

/* What one server is. Everything is borrowed but what says otherwise. */
struct smtp_site {
    const char *name;              /* ours, in greeting, EHLO and Received */
    struct option_list domains;    /* whose mailboxes are here */
    const char *maildir;           /* DIR: account NAME has DIR/NAME */
    struct accounts accounts;      /* owned */
    bool relay;                    /* pass on what others send, if they may */
    bool insecure_auth;            /* AUTH without TLS */
    struct option_list relay_from; /* addresses that need not log in */
    struct option_list routes;     /* "DOMAIN=HOST[:PORT]": no MX look-up */
    struct option_list resolve;    /* as of a client */
    const char *dns_server;
    const char *ca_file;    /* of the servers that we relay to; NULL: any */
    long port;              /* of the servers that we relay to */
    long submission;        /* the port where all must log in: RFC 6409 */
    long size_max;          /* bytes of a message */
    const char *clock_file; /* see smtp_now_s; NULL: the machine's clock */
    int64_t retry_ms, give_up_ms; /* the queue's: first interval, and in all */
    int64_t idle_ms;              /* of a silent client */
    const struct smtp_manners *manners; /* NULL: honest ones */
    const struct service *service;      /* for its TLS */
    struct smtp_queue queue;            /* owned */
};

/* Where a session is: which commands make sense. RFC 5321 §4.1.4. */
enum smtp_state {
    SMTP_STATE_CONNECTED, /* nobody has said EHLO or HELO */
    SMTP_STATE_GREETED,
    SMTP_STATE_MAIL, /* the reverse-path is known */
    SMTP_STATE_RCPT, /* and one forward-path at least */
    SMTP_STATES
};

/* One conversation, as the acts of the verb table see it. */
struct smtp_session {
    struct conn *conn;
    struct error *error; /* the conn's */
    struct smtp_site *site;
    enum smtp_state state;
    bool extended; /* greeted by EHLO */
    bool tls;
    bool submission; /* came to the port for that */
    bool close;      /* the connection ends after this reply */
    bool unasked;    /* ... though the client did not ask for it */
    char client[SMTP_DOMAIN_MAX + 1]; /* what it calls itself in EHLO */
    char address[80];                 /* where it is: "192.0.2.10" */
    char user[SASL_TEXT_MAX];         /* who has logged in; "": nobody */
    int errors, logins_failed;
    unsigned refused;     /* recipients of this transaction */
    struct span argument; /* of the command being acted upon */
    struct smtp_transaction transaction;
    struct smtp_spool spool; /* the data on their way in */
};

/* Holds one connection's conversation: the `serve` of struct service; `site`
 * is a struct smtp_site. */
int smtp_server_serve(struct conn *conn, void *site, struct error *error);

/* Says a reply: code, enhanced code (left out when "" or the client has not
 * said EHLO), text by printf. Returns 0 or the conn's error. A macro, so that
 * the event has the caller's line. */
#define smtp_say(session, rfc, code, enhanced, ...) \
    smtp_say_at((session), HERE, (rfc), (code), (enhanced), __VA_ARGS__)
int smtp_say_at(struct smtp_session *session, struct where where,
                struct rfc rfc, int code, const char *enhanced,
                const char *format, ...) __attribute__((format(printf, 6, 7)));
#define smtp_say_verdict(session, rfc, verdict)                            \
    smtp_say((session), (rfc), (verdict)->code, (verdict)->enhanced, "%s", \
             (verdict)->text)
/* The one setter of session->state; a change is a note in the trace. */
void smtp_session_enter(struct smtp_session *session, enum smtp_state state);
const char *smtp_state_name(enum smtp_state state);
/* Takes all that has come for what it is, no command, says why with 500, and
 * ends the conversation: -ERROR_PROTOCOL. */
int smtp_session_hang_up(struct smtp_session *session, const char *why);

/* ---- acts in files of their own ----------------------------------------- */

int smtp_act_data(struct smtp_session *session);     /* smtp_receive.c */
int smtp_act_starttls(struct smtp_session *session); /* smtp_login.c */
int smtp_act_auth(struct smtp_session *session);
/* The mechanisms to offer now, as after "AUTH "; "": none. In a static buffer,
 * until the next call. */
const char *smtp_auth_offer(const struct smtp_session *session);

/* ---- for whom (smtp_judge.c) -------------------------------------------- */

/* True when the domain is one of --domain, or our own name. */
bool smtp_site_has_domain(const struct smtp_site *site, const char *domain);
/* The account whose mailbox it is: "local@domain", else "local"; Postmaster
 * always has one (RFC 5321 §4.5.1). NULL: there is none. Of a domain of ours
 * only. Borrowed from the site, or static. */
const char *smtp_site_account(const struct smtp_site *site,
                              const struct smtp_path *path);
/* 250 when the recipient is taken; *account is whose mailbox it is, NULL when
 * it is to be relayed. */
void smtp_judge_recipient(const struct smtp_session *session,
                          const struct smtp_rcpt *rcpt, const char **account,
                          struct smtp_verdict *verdict);
/* True when this client may send to everywhere. */
bool smtp_may_relay(const struct smtp_session *session);

/* ---- what becomes of a message (smtp_store.c) --------------------------- */

/* Takes responsibility for the spooled message, durably: delivers it when all
 * its recipients have mailboxes here, else queues it. 250, or why not. */
void smtp_store(struct smtp_session *session, struct smtp_verdict *verdict);
/* Puts the message that can be read from `fd` into an account's Maildir, with
 * Return-Path before it (RFC 5321 §4.4), synced. -ERROR_LOCAL: why not. */
int smtp_deliver_local(const struct smtp_site *site, const char *account,
                       const char *reverse_path, int fd, struct error *error);

/* ---- trace fields (smtp_received.c) ------------------------------------- */

/* Our Received field with its line ends: RFC 5321 §4.4. */
void smtp_received_write(char text[SMTP_RECEIVED_MAX],
                         const struct smtp_session *session);
/* Seconds since 1970 on the server's clock: the machine's, plus so many seconds
 * as stand in the clock's file. A lab that writes 1800 into it has half an hour
 * go by at once. */
int64_t smtp_now_s(const struct smtp_site *site);

/* ---- the queue's process ------------------------------------------------ */

/* Delivers what is queued, until SIGTERM: the `companion` of struct service
 * (smtp_runner.c). */
int smtp_runner_run(void *site, struct trace *trace, struct error *error);
/* One attempt at one entry, to its end: what is delivered or given up leaves
 * the queue, the rest gets the time of its next attempt (smtp_relay.c). */
int smtp_relay_attempt(struct smtp_site *site, struct trace *trace,
                       const char *id, struct error *error);

#endif
