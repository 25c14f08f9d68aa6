/* SPDX-License-Identifier: MIT */
/*
 * conn_pair: a conn at one end of a socketpair, and the test at the other, so
 * that a test of conn is a transcript of one process.
 */
#ifndef TESTS_UNIT_CONN_PAIR_H
#define TESTS_UNIT_CONN_PAIR_H

#include "common/conn.h"
#include "common/trace.h"

struct conn_pair {
    struct conn *conn;
    int peer; /* the test's end; -1 once closed */
    struct error error;
    struct trace *trace;    /* NULL unless conn_pair_traced made it */
    struct trace_file file; /* after conn_pair_read_trace */
};

void conn_pair_open(struct conn_pair *p);
/* The same, recorded. */
void conn_pair_open_traced(struct conn_pair *p, bool show_secrets);
/* The peer sends so, or closes. */
void conn_pair_send(struct conn_pair *p, const char *text);
void conn_pair_hang_up(struct conn_pair *p);
/* What the peer has received, as far as it is there now; "" if nothing. In a
 * static buffer. */
const char *conn_pair_received(struct conn_pair *p);
/* Closes the conn, finishes the trace and reads it. */
void conn_pair_read_trace(struct conn_pair *p);
/* The first event of that layer and name, or NULL. */
const struct trace_event *conn_pair_event(const struct conn_pair *p,
                                          enum trace_layer layer,
                                          const char *name);
void conn_pair_close(struct conn_pair *p);

#endif
