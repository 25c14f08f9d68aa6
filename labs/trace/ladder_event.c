/* SPDX-License-Identifier: MIT */
/*
 * ladder_event: the lines of an event, each drawn from left to right: its
 * number and time, then the arrow with words upon it, or words beside a lane.
 * The rails of the lanes come by themselves.
 */
#include <string.h>

#include "labs/trace/ladder.h"

enum {
    BLOCK_WIDTH = 80, /* a longer line of words is hard to read */
    BLOCK_LEAST = 44, /* with less room it goes to the other side */
    TEXT_MAX = 6 * EVENT_TEXT_MAX,
};

const struct ladder_drawing ladder_drawings[EVENT_KINDS] = {
    [EVENT_CLEAR] = {"─", "▶", "◀", STYLE_CLEAR},
    [EVENT_ENCRYPTED] = {"━", "▶", "◀", STYLE_ENCRYPTED},
    [EVENT_NAMES] = {"╌", "▶", "◀", STYLE_NAMES},
    [EVENT_TLS] = {"═", "▷", "◁", STYLE_TLS},
    [EVENT_TCP] = {"┄", "▷", "◁", STYLE_TCP},
    [EVENT_SOCKET] = {"·", "▷", "◁", STYLE_DIM},
    [EVENT_NOTE] = {" ", "◆", "◆", STYLE_NOTE},
};

/* ---- pieces of a line --------------------------------------------------- */

static void draw_gutter(struct ladder *ladder, const struct trace_event *event,
                        enum style style)
{
    char text[LADDER_GUTTER * 4];
    const char *name = event->proto != NULL ? event->proto : "";

    if (event->dir == TRACE_DIR_NOTE)
        name = "note";
    else if (event->layer != TRACE_LAYER_APP)
        name = trace_layer_name(event->layer);
    struct words words = words_in(text, sizeof(text));
    words_padded(&words, event->id, 5);
    words_add(&words, " ");
    words_ms(&words, event->time_ns - ladder->trace->start_ns, 8);
    canvas_text(&ladder->canvas, 0, 14, STYLE_DIM, text);
    words = words_in(text, sizeof(text));
    words_add(&words, name); /* no control character passes the canvas */
    if (ladder->conns && event->conn != 0 && event->dir != TRACE_DIR_NOTE) {
        words_add(&words, " ");
        words_number(&words, event->conn);
    }
    canvas_text(&ladder->canvas, 16, LADDER_GUTTER - 17, style, text);
}

/* Where a text that belongs to a column may stand: to its right, unless there
 * is little room and more to its left. */
static void block_place(const struct ladder *ladder, int at, const char *text,
                        int *from, int *end)
{
    int left = at - 1 - (ladder->at[0] + 2), right = ladder->columns - at - 2;
    int width = BLOCK_WIDTH, columns;

    *from = at + 2;
    *end = *from + (width < right ? width : right);
    if (right >= BLOCK_LEAST || left <= right)
        return;
    columns = text_columns(text);
    width = columns < width ? columns : width;
    if (width <= right)
        return;
    *end = at - 1;
    *from = *end - (width < left ? width : left);
}

/* Words beside a lane, over several lines where one is too short. With an
 * event, its gutter and `mark` upon the lane stand on the first line. */
static void write_block(struct ladder *ladder, int at, enum style style,
                        const char *text, const struct trace_event *event,
                        const char *mark)
{
    struct canvas *canvas = &ladder->canvas;
    int from, end;

    block_place(ladder, at, text, &from, &end);
    do {
        char line[TEXT_MAX + 2]; /* every caller's text fits TEXT_MAX */
        size_t length = text_fit(text, end - from);
        line[0] = ' '; /* a word apart from its lane */
        memcpy(line + 1, text, length);
        line[1 + length] = '\0';
        if (event != NULL)
            draw_gutter(ladder, event, style);
        if (event != NULL && at < from)
            canvas_fill(canvas, at, at + 1, style, mark);
        int used = canvas_text(canvas, from - 1, end - from + 1, style, line);
        if (from - 1 + used != at)
            canvas_fill(canvas, from - 1 + used, from + used, style, " ");
        if (event != NULL && at > from)
            canvas_fill(canvas, at, at + 1, style, mark);
        event = NULL;
        canvas_write(canvas, ladder->to);
        text += length;
        text += strspn(text, " ");
    } while (*text != '\0');
}

/* ---- an event ----------------------------------------------------------- */

/* A decision, or an event without a peer: it stays on its lane. */
static void write_point(struct ladder *ladder, const struct trace_event *event,
                        int at, const struct ladder_drawing *drawing)
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
                        int from, int to, const struct ladder_drawing *drawing)
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
    draw_gutter(ladder, event, drawing->style);
    bool fits = words.length <= (size_t)(right - left - 5) ||
                text_columns(text) <= right - left - 5;
    if (!fits) {
        canvas_text(canvas, left + 1, ladder->columns - left - 1,
                    drawing->style, text);
        canvas_write(canvas, ladder->to);
    }
    canvas_fill(canvas, from < to ? left : left + 1,
                from < to ? left + 1 : left + 2, drawing->style,
                from < to ? "├" : drawing->left);
    if (fits) {
        canvas_fill(canvas, left + 1, left + 3, drawing->style, drawing->line);
        canvas_text(canvas, left + 3, right - left - 5, drawing->style, text);
    }
    canvas_fill(canvas, left + 1, from < to ? right - 1 : right, drawing->style,
                drawing->line);
    canvas_fill(canvas, from < to ? right - 1 : right,
                from < to ? right : right + 1, drawing->style,
                from < to ? drawing->right : "┤");
    canvas_write(canvas, ladder->to);
}

/* One line of a list, where lanes have no room. */
static void write_listed(struct ladder *ladder, const struct trace_event *event,
                         const struct passage *passage,
                         const struct ladder_drawing *drawing)
{
    char label[EVENT_TEXT_MAX], rest[EVENT_TEXT_MAX], text[TEXT_MAX];
    const char *from = ladder->lanes.names[passage->from];

    event_label(event, label);
    event_rest(event, rest);
    snprintf(text, sizeof(text), "%s %s %s  %s%s%s", from, drawing->right,
             ladder->lanes.names[passage->to], label, rest[0] ? " · " : "",
             rest);
    draw_gutter(ladder, event, drawing->style);
    canvas_text(&ladder->canvas, LADDER_GUTTER, ladder->columns - LADDER_GUTTER,
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

    words_citation(&words, event);
    if (event->src.file != NULL)
        words_add(&words, words.length > 0 ? " · " : "");
    words_where(&words, &event->src);
    if (event->src_heard.file != NULL)
        words_add(&words, " · heard at ");
    words_where(&words, &event->src_heard);
    event_frames(event, piece);
    words_add(&words, !piece[0]      ? ""
                      : event->exact ? " · frames "
                                     : " · frames ~");
    words_add(&words, piece);
    if (text[0] != '\0')
        write_block(ladder, at, STYLE_DIM, text, NULL, "");
}

void ladder_write_event(struct ladder *ladder, const struct trace_event *event)
{
    const struct ladder_drawing *drawing = &ladder_drawings[event_kind(event)];
    struct passage passage;

    lanes_of(&ladder->lanes, event, &passage);
    int from = ladder->listed ? LADDER_GUTTER : ladder->at[passage.from];
    int to = ladder->listed ? LADDER_GUTTER : ladder->at[passage.to];
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
void ladder_write_dropped(struct ladder *ladder, int64_t from_ns, int64_t to_ns)
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
        int from = ladder->listed ? LADDER_GUTTER : ladder->at[passage.from];
        int to = ladder->listed ? LADDER_GUTTER : ladder->at[passage.to];
        int middle = (from + to) / 2;
        dropped_label(frame, text);
        if (from < to)
            canvas_fill(&ladder->canvas, from + 1, middle, STYLE_TCP, "┄");
        canvas_text(&ladder->canvas, middle, 1, STYLE_NOTE, "✗");
        canvas_fill(&ladder->canvas, middle + 1, from, STYLE_TCP, "┄");
        canvas_write(&ladder->canvas, ladder->to);
        write_block(ladder, from < to ? from : to, STYLE_NOTE, text, NULL, "");
    }
}
