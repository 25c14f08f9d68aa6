/* SPDX-License-Identifier: MIT */
/*
 * compare_telnet: two sessions at a terminal, over Telnet or over SSH. What
 * counts is what was typed and what was shown, and these are streams: where
 * they are cut into messages is chance, or the speed of a hand. So where two
 * pieces differ, the whole of both streams is looked at.
 *
 * Telnet beside SSH: the words typed and shown are comparable, the words about
 * options and keys belong to one of them only, and are told with the reason.
 * SSH beside SSH is left to compare_ssh.c, but for what was typed and shown.
 */
#include <string.h>

#include "labs/trace/compare.h"
#include "labs/trace/lanes.h"

static bool is_ssh(const struct compare_item *item)
{
    return strcmp(item->event->proto, "ssh") == 0;
}

/* A piece of what was typed or shown. */
static bool is_data(const struct compare_item *item)
{
    const char *name = item->event->name;

    return name && strcmp(name, is_ssh(item) ? "CHANNEL_DATA" : "data") == 0;
}

/* ---- streams ------------------------------------------------------------ */

/* The bytes of one direction of one connection, item after item. Ends of lines
 * are LF, whether they came as CR LF, CR NUL or LF (RFC 1123 §3.3.1). */
struct stream {
    const struct conversation *side;
    uint32_t conn;
    bool from_client;
    size_t item, at;
    bool cr; /* the byte before was a CR */
};

static int raw_byte(struct stream *s)
{
    while (s->item < s->side->count) {
        const struct compare_item *item = &s->side->items[s->item];
        if (item->conn == s->conn && item->from_client == s->from_client &&
            item->event->proto && item->event->name && is_data(item) &&
            s->at < item->event->data.length)
            return (unsigned char)item->event->data.data[s->at++];
        s->item++;
        s->at = 0;
    }
    return -1;
}

static int next_byte(struct stream *s)
{
    int byte = raw_byte(s);

    while (s->cr && (byte == '\n' || byte == '\0')) {
        s->cr = false;
        byte = raw_byte(s);
    }
    s->cr = byte == '\r';
    return byte == '\r' ? '\n' : byte;
}

static bool read_streams(const struct comparison *c,
                         const struct compare_item *a,
                         const struct compare_item *b)
{
    struct stream in_a = {
        &c->sides[COMPARE_A], a->conn, a->from_client, 0, 0, false};
    struct stream in_b = {
        &c->sides[COMPARE_B], b->conn, b->from_client, 0, 0, false};
    int byte;

    do {
        byte = next_byte(&in_a);
        if (byte != next_byte(&in_b))
            return false;
    } while (byte >= 0);
    return true;
}

/* One answer serves for all pieces of two streams: to read both again for each
 * would take a session of ten thousand keys a hundred million steps. */
static bool same_streams(struct comparison *c, const struct compare_item *a,
                         const struct compare_item *b)
{
    struct compare_streams *last = &c->streams[a->from_client];

    if (last->conn[COMPARE_A] != a->conn || last->conn[COMPARE_B] != b->conn)
        *last =
            (struct compare_streams){{a->conn, b->conn}, read_streams(c, a, b)};
    return last->same;
}

/* Where the other side has no such connection, a stream of the same direction
 * of its first session stands for it. */
static const struct compare_item *counterpart(const struct comparison *c,
                                              int side,
                                              const struct compare_item *item)
{
    const struct conversation *other = &c->sides[1 - side];

    for (size_t i = 0; i < other->count; i++)
        if (other->items[i].protocol == item->protocol &&
            other->items[i].conn == item->conn)
            return &other->items[i];
    for (size_t i = 0; i < other->count; i++)
        if (other->items[i].protocol == item->protocol)
            return &other->items[i];
    return NULL;
}

/* ---- the protocol ------------------------------------------------------- */

/* The next byte of a text whose lines end in LF; -1: the end. */
static int text_byte(struct span text, size_t *at)
{
    if (*at == text.length)
        return -1;
    char byte = text.data[(*at)++];
    if (byte != '\r')
        return (unsigned char)byte;
    *at +=
        *at < text.length && (text.data[*at] == '\n' || text.data[*at] == '\0');
    return '\n';
}

/* Equal but for the ends of lines. */
static bool same_text(struct span a, struct span b)
{
    size_t in_a = 0, in_b = 0;
    int byte;

    do {
        byte = text_byte(a, &in_a);
        if (byte != text_byte(b, &in_b))
            return false;
    } while (byte >= 0);
    return true;
}

static unsigned telnet_likeness(const struct comparison *c, size_t a, size_t b)
{
    const struct compare_item *in_a = compare_item(c, COMPARE_A, a);
    const struct compare_item *in_b = compare_item(c, COMPARE_B, b);
    bool same = same_text(in_a->event->data, in_b->event->data);

    if (is_data(in_a) != is_data(in_b))
        return 0;
    if (is_data(in_a))
        return same ? COMPARE_LIKE_MOST : COMPARE_LIKE_MOST / 5;
    if (is_ssh(in_a) && is_ssh(in_b))
        return compare_ssh.likeness(c, a, b);
    if (is_ssh(in_a) != is_ssh(in_b) ||
        strcmp(in_a->event->name, in_b->event->name) != 0)
        return 0;
    return same ? COMPARE_LIKE_MOST : COMPARE_LIKE_MOST / 2;
}

static void telnet_pair(struct comparison *c, size_t a, size_t b)
{
    const struct compare_item *in_a = compare_item(c, COMPARE_A, a);
    const struct compare_item *in_b = compare_item(c, COMPARE_B, b);
    struct span text_a = in_a->event->data, text_b = in_b->event->data;

    if (is_ssh(in_a) && is_ssh(in_b) && !is_data(in_a)) {
        compare_ssh.pair(c, a, b);
        return;
    }
    if (span_equal(text_a, text_b))
        return;
    if (is_data(in_a) && same_text(text_a, text_b))
        c->used[RULE_LINE_END]++;
    else if (is_data(in_a) && same_streams(c, in_a, in_b))
        c->used[RULE_PIECES]++;
    else if (is_data(in_a))
        compare_tell(c, COMPARE_NO_RFC, NULL, text_a, text_b,
                     "what was %s differs",
                     in_a->from_client ? "typed" : "shown");
    else
        compare_tell(c, in_a->event->rfc, "each side says it of its own",
                     text_a, text_b, "%s says something else",
                     in_a->event->name);
}

/* Why only one side has this, where the protocols differ. */
static const char *reason(const struct compare_item *item,
                          const struct compare_item *other)
{
    if (!other || is_ssh(item) == is_ssh(other))
        return NULL;
    return is_ssh(item) ? "SSH agrees on keys and asks who is there by "
                          "messages of its own before anything is typed"
                        : "Telnet negotiates in clear what the terminal can "
                          "do; its log-in is text like any other";
}

static void telnet_alone(struct comparison *c, int side, size_t item)
{
    const struct compare_item *one = compare_item(c, side, item);
    const struct compare_item *other = counterpart(c, side, one);
    struct compare_item like = *one;
    const char *why = reason(one, other);
    char label[EVENT_TEXT_MAX];

    if (other && is_data(one)) {
        like.conn = other->conn;
        if (side == COMPARE_A ? same_streams(c, one, &like)
                              : same_streams(c, &like, one)) {
            c->used[RULE_PIECES]++;
            return;
        }
    }
    if (!is_data(one) && compare_crossed(c, side, item))
        return;
    if (is_ssh(one) && (!other || is_ssh(other))) {
        compare_ssh.alone(c, side, item);
        return;
    }
    event_label(one->event, label);
    compare_tell(
        c, why ? one->event->rfc : COMPARE_NO_RFC, why, COMPARE_NO_VALUE,
        COMPARE_NO_VALUE, "only %s %s: %s", compare_side_name(side),
        is_data(one) ? one->from_client ? "types" : "shows" : "says", label);
}

const struct compare_protocol compare_telnet = {.name = "telnet",
                                                .also = "ssh",
                                                .likeness = telnet_likeness,
                                                .pair = telnet_pair,
                                                .alone = telnet_alone};
