/* SPDX-License-Identifier: MIT */
/* rfc: the titles of all sections that the tree cites, and one looked up. */
#include "common/rfc.h"

#include <stddef.h>
#include <string.h>

/* Made by the Makefile from rfc-sections.tsv beside this file. The last row
 * keeps the table lawful C while nothing is cited. */
static const struct {
    const char *number, *section, *title;
} sections[] = {
#include "rfc_sections.inc"
    {"", "", ""},
};

const char *rfc_title(struct rfc rfc)
{
    for (size_t i = 0; i + 1 < sizeof(sections) / sizeof(sections[0]); i++)
        if (strcmp(sections[i].number, rfc.number) == 0 &&
            strcmp(sections[i].section, rfc.section) == 0)
            return sections[i].title;
    return NULL;
}
