/* SPDX-License-Identifier: MIT */
/*
 * ftp_facts: lines of MLSD and MLST, made for programs (RFC 3659 §7):
 *
 *     type=file;size=25730;modify=19940728095854;perm=adfr; cap.gif
 *
 * Facts come in any order, each ends with a semicolon, a space comes before the
 * name, and all after that space is the name.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "ftp/ftp.h"

/* ---- times -------------------------------------------------------------- */

/* Two digits at text[at], from 0 to max; -1 if they are none. */
static int two_digits(struct span text, size_t at, int max)
{
    int value;

    if (!isdigit((unsigned char)text.data[at]) ||
        !isdigit((unsigned char)text.data[at + 1]))
        return -1;
    value = (text.data[at] - '0') * 10 + (text.data[at + 1] - '0');
    return value <= max ? value : -1;
}

/* The second 60 is a leap second. timegm(3) would make 2 March of 30 February:
 * what it has changed was no date. */
bool ftp_time_read(struct span text, time_t *when)
{
    enum { WHOLE = 14 };
    static const int max[] = {99, 99, 12, 31, 23, 59, 60};
    int part[7];
    struct tm day = {0};

    if (text.length < WHOLE || (text.length > WHOLE && text.data[WHOLE] != '.'))
        return false;
    for (size_t i = WHOLE + 1; i < text.length; i++)
        if (!isdigit((unsigned char)text.data[i]))
            return false;
    for (size_t i = 0; i < 7; i++)
        if ((part[i] = two_digits(text, 2 * i, max[i])) < 0)
            return false;
    day.tm_year = part[0] * 100 + part[1] - 1900;
    day.tm_mon = part[2] - 1;
    day.tm_mday = part[3];
    day.tm_hour = part[4];
    day.tm_min = part[5];
    day.tm_sec = part[6];
    if (part[2] == 0 || part[3] == 0)
        return false;
    *when = timegm(&day);
    return day.tm_mday == part[3] || part[6] == 60;
}

void ftp_time_write(char text[FTP_TIME_MAX], time_t when)
{
    struct tm day;

    if (gmtime_r(&when, &day) == NULL || day.tm_year > 9999 - 1900)
        memset(&day, 0, sizeof(day));
    strftime(text, FTP_TIME_MAX, "%Y%m%d%H%M%S", &day);
}

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
