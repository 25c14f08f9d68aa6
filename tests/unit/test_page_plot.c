/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "common/limits.h"
#include "labs/trace/page.h"
#include "tests/harness.h"

/* What page_plot makes of a text; the caller frees. */
static char *drawn(const char *text)
{
    static struct page page;
    struct error error = {0};
    const char *path = test_path("plot.html");

    memset(&page, 0, sizeof(page));
    CU_ASSERT_EQUAL_FATAL(
        output_open(&page.html.to, path, OUTPUT_FRESH, &error), 0);
    page.html.error = &error;
    page_plot(&page, text);
    CU_ASSERT_EQUAL(html_flush(&page.html), 0);
    CU_ASSERT_EQUAL(output_commit(page.html.to, &error), 0);
    return test_read_file(path, NULL);
}

static void plot_draws_each_line_in_steps_up_to_its_end(void)
{
    char *html = drawn("A page|ms|objects\n"
                       "slow|50 1|100 2\n"
                       "fast|25 2\n");
    CU_ASSERT_PTR_NOT_NULL_FATAL(html);
    /* The widest x is at the right, the highest y at the top. */
    CU_ASSERT_PTR_NOT_NULL(
        strstr(html, "line1\" d=\"M48 252H334.0V132.0H620.0V12.0\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(html, "line2\" d=\"M48 252H191.0V12.0\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(html, ">100</text>"));
    CU_ASSERT_PTR_NULL(strstr(html, ">120</text>"));
    free(html);
}

static void plot_says_in_words_what_it_shows(void)
{
    char *html = drawn("A page|ms|objects\nslow|50 1|100 2\nfast|25 2\n");
    CU_ASSERT_PTR_NOT_NULL_FATAL(html);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(html, "role=\"img\" aria-label=\"A page. slow: 2 objects after "
                     "100 ms; fast: 2 objects after 25 ms.\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(html, "<figcaption>A page</figcaption>"));
    free(html);
}

/* However large the numbers: few marks. */
static void plot_has_few_marks_on_each_axis(void)
{
    char *html = drawn("Much|years|bytes\nall|1e300 7e307\n");
    size_t marks = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(html);
    for (const char *at = html; (at = strstr(at, "class=\"grid\"")); at++)
        marks++;
    CU_ASSERT(marks >= 6 && marks <= 14);
    free(html);
}

static void plot_is_drawn_from_numbers_only(void)
{
    char *html = drawn("<b>|\"|&\n<i>|\"/><script> 1|2 1|nan 3|1e999 4|-1 2\n");
    CU_ASSERT_PTR_NOT_NULL_FATAL(html);
    CU_ASSERT_PTR_NULL(strstr(html, "<script"));
    CU_ASSERT_PTR_NULL(strstr(html, "<b>"));
    CU_ASSERT_PTR_NULL(strstr(html, "<i>"));
    CU_ASSERT_PTR_NULL(strstr(html, "nan"));
    CU_ASSERT_PTR_NULL(strstr(html, "inf"));
    CU_ASSERT_PTR_NOT_NULL(strstr(html, "d=\"M48 252H620.0V12.0\""));
    free(html);
}

static void plot_of_nothing_is_none(void)
{
    static const char *const texts[] = {"", "t|x|y\n", "t|x|y\na\n",
                                        "t|x|y\na|0 1\n", "t|x|y\na|z\n"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char *html = drawn(texts[i]);
        CU_ASSERT_STRING_EQUAL(html ? html : "", "");
        free(html);
    }
}

static void plot_keeps_to_its_limits(void)
{
    char text[16384] = "t|x|y\n";
    for (int line = 0; line < PLOT_LINES_MAX + 2; line++) {
        strcat(text, "l");
        for (int point = 0; point < PLOT_POINTS_MAX + 9; point++)
            strcat(text, "|1000000 1");
        strcat(text, "\n");
    }
    char *html = drawn(text);
    CU_ASSERT_PTR_NOT_NULL_FATAL(html);
    CU_ASSERT_PTR_NULL(strstr(html, "line5"));
    free(html);
}

const struct test tests_page_plot[] = {
    {"plot_draws_each_line_in_steps_up_to_its_end",
     plot_draws_each_line_in_steps_up_to_its_end},
    {"plot_says_in_words_what_it_shows", plot_says_in_words_what_it_shows},
    {"plot_has_few_marks_on_each_axis", plot_has_few_marks_on_each_axis},
    {"plot_is_drawn_from_numbers_only", plot_is_drawn_from_numbers_only},
    {"plot_of_nothing_is_none", plot_of_nothing_is_none},
    {"plot_keeps_to_its_limits", plot_keeps_to_its_limits},
    {NULL, NULL}};
