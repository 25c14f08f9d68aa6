/* SPDX-License-Identifier: MIT */
/*
 * handshake: two messages of TLS 1.3, read field by field.
 */
#include "labs/https-trust/handshake.h"

#include <stdio.h>

/* ---- a cursor that never leaves the message ----------------------------- */

struct cursor {
    const unsigned char *at;
    size_t left;
    bool broken; /* something longer than what is left was asked for */
};

static const unsigned char *take(struct cursor *cursor, size_t length)
{
    const unsigned char *at = cursor->at;

    if (length > cursor->left) {
        cursor->broken = true;
        cursor->left = 0;
        return NULL;
    }
    cursor->at += length;
    cursor->left -= length;
    return at;
}

static uint32_t number(struct cursor *cursor, size_t bytes)
{
    const unsigned char *at = take(cursor, bytes);
    uint32_t value = 0;
    size_t i;

    for (i = 0; at && i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

/* A vector of RFC 8446 §3.4: its length, then so many bytes. */
static struct cursor vector(struct cursor *cursor, size_t length_bytes)
{
    size_t length = number(cursor, length_bytes);
    const unsigned char *at = take(cursor, length);

    return (struct cursor){at, at ? length : 0, !at};
}

/* ---- the messages ------------------------------------------------------- */

enum {
    EXTENSION_PRE_SHARED_KEY = 41,
    EXTENSION_VERSIONS = 43,
    EXTENSION_KEY_SHARE = 51
};

static void extension_read(struct handshake_facts *facts, uint32_t type,
                           struct cursor body)
{
    switch (type) {
    case EXTENSION_VERSIONS:
        /* RFC 8446 §4.2.1: of a server, the one version that it chose. */
        facts->version = (uint16_t)number(&body, 2);
        break;
    case EXTENSION_KEY_SHARE:
        /* RFC 8446 §4.2.8: the group, then a public value, which tells nobody
         * anything and is passed over. */
        facts->group = (uint16_t)number(&body, 2);
        break;
    case EXTENSION_PRE_SHARED_KEY:
        /* RFC 8446 §4.2.11: which of the client's keys the server took; that
         * it took one is what resuming means. */
        facts->resumed = true;
        break;
    default:
        break;
    }
}

/* legacy_version, random, legacy_session_id_echo, cipher_suite,
 * legacy_compression_method, extensions: in this order since 1999, which is
 * why the version that counts hides in an extension. */
static void server_hello_read(struct handshake_facts *facts,
                              struct cursor *body)
{
    struct cursor extensions;

    facts->version = (uint16_t)number(body, 2);
    take(body, 32);
    vector(body, 1);
    facts->cipher_suite = (uint16_t)number(body, 2);
    take(body, 1);
    extensions = vector(body, 2);
    while (extensions.left > 0) {
        uint32_t type = number(&extensions, 2);

        extension_read(facts, type, vector(&extensions, 2));
    }
    body->broken = body->broken || extensions.broken;
}

enum parse handshake_read(struct handshake_facts *facts, struct span message)
{
    struct cursor cursor = {(const unsigned char *)message.data, message.length,
                            false};
    struct cursor body;
    uint32_t type = number(&cursor, 1);

    body = vector(&cursor, 3);
    if (cursor.broken)
        return PARSE_MORE;
    if (type == HANDSHAKE_SERVER_HELLO)
        server_hello_read(facts, &body);
    else if (type == HANDSHAKE_CERTIFICATE_VERIFY)
        facts->signature_scheme = (uint16_t)number(&body, 2);
    return body.broken ? PARSE_BROKEN : PARSE_DONE;
}

/* ---- names -------------------------------------------------------------- */

struct named {
    uint16_t value;
    const char *name;
    int bits; /* of a suite's symmetric key */
};

/* RFC 8446 §B.4: the five suites of TLS 1.3, all AEAD. */
static const struct named suites[] = {
    {0x1301, "TLS_AES_128_GCM_SHA256", 128},
    {0x1302, "TLS_AES_256_GCM_SHA384", 256},
    {0x1303, "TLS_CHACHA20_POLY1305_SHA256", 256},
    {0x1304, "TLS_AES_128_CCM_SHA256", 128},
    {0x1305, "TLS_AES_128_CCM_8_SHA256", 128},
    {0, NULL, 0}};

/* RFC 8446 §4.2.7. */
static const struct named groups[] = {
    {0x0017, "secp256r1", 0},      {0x0018, "secp384r1", 0},
    {0x0019, "secp521r1", 0},      {0x001d, "x25519", 0},
    {0x001e, "x448", 0},           {0x0100, "ffdhe2048", 0},
    {0x11ec, "X25519MLKEM768", 0}, {0, NULL, 0}};

/* RFC 8446 §4.2.3. */
static const struct named schemes[] = {{0x0403, "ecdsa_secp256r1_sha256", 0},
                                       {0x0503, "ecdsa_secp384r1_sha384", 0},
                                       {0x0804, "rsa_pss_rsae_sha256", 0},
                                       {0x0805, "rsa_pss_rsae_sha384", 0},
                                       {0x0806, "rsa_pss_rsae_sha512", 0},
                                       {0x0807, "ed25519", 0},
                                       {0x0808, "ed448", 0},
                                       {0, NULL, 0}};

static const char *name_of(const struct named *table, uint16_t value)
{
    static char ring[8][32];
    static size_t next;
    char *unknown;

    for (; table->name; table++)
        if (table->value == value)
            return table->name;
    unknown = ring[next++ % 8];
    snprintf(unknown, sizeof(ring[0]), "0x%04x, unknown to us", value);
    return unknown;
}

const char *handshake_suite(uint16_t suite)
{
    return name_of(suites, suite);
}

const char *handshake_group(uint16_t group)
{
    return name_of(groups, group);
}

const char *handshake_scheme(uint16_t scheme)
{
    return name_of(schemes, scheme);
}

int handshake_suite_bits(uint16_t suite)
{
    const struct named *row;

    for (row = suites; row->name; row++)
        if (row->value == suite)
            return row->bits;
    return 0;
}
