/* SPDX-License-Identifier: MIT */
/*
 * smtp_transaction: what a message's commands have said, kept.
 */
#include "smtp/smtp_transaction.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void recipient_free(struct smtp_forward *recipient)
{
    free(recipient->mailbox);
    free(recipient->original);
    free(recipient->account);
}

/* A copy of a text that may be NULL; false when memory is out. */
static bool copy(char **target, const char *text)
{
    *target = text ? strdup(text) : NULL;
    return *target != NULL || text == NULL;
}

static bool make_room(struct smtp_transaction *transaction)
{
    struct smtp_forward *more;
    size_t room = transaction->room ? 2 * transaction->room : 4;

    if (transaction->count < transaction->room)
        return true;
    more = realloc(transaction->recipients, room * sizeof(*more));
    if (!more)
        return false;
    transaction->recipients = more;
    transaction->room = room;
    return true;
}

int smtp_transaction_add(struct smtp_transaction *transaction,
                         const struct smtp_rcpt *rcpt, const char *account,
                         struct error *error)
{
    struct smtp_forward one = {.notify = rcpt->notify};
    const char *original = rcpt->original[0] ? rcpt->original : NULL;

    if (!make_room(transaction) ||
        !copy(&one.mailbox, rcpt->forward_path.mailbox) ||
        !copy(&one.original, original) || !copy(&one.account, account)) {
        recipient_free(&one);
        return error_set(error, ERROR_LOCAL, "out of memory for a recipient");
    }
    transaction->recipients[transaction->count++] = one;
    return 0;
}

void smtp_transaction_drop(struct smtp_transaction *transaction, size_t i)
{
    recipient_free(&transaction->recipients[i]);
    transaction->recipients[i] = transaction->recipients[--transaction->count];
}

void smtp_transaction_clear(struct smtp_transaction *transaction)
{
    for (size_t i = 0; i < transaction->count; i++)
        recipient_free(&transaction->recipients[i]);
    free(transaction->recipients);
    memset(transaction, 0, sizeof(*transaction));
}

/* ---- as text ------------------------------------------------------------ */

static void write_mail(FILE *to, const struct smtp_mail *mail)
{
    fprintf(to, "MAIL FROM:<%s>", mail->reverse_path.mailbox);
    if (mail->size > 0)
        fprintf(to, " SIZE=%" PRIu64, mail->size);
    if (mail->body == SMTP_BODY_8BITMIME)
        fputs(" BODY=8BITMIME", to);
    if (mail->smtputf8)
        fputs(" SMTPUTF8", to);
    if (mail->ret != SMTP_RETURN_UNSAID)
        fprintf(to, " RET=%s", mail->ret == SMTP_RETURN_FULL ? "FULL" : "HDRS");
    if (mail->envelope_id[0])
        fprintf(to, " ENVID=%s", mail->envelope_id);
    fputs("\r\n", to);
}

static void write_recipient(FILE *to, const struct smtp_forward *recipient)
{
    char notify[32];

    smtp_notify_write(notify, sizeof(notify), recipient->notify);
    fprintf(to, "RCPT TO:<%s>", recipient->mailbox);
    if (notify[0])
        fprintf(to, " NOTIFY=%s", notify);
    if (recipient->original)
        fprintf(to, " ORCPT=%s", recipient->original);
    fputs("\r\n", to);
}

char *smtp_transaction_write(const struct smtp_transaction *transaction,
                             size_t *length)
{
    char *text = NULL;
    FILE *to = open_memstream(&text, length);

    if (!to)
        return NULL;
    fprintf(to, "ARRIVED %" PRId64 "\r\n", transaction->arrived_s);
    fprintf(to, "ATTEMPTS %u NEXT %" PRId64 " TOLD %d\r\n",
            transaction->attempts, transaction->next_s,
            transaction->told_of_delay);
    write_mail(to, &transaction->mail);
    for (size_t i = 0; i < transaction->count; i++)
        write_recipient(to, &transaction->recipients[i]);
    fputs("DATA\r\n", to);
    if (fclose(to) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

/* ---- from text ---------------------------------------------------------- */

/* The lines that are no commands of SMTP: what the queue itself remembers. */
static bool read_delivery(struct smtp_transaction *transaction,
                          struct span line)
{
    char text[128];
    int told, end = 0;

    if (line.length >= sizeof(text))
        return false;
    memcpy(text, line.data, line.length);
    text[line.length] = '\0';
    if (sscanf(text, "ARRIVED %" SCNd64 "%n", &transaction->arrived_s, &end) ==
        1)
        return text[end] == '\0';
    if (sscanf(text, "ATTEMPTS %u NEXT %" SCNd64 " TOLD %d%n",
               &transaction->attempts, &transaction->next_s, &told, &end) != 3)
        return false;
    transaction->told_of_delay = told != 0;
    return text[end] == '\0';
}

static int read_recipient(struct smtp_transaction *transaction,
                          struct span argument, struct error *error)
{
    struct smtp_rcpt rcpt;
    struct smtp_verdict verdict;

    if (!smtp_rcpt_read(argument, &rcpt, &verdict))
        return error_set(error, ERROR_LOCAL, "the envelope's RCPT: %s",
                         verdict.text);
    return smtp_transaction_add(transaction, &rcpt, NULL, error);
}

/* One line; *whole is set by the last. */
static int read_line(struct smtp_transaction *transaction, struct span line,
                     bool *whole, struct error *error)
{
    struct smtp_command command;
    struct smtp_verdict verdict;

    if (!smtp_command_split(line, &command))
        return error_set(error, ERROR_LOCAL, "the envelope has an empty line");
    if (span_equal(command.verb, SPAN("RCPT")))
        return read_recipient(transaction, command.argument, error);
    if (span_equal(command.verb, SPAN("MAIL"))) {
        if (smtp_mail_read(command.argument, &transaction->mail, &verdict))
            return 0;
        return error_set(error, ERROR_LOCAL, "the envelope's MAIL: %s",
                         verdict.text);
    }
    *whole = span_equal(line, SPAN("DATA"));
    if (*whole || read_delivery(transaction, line))
        return 0;
    return error_set(error, ERROR_LOCAL, "the envelope has a strange line");
}

int smtp_transaction_read(struct smtp_transaction *transaction,
                          struct span text, struct error *error)
{
    bool whole = false;
    int result = 0;

    memset(transaction, 0, sizeof(*transaction));
    while (result == 0 && !whole) {
        struct smtp_line line = {.skipped = 0};
        const char *why;
        size_t used;

        if (smtp_line_read(&line, text, &used, &why) != PARSE_DONE ||
            line.too_long)
            result = error_set(error, ERROR_LOCAL, "the envelope is not whole");
        else
            result = read_line(transaction, line.text, &whole, error);
        text.data += used;
        text.length -= used;
    }
    if (result < 0)
        smtp_transaction_clear(transaction);
    return result;
}
