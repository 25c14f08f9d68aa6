/* SPDX-License-Identifier: MIT */
/*
 * pki: certificates for the tests of TLS, right ones and wrong ones, made as
 * they are needed, and a server that shows them.
 */
#ifndef TESTS_UNIT_PKI_H
#define TESTS_UNIT_PKI_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/conn.h"
#include "common/tls.h"

struct pki {
    X509 *certificate;
    EVP_PKEY *key;
};

struct pki_request {
    const char *name;  /* the subject's common name */
    const char *san;   /* "DNS:a.test,IP:127.0.0.1"; NULL: none */
    const char *usage; /* extended key usage: "serverAuth"; NULL: none */
    int from_days, until_days; /* from now; both 0: a day each way */
    bool authority;
};

/* `issuer` NULL: it signs itself. Freed with pki_free. */
struct pki pki_make(const struct pki_request *request,
                    const struct pki *issuer);
void pki_free(struct pki *pki);
/* Changes the last byte of its signature. */
void pki_alter(struct pki *pki);

/* Write below the running test's folder; the paths live as test_path's do. The
 * chain is the certificate, then `above` if that is not NULL. */
const char *pki_write_chain(const char *name, const struct pki *pki,
                            const struct pki *above);
const char *pki_write_key(const char *name, const struct pki *pki);
/* A list of `issuer` that revokes `revoked`, or nothing if that is NULL. */
const char *pki_write_crl(const char *name, const struct pki *issuer,
                          const struct pki *revoked);

/* Settings of a server that shows `pki` (and `above`). */
struct tls_settings pki_server(const struct pki *pki, const struct pki *above);

/* A child process that accepts `connections` on 127.0.0.1, one after another,
 * does the handshake, and hands the conn to `talk`. Its exit status is that of
 * the last talk, or the class of a failed handshake. */
pid_t pki_serve(const struct tls_settings *settings, int connections,
                int (*talk)(struct conn *conn), uint16_t *port);
int pki_serve_end(pid_t pid);

#endif
