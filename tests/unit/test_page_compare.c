/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/unit/page_text.h"
#include "tests/unit/sample_trace.h"

static struct trace_event events[2][SAMPLE_EVENTS];
static struct trace_file files[2];

static void make_two(void)
{
    sample_trace(&files[0], events[0]);
    sample_trace(&files[1], events[1]);
}

static void compare_page_says_that_nothing_differs(void)
{
    make_two();
    char *page = page_text(files, 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "No differences between"));
    CU_ASSERT_EQUAL(text_count(page, "event pair differs"), 0);
    CU_ASSERT(text_count(page, "event pair same") > 4);
    CU_ASSERT(text_count(page, "the same in both") > 4);
    free(page);
}

static void compare_page_tells_a_changed_header_with_its_section(void)
{
    static const char other[] =
        "GET /page.html HTTP/1.1\r\nHost: www.example.test\r\n"
        "User-Agent: another\r\nAuthorization: Basic ********\r\n\r\n";

    make_two();
    events[1][3].data = (struct span){other, sizeof(other) - 1};
    events[1][3].length = sizeof(other) - 1;
    char *page = page_text(files, 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(page, ">1 difference between"));
    CU_ASSERT_EQUAL(text_count(page, "event pair differs"), 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "aria-hidden=\"true\">≠</span>"));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "<b>B</b> <code>another</code>"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(page, "https://www.rfc-editor.org/rfc/rfc9110#section-10.1.5"));
    free(page);
}

static void compare_page_has_both_ladders_with_ids_of_their_own(void)
{
    make_two();
    char *page = page_text(files, 2);
    CU_ASSERT_EQUAL(text_count(page, "id=\"e4\""), 1);
    CU_ASSERT_EQUAL(text_count(page, "id=\"f4\""), 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "href=\"#e4\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "href=\"#f4\""));
    free(page);
}

static void compare_page_shows_hostile_bytes_as_text(void)
{
    static const char bad[] =
        "GET /</script></style></pre><script>alert(1)</script> HTTP/1.1\r\n"
        "Host: \"'&\x1b\xFF\xE2\x80\xAE<!--s-->\r\n\r\n";

    make_two();
    events[1][3].data = (struct span){bad, sizeof(bad) - 1};
    events[1][3].note = events[1][3].name = bad;
    char *page = page_text(files, 2);
    CU_ASSERT_EQUAL(text_count(page, "<script"), 1);
    CU_ASSERT_EQUAL(text_count(page, "</script>"), 1);
    CU_ASSERT_PTR_NULL(strchr(page, '\x1b'));
    CU_ASSERT_PTR_NULL(strstr(page, "\xE2\x80\xAE"));
    CU_ASSERT(text_is_readable(span_of(page)));
    free(page);
}

static void compare_page_of_nothing_to_compare_says_so(void)
{
    make_two();
    files[1].event_count = 0;
    char *page = page_text(files, 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "These two can’t be compared: "));
    free(page);
}

const struct test tests_page_compare[] = {
    {"compare_page_says_that_nothing_differs",
     compare_page_says_that_nothing_differs},
    {"compare_page_tells_a_changed_header_with_its_section",
     compare_page_tells_a_changed_header_with_its_section},
    {"compare_page_has_both_ladders_with_ids_of_their_own",
     compare_page_has_both_ladders_with_ids_of_their_own},
    {"compare_page_shows_hostile_bytes_as_text",
     compare_page_shows_hostile_bytes_as_text},
    {"compare_page_of_nothing_to_compare_says_so",
     compare_page_of_nothing_to_compare_says_so},
    {NULL, NULL},
};
