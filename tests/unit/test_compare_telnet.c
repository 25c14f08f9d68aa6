/* SPDX-License-Identifier: MIT */
/* Two sessions: what was typed and shown counts, not how it was cut. */
#include "tests/unit/talk.h"

#include <string.h>

#include "tests/harness.h"

static void add(struct talk *talk, bool typed, const char *proto,
                const char *name, const char *data)
{
    struct trace_event *event =
        talk_add(talk, TRACE_LAYER_APP, typed ? TRACE_DIR_OUT : TRACE_DIR_IN,
                 name, data);

    event->proto = proto;
    event->rfc = RFC("854", "0");
}

static void type(struct talk *talk, const char *keys)
{
    add(talk, true, "telnet", "data", keys);
}

static void show(struct talk *talk, const char *text)
{
    add(talk, false, "telnet", "data", text);
}

static void begin(void)
{
    talk_begin(&a, 23);
    talk_begin(&b, 23);
}

/* RFC 9293 §3.9.1.2: what one call hands over need not arrive in one piece. */
static void compare_telnet_sets_pieces_aside(void)
{
    begin();
    type(&a, "ls\r\n");
    type(&b, "l");
    type(&b, "s");
    type(&b, "\r\n");
    show(&a, "ls\r\nREADME\r\n$ ");
    show(&b, "ls\r\n");
    show(&b, "README\r\n$ ");
    talk_compare();
    CU_ASSERT_EQUAL(made.difference_count, 0);
    CU_ASSERT(made.used[RULE_PIECES] > 0);
    comparison_free(&made);
}

static void compare_telnet_sets_line_ends_aside(void)
{
    begin();
    type(&a, "ls\r\n");
    add(&b, true, "ssh", "CHANNEL_DATA", "ls\r");
    talk_expect_used(RULE_LINE_END, 1);
}

static void compare_telnet_tells_what_was_typed(void)
{
    begin();
    type(&a, "ls\r\n");
    type(&b, "pwd\r\n");
    talk_expect(1, "what was typed differs", NULL);
    begin();
    show(&a, "one\r\n");
    show(&b, "two\r\n");
    talk_expect(1, "what was shown differs", NULL);
}

static void compare_telnet_tells_of_options(void)
{
    begin();
    add(&a, false, "telnet", "WILL ECHO", "\xff\xfb\x01");
    add(&b, false, "telnet", "WILL ECHO", "\xff\xfb\x01");
    add(&a, true, "telnet", "SB TTYPE", "\xff\xfa\x18xVT100\xff\xf0");
    add(&b, true, "telnet", "SB TTYPE", "\xff\xfa\x18xXTERM\xff\xf0");
    talk_expect(1, "SB TTYPE says something else", NULL);
}

static void ask_terminal(struct talk *talk)
{
    add(talk, false, "telnet", "SB TTYPE", "\xff\xfa\x18\x01\xff\xf0");
    add(talk, true, "telnet", "SB TTYPE",
        "\xff\xfa\x18"
        "0XTERM\xff\xf0");
}

/* RFC 854: options are agreed upon while somebody types. */
static void compare_telnet_lets_options_cross_keys(void)
{
    begin();
    ask_terminal(&a);
    type(&a, "j");
    type(&a, "o");
    type(&a, "n");
    type(&b, "j");
    type(&b, "o");
    type(&b, "n");
    ask_terminal(&b);
    talk_compare();
    CU_ASSERT_EQUAL(made.difference_count, 0);
    CU_ASSERT(made.used[RULE_CROSSING] > 0);
    comparison_free(&made);
    b.file.event_count--;
    talk_compare();
    CU_ASSERT(made.difference_count > 0);
    comparison_free(&made);
}

/* RFC 854: an answer to an option does not cross what it answers; one about
 * another option may. */
static void compare_telnet_lets_other_options_cross(void)
{
    begin();
    add(&a, true, "telnet", "SB NAWS", "\xff\xfa\x1f");
    add(&a, false, "telnet", "SB TTYPE", "\xff\xfa\x18");
    add(&b, false, "telnet", "SB TTYPE", "\xff\xfa\x18");
    add(&b, true, "telnet", "SB NAWS", "\xff\xfa\x1f");
    talk_expect_used(RULE_CROSSING, 1);
    begin();
    add(&a, true, "telnet", "DO SGA", "\xff\xfd\x03");
    add(&a, false, "telnet", "WILL SGA", "\xff\xfb\x03");
    add(&b, false, "telnet", "WILL SGA", "\xff\xfb\x03");
    add(&b, true, "telnet", "DO SGA", "\xff\xfd\x03");
    talk_compare();
    CU_ASSERT_EQUAL(made.difference_count, 2);
    comparison_free(&made);
}

/* RFC 857: whether a key is shown depends on when ECHO was agreed upon. */
static void compare_telnet_keeps_echo_in_its_place(void)
{
    begin();
    add(&a, false, "telnet", "WONT ECHO", "\xff\xfc\x01");
    type(&a, "s");
    type(&a, "e");
    type(&b, "s");
    type(&b, "e");
    add(&b, false, "telnet", "WONT ECHO", "\xff\xfc\x01");
    talk_expect(2, "only A says: WONT ECHO", "only B says: WONT ECHO");
}

/* Telnet beside SSH: the same words, and the reason for the others. */
static void compare_telnet_stands_beside_ssh(void)
{
    begin();
    add(&a, false, "telnet", "WILL ECHO", "\xff\xfb\x01");
    type(&a, "ls\r\n");
    add(&b, true, "ssh", "NEWKEYS", "k");
    add(&b, true, "ssh", "CHANNEL_DATA", "l");
    add(&b, true, "ssh", "CHANNEL_DATA", "s\r");
    talk_compare();
    CU_ASSERT_EQUAL_FATAL(made.difference_count, 2);
    for (size_t i = 0; i < 2; i++)
        CU_ASSERT_PTR_NOT_NULL(made.differences[i].why);
    comparison_free(&made);
}

const struct test tests_compare_telnet[] = {
    {"compare_telnet_sets_pieces_aside", compare_telnet_sets_pieces_aside},
    {"compare_telnet_sets_line_ends_aside",
     compare_telnet_sets_line_ends_aside},
    {"compare_telnet_tells_what_was_typed",
     compare_telnet_tells_what_was_typed},
    {"compare_telnet_tells_of_options", compare_telnet_tells_of_options},
    {"compare_telnet_lets_options_cross_keys",
     compare_telnet_lets_options_cross_keys},
    {"compare_telnet_lets_other_options_cross",
     compare_telnet_lets_other_options_cross},
    {"compare_telnet_keeps_echo_in_its_place",
     compare_telnet_keeps_echo_in_its_place},
    {"compare_telnet_stands_beside_ssh", compare_telnet_stands_beside_ssh},
    {NULL, NULL}};
