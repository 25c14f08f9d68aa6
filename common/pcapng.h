/* SPDX-License-Identifier: MIT */
/*
 * pcapng: the file format that the record is kept in, writing and reading.
 *
 * Blocks as in the IETF draft "PCAP Next Generation (pcapng) Capture File
 * Format": Section Header, Interface Description, Enhanced Packet, Name
 * Resolution and Decryption Secrets. Writing: a block is built in memory, then
 * handed over whole. Reading: no I/O; a cursor over bytes with three outcomes,
 * both byte orders, unknown blocks and options stepped over.
 *
 *     struct pcapng_block block = {0};
 *     pcapng_packet_begin(&block, interface, time_ns, bytes, length, true_len);
 *     pcapng_option_text(&block, PCAPNG_OPT_COMMENT, "event 7: GET");
 *     pcapng_block_end(&block);
 *     write(fd, block.data, block.length);
 */
#ifndef COMMON_PCAPNG_H
#define COMMON_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "common/error.h"
#include "common/text.h"

enum pcapng_link {
    PCAPNG_LINK_ETHERNET = 1,
    PCAPNG_LINK_EXPORTED_PDU = 252, /* tags, then one message */
};

enum pcapng_type {
    PCAPNG_SECTION = 0x0A0D0D0A,
    PCAPNG_INTERFACE = 1,
    PCAPNG_PACKET_OBSOLETE = 2,
    PCAPNG_PACKET_SIMPLE = 3,
    PCAPNG_NAMES = 4,
    PCAPNG_PACKET = 6,
    PCAPNG_SECRETS = 10,
};

enum pcapng_option {
    PCAPNG_OPT_END = 0,
    PCAPNG_OPT_COMMENT = 1, /* may be repeated */
    PCAPNG_OPT_IF_NAME = 2,
    PCAPNG_OPT_IF_DESCRIPTION = 3,
    PCAPNG_OPT_APPLICATION = 4, /* of a section: who wrote it */
    PCAPNG_OPT_IF_TSRESOL = 9,
    PCAPNG_OPT_IF_TSOFFSET = 14,
    PCAPNG_OPT_PACKET_FLAGS = 2, /* bits 0-1: 1 inbound, 2 outbound */
};

enum pcapng_name_record {
    PCAPNG_NAME_END = 0,
    PCAPNG_NAME_IPV4 = 1,
    PCAPNG_NAME_IPV6 = 2,
};

#define PCAPNG_BYTE_ORDER_MAGIC 0x1A2B3C4Du
#define PCAPNG_SECRETS_TLS 0x544c534bu /* "TLSK": NSS key log lines */

/* ---- writing ------------------------------------------------------------ */

/* A block being built. Zero it before the first use; pcapng_block_free after
 * the last. After a failed allocation `failed` is set and stays. */
struct pcapng_block {
    uint8_t *data;
    size_t length, capacity;
    bool failed;
    bool has_options; /* the block that is being built has at least one */
};

void pcapng_section_begin(struct pcapng_block *block, const char *application);
void pcapng_interface_begin(struct pcapng_block *block, enum pcapng_link link,
                            const char *name, const char *description);
/* `captured` bytes of a packet that had `length` on the wire; time since 1970.
 * Options may follow; a length above 4 GiB - 1 is written as that. */
void pcapng_packet_begin(struct pcapng_block *block, uint32_t interface,
                         int64_t time_ns, const void *bytes, size_t captured,
                         uint64_t length);
/* More bytes of the packet just begun, so that a head and a message need not be
 * put together first. What came before must be a multiple of four bytes. */
void pcapng_packet_append(struct pcapng_block *block, struct span bytes);
void pcapng_secrets_begin(struct pcapng_block *block, struct span keylog);
/* A Name Resolution block; names are added one by one before _end. One longer
 * than PCAPNG_NAME_MAX (its NUL included) is left out. */
#define PCAPNG_NAME_MAX 1024
void pcapng_names_begin(struct pcapng_block *block);
void pcapng_name(struct pcapng_block *block,
                 const struct sockaddr_storage *address, const char *name);
void pcapng_option(struct pcapng_block *block, enum pcapng_option code,
                   const void *value, size_t length);
void pcapng_option_text(struct pcapng_block *block, enum pcapng_option code,
                        const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Pads, writes both lengths; the block is ready to be written. */
void pcapng_block_end(struct pcapng_block *block);
void pcapng_block_free(struct pcapng_block *block);

/* ---- reading ------------------------------------------------------------ */

#define PCAPNG_INTERFACES_MAX 1024
#define PCAPNG_BLOCK_MAX (64u << 20) /* a longer block is refused */

struct pcapng_interface {
    uint16_t link;
    int64_t units_per_second; /* of its timestamps */
    int64_t offset_seconds;
    struct span name;
};

/* One block as read; spans point into the caller's bytes. */
struct pcapng_item {
    uint32_t type;      /* the three kinds of packet are all PCAPNG_PACKET */
    uint64_t offset;    /* of the block in the file */
    uint32_t interface; /* PACKET: index into the reader's interfaces */
    int64_t time_ns;    /* PACKET */
    struct span bytes;  /* PACKET: captured; SECRETS: key log; NAMES: records */
    uint32_t length;    /* PACKET: on the wire */
    struct span options; /* for pcapng_next_option */
    uint32_t secrets_type;
};

struct pcapng_reader {
    struct span file; /* borrowed, all of it (mmap) */
    size_t position;
    bool swapped; /* the section is in the other byte order */
    bool in_section;
    struct pcapng_interface *interfaces; /* of the current section */
    size_t interface_count;
    uint32_t interface_base; /* sum of the sections before */
};

/* PARSE_DONE: *item is the next block. PARSE_MORE: the file ends here, between
 * blocks (position == length) or torn inside one (position says where the
 * block begins). PARSE_BROKEN: *error says at which offset what is wrong. */
enum parse pcapng_next(struct pcapng_reader *reader, struct pcapng_item *item,
                       struct error *error);
void pcapng_reader_free(struct pcapng_reader *reader);

/* Steps through options: false at their end (or at a damaged one). Start with
 * *position 0. */
bool pcapng_next_option(const struct pcapng_reader *reader, struct span options,
                        size_t *position, uint16_t *code, struct span *value);

/* Steps through the records of a NAMES item in the same way, an address at a
 * time; *name borrows the first of its names, without the NUL. */
bool pcapng_next_name(const struct pcapng_reader *reader, struct span records,
                      size_t *position, struct sockaddr_storage *address,
                      struct span *name);

#endif
