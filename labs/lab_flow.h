/* SPDX-License-Identifier: MIT */
/*
 * lab_flow: one TCP connection as its frames tell it: who opened it, how often
 * the client had to wait for the server, and what it cost in bytes.
 *
 *     event = lab_event_named(&file, from_ns, TRACE_LAYER_APP, "GET");
 *     lab_flow_measure(&file, event, 0, &flow);
 *     printf("%u %u %u", flow.syn, flow.syn_ack, flow.ack);
 */
#ifndef LABS_LAB_FLOW_H
#define LABS_LAB_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "common/trace.h"

/* TCP flags of RFC 9293 §3.1. */
enum {
    LAB_TCP_FIN = 0x01,
    LAB_TCP_SYN = 0x02,
    LAB_TCP_RST = 0x04,
    LAB_TCP_ACK = 0x10
};

/* The TCP segment in a frame. Numbers in host order. */
struct lab_segment {
    uint32_t source, target; /* IPv4 addresses */
    uint16_t source_port, target_port;
    uint32_t seq, ack;
    uint8_t flags;
    uint32_t payload; /* bytes */
};

/* False: not a whole IPv4 TCP segment. */
bool lab_segment_read(struct span frame, struct lab_segment *segment);

/* Frame numbers are Wireshark's; 0: there is no such frame. */
struct lab_flow {
    uint32_t syn, syn_ack, ack; /* the handshake */
    uint32_t first_data;        /* the first byte that the client sent */
    uint32_t fin_client, fin_server;
    int64_t syn_ns, ack_ns; /* when the handshake began, was done */
    uint64_t frames;
    uint64_t wire_up, wire_down;     /* bytes of whole frames; up: to server */
    uint64_t stream_up, stream_down; /* bytes of TCP payload */
    unsigned round_trips;            /* the client spoke, then the server did */
};

/* Measures the connection that `event` belongs to, up to the frame numbered
 * `last` (0: all of it). Zeroes when the trace has no frames of it. */
void lab_flow_measure(const struct trace_file *file,
                      const struct trace_event *event, uint32_t last,
                      struct lab_flow *flow);

/* The first event of a layer at or after `from_ns` with this name (NULL: any);
 * `host` NULL: recorded by any. NULL: none. */
const struct trace_event *lab_event_find(const struct trace_file *file,
                                         int64_t from_ns,
                                         enum trace_layer layer,
                                         const char *name, const char *host);

/* True for a message (no note) of this protocol, inside TLS too. */
bool lab_is_message(const struct trace_event *event, const char *proto);

/* True when two events belong to the same TCP connection, whichever end
 * recorded them. */
bool lab_same_connection(const struct trace_event *a,
                         const struct trace_event *b);

/* The first message that went on the connection after `request`, whichever end
 * recorded it. NULL: none. */
const struct trace_event *lab_answer_to(const struct trace_file *file,
                                        const struct trace_event *request);

/* "12 13 14", or "-" when no frame is known, in a static ring of eight. */
const char *lab_frames_text(const struct trace_event *event);
double lab_milliseconds(int64_t from_ns, int64_t to_ns);

/* The highest position that any event of the same connection reached in the
 * TCP stream, to the server and back: what there is without frames. */
void lab_stream_measure(const struct trace_file *file,
                        const struct trace_event *event, uint64_t *up,
                        uint64_t *down);

#endif
