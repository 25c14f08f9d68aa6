/* SPDX-License-Identifier: MIT */
/*
 * compare_http: two messages of HTTP, piece by piece: the start line, the
 * fields whatever their order, the content whatever its framing.
 */
#include <stdio.h>
#include <string.h>

#include "http/http.h"
#include "labs/trace/compare_http.h"
#include "labs/trace/lanes.h"

/* ---- likeness ----------------------------------------------------------- */

/* Two requests are of one kind when they ask in the same way or for the same
 * thing: the origin, with its port, does not count. */
static unsigned like_requests(const struct trace_event *a,
                              const struct trace_event *b)
{
    struct span in_a[3], in_b[3];

    compare_start_read(in_a, a);
    compare_start_read(in_b, b);
    bool method = span_equal(in_a[0], in_b[0]);
    bool target = span_equal(in_a[1], in_b[1]);

    return method && target   ? COMPARE_LIKE_MOST
           : method || target ? COMPARE_LIKE_MOST * 2 / 5
                              : 0;
}

/* Answers fit each other as their requests do. */
static unsigned likeness(const struct comparison *c, size_t a, size_t b)
{
    const struct compare_item *in_a = compare_item(c, COMPARE_A, a);
    const struct compare_item *in_b = compare_item(c, COMPARE_B, b);

    if (in_a->from_client)
        return like_requests(in_a->event, in_b->event);
    unsigned status = compare_same_name(in_a->event, in_b->event)
                          ? COMPARE_LIKE_MOST / 2
                          : COMPARE_LIKE_MOST / 10;
    if ((in_a->asked == COMPARE_NONE) != (in_b->asked == COMPARE_NONE))
        return 0;
    if (in_a->asked == COMPARE_NONE)
        return status;
    unsigned asked =
        like_requests(compare_item(c, COMPARE_A, in_a->asked)->event,
                      compare_item(c, COMPARE_B, in_b->asked)->event);
    return asked > 0 ? status + asked / 2 : 0;
}

/* ---- the start line ----------------------------------------------------- */

static const char not_kept[] =
    "HTTP/1.0 ends a connection with each answer, unless both ask for "
    "keep-alive; HTTP/1.1 keeps it, unless one says close";

static bool is_version(struct span word)
{
    return word.length > 5 && memcmp(word.data, "HTTP/", 5) == 0;
}

static void tell_version(struct comparison *c, struct span a, struct span b)
{
    if (!span_equal(a, b))
        compare_tell(c, RFC("9112", "9.3"), not_kept, a, b,
                     "A speaks %.*s, B %.*s", (int)a.length, a.data,
                     (int)b.length, b.data);
}

static void pair_request_line(struct comparison *c,
                              const struct compare_head *a,
                              const struct compare_head *b,
                              const struct compare_context *contexts)
{
    /* What B's word means: A's is what the reader knows already. */
    if (!span_equal(a->words[0], b->words[0]))
        compare_tell_term(c, term_find_span(http_terms, b->words[0]),
                          a->words[0], b->words[0],
                          "A asks with %.*s, B with %.*s",
                          (int)a->words[0].length, a->words[0].data,
                          (int)b->words[0].length, b->words[0].data);
    if (!compare_texts(c, a->words[1], b->words[1], contexts, RULE(PORT)))
        compare_tell(c, COMPARE_NO_RFC, NULL, a->words[1], b->words[1],
                     "they ask for different things");
    tell_version(c, a->words[2], b->words[2]);
}

static void pair_status_line(struct comparison *c, const struct compare_head *a,
                             const struct compare_head *b)
{
    tell_version(c, a->words[0], b->words[0]);
    if (!span_equal(a->words[1], b->words[1]))
        compare_tell_term(c, term_find_span(http_terms, b->words[1]),
                          a->words[1], b->words[1],
                          "A is answered with %.*s, B with %.*s",
                          (int)a->words[1].length, a->words[1].data,
                          (int)b->words[1].length, b->words[1].data);
    else if (!span_equal(a->words[2], b->words[2]))
        compare_tell(c, RFC("9112", "4"),
                     "the words after a status are for people; no program "
                     "should go by them",
                     a->words[2], b->words[2],
                     "the same status in different words");
}

/* ---- the fields --------------------------------------------------------- */

unsigned compare_http_rules(struct span name)
{
    static const struct {
        const char *name;
        unsigned rules;
    } table[] = {
        {"Date", RULE(DATE)},
        {"Last-Modified", RULE(DATE)},
        {"Expires", RULE(DATE)},
        {"If-Modified-Since", RULE(DATE)},
        {"If-Unmodified-Since", RULE(DATE)},
        {"Retry-After", RULE(DATE)},
        {"Age", RULE(AGE)},
        {"ETag", RULE(TAG)},
        {"If-None-Match", RULE(TAG)},
        {"If-Match", RULE(TAG)},
        {"If-Range", RULE(TAG) | RULE(DATE)},
        {"Host", RULE(PORT)},
        {"Location", RULE(PORT)},
        {"Content-Location", RULE(PORT)},
        {"Referer", RULE(PORT)},
        {"Origin", RULE(PORT)},
        {"Via", RULE(PORT)},
        {"Content-Type", RULE(BOUNDARY)},
        {"Cookie", RULE(RANDOM)},
        {"Set-Cookie", RULE(RANDOM) | RULE(DATE)},
        {"WWW-Authenticate", RULE(RANDOM)},
        {"Authorization", RULE(RANDOM)},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (span_equal_nocase(name, span_of(table[i].name)))
            return table[i].rules;
    return 0;
}

/* Fields that decide what becomes of the message or of its connection, told
 * with what they decide; the others with what they mean. */
static void tell_field(struct comparison *c, struct span name, struct span a,
                       struct span b, const char *message)
{
    char what[EVENT_TEXT_MAX];

    if (a.data == NULL || b.data == NULL)
        snprintf(what, sizeof(what), "only %s's %s has %.*s",
                 a.data != NULL ? "A" : "B", message, (int)name.length,
                 name.data);
    else
        snprintf(what, sizeof(what), "the %ss' %.*s fields differ", message,
                 (int)name.length, name.data);
    if (span_equal_nocase(a, SPAN("close")) ||
        span_equal_nocase(b, SPAN("close")))
        compare_tell(c, RFC("9112", "9.6"),
                     "close: nothing more is sent on this connection after "
                     "this exchange",
                     a, b, "%s", what);
    else
        compare_tell_term(c, term_find_span(http_terms, name), a, b, "%s",
                          what);
}

/* The fields of one name in both messages, the first with the first. */
static void pair_fields_of(struct comparison *c, struct span name,
                           const struct compare_head *a,
                           const struct compare_head *b,
                           const struct compare_context *contexts,
                           const char *message)
{
    for (size_t nth = 0;; nth++) {
        const struct compare_field *in_a = compare_head_field(a, name, nth);
        const struct compare_field *in_b = compare_head_field(b, name, nth);
        if (in_a == NULL && in_b == NULL)
            return;
        struct span value_a = in_a != NULL ? in_a->value : COMPARE_NO_VALUE;
        struct span value_b = in_b != NULL ? in_b->value : COMPARE_NO_VALUE;
        if (in_a == NULL || in_b == NULL ||
            !compare_texts(c, value_a, value_b, contexts,
                           compare_http_rules(name)))
            tell_field(c, name, value_a, value_b, message);
        else if (!span_equal(in_a->name, in_b->name))
            c->used[RULE_CASE]++;
    }
}

/* Are the names that both have in the same order? */
static bool same_order(const struct compare_head *a,
                       const struct compare_head *b)
{
    size_t last = 0;

    for (size_t i = 0; i < a->field_count; i++) {
        const struct compare_field *other =
            compare_head_field(b, a->fields[i].name, 0);
        if (other == NULL)
            continue;
        if ((size_t)(other - b->fields) < last)
            return false;
        last = (size_t)(other - b->fields);
    }
    return true;
}

static void pair_fields(struct comparison *c, const struct compare_head *a,
                        const struct compare_head *b,
                        const struct compare_context *contexts,
                        const char *message)
{
    for (size_t i = 0; i < a->field_count; i++)
        if (compare_head_field(a, a->fields[i].name, 0) == &a->fields[i])
            pair_fields_of(c, a->fields[i].name, a, b, contexts, message);
    for (size_t i = 0; i < b->field_count; i++)
        if (compare_head_field(a, b->fields[i].name, 0) == NULL &&
            compare_head_field(b, b->fields[i].name, 0) == &b->fields[i])
            pair_fields_of(c, b->fields[i].name, a, b, contexts, message);
    if (!same_order(a, b))
        c->used[RULE_ORDER]++;
}

/* ---- a pair ------------------------------------------------------------- */

static struct compare_context context_of(const struct trace_event *event,
                                         const struct compare_head *head)
{
    const struct compare_field *type =
        compare_head_field(head, SPAN("Content-Type"), 0);

    return (struct compare_context){
        .port = compare_port(event),
        .boundary =
            type != NULL ? compare_boundary(type->value) : COMPARE_NO_VALUE};
}

/* Bytes that a program has not read as an answer: masked, for who has not read
 * them can't know what in them is secret, and so not to be compared. */
static void tell_unread(struct comparison *c, int side,
                        const struct trace_event *event)
{
    compare_tell(c, RFC("9112", "4"), event->note, COMPARE_NO_VALUE,
                 COMPARE_NO_VALUE, "%s has %llu bytes here that are no answer",
                 compare_side_name(side), (unsigned long long)event->length);
}

static void pair(struct comparison *c, size_t a, size_t b)
{
    const struct trace_event *in_a = compare_item(c, COMPARE_A, a)->event;
    const struct trace_event *in_b = compare_item(c, COMPARE_B, b)->event;
    struct compare_head head_a, head_b;

    compare_head_read(&head_a, in_a);
    compare_head_read(&head_b, in_b);
    const struct compare_context contexts[COMPARE_SIDES] = {
        context_of(in_a, &head_a), context_of(in_b, &head_b)};
    bool read_a = is_version(head_a.words[0]);
    bool read_b = is_version(head_b.words[0]), answer = read_a && read_b;
    if (read_a != read_b && !compare_item(c, COMPARE_A, a)->from_client) {
        tell_unread(c, read_a ? COMPARE_B : COMPARE_A, read_a ? in_b : in_a);
        return;
    }
    if (answer)
        pair_status_line(c, &head_a, &head_b);
    else
        pair_request_line(c, &head_a, &head_b, contexts);
    pair_fields(c, &head_a, &head_b, contexts, answer ? "answer" : "request");
    compare_content_pair(c, &head_a, &head_b, contexts);
}

/* ---- a message alone ---------------------------------------------------- */

/* What made the client ask again: the answer before. */
static const char *why_again(const struct comparison *c, int side, size_t item,
                             struct rfc *rfc)
{
    const struct compare_item *before =
        item > 0 ? compare_item(c, side, item - 1) : NULL;

    while (before != NULL && before->protocol != &compare_http)
        before = --item > 0 ? compare_item(c, side, item - 1) : NULL;
    if (before == NULL || before->from_client || before->event->name == NULL)
        return NULL;
    if (strcmp(before->event->name, "401") == 0) {
        *rfc = RFC("9110", "11.6.1");
        return "the answer before asks who is there";
    }
    if (before->event->name[0] == '3' &&
        strcmp(before->event->name, "304") != 0) {
        *rfc = RFC("9110", "15.4");
        return "the answer before leads elsewhere, and the client follows";
    }
    return NULL;
}

static void alone(struct comparison *c, int side, size_t item)
{
    const struct compare_item *one = compare_item(c, side, item);
    const char *name = compare_side_name(side);
    struct rfc rfc = COMPARE_NO_RFC;
    char label[EVENT_TEXT_MAX];

    event_label(one->event, label);
    if (one->from_client) {
        const char *why = why_again(c, side, item, &rfc);
        compare_tell(c, rfc, why, COMPARE_NO_VALUE, COMPARE_NO_VALUE,
                     "only %s asks: %s", name, label);
        return;
    }
    const char *why = NULL;
    if (one->asked != COMPARE_NONE) {
        size_t partner = compare_item(c, side, one->asked)->partner;
        if (partner == COMPARE_NONE)
            return; /* the request above was told, and means its answer too */
        const struct trace_event *failed =
            compare_note(c, !side, partner, "failed");
        why = failed != NULL ? failed->note : NULL;
        rfc = failed != NULL ? failed->rfc : rfc;
    }
    compare_tell(c, rfc, why, COMPARE_NO_VALUE, COMPARE_NO_VALUE,
                 "only %s is answered: %s", name, label);
}

const struct compare_protocol compare_http = {
    .name = "http", .likeness = likeness, .pair = pair, .alone = alone};

/* Whether a message, by its version and its Connection field, lets the
 * connection live: RFC 9112 §9.3. */
static const char *ends_connection(const struct trace_event *event,
                                   size_t version_word, struct rfc *rfc)
{
    struct compare_head head;
    const struct compare_field *field;

    compare_head_read(&head, event);
    field = compare_head_field(&head, SPAN("Connection"), 0);
    struct span value = field != NULL ? field->value : SPAN("");
    *rfc = RFC("9112", "9.3");
    if (span_equal(head.words[version_word], SPAN("HTTP/1.0")) &&
        !span_equal_nocase(value, SPAN("keep-alive")))
        return "the one before was closed: HTTP/1.0 without keep-alive";
    *rfc = RFC("9112", "9.6");
    if (span_equal_nocase(value, SPAN("close")))
        return version_word == 0
                   ? "the one before was closed: the answer said so, "
                     "Connection: close"
                   : "the one before was closed: the request asked for it, "
                     "Connection: close";
    return NULL;
}

const char *compare_http_ended(const struct comparison *c, int side,
                               size_t item, struct rfc *rfc)
{
    const struct compare_item *answer = compare_item(c, side, item);
    const char *why = NULL;

    if (answer->asked != COMPARE_NONE)
        why = ends_connection(compare_item(c, side, answer->asked)->event, 2,
                              rfc);
    return why != NULL ? why : ends_connection(answer->event, 0, rfc);
}
