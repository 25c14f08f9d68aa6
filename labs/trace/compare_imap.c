/* SPDX-License-Identifier: MIT */
/*
 * compare_imap: two messages of IMAP. What the client calls a command (its tag)
 * and what the server calls a mailbox's age (UIDVALIDITY) differ in any two
 * runs, and dates do; the rest must be the same.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "imap/imap.h"
#include "labs/trace/compare.h"
#include "labs/trace/lanes.h"

/* A message that has been rubbed: what differs in any two runs is gone. */
struct rubbed {
    char *text; /* owned; NULL: out of memory */
    size_t length;
};

/* ---- what always differs ------------------------------------------------ */

/* Empty where there is none: data, "*", and "+". */
static struct span tag_of(struct span text)
{
    const char *space =
        text.length ? memchr(text.data, ' ', text.length) : NULL;

    if (!space || text.data[0] == '*' || text.data[0] == '+')
        return (struct span){text.data, 0};
    return (struct span){text.data, (size_t)(space - text.data)};
}

static struct span without_tag(struct span text)
{
    size_t length = tag_of(text).length;

    return (struct span){text.data + length, text.length - length};
}

/* " 7-Feb-1994 21:52:25 -0800", as it stands in quotes. */
static bool is_date(struct span text)
{
    time_t when;

    return text.length >= IMAP_DATE_MAX - 1 &&
           imap_date_read((struct span){text.data, IMAP_DATE_MAX - 1}, &when);
}

/* The length of a word whose number is the server's own; 0: none begins. */
static size_t numbered_word(struct span text)
{
    static const char *const words[] = {"UIDVALIDITY ", "APPENDUID ",
                                        "COPYUID "};

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        size_t length = strlen(words[i]);

        if (text.length > length && memcmp(text.data, words[i], length) == 0)
            return length;
    }
    return 0;
}

static struct rubbed rub(struct span text)
{
    struct rubbed r = {malloc(text.length + 1), 0};

    for (size_t i = 0; r.text && i < text.length;) {
        struct span rest = {text.data + i, text.length - i};
        size_t word = numbered_word(rest);

        if (is_date(rest)) {
            r.text[r.length++] = '\x01';
            i += IMAP_DATE_MAX - 1;
            continue;
        }
        if (word == 0) {
            r.text[r.length++] = text.data[i++];
            continue;
        }
        memcpy(r.text + r.length, rest.data, word);
        r.length += word;
        for (i += word; i < text.length && isdigit((unsigned char)text.data[i]);
             i++)
            ;
    }
    return r;
}

/* The same but for what was rubbed out, and for what the set `rules` is about?
 */
static bool same(struct comparison *c, struct span a, struct span b,
                 const struct compare_context contexts[COMPARE_SIDES],
                 unsigned rules)
{
    struct rubbed in_a = rub(a), in_b = rub(b);
    bool equal =
        in_a.text && in_b.text &&
        compare_texts(c, (struct span){in_a.text, in_a.length},
                      (struct span){in_b.text, in_b.length}, contexts, rules);

    if (!in_a.text || !in_b.text)
        c->exhausted = true;
    if (equal && !span_equal(a, b) &&
        (in_a.length != a.length || in_b.length != b.length))
        c->used[RULE_IMAP_NUMBER]++;
    free(in_a.text);
    free(in_b.text);
    return equal;
}

/* The first line of a message; its literals tell too little in a sentence. */
static struct span first_line(struct span text)
{
    const char *end = text.length ? memchr(text.data, '\r', text.length) : NULL;

    if (end)
        text.length = (size_t)(end - text.data);
    return text;
}

/* A log-in's command, challenges and responses (RFC 3501 §6.2.2). */
static bool is_log_in(const struct comparison *c, int side, size_t item)
{
    const struct compare_item *one = compare_item(c, side, item);
    const char *name = one->event->name ? one->event->name : "";

    if (strcmp(name, "+") == 0 && one->asked != COMPARE_NONE)
        return is_log_in(c, side, one->asked);
    return strcmp(name, "response") == 0 || strcmp(name, "AUTHENTICATE") == 0;
}

/* What of it is not drawn by lot: " AUTHENTICATE SCRAM-SHA-256", "+", or
 * nothing. */
static struct span fixed_part(struct span text)
{
    static const char command[] = " AUTHENTICATE ";
    size_t length = sizeof(command) - 1;

    if (text.length > 0 && text.data[0] == '+')
        return (struct span){text.data, 1};
    if (text.length < length || memcmp(text.data, command, length) != 0)
        return (struct span){text.data, 0};
    while (length < text.length && text.data[length] != ' ' &&
           text.data[length] != '\r')
        length++;
    return (struct span){text.data, length};
}

static bool has_drawn(struct span text, struct span fixed)
{
    text = first_line(text);
    text.data += fixed.length;
    text.length -= fixed.length;
    return span_trim(text).length > 0;
}

/* The same but for what was drawn by lot; there is some in both, or in none. */
static bool same_log_in(struct span a, struct span b)
{
    struct span fixed_a = fixed_part(a), fixed_b = fixed_part(b);

    return span_equal(fixed_a, fixed_b) &&
           has_drawn(a, fixed_a) == has_drawn(b, fixed_b);
}

/* ---- pairs -------------------------------------------------------------- */

static unsigned likeness(const struct comparison *c, size_t a, size_t b)
{
    const struct trace_event *in_a = compare_item(c, COMPARE_A, a)->event;
    const struct trace_event *in_b = compare_item(c, COMPARE_B, b)->event;
    struct span text_a = without_tag(in_a->data);
    struct span text_b = without_tag(in_b->data);

    if (!in_a->name || !in_b->name || strcmp(in_a->name, in_b->name) != 0)
        return 0;
    return span_equal(text_a, text_b) ? COMPARE_LIKE_MOST
                                      : COMPARE_LIKE_MOST / 2;
}

static const struct term *term_of(const struct trace_event *event)
{
    const char *name = event->name ? event->name : "";

    if (strncmp(name, "UID ", 4) == 0)
        name += 4;
    return term_find(imap_terms, name);
}

/* What else is of the day: in a message that was fetched, and in its envelope,
 * stand dates, names and boundaries as SMTP and POP3 have them. */
static unsigned rules_for(const struct compare_item *item)
{
    bool fetched = !item->from_client && item->event->name != NULL &&
                   memmem(item->event->data.data, item->event->data.length,
                          " FETCH (", strlen(" FETCH (")) != NULL;

    return fetched ? RULE(DATE) | RULE(RANDOM) : 0;
}

static void pair(struct comparison *c, size_t a, size_t b)
{
    const struct compare_item *in_a = compare_item(c, COMPARE_A, a);
    const struct trace_event *other = compare_item(c, COMPARE_B, b)->event;
    const struct compare_context contexts[COMPARE_SIDES] = {
        compare_context_of(c, COMPARE_A, in_a->event),
        compare_context_of(c, COMPARE_B, other)};
    const struct term *term = term_of(other);
    struct span text_a = without_tag(in_a->event->data);
    struct span text_b = without_tag(other->data);

    if (!span_equal(text_a, text_b) && is_log_in(c, COMPARE_A, a) &&
        is_log_in(c, COMPARE_B, b) && same_log_in(text_a, text_b)) {
        c->used[RULE_RANDOM]++;
        return;
    }
    if (same(c, text_a, text_b, contexts, rules_for(in_a))) {
        if (!span_equal(tag_of(in_a->event->data), tag_of(other->data)))
            c->used[RULE_IMAP_TAG]++;
        return;
    }
    compare_tell_term(c, term, first_line(text_a), first_line(text_b),
                      "they %s different things with %s",
                      in_a->from_client ? "ask" : "answer",
                      other->name ? other->name : "a message");
}

static void alone(struct comparison *c, int side, size_t item)
{
    const struct compare_item *one = compare_item(c, side, item);
    const struct term *term = term_of(one->event);

    if (one->asked != COMPARE_NONE &&
        compare_item(c, side, one->asked)->partner == COMPARE_NONE)
        return; /* the command above was told, and means its answers too */
    compare_tell_term(
        c, term,
        side == COMPARE_A ? first_line(one->event->data) : COMPARE_NO_VALUE,
        side == COMPARE_B ? first_line(one->event->data) : COMPARE_NO_VALUE,
        "only %s %s %s", compare_side_name(side),
        one->from_client ? "asks with" : "answers with",
        one->event->name ? one->event->name : "a message");
}

const struct compare_protocol compare_imap = {
    .name = "imap", .likeness = likeness, .pair = pair, .alone = alone};
