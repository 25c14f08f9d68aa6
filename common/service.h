/* SPDX-License-Identifier: MIT */
/*
 * service: the skeleton of a server.
 *
 * Listens where it is told, says "ready ADDR:PORT" on standard output for each
 * listener, accepts, and gives each connection a process of its own: what one
 * conversation breaks, no other feels. SIGTERM and SIGINT stop the listening,
 * end the conversations that may end at once, and after SERVICE_STOP_MS all.
 *
 *     struct service service = {.proto = "http", .standard_port = 80,
 *                               .serve = http_serve, .site = &site};
 *     struct option_spec table[] = {
 *         {0, "root", "DIR", OPTION_TEXT, &site.root, "files to serve"},
 *         SERVER_OPTIONS(&options, &service), OPTIONS_END};
 *     options_parse(table, &argc, argv, &error);
 *     server_options_apply(&options, &service, &error);
 *     service_run(&service, &error);
 *
 * When as many conversations run as may, the next peer waits in the kernel's
 * queue until one has ended; nobody is turned away.
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
    const char *address; /* "ADDR[:PORT]", "[::1]:0", ":8080"; borrowed */
    bool tls;            /* the TLS handshake comes first */
    int fd;              /* set by service_run */
};

struct service {
    const char *proto;      /* for the trace */
    uint16_t standard_port; /* clear text, host order */
    uint16_t standard_tls_port;
    struct service_listener listeners[SERVICE_LISTENERS_MAX];
    size_t listener_count; /* 0: 127.0.0.1 at the standard port */
    const char *cert_files[TLS_CERTIFICATES_MAX]; /* --tls-cert */
    const char *key_files[TLS_CERTIFICATES_MAX];  /* --tls-key */
    size_t cert_count, key_count;
    struct tls_context *tls;   /* made by service_run from the above */
    long max_connections;      /* at once; 0: SERVICE_CONNECTIONS_MAX */
    const char *accounts_file; /* --accounts; NULL: nobody may log in */
    const char *trace_file;
    bool verbose, show_secrets;
    struct trace *trace;     /* made by service_run */
    int64_t idle_timeout_ms; /* of a conversation; 0: the default */
    /* Holds one conversation, from the first byte on: of a TLS listener the
     * handshake is done. `conn` is borrowed: service closes it afterwards
     * (RFC 9293 §3.6). `error` is what the conn reports to. Runs in a process
     * of its own; returns 0 or -class, which only the log tells (-v). */
    int (*serve)(struct conn *conn, void *site, struct error *error);
    /* A process that runs beside the conversations, from before the first one
     * to the end of the service: a mail server's queue. SIGTERM asks it to end
     * within SERVICE_STOP_MS; who ends unasked is started anew. NULL: none. */
    int (*companion)(void *site, struct trace *trace, struct error *error);
    void *site; /* borrowed, handed to serve and companion */
};

/* For `serve`: from here on (until `may` is false) nothing is under way, and
 * the conversation may end as soon as the service is told to: waiting for the
 * peer then fails with ERROR_REFUSED. Without a service it changes nothing. */
void service_may_end(struct conn *conn, bool may);

/* Runs until a signal stops it; 0 then, with no child left and the trace
 * finished. Errors: ERROR_USAGE (an address can't be read, TLS without a
 * certificate), ERROR_LOCAL (bind, certificate), each naming what failed. */
int service_run(struct service *service, struct error *error);

#endif
