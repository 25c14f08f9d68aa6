/* SPDX-License-Identifier: MIT */
/*
 * canvas: a line as it grows, and what a character takes of it. The contract is
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

int columns_within(int wanted, int usual, int least, int most)
{
    if (wanted <= 0)
        wanted = usual;
    if (wanted > most)
        return most;
    return wanted < least ? least : wanted;
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
    const char *blank;
    size_t end;

    /* No character has more columns than bytes. */
    end = all.length <= (size_t)width ? all.length : bytes_within(all, &width);
    if (end < all.length && text[end] != ' ' &&
        (blank = memrchr(text, ' ', end)) != NULL && blank > text)
        end = (size_t)(blank - text);
    if (end == 0 && all.length > 0)
        (void)character(text, &end);
    while (end > 0 && text[end - 1] == ' ')
        end--; /* nobody sees where a line of them ends */
    return end;
}

/* ---- drawing ------------------------------------------------------------ */

/* Sixteen-colour codes only: every terminal has them, and the user's theme
 * makes them readable on his background. */
static const char *const style_codes[STYLES] = {
    [STYLE_PLAIN] = "",         [STYLE_DIM] = "\033[2m",
    [STYLE_BOLD] = "\033[1m",   [STYLE_NAMES] = "\033[35m",
    [STYLE_TCP] = "\033[2m",    [STYLE_TLS] = "\033[36m",
    [STYLE_CLEAR] = "\033[31m", [STYLE_ENCRYPTED] = "\033[32m",
    [STYLE_NOTE] = "\033[33m",
};

static void put(struct canvas *canvas, const char *bytes, size_t length)
{
    memcpy(canvas->line + canvas->length, bytes, length);
    canvas->length += length;
    canvas->cell = length;
}

static void put_style(struct canvas *canvas, enum style style)
{
    char *end = canvas->line + canvas->length;

    if (!canvas->colour || canvas->style == style)
        return;
    end = stpcpy(stpcpy(end, "\033[0m"), style_codes[style]);
    canvas->length = (size_t)(end - canvas->line);
    canvas->style = style;
}

/* A blank needs no style. */
static void put_blanks(struct canvas *canvas, int end)
{
    if (end <= canvas->at)
        return;
    memset(canvas->line + canvas->length, ' ', (size_t)(end - canvas->at));
    canvas->length += (size_t)(end - canvas->at);
    canvas->at = end;
}

/* ASCII: a column a byte. */
static void put_plain(struct canvas *canvas, enum style style, struct span text)
{
    size_t blanks = 0;

    if (canvas->colour && canvas->style != style) {
        while (blanks < text.length && text.data[blanks] == ' ')
            blanks++;
        put(canvas, text.data, blanks);
        if (blanks < text.length)
            put_style(canvas, style);
    }
    put(canvas, text.data + blanks, text.length - blanks);
    canvas->at += (int)text.length;
    canvas->cell = 1;
}

/* Each copy doubles what is there: an arrow has a hundred of them. */
static void put_repeated(struct canvas *canvas, struct span character,
                         size_t count)
{
    char *to = canvas->line + canvas->length;
    size_t length = count * character.length, done = character.length;

    memcpy(to, character.data, done);
    for (; done < length; done *= 2)
        memcpy(to + done, to, length - done < done ? length - done : done);
    canvas->length += length;
    canvas->cell = character.length;
    canvas->at += (int)count;
}

/* A mark without a column of its own goes upon the character before it; more of
 * them than a cell holds are left out. */
static void put_mark(struct canvas *canvas, struct span mark)
{
    size_t cell = canvas->cell + mark.length;

    if (cell > CANVAS_CELL_MAX || canvas->at == 0)
        return;
    put(canvas, mark.data, mark.length);
    canvas->cell = cell;
}

/* Goes to that column, past blanks and rails. */
static void go(struct canvas *canvas, int column)
{
    if (column > canvas->columns)
        column = canvas->columns;
    for (; canvas->rail < canvas->rail_count &&
           canvas->rails[canvas->rail] < column;
         canvas->rail++) {
        if (canvas->rails[canvas->rail] < canvas->at)
            continue; /* something was drawn over it */
        put_blanks(canvas, canvas->rails[canvas->rail]);
        put_style(canvas, STYLE_DIM);
        put(canvas, "│", strlen("│"));
        canvas->at++;
    }
    put_blanks(canvas, column);
}

void canvas_clear(struct canvas *canvas, int columns)
{
    canvas->columns =
        columns < CANVAS_COLUMNS_MAX ? columns : CANVAS_COLUMNS_MAX;
    canvas->at = 0;
    canvas->rail = canvas->length = canvas->cell = 0;
    canvas->style = STYLE_PLAIN;
}

/* ---- text --------------------------------------------------------------- */

/* A place in the line to which one can go back. */
struct place {
    size_t length;
    int at;
};

/* Or no character at all. */
static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xFFFD;
}

/* Draws a character that is no ASCII; *length is that of its bytes. False:
 * there is no room for it. */
static bool put_character(struct canvas *canvas, int end, enum style style,
                          struct span text, size_t *length, struct place *last)
{
    uint32_t c = character(text.data, length);
    int columns = columns_of(c);
    bool fits = canvas->at + columns <= end;

    if (columns == 0) {
        put_mark(canvas, (struct span){text.data, *length});
        return true;
    }
    if (fits)
        put_style(canvas, style);
    if (canvas->at < end) /* else it is no place for anything */
        *last = (struct place){canvas->length, canvas->at};
    if (!fits)
        return false;
    if (is_control(c))
        put(canvas, "?", 1);
    else
        put(canvas, text.data, *length);
    canvas->at += columns;
    return true;
}

/* Draws as much as there is room for; returns what is left. *last is the place
 * of the last character, or where it would have been. */
static struct span put_text(struct canvas *canvas, int end, enum style style,
                            struct span text, struct place *last)
{
    while (text.length > 0) {
        size_t room = (size_t)(end - canvas->at);
        size_t length = text_printable(
            (struct span){text.data, text.length < room ? text.length : room});
        if (length > 0) {
            put_plain(canvas, style, (struct span){text.data, length});
            *last = (struct place){canvas->length - 1, canvas->at - 1};
        } else if (!put_character(canvas, end, style, text, &length, last)) {
            break;
        }
        text = (struct span){text.data + length, text.length - length};
    }
    return text;
}

/* Most texts fit, with a column a character, and change no style: they are
 * drawn in one piece. False: this one is not like that; nothing is drawn. */
static bool put_whole(struct canvas *canvas, int end, struct span text)
{
    int columns = 0;
    size_t cell = 1;

    /* No character has more columns than bytes. */
    if (canvas->colour || text.length > (size_t)(end - canvas->at))
        return false;
    for (size_t at = 0; at < text.length; at += cell) {
        struct span rest = {text.data + at, text.length - at};
        size_t plain = text_printable(rest);
        at += plain;
        columns += (int)plain;
        cell = 1;
        if (at == text.length)
            break;
        uint32_t c = character(text.data + at, &cell);
        if (columns_of(c) != 1 || is_control(c))
            return false;
        columns++;
    }
    put(canvas, text.data, text.length);
    canvas->at += columns;
    canvas->cell = cell;
    return true;
}

static int draw(struct canvas *canvas, int at, int width, enum style style,
                struct span rest)
{
    int end = at + width, hidden = canvas->at - at, from;

    if (end > canvas->columns)
        end = canvas->columns;
    if (hidden > 0) { /* something else stands where it begins */
        size_t skipped = bytes_within(rest, &hidden);
        rest = (struct span){rest.data + skipped, rest.length - skipped};
    }
    if (at >= end || canvas->at >= end)
        return 0;
    go(canvas, at);
    from = canvas->at;
    if (put_whole(canvas, end, rest))
        return canvas->at - from;
    struct place last = {canvas->length, from};
    rest = put_text(canvas, end, style, rest, &last);
    if (rest.length > 0) {
        canvas->length = last.length;
        canvas->at = last.at + 1;
        put_style(canvas, style);
        put(canvas, "…", strlen("…"));
    }
    return canvas->at - from;
}

int canvas_text(struct canvas *canvas, int at, int width, enum style style,
                const char *text)
{
    return draw(canvas, at, width, style, span_of(text));
}

void canvas_words(struct canvas *canvas, int at, int width, enum style style,
                  const char **text)
{
    size_t length = text_fit(*text, width);

    draw(canvas, at, width, style, (struct span){*text, length});
    *text += length;
    *text += strspn(*text, " ");
}

void canvas_fill(struct canvas *canvas, int at, int end, enum style style,
                 const char *character)
{
    size_t length = strlen(character);

    if (end > canvas->columns)
        end = canvas->columns;
    if (at < end)
        go(canvas, at);
    if (character[0] == ' ')
        put_blanks(canvas, end);
    else if (canvas->at < end)
        put_style(canvas, style);
    if (canvas->at < end)
        put_repeated(canvas, (struct span){character, length},
                     (size_t)(end - canvas->at));
}

void canvas_write(struct canvas *canvas, FILE *to)
{
    if (canvas->rail_count > 0)
        go(canvas, canvas->rails[canvas->rail_count - 1] + 1);
    while (canvas->length > 0 && canvas->line[canvas->length - 1] == ' ')
        canvas->length--;
    put_style(canvas, STYLE_PLAIN);
    canvas->line[canvas->length++] = '\n';
    fwrite_unlocked(canvas->line, 1, canvas->length, to);
    canvas_clear(canvas, canvas->columns);
}
