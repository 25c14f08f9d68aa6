/* SPDX-License-Identifier: MIT */
/*
 * lab_terminal: a lab's story as it is printed while the lab runs.
 *
 * Plain text, wrapped at the terminal's width; bold and colour only where the
 * output is a terminal. Whatever is printed has been escaped by the caller.
 */
#ifndef LABS_LAB_TERMINAL_H
#define LABS_LAB_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

struct lab_terminal {
    FILE *to;
    bool colour;
    int columns; /* at least 40 */
};

/* Finds out whether `to` is a terminal and how wide. NO_COLOR is honoured. */
void lab_terminal_open(struct lab_terminal *terminal, FILE *to);

void lab_terminal_title(const struct lab_terminal *terminal, const char *title);
void lab_terminal_step(const struct lab_terminal *terminal, int number,
                       const char *title);
/* A paragraph, wrapped; each line begins with `indent`, the first line with
 * `first` instead (of the same width; NULL: `indent`). */
void lab_terminal_text(const struct lab_terminal *terminal, const char *first,
                       const char *indent, const char *text);
void lab_terminal_command(const struct lab_terminal *terminal,
                          const char *command);
/* Line by line as it is, set in. */
void lab_terminal_output(const struct lab_terminal *terminal, const char *text);
/* Rows end in '\n', cells are parted by '|', the first row is the head. What
 * is too wide is wrapped within its cell. */
void lab_terminal_table(const struct lab_terminal *terminal, const char *rows);

#endif
