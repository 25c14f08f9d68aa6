/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "labs/trace/filter.h"
#include "tests/harness.h"
#include "tests/unit/sample_trace.h"

static struct trace_event events[SAMPLE_EVENTS];
static struct trace_file file;

/* How many events of the sample fit. */
static size_t left(const char *expression)
{
    struct filter filter = {0};
    struct error error = {0};

    sample_trace(&file, events);
    CU_ASSERT_EQUAL_FATAL(filter_add(&filter, expression, &error), 0);
    filter_apply(&filter, &file);
    return file.event_count;
}

static void filter_wants_all_words(void)
{
    CU_ASSERT_EQUAL(left(""), SAMPLE_EVENTS);
    CU_ASSERT_EQUAL(left("name=GET"), 2);
    CU_ASSERT_EQUAL(left("  name=GET   conn=2 "), 1);
    CU_ASSERT_EQUAL(events[0].id, 4);
    CU_ASSERT_EQUAL(left("name=GET conn=1"), 0);
    CU_ASSERT_EQUAL(left("host=web dir=note"), 1);
    CU_ASSERT_EQUAL(left("layer=tls proto=tls"), 2);
    CU_ASSERT_EQUAL(left("peer=192.0.2.53:53 stream=control"), 1);
}

/* Whole values, letter case aside. */
static void filter_compares_whole_values(void)
{
    CU_ASSERT_EQUAL(left("name=get"), 2);
    CU_ASSERT_EQUAL(left("name=GE"), 0);
    CU_ASSERT_EQUAL(left("host=webs"), 0);
    CU_ASSERT_EQUAL(left("conn=20"), 0);
}

static void filter_takes_one_of_several_values(void)
{
    CU_ASSERT_EQUAL(left("name=PUT,get"), 2);
    CU_ASSERT_EQUAL(left("conn=7,2 name=GET"), 1);
    CU_ASSERT_EQUAL(left("layer=tls,tls"), 2);
    CU_ASSERT_EQUAL(left("name=GET conn!=2"), 1);
    CU_ASSERT_EQUAL(left("name!=GET"), SAMPLE_EVENTS - 2);
    CU_ASSERT_EQUAL(left("name!=GET,PUT"), SAMPLE_EVENTS - 2);
}

static void filter_passes_over_what_an_event_lacks(void)
{
    struct filter filter = {0};
    struct error error = {0};
    struct trace_event event = {.conn = 0};

    CU_ASSERT_EQUAL(filter_add_word(&filter, "stream", "data", &error), 0);
    CU_ASSERT_FALSE(filter_fits(&filter, &event));
    event.stream = "data";
    CU_ASSERT_TRUE(filter_fits(&filter, &event));
}

static void refuse(const char *expression, const char *why)
{
    struct filter filter = {0};
    struct error error = {0};

    CU_ASSERT_EQUAL(filter_add(&filter, expression, &error), -ERROR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, why));
}

static void filter_says_what_is_wrong(void)
{
    refuse("GET", "'GET' is no KEY=VALUE");
    refuse("nam=GET", "did you mean name?");
    refuse("colour=red", "there are host, conn");
    refuse("dir=sideways", "no event has dir=sideways; there are out in note");
    refuse("dir=", "no event has dir=");
    refuse("conn=three", "no event has conn=three");
    refuse("conn=1,three", "no event has conn=three");
    refuse("dir=in,", "no event has dir=");
    refuse("conn=1 conn=1 conn=1 conn=1 conn=1 conn=1 conn=1 conn=1 conn=1 "
           "conn=1 conn=1 conn=1 conn=1 conn=1 conn=1 conn=1 conn=1",
           "more than 16");
}

const struct test tests_filter[] = {
    {"filter_wants_all_words", filter_wants_all_words},
    {"filter_compares_whole_values", filter_compares_whole_values},
    {"filter_takes_one_of_several_values", filter_takes_one_of_several_values},
    {"filter_passes_over_what_an_event_lacks",
     filter_passes_over_what_an_event_lacks},
    {"filter_says_what_is_wrong", filter_says_what_is_wrong},
    {NULL, NULL},
};
