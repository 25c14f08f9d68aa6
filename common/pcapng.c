/* SPDX-License-Identifier: MIT */
/*
 * pcapng: building blocks of a capture file. Reading is in pcapng_read.c.
 *
 * A block is
 *
 *     type (4)  total length (4)  body ...  padding  total length (4)
 *
 * in the byte order of this machine, which the section header announces. The
 * second length lets a reader step backwards; the padding keeps every field of
 * four bytes at a multiple of four.
 */
#include "common/pcapng.h"

#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/limits.h"

/* What an option's 16-bit length field can say. */
#define OPTION_VALUE_MAX 65535
/* Where a packet block tells how many bytes of the packet it holds. */
#define PACKET_CAPTURED_AT 20
/* Room that pcapng_option_text tries first; nearly all comments fit. */
#define OPTION_TEXT_GUESS 256

/* ---- the growing buffer ------------------------------------------------- */

/* Makes room for `length` more bytes and counts them in; NULL when there is
 * none to be had, which the block remembers. */
static uint8_t *block_grow(struct pcapng_block *block, size_t length)
{
    size_t needed = block->length + length;
    if (block->failed)
        return NULL;
    if (needed > block->capacity) {
        size_t capacity = needed < 4096 ? 4096 : needed + needed / 2;
        uint8_t *data = realloc(block->data, capacity);
        if (data == NULL) {
            block->failed = true;
            return NULL;
        }
        block->data = data;
        block->capacity = capacity;
    }
    block->length = needed;
    return block->data + needed - length;
}

static void block_put(struct pcapng_block *block, const void *bytes,
                      size_t length)
{
    uint8_t *place = block_grow(block, length);
    if (place != NULL && length > 0)
        memcpy(place, bytes, length);
}

static void block_put16(struct pcapng_block *block, uint16_t value)
{
    block_put(block, &value, sizeof value);
}

static void block_put32(struct pcapng_block *block, uint32_t value)
{
    block_put(block, &value, sizeof value);
}

/* Zero bytes up to the next multiple of four. */
static void block_pad(struct pcapng_block *block)
{
    static const uint8_t zeros[3];
    block_put(block, zeros, (4 - block->length % 4) % 4);
}

/* The total length is not known yet; pcapng_block_end fills it in. */
static void block_begin(struct pcapng_block *block, enum pcapng_type type)
{
    block->length = 0;
    block->has_options = false;
    block_put32(block, (uint32_t)type);
    block_put32(block, 0);
}

/* ---- one function a type of block --------------------------------------- */

void pcapng_section_begin(struct pcapng_block *block, const char *application)
{
    const uint64_t length_unknown = UINT64_MAX;
    block_begin(block, PCAPNG_SECTION);
    block_put32(block, PCAPNG_BYTE_ORDER_MAGIC);
    block_put16(block, 1); /* version 1.0 */
    block_put16(block, 0);
    block_put(block, &length_unknown, sizeof length_unknown);
    if (application != NULL)
        pcapng_option_text(block, PCAPNG_OPT_APPLICATION, "%s", application);
}

void pcapng_interface_begin(struct pcapng_block *block, enum pcapng_link link,
                            const char *name, const char *description)
{
    const uint8_t nanoseconds = 9; /* 10^-9 s a unit */
    block_begin(block, PCAPNG_INTERFACE);
    block_put16(block, (uint16_t)link);
    block_put16(block, 0); /* reserved */
    block_put32(block, 0); /* no snapshot length */
    if (name != NULL)
        pcapng_option_text(block, PCAPNG_OPT_IF_NAME, "%s", name);
    if (description != NULL)
        pcapng_option_text(block, PCAPNG_OPT_IF_DESCRIPTION, "%s", description);
    pcapng_option(block, PCAPNG_OPT_IF_TSRESOL, &nanoseconds, 1);
}

void pcapng_packet_begin(struct pcapng_block *block, uint32_t interface,
                         int64_t time_ns, const void *bytes, size_t captured,
                         uint64_t length)
{
    block_begin(block, PCAPNG_PACKET);
    block_put32(block, interface);
    block_put32(block, (uint32_t)((uint64_t)time_ns >> 32));
    block_put32(block, (uint32_t)time_ns);
    block_put32(block, (uint32_t)captured);
    block_put32(block, length > UINT32_MAX ? UINT32_MAX : (uint32_t)length);
    block_put(block, bytes, captured);
    block_pad(block);
}

void pcapng_packet_append(struct pcapng_block *block, struct span bytes)
{
    uint32_t captured;
    block_put(block, bytes.data, bytes.length);
    if (block->failed)
        return;
    memcpy(&captured, block->data + PACKET_CAPTURED_AT, sizeof captured);
    captured += (uint32_t)bytes.length;
    memcpy(block->data + PACKET_CAPTURED_AT, &captured, sizeof captured);
    block_pad(block);
}

void pcapng_secrets_begin(struct pcapng_block *block, struct span keylog)
{
    block_begin(block, PCAPNG_SECRETS);
    block_put32(block, PCAPNG_SECRETS_TLS);
    block_put32(block, (uint32_t)keylog.length);
    block_put(block, keylog.data, keylog.length);
    block_pad(block);
}

void pcapng_names_begin(struct pcapng_block *block)
{
    block_begin(block, PCAPNG_NAMES);
}

void pcapng_name(struct pcapng_block *block,
                 const struct sockaddr_storage *address, const char *name)
{
    /* The NUL is part of the record. */
    size_t name_size = strlen(name) + 1;
    const void *bytes;
    size_t length;
    uint16_t record;

    if (address->ss_family == AF_INET) {
        bytes = &((const struct sockaddr_in *)address)->sin_addr;
        length = sizeof(struct in_addr);
        record = PCAPNG_NAME_IPV4;
    } else if (address->ss_family == AF_INET6) {
        bytes = &((const struct sockaddr_in6 *)address)->sin6_addr;
        length = sizeof(struct in6_addr);
        record = PCAPNG_NAME_IPV6;
    } else {
        /* The format knows no other kind of address. */
        return;
    }
    if (name_size > PCAPNG_NAME_MAX)
        return;
    block_put16(block, record);
    block_put16(block, (uint16_t)(length + name_size));
    block_put(block, bytes, length);
    block_put(block, name, name_size);
    block_pad(block);
}

/* ---- options ------------------------------------------------------------ */

void pcapng_option(struct pcapng_block *block, enum pcapng_option code,
                   const void *value, size_t length)
{
    if (length > OPTION_VALUE_MAX)
        length = OPTION_VALUE_MAX;
    block->has_options = true;
    block_put16(block, (uint16_t)code);
    block_put16(block, (uint16_t)length);
    block_put(block, value, length);
    block_pad(block);
}

/* Puts the head before a text that already lies where it belongs. */
static void text_option_end(struct pcapng_block *block, enum pcapng_option code,
                            int length)
{
    uint16_t head[2] = {(uint16_t)code, (uint16_t)length};
    if (length < 0)
        return;
    if (length > OPTION_VALUE_MAX)
        head[1] = OPTION_VALUE_MAX;
    block_put(block, head, sizeof head);
    block->length += head[1];
    block->has_options = true;
    block_pad(block);
}

/* Prints straight into the block: first with the room that nearly always is
 * enough, then, knowing the true length, with as much as it takes. */
void pcapng_option_text(struct pcapng_block *block, enum pcapng_option code,
                        const char *format, ...)
{
    size_t start = block->length, room = OPTION_TEXT_GUESS;
    for (;;) {
        uint8_t *place = block_grow(block, 4 + room);
        va_list arguments;
        int length = 0;
        if (place == NULL)
            return;
        va_start(arguments, format);
        length = vsnprintf((char *)place + 4, room, format, arguments);
        va_end(arguments);
        block->length = start;
        if (length < (int)room || room > OPTION_VALUE_MAX) {
            text_option_end(block, code, length);
            return;
        }
        room =
            (length > OPTION_VALUE_MAX ? OPTION_VALUE_MAX : (size_t)length) + 1;
    }
}

void pcapng_block_end(struct pcapng_block *block)
{
    uint32_t type, length;
    if (block->failed || block->length < sizeof type)
        return;
    memcpy(&type, block->data, sizeof type);
    /* A list, of records or of options, ends with the code 0. */
    if (type == PCAPNG_NAMES || block->has_options)
        block_put32(block, 0);
    length = (uint32_t)(block->length + sizeof length);
    block_put32(block, length);
    if (!block->failed)
        memcpy(block->data + 4, &length, sizeof length);
}

void pcapng_block_free(struct pcapng_block *block)
{
    free(block->data);
    *block = (struct pcapng_block){0};
}
