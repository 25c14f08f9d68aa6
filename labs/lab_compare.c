/* SPDX-License-Identifier: MIT */
/*
 * lab_compare: the same work by two programs, one after the other, and what
 * differed: each one's events are a stretch of the run's trace.
 */
#include <stdio.h>
#include <stdlib.h>

#include "labs/lab_run.h"
#include "labs/trace/views.h"

/* The events from `from_ns` on and before `to_ns`, borrowed. */
static struct trace_file stretch(const struct trace_file *trace,
                                 int64_t from_ns, int64_t to_ns)
{
    struct trace_file part = *trace;
    size_t first = 0, end;

    while (first < trace->event_count && trace->events[first].time_ns < from_ns)
        first++;
    for (end = first;
         end < trace->event_count && trace->events[end].time_ns < to_ns;)
        end++;
    part.events = trace->events + first;
    part.event_count = end - first;
    return part;
}

static int show(struct lab_run *run, const struct trace_file *trace,
                const int64_t began_ns[2], const char *const *names,
                struct error *error)
{
    struct compare_options options = {.names = {names[0], names[1]},
                                      .columns = 96};
    struct trace_file a = stretch(trace, began_ns[0], began_ns[1]),
                      b = stretch(trace, began_ns[1], INT64_MAX);
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    bool same;
    int result =
        to ? compare_write(to, &a, &b, &options, &same, error)
           : error_set(error, ERROR_LOCAL, "no memory for a comparison");

    if (to)
        fclose(to);
    if (result == 0)
        lab_view(run, text);
    free(text);
    return result;
}

int lab_compare(struct lab_run *run, const char *const *a, const char *const *b,
                struct error *error)
{
    const char *const *commands[2] = {a, b};
    const char *names[2] = {a[0], b[0]};
    int64_t began_ns[2];
    struct world_result result;
    struct trace_file trace;
    int code = 0;

    for (int i = 0; i < 2 && code == 0; i++) {
        began_ns[i] = lab_now();
        code = lab_command(run, commands[i], &result, error);
        if (code == 0)
            code = lab_check(run, result.status == 0, error,
                             "%s did its work (it exited %d: %.200s)", names[i],
                             result.status, result.err);
        if (code == 0)
            world_result_free(&result);
        /* What the first one's servers still say belongs to the first. */
        if (code == 0)
            code = lab_trace_settled(run, began_ns[i], &trace, error);
        if (code == 0 && i == 0)
            trace_file_free(&trace);
    }
    if (code < 0)
        return code;
    code = show(run, &trace, began_ns, names, error);
    trace_file_free(&trace);
    return code;
}
