/* SPDX-License-Identifier: MIT */
#include "labs/trace/canvas.h"

#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

static struct canvas canvas;

static void begin(int columns, bool colour)
{
    canvas.colour = colour;
    canvas.rail_count = 0;
    canvas_clear(&canvas, columns);
}

static void check(const char *expected)
{
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);

    canvas_write(&canvas, to);
    fclose(to);
    CU_ASSERT_STRING_EQUAL(text, expected);
    free(text);
}

static void text_of(int width, const char *text, const char *shown)
{
    char expected[64] = "";

    begin(20, false);
    canvas_text(&canvas, 2, width, STYLE_PLAIN, text);
    canvas_text(&canvas, 2 + width, 1, STYLE_PLAIN, "|");
    strcat(strcat(strcat(expected, "  "), shown), "|\n");
    check(expected);
}

static void canvas_cuts_with_dots_what_is_too_long(void)
{
    text_of(5, "abcde", "abcde");
    text_of(5, "abcdef", "abcd…");
    text_of(5, "§§§§§", "§§§§§");
    text_of(5, "§§§§§§", "§§§§…");
    /* A wide character is seen whole or not at all. */
    text_of(5, "ab漢字", "ab漢…");
    text_of(4, "a漢字", "a漢…");
    text_of(5, "a漢字", "a漢字");
    /* A mark behind the last character needs no column. */
    text_of(2, "ae\xCC\x81", "ae\xCC\x81");
    text_of(2, "aee\xCC\x81", "a…");
}

static void canvas_bears_a_few_marks_on_a_character(void)
{
    char text[64] = "e", shown[64] = "e";

    for (int i = 0; i < 20; i++) {
        strcat(text, "\xCC\x81");
        if (strlen(shown) + 2 <= CANVAS_CELL_MAX)
            strcat(shown, "\xCC\x81");
    }
    strcat(text, "f");
    strcat(shown, "f");
    text_of(2, text, shown);
}

static void canvas_shows_rails_where_nothing_else_is(void)
{
    static const int rails[] = {3, 8, 12};

    begin(16, false);
    canvas.rails = rails;
    canvas.rail_count = 3;
    check("   │    │   │\n");
    canvas_text(&canvas, 5, 5, STYLE_PLAIN, "words");
    check("   │ words  │\n");
    canvas_fill(&canvas, 4, 8, STYLE_PLAIN, "─");
    canvas_text(&canvas, 10, 9, STYLE_PLAIN, "to the end");
    check("   │────│ to th…\n");
}

/* What stands there already stays; of the rest, the right part is seen. */
static void canvas_hides_what_begins_too_far_left(void)
{
    begin(16, false);
    canvas_text(&canvas, 2, 4, STYLE_PLAIN, "abcd");
    canvas_text(&canvas, 4, 6, STYLE_PLAIN, "123456");
    canvas_fill(&canvas, 0, 12, STYLE_PLAIN, "─");
    canvas_text(&canvas, 0, 3, STYLE_PLAIN, "no");
    check("  abcd3456──\n");
}

static void canvas_changes_style_where_something_is_seen(void)
{
    begin(16, true);
    canvas_text(&canvas, 1, 9, STYLE_BOLD, " a b ");
    canvas_text(&canvas, 8, 9, STYLE_BOLD, "c");
    canvas_text(&canvas, 9, 9, STYLE_PLAIN, "d");
    check("  \033[0m\033[1ma b   c\033[0md\n");
    canvas_text(&canvas, 0, 9, STYLE_DIM, "e  ");
    check("\033[0m\033[2me\033[0m\n");
}

static void canvas_lets_no_control_character_pass(void)
{
    begin(20, false);
    canvas_text(&canvas, 0, 20, STYLE_PLAIN, "a\x1b\a\x7f\xC2\x9B\xFF\nb");
    check("a??????b\n");
}

static void text_counts_wide_and_combining_characters(void)
{
    CU_ASSERT_EQUAL(text_columns("abc"), 3);
    CU_ASSERT_EQUAL(text_columns("e\xCC\x81"), 1);
    CU_ASSERT_EQUAL(text_columns("漢字"), 4);
    CU_ASSERT_EQUAL(text_columns("a·b§c–d"), 7);
}

/* At a blank if there is one; blanks that hang over the edge are no matter. */
static void text_breaks_between_words(void)
{
    CU_ASSERT_EQUAL(text_fit("one two three", 9), 7);
    CU_ASSERT_EQUAL(text_fit("one two three", 7), 7);
    CU_ASSERT_EQUAL(text_fit("one two three", 6), 3);
    CU_ASSERT_EQUAL(text_fit("one two", 7), 7);
    CU_ASSERT_EQUAL(text_fit("one    two", 4), 3);
    CU_ASSERT_EQUAL(text_fit("one   ", 3), 3);
    CU_ASSERT_EQUAL(text_fit("onetwothree", 5), 5);
    CU_ASSERT_EQUAL(text_fit("§ §§ §§§", 5), strlen("§ §§"));
    CU_ASSERT_EQUAL(text_fit("漢字", 1), strlen("漢"));
}

static void canvas_draws_words_a_line_at_a_time(void)
{
    const char *text = "one two   three";

    begin(20, false);
    canvas_words(&canvas, 2, 8, STYLE_PLAIN, &text);
    check("  one two\n");
    CU_ASSERT_STRING_EQUAL(text, "three");
    canvas_words(&canvas, 2, 8, STYLE_PLAIN, &text);
    check("  three\n");
    CU_ASSERT_STRING_EQUAL(text, "");
}

static void columns_stay_within_limits(void)
{
    CU_ASSERT_EQUAL(columns_within(0, 100, 60, 400), 100);
    CU_ASSERT_EQUAL(columns_within(59, 100, 60, 400), 60);
    CU_ASSERT_EQUAL(columns_within(80, 100, 60, 400), 80);
    CU_ASSERT_EQUAL(columns_within(401, 100, 60, 400), 400);
}

const struct test tests_canvas[] = {
    {"canvas_cuts_with_dots_what_is_too_long",
     canvas_cuts_with_dots_what_is_too_long},
    {"canvas_bears_a_few_marks_on_a_character",
     canvas_bears_a_few_marks_on_a_character},
    {"canvas_shows_rails_where_nothing_else_is",
     canvas_shows_rails_where_nothing_else_is},
    {"canvas_hides_what_begins_too_far_left",
     canvas_hides_what_begins_too_far_left},
    {"canvas_changes_style_where_something_is_seen",
     canvas_changes_style_where_something_is_seen},
    {"canvas_lets_no_control_character_pass",
     canvas_lets_no_control_character_pass},
    {"text_counts_wide_and_combining_characters",
     text_counts_wide_and_combining_characters},
    {"text_breaks_between_words", text_breaks_between_words},
    {"canvas_draws_words_a_line_at_a_time",
     canvas_draws_words_a_line_at_a_time},
    {"columns_stay_within_limits", columns_stay_within_limits},
    {NULL, NULL},
};
