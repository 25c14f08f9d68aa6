/* SPDX-License-Identifier: MIT */
#include "common/text.h"

#include <string.h>

#include "tests/harness.h"

static void check_escape(const char *bytes, size_t length, const char *shown)
{
    char text[64];
    size_t written =
        text_escape(text, sizeof(text), (struct span){bytes, length});
    CU_ASSERT_STRING_EQUAL(text, shown);
    CU_ASSERT_EQUAL(written, strlen(shown));
}

#define ESCAPES(literal, shown) \
    check_escape((literal), sizeof(literal) - 1, (shown))

static void text_escape_leaves_no_control_byte(void)
{
    ESCAPES("GET / HTTP/1.1\r\n", "GET / HTTP/1.1\\r\\n");
    ESCAPES("\x1b[2J\a", "\\x1B[2J\\x07");
    ESCAPES("a\0b\tc\\d", "a\\0b\\tc\\\\d");
    ESCAPES("\x7f", "\\x7F");
    ESCAPES("", "");
}

/* Eight at a time or one by one, wherever the other byte stands. */
static void text_runs_end_before_the_first_other_byte(void)
{
    for (int c = 0; c < 256; c++)
        for (size_t at = 0; at < 20; at++) {
            char text[20];
            bool printable = c >= 0x20 && c < 0x7F;
            bool plain = printable && c != '"' && c != '\\';
            memset(text, 'x', sizeof(text));
            text[at] = (char)c;
            struct span span = {text, sizeof(text)};
            CU_ASSERT_EQUAL(text_plain(span), plain ? sizeof(text) : at);
            CU_ASSERT_EQUAL(text_printable(span),
                            printable ? sizeof(text) : at);
        }
    CU_ASSERT_EQUAL(text_plain((struct span){"", 0}), 0);
    CU_ASSERT_EQUAL(text_printable((struct span){"", 0}), 0);
}

static void text_escape_keeps_utf8_and_breaks_what_is_none(void)
{
    ESCAPES("gr\xC3\xBC\xC3\x9F", "gr\xC3\xBC\xC3\x9F");
    ESCAPES("\xC3", "\\xC3");
    ESCAPES("\xC0\xAF", "\\xC0\\xAF");                   /* overlong slash */
    ESCAPES("\xE0\x80\xAF", "\\xE0\\x80\\xAF");          /* the same, longer */
    ESCAPES("\xED\xA0\x80", "\\xED\\xA0\\x80");          /* a surrogate */
    ESCAPES("\xF4\x90\x80\x80", "\\xF4\\x90\\x80\\x80"); /* past U+10FFFF */
}

/* CSI as one character, and the mark that turns the direction of a line. */
static void text_escape_shows_what_misleads_the_eye(void)
{
    ESCAPES("\xC2\x9B", "\\xC2\\x9B");
    ESCAPES("\xE2\x80\xAE", "\\xE2\\x80\\xAE");
    ESCAPES("\xE2\x81\xA6", "\\xE2\\x81\\xA6");
    ESCAPES("\xE2\x82\xAC", "\xE2\x82\xAC"); /* the euro sign does not */
}

static void text_escape_cuts_with_dots_at_every_size(void)
{
    const struct span source = SPAN("ab\r\ncd\xC3\xBC");
    const char *whole = "ab\\r\\ncd\xC3\xBC";
    for (size_t size = 1; size <= strlen(whole) + 1; size++) {
        char text[32];
        memset(text, 'X', sizeof(text));
        size_t written = text_escape(text, size, source);
        CU_ASSERT_EQUAL(written, strlen(text));
        CU_ASSERT(written < size);
        CU_ASSERT_EQUAL(text[size], 'X');
        if (size <= strlen(whole) && size > 3)
            CU_ASSERT_STRING_EQUAL(text + written - 3, "...");
    }
}

static void text_to_u64_takes_digits_only_and_never_wraps(void)
{
    uint64_t value = 7;
    CU_ASSERT(text_to_u64(SPAN("0"), UINT64_MAX, &value));
    CU_ASSERT_EQUAL(value, 0);
    CU_ASSERT(text_to_u64(SPAN("18446744073709551615"), UINT64_MAX, &value));
    CU_ASSERT_EQUAL(value, UINT64_MAX);
    value = 7;
    CU_ASSERT(!text_to_u64(SPAN("18446744073709551616"), UINT64_MAX, &value));
    CU_ASSERT(!text_to_u64(SPAN(""), UINT64_MAX, &value));
    CU_ASSERT(!text_to_u64(SPAN("+1"), UINT64_MAX, &value));
    CU_ASSERT(!text_to_u64(SPAN("1 "), UINT64_MAX, &value));
    CU_ASSERT(!text_to_u64(SPAN("0x10"), UINT64_MAX, &value));
    CU_ASSERT(text_to_u64(SPAN("255"), 255, &value));
    CU_ASSERT(!text_to_u64(SPAN("256"), 255, &value));
    CU_ASSERT(!text_to_u64(SPAN("9"), 8, &value));
    CU_ASSERT_EQUAL(value, 255);
}

static void span_compares_bytes_not_strings(void)
{
    CU_ASSERT(span_equal(SPAN("a\0b"), SPAN("a\0b")));
    CU_ASSERT(!span_equal(SPAN("a\0b"), SPAN("a\0c")));
    CU_ASSERT(!span_equal(SPAN("ab"), SPAN("abc")));
    CU_ASSERT(span_equal_nocase(SPAN("Host"), SPAN("hOST")));
    CU_ASSERT(!span_equal_nocase(SPAN("Host["), SPAN("Host{")));
    CU_ASSERT(span_begins(SPAN("Host: a"), "Host"));
    CU_ASSERT(span_begins(SPAN("Host"), "Host"));
    CU_ASSERT(!span_begins(SPAN("Hos"), "Host"));
    CU_ASSERT(!span_begins(SPAN("host: a"), "Host"));
    CU_ASSERT(span_begins_nocase(SPAN("host: a"), "Host"));
    CU_ASSERT(!span_begins_nocase((struct span){NULL, 0}, "Host"));
    CU_ASSERT(span_equal(span_trim(SPAN(" \t a b\t ")), SPAN("a b")));
    CU_ASSERT_EQUAL(span_trim(SPAN(" \t ")).length, 0);
}

static void span_next_line_takes_whole_lines_only(void)
{
    struct span text = SPAN("one\r\n\ntwo\rmore\nrest"), line;

    CU_ASSERT(span_next_line(&text, &line) && span_equal(line, SPAN("one")));
    CU_ASSERT(span_next_line(&text, &line) && line.length == 0);
    CU_ASSERT(span_next_line(&text, &line) &&
              span_equal(line, SPAN("two\rmore")));
    CU_ASSERT(!span_next_line(&text, &line));
    CU_ASSERT(span_equal(text, SPAN("rest")));
    CU_ASSERT(!span_next_line(&(struct span){NULL, 0}, &line));
}

static void span_take_line_takes_what_is_left_too(void)
{
    struct span text = SPAN("one\r\n\ntwo\r"), line;

    CU_ASSERT(span_take_line(&text, &line) && span_equal(line, SPAN("one")));
    CU_ASSERT(span_take_line(&text, &line) && line.length == 0);
    CU_ASSERT(span_take_line(&text, &line) && span_equal(line, SPAN("two")));
    CU_ASSERT(!span_take_line(&text, &line) && text.length == 0);
    CU_ASSERT(!span_take_line(&(struct span){NULL, 0}, &line));
}

static void text_is_readable_is_strict_about_bytes(void)
{
    CU_ASSERT(text_is_readable(SPAN("a\r\n\tb\xC3\xBC")));
    CU_ASSERT(!text_is_readable(SPAN("a\0b")));
    CU_ASSERT(!text_is_readable(SPAN("\x1b[0m")));
    CU_ASSERT(!text_is_readable(SPAN("\xFF")));
    CU_ASSERT(text_is_readable(SPAN("")));
}

static void text_hex_is_written_and_read(void)
{
    static const char bytes[] = {0x00, 0x7f, (char)0x80, (char)0xff};
    static const char none[] = {'g', '/', ':', '@', 'G', '`', '\0', ' '};
    char text[2 * sizeof(bytes) + 1];

    text_hex_write(text, bytes, sizeof(bytes));
    CU_ASSERT_STRING_EQUAL(text, "007f80ff");
    text_hex_write(text, bytes, 0);
    CU_ASSERT_STRING_EQUAL(text, "");
    for (int value = 0; value < 16; value++) {
        CU_ASSERT_EQUAL(text_hex_digit("0123456789abcdef"[value]), value);
        CU_ASSERT_EQUAL(text_hex_digit("0123456789ABCDEF"[value]), value);
    }
    for (size_t i = 0; i < sizeof(none); i++)
        CU_ASSERT_EQUAL(text_hex_digit(none[i]), -1);
}

const struct test tests_text[] = {
    {"text_hex_is_written_and_read", text_hex_is_written_and_read},
    {"text_runs_end_before_the_first_other_byte",
     text_runs_end_before_the_first_other_byte},
    {"text_escape_leaves_no_control_byte", text_escape_leaves_no_control_byte},
    {"text_escape_keeps_utf8_and_breaks_what_is_none",
     text_escape_keeps_utf8_and_breaks_what_is_none},
    {"text_escape_shows_what_misleads_the_eye",
     text_escape_shows_what_misleads_the_eye},
    {"text_escape_cuts_with_dots_at_every_size",
     text_escape_cuts_with_dots_at_every_size},
    {"text_to_u64_takes_digits_only_and_never_wraps",
     text_to_u64_takes_digits_only_and_never_wraps},
    {"span_compares_bytes_not_strings", span_compares_bytes_not_strings},
    {"span_next_line_takes_whole_lines_only",
     span_next_line_takes_whole_lines_only},
    {"span_take_line_takes_what_is_left_too",
     span_take_line_takes_what_is_left_too},
    {"text_is_readable_is_strict_about_bytes",
     text_is_readable_is_strict_about_bytes},
    {NULL, NULL},
};
