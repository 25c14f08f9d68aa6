/* SPDX-License-Identifier: MIT */
/*
 * trace_frames: from frames to positions in a stream of bytes.
 *
 * TCP numbers each byte, modulo 2^32, from a number that its SYN announces
 * (RFC 9293 §3.4). So the SYN tells where a stream begins, and the sequence
 * number of each segment which bytes of it the segment carries, whether they
 * come for the first time or once more. UDP numbers nothing: there the order
 * of the datagrams is all we have.
 *
 * A socket record knows its position itself; from here on it is a carrier like
 * any other.
 */
#include <stdlib.h>
#include <string.h>

#include "common/trace_frames.h"

static int key_compare(const struct trace_key *a, const struct trace_key *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

static size_t key_place(const struct trace_key *key)
{
    return trace_place(
        (struct span){(const char *)key->bytes, sizeof key->bytes}, 0);
}

/* ---- streams ------------------------------------------------------------ */

/* A stream while its packets pass by. */
struct walk {
    struct trace_streams *streams;
    struct trace_key key;
    bool open;        /* a stream of this key has begun */
    bool shaken;      /* the handshake's last step was seen */
    uint32_t initial; /* sequence number of its SYN */
    uint64_t top;     /* the highest offset so far; UDP: bytes sent */
    uint64_t heard;   /* UDP: bytes that were not dropped */
};

static bool stream_begin(struct walk *walk, const struct trace_key *key,
                         int64_t start_ns, uint32_t initial)
{
    struct trace_streams *streams = walk->streams;
    struct trace_stream *grown =
        trace_array_grow(streams->streams, streams->stream_count,
                         &streams->stream_room, sizeof *grown);
    if (grown == NULL)
        return false;
    streams->streams = grown;
    grown[streams->stream_count++] = (struct trace_stream){
        .key = *key, .start_ns = start_ns, .first = streams->carrier_count};
    *walk = (struct walk){
        .streams = streams, .key = *key, .open = true, .initial = initial};
    return true;
}

static bool carrier_add(struct walk *walk, uint32_t number,
                        enum trace_carried kind, uint64_t from, uint64_t length)
{
    struct trace_streams *streams = walk->streams;
    struct trace_carrier *grown =
        trace_array_grow(streams->carriers, streams->carrier_count,
                         &streams->carrier_room, sizeof *grown);
    if (grown == NULL)
        return false;
    streams->carriers = grown;
    grown[streams->carrier_count++] = (struct trace_carrier){
        .number = number, .kind = kind, .from = from, .to = from + length};
    return true;
}

/* The offset of a sequence number: of all that agree with it modulo 2^32, the
 * one nearest to what was seen last. */
static uint64_t offset_of(const struct walk *walk, uint32_t sequence)
{
    const uint64_t round = UINT64_C(1) << 32, half = round / 2;
    uint32_t low = sequence - walk->initial - 1;
    uint64_t offset = (walk->top & ~(round - 1)) | low;
    if (offset > walk->top + half && offset >= round)
        return offset - round;
    if (offset + half < walk->top)
        return offset + round;
    return offset;
}

static bool tcp_walk(struct walk *walk, const struct trace_packet *packet,
                     const struct trace_frame *frame)
{
    bool syn = (packet->flags & TRACE_FLAG_SYN) != 0;
    uint64_t offset;
    if (syn && (!walk->open || walk->initial != packet->sequence) &&
        !stream_begin(walk, &packet->key, frame->time_ns, packet->sequence))
        return false;
    /* It began before the capture: no offset is to be known. */
    if (!walk->open)
        return true;
    offset = offset_of(walk, packet->sequence + (syn ? 1 : 0));
    if (syn && !carrier_add(walk, frame->number, TRACE_CARRIED_SYN, 0, 0))
        return false;
    if (!syn && !walk->shaken && (packet->flags & TRACE_FLAG_ACK) != 0) {
        walk->shaken = true;
        if (!carrier_add(walk, frame->number, TRACE_CARRIED_ACK, 0, 0))
            return false;
    }
    if ((packet->flags & (TRACE_FLAG_FIN | TRACE_FLAG_RST)) != 0 &&
        !carrier_add(walk, frame->number, TRACE_CARRIED_END, offset, 0))
        return false;
    if (packet->length == 0)
        return true;
    if (offset + packet->length > walk->top && offset <= walk->top + UINT32_MAX)
        walk->top = offset + packet->length;
    return carrier_add(walk, frame->number, TRACE_CARRIED_BYTES, offset,
                       packet->length);
}

static bool udp_walk(struct walk *walk, const struct trace_packet *packet,
                     const struct trace_frame *frame)
{
    uint64_t sent = walk->top, heard = walk->heard;
    if (!walk->open) {
        sent = heard = 0;
        if (!stream_begin(walk, &packet->key, frame->time_ns, 0))
            return false;
    }
    walk->top = sent + packet->length;
    if (!carrier_add(walk, frame->number, TRACE_CARRIED_BYTES, sent,
                     packet->length))
        return false;
    if (frame->dropped != NULL)
        return true;
    walk->heard = heard + packet->length;
    return carrier_add(walk, frame->number, TRACE_CARRIED_HEARD, heard,
                       packet->length);
}

static bool socket_walk(struct walk *walk, const struct trace_packet *packet,
                        const struct trace_event *event)
{
    if (!walk->open && !stream_begin(walk, &packet->key, event->time_ns, 0))
        return false;
    return carrier_add(walk, event->number, TRACE_CARRIED_BYTES,
                       event->raw.from, event->raw.to - event->raw.from);
}

static bool packet_walk(struct walk *walk, const struct trace_records *records,
                        const struct trace_packet *packet)
{
    switch (packet->key.bytes[0]) {
    case TRACE_KEY_TCP:
        return tcp_walk(walk, packet, &records->frames[packet->index]);
    case TRACE_KEY_UDP:
        return udp_walk(walk, packet, &records->frames[packet->index]);
    default:
        return socket_walk(walk, packet, &records->events[packet->index]);
    }
}

/* ---- packets by their key ----------------------------------------------- */

/* Packets of one key, in the order of time, linked. A key has mostly one run.
 * It has more where others took its place among those that were seen last; at
 * worst each packet is a run, and all that costs is to sort them. */
struct run {
    struct trace_packet *first, *last;
};
struct runs {
    struct run *array;
    size_t count, room;
};

static bool runs_make(struct runs *runs, const struct trace_records *records)
{
    size_t latest[TRACE_PLACES] = {0}; /* index of a run, and one more */
    for (size_t i = 0; i < records->parsed_count; i++) {
        struct trace_packet *packet = &records->parsed[i];
        size_t *place = &latest[key_place(&packet->key)];
        struct run *run = *place == 0 ? NULL : &runs->array[*place - 1];
        if (run != NULL && key_compare(&run->first->key, &packet->key) == 0) {
            run->last->next = packet;
            run->last = packet;
            continue;
        }
        run = trace_array_grow(runs->array, runs->count, &runs->room,
                               sizeof *run);
        if (run == NULL)
            return false;
        runs->array = run;
        run[runs->count++] = (struct run){packet, packet};
        *place = runs->count;
    }
    return true;
}

static int run_order(const void *a, const void *b)
{
    const struct trace_packet *x = ((const struct run *)a)->first,
                              *y = ((const struct run *)b)->first;
    int keys = key_compare(&x->key, &y->key);
    return keys != 0 ? keys : (x->index > y->index) - (x->index < y->index);
}

/* Key by key, and in the order of time: so the streams come out sorted. */
static bool runs_walk(struct trace_streams *streams, const struct runs *runs,
                      const struct trace_records *records)
{
    struct walk walk = {.streams = streams};
    for (size_t i = 0; i < runs->count; i++) {
        const struct trace_packet *packet = runs->array[i].first;
        if (i == 0 || key_compare(&walk.key, &packet->key) != 0)
            walk = (struct walk){.streams = streams, .key = packet->key};
        for (; packet != NULL; packet = packet->next)
            if (!packet_walk(&walk, records, packet))
                return false;
    }
    return true;
}

static bool packets_walk(struct trace_streams *streams,
                         const struct trace_records *records)
{
    struct runs runs = {0};
    bool done = runs_make(&runs, records);
    trace_array_sort(runs.array, runs.count, sizeof *runs.array, run_order);
    done = done && runs_walk(streams, &runs, records);
    free(runs.array);
    return done;
}

/* ---- putting them in order ---------------------------------------------- */

static int carrier_order(const void *a, const void *b)
{
    const struct trace_carrier *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* Where each stream's carriers lie, and how far they reach: a search may stop
 * where nothing before reaches any more. */
static void carriers_settle(struct trace_streams *streams)
{
    struct trace_carrier *carriers = streams->carriers;
    size_t end = streams->carrier_count;
    for (size_t i = streams->stream_count; i > 0; i--) {
        struct trace_stream *stream = &streams->streams[i - 1];
        size_t first = stream->first;
        stream->last = end;
        end = first;
        trace_array_sort(carriers + first, stream->last - first,
                         sizeof *carriers, carrier_order);
        for (size_t k = first; k < stream->last; k++) {
            carriers[k].reach = carriers[k].to;
            if (k > first && carriers[k - 1].kind == carriers[k].kind &&
                carriers[k - 1].reach > carriers[k].reach)
                carriers[k].reach = carriers[k - 1].reach;
        }
    }
}

/* A socket record as a packet of its own, behind those of the frames. */
static bool socket_add(struct trace_records *records, size_t index)
{
    struct trace_packet packet = {.index = index}, *grown;
    if (!trace_key_of_event(&packet.key, &records->events[index],
                            TRACE_KEY_SOCKET, false))
        return true;
    grown = trace_array_grow(records->parsed, records->parsed_count,
                             &records->parsed_room, sizeof *grown);
    if (grown == NULL)
        return false;
    records->parsed = grown;
    grown[records->parsed_count++] = packet;
    return true;
}

static bool packets_gather(struct trace_records *records)
{
    bool done = true;
    if (records->parsed_count == 0)
        for (size_t i = 0; done && i < records->frame_count; i++)
            done = trace_packet_add(records, &records->frames[i]);
    for (size_t i = 0; done && i < records->event_count; i++)
        if (records->events[i].layer == TRACE_LAYER_SOCKET)
            done = socket_add(records, i);
    return done;
}

static void packets_drop(struct trace_records *records)
{
    free(records->parsed);
    records->parsed = NULL;
    records->parsed_count = records->parsed_room = 0;
}

int trace_streams_make(struct trace_streams *streams,
                       struct trace_records *records)
{
    bool done = packets_gather(records);
    *streams = (struct trace_streams){0};
    if (done) {
        /* Most packets carry something, and once. */
        streams->carriers =
            trace_array_reserve(records->parsed_count, &streams->carrier_room,
                                sizeof *streams->carriers);
        done = packets_walk(streams, records);
    }
    packets_drop(records);
    if (done)
        carriers_settle(streams);
    else
        trace_streams_free(streams);
    return done ? 0 : -1;
}

void trace_streams_free(struct trace_streams *streams)
{
    free(streams->carriers);
    free(streams->streams);
    *streams = (struct trace_streams){0};
}

/* The first stream that is past the time: behind its key, or later. */
static size_t stream_past(const struct trace_streams *streams,
                          const struct trace_key *key, int64_t time_ns)
{
    size_t low = 0, high = streams->stream_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct trace_stream *stream = &streams->streams[middle];
        int order = key_compare(&stream->key, key);
        if (order < 0 || (order == 0 && stream->start_ns <= time_ns))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* True if a search would come to the stream before this one. */
static bool is_stream_past(const struct trace_streams *streams, size_t past,
                           const struct trace_key *key, int64_t time_ns)
{
    const struct trace_stream *next = &streams->streams[past];
    return key_compare(&next[-1].key, key) == 0 &&
           next[-1].start_ns <= time_ns &&
           (past == streams->stream_count || next->start_ns > time_ns ||
            key_compare(&next->key, key) != 0);
}

const struct trace_stream *trace_streams_find(struct trace_streams *streams,
                                              const struct trace_event *event,
                                              enum trace_key_kind kind,
                                              bool reverse)
{
    size_t low, *latest;
    struct trace_key key;
    if (!trace_key_of_event(&key, event, kind, reverse))
        return NULL;
    latest = &streams->latest[key_place(&key)];
    if (*latest > 0 && is_stream_past(streams, *latest, &key, event->time_ns))
        return &streams->streams[*latest - 1];
    low = stream_past(streams, &key, event->time_ns);
    *latest = low;
    if (low > 0 && key_compare(&streams->streams[low - 1].key, &key) == 0)
        return &streams->streams[low - 1];
    /* All began later: socket records of one message, or two clocks. */
    if (low < streams->stream_count &&
        key_compare(&streams->streams[low].key, &key) == 0)
        return &streams->streams[low];
    return NULL;
}
