/* SPDX-License-Identifier: MIT */
/*
 * compare_text: a comparison in two columns.
 *
 * Each row is an item of A, a sign, and its partner in B; the arrows are those
 * of the ladder. Below a row that is not the same on both sides stand the
 * values, each in its column, and the sentence over both:
 *
 *      2 ─▶ GET / HTTP/1.1 · 4 fields   ≠    2 ─▶ GET / HTTP/1.1 · 4 fields
 *           text/html                   │         image/png
 *        the requests' Accept fields differ
 *        ↳ What kinds of content the client can use. RFC 9110 §12.5.1
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "labs/trace/canvas.h"
#include "labs/trace/compare.h"
#include "labs/trace/lanes.h"
#include "labs/trace/views.h"

enum {
    COLUMNS_DEFAULT = 100,
    COLUMNS_LEAST = 60,
    COLUMNS_MOST = 160,
    REASONS_TOLD = 64,
    SIGN_WIDTH = 3,  /* the sign and a blank on each side */
    ID_WIDTH = 6,    /* an event's number and a blank */
    ARROW_WIDTH = 3, /* an arrow and a blank */
    INDENT = 7,      /* of a sentence */
    RULE_WIDTH = 15, /* the longest name of a rule */
    TEXT_MAX = 6 * EVENT_TEXT_MAX,
    WORDS_MAX = TEXT_MAX + 256, /* a text, and its section */
};

struct sheet {
    FILE *to;
    const struct comparison *c;
    struct canvas canvas;
    int columns;
    int width;             /* of each column */
    int at[COMPARE_SIDES]; /* where it begins */
    const char *const *names;
    bool timeless;                  /* as in struct compare_options */
    const char *told[REASONS_TOLD]; /* reasons, each written out once */
    size_t told_count;
};

static const struct {
    const char *right, *left;
    enum style style;
} arrows[] = {
    [EVENT_CLEAR] = {"─▶", "◀─", STYLE_CLEAR},
    [EVENT_ENCRYPTED] = {"━▶", "◀━", STYLE_ENCRYPTED},
    [EVENT_NAMES] = {"╌▶", "◀╌", STYLE_NAMES},
    [EVENT_TLS] = {"═▷", "◁═", STYLE_TLS},
    [EVENT_TCP] = {"┄▷", "◁┄", STYLE_TCP},
    [EVENT_SOCKET] = {"·▷", "◁·", STYLE_DIM},
    [EVENT_NOTE] = {" ◆", "◆ ", STYLE_NOTE},
};
_Static_assert(sizeof(arrows) / sizeof(arrows[0]) == EVENT_KINDS,
               "every kind of event has its arrow");

/* ---- lines -------------------------------------------------------------- */

static void begin(struct sheet *sheet)
{
    canvas_clear(&sheet->canvas, sheet->columns);
}

static void end(struct sheet *sheet)
{
    canvas_write(&sheet->canvas, sheet->to);
}

static void empty_line(struct sheet *sheet)
{
    begin(sheet);
    end(sheet);
}

/* The rule between the columns, or a sign upon it. */
static void draw_sign(struct sheet *sheet, enum style style, const char *sign)
{
    canvas_text(&sheet->canvas, sheet->width + 1, 1, style, sign);
}

/* Words over several lines, from a column to the end of the sheet; `mark`
 * stands before the first. */
static void write_words(struct sheet *sheet, int at, enum style style,
                        const char *mark, const char *text)
{
    int from = at + text_columns(mark);

    do {
        begin(sheet);
        canvas_text(&sheet->canvas, at, from - at, style, mark);
        canvas_words(&sheet->canvas, from, sheet->columns - from, style, &text);
        end(sheet);
        mark = "";
    } while (*text != '\0');
}

static void write_title(struct sheet *sheet, const char *title)
{
    empty_line(sheet);
    begin(sheet);
    canvas_text(&sheet->canvas, 0, sheet->columns, STYLE_BOLD, title);
    end(sheet);
}

/* ---- rows --------------------------------------------------------------- */

static void draw_item(struct sheet *sheet, int side, size_t item)
{
    const struct compare_item *one = compare_item(sheet->c, side, item);
    enum event_kind kind =
        one->protocol == &compare_tcp ? EVENT_TCP : event_kind(one->event);
    char label[EVENT_TEXT_MAX], rest[EVENT_TEXT_MAX], text[TEXT_MAX];
    int at = sheet->at[side];

    snprintf(text, sizeof(text), "%5" PRIu64, one->event->id);
    canvas_text(&sheet->canvas, at, ID_WIDTH - 1, STYLE_DIM, text);
    at += ID_WIDTH;
    canvas_text(&sheet->canvas, at, 2, arrows[kind].style,
                one->from_client ? arrows[kind].right : arrows[kind].left);
    at += ARROW_WIDTH;
    event_label(one->event, label);
    event_rest(one->event, rest);
    snprintf(text, sizeof(text), "%s%s%s", label, rest[0] ? " · " : "", rest);
    canvas_text(&sheet->canvas, at, sheet->at[side] + sheet->width - at,
                arrows[kind].style, text);
}

static void draw_value(struct sheet *sheet, int side, struct span value)
{
    char text[TEXT_MAX];
    int indent = ID_WIDTH + ARROW_WIDTH;

    text_escape(text, sizeof(text), value);
    canvas_text(&sheet->canvas, sheet->at[side] + indent, sheet->width - indent,
                value.data != NULL ? STYLE_BOLD : STYLE_DIM,
                value.data != NULL ? text : "(none)");
}

/* The same reason for the tenth time is noise: then its section is enough. True
 * the first time; it is remembered. */
static bool tells_first(struct sheet *sheet, const char *why)
{
    for (size_t i = 0; i < sheet->told_count; i++)
        if (sheet->told[i] == why)
            return false;
    if (sheet->told_count < REASONS_TOLD)
        sheet->told[sheet->told_count++] = why;
    return true;
}

static void write_difference(struct sheet *sheet,
                             const struct compare_difference *one)
{
    char what[TEXT_MAX], why[TEXT_MAX], section[128] = "";
    char text[WORDS_MAX];

    if (one->a.data != NULL || one->b.data != NULL) {
        begin(sheet);
        draw_value(sheet, COMPARE_A, one->a);
        draw_sign(sheet, STYLE_DIM, "│");
        draw_value(sheet, COMPARE_B, one->b);
        end(sheet);
    }
    text_escape(what, sizeof(what), span_of(one->what));
    write_words(sheet, INDENT - 1, STYLE_NOTE, "◆ ", what);
    bool news = one->why != NULL && tells_first(sheet, one->why);
    text_escape(why, sizeof(why),
                span_of(one->why == NULL ? ""
                        : news           ? one->why
                                         : "as above"));
    if (one->rfc.number != NULL)
        snprintf(section, sizeof(section), "RFC %s §%s", one->rfc.number,
                 one->rfc.section);
    size_t length = strlen(why);
    bool stopped = length > 0 && strchr(".!?", why[length - 1]) != NULL;
    snprintf(text, sizeof(text), "%s%s%s", why,
             why[0] == '\0' || section[0] == '\0' ? ""
             : stopped                            ? " "
                                                  : ", ",
             section);
    if (text[0] != '\0')
        write_words(sheet, INDENT + 1, STYLE_DIM,
                    why[0] != '\0' ? "because: " : "see ", text);
}

static void write_row(struct sheet *sheet, const struct compare_row *row)
{
    bool in_a = row->at[COMPARE_A] != COMPARE_NONE;
    bool in_b = row->at[COMPARE_B] != COMPARE_NONE;

    begin(sheet);
    if (in_a)
        draw_item(sheet, COMPARE_A, row->at[COMPARE_A]);
    draw_sign(sheet, row->same ? STYLE_DIM : STYLE_NOTE,
              row->same ? "="
              : !in_a   ? ">"
              : !in_b   ? "<"
                        : "≠");
    if (in_b)
        draw_item(sheet, COMPARE_B, row->at[COMPARE_B]);
    end(sheet);
    for (size_t i = row->first; i < row->first + row->count; i++)
        write_difference(sheet, &sheet->c->differences[i]);
}

/* ---- head and foot ------------------------------------------------------ */

static void write_head(struct sheet *sheet)
{
    begin(sheet);
    for (int side = 0; side < COMPARE_SIDES; side++) {
        char name[EVENT_TEXT_MAX], text[TEXT_MAX];
        text_escape(name, sizeof(name), span_of(sheet->names[side]));
        snprintf(text, sizeof(text), "%s  %s", compare_side_name(side), name);
        canvas_text(&sheet->canvas, sheet->at[side] + (side == COMPARE_A),
                    sheet->width - 1, STYLE_BOLD, text);
        if (side == COMPARE_A)
            draw_sign(sheet, STYLE_DIM, "│");
    }
    end(sheet);
    begin(sheet);
    canvas_fill(&sheet->canvas, 0, sheet->width + 1, STYLE_DIM, "─");
    draw_sign(sheet, STYLE_DIM, "┼");
    canvas_fill(&sheet->canvas, 0, sheet->columns, STYLE_DIM, "─");
    end(sheet);
}

static void write_rules(struct sheet *sheet)
{
    bool any = false;

    for (int rule = 0; rule < RULES; rule++) {
        const struct compare_rule_text *text = &compare_rules[rule];
        char head[64], words[WORDS_MAX];
        if (sheet->c->used[rule] == 0)
            continue;
        if (!any)
            write_title(sheet, "Set aside, because any two runs differ in it");
        any = true;
        snprintf(head, sizeof(head), "%5" PRIu64 "×  %-*s",
                 sheet->c->used[rule], RULE_WIDTH, text->name);
        snprintf(words, sizeof(words), "%s, RFC %s §%s", text->sentence,
                 text->rfc.number, text->rfc.section);
        write_words(sheet, 0, STYLE_PLAIN, head, words);
    }
}

static void write_number(struct sheet *sheet, const char *what, uint64_t a,
                         uint64_t b)
{
    enum { NAME_END = 34, NUMBER_WIDTH = 14 };
    const uint64_t values[COMPARE_SIDES] = {a, b};
    char digits[32], more[40];

    begin(sheet);
    canvas_text(&sheet->canvas, 2, NAME_END, STYLE_PLAIN, what);
    for (int side = 0; side < COMPARE_SIDES; side++) {
        text_number(values[side], digits);
        canvas_text(&sheet->canvas,
                    NAME_END + (side + 1) * NUMBER_WIDTH - text_columns(digits),
                    NUMBER_WIDTH, STYLE_PLAIN, digits);
    }
    text_number(a < b ? b - a : a - b, digits);
    snprintf(more, sizeof(more), "%s%s", a < b ? "+" : "−", digits);
    if (a != b)
        canvas_text(&sheet->canvas,
                    NAME_END + 3 * NUMBER_WIDTH - text_columns(more) - 1,
                    NUMBER_WIDTH, STYLE_DIM, more);
    end(sheet);
}

static void write_totals(struct sheet *sheet)
{
    const struct compare_total *a = &sheet->c->sides[COMPARE_A].total;
    const struct compare_total *b = &sheet->c->sides[COMPARE_B].total;

    write_title(sheet, "In all                                         "
                       "A             B        B − A");
    write_number(sheet, "connections", a->connections, b->connections);
    write_number(sheet, "round trips", a->round_trips, b->round_trips);
    write_number(sheet, "bytes from client to server", a->sent, b->sent);
    write_number(sheet, "bytes from server to client", a->received,
                 b->received);
    write_number(sheet, "bytes readable on the wire", a->readable, b->readable);
    if (!sheet->timeless)
        write_number(sheet, "microseconds", (uint64_t)a->time_ns / 1000,
                     (uint64_t)b->time_ns / 1000);
}

static void write_verdict(struct sheet *sheet)
{
    char text[64], number[32];
    size_t count = sheet->c->difference_count;

    text_number(count, number);
    snprintf(text, sizeof(text), "%s difference%s", number,
             count == 1 ? "" : "s");
    write_title(sheet, count == 0 ? "No difference" : text);
}

static void lay_out(struct sheet *sheet, int columns)
{
    sheet->columns =
        columns_within(columns, COLUMNS_DEFAULT, COLUMNS_LEAST, COLUMNS_MOST);
    sheet->width = (sheet->columns - SIGN_WIDTH) / 2;
    sheet->at[COMPARE_B] = sheet->width + SIGN_WIDTH;
}

int compare_write(FILE *to, const struct trace_file *a,
                  const struct trace_file *b,
                  const struct compare_options *options, bool *same,
                  struct error *error)
{
    struct comparison c;
    struct sheet sheet = {.to = to,
                          .c = &c,
                          .names = options->names,
                          .timeless = options->timeless,
                          .canvas = {.colour = options->colour}};
    int result = comparison_make(&c, a, b, error);

    lay_out(&sheet, options->columns);
    if (result == 0) {
        write_head(&sheet);
        for (size_t i = 0; i < c.row_count; i++)
            write_row(&sheet, &c.rows[i]);
        write_rules(&sheet);
        write_totals(&sheet);
        write_verdict(&sheet);
        *same = c.difference_count == 0;
        if (ferror(to))
            result = error_set(error, ERROR_LOCAL,
                               "the comparison can't be written");
    }
    comparison_free(&c);
    return result;
}
