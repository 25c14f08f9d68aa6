/* SPDX-License-Identifier: MIT */
/*
 * ladder: what the two files of the ladder share: ladder.c knows which events
 * are shown and where their lanes stand, ladder_event.c draws them.
 */
#ifndef LABS_TRACE_LADDER_H
#define LABS_TRACE_LADDER_H

#include "labs/trace/canvas.h"
#include "labs/trace/dropped.h"
#include "labs/trace/lanes.h"
#include "labs/trace/views.h"

/* Columns before the first lane: number, milliseconds, protocol, connection. */
#define LADDER_GUTTER 24

struct ladder {
    FILE *to;
    const struct trace_file *trace;
    const struct ladder_options *options;
    struct lanes lanes;
    int columns;
    int at[LANES_MAX]; /* the column of each lane */
    bool listed;       /* too many lanes to be drawn */
    bool conns;        /* more than one connection: they are numbered */
    bool sockets;      /* socket records are shown: there is nothing else */
    size_t events;     /* how many are shown */
    struct dropped dropped;
    struct canvas canvas;
};

/* How the kinds of events are drawn. */
struct ladder_drawing {
    const char *line, *right, *left; /* the arrow's shaft and its two heads */
    enum style style;
};
extern const struct ladder_drawing ladder_drawings[EVENT_KINDS];

/* The lines of one event. */
void ladder_write_event(struct ladder *ladder, const struct trace_event *event);
/* The frames that were dropped from one time on and before another: arrows that
 * end on their way. */
void ladder_write_dropped(struct ladder *ladder, int64_t from_ns,
                          int64_t to_ns);

#endif
