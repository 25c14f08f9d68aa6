/* SPDX-License-Identifier: MIT */
/*
 * trace_pair: one event of a message that both of its ends recorded.
 *
 * The client's and the server's records of a connection are found by its four
 * numbers, two addresses and two ports. Then a message that one end said and
 * the other heard is known by its place in the stream: both counted the same
 * bytes. What remains is the sender's event, with the receiver's source line.
 *
 * What only the receiver recorded, because the sender is somebody else's
 * program, stays as it is.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "common/trace_frames.h"

/* Nanoseconds that the server's first event may lie before the client's: the
 * server sees a connection accepted while the client's connect still waits. */
#define CLOCK_SLACK INT64_C(1000000000)

/* One end's record of one connection. */
struct end {
    struct trace_key key;        /* client to server, whichever end this is */
    uint32_t conn;               /* as recorded */
    uint32_t number;             /* as it will be */
    bool has_client, has_server; /* both: it was merged before */
    int64_t first_ns;
    size_t first, last; /* of the index, see struct pairing */
    struct end *other;  /* NULL: the other end recorded nothing */
};

struct pairing {
    struct trace_records *records;
    size_t *index; /* of events that have a connection, sorted by it */
    size_t index_count;
    struct end *ends;
    size_t end_count;
    bool *removed; /* an event each */
};

static struct trace_event *event_at(const struct pairing *pairing, size_t at)
{
    return &pairing->records->events[pairing->index[at]];
}

/* ---- the ends ----------------------------------------------------------- */

static int by_conn(const void *a, const void *b, void *context)
{
    const struct trace_event *events = context;
    size_t i = *(const size_t *)a, j = *(const size_t *)b;
    if (events[i].conn != events[j].conn)
        return events[i].conn < events[j].conn ? -1 : 1;
    return (i > j) - (i < j);
}

static void end_note(struct end *end, const struct trace_event *event)
{
    struct trace_event from_client = *event;
    struct trace_key key;
    from_client.dir = event->local_is_server ? TRACE_DIR_IN : TRACE_DIR_OUT;
    if (trace_key_of_event(&key, &from_client, TRACE_KEY_TCP, false))
        end->key = key;
    if (event->local_is_server)
        end->has_server = true;
    else
        end->has_client = true;
    if (event->time_ns < end->first_ns)
        end->first_ns = event->time_ns;
}

/* Sorts the events by connection; each run of equal numbers is an end. */
static void ends_find(struct pairing *pairing)
{
    struct trace_records *records = pairing->records;
    struct end *end = NULL;
    for (size_t i = 0; i < records->event_count; i++)
        if (records->events[i].conn != 0)
            pairing->index[pairing->index_count++] = i;
    qsort_r(pairing->index, pairing->index_count, sizeof *pairing->index,
            by_conn, records->events);
    for (size_t i = 0; i < pairing->index_count; i++) {
        const struct trace_event *event = event_at(pairing, i);
        if (end == NULL || end->conn != event->conn) {
            end = &pairing->ends[pairing->end_count++];
            *end = (struct end){
                .conn = event->conn, .first = i, .first_ns = event->time_ns};
        }
        end->last = i + 1;
        end_note(end, event);
    }
}

static int by_key(const void *a, const void *b)
{
    const struct end *x = a, *y = b;
    int keys = memcmp(&x->key, &y->key, sizeof x->key);
    if (keys != 0)
        return keys;
    if (x->first_ns != y->first_ns)
        return x->first_ns < y->first_ns ? -1 : 1;
    return (x->conn > y->conn) - (x->conn < y->conn);
}

/* True for an end that has addresses and one role only. */
static bool end_is(const struct end *end, bool client)
{
    static const struct trace_key none;
    return memcmp(&end->key, &none, sizeof none) != 0 &&
           end->has_client == client && end->has_server == !client;
}

/* Ends of one key, [from, to), in the order of time. The four numbers may be
 * used again, so a server's end belongs to the last client before it. */
static void ends_join(struct end *from, struct end *to)
{
    struct end *client = from, *server = from;
    while (client < to) {
        struct end *next = client + 1;
        while (next < to && !end_is(next, true))
            next++;
        if (end_is(client, true)) {
            while (server < to &&
                   (!end_is(server, false) ||
                    server->first_ns < client->first_ns - CLOCK_SLACK))
                server++;
            if (server < to &&
                (next == to || server->first_ns < next->first_ns)) {
                client->other = server;
                server->other = client;
                server++;
            }
        }
        client = next;
    }
}

static void ends_pair(struct pairing *pairing)
{
    struct end *ends = pairing->ends;
    if (pairing->end_count > 0)
        qsort(ends, pairing->end_count, sizeof *ends, by_key);
    for (size_t from = 0, to = 0; from < pairing->end_count; from = to) {
        while (to < pairing->end_count &&
               memcmp(&ends[from].key, &ends[to].key, sizeof ends->key) == 0)
            to++;
        ends_join(ends + from, ends + to);
    }
}

/* ---- numbers ------------------------------------------------------------ */

static int by_start(const void *a, const void *b)
{
    const struct end *x = *(struct end *const *)a, *y = *(struct end *const *)b;
    if (x->first_ns != y->first_ns)
        return x->first_ns < y->first_ns ? -1 : 1;
    return (x->conn > y->conn) - (x->conn < y->conn);
}

/* 1, 2, 3 in the order in which the connections began; a pair has one. */
static bool ends_number(struct pairing *pairing)
{
    struct end **order = calloc(pairing->end_count + 1, sizeof *order);
    uint32_t number = 0;
    if (order == NULL)
        return false;
    for (size_t i = 0; i < pairing->end_count; i++)
        order[i] = &pairing->ends[i];
    qsort(order, pairing->end_count, sizeof *order, by_start);
    for (size_t i = 0; i < pairing->end_count; i++) {
        struct end *end = order[i];
        end->number = end->other != NULL && end->other->number != 0
                          ? end->other->number
                          : ++number;
        for (size_t at = end->first; at < end->last; at++)
            event_at(pairing, at)->conn = end->number;
    }
    free(order);
    return true;
}

/* ---- messages ----------------------------------------------------------- */

/* The messages of one layer that one end said, or heard, in stream order. */
struct said {
    size_t *at; /* indexes of events */
    size_t count;
};

static int by_place(const void *a, const void *b, void *context)
{
    const struct trace_event *events = context;
    size_t i = *(const size_t *)a, j = *(const size_t *)b;
    const struct trace_event *x = &events[i], *y = &events[j];
    /* Handshake messages of one name come in the same order at both ends; what
     * records they share is no concern of ours. */
    if (x->layer == TRACE_LAYER_TLS) {
        int names = strcmp(x->name, y->name);
        return names != 0 ? names : (i > j) - (i < j);
    }
    if (x->clear.from != y->clear.from)
        return x->clear.from < y->clear.from ? -1 : 1;
    return (i > j) - (i < j);
}

static void said_gather(struct said *said, const struct pairing *pairing,
                        const struct end *end, enum trace_layer layer,
                        enum trace_dir dir)
{
    said->count = 0;
    for (size_t i = end->first; i < end->last; i++) {
        const struct trace_event *event = event_at(pairing, i);
        if (event->layer == layer && event->dir == dir)
            said->at[said->count++] = pairing->index[i];
    }
    qsort_r(said->at, said->count, sizeof *said->at, by_place,
            pairing->records->events);
}

/* The sender's event learns who heard it. If the receiver hid more of it, its
 * bytes are taken: what one end thinks secret is not told by the other. But a
 * receiver that has not read it has not heard it, and hides it because he can't
 * know what is in it; the sender can, and whether it came in time is chance. */
static void event_heard(struct trace_event *out, const struct trace_event *in)
{
    if (in->name != NULL && strcmp(in->name, "unread") == 0)
        return;
    if (out->src_heard.file == NULL)
        out->src_heard = in->src;
    if (out->note == NULL)
        out->note = in->note;
    if (in->secret_count > out->secret_count && in->length == out->length) {
        out->data = in->data;
        out->secrets = in->secrets;
        out->secret_count = in->secret_count;
    }
}

/* Both lists are in stream order. A message heard is dropped when what was
 * said covers it without a gap, be it one message or several. */
static void app_match(struct pairing *pairing, const struct said *outs,
                      const struct said *ins)
{
    struct trace_event *events = pairing->records->events;
    size_t first = 0;
    for (size_t i = 0; i < ins->count; i++) {
        const struct trace_event *in = &events[ins->at[i]];
        uint64_t covered = in->clear.from;
        size_t o;
        while (first < outs->count &&
               events[outs->at[first]].clear.to <= in->clear.from)
            first++;
        for (o = first; o < outs->count && covered < in->clear.to &&
                        events[outs->at[o]].clear.from <= covered;
             o++)
            covered = events[outs->at[o]].clear.to;
        if (covered < in->clear.to || o == first)
            continue;
        for (size_t heard = first; heard < o; heard++)
            event_heard(&events[outs->at[heard]], in);
        pairing->removed[ins->at[i]] = true;
    }
}

static void tls_match(struct pairing *pairing, const struct said *outs,
                      const struct said *ins)
{
    struct trace_event *events = pairing->records->events;
    size_t o = 0, i = 0;
    while (o < outs->count && i < ins->count) {
        struct trace_event *out = &events[outs->at[o]];
        const struct trace_event *in = &events[ins->at[i]];
        int names = strcmp(out->name, in->name);
        if (names == 0) {
            event_heard(out, in);
            pairing->removed[ins->at[i]] = true;
        }
        o += names <= 0;
        i += names >= 0;
    }
}

/* Socket records stand in for frames, and a frame is recorded once, where it
 * was sent. */
static void socket_match(struct pairing *pairing, const struct said *outs,
                         const struct said *ins)
{
    for (size_t i = 0; outs->count > 0 && i < ins->count; i++)
        pairing->removed[ins->at[i]] = true;
}

static void pair_match(struct pairing *pairing, const struct end *sender,
                       struct said *outs, struct said *ins)
{
    static void (*const match[TRACE_LAYERS])(
        struct pairing *, const struct said *, const struct said *) = {
        [TRACE_LAYER_APP] = app_match,
        [TRACE_LAYER_TLS] = tls_match,
        [TRACE_LAYER_SOCKET] = socket_match,
    };
    for (int i = 0; i < TRACE_LAYERS; i++) {
        enum trace_layer layer = (enum trace_layer)i;
        /* Of TCP nothing is paired: each end opens and closes for itself. */
        if (match[i] == NULL)
            continue;
        said_gather(outs, pairing, sender, layer, TRACE_DIR_OUT);
        said_gather(ins, pairing, sender->other, layer, TRACE_DIR_IN);
        match[i](pairing, outs, ins);
    }
}

static void removed_leave(struct pairing *pairing)
{
    struct trace_records *records = pairing->records;
    size_t kept = 0;
    for (size_t i = 0; i < records->event_count; i++)
        if (!pairing->removed[i])
            records->events[kept++] = records->events[i];
    records->event_count = kept;
}

int trace_pair(struct trace_records *records)
{
    size_t count = records->event_count + 1;
    struct pairing pairing = {.records = records,
                              .index = calloc(count, sizeof *pairing.index),
                              .ends = calloc(count, sizeof *pairing.ends),
                              .removed =
                                  calloc(count, sizeof *pairing.removed)};
    struct said outs = {.at = calloc(count, sizeof *outs.at)};
    struct said ins = {.at = calloc(count, sizeof *ins.at)};
    bool done = pairing.index != NULL && pairing.ends != NULL &&
                pairing.removed != NULL && outs.at != NULL && ins.at != NULL;
    if (done) {
        ends_find(&pairing);
        ends_pair(&pairing);
        for (size_t i = 0; i < pairing.end_count; i++)
            if (pairing.ends[i].other != NULL)
                pair_match(&pairing, &pairing.ends[i], &outs, &ins);
        done = ends_number(&pairing);
        removed_leave(&pairing);
    }
    free(pairing.index);
    free(pairing.ends);
    free(pairing.removed);
    free(outs.at);
    free(ins.at);
    return done ? 0 : -1;
}
