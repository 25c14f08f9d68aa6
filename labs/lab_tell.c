/* SPDX-License-Identifier: MIT */
/*
 * lab_tell: what a step may say. Each sentence goes to the terminal at once
 * and into the story, from which the page is made.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/limits.h"
#include "common/text.h"
#include "labs/lab_run.h"

struct world *lab_world(struct lab_run *run)
{
    return run->world;
}

const struct lab_parameters *lab_parameters(struct lab_run *run)
{
    return &run->setup->parameters;
}

int64_t lab_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

const char *lab_path(struct lab_run *run, const char *format, ...)
{
    static char ring[8][512];
    static size_t next;
    char *path = ring[next++ % 8];
    int length =
        snprintf(path, sizeof(ring[0]), "%s/", world_files(run->world));
    va_list list;

    va_start(list, format);
    vsnprintf(path + length, sizeof(ring[0]) - (size_t)length, format, list);
    va_end(list);
    return path;
}

void lab_say(struct lab_run *run, const char *format, ...)
{
    char text[LAB_TEXT_MAX];
    va_list list;

    va_start(list, format);
    vsnprintf(text, sizeof(text), format, list);
    va_end(list);
    lab_terminal_text(&run->terminal, NULL, "   ", text);
    lab_story_add(run->story, STORY_SAY, text);
}

void lab_correct(struct lab_run *run, struct rfc rfc, const char *notes_say,
                 const char *format, ...)
{
    char text[LAB_TEXT_MAX];
    int length = snprintf(text, sizeof(text), "The notes say: %s ", notes_say);
    va_list list;

    va_start(list, format);
    length +=
        vsnprintf(text + length, sizeof(text) - (size_t)length, format, list);
    va_end(list);
    if ((size_t)length < sizeof(text) && strcmp(rfc.section, "0") != 0)
        snprintf(text + length, sizeof(text) - (size_t)length, " (RFC %s §%s)",
                 rfc.number, rfc.section);
    else if ((size_t)length < sizeof(text))
        snprintf(text + length, sizeof(text) - (size_t)length, " (RFC %s)",
                 rfc.number);
    lab_terminal_text(&run->terminal, " ! ", "   ", text);
    lab_story_add(run->story, STORY_CORRECT, text);
}

void lab_not_here(struct lab_run *run, const char *what,
                  enum world_feature feature)
{
    const char *why = world_has_not(run->world, feature);

    lab_say(run, "not to be seen here: %s%s%s", what,
            why[0] != '\0' ? ": " : "", why);
}

/* Line by line, so that a peer's line ends stay line ends and nothing else of
 * what it sent moves the cursor. Each byte becomes four at most. */
static void lines_escape(char *shown, size_t size, const char *text,
                         size_t length)
{
    size_t used = 0;

    while (length > 0 && used + 1 < size) {
        const char *end = memchr(text, '\n', length);
        size_t line = end ? (size_t)(end - text) : length;
        size_t bare = line > 0 && text[line - 1] == '\r' ? line - 1 : line;

        used += text_escape(shown + used, size - used - 1,
                            (struct span){text, bare});
        shown[used++] = '\n';
        line += end != NULL;
        text += line;
        length -= line;
    }
    shown[used] = '\0';
}

void lab_output(struct lab_run *run, const char *text, size_t length)
{
    size_t size = 4 * length + 8;
    char *shown = malloc(size);

    /* Without memory it goes untold; the trace has it all the same. */
    if (!shown)
        return;
    lines_escape(shown, size, text, length);
    lab_view(run, shown);
    free(shown);
}

void lab_view(struct lab_run *run, const char *text)
{
    lab_terminal_output(&run->terminal, text);
    lab_story_add(run->story, STORY_OUTPUT, text);
}

/* ---- tables ------------------------------------------------------------- */

void lab_table_begin(struct lab_run *run)
{
    run->table_length = 0;
}

void lab_table_row(struct lab_run *run, const char *format, ...)
{
    char row[LAB_TEXT_MAX];
    size_t length, needed;
    va_list list;
    char *grown;

    va_start(list, format);
    vsnprintf(row, sizeof(row), format, list);
    va_end(list);
    length = strlen(row);
    needed = run->table_length + length + 2;
    if (needed > run->table_capacity) {
        grown = realloc(run->table, needed + LAB_TEXT_MAX);
        if (!grown)
            return;
        run->table = grown;
        run->table_capacity = needed + LAB_TEXT_MAX;
    }
    memcpy(run->table + run->table_length, row, length);
    memcpy(run->table + run->table_length + length, "\n", 2);
    run->table_length += length + 1;
}

void lab_table_end(struct lab_run *run)
{
    if (run->table_length > 0) {
        lab_terminal_table(&run->terminal, run->table);
        lab_story_add(run->story, STORY_TABLE, run->table);
    }
    free(run->table);
    run->table = NULL;
    run->table_length = run->table_capacity = 0;
}

void lab_table(struct lab_run *run, const char *const *rows, size_t count)
{
    size_t i;

    lab_table_begin(run);
    for (i = 0; i < count; i++)
        lab_table_row(run, "%s", rows[i]);
    lab_table_end(run);
}

void lab_plot(struct lab_run *run, const char *text)
{
    char title[256];

    snprintf(title, sizeof(title), "(The page draws it: %.*s.)",
             (int)strcspn(text, "|\n"), text);
    lab_terminal_text(&run->terminal, NULL, "   ", title);
    lab_story_add(run->story, STORY_PLOT, text);
}

/* ---- claims ------------------------------------------------------------- */

int lab_check(struct lab_run *run, bool holds, struct error *error,
              const char *what, ...)
{
    char text[ERROR_TEXT_MAX];
    va_list list;

    (void)run;
    if (holds)
        return 0;
    va_start(list, what);
    vsnprintf(text, sizeof(text), what, list);
    va_end(list);
    return error_set(error, ERROR_PROTOCOL, "this did not hold: %s", text);
}
