/* SPDX-License-Identifier: MIT */
/*
 * options_help: the table of options as a page for people: two columns, the
 * second one folded at the width of a terminal.
 */
#include <string.h>

#include "common/limits.h"
#include "common/options.h"

/* Columns: a terminal has eighty, and the left part must leave room. */
enum { PAGE_WIDTH = 79, LEFT_MAX = 32 };

/* "  -u, --user NAME", or six blanks where there is no letter. The length. */
static size_t left_part(char *line, size_t size, const struct option_spec *row)
{
    int length;

    if (row->letter != 0)
        length = snprintf(line, size, "  -%c, --%s", row->letter, row->name);
    else
        length = snprintf(line, size, "      --%s", row->name);
    if (row->argument != NULL && length > 0 && (size_t)length < size)
        length += snprintf(line + length, size - (size_t)length, " %s",
                           row->argument);
    return length < 0 ? 0 : (size_t)length;
}

/* Where the right column begins: two blanks after the longest left part. */
static size_t right_column(const struct option_spec *table)
{
    char line[OPTION_NAME_MAX * 2];
    size_t widest = 0;

    for (; table->name != NULL; table++) {
        size_t length = left_part(line, sizeof(line), table);

        if (length > widest && length <= LEFT_MAX)
            widest = length;
    }
    return widest + 2;
}

/* Words of `text` from column `at`, folded so that none passes PAGE_WIDTH. */
static void print_folded(FILE *to, const char *text, size_t at, size_t column)
{
    while (*text != '\0') {
        size_t word = strcspn(text, " ");
        size_t gap = at > column ? 1 : 0;

        if (gap + at + word > PAGE_WIDTH && at > column) {
            fprintf(to, "\n%*s", (int)column, "");
            at = column;
            gap = 0;
        }
        fprintf(to, "%*s%.*s", (int)gap, "", (int)word, text);
        at += gap + word;
        text += word + strspn(text + word, " ");
    }
    fputc('\n', to);
}

void options_help(FILE *to, const char *program, const char *synopsis,
                  const struct option_spec *table)
{
    size_t column = right_column(table);

    fprintf(to, "Usage: %s %s\n\n", program, synopsis);
    for (; table->name != NULL; table++) {
        char line[OPTION_NAME_MAX * 2];
        size_t length = left_part(line, sizeof(line), table);

        /* Too long for its column: the explanation goes below it. */
        if (length + 2 > column) {
            fprintf(to, "%s\n", line);
            length = 0;
            line[0] = '\0';
        }
        fprintf(to, "%s%*s", line, (int)(column - length), "");
        print_folded(to, table->help, column, column);
    }
}
