/* SPDX-License-Identifier: MIT */
/* terms: looking a word up. The words stand in each protocol's terms.c. */
#include "common/terms.h"

#include <stdbool.h>
#include <stdio.h>
#include <strings.h>

static bool is_end(const struct term *term)
{
    return !term->name && !term->joins;
}

const struct term *term_find(const struct term *table, const char *name)
{
    for (const struct term *term = table; !is_end(term); term++) {
        const struct term *joined =
            term->joins ? term_find(term->joins, name) : NULL;

        if (joined)
            return joined;
        if (term->name && strcasecmp(term->name, name) == 0)
            return term;
    }
    return NULL;
}

const struct term *term_find_span(const struct term *table, struct span name)
{
    char text[64]; /* no entry has a longer name */

    if (name.length >= sizeof(text))
        return NULL;
    snprintf(text, sizeof(text), "%.*s", (int)name.length, name.data);
    return term_find(table, text);
}

static size_t term_count(const struct term *table)
{
    size_t count = 0;

    for (; !is_end(table); table++)
        count += table->joins ? term_count(table->joins) : 1;
    return count;
}

const struct term *term_at(const struct term *table, size_t place)
{
    for (; !is_end(table); table++) {
        size_t count = table->joins ? term_count(table->joins) : 1;

        if (place < count)
            return table->joins ? term_at(table->joins, place) : table;
        place -= count;
    }
    return NULL;
}

const char *term_kind_name(enum term_kind kind)
{
    static const char *const names[TERM_KINDS] = {
        [TERM_METHOD] = "method",       [TERM_STATUS] = "status code",
        [TERM_SUBSTATUS] = "substatus", [TERM_FIELD] = "header field",
        [TERM_CONCEPT] = "concept",
    };

    return (unsigned)kind < TERM_KINDS ? names[kind] : "term";
}
