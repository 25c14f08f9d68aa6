/* SPDX-License-Identifier: MIT */
#include "common/deadline.h"

#include <limits.h>

#include "tests/harness.h"

static void deadline_never_passes(void)
{
    CU_ASSERT_EQUAL(deadline_in_ms(-1), DEADLINE_NEVER);
    CU_ASSERT_EQUAL(deadline_in_ms(INT64_MAX), DEADLINE_NEVER);
    CU_ASSERT(!deadline_passed(DEADLINE_NEVER));
    CU_ASSERT_EQUAL(deadline_poll_ms(DEADLINE_NEVER), -1);
}

static void deadline_of_no_time_has_passed(void)
{
    deadline_ns now = deadline_in_ms(0);
    CU_ASSERT(deadline_passed(now));
    CU_ASSERT_EQUAL(deadline_poll_ms(now), 0);
}

static void deadline_rounds_up_for_poll(void)
{
    int left = deadline_poll_ms(deadline_in_ms(60000));
    CU_ASSERT(left > 50000 && left <= 60000);
    CU_ASSERT_EQUAL(deadline_poll_ms(deadline_in_ms(0) + 3600000000000000),
                    INT_MAX);
    CU_ASSERT(deadline_poll_ms(deadline_in_ms(1000) - 999000001) <= 1);
}

static void deadline_earlier_is_the_lesser(void)
{
    CU_ASSERT_EQUAL(deadline_earlier(5, DEADLINE_NEVER), 5);
    CU_ASSERT_EQUAL(deadline_earlier(9, 5), 5);
}

const struct test tests_deadline[] = {
    {"deadline_never_passes", deadline_never_passes},
    {"deadline_of_no_time_has_passed", deadline_of_no_time_has_passed},
    {"deadline_rounds_up_for_poll", deadline_rounds_up_for_poll},
    {"deadline_earlier_is_the_lesser", deadline_earlier_is_the_lesser},
    {NULL, NULL},
};
