/* SPDX-License-Identifier: MIT */
/*
 * smtp_relay_lab: what the files of this lab share: its steps, in the order in
 * which they run, and its mail servers and clients (post.c).
 */
#ifndef LABS_SMTP_RELAY_SMTP_RELAY_LAB_H
#define LABS_SMTP_RELAY_SMTP_RELAY_LAB_H

#include "labs/lab.h"
#include "labs/lab_flow.h"

#define ALICE "alice@east.test"
#define BOB "bob@west.test"
#define NOBODY "nobody@west.test"

/* journey.c */
int smtp_relay_submit(struct lab_run *run, struct error *error);
int smtp_relay_fetch(struct lab_run *run, struct error *error);
int smtp_relay_read_back(struct lab_run *run, struct error *error);
/* listener.c */
int smtp_relay_listen(struct lab_run *run, struct error *error);
/* reference.c */
int smtp_relay_reference(struct lab_run *run, struct error *error);
/* trouble.c */
int smtp_relay_stranger(struct lab_run *run, struct error *error);
int smtp_relay_bounce(struct lab_run *run, struct error *error);
int smtp_relay_wait(struct lab_run *run, struct error *error);

/* ---- the servers (post.c) ------------------------------------------------ */

/* East and west, SMTP, POP3 and IMAP, each with its mailboxes. */
int post_open(struct lab_run *run, struct error *error);
/* West's mail server alone: down, and up again. */
int post_west_down(struct lab_run *run, struct error *error);
int post_west_up(struct lab_run *run, struct error *error);
/* East's clock is so many seconds ahead of the machine's. */
int post_set_clock(struct lab_run *run, long seconds, struct error *error);

/* ---- the clients -------------------------------------------------------- */

/* Runs smtp-client with these options beside the envelope, from Alice to `to`;
 * over TLS with her password if `tls`. *status is its exit code. No ladder: the
 * mail is on its way still when the client has ended. */
int post_send(struct lab_run *run, const char *to, const char *subject,
              bool tls, int *status, struct error *error);
/* Fetches all messages of an account from its host by pop3-client over TLS;
 * *text is what came, the caller frees it. With a ladder if `ladder`. */
int post_fetch(struct lab_run *run, const char *host, const char *account,
               bool ladder, char **text, struct error *error);
/* Waits until `account` of `host` has so many messages more than at the end of
 * the last such wait. ERROR_TIMEOUT: it got fewer in a bounded time. */
int post_await(struct lab_run *run, const char *host, const char *account,
               size_t more, struct error *error);
/* Waits for the nth event of that name since a moment, in the notes of a host.
 * The trace is the caller's to free; *event borrows from it. */
int post_await_note(struct lab_run *run, int64_t from_ns, const char *name,
                    unsigned nth, struct trace_file *trace,
                    const struct trace_event **event, struct error *error);

#endif
