/* SPDX-License-Identifier: MIT */
/*
 * flows: what an onlooker can put together again from what passed him.
 *
 * Frames (Ethernet; IPv4 and IPv6; TCP and UDP) become conversations: per
 * direction the bytes in their order, whatever order they came in, each once,
 * however often they were sent. Where a trace has no frames, the `socket`
 * records of the programs take their place. Nothing else of the trace is
 * looked at: no keys, and no record of what a program said.
 *
 *     struct flows flows;
 *     flows_read(&flows, trace, &error);
 *     for (size_t i = 0; i < flows.count; i++)
 *         ... flows.list[i].sides[FLOW_CLIENT].bytes ...
 *     flows_free(&flows);
 *
 * RFC 9293 §3.4 (sequence numbers, which wrap) and §3.10.7.4 (what is outside
 * the window, or old, or overlaps). DEPARTURES: fragments of IP datagrams, IPv6
 * extension headers, and frames whose IP header gives no length, because a card
 * was still to cut them, are passed over; of two different bytes for one place
 * the first seen counts, where a real host may take the other.
 */
#ifndef LABS_TRACE_FLOWS_H
#define LABS_TRACE_FLOWS_H

#include "common/trace.h"

enum flow_kind { FLOW_TCP, FLOW_UDP };
enum flow_end { FLOW_CLIENT, FLOW_SERVER, FLOW_ENDS };

/* One segment, datagram or socket record, as it came by. */
struct flow_piece {
    uint64_t offset; /* of its first byte in the stream */
    uint64_t length; /* as its header says; more may have passed than kept */
    int64_t time_ns;
};

struct flow_side {
    struct sockaddr_storage address;
    struct flow_piece *pieces; /* those with bytes, in order of time */
    size_t piece_count, piece_capacity;
    char *bytes;     /* from the first on without a gap */
    size_t length;   /* of it, at most FLOW_STREAM_MAX */
    uint64_t total;  /* bytes of the stream so far as its numbers say */
    uint64_t resent; /* bytes that had come by before */
    bool begun, ended, reset; /* SYN, FIN, RST were seen */

    unsigned char *have;   /* which of `bytes` are filled, while reading */
    size_t capacity;       /* of bytes and have */
    uint32_t first_number; /* the sequence number of offset 0 */
    uint64_t next;         /* the offset that is expected next */
};

struct flow {
    enum flow_kind kind;
    struct flow_side sides[FLOW_ENDS];
    int64_t first_ns, last_ns;
    size_t next_same; /* in its hash chain, + 1; 0: the last */
};

struct flows {
    struct flow *list; /* in the order in which they began */
    size_t count, capacity;
    size_t *table;   /* hash of both ends -> index + 1 of the newest */
    uint64_t factor; /* of the hash: drawn by lot, and odd */
};

/* ERROR_LOCAL: out of memory. flows_free is allowed in any case. */
int flows_read(struct flows *flows, const struct trace_file *trace,
               struct error *error);
void flows_free(struct flows *flows);
/* What one end sent, as far as it is there without a gap; lives until
 * flows_free. */
struct span flow_stream(const struct flow_side *side);
/* What `from` sent to `to` by TCP in the conversation that was going on at
 * `time_ns`; NULL: none passed. */
const struct flow_side *flows_side(const struct flows *flows,
                                   const struct sockaddr_storage *from,
                                   const struct sockaddr_storage *to,
                                   int64_t time_ns);

/* "192.0.2.80:80", "[2001:db8::1]:80". */
#define FLOW_ADDRESS_MAX 64
void flow_address(const struct sockaddr_storage *address,
                  char text[FLOW_ADDRESS_MAX]);

#endif
