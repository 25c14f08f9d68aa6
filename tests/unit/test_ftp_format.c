/* SPDX-License-Identifier: MIT */
/* A file as a line of LIST, and as facts. */
#include <string.h>

#include "ftp/ftp_server.h"
#include "tests/harness.h"

/* 2026-11-22 04:05:06 UTC. */
enum { NOW = 1795320306 };

static char line[FTP_LIST_LINE_MAX];
static struct stat status = {.st_mode = S_IFREG | 0644,
                             .st_nlink = 1,
                             .st_size = 1234,
                             .st_mtime = NOW - 3600,
                             .st_dev = 0x801,
                             .st_ino = 0x2a};
static struct ftp_item item = {.name = "a b", .status = &status};

static bool lists(const char *want)
{
    size_t length = ftp_format_list(line, &item, NOW);

    return length == strlen(want) && strcmp(line, want) == 0;
}

static bool tells(unsigned facts, const char *want)
{
    size_t length = ftp_format_facts(line, &item, facts);

    return length == strlen(want) && strcmp(line, want) == 0;
}

static void ftp_format_list_is_that_of_ls(void)
{
    CU_ASSERT(lists("-rw-r--r--   1 ftp      ftp              1234 "
                    "Nov 22 03:05 a b\r\n"));
    status.st_mtime = NOW - 200 * 86400;
    CU_ASSERT(lists("-rw-r--r--   1 ftp      ftp              1234 "
                    "May  6  2026 a b\r\n"));
    /* Of the future: a clock that is wrong must not hide the year. */
    status.st_mtime = NOW + 86400;
    CU_ASSERT(lists("-rw-r--r--   1 ftp      ftp              1234 "
                    "Nov 23  2026 a b\r\n"));
    status.st_mode = S_IFDIR | 0750;
    status.st_mtime = NOW;
    CU_ASSERT(lists("drwxr-x---   1 ftp      ftp              1234 "
                    "Nov 22 04:05 a b\r\n"));
    status.st_mode = S_IFREG | 0644;
}

/* RFC 3659 §7.2: each fact ends in ';', one space, and the name. */
static void ftp_format_facts_are_those_chosen(void)
{
    status.st_mtime = NOW;
    CU_ASSERT(tells(FTP_FACTS_ALL,
                    "type=file;size=1234;modify=20261122040506;perm=r;"
                    "unique=801g2a;UNIX.mode=0644; a b\r\n"));
    CU_ASSERT(tells(FTP_FACT_SIZE, "size=1234; a b\r\n"));
    CU_ASSERT(tells(0, " a b\r\n"));
    item.writable = true;
    CU_ASSERT(tells(FTP_FACT_PERM, "perm=adfrw; a b\r\n"));
    status.st_mode = S_IFDIR | 0755;
    CU_ASSERT(tells(FTP_FACT_TYPE | FTP_FACT_SIZE | FTP_FACT_PERM,
                    "type=dir;perm=cdeflmp; a b\r\n"));
    item.type = "cdir";
    CU_ASSERT(tells(FTP_FACT_TYPE, "type=cdir; a b\r\n"));
    item.type = NULL;
    item.writable = false;
    status.st_mode = S_IFREG | 0644;
}

/* A name that would be two lines, or could move a cursor, is none. */
static void ftp_format_refuses_control_characters(void)
{
    static const char *const names[] = {"a\rb", "a\nb", "\033[2J", "a\x7f",
                                        "\t"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        item.name = names[i];
        CU_ASSERT_EQUAL(ftp_format_list(line, &item, NOW), 0);
        CU_ASSERT_EQUAL(ftp_format_facts(line, &item, FTP_FACTS_ALL), 0);
        CU_ASSERT_EQUAL(ftp_format_name(line, "", names[i]), 0);
    }
    item.name = "a b";
    CU_ASSERT_EQUAL(ftp_format_name(line, "sub/", "\xc3\xbc"), 8);
    CU_ASSERT_STRING_EQUAL(line, "sub/\xc3\xbc\r\n");
}

const struct test tests_ftp_format[] = {
    {"ftp_format_list_is_that_of_ls", ftp_format_list_is_that_of_ls},
    {"ftp_format_facts_are_those_chosen", ftp_format_facts_are_those_chosen},
    {"ftp_format_refuses_control_characters",
     ftp_format_refuses_control_characters},
    {NULL, NULL},
};
