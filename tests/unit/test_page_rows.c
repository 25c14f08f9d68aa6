/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/unit/page_text.h"
#include "tests/unit/sample_trace.h"

enum { MANY = 1234 };

/* The sample's request, again and again. */
static char *page_of_many(size_t count, const char *note)
{
    static struct trace_event sample[SAMPLE_EVENTS], events[MANY];
    struct trace_file file;

    sample_trace(&file, sample);
    for (size_t i = 0; i < count; i++) {
        events[i] = sample[3];
        events[i].id = i + 1;
        events[i].note = note;
    }
    file.events = events;
    file.event_count = count;
    return page_text(&file, 1);
}

static void rows_of_few_are_written_as_they_are(void)
{
    char *page = page_of_many(1000, NULL);
    CU_ASSERT_EQUAL(text_count(page, "<details class=\"event "), 1000);
    CU_ASSERT_EQUAL(text_count(page, "<template"), 0);
    CU_ASSERT_EQUAL(text_count(page, "<noscript"), 0);
    free(page);
}

/* Each row is there once, in its place, in what is written or packed. */
static void rows_of_many_are_packed_and_whole(void)
{
    char *page = page_of_many(MANY, NULL), id[32];
    const char *at = page;
    size_t next = 201, rows;

    CU_ASSERT_EQUAL(text_count(page, "<details class=\"event "), 200);
    CU_ASSERT_EQUAL(text_count(page, "<noscript"), 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(page, " of 1,234 rows"));
    while ((at = strstr(at, "<template")) != NULL) {
        const char *first = strstr(at, "data-first=\"");
        CU_ASSERT_EQUAL(strtoul(first + 12, NULL, 10), next);
        rows = strtoul(strstr(at, "data-rows=\"") + 11, NULL, 10);
        at = strchr(at, '>') + 1;
        char *text = unpacked(at);
        CU_ASSERT_EQUAL(text_count(text, "<li>"), rows);
        for (size_t i = 0; i < rows; i++) {
            snprintf(id, sizeof(id), "id=\"e%zu\"", next++);
            CU_ASSERT_EQUAL(text_count(text, id), 1);
        }
        free(text);
    }
    CU_ASSERT_EQUAL(next, MANY + 1);
    free(page);
}

static void rows_that_are_packed_escape_a_peer_too(void)
{
    char *page = page_of_many(MANY, "</template><script>alert(1)</script><li>");
    char *text = unpacked(strchr(strstr(page, "<template"), '>') + 1);

    CU_ASSERT_EQUAL(text_count(page, "<script"), 1);
    CU_ASSERT_EQUAL(text_count(text, "<script"), 0);
    CU_ASSERT_EQUAL(text_count(text, "</template"), 0);
    CU_ASSERT(text_count(text, "&lt;script&gt;") > 0);
    free(text);
    free(page);
}

const struct test tests_page_rows[] = {
    {"rows_of_few_are_written_as_they_are",
     rows_of_few_are_written_as_they_are},
    {"rows_of_many_are_packed_and_whole", rows_of_many_are_packed_and_whole},
    {"rows_that_are_packed_escape_a_peer_too",
     rows_that_are_packed_escape_a_peer_too},
    {NULL, NULL},
};
