/* SPDX-License-Identifier: MIT */
/*
 * trace_read: whole files. A finished trace, a record that a killed program
 * left, or the capture of some other tool: the same steps for all.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/trace_frames.h"

/* What a packet takes in a file, its comments with it: a guess, which costs
 * nothing where it is wrong. */
#define PACKET_BYTES 512
#define FETCH_AHEAD 1024 /* bytes asked for before they are needed ... */
#define FETCH_LINE 64    /* ... so many at a time, as processors do */

/* A file on its way into memory. */
struct loading {
    struct trace_records *records;
    struct pcapng_reader reader;
    const char *hosts[PCAPNG_INTERFACES_MAX]; /* NULL: not asked for yet */
    struct trace_packed *packed; /* events, to be decoded when all are found */
    size_t packed_count, packed_room;
    size_t fetched; /* bytes of the file that were asked for */
};

/* ---- packets ------------------------------------------------------------ */

static bool event_add(struct loading *loading, const struct pcapng_item *item)
{
    struct trace_packed *grown =
        trace_array_grow(loading->packed, loading->packed_count,
                         &loading->packed_room, sizeof *grown);
    if (grown == NULL)
        return false;
    loading->packed = grown;
    grown[loading->packed_count++] =
        (struct trace_packed){.bytes = item->bytes,
                              .options = item->options,
                              .time_ns = item->time_ns,
                              .number = loading->records->packet_count,
                              .swapped = loading->reader.swapped};
    return true;
}

/* What programs said stands on an interface of its own; who reads the wire
 * needs no more of it than when it was. */
static bool passed_over(const struct loading *loading,
                        const struct pcapng_item *item)
{
    struct trace_records *records = loading->records;
    if (records->depth != TRACE_READ_WIRE ||
        !span_equal(loading->reader.interfaces[item->interface].name,
                    span_of("app")))
        return false;
    if (!records->passed_any || item->time_ns < records->passed_ns)
        records->passed_ns = item->time_ns;
    records->passed_any = true;
    return true;
}

/* "wire:student" is the wire at the student's; of other interfaces (of a
 * foreign capture) the whole name is told. */
static const char *frame_host(struct trace_store *store, struct span interface)
{
    const size_t length = strlen(TRACE_WIRE);
    if (interface.length >= length &&
        memcmp(interface.data, TRACE_WIRE, length) == 0) {
        interface.data += length;
        interface.length -= length;
    }
    return trace_store_copy(store, interface);
}

static bool frame_add(struct loading *loading, const struct pcapng_item *item)
{
    struct trace_records *records = loading->records;
    const char **host = &loading->hosts[item->interface];
    const char label[] = "dropped: ";
    struct span value;
    size_t position = 0;
    uint16_t code;
    struct trace_frame *frame =
        trace_array_grow(records->frames, records->frame_count,
                         &records->frame_room, sizeof *frame);
    if (frame == NULL)
        return false;
    records->frames = frame;
    frame += records->frame_count++;
    *frame = (struct trace_frame){.number = records->packet_count,
                                  .time_ns = item->time_ns,
                                  .bytes = item->bytes,
                                  .length = item->length};
    if (*host == NULL)
        *host = frame_host(records->store,
                           loading->reader.interfaces[item->interface].name);
    frame->host = *host;
    while (pcapng_next_option(&loading->reader, item->options, &position, &code,
                              &value))
        if (code == PCAPNG_OPT_COMMENT && value.length >= sizeof label - 1 &&
            memcmp(value.data, label, sizeof label - 1) == 0)
            frame->dropped = trace_store_copy(
                records->store, (struct span){value.data + sizeof label - 1,
                                              value.length - sizeof label + 1});
    return frame->host != NULL && (records->depth == TRACE_READ_WIRE ||
                                   trace_packet_add(records, frame));
}

/* Every packet has a number, also those that we can't read. */
static bool packet_add(struct loading *loading, const struct pcapng_item *item)
{
    struct trace_records *records = loading->records;
    uint16_t link = loading->reader.interfaces[item->interface].link;

    records->packet_count++;
    if (link != PCAPNG_LINK_ETHERNET && link != PCAPNG_LINK_EXPORTED_PDU)
        return true;
    if (link == PCAPNG_LINK_ETHERNET)
        return frame_add(loading, item);
    return passed_over(loading, item) || event_add(loading, item);
}

/* ---- what goes with them ------------------------------------------------ */

static bool keylog_add(struct trace_records *records, struct span keylog)
{
    struct span *grown =
        trace_array_grow(records->keylogs, records->keylog_count,
                         &records->keylog_room, sizeof *grown);
    if (grown == NULL)
        return false;
    records->keylogs = grown;
    grown[records->keylog_count++] = keylog;
    return true;
}

static bool names_add(struct trace_records *records,
                      const struct pcapng_reader *reader, struct span list)
{
    struct trace_name_record *grown, record;
    struct span name;
    size_t position = 0;
    while (pcapng_next_name(reader, list, &position, &record.address, &name)) {
        grown = trace_array_grow(records->names, records->name_count,
                                 &records->name_room, sizeof *grown);
        record.name = trace_store_copy(records->store, name);
        if (grown != NULL)
            records->names = grown;
        if (grown == NULL || record.name == NULL)
            return false;
        grown[records->name_count++] = record;
    }
    return true;
}

static bool item_add(struct loading *loading, const struct pcapng_item *item)
{
    switch (item->type) {
    case PCAPNG_SECTION:
        /* Its interfaces are others than the last one's. */
        memset(loading->hosts, 0, sizeof loading->hosts);
        return true;
    case PCAPNG_PACKET:
        return packet_add(loading, item);
    case PCAPNG_SECRETS:
        return item->secrets_type != PCAPNG_SECRETS_TLS ||
               keylog_add(loading->records, item->bytes);
    case PCAPNG_NAMES:
        return names_add(loading->records, &loading->reader, item->bytes);
    default:
        return true;
    }
}

/* ---- files -------------------------------------------------------------- */

/* Where a block begins is known only when the one before it was read, so the
 * memory would keep us waiting once for each. We ask ahead for what lies behind
 * this one, whatever it is; of a long packet for its beginning only. */
static void fetch_ahead(struct loading *loading)
{
    const struct pcapng_reader *reader = &loading->reader;
    size_t left = reader->file.length - reader->position;
    size_t end = reader->position + (left < FETCH_AHEAD ? left : FETCH_AHEAD);

    if (loading->fetched < reader->position)
        loading->fetched = reader->position;
    for (; loading->fetched < end; loading->fetched += FETCH_LINE)
        __builtin_prefetch(reader->file.data + loading->fetched);
}

static int file_load(struct loading *loading, const char *path,
                     bool torn_is_whole, struct error *error)
{
    struct pcapng_reader *reader = &loading->reader;
    struct error broken = {0};
    struct pcapng_item item;
    enum parse parse;

    while ((parse = pcapng_next(reader, &item, &broken)) == PARSE_DONE) {
        fetch_ahead(loading);
        if (!item_add(loading, &item))
            return error_set_errno(error, ERROR_LOCAL, ENOMEM, "%s", path);
    }
    if (parse == PARSE_BROKEN)
        return error_set(error, ERROR_LOCAL, "%s: %s", path, broken.text);
    if (torn_is_whole ||
        (reader->position == reader->file.length && reader->in_section))
        return 0;
    return error_set(error, ERROR_LOCAL,
                     "%s: at byte %zu: the file ends inside a block", path,
                     reader->position);
}

/* Room for all that a large file can hold, as far as one can guess. */
static void room_reserve(struct loading *loading, size_t bytes)
{
    struct trace_records *records = loading->records;
    size_t count = bytes / PACKET_BYTES;
    loading->packed = trace_array_reserve(count, &loading->packed_room,
                                          sizeof *loading->packed);
    if (records->frames == NULL)
        records->frames = trace_array_reserve(count, &records->frame_room,
                                              sizeof *records->frames);
    if (records->parsed == NULL && records->depth != TRACE_READ_WIRE)
        records->parsed = trace_array_reserve(count, &records->parsed_room,
                                              sizeof *records->parsed);
}

int trace_records_load(struct trace_records *records, const char *path,
                       bool missing_is_empty, bool torn_is_whole,
                       struct error *error)
{
    struct loading loading = {.records = records};
    int status = trace_store_map(records->store, path, missing_is_empty,
                                 &loading.reader.file, error);
    if (status == 0)
        room_reserve(&loading, loading.reader.file.length);
    if (status == 0)
        status = file_load(&loading, path, torn_is_whole, error);
    if (status == 0 &&
        !trace_decode_events(records, loading.packed, loading.packed_count))
        status = error_set_errno(error, ERROR_LOCAL, ENOMEM, "%s", path);
    free(loading.packed);
    pcapng_reader_free(&loading.reader);
    return status;
}

/* ---- the order of events ------------------------------------------------ */

/* Packet numbers break a tie: they are the order in which events were read. */
static int by_time(const void *a, const void *b)
{
    const struct trace_event *x = a, *y = b;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

void trace_events_sort(struct trace_event *events, size_t count)
{
    trace_array_sort(events, count, sizeof *events, by_time);
}

/* A finished trace has ids 1, 2, 3 in the order of the file. A record that was
 * never finished, or that another tool has cut, gets them here. */
static void ids_settle(struct trace_records *records)
{
    size_t i = 0;
    while (i < records->event_count && records->events[i].id == i + 1)
        i++;
    if (i == records->event_count)
        return;
    trace_events_sort(records->events, records->event_count);
    for (i = 0; i < records->event_count; i++)
        records->events[i].id = i + 1;
}

static int64_t start_of(const struct trace_records *records)
{
    int64_t start = records->passed_any ? records->passed_ns : INT64_MAX;
    for (size_t i = 0; i < records->event_count; i++)
        if (records->events[i].time_ns < start)
            start = records->events[i].time_ns;
    for (size_t i = 0; i < records->frame_count; i++)
        if (records->frames[i].time_ns < start)
            start = records->frames[i].time_ns;
    return start == INT64_MAX ? 0 : start;
}

/* What a killed program left ends where the kill found it. */
static bool is_unfinished(const char *path)
{
    size_t length = strlen(path), suffix = strlen(TRACE_PART);
    return length > suffix && strcmp(path + length - suffix, TRACE_PART) == 0;
}

int trace_read(struct trace_file *file, const char *path, struct error *error)
{
    return trace_read_depth(file, path, TRACE_READ_ALL, error);
}

int trace_read_depth(struct trace_file *file, const char *path,
                     enum trace_depth depth, struct error *error)
{
    struct trace_records records = {.store = trace_store_new(), .depth = depth};
    int status;

    *file = (struct trace_file){0};
    if (records.store == NULL)
        return error_set_errno(error, ERROR_LOCAL, ENOMEM, "%s", path);
    status =
        trace_records_load(&records, path, false, is_unfinished(path), error);
    if (status == 0) {
        ids_settle(&records);
        if (trace_tie(&records) < 0)
            status = error_set_errno(error, ERROR_LOCAL, ENOMEM, "%s", path);
    }
    if (status == 0) {
        *file = (struct trace_file){.start_ns = start_of(&records),
                                    .events = records.events,
                                    .event_count = records.event_count,
                                    .frames = records.frames,
                                    .frame_count = records.frame_count,
                                    .store = records.store};
        records.events = NULL;
        records.frames = NULL;
        records.store = NULL;
    }
    trace_records_free(&records);
    return status;
}

void trace_file_free(struct trace_file *file)
{
    free(file->events);
    free(file->frames);
    trace_store_free(file->store);
    *file = (struct trace_file){0};
}
