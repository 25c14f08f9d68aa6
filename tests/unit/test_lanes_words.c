/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "labs/trace/lanes.h"
#include "tests/harness.h"

static void lanes_words_join_frames_that_follow_each_other(void)
{
    static const uint32_t frames[] = {3, 7, 8, 9, 12, 13};
    struct trace_event event = {.frames = frames, .frame_count = 6};
    char text[EVENT_TEXT_MAX];

    event_frames(&event, text);
    CU_ASSERT_STRING_EQUAL(text, "3 7–9 12–13");
    event.frame_count = 0;
    event_frames(&event, text);
    CU_ASSERT_STRING_EQUAL(text, "");
}

/* Each number that is there is one of the event's, to its last digit. */
static void lanes_words_never_cut_the_number_of_a_frame(void)
{
    static uint32_t frames[400];
    struct trace_event event = {.frames = frames, .frame_count = 400};
    char text[EVENT_TEXT_MAX], *at = text, *end;
    size_t told = 0;

    for (size_t i = 0; i < 400; i++)
        frames[i] = (uint32_t)(123457 + 2 * i);
    event_frames(&event, text);
    for (; strcmp(at, " …") != 0 && told < 400; at = end)
        CU_ASSERT_EQUAL_FATAL(strtoul(at, &end, 10), frames[told++]);
    CU_ASSERT(told > 60);
}

const struct test tests_lanes_words[] = {
    {"lanes_words_join_frames_that_follow_each_other",
     lanes_words_join_frames_that_follow_each_other},
    {"lanes_words_never_cut_the_number_of_a_frame",
     lanes_words_never_cut_the_number_of_a_frame},
    {NULL, NULL},
};
