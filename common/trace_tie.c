/* SPDX-License-Identifier: MIT */
/*
 * trace_tie: which frames carried an event, and which events a frame.
 *
 * An event knows its stretch [from, to) of the TCP stream; every frame that
 * brought at least one byte of it is its carrier: the second copy of a segment
 * that was sent twice, and the first one that was dropped, are carriers too.
 * To open and to close a connection takes no bytes but has its own frames.
 *
 * Where no frames were captured, the records of the socket take their place.
 */
#include <stdlib.h>
#include <string.h>

#include "common/limits.h"
#include "common/trace_frames.h"

/* One event in one packet. */
struct link {
    uint32_t number; /* of the packet */
    uint64_t id;     /* of the event */
};

struct tie {
    struct trace_records *records;
    struct trace_streams streams;
    struct link *links; /* those of one event follow each other */
    size_t link_count, link_room;
};

static bool link_add(struct tie *tie, uint32_t number, uint64_t id)
{
    struct link *grown;
    if (tie->link_count == TRACE_LINKS_MAX)
        return false;
    grown = trace_array_grow(tie->links, tie->link_count, &tie->link_room,
                             sizeof *grown);
    if (grown == NULL)
        return false;
    tie->links = grown;
    grown[tie->link_count++] = (struct link){number, id};
    return true;
}

/* ---- from the event to its carriers ------------------------------------- */

/* The carriers of one kind that have a byte of `range`. They are sorted by
 * their first byte: those that begin behind the range are left aside at once,
 * then we go backwards for as long as any before still reaches into it. */
static bool carriers_link(struct tie *tie, const struct trace_event *event,
                          const struct trace_stream *stream,
                          enum trace_carried kind, struct trace_range range)
{
    const struct trace_carrier *carriers = tie->streams.carriers;
    size_t low = stream->first, high = stream->last;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (carriers[middle].kind < kind ||
            (carriers[middle].kind == kind && carriers[middle].from < range.to))
            low = middle + 1;
        else
            high = middle;
    }
    for (size_t i = low; i > stream->first; i--) {
        const struct trace_carrier *carrier = &carriers[i - 1];
        if (carrier->kind != kind || carrier->reach <= range.from)
            break;
        if (carrier->to > range.from &&
            !link_add(tie, carrier->number, event->id))
            return false;
    }
    return true;
}

/* All carriers of one kind: SYN, FIN and their like. */
static bool marks_link(struct tie *tie, const struct trace_event *event,
                       const struct trace_stream *stream,
                       enum trace_carried kind)
{
    for (size_t i = stream == NULL ? 0 : stream->last;
         i > 0 && i > stream->first; i--) {
        const struct trace_carrier *carrier = &tie->streams.carriers[i - 1];
        if (carrier->kind < kind)
            break;
        if (carrier->kind == kind && !link_add(tie, carrier->number, event->id))
            return false;
    }
    return true;
}

/* A connection opens with SYN, SYN and ACK, ACK (RFC 9293 §3.5), and each
 * direction closes with a FIN, or both at once with an RST (§3.6). */
static bool tcp_link(struct tie *tie, const struct trace_event *event)
{
    const struct trace_stream *way =
        trace_streams_find(&tie->streams, event, TRACE_KEY_TCP, false);
    const struct trace_stream *back =
        trace_streams_find(&tie->streams, event, TRACE_KEY_TCP, true);
    if (strcmp(event->name, "connect") == 0 ||
        strcmp(event->name, "accept") == 0)
        return marks_link(tie, event, way, TRACE_CARRIED_SYN) &&
               marks_link(tie, event, back, TRACE_CARRIED_SYN) &&
               marks_link(tie, event, way, TRACE_CARRIED_ACK);
    if (strcmp(event->name, "close") == 0 || strcmp(event->name, "end") == 0)
        return marks_link(tie, event, way, TRACE_CARRIED_END);
    return true;
}

static bool event_link(struct tie *tie, const struct trace_event *event)
{
    const struct trace_stream *stream;
    enum trace_carried kind = TRACE_CARRIED_BYTES;
    /* It carries itself. */
    if (event->layer == TRACE_LAYER_SOCKET)
        return link_add(tie, event->number, 0);
    if (event->dir == TRACE_DIR_NOTE)
        return true;
    if (event->layer == TRACE_LAYER_TCP)
        return tcp_link(tie, event);
    if (event->raw.from >= event->raw.to)
        return true;
    stream = trace_streams_find(&tie->streams, event, TRACE_KEY_TCP, false);
    if (stream == NULL) {
        stream = trace_streams_find(&tie->streams, event, TRACE_KEY_UDP, false);
        /* What was dropped we did not count among what we heard. */
        if (stream != NULL && event->dir == TRACE_DIR_IN)
            kind = TRACE_CARRIED_HEARD;
    }
    if (stream == NULL)
        stream =
            trace_streams_find(&tie->streams, event, TRACE_KEY_SOCKET, false);
    return stream == NULL ||
           carriers_link(tie, event, stream, kind, event->raw);
}

static int link_order(const void *a, const void *b)
{
    const struct link *x = a, *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

/* Gives the event the packets of its links, [first, link_count). */
static bool event_settle(struct tie *tie, struct trace_event *event,
                         size_t first)
{
    size_t count = tie->link_count - first;
    uint32_t *frames;
    event->frames = NULL;
    event->frame_count = 0;
    if (count == 0)
        return true;
    frames = trace_store_take(tie->records->store, count * sizeof *frames);
    if (frames == NULL)
        return false;
    trace_array_sort(tie->links + first, count, sizeof *tie->links, link_order);
    for (size_t i = 0; i < count; i++)
        frames[i] = tie->links[first + i].number;
    event->frames = frames;
    event->frame_count = count;
    return true;
}

/* ---- and back ----------------------------------------------------------- */

/* The events of a packet. The links are sorted by packet now. */
static bool packet_settle(struct tie *tie, uint32_t number,
                          const uint64_t **events, size_t *count)
{
    size_t low = 0, high = tie->link_count, first;
    uint64_t *ids;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tie->links[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    *events = NULL;
    *count = 0;
    /* A socket record's link to itself stands first, and is no event. */
    if (low < tie->link_count && tie->links[low].id == 0)
        low++;
    first = low;
    while (low < tie->link_count && tie->links[low].number == number)
        low++;
    if (low == first)
        return true;
    ids = trace_store_take(tie->records->store, (low - first) * sizeof *ids);
    if (ids == NULL)
        return false;
    *count = low - first;
    *events = ids;
    for (size_t i = 0; i < *count; i++)
        ids[i] = tie->links[first + i].id;
    return true;
}

static bool tie_events(struct tie *tie)
{
    struct trace_records *records = tie->records;
    bool done = true;
    for (size_t i = 0; done && i < records->event_count; i++) {
        size_t first = tie->link_count;
        done = event_link(tie, &records->events[i]) &&
               event_settle(tie, &records->events[i], first);
    }
    return done;
}

static bool tie_back(struct tie *tie)
{
    struct trace_records *records = tie->records;
    bool done = true;
    trace_array_sort(tie->links, tie->link_count, sizeof *tie->links,
                     link_order);
    for (size_t i = 0; done && i < records->frame_count; i++) {
        struct trace_frame *frame = &records->frames[i];
        done = packet_settle(tie, frame->number, &frame->events,
                             &frame->event_count);
    }
    for (size_t i = 0; done && i < records->event_count; i++) {
        struct trace_event *event = &records->events[i];
        if (event->layer == TRACE_LAYER_SOCKET)
            done = packet_settle(tie, event->number, &event->carried,
                                 &event->carried_count);
    }
    return done;
}

int trace_tie(struct trace_records *records)
{
    struct tie tie = {.records = records};
    bool done;
    if (records->depth == TRACE_READ_WIRE)
        return 0;
    if (trace_streams_make(&tie.streams, records) < 0)
        return -1;
    done = tie_events(&tie) &&
           (records->depth == TRACE_READ_EVENTS || tie_back(&tie));
    trace_streams_free(&tie.streams);
    free(tie.links);
    return done ? 0 : -1;
}

/* ---- socket records that nobody needs ----------------------------------- */

/* True when the frames of its connection, or its datagrams, are at hand. */
static bool was_captured(struct trace_streams *streams,
                         const struct trace_event *event)
{
    return trace_streams_find(streams, event, TRACE_KEY_TCP, false) != NULL ||
           trace_streams_find(streams, event, TRACE_KEY_UDP, false) != NULL;
}

int trace_drop_sockets(struct trace_records *records)
{
    struct trace_streams streams;
    size_t kept = 0;
    if (records->frame_count == 0)
        return 0;
    if (trace_streams_make(&streams, records) < 0)
        return -1;
    for (size_t i = 0; i < records->event_count; i++) {
        const struct trace_event *event = &records->events[i];
        if (event->layer != TRACE_LAYER_SOCKET ||
            !was_captured(&streams, event))
            records->events[kept++] = *event;
    }
    records->event_count = kept;
    trace_streams_free(&streams);
    return 0;
}
