/* SPDX-License-Identifier: MIT */
/*
 * canvas: a line of cells, and what a character takes of it. The contract is
 * in canvas.h.
 */
#include "labs/trace/canvas.h"

#include <stdint.h>
#include <string.h>

/* ---- characters --------------------------------------------------------- */

/* One character of valid UTF-8; a byte that is none counts as U+FFFD. */
static uint32_t character(const char *text, size_t *length)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t want = s[0] < 0x80 ? 1 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    uint32_t value = want == 1 ? s[0] : s[0] & (0xFFu >> (want + 1));

    *length = 1;
    if (s[0] >= 0x80 && (s[0] < 0xC2 || s[0] > 0xF4))
        return 0xFFFD;
    for (size_t i = 1; i < want; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 0xFFFD;
        value = value << 6 | (s[i] & 0x3Fu);
    }
    *length = want;
    return value;
}

/* Columns of a character. wcwidth(3) would ask the locale, which is "C" where
 * a lab runs unattended; these few ranges serve every text of the labs. */
static int columns_of(uint32_t c)
{
    static const struct {
        uint32_t from, to;
        int columns;
    } ranges[] = {
        {0x0300, 0x036F, 0},   {0x0483, 0x0489, 0},   {0x0591, 0x05BD, 0},
        {0x064B, 0x065F, 0},   {0x1100, 0x115F, 2},   {0x200B, 0x200D, 0},
        {0x20D0, 0x20FF, 0},   {0x2E80, 0x303E, 2},   {0x3041, 0xA4CF, 2},
        {0xAC00, 0xD7A3, 2},   {0xF900, 0xFAFF, 2},   {0xFE00, 0xFE0F, 0},
        {0xFE30, 0xFE4F, 2},   {0xFF00, 0xFF60, 2},   {0xFFE0, 0xFFE6, 2},
        {0x1F300, 0x1FAFF, 2}, {0x20000, 0x3FFFD, 2},
    };

    if (c < 0x0300)
        return 1;
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
        if (c >= ranges[i].from && c <= ranges[i].to)
            return ranges[i].columns;
    return 1;
}

int text_columns(const char *text)
{
    int columns = 0;

    while (*text != '\0') {
        size_t length = 1;
        columns += *text > 0 ? 1 : columns_of(character(text, &length));
        text += length;
    }
    return columns;
}

size_t text_fit(const char *text, int width)
{
    size_t at = 0, blank = 0;
    int columns = 0;

    while (text[at] != '\0') {
        size_t length = 1;
        columns += text[at] > 0 ? 1 : columns_of(character(text + at, &length));
        if (columns > width && text[at] != ' ')
            return blank > 0 ? blank : at > 0 ? at : length;
        if (text[at] == ' ')
            blank = at;
        at += length;
    }
    return at;
}

/* ---- cells -------------------------------------------------------------- */

void canvas_clear(struct canvas *canvas, int columns)
{
    canvas->columns =
        columns < CANVAS_COLUMNS_MAX ? columns : CANVAS_COLUMNS_MAX;
    for (int i = 0; i < canvas->columns; i++)
        canvas->cells[i] = (struct cell){" ", 1, STYLE_PLAIN};
}

void canvas_copy(struct canvas *canvas, const struct canvas *from)
{
    canvas->columns = from->columns;
    memcpy(canvas->cells, from->cells,
           (size_t)from->columns * sizeof(from->cells[0]));
}

static void put(struct canvas *canvas, int at, enum style style,
                const char *bytes, size_t length)
{
    struct cell *cell = &canvas->cells[at];

    memcpy(cell->bytes, bytes, length);
    cell->length = (unsigned char)length;
    cell->style = (unsigned char)style;
}

/* Most of every line: worth a way of its own. */
static void put_ascii(struct canvas *canvas, int at, enum style style, char c)
{
    canvas->cells[at] = (struct cell){{c}, 1, (unsigned char)style};
}

/* A mark without a column of its own goes to the character that it is upon;
 * more marks than a cell holds are left out. */
static void put_mark(struct canvas *canvas, int at, const char *bytes,
                     size_t length)
{
    struct cell *cell = &canvas->cells[at];

    if (cell->length + length > sizeof(cell->bytes))
        return;
    memcpy(cell->bytes + cell->length, bytes, length);
    cell->length = (unsigned char)(cell->length + length);
}

/* Draws one character; returns the columns that it took. */
static int put_character(struct canvas *canvas, int at, enum style style,
                         const char *text, size_t *length)
{
    uint32_t c = character(text, length);
    int columns = columns_of(c);

    if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xFFFD)
        put(canvas, at, style, "?", 1);
    else if (columns == 0 && at > 0)
        put_mark(canvas, at - 1, text, *length);
    else
        put(canvas, at, style, text, *length);
    if (columns == 2 && at + 1 < canvas->columns)
        canvas->cells[at + 1].length = 0;
    return columns;
}

int canvas_text(struct canvas *canvas, int at, int width, enum style style,
                const char *text)
{
    int from = at, end = at + width;

    if (end > canvas->columns)
        end = canvas->columns;
    /* No character takes more columns than bytes. */
    bool cut = strlen(text) > (size_t)(end > at ? end - at : 0) &&
               text_columns(text) > end - at;
    while (*text != '\0' && at < end) {
        size_t length = 1;
        if (*text >= 0x20 && *text < 0x7F && !(cut && at + 1 >= end)) {
            put_ascii(canvas, at++, style, *text++);
            continue;
        }
        int columns = columns_of(character(text, &length));
        if (cut && at + columns >= end) {
            put(canvas, at, style, "…", strlen("…"));
            return at + 1 - from;
        }
        at += put_character(canvas, at, style, text, &length);
        text += length;
    }
    return at - from;
}

void canvas_fill(struct canvas *canvas, int at, int end, enum style style,
                 const char *character_bytes)
{
    struct cell cell = {"", 0, (unsigned char)style};

    cell.length = (unsigned char)strlen(character_bytes);
    memcpy(cell.bytes, character_bytes, cell.length);
    for (; at < end && at < canvas->columns; at++)
        canvas->cells[at] = cell;
}

/* ---- writing ------------------------------------------------------------ */

/* Sixteen-colour codes only: every terminal has them, and the user's theme
 * makes them readable on his background. */
static const char *const style_codes[STYLES] = {
    [STYLE_PLAIN] = "",         [STYLE_DIM] = "\033[2m",
    [STYLE_BOLD] = "\033[1m",   [STYLE_NAMES] = "\033[35m",
    [STYLE_TCP] = "\033[2m",    [STYLE_TLS] = "\033[36m",
    [STYLE_CLEAR] = "\033[31m", [STYLE_ENCRYPTED] = "\033[32m",
    [STYLE_NOTE] = "\033[33m",
};

void canvas_write(const struct canvas *canvas, FILE *to)
{
    /* A cell's bytes, a code and a reset before each, and the line's end. */
    char line[CANVAS_COLUMNS_MAX * (sizeof(struct cell) + 10) + 8];
    size_t length = 0;
    int style = STYLE_PLAIN, end = canvas->columns;

    while (end > 0 && canvas->cells[end - 1].length == 1 &&
           canvas->cells[end - 1].bytes[0] == ' ')
        end--;
    for (int i = 0; i < end; i++) {
        const struct cell *cell = &canvas->cells[i];
        if (canvas->colour && cell->style != style && cell->bytes[0] != ' ') {
            length = (size_t)(stpcpy(stpcpy(line + length, "\033[0m"),
                                     style_codes[cell->style]) -
                              line);
            style = cell->style;
        }
        /* All of them, of which the next cell takes back what is too much:
         * one instruction, where the true length would be a call. */
        memcpy(line + length, cell->bytes, sizeof(cell->bytes));
        length += cell->length;
    }
    if (style != STYLE_PLAIN)
        length = (size_t)(stpcpy(line + length, "\033[0m") - line);
    line[length++] = '\n';
    fwrite_unlocked(line, 1, length, to);
}
