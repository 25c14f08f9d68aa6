/* SPDX-License-Identifier: MIT */
/*
 * compare_below: what stands below the messages of a protocol, and around
 * them: connections, the handshake of TLS, the DNS; and protocols that have no
 * table of their own.
 */
#include <netdb.h>
#include <string.h>

#include "labs/trace/compare.h"
#include "labs/trace/lanes.h"

/* ---- connections -------------------------------------------------------- */

static void address_text(const struct sockaddr_storage *address,
                         char text[NI_MAXHOST])
{
    if (address == NULL ||
        getnameinfo((const struct sockaddr *)address, sizeof(*address), text,
                    NI_MAXHOST, NULL, 0, NI_NUMERICHOST) != 0)
        strcpy(text, "?");
}

static void server_address(const struct trace_event *event,
                           char text[NI_MAXHOST])
{
    address_text(event->local_is_server ? event->local : event->remote, text);
}

static unsigned tcp_likeness(const struct comparison *c, size_t a, size_t b)
{
    char in_a[NI_MAXHOST], in_b[NI_MAXHOST];

    if (compare_opens(compare_item(c, COMPARE_A, a)) !=
        compare_opens(compare_item(c, COMPARE_B, b)))
        return 0;
    server_address(compare_event(c, COMPARE_A, a), in_a);
    server_address(compare_event(c, COMPARE_B, b), in_b);
    return strcmp(in_a, in_b) == 0 ? COMPARE_LIKE_MOST / 4
                                   : COMPARE_LIKE_MOST / 10;
}

static bool same_address(const struct sockaddr_storage *a,
                         const struct sockaddr_storage *b)
{
    return a == b || (a != NULL && b != NULL && memcmp(a, b, sizeof(*a)) == 0);
}

static void tcp_pair(struct comparison *c, size_t a, size_t b)
{
    const struct trace_event *in_a = compare_event(c, COMPARE_A, a);
    const struct trace_event *in_b = compare_event(c, COMPARE_B, b);
    char to_a[NI_MAXHOST], to_b[NI_MAXHOST];

    server_address(in_a, to_a);
    server_address(in_b, to_b);
    if (strcmp(to_a, to_b) != 0)
        compare_tell(c, COMPARE_NO_RFC, NULL, COMPARE_NO_VALUE,
                     COMPARE_NO_VALUE, "A's peer is at %s, B's at %s", to_a,
                     to_b);
    else if (!same_address(in_a->local, in_b->local) ||
             !same_address(in_a->remote, in_b->remote))
        c->used[RULE_PORT]++;
}

/* True when what the peer did not stay to hear, it did not hear on the other
 * side either. */
static bool as_unheard(const struct comparison *c, int side, size_t item)
{
    const struct conversation *own = &c->sides[side];
    const struct compare_item *one = &own->items[item];

    for (size_t i = 0; i < own->count; i++) {
        const struct compare_item *its = &own->items[i];
        if (its->conn != one->conn || its->event->layer != TRACE_LAYER_APP ||
            its->event->dir != TRACE_DIR_OUT ||
            its->event->local_is_server != one->event->local_is_server ||
            its->event->src_heard.file != NULL)
            continue;
        if (its->partner == COMPARE_NONE ||
            compare_event(c, !side, its->partner)->src_heard.file != NULL)
            return false;
    }
    return true;
}

/* Whether the other end had closed the connection when it broke. TCP resets it
 * when the one who closed has not read all (RFC 9293 §3.6.1), or what comes
 * then; who has just read its end before that never learns of it. */
static bool is_reset(const struct comparison *c, int side, size_t item)
{
    const struct trace_event *failed = compare_event(c, side, item);

    for (const struct trace_event *event = c->sides[side].trace->events;
         event < failed; event++)
        if (event->conn == failed->conn && failed->conn != 0 &&
            event->layer == TRACE_LAYER_TCP &&
            compare_is_named(event, "close") &&
            event->local_is_server != failed->local_is_server)
            return as_unheard(c, side, item);
    return false;
}

/* A connection that the other side did without: the answer before may tell
 * why the one that was there could not be used again. */
static void tcp_alone(struct comparison *c, int side, size_t item)
{
    const struct compare_item *one = compare_item(c, side, item);
    const char *name = compare_side_name(side), *why = NULL;
    struct rfc rfc = COMPARE_NO_RFC;
    size_t before = item;

    if (!compare_opens(one) && is_reset(c, side, item)) {
        c->used[RULE_RESET]++;
        return;
    }
    if (!compare_opens(one)) {
        compare_tell(c, one->event->rfc, one->event->note, COMPARE_NO_VALUE,
                     COMPARE_NO_VALUE, "only %s's connection failed", name);
        return;
    }
    while (before > 0 && why == NULL) {
        const struct compare_item *answer = compare_item(c, side, --before);
        if (answer->protocol != &compare_http || answer->from_client)
            continue;
        why = compare_http_ended(c, side, before, &rfc);
        break;
    }
    if (why == NULL)
        rfc = COMPARE_NO_RFC;
    compare_tell(c, rfc, why, COMPARE_NO_VALUE, COMPARE_NO_VALUE,
                 "only %s opens a connection here", name);
}

const struct compare_protocol compare_tcp = {.name = "tcp",
                                             .likeness = tcp_likeness,
                                             .pair = tcp_pair,
                                             .alone = tcp_alone};

/* ---- TLS ---------------------------------------------------------------- */

/* Of a handshake only who says what counts; what was agreed stands in notes,
 * in words, and is compared there. */
static unsigned tls_likeness(const struct comparison *c, size_t a, size_t b)
{
    return compare_same_name(compare_event(c, COMPARE_A, a),
                             compare_event(c, COMPARE_B, b))
               ? COMPARE_LIKE_MOST / 4
               : 0;
}

static void tell_agreed(struct comparison *c, size_t a, size_t b,
                        const char *name)
{
    const struct trace_event *in_a = compare_note(c, COMPARE_A, a, name);
    const struct trace_event *in_b = compare_note(c, COMPARE_B, b, name);

    if (in_a != NULL && in_b != NULL && in_a->note != NULL &&
        in_b->note != NULL && strcmp(in_a->note, in_b->note) != 0)
        compare_tell(c, in_b->rfc, NULL, span_of(in_a->note),
                     span_of(in_b->note), "another %s was agreed upon", name);
}

/* A ClientHello of another length offers other things: its random numbers and
 * key shares have lengths that do not vary. */
static void tls_pair(struct comparison *c, size_t a, size_t b)
{
    static const char *const agreed[] = {"version", "cipher suite", "group",
                                         "signature scheme"};
    const struct trace_event *in_a = compare_event(c, COMPARE_A, a);
    const struct trace_event *in_b = compare_event(c, COMPARE_B, b);

    if (compare_is_named(in_a, "ClientHello") && in_a->length != in_b->length)
        compare_tell(c, RFC("8446", "4.1.2"),
                     "it says what the client can do and whom it wants",
                     COMPARE_NO_VALUE, COMPARE_NO_VALUE,
                     "the ClientHellos offer different things: %llu and %llu "
                     "bytes",
                     (unsigned long long)in_a->length,
                     (unsigned long long)in_b->length);
    else if (!span_equal(in_a->data, in_b->data))
        c->used[RULE_TLS_RANDOM]++;
    for (size_t i = 0; i < sizeof(agreed) / sizeof(agreed[0]); i++)
        if (compare_is_named(in_a, "ServerHello"))
            tell_agreed(c, a, b, agreed[i]);
}

/* A whole handshake that the other side did without is one difference, told
 * at its ClientHello. */
static void tls_alone(struct comparison *c, int side, size_t item)
{
    const struct conversation *in = &c->sides[side];
    const struct compare_item *one = compare_item(c, side, item);
    const char *name = compare_side_name(side);
    char number[32];
    uint64_t bytes = 0;
    size_t messages = 0, at = item;

    if (item > 0 && one[-1].protocol == &compare_tls &&
        one[-1].conn == one->conn && one[-1].partner == COMPARE_NONE)
        return;
    for (; at < in->count && in->items[at].conn == one->conn &&
           in->items[at].protocol == &compare_tls &&
           in->items[at].partner == COMPARE_NONE;
         at++, messages++)
        bytes += in->items[at].event->raw.to - in->items[at].event->raw.from;
    text_number(bytes, number);
    if (compare_is_named(one->event, "ClientHello"))
        compare_tell(c, RFC("8446", "2"),
                     "TLS agrees on keys before the first request, with one "
                     "more round trip; then only the two ends can read",
                     COMPARE_NO_VALUE, COMPARE_NO_VALUE,
                     "only %s is protected by TLS: a handshake of %zu messages "
                     "and %s bytes",
                     name, messages, number);
    else
        compare_tell(c, one->event->rfc, one->event->note, COMPARE_NO_VALUE,
                     COMPARE_NO_VALUE, "only %s has, in the handshake, %s%s",
                     name, one->event->name != NULL ? one->event->name : "this",
                     messages > 1 ? " and what follows it" : "");
}

const struct compare_protocol compare_tls = {.name = "tls",
                                             .likeness = tls_likeness,
                                             .pair = tls_pair,
                                             .alone = tls_alone};

/* ---- the DNS, and whatever else has labels ------------------------------- */

static unsigned label_likeness(const struct comparison *c, size_t a, size_t b)
{
    const struct trace_event *in_a = compare_event(c, COMPARE_A, a);
    const struct trace_event *in_b = compare_event(c, COMPARE_B, b);
    char label_a[EVENT_TEXT_MAX], label_b[EVENT_TEXT_MAX];

    event_label(in_a, label_a);
    event_label(in_b, label_b);
    if (strcmp(label_a, label_b) == 0)
        return COMPARE_LIKE_MOST;
    return compare_same_name(in_a, in_b) ? COMPARE_LIKE_MOST / 4 : 0;
}

static bool tell_labels(struct comparison *c, size_t a, size_t b)
{
    char label_a[EVENT_TEXT_MAX], label_b[EVENT_TEXT_MAX];

    event_label(compare_event(c, COMPARE_A, a), label_a);
    event_label(compare_event(c, COMPARE_B, b), label_b);
    if (strcmp(label_a, label_b) != 0)
        compare_tell(c, COMPARE_NO_RFC, NULL, COMPARE_NO_VALUE,
                     COMPARE_NO_VALUE, "A has: %s; B has: %s", label_a,
                     label_b);
    return strcmp(label_a, label_b) != 0;
}

static void label_alone(struct comparison *c, int side, size_t item)
{
    const struct compare_item *one = compare_item(c, side, item);
    char label[EVENT_TEXT_MAX];

    if (one->asked != COMPARE_NONE &&
        compare_item(c, side, one->asked)->partner == COMPARE_NONE)
        return; /* the question above was told, and means its answer too */
    event_label(one->event, label);
    compare_tell(c, COMPARE_NO_RFC, NULL, COMPARE_NO_VALUE, COMPARE_NO_VALUE,
                 "only %s has %s: %s", compare_side_name(side),
                 one->from_client ? "this question" : "this answer", label);
}

/* What a label of the DNS leaves out is the number of the question and how
 * long each record is good. Over TCP a length stands in front of the number
 * (RFC 1035 §4.2.2), the same on both sides if the labels are. */
static void dns_pair(struct comparison *c, size_t a, size_t b)
{
    enum { NUMBER_END = 4 };
    struct span in_a = compare_event(c, COMPARE_A, a)->data;
    struct span in_b = compare_event(c, COMPARE_B, b)->data;

    if (tell_labels(c, a, b) || span_equal(in_a, in_b))
        return;
    if (in_a.length < NUMBER_END || in_b.length < NUMBER_END)
        return;
    if (memcmp(in_a.data, in_b.data, NUMBER_END) != 0)
        c->used[RULE_DNS_ID]++;
    if (!span_equal(
            (struct span){in_a.data + NUMBER_END, in_a.length - NUMBER_END},
            (struct span){in_b.data + NUMBER_END, in_b.length - NUMBER_END}))
        c->used[RULE_DNS_TTL]++;
}

const struct compare_protocol compare_dns = {.name = "dns",
                                             .likeness = label_likeness,
                                             .pair = dns_pair,
                                             .alone = label_alone};

static void other_pair(struct comparison *c, size_t a, size_t b)
{
    const struct trace_event *in_a = compare_event(c, COMPARE_A, a);
    const struct trace_event *in_b = compare_event(c, COMPARE_B, b);
    const struct compare_context contexts[COMPARE_SIDES] = {
        compare_context_of(c, COMPARE_A, in_a),
        compare_context_of(c, COMPARE_B, in_b)};

    if (!tell_labels(c, a, b) &&
        !compare_texts(c, in_a->data, in_b->data, contexts,
                       RULE(PORT) | RULE(DATE)))
        compare_tell(c, COMPARE_NO_RFC, NULL, COMPARE_NO_VALUE,
                     COMPARE_NO_VALUE, "the messages differ further down");
}

const struct compare_protocol compare_other = {.name = "other",
                                               .likeness = label_likeness,
                                               .pair = other_pair,
                                               .alone = label_alone};
