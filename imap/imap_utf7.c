/* SPDX-License-Identifier: MIT */
/*
 * imap_utf7: the names of mailboxes on the wire (RFC 3501 §5.1.3).
 *
 * Printable ASCII stands for itself, but '&' is "&-"; all else is UTF-16 in a
 * BASE64 of its own (',' for '/', no padding) between '&' and '-'. Each name
 * has one spelling only, so that no mailbox has two: a reader refuses what a
 * writer would not have written.
 */
#include <string.h>

#include "imap/imap.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv"
                             "wxyz0123456789+,";

/* Bytes that are written one after the other, never beyond the end. */
struct writer {
    char *target;
    size_t size, length;
    bool full;
};

static void put(struct writer *w, char c)
{
    if (w->length + 1 >= w->size)
        w->full = true;
    else
        w->target[w->length++] = c;
}

static bool finish(struct writer *w)
{
    if (w->size == 0)
        return false;
    w->target[w->full ? 0 : w->length] = '\0';
    return !w->full;
}

/* ---- UTF-8 -------------------------------------------------------------- */

/* One character of *text; UINT32_MAX when it is none: too long a form, half a
 * pair, or past the end of Unicode. */
static uint32_t take_utf8(struct span *text)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *at = (const unsigned char *)text->data;
    size_t length = at[0] < 0x80   ? 1
                    : at[0] < 0xc0 ? 0
                    : at[0] < 0xe0 ? 2
                    : at[0] < 0xf0 ? 3
                    : at[0] < 0xf8 ? 4
                                   : 0;
    uint32_t c;

    if (length == 0 || length > text->length)
        return UINT32_MAX;
    c = length == 1 ? at[0] : at[0] & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return UINT32_MAX;
        c = c << 6 | (at[i] & 0x3f);
    }
    text->data += length;
    text->length -= length;
    if (c < least[length] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        return UINT32_MAX;
    return c;
}

static void put_utf8(struct writer *w, uint32_t c)
{
    if (c < 0x80) {
        put(w, (char)c);
    } else if (c < 0x800) {
        put(w, (char)(0xc0 | c >> 6));
        put(w, (char)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        put(w, (char)(0xe0 | c >> 12));
        put(w, (char)(0x80 | (c >> 6 & 0x3f)));
        put(w, (char)(0x80 | (c & 0x3f)));
    } else {
        put(w, (char)(0xf0 | c >> 18));
        put(w, (char)(0x80 | (c >> 12 & 0x3f)));
        put(w, (char)(0x80 | (c >> 6 & 0x3f)));
        put(w, (char)(0x80 | (c & 0x3f)));
    }
}

/* ---- from UTF-8 --------------------------------------------------------- */

static bool is_plain(uint32_t c)
{
    return c >= 0x20 && c <= 0x7e;
}

/* Bits that wait for six of them to make a digit. */
struct bits {
    uint32_t value;
    unsigned count;
};

static void put_unit(struct writer *w, struct bits *bits, uint32_t unit)
{
    bits->value = bits->value << 16 | unit;
    bits->count += 16;
    while (bits->count >= 6) {
        bits->count -= 6;
        put(w, digits[bits->value >> bits->count & 63]);
    }
    bits->value &= (1u << bits->count) - 1;
}

/* As UTF-16: what does not fit 16 bits is a pair. */
static void put_shifted(struct writer *w, struct bits *bits, uint32_t c)
{
    if (c < 0x10000) {
        put_unit(w, bits, c);
        return;
    }
    put_unit(w, bits, 0xd800 + ((c - 0x10000) >> 10));
    put_unit(w, bits, 0xdc00 + ((c - 0x10000) & 0x3ff));
}

static void put_end_of_shift(struct writer *w, struct bits *bits)
{
    if (bits->count > 0)
        put(w, digits[bits->value << (6 - bits->count) & 63]);
    put(w, '-');
    *bits = (struct bits){0, 0};
}

bool imap_utf7_from_utf8(char *target, size_t size, struct span utf8)
{
    struct writer w = {target, size, 0, false};
    struct bits bits = {0, 0};
    bool shifted = false;

    while (utf8.length > 0) {
        uint32_t c = take_utf8(&utf8);

        if (c == UINT32_MAX || c == 0)
            return false;
        if (!is_plain(c) && !shifted)
            put(&w, '&');
        if (is_plain(c) && shifted)
            put_end_of_shift(&w, &bits);
        shifted = !is_plain(c);
        if (shifted)
            put_shifted(&w, &bits, c);
        else
            put(&w, (char)c);
        if (c == '&')
            put(&w, '-');
    }
    if (shifted)
        put_end_of_shift(&w, &bits);
    return finish(&w);
}

/* ---- to UTF-8 ----------------------------------------------------------- */

/* One unit of UTF-16 has come: a character, or the first half of a pair. False
 * for what should have stood for itself, and for half a pair. */
static bool take_unit(struct writer *w, uint32_t *half, uint32_t unit)
{
    if (*half != 0) {
        if (unit < 0xdc00 || unit > 0xdfff)
            return false;
        put_utf8(w, 0x10000 + ((*half - 0xd800) << 10) + (unit - 0xdc00));
        *half = 0;
        return true;
    }
    if (unit >= 0xd800 && unit <= 0xdbff) {
        *half = unit;
        return true;
    }
    if (is_plain(unit) || unit == 0 || (unit >= 0xdc00 && unit <= 0xdfff))
        return false;
    put_utf8(w, unit);
    return true;
}

/* The BASE64 between '&' and '-'. */
static bool take_shifted(struct writer *w, struct span text)
{
    struct bits bits = {0, 0};
    uint32_t half = 0;

    for (size_t i = 0; i < text.length; i++) {
        const char *digit = memchr(digits, text.data[i], 64);

        if (digit == NULL)
            return false;
        bits.value = bits.value << 6 | (uint32_t)(digit - digits);
        bits.count += 6;
        if (bits.count < 16)
            continue;
        bits.count -= 16;
        if (!take_unit(w, &half, bits.value >> bits.count & 0xffff))
            return false;
        bits.value &= (1u << bits.count) - 1;
    }
    /* What is left over fills up the last digit: fewer than six bits, all 0. */
    return half == 0 && bits.count < 6 && bits.value == 0;
}

bool imap_utf7_to_utf8(char *target, size_t size, struct span utf7)
{
    struct writer w = {target, size, 0, false};
    bool after_shift = false;

    for (size_t i = 0; i < utf7.length; i++) {
        unsigned char c = (unsigned char)utf7.data[i];
        const char *end;
        struct span shifted;

        if (!is_plain(c))
            return false;
        if (c != '&') {
            put(&w, (char)c);
            after_shift = false;
            continue;
        }
        end = memchr(utf7.data + i, '-', utf7.length - i);
        if (end == NULL)
            return false;
        shifted =
            (struct span){utf7.data + i + 1, (size_t)(end - utf7.data) - i - 1};
        i += shifted.length + 1;
        if (shifted.length == 0) {
            put(&w, '&');
            after_shift = false;
            continue;
        }
        /* Two in a row would be one, written by who follows the rule. */
        if (after_shift || !take_shifted(&w, shifted))
            return false;
        after_shift = true;
    }
    return finish(&w);
}

bool imap_is_inbox(struct span name)
{
    return span_equal_nocase(name, SPAN("INBOX"));
}
