/* SPDX-License-Identifier: MIT */
/*
 * canvas: one line of a terminal, drawn cell by cell before it is written.
 *
 * A ladder's line is drawn back to front: first the rails of all hosts, then
 * the arrow over them, then the words over the arrow. A cell holds one
 * character and its style; what is drawn last is seen.
 *
 *     canvas_clear(&canvas, 100);
 *     canvas_text(&canvas, 20, 60, STYLE_PLAIN, "GET / HTTP/1.1");
 *     canvas_write(&canvas, stdout);
 *
 * No control character passes: a terminal that shows a canvas does what we
 * say and nothing that a peer says.
 */
#ifndef LABS_TRACE_CANVAS_H
#define LABS_TRACE_CANVAS_H

#include <stdbool.h>
#include <stdio.h>

#define CANVAS_COLUMNS_MAX 400

enum style {
    STYLE_PLAIN,
    STYLE_DIM,
    STYLE_BOLD,
    STYLE_NAMES, /* DNS */
    STYLE_TCP,
    STYLE_TLS,
    STYLE_CLEAR,     /* a message that all can read */
    STYLE_ENCRYPTED, /* one that only the ends can */
    STYLE_NOTE,
    STYLES
};

struct cell {
    char bytes[15]; /* UTF-8 of one character and the marks upon it */
    unsigned char length;
};

/* Nearly all that is drawn is ASCII and goes in and out in runs. */
struct canvas {
    char plain[CANVAS_COLUMNS_MAX]; /* a character of one byte; 0: in `cells` */
    unsigned char styles[CANVAS_COLUMNS_MAX];
    struct cell cells[CANVAS_COLUMNS_MAX];
    int columns;
    bool colour;
};

void canvas_clear(struct canvas *canvas, int columns);
/* Draws `text` from column `at` on, in at most `width` columns; what is longer
 * ends in "…". Returns the columns that were used. */
int canvas_text(struct canvas *canvas, int at, int width, enum style style,
                const char *text);
/* Draws all that `from` shows, and nothing of what was there. */
void canvas_copy(struct canvas *canvas, const struct canvas *from);
/* The same character in the columns from `at` up to and not with `end`. */
void canvas_fill(struct canvas *canvas, int at, int end, enum style style,
                 const char *character);
/* Writes the line without the blanks at its end, and a newline. */
void canvas_write(const struct canvas *canvas, FILE *to);

/* Columns that a text takes in a terminal. */
int text_columns(const char *text);
/* How many bytes of `text` fit into `width` columns, broken at a blank if
 * there is one. */
size_t text_fit(const char *text, int width);

#endif
