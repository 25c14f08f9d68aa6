/* SPDX-License-Identifier: MIT */
/*
 * wire: the switch that all hosts of a world hang on, as a program.
 *
 * Every host's cable ends in the wire's namespace. The wire takes each frame
 * that a host sends, records it, once and before any delay, and hands it to
 * the host that it is for, half a round trip later. Frames that are no IP
 * (ARP, RFC 826) are handed on at once: in a real network they go to the next
 * router, not across the world.
 *
 * The firewall, where it is asked for, stands in front of one host: what that
 * host begins may pass, in both directions; what others begin towards it is
 * dropped, and recorded with the rule that dropped it.
 */
#ifndef LABS_WORLD_WIRE_H
#define LABS_WORLD_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/limits.h"

struct wire;

struct wire_port {
    int index;        /* of its interface */
    const char *name; /* "web" */
    uint8_t mac[6];   /* of the host at the other end */
};

struct wire_setup {
    struct wire_port ports[WORLD_HOSTS_MAX];
    size_t port_count;
    int64_t one_way_ns; /* half of a round trip */
    int record_fd;      /* pcapng goes here; -1: nothing is recorded */
    int guarded;        /* the port behind the firewall; -1: none */
    int guardable;      /* the port that it can be put up in front of */
};

/* What the wire says when it is told to flush. */
struct wire_report {
    uint64_t frames, bytes; /* taken in so far */
    uint64_t lost;          /* found no slot free: the record has a gap */
    int record_errno;       /* why recording failed, or 0 */
};

/* Opens the sockets in the namespace of the caller. `setup` is copied; its
 * names and record_fd are borrowed until wire_free. The interfaces need not
 * exist yet. *wire is filled on success only, and freed by wire_free.
 * ERROR_LOCAL: the kernel refuses packet sockets, or there is no memory. */
int wire_open(struct wire **wire, const struct wire_setup *setup,
              struct error *error);
/* Carries frames until `control` is closed at its other end. A byte that comes
 * in there asks for a flush; a struct wire_report is the answer. 'u' puts the
 * firewall up before that, 'd' takes it down. */
void wire_run(struct wire *wire, int control);
void wire_free(struct wire *wire); /* NULL is allowed */

/* ---- deciding, without sockets, for the tests --------------------------- */

#define WIRE_NOBODY (-1) /* no host has that address */
#define WIRE_ALL (-2)    /* everybody but the sender */

/* Which port a frame goes to, by the address it carries: an index of
 * setup->ports, WIRE_ALL or WIRE_NOBODY. */
int wire_target(const struct wire_setup *setup, const uint8_t *frame,
                size_t length);
/* The firewall's memory: the UDP ports that the guarded host has sent from. */
struct wire_memory {
    uint8_t ports[65536 / 8];
};
/* The rule that drops this frame, static, or NULL when it passes. What the
 * guarded host sends is remembered, so frames must come in the order in which
 * they were sent. `from` and `to` are ports as wire_target has them. */
const char *wire_verdict(const struct wire_setup *setup,
                         struct wire_memory *memory, int from, int to,
                         const uint8_t *frame, size_t length);

/* wire_record.c: the capture, gathered and written in large pieces. */
struct wire_record;
/* Begins a section with an interface for each port, in their order. *record is
 * filled on success only, and freed by wire_record_free. ERROR_LOCAL. */
int wire_record_open(struct wire_record **record,
                     const struct wire_setup *setup, struct error *error);
/* A frame that `port` sent: `captured` bytes are at hand of the `length` that
 * it had. `dropped` is the firewall's rule, or NULL. Failures show at the
 * flush. */
void wire_record_frame(struct wire_record *record, int port, int64_t time_ns,
                       const uint8_t *frame, size_t captured, size_t length,
                       const char *dropped);
/* 0 or the errno of the first failure; that is kept, and nothing written. */
int wire_record_flush(struct wire_record *record);
/* Does not flush. NULL is allowed. */
void wire_record_free(struct wire_record *record);

#endif
