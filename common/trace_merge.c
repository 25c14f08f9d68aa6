/* SPDX-License-Identifier: MIT */
/*
 * trace_merge: several records into one finished trace.
 *
 * All inputs are read; the two ends of a connection become one
 * (trace_pair.c); what is left is put in the order of time, numbered, tied to
 * the frames (trace_tie.c) and written: section, interfaces, names, keys,
 * packets. The keys must stand before the packets, or Wireshark decrypts none
 * of them.
 *
 * A program that records alone finishes its trace in the same way, with one
 * input.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/limits.h"
#include "common/output.h"
#include "common/trace_private.h"

/* Bytes gathered before they are written. */
#define WRITE_SIZE (1024 * 1024)

/* ---- reading ------------------------------------------------------------ */

/* Connections of different inputs must not share a number. */
static void conns_shift(struct trace_records *records, size_t first,
                        uint32_t *used)
{
    uint32_t highest = 0;
    for (size_t i = first; i < records->event_count; i++) {
        struct trace_event *event = &records->events[i];
        if (event->conn == 0)
            continue;
        if (event->conn > highest)
            highest = event->conn;
        event->conn += *used;
    }
    *used += highest;
}

/* A program that was killed between renaming its trace and removing its record
 * left both: the record "x.part" of an input "x" that is there adds nothing. */
static bool is_superseded(const char *const *inputs, const bool *found,
                          size_t at)
{
    size_t length = strlen(inputs[at]), suffix = strlen(TRACE_PART);
    if (length <= suffix ||
        strcmp(inputs[at] + length - suffix, TRACE_PART) != 0)
        return false;
    for (size_t i = 0; i < at; i++)
        if (found[i] && strlen(inputs[i]) == length - suffix &&
            memcmp(inputs[i], inputs[at], length - suffix) == 0)
            return true;
    return false;
}

static int inputs_load(struct trace_records *records, const char *const *inputs,
                       size_t count, struct error *error)
{
    bool *found = calloc(count + 1, sizeof *found);
    uint32_t conns = 0;
    int status = 0;
    if (found == NULL)
        return error_set_errno(error, ERROR_LOCAL, ENOMEM, "merging traces");
    for (size_t i = 0; status == 0 && i < count; i++) {
        size_t first = records->event_count;
        uint32_t packets = records->packet_count;
        if (is_superseded(inputs, found, i))
            continue;
        status = trace_records_load(records, inputs[i], true, true, error);
        conns_shift(records, first, &conns);
        found[i] = records->packet_count > packets;
    }
    free(found);
    return status;
}

/* ---- numbering ---------------------------------------------------------- */

static int frame_order(const void *a, const void *b)
{
    const struct trace_frame *x = a, *y = b;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* True if the next packet of the file is event `e` rather than frame `f`. */
static bool event_is_next(const struct trace_records *records, size_t e,
                          size_t f)
{
    if (e == records->event_count || f == records->frame_count)
        return f == records->frame_count;
    return records->events[e].time_ns <= records->frames[f].time_ns;
}

/* Both are sorted: the packets' numbers are the order in which they interlock,
 * and packets_write will take them in the same. */
static void packets_number(struct trace_records *records)
{
    size_t e = 0, f = 0;
    uint32_t number = 0;
    trace_events_sort(records->events, records->event_count);
    if (records->frame_count > 0)
        qsort(records->frames, records->frame_count, sizeof *records->frames,
              frame_order);
    while (e < records->event_count || f < records->frame_count) {
        if (event_is_next(records, e, f)) {
            records->events[e].number = ++number;
            records->events[e].id = e + 1;
            e++;
        } else {
            records->frames[f++].number = ++number;
        }
    }
    records->packet_count = number;
}

/* ---- writing ------------------------------------------------------------ */

struct writing {
    struct trace_records *records;
    struct output *output;
    struct error *error;
    struct pcapng_block block; /* the one being built */
    uint8_t *gathered;         /* of WRITE_SIZE: those that wait */
    size_t length;
    const char *hosts[PCAPNG_INTERFACES_MAX]; /* of the wire's interfaces */
    size_t host_count;
};

static int gathered_write(struct writing *writing)
{
    size_t length = writing->length;
    writing->length = 0;
    return length == 0 ? 0
                       : output_write(writing->output, writing->gathered,
                                      length, writing->error);
}

/* The block is whole: it joins those that wait to be written. */
static int block_done(struct writing *writing)
{
    struct pcapng_block *block = &writing->block;
    int status = 0;
    pcapng_block_end(block);
    if (block->failed)
        return error_set_errno(writing->error, ERROR_LOCAL, ENOMEM,
                               "writing a trace");
    if (block->length > WRITE_SIZE - writing->length)
        status = gathered_write(writing);
    if (status < 0)
        return status;
    if (block->length > WRITE_SIZE)
        return output_write(writing->output, block->data, block->length,
                            writing->error);
    memcpy(writing->gathered + writing->length, block->data, block->length);
    writing->length += block->length;
    return 0;
}

/* The interface of a host's wire; frames of one host mostly come in runs. */
static size_t host_find(const struct writing *writing, const char *host)
{
    size_t i = 0;
    while (i < writing->host_count && writing->hosts[i] != host &&
           strcmp(writing->hosts[i], host) != 0)
        i++;
    return i;
}

static void hosts_gather(struct writing *writing)
{
    for (size_t i = 0; i < writing->records->frame_count; i++) {
        const char *host = writing->records->frames[i].host;
        if (host_find(writing, host) == writing->host_count &&
            writing->host_count < PCAPNG_INTERFACES_MAX - TRACE_INTERFACES)
            writing->hosts[writing->host_count++] = host;
    }
}

static int head_write(struct writing *writing)
{
    int status;
    trace_encode_section(&writing->block);
    status = block_done(writing);
    for (int i = 0; status == 0 && i < TRACE_INTERFACES; i++) {
        trace_encode_interface(&writing->block, (enum trace_interface)i);
        status = block_done(writing);
    }
    for (size_t i = 0; status == 0 && i < writing->host_count; i++) {
        char name[256];
        snprintf(name, sizeof name, TRACE_WIRE "%s", writing->hosts[i]);
        pcapng_interface_begin(&writing->block, PCAPNG_LINK_ETHERNET, name,
                               "frames as they left this host");
        status = block_done(writing);
    }
    return status;
}

static int frame_write(struct writing *writing, const struct trace_frame *frame)
{
    struct pcapng_block *block = &writing->block;
    size_t host = host_find(writing, frame->host);
    char events[TRACE_COMMENT_MAX];
    size_t length = 0;

    /* More hosts than a file can have interfaces share the first. */
    if (host == writing->host_count)
        host = 0;
    pcapng_packet_begin(block, (uint32_t)(TRACE_INTERFACES + host),
                        frame->time_ns, frame->bytes.data, frame->bytes.length,
                        frame->length);
    for (size_t i = 0; i < frame->event_count; i++) {
        length += (size_t)snprintf(events + length, sizeof events - length,
                                   " %" PRIu64, frame->events[i]);
        if (length > sizeof events - 24 || i + 1 == frame->event_count) {
            pcapng_option_text(block, PCAPNG_OPT_COMMENT, "events%s", events);
            length = 0;
        }
    }
    if (frame->dropped != NULL)
        pcapng_option_text(block, PCAPNG_OPT_COMMENT, "dropped: %s",
                           frame->dropped);
    return block_done(writing);
}

static int packets_write(struct writing *writing)
{
    const struct trace_records *records = writing->records;
    size_t e = 0, f = 0;
    int status = 0;
    while (status == 0 &&
           (e < records->event_count || f < records->frame_count)) {
        if (event_is_next(records, e, f)) {
            trace_encode_event(&writing->block, &records->events[e++], false);
            status = block_done(writing);
        } else {
            status = frame_write(writing, &records->frames[f++]);
        }
    }
    return status;
}

static int all_write(struct writing *writing)
{
    struct trace_records *records = writing->records;
    int status;
    hosts_gather(writing);
    status = head_write(writing);
    if (status == 0 && records->name_count > 0) {
        trace_names_begin(&writing->block, records);
        status = block_done(writing);
    }
    if (status == 0 && records->keylog_count > 0) {
        trace_secrets_begin(&writing->block, records);
        status = block_done(writing);
    }
    if (status == 0)
        status = packets_write(writing);
    return status == 0 ? gathered_write(writing) : status;
}

static int records_write(struct trace_records *records, const char *path,
                         struct error *error)
{
    struct writing writing = {.records = records, .error = error};
    int status = output_open(&writing.output, path, OUTPUT_FRESH, error);
    if (status < 0)
        return status;
    writing.gathered = malloc(WRITE_SIZE);
    status = writing.gathered == NULL
                 ? error_set_errno(error, ERROR_LOCAL, ENOMEM, "%s", path)
                 : all_write(&writing);
    free(writing.gathered);
    pcapng_block_free(&writing.block);
    if (status == 0)
        return output_commit(writing.output, error);
    output_abandon(writing.output);
    return status;
}

int trace_merge(const char *const *inputs, size_t count, const char *output,
                struct error *error)
{
    struct trace_records records = {.store = trace_store_new()};
    int status = records.store == NULL
                     ? -ERROR_LOCAL
                     : inputs_load(&records, inputs, count, error);
    if (status == 0 &&
        (trace_pair(&records) < 0 || trace_drop_sockets(&records) < 0))
        status = -ERROR_LOCAL;
    if (status == 0) {
        packets_number(&records);
        if (trace_tie(&records) < 0)
            status = -ERROR_LOCAL;
    }
    if (status == 0)
        status = records_write(&records, output, error);
    else
        error_set_errno(error, ERROR_LOCAL, ENOMEM, "%s", output);
    trace_records_free(&records);
    return status;
}
