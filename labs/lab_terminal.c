/* SPDX-License-Identifier: MIT */
/*
 * lab_terminal: wrapping, tables, and a little colour.
 */
#include "labs/lab_terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/limits.h"

#define BOLD "\033[1m"
#define GREEN "\033[32m"
#define DIM "\033[2m"
#define PLAIN "\033[0m"

#define INDENT "   "
#define TABLE_COLUMNS_MAX 8

static const char *paint(const struct lab_terminal *terminal, const char *with)
{
    return terminal->colour ? with : "";
}

void lab_terminal_open(struct lab_terminal *terminal, FILE *to)
{
    struct winsize size = {0};
    const char *no_color = getenv("NO_COLOR");

    terminal->to = to;
    terminal->columns = LAB_COLUMNS;
    terminal->colour =
        isatty(fileno(to)) == 1 && (!no_color || no_color[0] == '\0');
    if (isatty(fileno(to)) == 1 && ioctl(fileno(to), TIOCGWINSZ, &size) == 0 &&
        size.ws_col > 0)
        terminal->columns = size.ws_col;
    if (terminal->columns > LAB_COLUMNS)
        terminal->columns = LAB_COLUMNS;
    if (terminal->columns < 40)
        terminal->columns = 40;
}

/* Columns of `length` bytes of UTF-8: continuation bytes take none. Good for
 * the scripts that these labs are written in. */
static int width_of(const char *text, size_t length)
{
    int width = 0;
    size_t i;

    for (i = 0; i < length; i++)
        if (((unsigned char)text[i] & 0xC0) != 0x80)
            width++;
    return width;
}

/* How many bytes of `text` (up to `length`) go on one line of `width` columns:
 * to the last space that fits, or, in a word longer than a line, to the end of
 * the line. */
static size_t line_length(const char *text, size_t length, int width)
{
    size_t i, space = 0;
    int used = 0;

    for (i = 0; i < length; i++) {
        if (text[i] == '\n')
            return i;
        if (((unsigned char)text[i] & 0xC0) != 0x80 && ++used > width)
            return space ? space : i;
        if (text[i] == ' ')
            space = i;
    }
    return length;
}

static size_t skip_gap(const char *text, size_t length)
{
    size_t i = 0;

    while (i < length && (text[i] == ' ' || text[i] == '\n'))
        i++;
    return i;
}

void lab_terminal_text(const struct lab_terminal *terminal, const char *first,
                       const char *indent, const char *text)
{
    size_t left = strlen(text), taken;
    int width = terminal->columns - width_of(indent, strlen(indent));
    const char *lead = first ? first : indent;

    while (left > 0) {
        taken = line_length(text, left, width);
        fprintf(terminal->to, "%s%.*s\n", lead, (int)taken, text);
        taken += skip_gap(text + taken, left - taken);
        text += taken;
        left -= taken;
        lead = indent;
    }
}

void lab_terminal_title(const struct lab_terminal *terminal, const char *title)
{
    fprintf(terminal->to, "%s%s%s\n", paint(terminal, BOLD), title,
            paint(terminal, PLAIN));
}

void lab_terminal_step(const struct lab_terminal *terminal, int number,
                       const char *title)
{
    fprintf(terminal->to, "\n%s%d. %s%s\n", paint(terminal, BOLD), number,
            title, paint(terminal, PLAIN));
}

void lab_terminal_command(const struct lab_terminal *terminal,
                          const char *command)
{
    fprintf(terminal->to, "\n" INDENT "%s$ %s%s\n", paint(terminal, GREEN),
            command, paint(terminal, PLAIN));
}

void lab_terminal_output(const struct lab_terminal *terminal, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");

        fprintf(terminal->to, INDENT "%s| %s%.*s\n", paint(terminal, DIM),
                paint(terminal, PLAIN), (int)length, text);
        text += length + (text[length] == '\n');
    }
}

/* ---- tables ------------------------------------------------------------- */

struct cell {
    const char *text;
    size_t length;
};

/* Parts one row into its cells; returns where the next row begins. */
static const char *row_part(const char *rows, struct cell *cells, size_t *count)
{
    size_t length;

    *count = 0;
    for (;; rows += length + 1) {
        length = strcspn(rows, "|\n");
        if (*count < TABLE_COLUMNS_MAX)
            cells[(*count)++] = (struct cell){rows, length};
        if (rows[length] != '|')
            return rows + length + (rows[length] == '\n');
    }
}

static size_t columns_measure(const char *rows, int *widths)
{
    struct cell cells[TABLE_COLUMNS_MAX];
    size_t count, columns = 0, i;

    memset(widths, 0, TABLE_COLUMNS_MAX * sizeof(*widths));
    while (*rows != '\0') {
        rows = row_part(rows, cells, &count);
        if (count > columns)
            columns = count;
        for (i = 0; i < count; i++) {
            int width = width_of(cells[i].text, cells[i].length);

            if (width > widths[i])
                widths[i] = width;
        }
    }
    return columns;
}

/* Takes from the widest column until all fit side by side, two apart. */
static void columns_fit(int *widths, size_t columns, int available)
{
    int total = 2 * ((int)columns - 1);
    size_t i, widest;

    for (i = 0; i < columns; i++)
        total += widths[i];
    for (; total > available; total--) {
        widest = 0;
        for (i = 1; i < columns; i++)
            if (widths[i] > widths[widest])
                widest = i;
        if (widths[widest] <= 1)
            return;
        widths[widest]--;
    }
}

/* Prints one line of each cell and takes it off; true while more is left. */
static bool row_line(const struct lab_terminal *terminal, struct cell *cells,
                     size_t count, const int *widths)
{
    bool more = false;
    size_t i;

    fputs(INDENT, terminal->to);
    for (i = 0; i < count; i++) {
        struct cell *cell = &cells[i];
        size_t taken = line_length(cell->text, cell->length, widths[i]);
        int pad = widths[i] - width_of(cell->text, taken) + 2;

        fprintf(terminal->to, "%.*s%*s", (int)taken, cell->text,
                i + 1 < count ? pad : 0, "");
        taken += skip_gap(cell->text + taken, cell->length - taken);
        cell->text += taken;
        cell->length -= taken;
        more = more || cell->length > 0;
    }
    fputc('\n', terminal->to);
    return more;
}

static void rule(const struct lab_terminal *terminal, const int *widths,
                 size_t columns)
{
    size_t i;
    int j;

    fputs(INDENT, terminal->to);
    for (i = 0; i < columns; i++) {
        for (j = 0; j < widths[i]; j++)
            fputc('-', terminal->to);
        fputs(i + 1 < columns ? "  " : "\n", terminal->to);
    }
}

void lab_terminal_table(const struct lab_terminal *terminal, const char *rows)
{
    struct cell cells[TABLE_COLUMNS_MAX];
    int widths[TABLE_COLUMNS_MAX];
    size_t columns = columns_measure(rows, widths), count;
    bool head = true;

    columns_fit(widths, columns, terminal->columns - (int)strlen(INDENT));
    fputc('\n', terminal->to);
    while (*rows != '\0') {
        rows = row_part(rows, cells, &count);
        while (row_line(terminal, cells, count, widths))
            continue;
        if (head)
            rule(terminal, widths, columns);
        head = false;
    }
    fputc('\n', terminal->to);
}
