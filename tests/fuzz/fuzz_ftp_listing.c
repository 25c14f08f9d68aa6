/* SPDX-License-Identifier: MIT */
/*
 * A line of a listing of any bytes, as LIST's and as MLSD's: what is found in
 * it lies inside it, and no name that is called safe leads anywhere.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ftp/ftp_client.h"

static void lies_in(struct span part, struct span line)
{
    if (part.data == NULL)
        return;
    if (part.data < line.data ||
        part.data + part.length > line.data + line.length)
        abort();
}

static void check(const struct ftp_entry *entry, struct span line)
{
    if (entry->name.length == 0 || entry->kind >= FTP_KINDS)
        abort();
    lies_in(entry->name, line);
    lies_in(entry->target, line);
    lies_in(entry->permissions, line);
    lies_in(entry->owner, line);
    lies_in(entry->group, line);
    if (ftp_name_is_safe(entry->name) &&
        (memchr(entry->name.data, '/', entry->name.length) != NULL ||
         span_equal(entry->name, SPAN(".."))))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span line = {(const char *)data, size};
    struct ftp_entry entry;

    if (ftp_entry_read_facts(&entry, line) == FTP_LINE_ENTRY)
        check(&entry, line);
    if (ftp_entry_read_list(&entry, line, 1795321367) == FTP_LINE_ENTRY)
        check(&entry, line);
    return 0;
}
