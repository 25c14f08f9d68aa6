/* SPDX-License-Identifier: MIT */
/*
 * smtp_message: where the octets of a message come from: a file, standard
 * input, or what the command line says, made into a message.
 *
 * RFC 5322 §3.6 (the header fields that every message has), RFC 2047 (a Subject
 * beyond ASCII), RFC 2045 and RFC 2046 §5.1 (an attachment).
 *
 *     struct smtp_message message;
 *     if (smtp_message_open(&message, "mail.eml", &error) == 0)
 *         smtp_client_send(&client, &envelope, &message.content);
 *     smtp_message_close(&message);
 */
#ifndef SMTP_SMTP_MESSAGE_H
#define SMTP_SMTP_MESSAGE_H

#include <time.h>

#include "common/options.h"
#include "smtp/smtp.h"

struct smtp_message {
    struct smtp_content content;
    int fd; /* owned; -1: none */
};

/* A message as it stands in a file; "-" is standard input. ERROR_LOCAL: it
 * can't be read. The caller closes it, after a failure too. */
int smtp_message_open(struct smtp_message *message, const char *path,
                      struct error *error);

/* What a message is made of. Everything is borrowed. */
struct smtp_letter {
    const char *sender;                   /* for From; "": nobody */
    const struct option_list *recipients; /* for To */
    const struct option_list *fields; /* "Name: value"; one of ours is replaced,
                                       * "Name:" takes it away */
    const char *text; /* the body; NULL: empty. "@FILE": that file's content */
    const char *attach; /* this file goes along; NULL: none */
    const char *host;   /* for Message-ID when the sender has no domain */
    time_t now;
};
/* ERROR_USAGE: a field that is none, or holds a line end. ERROR_LOCAL: a file
 * can't be read. The caller closes it, after a failure too. */
int smtp_message_make(struct smtp_message *message,
                      const struct smtp_letter *letter, struct error *error);
void smtp_message_close(struct smtp_message *message);

/* ---- the pieces (smtp_letter.c) ----------------------------------------- */

/* A field's text as it goes into the header: as it is in ASCII, else in encoded
 * words of at most 75 bytes, folded (RFC 2047 §2). False: it does not fit. */
bool smtp_encoded_words(char *text, size_t size, const char *value);

#endif
