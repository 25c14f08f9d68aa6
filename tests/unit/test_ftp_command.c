/* SPDX-License-Identifier: MIT */
/* One line of the control connection, whole, cut at every place, and with what
 * Telnet puts before it. */
#include <string.h>

#include "ftp/ftp.h"
#include "tests/harness.h"

static struct ftp_command command;
static struct error error;

static bool reads(const char *line, size_t length)
{
    error_clear(&error);
    return ftp_command_read(&command, (struct span){line, length}, &error) == 0;
}

#define READS(line) reads(line, sizeof(line) - 1)
#define IS(want, text)                                      \
    CU_ASSERT_STRING_EQUAL(command.verb, want);             \
    CU_ASSERT(span_equal(command.argument, span_of(text))); \
    CU_ASSERT_PTR_NOT_NULL(command.argument.data)

/* RFC 959 §5.3: "any combination of upper and lower case". */
static void ftp_command_reads_verb_and_argument(void)
{
    CU_ASSERT(READS("RETR a file"));
    IS("RETR", "a file");
    CU_ASSERT(READS("reTr  x "));
    IS("RETR", " x ");
    CU_ASSERT(READS("STOR \xc3\xbc\tb"));
    IS("STOR", "\xc3\xbc\tb");
    CU_ASSERT(READS("PWD"));
    CU_ASSERT_STRING_EQUAL(command.verb, "PWD");
    CU_ASSERT_PTR_NULL(command.argument.data);
    CU_ASSERT(READS("PASS "));
    IS("PASS", "");
}

static void ftp_command_refuses_what_is_none(void)
{
    CU_ASSERT_FALSE(READS(""));
    CU_ASSERT_FALSE(READS(" RETR x"));
    CU_ASSERT_FALSE(READS("R3TR x"));
    CU_ASSERT_FALSE(READS("RETR\tx"));
    CU_ASSERT_FALSE(READS("GET / HTTP/1.1\0"));
    CU_ASSERT_FALSE(READS("RETR a\0b"));
    CU_ASSERT_FALSE(READS("ABCDEFGH x")); /* eight: one too many */
    CU_ASSERT_EQUAL(error.class, ERROR_PROTOCOL);
    CU_ASSERT(READS("ABCDEFG x"));
}

/* RFC 959 §4.1.3: Interrupt Process and Data Mark come before ABOR; and as
 * 4.3BSD has it, with an IAC as the urgent byte. */
static void ftp_command_steps_over_telnet(void)
{
    CU_ASSERT(READS("\xff\xf4\xff\xf2"
                    "ABOR"));
    CU_ASSERT_STRING_EQUAL(command.verb, "ABOR");
    CU_ASSERT(READS("\xff\xf4\xff\xff\xf2"
                    "ABOR"));
    CU_ASSERT_STRING_EQUAL(command.verb, "ABOR");
    CU_ASSERT(READS("\xf2"
                    "ABOR"));
    CU_ASSERT_STRING_EQUAL(command.verb, "ABOR");
    CU_ASSERT(READS("\xff\xfb\x18\xff\xfd\x03NOOP"));
    CU_ASSERT_STRING_EQUAL(command.verb, "NOOP");
    CU_ASSERT_FALSE(READS("\xff"));
    CU_ASSERT_FALSE(READS("\xff\xfb"));
}

/* No prefix of a line is taken for another command than it spells. */
static void ftp_command_reads_every_prefix(void)
{
    static const char line[] = "\xff\xf4\xff\xf2STOR dir/a b";

    for (size_t length = 0; length < sizeof(line); length++) {
        bool ok = reads(line, length);

        CU_ASSERT_EQUAL(ok, length > 4);
        if (!ok)
            continue;
        CU_ASSERT_EQUAL(
            strncmp("STOR", command.verb, length - 4 < 4 ? length - 4 : 4), 0);
        CU_ASSERT_EQUAL(command.argument.length, length > 9 ? length - 9 : 0);
    }
}

const struct test tests_ftp_command[] = {
    {"ftp_command_reads_verb_and_argument",
     ftp_command_reads_verb_and_argument},
    {"ftp_command_refuses_what_is_none", ftp_command_refuses_what_is_none},
    {"ftp_command_steps_over_telnet", ftp_command_steps_over_telnet},
    {"ftp_command_reads_every_prefix", ftp_command_reads_every_prefix},
    {NULL, NULL},
};
