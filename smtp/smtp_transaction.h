/* SPDX-License-Identifier: MIT */
/*
 * smtp_transaction: whom a message is from and whom it is for, and how its
 * delivery goes (RFC 5321 §2.3.1). No I/O.
 *
 * As text it is the commands that made it, so that the file in the queue can be
 * read aloud:
 *
 *     ARRIVED 1700000000
 *     ATTEMPTS 1 NEXT 1700001800 TOLD 0
 *     MAIL FROM:<alice@east.test> SIZE=420 RET=FULL
 *     RCPT TO:<bob@west.test> NOTIFY=FAILURE
 *     DATA
 */
#ifndef SMTP_SMTP_TRANSACTION_H
#define SMTP_SMTP_TRANSACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/text.h"
#include "smtp/smtp_command.h"

struct smtp_forward {
    char *mailbox;   /* as on the wire, without "<>"; owned */
    char *original;  /* ORCPT's value; owned, NULL: none was given */
    char *account;   /* whose Maildir it is here; owned, NULL: elsewhere, or
                        not known yet. Not in the text: accounts may change. */
    unsigned notify; /* bits; 0: not said */
};

struct smtp_transaction {
    struct smtp_mail mail;
    struct smtp_forward *recipients; /* owned */
    size_t count, room;
    int64_t arrived_s;  /* since 1970, on the server's clock */
    int64_t next_s;     /* of the next attempt; 0: at once */
    unsigned attempts;  /* made so far */
    bool told_of_delay; /* a report "delayed" was sent */
};

/* Adds one. ERROR_LOCAL: out of memory. `account` may be NULL. */
int smtp_transaction_add(struct smtp_transaction *transaction,
                         const struct smtp_rcpt *rcpt, const char *account,
                         struct error *error);
/* Takes recipient `i` out; the last one comes to stand in its place. */
void smtp_transaction_drop(struct smtp_transaction *transaction, size_t i);
/* Frees what it owns and zeroes it. */
void smtp_transaction_clear(struct smtp_transaction *transaction);

/* The text, NUL-terminated, which the caller frees; NULL: out of memory. */
char *smtp_transaction_write(const struct smtp_transaction *transaction,
                             size_t *length);
/* Reads the text into an empty envelope. ERROR_LOCAL: it is no such text, or
 * not whole; the envelope is empty then. */
int smtp_transaction_read(struct smtp_transaction *transaction,
                          struct span text, struct error *error);

#endif
