/* SPDX-License-Identifier: MIT */
/*
 * mailbox_batch: addresses that are judged together, and the processes that do
 * it. Each tells its results as text and sends them through a pipe.
 */
#ifndef LABS_MAILBOX_EXISTS_MAILBOX_BATCH_H
#define LABS_MAILBOX_EXISTS_MAILBOX_BATCH_H

#include <sys/types.h>

#include "labs/mailbox-exists/mailbox.h"

/* The most processes at once. */
#define DOMAINS_MAX 256

/* What goes through a pipe before each result. */
struct mailbox_parcel {
    uint32_t index, length;
};

struct mailbox_worker {
    pid_t pid; /* 0: none */
    int fd;
    size_t first, count; /* its addresses in batch->order */
    struct mailbox_parcel parcel;
    size_t have; /* bytes of the parcel's head, then of its text */
    char *text;  /* owned */
};

struct mailbox_batch {
    const struct mailbox_stand *stand;
    char **addresses, **results; /* owned */
    size_t *order;               /* indices, those of a domain together */
    size_t count, next_to_print, done;
    struct mailbox_worker workers[DOMAINS_MAX];
    size_t most; /* workers at once */
    FILE *to;    /* results go there; NULL: they are kept for later */
    bool tells;  /* progress is shown on standard error */
    struct error *error;
};

/* What stands behind the last "@"; "" if there is none. */
const char *mailbox_domain_of(const char *address);
/* -ERROR_LOCAL, and says so. */
int mailbox_no_memory(struct error *error);

/* Starts a process for the addresses order[first .. first + count - 1]. */
int mailbox_worker_start(struct mailbox_batch *batch, size_t first,
                         size_t count);
/* Reads what has come from it, once; a whole result goes into batch->results.
 * At its end the process is waited for. */
int mailbox_worker_read(struct mailbox_batch *batch,
                        struct mailbox_worker *worker);
size_t mailbox_workers_count(const struct mailbox_batch *batch);
/* Whatever went wrong, nobody is left behind. */
void mailbox_workers_stop(struct mailbox_batch *batch);

#endif
