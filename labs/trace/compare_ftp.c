/* SPDX-License-Identifier: MIT */
/*
 * compare_ftp: two conversations of FTP. Commands are paired by their verb, and
 * the four that prepare a data connection with each other, so that an active
 * transfer stands beside a passive one; replies by the command that they
 * answer; what a data connection carried by the command that it was for.
 *
 * The ports of data connections are drawn anew each time, and are set aside.
 */
#include <ctype.h>
#include <string.h>

#include "labs/trace/compare.h"
#include "labs/trace/lanes.h"

static bool is_data(const struct trace_event *event)
{
    return event->stream != NULL && strcmp(event->stream, "data") == 0;
}

/* 'p' for a passive mode, 'a' for an active one, '-' for any other command. */
static char mode_of(const struct trace_event *command)
{
    static const struct {
        const char *verb;
        char mode;
    } verbs[] = {{"EPSV", 'p'}, {"PASV", 'p'}, {"EPRT", 'a'}, {"PORT", 'a'}};

    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (command->name != NULL && strcmp(command->name, verbs[i].verb) == 0)
            return verbs[i].mode;
    return '-';
}

/* ---- likeness ----------------------------------------------------------- */

static unsigned like_commands(const struct trace_event *a,
                              const struct trace_event *b)
{
    if (compare_same_name(a, b))
        return span_equal(compare_first_line(a), compare_first_line(b))
                   ? COMPARE_LIKE_MOST
                   : COMPARE_LIKE_MOST * 3 / 5;
    return mode_of(a) != '-' && mode_of(b) != '-' ? COMPARE_LIKE_MOST / 2 : 0;
}

static unsigned likeness(const struct comparison *c, size_t a, size_t b)
{
    const struct compare_item *in_a = compare_item(c, COMPARE_A, a);
    const struct compare_item *in_b = compare_item(c, COMPARE_B, b);
    bool same = compare_same_name(in_a->event, in_b->event);

    if (is_data(in_a->event) != is_data(in_b->event))
        return 0;
    if (is_data(in_a->event))
        return same ? COMPARE_LIKE_MOST : COMPARE_LIKE_MOST / 4;
    if (in_a->from_client)
        return like_commands(in_a->event, in_b->event);
    if ((in_a->asked == COMPARE_NONE) != (in_b->asked == COMPARE_NONE))
        return 0;
    if (in_a->asked == COMPARE_NONE)
        return same ? COMPARE_LIKE_MOST : COMPARE_LIKE_MOST / 2;
    unsigned asked =
        like_commands(compare_item(c, COMPARE_A, in_a->asked)->event,
                      compare_item(c, COMPARE_B, in_b->asked)->event);
    return asked > 0 ? asked / 2 + (same ? COMPARE_LIKE_MOST / 2 : 1) : 0;
}

/* ---- what differs ------------------------------------------------------- */

/* The same but for the numbers in them: an address, a port, a size. */
static bool same_but_numbers(struct span a, struct span b)
{
    size_t at_a = 0, at_b = 0;

    while (at_a < a.length && at_b < b.length) {
        bool digit = isdigit((unsigned char)a.data[at_a]);

        if (digit != (bool)isdigit((unsigned char)b.data[at_b]))
            return false;
        if (!digit && a.data[at_a++] != b.data[at_b++])
            return false;
        while (digit && at_a < a.length && isdigit((unsigned char)a.data[at_a]))
            at_a++;
        while (digit && at_b < b.length && isdigit((unsigned char)b.data[at_b]))
            at_b++;
    }
    return at_a == a.length && at_b == b.length;
}

/* Names a port that was drawn: the commands of both modes, 227 and 229; 425
 * says to which no connection could be made. */
static bool draws_port(const struct trace_event *event)
{
    return mode_of(event) != '-' ||
           (event->name != NULL && (strcmp(event->name, "227") == 0 ||
                                    strcmp(event->name, "229") == 0 ||
                                    strcmp(event->name, "425") == 0));
}

static void tell_modes(struct comparison *c, const struct trace_event *a,
                       const struct trace_event *b)
{
    bool active_a = mode_of(a) == 'a';

    if (mode_of(a) == mode_of(b))
        compare_tell(c, RFC("2428", "1"),
                     "both commands prepare the same; the E form names no IPv4 "
                     "address where none is needed, and knows IPv6",
                     compare_first_line(a), compare_first_line(b),
                     "the data connection is prepared in different words");
    else
        compare_tell(c, RFC("959", "3.2"),
                     "in active mode the server opens the data connection, in "
                     "passive mode the client does",
                     compare_first_line(a), compare_first_line(b),
                     "%s is active, %s passive", active_a ? "A" : "B",
                     active_a ? "B" : "A");
}

/* The same but for what is of the day: a listing has dates. */
static bool same_texts(struct comparison *c, const struct trace_event *a,
                       struct span in_a, const struct trace_event *b,
                       struct span in_b)
{
    const struct compare_context contexts[COMPARE_SIDES] = {
        compare_context_of(c, COMPARE_A, a),
        compare_context_of(c, COMPARE_B, b)};

    return compare_texts(c, in_a, in_b, contexts, RULE(DATE) | RULE(RANDOM));
}

static void tell_data(struct comparison *c, const struct trace_event *a,
                      const struct trace_event *b)
{
    bool whole = a->data.length == a->length && b->data.length == b->length;

    if (whole && same_texts(c, a, a->data, b, b->data))
        return;
    if (a->length != b->length)
        compare_tell(
            c, COMPARE_NO_RFC, NULL, COMPARE_NO_VALUE, COMPARE_NO_VALUE,
            "the data connection carried %llu bytes in A, %llu in B",
            (unsigned long long)a->length, (unsigned long long)b->length);
    else if (!span_equal(a->data, b->data))
        compare_tell(c, COMPARE_NO_RFC, NULL, COMPARE_NO_VALUE,
                     COMPARE_NO_VALUE,
                     "as many bytes on the data connection, but not the same");
}

static void pair(struct comparison *c, size_t a, size_t b)
{
    const struct compare_item *item = compare_item(c, COMPARE_A, a);
    const struct trace_event *in_a = item->event;
    const struct trace_event *in_b = compare_item(c, COMPARE_B, b)->event;
    struct span line_a = compare_first_line(in_a),
                line_b = compare_first_line(in_b);

    if (is_data(in_a)) {
        tell_data(c, in_a, in_b);
    } else if (item->from_client && !compare_same_name(in_a, in_b)) {
        tell_modes(c, in_a, in_b);
    } else if (same_texts(c, in_a, line_a, in_b, line_b)) {
        if (in_a->length != in_b->length)
            compare_tell(c, COMPARE_NO_RFC, NULL, COMPARE_NO_VALUE,
                         COMPARE_NO_VALUE,
                         "what follows the first line differs");
    } else if (draws_port(in_a) && draws_port(in_b) &&
               same_but_numbers(line_a, line_b)) {
        c->used[RULE_PORT]++;
    } else {
        compare_tell(c, COMPARE_NO_RFC, NULL, line_a, line_b,
                     item->from_client ? "they ask for different things"
                                       : "they are answered in different "
                                         "words");
    }
}

static void alone(struct comparison *c, int side, size_t item)
{
    compare_other.alone(c, side, item);
}

const struct compare_protocol compare_ftp = {
    .name = "ftp", .likeness = likeness, .pair = pair, .alone = alone};
