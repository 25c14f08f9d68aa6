/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "labs/trace/html.h"
#include "tests/harness.h"
#include "tests/unit/page_text.h"

/* A page of one packed stretch of `length` digits that don't repeat. */
static char *packed(size_t length, size_t times)
{
    static struct html html;
    struct error error = {0};
    const char *path = test_path("packed.html");

    memset(&html, 0, sizeof(html));
    CU_ASSERT_EQUAL_FATAL(output_open(&html.to, path, OUTPUT_FRESH, &error), 0);
    html.error = &error;
    for (size_t i = 0; i < times; i++) {
        unsigned number = 1;
        html_markup(&html, ">");
        html_pack_begin(&html);
        for (size_t at = 0; at < length; at++) {
            number = number * 1103515245 + 12345;
            html_numbers(&html, "%u", number >> 16 & 7);
        }
        html_pack_end(&html);
        html_markup(&html, "<");
    }
    CU_ASSERT_EQUAL(html_flush(&html), 0);
    html_pack_free(&html);
    CU_ASSERT_EQUAL(output_commit(html.to, &error), 0);
    char *text = test_read_file(path, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    return text;
}

/* Lengths around those of the buffers, and none at all. */
static void pack_comes_back_as_it_was(void)
{
    static const size_t lengths[] = {0, 1, 2, 3, 65535, 65536, 65537, 400000};

    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        char *page = packed(lengths[i], 1);
        char *text = unpacked(page + 1);
        CU_ASSERT_EQUAL(strlen(text), lengths[i]);
        CU_ASSERT_EQUAL(strspn(text, "01234567"), lengths[i]);
        CU_ASSERT(page[0] == '>' && page[strlen(page) - 1] == '<');
        free(text);
        free(page);
    }
}

static void pack_begins_anew_each_time(void)
{
    char *page = packed(1000, 2);
    char *second = strchr(page + 1, '>');

    CU_ASSERT_PTR_NOT_NULL_FATAL(second);
    char *a = unpacked(page + 1), *b = unpacked(second + 1);
    CU_ASSERT_STRING_EQUAL(a, b);
    free(a);
    free(b);
    free(page);
}

const struct test tests_html_pack[] = {
    {"pack_comes_back_as_it_was", pack_comes_back_as_it_was},
    {"pack_begins_anew_each_time", pack_begins_anew_each_time},
    {NULL, NULL},
};
