/* SPDX-License-Identifier: MIT */
/*
 * ftp_format: a file as a line. For people, LIST has no format (RFC 959
 * §4.1.3), so it is that of ls -l, which programs have learnt to guess at. For
 * programs there are facts: RFC 3659 §7.2.
 *
 * Times are UTC in both. LIST says neither that nor the second; MLSD both.
 */
#include "ftp/ftp_server.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *const ftp_fact_names[] = {"type",   "size",      "modify", "perm",
                                      "unique", "UNIX.mode", NULL};

/* The head, a name and CR LF, or 0: a name with a line end in it would be two
 * lines, and the second could say anything. */
static size_t put_line(char line[FTP_LIST_LINE_MAX], const char *name,
                       const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static size_t put_line(char line[FTP_LIST_LINE_MAX], const char *name,
                       const char *format, ...)
{
    va_list arguments;
    int head, length;

    for (const char *at = name; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == 127)
            return 0;
    va_start(arguments, format);
    head = vsnprintf(line, FTP_LIST_LINE_MAX, format, arguments);
    va_end(arguments);
    if (head < 0 || head >= FTP_LIST_LINE_MAX)
        return 0;
    length = snprintf(line + head, (size_t)(FTP_LIST_LINE_MAX - head), "%s\r\n",
                      name);
    return length < FTP_LIST_LINE_MAX - head ? (size_t)(head + length) : 0;
}

/* ---- LIST and NLST ------------------------------------------------------ */

static void put_mode(char text[11], mode_t mode)
{
    static const char letters[] = "rwxrwxrwx";

    text[0] = S_ISDIR(mode)    ? 'd'
              : S_ISLNK(mode)  ? 'l'
              : S_ISCHR(mode)  ? 'c'
              : S_ISBLK(mode)  ? 'b'
              : S_ISFIFO(mode) ? 'p'
              : S_ISSOCK(mode) ? 's'
                               : '-';
    for (unsigned i = 0; i < 9; i++)
        text[1 + i] = (char)((mode >> (8 - i) & 1) ? letters[i] : '-');
    text[10] = '\0';
}

/* The time of day for what is younger than half a year, the year for what is
 * older, or of the future: ls does so, and clients count on it. */
static void put_date(char text[16], time_t when, time_t now)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr",
                                         "May", "Jun", "Jul", "Aug",
                                         "Sep", "Oct", "Nov", "Dec"};
    enum { HALF_A_YEAR = 365 * 86400 / 2 };
    struct tm tm = {0};

    gmtime_r(&when, &tm);
    if (when > now + 60 || when < now - HALF_A_YEAR)
        snprintf(text, 16, "%s %2d  %4d", months[tm.tm_mon % 12], tm.tm_mday,
                 (tm.tm_year + 1900) % 10000);
    else
        snprintf(text, 16, "%s %2d %02d:%02d", months[tm.tm_mon % 12],
                 tm.tm_mday, tm.tm_hour, tm.tm_min);
}

/* Who owns a file on this machine is no affair of the client's: RFC 2577 §7
 * asks servers to be discreet about the names of users. */
size_t ftp_format_list(char line[FTP_LIST_LINE_MAX],
                       const struct ftp_item *item, time_t now)
{
    char mode[11], date[16];

    put_mode(mode, item->status->st_mode);
    put_date(date, item->status->st_mtime, now);
    return put_line(line, item->name,
                    "%s %3lu ftp      ftp      %12" PRIu64 " %s ", mode,
                    (unsigned long)item->status->st_nlink,
                    (uint64_t)item->status->st_size, date);
}

size_t ftp_format_name(char line[FTP_LIST_LINE_MAX], const char *prefix,
                       const char *name)
{
    return put_line(line, name, "%s", prefix);
}

/* ---- MLSD and MLST ------------------------------------------------------ */

/* RFC 3659 §7.5.1: what is neither a file nor a directory is a type of this
 * system's own. */
static const char *type_of(const struct ftp_item *item)
{
    mode_t mode = item->status->st_mode;

    if (item->type != NULL)
        return item->type;
    if (S_ISDIR(mode))
        return "dir";
    if (S_ISREG(mode))
        return "file";
    return S_ISLNK(mode) ? "OS.unix=symlink" : "OS.unix=other";
}

/* RFC 3659 §7.5.5: what the session may do with it. Of a directory: enter,
 * list, create files in, make directories in, delete files in, rename, remove;
 * of a file: read, append, write, rename, delete. */
static const char *permissions_of(const struct ftp_item *item)
{
    if (S_ISDIR(item->status->st_mode))
        return item->writable ? "cdeflmp" : "el";
    return item->writable ? "adfrw" : "r";
}

/* Adds "name=value;" if the fact was chosen. */
static void put_fact(char *facts, size_t size, unsigned chosen, unsigned bit,
                     const char *format, ...)
    __attribute__((format(printf, 5, 6)));

static void put_fact(char *facts, size_t size, unsigned chosen, unsigned bit,
                     const char *format, ...)
{
    size_t length = strlen(facts);
    va_list arguments;

    if ((chosen & bit) == 0)
        return;
    va_start(arguments, format);
    vsnprintf(facts + length, size - length, format, arguments);
    va_end(arguments);
}

size_t ftp_format_facts(char line[FTP_LIST_LINE_MAX],
                        const struct ftp_item *item, unsigned chosen)
{
    const struct stat *status = item->status;
    char facts[256] = "", modify[FTP_TIME_MAX];
    const size_t size = sizeof(facts);

    ftp_time_write(modify, status->st_mtime);
    put_fact(facts, size, chosen, FTP_FACT_TYPE, "type=%s;", type_of(item));
    if (S_ISREG(status->st_mode))
        put_fact(facts, size, chosen, FTP_FACT_SIZE, "size=%" PRIu64 ";",
                 (uint64_t)status->st_size);
    put_fact(facts, size, chosen, FTP_FACT_MODIFY, "modify=%s;", modify);
    put_fact(facts, size, chosen, FTP_FACT_PERM, "perm=%s;",
             permissions_of(item));
    put_fact(facts, size, chosen, FTP_FACT_UNIQUE,
             "unique=%" PRIx64 "g%" PRIx64 ";", (uint64_t)status->st_dev,
             (uint64_t)status->st_ino);
    put_fact(facts, size, chosen, FTP_FACT_UNIX_MODE, "UNIX.mode=%04o;",
             (unsigned)status->st_mode & 07777);
    return put_line(line, item->name, "%s ", facts);
}
