/* SPDX-License-Identifier: MIT */
/* terms: looking a word up. The words stand in each protocol's terms.c. */
#include "common/terms.h"

#include <stddef.h>
#include <strings.h>

const struct term *term_find(const struct term *table, const char *name)
{
    for (const struct term *term = table; term->name; term++)
        if (strcasecmp(term->name, name) == 0)
            return term;
    return NULL;
}

const char *term_kind_name(enum term_kind kind)
{
    static const char *const names[TERM_KINDS] = {
        [TERM_METHOD] = "method",
        [TERM_STATUS] = "status code",
        [TERM_FIELD] = "header field",
        [TERM_CONCEPT] = "concept",
    };

    return (unsigned)kind < TERM_KINDS ? names[kind] : "term";
}
