/* SPDX-License-Identifier: MIT */
/* A message's octets as the wire has them, from files of both line ends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/harness.h"
#include "tests/unit/letters.h"

static void maildir_gives_wire_octets_as_they_are(void)
{
    letters_make();
    letters_put("cur/1.a:2,", "A: b\r\n\r\nbare\nlf, no end");
    letters_put("cur/2.b:2,", "no line end at all");
    letters_put("cur/3.c:2,", "");
    letters_open(0);
    letters_expect(0, "A: b\r\n\r\nbare\nlf, no end");
    letters_expect(1, "no line end at all");
    letters_expect(2, "");
    letters_end();
}

static void maildir_gives_lf_files_with_crlf(void)
{
    letters_make();
    letters_put("cur/1.a:2,", "A: b\n\nc\r\nd\r\r\n\ne");
    letters_put("cur/2.b:2,", "\n");
    letters_open(0);
    letters_expect(0, "A: b\r\n\r\nc\r\nd\r\r\n\r\ne");
    letters_expect(1, "\r\n");
    letters_end();
}

/* What SMTP and APPEND took is given as it was taken, be its line ends as odd
 * as they like. */
static void maildir_gives_what_it_took(void)
{
    letters_make();
    letters_deliver("A: b\n\nmixed\r\n\n");
    letters_open(MAILDIR_TAKES_NEW);
    letters_expect(0, "A: b\n\nmixed\r\n\n");
    letters_end();
}

/* A name that lies about the size is not believed. */
static void maildir_counts_where_names_lie(void)
{
    letters_make();
    letters_put("cur/1.a,S=99,W=99:2,", "A: b\n\n");
    letters_put("cur/2.b,S=6,W=8:2,", "A: b\n\n");
    letters_put("cur/3.c,S=x,W=:2,", "A: b\n\n");
    letters_open(0);
    for (size_t i = 0; i < 3; i++)
        letters_expect(i, "A: b\r\n\r\n");
    letters_end();
}

/* From any offset, in pieces of any size, backwards too. */
static void maildir_reads_from_anywhere(void)
{
    static const char wire[] = "A: b\r\n\r\n\r\nc\r\n";
    struct maildir_reader reader;
    char data[32];

    letters_make();
    letters_put("cur/1.a:2,", "A: b\n\n\nc\n");
    letters_open(0);
    CU_ASSERT_EQUAL_FATAL(
        maildir_read_open(&reader, letters.box, &letters.box->messages[0]), 0);
    for (size_t from = sizeof(wire); from-- > 0;)
        for (size_t size = 1; size < sizeof(wire); size++) {
            size_t left = sizeof(wire) - 1 -
                          (from < sizeof(wire) - 1 ? from : sizeof(wire) - 1);
            ssize_t got = maildir_read(&reader, from, data, size);

            CU_ASSERT_EQUAL(got, (ssize_t)(left < size ? left : size));
            CU_ASSERT(got <= 0 || memcmp(data, wire + from, (size_t)got) == 0);
        }
    maildir_read_close(&reader);
    letters_end();
}

/* Another session changed its flags since we looked: found all the same. One
 * that is gone is said to be gone. */
static void maildir_follows_a_renamed_file(void)
{
    struct maildir_reader reader;

    letters_make();
    letters_put("cur/1.a:2,", "A: b\r\n");
    letters_open(0);
    CU_ASSERT_EQUAL(
        rename(letters_path("cur/1.a:2,"), letters_path("cur/1.a:2,S")), 0);
    letters_expect(0, "A: b\r\n");
    CU_ASSERT_EQUAL(letters.box->messages[0].flags, MAILDIR_SEEN);
    CU_ASSERT_EQUAL(unlink(letters_path("cur/1.a:2,S")), 0);
    CU_ASSERT_EQUAL(
        maildir_read_open(&reader, letters.box, &letters.box->messages[0]),
        -ERROR_REFUSED);
    maildir_read_close(&reader);
    error_clear(&letters.error);
    letters_end();
}

static void maildir_reads_no_other_files(void)
{
    struct maildir_reader reader;

    letters_make();
    CU_ASSERT_EQUAL(symlink("/etc/passwd", letters_path("cur/1.a:2,")), 0);
    letters_open(0);
    CU_ASSERT(
        maildir_read_open(&reader, letters.box, &letters.box->messages[0]) < 0);
    error_clear(&letters.error);
    letters_end();
}

const struct test tests_maildir_read[] = {
    {"maildir_gives_wire_octets_as_they_are",
     maildir_gives_wire_octets_as_they_are},
    {"maildir_gives_lf_files_with_crlf", maildir_gives_lf_files_with_crlf},
    {"maildir_gives_what_it_took", maildir_gives_what_it_took},
    {"maildir_counts_where_names_lie", maildir_counts_where_names_lie},
    {"maildir_reads_from_anywhere", maildir_reads_from_anywhere},
    {"maildir_follows_a_renamed_file", maildir_follows_a_renamed_file},
    {"maildir_reads_no_other_files", maildir_reads_no_other_files},
    {NULL, NULL}};
