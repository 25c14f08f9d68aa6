/* SPDX-License-Identifier: MIT */
/*
 * reproduce: a trace as any two runs of the same work have it.
 *
 *     trace show --reproducible FILE
 *
 * What a run is made of is chance too: the clock, the ports that the kernel
 * picked, nonces, which of two hosts wrote its note first. Here each of these
 * is replaced, so that what is left is what the programs did: two runs give the
 * same bytes, on another day and on another machine.
 *
 *     clock     each event is a millisecond after the one before
 *     ports     40001, 40002 ... for those that a kernel picked
 *     order     conversation by conversation; in one, messages as they were
 *               sent, and what a host notes just before it speaks again
 *     dates, ids, tags, boundaries, nonces
 *               «date», «random» ...: the rules of `trace compare`, by name
 *     bytes     under TLS, of one record a message
 *     left out  frames, numbers of source lines (the function stays), TLS's
 *               bytes, session tickets and farewells, halves of a key exchange
 *
 * DEPARTURES: this is a view. Nothing runs by a stopped clock and no generator
 * is seeded for it: what a program said on the wire is what it would have said
 * to anybody, and the file is as true as before.
 */
#ifndef LABS_TRACE_REPRODUCE_H
#define LABS_TRACE_REPRODUCE_H

#include "common/error.h"
#include "common/trace.h"

struct reproduced {
    char **texts; /* what the events now point to */
    size_t count, capacity;
};

/* Changes the events of a trace that was read: their order, number and texts,
 * and leaves the file itself alone. `made` owns the new texts and is freed
 * after the last look at the trace; that is allowed in any case. ERROR_LOCAL:
 * out of memory. */
int trace_reproduce(struct trace_file *trace, struct reproduced *made,
                    struct error *error);
void reproduced_free(struct reproduced *made);

/* ---- inside reproduce*.c ------------------------------------------------ */

/* Puts the events into the order that is told above and leaves some out; true:
 * done, false: out of memory (reproduce_order.c). */
bool reproduce_order(struct trace_file *trace);

/* What each port is called (reproduce_ports.c). */
struct reproduce_port {
    uint16_t shown; /* its name now; 0: it has none yet */
    bool announced; /* by a message; its connection is still to come */
};
struct reproduce_ports {
    struct reproduce_port *all; /* the caller frees it */
    unsigned named;             /* so many have got a name */
    bool announces; /* the next text says where a connection will go */
};
/* False: out of memory. */
bool reproduce_ports_open(struct reproduce_ports *ports);
/* Renames the port of one end of an event's connection, which may be the first
 * event of it. */
void reproduce_ports_end(struct reproduce_ports *ports,
                         struct sockaddr_storage *end, bool begins);
/* The text with all its ports renamed and a NUL, which the caller frees; NULL:
 * out of memory. */
char *reproduce_ports_in(struct reproduce_ports *ports, struct span text,
                         size_t *length);

/* True for random numbers, halves of a key exchange, signatures: even their
 * lengths differ. */
bool reproduce_is_drawn(const struct trace_event *event);

#endif
