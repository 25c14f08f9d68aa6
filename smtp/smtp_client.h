/* SPDX-License-Identifier: MIT */
/*
 * smtp_client: one client's conversation, and what stands around it.
 *
 * smtp_client.c is the conversation and nothing else. Around it: smtp_auth.c
 * logs in, smtp_pipeline.c says a whole envelope in one flight, smtp_data.c
 * makes the octets right, smtp_message.c writes a message that was not given,
 * smtp_mx.c finds the host that takes it. The server's relay and mailbox-check
 * stand on these functions too.
 *
 * Errors. A reply that says no is ERROR_REFUSED (ERROR_AUTH for a log-in), and
 * stands in client->reply; the connection is good for another command, unless
 * the code was 421, after which smtp_client_is_open is false. All other errors
 * are those of conn: the connection may only be closed.
 */
#ifndef SMTP_SMTP_CLIENT_H
#define SMTP_SMTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/conn.h"
#include "common/login.h"
#include "smtp/smtp.h"

struct tls_context;

/* ---- one conversation (smtp_client.c) ----------------------------------- */

enum smtp_tls {
    SMTP_TLS_OFFERED,  /* STARTTLS if it is offered, and it works */
    SMTP_TLS_REQUIRED, /* STARTTLS or nothing (--ssl-reqd) */
    SMTP_TLS_IMPLICIT, /* before the first byte (smtps) */
    SMTP_TLS_NEVER     /* in clear, whatever is offered */
};

struct smtp_client {
    /* Set by the caller, borrowed. */
    struct conn_setup setup;
    struct tls_context *tls;
    enum smtp_tls security;
    const char *name;   /* what EHLO says we are; NULL: the machine's name */
    bool no_pipelining; /* one command at a time, whatever is offered */
    /* Zero at first. */
    struct conn *conn;                     /* NULL: none is open */
    char host[SMTP_DOMAIN_MAX + 1];        /* whom we connected to */
    struct smtp_capabilities capabilities; /* of the last EHLO */
    struct smtp_reply reply;               /* the last one heard */
    unsigned awaited;                      /* replies to what was said */
    bool secure;                           /* TLS is on */
    bool logged_in;
};

/* Connects (with TLS first if it is implicit) and hears the greeting. */
int smtp_client_open(struct smtp_client *client, const char *host,
                     uint16_t port);
/* EHLO; HELO if the server does not understand that (RFC 5321 §3.2). */
int smtp_client_hello(struct smtp_client *client);
/* STARTTLS as client->security asks: all that was learned before is forgotten,
 * and EHLO is said again (RFC 3207 §4.2). Does nothing when TLS is on already,
 * or not to be. ERROR_INSECURE: it is required and not to be had. `host` is the
 * name that the certificate must carry. */
int smtp_client_start_tls(struct smtp_client *client, const char *host);
/* The three above in one. */
int smtp_client_greet(struct smtp_client *client, const char *host,
                      uint16_t port);

/* MAIL, RCPT and DATA, one at a time. Parameters go along when the server
 * offers the extension. smtp_client_recipient notes the reply in the
 * recipient's outcome and answer; that one recipient is refused is no error:
 * it returns 0, or 1 when refused. SMTP_PENDING stays where 2yz came: only the
 * answer to the data decides. */
int smtp_client_mail(struct smtp_client *client,
                     const struct smtp_envelope *envelope,
                     const struct smtp_content *content);
int smtp_client_recipient(struct smtp_client *client,
                          struct smtp_recipient *recipient);
int smtp_client_data(struct smtp_client *client, struct smtp_envelope *envelope,
                     const struct smtp_content *content);
/* Any other command of one line, and its reply: NOOP, VRFY. `line` may hold no
 * CR, LF or NUL. Errors: those of the connection; what the reply says is the
 * caller's to judge. */
#define smtp_client_command(client, rfc, line) \
    smtp_client_command_at((client), HERE, (rfc), (line))
int smtp_client_command_at(struct smtp_client *client, struct where where,
                           struct rfc rfc, const char *line);

/* A whole transaction, pipelined when that is offered. Every recipient that was
 * SMTP_PENDING has an outcome after it, with the reply that decided. 0: the
 * server took the message for at least one. -ERROR_REFUSED: for none. Other
 * errors: the connection broke; recipients without an answer stay
 * SMTP_PENDING, or are SMTP_DEFERRED when the data may have arrived. */
int smtp_client_send(struct smtp_client *client, struct smtp_envelope *envelope,
                     struct smtp_content *content);
/* Forgets a transaction that has begun (RFC 5321 §4.1.1.5). */
int smtp_client_reset(struct smtp_client *client);

/* QUIT, and the connection is closed. A missing answer changes nothing. */
void smtp_client_quit(struct smtp_client *client);
/* Closes without a word. NULL conn is allowed. */
void smtp_client_close(struct smtp_client *client);
bool smtp_client_is_open(const struct smtp_client *client);

/* ---- what the other files need of it ------------------------------------ */

/* Hears one whole reply into client->reply, at most `timeout_ms` long, and
 * makes it an event. A 421 closes the channel (RFC 5321 §3.8): ERROR_REFUSED.
 * ERROR_PROTOCOL: it is no reply, or the connection has ended without one. */
#define smtp_client_hear(client, rfc, timeout_ms) \
    smtp_client_hear_at((client), HERE, (rfc), (timeout_ms))
int smtp_client_hear_at(struct smtp_client *client, struct where where,
                        struct rfc rfc, int64_t timeout_ms);
/* Fills the error with the reply that was heard; returns -class. */
int smtp_client_refused(struct smtp_client *client, enum error_class class,
                        const char *what);
/* Makes the next words good to be said: ERROR_PROTOCOL when the server has said
 * more than was asked. To be called before each command. */
int smtp_client_begin(struct smtp_client *client);
/* What the reply says becomes the recipient's answer and outcome. */
void smtp_client_note_answer(const struct smtp_client *client,
                             struct smtp_recipient *recipient);
/* The same for all that are SMTP_PENDING: the reply is to the message, or to
 * the sender, and decides for each of them. */
void smtp_client_note_all(const struct smtp_client *client,
                          struct smtp_envelope *envelope);
/* An answer of our own for all that are SMTP_PENDING: code 0. */
void smtp_envelope_settle(struct smtp_envelope *envelope,
                          enum smtp_outcome outcome,
                          struct smtp_enhanced enhanced, const char *text);
/* What follows a 354: the message with its last dot, and the reply to it, which
 * is each pending recipient's outcome. */
int smtp_client_say_message(struct smtp_client *client,
                            struct smtp_envelope *envelope,
                            const struct smtp_content *content);
/* Before a transaction: is the message one that this server takes? The limit of
 * SIZE, 8BITMIME, SMTPUTF8. ERROR_REFUSED with an answer of ours for every
 * pending recipient. */
int smtp_client_can_carry(struct smtp_client *client,
                          struct smtp_envelope *envelope,
                          const struct smtp_content *content);
/* After it: gives recipients that were too many a transaction of their own, and
 * resets one that was refused. Returns smtp_client_send's result. */
int smtp_client_sent(struct smtp_client *client, struct smtp_envelope *envelope,
                     struct smtp_content *content, int result);
/* A transaction in one flight (smtp_pipeline.c): RFC 2920. */
int smtp_pipeline_send(struct smtp_client *client,
                       struct smtp_envelope *envelope,
                       const struct smtp_content *content);
/* Says the command, without waiting for its reply (smtp_say.c). */
int smtp_client_say_hello(struct smtp_client *client, const char *verb);
int smtp_client_say_mail(struct smtp_client *client,
                         const struct smtp_envelope *envelope,
                         const struct smtp_content *content);
int smtp_client_say_recipient(struct smtp_client *client,
                              const struct smtp_recipient *recipient);

/* ---- logging in (smtp_auth.c) ------------------------------------------- */

/* AUTH with the strongest mechanism of both, or the one called `wanted` (NULL:
 * any). ERROR_INSECURE: over clear text, and not `insecure_auth`. ERROR_AUTH:
 * refused, or no AUTH offered. */
int smtp_client_log_in(struct smtp_client *client, const struct login *login,
                       const char *wanted, bool insecure_auth);

/* ---- delivery to a domain (smtp_mx.c) ----------------------------------- */

/* How to get to a domain's mail server. Everything is borrowed. */
struct smtp_route {
    uint16_t port;    /* of the exchangers: 25 */
    const char *self; /* a relay's own name: it and whatever stands behind it in
                       * the list is left out (RFC 5321 §5.1). NULL: none */
    const char *next_hop; /* this host, and no MX look-up; NULL: by MX */
};

/* Delivers to the recipients that are SMTP_PENDING; all of them must belong to
 * `domain`. MX hosts are tried in order of preference until every recipient has
 * an answer that another host can't mend: 2yz or 5yz for it. After that each
 * has an outcome, with the last answer; where nobody answered, one of ours: a
 * null MX or no such domain fails, a host that is down or a name server that is
 * silent defers. `client` holds no connection, before and after; its
 * setup.error is used and cleared. Errors: ERROR_LOCAL only (the content can't
 * be read, no memory); then recipients may be pending still. Each decision is a
 * note in the trace.
 *
 * DEPARTURES. Of a host's addresses the first that can be connected to is the
 * one that counts: if that server is busy, the next host is tried, not the next
 * address (RFC 5321 §5.1). */
int smtp_deliver(struct smtp_client *client, const struct smtp_route *route,
                 const char *domain, struct smtp_envelope *envelope,
                 struct smtp_content *content);

#endif
