/* SPDX-License-Identifier: MIT */
/*
 * certificates: the lab's own authority, one good certificate, eight bad ones.
 *
 * RFC 5280: certificates (§4), their validity (§4.1.2.5), names (§4.2.1.6), use
 * (§4.2.1.12) and path (§6). The authority has an RSA key, because only an RSA
 * signature can be opened by hand (see signature.h). Everybody else has P-256
 * keys: they are made in no time.
 *
 *     struct certificate_set set;
 *     certificate_set_new(&set, &error);
 *     certificate_set_write(&set, "/somewhere", &error);   // PEM files
 *     certificate_set_free(&set);
 *
 * DEPARTURES. Deliberately one key for all servers of the lab, keys in plain
 * files, and serial numbers that are only random: a real authority guards its
 * key in hardware and answers for what it signs.
 */
#ifndef LABS_HTTPS_TRUST_CERTIFICATES_H
#define LABS_HTTPS_TRUST_CERTIFICATES_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "common/error.h"
#include "common/rfc.h"

enum certificate_kind {
    CERTIFICATE_GOOD,
    CERTIFICATE_EXPIRED,
    CERTIFICATE_NOT_YET_VALID,
    CERTIFICATE_WRONG_NAME,
    CERTIFICATE_SELF_SIGNED,
    CERTIFICATE_UNKNOWN_CA,
    CERTIFICATE_MISSING_INTERMEDIATE,
    CERTIFICATE_ALTERED,
    CERTIFICATE_WRONG_USE,
    CERTIFICATE_KINDS
};

/* What a case is, for people and for the server. */
struct certificate_case {
    const char *file;   /* "expired": expired.pem holds the chain */
    const char *host;   /* the name that the client asks for */
    const char *named;  /* the name that the certificate carries */
    const char *fault;  /* in words; NULL for the good one */
    const char *reason; /* words that the client's refusal must hold */
    long verdict;       /* X509_V_ERR_ code that OpenSSL gives */
    struct rfc rfc;     /* the rule that it breaks */
};

extern const struct certificate_case certificate_cases[CERTIFICATE_KINDS];

struct certificate_set {
    EVP_PKEY *ca_key;       /* RSA, 2048 bits */
    EVP_PKEY *other_ca_key; /* an authority that nobody trusts */
    EVP_PKEY *intermediate_key;
    EVP_PKEY *server_key;
    X509 *ca, *other_ca, *intermediate;
    X509 *leaves[CERTIFICATE_KINDS];
};

/* Makes keys and certificates. ERROR_LOCAL with OpenSSL's own words. On
 * failure too, the caller ends it with certificate_set_free. */
int certificate_set_new(struct certificate_set *set, struct error *error);
void certificate_set_free(struct certificate_set *set);

/* Writes FOLDER/ca.pem (what the client trusts), FOLDER/between.pem (the
 * intermediate authority, which no server sends), FOLDER/server.key, and for
 * each case FOLDER/CASE.pem: the chain that its server presents. The key can be
 * read by its owner only. ERROR_LOCAL. */
int certificate_set_write(const struct certificate_set *set, const char *folder,
                          struct error *error);

/* Fills *error (ERROR_LOCAL) with `what` and the oldest reason in OpenSSL's
 * queue, which is the cause; empties the queue. */
int certificate_failed(struct error *error, const char *what);

/* The first certificate of a PEM file; the caller frees with X509_free. */
int certificate_read(X509 **certificate, const char *path, struct error *error);

#endif
