/* SPDX-License-Identifier: MIT */
/*
 * imap_set: sets of message numbers, "1:3,7,9:*" (RFC 3501 §9).
 *
 * Kept as ranges: "1:4294967295" is one of them, so no set costs more memory
 * than its text.
 */
#include <stdio.h>
#include <stdlib.h>

#include "imap/imap.h"

void imap_set_free(struct imap_set *set)
{
    free(set->ranges);
    *set = (struct imap_set){0};
}

static int append(struct imap_set *set, struct imap_range range,
                  struct error *error)
{
    if (set->count == set->capacity) {
        size_t capacity = 2 * set->capacity + 8;
        struct imap_range *ranges =
            realloc(set->ranges, capacity * sizeof(*ranges));

        if (ranges == NULL)
            return error_set(error, ERROR_LOCAL, "out of memory for a set");
        set->ranges = ranges;
        set->capacity = capacity;
    }
    set->ranges[set->count++] = range;
    return 0;
}

/* A number that is not 0, or "*". */
static bool read_number(struct span text, uint32_t star, uint32_t *number)
{
    uint64_t value;

    if (span_equal(text, SPAN("*"))) {
        *number = star;
        return true;
    }
    if (!text_to_u64(text, UINT32_MAX, &value) || value == 0)
        return false;
    *number = (uint32_t)value;
    return true;
}

/* RFC 3501 §9: 4:2 is 2:4; and 559:* holds the largest number there is, even
 * if that is below 559. */
static bool read_range(struct span text, uint32_t star,
                       struct imap_range *range)
{
    struct span first = text, last = text;

    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] == ':') {
            first.length = i;
            last = (struct span){text.data + i + 1, text.length - i - 1};
            break;
        }
    if (!read_number(first, star, &range->first) ||
        !read_number(last, star, &range->last))
        return false;
    if (range->first > range->last)
        *range = (struct imap_range){range->last, range->first};
    return true;
}

static int by_first(const void *a, const void *b)
{
    const struct imap_range *one = a, *other = b;

    return (one->first > other->first) - (one->first < other->first);
}

/* In ascending order, and what touches or overlaps made one. */
static void tidy(struct imap_set *set)
{
    size_t kept = 0;

    if (set->count > 1)
        qsort(set->ranges, set->count, sizeof(*set->ranges), by_first);
    for (size_t i = 0; i < set->count; i++) {
        struct imap_range *last = kept > 0 ? &set->ranges[kept - 1] : NULL;

        if (last && set->ranges[i].first <= (uint64_t)last->last + 1) {
            if (set->ranges[i].last > last->last)
                last->last = set->ranges[i].last;
        } else {
            set->ranges[kept++] = set->ranges[i];
        }
    }
    set->count = kept;
}

int imap_set_read(struct imap_set *set, struct span text, uint32_t star,
                  struct error *error)
{
    struct imap_range range;
    size_t start = 0;
    int result;

    *set = (struct imap_set){0};
    for (size_t i = 0; i <= text.length; i++) {
        if (i < text.length && text.data[i] != ',')
            continue;
        if (!read_range((struct span){text.data + start, i - start}, star,
                        &range)) {
            imap_set_free(set);
            return error_set(error, ERROR_PROTOCOL,
                             "not a set of message numbers (RFC 3501 §9)");
        }
        start = i + 1;
        /* Of an empty mailbox "*" is no number, and holds nothing. */
        if (range.last == 0)
            continue;
        if (range.first == 0)
            range.first = 1;
        if ((result = append(set, range, error)) < 0) {
            imap_set_free(set);
            return result;
        }
    }
    tidy(set);
    return 0;
}

bool imap_set_has(const struct imap_set *set, uint32_t number)
{
    size_t low = 0, high = set->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (number > set->ranges[middle].last)
            low = middle + 1;
        else if (number < set->ranges[middle].first)
            high = middle;
        else
            return true;
    }
    return false;
}

int imap_set_add(struct imap_set *set, uint32_t number, struct error *error)
{
    struct imap_range *last =
        set->count > 0 ? &set->ranges[set->count - 1] : NULL;
    int result;

    if (last && number > last->last && number - last->last == 1) {
        last->last = number;
        return 0;
    }
    if (imap_set_has(set, number))
        return 0;
    result = append(set, (struct imap_range){number, number}, error);
    if (result == 0 && set->count > 1 &&
        number < set->ranges[set->count - 2].last)
        tidy(set);
    return result;
}

size_t imap_set_write(const struct imap_set *set, size_t *next, char *target,
                      size_t size)
{
    size_t length = 0;

    for (; *next < set->count; ++*next) {
        const struct imap_range *range = &set->ranges[*next];
        char text[32];
        int wrote =
            range->first == range->last
                ? snprintf(text, sizeof(text), "%s%u", length ? "," : "",
                           range->first)
                : snprintf(text, sizeof(text), "%s%u:%u", length ? "," : "",
                           range->first, range->last);

        if (length + (size_t)wrote >= size)
            break;
        length += (size_t)snprintf(target + length, size - length, "%s", text);
    }
    return length;
}
