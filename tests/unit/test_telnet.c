/* SPDX-License-Identifier: MIT */
/* Telnet's words: names, what they mean, and how they are written. */
#include <stdlib.h>
#include <string.h>

#include "common/rfc.h"
#include "telnet/telnet.h"
#include "tests/harness.h"

static void telnet_terms_have_all_that_is_said(void)
{
    for (int command = TELNET_SE; command <= TELNET_IAC; command++)
        CU_ASSERT_PTR_NOT_NULL(term_find(
            telnet_terms, telnet_command_name((unsigned char)command)));
    CU_ASSERT_PTR_NOT_NULL(
        term_find(telnet_terms, telnet_option_name(TELNET_LINEMODE)));
    for (const struct term *t = telnet_terms; t->name; t++)
        CU_ASSERT(t->rfc.number && rfc_title(t->rfc));
}

static void telnet_commands_are_found_by_name(void)
{
    unsigned char command = 0;

    CU_ASSERT(telnet_command_find("ayt", &command));
    CU_ASSERT_EQUAL(command, TELNET_AYT);
    CU_ASSERT_FALSE(telnet_command_find("HELLO", &command));
    CU_ASSERT_STRING_EQUAL(telnet_command_name(9), "command 9");
    CU_ASSERT_STRING_EQUAL(telnet_option_name(99), "option 99");
}

static void check_data(struct span data, bool binary, struct span want)
{
    char out[256];

    for (size_t size = 2; size < sizeof(out); size++) {
        struct span left = data;
        char all[256];
        size_t length = 0;

        while (left.length > 0) {
            size_t used, n = telnet_data_write(out, size, left, binary, &used);
            CU_ASSERT_FATAL(used > 0 && n <= size);
            memcpy(all + length, out, n);
            length += n;
            left.data += used;
            left.length -= used;
        }
        CU_ASSERT_EQUAL(length, want.length);
        CU_ASSERT_EQUAL(memcmp(all, want.data, want.length), 0);
    }
}

/* RFC 854 §0, RFC 856 §5. */
static void telnet_data_is_written_as_the_nvt_wants(void)
{
    check_data(SPAN("a\nb"), false, SPAN("a\r\nb"));
    check_data(SPAN("a\r\nb\r\n"), false, SPAN("a\r\nb\r\n"));
    check_data(SPAN("a\rb\r"), false, SPAN("a\r\0b\r\0"));
    check_data(SPAN("\xff"), false, SPAN("\xff\xff"));
    check_data(SPAN("a\r\n\xff\n"), true, SPAN("a\r\n\xff\xff\n"));
}

static void telnet_subnegotiation_is_written(void)
{
    char out[16];

    CU_ASSERT_EQUAL(telnet_subnegotiation_write(out, sizeof(out), TELNET_NAWS,
                                                SPAN("\0\xff\0\x18")),
                    10);
    CU_ASSERT_EQUAL(memcmp(out, "\xff\xfa\x1f\0\xff\xff\0\x18\xff\xf0", 10), 0);
    CU_ASSERT_EQUAL(
        telnet_subnegotiation_write(out, 9, TELNET_NAWS, SPAN("\0\xff\0\x18")),
        SIZE_MAX);
    CU_ASSERT_EQUAL(telnet_subnegotiation_write(out, 4, 1, SPAN("")), SIZE_MAX);
    CU_ASSERT_EQUAL(telnet_subnegotiation_write(out, 5, 1, SPAN("")), 5);
}

/* What is written is read again, whatever the bytes. */
static void telnet_data_comes_back(void)
{
    static struct telnet_parser parser;
    char bytes[64], out[160], back[160];

    srandom(854);
    for (int round = 0; round < 2000; round++) {
        size_t length = 1 + (size_t)random() % sizeof(bytes), used, at = 0;
        size_t written, got = 0;

        for (size_t i = 0; i < length; i++)
            bytes[i] = (char)random();
        written = telnet_data_write(out, sizeof(out),
                                    (struct span){bytes, length}, true, &used);
        telnet_parser_start(&parser);
        parser.binary = true;
        while (at < written) {
            struct telnet_event event;
            enum parse outcome =
                telnet_parse(&parser, (struct span){out + at, written - at},
                             &used, &event, NULL);
            if (outcome == PARSE_DONE) {
                CU_ASSERT_EQUAL_FATAL(event.kind, TELNET_DATA);
                memcpy(back + got, event.bytes.data, event.bytes.length);
                got += event.bytes.length;
            }
            at += used;
        }
        CU_ASSERT_EQUAL(got, length);
        CU_ASSERT_EQUAL(memcmp(back, bytes, length), 0);
    }
}

const struct test tests_telnet[] = {
    {"telnet_terms_have_all_that_is_said", telnet_terms_have_all_that_is_said},
    {"telnet_commands_are_found_by_name", telnet_commands_are_found_by_name},
    {"telnet_data_is_written_as_the_nvt_wants",
     telnet_data_is_written_as_the_nvt_wants},
    {"telnet_subnegotiation_is_written", telnet_subnegotiation_is_written},
    {"telnet_data_comes_back", telnet_data_comes_back},
    {NULL, NULL}};
