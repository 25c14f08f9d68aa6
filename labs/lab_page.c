/* SPDX-License-Identifier: MIT */
/*
 * lab_page: what a run leaves behind for the browser. (lab_index.c makes the
 * page that leads to all of them.)
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/output.h"
#include "labs/lab_run.h"
#include "labs/trace/views.h"

bool lab_has_source(const struct lab_setup *setup)
{
    struct error error = {0};
    char path[PATH_MAX];

    return lab_out_path(setup, NULL, "source", path, sizeof(path), &error) ==
               0 &&
           access(path, F_OK) == 0;
}

static int page_put(const struct lab_run *run, const struct trace_file *trace,
                    const struct story *story, struct error *error)
{
    char path[PATH_MAX];
    struct output *output;
    const char *source = lab_has_source(run->setup) ? "../source/" : NULL;

    if (lab_out_path(run->setup, run->lab->name, "index.html", path,
                     sizeof(path), error) < 0 ||
        output_open(&output, path, OUTPUT_FRESH, error) < 0)
        return -(int)error->class;
    if (page_write(output, trace, story, run->lab->title, source, error) < 0) {
        output_abandon(output);
        return -(int)error->class;
    }
    return output_commit(output, error);
}

int lab_page_write(const struct lab_run *run, struct error *error)
{
    char path[PATH_MAX];
    struct story story = {.title = run->lab->title,
                          .about = run->lab->about,
                          .trace_name = "trace.pcapng"};
    struct trace_file trace;
    int result;

    if (lab_out_path(run->setup, run->lab->name, "trace.pcapng", path,
                     sizeof(path), error) < 0 ||
        trace_read(&trace, path, error) < 0)
        return -(int)error->class;
    result = lab_story_resolve(run->story, &trace, &story, error);
    if (result == 0 && lab_story_is_full(run->story))
        result = error_set(error, ERROR_LOCAL,
                           "the lab's story is longer than its limits");
    if (result == 0)
        result = page_put(run, &trace, &story, error);
    free((void *)story.blocks);
    trace_file_free(&trace);
    return result;
}
