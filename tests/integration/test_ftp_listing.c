/* SPDX-License-Identifier: MIT */
/* ftp-server: what is in a folder, told in four ways. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/integration/ftp_talk.h"

#define SAYS(line, code) CU_ASSERT_EQUAL(ftp_say("%s", line), code)
#define FETCHES(line) CU_ASSERT_EQUAL(ftp_fetch(line), 226)

static bool has(const char *text)
{
    return strstr(ftp_data_text, text) != NULL;
}

/* Clients send options of ls; names that begin with a dot are hidden without
 * "a". RFC 959 §4.1.3 has LIST of one file too. */
static void ftp_list_is_for_people(void)
{
    ftp_start(NULL);
    test_write_file(test_path("root/.hidden"), "", 0);
    test_write_file(test_path("root/a b"), "x", 1);
    ftp_enter();
    FETCHES("LIST");
    CU_ASSERT(has(" a b\r\n"));
    CU_ASSERT(has(" sub\r\n"));
    CU_ASSERT(has("drwx"));
    CU_ASSERT_FALSE(has("hidden"));
    FETCHES("LIST -la");
    CU_ASSERT(has(" .hidden\r\n"));
    CU_ASSERT(has(" ten\r\n"));
    FETCHES("LIST -al sub");
    CU_ASSERT(has(" inner\r\n"));
    CU_ASSERT_FALSE(has(" ten\r\n"));
    FETCHES("LIST ten");
    CU_ASSERT(has(" ten\r\n"));
    CU_ASSERT_FALSE(has(" text\r\n"));
    FETCHES("LIST a b");
    CU_ASSERT(has(" a b\r\n"));
    FETCHES("LIST t*");
    CU_ASSERT(has(" ten\r\n"));
    CU_ASSERT_FALSE(has(" sub\r\n"));
    SAYS("LIST", 425);
    CU_ASSERT_EQUAL(ftp_fetch("LIST none"), 550);
    SAYS("STAT sub", 213);
    CU_ASSERT(ftp_told(" inner\r\n"));
    SAYS("STAT none", 550);
    ftp_stop();
}

/* RFC 1123 §4.1.2.7: names that can be given to RETR as they are. */
static void ftp_nlst_is_names_alone(void)
{
    ftp_start(NULL);
    ftp_enter();
    FETCHES("NLST");
    CU_ASSERT_STRING_EQUAL(ftp_data_text, "sub\r\nten\r\ntext\r\n");
    FETCHES("NLST sub");
    CU_ASSERT_STRING_EQUAL(ftp_data_text, "sub/inner\r\n");
    FETCHES("NLST sub/");
    CU_ASSERT_STRING_EQUAL(ftp_data_text, "sub/inner\r\n");
    FETCHES("NLST sub/i*");
    CU_ASSERT_STRING_EQUAL(ftp_data_text, "sub/inner\r\n");
    FETCHES("NLST te?t");
    CU_ASSERT_STRING_EQUAL(ftp_data_text, "text\r\n");
    FETCHES("NLST x*");
    CU_ASSERT_STRING_EQUAL(ftp_data_text, "");
    SAYS("CWD sub", 250);
    FETCHES("NLST /");
    CU_ASSERT_STRING_EQUAL(ftp_data_text, "/sub\r\n/ten\r\n/text\r\n");
    ftp_stop();
}

/* RFC 3659 §7, §7.1: with a path or without. RFC 3659 §7.2.1: MLSD of what is
 * no directory is a 501, MLST of what is not there a 550. */
static void ftp_mlsd_is_for_programs(void)
{
    ftp_start(NULL);
    ftp_enter();
    SAYS("OPTS MLST type;size;", 200);
    FETCHES("MLSD");
    CU_ASSERT_STRING_EQUAL(ftp_data_text, "type=cdir; .\r\n"
                                          "type=dir; sub\r\n"
                                          "type=file;size=10; ten\r\n"
                                          "type=file;size=8; text\r\n");
    FETCHES("MLSD sub");
    CU_ASSERT_STRING_EQUAL(ftp_data_text, "type=cdir; .\r\n"
                                          "type=pdir; ..\r\n"
                                          "type=file;size=3; inner\r\n");
    CU_ASSERT_EQUAL(ftp_fetch("MLSD ten"), 501);
    SAYS("MLST sub/inner", 250);
    CU_ASSERT(ftp_told("\r\n type=file;size=3; /sub/inner\r\n250 "));
    SAYS("MLST", 250);
    CU_ASSERT(ftp_told("\r\n type=dir; /\r\n250 "));
    SAYS("MLST none", 550);
    ftp_stop();
}

/* A link out of the root is a link to nowhere. RFC 3659 §7.3.1: a name with a
 * line end in it would be two lines, and is left out. */
static void ftp_listing_tells_no_lies(void)
{
    ftp_start(NULL);
    CU_ASSERT_EQUAL(symlink("../secret", test_path("root/out")), 0);
    CU_ASSERT_EQUAL(symlink("sub/inner", test_path("root/in")), 0);
    test_write_file(test_path("root/two\r\nlines"), "", 0);
    ftp_enter();
    SAYS("OPTS MLST type;", 200);
    FETCHES("MLSD");
    CU_ASSERT(has("type=file; in\r\n"));
    CU_ASSERT(has("type=OS.unix=symlink; out\r\n"));
    CU_ASSERT_FALSE(has("two"));
    CU_ASSERT_FALSE(has("lines"));
    SAYS("RETR out", 550);
    SAYS("SIZE out", 550);
    SAYS("MDTM out", 550);
    SAYS("CWD out", 550);
    FETCHES("RETR in");
    CU_ASSERT_STRING_EQUAL(ftp_data_text, "in\r\n");
    ftp_stop();
}

/* More names than are sorted at once, each of them once. */
static void ftp_listing_has_every_name(void)
{
    enum { NAMES = 400 };
    char name[32];
    int lines = 0;

    ftp_start(NULL);
    for (int i = 0; i < NAMES; i++) {
        snprintf(name, sizeof(name), "root/sub/%04d", i);
        test_write_file(test_path(name), "", 0);
    }
    ftp_enter();
    SAYS("CWD sub", 250);
    FETCHES("NLST");
    for (const char *at = ftp_data_text; (at = strstr(at, "\r\n")); at += 2)
        lines++;
    CU_ASSERT_EQUAL(lines, NAMES + 1);
    CU_ASSERT(strncmp(ftp_data_text, "0000\r\n0001\r\n", 12) == 0);
    ftp_stop();
}

const struct test tests_ftp_listing[] = {
    {"ftp_list_is_for_people", ftp_list_is_for_people},
    {"ftp_nlst_is_names_alone", ftp_nlst_is_names_alone},
    {"ftp_mlsd_is_for_programs", ftp_mlsd_is_for_programs},
    {"ftp_listing_tells_no_lies", ftp_listing_tells_no_lies},
    {"ftp_listing_has_every_name", ftp_listing_has_every_name},
    {NULL, NULL},
};
