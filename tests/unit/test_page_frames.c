/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/unit/frames.h"
#include "tests/unit/page_text.h"
#include "tests/unit/sample_trace.h"

static struct frames frames;
static struct trace_event event;

/* A request, and the two frames of which the second carried it. */
static char *page_of_request(uint32_t carried)
{
    static const char said[] = "GET / HTTP/1.1\r\n\r\n";
    static const uint64_t id = 1;
    static uint32_t number;
    struct span data = {said, sizeof(said) - 1};

    memset(&frames, 0, sizeof(frames));
    frames_tcp(&frames, true, 99, FRAME_SYN, (struct span){NULL, 0});
    frames_tcp(&frames, true, 100, FRAME_ACK, data);
    for (uint32_t i = 0; i < 2; i++)
        frames.list[i].number = 5 + i;
    frames.list[1].events = &id;
    frames.list[1].event_count = 1;
    frames.list[1].dropped = "<rule>";
    frames.list[1].host = "<host>";
    number = carried;
    event = sample_message(TRACE_DIR_OUT, "GET", data);
    event.id = id;
    event.frames = &number;
    event.frame_count = 1;
    frames.file.events = &event;
    frames.file.event_count = 1;
    return page_text(&frames.file, 1);
}

static void frames_and_events_lead_to_each_other(void)
{
    char *page = page_of_request(6);
    char *frame = strstr(page, "id=\"w6\"");

    CU_ASSERT_PTR_NOT_NULL(
        strstr(page, "<a class=\"to-frame\" href=\"#w6\">6</a>"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(frame);
    CU_ASSERT_PTR_NOT_NULL(strstr(frame, "<a href=\"#e1\">event 1</a>"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(frame, "192.0.2.10:40000 → 192.0.2.80:80, ACK</bdi>"));
    CU_ASSERT_PTR_NOT_NULL(strstr(frame, "18 bytes of data"));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "192.0.2.80:80, SYN</bdi>"));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "nothing that a program said"));
    free(page);
}

/* On loopback a trace has socket records in a frame's place. */
static void frames_that_are_not_there_are_no_link(void)
{
    char *page = page_of_request(7);

    CU_ASSERT_PTR_NULL(strstr(page, "to-frame"));
    free(page);
}

static void frames_show_names_of_a_trace_as_text(void)
{
    char *page = page_of_request(6);

    CU_ASSERT_PTR_NOT_NULL(strstr(page, "&lt;rule&gt;"));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "&lt;host&gt;"));
    CU_ASSERT_PTR_NULL(strstr(page, "<rule>"));
    free(page);
}

const struct test tests_page_frames[] = {
    {"frames_and_events_lead_to_each_other",
     frames_and_events_lead_to_each_other},
    {"frames_that_are_not_there_are_no_link",
     frames_that_are_not_there_are_no_link},
    {"frames_show_names_of_a_trace_as_text",
     frames_show_names_of_a_trace_as_text},
    {NULL, NULL},
};
