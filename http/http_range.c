/* SPDX-License-Identifier: MIT */
/*
 * http_range: parts of a content. RFC 9110 §14: Range asks for one, and
 * Content-Range says which one came.
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

/* "-500": the last 500 bytes. */
static enum http_range_kind suffix(uint64_t length, uint64_t total,
                                   uint64_t *first, uint64_t *last)
{
    if (length == 0 || total == 0)
        return HTTP_RANGE_OUTSIDE;
    *first = length < total ? total - length : 0;
    *last = total - 1;
    return HTTP_RANGE_PART;
}

/* A Range that can't be read, or that asks for several parts at once, is
 * ignored: the whole content is a right answer to any of them (RFC 9110
 * §14.2). */
enum http_range_kind http_range_read(struct span value, uint64_t total,
                                     uint64_t *first, uint64_t *last)
{
    uint64_t end = UINT64_MAX;

    if (!take_unit(&value) || !take_byte(&value, '='))
        return HTTP_RANGE_IGNORED;
    value = span_trim(value);
    if (take_byte(&value, '-'))
        return take_number(&value, &end) && value.length == 0
                   ? suffix(end, total, first, last)
                   : HTTP_RANGE_IGNORED;
    if (!take_number(&value, first) || !take_byte(&value, '-'))
        return HTTP_RANGE_IGNORED;
    if (value.length > 0 &&
        (!take_number(&value, &end) || value.length > 0 || end < *first))
        return HTTP_RANGE_IGNORED;
    if (*first >= total)
        return HTTP_RANGE_OUTSIDE;
    *last = end < total ? end : total - 1;
    return HTTP_RANGE_PART;
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
