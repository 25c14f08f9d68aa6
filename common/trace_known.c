/* SPDX-License-Identifier: MIT */
/*
 * trace_known: what Wireshark should know before the first packet. The names
 * of addresses and the keys of TLS come in many small pieces, from several
 * programs, often the same piece twice; each goes once into one block.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "common/trace_private.h"

/* ---- names -------------------------------------------------------------- */

static int address_order(const struct sockaddr_storage *a,
                         const struct sockaddr_storage *b)
{
    if (a->ss_family != b->ss_family)
        return a->ss_family < b->ss_family ? -1 : 1;
    if (a->ss_family == AF_INET)
        return memcmp(&((const struct sockaddr_in *)a)->sin_addr,
                      &((const struct sockaddr_in *)b)->sin_addr,
                      sizeof(struct in_addr));
    return memcmp(&((const struct sockaddr_in6 *)a)->sin6_addr,
                  &((const struct sockaddr_in6 *)b)->sin6_addr,
                  sizeof(struct in6_addr));
}

static int name_order(const void *a, const void *b)
{
    const struct trace_name_record *x = a, *y = b;
    int addresses = address_order(&x->address, &y->address);
    return addresses != 0 ? addresses : strcmp(x->name, y->name);
}

void trace_names_begin(struct pcapng_block *block,
                       struct trace_records *records)
{
    struct trace_name_record *names = records->names;
    if (records->name_count > 0)
        qsort(names, records->name_count, sizeof *names, name_order);
    pcapng_names_begin(block);
    for (size_t i = 0; i < records->name_count; i++)
        if (i == 0 || name_order(&names[i - 1], &names[i]) != 0)
            pcapng_name(block, &names[i].address, names[i].name);
}

/* ---- keys --------------------------------------------------------------- */

static int line_order(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    size_t shorter = x->length < y->length ? x->length : y->length;
    int bytes = memcmp(x->data, y->data, shorter);
    if (bytes != 0)
        return bytes;
    return (x->length > y->length) - (x->length < y->length);
}

/* The lines of all key logs, without what ends them; NULL: no memory. */
static struct span *lines_of(const struct trace_records *records, size_t *count)
{
    struct span *lines = NULL;
    size_t room = 0;
    *count = 0;
    for (size_t i = 0; i < records->keylog_count; i++) {
        struct span rest = records->keylogs[i];
        while (rest.length > 0) {
            struct span line = rest;
            const char *end = memchr(rest.data, '\n', rest.length);
            struct span *grown =
                trace_array_grow(lines, *count, &room, sizeof *lines);
            if (grown == NULL) {
                free(lines);
                return NULL;
            }
            lines = grown;
            if (end != NULL)
                line.length = (size_t)(end - line.data) + 1;
            rest.data += line.length;
            rest.length -= line.length;
            if (end != NULL)
                line.length--;
            if (line.length > 0)
                lines[(*count)++] = line;
        }
    }
    return lines;
}

/* The lines in their order, each once, parted by LF; malloc'd. */
static char *lines_join(struct span *lines, size_t count, size_t *length)
{
    size_t room = 1;
    char *text;
    *length = 0;
    qsort(lines, count, sizeof *lines, line_order);
    for (size_t i = 0; i < count; i++)
        room += lines[i].length + 1;
    text = malloc(room);
    for (size_t i = 0; text != NULL && i < count; i++) {
        /* Both ends of a connection tell its keys. */
        if (i > 0 && line_order(&lines[i - 1], &lines[i]) == 0)
            continue;
        memcpy(text + *length, lines[i].data, lines[i].length);
        *length += lines[i].length;
        text[(*length)++] = '\n';
    }
    return text;
}

void trace_secrets_begin(struct pcapng_block *block,
                         const struct trace_records *records)
{
    size_t count, length = 0;
    struct span *lines = lines_of(records, &count);
    char *text = lines == NULL ? NULL : lines_join(lines, count, &length);
    pcapng_secrets_begin(block, (struct span){text, length});
    if (text == NULL && records->keylog_count > 0)
        block->failed = true;
    free(text);
    free(lines);
}
