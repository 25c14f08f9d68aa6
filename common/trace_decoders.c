/* SPDX-License-Identifier: MIT */
/*
 * trace_decoders: the events of a file, decoded by all processors that there
 * are. A packet tells of itself all that its event needs, so it does not matter
 * who decodes which, nor when: each event has its place in the array already.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/trace_private.h"

#define SLICE 4096    /* packets, taken at once: a megabyte of events */
#define HELPERS_MAX 3 /* threads beside the caller's own */

struct decoding {
    const struct trace_packed *packed;
    size_t count;
    struct trace_event *events; /* one a packet */
    atomic_size_t next;         /* the first that nobody has taken */
    atomic_size_t decoded;      /* those that are events of ours */
    atomic_bool exhausted;      /* no memory */
};

/* Who decodes keeps texts in a store of his own: nobody has to wait. */
struct decoder {
    struct decoding *decoding;
    struct trace_store *store;
    pthread_t thread;
};

/* An event without a number is none of ours. */
static void slice_decode(struct decoder *decoder, size_t from, size_t end)
{
    struct decoding *all = decoder->decoding;
    size_t decoded = 0;

    for (size_t i = from; i < end; i++) {
        int result = trace_decode_event(decoder->store, &all->packed[i],
                                        &all->events[i]);
        if (result < 0)
            all->exhausted = true;
        all->events[i].number = result > 0 ? all->packed[i].number : 0;
        decoded += result > 0;
    }
    all->decoded += decoded;
}

static void *decode(void *argument)
{
    struct decoder *decoder = argument;
    struct decoding *all = decoder->decoding;
    size_t from;

    while (!all->exhausted &&
           (from = atomic_fetch_add(&all->next, SLICE)) < all->count)
        slice_decode(decoder, from,
                     all->count - from < SLICE ? all->count : from + SLICE);
    return NULL;
}

/* As many as there is work for; what one can't do the others do. */
static size_t helpers_start(struct decoder helpers[HELPERS_MAX],
                            struct decoding *decoding)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t helped = 0;

    while (helped < HELPERS_MAX && (long)helped + 1 < processors &&
           (helped + 1) * SLICE < decoding->count) {
        struct decoder *helper = &helpers[helped];
        *helper = (struct decoder){decoding, trace_store_new(), 0};
        if (helper->store == NULL ||
            pthread_create(&helper->thread, NULL, decode, helper) != 0) {
            trace_store_free(helper->store);
            break;
        }
        helped++;
    }
    return helped;
}

/* Room for `count` more; large pages where they pay. False: no memory. */
static bool events_reserve(struct trace_records *records, size_t count)
{
    size_t wanted = records->event_count + count;
    struct trace_event *grown = NULL;

    if (records->event_count == 0 && records->events == NULL)
        records->events = trace_array_reserve(wanted, &records->event_room,
                                              sizeof *records->events);
    if (records->events != NULL && records->event_room >= wanted)
        return true;
    if (wanted <= SIZE_MAX / sizeof *grown)
        grown = realloc(records->events, wanted * sizeof *grown);
    if (grown == NULL)
        return false;
    records->events = grown;
    records->event_room = wanted;
    return true;
}

bool trace_decode_events(struct trace_records *records,
                         const struct trace_packed *packed, size_t count)
{
    struct decoder own, helpers[HELPERS_MAX];
    struct decoding decoding = {.packed = packed, .count = count};
    size_t helped, kept = 0;

    if (count == 0)
        return true;
    if (!events_reserve(records, count))
        return false;
    decoding.events = records->events + records->event_count;
    own = (struct decoder){&decoding, records->store, 0};
    helped = helpers_start(helpers, &decoding);
    (void)decode(&own);
    for (size_t i = 0; i < helped; i++) {
        pthread_join(helpers[i].thread, NULL);
        trace_store_adopt(records->store, helpers[i].store);
    }
    /* Those of other makers leave gaps. */
    for (size_t i = 0; i < count && decoding.decoded < count; i++)
        if (decoding.events[i].number != 0)
            decoding.events[kept++] = decoding.events[i];
    records->event_count += decoding.decoded;
    return !decoding.exhausted;
}
