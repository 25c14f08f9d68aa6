/* SPDX-License-Identifier: MIT */
/*
 * ftp_entry: lines of LIST, made for people. RFC 959 leaves their format to the
 * server, so a program can only guess: most print what ls -l prints, some what
 * DOS's dir printed.
 *
 *     -rw-r--r--   1 ann  staff     1234 Nov 21 17:05 a name
 *     lrwxrwxrwx   1 ann  staff        7 Jan  2  2019 here -> there
 *     11-21-26  05:05PM                 1234 a name
 *     11-21-2026  05:05PM       <DIR>          a folder
 *
 * That is why RFC 3659 §7 made MLSD: see ftp_facts.c.
 */
#include <ctype.h>
#include <string.h>

#include "ftp/ftp.h"

/* ---- words -------------------------------------------------------------- */

/* Takes the next word off `line`, blanks before it too; the blank behind it
 * stays. Empty at the end. */
static struct span next_word(struct span *line)
{
    size_t from = 0, to;

    while (from < line->length && line->data[from] == ' ')
        from++;
    to = from;
    while (to < line->length && line->data[to] != ' ')
        to++;
    struct span word = {line->data + from, to - from};
    line->data += to;
    line->length -= to;
    return word;
}

static bool number(struct span word, uint64_t max, uint64_t *value)
{
    return text_to_u64(word, max, value);
}

/* 1 to 12, or 0. */
static int month_of(struct span word)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

    for (int i = 0; i < 12 && word.length == 3; i++)
        if (span_equal_nocase(word, (struct span){names + 3 * i, 3}))
            return i + 1;
    return 0;
}

/* "17:05" of a day. */
static bool read_clock(struct span word, struct tm *day)
{
    uint64_t hour, minute;
    const char *colon =
        word.length > 0 ? memchr(word.data, ':', word.length) : NULL;

    if (colon == NULL)
        return false;
    size_t length = (size_t)(colon - word.data);
    if (!number((struct span){word.data, length}, 23, &hour) ||
        !number((struct span){colon + 1, word.length - length - 1}, 59,
                &minute))
        return false;
    day->tm_hour = (int)hour;
    day->tm_min = (int)minute;
    return true;
}

/* False when there is no such day: timegm(3) would make another of it. */
static bool set_time(struct ftp_entry *entry, struct tm day)
{
    int wanted = day.tm_mday;

    entry->modified = timegm(&day);
    entry->has_time = entry->local_time = day.tm_mday == wanted;
    return entry->has_time;
}

/* ---- Unix --------------------------------------------------------------- */

/* "-rw-r--r--", with "+", "." or "@" behind it on some systems. */
static bool read_mode(struct ftp_entry *entry, struct span word)
{
    static const char letters[] = "-dlbcpsD";
    static const enum ftp_kind kinds[] = {
        FTP_KIND_FILE,  FTP_KIND_DIRECTORY, FTP_KIND_LINK,  FTP_KIND_OTHER,
        FTP_KIND_OTHER, FTP_KIND_OTHER,     FTP_KIND_OTHER, FTP_KIND_OTHER};
    const char *letter;

    if (word.length < 10 || word.length > 11)
        return false;
    letter = memchr(letters, word.data[0], sizeof(letters) - 1);
    if (letter == NULL)
        return false;
    for (size_t i = 1; i < 10; i++)
        if (strchr("-rwxsStTlL", word.data[i]) == NULL || word.data[i] == '\0')
            return false;
    entry->kind = kinds[letter - letters];
    entry->permissions = (struct span){word.data + 1, 9};
    return true;
}

/* The third word of a date is a year, or a time of day within the last year:
 * one that would lie in the future was last year. A day of grace, for the
 * server's clock may be ahead of ours, and in another zone. */
static bool read_year(struct ftp_entry *entry, struct span word, struct tm day,
                      time_t now)
{
    uint64_t year;
    struct tm today;

    if (number(word, 9999, &year) && year >= 1900) {
        day.tm_year = (int)year - 1900;
        entry->day_only = true;
        return set_time(entry, day);
    }
    if (!read_clock(word, &day) || gmtime_r(&now, &today) == NULL)
        return false;
    day.tm_year = today.tm_year;
    if (set_time(entry, day) && entry->modified <= now + 86400)
        return true;
    day.tm_year--;
    return set_time(entry, day);
}

/* "Nov 21 17:05", "21 Nov 2019" or "2026-11-21 17:05" from `line` on. */
static bool read_date(struct ftp_entry *entry, struct span *line, time_t now)
{
    struct span first = next_word(line), second, third;
    struct tm day = {0};
    uint64_t mday, year, month;

    second = next_word(line);
    if (first.length == 10 && first.data[4] == '-' && first.data[7] == '-') {
        day.tm_year = number((struct span){first.data, 4}, 9999, &year)
                          ? (int)year - 1900
                          : -1;
        if (day.tm_year < 0 ||
            !number((struct span){first.data + 5, 2}, 12, &month) ||
            !number((struct span){first.data + 8, 2}, 31, &mday) ||
            month == 0 || !read_clock(second, &day))
            return false;
        day.tm_mon = (int)month - 1;
        day.tm_mday = (int)mday;
        return set_time(entry, day);
    }
    bool month_first = month_of(first) > 0;
    int named = month_of(month_first ? first : second);
    third = next_word(line);
    if (named == 0 || !number(month_first ? second : first, 31, &mday) ||
        mday == 0)
        return false;
    day.tm_mon = named - 1;
    day.tm_mday = (int)mday;
    return read_year(entry, third, day, now);
}

/* The name is all after the one blank behind the date; that of a link goes on
 * with where it leads. */
static bool read_name(struct ftp_entry *entry, struct span line)
{
    static const char arrow[] = " -> ";

    if (line.length < 2)
        return false;
    entry->name = (struct span){line.data + 1, line.length - 1};
    if (entry->kind != FTP_KIND_LINK)
        return true;
    const char *at =
        memmem(entry->name.data, entry->name.length, arrow, strlen(arrow));
    if (at == NULL || at == entry->name.data)
        return true;
    size_t length = (size_t)(at - entry->name.data);
    entry->target = (struct span){at + strlen(arrow),
                                  entry->name.length - length - strlen(arrow)};
    entry->name.length = length;
    return true;
}

/* mode, links, owner, group, size, date, name. Some servers leave the group
 * out, so the size is the number that a date follows; a device has two numbers
 * there, "4, 64". */
static bool read_unix(struct ftp_entry *entry, struct span line, time_t now)
{
    struct span words[4];
    uint64_t links;

    if (!read_mode(entry, next_word(&line)) ||
        !number(next_word(&line), UINT32_MAX, &links))
        return false;
    for (size_t i = 0; i < 4; i++) {
        struct span rest;

        words[i] = next_word(&line);
        if (words[i].length == 0)
            return false;
        rest = line;
        if (i == 0 || !read_date(entry, &rest, now))
            continue;
        entry->has_size = number(words[i], INT64_MAX, &entry->size) &&
                          entry->kind != FTP_KIND_OTHER;
        entry->owner = words[0];
        if (i >= 2)
            entry->group = words[1];
        return read_name(entry, rest);
    }
    return false;
}

/* ---- DOS ---------------------------------------------------------------- */

/* "11-21-26" or "11-21-2026": month, day, year. Of two digits, those below 70
 * are of this century. */
static bool read_dos_date(struct span word, struct tm *day)
{
    uint64_t month, mday, year;

    if ((word.length != 8 && word.length != 10) || word.data[2] != '-' ||
        word.data[5] != '-' ||
        !number((struct span){word.data, 2}, 12, &month) ||
        !number((struct span){word.data + 3, 2}, 31, &mday) ||
        !number((struct span){word.data + 6, word.length - 6}, 9999, &year) ||
        month == 0 || mday == 0)
        return false;
    if (word.length == 8)
        year += year < 70 ? 2000 : 1900;
    day->tm_year = (int)year - 1900;
    day->tm_mon = (int)month - 1;
    day->tm_mday = (int)mday;
    return day->tm_year >= 0;
}

/* "05:05PM", or "17:05". */
static bool read_dos_clock(struct span word, struct tm *day)
{
    bool half = word.length == 7;
    struct span clock = {word.data, word.length - (half ? 2 : 0)};
    struct span noon = {word.data + clock.length, word.length - clock.length};
    bool after = half && span_equal_nocase(noon, SPAN("PM"));

    if (!read_clock(clock, day))
        return false;
    if (!half)
        return true;
    if ((!after && !span_equal_nocase(noon, SPAN("AM"))) || day->tm_hour == 0 ||
        day->tm_hour > 12)
        return false;
    day->tm_hour = day->tm_hour % 12 + (after ? 12 : 0);
    return true;
}

static bool read_dos(struct ftp_entry *entry, struct span line)
{
    struct tm day = {0};
    struct span what;

    if (!read_dos_date(next_word(&line), &day) ||
        !read_dos_clock(next_word(&line), &day) || !set_time(entry, day))
        return false;
    what = next_word(&line);
    if (span_equal_nocase(what, SPAN("<DIR>"))) {
        entry->kind = FTP_KIND_DIRECTORY;
    } else {
        entry->kind = FTP_KIND_FILE;
        entry->has_size = number(what, INT64_MAX, &entry->size);
        if (!entry->has_size)
            return false;
    }
    /* Names stand in a column of their own; after a size that is one blank. */
    while (entry->kind == FTP_KIND_DIRECTORY && line.length > 1 &&
           line.data[0] == ' ' && line.data[1] == ' ')
        line = (struct span){line.data + 1, line.length - 1};
    return read_name(entry, line);
}

enum ftp_line ftp_entry_read_list(struct ftp_entry *entry, struct span line,
                                  time_t now)
{
    struct span rest = line, word;
    uint64_t blocks;

    memset(entry, 0, sizeof(*entry));
    word = next_word(&rest);
    if (word.length == 0)
        return FTP_LINE_NONE;
    if (span_equal(word, SPAN("total")) &&
        number(next_word(&rest), UINT64_MAX, &blocks))
        return FTP_LINE_NONE;
    if (read_unix(entry, line, now))
        return FTP_LINE_ENTRY;
    memset(entry, 0, sizeof(*entry));
    if (read_dos(entry, line))
        return FTP_LINE_ENTRY;
    memset(entry, 0, sizeof(*entry));
    return FTP_LINE_STRANGE;
}
