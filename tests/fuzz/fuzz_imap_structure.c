/* SPDX-License-Identifier: MIT */
/*
 * Any octets as a message: fed whole, and in small pieces. Both must find the
 * same parts, in places that exist and do not overlap; addresses and parameters
 * are read to their ends.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "imap/imap_structure.h"

static void read_values(const struct imap_part *part)
{
    struct imap_addresses list = {.rest = part->fields[IMAP_FIELD_FROM]};
    struct span parameters = part->fields[IMAP_FIELD_CONTENT_TYPE], name;
    struct imap_address *address = calloc(1, sizeof(*address));
    char value[64];

    while (imap_address_next(&list, address))
        ;
    while (imap_parameter_next(&parameters, &name, value, sizeof(value)))
        ;
    free(address);
}

static uint64_t walk(const struct imap_part *part, uint64_t sum, size_t depth)
{
    uint64_t after = part->body;

    if (part->start > part->body || part->body > part->end ||
        depth > IMAP_PARTS_DEPTH)
        abort();
    read_values(part);
    sum = (sum ^ part->start ^ part->body << 16 ^ part->end << 32 ^
           part->lines << 48 ^ part->kind) *
          UINT64_C(1099511628211);
    for (const struct imap_part *child = part->child; child != NULL;
         child = child->next) {
        if (child->start < after || child->end > part->end)
            abort();
        after = child->end;
        sum = walk(child, sum, depth + 1);
    }
    return sum;
}

static uint64_t read_all(struct imap_structure *m, const char *data,
                         size_t size, size_t step)
{
    imap_structure_reset(m);
    for (size_t at = 0; at < size; at += step)
        imap_structure_feed(
            m, (struct span){data + at, size - at < step ? size - at : step});
    imap_structure_end(m);
    return walk(imap_structure_root(m), 1, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct imap_structure *m;

    if (m == NULL)
        m = imap_structure_new();
    if (m == NULL)
        return 0;
    if (read_all(m, (const char *)data, size, size + 1) !=
        read_all(m, (const char *)data, size, 3))
        abort();
    return 0;
}
