/* SPDX-License-Identifier: MIT */
/*
 * notebook: DNS. Which names somebody asks for tells whom he is about to visit,
 * TLS or not.
 */
#include <ldns/ldns.h>

#include "common/limits.h"
#include "labs/trace/lanes.h"
#include "labs/trace/notebook.h"

/* The bytes of a datagram in its stream; nothing if they were not kept. A
 * record may claim any length, so that no sum of two of them is believed. */
static struct span piece_bytes(const struct flow_side *side, size_t index)
{
    const struct flow_piece *piece = &side->pieces[index];

    if (piece->offset > side->length ||
        piece->length > side->length - piece->offset)
        return (struct span){NULL, 0};
    return (struct span){side->bytes + piece->offset, (size_t)piece->length};
}

/* Over UDP a message is a datagram; over TCP it has its length in front
 * (RFC 1035 §4.2.2), and what matters here is the first. */
static struct span first_message(const struct flow *flow, enum flow_end end)
{
    const struct flow_side *side = &flow->sides[end];
    const unsigned char *bytes = (const unsigned char *)side->bytes;

    if (flow->kind == FLOW_UDP)
        return side->piece_count > 0 ? piece_bytes(side, 0)
                                     : (struct span){NULL, 0};
    if (side->length < 2 ||
        side->length - 2 < (size_t)(bytes[0] << 8 | bytes[1]))
        return (struct span){NULL, 0};
    return (struct span){side->bytes, 2 + (size_t)(bytes[0] << 8 | bytes[1])};
}

/* event_label reads a DNS message; what it can't read it calls by its name. */
static bool words_of(struct span message, char text[EVENT_TEXT_MAX])
{
    struct trace_event event = {
        .proto = "dns", .name = "?", .data = message, .length = message.length};

    if (message.length < 12)
        return false;
    event_label(&event, text);
    return text[0] != '?';
}

static bool dns_knows(const struct flow *flow)
{
    char text[EVENT_TEXT_MAX];

    return words_of(first_message(flow, FLOW_CLIENT), text);
}

static void dns_write_side(FILE *to, const struct flow *flow, enum flow_end end)
{
    const struct flow_side *side = &flow->sides[end];
    const char *label = end == FLOW_CLIENT ? "asked" : "answered";
    size_t count = flow->kind == FLOW_UDP ? side->piece_count : 1;
    char text[EVENT_TEXT_MAX];

    for (size_t i = 0; i < count && i < NOTEBOOK_MESSAGES_MAX; i++)
        if (words_of(flow->kind == FLOW_UDP ? piece_bytes(side, i)
                                            : first_message(flow, end),
                     text))
            notebook_line(to, label, "%s", text);
}

static int dns_write(FILE *to, const struct flow *flow, int64_t start_ns,
                     struct error *error)
{
    (void)start_ns;
    (void)error;
    dns_write_side(to, flow, FLOW_CLIENT);
    dns_write_side(to, flow, FLOW_SERVER);
    return 0;
}

const struct notebook_reader notebook_dns = {"DNS, in clear", dns_knows,
                                             dns_write};
