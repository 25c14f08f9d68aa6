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
#include <string.h>

#include "labs/trace/canvas.h"
#include "labs/trace/dropped.h"
#include "labs/trace/lanes.h"
#include "labs/trace/views.h"
#include "labs/trace/words.h"

enum {
    COLUMNS_DEFAULT = 100,
    COLUMNS_LEAST = 60,
    GUTTER = 24,      /* number, milliseconds, protocol and connection */
    LANE_APART = 18,  /* columns between two lanes, or it becomes a list */
    BLOCK_WIDTH = 80, /* a longer line of words is hard to read */
    BLOCK_LEAST = 44, /* with less room it goes to the other side */
    TEXT_MAX = 6 * EVENT_TEXT_MAX,
};

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
    struct canvas canvas, rails;
};

/* How the kinds of events are drawn. */
struct drawing {
    const char *line, *right, *left; /* the arrow's shaft and its two heads */
    enum style style;
};
static const struct drawing drawings[] = {
    [EVENT_CLEAR] = {"─", "▶", "◀", STYLE_CLEAR},
    [EVENT_ENCRYPTED] = {"━", "▶", "◀", STYLE_ENCRYPTED},
    [EVENT_NAMES] = {"╌", "▶", "◀", STYLE_NAMES},
    [EVENT_TLS] = {"═", "▷", "◁", STYLE_TLS},
    [EVENT_TCP] = {"┄", "▷", "◁", STYLE_TCP},
    [EVENT_SOCKET] = {"·", "▷", "◁", STYLE_DIM},
    [EVENT_NOTE] = {" ", "◆", "◆", STYLE_NOTE},
};
_Static_assert(sizeof(drawings) / sizeof(drawings[0]) == EVENT_KINDS,
               "every kind of event has its drawing");

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

    ladder->sockets = true;
    for (size_t i = 0; i < trace->event_count && ladder->sockets; i++)
        ladder->sockets = trace->events[i].layer == TRACE_LAYER_SOCKET;
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
    int room = ladder->columns - GUTTER - before - after;

    ladder->listed = last > 0 && room / (int)last < LANE_APART;
    for (size_t i = 0; i < lanes->count && !ladder->listed; i++)
        ladder->at[i] =
            GUTTER + before + (last > 0 ? room * (int)i / (int)last : 0);
}

/* ---- pieces of a line --------------------------------------------------- */

/* Alike in every line: drawn once, and copied. */
static void prepare_rails(struct ladder *ladder)
{
    canvas_clear(&ladder->rails, ladder->columns);
    for (size_t i = 0; i < ladder->lanes.count && !ladder->listed; i++)
        canvas_text(&ladder->rails, ladder->at[i], 1, STYLE_DIM, "│");
}

static void draw_rails(struct ladder *ladder)
{
    canvas_copy(&ladder->canvas, &ladder->rails);
}

static void draw_gutter(struct ladder *ladder, const struct trace_event *event,
                        enum style style)
{
    char text[GUTTER * 4], proto[16];
    const char *name = event->proto != NULL ? event->proto : "";

    if (event->dir == TRACE_DIR_NOTE)
        name = "note";
    else if (event->layer != TRACE_LAYER_APP)
        name = trace_layer_name(event->layer);
    text_escape(proto, sizeof(proto), span_of(name));
    struct words words = words_in(text, sizeof(text));
    words_padded(&words, event->id, 5);
    words_add(&words, " ");
    words_ms(&words, event->time_ns - ladder->trace->start_ns, 8);
    canvas_text(&ladder->canvas, 0, 14, STYLE_DIM, text);
    words = words_in(text, sizeof(text));
    words_add(&words, proto);
    if (ladder->conns && event->conn != 0 && event->dir != TRACE_DIR_NOTE) {
        words_add(&words, " ");
        words_number(&words, event->conn);
    }
    canvas_text(&ladder->canvas, 16, GUTTER - 17, style, text);
}

/* Where a text that belongs to a column may stand: to its right, unless there
 * is little room and more to its left. */
static void block_place(const struct ladder *ladder, int at, const char *text,
                        int *from, int *end)
{
    int columns = text_columns(text);
    int width = columns < BLOCK_WIDTH ? columns : BLOCK_WIDTH;
    int left = at - 1 - (ladder->at[0] + 2), right = ladder->columns - at - 2;

    if (width > right && right < BLOCK_LEAST && left > right) {
        *end = at - 1;
        *from = *end - (width < left ? width : left);
    } else {
        *from = at + 2;
        *end = *from + (width < right ? width : right);
    }
}

/* Words beside a lane, over several lines where one is too short. With an
 * event, its gutter and `mark` upon the lane stand on the first line. */
static void write_block(struct ladder *ladder, int at, enum style style,
                        const char *text, const struct trace_event *event,
                        const char *mark)
{
    int from, end;

    block_place(ladder, at, text, &from, &end);
    do {
        char line[TEXT_MAX + 2]; /* every caller's text fits TEXT_MAX */
        size_t length = text_fit(text, end - from);
        line[0] = ' '; /* a word apart from its lane */
        memcpy(line + 1, text, length);
        line[1 + length] = '\0';
        draw_rails(ladder);
        int used =
            canvas_text(&ladder->canvas, from - 1, end - from + 1, style, line);
        if (from - 1 + used != at)
            canvas_text(&ladder->canvas, from - 1 + used, 1, style, " ");
        if (event != NULL) {
            draw_gutter(ladder, event, style);
            canvas_text(&ladder->canvas, at, 1, style, mark);
            event = NULL;
        }
        canvas_write(&ladder->canvas, ladder->to);
        text += length;
        text += strspn(text, " ");
    } while (*text != '\0');
}

/* ---- an event ----------------------------------------------------------- */

/* A decision, or an event without a peer: it stays on its lane. */
static void write_point(struct ladder *ladder, const struct trace_event *event,
                        int at, const struct drawing *drawing)
{
    char note[TEXT_MAX / 2], name[EVENT_TEXT_MAX], text[TEXT_MAX];

    text_escape(note, sizeof(note),
                span_of(event->note != NULL ? event->note : ""));
    event_label(event, name);
    struct words words = words_in(text, sizeof(text));
    words_add(&words, name);
    words_add(&words, name[0] && note[0] ? ": " : "");
    words_add(&words, note);
    write_block(ladder, at, drawing->style, text, event,
                event->dir == TRACE_DIR_NOTE ? "◆" : "●");
}

/* The words go upon the arrow if they fit there, else on a line above it. */
static void write_arrow(struct ladder *ladder, const struct trace_event *event,
                        int from, int to, const struct drawing *drawing)
{
    struct canvas *canvas = &ladder->canvas;
    char label[EVENT_TEXT_MAX], rest[EVENT_TEXT_MAX], text[TEXT_MAX];
    int left = from < to ? from : to, right = from < to ? to : from;

    event_label(event, label);
    event_rest(event, rest);
    struct words words = words_in(text, sizeof(text));
    words_add(&words, " ");
    words_add(&words, label);
    words_add(&words, rest[0] ? " · " : "");
    words_add(&words, rest);
    words_add(&words, " ");
    draw_rails(ladder);
    draw_gutter(ladder, event, drawing->style);
    bool fits = text_columns(text) <= right - left - 5;
    if (!fits) {
        canvas_text(canvas, left + 1, ladder->columns - left - 1,
                    drawing->style, text);
        canvas_write(canvas, ladder->to);
        draw_rails(ladder);
    }
    canvas_fill(canvas, left + 1, right, drawing->style, drawing->line);
    canvas_text(canvas, from, 1, drawing->style, from < to ? "├" : "┤");
    canvas_text(canvas, from < to ? right - 1 : left + 1, 1, drawing->style,
                from < to ? drawing->right : drawing->left);
    if (fits)
        canvas_text(canvas, left + 3, right - left - 5, drawing->style, text);
    canvas_write(canvas, ladder->to);
}

/* One line of a list, where lanes have no room. */
static void write_listed(struct ladder *ladder, const struct trace_event *event,
                         const struct passage *passage,
                         const struct drawing *drawing)
{
    char label[EVENT_TEXT_MAX], rest[EVENT_TEXT_MAX], text[TEXT_MAX];
    const char *from = ladder->lanes.names[passage->from];

    event_label(event, label);
    event_rest(event, rest);
    snprintf(text, sizeof(text), "%s %s %s  %s%s%s", from, drawing->right,
             ladder->lanes.names[passage->to], label, rest[0] ? " · " : "",
             rest);
    draw_rails(ladder);
    draw_gutter(ladder, event, drawing->style);
    canvas_text(&ladder->canvas, GUTTER, ladder->columns - GUTTER,
                drawing->style, text);
    canvas_write(&ladder->canvas, ladder->to);
}

/* Below an event, when asked for: the way to the RFC, the source line and the
 * frames. */
static void write_citation(struct ladder *ladder,
                           const struct trace_event *event, int at)
{
    char piece[EVENT_TEXT_MAX], text[TEXT_MAX];
    struct words words = words_in(text, sizeof(text));

    event_citation(event, piece);
    words_add(&words, piece);
    event_where(&event->src, piece);
    words_add(&words, words.length > 0 && piece[0] ? " · " : "");
    words_add(&words, piece);
    event_where(&event->src_heard, piece);
    words_add(&words, piece[0] ? " · heard at " : "");
    words_add(&words, piece);
    event_frames(event, piece);
    words_add(&words, !piece[0]      ? ""
                      : event->exact ? " · frames "
                                     : " · frames ~");
    words_add(&words, piece);
    if (text[0] != '\0')
        write_block(ladder, at, STYLE_DIM, text, NULL, "");
}

static void write_event(struct ladder *ladder, const struct trace_event *event)
{
    const struct drawing *drawing = &drawings[event_kind(event)];
    struct passage passage;

    lanes_of(&ladder->lanes, event, &passage);
    int from = ladder->listed ? GUTTER : ladder->at[passage.from];
    int to = ladder->listed ? GUTTER : ladder->at[passage.to];
    if (passage.from == passage.to)
        write_point(ladder, event, from, drawing);
    else if (ladder->listed)
        write_listed(ladder, event, &passage, drawing);
    else
        write_arrow(ladder, event, from, to, drawing);
    /* The label of a DNS message says it all. */
    if (event->note != NULL && passage.from != passage.to &&
        event_kind(event) != EVENT_NAMES) {
        char note[TEXT_MAX];
        text_escape(note, sizeof(note), span_of(event->note));
        write_block(ladder, from < to ? from : to, STYLE_NOTE, note, NULL, "");
    }
    if (ladder->options->citations)
        write_citation(ladder, event, from < to ? from : to);
}

/* ---- frames that did not arrive ----------------------------------------- */

/* Those that were dropped between the event before and this one: an arrow that
 * ends on its way. */
static void write_dropped(struct ladder *ladder, int64_t from_ns, int64_t to_ns)
{
    struct passage passage;
    char text[EVENT_TEXT_MAX];

    for (size_t i = dropped_first(&ladder->dropped, from_ns);
         i < ladder->dropped.count &&
         ladder->dropped.frames[i]->time_ns < to_ns;
         i++) {
        const struct trace_frame *frame = ladder->dropped.frames[i];
        if (!lanes_of_dropped(&ladder->lanes, frame, &passage))
            continue;
        int from = ladder->listed ? GUTTER : ladder->at[passage.from];
        int to = ladder->listed ? GUTTER : ladder->at[passage.to];
        int middle = (from + to) / 2;
        dropped_label(frame, text);
        draw_rails(ladder);
        canvas_fill(&ladder->canvas, from < to ? from + 1 : middle,
                    from < to ? middle : from, STYLE_TCP, "┄");
        canvas_text(&ladder->canvas, middle, 1, STYLE_NOTE, "✗");
        canvas_write(&ladder->canvas, ladder->to);
        write_block(ladder, from < to ? from : to, STYLE_NOTE, text, NULL, "");
    }
}

/* ---- head and foot ------------------------------------------------------ */

/* Each host's name in a box, from which its rail hangs. */
static void write_head(struct ladder *ladder)
{
    struct canvas *canvas = &ladder->canvas;

    canvas_clear(canvas, ladder->columns);
    for (int row = 0; row < 3 && !ladder->listed; row++) {
        static const char *const corners[3][2] = {
            {"╭", "╮"}, {"│", "│"}, {"╰", "╯"}};
        canvas_clear(canvas, ladder->columns);
        if (row == 1)
            canvas_text(canvas, 0, GUTTER, STYLE_DIM, "    #       ms");
        for (size_t i = 0; i < ladder->lanes.count; i++) {
            const char *name = ladder->lanes.names[i];
            int width = text_columns(name) + 2;
            int left = ladder->at[i] - (width + 1) / 2;
            canvas_fill(canvas, left, left + width + 1, STYLE_DIM,
                        row == 1 ? " " : "─");
            canvas_text(canvas, left, 1, STYLE_DIM, corners[row][0]);
            canvas_text(canvas, left + width + 1, 1, STYLE_DIM,
                        corners[row][1]);
            if (row == 1)
                canvas_text(canvas, left + 2, width, STYLE_BOLD, name);
            if (row == 2)
                canvas_text(canvas, ladder->at[i], 1, STYLE_DIM, "┬");
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
                              drawings[legend[i].kind].style, legend[i].text);
    canvas_write(&ladder->canvas, ladder->to);
}

int ladder_write(FILE *to, const struct trace_file *trace,
                 const struct ladder_options *options, struct error *error)
{
    struct ladder ladder = {.to = to, .trace = trace, .options = options};
    int64_t before_ns = 0;

    if (!dropped_gather(&ladder.dropped, trace))
        return error_set(error, ERROR_LOCAL, "out of memory for the ladder");
    ladder.columns = options->columns > 0 ? options->columns : COLUMNS_DEFAULT;
    if (ladder.columns > CANVAS_COLUMNS_MAX)
        ladder.columns = CANVAS_COLUMNS_MAX;
    if (ladder.columns < COLUMNS_LEAST)
        ladder.columns = COLUMNS_LEAST;
    ladder.canvas.colour = options->colour;
    survey(&ladder);
    place_lanes(&ladder);
    prepare_rails(&ladder);
    if (ladder.events > 0)
        write_head(&ladder);
    for (size_t i = 0; i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];
        if (!is_shown(&ladder, event))
            continue;
        if (before_ns > 0)
            write_dropped(&ladder, before_ns, event->time_ns);
        before_ns = event->time_ns;
        write_event(&ladder, event);
    }
    if (ladder.events > 0 && options->first_event == 0 &&
        options->last_event == 0)
        write_legend(&ladder);
    dropped_free(&ladder.dropped);
    if (ferror(to))
        return error_set(error, ERROR_LOCAL, "the ladder can't be written");
    return 0;
}
