/* SPDX-License-Identifier: MIT */
/*
 * imap_fetch_items: the items of a FETCH, as RFC 3501 §9 spells them (fetch,
 * fetch-att, section).
 */
#include <string.h>

#include "imap/imap_fetch.h"

/* ---- sections ----------------------------------------------------------- */

static bool take_prefix(struct span *text, const char *prefix)
{
    struct span start = {text->data, strlen(prefix)};

    if (text->length < start.length ||
        !span_equal_nocase(start, span_of(prefix)))
        return false;
    text->data += start.length;
    text->length -= start.length;
    return true;
}

/* A number up to a byte that is no digit. */
static bool take_digits(struct span *text, uint32_t *number)
{
    struct span digits = {text->data, 0};
    uint64_t value;

    while (digits.length < text->length && text->data[digits.length] >= '0' &&
           text->data[digits.length] <= '9')
        digits.length++;
    if (!text_to_u64(digits, UINT32_MAX, &value))
        return false;
    *number = (uint32_t)value;
    text->data += digits.length;
    text->length -= digits.length;
    return true;
}

/* "1.2." or "1.2": what comes after is left in *text. */
static bool take_path(struct span *text, struct imap_section *section)
{
    while (text->length > 0 && text->data[0] >= '0' && text->data[0] <= '9') {
        if (section->depth == IMAP_PATH_MAX ||
            !take_digits(text, &section->path[section->depth]) ||
            section->path[section->depth++] == 0)
            return false;
        if (text->length > 0 && text->data[0] != '.')
            return text->data[0] == ']';
        if (text->length > 0)
            take_prefix(text, ".");
        else
            return true;
        /* "1." ends too early. */
        if (text->length == 0 || text->data[0] == ']')
            return false;
    }
    return true;
}

/* What stands in the brackets after the path. The names of fields are a list,
 * words of their own. */
static bool take_text(struct span *text, struct imap_section *section,
                      bool *list)
{
    *list = false;
    section->text = IMAP_SECTION_ALL;
    if (take_prefix(text, "HEADER.FIELDS.NOT"))
        section->text = IMAP_SECTION_FIELDS_NOT;
    else if (take_prefix(text, "HEADER.FIELDS"))
        section->text = IMAP_SECTION_FIELDS;
    else if (take_prefix(text, "HEADER"))
        section->text = IMAP_SECTION_HEADER;
    else if (take_prefix(text, "TEXT"))
        section->text = IMAP_SECTION_TEXT;
    else if (section->depth > 0 && take_prefix(text, "MIME"))
        section->text = IMAP_SECTION_MIME;
    *list = section->text == IMAP_SECTION_FIELDS ||
            section->text == IMAP_SECTION_FIELDS_NOT;
    return *list ? text->length == 0 : text->length > 0 && text->data[0] == ']';
}

/* "(DATE FROM)", then an atom that begins with "]". */
static bool take_fields(struct imap_command *c, struct imap_section *section,
                        struct span *text)
{
    struct span name;

    if (!imap_take_kind(c, IMAP_TOKEN_OPEN))
        return false;
    section->fields = imap_word_peek(c);
    while (imap_take_astring(c, &name))
        section->field_count++;
    return section->field_count > 0 &&
           section->field_count <= IMAP_FIELDS_MAX &&
           imap_take_kind(c, IMAP_TOKEN_CLOSE) && imap_take_atom(c, text) &&
           text->length > 0 && text->data[0] == ']';
}

/* "<0.100>", or nothing. */
static bool take_partial(struct span text, struct imap_item *item)
{
    if (text.length == 0)
        return true;
    item->partial = true;
    return take_prefix(&text, "<") && take_digits(&text, &item->offset) &&
           take_prefix(&text, ".") && take_digits(&text, &item->length) &&
           item->length > 0 && span_equal(text, SPAN(">"));
}

/* BODY[...] and BODY.PEEK[...]; `text` begins after the bracket. */
static bool take_section(struct imap_command *c, struct imap_item *item,
                         struct span text)
{
    bool list;

    item->kind = IMAP_ITEM_SECTION;
    if (!take_path(&text, &item->section) ||
        (text.length == 0 && item->section.depth > 0) ||
        !take_text(&text, &item->section, &list) ||
        (list && !take_fields(c, &item->section, &text)))
        return false;
    return take_prefix(&text, "]") && take_partial(text, item);
}

/* ---- items -------------------------------------------------------------- */

static const struct {
    const char *name;
    enum imap_item_kind kind;
    enum imap_section_text text; /* of the three that are old sections */
    bool peek;
} names[] = {
    {"FLAGS", IMAP_ITEM_FLAGS, IMAP_SECTION_ALL, true},
    {"UID", IMAP_ITEM_UID, IMAP_SECTION_ALL, true},
    {"INTERNALDATE", IMAP_ITEM_INTERNALDATE, IMAP_SECTION_ALL, true},
    {"RFC822.SIZE", IMAP_ITEM_SIZE, IMAP_SECTION_ALL, true},
    {"ENVELOPE", IMAP_ITEM_ENVELOPE, IMAP_SECTION_ALL, true},
    {"BODY", IMAP_ITEM_BODY, IMAP_SECTION_ALL, true},
    {"BODYSTRUCTURE", IMAP_ITEM_BODYSTRUCTURE, IMAP_SECTION_ALL, true},
    {"RFC822", IMAP_ITEM_SECTION, IMAP_SECTION_ALL, false},
    {"RFC822.HEADER", IMAP_ITEM_SECTION, IMAP_SECTION_HEADER, true},
    {"RFC822.TEXT", IMAP_ITEM_SECTION, IMAP_SECTION_TEXT, false},
};

static bool take_plain(struct span text, struct imap_item *item)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (span_equal_nocase(text, span_of(names[i].name))) {
            item->kind = names[i].kind;
            item->section.text = names[i].text;
            item->peek = names[i].peek;
            item->label = names[i].name;
            return true;
        }
    return false;
}

/* What of the message must be read for this item? */
static void note_needs(struct imap_fetch *fetch, const struct imap_item *item)
{
    const struct imap_section *section = &item->section;
    bool structured = item->kind == IMAP_ITEM_SECTION &&
                      (section->depth > 0 || section->text != IMAP_SECTION_ALL);

    fetch->tree |= item->kind == IMAP_ITEM_BODY ||
                   item->kind == IMAP_ITEM_BODYSTRUCTURE ||
                   (item->kind == IMAP_ITEM_SECTION && section->depth > 0);
    fetch->header |=
        fetch->tree || item->kind == IMAP_ITEM_ENVELOPE || structured;
    fetch->content |= item->kind >= IMAP_ITEM_ENVELOPE;
    fetch->seen |= !item->peek;
    fetch->flags |= item->kind == IMAP_ITEM_FLAGS;
}

/* One item, onto the list; what of the message it needs is noted there. */
static bool take_item(struct imap_command *c, struct imap_fetch *fetch)
{
    struct imap_item *item = &fetch->items[fetch->count];
    struct span text;

    if (fetch->count == IMAP_ITEMS_MAX || !imap_take_atom(c, &text))
        return false;
    *item = (struct imap_item){.kind = IMAP_ITEM_SECTION};
    if (take_prefix(&text, "BODY.PEEK["))
        item->peek = true;
    else if (!take_prefix(&text, "BODY[")) {
        if (!take_plain(text, item))
            return false;
        note_needs(fetch, item);
        fetch->count++;
        return true;
    }
    if (!take_section(c, item, text))
        return false;
    note_needs(fetch, item);
    fetch->count++;
    return true;
}

static void add(struct imap_fetch *fetch, const char *name)
{
    struct imap_item *item = &fetch->items[fetch->count++];

    *item = (struct imap_item){.kind = IMAP_ITEM_SECTION};
    take_plain(span_of(name), item);
    note_needs(fetch, item);
}

/* Three words stand for several items (RFC 3501 §6.4.5). */
static bool take_macro(struct imap_command *c, struct imap_fetch *fetch)
{
    bool all = imap_take_word(c, "ALL"),
         fast = !all && imap_take_word(c, "FAST");
    bool full = !all && !fast && imap_take_word(c, "FULL");

    if (!all && !fast && !full)
        return false;
    add(fetch, "FLAGS");
    add(fetch, "INTERNALDATE");
    add(fetch, "RFC822.SIZE");
    if (!fast)
        add(fetch, "ENVELOPE");
    if (full)
        add(fetch, "BODY");
    return true;
}

bool imap_fetch_items(struct imap_session *s, struct imap_fetch *fetch)
{
    struct imap_command *c = &s->command;

    fetch->count = 0;
    fetch->header = fetch->tree = fetch->content = false;
    fetch->seen = fetch->flags = false;
    if (take_macro(c, fetch))
        return imap_command_ended(c);
    if (!imap_take_kind(c, IMAP_TOKEN_OPEN))
        return take_item(c, fetch) && imap_command_ended(c);
    while (!imap_take_kind(c, IMAP_TOKEN_CLOSE))
        if (!take_item(c, fetch))
            return false;
    return fetch->count > 0 && imap_command_ended(c);
}
