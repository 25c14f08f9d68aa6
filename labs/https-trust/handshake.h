/* SPDX-License-Identifier: MIT */
/*
 * handshake: what two TLS messages decide. RFC 8446 §4.1.3 (ServerHello: the
 * version, the cipher suite, the group of the key exchange) and §4.4.3
 * (CertificateVerify: the signature scheme). No I/O: bytes to values.
 *
 *     struct handshake_facts facts = {0};
 *     handshake_read(&facts, event->data);   // each message, in order
 *     handshake_suite(facts.cipher_suite)    // "TLS_AES_256_GCM_SHA384"
 */
#ifndef LABS_HTTPS_TRUST_HANDSHAKE_H
#define LABS_HTTPS_TRUST_HANDSHAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/text.h"

enum handshake_type {
    HANDSHAKE_CLIENT_HELLO = 1,
    HANDSHAKE_SERVER_HELLO = 2,
    HANDSHAKE_NEW_SESSION_TICKET = 4,
    HANDSHAKE_ENCRYPTED_EXTENSIONS = 8,
    HANDSHAKE_CERTIFICATE = 11,
    HANDSHAKE_CERTIFICATE_VERIFY = 15,
    HANDSHAKE_FINISHED = 20
};

/* Zero: not seen yet. */
struct handshake_facts {
    uint16_t version; /* 0x0304 is TLS 1.3 */
    uint16_t cipher_suite;
    uint16_t group;            /* of the key exchange */
    uint16_t signature_scheme; /* of the server's proof */
    bool resumed;              /* the server took the session offered */
};

/* Reads one whole message with its header of four bytes: PARSE_DONE (also for
 * one that decides nothing here), PARSE_MORE when it is cut short,
 * PARSE_BROKEN when its inner lengths don't agree. */
enum parse handshake_read(struct handshake_facts *facts, struct span message);

/* The registered names; "0x1234, unknown to us" in a static ring of eight. */
const char *handshake_suite(uint16_t suite);
const char *handshake_group(uint16_t group);
const char *handshake_scheme(uint16_t scheme);
/* Bits of the symmetric key of a suite; 0: not known. */
int handshake_suite_bits(uint16_t suite);

#endif
