/* SPDX-License-Identifier: MIT */
/*
 * side_by_side: two notebooks as one table, conversation by conversation and
 * entry by entry, so that what is missing on one side shows as a gap.
 *
 * A notebook is text: two lines of heading, then a block a conversation, blank
 * lines between. A block begins with "  1 TCP ..."; its entries are lines with
 * a label from column 4 and a text from column 20. A line without a label goes
 * on with the entry above it.
 */
#include <stdio.h>
#include <string.h>

#include "labs/https-trust/https_trust.h"

enum { LABEL_COLUMN = 4, TEXT_COLUMN = 20, ENTRIES_MAX = 32 };

struct entry {
    char label[24];
    char text[1200];
};

/* One conversation. Its title is the first entry; that has no label. */
struct block {
    struct entry entries[ENTRIES_MAX];
    size_t count;
};

/* One byte of the notebook. It shows a line end as \r\n; the page, which
 * escapes for itself, would show the backslash twice, so it becomes a sign of
 * its own. Returns the bytes written, three at most; *at moves over a pair. */
static size_t byte_append(char *to, const char *from, size_t length, size_t *at)
{
    /* U+23CE, a return key, in UTF-8. */
    static const char line_end[] = "\xe2\x8f\x8e";

    if (from[0] != '\\' || length < 2) {
        *to = from[0];
        return 1;
    }
    ++*at;
    if (from[1] == 'r')
        return 0;
    if (from[1] == 'n') {
        memcpy(to, line_end, sizeof(line_end) - 1);
        return sizeof(line_end) - 1;
    }
    to[0] = from[0];
    to[1] = from[1];
    return 2;
}

/* Appends, after a blank, or after a comma where the notebook has set the line
 * in because it is one of a list. '|' would end a cell of the table. What is
 * too long is cut: `trace notebook` has it whole. */
static void text_append(char *text, size_t size, const char *from,
                        size_t length)
{
    size_t used = strlen(text), i = 0;

    if (used > 0 && used + 2 < size) {
        if (length > 0 && from[0] == ' ')
            text[used++] = ',';
        text[used++] = ' ';
    }
    while (i < length && from[i] == ' ')
        i++;
    for (; i < length && used + 4 < size; i++)
        used += byte_append(text + used, from + i, length - i, &i);
    text[used] = '\0';
    while ((text = strchr(text, '|')))
        *text = '/';
}

static struct entry *entry_new(struct block *block)
{
    struct entry *entry;

    if (block->count == ENTRIES_MAX)
        return NULL;
    entry = &block->entries[block->count++];
    memset(entry, 0, sizeof(*entry));
    return entry;
}

static void line_take(struct block *block, const char *line, size_t length)
{
    bool labelled = length > LABEL_COLUMN && line[LABEL_COLUMN] != ' ';
    struct entry *entry;
    size_t end;

    if (block->count == 0 || length <= TEXT_COLUMN) {
        entry = entry_new(block);
        /* The title: its number says nothing here, and is left out. */
        if (entry)
            text_append(entry->text, sizeof(entry->text),
                        line + (length < LABEL_COLUMN ? 0 : LABEL_COLUMN),
                        length < LABEL_COLUMN ? length : length - LABEL_COLUMN);
        return;
    }
    entry = labelled ? entry_new(block) : &block->entries[block->count - 1];
    if (!entry)
        return;
    if (labelled) {
        for (end = TEXT_COLUMN; end > LABEL_COLUMN && line[end - 1] == ' ';)
            end--;
        text_append(entry->label, sizeof(entry->label), line + LABEL_COLUMN,
                    end - LABEL_COLUMN);
    }
    text_append(entry->text, sizeof(entry->text), line + TEXT_COLUMN,
                length - TEXT_COLUMN);
}

/* Reads the next conversation; returns what follows it. */
static const char *block_read(struct block *block, const char *text)
{
    size_t length;

    block->count = 0;
    for (; *text != '\0'; text += length + (text[length] == '\n')) {
        length = strcspn(text, "\n");
        if (length > 0)
            line_take(block, text, length);
        else if (block->count > 0)
            break;
    }
    return text;
}

static const struct entry *entry_find(const struct block *block,
                                      const char *label)
{
    size_t i;

    for (i = 0; i < block->count; i++)
        if (strcmp(block->entries[i].label, label) == 0)
            return &block->entries[i];
    return NULL;
}

static void rows_tell(struct lab_run *run, const struct block *left,
                      const struct block *right)
{
    const struct entry *other;
    size_t i;

    for (i = 0; i < left->count; i++) {
        other = entry_find(right, left->entries[i].label);
        lab_table_row(run, "%s|%s|%s", left->entries[i].label,
                      left->entries[i].text, other ? other->text : "-");
    }
    for (i = 0; i < right->count; i++)
        if (!entry_find(left, right->entries[i].label))
            lab_table_row(run, "%s|-|%s", right->entries[i].label,
                          right->entries[i].text);
}

void https_trust_side_by_side(struct lab_run *run, const char *left,
                              const char *right)
{
    /* Static, for they are too large for a stack. */
    static struct block blocks[2];

    /* The heading is a block of its own, and the same in both. */
    left = block_read(&blocks[0], left);
    right = block_read(&blocks[1], right);
    lab_table_begin(run);
    lab_table_row(run, "his notebook|on http|on https");
    while (*left != '\0' || *right != '\0') {
        left = block_read(&blocks[0], left);
        right = block_read(&blocks[1], right);
        rows_tell(run, &blocks[0], &blocks[1]);
    }
    lab_table_end(run);
}
