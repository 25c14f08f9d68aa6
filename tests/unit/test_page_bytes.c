/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/unit/page_text.h"
#include "tests/unit/sample_trace.h"

/* Socket records: 100 bytes out, a second later 4000 in, then 50 out. */
static char *page_of_records(size_t count)
{
    static char zeros[4000];
    static const size_t lengths[] = {100, 4000, 50};
    static struct trace_event events[3];
    struct trace_file file = {.events = events, .event_count = count};
    uint64_t passed[2] = {0, 0};

    for (size_t i = 0; i < count; i++) {
        bool in = i == 1;
        events[i] = sample_message(in ? TRACE_DIR_IN : TRACE_DIR_OUT, "send",
                                   (struct span){zeros, lengths[i]});
        events[i].id = i + 1;
        events[i].time_ns = (int64_t)(i + 1) * 1000000000;
        events[i].conn = 1;
        events[i].layer = TRACE_LAYER_SOCKET;
        events[i].local = sample_address("192.0.2.10", 40000);
        events[i].remote = sample_address("192.0.2.80", 80);
        events[i].raw.from = passed[in];
        events[i].raw.to = passed[in] += lengths[i];
    }
    return page_text(&file, 1);
}

static void bytes_are_drawn_and_told_each_way(void)
{
    char *page = page_of_records(3);

    CU_ASSERT_PTR_NOT_NULL(
        strstr(page, "aria-label=\"Bytes over time. client to server: 0.15 "
                     "kilobytes after 2 seconds; server to client: 4 kilobytes "
                     "after 2 seconds.\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, ">kilobytes</text>"));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, ">seconds</text>"));
    free(page);
}

static void bytes_stand_in_a_table_too(void)
{
    char *page = page_of_records(3);

    CU_ASSERT_PTR_NOT_NULL(strstr(page, "<td class=\"number\">0.0</td><td "
                                        "class=\"number\">100</td><td "
                                        "class=\"number\">0</td>"));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "<td class=\"number\">1000.0</td><td "
                                        "class=\"number\">100</td><td "
                                        "class=\"number\">4,000</td>"));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "<td class=\"number\">2000.0</td><td "
                                        "class=\"number\">150</td><td "
                                        "class=\"number\">4,000</td>"));
    free(page);
}

static void bytes_of_one_moment_are_no_plot(void)
{
    char *page = page_of_records(1);

    CU_ASSERT_EQUAL(text_count(page, "<svg"), 0);
    free(page);
}

const struct test tests_page_bytes[] = {
    {"bytes_are_drawn_and_told_each_way", bytes_are_drawn_and_told_each_way},
    {"bytes_stand_in_a_table_too", bytes_stand_in_a_table_too},
    {"bytes_of_one_moment_are_no_plot", bytes_of_one_moment_are_no_plot},
    {NULL, NULL},
};
