/* SPDX-License-Identifier: MIT */
/*
 * export: the frames of a trace, for tools that take one link type only
 * (tcpdump refuses our file at its first message).
 */
#include <stdlib.h>
#include <string.h>

#include "common/pcapng.h"
#include "labs/trace/views.h"

enum { BUFFER = 256 * 1024 };

/* Many small blocks, few system calls. */
struct gather {
    struct output *to;
    char *bytes;
    size_t length;
    struct error *error;
};

static int gather_flush(struct gather *gather)
{
    int result =
        output_write(gather->to, gather->bytes, gather->length, gather->error);

    gather->length = 0;
    return result;
}

static int gather_put(struct gather *gather, const void *bytes, size_t length)
{
    int result = 0;

    if (gather->length + length > BUFFER)
        result = gather_flush(gather);
    if (result < 0 || length == 0)
        return result;
    if (length > BUFFER)
        return output_write(gather->to, bytes, length, gather->error);
    memcpy(gather->bytes + gather->length, bytes, length);
    gather->length += length;
    return 0;
}

static int put_block(struct gather *gather, struct pcapng_block *block)
{
    pcapng_block_end(block);
    if (block->failed)
        return error_set(gather->error, ERROR_LOCAL, "out of memory");
    return gather_put(gather, block->data, block->length);
}

static int write_pcapng(struct gather *gather, const struct trace_file *trace)
{
    struct pcapng_block block = {0};
    int result;

    pcapng_section_begin(&block, "wirelab");
    result = put_block(gather, &block);
    pcapng_interface_begin(&block, PCAPNG_LINK_ETHERNET, "wire",
                           "the frames of every host, each once");
    if (result == 0)
        result = put_block(gather, &block);
    for (size_t i = 0; i < trace->frame_count && result == 0; i++) {
        const struct trace_frame *frame = &trace->frames[i];
        pcapng_packet_begin(&block, 0, frame->time_ns, frame->bytes.data,
                            frame->bytes.length, frame->length);
        if (frame->dropped != NULL)
            pcapng_option_text(&block, PCAPNG_OPT_COMMENT, "dropped: %s",
                               frame->dropped);
        result = put_block(gather, &block);
    }
    pcapng_block_free(&block);
    return result;
}

/* The format that every tool since 1988 reads, here with its nanosecond magic;
 * numbers in the byte order of this machine, as the format allows. */
static int write_pcap(struct gather *gather, const struct trace_file *trace)
{
    const struct {
        uint32_t magic;
        uint16_t major, minor;
        uint32_t zone, accuracy, snap_length, link;
    } head = {0xA1B23C4D, 2, 4, 0, 0, 262144, PCAPNG_LINK_ETHERNET};
    int result = gather_put(gather, &head, sizeof(head));

    for (size_t i = 0; i < trace->frame_count && result == 0; i++) {
        const struct trace_frame *frame = &trace->frames[i];
        uint32_t record[4] = {(uint32_t)(frame->time_ns / 1000000000),
                              (uint32_t)(frame->time_ns % 1000000000),
                              (uint32_t)frame->bytes.length, frame->length};
        result = gather_put(gather, record, sizeof(record));
        if (result == 0)
            result = gather_put(gather, frame->bytes.data, frame->bytes.length);
    }
    return result;
}

int export_wire(struct output *to, const struct trace_file *trace, bool classic,
                struct error *error)
{
    struct gather gather = {.to = to, .error = error};
    int result;

    if (trace->frame_count == 0)
        return error_set(error, ERROR_LOCAL,
                         "there are no frames in this trace: it was recorded "
                         "without a wire");
    gather.bytes = malloc(BUFFER);
    if (gather.bytes == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory");
    result =
        classic ? write_pcap(&gather, trace) : write_pcapng(&gather, trace);
    if (result == 0)
        result = gather_flush(&gather);
    free(gather.bytes);
    return result;
}

/* ---- events, a line each ------------------------------------------------ */

struct sink {
    struct output *to;
    struct error *error;
};

static ssize_t sink_write(void *context, const char *data, size_t length)
{
    struct sink *sink = context;

    return output_write(sink->to, data, length, sink->error) == 0
               ? (ssize_t)length
               : 0;
}

int export_json(struct output *to, const struct trace_file *trace,
                struct error *error)
{
    struct sink sink = {to, error};
    FILE *stream =
        fopencookie(&sink, "w", (cookie_io_functions_t){.write = sink_write});
    int result;

    if (!stream)
        return error_set(error, ERROR_LOCAL, "no memory for an export");
    result = json_write(stream, trace, error);
    if (fclose(stream) != 0 && result == 0)
        result = error_set(error, ERROR_LOCAL, "the export can't be written");
    return result;
}
