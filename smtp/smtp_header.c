/* SPDX-License-Identifier: MIT */
/*
 * smtp_header: what a server must know of a message that it passes on: how many
 * servers had it before, and whether it has bytes that not every server takes.
 */
#include <ctype.h>
#include <string.h>

#include "smtp/smtp_unstuff.h"

/* At the end of a line's beginning: is it a field, and which? */
static void count_name(struct smtp_header *header)
{
    static const char received[] = "received:";

    if (strncmp(header->name, received, sizeof(received) - 1) == 0)
        header->hops++;
}

static void read_byte(struct smtp_header *header, char c)
{
    if (c == '\n') {
        /* Nothing, or the CR alone. */
        if (header->position <= 1)
            header->over = true;
        else
            count_name(header);
        header->position = 0;
        memset(header->name, 0, sizeof(header->name));
        return;
    }
    if (header->position < sizeof(header->name) - 1)
        header->name[header->position] = (char)tolower((unsigned char)c);
    header->position++;
}

/* Eight bytes at a time: a message is long, and most have none. */
static bool has_eight_bit(struct span piece)
{
    uint64_t all = 0, eight;
    size_t i = 0;

    for (; i + sizeof(eight) <= piece.length; i += sizeof(eight)) {
        memcpy(&eight, piece.data + i, sizeof(eight));
        all |= eight;
    }
    for (; i < piece.length; i++)
        all |= (unsigned char)piece.data[i];
    return (all & UINT64_C(0x8080808080808080)) != 0;
}

void smtp_header_read(struct smtp_header *header, struct span piece)
{
    if (!header->eight_bit)
        header->eight_bit = has_eight_bit(piece);
    for (size_t i = 0; i < piece.length && !header->over; i++) {
        read_byte(header, piece.data[i]);
        header->length++;
    }
}
