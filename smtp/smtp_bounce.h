/* SPDX-License-Identifier: MIT */
/*
 * smtp_bounce: reports about deliveries, for who sent the message: RFC 3464,
 * and RFC 3461 §5 and §6 on when and to whom.
 */
#ifndef SMTP_SMTP_BOUNCE_H
#define SMTP_SMTP_BOUNCE_H

#include "smtp/smtp.h"
#include "smtp/smtp_server.h"

/* What a report says of a recipient: RFC 3464 §2.3.3. */
enum smtp_action {
    SMTP_ACTION_NONE, /* nothing is to be said */
    SMTP_ACTION_FAILED,
    SMTP_ACTION_DELAYED,
    SMTP_ACTION_RELAYED, /* to a server that knows no reports */
    SMTP_ACTION_DELIVERED,
    SMTP_ACTIONS
};
const char *smtp_action_name(enum smtp_action action);

/* Whether that is told of a recipient with these NOTIFY bits: RFC 3461 §4.1. */
bool smtp_action_is_told(enum smtp_action action, unsigned notify);

/* Queues one report on the recipients whose action is not NONE; `actions` and
 * `recipients` stand in the order of the transaction's. `message_fd` is the
 * original, read with pread(2). Does nothing when there is nothing to tell, or
 * nobody: a message with a null reverse-path gets none (RFC 5321 §4.5.5), or
 * two servers would report to each other for ever. 1: there is one now; 0:
 * there is none. -ERROR_LOCAL: it can't be queued. */
int smtp_bounce_send(struct smtp_site *site, struct trace *trace,
                     const struct smtp_transaction *transaction,
                     const struct smtp_recipient *recipients,
                     const enum smtp_action *actions, int message_fd,
                     struct error *error);

#endif
