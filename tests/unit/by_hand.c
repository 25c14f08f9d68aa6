/* SPDX-License-Identifier: MIT */
/* by_hand: bytes, one after the other. */
#include "tests/unit/by_hand.h"

#include <string.h>

struct by_hand by_hand;

void make(const void *bytes, size_t length)
{
    memcpy(by_hand.bytes + by_hand.length, bytes, length);
    by_hand.length += length;
}

void make32(uint32_t value)
{
    value = by_hand.swapped ? __builtin_bswap32(value) : value;
    make(&value, 4);
}

void make16(uint16_t value)
{
    value = by_hand.swapped ? __builtin_bswap16(value) : value;
    make(&value, 2);
}
