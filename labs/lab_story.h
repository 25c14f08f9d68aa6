/* SPDX-License-Identifier: MIT */
/*
 * lab_story: what a lab tells, kept until the trace is finished.
 *
 * The steps run in the world's process, the page is written by the process
 * that made the world, after the trace is whole. The story is what both see:
 * one piece of memory that is shared across the fork and stands at the same
 * address in both.
 *
 * Events get their numbers when the run is over and sorted, so a story refers
 * to moments, and lab_story_resolve turns those into event numbers.
 *
 *     lab_story_new(&story, &error);
 *     lab_story_add(story, STORY_SAY, "The handshake took 20 ms.");
 *     ... the run ends, the trace is read ...
 *     lab_story_resolve(story, &trace, &told);      // page_write(..., &told)
 */
#ifndef LABS_LAB_STORY_H
#define LABS_LAB_STORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/trace.h"
#include "labs/trace/views.h"

struct lab_story;

/* ERROR_LOCAL when there is no memory. The caller frees with lab_story_free. */
int lab_story_new(struct lab_story **story, struct error *error);
void lab_story_free(struct lab_story *story); /* NULL is allowed */

/* Appends a block that begins now. The text is copied. What does not fit any
 * more is left out, and lab_story_is_full tells. */
void lab_story_add(struct lab_story *story, enum story_kind kind,
                   const char *text);
/* Appends a ladder of what happened since `from_ns` (on trace_event.time_ns's
 * clock) until the next block but ladders begins. */
void lab_story_add_ladder(struct lab_story *story, int64_t from_ns);
bool lab_story_is_full(const struct lab_story *story);

/* Fills title-less *told with the blocks, their moments turned into the event
 * numbers of `trace`. The blocks are allocated: the caller frees told->blocks;
 * their texts live as long as the story. ERROR_LOCAL: no memory. */
int lab_story_resolve(const struct lab_story *story,
                      const struct trace_file *trace, struct story *told,
                      struct error *error);

#endif
