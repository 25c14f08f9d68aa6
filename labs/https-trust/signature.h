/* SPDX-License-Identifier: MIT */
/*
 * signature: a certificate's signature checked by hand, step by step.
 *
 * RFC 5280 §4.1.1: a certificate is the signed part (tbsCertificate), the name
 * of the algorithm, and the signature. What a library does in one call is done
 * here in three, so that each number can be looked at:
 *
 *   1. the digest of the signed part is computed;
 *   2. the signature is opened with the authority's public key, which for
 *      RSA PKCS #1 v1.5, and for no other kind, gives a digest back;
 *   3. the two are compared.
 *
 *     signature_open(&opened, certificate, ca_key, &error);
 *     opened.equal, opened.computed, opened.recovered ...
 */
#ifndef LABS_HTTPS_TRUST_SIGNATURE_H
#define LABS_HTTPS_TRUST_SIGNATURE_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

#define SIGNATURE_BYTES_MAX 512 /* an RSA key of 4096 bits */

struct signature_bytes {
    unsigned char data[SIGNATURE_BYTES_MAX];
    size_t length;
};

struct signature_opened {
    char algorithm[64];               /* "sha256WithRSAEncryption" */
    size_t signed_length;             /* bytes of the signed part, DER */
    struct signature_bytes signature; /* as it stands in the certificate */
    struct signature_bytes computed;  /* 1: SHA-256 of the signed part */
    bool recoverable;                 /* false: the next three are empty */
    struct signature_bytes block;     /* 2: the number, to the power of e */
    struct signature_bytes info;      /* ... its padding taken off */
    struct signature_bytes recovered; /* ... the algorithm's name taken off */
    bool equal;                       /* 3: computed and recovered are */
    bool verified;                    /* what the library's one call says */
};

/* Fills *opened. `ca_key` is the public (or whole) key of the issuer; both are
 * borrowed. A signature that does not fit is no error: equal and verified are
 * false. ERROR_LOCAL: OpenSSL could not do the sum at all. */
int signature_open(struct signature_opened *opened, X509 *certificate,
                   EVP_PKEY *ca_key, struct error *error);

/* "3031300d…" of `bytes`, at most `most` of them (then "..." follows), into
 * `text`. Returns text. */
const char *signature_hex(char *text, size_t size,
                          const struct signature_bytes *bytes, size_t most);

/* The two numbers r and s of an ECDSA signature. False: it is none. */
bool signature_ecdsa(const struct signature_bytes *signature,
                     struct signature_bytes *r, struct signature_bytes *s);

#endif
