/* SPDX-License-Identifier: MIT */
/*
 * pcapng_read: stepping through a capture file, whoever wrote it.
 *
 * Nothing here believes a length before it was held against what is there. A
 * block whose end lies behind the end of the file is torn, not broken: that is
 * what a killed writer leaves. Blocks and options that we don't know are
 * stepped over, as the format asks.
 */
#include "common/pcapng.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of a block around its body: type, length, and the length again. */
#define BLOCK_FRAME 12
/* Before the body's first variable part; the format fixes them. */
#define SECTION_BODY_MIN 16
#define INTERFACE_BODY_MIN 8
#define PACKET_BODY_MIN 20
#define SIMPLE_BODY_MIN 4
#define SECRETS_BODY_MIN 8

/* A classic pcap file begins with one of these; it deserves its own words. */
#define PCAP_MAGIC_US 0xa1b2c3d4u
#define PCAP_MAGIC_NS 0xa1b23c4du

/* ---- numbers in the section's byte order -------------------------------- */

static uint16_t get16(const struct pcapng_reader *reader, const char *bytes)
{
    uint16_t value;
    memcpy(&value, bytes, sizeof value);
    return reader->swapped ? __builtin_bswap16(value) : value;
}

static uint32_t get32(const struct pcapng_reader *reader, const char *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return reader->swapped ? __builtin_bswap32(value) : value;
}

static uint64_t get64(const struct pcapng_reader *reader, const char *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return reader->swapped ? __builtin_bswap64(value) : value;
}

static size_t padded(size_t length)
{
    return (length + 3) & ~(size_t)3;
}

static struct span span_from(struct span s, size_t offset)
{
    return (struct span){s.data + offset, s.length - offset};
}

/* Says what is wrong with the block at the reader's position. */
static enum parse broken(const struct pcapng_reader *reader,
                         struct error *error, const char *what)
{
    error_set(error, ERROR_LOCAL, "at byte %zu: %s", reader->position, what);
    return PARSE_BROKEN;
}

/* ---- sections and interfaces -------------------------------------------- */

/* A section begins anew: its own byte order, its own interfaces. */
static enum parse section_read(struct pcapng_reader *reader, struct span body,
                               struct error *error)
{
    if (get16(reader, body.data + 4) != 1)
        return broken(reader, error, "a version of pcapng that is not 1");
    reader->interface_base += (uint32_t)reader->interface_count;
    reader->interface_count = 0;
    reader->in_section = true;
    return PARSE_DONE;
}

/* The unit of an interface's timestamps: 10^-n or, with the top bit, 2^-n. */
static bool resolution_read(uint8_t code, int64_t *units_per_second)
{
    unsigned exponent = code & 0x7f;
    int64_t units = 1;
    if (exponent > ((code & 0x80) != 0 ? 62u : 18u))
        return false;
    for (unsigned i = 0; i < exponent; i++)
        units *= (code & 0x80) != 0 ? 2 : 10;
    *units_per_second = units;
    return true;
}

static bool interface_options(const struct pcapng_reader *reader,
                              struct span options,
                              struct pcapng_interface *interface)
{
    struct span value;
    size_t position = 0;
    uint16_t code;
    while (pcapng_next_option(reader, options, &position, &code, &value)) {
        if (code == PCAPNG_OPT_IF_NAME)
            interface->name = value;
        if (code == PCAPNG_OPT_IF_TSRESOL && value.length >= 1 &&
            !resolution_read((uint8_t)value.data[0],
                             &interface->units_per_second))
            return false;
        if (code == PCAPNG_OPT_IF_TSOFFSET && value.length >= 8)
            interface->offset_seconds = (int64_t)get64(reader, value.data);
    }
    return true;
}

static enum parse interface_read(struct pcapng_reader *reader, struct span body,
                                 struct error *error)
{
    struct pcapng_interface interface = {.units_per_second = 1000000};
    struct pcapng_interface *grown;
    if (body.length < INTERFACE_BODY_MIN)
        return broken(reader, error, "an interface block that is too short");
    if (reader->interface_count == PCAPNG_INTERFACES_MAX)
        return broken(reader, error, "more interfaces than we bear");
    interface.link = get16(reader, body.data);
    if (!interface_options(reader, span_from(body, INTERFACE_BODY_MIN),
                           &interface))
        return broken(reader, error, "timestamps finer than we can count");
    grown = realloc(reader->interfaces,
                    (reader->interface_count + 1) * sizeof *grown);
    if (grown == NULL)
        return broken(reader, error, "no memory for one more interface");
    reader->interfaces = grown;
    reader->interfaces[reader->interface_count++] = interface;
    return PARSE_DONE;
}

/* ---- packets ------------------------------------------------------------ */

/* A time in the interface's units as nanoseconds since 1970. A time that an
 * int64_t can't hold (after 2262) becomes the last one that it can. */
static int64_t time_read(const struct pcapng_interface *interface,
                         uint64_t units)
{
    uint64_t per_second = (uint64_t)interface->units_per_second;
    uint64_t seconds, rest;
    int64_t total, ns;

    /* What we write ourselves, and many others: no need to divide. */
    if (per_second == UINT64_C(1000000000) && units <= INT64_MAX &&
        interface->offset_seconds == 0)
        return (int64_t)units;
    seconds = units / per_second;
    rest = units % per_second;
    /* So that rest * 10^9 fits; what is lost is finer than a nanosecond. */
    while (per_second > UINT64_C(10000000000)) {
        uint64_t step = per_second % 10 == 0 ? 10 : 2;
        per_second /= step;
        rest /= step;
    }
    ns = (int64_t)(rest * UINT64_C(1000000000) / per_second);
    if (seconds > INT64_MAX ||
        __builtin_add_overflow((int64_t)seconds, interface->offset_seconds,
                               &total) ||
        __builtin_mul_overflow(total, INT64_C(1000000000), &total) ||
        __builtin_add_overflow(total, ns, &total))
        return INT64_MAX;
    return total;
}

/* The enhanced packet and its obsolete elder differ in the first four bytes
 * only: 32 bits of interface, or 16 and a count of drops. */
static enum parse packet_read(struct pcapng_reader *reader, struct span body,
                              struct pcapng_item *item, struct error *error)
{
    size_t captured;
    uint64_t units;
    if (body.length < PACKET_BODY_MIN)
        return broken(reader, error, "a packet block that is too short");
    item->interface = item->type == PCAPNG_PACKET ? get32(reader, body.data)
                                                  : get16(reader, body.data);
    if (item->interface >= reader->interface_count)
        return broken(reader, error, "a packet of an unknown interface");
    captured = get32(reader, body.data + 12);
    if (captured > body.length - PACKET_BODY_MIN)
        return broken(reader, error, "a packet longer than its block");
    units = (uint64_t)get32(reader, body.data + 4) << 32 |
            get32(reader, body.data + 8);
    item->time_ns = time_read(&reader->interfaces[item->interface], units);
    item->length = get32(reader, body.data + 16);
    item->bytes = (struct span){body.data + PACKET_BODY_MIN, captured};
    item->options = span_from(body, PACKET_BODY_MIN + padded(captured));
    return PARSE_DONE;
}

/* A simple packet has no time and belongs to the first interface. */
static enum parse simple_read(struct pcapng_reader *reader, struct span body,
                              struct pcapng_item *item, struct error *error)
{
    if (body.length < SIMPLE_BODY_MIN)
        return broken(reader, error, "a packet block that is too short");
    if (reader->interface_count == 0)
        return broken(reader, error, "a packet of an unknown interface");
    item->length = get32(reader, body.data);
    item->bytes = span_from(body, SIMPLE_BODY_MIN);
    /* What the block holds beyond the packet's length is padding. */
    if (item->bytes.length > item->length)
        item->bytes.length = item->length;
    return PARSE_DONE;
}

static enum parse secrets_read(struct pcapng_reader *reader, struct span body,
                               struct pcapng_item *item, struct error *error)
{
    size_t length;
    if (body.length < SECRETS_BODY_MIN)
        return broken(reader, error, "a secrets block that is too short");
    item->secrets_type = get32(reader, body.data);
    length = get32(reader, body.data + 4);
    if (length > body.length - SECRETS_BODY_MIN)
        return broken(reader, error, "secrets longer than their block");
    item->bytes = (struct span){body.data + SECRETS_BODY_MIN, length};
    return PARSE_DONE;
}

/* ---- blocks ------------------------------------------------------------- */

static enum parse body_read(struct pcapng_reader *reader, struct span body,
                            struct pcapng_item *item, struct error *error)
{
    switch (item->type) {
    case PCAPNG_SECTION:
        return section_read(reader, body, error);
    case PCAPNG_INTERFACE:
        return interface_read(reader, body, error);
    case PCAPNG_PACKET:
    case PCAPNG_PACKET_OBSOLETE:
        return packet_read(reader, body, item, error);
    case PCAPNG_PACKET_SIMPLE:
        return simple_read(reader, body, item, error);
    case PCAPNG_SECRETS:
        return secrets_read(reader, body, item, error);
    case PCAPNG_NAMES:
        item->bytes = body;
        return PARSE_DONE;
    default:
        return PARSE_DONE; /* a kind that we don't know */
    }
}

/* What a file begins with, if not with a section. */
static enum parse not_a_section(const struct pcapng_reader *reader,
                                struct error *error)
{
    uint32_t magic;
    memcpy(&magic, reader->file.data + reader->position, sizeof magic);
    if (magic == PCAP_MAGIC_US || magic == PCAP_MAGIC_NS ||
        __builtin_bswap32(magic) == PCAP_MAGIC_US ||
        __builtin_bswap32(magic) == PCAP_MAGIC_NS)
        return broken(reader, error,
                      "this is the older pcap format; `editcap -F pcapng` "
                      "makes pcapng of it");
    return broken(reader, error, "this is no pcapng file");
}

/* The section header's type reads the same from both ends; the word after its
 * length tells in which order all that follows was written. */
static enum parse byte_order_read(struct pcapng_reader *reader,
                                  const char *block, struct error *error)
{
    reader->swapped = false;
    if (get32(reader, block + 8) == PCAPNG_BYTE_ORDER_MAGIC)
        return PARSE_DONE;
    reader->swapped = true;
    if (get32(reader, block + 8) == PCAPNG_BYTE_ORDER_MAGIC)
        return PARSE_DONE;
    return broken(reader, error, "a section of no known byte order");
}

enum parse pcapng_next(struct pcapng_reader *reader, struct pcapng_item *item,
                       struct error *error)
{
    struct span rest, body;
    enum parse outcome;
    size_t length;

    *item = (struct pcapng_item){.offset = reader->position};
    if (reader->file.length - reader->position < BLOCK_FRAME)
        return PARSE_MORE;
    rest = span_from(reader->file, reader->position);
    item->type = get32(reader, rest.data);
    if (!reader->in_section && item->type != PCAPNG_SECTION)
        return not_a_section(reader, error);
    if (item->type == PCAPNG_SECTION &&
        byte_order_read(reader, rest.data, error) != PARSE_DONE)
        return PARSE_BROKEN;
    length = get32(reader, rest.data + 4);
    if (length < BLOCK_FRAME || length % 4 != 0 || length > PCAPNG_BLOCK_MAX ||
        (item->type == PCAPNG_SECTION &&
         length < BLOCK_FRAME + SECTION_BODY_MIN))
        return broken(reader, error, "a block of an impossible length");
    if (length > rest.length)
        return PARSE_MORE;
    if (get32(reader, rest.data + length - 4) != length)
        return broken(reader, error, "a block whose two lengths differ");
    body = (struct span){rest.data + 8, length - BLOCK_FRAME};
    outcome = body_read(reader, body, item, error);
    if (outcome != PARSE_DONE)
        return outcome;
    if (item->type == PCAPNG_PACKET_SIMPLE ||
        item->type == PCAPNG_PACKET_OBSOLETE)
        item->type = PCAPNG_PACKET;
    reader->position += length;
    return PARSE_DONE;
}

void pcapng_reader_free(struct pcapng_reader *reader)
{
    free(reader->interfaces);
    *reader = (struct pcapng_reader){0};
}

/* ---- options and names -------------------------------------------------- */

/* Options and name records are both: code (2), length (2), value, padding; a
 * code of 0 ends the list. */
bool pcapng_next_option(const struct pcapng_reader *reader, struct span options,
                        size_t *position, uint16_t *code, struct span *value)
{
    size_t length;
    if (*position > options.length || options.length - *position < 4)
        return false;
    *code = get16(reader, options.data + *position);
    length = get16(reader, options.data + *position + 2);
    if (*code == PCAPNG_OPT_END || length > options.length - *position - 4)
        return false;
    *value = (struct span){options.data + *position + 4, length};
    *position += 4 + padded(length);
    return true;
}

bool pcapng_next_name(const struct pcapng_reader *reader, struct span records,
                      size_t *position, struct sockaddr_storage *address,
                      struct span *name)
{
    struct sockaddr_in *ipv4 = (struct sockaddr_in *)address;
    struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)address;
    struct span value;
    uint16_t code;
    while (pcapng_next_option(reader, records, position, &code, &value)) {
        size_t length = code == PCAPNG_NAME_IPV4 ? sizeof ipv4->sin_addr
                                                 : sizeof ipv6->sin6_addr;
        if ((code != PCAPNG_NAME_IPV4 && code != PCAPNG_NAME_IPV6) ||
            value.length <= length)
            continue;
        memset(address, 0, sizeof *address);
        address->ss_family = code == PCAPNG_NAME_IPV4 ? AF_INET : AF_INET6;
        memcpy(code == PCAPNG_NAME_IPV4 ? (void *)&ipv4->sin_addr
                                        : (void *)&ipv6->sin6_addr,
               value.data, length);
        *name = span_from(value, length);
        name->length = strnlen(name->data, name->length);
        return true;
    }
    return false;
}
