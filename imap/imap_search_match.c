/* SPDX-License-Identifier: MIT */
/*
 * imap_search_match: does a message meet a condition?
 *
 * DEPARTURES. Deliberately texts are compared as the octets that are in the
 * message, without regard to the case of ASCII: what is written in BASE64 or in
 * encoded words is not found. A production server would decode, and keep an
 * index.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "imap/imap_search.h"

#define DAY_S 86400

/* ---- texts -------------------------------------------------------------- */

/* Finds a text in octets that come in pieces: `state` is the number of octets
 * of the text that have matched so far. Tables as in Knuth, Morris and Pratt,
 * so that a text made to match almost everywhere costs no more than another. */
struct finder {
    struct span text;
    size_t *back; /* owned */
    size_t state;
    bool found;
};

static int lower(char c)
{
    return tolower((unsigned char)c);
}

/* False: out of memory. back[i] is how much of the text's beginning the first
 * i octets of it end in: so far it goes back when the next one does not fit. */
static bool finder_begin(struct finder *f, struct span text)
{
    *f = (struct finder){.text = text, .found = text.length == 0};
    f->back = calloc(text.length + 1, sizeof(*f->back));
    if (f->back == NULL)
        return false;
    for (size_t i = 1, k = 0; i < text.length; i++) {
        while (k > 0 && lower(text.data[i]) != lower(text.data[k]))
            k = f->back[k];
        k += lower(text.data[i]) == lower(text.data[k]);
        f->back[i + 1] = k;
    }
    return true;
}

static void finder_feed(struct finder *f, const char *data, size_t length)
{
    for (size_t i = 0; i < length && !f->found; i++) {
        int c = lower(data[i]);

        while (f->state > 0 && c != lower(f->text.data[f->state]))
            f->state = f->back[f->state];
        f->state += c == lower(f->text.data[f->state]);
        f->found = f->state == f->text.length;
    }
}

/* Goes through the message, line by line in its header: what a field's value
 * holds, unfolded, and what its body holds. */
struct walk {
    struct finder finder;
    struct span field; /* search this field only; data NULL: see below */
    bool header, body; /* search there */
    bool in_body, wanted, in_name, line_begins, empty;
    bool met; /* a field of that name was there */
    char name[128];
    size_t name_length;
    char date[64]; /* the beginning of the value, for dates */
    size_t date_length;
};

/* A field's name begins where a line does, unless a blank does, which
 * continues the line before it (RFC 5322 §2.2.3). Line ends belong to no
 * value, so a text that a fold has cut in two is found all the same. */
static void take_header_octet(struct walk *w, char c)
{
    if (w->line_begins && c != ' ' && c != '\t') {
        w->in_name = true;
        w->wanted = false;
        w->name_length = 0;
        w->empty = true;
    }
    if (c != '\r' && c != '\n')
        w->empty = false;
    w->line_begins = c == '\n';
    if (c == '\n' && w->empty) {
        w->in_body = true;
        return;
    }
    if (w->in_name && c == ':') {
        struct span name = span_trim((struct span){w->name, w->name_length});

        w->in_name = false;
        w->wanted = w->field.data && span_equal_nocase(name, w->field);
        w->met |= w->wanted;
        w->finder.state = 0;
    } else if (w->in_name) {
        if (w->name_length < sizeof(w->name))
            w->name[w->name_length++] = c;
    } else if (w->wanted && c != '\r' && c != '\n') {
        finder_feed(&w->finder, &c, 1);
        if (w->date_length < sizeof(w->date) - 1)
            w->date[w->date_length++] = c;
    }
}

/* Octets of the message. Between header and body nothing may match across the
 * border but for TEXT, which takes both as one. */
static void take_piece(struct walk *w, const char *data, size_t length)
{
    size_t i = 0;

    for (; i < length && !w->in_body; i++) {
        if (w->header)
            finder_feed(&w->finder, &data[i], 1);
        take_header_octet(w, data[i]);
        if (w->in_body && !w->header)
            w->finder.state = 0;
    }
    if (w->body && i < length)
        finder_feed(&w->finder, data + i, length - i);
}

/* Negative: it can't be read. */
static int walk(struct imap_session *s, const struct maildir_message *message,
                struct walk *w)
{
    struct maildir_reader reader;
    char piece[IMAP_PIECE];
    uint64_t at = 0;
    ssize_t got;
    int result = maildir_read_open(&reader, s->box, message);

    if (result < 0)
        return result;
    w->line_begins = true;
    while (!w->finder.found && (w->body || !w->in_body) &&
           (got = maildir_read(&reader, at, piece, sizeof(piece))) > 0) {
        take_piece(w, piece, (size_t)got);
        at += (uint64_t)got;
    }
    maildir_read_close(&reader);
    return 0;
}

static int matches_text(struct imap_session *s, const struct imap_key *key,
                        const struct maildir_message *message)
{
    struct walk w = {.field = key->kind == IMAP_KEY_HEADER
                                  ? key->field
                                  : (struct span){NULL, 0},
                     .header = key->kind == IMAP_KEY_TEXT,
                     .body = key->kind != IMAP_KEY_HEADER};
    int result;

    if (!finder_begin(&w.finder, key->text))
        return -ERROR_LOCAL;
    /* RFC 3501 §6.4.4: HEADER with an empty text asks whether the field is
     * there at all. So the walk looks for what no value holds, a line's
     * end, and goes through the whole header. */
    if (key->kind == IMAP_KEY_HEADER)
        w.finder.found = false;
    if (key->kind == IMAP_KEY_HEADER && key->text.length == 0)
        w.finder.text = SPAN("\n");
    result = walk(s, message, &w);
    free(w.finder.back);
    if (result < 0)
        return result;
    return key->kind == IMAP_KEY_HEADER && key->text.length == 0
               ? w.met
               : w.finder.found;
}

/* ---- days --------------------------------------------------------------- */

/* "Mon, 7 Feb 1994 21:52:25 -0800": its day, in its own zone (RFC 3501 §6.4.4
 * disregards time and zone). */
static bool read_sent_day(char *text, time_t *day)
{
    char *comma = strchr(text, ','), month[4], date[16];
    int number, year;

    if (sscanf(comma ? comma + 1 : text, " %2d %3[A-Za-z] %4d", &number, month,
               &year) != 3 ||
        number < 0 || year < 0)
        return false;
    if (year < 100)
        year += year < 50 ? 2000 : 1900;
    snprintf(date, sizeof(date), "%d-%s-%04d", number % 100, month,
             year % 10000);
    return imap_day_read(span_of(date), day);
}

/* The Date field; a message that has none, or one that can't be read, meets no
 * condition on it. */
static int sent_day(struct imap_session *s,
                    const struct maildir_message *message, time_t *day)
{
    struct walk w = {.field = SPAN("Date")};
    int result;

    if (!finder_begin(&w.finder, SPAN("\n")))
        return -ERROR_LOCAL;
    result = walk(s, message, &w);
    free(w.finder.back);
    return result < 0                   ? result
           : read_sent_day(w.date, day) ? 0
                                        : -ERROR_REFUSED;
}

/* RFC 3501 §6.4.4: of both dates only the day counts, time and zone are
 * disregarded. */
static int matches_day(struct imap_session *s, const struct imap_key *key,
                       const struct maildir_message *message)
{
    bool sent = key->kind >= IMAP_KEY_SENT_BEFORE;
    time_t day;
    int result =
        sent ? sent_day(s, message, &day) : maildir_date(s->box, message, &day);

    if (result < 0)
        return result;
    day -= day % DAY_S;
    switch (key->kind) {
    case IMAP_KEY_BEFORE:
    case IMAP_KEY_SENT_BEFORE:
        return day < key->day;
    case IMAP_KEY_ON:
    case IMAP_KEY_SENT_ON:
        return day == key->day;
    default:
        return day >= key->day;
    }
}

/* ---- all ---------------------------------------------------------------- */

static int matches_size(struct imap_session *s, const struct imap_key *key,
                        const struct maildir_message *message)
{
    uint64_t octets;
    int result = maildir_size(s->box, message, &octets);

    if (result < 0)
        return result;
    return key->kind == IMAP_KEY_LARGER ? octets > key->number
                                        : octets < key->number;
}

static bool has_keyword(struct imap_session *s, struct span name,
                        uint32_t flags)
{
    int letter = maildir_keyword_letter(s->box, name, false);

    if (span_equal_nocase(name, SPAN("$Forwarded")))
        return flags & MAILDIR_PASSED;
    return letter >= 0 && flags & MAILDIR_KEYWORD(letter);
}

/* One condition of one message. A message that is gone meets none, whatever
 * the condition: its number holds until EXPUNGE has been told (RFC 3501
 * §7.4.1). */
static int matches_one(struct imap_session *s, const struct imap_key *key,
                       size_t number)
{
    const struct imap_seen *seen = &s->view.list[number - 1];
    const struct maildir_message *message = imap_view_message(s, number);

    if (message == NULL)
        return 0;
    switch (key->kind) {
    case IMAP_KEY_FLAGS:
        return (message->flags & key->flags) == key->flags &&
               !(message->flags & key->not_flags);
    case IMAP_KEY_KEYWORD:
        return has_keyword(s, key->text, message->flags) != key->negated;
    case IMAP_KEY_RECENT:
        return seen->recent;
    case IMAP_KEY_OLD:
        return !seen->recent;
    case IMAP_KEY_NEW:
        return seen->recent && !(message->flags & MAILDIR_SEEN);
    case IMAP_KEY_SET:
        return imap_view_has(s, &key->set, key->uid, number);
    case IMAP_KEY_LARGER:
    case IMAP_KEY_SMALLER:
        return matches_size(s, key, message);
    case IMAP_KEY_HEADER:
    case IMAP_KEY_BODY:
    case IMAP_KEY_TEXT:
        return matches_text(s, key, message);
    case IMAP_KEY_ALL:
        return 1;
    default:
        return matches_day(s, key, message);
    }
}

/* A chain of AND is a loop; only NOT, OR and parentheses go deeper. */
int imap_search_matches(struct imap_session *s, const struct imap_key *key,
                        size_t number)
{
    int result = 1;

    for (; key != NULL && key->kind == IMAP_KEY_AND; key = key->b) {
        result = imap_search_matches(s, key->a, number);
        if (result <= 0)
            return result;
    }
    if (key == NULL)
        return result;
    if (key->kind == IMAP_KEY_NOT) {
        result = imap_search_matches(s, key->a, number);
        return result < 0 ? result : !result;
    }
    if (key->kind == IMAP_KEY_OR) {
        result = imap_search_matches(s, key->a, number);
        return result != 0 ? result : imap_search_matches(s, key->b, number);
    }
    return matches_one(s, key, number);
}
