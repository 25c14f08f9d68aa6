/* SPDX-License-Identifier: MIT */
/*
 * trace_frames: the way of the bytes. A frame is read as a packet of TCP or UDP
 * (trace_packet.c); all packets together tell which of them carried which bytes
 * of which stream (trace_frames.c). For the files of the trace only.
 */
#ifndef COMMON_TRACE_FRAMES_H
#define COMMON_TRACE_FRAMES_H

#include "common/trace_private.h"

/* ---- trace_packet.c ----------------------------------------------------- */

/* One direction of one conversation: kind, from, to. The bytes are compared
 * and mean nothing else. */
struct trace_key {
    uint8_t bytes[37];
};
enum trace_key_kind { TRACE_KEY_TCP, TRACE_KEY_UDP, TRACE_KEY_SOCKET };

enum trace_flag {
    TRACE_FLAG_FIN = 1,
    TRACE_FLAG_SYN = 2,
    TRACE_FLAG_RST = 4,
    TRACE_FLAG_ACK = 16
};

struct trace_packet {
    struct trace_key key;
    uint8_t flags;     /* TCP */
    uint32_t sequence; /* TCP: of its SYN or its first byte of payload */
    uint32_t length;   /* of payload, as IP tells it */
    size_t index;      /* the caller's: of the frame or the event */
    struct trace_packet *next; /* the caller's: a later one of the same key */
};

/* False: no TCP or UDP over IP, or cut too short to tell. */
bool trace_packet_parse(struct trace_packet *packet, struct span frame);
/* Adds the packet that a frame of these records is, if it is one. False: no
 * memory. */
bool trace_packet_add(struct trace_records *records,
                      const struct trace_frame *frame);
/* The key of the direction that an event went (or of the other one, if
 * `reverse`). False: it went no way, or has no addresses. */
bool trace_key_of_event(struct trace_key *key, const struct trace_event *event,
                        enum trace_key_kind kind, bool reverse);

/* ---- trace_frames.c ----------------------------------------------------- */

/* What one frame or socket record brought on its way. */
struct trace_carrier {
    uint32_t number; /* of the packet, as Wireshark counts */
    enum trace_carried {
        TRACE_CARRIED_BYTES,
        TRACE_CARRIED_HEARD, /* UDP: counted without those that were dropped */
        TRACE_CARRIED_SYN,
        TRACE_CARRIED_ACK, /* the last step of the handshake */
        TRACE_CARRIED_END  /* FIN or RST */
    } kind;
    uint64_t from, to; /* offsets in the stream */
    uint64_t reach;    /* the largest `to` of the stream and kind so far */
};

/* Where a stream begins in time. A port that is used again begins a new stream
 * of the same key. */
struct trace_stream {
    struct trace_key key;
    int64_t start_ns;
    size_t first, last; /* carriers [first, last) */
};

/* The carriers, stream by stream, sorted by kind and offset. */
struct trace_streams {
    struct trace_carrier *carriers;
    size_t carrier_count, carrier_room;
    struct trace_stream *streams; /* by key, then start */
    size_t stream_count, stream_room;
    size_t latest[TRACE_PLACES]; /* for trace_streams_find: it came so far */
};

/* Uses up the packets that were parsed when the frames were read; parses the
 * frames again where there are none. 0, or -1: no memory. */
int trace_streams_make(struct trace_streams *streams,
                       struct trace_records *records);
void trace_streams_free(struct trace_streams *streams);
/* The stream that carried the event's direction (or the other one, if
 * `reverse`) when it happened; NULL: none. */
const struct trace_stream *trace_streams_find(struct trace_streams *streams,
                                              const struct trace_event *event,
                                              enum trace_key_kind kind,
                                              bool reverse);

#endif
