/* SPDX-License-Identifier: MIT */
/*
 * compare_total: what a conversation cost. Bytes are those of the TCP streams
 * (and of the datagrams of the DNS), with all that TLS adds; the headers of
 * segments and what was sent again are the network's, not the conversation's.
 */

#include "labs/trace/compare.h"
#include "labs/trace/lanes.h"

/* A record in clear is its message and five bytes (RFC 8446 §5.1); a hidden one
 * has a tag as well, whatever the version. */
static bool is_readable(const struct trace_event *event)
{
    enum { RECORD_HEADER = 5 };

    switch (event_kind(event)) {
    case EVENT_CLEAR:
    case EVENT_NAMES:
        return true;
    case EVENT_TLS:
        return event->raw.to - event->raw.from <= event->length + RECORD_HEADER;
    default:
        return false;
    }
}

/* Items of one connection stand together, and each says how far its direction
 * of the stream has come with it: the farthest counts. */
static void count_bytes(struct conversation *side)
{
    uint64_t farthest[2] = {0, 0};

    for (size_t i = 0; i < side->count; i++) {
        const struct compare_item *item = &side->items[i];
        const struct trace_event *event = item->event;
        uint64_t *far = &farthest[item->from_client];
        if (event->raw.to > *far)
            *far = event->raw.to;
        if (is_readable(event))
            side->total.readable += event->length;
        if (i + 1 == side->count || item->conn != side->items[i + 1].conn) {
            side->total.sent += farthest[true];
            side->total.received += farthest[false];
            farthest[true] = farthest[false] = 0;
        }
    }
}

/* Each time that a server speaks after its client did. */
static void count_round_trips(struct conversation *side)
{
    bool asked = false;

    for (size_t i = 0; i < side->count; i++) {
        const struct compare_item *item = &side->items[i];
        if (i == 0 || item->conn != side->items[i - 1].conn)
            asked = false;
        if (item->protocol == &compare_tcp) {
            /* SYN, and the SYN that answers it */
            side->total.round_trips += compare_opens(item);
            side->total.connections += compare_opens(item);
        } else if (item->from_client) {
            asked = true;
        } else {
            side->total.round_trips += asked;
            asked = false;
        }
    }
}

void conversation_total(struct conversation *side)
{
    int64_t first = INT64_MAX, last = INT64_MIN;

    count_bytes(side);
    count_round_trips(side);
    for (size_t i = 0; i < side->count; i++) {
        int64_t time = side->items[i].event->time_ns;
        first = time < first ? time : first;
        last = time > last ? time : last;
    }
    side->total.time_ns = last - first;
}
