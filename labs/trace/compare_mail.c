/* SPDX-License-Identifier: MIT */
/*
 * compare_mail: two messages of mail, field by field, then the text. RFC 5322.
 *
 * Of a field the name decides what of it is of the day: Date, Message-ID,
 * Received and the line between parts are drawn anew for each message.
 */
#include <string.h>

#include "labs/trace/compare.h"
#include "labs/trace/lanes.h"
#include "smtp/smtp.h"

enum { FIELDS_MAX = 64 };

struct mail_field {
    struct span name, value; /* the value with its folded lines */
};

struct mail {
    struct mail_field fields[FIELDS_MAX];
    size_t count;
    struct span body;
};

static void read_field(struct mail *mail, struct span line)
{
    const char *colon = memchr(line.data, ':', line.length);
    size_t length = colon != NULL ? (size_t)(colon - line.data) : line.length;

    if (mail->count == FIELDS_MAX)
        return;
    mail->fields[mail->count].name = (struct span){line.data, length};
    length += colon != NULL;
    mail->fields[mail->count++].value =
        span_trim((struct span){line.data + length, line.length - length});
}

/* A line that begins with a blank goes on with the field before it: RFC 5322
 * §2.2.3. */
static void read_mail(struct mail *mail, struct span text)
{
    struct span line;

    mail->count = 0;
    while (span_take_line(&text, &line) && line.length > 0) {
        if ((line.data[0] != ' ' && line.data[0] != '\t') || mail->count == 0) {
            read_field(mail, line);
            continue;
        }
        struct mail_field *last = &mail->fields[mail->count - 1];
        last->value.length =
            (size_t)(line.data + line.length - last->value.data);
    }
    mail->body = text;
}

/* The nth field of that name; NULL: there is none. */
static const struct mail_field *find(const struct mail *mail, struct span name,
                                     size_t nth)
{
    for (size_t i = 0; i < mail->count; i++)
        if (span_equal_nocase(mail->fields[i].name, name) && nth-- == 0)
            return &mail->fields[i];
    return NULL;
}

/* What of a field is of the day; the rule is counted. */
static bool is_of_the_day(struct comparison *c, struct span name)
{
    static const struct {
        const char *name;
        enum compare_rule rule;
    } table[] = {{"Date", RULE_DATE},
                 {"Message-ID", RULE_RANDOM},
                 {"Received", RULE_DATE},
                 {"Content-Type", RULE_BOUNDARY}};

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (span_equal_nocase(name, span_of(table[i].name))) {
            c->used[table[i].rule]++;
            return true;
        }
    return false;
}

static void tell_field(struct comparison *c, struct span name,
                       const struct mail_field *a, const struct mail_field *b)
{
    struct span value_a = a != NULL ? a->value : COMPARE_NO_VALUE;
    struct span value_b = b != NULL ? b->value : COMPARE_NO_VALUE;
    const struct term *term = term_find_span(smtp_terms, name);
    struct rfc rfc = term != NULL ? term->rfc : RFC("5322", "3.6.8");
    const char *why = term != NULL ? term->sentence : NULL;

    if (a != NULL && b != NULL &&
        (span_equal(value_a, value_b) || is_of_the_day(c, name)))
        return;
    if (a == NULL || b == NULL)
        compare_tell(c, rfc, why, value_a, value_b,
                     "only %s's message has %.*s", a != NULL ? "A" : "B",
                     (int)name.length, name.data);
    else
        compare_tell(c, rfc, why, value_a, value_b,
                     "the messages' %.*s fields differ", (int)name.length,
                     name.data);
}

/* Each name of `mail` once, the first with the first; those that the other has
 * too are told from A's side only. */
static void pair_fields(struct comparison *c, const struct mail *a,
                        const struct mail *b, bool missing_only)
{
    const struct mail *mine = missing_only ? b : a;

    for (size_t i = 0; i < mine->count; i++) {
        struct span name = mine->fields[i].name;
        const struct mail_field *in_a, *in_b;

        if (find(mine, name, 0) != &mine->fields[i] ||
            (missing_only && find(a, name, 0) != NULL))
            continue;
        for (size_t nth = 0;; nth++) {
            in_a = find(a, name, nth);
            in_b = find(b, name, nth);
            if (in_a == NULL && in_b == NULL)
                break;
            tell_field(c, name, in_a, in_b);
        }
    }
}

/* The first line that is not the same; lines between parts aside. */
static void pair_bodies(struct comparison *c, struct span a, struct span b)
{
    for (size_t line = 1; a.length > 0 || b.length > 0; line++) {
        struct span in_a = {a.data, 0}, in_b = {b.data, 0};
        bool more_a = span_take_line(&a, &in_a);
        bool more_b = span_take_line(&b, &in_b);
        bool between = in_a.length > 2 && in_b.length > 2 &&
                       span_begins(in_a, "--") && span_begins(in_b, "--");

        if (!more_a || !more_b || (!span_equal(in_a, in_b) && !between)) {
            compare_tell(c, RFC("5322", "2.3"), NULL, in_a, in_b,
                         "the texts differ from line %zu on", line);
            return;
        }
        c->used[RULE_BOUNDARY] += between && !span_equal(in_a, in_b);
    }
}

void compare_mail(struct comparison *c, const struct trace_event *a,
                  const struct trace_event *b)
{
    struct mail in_a, in_b;

    read_mail(&in_a, a->data);
    read_mail(&in_b, b->data);
    pair_fields(c, &in_a, &in_b, false);
    pair_fields(c, &in_a, &in_b, true);
    if (a->length != a->data.length && a->length != b->length)
        compare_tell(c, COMPARE_NO_RFC, NULL, COMPARE_NO_VALUE,
                     COMPARE_NO_VALUE, "the messages have %llu and %llu octets",
                     (unsigned long long)a->length,
                     (unsigned long long)b->length);
    else
        pair_bodies(c, in_a.body, in_b.body);
}
