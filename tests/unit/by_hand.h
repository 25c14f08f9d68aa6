/* SPDX-License-Identifier: MIT */
/*
 * by_hand: a file put together number by number, in either byte order, as some
 * other program would write it.
 */
#ifndef TESTS_UNIT_BY_HAND_H
#define TESTS_UNIT_BY_HAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

extern struct by_hand {
    char bytes[8192];
    size_t length;
    bool swapped; /* in the byte order that is not ours */
} by_hand;

void make(const void *bytes, size_t length);
void make32(uint32_t value);
void make16(uint16_t value);

#endif
