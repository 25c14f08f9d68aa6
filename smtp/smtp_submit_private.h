/* SPDX-License-Identifier: MIT */
/*
 * smtp_submit_private: what smtp_submit.c and smtp_options.c share: a run of
 * smtp-client. The contract is in smtp_submit.h.
 */
#ifndef SMTP_SMTP_SUBMIT_PRIVATE_H
#define SMTP_SMTP_SUBMIT_PRIVATE_H

#include "common/progress.h"
#include "common/url.h"
#include "smtp/smtp_command.h"
#include "smtp/smtp_submit.h"

struct smtp_submit {
    const struct smtp_options *options;
    struct error *error;
    struct client_stand stand;
    struct smtp_client client;
    struct url url;
    bool has_url;
    struct login login;
    bool logs_in;
    enum smtp_stage stage;
    struct progress progress;           /* of the message being sent */
    bool over;                          /* nothing more is to be said */
    struct option_list addresses;       /* recipients, without brackets */
    char *sender;                       /* the same; owned */
    char envid[3 * SMTP_ENVID_MAX + 1]; /* in xtext; "": none */
    struct smtp_recipient recipients[OPTION_LIST_MAX];
    struct smtp_envelope envelope;
};

/* Fills what the options and the URL (may be NULL) say, the log-in's password
 * too. ERROR_USAGE: they can't be read, or not together. */
int smtp_options_read(struct smtp_submit *submit, const char *url);

#endif
