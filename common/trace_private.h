/* SPDX-License-Identifier: MIT */
/*
 * trace_private: what the files of the trace share, and nobody else needs.
 *
 *     trace.c         opening, recording, closing
 *     trace_live.c    the lines of -v
 *     trace_encode.c  an event as a block of pcapng
 *     trace_store.c   records in memory: who owns what was read
 *     trace_decode.c  a block of pcapng as an event
 *     trace_read.c    whole files
 *     trace_frames.c  which frames carried which bytes of a stream
 *     trace_pair.c    one event of a message that both ends recorded
 *     trace_merge.c   several records into one finished trace
 *
 * The order of the comments on a packet, and the keys of the last of them, are
 * an agreement between trace_encode.c and trace_decode.c:
 *
 *     event 7: GET
 *     http/http_client.c:120 http_request_send
 *     heard at http/http_server.c:88 http_server_serve
 *     RFC 9112 §3
 *     note: the body ends here because ...
 *     frames 12 13
 *     fields: host=student conn=1 peer=192.0.2.80:80 proto=http ...
 *
 * and on a frame: "events 7 8", "dropped: RULE".
 */
#ifndef COMMON_TRACE_PRIVATE_H
#define COMMON_TRACE_PRIVATE_H

#include "common/pcapng.h"
#include "common/trace.h"

/* Each file of ours begins with these two interfaces, in this order; those of
 * the wire follow. */
enum trace_interface {
    TRACE_INTERFACE_APP,
    TRACE_INTERFACE_SOCKET,
    TRACE_INTERFACES
};

/* ---- trace_encode.c ----------------------------------------------------- */

/* The section header; then the two interfaces, one after the other. */
void trace_encode_section(struct pcapng_block *block);
void trace_encode_interface(struct pcapng_block *block,
                            enum trace_interface interface);
/* The event as one packet block, ready to be written. With `mask`, its
 * secrets are overwritten with asterisks. */
void trace_encode_event(struct pcapng_block *block,
                        const struct trace_event *event, bool mask);

/* The tags of an exported PDU, and what stands in them. */
enum trace_tag {
    TRACE_TAG_END = 0,
    TRACE_TAG_DISSECTOR = 12,
    TRACE_TAG_TABLE = 14,
    TRACE_TAG_IPV4_SOURCE = 20,
    TRACE_TAG_IPV4_TARGET = 21,
    TRACE_TAG_IPV6_SOURCE = 22,
    TRACE_TAG_IPV6_TARGET = 23,
    TRACE_TAG_SOURCE_PORT = 25,
    TRACE_TAG_TARGET_PORT = 26,
    TRACE_TAG_TABLE_VALUE = 32,
    TRACE_TAG_PROTOCOL_TEXT = 33,
    TRACE_TAG_DIRECTION = 35,
};

/* ---- trace_live.c ------------------------------------------------------- */

void trace_live(FILE *to, const struct trace_event *event, bool mask);

#endif
