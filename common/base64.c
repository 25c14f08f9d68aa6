/* SPDX-License-Identifier: MIT */
/*
 * base64: three bytes in four letters, and back. OpenSSL writes; we read
 * ourselves, because it takes blanks for letters and counts padding as bytes.
 */
#include "common/base64.h"

#include <openssl/evp.h>
#include <string.h>

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool base64_write(char *text, size_t size, struct span bytes)
{
    if (BASE64_SIZE(bytes.length) > size)
        return false;
    text[0] = '\0';
    if (bytes.length > 0)
        EVP_EncodeBlock((unsigned char *)text,
                        (const unsigned char *)bytes.data, (int)bytes.length);
    return true;
}

/* Four letters make three bytes. The last four may end in "=" or "==", and the
 * bits that fall away with them must be 0: so each message has one spelling.
 * Returns how many bytes came out; 0: these are none of ours. */
static size_t read_four(unsigned char bytes[3], const char *four)
{
    unsigned value = 0;
    size_t letters = 0, count;

    while (letters < 4 && four[letters] != '=') {
        const char *at = four[letters] ? strchr(alphabet, four[letters]) : NULL;

        if (!at)
            return 0;
        value = value << 6 | (unsigned)(at - alphabet);
        letters++;
    }
    if (letters < 2 || (letters == 2 && four[3] != '='))
        return 0;
    value <<= 6 * (4 - letters);
    count = letters - 1;
    if (value & (0xffffffu >> (8 * count)))
        return 0;
    for (size_t i = 0; i < 3; i++)
        bytes[i] = (unsigned char)(value >> (16 - 8 * i));
    return count;
}

bool base64_read(void *bytes, size_t size, size_t *length, struct span text)
{
    *length = 0;
    if (text.length % 4 != 0)
        return false;
    for (size_t at = 0; at < text.length; at += 4) {
        unsigned char three[3];
        size_t count = read_four(three, text.data + at);
        bool last = at + 4 == text.length;

        if (count == 0 || (count < 3 && !last) || count > size - *length)
            return false;
        memcpy((char *)bytes + *length, three, count);
        *length += count;
    }
    return true;
}
