/* SPDX-License-Identifier: MIT */
/*
 * Telnet's stream: each stimulus is fed whole, cut at every place, and byte by
 * byte. A reading is written as text, so that two can be compared: data as it
 * is, everything else in brackets.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "telnet/telnet.h"
#include "tests/harness.h"

struct reading {
    char text[16384];
    size_t length;
    enum parse outcome;
};

static void add(struct reading *r, const char *bytes, size_t length)
{
    CU_ASSERT_FATAL(r->length + length < sizeof(r->text));
    memcpy(r->text + r->length, bytes, length);
    r->length += length;
    r->text[r->length] = '\0';
}

static void add_event(struct reading *r, const struct telnet_event *event)
{
    char text[64];

    if (event->kind == TELNET_DATA) {
        CU_ASSERT(event->bytes.length > 0);
        add(r, event->bytes.data, event->bytes.length);
        return;
    }
    add(r, text,
        (size_t)snprintf(text, sizeof(text), "[%s",
                         telnet_command_name(event->command)));
    if (event->kind != TELNET_COMMAND)
        add(r, text,
            (size_t)snprintf(text, sizeof(text), " %s",
                             telnet_option_name(event->option)));
    if (event->kind == TELNET_SUBNEGOTIATION) {
        add(r, " ", 1);
        add(r, event->bytes.data, event->bytes.length);
    }
    add(r, "]", 1);
}

static void feed(struct reading *r, struct telnet_parser *parser,
                 struct span input)
{
    struct error error = {0};

    while (input.length > 0 && r->outcome != PARSE_BROKEN) {
        /* A copy of its own size, so that a read past it is seen. */
        char *own = malloc(input.length);
        struct telnet_event event;
        size_t used = 0;

        memcpy(own, input.data, input.length);
        r->outcome = telnet_parse(parser, (struct span){own, input.length},
                                  &used, &event, &error);
        CU_ASSERT_FATAL(used > 0 && used <= input.length);
        if (r->outcome == PARSE_DONE)
            add_event(r, &event);
        if (r->outcome == PARSE_MORE)
            CU_ASSERT_EQUAL(used, input.length);
        if (r->outcome == PARSE_BROKEN)
            CU_ASSERT_EQUAL(error.class, ERROR_PROTOCOL);
        free(own);
        input.data += used;
        input.length -= used;
    }
}

/* `cut` bytes, then the rest in steps of `step`. */
static void read_cut(struct reading *r, struct span input, bool binary,
                     size_t cut, size_t step)
{
    static struct telnet_parser parser;

    memset(r, 0, sizeof(*r));
    telnet_parser_start(&parser);
    parser.binary = binary;
    feed(r, &parser, (struct span){input.data, cut});
    for (size_t at = cut; at < input.length; at += step) {
        size_t left = input.length - at;
        feed(r, &parser,
             (struct span){input.data + at, left < step ? left : step});
    }
}

static void check(struct span input, bool binary, struct span want)
{
    static struct reading whole, cut;

    read_cut(&whole, input, binary, input.length, 1);
    CU_ASSERT_EQUAL(whole.length, want.length);
    CU_ASSERT_EQUAL(memcmp(whole.text, want.data, want.length), 0);
    for (size_t at = 0; at <= input.length; at++) {
        read_cut(&cut, input, binary, at, at == 0 ? 1 : input.length);
        CU_ASSERT_EQUAL(cut.length, whole.length);
        CU_ASSERT_EQUAL(memcmp(cut.text, whole.text, whole.length), 0);
        CU_ASSERT_EQUAL(cut.outcome == PARSE_BROKEN,
                        whole.outcome == PARSE_BROKEN);
    }
}

#define NVT(input, want) check(SPAN(input), false, SPAN(want))
#define BINARY(input, want) check(SPAN(input), true, SPAN(want))

/* RFC 854 §0: 255 twice is a byte of data. */
static void telnet_parse_undoubles_iac(void)
{
    NVT("a\xff\xff"
        "b",
        "a\xff"
        "b");
    NVT("\xff\xff\xff\xff", "\xff\xff");
    BINARY("\xff\xff", "\xff");
    NVT("", "");
    NVT("hello", "hello");
}

/* RFC 854 §0, RFC 1123 §3.3.1: CR LF is a line's end, CR NUL a CR. */
static void telnet_parse_reads_line_ends(void)
{
    NVT("a\r\nb", "a\r\nb");
    NVT("a\r\0b", "a\rb");
    NVT("\r\0\r\0\0", "\r\r\0");
    NVT("\r\r\0", "\r\r");
    NVT("a\0b", "a\0b");
    NVT("a\nb", "a\nb");
    NVT("\rx", "\rx");
    BINARY("a\r\0b\r\n", "a\r\0b\r\n");
    NVT("\r\xff\xf1\0", "\r[NOP]\0");
}

static void telnet_parse_reads_commands(void)
{
    NVT("a\xff\xf6z", "a[AYT]z");
    NVT("\xff\xf4\xff\xf2", "[IP][DM]");
    NVT("\xff\xf3\xff\xf5\xff\xf7\xff\xf8\xff\xf9", "[BRK][AO][EC][EL][GA]");
    NVT("\xff\x01x", "[command 1]x");
    NVT("\xff\xf0", "[SE]");
}

static void telnet_parse_reads_negotiations(void)
{
    NVT("\xff\xfb\x01\xff\xfd\x03", "[WILL ECHO][DO SGA]");
    NVT("\xff\xfc\xff\xff\xfe\x22x", "[WONT option 255][DONT LINEMODE]x");
    NVT("a\xff\xfb", "a");
    NVT("a\xff", "a");
}

/* RFC 855 §0: up to IAC SE, 255 doubled there too. */
static void telnet_parse_reads_subnegotiations(void)
{
    NVT("\xff\xfa\x18\x01\xff\xf0x", "[SB TTYPE \x01]x");
    NVT("\xff\xfa\x1f\0\xff\xff\0\x18\xff\xf0", "[SB NAWS \0\xff\0\x18]");
    NVT("\xff\xfa\x18\xff\xf0", "[SB TTYPE ]");
    NVT("\xff\xfa\xff\xff\xf0", "[SB option 255 ]");
    NVT("\xff\xfa\x18\x01", "");
}

static void telnet_parse_refuses_what_has_no_end(void)
{
    static char endless[TELNET_SUBNEGOTIATION_MAX + 8];
    static struct reading r;

    NVT("ab\xff\xfa\x18\x01\xff\xfb\x01", "ab");
    read_cut(&r, SPAN("\xff\xfa\x18\x01\xff\xfb\x01"), false, 7, 1);
    CU_ASSERT_EQUAL(r.outcome, PARSE_BROKEN);
    memset(endless, 'x', sizeof(endless));
    memcpy(endless, "\xff\xfa\x18", 3);
    memcpy(endless + 3 + TELNET_SUBNEGOTIATION_MAX, "\xff\xf0", 2);
    read_cut(&r, (struct span){endless, 5 + TELNET_SUBNEGOTIATION_MAX}, false,
             100, 7);
    CU_ASSERT_EQUAL(r.outcome, PARSE_DONE);
    endless[3 + TELNET_SUBNEGOTIATION_MAX] = 'x';
    read_cut(&r, (struct span){endless, sizeof(endless)}, false, 100, 7);
    CU_ASSERT_EQUAL(r.outcome, PARSE_BROKEN);
}

/* Streams of bytes that mean something more often than chance would have it,
 * each cut at chance. */
static void telnet_parse_is_the_same_in_any_split(void)
{
    static const unsigned char liked[] = {255, 255, 250, 240, 251, 253, 254,
                                          246, 13,  10,  0,   1,   24,  'x'};
    static struct reading whole, cut;
    static char bytes[512];

    srandom(7);
    for (int round = 0; round < 4000; round++) {
        static struct telnet_parser parser;
        size_t length = 1 + (size_t)random() % sizeof(bytes);
        struct span left = {bytes, length};

        for (size_t i = 0; i < length; i++)
            bytes[i] = random() % 8
                           ? (char)liked[(size_t)random() % sizeof(liked)]
                           : (char)random();
        read_cut(&whole, left, round % 2, length, 1);
        memset(&cut, 0, sizeof(cut));
        telnet_parser_start(&parser);
        parser.binary = round % 2;
        while (left.length > 0) {
            size_t piece = 1 + (size_t)random() % left.length;
            feed(&cut, &parser, (struct span){left.data, piece});
            left.data += piece;
            left.length -= piece;
        }
        CU_ASSERT_EQUAL(cut.length, whole.length);
        CU_ASSERT_EQUAL(memcmp(cut.text, whole.text, whole.length), 0);
        CU_ASSERT_EQUAL(cut.outcome == PARSE_BROKEN,
                        whole.outcome == PARSE_BROKEN);
    }
}

const struct test tests_telnet_parse[] = {
    {"telnet_parse_undoubles_iac", telnet_parse_undoubles_iac},
    {"telnet_parse_reads_line_ends", telnet_parse_reads_line_ends},
    {"telnet_parse_reads_commands", telnet_parse_reads_commands},
    {"telnet_parse_reads_negotiations", telnet_parse_reads_negotiations},
    {"telnet_parse_reads_subnegotiations", telnet_parse_reads_subnegotiations},
    {"telnet_parse_refuses_what_has_no_end",
     telnet_parse_refuses_what_has_no_end},
    {"telnet_parse_is_the_same_in_any_split",
     telnet_parse_is_the_same_in_any_split},
    {NULL, NULL}};
