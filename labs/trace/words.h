/* SPDX-License-Identifier: MIT */
/*
 * words: a text put together piece by piece in a buffer of a fixed size. What
 * a view writes a hundred thousand times is written so: printf(3) reads its
 * format anew each time, and that was most of the work.
 *
 *     char text[64];
 *     struct words words = words_in(text, sizeof(text));
 *     words_add(&words, "frame ");
 *     words_number(&words, 31);
 *
 * The text ends in a NUL after each call; what no longer fits is left out.
 */
#ifndef LABS_TRACE_WORDS_H
#define LABS_TRACE_WORDS_H

#include <stddef.h>
#include <stdint.h>

struct words {
    char *text;
    size_t size, length; /* of the buffer; of the text without its NUL */
};

/* An empty text in `buffer`, which the caller keeps; size is not 0. */
struct words words_in(char *buffer, size_t size);
void words_add(struct words *words, const char *piece);
/* In digits, and with blanks before them where they are fewer than `width`. */
void words_number(struct words *words, uint64_t number);
void words_padded(struct words *words, uint64_t number, size_t width);
/* Nanoseconds as milliseconds with one decimal: "   12.3". */
void words_ms(struct words *words, int64_t ns, size_t width);

#endif
