/* SPDX-License-Identifier: MIT */
/* ftp_entry: lines of LIST, as Unix and as DOS have them. RFC 959 §4.1.3 leaves
 * their format to the server. */
#include <stdlib.h>
#include <string.h>

#include "ftp/ftp.h"
#include "tests/harness.h"

enum { NOW = 1795321367 }; /* 2026-11-22 04:22:47 */

static struct ftp_entry entry;

#define READ(line) ftp_entry_read_list(&entry, span_of(line), NOW)

static bool is(struct span span, const char *text)
{
    return span_equal(span, span_of(text));
}

/* "2026-11-21 17:05" of the entry. */
static const char *when(void)
{
    static char text[32];
    struct tm day;

    if (!entry.has_time || gmtime_r(&entry.modified, &day) == NULL)
        return "none";
    strftime(text, sizeof(text), entry.day_only ? "%Y-%m-%d" : "%Y-%m-%d %H:%M",
             &day);
    return text;
}

static void ftp_entry_reads_unix(void)
{
    const char *line =
        "-rw-r--r--   1 ann      staff        1234 Nov 21 17:05  a name";

    CU_ASSERT_EQUAL(READ(line), FTP_LINE_ENTRY);
    CU_ASSERT_EQUAL(entry.kind, FTP_KIND_FILE);
    CU_ASSERT(is(entry.permissions, "rw-r--r--"));
    CU_ASSERT(is(entry.owner, "ann") && is(entry.group, "staff"));
    CU_ASSERT(entry.has_size && entry.size == 1234);
    CU_ASSERT_STRING_EQUAL(when(), "2026-11-21 17:05");
    CU_ASSERT(entry.local_time);
    CU_ASSERT(is(entry.name, " a name"));
}

/* A date without a year is the latest one that lies not in the future. */
static void ftp_entry_finds_the_year(void)
{
    READ("-rw-r--r-- 1 0 0 1 Dec 31 23:59 n");
    CU_ASSERT_STRING_EQUAL(when(), "2025-12-31 23:59");
    READ("-rw-r--r-- 1 0 0 1 Nov 22 23:59 n");
    CU_ASSERT_STRING_EQUAL(when(), "2026-11-22 23:59");
    READ("-rw-r--r-- 1 0 0 1 Feb  3  2019 n");
    CU_ASSERT_STRING_EQUAL(when(), "2019-02-03");
    READ("-rw-r--r-- 1 0 0 1 2018-06-05 04:03 n");
    CU_ASSERT_STRING_EQUAL(when(), "2018-06-05 04:03");
}

static void ftp_entry_reads_what_else_unix_has(void)
{
    CU_ASSERT_EQUAL(READ("total 12"), FTP_LINE_NONE);
    CU_ASSERT_EQUAL(READ("drwxr-sr-t+ 9 ann 40 Nov  1 00:00 no group"),
                    FTP_LINE_ENTRY);
    CU_ASSERT_EQUAL(entry.kind, FTP_KIND_DIRECTORY);
    CU_ASSERT(entry.has_size && entry.size == 40);
    CU_ASSERT_PTR_NULL(entry.group.data);
    READ("lrwxrwxrwx 1 0 0 7 Nov  1 00:00 here -> there -> now");
    CU_ASSERT_EQUAL(entry.kind, FTP_KIND_LINK);
    CU_ASSERT(is(entry.name, "here") && is(entry.target, "there -> now"));
    CU_ASSERT_EQUAL(READ("crw-rw-rw- 1 root root 4, 64 Nov  1 00:00 tty"),
                    FTP_LINE_ENTRY);
    CU_ASSERT_EQUAL(entry.kind, FTP_KIND_OTHER);
    CU_ASSERT(!entry.has_size);
    CU_ASSERT(is(entry.name, "tty"));
}

static void ftp_entry_reads_dos(void)
{
    CU_ASSERT_EQUAL(READ("11-21-26  05:05PM                 1234 a name"),
                    FTP_LINE_ENTRY);
    CU_ASSERT_EQUAL(entry.kind, FTP_KIND_FILE);
    CU_ASSERT(entry.has_size && entry.size == 1234);
    CU_ASSERT_STRING_EQUAL(when(), "2026-11-21 17:05");
    CU_ASSERT(is(entry.name, "a name"));
    CU_ASSERT_EQUAL(READ("11-21-1999  12:05AM       <DIR>          d e"),
                    FTP_LINE_ENTRY);
    CU_ASSERT_EQUAL(entry.kind, FTP_KIND_DIRECTORY);
    CU_ASSERT_STRING_EQUAL(when(), "1999-11-21 00:05");
    CU_ASSERT(is(entry.name, "d e"));
}

static void ftp_entry_refuses_other_lines(void)
{
    CU_ASSERT_EQUAL(READ(""), FTP_LINE_NONE);
    CU_ASSERT_EQUAL(READ("hello, world"), FTP_LINE_STRANGE);
    CU_ASSERT_EQUAL(READ("-rw-r--r-- 1 0 0 1 Feb 30  2019 n"),
                    FTP_LINE_STRANGE);
    CU_ASSERT_EQUAL(READ("-rw-r--r-- 1 0 0 1 Nov 21 24:00 n"),
                    FTP_LINE_STRANGE);
    CU_ASSERT_EQUAL(READ("-rw-r--r-- 1 0 0 1 Nov 21 17:05 "), FTP_LINE_STRANGE);
    CU_ASSERT_EQUAL(READ("11-21-26  13:05PM  1 n"), FTP_LINE_STRANGE);
    CU_ASSERT_EQUAL(READ("13-21-26  01:05PM  1 n"), FTP_LINE_STRANGE);
}

static void ftp_entry_bears_every_prefix(void)
{
    static const char *const lines[] = {
        "-rw-r--r-- 1 ann staff 1234 Nov 21 17:05 n",
        "11-21-26  05:05PM       <DIR>          n"};

    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < strlen(lines[l]); i++) {
            char *copy = strndup(lines[l], i);

            CU_ASSERT_NOT_EQUAL(
                ftp_entry_read_list(&entry, (struct span){copy, i}, NOW),
                FTP_LINE_ENTRY);
            free(copy);
        }
}

const struct test tests_ftp_entry[] = {
    {"ftp_entry_reads_unix", ftp_entry_reads_unix},
    {"ftp_entry_finds_the_year", ftp_entry_finds_the_year},
    {"ftp_entry_reads_what_else_unix_has", ftp_entry_reads_what_else_unix_has},
    {"ftp_entry_reads_dos", ftp_entry_reads_dos},
    {"ftp_entry_refuses_other_lines", ftp_entry_refuses_other_lines},
    {"ftp_entry_bears_every_prefix", ftp_entry_bears_every_prefix},
    {NULL, NULL}};
