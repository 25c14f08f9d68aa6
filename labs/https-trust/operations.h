/* SPDX-License-Identifier: MIT */
/*
 * operations: what each cryptographic operation of a handshake costs the CPU,
 * measured here and now: the asymmetric ones that happen once a connection, and
 * the symmetric one that every byte goes through.
 *
 *     struct operations operations;
 *     operations_measure(&operations, leaf, ca_key, 1839, &error);
 */
#ifndef LABS_HTTPS_TRUST_OPERATIONS_H
#define LABS_HTTPS_TRUST_OPERATIONS_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stddef.h>

#include "common/error.h"

enum operation {
    OPERATION_KEY_SHARE, /* X25519: a key pair, then the common secret */
    OPERATION_SIGN,      /* ECDSA P-256: the server, in CertificateVerify */
    OPERATION_VERIFY,    /* the same, checked by the client */
    OPERATION_RSA,       /* the authority's RSA signature, checked */
    OPERATION_SEAL,      /* AES-256-GCM over `bytes` */
    OPERATIONS
};

extern const char *const operation_names[OPERATIONS];

/* Microseconds of CPU time of one of each: the least of several rounds. */
struct operations {
    double us[OPERATIONS];
};

/* Takes a few hundredths of a second. `certificate` was signed with the other
 * half of `ca_key`; both are borrowed. `bytes` is how much is sealed. A failure
 * of OpenSSL is ERROR_LOCAL. */
int operations_measure(struct operations *operations, X509 *certificate,
                       EVP_PKEY *ca_key, size_t bytes, struct error *error);

#endif
