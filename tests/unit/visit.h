/* SPDX-License-Identifier: MIT */
/*
 * visit: a client of this process and a TLS server in another, which shows a
 * certificate for VISIT_HOST that the client trusts; for the tests of TLS.
 *
 *     struct visit v;
 *     visit_begin(&v, TLS1_3_VERSION, 1, visit_send_bytes);
 *     visit_trace(&v);                       // if a record is wanted
 *     visit_connect(&v, VISIT_HOST);
 *     visit_fetch(v.conn, 100);
 *     visit_read_trace(&v);                  // v.file; the client has left
 *     visit_end(&v);
 */
#ifndef TESTS_UNIT_VISIT_H
#define TESTS_UNIT_VISIT_H

#include "common/trace.h"
#include "tests/harness.h"
#include "tests/unit/pki.h"

#define VISIT_HOST "www.example.test"
#define VISIT_CITE RFC("8446", "2")

struct visit {
    struct error error;
    struct tls_context *context;
    struct trace *trace;
    struct trace_file file;
    struct pki leaf;
    uint16_t port;
    pid_t server;
    struct conn *conn;
};

/* `version` TLS1_2_VERSION or TLS1_3_VERSION; 0: either. The server takes so
 * many connections, one after the other, and holds `talk` over each. */
void visit_begin(struct visit *v, int version, int connections,
                 int (*talk)(struct conn *conn));
/* Records what follows. */
void visit_trace(struct visit *v);
/* Connects and shakes hands, for a certificate of `host`; what these return. */
int visit_connect(struct visit *v, const char *host);
void visit_leave(struct visit *v);
/* Leaves, and reads the record into v->file. */
void visit_read_trace(struct visit *v);
/* The first event of that name; NULL: there is none. */
const struct trace_event *visit_event(const struct visit *v, const char *name);
/* Frees all. The server's exit status: the first failure of `talk`. */
int visit_end(struct visit *v);

/* A `talk`: answers each line with so many bytes as it says, until the client
 * ends. */
int visit_send_bytes(struct conn *c);
/* Asks that server for `count` bytes, and reads them. */
void visit_fetch(struct conn *c, size_t count);

#endif
