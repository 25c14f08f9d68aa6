/* SPDX-License-Identifier: MIT */
/*
 * mailbox_exists: what the steps of the lab share.
 */
#ifndef LABS_MAILBOX_EXISTS_MAILBOX_EXISTS_H
#define LABS_MAILBOX_EXISTS_MAILBOX_EXISTS_H

#include "labs/lab.h"

/* Runs mailbox-check as a student would type it, with up to eight words more
 * (NULL ends), and shows what it printed; with its ladder if `ladder`. Every
 * `address: verdict` of `wanted` (NULL ends) must be among it. */
int zoo_ask(struct lab_run *run, bool ladder, const char *const *words,
            const char *const *wanted, struct error *error);
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

int zoo_honest(struct lab_run *run, struct error *error);
int zoo_present(struct lab_run *run, struct error *error);
int zoo_yes(struct lab_run *run, struct error *error);
int zoo_no(struct lab_run *run, struct error *error);
int zoo_later(struct lab_run *run, struct error *error);
int zoo_names(struct lab_run *run, struct error *error);
int zoo_sulk(struct lab_run *run, struct error *error);
int zoo_etiquette(struct lab_run *run, struct error *error);

#endif
