/* SPDX-License-Identifier: MIT */
/*
 * smtp_queue: messages for whom this server has taken responsibility, on disk.
 *
 * RFC 5321 §6.1: with its 250 after the data a server promises to deliver or to
 * report, and must not lose the message "for frivolous reasons, such as because
 * the host later crashes". So before the 250 the message is a file, the
 * envelope is a file, both are synced, and the folder that names them is.
 *
 *     QUEUE/lock              held (flock) by the server that runs
 *     QUEUE/ID.message        the message as on the wire, dots unstuffed
 *     QUEUE/ID.envelope       who it is for; with this name it is queued
 *     QUEUE/ID.new            an envelope that is being written
 *
 * An envelope appears and changes by rename(2) only, so at any moment of a
 * crash there is the old one or the new one. A message without an envelope was
 * promised to nobody, and the next start sweeps it.
 *
 *     struct smtp_spool spool;
 *     smtp_spool_begin(&spool, &queue, &error);
 *     smtp_spool_write(&spool, data, length, &error);
 *     smtp_spool_keep(&spool, &transaction, &error);   // now say 250
 *
 * Functions return 0 or -ERROR_LOCAL, with the path and the reason.
 */
#ifndef SMTP_SMTP_QUEUE_H
#define SMTP_SMTP_QUEUE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "smtp/smtp_limits.h"
#include "smtp/smtp_transaction.h"

struct smtp_queue {
    char folder[PATH_MAX];
    int folder_fd; /* to sync it; -1: not open */
    int lock_fd;   /* held until all processes of this server have ended */
    int wake_fd;   /* eventfd: something was queued */
};

/* Makes the folder if need be, waits for the lock, sweeps what a killed server
 * has left. To be called before anything is queued. */
int smtp_queue_open(struct smtp_queue *queue, const char *folder,
                    struct error *error);
void smtp_queue_close(struct smtp_queue *queue);

/* ---- a message on its way in -------------------------------------------- */

struct smtp_spool {
    struct smtp_queue *queue; /* NULL: none is under way */
    char id[SMTP_QUEUE_ID_MAX];
    int fd;
    uint64_t length; /* bytes so far */
    size_t gathered; /* of them wait in `bytes` */
    char bytes[SMTP_PIECE];
};

int smtp_spool_begin(struct smtp_spool *spool, struct smtp_queue *queue,
                     struct error *error);
int smtp_spool_write(struct smtp_spool *spool, const void *data, size_t length,
                     struct error *error);
/* Hands what is gathered to the file, so that it can be read. */
int smtp_spool_flush(struct smtp_spool *spool, struct error *error);
/* Syncs it, queues it, wakes the runner. The spool is over, also on failure:
 * nothing of it is left then. */
int smtp_spool_keep(struct smtp_spool *spool,
                    const struct smtp_transaction *transaction,
                    struct error *error);
/* Takes it back; a spool that is not under way is let alone. */
void smtp_spool_drop(struct smtp_spool *spool);

/* ---- what is queued ----------------------------------------------------- */

/* Calls `each` with every entry's name. Entries may come and go meanwhile. */
int smtp_queue_list(struct smtp_queue *queue,
                    void (*each)(void *context, const char *id), void *context,
                    struct error *error);
int smtp_queue_read(struct smtp_queue *queue, const char *id,
                    struct smtp_transaction *transaction, struct error *error);
/* The message, open for reading; the caller closes it. */
int smtp_queue_message(struct smtp_queue *queue, const char *id,
                       struct error *error);
/* The entry's new envelope, durably. */
int smtp_queue_write(struct smtp_queue *queue, const char *id,
                     const struct smtp_transaction *transaction,
                     struct error *error);
void smtp_queue_remove(struct smtp_queue *queue, const char *id);
void smtp_queue_wake(struct smtp_queue *queue);

#endif
