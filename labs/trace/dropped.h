/* SPDX-License-Identifier: MIT */
/*
 * dropped: the frames that did not arrive, put aside. They are few among many,
 * and a ladder asks between any two events which of them fell there.
 *
 *     struct dropped dropped;
 *     dropped_gather(&dropped, trace);
 *     for (size_t i = dropped_first(&dropped, time_ns); i < dropped.count; i++)
 *         ... dropped.frames[i] ...
 *     dropped_free(&dropped);
 */
#ifndef LABS_TRACE_DROPPED_H
#define LABS_TRACE_DROPPED_H

#include "common/trace.h"

struct dropped {
    const struct trace_frame **frames; /* in order of time; the trace's */
    size_t count;
};

/* False: no memory; dropped_free is allowed all the same. */
bool dropped_gather(struct dropped *dropped, const struct trace_file *trace);
/* The first that was dropped at that time or later; `count`: none. */
size_t dropped_first(const struct dropped *dropped, int64_t time_ns);
void dropped_free(struct dropped *dropped);

#endif
