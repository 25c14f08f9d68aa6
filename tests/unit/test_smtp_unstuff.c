/* SPDX-License-Identifier: MIT */
/* smtp_unstuff: RFC 5321 §4.5.2, where the data end and what is in them. */
#include "smtp/smtp_unstuff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

#define BYTES(literal) (literal), sizeof(literal) - 1

static char message[4096];
static size_t message_length, used_in_all;
static const char *why;

/* Fed so many bytes at a time; the message is gathered. */
static enum parse read_data(struct span input, size_t step)
{
    struct smtp_unstuff data = {.content = 0};
    enum parse outcome = PARSE_MORE;
    size_t to = 0;

    message_length = used_in_all = 0;
    why = "";
    while (outcome == PARSE_MORE) {
        struct span left = {input.data + used_in_all, to - used_in_all}, piece;
        size_t used;

        outcome = smtp_unstuff_read(&data, left, &used, &piece, &why);
        memcpy(message + message_length, piece.data, piece.length);
        message_length += piece.length;
        used_in_all += used;
        if (outcome == PARSE_MORE && used == 0) {
            if (to == input.length)
                break;
            to = to + step < input.length ? to + step : input.length;
        }
    }
    if (outcome == PARSE_DONE)
        CU_ASSERT_EQUAL(data.content, message_length);
    return outcome;
}

/* The same message at every split. */
static void check_message(struct span input, struct span want, size_t used)
{
    for (size_t step = 1; step <= input.length; step++) {
        CU_ASSERT_EQUAL(read_data(input, step), PARSE_DONE);
        CU_ASSERT_EQUAL(used_in_all, used);
        CU_ASSERT(span_equal((struct span){message, message_length}, want));
    }
}

static void smtp_unstuff_takes_dots_away(void)
{
    check_message(SPAN("\r\n.\r\nQUIT\r\n"), SPAN("\r\n"), 5);
    check_message(SPAN(".\r\n"), SPAN(""), 3);
    check_message(SPAN("a\r\n.\r\n"), SPAN("a\r\n"), 6);
    check_message(SPAN("..\r\n.\r\n"), SPAN(".\r\n"), 7);
    check_message(SPAN("...a\r\n..b\r\nc..\r\n.\r\n"),
                  SPAN("..a\r\n.b\r\nc..\r\n"), 19);
    /* A client that forgot to: the dot goes all the same (§4.5.2). */
    check_message(SPAN(".a\r\n.\r\n"), SPAN("a\r\n"), 7);
    check_message(SPAN("\r\n\r\n..\r\n\r\n.\r\n"), SPAN("\r\n\r\n.\r\n\r\n"),
                  13);
    check_message(SPAN("\xff\0\x80\r\n.\r\n"), SPAN("\xff\0\x80\r\n"), 8);
}

/* Nothing but CR LF . CR LF ends the data, and what others might take for the
 * end is refused: each of these has smuggled a second message somewhere. */
static void smtp_unstuff_lets_nothing_be_smuggled(void)
{
    static const struct span tricks[] = {
        {BYTES("a\n.\nMAIL FROM:<>\r\n.\r\n")},
        {BYTES("a\n.\r\nMAIL FROM:<>\r\n.\r\n")},
        {BYTES("a\r\n.\nMAIL FROM:<>\r\n.\r\n")},
        {BYTES("a\r.\rMAIL FROM:<>\r\n.\r\n")},
        {BYTES("a\r.\r\nMAIL FROM:<>\r\n.\r\n")},
        {BYTES("a\r\n.\rMAIL FROM:<>\r\n.\r\n")},
        {BYTES("a\r\n.\r\r\n.\r\n")},
        {BYTES("a\n\n.\n\n")},
        {BYTES("a\r\r\n.\r\n")},
        {BYTES("\n.\r\n")},
        {BYTES(".\n")},
        {BYTES("a\r\n..\n")},
        {BYTES("a\0\n.\r\n")},
    };

    for (size_t i = 0; i < sizeof(tricks) / sizeof(*tricks); i++)
        for (size_t step = 1; step <= tricks[i].length; step++) {
            CU_ASSERT_EQUAL(read_data(tricks[i], step), PARSE_BROKEN);
            CU_ASSERT_PTR_NOT_NULL(strstr(why, "bare"));
        }
}

/* No prefix is whole, and none is broken. */
static void smtp_unstuff_waits_at_every_prefix(void)
{
    static const char text[] = "Subject: x\r\n\r\n..\r\n.y\r\n.\r\n";

    for (size_t i = 0; i < sizeof(text) - 1; i++)
        CU_ASSERT_EQUAL(read_data((struct span){text, i}, i + 1), PARSE_MORE);
    CU_ASSERT_EQUAL(read_data(SPAN(text), sizeof(text)), PARSE_DONE);
}

/* A long line is one piece, and no limit of ours (RFC 5321 §4.5.3.1.6). */
static void smtp_unstuff_takes_lines_of_any_length(void)
{
    struct smtp_unstuff data = {.content = 0};
    char *text = malloc(10005);
    struct span piece;
    size_t used;

    memset(text, 'x', 10000);
    memcpy(text + 10000, "\r\n.\r\n", 5);
    CU_ASSERT_EQUAL(smtp_unstuff_read(&data, (struct span){text, 10005}, &used,
                                      &piece, &why),
                    PARSE_MORE);
    CU_ASSERT_EQUAL(piece.length, 10002);
    free(text);
}

static void smtp_unstuff_names_its_states(void)
{
    for (int i = 0; i < SMTP_UNSTUFF_STATES; i++)
        CU_ASSERT_PTR_NOT_NULL(
            smtp_unstuff_state_name((enum smtp_unstuff_state)i));
}

const struct test tests_smtp_unstuff[] = {
    {"smtp_unstuff_takes_dots_away", smtp_unstuff_takes_dots_away},
    {"smtp_unstuff_lets_nothing_be_smuggled",
     smtp_unstuff_lets_nothing_be_smuggled},
    {"smtp_unstuff_waits_at_every_prefix", smtp_unstuff_waits_at_every_prefix},
    {"smtp_unstuff_takes_lines_of_any_length",
     smtp_unstuff_takes_lines_of_any_length},
    {"smtp_unstuff_names_its_states", smtp_unstuff_names_its_states},
    {NULL, NULL}};
