/* SPDX-License-Identifier: MIT */
/*
 * text: spans, numbers, and how a peer's bytes are shown. The contract is in
 * text.h.
 */
#include "common/text.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct span span_of(const char *text)
{
    return (struct span){text, strlen(text)};
}

bool span_equal(struct span a, struct span b)
{
    return a.length == b.length &&
           (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

/* Protocol names are ASCII whatever the user's locale says, so tolower(3) is
 * not asked. */
static char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool span_equal_nocase(struct span a, struct span b)
{
    if (a.length != b.length)
        return false;
    for (size_t i = 0; i < a.length; i++)
        if (ascii_lower(a.data[i]) != ascii_lower(b.data[i]))
            return false;
    return true;
}

static struct span head(struct span s, const char *prefix)
{
    size_t length = strlen(prefix);

    return (struct span){s.data, s.length < length ? s.length : length};
}

bool span_begins(struct span s, const char *prefix)
{
    return span_equal(head(s, prefix), span_of(prefix));
}

bool span_begins_nocase(struct span s, const char *prefix)
{
    return span_equal_nocase(head(s, prefix), span_of(prefix));
}

bool span_next_line(struct span *s, struct span *line)
{
    const char *lf = s->length > 0 ? memchr(s->data, '\n', s->length) : NULL;

    if (!lf)
        return false;
    *line = (struct span){s->data, (size_t)(lf - s->data)};
    s->data += line->length + 1;
    s->length -= line->length + 1;
    if (line->length > 0 && line->data[line->length - 1] == '\r')
        line->length--;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

bool span_take_line(struct span *s, struct span *line)
{
    if (s->length == 0)
        return false;
    if (!span_next_line(s, line)) {
        *line = *s;
        *s = (struct span){s->data + s->length, 0};
        if (line->data[line->length - 1] == '\r')
            line->length--;
    }
    return true;
}

struct span span_trim(struct span s)
{
    while (s.length > 0 && is_blank(s.data[0])) {
        s.data++;
        s.length--;
    }
    while (s.length > 0 && is_blank(s.data[s.length - 1]))
        s.length--;
    return s;
}

bool text_to_u64(struct span digits, uint64_t max, uint64_t *value)
{
    uint64_t sum = 0;
    if (digits.length == 0)
        return false;
    for (size_t i = 0; i < digits.length; i++) {
        char c = digits.data[i];
        if (c < '0' || c > '9')
            return false;
        if (__builtin_mul_overflow(sum, UINT64_C(10), &sum) ||
            __builtin_add_overflow(sum, (uint64_t)(c - '0'), &sum) || sum > max)
            return false;
    }
    *value = sum;
    return true;
}

int text_hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    digit = ascii_lower(digit);
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

void text_hex_write(char *text, const void *bytes, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *from = bytes;

    for (size_t i = 0; i < length; i++) {
        *text++ = digits[from[i] >> 4];
        *text++ = digits[from[i] & 15];
    }
    *text = '\0';
}

/* Eight bytes at once, the first of them lowest. What these two return has the
 * top bit of a byte set if the byte is below 0x20 or above 0x7E; if it is a
 * quotation mark or a backslash. A borrow can flag one too many, and only above
 * one that is flagged: so the first is the first. */
#define EACH_BYTE UINT64_C(0x0101010101010101)
#define TOP_BITS (EACH_BYTE << 7)

static uint64_t flag_unprintable(uint64_t x)
{
    return (x | (x - EACH_BYTE * 0x20) | (x + EACH_BYTE)) & TOP_BITS;
}

static uint64_t flag_quotes(uint64_t x)
{
    uint64_t quote = x ^ (EACH_BYTE * '"'), backslash = x ^ (EACH_BYTE * '\\');

    return ((quote - EACH_BYTE) | (backslash - EACH_BYTE)) & TOP_BITS;
}

static uint64_t eight_bytes(const char *s)
{
    uint64_t x;

    memcpy(&x, s, sizeof(x));
    return le64toh(x);
}

static size_t first_flagged(uint64_t flags)
{
    return (size_t)__builtin_ctzll(flags) / 8;
}

static bool is_printable(char c)
{
    return c >= 0x20 && c < 0x7F;
}

size_t text_printable(struct span s)
{
    size_t at = 0;

    for (; s.length - at >= 8; at += 8) {
        uint64_t flags = flag_unprintable(eight_bytes(s.data + at));
        if (flags != 0)
            return at + first_flagged(flags);
    }
    while (at < s.length && is_printable(s.data[at]))
        at++;
    return at;
}

size_t text_plain(struct span s)
{
    size_t at = 0;

    for (; s.length - at >= 8; at += 8) {
        uint64_t x = eight_bytes(s.data + at);
        uint64_t flags = flag_unprintable(x) | flag_quotes(x);
        if (flags != 0)
            return at + first_flagged(flags);
    }
    while (at < s.length && is_printable(s.data[at]) && s.data[at] != '"' &&
           s.data[at] != '\\')
        at++;
    return at;
}

/* Length of the UTF-8 sequence at `s`, 0 when it is none. Overlong forms,
 * surrogates and what lies above U+10FFFF are none: the second byte's bounds,
 * which depend on the first, exclude them. */
static size_t utf8_length(const unsigned char *s, size_t left)
{
    unsigned char first = s[0], low = 0x80, high = 0xBF;
    size_t length;

    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        length = 2;
    else if (first >= 0xE0 && first <= 0xEF)
        length = 3;
    else if (first >= 0xF0 && first <= 0xF4)
        length = 4;
    else
        return 0;
    if (first == 0xE0)
        low = 0xA0;
    else if (first == 0xED)
        high = 0x9F;
    else if (first == 0xF0)
        low = 0x90;
    else if (first == 0xF4)
        high = 0x8F;
    if (left < length || s[1] < low || s[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if (s[i] < 0x80 || s[i] > 0xBF)
            return 0;
    return length;
}

/* U+0080 to U+009F are control characters in two bytes, and the marks that
 * turn the direction of writing (U+202A to U+202E, U+2066 to U+2069, U+200E,
 * U+200F) can make a line read other than it is. */
static bool utf8_misleads(const unsigned char *s, size_t length)
{
    if (length == 2)
        return s[0] == 0xC2 && s[1] < 0xA0;
    if (length == 3 && s[0] == 0xE2 && s[1] == 0x80)
        return (s[2] >= 0xAA && s[2] <= 0xAE) || s[2] == 0x8E || s[2] == 0x8F;
    return length == 3 && s[0] == 0xE2 && s[1] == 0x81 && s[2] >= 0xA6 &&
           s[2] <= 0xA9;
}

/* Writes the shown form of what begins at `s` into `piece`; *consumed says how
 * many bytes that was. Returns the length of the form. */
static size_t escape_one(char piece[8], const unsigned char *s, size_t left,
                         size_t *consumed)
{
    static const char named[][2] = {
        {'\r', 'r'}, {'\n', 'n'}, {'\t', 't'}, {'\0', '0'}, {'\\', '\\'}};

    *consumed = 1;
    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
        if (s[0] == (unsigned char)named[i][0]) {
            piece[0] = '\\';
            piece[1] = named[i][1];
            return 2;
        }
    size_t length = utf8_length(s, left);
    bool printable = s[0] >= 0x20 && s[0] != 0x7F;
    if (length == 0 || !printable || utf8_misleads(s, length))
        return (size_t)snprintf(piece, 8, "\\x%02X", s[0]);
    memcpy(piece, s, length);
    *consumed = length;
    return length;
}

/* A text on its way into a buffer that may be too small for it. */
struct escaped {
    char *text;
    size_t size, length;
    size_t fits; /* the last length that left room for the dots */
};

static const char dots[] = "...";

/* Adds a piece, whole; false: it did not fit, and the text was cut. */
static bool escaped_add(struct escaped *e, const char *piece, size_t length)
{
    if (e->length + length >= e->size) {
        size_t room = e->size - 1 - e->fits;
        size_t count = room < strlen(dots) ? room : strlen(dots);

        memcpy(e->text + e->fits, dots, count);
        e->length = e->fits + count;
        return false;
    }
    memcpy(e->text + e->length, piece, length);
    e->length += length;
    if (e->length + sizeof(dots) <= e->size)
        e->fits = e->length;
    return true;
}

/* Most of a message stands for itself: as much of it as is plain, and as leaves
 * room for the dots. Returns how many bytes that was. */
static size_t escaped_add_plain(struct escaped *e, struct span source)
{
    size_t room = e->size - e->length > sizeof(dots)
                      ? e->size - e->length - sizeof(dots)
                      : 0;

    if (source.length > room)
        source.length = room;
    source.length = text_plain(source);
    if (source.length > 0)
        escaped_add(e, source.data, source.length);
    return source.length;
}

size_t text_escape(char *target, size_t size, struct span source)
{
    const unsigned char *bytes = (const unsigned char *)source.data;
    struct escaped e = {.text = target, .size = size};
    size_t at = 0;

    if (size == 0)
        return 0;
    while (at < source.length) {
        char piece[8];
        size_t consumed, length;

        at += escaped_add_plain(
            &e, (struct span){source.data + at, source.length - at});
        if (at == source.length)
            break;
        length = escape_one(piece, bytes + at, source.length - at, &consumed);
        if (!escaped_add(&e, piece, length))
            break;
        at += consumed;
    }
    target[e.length] = '\0';
    return e.length;
}

bool text_is_readable(struct span s)
{
    const unsigned char *bytes = (const unsigned char *)s.data;
    for (size_t at = 0; at < s.length;) {
        at += text_plain((struct span){s.data + at, s.length - at});
        if (at == s.length)
            break;
        unsigned char c = bytes[at];
        size_t length = utf8_length(bytes + at, s.length - at);
        bool layout = c == '\r' || c == '\n' || c == '\t';
        if (length == 0 || (c < 0x20 && !layout) || c == 0x7F)
            return false;
        if (length == 2 && utf8_misleads(bytes + at, length))
            return false;
        at += length;
    }
    return true;
}
