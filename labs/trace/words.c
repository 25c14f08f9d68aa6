/* SPDX-License-Identifier: MIT */
/* words: a text that grows in a buffer. The contract is in words.h. */
#include "labs/trace/words.h"

#include <string.h>

#define NUMBER_MAX 32 /* 2^64 has twenty digits */

struct words words_in(char *buffer, size_t size)
{
    buffer[0] = '\0';
    return (struct words){buffer, size, 0};
}

static void add(struct words *words, const char *bytes, size_t length)
{
    size_t room = words->size - words->length - 1;

    if (length > room)
        length = room;
    memcpy(words->text + words->length, bytes, length);
    words->length += length;
    words->text[words->length] = '\0';
}

void words_add(struct words *words, const char *piece)
{
    add(words, piece, strlen(piece));
}

/* Writes the digits so that they end at `end`; returns where they begin. */
static char *digits_before(char *end, uint64_t number)
{
    do {
        *--end = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return end;
}

/* What begins at `first` ends at the end of `text`: blanks go before it. */
static void add_padded(struct words *words, char text[NUMBER_MAX],
                       const char *first, size_t width)
{
    size_t length = (size_t)(text + NUMBER_MAX - first);

    for (; length < width && length < NUMBER_MAX; length++)
        text[NUMBER_MAX - 1 - length] = ' ';
    add(words, text + NUMBER_MAX - length, length);
}

void words_padded(struct words *words, uint64_t number, size_t width)
{
    char text[NUMBER_MAX];

    add_padded(words, text, digits_before(text + NUMBER_MAX, number), width);
}

void words_number(struct words *words, uint64_t number)
{
    words_padded(words, number, 1);
}

void words_ms(struct words *words, int64_t ns, size_t width)
{
    uint64_t tenths = ((uint64_t)(ns < 0 ? -ns : ns) + 50000) / 100000;
    char text[NUMBER_MAX], *first = text + NUMBER_MAX;

    *--first = (char)('0' + tenths % 10);
    *--first = '.';
    first = digits_before(first, tenths / 10);
    if (ns < 0)
        *--first = '-';
    add_padded(words, text, first, width);
}
