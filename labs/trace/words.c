/* SPDX-License-Identifier: MIT */
#include "labs/trace/words.h"

#include <string.h>

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

void words_padded(struct words *words, uint64_t number, size_t width)
{
    char digits[32]; /* 2^64 has twenty */
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (at > 0 && sizeof(digits) - at < width)
        digits[--at] = ' ';
    add(words, digits + at, sizeof(digits) - at);
}

void words_number(struct words *words, uint64_t number)
{
    words_padded(words, number, 1);
}

void words_ms(struct words *words, int64_t ns, size_t width)
{
    uint64_t tenths = ((uint64_t)(ns < 0 ? -ns : ns) + 50000) / 100000;
    char text[32];
    struct words number = words_in(text, sizeof(text));

    words_add(&number, ns < 0 ? "-" : "");
    words_number(&number, tenths / 10);
    words_add(&number, ".");
    words_number(&number, tenths % 10);
    for (size_t i = number.length; i < width; i++)
        words_add(words, " ");
    words_add(words, text);
}
