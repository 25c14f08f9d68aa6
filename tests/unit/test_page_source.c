/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "labs/trace/page.h"
#include "tests/harness.h"

/* What page_source makes of a place; the caller frees. */
static char *shown(const char *file, int line)
{
    struct page *page = calloc(1, sizeof(*page));
    struct error error = {0};
    const char *path = test_path("source.html");
    struct where where = {file, line, "function"};

    CU_ASSERT_PTR_NOT_NULL_FATAL(page);
    CU_ASSERT_EQUAL_FATAL(
        output_open(&page->html.to, path, OUTPUT_FRESH, &error), 0);
    page->html.error = &error;
    page_source(page, &where);
    CU_ASSERT_EQUAL(html_flush(&page->html), 0);
    CU_ASSERT_EQUAL(output_commit(page->html.to, &error), 0);
    page_sources_free(page);
    free(page);
    return test_read_file(path, NULL);
}

static void source_line_stands_among_its_neighbours(void)
{
    char *html = shown("common/trace.h", 3);

    CU_ASSERT_PTR_NOT_NULL_FATAL(html);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(html, "    1  /* SPDX-License-Identifier: MIT */\n"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(html, "<mark>▸   3   * trace: the record of a conversation."
                     "</mark>\n"));
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

const struct test tests_page_source[] = {
    {"source_line_stands_among_its_neighbours",
     source_line_stands_among_its_neighbours},
    {"source_is_only_of_the_house", source_is_only_of_the_house},
    {"source_beyond_the_end_is_nothing", source_beyond_the_end_is_nothing},
    {NULL, NULL},
};
