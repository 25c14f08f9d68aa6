/* SPDX-License-Identifier: MIT */
/*
 * smtp_submit: one run of smtp-client: every message of the command line to
 * every recipient, over one connection, or by MX.
 *
 *     struct smtp_submit *submit;
 *     smtp_submit_start(&submit, &options, "smtp://mx.test", &error);
 *     smtp_submit_message(submit, "mail.eml");        // as often as need be
 *     smtp_submit_end(submit, result);
 */
#ifndef SMTP_SMTP_SUBMIT_H
#define SMTP_SMTP_SUBMIT_H

#include "common/options.h"
#include "smtp/smtp_client.h"

struct smtp_options {
    struct client_options client;
    const char *mail_from;
    struct option_list recipients, messages, fields;
    const char *text, *attach;        /* of a message that is made */
    const char *notify, *ret, *envid; /* DSN */
    const char *mechanism;            /* --auth */
    const char *name;                 /* --ehlo */
    const char *quit_after;           /* a word; NULL: go to the end */
    bool ssl_reqd, no_starttls, no_pipelining, via_mx, silent;
};

/* Where a run stops: --quit-after. */
enum smtp_stage {
    SMTP_STAGE_CONNECT,
    SMTP_STAGE_EHLO,
    SMTP_STAGE_TLS,
    SMTP_STAGE_AUTH,
    SMTP_STAGE_MAIL,
    SMTP_STAGE_RCPT,
    SMTP_STAGE_DATA,
    SMTP_STAGE_WHOLE, /* nowhere: the messages are sent */
    SMTP_STAGES
};

struct smtp_submit;

/* Reads what the options say, finds out who logs in, and (unless it goes by MX)
 * connects as far as the log-in or the stage. `url` NULL: by MX, each recipient
 * by his own domain. `options` and `error` are borrowed until the end. Errors:
 * ERROR_USAGE, and those of smtp_client.h. */
int smtp_submit_start(struct smtp_submit **submit,
                      const struct smtp_options *options, const char *url,
                      struct error *error);
/* Hands over one message; `path` NULL makes one of the options. Each recipient
 * who was refused is told on standard error, with the reply. Returns 0, or
 * -class: ERROR_REFUSED when somebody was, ERROR_CONNECT when no server was
 * reached for somebody (by MX). */
int smtp_submit_message(struct smtp_submit *submit, const char *path);
/* True when there is no point in another message: --quit-after, or the
 * connection is gone. */
bool smtp_submit_is_over(const struct smtp_submit *submit);
/* QUIT, finishes the trace, frees. Returns `result`, or the failure of closing
 * if that was 0. NULL is allowed. */
int smtp_submit_end(struct smtp_submit *submit, int result);

#endif
