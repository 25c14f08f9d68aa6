/* SPDX-License-Identifier: MIT */
/*
 * sasl: mechanisms, their names and the choice among them, and base64. The
 * contract is in sasl.h; the client's half is in sasl_client.c, the server's in
 * sasl_server.c, and SCRAM in sasl_scram.c.
 */
#include "common/sasl.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/sasl_private.h"

/* ---- mechanisms --------------------------------------------------------- */

static const char *const names[] = {
    [SASL_NONE] = "none",
    [SASL_LOGIN] = "LOGIN",
    [SASL_PLAIN] = "PLAIN",
    [SASL_CRAM_MD5] = "CRAM-MD5",
    [SASL_SCRAM_SHA_256] = "SCRAM-SHA-256",
};
_Static_assert(sizeof(names) / sizeof(names[0]) == SASL_MECHANISMS,
               "each mechanism has a name");

const char *sasl_mechanism_name(enum sasl_mechanism mechanism)
{
    return mechanism < SASL_MECHANISMS ? names[mechanism] : names[SASL_NONE];
}

enum sasl_mechanism sasl_mechanism_find(struct span name)
{
    enum sasl_mechanism mechanism = SASL_MECHANISMS - 1;

    while (mechanism > SASL_NONE &&
           !span_equal_nocase(name, span_of(names[mechanism])))
        mechanism--;
    return mechanism;
}

unsigned sasl_set_read(struct span list)
{
    unsigned set = 0;

    while (list.length > 0) {
        const char *space = memchr(list.data, ' ', list.length);
        size_t length = space ? (size_t)(space - list.data) : list.length;

        set |= SASL_BIT(sasl_mechanism_find((struct span){list.data, length}));
        length += space != NULL;
        list.data += length;
        list.length -= length;
    }
    return set & ~SASL_BIT(SASL_NONE);
}

bool sasl_sends_password(enum sasl_mechanism mechanism)
{
    return mechanism == SASL_PLAIN || mechanism == SASL_LOGIN;
}

/* The strongest of a set; SASL_NONE of an empty one. */
static enum sasl_mechanism strongest(unsigned set)
{
    enum sasl_mechanism mechanism = SASL_MECHANISMS - 1;

    while (mechanism > SASL_NONE && !(set & SASL_BIT(mechanism)))
        mechanism--;
    return mechanism;
}

int sasl_choose(enum sasl_mechanism *mechanism, unsigned offered,
                const char *wanted, bool tls, bool insecure_auth,
                struct error *error)
{
    *mechanism = wanted ? sasl_mechanism_find(span_of(wanted)) : SASL_NONE;
    if (wanted && *mechanism == SASL_NONE)
        return error_set(error, ERROR_USAGE,
                         "%s is no way to log in that we know: SCRAM-SHA-256, "
                         "CRAM-MD5, PLAIN, LOGIN",
                         wanted);
    /* NOTE(sasl-clear): before anything else, for what is offered in clear text
     * may be what somebody in between left of it. */
    if (!tls && !insecure_auth)
        return error_set(error, ERROR_INSECURE,
                         "the log-in would go in clear text: use TLS, or "
                         "--insecure-auth if all may read it");
    if (!wanted)
        *mechanism = strongest(offered);
    if (*mechanism != SASL_NONE && (offered & SASL_BIT(*mechanism)))
        return 0;
    return error_set(error, ERROR_AUTH, "the server does not offer %s",
                     wanted ? sasl_mechanism_name(*mechanism)
                            : "any way to log in that we know");
}

/* ---- base64 ------------------------------------------------------------- */

bool sasl_encode(char *text, size_t size, struct span bytes)
{
    return base64_write(text, size, bytes);
}

bool sasl_decode(struct sasl_message *message, struct span text)
{
    memset(message, 0, sizeof(*message));
    return base64_read(message->bytes, sizeof(message->bytes), &message->length,
                       text);
}

/* ---- what both halves use ----------------------------------------------- */

bool sasl_message_write(struct sasl_message *message, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length =
        vsnprintf(message->bytes, sizeof(message->bytes), format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof(message->bytes))
        return false;
    message->length = (size_t)length;
    return true;
}

bool sasl_random(char text[SASL_RANDOM_TEXT], size_t length)
{
    unsigned char bytes[SASL_RANDOM];

    return length <= sizeof(bytes) && RAND_bytes(bytes, (int)length) == 1 &&
           sasl_encode(text, SASL_RANDOM_TEXT,
                       (struct span){(char *)bytes, length});
}

bool sasl_cram_digest(char digits[SASL_DIGITS], struct span challenge,
                      struct span password)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned length = 0;

    /* A machine may forbid MD5 altogether. */
    if (!HMAC(EVP_md5(), password.data, (int)password.length,
              (const unsigned char *)challenge.data, challenge.length, hash,
              &length) ||
        length != 16)
        return false;
    text_hex_write(digits, hash, length);
    return true;
}

bool sasl_same(struct span a, struct span b)
{
    return a.length == b.length && CRYPTO_memcmp(a.data, b.data, a.length) == 0;
}
