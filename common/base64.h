/* SPDX-License-Identifier: MIT */
/*
 * base64: bytes as letters that any line of text can carry, three bytes in four
 * letters. RFC 2045 §6.8, without its line breaks.
 *
 *     char text[BASE64_SIZE(3)];
 *     base64_write(text, sizeof(text), SPAN("a:b"));       // "YTpi"
 *     base64_read(bytes, sizeof(bytes), &length, span_of(text));
 *
 * It hides nothing: whoever reads the letters reads the bytes.
 */
#ifndef COMMON_BASE64_H
#define COMMON_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "common/text.h"

/* What `length` bytes take as text, NUL included. */
#define BASE64_SIZE(length) (((length) + 2) / 3 * 4 + 1)

/* Writes the letters and a NUL; false if `size` is too small. */
bool base64_write(char *text, size_t size, struct span bytes);
/* Undoes it, strictly: false if a letter is none of the alphabet, if the
 * padding is wrong, or if more than `size` bytes come out. *length says how
 * many did; nothing is put behind them. */
bool base64_read(void *bytes, size_t size, size_t *length, struct span text);

#endif
