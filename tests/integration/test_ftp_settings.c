/* SPDX-License-Identifier: MIT */
/* ftp-server: how the next file is to travel, and what the server can do. */
#include <string.h>

#include "tests/integration/ftp_talk.h"

#define SAYS(line, code) CU_ASSERT_EQUAL(ftp_say("%s", line), code)

/* RFC 959 §4.1.2: of types A and I, of modes S (RFC 959 §3.4.1), of structures
 * F (RFC 959 §3.1.2.1); a parameter that is not done here is a 504. RFC 1123
 * §4.1.2.1: L 8 is I. */
static void ftp_server_takes_its_parameters(void)
{
    ftp_start(NULL);
    ftp_enter();
    SAYS("TYPE E", 504);
    SAYS("TYPE L 8", 200);
    SAYS("SIZE text", 213);
    CU_ASSERT_STRING_EQUAL(ftp_reply, "213 8\r\n");
    SAYS("TYPE A N", 200);
    SAYS("SIZE text", 213);
    CU_ASSERT_STRING_EQUAL(ftp_reply, "213 10\r\n");
    SAYS("MODE B", 504);
    SAYS("MODE S", 200);
    SAYS("STRU R", 504);
    SAYS("STRU F", 200);
    ftp_stop();
}

/* RFC 1123 §4.1.2.8: SITE HELP; nothing of this server needs more. */
static void ftp_server_has_no_site_commands(void)
{
    ftp_start(NULL);
    ftp_enter();
    SAYS("SITE HELP", 214);
    SAYS("SITE", 214);
    SAYS("SITE CHMOD 777 x", 504);
    ftp_stop();
}

/* RFC 2389 §3.2: a line a feature, a space before each. It may be asked for
 * before anybody has logged in (RFC 2389 §3). */
static void ftp_server_tells_its_features(void)
{
    size_t features = 0;

    ftp_start(NULL);
    CU_ASSERT_EQUAL(ftp_connect(), 220);
    SAYS("FEAT", 211);
    CU_ASSERT_EQUAL(strncmp(ftp_reply, "211-", 4), 0);
    for (const char *lf = strchr(ftp_reply, '\n'); lf[1] != '\0';
         lf = strchr(lf + 1, '\n'))
        if (strncmp(lf + 1, "211 ", 4) != 0) {
            CU_ASSERT(lf[1] == ' ' && lf[2] != ' ');
            features++;
        }
    CU_ASSERT(features >= 8);
    CU_ASSERT(ftp_told("\r\n REST STREAM\r\n"));
    CU_ASSERT_FALSE(ftp_told("AUTH")); /* there is no certificate */
    SAYS("FEAT x", 501);
    ftp_stop();
}

/* RFC 2389 §4: an option is one of a feature, or a 501. RFC 3659 §7.9.1: of
 * the facts that were asked for those are told that will be sent; FEAT marks
 * them with asterisks. */
static void ftp_server_has_options(void)
{
    ftp_start(NULL);
    ftp_enter();
    SAYS("OPTS UTF8 ON", 200);
    SAYS("OPTS NOTHING", 501);
    SAYS("OPTS MLST size;nothing;type;", 200);
    CU_ASSERT_STRING_EQUAL(ftp_reply, "200 MLST OPTS type;size;\r\n");
    SAYS("FEAT", 211);
    CU_ASSERT(ftp_told(" MLST type*;size*;modify;perm;unique;UNIX.mode;\r\n"));
    SAYS("OPTS MLST", 200);
    CU_ASSERT_STRING_EQUAL(ftp_reply, "200 MLST OPTS \r\n");
    ftp_stop();
}

const struct test tests_ftp_settings[] = {
    {"ftp_server_takes_its_parameters", ftp_server_takes_its_parameters},
    {"ftp_server_has_no_site_commands", ftp_server_has_no_site_commands},
    {"ftp_server_tells_its_features", ftp_server_tells_its_features},
    {"ftp_server_has_options", ftp_server_has_options},
    {NULL, NULL},
};
