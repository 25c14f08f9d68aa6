/* SPDX-License-Identifier: MIT */
/*
 * compare_pop3: two visits to a mailbox, by POP3 or by IMAP. Commands are
 * paired by what they are for, so that a fetch by the one protocol stands
 * beside a fetch by the other; within POP3 also by their words, and within
 * IMAP as compare_imap.c has it.
 *
 * Timestamps, challenges and hashes are drawn anew each time, and are set
 * aside.
 */
#include <string.h>

#include "labs/trace/compare.h"
#include "labs/trace/lanes.h"

/* ---- what a command is for ---------------------------------------------- */

enum purpose {
    OTHER,
    ABILITIES,
    ENCRYPT,
    LOG_IN,
    LOOK,
    FETCH,
    REMOVE,
    WAIT,
    LEAVE,
    PURPOSES
};

static const char *const purpose_words[PURPOSES] = {
    [OTHER] = "ask",
    [ABILITIES] = "ask what the server can do",
    [ENCRYPT] = "ask for TLS",
    [LOG_IN] = "log in",
    [LOOK] = "ask what there is",
    [FETCH] = "fetch",
    [REMOVE] = "delete or mark",
    [WAIT] = "wait for news",
    [LEAVE] = "leave"};

static enum purpose purpose_of(const struct trace_event *event)
{
    static const struct {
        const char *name;
        enum purpose purpose;
    } table[] = {{"CAPA", ABILITIES},  {"CAPABILITY", ABILITIES},
                 {"STLS", ENCRYPT},    {"STARTTLS", ENCRYPT},
                 {"USER", LOG_IN},     {"PASS", LOG_IN},
                 {"APOP", LOG_IN},     {"AUTH", LOG_IN},
                 {"LOGIN", LOG_IN},    {"AUTHENTICATE", LOG_IN},
                 {"response", LOG_IN}, {"STAT", LOOK},
                 {"LIST", LOOK},       {"UIDL", LOOK},
                 {"SELECT", LOOK},     {"EXAMINE", LOOK},
                 {"STATUS", LOOK},     {"RETR", FETCH},
                 {"TOP", FETCH},       {"FETCH", FETCH},
                 {"UID FETCH", FETCH}, {"DELE", REMOVE},
                 {"STORE", REMOVE},    {"UID STORE", REMOVE},
                 {"EXPUNGE", REMOVE},  {"RSET", REMOVE},
                 {"IDLE", WAIT},       {"DONE", WAIT},
                 {"NOOP", WAIT},       {"QUIT", LEAVE},
                 {"LOGOUT", LEAVE}};

    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
        if (event->name && strcmp(event->name, table[i].name) == 0)
            return table[i].purpose;
    return OTHER;
}

static bool is_imap(const struct trace_event *event)
{
    return strcmp(event->proto, "imap") == 0;
}

/* The first line of a message; of IMAP without its tag. */
static struct span first_line(const struct trace_event *event)
{
    struct span text = event->data;
    const char *end =
        text.length > 0 ? memmem(text.data, text.length, "\r\n", 2) : NULL;

    if (end)
        text.length = (size_t)(end - text.data);
    const char *space = is_imap(event) && text.length > 0 && text.data[0] == 'a'
                            ? memchr(text.data, ' ', text.length)
                            : NULL;
    if (space) {
        text.length -= (size_t)(space + 1 - text.data);
        text.data = space + 1;
    }
    return text;
}

/* ---- likeness ----------------------------------------------------------- */

static unsigned like_commands(const struct trace_event *a,
                              const struct trace_event *b)
{
    if (is_imap(a) == is_imap(b) && compare_same_name(a, b))
        return span_equal(first_line(a), first_line(b))
                   ? COMPARE_LIKE_MOST
                   : COMPARE_LIKE_MOST * 3 / 5;
    return purpose_of(a) == purpose_of(b) && purpose_of(a) != OTHER
               ? COMPARE_LIKE_MOST * 2 / 5
               : 0;
}

/* Answers fit each other as their commands do; what nobody asked for, as it is
 * called. */
static unsigned likeness(const struct comparison *c, size_t a, size_t b)
{
    const struct compare_item *in_a = compare_item(c, COMPARE_A, a);
    const struct compare_item *in_b = compare_item(c, COMPARE_B, b);

    if (is_imap(in_a->event) && is_imap(in_b->event))
        return compare_imap.likeness(c, a, b);
    if (in_a->from_client)
        return like_commands(in_a->event, in_b->event);
    if ((in_a->asked == COMPARE_NONE) != (in_b->asked == COMPARE_NONE))
        return 0;
    if (in_a->asked == COMPARE_NONE)
        return compare_same_name(in_a->event, in_b->event)
                   ? COMPARE_LIKE_MOST / 2
                   : COMPARE_LIKE_MOST / 10;
    return like_commands(compare_item(c, COMPARE_A, in_a->asked)->event,
                         compare_item(c, COMPARE_B, in_b->asked)->event);
}

/* ---- a pair ------------------------------------------------------------- */

/* What a log-in is made of: a challenge, a hash of it, a word in base64. */
static bool is_drawn(const struct compare_item *item)
{
    const char *name = item->event->name;

    return name && (strcmp(name, "response") == 0 || strcmp(name, "+") == 0 ||
                    strcmp(name, "APOP") == 0);
}

/* A greeting of POP3 up to its timestamp (RFC 1939 §7). */
static struct span before_timestamp(struct span line)
{
    const char *at =
        line.length > 0 ? memchr(line.data, '<', line.length) : NULL;

    if (at)
        line.length = (size_t)(at - line.data);
    return line;
}

/* What they are for is the same, the words or the protocols are not. */
static void pair_across(struct comparison *c, const struct compare_item *a,
                        const struct compare_item *b)
{
    const struct trace_event *asked = a->from_client ? a->event : NULL;

    if (!asked && a->asked != COMPARE_NONE)
        asked = compare_item(c, COMPARE_A, a->asked)->event;
    if (a->from_client)
        compare_tell(c, COMPARE_NO_RFC, NULL, first_line(a->event),
                     first_line(b->event), "both %s, A with %s, B with %s",
                     purpose_words[purpose_of(a->event)], a->event->name,
                     b->event->name);
    else
        compare_tell(c, COMPARE_NO_RFC, NULL, first_line(a->event),
                     first_line(b->event),
                     "to %s took an answer of %llu "
                     "octets in A, of %llu in B",
                     asked ? purpose_words[purpose_of(asked)] : "greet",
                     (unsigned long long)a->event->length,
                     (unsigned long long)b->event->length);
}

/* What a message has after its first line: mail, a list. */
static struct span rest_of(const struct trace_event *event)
{
    struct span line = first_line(event);
    const char *end = event->data.data + event->data.length;

    return line.data ? (struct span){line.data + line.length,
                                     (size_t)(end - line.data) - line.length}
                     : line;
}

static void tell_rest(struct comparison *c, const struct trace_event *a,
                      const struct trace_event *b)
{
    struct span in_a = rest_of(a), in_b = rest_of(b);
    /* The trace may have kept less than there was. */
    uint64_t octets_a = in_a.length + (a->length - a->data.length);
    uint64_t octets_b = in_b.length + (b->length - b->data.length);

    const struct compare_context contexts[COMPARE_SIDES] = {
        compare_context_of(c, COMPARE_A, a),
        compare_context_of(c, COMPARE_B, b)};

    if (octets_a != octets_b)
        compare_tell(
            c, COMPARE_NO_RFC, NULL, COMPARE_NO_VALUE, COMPARE_NO_VALUE,
            "%llu octets follow the first line in A, %llu in B",
            (unsigned long long)octets_a, (unsigned long long)octets_b);
    else if (!compare_texts(c, in_a, in_b, contexts, RULE(RANDOM) | RULE(DATE)))
        compare_tell(c, COMPARE_NO_RFC, NULL, COMPARE_NO_VALUE,
                     COMPARE_NO_VALUE, "what follows the first line differs");
}

static void pair_within(struct comparison *c, const struct compare_item *a,
                        const struct compare_item *b)
{
    const struct compare_context contexts[COMPARE_SIDES] = {
        compare_context_of(c, COMPARE_A, a->event),
        compare_context_of(c, COMPARE_B, b->event)};
    struct span in_a = first_line(a->event), in_b = first_line(b->event);
    struct span short_a = before_timestamp(in_a);
    struct span short_b = before_timestamp(in_b);
    bool greeting = !a->from_client && a->asked == COMPARE_NONE;

    if (greeting && short_a.length < in_a.length &&
        span_equal(short_a, short_b))
        c->used[RULE_RANDOM]++;
    else if (is_drawn(a) && is_drawn(b))
        c->used[RULE_RANDOM]++;
    else if (!compare_texts(c, in_a, in_b, contexts,
                            RULE(PORT) | RULE(RANDOM) | RULE(DATE)))
        compare_tell(c, COMPARE_NO_RFC, NULL, in_a, in_b,
                     a->from_client ? "they ask for different things"
                                    : "they are answered in different words");
    else
        tell_rest(c, a->event, b->event);
}

static void pair(struct comparison *c, size_t a, size_t b)
{
    const struct compare_item *in_a = compare_item(c, COMPARE_A, a);
    const struct compare_item *in_b = compare_item(c, COMPARE_B, b);

    if (is_imap(in_a->event) && is_imap(in_b->event)) {
        compare_imap.pair(c, a, b);
        return;
    }
    bool other_words = in_a->from_client && purpose_of(in_a->event) != OTHER &&
                       !compare_same_name(in_a->event, in_b->event);

    if (other_words || is_imap(in_a->event) != is_imap(in_b->event))
        pair_across(c, in_a, in_b);
    else
        pair_within(c, in_a, in_b);
}

static void alone(struct comparison *c, int side, size_t item)
{
    if (is_imap(compare_item(c, side, item)->event))
        compare_imap.alone(c, side, item);
    else
        compare_other.alone(c, side, item);
}

const struct compare_protocol compare_pop3 = {.name = "pop3",
                                              .also = "imap",
                                              .likeness = likeness,
                                              .pair = pair,
                                              .alone = alone};
