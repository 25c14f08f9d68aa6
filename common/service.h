/* SPDX-License-Identifier: MIT */
/*
 * service: the skeleton of a server.
 *
 * Listens where it is told, says "ready ADDR:PORT" on standard output for each
 * listener, accepts, and gives each connection a process of its own: what one
 * conversation breaks, no other feels. SIGTERM and SIGINT stop the listening,
 * let the conversations end within SERVICE_STOP_MS, then end them.
 *
 *     struct service service = {.proto = "http", .standard_port = 80,
 *                               .serve = http_serve, .site = &site};
 *     service_options(&service, ...);   // --listen, --listen-tls, ...
 *     service_run(&service, &error);
 */
#ifndef COMMON_SERVICE_H
#define COMMON_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/conn.h"
#include "common/error.h"
#include "common/tls.h"

#define SERVICE_LISTENERS_MAX 16

struct trace;

struct service_listener {
    const char *address; /* as given: "ADDR[:PORT]", "[::1]:0"; borrowed */
    bool tls;            /* the TLS handshake comes first */
    int fd;              /* set by service_run */
};

struct service {
    const char *proto;        /* for the trace */
    uint16_t standard_port;   /* clear text, host order */
    uint16_t standard_tls_port;
    struct service_listener listeners[SERVICE_LISTENERS_MAX];
    size_t listener_count;    /* 0: 127.0.0.1 at the standard port */
    const char *cert_files[TLS_CERTIFICATES_MAX]; /* --tls-cert */
    const char *key_files[TLS_CERTIFICATES_MAX];  /* --tls-key */
    size_t cert_count, key_count;
    struct tls_context *tls;  /* made by service_run from the above */
    long max_connections;     /* at once; 0: SERVICE_CONNECTIONS_MAX */
    const char *accounts_file; /* --accounts; NULL: nobody may log in */
    const char *trace_file;
    bool verbose, show_secrets;
    struct trace *trace;      /* made by service_run */
    int64_t idle_timeout_ms;  /* of a conversation; 0: the default */
    /* Holds one conversation. The conn is the caller's, who closes it with its
     * own citation; `error` is what the conn reports to. Runs in a process of
     * its own; the return value is only for the log. */
    int (*serve)(struct conn *conn, void *site, struct error *error);
    void *site; /* borrowed, handed to serve */
};

/* Runs until a signal stops it; 0 then. Errors: ERROR_USAGE (an address can't
 * be read), ERROR_LOCAL (bind, certificate), each naming what failed. */
int service_run(struct service *service, struct error *error);

#endif
