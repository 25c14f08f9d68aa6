/* SPDX-License-Identifier: MIT */
/* smtp_command: a line ends in CR LF, and its first word is the verb. */
#include "smtp/smtp_command.h"

#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

#define BYTES(literal) (literal), sizeof(literal) - 1

static const char *why;

static enum parse read_text(struct smtp_line *line, struct span text,
                            size_t *used)
{
    *line = (struct smtp_line){.skipped = 0};
    why = "";
    return smtp_line_read(line, text, used, &why);
}

/* Whole it is a line; each of its prefixes waits for more and uses nothing. */
static void smtp_line_is_the_same_at_every_prefix(void)
{
    static const char text[] = "MAIL FROM:<a@b.test> SIZE=1\r\nNOOP\r\n";
    size_t whole = strlen("MAIL FROM:<a@b.test> SIZE=1\r\n"), used;
    struct smtp_line line;

    for (size_t i = 0; i < whole; i++) {
        CU_ASSERT_EQUAL(read_text(&line, (struct span){text, i}, &used),
                        PARSE_MORE);
        CU_ASSERT_EQUAL(used, 0);
    }
    for (size_t i = whole; i < sizeof(text); i++) {
        CU_ASSERT_EQUAL(read_text(&line, (struct span){text, i}, &used),
                        PARSE_DONE);
        CU_ASSERT_EQUAL(used, whole);
        CU_ASSERT_EQUAL(line.text.length, whole - 2);
        CU_ASSERT_FALSE(line.too_long);
    }
}

/* RFC 5321 §2.3.8: CR and LF stand together or not at all. */
static void smtp_line_refuses_other_ends(void)
{
    static const struct {
        struct span text;
        const char *why;
    } broken[] = {
        {{BYTES("NOOP\n")}, "LF alone"},  {{BYTES("\n")}, "LF alone"},
        {{BYTES("NO\rOP\r\n")}, "no LF"}, {{BYTES("NO\rOP")}, "no LF"},
        {{BYTES("NOOP\r\r\n")}, "no LF"}, {{BYTES("NO\0OP\r\n")}, "NUL"},
        {{BYTES("NO\0")}, "NUL"},
    };
    struct smtp_line line;
    size_t used;

    for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
        CU_ASSERT_EQUAL(read_text(&line, broken[i].text, &used), PARSE_BROKEN);
        CU_ASSERT_PTR_NOT_NULL(strstr(why, broken[i].why));
        CU_ASSERT_EQUAL(used, 0);
    }
    CU_ASSERT_EQUAL(read_text(&line, SPAN("NOOP\r"), &used), PARSE_MORE);
}

/* Fed `step` bytes at a time; what was used is not fed again. */
static enum parse feed(struct smtp_line *line, const char *text, size_t length,
                       size_t step, size_t *total)
{
    enum parse outcome = PARSE_MORE;
    size_t from = 0, to = 0, used;

    *line = (struct smtp_line){.skipped = 0};
    while (outcome == PARSE_MORE && to < length) {
        to = to + step < length ? to + step : length;
        outcome = smtp_line_read(line, (struct span){text + from, to - from},
                                 &used, &why);
        from += used;
    }
    *total = from;
    return outcome;
}

/* RFC 5321 §4.5.3.1.9: 500, and the next command is heard. */
static void smtp_line_steps_over_one_that_is_too_long(void)
{
    size_t length = SMTP_COMMAND_MAX + 5000, total;
    char *text = malloc(SMTP_LINE_SKIP_MAX + 3);
    struct smtp_line line;

    memset(text, 'x', SMTP_LINE_SKIP_MAX + 3);
    memcpy(text + length - 2, "\r\n", 2);
    for (size_t step = 1; step < length; step = step * 7 + 1) {
        CU_ASSERT_EQUAL(feed(&line, text, length, step, &total), PARSE_DONE);
        CU_ASSERT(line.too_long);
        CU_ASSERT_EQUAL(total, length);
    }
    text[length - 2] = 'x';
    text[length - 1] = 'x';
    CU_ASSERT_EQUAL(feed(&line, text, SMTP_LINE_SKIP_MAX + 3, 60000, &total),
                    PARSE_BROKEN);
    memset(text, 'x', SMTP_COMMAND_MAX);
    memcpy(text + SMTP_COMMAND_MAX, "\r\n", 2);
    CU_ASSERT_EQUAL(feed(&line, text, SMTP_COMMAND_MAX + 2, 9999, &total),
                    PARSE_DONE);
    CU_ASSERT_FALSE(line.too_long);
    free(text);
}

static void smtp_command_is_verb_and_argument(void)
{
    struct smtp_command command;

    CU_ASSERT(smtp_command_split(SPAN("RCPT TO:<a@b> X=1  "), &command));
    CU_ASSERT(span_equal(command.verb, SPAN("RCPT")));
    CU_ASSERT(span_equal(command.argument, SPAN("TO:<a@b> X=1")));
    CU_ASSERT(smtp_command_split(SPAN("quit \t "), &command));
    CU_ASSERT(span_equal(command.verb, SPAN("quit")));
    CU_ASSERT_EQUAL(command.argument.length, 0);
    CU_ASSERT_FALSE(smtp_command_split(SPAN(""), &command));
    CU_ASSERT_FALSE(smtp_command_split(SPAN("  "), &command));
    CU_ASSERT_FALSE(smtp_command_split(SPAN(" NOOP"), &command));
}

/* What the client sent comes back without power over a terminal. */
static void smtp_refusal_is_printable(void)
{
    struct smtp_verdict verdict;

    CU_ASSERT_FALSE(
        smtp_refuse(&verdict, 501, "5.5.4", "%s: no", "a\r\n250 \x1b[2J\xff"));
    CU_ASSERT_EQUAL(verdict.code, 501);
    CU_ASSERT_STRING_EQUAL(verdict.enhanced, "5.5.4");
    for (const char *c = verdict.text; *c; c++)
        CU_ASSERT(*c >= ' ' && *c <= '~');
}

const struct test tests_smtp_command[] = {
    {"smtp_line_is_the_same_at_every_prefix",
     smtp_line_is_the_same_at_every_prefix},
    {"smtp_line_refuses_other_ends", smtp_line_refuses_other_ends},
    {"smtp_line_steps_over_one_that_is_too_long",
     smtp_line_steps_over_one_that_is_too_long},
    {"smtp_command_is_verb_and_argument", smtp_command_is_verb_and_argument},
    {"smtp_refusal_is_printable", smtp_refusal_is_printable},
    {NULL, NULL}};
