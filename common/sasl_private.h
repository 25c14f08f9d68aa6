/* SPDX-License-Identifier: MIT */
/*
 * sasl_private: what the files of sasl share: the pieces of messages, and
 * SCRAM, whose arithmetic both halves do. The contract is in sasl.h.
 */
#ifndef COMMON_SASL_PRIVATE_H
#define COMMON_SASL_PRIVATE_H

#include "common/sasl.h"

#define SASL_HASH 32   /* bytes of SHA-256 */
#define SASL_DIGITS 33 /* an MD5 in hexadecimal, and NUL */
#define SASL_RANDOM 18 /* bytes of a nonce: 24 letters of base64 */
#define SASL_SALT 16   /* bytes of a salt */
#define SASL_RANDOM_TEXT 32

/* Writes a message by a printf format; false if it does not fit. */
bool sasl_message_write(struct sasl_message *message, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* `text` gets `length` random bytes in base64. */
bool sasl_random(char text[SASL_RANDOM_TEXT], size_t length);
/* The answer to CRAM-MD5's challenge, as RFC 2195 §2. */
bool sasl_cram_digest(char digits[SASL_DIGITS], struct span challenge,
                      struct span password);
/* Compares secrets without telling by its time where they differ. */
bool sasl_same(struct span a, struct span b);

int sasl_scram_client(struct sasl_client *client, struct span challenge,
                      struct sasl_message *response, struct error *error);
enum sasl_verdict sasl_scram_server(struct sasl_server *server,
                                    struct span response,
                                    struct sasl_message *challenge);

#endif
