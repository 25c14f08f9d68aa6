/* SPDX-License-Identifier: MIT */
/*
 * compare_smtp: two conversations of SMTP: commands by their verb, replies by
 * their code, what the servers offer line by line, the message field by field.
 *
 * What a server calls a message in its queue, what a client draws for a
 * Message-ID, when it was: that differs in any two runs, and is set aside.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "labs/trace/compare.h"
#include "labs/trace/lanes.h"
#include "smtp/smtp.h"

/* ---- words and lines ---------------------------------------------------- */

/* Takes what stands before the next `end` off the text; false: none is left. */
static bool take(struct span *text, char end, struct span *piece)
{
    const char *at;

    if (text->length == 0)
        return false;
    at = memchr(text->data, end, text->length);
    piece->data = text->data;
    piece->length = at != NULL ? (size_t)(at - text->data) : text->length;
    text->data += piece->length + (at != NULL);
    text->length -= piece->length + (at != NULL);
    return true;
}

static bool has_digit(struct span word)
{
    for (size_t i = 0; i < word.length; i++)
        if (isdigit((unsigned char)word.data[i]))
            return true;
    return false;
}

/* The same but for words with a digit in them: names and times that a server
 * has drawn. */
static bool same_but_numbers(struct span a, struct span b)
{
    struct span in_a, in_b;
    bool more_a, more_b;

    for (;;) {
        more_a = take(&a, ' ', &in_a);
        more_b = take(&b, ' ', &in_b);
        if (!more_a || !more_b)
            return more_a == more_b;
        if (!span_equal(in_a, in_b) && !(has_digit(in_a) && has_digit(in_b)))
            return false;
    }
}

/* ---- likeness ----------------------------------------------------------- */

static unsigned like_commands(const struct trace_event *a,
                              const struct trace_event *b)
{
    if (a->name == NULL || !compare_is_named(b, a->name))
        return 0;
    return span_equal(compare_first_line(a), compare_first_line(b))
               ? COMPARE_LIKE_MOST
               : COMPARE_LIKE_MOST * 3 / 5;
}

/* Replies fit each other as their commands do; the greeting answers none. */
static unsigned likeness(const struct comparison *c, size_t a, size_t b)
{
    const struct compare_item *in_a = compare_item(c, COMPARE_A, a);
    const struct compare_item *in_b = compare_item(c, COMPARE_B, b);
    bool same;

    if (in_a->from_client)
        return like_commands(in_a->event, in_b->event);
    if ((in_a->asked == COMPARE_NONE) != (in_b->asked == COMPARE_NONE))
        return 0;
    same = in_a->event->name != NULL &&
           compare_is_named(in_b->event, in_a->event->name);
    if (in_a->asked == COMPARE_NONE)
        return same ? COMPARE_LIKE_MOST : COMPARE_LIKE_MOST / 2;
    unsigned asked = like_commands(compare_event(c, COMPARE_A, in_a->asked),
                                   compare_event(c, COMPARE_B, in_b->asked));
    return asked > 0 ? asked / 2 + (same ? COMPARE_LIKE_MOST / 2 : 1) : 0;
}

/* ---- commands ----------------------------------------------------------- */

static bool has_word(struct span line, struct span wanted)
{
    struct span word;

    while (take(&line, ' ', &word))
        if (span_equal_nocase(word, wanted))
            return true;
    return false;
}

/* "SIZE" of "SIZE=310". */
static struct span keyword(struct span word)
{
    const char *equals =
        word.length > 0 ? memchr(word.data, '=', word.length) : NULL;

    if (equals != NULL)
        word.length = (size_t)(equals - word.data);
    return word;
}

/* The word of this keyword in a line; data NULL: it has none. */
static struct span find_keyword(struct span line, struct span name)
{
    struct span word;

    while (take(&line, ' ', &word))
        if (span_equal_nocase(keyword(word), name))
            return word;
    return COMPARE_NO_VALUE;
}

/* Parameters of MAIL and RCPT that `line` has, beside the other side's. */
static void tell_parameters(struct comparison *c, struct span line,
                            struct span other, int side)
{
    struct span word, theirs;

    take(&line, ' ', &word);
    take(&line, ' ', &word); /* the verb and the path */
    while (take(&line, ' ', &word)) {
        const struct term *term = term_find_span(smtp_terms, keyword(word));
        theirs = find_keyword(other, keyword(word));
        if (theirs.data == NULL)
            compare_tell_term(c, term, side == COMPARE_A ? word : theirs,
                              side == COMPARE_A ? theirs : word,
                              "only %s says %.*s", compare_side_name(side),
                              (int)word.length, word.data);
        else if (side == COMPARE_A && !span_equal(word, theirs))
            compare_tell_term(c, term, word, theirs, "A says %.*s, B %.*s",
                              (int)word.length, word.data, (int)theirs.length,
                              theirs.data);
    }
}

/* "<bob@west.test>" of "RCPT TO:<bob@west.test> NOTIFY=NEVER". */
static struct span path_of(struct span line)
{
    struct span path = SPAN("");

    take(&line, ':', &path);
    take(&line, ' ', &path);
    return path;
}

static void pair_paths(struct comparison *c, struct span a, struct span b)
{
    static const struct compare_context contexts[COMPARE_SIDES] = {{.port = 0}};
    struct span path_a = path_of(a), path_b = path_of(b);

    /* Whether a server takes every name is tried with one that nobody has. */
    if (!compare_texts(c, path_a, path_b, contexts, RULE(RANDOM)))
        compare_tell(c, RFC("5321", "3.3"), "the envelope names another",
                     path_a, path_b, "A says %.*s, B %.*s", (int)path_a.length,
                     path_a.data, (int)path_b.length, path_b.data);
    tell_parameters(c, a, b, COMPARE_A);
    tell_parameters(c, b, a, COMPARE_B);
}

static void pair_commands(struct comparison *c, const struct trace_event *a,
                          const struct trace_event *b)
{
    struct span in_a = compare_first_line(a), in_b = compare_first_line(b);

    if (span_equal(in_a, in_b))
        return;
    if (compare_is_named(a, "MAIL") || compare_is_named(a, "RCPT")) {
        pair_paths(c, in_a, in_b);
        return;
    }
    if (compare_is_named(a, "response") ||
        (compare_is_named(a, "AUTH") && has_word(in_a, SPAN("SCRAM-SHA-256")) &&
         has_word(in_b, SPAN("SCRAM-SHA-256")))) {
        c->used[RULE_RANDOM]++; /* the secret, or a nonce */
        return;
    }
    compare_tell(c, a->rfc, NULL, in_a, in_b, "%s with different words",
                 a->name);
}

/* ---- replies ------------------------------------------------------------ */

static bool read_reply(struct smtp_reply *reply,
                       const struct trace_event *event)
{
    struct error error = {0};
    size_t used;

    smtp_reply_start(reply);
    return smtp_reply_read(reply, event->data, &used, &error) == PARSE_DONE;
}

/* The words of the reply's nth line, in the trace's own bytes: a difference
 * that is told borrows them. */
static bool reply_line(const struct trace_event *event, size_t nth,
                       struct span *words)
{
    struct span text = event->data;

    do
        if (!span_take_line(&text, words))
            return false;
    while (nth-- > 0);
    words->data += words->length < 4 ? words->length : 4;
    words->length -= words->length < 4 ? words->length : 4;
    return true;
}

/* The line, but the first, of this keyword; data NULL: it is not offered. */
static struct span offered(const struct trace_event *event, struct span name)
{
    struct span line, word;

    for (size_t nth = 1; reply_line(event, nth, &line); nth++) {
        struct span rest = line;

        if (take(&rest, ' ', &word) && span_equal_nocase(word, name))
            return line;
    }
    return COMPARE_NO_VALUE;
}

static void tell_offers(struct comparison *c, const struct trace_event *mine,
                        const struct trace_event *other, int side)
{
    struct span line;

    for (size_t nth = 1; reply_line(mine, nth, &line); nth++) {
        struct span rest = line, word = SPAN("");

        take(&rest, ' ', &word);
        const struct term *term = term_find_span(smtp_terms, word);
        struct span theirs = offered(other, word);
        if (theirs.data == NULL)
            compare_tell_term(c, term, side == COMPARE_A ? line : theirs,
                              side == COMPARE_A ? theirs : line,
                              "only %s's server offers %.*s",
                              compare_side_name(side), (int)line.length,
                              line.data);
        else if (side == COMPARE_A && !span_equal(line, theirs))
            compare_tell_term(c, term, line, theirs, "the servers' %.*s differ",
                              (int)word.length, word.data);
    }
}

static void pair_words(struct comparison *c, const struct trace_event *a,
                       const struct trace_event *b)
{
    static const struct compare_context contexts[COMPARE_SIDES] = {{.port = 0}};
    struct span in_a = SPAN(""), in_b = SPAN("");

    reply_line(a, 0, &in_a);
    reply_line(b, 0, &in_b);
    if (compare_is_named(a, "334") || same_but_numbers(in_a, in_b))
        c->used[RULE_RANDOM] += !span_equal(in_a, in_b);
    else if (!compare_texts(c, in_a, in_b, contexts, RULE(RANDOM)))
        compare_tell(c, RFC("5321", "4.2"),
                     "the words behind a code are for people; no program "
                     "should go by them",
                     in_a, in_b, "the same code in different words");
}

static void pair_codes(struct comparison *c, const struct trace_event *a,
                       const struct trace_event *b)
{
    /* Static, for they are too large for a stack. */
    static struct smtp_reply in_a, in_b;
    char code[12], one[SMTP_ENHANCED_TEXT], other[SMTP_ENHANCED_TEXT];

    if (!read_reply(&in_a, a) || !read_reply(&in_b, b))
        return;
    smtp_enhanced_text(in_a.enhanced, one);
    smtp_enhanced_text(in_b.enhanced, other);
    snprintf(code, sizeof(code), "%d", in_b.code);
    if (in_a.code != in_b.code)
        compare_tell_term(c, term_find(smtp_terms, code), compare_first_line(a),
                          compare_first_line(b),
                          "A is answered with %d, B with %d", in_a.code,
                          in_b.code);
    else if (strcmp(one, other) != 0)
        compare_tell_term(c, term_find(smtp_terms, *other ? other : one),
                          compare_first_line(a), compare_first_line(b),
                          "the same code, and more exactly: %s, %s",
                          *one ? one : "nothing", *other ? other : "nothing");
    else
        pair_words(c, a, b);
}

static void pair_replies(struct comparison *c, size_t a, size_t b)
{
    const struct compare_item *item = compare_item(c, COMPARE_A, a);
    const struct trace_event *other = compare_event(c, COMPARE_B, b);

    pair_codes(c, item->event, other);
    if (item->asked == COMPARE_NONE ||
        !compare_is_named(compare_event(c, COMPARE_A, item->asked), "EHLO"))
        return;
    tell_offers(c, item->event, other, COMPARE_A);
    tell_offers(c, other, item->event, COMPARE_B);
}

/* ---- both ---------------------------------------------------------------- */

static void pair(struct comparison *c, size_t a, size_t b)
{
    const struct trace_event *in_a = compare_event(c, COMPARE_A, a);
    const struct trace_event *in_b = compare_event(c, COMPARE_B, b);

    if (!compare_item(c, COMPARE_A, a)->from_client)
        pair_replies(c, a, b);
    else if (compare_is_named(in_a, "message"))
        compare_mail(c, in_a, in_b);
    else
        pair_commands(c, in_a, in_b);
}

/* Why only one of them says it: what the server had, or had not, to offer. */
static void alone(struct comparison *c, int side, size_t item)
{
    const struct compare_item *one = compare_item(c, side, item);
    const char *name = one->event->name != NULL ? one->event->name : "";
    char label[EVENT_TEXT_MAX];

    if (!one->from_client && one->asked != COMPARE_NONE &&
        compare_item(c, side, one->asked)->partner == COMPARE_NONE)
        return; /* the command above was told, and means its reply too */
    event_label(one->event, label);
    compare_tell_term(c, term_find(smtp_terms, name), COMPARE_NO_VALUE,
                      COMPARE_NO_VALUE, "only %s %s: %s",
                      compare_side_name(side),
                      one->from_client ? "says" : "is answered", label);
}

const struct compare_protocol compare_smtp = {
    .name = "smtp", .likeness = likeness, .pair = pair, .alone = alone};
