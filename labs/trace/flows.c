/* SPDX-License-Identifier: MIT */
/*
 * flows: streams from segments. The contract is in flows.h, the headers of a
 * frame are read in flows_frame.c.
 *
 * Each byte goes straight to its place in the stream, and a second array says
 * which places are filled. So no order of arrival is special: a segment that
 * is early leaves a gap, one that is late fills it, one that comes again or
 * overlaps changes nothing.
 */
#include "labs/trace/flows.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/limits.h"
#include "labs/trace/flows_private.h"

enum { TABLE_SIZE = 16384 }; /* chains of the hash table */

static int no_memory(struct error *error)
{
    return error_set(error, ERROR_LOCAL, "out of memory for the flows");
}

/* ---- addresses ---------------------------------------------------------- */

/* Address and port as bytes, alike for both families. */
struct key {
    unsigned char bytes[18];
};

static struct key key_of(const struct sockaddr_storage *address)
{
    const struct sockaddr_in *in = (const void *)address;
    const struct sockaddr_in6 *in6 = (const void *)address;
    struct key key = {{0}};

    memcpy(key.bytes, &in->sin_port, 2);
    if (address->ss_family == AF_INET)
        memcpy(key.bytes + 2, &in->sin_addr, 4);
    else if (address->ss_family == AF_INET6)
        memcpy(key.bytes + 2, &in6->sin6_addr, 16);
    return key;
}

static bool same_end(const struct sockaddr_storage *a,
                     const struct sockaddr_storage *b)
{
    struct key key_a = key_of(a), key_b = key_of(b);

    return a->ss_family == b->ss_family &&
           memcmp(&key_a, &key_b, sizeof(key_a)) == 0;
}

/* The sum of both ends' hashes is the same in either direction. Nobody who
 * chooses addresses can know which of them share a chain. */
static size_t hash_of(const struct flows *flows, const struct segment *segment)
{
    struct key keys[2] = {key_of(&segment->from), key_of(&segment->to)};
    uint64_t sum = segment->kind;

    for (size_t k = 0; k < 2; k++) {
        uint64_t hash = flows->factor;
        for (size_t i = 0; i < sizeof(keys[k].bytes); i++)
            hash = (hash ^ (hash >> 32) ^ keys[k].bytes[i]) * flows->factor;
        sum += hash ^ (hash >> 32);
    }
    return (size_t)(sum % TABLE_SIZE);
}

struct span flow_stream(const struct flow_side *side)
{
    return (struct span){side->bytes, side->length};
}

void flow_address(const struct sockaddr_storage *address,
                  char text[FLOW_ADDRESS_MAX])
{
    const struct sockaddr_in *in = (const void *)address;
    const struct sockaddr_in6 *in6 = (const void *)address;
    char host[INET6_ADDRSTRLEN] = "?";
    bool ipv6 = address->ss_family == AF_INET6;

    if (ipv6)
        inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof(host));
    else if (address->ss_family == AF_INET)
        inet_ntop(AF_INET, &in->sin_addr, host, sizeof(host));
    snprintf(text, FLOW_ADDRESS_MAX, ipv6 ? "[%s]:%u" : "%s:%u", host,
             ntohs(in->sin_port));
}

/* ---- finding the flow --------------------------------------------------- */

static int flow_new(struct flows *flows, const struct segment *segment,
                    size_t hash, size_t *index)
{
    if (flows->count == flows->capacity) {
        size_t capacity = flows->capacity > 0 ? flows->capacity * 2 : 64;
        struct flow *list = realloc(flows->list, capacity * sizeof(*list));
        if (list == NULL)
            return -1;
        flows->list = list;
        flows->capacity = capacity;
    }
    *index = flows->count++;
    struct flow *flow = &flows->list[*index];
    /* Who sends SYN alone is the client; with the beginning not seen, who
     * speaks first is taken for him, unless he answers a SYN. */
    bool answers = segment->syn && segment->ack;
    *flow = (struct flow){.kind = segment->kind,
                          .first_ns = segment->time_ns,
                          .last_ns = segment->time_ns,
                          .next_same = flows->table[hash]};
    flow->sides[FLOW_CLIENT].address = answers ? segment->to : segment->from;
    flow->sides[FLOW_SERVER].address = answers ? segment->from : segment->to;
    flows->table[hash] = *index + 1;
    return 0;
}

/* The side of `flow` that sent the segment, or NULL when it is another's. */
static struct flow_side *flow_sender(struct flow *flow,
                                     const struct segment *segment)
{
    if (flow->kind != segment->kind)
        return NULL;
    for (int end = 0; end < FLOW_ENDS; end++)
        if (same_end(&flow->sides[end].address, &segment->from) &&
            same_end(&flow->sides[!end].address, &segment->to))
            return &flow->sides[end];
    return NULL;
}

/* Ports come into use again: a SYN with another number begins a new flow. */
static bool is_reuse(const struct flow_side *side,
                     const struct segment *segment)
{
    return segment->syn && !segment->ack && side->begun &&
           segment->number + 1 != side->first_number;
}

static int flow_find(struct flows *flows, const struct segment *segment,
                     struct flow **flow, struct flow_side **side)
{
    size_t hash = hash_of(flows, segment), index;

    for (size_t at = flows->table[hash]; at > 0; at = (*flow)->next_same) {
        *flow = &flows->list[at - 1];
        *side = flow_sender(*flow, segment);
        if (*side != NULL && !is_reuse(*side, segment))
            return 0;
        if (*side != NULL)
            break;
    }
    if (flow_new(flows, segment, hash, &index) < 0)
        return -1;
    *flow = &flows->list[index];
    *side = flow_sender(*flow, segment);
    return 0;
}

/* Of several conversations between the same ports the newest that had begun
 * counts; a program may note a moment before the frame passes. */
const struct flow_side *flows_side(const struct flows *flows,
                                   const struct sockaddr_storage *from,
                                   const struct sockaddr_storage *to,
                                   int64_t time_ns)
{
    const struct segment wanted = {.kind = FLOW_TCP, .from = *from, .to = *to};
    const struct flow_side *found = NULL;

    if (flows->table == NULL)
        return NULL;
    for (size_t at = flows->table[hash_of(flows, &wanted)]; at > 0;
         at = flows->list[at - 1].next_same) {
        struct flow *flow = &flows->list[at - 1];
        const struct flow_side *side = flow_sender(flow, &wanted);
        if (side != NULL && (found == NULL || flow->last_ns >= time_ns))
            found = side;
    }
    return found;
}

/* ---- filling a stream --------------------------------------------------- */

static int side_grow(struct flow_side *side, size_t length)
{
    size_t capacity = side->capacity > 0 ? side->capacity : 2048;

    if (length <= side->capacity)
        return 0;
    while (capacity < length)
        capacity *= 2;
    char *bytes = realloc(side->bytes, capacity);
    if (bytes == NULL)
        return -1;
    side->bytes = bytes;
    /* Not realloc and memset: a hostile segment lies at the far end of nothing,
     * and zeros that nobody looks at take no memory. */
    unsigned char *have = calloc(capacity, 1);
    if (have == NULL)
        return -1;
    if (side->capacity > 0)
        memcpy(have, side->have, side->capacity);
    free(side->have);
    side->have = have;
    side->capacity = capacity;
    return 0;
}

/* Puts bytes at their place. What lies past FLOW_STREAM_MAX is counted and not
 * kept: a notebook quotes beginnings. */
static int side_fill(struct flow_side *side, uint64_t offset, struct span bytes)
{
    if (offset >= FLOW_STREAM_MAX)
        return 0;
    if (bytes.length > FLOW_STREAM_MAX - offset)
        bytes.length = FLOW_STREAM_MAX - (size_t)offset;
    if (side_grow(side, (size_t)offset + bytes.length) < 0)
        return -1;
    if (bytes.length == 0)
        return 0;
    /* Nearly every segment is new from end to end. */
    if (memchr(side->have + offset, 1, bytes.length) == NULL) {
        memcpy(side->bytes + offset, bytes.data, bytes.length);
        memset(side->have + offset, 1, bytes.length);
        return 0;
    }
    for (size_t i = 0; i < bytes.length; i++) {
        size_t at = (size_t)offset + i;
        if (!side->have[at])
            side->bytes[at] = bytes.data[i];
        side->have[at] = 1;
    }
    return 0;
}

static int side_note(struct flow_side *side, const struct flow_piece *piece)
{
    if (side->piece_count == side->piece_capacity) {
        size_t capacity =
            side->piece_capacity > 0 ? side->piece_capacity * 2 : 16;
        void *pieces = realloc(side->pieces, capacity * sizeof(*side->pieces));
        if (pieces == NULL)
            return -1;
        side->pieces = pieces;
        side->piece_capacity = capacity;
    }
    side->pieces[side->piece_count++] = *piece;
    return 0;
}

static int side_add(struct flow_side *side, uint64_t offset,
                    const struct segment *segment)
{
    struct flow_piece piece = {offset, segment->length, segment->time_ns};
    uint64_t end = offset + segment->length;

    if (segment->length == 0)
        return 0;
    if (offset < side->total)
        side->resent += (end < side->total ? end : side->total) - offset;
    if (end > side->total)
        side->total = end;
    if (side_note(side, &piece) < 0)
        return -1;
    return side_fill(side, offset, segment->bytes);
}

/* The place of a sequence number. It has 32 bits and wraps every 4 GiB; the
 * place meant is the one nearest to where the stream has come to
 * (RFC 9293 §3.4). False: before the first byte, a keep-alive's probe. */
static bool side_place(struct flow_side *side, const struct segment *segment,
                       uint64_t *offset)
{
    uint32_t number = segment->number;

    if (segment->syn) {
        side->begun = true;
        side->first_number = number + 1;
        *offset = 0;
        return true;
    }
    if (!side->begun && side->piece_count == 0)
        side->first_number = number;
    uint32_t expected = side->first_number + (uint32_t)side->next;
    int64_t ahead = (int32_t)(number - expected);
    if (ahead < 0 && (uint64_t)-ahead > side->next)
        return false;
    *offset = side->next + (uint64_t)ahead;
    if (*offset + segment->length > side->next)
        side->next = *offset + segment->length;
    return true;
}

static int add_segment(struct flows *flows, const struct segment *segment,
                       const uint64_t *known_offset, struct error *error)
{
    struct flow *flow;
    struct flow_side *side;
    uint64_t offset = 0;

    if (flow_find(flows, segment, &flow, &side) < 0)
        return no_memory(error);
    flow->last_ns = segment->time_ns;
    side->ended |= segment->fin;
    side->reset |= segment->rst;
    if (known_offset != NULL) {
        offset = *known_offset;
        if (offset + segment->length <= side->total)
            return 0; /* the other end has written it already */
    }
    if (known_offset == NULL && segment->kind == FLOW_UDP)
        offset = side->total;
    else if (known_offset == NULL && !side_place(side, segment, &offset))
        return 0;
    return side_add(side, offset, segment) < 0 ? no_memory(error) : 0;
}

/* ---- both sources ------------------------------------------------------- */

static int add_frames(struct flows *flows, const struct trace_file *trace,
                      struct error *error)
{
    for (size_t i = 0; i < trace->frame_count; i++) {
        struct segment segment;
        if (trace->frames[i].dropped != NULL ||
            !segment_read(&segment, &trace->frames[i]))
            continue;
        int result = add_segment(flows, &segment, NULL, error);
        if (result < 0)
            return result;
    }
    return 0;
}

/* A question to the DNS goes in a datagram, unless its length stands in front
 * (RFC 1035 §4.2.2): a record does not say which of both it was. */
static bool is_datagram(const struct trace_event *event)
{
    const unsigned char *bytes = (const unsigned char *)event->data.data;

    return event->proto != NULL && strcmp(event->proto, "dns") == 0 &&
           event->raw.from == 0 && event->data.length > 2 &&
           (size_t)(bytes[0] << 8 | bytes[1]) != event->data.length - 2;
}

/* A socket record knows its place in the stream. Both ends may have written
 * one: the second changes nothing. */
static int add_record(struct flows *flows, const struct trace_event *event,
                      struct error *error)
{
    bool out = event->dir == TRACE_DIR_OUT;
    struct segment segment = {.from = out ? *event->local : *event->remote,
                              .to = out ? *event->remote : *event->local,
                              .bytes = event->data,
                              .length = event->length,
                              .time_ns = event->time_ns};

    /* Who sent the first byte need not be the client: the record knows. */
    segment.syn = segment.ack = event->local_is_server == out;
    segment.kind = is_datagram(event) ? FLOW_UDP : FLOW_TCP;
    return add_segment(flows, &segment,
                       segment.kind == FLOW_TCP ? &event->raw.from : NULL,
                       error);
}

static int add_records(struct flows *flows, const struct trace_file *trace,
                       struct error *error)
{
    for (size_t i = 0; i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];
        if (event->layer != TRACE_LAYER_SOCKET ||
            event->dir == TRACE_DIR_NOTE || event->local == NULL ||
            event->remote == NULL)
            continue;
        int result = add_record(flows, event, error);
        if (result < 0)
            return result;
    }
    return 0;
}

/* What comes after the first gap can't be read in order. */
static void side_finish(struct flow_side *side)
{
    const unsigned char *gap =
        side->capacity > 0 ? memchr(side->have, 0, side->capacity) : NULL;

    side->length = gap != NULL ? (size_t)(gap - side->have) : side->capacity;
    free(side->have);
    side->have = NULL;
}

int flows_read(struct flows *flows, const struct trace_file *trace,
               struct error *error)
{
    int result;

    memset(flows, 0, sizeof(*flows));
    if (getrandom(&flows->factor, sizeof(flows->factor), GRND_NONBLOCK) < 0)
        flows->factor = UINT64_C(0x9e3779b97f4a7c15);
    flows->factor |= 1;
    flows->table = calloc(TABLE_SIZE, sizeof(*flows->table));
    if (flows->table == NULL)
        return no_memory(error);
    result = trace->frame_count > 0 ? add_frames(flows, trace, error)
                                    : add_records(flows, trace, error);
    for (size_t i = 0; i < flows->count; i++)
        for (int end = 0; end < FLOW_ENDS; end++)
            side_finish(&flows->list[i].sides[end]);
    return result;
}

void flows_free(struct flows *flows)
{
    for (size_t i = 0; i < flows->count; i++)
        for (int end = 0; end < FLOW_ENDS; end++) {
            free(flows->list[i].sides[end].pieces);
            free(flows->list[i].sides[end].bytes);
            free(flows->list[i].sides[end].have);
        }
    free(flows->list);
    free(flows->table);
    memset(flows, 0, sizeof(*flows));
}
