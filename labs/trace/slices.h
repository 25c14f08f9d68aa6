/* SPDX-License-Identifier: MIT */
/*
 * slices: a long text, written by all processors that there are. Its slices are
 * drawn side by side, each into memory, and go out in their order: what is
 * written is the same as if one had done it alone, only sooner.
 *
 *     slices_write(stdout, trace->event_count, write_events, &ladder);
 */
#ifndef LABS_TRACE_SLICES_H
#define LABS_TRACE_SLICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Calls `draw` for all of 0 to `count`, a slice [from, end) at a time: several
 * calls at once, each with a stream of its own. It may read whatever `context`
 * leads to, and alter nothing there. False: no memory; what was written is then
 * whole up to the end of a slice. Errors of writing are found by ferror(to). */
bool slices_write(FILE *to, size_t count,
                  void (*draw)(FILE *to, size_t from, size_t end,
                               const void *context),
                  const void *context);

#endif
