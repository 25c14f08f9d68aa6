/* SPDX-License-Identifier: MIT */
/*
 * imap_errand: what imap_run.c and imap_errands.c share: one verb of the
 * command line, and what it works with.
 */
#ifndef IMAP_IMAP_ERRAND_H
#define IMAP_IMAP_ERRAND_H

#include "imap/imap_client.h"

struct imap_errand {
    const struct imap_options *options;
    struct imap_client client;
    const char *mailbox;
    char *const *words; /* after the verb */
    size_t count;
    bool uid; /* "uid fetch": numbers are UIDs */
    struct save save;
    struct imap_tell tell;
    struct imap_listener teller; /* imap_tell_heard with `tell` */
    struct error *error;
};

struct imap_verb {
    struct option_verb verb;
    int (*act)(struct imap_errand *run);
};

/* The verb of that name, if it takes so many arguments; NULL: the error says
 * what is wrong. */
const struct imap_verb *imap_verb_find(const char *word, size_t arguments,
                                       struct error *error);

#endif
