/* SPDX-License-Identifier: MIT */
/*
 * canvas: one line of a terminal, drawn from left to right before it is
 * written. Whatever is drawn says in which column it begins and how many it may
 * take; the columns between are blank, or show the rails that hang there.
 *
 *     canvas_clear(&canvas, 100);
 *     canvas_text(&canvas, 20, 60, STYLE_PLAIN, "GET / HTTP/1.1");
 *     canvas_write(&canvas, stdout);
 *
 * Of what would begin left of the last thing drawn, only the part to its right
 * is seen. No control character passes: a terminal that shows a canvas does
 * what we say and nothing that a peer says.
 */
#ifndef LABS_TRACE_CANVAS_H
#define LABS_TRACE_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define CANVAS_COLUMNS_MAX 400
#define CANVAS_CELL_MAX 15 /* bytes of a character and the marks upon it */

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

struct canvas {
    bool colour;       /* the caller's to set */
    const int *rails;  /* the caller's: columns of "│", ascending */
    size_t rail_count; /* 0: no rails */
    int columns;
    int at;           /* what comes next goes here */
    size_t rail;      /* the next rail that was not passed */
    enum style style; /* of what was drawn last */
    size_t length;    /* bytes of the line so far */
    size_t cell;      /* bytes of its last character and the marks upon it */
    /* Each column takes a cell and what changes the style. */
    char line[CANVAS_COLUMNS_MAX * (CANVAS_CELL_MAX + 12) + 16];
};

/* An empty line of so many columns. */
void canvas_clear(struct canvas *canvas, int columns);
/* Draws `text` from column `at` on, in at most `width` columns; what is longer
 * ends in "…". Returns the columns that were used. */
int canvas_text(struct canvas *canvas, int at, int width, enum style style,
                const char *text);
/* Draws as much of *text as fits, up to a blank if there is one; *text becomes
 * the rest, without the blanks before it, for the next line. */
void canvas_words(struct canvas *canvas, int at, int width, enum style style,
                  const char **text);
/* The same character in the columns from `at` up to and not with `end`. */
void canvas_fill(struct canvas *canvas, int at, int end, enum style style,
                 const char *character);
/* Writes the line, its rails to the end and without the blanks there, and a
 * newline. It is empty then. */
void canvas_write(struct canvas *canvas, FILE *to);

/* So many columns as are wanted, or as usual if that is 0, within limits. */
int columns_within(int wanted, int usual, int least, int most);
/* Columns that a text takes in a terminal. */
int text_columns(const char *text);
/* How many bytes of `text` fit into `width` columns, at least 1, broken at a
 * blank if there is one, and without the blanks behind them. Who goes on behind
 * those comes to an end: of a text that begins with none, one character at
 * least fits anywhere. */
size_t text_fit(const char *text, int width);

#endif
