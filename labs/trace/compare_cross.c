/* SPDX-License-Identifier: MIT */
/*
 * compare_cross: messages that cross. Both sides of SSH say their version and
 * their KEXINIT without waiting for the other's (RFC 4253 §4.2, §7.1), and so
 * do they say that a channel ends: data of the other direction may still be on
 * its way then (RFC 4254 §5.3). In Telnet options are agreed upon while keys
 * and text pass (RFC 854 gives them no time of their own). Who is first is
 * chance.
 *
 * Items are paired in one order, so of two messages that have changed places
 * one finds its like and the other is left alone, on both sides. Here the two
 * that were left are found to be one: they stand between the same messages of
 * their own lane, and all that they have passed is what they may pass.
 */
#include <string.h>

#include "labs/trace/compare.h"

static bool is_named(const struct compare_item *item, const char *name)
{
    return compare_is_named(item->event, name);
}

/* ---- what may cross ------------------------------------------------------ */

static bool is_first(const struct compare_item *item)
{
    return is_named(item, "version") || is_named(item, "KEXINIT");
}

/* It waits for nothing, and nothing is said to it. */
static bool is_end(const struct compare_item *item)
{
    return is_named(item, "CHANNEL_EOF") || is_named(item, "CHANNEL_CLOSE") ||
           is_named(item, "DISCONNECT") ||
           (is_named(item, "CHANNEL_REQUEST") &&
            span_begins(item->event->data, "CHANNEL_REQUEST exit-"));
}

static bool is_data(const struct compare_item *item)
{
    return is_named(item, "CHANNEL_DATA") ||
           is_named(item, "CHANNEL_EXTENDED_DATA") || is_named(item, "data");
}

static bool is_telnet(const struct compare_item *item)
{
    return item->event->proto != NULL &&
           strcmp(item->event->proto, "telnet") == 0;
}

/* "SGA" of "WILL SGA"; NULL: it is no option. */
static const char *option_of(const struct compare_item *item)
{
    const char *space = is_telnet(item) && item->event->name != NULL
                            ? strchr(item->event->name, ' ')
                            : NULL;

    return space != NULL ? space + 1 : NULL;
}

/* Each option is agreed upon by itself. ECHO keeps its place: it decides who
 * shows what is typed after it, a password for instance (RFC 857). */
static bool may_pass_option(const char *option, const struct compare_item *y)
{
    const char *other = option_of(y);

    return strcmp(option, "ECHO") != 0 &&
           (is_data(y) || (other != NULL && strcmp(option, other) != 0));
}

static bool may_cross(const struct compare_item *x,
                      const struct compare_item *y)
{
    if (option_of(x) != NULL)
        return may_pass_option(option_of(x), y);
    return (is_first(x) && is_first(y)) ||
           (is_named(x, "NEWKEYS") && is_named(y, "NEWKEYS")) ||
           (is_end(x) && (is_end(y) || is_data(y))) ||
           (is_data(x) && is_end(y));
}

/* ---- where it stands on the other side ----------------------------------- */

static bool is_beside(const struct compare_item *x,
                      const struct compare_item *y)
{
    return x->conn == y->conn && x->protocol == y->protocol;
}

/* What keeps its order: all that one end says; but of Telnet the options and
 * the keys each for themselves, for a program says the ones and a person types
 * the others. */
static bool in_lane(const struct compare_item *x, const struct compare_item *y)
{
    return x->protocol == y->protocol && x->from_client == y->from_client &&
           (!is_telnet(x) || is_data(x) == is_data(y));
}

/* The first item of the connection that is this one's on the other side;
 * COMPARE_NONE: there is none. */
static size_t connection_there(const struct comparison *c, int side,
                               size_t item)
{
    const struct conversation *own = &c->sides[side], *other = &c->sides[!side];
    uint32_t conn = own->items[item].conn;
    size_t there = COMPARE_NONE;

    while (item > 0 && own->items[item - 1].conn == conn)
        item--;
    for (; item < own->count && own->items[item].conn == conn &&
           there == COMPARE_NONE;
         item++)
        there = own->items[item].partner;
    while (there != COMPARE_NONE && there > 0 &&
           other->items[there - 1].conn == other->items[there].conn)
        there--;
    return there;
}

/* Where on the other side to look from: behind the last message of its lane
 * that has a partner. *skip: how many of its name have none and stand
 * in between. */
static size_t look_from(const struct comparison *c, int side, size_t item,
                        size_t *skip)
{
    const struct compare_item *one = compare_item(c, side, item);

    *skip = 0;
    for (size_t i = item; i-- > 0;) {
        const struct compare_item *before = compare_item(c, side, i);
        if (before->conn != one->conn)
            break;
        if (!in_lane(before, one))
            continue;
        if (before->partner != COMPARE_NONE)
            return before->partner;
        *skip += is_named(before, one->event->name);
    }
    return connection_there(c, side, item);
}

/* The item of the other side that is alone too and has the same name and place
 * in its lane; COMPARE_NONE: there is none. */
static size_t find_twin(const struct comparison *c, int side, size_t item)
{
    const struct conversation *other = &c->sides[!side];
    const struct compare_item *one = compare_item(c, side, item);
    size_t skip, first, i;

    if (one->event->name == NULL)
        return COMPARE_NONE;
    first = i = look_from(c, side, item, &skip);
    for (; i < other->count && other->items[i].conn == other->items[first].conn;
         i++) {
        const struct compare_item *its = &other->items[i];
        if (!in_lane(its, one))
            continue;
        if (its->partner == COMPARE_NONE && is_named(its, one->event->name) &&
            skip-- == 0)
            return i;
        if (its->partner != COMPARE_NONE && i > first)
            break;
    }
    return COMPARE_NONE;
}

/* True when all of other lanes that stands before it on one side and
 * behind it on the other, may cross it. */
static bool may_pass_all(const struct comparison *c, int side, size_t item,
                         size_t twin)
{
    const struct conversation *own = &c->sides[side];
    const struct compare_item *one = &own->items[item];

    for (int step = -1; step <= 1; step += 2)
        for (size_t i = item + (size_t)step;
             i < own->count && own->items[i].conn == one->conn;
             i += (size_t)step) {
            const struct compare_item *its = &own->items[i];
            size_t there = its->partner;
            if (!is_beside(its, one) || in_lane(its, one))
                continue;
            if (there == COMPARE_NONE)
                there = find_twin(c, side, i);
            if (there == COMPARE_NONE)
                continue;
            if ((there < twin) == (i < item))
                break;
            if (!may_cross(one, its))
                return false;
        }
    return true;
}

bool compare_crossed(struct comparison *c, int side, size_t item)
{
    size_t twin = find_twin(c, side, item);

    if (twin == COMPARE_NONE || find_twin(c, !side, twin) != item ||
        !may_pass_all(c, side, item, twin))
        return false;
    /* What is in them was not looked at yet, and is once. */
    if (side == COMPARE_A) {
        c->used[RULE_CROSSING]++;
        compare_item(c, side, item)->protocol->pair(c, item, twin);
    }
    return true;
}
