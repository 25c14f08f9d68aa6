/* SPDX-License-Identifier: MIT */
/*
 * lab_page: what a run leaves behind for the browser: a page a lab, and one
 * page that leads to all of them.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/output.h"
#include "labs/lab_run.h"
#include "labs/trace/views.h"

static int page_put(const struct lab_run *run, const struct trace_file *trace,
                    const struct story *story, struct error *error)
{
    char path[PATH_MAX];
    struct output *output;

    if (lab_out_path(run->setup, run->lab->name, "index.html", path,
                     sizeof(path), error) < 0 ||
        output_open(&output, path, OUTPUT_FRESH, error) < 0)
        return -(int)error->class;
    if (page_write(output, trace, story, run->lab->title, error) < 0) {
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

/* ---- the page that leads to all ----------------------------------------- */

static const char index_head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<title>The labs</title>\n<style>\n"
    ":root { color-scheme: light dark; }\n"
    "body { font: 1rem/1.5 sans-serif; max-width: 44rem; margin: 2rem auto;"
    " padding: 0 1rem; }\n"
    "article { border-top: 1px solid GrayText; padding: .5rem 0 1rem; }\n"
    "a { margin-right: 1rem; }\n"
    "</style>\n</head>\n<body>\n<main>\n<h1>The labs</h1>\n"
    "<p>Each page tells what its lab showed; each trace opens in Wireshark, "
    "decrypted and annotated.</p>\n";

static const char index_foot[] = "</main>\n</body>\n</html>\n";

static int put(struct output *output, const char *text, struct error *error)
{
    return output_write(output, text, strlen(text), error);
}

/* The texts are the labs' own and hold no markup; the check keeps it so. */
static int index_entry(struct output *output, const struct lab *lab, int result,
                       struct error *error)
{
    char text[4096];

    if (strpbrk(lab->title, "<>&\"") || strpbrk(lab->about, "<>&\""))
        return error_set(error, ERROR_LOCAL, "%s: its title or text has markup",
                         lab->name);
    if (result == 0)
        snprintf(text, sizeof(text),
                 "<article>\n<h2>%s</h2>\n<p>%s</p>\n<p>"
                 "<a href=\"%s/index.html\">What it showed</a>"
                 "<a href=\"%s/trace.pcapng\">The trace</a></p>\n</article>\n",
                 lab->title, lab->about, lab->name, lab->name);
    else
        snprintf(text, sizeof(text),
                 "<article>\n<h2>%s</h2>\n<p>This lab failed in this run "
                 "(%s).</p>\n</article>\n",
                 lab->title, error_class_name((enum error_class) - result));
    return put(output, text, error);
}

static int index_put(struct output *output, const int *results,
                     struct error *error)
{
    size_t i;

    if (put(output, index_head, error) < 0)
        return -(int)error->class;
    for (i = 0; labs_all[i]; i++)
        if (index_entry(output, labs_all[i], results[i], error) < 0)
            return -(int)error->class;
    return put(output, index_foot, error);
}

int lab_index_write(const struct lab_setup *setup, const int *results,
                    struct error *error)
{
    /* A lab's failure is already in `error` and must not look like ours. */
    struct error ours = {0};
    char path[PATH_MAX];
    struct output *output;

    if (lab_out_path(setup, NULL, "index.html", path, sizeof(path), &ours) ==
            0 &&
        output_open(&output, path, OUTPUT_FRESH, &ours) == 0) {
        if (index_put(output, results, &ours) == 0)
            output_commit(output, &ours);
        else
            output_abandon(output);
    }
    if (ours.class != ERROR_NONE && error->class == ERROR_NONE)
        *error = ours;
    return -(int)ours.class;
}
