/* SPDX-License-Identifier: MIT */
/*
 * deadline: a moment on the monotonic clock after which we no longer wait.
 *
 * A deadline is handed down, never a timeout: five calls that may each wait
 * ten seconds would wait fifty, five calls with one deadline wait ten.
 */
#ifndef COMMON_DEADLINE_H
#define COMMON_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

/* Nanoseconds on CLOCK_MONOTONIC; DEADLINE_NEVER waits for ever. */
typedef int64_t deadline_ns;

#define DEADLINE_NEVER INT64_MAX

deadline_ns deadline_in_ms(int64_t timeout_ms); /* < 0: DEADLINE_NEVER */
deadline_ns deadline_earlier(deadline_ns a, deadline_ns b);
bool deadline_passed(deadline_ns deadline);
/* Milliseconds left, rounded up, for poll(2): 0 when passed, -1 for never. */
int deadline_poll_ms(deadline_ns deadline);

#endif
