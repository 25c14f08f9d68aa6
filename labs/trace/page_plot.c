/* SPDX-License-Identifier: MIT */
/*
 * page: a plot, drawn from the numbers that a lab measured: how far each of
 * several ways had come, over time. The lines climb in steps, since half an
 * answer is none.
 *
 *     Objects that had arrived|milliseconds|objects
 *     HTTP/1.0|40.2 1|80.9 2|121.3 3
 *     pipelined|40.3 1|60.8 3
 *
 * The first line has the title and what the axes count; each line after it a
 * name and its points, from left to right. Colour is never the only sign: each
 * line has a stroke of its own. Who can't see the plot hears where each line
 * ends.
 */
#include <math.h> /* isfinite, a macro: nothing of libm is linked */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/limits.h"
#include "labs/trace/page.h"

/* Units of the drawing, which the page scales. */
enum {
    WIDTH = 640,
    LEFT = 48,
    RIGHT = 620,
    TOP = 12,
    BOTTOM = 252,
    LEGEND = 304, /* the first row of it */
    ROW = 24
};

struct plot_line {
    struct span name;
    size_t count;
    double x[PLOT_POINTS_MAX], y[PLOT_POINTS_MAX];
};

struct plot {
    struct span title, x_counts, y_counts;
    struct plot_line lines[PLOT_LINES_MAX];
    size_t count;
    double x_max, y_max;
};

/* ---- reading ------------------------------------------------------------ */

/* The next cell of a row; the row becomes what is behind it. */
static struct span cell_take(struct span *row)
{
    const char *bar =
        row->length > 0 ? memchr(row->data, '|', row->length) : NULL;
    size_t length = bar ? (size_t)(bar - row->data) : row->length;
    struct span cell = {row->data, length};

    length += bar != NULL;
    row->data += length;
    row->length -= length;
    return span_trim(cell);
}

/* "40.2 1" into the line; what is no pair of numbers above zero is no point. */
static void point_read(struct plot *plot, struct plot_line *line,
                       struct span cell)
{
    char text[64], *end;
    double x, y;

    snprintf(text, sizeof(text), "%.*s", (int)cell.length, cell.data);
    x = strtod(text, &end);
    y = strtod(end, NULL);
    if (line->count == PLOT_POINTS_MAX || !isfinite(x) || !isfinite(y) ||
        x < 0 || y <= 0)
        return;
    line->x[line->count] = x;
    line->y[line->count++] = y;
    plot->x_max = x > plot->x_max ? x : plot->x_max;
    plot->y_max = y > plot->y_max ? y : plot->y_max;
}

static void row_read(struct plot *plot, struct span row, bool head)
{
    struct plot_line *line = &plot->lines[plot->count];

    if (head) {
        plot->title = cell_take(&row);
        plot->x_counts = cell_take(&row);
        plot->y_counts = cell_take(&row);
        return;
    }
    if (plot->count == PLOT_LINES_MAX)
        return;
    line->name = cell_take(&row);
    while (row.length > 0)
        point_read(plot, line, cell_take(&row));
    plot->count += line->count > 0;
}

static void plot_read(struct plot *plot, const char *text)
{
    bool head = true;

    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        row_read(plot, (struct span){text, length}, head);
        head = false;
        text += length;
        text += *text == '\n';
    }
}

/* ---- drawing ------------------------------------------------------------ */

/* The step between two marks of an axis: 1, 2 or 5 times a power of ten, so
 * that there are at most six marks beside that at zero. `max` is finite, which
 * ends the loop. */
static double mark_step(double max)
{
    static const double factors[] = {2, 2.5, 2};
    double step = 0.001;

    for (size_t i = 0; max / step > 6; i++)
        step *= factors[i % 3];
    return step;
}

static double x_at(const struct plot *plot, double x)
{
    return LEFT + x / plot->x_max * (RIGHT - LEFT);
}

static double y_at(const struct plot *plot, double y)
{
    return BOTTOM - y / plot->y_max * (BOTTOM - TOP);
}

static void write_axes(struct html *html, const struct plot *plot)
{
    double step = mark_step(plot->x_max);

    for (double x = 0; x <= plot->x_max; x += step)
        html_numbers(html,
                     "<path class=\"grid\" d=\"M%.1f %dV%d\"/><text "
                     "text-anchor=\"middle\" x=\"%.1f\" y=\"%d\">%g</text>\n",
                     x_at(plot, x), TOP, BOTTOM, x_at(plot, x), BOTTOM + 18, x);
    step = mark_step(plot->y_max);
    for (double y = 0; y <= plot->y_max; y += step)
        html_numbers(html,
                     "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text "
                     "text-anchor=\"end\" x=\"%d\" y=\"%.1f\">%g</text>\n",
                     LEFT, y_at(plot, y), RIGHT, LEFT - 8, y_at(plot, y) + 5,
                     y);
    html_numbers(html, "<text text-anchor=\"end\" x=\"%d\" y=\"%d\">", RIGHT,
                 BOTTOM + 36);
    html_span(html, plot->x_counts);
    html_markup(html, "</text>\n<text x=\"4\" y=\"-6\">");
    html_span(html, plot->y_counts);
    html_markup(html, "</text>\n");
}

static void write_line(struct html *html, const struct plot *plot, size_t i)
{
    const struct plot_line *line = &plot->lines[i];

    html_numbers(html, "<path class=\"line line%zu\" d=\"M%d %d", i + 1, LEFT,
                 BOTTOM);
    for (size_t p = 0; p < line->count; p++)
        html_numbers(html, "H%.1fV%.1f", x_at(plot, line->x[p]),
                     y_at(plot, line->y[p]));
    html_markup(html, "\"/>\n");
}

/* "HTTP/1.0: 13 objects after 540 milliseconds". */
static void write_end(struct html *html, const struct plot *plot, size_t i)
{
    const struct plot_line *line = &plot->lines[i];

    html_span(html, line->name);
    html_numbers(html, ": %g ", line->y[line->count - 1]);
    html_span(html, plot->y_counts);
    html_numbers(html, " after %.4g ", line->x[line->count - 1]);
    html_span(html, plot->x_counts);
}

static void write_legend(struct html *html, const struct plot *plot)
{
    for (size_t i = 0; i < plot->count; i++) {
        int y = LEGEND + (int)i * ROW;

        html_numbers(html,
                     "<path class=\"line line%zu\" d=\"M%d %dH%d\"/>"
                     "<text x=\"%d\" y=\"%d\">",
                     i + 1, LEFT, y, LEFT + 44, LEFT + 56, y + 5);
        write_end(html, plot, i);
        html_markup(html, "</text>\n");
    }
}

/* The alternative in words. */
static void write_words(struct html *html, const struct plot *plot)
{
    html_span(html, plot->title);
    for (size_t i = 0; i < plot->count; i++) {
        html_markup(html, i == 0 ? ". " : "; ");
        write_end(html, plot, i);
    }
    html_markup(html, ".");
}

void page_plot(struct page *page, const char *text)
{
    struct html *html = &page->html;
    struct plot plot = {.count = 0};

    plot_read(&plot, text);
    if (plot.count == 0 || plot.x_max <= 0)
        return;
    html_markup(html, "<figure class=\"plot\"><div class=\"scroll\" "
                      "tabindex=\"0\" role=\"group\" aria-label=\"Plot\">\n");
    html_numbers(html,
                 "<svg viewBox=\"0 -22 %d %d\" role=\"img\" aria-label=\"",
                 WIDTH, LEGEND + (int)plot.count * ROW + 22);
    write_words(html, &plot);
    html_markup(html, "\">\n");
    write_axes(html, &plot);
    for (size_t i = 0; i < plot.count; i++)
        write_line(html, &plot, i);
    write_legend(html, &plot);
    html_markup(html, "</svg></div>\n<figcaption>");
    html_span(html, plot.title);
    html_markup(html, "</figcaption></figure>\n");
}
