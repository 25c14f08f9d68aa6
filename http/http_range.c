/* SPDX-License-Identifier: MIT */
/*
 * http_range: parts of a content. RFC 9110 §14: Range asks for one or several,
 * and Content-Range says which one came.
 */
#include "http/http.h"

#include <string.h>

/* Takes "NUMBER" or nothing from the front; false when there is none. */
static bool take_number(struct span *text, uint64_t *value)
{
    size_t digits = 0;

    while (digits < text->length && text->data[digits] >= '0' &&
           text->data[digits] <= '9')
        digits++;
    if (!text_to_u64((struct span){text->data, digits}, INT64_MAX, value))
        return false;
    text->data += digits;
    text->length -= digits;
    return true;
}

static bool take_byte(struct span *text, char byte)
{
    if (text->length == 0 || text->data[0] != byte)
        return false;
    text->data++;
    text->length--;
    return true;
}

/* The unit's name is compared without regard to case (RFC 9110 §14.1). */
static bool take_unit(struct span *text)
{
    struct span unit = {text->data, text->length < 5 ? 0 : 5};

    if (!span_equal_nocase(unit, SPAN("bytes")))
        return false;
    text->data += 5;
    text->length -= 5;
    return true;
}

/* The same, but a number too large for us is as large as can be: RFC 9110
 * §14.1.1 wants no overflow, and a position behind the end is still one. */
static bool take_position(struct span *text, uint64_t *value)
{
    size_t digits = 0;

    if (take_number(text, value))
        return true;
    while (digits < text->length && text->data[digits] >= '0' &&
           text->data[digits] <= '9')
        digits++;
    *value = INT64_MAX;
    text->data += digits;
    text->length -= digits;
    return digits > 0;
}

/* "-500": the last 500 bytes, or all when there are fewer; "-0" is no byte at
 * all (RFC 9110 §14.1.2). */
static void cut_suffix(uint64_t length, uint64_t total,
                       struct http_range *range, bool *exists)
{
    *exists = length > 0;
    range->first = length < total ? total - length : 0;
    range->last = total - 1;
}

/* One element: "0-499", "500-" or "-500". False: none of the three. */
static bool read_one(struct span text, uint64_t total, struct http_range *range,
                     bool *exists)
{
    uint64_t end = UINT64_MAX;

    if (take_byte(&text, '-')) {
        if (!take_position(&text, &end) || text.length > 0)
            return false;
        cut_suffix(end, total, range, exists);
        return true;
    }
    if (!take_position(&text, &range->first) || !take_byte(&text, '-'))
        return false;
    if (text.length > 0 &&
        (!take_position(&text, &end) || text.length > 0 || end < range->first))
        return false;
    *exists = range->first < total;
    range->last = end < total ? end : total - 1;
    return true;
}

/* How many of the ranges share bytes with one before them. */
static size_t count_overlaps(const struct http_range *ranges, size_t count)
{
    size_t overlaps = 0;

    for (size_t i = 1; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (ranges[i].first <= ranges[j].last &&
                ranges[j].first <= ranges[i].last) {
                overlaps++;
                break;
            }
    return overlaps;
}

/* NOTE(http-range): the whole content is a right answer to any Range that can't
 * be read, and to one that only wants to make us work (RFC 9110 §14.2): a
 * thousand overlapping parts would make gigabytes of a small file. */
enum http_range_kind http_range_read(struct span value, uint64_t total,
                                     struct http_range ranges[HTTP_RANGES_MAX],
                                     size_t *count, const char **why)
{
    struct span one;
    size_t asked = 0;

    *count = 0;
    *why = "Range can't be read, and is ignored";
    if (!take_unit(&value) || !take_byte(&value, '='))
        return HTTP_RANGE_IGNORED;
    while (http_list_next(&value, &one)) {
        struct http_range range;
        bool exists;

        if (!read_one(one, total, &range, &exists))
            return HTTP_RANGE_IGNORED;
        if (asked++ == HTTP_RANGES_MAX) {
            *why = "more ranges than we serve at once: all of it is sent";
            return HTTP_RANGE_IGNORED;
        }
        if (exists)
            ranges[(*count)++] = range;
    }
    if (asked == 0)
        return HTTP_RANGE_IGNORED;
    if (total == 0) {
        *why = "the content is empty: all of it is its last bytes, too";
        return HTTP_RANGE_IGNORED;
    }
    if (*count == 0) {
        *why = "none of the bytes asked for exist";
        return HTTP_RANGE_OUTSIDE;
    }
    if (count_overlaps(ranges, *count) > 1) {
        *why = "more than two ranges overlap: all of it is sent";
        return HTTP_RANGE_IGNORED;
    }
    *why = "what Range asks for is sent";
    return HTTP_RANGE_PARTS;
}

/* RFC 9110 §14.4: "bytes 0-499/1234", "bytes 0-499/ *", "bytes * /1234". A part
 * that ends before it begins, or after the whole, is no part. */
bool http_content_range_read(struct span value,
                             struct http_content_range *range)
{
    if (!take_unit(&value) || !take_byte(&value, ' '))
        return false;
    range->total = UINT64_MAX;
    range->first = range->last = 0;
    range->satisfied = !take_byte(&value, '*');
    if (range->satisfied &&
        (!take_number(&value, &range->first) || !take_byte(&value, '-') ||
         !take_number(&value, &range->last)))
        return false;
    if (!take_byte(&value, '/'))
        return false;
    if (!(range->satisfied && take_byte(&value, '*')) &&
        !take_number(&value, &range->total))
        return false;
    if (value.length > 0)
        return false;
    return !range->satisfied ||
           (range->first <= range->last && range->last < range->total);
}
