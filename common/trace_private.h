/* SPDX-License-Identifier: MIT */
/*
 * trace_private: what the files of the trace share, and nobody else needs.
 *
 *     trace.c         opening, recording, closing
 *     trace_live.c    the lines of -v
 *     trace_encode.c  an event as a block of pcapng
 *     trace_store.c   records in memory: who owns what was read
 *     trace_decode.c  a block of pcapng as an event
 *     trace_decoders.c  many of them, by all processors
 *     trace_fields.c  the comment of it that is for programs
 *     trace_read.c    whole files
 *     trace_frames.c  which frames carried which bytes of a stream
 *     trace_tie.c     events to frames, and back
 *     trace_pair.c    one event of a message that both ends recorded
 *     trace_known.c   names and keys, which go ahead of the packets
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
#include "common/trace_store.h"

#define TRACE_WIRE "wire:" /* what the name of a wire's interface begins with */
#define TRACE_PART ".part" /* what is added to a name until a file is whole */

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

/* ---- records, in trace_store.c ------------------------------------------ */

/* Records of one or several files. The arrays are malloc'd; all else is the
 * store's. */
struct trace_records {
    struct trace_store *store;
    struct trace_event *events;
    size_t event_count, event_room;
    struct trace_frame *frames;
    size_t frame_count, frame_room;
    /* The frames that carry something, parsed while their bytes were at hand;
     * trace_streams_make uses them up. They know frames by their place: who
     * puts frames in another order does so before or after, not between. */
    struct trace_packet *parsed;
    size_t parsed_count, parsed_room;
    struct span *keylogs; /* as they lie in the files */
    size_t keylog_count, keylog_room;
    struct trace_name_record *names;
    size_t name_count, name_room;
    uint32_t packet_count;  /* frame numbers given so far */
    enum trace_depth depth; /* how much of it is asked for */
    bool passed_any;        /* events were not looked at ... */
    int64_t passed_ns;      /* ... the earliest of which happened then */
};

struct trace_name_record {
    struct sockaddr_storage address;
    const char *name;
};

/* Makes room in a malloc'd array for one more; NULL when there is none. */
void *trace_array_grow(void *array, size_t count, size_t *room, size_t size);
/* An empty malloc'd array in which about so many will have room, of large
 * pages: touching ten thousands of small ones one after the other takes longer
 * than reading the file. NULL: too few to matter, or too many to promise. */
void *trace_array_reserve(size_t count, size_t *room, size_t size);
/* qsort(3), but what is in order as it is, as most records are, is only looked
 * through. */
void trace_array_sort(void *array, size_t count, size_t size,
                      int (*order)(const void *a, const void *b));
void trace_records_free(struct trace_records *records);

/* ---- trace_decode.c ----------------------------------------------------- */

/* A packet of an exported-PDU interface, as it lies in its file. */
struct trace_packed {
    struct span bytes, options;
    int64_t time_ns;
    uint32_t number; /* of the packet, from 1 */
    bool swapped;    /* its section is in the other byte order */
};

/* The event that it records. 1: *event is filled, but for its number; 0: it is
 * not one of ours; -1: no memory. */
int trace_decode_event(struct trace_store *store,
                       const struct trace_packed *packed,
                       struct trace_event *event);

/* ---- trace_decoders.c --------------------------------------------------- */

/* Adds the events of all these packets, in their order. False: no memory. */
bool trace_decode_events(struct trace_records *records,
                         const struct trace_packed *packed, size_t count);

/* ---- trace_fields.c ----------------------------------------------------- */

/* What stands behind "fields:", into the event. False: no memory. */
bool trace_fields_read(struct trace_store *store, struct span text,
                       struct trace_event *event);
/* The store's copy of a text that often comes again. False: no memory. */
bool trace_text_read(struct trace_store *store, struct span text,
                     const char **target);
/* The part of *text before `mark`, which is taken off with it. False: there is
 * no such mark. */
bool trace_cut(struct span *text, char mark, struct span *part);
/* A number of at most `max`; 0 where there is none. */
uint64_t trace_number(struct span digits, uint64_t max);

/* ---- trace_read.c ------------------------------------------------------- */

/* Adds what a file holds. Errors: ERROR_LOCAL. */
int trace_records_load(struct trace_records *records, const char *path,
                       bool missing_is_empty, bool torn_is_whole,
                       struct error *error);
/* By time; what has the same time stays in the order it was read. */
void trace_events_sort(struct trace_event *events, size_t count);

/* ---- trace_tie.c -------------------------------------------------------- */

/* Finds for each event the frames (or socket records) that carried it, and for
 * each of these its events. Packet numbers, event ids and conn numbers must be
 * set. 0, or -1: no memory. */
int trace_tie(struct trace_records *records);
/* Leaves out the socket records of connections whose frames are there. */
int trace_drop_sockets(struct trace_records *records);

/* ---- trace_pair.c ------------------------------------------------------- */

/* Gives the two ends of a connection one number, and makes one event of what
 * both recorded. Before, conn numbers must differ from input to input. 0, or
 * -1: no memory. */
int trace_pair(struct trace_records *records);

/* ---- trace_known.c ------------------------------------------------------ */

/* One block of all names, one of all keys, each once. Sorts the names. */
void trace_names_begin(struct pcapng_block *block,
                       struct trace_records *records);
void trace_secrets_begin(struct pcapng_block *block,
                         const struct trace_records *records);

/* ---- trace_live.c ------------------------------------------------------- */

void trace_live(FILE *to, const struct trace_event *event, bool mask);

#endif
