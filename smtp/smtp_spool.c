/* SPDX-License-Identifier: MIT */
/*
 * smtp_spool: into the queue, and never by halves.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "smtp/smtp_queue_private.h"

/* A write may take less than it was given; a signal may come before it has
 * taken any. */
static int write_all(int fd, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, data, length);

        if (written < 0 && errno != EINTR)
            return -1;
        if (written > 0) {
            data += written;
            length -= (size_t)written;
        }
    }
    return 0;
}

/* ---- the envelope ------------------------------------------------------- */

/* The text, in a file of its own that is on the disk when this returns. */
static int write_new(const char *path, const char *text, size_t length,
                     struct error *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int result = 0;

    if (fd < 0)
        return smtp_queue_failed(path, error);
    if (write_all(fd, text, length) < 0 || fsync(fd) < 0)
        result = smtp_queue_failed(path, error);
    if (close(fd) < 0 && result == 0)
        result = smtp_queue_failed(path, error);
    return result;
}

/* NOTE(smtp-durable): written aside and synced, renamed, and then the folder
 * synced: a crash before the rename leaves the old state, one after it the new
 * one, and none leaves half of either. */
int smtp_queue_write(struct smtp_queue *queue, const char *id,
                     const struct smtp_transaction *transaction,
                     struct error *error)
{
    char aside[PATH_MAX], path[PATH_MAX], *text;
    size_t length;
    int result;

    if (smtp_queue_path(queue, aside, id, SMTP_QUEUE_NEW, error) < 0 ||
        smtp_queue_path(queue, path, id, SMTP_QUEUE_ENVELOPE, error) < 0)
        return -(int)error->class;
    if ((text = smtp_transaction_write(transaction, &length)) == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory for an envelope");
    result = write_new(aside, text, length, error);
    free(text);
    if (result == 0 && (rename(aside, path) < 0 || fsync(queue->folder_fd) < 0))
        result = smtp_queue_failed(path, error);
    if (result < 0)
        unlink(aside);
    return result;
}

/* ---- the message -------------------------------------------------------- */

/* Unlike any other of this folder: the time, the process (proc(5): at most 2^22
 * of them), and a count. Of one length, because it stands in Received: one
 * message twice is as long as before. */
static void make_id(char id[SMTP_QUEUE_ID_MAX])
{
    static unsigned count;
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(id, SMTP_QUEUE_ID_MAX, "%llx.%05lx.%06x.%x",
             (unsigned long long)now.tv_sec, now.tv_nsec / 1000,
             (unsigned)getpid(), count++);
}

int smtp_spool_begin(struct smtp_spool *spool, struct smtp_queue *queue,
                     struct error *error)
{
    char path[PATH_MAX];

    spool->queue = NULL;
    spool->length = 0;
    spool->gathered = 0;
    do {
        make_id(spool->id);
        if (smtp_queue_path(queue, path, spool->id, SMTP_QUEUE_MESSAGE, error) <
            0)
            return -(int)error->class;
        spool->fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    } while (spool->fd < 0 && errno == EEXIST);
    if (spool->fd < 0)
        return smtp_queue_failed(path, error);
    spool->queue = queue;
    return 0;
}

int smtp_spool_flush(struct smtp_spool *spool, struct error *error)
{
    if (write_all(spool->fd, spool->bytes, spool->gathered) < 0)
        return smtp_queue_failed(spool->id, error);
    spool->gathered = 0;
    return 0;
}

int smtp_spool_write(struct smtp_spool *spool, const void *data, size_t length,
                     struct error *error)
{
    if (length == 0)
        return 0;
    spool->length += length;
    if (length > sizeof(spool->bytes) - spool->gathered &&
        smtp_spool_flush(spool, error) < 0)
        return -(int)error->class;
    if (length > sizeof(spool->bytes)) {
        if (write_all(spool->fd, data, length) == 0)
            return 0;
        return smtp_queue_failed(spool->id, error);
    }
    memcpy(spool->bytes + spool->gathered, data, length);
    spool->gathered += length;
    return 0;
}

/* The message is on the disk before the envelope that promises it has its
 * name, and the folder is synced after: it then names both. */
int smtp_spool_keep(struct smtp_spool *spool,
                    const struct smtp_transaction *transaction,
                    struct error *error)
{
    struct smtp_queue *queue = spool->queue;
    int result = smtp_spool_flush(spool, error);

    if (result == 0 && fsync(spool->fd) < 0)
        result = smtp_queue_failed(spool->id, error);
    if (result == 0)
        result = smtp_queue_write(queue, spool->id, transaction, error);
    if (result < 0) {
        smtp_queue_remove(queue, spool->id);
        smtp_spool_drop(spool);
        return result;
    }
    close(spool->fd);
    spool->queue = NULL;
    smtp_queue_wake(queue);
    return 0;
}

void smtp_spool_drop(struct smtp_spool *spool)
{
    char path[PATH_MAX];

    if (!spool->queue)
        return;
    close(spool->fd);
    if (smtp_queue_path(spool->queue, path, spool->id, SMTP_QUEUE_MESSAGE,
                        NULL) == 0)
        unlink(path);
    spool->queue = NULL;
}
