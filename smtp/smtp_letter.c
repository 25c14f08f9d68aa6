/* SPDX-License-Identifier: MIT */
/*
 * smtp_letter: text beyond ASCII, where only ASCII may stand. RFC 2047.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smtp/smtp_message.h"

/* A piece of `value` that ends where a character of UTF-8 does. */
static size_t whole_characters(const char *value, size_t most)
{
    size_t length = strlen(value);

    if (length <= most)
        return length;
    while (most > 1 && ((unsigned char)value[most] & 0xc0) == 0x80)
        most--;
    return most;
}

bool smtp_encoded_words(char *text, size_t size, const char *value)
{
    /* 75 bytes, less "=?UTF-8?B?" and "?=", are 60 of base64: 45 of text. */
    enum { PIECE = 45 };
    size_t used = 0;
    bool plain = true;

    for (const char *c = value; *c != '\0'; c++)
        plain = plain && (unsigned char)*c < 0x80;
    if (plain)
        return (size_t)snprintf(text, size, "%s", value) < size;
    while (*value != '\0') {
        size_t length = whole_characters(value, PIECE);
        char word[PIECE / 3 * 4 + 1];
        int added;

        EVP_EncodeBlock((unsigned char *)word, (const unsigned char *)value,
                        (int)length);
        added = snprintf(text + used, size - used,
                         "%s=?UTF-8?B?%s?=", used > 0 ? "\r\n " : "", word);
        if (added < 0 || (size_t)added >= size - used)
            return false;
        used += (size_t)added;
        value += length;
    }
    return true;
}
