/* SPDX-License-Identifier: MIT */
/*
 * smtp_store: a message that has come whole is put where it belongs. When this
 * answers 250, no crash can lose it any more (RFC 5321 §6.1).
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/maildir.h"
#include "smtp/smtp_server.h"

/* ---- into a mailbox ----------------------------------------------------- */

static int copy(struct maildir_delivery *delivery, int fd, struct error *error)
{
    char bytes[SMTP_PIECE];
    off_t at = 0;
    ssize_t got;

    while ((got = pread(fd, bytes, sizeof(bytes), at)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(error, ERROR_LOCAL, errno,
                                   "the message can't be read back");
        at += got;
        if (maildir_deliver_write(delivery, bytes, (size_t)got) < 0)
            return -(int)error->class;
    }
    return 0;
}

/* The last server removes its own questions: whom a report would go to stands
 * in Return-Path, at the very top. */
static int write_return_path(struct maildir_delivery *delivery,
                             const char *reverse_path)
{
    char line[SMTP_MAILBOX_MAX + 32];
    int length =
        snprintf(line, sizeof(line), "Return-Path: <%s>\r\n", reverse_path);

    return maildir_deliver_write(delivery, line, (size_t)length);
}

int smtp_deliver_local(const struct smtp_site *site, const char *account,
                       const char *reverse_path, int fd, struct error *error)
{
    struct maildir_delivery *delivery;
    struct account whose = {.name = (char *)account};
    char path[PATH_MAX];
    int result;

    if (!maildir_path(path, site->maildir, &whose))
        return error_set(error, ERROR_LOCAL, "%s: the path is too long",
                         site->maildir);
    if ((result = maildir_make(path, error)) < 0 ||
        (result = maildir_deliver_begin(&delivery, path, error)) < 0)
        return result;
    if ((result = write_return_path(delivery, reverse_path)) < 0 ||
        (result = copy(delivery, fd, error)) < 0) {
        maildir_deliver_drop(delivery);
        return result;
    }
    return maildir_deliver_end(delivery, NULL, NULL);
}

/* ---- here, or into the queue -------------------------------------------- */

/* Only when all is simple: every mailbox is here, and nobody wants a report of
 * success. Else the queue's process does it, which can wait and can report. */
static bool can_deliver_now(const struct smtp_transaction *transaction)
{
    for (size_t i = 0; i < transaction->count; i++)
        if (!transaction->recipients[i].account ||
            transaction->recipients[i].notify & SMTP_NOTIFY_SUCCESS)
            return false;
    return true;
}

/* True when two recipients are one mailbox, which wants one copy. */
static bool has_it_already(const struct smtp_transaction *transaction, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (strcmp(transaction->recipients[j].account,
                   transaction->recipients[i].account) == 0)
            return true;
    return false;
}

/* Into each mailbox. How many of the first ones have it; *error says why the
 * next one has not. */
static size_t deliver_now(struct smtp_session *s)
{
    struct smtp_transaction *transaction = &s->transaction;
    size_t i;

    if (smtp_spool_flush(&s->spool, s->error) < 0)
        return 0;
    for (i = 0; i < transaction->count; i++) {
        const char *account = transaction->recipients[i].account;

        if (has_it_already(transaction, i))
            continue;
        if (smtp_deliver_local(s->site, account,
                               transaction->mail.reverse_path.mailbox,
                               s->spool.fd, s->error) < 0)
            return i;
        conn_note(s->conn, RFC("5321", "4.4"), "delivered",
                  "into the mailbox of %s, synced to disk", account);
    }
    return i;
}

/* NOTE(smtp-responsibility): the 250 that comes after this is a promise, so
 * what it promises is on the disk before. */
static void enqueue(struct smtp_session *s, struct smtp_verdict *verdict)
{
    char id[SMTP_QUEUE_ID_MAX];

    snprintf(id, sizeof(id), "%s", s->spool.id);
    if (smtp_spool_keep(&s->spool, &s->transaction, s->error) < 0) {
        smtp_refuse(verdict, 451, "4.3.0", "it can't be queued now");
        return;
    }
    conn_note(s->conn, RFC("5321", "6.1"), "queued",
              "%s: message, envelope and folder synced to disk; from here on "
              "this server answers for it",
              id);
    smtp_refuse(verdict, 250, "2.6.0", "queued as %s", id);
}

void smtp_store(struct smtp_session *s, struct smtp_verdict *verdict)
{
    size_t delivered, all = s->transaction.count;

    if (!can_deliver_now(&s->transaction)) {
        enqueue(s, verdict);
        return;
    }
    delivered = deliver_now(s);
    if (delivered == all) {
        smtp_refuse(verdict, 250, "2.6.0", "delivered as %s", s->spool.id);
        return;
    }
    if (delivered == 0) {
        smtp_refuse(verdict, 452, "4.2.0", "the mailbox can't be written now");
        return;
    }
    /* One answer for all: who has it has it, the queue sees to the others. */
    for (size_t i = delivered; i > 0; i--)
        smtp_transaction_drop(&s->transaction, i - 1);
    error_clear(s->error);
    enqueue(s, verdict);
}
