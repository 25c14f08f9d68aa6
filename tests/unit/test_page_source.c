/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "labs/trace/page.h"
#include "tests/harness.h"

/* What page_source makes of a place, or page_source_link where there are pages
 * of the source; the caller frees. */
static char *written(const char *file, int line, const char *function,
                     const char *pages)
{
    struct page *page = calloc(1, sizeof(*page));
    struct error error = {0};
    const char *path = test_path("source.html");
    struct where where = {file, line, function};

    CU_ASSERT_PTR_NOT_NULL_FATAL(page);
    CU_ASSERT_EQUAL_FATAL(
        output_open(&page->html.to, path, OUTPUT_FRESH, &error), 0);
    page->html.error = &error;
    page->pages = pages;
    if (pages == NULL)
        page_source(page, &where);
    else if (page_source_link(page, &where))
        html_markup(&page->html, "</a>");
    CU_ASSERT_EQUAL(html_flush(&page->html), 0);
    CU_ASSERT_EQUAL(output_commit(page->html.to, &error), 0);
    page_sources_free(page);
    free(page);
    return test_read_file(path, NULL);
}

static char *shown(const char *file, int line)
{
    return written(file, line, "function", NULL);
}

static void source_line_stands_among_its_neighbours(void)
{
    char *html = shown("common/trace.h", 3);

    CU_ASSERT_PTR_NOT_NULL_FATAL(html);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(html, "    1  /* SPDX-License-Identifier: MIT */\n"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(html, "<mark>▸   3   * trace: the record of a conversation."
                     "\n</mark>"));
    CU_ASSERT_PTR_NOT_NULL(strstr(html, "    6  "));
    CU_ASSERT_PTR_NULL(strstr(html, "    7  "));
    free(html);
}

/* A trace is anybody's, and may name any file. */
static void source_is_only_of_the_house(void)
{
    static const char *const names[] = {
        "/etc/passwd",
        "../../../etc/passwd",
        "common/../README.c",
        "README.md",
        "common/trace.h\n",
        ".git/config",
        "labs/no_such_file.c",
        "common",
        "",
        "/proc/self/environ.c",
        "common/rfc-sections.tsv",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *html = shown(names[i], 1);
        CU_ASSERT_STRING_EQUAL(html ? html : "", "");
        free(html);
    }
}

static void source_beyond_the_end_is_nothing(void)
{
    static const int lines[] = {1000000, -5, -2147483647};

    for (size_t i = 0; i < 3; i++) {
        char *html = shown("common/trace.h", lines[i]);
        CU_ASSERT_STRING_EQUAL(html ? html : "", "");
        free(html);
    }
}

/* The line that holds `words` in a file; 0: none. */
static int line_of(const char *file, const char *words)
{
    char *text = test_read_file(file, NULL);
    char *at = text != NULL ? strstr(text, words) : NULL;
    int line = at != NULL;

    for (char *c = text; at != NULL && c < at; c++)
        line += *c == '\n';
    free(text);
    return line;
}

/* Lines of a function are counted from that of its name, so that a link stays
 * true when lines above it come or go. */
static void source_link_counts_from_the_name_of_the_function(void)
{
    static const char file[] = "tests/unit/test_page_source.c";
    int name = line_of(file, "static void source_link_counts_from");
    char *link = written(file, name + 4,
                         "source_link_counts_from_the_name_of_the_function",
                         "../source/");

    CU_ASSERT_STRING_EQUAL(
        link, "<a class=\"to-source\" href=\"../source/tests/unit/"
              "test_page_source.c.html#source_link_counts_from_the_name_of_"
              "the_function-4\"></a>");
    free(link);
}

/* Where file or function are not to be had there is nothing to lead to. */
static void source_link_needs_a_function_of_the_house(void)
{
    static const char *const places[][2] = {
        {"common/trace.h", "no_such_function"},
        {"common/trace.h", "record"},
        {"common/trace.h", ""},
        {"/etc/passwd", "main"},
        {"labs/trace.c", "\"><script>"},
        {"labs/trace.c", "sho"},
    };

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        char *link = written(places[i][0], 60, places[i][1], "../source/");
        CU_ASSERT_STRING_EQUAL(link ? link : "", "");
        free(link);
    }
}

const struct test tests_page_source[] = {
    {"source_line_stands_among_its_neighbours",
     source_line_stands_among_its_neighbours},
    {"source_is_only_of_the_house", source_is_only_of_the_house},
    {"source_beyond_the_end_is_nothing", source_beyond_the_end_is_nothing},
    {"source_link_counts_from_the_name_of_the_function",
     source_link_counts_from_the_name_of_the_function},
    {"source_link_needs_a_function_of_the_house",
     source_link_needs_a_function_of_the_house},
    {NULL, NULL},
};
