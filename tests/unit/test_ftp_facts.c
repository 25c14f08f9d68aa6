/* SPDX-License-Identifier: MIT */
/* ftp_facts: lines of MLSD. RFC 3659 §7. */
#include <stdlib.h>
#include <string.h>

#include "ftp/ftp.h"
#include "tests/harness.h"

static struct ftp_entry entry;

static bool name_is(const char *name)
{
    return span_equal(entry.name, span_of(name));
}

#define READ(line) ftp_entry_read_facts(&entry, span_of(line))

/* RFC 3659 §7.7.2 and §7.5. */
static void ftp_facts_are_read(void)
{
    const char *line =
        "Type=file;Size=25730;Modify=19940728095854;Perm=adfr; cap 1.gif";

    CU_ASSERT_EQUAL(READ(line), FTP_LINE_ENTRY);
    CU_ASSERT_EQUAL(entry.kind, FTP_KIND_FILE);
    CU_ASSERT(entry.has_size && entry.size == 25730);
    CU_ASSERT(entry.has_time && entry.modified == 775389534);
    CU_ASSERT(!entry.local_time && !entry.day_only);
    CU_ASSERT(span_equal(entry.permissions, SPAN("adfr")));
    CU_ASSERT(name_is("cap 1.gif"));
}

static void ftp_facts_know_the_kinds(void)
{
    CU_ASSERT_EQUAL(READ("type=cdir; /a"), FTP_LINE_ENTRY);
    CU_ASSERT_EQUAL(entry.kind, FTP_KIND_THIS);
    READ("type=PDIR; ..");
    CU_ASSERT_EQUAL(entry.kind, FTP_KIND_PARENT);
    READ("type=dir; d");
    CU_ASSERT_EQUAL(entry.kind, FTP_KIND_DIRECTORY);
    READ("type=OS.unix=slink:/there; l");
    CU_ASSERT_EQUAL(entry.kind, FTP_KIND_LINK);
    READ("type=OS.unix=symlink; l");
    CU_ASSERT_EQUAL(entry.kind, FTP_KIND_LINK);
    READ("type=OS.unix=chr-13/29; dev");
    CU_ASSERT_EQUAL(entry.kind, FTP_KIND_OTHER);
    READ(" no facts; at all");
    CU_ASSERT_EQUAL(entry.kind, FTP_KIND_UNKNOWN);
    CU_ASSERT(name_is("no facts; at all"));
}

/* RFC 3659 §7.4: unknown facts are left alone; what can't be read is none. */
static void ftp_facts_that_are_wrong_are_none(void)
{
    CU_ASSERT_EQUAL(READ("x.y=1;size=-1;modify=20260230000000; n"),
                    FTP_LINE_ENTRY);
    CU_ASSERT(!entry.has_size);
    CU_ASSERT(!entry.has_time);
    CU_ASSERT_EQUAL(READ("size=18446744073709551616; n"), FTP_LINE_ENTRY);
    CU_ASSERT(!entry.has_size);
}

static void ftp_facts_refuse_other_lines(void)
{
    CU_ASSERT_EQUAL(READ(""), FTP_LINE_NONE);
    CU_ASSERT_EQUAL(READ("type=file;size=3;"), FTP_LINE_STRANGE);
    CU_ASSERT_EQUAL(READ("type=file; "), FTP_LINE_STRANGE);
    CU_ASSERT_EQUAL(READ("type=file name"), FTP_LINE_STRANGE);
    CU_ASSERT_EQUAL(READ("file; name"), FTP_LINE_STRANGE);
}

/* Nothing is read behind the end of any beginning of a line. */
static void ftp_facts_bear_every_prefix(void)
{
    static const char line[] = "type=file;size=12;modify=20261122042247; n";

    for (size_t i = 0; i < sizeof(line); i++) {
        char *copy = strndup(line, i);

        CU_ASSERT_EQUAL(ftp_entry_read_facts(&entry, (struct span){copy, i}),
                        i == 0                 ? FTP_LINE_NONE
                        : i < sizeof(line) - 1 ? FTP_LINE_STRANGE
                                               : FTP_LINE_ENTRY);
        free(copy);
    }
}

const struct test tests_ftp_facts[] = {
    {"ftp_facts_are_read", ftp_facts_are_read},
    {"ftp_facts_know_the_kinds", ftp_facts_know_the_kinds},
    {"ftp_facts_that_are_wrong_are_none", ftp_facts_that_are_wrong_are_none},
    {"ftp_facts_refuse_other_lines", ftp_facts_refuse_other_lines},
    {"ftp_facts_bear_every_prefix", ftp_facts_bear_every_prefix},
    {NULL, NULL}};
