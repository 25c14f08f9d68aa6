/* SPDX-License-Identifier: MIT */
/*
 * imap_section: the octets of one section, or some of them (RFC 3501 §6.4.5).
 *
 * A section is a stretch of the message, which is sent straight from disk. Only
 * HEADER.FIELDS is none: the header is read twice, once to count what will be
 * sent, because the count goes first, and once to send it.
 */
#include <ctype.h>
#include <string.h>

#include "imap/imap_fetch.h"

/* ---- some fields of a header -------------------------------------------- */

/* Reads a header and lets pass the fields asked for. */
struct filter {
    struct imap_letter *letter;
    const struct imap_section *section;
    uint64_t from, to; /* of what passes, octets [from, to) are said */
    uint64_t passed;   /* octets so far */
    bool saying;       /* false: they are only counted */
    bool pass;         /* the field being read is wanted */
    bool in_name;      /* its name is still being read */
    bool line_begins;
    char name[IMAP_FIELD_MAX]; /* as far as it has been read */
    size_t name_length;
};

static bool is_wanted(const struct filter *f)
{
    struct span name = span_trim((struct span){f->name, f->name_length});
    bool named = false;

    for (size_t i = 0; i < f->section->field_count; i++)
        named = named || span_equal_nocase(name, f->section->fields[i].text);
    return named == (f->section->text == IMAP_SECTION_FIELDS);
}

/* Says the part of these octets that lies in [from, to). */
static int pass(struct filter *f, const char *data, size_t length)
{
    uint64_t start = f->passed, end = f->passed + length;

    f->passed = end;
    if (!f->saying || end <= f->from || start >= f->to)
        return 0;
    if (start < f->from) {
        data += f->from - start;
        start = f->from;
    }
    end = end < f->to ? end : f->to;
    return conn_say_bytes(f->letter->s->conn, data, (size_t)(end - start));
}

/* One octet of a name: when the colon comes we know whether it is wanted, and
 * what was kept back goes first. */
static int take_name(struct filter *f, char c)
{
    if (c != ':' && c != '\n') {
        if (f->name_length < sizeof(f->name))
            f->name[f->name_length++] = c;
        return 0;
    }
    f->in_name = false;
    f->pass = c == ':' && is_wanted(f);
    return f->pass ? pass(f, f->name, f->name_length) : 0;
}

static int filter_piece(struct filter *f, struct span piece)
{
    size_t start = 0;
    int result = 0;

    for (size_t i = 0; result == 0 && i < piece.length; i++) {
        char c = piece.data[i];

        if (f->line_begins && c != ' ' && c != '\t') {
            f->in_name = true;
            f->name_length = 0;
        }
        f->line_begins = c == '\n';
        if (f->in_name) {
            result = take_name(f, c);
            /* The colon passes with what is after it. */
            start = i;
            if (f->in_name || !f->pass)
                continue;
        }
        if (!f->pass)
            continue;
        if (c == '\n' || i + 1 == piece.length) {
            if (result == 0)
                result = pass(f, piece.data + start, i + 1 - start);
            start = i + 1;
        }
    }
    return result;
}

/* Reads the header from disk, from its first octet; the empty line at its end
 * belongs to every answer (RFC 3501 §6.4.5). */
static int filter_header(struct filter *f, uint64_t start, uint64_t end)
{
    char piece[IMAP_PIECE];

    f->passed = 0;
    f->pass = f->in_name = false;
    f->line_begins = true;
    while (start < end) {
        size_t size =
            end - start < sizeof(piece) ? (size_t)(end - start) : sizeof(piece);
        ssize_t got = maildir_read(&f->letter->reader, start, piece, size);
        int result;

        if (got <= 0)
            return error_set(f->letter->s->error, ERROR_LOCAL,
                             "a message can't be read to its end");
        result = filter_piece(f, (struct span){piece, (size_t)got});
        if (result < 0)
            return result;
        start += (uint64_t)got;
    }
    return pass(f, "\r\n", 2);
}

/* ---- where a section is ------------------------------------------------- */

struct stretch {
    uint64_t from, to;
};

/* False: there is no such part. */
static bool find(const struct imap_letter *letter,
                 const struct imap_section *section, struct stretch *stretch)
{
    const struct imap_part *part;

    if (section->depth == 0 && section->text == IMAP_SECTION_ALL) {
        *stretch = (struct stretch){0, letter->size};
        return true;
    }
    part =
        imap_structure_find(letter->structure, section->path, section->depth);
    if (part == NULL)
        return false;
    if (section->text == IMAP_SECTION_ALL)
        *stretch = (struct stretch){part->body, part->end};
    else if (section->text == IMAP_SECTION_MIME)
        *stretch = (struct stretch){part->start, part->body};
    else {
        /* HEADER and TEXT are those of a message, the whole or one inside. */
        if (section->depth > 0 && part->kind != IMAP_PART_MESSAGE)
            return false;
        part = section->depth > 0 ? part->child : part;
        *stretch = section->text == IMAP_SECTION_TEXT
                       ? (struct stretch){part->body, part->end}
                       : (struct stretch){part->start, part->body};
    }
    /* Of the whole message only the header may have been read. */
    if (section->depth == 0 && section->text == IMAP_SECTION_TEXT)
        stretch->to = letter->size;
    return true;
}

/* ---- saying it ---------------------------------------------------------- */

/* "BODY[1.2.HEADER.FIELDS (DATE FROM)]<0>", as it was asked for. */
static int say_label(struct conn *conn, const struct imap_item *item)
{
    static const char *const texts[] = {
        "", "HEADER", "HEADER.FIELDS", "HEADER.FIELDS.NOT", "TEXT", "MIME"};
    const struct imap_section *section = &item->section;

    if (item->label != NULL)
        return imap_say_text(conn, "%s ", item->label);
    imap_say_text(conn, "BODY[");
    for (size_t i = 0; i < section->depth; i++)
        imap_say_text(conn, "%s%u", i ? "." : "", section->path[i]);
    imap_say_text(conn, "%s%s",
                  section->depth && section->text != IMAP_SECTION_ALL ? "."
                                                                      : "",
                  texts[section->text]);
    for (size_t i = 0; i < section->field_count; i++) {
        imap_say_text(conn, i ? " " : " (");
        imap_say_astring(conn, section->fields[i].text);
    }
    imap_say_text(conn, section->field_count ? ")]" : "]");
    if (item->partial)
        imap_say_text(conn, "<%u>", item->offset);
    return imap_say_text(conn, " ");
}

/* The octets of `total` that were asked for, as a stretch of them. */
static struct stretch part_of(const struct imap_item *item, uint64_t total)
{
    struct stretch stretch = {0, total};

    if (!item->partial)
        return stretch;
    stretch.from = item->offset < total ? item->offset : total;
    if (total - stretch.from > item->length)
        stretch.to = stretch.from + item->length;
    return stretch;
}

/* Two passes: the length of a literal goes first, and nobody knows it before
 * the header has been filtered once. */
static int say_fields(struct imap_letter *letter, const struct imap_item *item,
                      struct stretch header)
{
    struct filter filter = {.letter = letter, .section = &item->section};
    struct stretch part;
    int result = filter_header(&filter, header.from, header.to);

    if (result < 0)
        return result;
    part = part_of(item, filter.passed);
    imap_say_text(letter->s->conn, "{%llu}\r\n",
                  (unsigned long long)(part.to - part.from));
    filter.from = part.from;
    filter.to = part.to;
    filter.saying = true;
    return filter_header(&filter, header.from, header.to);
}

int imap_section_say(struct imap_letter *letter, const struct imap_item *item)
{
    struct conn *conn = letter->s->conn;
    struct stretch stretch, part;

    say_label(conn, item);
    if (!find(letter, &item->section, &stretch))
        return imap_say_text(conn, "NIL");
    if (item->section.field_count > 0)
        return say_fields(letter, item, stretch);
    part = part_of(item, stretch.to - stretch.from);
    imap_say_text(conn, "{%llu}\r\n",
                  (unsigned long long)(part.to - part.from));
    return imap_letter_say(letter, stretch.from + part.from,
                           stretch.from + part.to);
}
