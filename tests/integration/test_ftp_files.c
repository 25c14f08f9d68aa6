/* SPDX-License-Identifier: MIT */
/* ftp-server: where the client stands, and what it makes, removes and asks. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "tests/integration/ftp_talk.h"

#define SAYS(line, code) CU_ASSERT_EQUAL(ftp_say("%s", line), code)
#define TOLD(text) CU_ASSERT_STRING_EQUAL(ftp_reply, text "\r\n")

/* RFC 1123 §4.1.3.1: XPWD is PWD under its old name. */
static void ftp_client_stands_below_the_root(void)
{
    ftp_start(NULL);
    ftp_enter();
    SAYS("CWD sub", 250);
    SAYS("PWD", 257);
    CU_ASSERT(ftp_told("\"/sub\""));
    SAYS("CDUP", 250);
    SAYS("CDUP", 250);
    SAYS("XPWD", 257);
    CU_ASSERT(ftp_told("\"/\""));
    SAYS("CWD ../../..", 250);
    SAYS("PWD", 257);
    CU_ASSERT(ftp_told("\"/\""));
    SAYS("RETR ../secret", 550);
    SAYS("RETR /../secret", 550);
    SAYS("RETR sub/../../secret", 550);
    SAYS("CWD ten", 550);
    SAYS("CWD none", 550);
    SAYS("RETR sub", 550);
    SAYS("RETR /", 550);
    ftp_stop();
}

/* RFC("959", "II"): quotes in a name are doubled. */
static void ftp_client_makes_and_removes(void)
{
    ftp_start(NULL);
    ftp_enter();
    SAYS("MKD a \"b\"", 257);
    CU_ASSERT(ftp_told("\"/a \"\"b\"\"\""));
    SAYS("CWD a \"b\"", 250);
    SAYS("PWD", 257);
    CU_ASSERT(ftp_told("\"/a \"\"b\"\"\""));
    SAYS("CDUP", 250);
    SAYS("MKD a \"b\"", 550);
    SAYS("RMD a \"b\"", 250);
    SAYS("RMD a \"b\"", 550);
    SAYS("RMD sub", 550); /* not empty */
    SAYS("RMD ten", 550);
    SAYS("DELE sub", 550);
    SAYS("DELE ten", 250);
    SAYS("DELE ten", 550);
    SAYS("XMKD sub/new", 257);
    SAYS("XRMD sub/new", 250);
    SAYS("MKD /", 550);
    SAYS("RMD /", 550);
    SAYS("DELE /", 550);
    SAYS("MKD ../new", 257);
    CU_ASSERT(access(test_path("new"), F_OK) < 0);
    ftp_stop();
}

/* RFC 3659 §3 and §3.1: a time in UTC; RFC 3659 §4 and §4.1: a number of bytes;
 * RFC 3659 §4.2: a directory has none. */
static void ftp_client_asks_about_a_file(void)
{
    struct utimbuf when = {.actime = 1795320306, .modtime = 1795320306};

    ftp_start(NULL);
    utime(test_path("root/ten"), &when);
    ftp_enter();
    SAYS("MDTM ten", 213);
    TOLD("213 20261122040506");
    SAYS("MDTM none", 550);
    SAYS("TYPE I", 200);
    SAYS("SIZE ten", 213);
    TOLD("213 10");
    SAYS("SIZE sub", 550);
    SAYS("SIZE none", 550);
    ftp_stop();
}

/* A link that the server's keeper has made is removed, not what it leads to. */
static void ftp_client_removes_links_themselves(void)
{
    ftp_start(NULL);
    CU_ASSERT_EQUAL(symlink("../secret", test_path("root/out")), 0);
    CU_ASSERT_EQUAL(symlink("..", test_path("root/up")), 0);
    ftp_enter();
    SAYS("EPSV", 229);
    SAYS("STOR out", 550);
    SAYS("STOR up/new", 550);
    SAYS("DELE up/secret", 550);
    SAYS("MKD up/new", 550);
    SAYS("RNFR ten", 350);
    SAYS("RNTO up/ten", 550);
    SAYS("DELE out", 250);
    CU_ASSERT_EQUAL(access(test_path("secret"), F_OK), 0);
    CU_ASSERT(ftp_holds("ten", "0123456789"));
    ftp_stop();
}

const struct test tests_ftp_files[] = {
    {"ftp_client_stands_below_the_root", ftp_client_stands_below_the_root},
    {"ftp_client_makes_and_removes", ftp_client_makes_and_removes},
    {"ftp_client_asks_about_a_file", ftp_client_asks_about_a_file},
    {"ftp_client_removes_links_themselves",
     ftp_client_removes_links_themselves},
    {NULL, NULL},
};
