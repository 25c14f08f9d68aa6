/* SPDX-License-Identifier: MIT */
/*
 * deadline: moments on a clock that nobody sets. The wall clock jumps when it
 * is put right, and a wait that was measured by it would jump along.
 */
#include "common/deadline.h"

#include <limits.h>
#include <time.h>

#define NS_PER_MS 1000000

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 * NS_PER_MS + now.tv_nsec;
}

deadline_ns deadline_in_ms(int64_t timeout_ms)
{
    int64_t now = now_ns();
    if (timeout_ms < 0 || timeout_ms > (DEADLINE_NEVER - now) / NS_PER_MS)
        return DEADLINE_NEVER;
    return now + timeout_ms * NS_PER_MS;
}

deadline_ns deadline_earlier(deadline_ns a, deadline_ns b)
{
    return a < b ? a : b;
}

bool deadline_passed(deadline_ns deadline)
{
    return deadline != DEADLINE_NEVER && now_ns() >= deadline;
}

int deadline_poll_ms(deadline_ns deadline)
{
    if (deadline == DEADLINE_NEVER)
        return -1;
    int64_t left = deadline - now_ns();
    if (left <= 0)
        return 0;
    /* Rounded up, or poll would return just before the deadline and the caller
     * would turn in a busy circle. */
    int64_t ms = (left + NS_PER_MS - 1) / NS_PER_MS;
    return ms > INT_MAX ? INT_MAX : (int)ms;
}
