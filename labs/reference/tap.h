/* SPDX-License-Identifier: MIT */
/*
 * tap: libcurl's conversation, told to a trace.
 *
 * libcurl's debug callback leaves things out, changes others, and knows no
 * connection. So we sit where the bytes pass: reference-client has functions of
 * its own called send, recv, SSL_read, SSL_write (taps.c); the dynamic linker
 * gives them to libcurl, and they call the real ones and tell us. What has
 * passed is cut into messages (scan.h) and recorded as by any client, with the
 * line of the curl_easy_perform that made libcurl do it.
 *
 * One thread, one trace, for the whole program: functions that are called from
 * inside libcurl can be given no context.
 */
#ifndef LABS_REFERENCE_TAP_H
#define LABS_REFERENCE_TAP_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/rfc.h"
#include "common/trace.h"

struct tap_setup {
    struct trace *trace; /* borrowed; NULL: nothing is recorded */
    const char *proto;   /* "http", ...: see scan.h */
    uint16_t standard_port;
    struct where where; /* of the curl_easy_perform */
};

/* From now on sockets that libcurl opens are of this conversation. */
void tap_begin(const struct tap_setup *setup);
/* The same, then the call, whose line all events get. */
#define TAP(setup, call) ((setup)->where = HERE, tap_begin(setup), (call))

/* libcurl has made a socket, has closed one. */
void tap_opened(int fd);
void tap_closed(int fd);
/* Sees handshakes and keys of all connections made with `context`. */
void tap_context(SSL_CTX *context);

/* ---- what taps.c calls -------------------------------------------------- */

/* Nanoseconds since 1970. */
int64_t tap_now(void);
/* `length` bytes have passed through a socket. One that is not libcurl's is
 * passed over. `begun_ns`: when the call that sent them began, for a fast peer
 * answers before it is over; 0, of what was heard: now. */
void tap_passed(int fd, enum trace_dir dir, const void *data, size_t length,
                int64_t begun_ns);
/* Between these two, what passes is TLS of `ssl`. */
void tap_tls_enter(const SSL *ssl);
void tap_tls_leave(void);
/* Plain bytes that TLS has sealed or opened; `begun_ns` as above. */
void tap_plain(const SSL *ssl, enum trace_dir dir, const void *data,
               size_t length, int64_t begun_ns);

#endif
