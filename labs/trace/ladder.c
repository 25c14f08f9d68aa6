/* SPDX-License-Identifier: MIT */
/*
 * ladder: a conversation as a diagram in the terminal.
 *
 * One lane a host, left to right in the order of appearance; an arrow a
 * message, with its first line upon it; a diamond where a program decided.
 * The kind of a line shows in how it is drawn, colour or not:
 *
 *     ┄┄┄┄▷  TCP       ════▷  TLS handshake       ────▶  in clear
 *     ╌╌╌╌▶  DNS       ━━━━▶  inside TLS          ◆      a note
 *
 * Where the lanes would stand too close for words, the same events are listed
 * with "student → web" in front.
 */
#include "labs/trace/ladder.h"

#include "labs/trace/slices.h"

enum {
    COLUMNS_DEFAULT = 100,
    COLUMNS_LEAST = 60,
    LANE_APART = 18, /* columns between two lanes, or it becomes a list */
};

/* ---- what is shown, and where ------------------------------------------- */

/* Socket records repeat what the messages say, byte by byte. */
static bool is_shown(const void *context, const struct trace_event *event)
{
    const struct ladder *ladder = context;
    const struct ladder_options *options = ladder->options;

    return event->id >= options->first_event &&
           (options->last_event == 0 || event->id <= options->last_event) &&
           (event->layer != TRACE_LAYER_SOCKET || ladder->sockets);
}

/* One look at all events before the first line: which lanes there are. */
static void survey(struct ladder *ladder)
{
    const struct trace_file *trace = ladder->trace;
    uint32_t conn = 0;

    ladder->sockets = lanes_only_sockets(trace);
    lanes_survey(&ladder->lanes, trace, is_shown, ladder);
    for (size_t i = 0; i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];
        if (!is_shown(ladder, event))
            continue;
        ladder->events++;
        if (event->conn != 0 && conn != 0 && event->conn != conn)
            ladder->conns = true;
        if (event->conn != 0)
            conn = event->conn;
    }
}

/* The first and the last lane leave room for half of their names. */
static void place_lanes(struct ladder *ladder)
{
    const struct lanes *lanes = &ladder->lanes;
    size_t last = lanes->count > 0 ? lanes->count - 1 : 0;
    int before = text_columns(lanes->names[0]) / 2 + 2;
    int after = text_columns(lanes->names[last]) / 2 + 3;
    int room = ladder->columns - LADDER_GUTTER - before - after;

    ladder->listed = last > 0 && room / (int)last < LANE_APART;
    for (size_t i = 0; i < lanes->count && !ladder->listed; i++)
        ladder->at[i] =
            LADDER_GUTTER + before + (last > 0 ? room * (int)i / (int)last : 0);
}

/* ---- head and foot ------------------------------------------------------ */

/* Each host's name in a box, from which its rail hangs. */
static void write_head(struct ladder *ladder)
{
    struct canvas *canvas = &ladder->canvas;

    for (int row = 0; row < 3 && !ladder->listed; row++) {
        static const char *const corners[3][2] = {
            {"╭", "╮"}, {"│", "│"}, {"╰", "╯"}};
        canvas_clear(canvas, ladder->columns);
        if (row == 1)
            canvas_text(canvas, 0, LADDER_GUTTER, STYLE_DIM, "    #       ms");
        for (size_t i = 0; i < ladder->lanes.count; i++) {
            const char *name = ladder->lanes.names[i];
            const char *edge = row == 1 ? " " : "─";
            int width = text_columns(name) + 2;
            int left = ladder->at[i] - (width + 1) / 2;
            int right = left + width + 1;
            canvas_text(canvas, left, 1, STYLE_DIM, corners[row][0]);
            if (row == 1)
                canvas_text(canvas, left + 2, width, STYLE_BOLD, name);
            if (row == 2) {
                canvas_fill(canvas, left + 1, ladder->at[i], STYLE_DIM, edge);
                canvas_text(canvas, ladder->at[i], 1, STYLE_DIM, "┬");
            }
            canvas_fill(canvas, left + 1, right, STYLE_DIM, edge);
            canvas_text(canvas, right, 1, STYLE_DIM, corners[row][1]);
        }
        canvas_write(canvas, ladder->to);
    }
}

/* What the lines mean, under a whole ladder. */
static void write_legend(struct ladder *ladder)
{
    static const struct {
        enum event_kind kind;
        const char *text;
    } legend[] = {
        {EVENT_NAMES, "╌╌▶ DNS"},
        {EVENT_TCP, "┄┄▷ TCP"},
        {EVENT_TLS, "══▷ TLS"},
        {EVENT_CLEAR, "──▶ in clear"},
        {EVENT_ENCRYPTED, "━━▶ encrypted"},
        {EVENT_NOTE, "◆ decision"},
    };
    int at = 6;

    canvas_clear(&ladder->canvas, ladder->columns);
    canvas_write(&ladder->canvas, ladder->to);
    for (size_t i = 0; i < sizeof(legend) / sizeof(legend[0]); i++)
        at += 2 + canvas_text(&ladder->canvas, at, ladder->columns - at,
                              ladder_drawings[legend[i].kind].style,
                              legend[i].text);
    canvas_write(&ladder->canvas, ladder->to);
}

/* When the last event before this one was; 0: there is none. */
static int64_t shown_before(const struct ladder *ladder, size_t index)
{
    while (index-- > 0)
        if (is_shown(ladder, &ladder->trace->events[index]))
            return ladder->trace->events[index].time_ns;
    return 0;
}

/* The events [from, end), on a canvas of their own. */
static void write_events(FILE *to, size_t from, size_t end, const void *context)
{
    struct ladder ladder = *(const struct ladder *)context;
    int64_t before_ns = shown_before(&ladder, from);

    ladder.to = to;
    canvas_clear(&ladder.canvas, ladder.columns);
    ladder.canvas.rails = ladder.at;
    ladder.canvas.rail_count = ladder.listed ? 0 : ladder.lanes.count;
    for (size_t i = from; i < end; i++) {
        const struct trace_event *event = &ladder.trace->events[i];
        if (!is_shown(&ladder, event))
            continue;
        if (before_ns > 0)
            ladder_write_dropped(&ladder, before_ns, event->time_ns);
        before_ns = event->time_ns;
        ladder_write_event(&ladder, event);
    }
}

int ladder_write(FILE *to, const struct trace_file *trace,
                 const struct ladder_options *options, struct error *error)
{
    struct ladder ladder = {
        .to = to,
        .trace = trace,
        .options = options,
        .columns = columns_within(options->columns, COLUMNS_DEFAULT,
                                  COLUMNS_LEAST, CANVAS_COLUMNS_MAX),
        .canvas = {.colour = options->colour}};

    if (!dropped_gather(&ladder.dropped, trace))
        return error_set(error, ERROR_LOCAL, "out of memory for the ladder");
    survey(&ladder);
    place_lanes(&ladder);
    if (ladder.events > 0)
        write_head(&ladder);
    bool whole = slices_write(to, trace->event_count, write_events, &ladder);
    if (ladder.events > 0 && options->first_event == 0 &&
        options->last_event == 0)
        write_legend(&ladder);
    dropped_free(&ladder.dropped);
    if (!whole)
        return error_set(error, ERROR_LOCAL, "out of memory for the ladder");
    if (ferror(to))
        return error_set(error, ERROR_LOCAL, "the ladder can't be written");
    return 0;
}
