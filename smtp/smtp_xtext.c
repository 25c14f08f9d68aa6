/* SPDX-License-Identifier: MIT */
/*
 * smtp_xtext: how the values of ENVID and ORCPT are written, so that no space
 * and no "=" stands in them. RFC 3461 §4: "+" and two hexadecimal digits.
 */
#include <string.h>

#include "smtp/smtp.h"

static const char digits[] = "0123456789ABCDEF";

static bool is_plain(char byte)
{
    return byte > 0x20 && byte < 0x7f && byte != '+' && byte != '=';
}

bool smtp_xtext_write(char *text, size_t size, struct span bytes)
{
    size_t length = 0;

    for (size_t i = 0; i < bytes.length; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];

        if (length + 4 > size)
            return false;
        if (is_plain(bytes.data[i])) {
            text[length++] = bytes.data[i];
            continue;
        }
        text[length++] = '+';
        text[length++] = digits[byte >> 4];
        text[length++] = digits[byte & 15];
    }
    if (length >= size)
        return false;
    text[length] = '\0';
    return true;
}

/* Capital letters only, says the grammar. */
static int hex(char digit)
{
    const char *at = digit ? strchr(digits, digit) : NULL;

    return at ? (int)(at - digits) : -1;
}

bool smtp_xtext_read(char *bytes, size_t size, struct span text)
{
    size_t length = 0;

    for (size_t i = 0; i < text.length; i++) {
        char byte = text.data[i];

        if (byte == '+') {
            if (text.length - i < 3 || hex(text.data[i + 1]) < 0 ||
                hex(text.data[i + 2]) < 0)
                return false;
            byte = (char)(hex(text.data[i + 1]) << 4 | hex(text.data[i + 2]));
            i += 2;
        } else if (!is_plain(byte))
            return false;
        /* A NUL would end the string that we make of it. */
        if (byte == '\0' || length + 1 >= size)
            return false;
        bytes[length++] = byte;
    }
    if (size == 0)
        return false;
    bytes[length] = '\0';
    return true;
}
