/* SPDX-License-Identifier: MIT */
/*
 * tls_private: what tls.c and conn_tls.c share, and nobody else includes.
 */
#ifndef COMMON_TLS_PRIVATE_H
#define COMMON_TLS_PRIVATE_H

#include <openssl/ssl.h>

#include "common/limits.h"
#include "common/rfc.h"
#include "common/tls.h"

struct trace;

/* A certificate with what belongs to it. All three are owned. */
struct tls_pair {
    X509 *certificate;
    STACK_OF(X509) * chain; /* the intermediates, leaf's issuer first */
    EVP_PKEY *key;
};

/* A session that a server gave us, to be offered at the next handshake. */
struct tls_memory {
    char host[256];
    SSL_SESSION *session; /* owned; NULL: the row is free */
};

struct tls_context {
    SSL_CTX *openssl;
    bool server;
    bool insecure; /* -k */
    bool no_resumption;
    bool reoffer;     /* a ticket is good for more than one handshake */
    bool trust_waits; /* the system's authorities are not read yet */
    struct tls_pair pairs[TLS_CERTIFICATES_MAX];
    size_t pair_count;
    struct tls_memory memory[TLS_SESSIONS_MAX];
    size_t next_memory; /* the row that is overwritten next */
};

/* The other side of one handshake, as the callbacks of OpenSSL see it: the
 * application data of its SSL. */
struct tls_peer {
    struct tls_context *context; /* borrowed */
    struct trace *trace;         /* gets the key log; may be NULL */
    char host[256];              /* the name the certificate must carry */
    long verdict;                /* the first thing wrong: X509_V_ERR_... */
    char detail[400];            /* about the certificate in question */
};

/* ---- tls_pair.c --------------------------------------------------------- */

/* Reads a certificate, what follows it in its file, and the key. ERROR_LOCAL
 * when a file can't be read, or the key is another certificate's. */
int tls_pair_load(struct tls_pair *pair, const char *cert_file,
                  const char *key_file, struct error *error);
void tls_pair_free(struct tls_pair *pair);
/* ERROR_LOCAL: what we could not do (with which file; may be NULL), and
 * OpenSSL's reason. */
int tls_local_error(struct error *error, const char *what, const char *file);

/* ---- tls.c -------------------------------------------------------------- */

/* An SSL ready for the handshake: roles, name to verify, SNI, a session to
 * resume. `peer` is borrowed until SSL_free; its context, trace are filled in
 * by the caller. NULL, with *error set, on failure. `host` NULL: a server. */
SSL *tls_begin(struct tls_peer *peer, const char *host, struct error *error);

/* ---- tls_verdict.c ------------------------------------------------------ */

/* The whole sentence: tls_verdict, and what `detail` knows. */
void tls_verdict_text(const struct tls_peer *peer, char *text, size_t size);
/* The section that asks for what the verdict says is missing. */
struct rfc tls_verdict_rfc(long verify_result);
/* Fills peer->detail for a verdict on `certificate` (NULL: none at hand), and
 * makes the verdict on a leaf that was sent alone the more telling one. */
void tls_verdict_detail(struct tls_peer *peer, X509 *certificate, int depth,
                        int chain_length);

#endif
