/* SPDX-License-Identifier: MIT */
/*
 * canvas: a line of cells, and what a character takes of it. The contract is
 * in canvas.h.
 */
#include "labs/trace/canvas.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "common/text.h"

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
    for (size_t i = 0;
         i < sizeof(ranges) / sizeof(ranges[0]) && c >= ranges[i].from; i++)
        if (c <= ranges[i].to)
            return ranges[i].columns;
    return 1;
}

/* How many bytes of a text take at most so many columns; *columns becomes what
 * they take. */
static size_t bytes_within(struct span text, int *columns)
{
    int left = *columns;
    size_t at = 0;

    while (at < text.length) {
        struct span rest = {text.data + at, text.length - at};
        size_t length = text_printable(rest);
        int taken = length > INT_MAX ? INT_MAX : (int)length;
        if (taken > left) { /* of ASCII, each byte takes one */
            at += (size_t)left;
            left = 0;
            break;
        }
        if (length == 0)
            taken = columns_of(character(rest.data, &length));
        if (taken > left)
            break;
        left -= taken;
        at += length;
    }
    *columns -= left;
    return at;
}

int text_columns(const char *text)
{
    int columns = INT_MAX;

    (void)bytes_within(span_of(text), &columns);
    return columns;
}

size_t text_fit(const char *text, int width)
{
    struct span all = span_of(text);
    size_t end = bytes_within(all, &width);
    const char *blank;

    end += strspn(text + end, " "); /* nobody sees where they end */
    if (end == all.length)
        return end;
    blank = memrchr(text, ' ', end);
    if (blank != NULL && blank > text)
        return (size_t)(blank - text);
    if (end == 0)
        (void)character(text, &end);
    return end;
}

/* ---- cells -------------------------------------------------------------- */

void canvas_clear(struct canvas *canvas, int columns)
{
    canvas->columns =
        columns < CANVAS_COLUMNS_MAX ? columns : CANVAS_COLUMNS_MAX;
    memset(canvas->plain, ' ', (size_t)canvas->columns);
    memset(canvas->styles, STYLE_PLAIN, (size_t)canvas->columns);
}

void canvas_copy(struct canvas *canvas, const struct canvas *from)
{
    size_t columns = (size_t)from->columns;

    canvas->columns = from->columns;
    memcpy(canvas->plain, from->plain, columns);
    memcpy(canvas->styles, from->styles, columns);
    memcpy(canvas->cells, from->cells, columns * sizeof(from->cells[0]));
}

static void put(struct canvas *canvas, int at, enum style style,
                const char *bytes, size_t length)
{
    struct cell *cell = &canvas->cells[at];

    canvas->styles[at] = (unsigned char)style;
    canvas->plain[at] = length == 1 ? bytes[0] : '\0';
    memcpy(cell->bytes, bytes, length);
    cell->length = (unsigned char)length;
}

static void put_plain(struct canvas *canvas, int at, enum style style,
                      struct span text)
{
    memcpy(canvas->plain + at, text.data, text.length);
    memset(canvas->styles + at, (int)style, text.length);
}

/* A mark without a column of its own goes to the character that it is upon;
 * more marks than a cell holds are left out. */
static void put_mark(struct canvas *canvas, int at, struct span mark)
{
    struct cell *cell = &canvas->cells[at];

    if (canvas->plain[at] != '\0') {
        *cell = (struct cell){{canvas->plain[at]}, 1};
        canvas->plain[at] = '\0';
    }
    if (cell->length + mark.length > sizeof(cell->bytes))
        return;
    memcpy(cell->bytes + cell->length, mark.data, mark.length);
    cell->length = (unsigned char)(cell->length + mark.length);
}

/* Draws a character that is no ASCII and takes so many columns. */
static void put_character(struct canvas *canvas, int at, enum style style,
                          struct span bytes, uint32_t c, int columns)
{
    if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xFFFD)
        put(canvas, at, style, "?", 1);
    else if (columns == 0 && at > 0)
        put_mark(canvas, at - 1, bytes);
    else
        put(canvas, at, style, bytes.data, bytes.length);
    if (columns == 2)
        put(canvas, at + 1, style, "", 0);
}

/* Draws as much as there is room for, and tells what is left of the text.
 * *last is the column of the last character. Returns the column after it. */
static int put_text(struct canvas *canvas, int at, int end, enum style style,
                    struct span *text, int *last)
{
    while (text->length > 0 && at < end) {
        size_t room = (size_t)(end - at), length;
        int columns;
        length = text_printable((struct span){
            text->data, text->length < room ? text->length : room});
        if (length > 0) {
            put_plain(canvas, at, style, (struct span){text->data, length});
            columns = (int)length;
            *last = at + columns - 1;
        } else {
            uint32_t c = character(text->data, &length);
            columns = columns_of(c);
            *last = columns > 0 ? at : *last;
            if (at + columns > end)
                break;
            put_character(canvas, at, style, (struct span){text->data, length},
                          c, columns);
        }
        at += columns;
        *text = (struct span){text->data + length, text->length - length};
    }
    return at;
}

int canvas_text(struct canvas *canvas, int at, int width, enum style style,
                const char *text)
{
    struct span rest = span_of(text);
    int from = at, end = at + width, last = at;

    if (end > canvas->columns)
        end = canvas->columns;
    at = put_text(canvas, at, end, style, &rest, &last);
    if (end > from && rest.length > 0 && text_columns(rest.data) > 0) {
        while (at > last + 1) /* it was a wide character */
            put(canvas, --at, style, " ", 1);
        put(canvas, last, style, "…", strlen("…"));
        at = last + 1;
    }
    return at - from;
}

void canvas_fill(struct canvas *canvas, int at, int end, enum style style,
                 const char *character)
{
    struct cell cell = {"", (unsigned char)strlen(character)};

    memcpy(cell.bytes, character, cell.length);
    if (end > canvas->columns)
        end = canvas->columns;
    for (; at < end; at++) {
        canvas->plain[at] = cell.length == 1 ? cell.bytes[0] : '\0';
        canvas->styles[at] = (unsigned char)style;
        canvas->cells[at] = cell;
    }
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

/* The columns from `at` up to here are of one byte and need no other style than
 * the one before them; a blank needs none. */
static int run_end(const struct canvas *canvas, int at, int end, int style)
{
    const char *cell = memchr(canvas->plain + at, '\0', (size_t)(end - at));

    if (cell != NULL)
        end = (int)(cell - canvas->plain);
    if (!canvas->colour)
        return end;
    while (at < end &&
           (canvas->styles[at] == style || canvas->plain[at] == ' '))
        at++;
    return at;
}

void canvas_write(const struct canvas *canvas, FILE *to)
{
    /* A cell's bytes, a code and a reset before each, and the line's end. */
    char line[CANVAS_COLUMNS_MAX * (sizeof(struct cell) + 10) + 8],
        *next = line;
    int style = STYLE_PLAIN, end = canvas->columns;

    while (end > 0 && canvas->plain[end - 1] == ' ')
        end--;
    for (int at = 0; at < end;) {
        int run = run_end(canvas, at, end, style) - at;
        next = mempcpy(next, canvas->plain + at, (size_t)run);
        at += run;
        if (at < end && canvas->colour && canvas->styles[at] != style) {
            style = canvas->styles[at];
            next = stpcpy(stpcpy(next, "\033[0m"), style_codes[style]);
        }
        for (; at < end && canvas->plain[at] == '\0' &&
               (!canvas->colour || canvas->styles[at] == style);
             at++) {
            const struct cell *cell = &canvas->cells[at];
            /* All of them, of which what follows takes back what is too much:
             * one instruction, where the true length would be a call. */
            memcpy(next, cell->bytes, sizeof(cell->bytes));
            next += cell->length;
        }
    }
    if (style != STYLE_PLAIN)
        next = stpcpy(next, "\033[0m");
    *next++ = '\n';
    fwrite_unlocked(line, 1, (size_t)(next - line), to);
}
