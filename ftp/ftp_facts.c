/* SPDX-License-Identifier: MIT */
/*
 * ftp_facts: lines of MLSD and MLST, made for programs (RFC 3659 §7):
 *
 *     type=file;size=25730;modify=19940728095854;perm=adfr; cap.gif
 *
 * Facts come in any order, each ends with a semicolon, a space comes before the
 * name, and all after that space is the name.
 */
#include <string.h>

#include "ftp/ftp.h"

/* ---- facts -------------------------------------------------------------- */

static enum ftp_kind kind_of(struct span value)
{
    static const struct {
        const char *name;
        enum ftp_kind kind;
    } kinds[] = {{"file", FTP_KIND_FILE},
                 {"dir", FTP_KIND_DIRECTORY},
                 {"cdir", FTP_KIND_THIS},
                 {"pdir", FTP_KIND_PARENT},
                 {"OS.unix=symlink", FTP_KIND_LINK},
                 {"OS.unix=slink", FTP_KIND_LINK}};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        size_t length = strlen(kinds[i].name);

        if (span_equal_nocase(value, span_of(kinds[i].name)))
            return kinds[i].kind;
        /* "OS.unix=slink:/where/to" is how several servers tell the target. */
        if (kinds[i].kind == FTP_KIND_LINK && value.length > length &&
            value.data[length] == ':' &&
            span_equal_nocase((struct span){value.data, length},
                              span_of(kinds[i].name)))
            return FTP_KIND_LINK;
    }
    return FTP_KIND_OTHER;
}

/* One fact, "name=value". One that we don't know is left alone (RFC 3659
 * §7.4); one that can't be read as what it claims to be is as good as none. */
static void read_fact(struct ftp_entry *entry, struct span name,
                      struct span value)
{
    if (span_equal_nocase(name, SPAN("type")))
        entry->kind = kind_of(value);
    else if (span_equal_nocase(name, SPAN("size")) ||
             span_equal_nocase(name, SPAN("sizd")))
        entry->has_size = text_to_u64(value, INT64_MAX, &entry->size);
    else if (span_equal_nocase(name, SPAN("modify")))
        entry->has_time = ftp_time_read(value, &entry->modified);
    else if (span_equal_nocase(name, SPAN("perm")))
        entry->permissions = value;
}

enum ftp_line ftp_entry_read_facts(struct ftp_entry *entry, struct span line)
{
    memset(entry, 0, sizeof(*entry));
    if (line.length == 0)
        return FTP_LINE_NONE;
    while (line.length > 0 && line.data[0] != ' ') {
        const char *end = memchr(line.data, ';', line.length);
        size_t length = end != NULL ? (size_t)(end - line.data) : 0;
        const char *equals = length > 0 ? memchr(line.data, '=', length) : NULL;

        if (equals == NULL)
            return FTP_LINE_STRANGE;
        size_t name = (size_t)(equals - line.data);
        read_fact(entry, (struct span){line.data, name},
                  (struct span){equals + 1, length - name - 1});
        line.data += length + 1;
        line.length -= length + 1;
    }
    if (line.length < 2)
        return FTP_LINE_STRANGE;
    entry->name = (struct span){line.data + 1, line.length - 1};
    return FTP_LINE_ENTRY;
}

const char *ftp_kind_name(enum ftp_kind kind)
{
    static const char *const names[FTP_KINDS] = {
        [FTP_KIND_UNKNOWN] = "unknown",
        [FTP_KIND_FILE] = "file",
        [FTP_KIND_DIRECTORY] = "directory",
        [FTP_KIND_LINK] = "link",
        [FTP_KIND_OTHER] = "other",
        [FTP_KIND_THIS] = "this directory",
        [FTP_KIND_PARENT] = "parent directory"};

    return kind < FTP_KINDS ? names[kind] : "unknown";
}
