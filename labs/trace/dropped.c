/* SPDX-License-Identifier: MIT */
/* dropped: the frames that fell, by time. The contract is in dropped.h. */
#include "labs/trace/dropped.h"

#include <stdlib.h>

static int by_time(const void *a, const void *b)
{
    const struct trace_frame *x = *(const struct trace_frame *const *)a;
    const struct trace_frame *y = *(const struct trace_frame *const *)b;

    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

bool dropped_gather(struct dropped *dropped, const struct trace_file *trace)
{
    size_t count = 0;

    for (size_t i = 0; i < trace->frame_count; i++)
        count += trace->frames[i].dropped != NULL;
    dropped->count = 0;
    dropped->frames = calloc(count + 1, sizeof *dropped->frames);
    if (dropped->frames == NULL)
        return false;
    for (size_t i = 0; i < trace->frame_count; i++)
        if (trace->frames[i].dropped != NULL)
            dropped->frames[dropped->count++] = &trace->frames[i];
    qsort(dropped->frames, count, sizeof *dropped->frames, by_time);
    return true;
}

size_t dropped_first(const struct dropped *dropped, int64_t time_ns)
{
    size_t low = 0, high = dropped->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (dropped->frames[middle]->time_ns < time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void dropped_free(struct dropped *dropped)
{
    free(dropped->frames);
}
