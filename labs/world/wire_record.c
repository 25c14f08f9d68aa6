/* SPDX-License-Identifier: MIT */
/* wire_record: the capture, gathered in memory and written in large pieces:
 * a call for each frame would cost more than carrying it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/pcapng.h"
#include "labs/world/wire.h"

/* Bytes that are gathered before they are written. */
#define GATHER (1024 * 1024)

struct wire_record {
    int fd;
    int failed; /* errno of the first failure, or 0 */
    struct pcapng_block block;
    size_t length;
    uint8_t gathered[GATHER];
};

int wire_record_flush(struct wire_record *record)
{
    size_t written = 0;
    while (!record->failed && written < record->length) {
        ssize_t n = write(record->fd, record->gathered + written,
                          record->length - written);
        if (n >= 0)
            written += (size_t)n;
        else if (errno != EINTR)
            record->failed = errno;
    }
    record->length = 0;
    return record->failed;
}

/* Moves the finished block to what is gathered. */
static void gather(struct wire_record *record)
{
    pcapng_block_end(&record->block);
    if (record->block.failed) {
        record->failed = record->failed ? record->failed : ENOMEM;
        return;
    }
    if (record->length + record->block.length > GATHER)
        wire_record_flush(record);
    memcpy(record->gathered + record->length, record->block.data,
           record->block.length);
    record->length += record->block.length;
}

int wire_record_open(struct wire_record **made, const struct wire_setup *setup,
                     struct error *error)
{
    struct wire_record *record = malloc(sizeof(*record));
    if (!record)
        return error_set_errno(error, ERROR_LOCAL, ENOMEM,
                               "recording the wire");
    record->fd = setup->record_fd;
    record->failed = 0;
    record->length = 0;
    memset(&record->block, 0, sizeof(record->block));
    pcapng_section_begin(&record->block, "wirelab");
    gather(record);
    /* Interface numbers are port numbers. */
    for (size_t i = 0; i < setup->port_count; i++) {
        char name[64] = "wire:";
        strncat(name, setup->ports[i].name, sizeof(name) - 6);
        pcapng_interface_begin(&record->block, PCAPNG_LINK_ETHERNET, name,
                               "what this host sent, before any delay");
        gather(record);
    }
    *made = record;
    return 0;
}

void wire_record_frame(struct wire_record *record, int port, int64_t time_ns,
                       const uint8_t *frame, size_t captured, size_t length,
                       const char *dropped)
{
    if (record->failed)
        return;
    pcapng_packet_begin(&record->block, (uint32_t)port, time_ns, frame,
                        captured, length);
    if (dropped)
        pcapng_option_text(&record->block, PCAPNG_OPT_COMMENT, "dropped: %s",
                           dropped);
    gather(record);
}

void wire_record_free(struct wire_record *record)
{
    if (!record)
        return;
    pcapng_block_free(&record->block);
    free(record);
}
