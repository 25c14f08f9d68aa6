/* SPDX-License-Identifier: MIT */
/*
 * tls: contexts, verification, and the verdict on a certificate in words.
 *
 * RFC 8446 (TLS 1.3) and RFC 5246 (TLS 1.2) through OpenSSL; RFC 5280 §6 path
 * validation; RFC 9525 §6 service identity: the name is looked for in
 * subjectAltName and nowhere else. Older versions are refused (RFC 8996).
 *
 *     struct tls_settings settings = {.ca_file = "ca.pem"};
 *     struct tls_context *tls;
 *     tls_client_new(&tls, &settings, &error);
 *     conn_start_tls(c, tls, RFC("9110", "4.2.2"), "www.example.test");
 *     tls_free(tls);
 *
 * A client context remembers one session a server name and offers it at the
 * next handshake (RFC 8446 §2.2), so a second connection resumes.
 *
 * A server gives tickets for that. A peer that only sends, as one that uploads
 * over FTP, does not read them, and to close with bytes unread resets the
 * connection (RFC 9293 §3.10.4), the end of its own file included: such a
 * connection is set up with no_tickets.
 *
 * DEPARTURES. Deliberately no OCSP and no CRL fetching: a client that asks the
 * network about each certificate can't run offline. --crlfile is honoured.
 */
#ifndef COMMON_TLS_H
#define COMMON_TLS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "common/rfc.h"

struct tls_context;
struct ssl_st; /* OpenSSL's SSL */

#define TLS_CERTIFICATES_MAX 16 /* pairs a server can choose from by SNI */

/* All strings are borrowed for the call. */
struct tls_settings {
    bool insecure;        /* -k: the verdict is noted but does not stop us */
    const char *ca_file;  /* --cacert, PEM; NULL: the system's trust store */
    const char *crl_file; /* --crlfile, PEM; NULL: none */
    /* PEM chain and key: --cert/--key of a client, --tls-cert/--tls-key of a
     * server, which may have several and serves the one whose subjectAltName
     * holds the name asked for (SNI, RFC 6066 §3), else the first. */
    const char *cert_files[TLS_CERTIFICATES_MAX];
    const char *key_files[TLS_CERTIFICATES_MAX];
    size_t certificates;
    int min_version, max_version; /* TLS1_2_VERSION ...; 0: 1.2 and 1.3 */
    bool no_resumption;
};

/* On success *context is the caller's, who frees it when all conns that use it
 * are closed; NULL after a failure. Errors: ERROR_LOCAL (a file could not be
 * read, or does not fit its key). */
int tls_client_new(struct tls_context **context,
                   const struct tls_settings *settings, struct error *error);
int tls_server_new(struct tls_context **context,
                   const struct tls_settings *settings, struct error *error);
void tls_free(struct tls_context *context); /* NULL is allowed */

/* From here on a ticket of TLS 1.3 may be offered more than once. For FTP: its
 * data connections lead to whom the control connection leads anyway, so there
 * is nothing that an eavesdropper could learn (RFC 8446 §C.4), and some servers
 * give no new ticket over a connection that only receives. */
void tls_reoffer(struct tls_context *context);

/* The verdict in words on an X509_V_ERR_ code: a sentence that says what is
 * wrong with the certificate and what it means, not OpenSSL's phrase alone.
 * Never NULL. */
const char *tls_verdict(long verify_result);
/* The same in a word or two: "expired", "wrong name". */
const char *tls_verdict_name(long verify_result);

/* What a handshake message is called, by its first bytes, and the section that
 * it stands in for the version that `ssl` speaks. Never NULL. */
const char *tls_handshake_name(const struct ssl_st *ssl, const void *message,
                               size_t length, struct rfc *rfc);

#endif
