/* SPDX-License-Identifier: MIT */
/*
 * conn_tls: what conn_tls.c, conn_tls_handshake.c and conn_tls_events.c share,
 * and nobody else includes.
 */
#ifndef COMMON_CONN_TLS_H
#define COMMON_CONN_TLS_H

#include <openssl/ssl.h>

#include "common/conn_private.h"
#include "common/tls_private.h"

/* The records of one direction, as their headers announce them. OpenSSL shows
 * us each header; their lengths add up to the place of each record in the TCP
 * stream, whatever pieces OpenSSL reads and writes them in. */
struct conn_tls_stream {
    uint64_t next;             /* where the next record will begin */
    struct trace_range record; /* the one announced last */
    uint64_t message_from;     /* where the handshake message under way began */
    uint64_t passed;           /* where OpenSSL has read or written to */
};

/* Plain bytes that wait in conn.in, and the record they came in. */
struct conn_tls_place {
    uint64_t plain_to; /* the first byte after them, of all plain bytes */
    struct trace_range raw;
    bool inexact;
};

struct conn_tls {
    struct tls_peer peer; /* the application data of ssl */
    SSL *ssl;
    BIO_METHOD *method; /* of the BIO between ssl and our two buffers */
    struct where where; /* of conn_start_tls */
    bool established;   /* the handshake is over */
    bool ended;         /* we have said close_notify */
    int alert_sent, alert_received; /* the latest; -1: none */

    struct conn_tls_stream read, write;
    uint64_t plain_total; /* plain bytes opened so far, since the conn began */
    struct conn_tls_place places[CONN_TLS_PLACES_MAX]; /* a ring */
    size_t first_place, place_count;

    size_t in_start, in_end; /* records that came and were not opened */
    size_t out_length;       /* records that wait to be sent */
    char in[CONN_TLS_BUFFER];
    char out[CONN_TLS_BUFFER];
};

/* ---- conn_tls.c --------------------------------------------------------- */

/* Puts a BIO between tls->ssl and the two buffers. False: no memory. */
bool conn_tls_connect_buffers(struct conn_tls *tls);
/* Waits for more of the stream of records. 0: the peer has closed. */
ssize_t conn_tls_receive(struct conn *c);

/* ---- conn_tls_handshake.c ----------------------------------------------- */

/* OpenSSL has given up: says why, lets its alert go out, fails the conn. */
int conn_tls_explain(struct conn *c);

/* ---- conn_tls_events.c -------------------------------------------------- */

/* The message callback of OpenSSL: records, handshake messages, alerts. */
void conn_tls_on_message(int writing, int version, int type, const void *data,
                         size_t length, SSL *ssl, void *conn);
/* The name of an alert as RFC 8446 §6 spells it; never NULL. */
const char *conn_tls_alert_name(int alert);
/* A decision of the TLS layer. */
void conn_tls_note(struct conn *c, const char *name, struct rfc rfc,
                   const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Notes what the two sides have agreed on. */
void conn_tls_note_agreement(struct conn *c);

#endif
