/* SPDX-License-Identifier: MIT */
/*
 * notebook_tls, inside: what the clear-text part of a handshake says, in words
 * that are ready to be shown (notebook_hello.c).
 */
#ifndef LABS_TRACE_NOTEBOOK_TLS_H
#define LABS_TRACE_NOTEBOOK_TLS_H

#include "common/text.h"

struct tls_seen {
    char server_name[300];  /* escaped; "": none */
    char offered[256];      /* "TLS 1.3, TLS 1.2; 31 cipher suites" */
    char protocols[256];    /* ALPN as offered, escaped */
    char chosen[256];       /* "TLS 1.3, TLS_AES_256_GCM_SHA384, x25519" */
    char certificate[1024]; /* subject, issuer, dates, names; escaped */
    unsigned version;       /* chosen: 0x0304 is TLS 1.3; 0: not seen */
    bool resumes;           /* the client offered a session it had before */
};

/* Reads one whole handshake message into *seen, which is zero before the
 * first. What it doesn't know, or what is malformed, changes nothing. */
void tls_seen_message(struct tls_seen *seen, unsigned type, struct span body);

#endif
