/* SPDX-License-Identifier: MIT */
/*
 * compare_ssh: two conversations of SSH.
 *
 * In clear, what each side offered is compared list by list, and the host's
 * key; cookies, halves of the key exchange and signatures are drawn by lot.
 * Behind NEWKEYS our own programs tell what they asked and heard, in words.
 */
#include <string.h>

#include "labs/trace/compare.h"
#include "labs/trace/lanes.h"
#include "ssh/ssh.h"

/* Only messages of one name fit; the same words fit best. */
static unsigned likeness(const struct comparison *c, size_t a, size_t b)
{
    const struct trace_event *in_a = compare_event(c, COMPARE_A, a);
    const struct trace_event *in_b = compare_event(c, COMPARE_B, b);

    if (!compare_same_name(in_a, in_b))
        return 0;
    return span_equal(in_a->data, in_b->data) ? COMPARE_LIKE_MOST
                                              : COMPARE_LIKE_MOST / 2;
}

/* ---- the clear part ----------------------------------------------------- */

bool compare_ssh_payload(const struct trace_event *event,
                         struct ssh_message *message)
{
    struct span rest = event->data;
    uint32_t length;
    unsigned padding;

    memset(message, 0, sizeof(*message));
    message->name = event->name;
    if (!ssh_take_u32(&rest, &length) || length > rest.length ||
        !ssh_take_byte(&rest, &padding) || padding + 1 >= length)
        return false;
    message->payload = (struct span){rest.data, length - 1 - padding};
    return true;
}

static void pair_lists(struct comparison *c, const struct ssh_message *a,
                       const struct ssh_message *b)
{
    struct ssh_kexinit in_a, in_b;

    if (ssh_kexinit_read(&in_a, a->payload, NULL) != PARSE_DONE ||
        ssh_kexinit_read(&in_b, b->payload, NULL) != PARSE_DONE)
        return;
    for (size_t i = 0; i < SSH_LISTS; i++)
        if (!span_equal(in_a.lists[i], in_b.lists[i]))
            compare_tell(c, RFC("4253", "7.1"),
                         "of each list the client's first name that the "
                         "server has too is used",
                         in_a.lists[i], in_b.lists[i], "the %s differ",
                         ssh_list_title((enum ssh_list)i));
}

/* ---- what nobody told --------------------------------------------------- */

/* Of another's client only this is known: so many bytes. */
static bool is_sealed(const struct trace_event *event)
{
    return compare_is_named(event, "packets");
}

/* All that this end of the connection said and nobody told the meaning of. */
static uint64_t sealed_bytes(const struct comparison *c, int side,
                             const struct compare_item *like)
{
    const struct conversation *own = &c->sides[side];
    uint64_t bytes = 0;

    for (size_t i = 0; i < own->count; i++)
        if (own->items[i].conn == like->conn &&
            own->items[i].from_client == like->from_client &&
            is_sealed(own->items[i].event))
            bytes += own->items[i].event->length;
    return bytes;
}

static bool same_sealed(const struct comparison *c,
                        const struct compare_item *one)
{
    return sealed_bytes(c, COMPARE_A, one) == sealed_bytes(c, COMPARE_B, one);
}

/* Where it is cut depends on when the other end speaks; how much it is, does
 * not. */
static void pair_sealed(struct comparison *c, const struct compare_item *a,
                        const struct compare_item *b)
{
    if (a->event->length == b->event->length || same_sealed(c, a))
        c->used[a->event->length == b->event->length ? RULE_SSH_RANDOM
                                                     : RULE_PIECES]++;
    else
        compare_tell(c, RFC("4253", "6"), NULL, COMPARE_NO_VALUE,
                     COMPARE_NO_VALUE,
                     "sealed packets of %llu bytes in A, of %llu in B",
                     (unsigned long long)a->event->length,
                     (unsigned long long)b->event->length);
}

/* ---- what differs ------------------------------------------------------- */

static void pair(struct comparison *c, size_t a, size_t b)
{
    const struct trace_event *in_a = compare_event(c, COMPARE_A, a);
    const struct trace_event *in_b = compare_event(c, COMPARE_B, b);
    struct ssh_message one, other;

    const struct compare_context contexts[COMPARE_SIDES] = {
        compare_context_of(c, COMPARE_A, in_a),
        compare_context_of(c, COMPARE_B, in_b)};

    if (compare_texts(c, in_a->data, in_b->data, contexts,
                      compare_is_named(in_a, "version") ? RULE(VERSION) : 0))
        return;
    if (is_sealed(in_a)) {
        pair_sealed(c, compare_item(c, COMPARE_A, a),
                    compare_item(c, COMPARE_B, b));
        return;
    }
    if (!in_a->exact || !in_b->exact || compare_is_named(in_a, "version") ||
        compare_is_named(in_a, "line")) {
        compare_tell(c, in_a->rfc, NULL, in_a->data, in_b->data,
                     "the two say different things: %s", in_a->name);
        return;
    }
    if (!compare_ssh_payload(in_a, &one) || !compare_ssh_payload(in_b, &other))
        return;
    c->used[RULE_SSH_RANDOM]++;
    if (compare_is_named(in_a, "KEXINIT"))
        pair_lists(c, &one, &other);
    else
        compare_ssh_keys(c, a, b);
}

static void alone(struct comparison *c, int side, size_t item)
{
    const struct compare_item *one = compare_item(c, side, item);
    char label[EVENT_TEXT_MAX];

    if (is_sealed(one->event) && same_sealed(c, one)) {
        c->used[RULE_PIECES]++;
        return;
    }
    event_label(one->event, label);
    compare_tell(c, one->event->rfc, NULL, COMPARE_NO_VALUE, COMPARE_NO_VALUE,
                 "only %s's %s says: %s", compare_side_name(side),
                 one->from_client ? "client" : "server", label);
}

const struct compare_protocol compare_ssh = {
    .name = "ssh", .likeness = likeness, .pair = pair, .alone = alone};
