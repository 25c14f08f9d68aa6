/* SPDX-License-Identifier: MIT */
/*
 * What a client may say to our server, of any bytes: a command line and its
 * arguments, and the data of a message. Whole and byte by byte must agree; an
 * address that is taken is one again when it is written; a message without a
 * bare CR or LF has none after its dots are unstuffed either.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smtp/smtp_transaction.h"
#include "smtp/smtp_unstuff.h"

/* ---- commands ----------------------------------------------------------- */

static enum parse read_line(struct span input, size_t step,
                            struct smtp_line *line, size_t *total)
{
    enum parse outcome = PARSE_MORE;
    size_t from = 0, to = 0, used;
    const char *why = NULL;

    *line = (struct smtp_line){.skipped = 0};
    while (outcome == PARSE_MORE && to < input.length) {
        to = input.length - to < step ? input.length : to + step;
        outcome = smtp_line_read(
            line, (struct span){input.data + from, to - from}, &used, &why);
        from += used;
    }
    if (outcome == PARSE_BROKEN && !why)
        abort();
    *total = from;
    return outcome;
}

static void check_path(const struct smtp_path *path)
{
    struct smtp_path again;
    struct smtp_verdict verdict;
    char text[SMTP_MAILBOX_MAX + 4];

    snprintf(text, sizeof(text), "<%s>", path->mailbox);
    struct span span = span_of(text);
    if (!smtp_path_read(&span, &again, &verdict) || span.length > 0 ||
        strcmp(again.local, path->local) != 0 ||
        strcmp(again.domain, path->domain) != 0)
        abort();
}

/* What is refused has a code that a client understands, and no control byte. */
static void check_refusal(const struct smtp_verdict *verdict)
{
    if (verdict->code < 400 || verdict->code > 599)
        abort();
    for (const char *c = verdict->text; *c; c++)
        if (*c < ' ' || *c > '~')
            abort();
}

static void check_arguments(struct span line)
{
    struct smtp_command command;
    struct smtp_verdict verdict;
    struct smtp_mail mail;
    struct smtp_rcpt rcpt;

    if (!smtp_command_split(line, &command))
        return;
    if (smtp_mail_read(command.argument, &mail, &verdict))
        check_path(&mail.reverse_path);
    else
        check_refusal(&verdict);
    if (smtp_rcpt_read(command.argument, &rcpt, &verdict))
        check_path(&rcpt.forward_path);
    else
        check_refusal(&verdict);
}

static void check_commands(struct span input)
{
    struct smtp_line whole, piece;
    size_t whole_used, used;
    enum parse outcome =
        read_line(input, input.length ? input.length : 1, &whole, &whole_used);

    if (read_line(input, 1, &piece, &used) != outcome)
        abort();
    if (outcome != PARSE_DONE)
        return;
    if (used != whole_used || whole.too_long != piece.too_long)
        abort();
    if (!whole.too_long)
        check_arguments(whole.text);
}

/* ---- data --------------------------------------------------------------- */

static enum parse read_data(struct span input, size_t step, char *message,
                            size_t *length)
{
    struct smtp_unstuff data = {.content = 0};
    enum parse outcome = PARSE_MORE;
    size_t from = 0, to = 0, used;
    const char *why = NULL;

    *length = 0;
    while (outcome == PARSE_MORE) {
        struct span piece;

        outcome = smtp_unstuff_read(&data,
                                    (struct span){input.data + from, to - from},
                                    &used, &piece, &why);
        if (outcome != PARSE_BROKEN) {
            memcpy(message + *length, piece.data, piece.length);
            *length += piece.length;
        }
        from += used;
        if (outcome == PARSE_MORE && used == 0) {
            if (to == input.length)
                break;
            to = input.length - to < step ? input.length : to + step;
        }
    }
    return outcome;
}

static void check_data(struct span input)
{
    char *whole = malloc(input.length + 1), *piece = malloc(input.length + 1);
    size_t whole_length, length;
    enum parse outcome =
        read_data(input, input.length ? input.length : 1, whole, &whole_length);

    if (read_data(input, 1, piece, &length) != outcome)
        abort();
    if (outcome == PARSE_DONE &&
        (length != whole_length || memcmp(whole, piece, length) != 0))
        abort();
    for (size_t i = 0; outcome == PARSE_DONE && i < length; i++)
        if ((piece[i] == '\n' && (i == 0 || piece[i - 1] != '\r')) ||
            (piece[i] == '\r' && (i + 1 == length || piece[i + 1] != '\n')))
            abort();
    free(whole);
    free(piece);
}

/* ---- envelopes ---------------------------------------------------------- */

static void check_envelope(struct span input)
{
    struct smtp_transaction transaction, again;
    size_t length;

    if (smtp_transaction_read(&transaction, input, NULL) < 0)
        return;
    char *text = smtp_transaction_write(&transaction, &length);
    if (!text ||
        smtp_transaction_read(&again, (struct span){text, length}, NULL) < 0 ||
        again.count != transaction.count)
        abort();
    free(text);
    smtp_transaction_clear(&transaction);
    smtp_transaction_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = {(const char *)data, size};

    check_commands(input);
    check_data(input);
    check_envelope(input);
    return 0;
}
