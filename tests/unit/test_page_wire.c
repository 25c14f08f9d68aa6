/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/unit/page_text.h"
#include "tests/unit/sample_trace.h"

/* A request inside TLS, and the socket record of the bytes that carried it. */
#define SEALED "\x17\x03\x03\x00\x0dSEALED-BYTES!"
static struct trace_event events[2];

static char *page_of_sealed(bool kept)
{
    static const char said[] = "GET /secret HTTP/1.1\r\nHost: a\r\n\r\n";
    struct trace_file file = {.events = events, .event_count = 2};

    events[0] = sample_message(TRACE_DIR_OUT, "GET",
                               (struct span){said, sizeof(said) - 1});
    events[0].id = 1;
    events[0].time_ns = 1000;
    events[0].conn = 1;
    events[0].standard_port = 80;
    events[0].local = sample_address("192.0.2.10", 40000);
    events[0].remote = sample_address("192.0.2.80", 443);
    events[0].raw = (struct trace_range){0, sizeof(SEALED) - 1};
    events[0].clear = (struct trace_range){0, sizeof(said) - 1};
    events[0].exact = true;
    events[1] = events[0];
    events[1].id = 2;
    events[1].layer = TRACE_LAYER_SOCKET;
    events[1].data = (struct span){SEALED, kept ? sizeof(SEALED) - 1 : 0};
    events[1].length = events[1].data.length;
    file.event_count = kept ? 2 : 1;
    return page_text(&file, 1);
}

static void wire_bytes_stand_beside_what_was_said(void)
{
    char *page = page_of_sealed(true);

    CU_ASSERT_PTR_NOT_NULL(strstr(page, "18 encrypted bytes"));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "17 03 03 00 0d 53 45 41 …"));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, ".....SEALED-BYTE"));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "18 bytes as they passed</p>"));
    free(page);
}

/* What only the two ends know stands between the marks that the script's
 * search and the style sheet go by, all of it. */
static void wire_view_leaves_out_what_was_said(void)
{
    char *page = page_of_sealed(true), *said;
    char *ladder = strstr(page, "<ol class=\"rows\">");

    CU_ASSERT_PTR_NOT_NULL_FATAL(ladder);
    CU_ASSERT(text_count(ladder, "<!--s-->") >= 2);
    while ((said = strstr(ladder, "<!--s-->")) != NULL) {
        char *end = strstr(said, "<!--/s-->");
        CU_ASSERT_PTR_NOT_NULL_FATAL(end);
        memset(said, ' ', (size_t)(end - said) + 9);
    }
    CU_ASSERT_PTR_NULL(strstr(ladder, "/secret"));
    CU_ASSERT_PTR_NULL(strstr(ladder, "<b>GET</b>"));
    free(page);
}

static void wire_bytes_that_nobody_kept_are_not_made_up(void)
{
    char *page = page_of_sealed(false);

    CU_ASSERT_PTR_NOT_NULL(
        strstr(page, "18 bytes as they passed; none of them was kept</p>"));
    free(page);
}

static void clear_text_is_shown_once(void)
{
    static struct trace_event sample[SAMPLE_EVENTS];
    struct trace_file file;

    sample_trace(&file, sample);
    file.event_count = 5;
    char *page = page_text(&file, 1);
    CU_ASSERT_EQUAL(text_count(page, "class=\"wire\""), 0);
    free(page);
}

const struct test tests_page_wire[] = {
    {"wire_bytes_stand_beside_what_was_said",
     wire_bytes_stand_beside_what_was_said},
    {"wire_view_leaves_out_what_was_said", wire_view_leaves_out_what_was_said},
    {"wire_bytes_that_nobody_kept_are_not_made_up",
     wire_bytes_that_nobody_kept_are_not_made_up},
    {"clear_text_is_shown_once", clear_text_is_shown_once},
    {NULL, NULL},
};
