/* SPDX-License-Identifier: MIT */
/*
 * reproduce_order: the events of a trace in an order that chance has no hand
 * in. The contract is in reproduce.h.
 *
 * Time alone is no such order: while a message is on its way both hosts go on,
 * and who of them is first with a note is a matter of microseconds. But each
 * host has an order of its own, and a message is sent before it is heard.
 * So a conversation is the row of its messages (the slots), and what a host
 * notes stands before the next one of its own, however early it was.
 */
#include <stdlib.h>
#include <string.h>

#include "labs/trace/lanes.h"
#include "labs/trace/reproduce.h"

enum { HOSTS_MAX = 64 };

/* Where in a slot an event stands. */
enum place { PLACE_BEFORE, PLACE_MESSAGE, PLACE_ACCEPTED };

struct entry {
    struct trace_event event;
    size_t index;          /* in the order of time */
    uint32_t conversation; /* the connection that it began with */
    size_t first;          /* index of that one's first event */
    int64_t sent_ns;       /* of a message: no later than what it caused */
    size_t slot, host;
    size_t turn; /* of its host in this conversation: who speaks first, first */
    enum place place;
};

static bool is_named(const struct trace_event *event, const char *name)
{
    return event->name != NULL && strcmp(event->name, name) == 0;
}

static bool is_text(const char *text, const char *wanted)
{
    return text != NULL && strcmp(text, wanted) == 0;
}

/* Where bytes are cut, when a ticket comes and who takes leave first is not for
 * the programs to say: the rules "pieces", "session ticket", "close notify". */
static bool is_left_out(const struct trace_event *event)
{
    return event->layer == TRACE_LAYER_SOCKET ||
           (event->layer == TRACE_LAYER_TLS &&
            (is_named(event, "NewSessionTicket") ||
             is_named(event, "close_notify")));
}

static bool from_server(const struct trace_event *event)
{
    return (event->dir == TRACE_DIR_OUT) == event->local_is_server;
}

static bool is_connect(const struct trace_event *event)
{
    return event->layer == TRACE_LAYER_TCP && is_named(event, "connect");
}

static bool is_accept(const struct trace_event *event)
{
    return event->layer == TRACE_LAYER_TCP && is_named(event, "accept");
}

static bool is_message(const struct trace_event *event)
{
    return is_connect(event) ||
           (event->dir != TRACE_DIR_NOTE && event->layer != TRACE_LAYER_TCP);
}

/* ---- conversations ------------------------------------------------------ */

/* By name, in order of appearance; those that are too many share a number. */
static void number_hosts(struct entry *entries, size_t count)
{
    const char *hosts[HOSTS_MAX] = {""};
    size_t known = 0;

    for (size_t i = 0; i < count; i++) {
        const char *name =
            entries[i].event.host != NULL ? entries[i].event.host : "";
        size_t host = 0;
        while (host < known && strcmp(hosts[host], name) != 0)
            host++;
        if (host == known && known < HOSTS_MAX)
            hosts[known++] = name;
        entries[i].host = host < HOSTS_MAX ? host : HOSTS_MAX - 1;
    }
}

/* A data connection of FTP belongs to the commands before it. */
static void find_conversations(struct entry *entries, size_t count)
{
    uint32_t control = 0;

    for (size_t i = 0; i < count; i++) {
        const struct trace_event *event = &entries[i].event;
        bool ftp = is_text(event->proto, "ftp") && event->conn != 0;

        if (ftp && is_text(event->stream, "control"))
            control = event->conn;
        entries[i].conversation =
            ftp && is_text(event->stream, "data") ? control : event->conn;
    }
}

/* What a host notes without a connection is about the next one that it has. */
static void adopt_notes(struct entry *entries, size_t count)
{
    uint32_t next[HOSTS_MAX] = {0};

    for (size_t i = count; i-- > 0;)
        if (entries[i].conversation == 0)
            entries[i].conversation = next[entries[i].host];
        else
            next[entries[i].host] = entries[i].conversation;
}

static int by_conversation(const void *a, const void *b)
{
    const struct entry *one = a, *other = b;

    if (one->conversation != other->conversation)
        return one->conversation < other->conversation ? -1 : 1;
    return one->index < other->index ? -1 : 1;
}

static int by_beginning(const void *a, const void *b)
{
    const struct entry *one = a, *other = b;

    if (one->first != other->first)
        return one->first < other->first ? -1 : 1;
    return one->index < other->index ? -1 : 1;
}

/* One stretch of the entries a conversation, in the order in which they
 * began. */
static void part(struct entry *entries, size_t count)
{
    qsort(entries, count, sizeof(*entries), by_conversation);
    for (size_t i = 0; i < count; i++)
        entries[i].first =
            i > 0 && entries[i].conversation == entries[i - 1].conversation
                ? entries[i - 1].first
                : entries[i].index;
    qsort(entries, count, sizeof(*entries), by_beginning);
}

/* ---- slots -------------------------------------------------------------- */

static int by_sending(const void *a, const void *b)
{
    const struct entry *const *one = a, *const *other = b;

    if ((*one)->sent_ns != (*other)->sent_ns)
        return (*one)->sent_ns < (*other)->sent_ns ? -1 : 1;
    return (*one)->index < (*other)->index ? -1 : 1;
}

/* Both sides of SSH say the same at once, and neither waits for the other (RFC
 * 4253 §4.2, §7.1): here the client is first. */
static void settle_pairs(struct entry **messages, size_t count)
{
    for (size_t i = 0; i + 1 < count; i++) {
        struct entry *one = messages[i], *next = messages[i + 1];
        if (!is_text(one->event.proto, "ssh") || one->event.name == NULL ||
            !is_named(&next->event, one->event.name) ||
            !from_server(&one->event) || from_server(&next->event))
            continue;
        messages[i++] = next;
        messages[i] = one;
    }
}

/* The caller of connect(2) may be told late that it has a connection: nothing
 * of that connection was before it. */
static void date_connects(struct entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        entries[i].sent_ns = entries[i].event.time_ns;
        if (!is_connect(&entries[i].event))
            continue;
        for (size_t k = 0; k < i; k++)
            if (entries[k].event.conn == entries[i].event.conn &&
                entries[k].event.time_ns < entries[i].sent_ns)
                entries[i].sent_ns = entries[k].event.time_ns;
    }
}

/* Beside the connect that it answers; without one it is a note like others. */
static void place_accept(struct entry *entries, size_t count, size_t at)
{
    for (size_t i = 0; i < count; i++)
        if (is_connect(&entries[i].event) &&
            entries[i].event.conn == entries[at].event.conn) {
            entries[at].slot = entries[i].slot;
            entries[at].place = PLACE_ACCEPTED;
            return;
        }
}

/* Who is first with a note is chance; who speaks first is not. */
static void take_turns(struct entry *entries, size_t count,
                       struct entry *const *messages, size_t slots)
{
    size_t turns[HOSTS_MAX], next = 0;

    for (size_t host = 0; host < HOSTS_MAX; host++)
        turns[host] = HOSTS_MAX;
    for (size_t slot = 0; slot < slots; slot++)
        if (turns[messages[slot]->host] == HOSTS_MAX)
            turns[messages[slot]->host] = next++;
    for (size_t i = 0; i < count; i++)
        entries[i].turn = turns[entries[i].host];
}

/* From the last to the first: before which message each note stands. */
static void place_notes(struct entry *entries, size_t count, size_t slots)
{
    size_t next[HOSTS_MAX];

    for (size_t host = 0; host < HOSTS_MAX; host++)
        next[host] = slots;
    for (size_t i = count; i-- > 0;) {
        if (is_message(&entries[i].event)) {
            next[entries[i].host] = entries[i].slot;
            continue;
        }
        entries[i].slot = next[entries[i].host];
        entries[i].place = PLACE_BEFORE;
        if (is_accept(&entries[i].event))
            place_accept(entries, count, i);
    }
}

static int by_slot(const void *a, const void *b)
{
    const struct entry *one = a, *other = b;

    if (one->slot != other->slot)
        return one->slot < other->slot ? -1 : 1;
    if (one->place != other->place)
        return one->place < other->place ? -1 : 1;
    if (one->turn != other->turn)
        return one->turn < other->turn ? -1 : 1;
    return one->index < other->index ? -1 : 1;
}

/* `messages` has room for `count` of them. */
static void order_conversation(struct entry *entries, size_t count,
                               struct entry **messages)
{
    size_t slots = 0;

    date_connects(entries, count);
    for (size_t i = 0; i < count; i++)
        if (is_message(&entries[i].event))
            messages[slots++] = &entries[i];
    qsort(messages, slots, sizeof(*messages), by_sending);
    settle_pairs(messages, slots);
    for (size_t slot = 0; slot < slots; slot++) {
        messages[slot]->slot = slot;
        messages[slot]->place = PLACE_MESSAGE;
    }
    take_turns(entries, count, messages, slots);
    place_notes(entries, count, slots);
    qsort(entries, count, sizeof(*entries), by_slot);
}

/* ---- connections -------------------------------------------------------- */

static int by_conn(const void *a, const void *b)
{
    const struct entry *const *one = a, *const *other = b;

    if ((*one)->event.conn != (*other)->event.conn)
        return (*one)->event.conn < (*other)->event.conn ? -1 : 1;
    return *one < *other ? -1 : *one > *other;
}

static int by_first(const void *a, const void *b)
{
    const struct entry *const *one = a, *const *other = b;

    if ((*one)->first != (*other)->first)
        return (*one)->first < (*other)->first ? -1 : 1;
    return *one < *other ? -1 : *one > *other;
}

/* Bytes of TCP that a message took which no message before it had; under TLS as
 * if it had a record of its own, for where a stream is cut into records is the
 * library's choice (RFC 8446 §5.1). */
static uint64_t size_of(const struct trace_event *event, uint64_t was_to)
{
    enum { RECORD = 5 + 1 + 16 }; /* header, type, tag */
    uint64_t from = event->raw.from > was_to ? event->raw.from : was_to;

    if (reproduce_is_drawn(event))
        return 0;
    if (event_kind(event) == EVENT_ENCRYPTED && event->exact)
        return event->clear.to - event->clear.from + RECORD;
    return event->raw.to > from ? event->raw.to - from : 0;
}

/* In a stream without what was left out of it, and where what was drawn by lot
 * has no length, each message stands where the one before it ends. */
static void lay_out(struct trace_event *event, uint64_t *was_to, uint64_t *to)
{
    uint64_t size = size_of(event, *was_to);
    uint64_t whole = event->raw.to - event->raw.from;

    if (whole == 0)
        return;
    *was_to = event->raw.to > *was_to ? event->raw.to : *was_to;
    whole = size == 0 || whole < size ? size : whole;
    *to += size;
    event->raw = (struct trace_range){*to > whole ? *to - whole : 0, *to};
}

/* From 1, in the order in which they appear; 0 stays. `all` has room for every
 * entry. */
static void number_connections(struct entry *entries, size_t count,
                               struct entry **all)
{
    uint64_t was_to[2] = {0, 0}, to[2] = {0, 0};
    uint32_t number = 0;

    for (size_t i = 0; i < count; i++)
        all[i] = &entries[i];
    qsort(all, count, sizeof(struct entry *), by_conn);
    for (size_t i = 0; i < count; i++)
        all[i]->first = i > 0 && all[i]->event.conn == all[i - 1]->event.conn
                            ? all[i - 1]->first
                            : (size_t)(all[i] - entries);
    qsort(all, count, sizeof(struct entry *), by_first);
    for (size_t i = 0; i < count; i++) {
        struct trace_event *event = &all[i]->event;
        bool begins = all[i] == &entries[all[i]->first];
        bool side = from_server(event);
        if (begins)
            was_to[0] = was_to[1] = to[0] = to[1] = 0;
        lay_out(event, &was_to[side], &to[side]);
        if (event->conn != 0)
            event->conn = number += begins;
    }
}

/* ---- the whole ---------------------------------------------------------- */

static size_t take_events(const struct trace_file *trace, struct entry *entries)
{
    size_t count = 0;

    for (size_t i = 0; i < trace->event_count; i++)
        if (!is_left_out(&trace->events[i]))
            entries[count++] =
                (struct entry){.event = trace->events[i], .index = i};
    return count;
}

static void order(struct trace_file *trace, struct entry *entries,
                  struct entry **messages)
{
    size_t count = take_events(trace, entries);

    number_hosts(entries, count);
    find_conversations(entries, count);
    adopt_notes(entries, count);
    part(entries, count);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1;
             to < count && entries[to].first == entries[from].first; to++)
            continue;
        order_conversation(entries + from, to - from, messages);
    }
    number_connections(entries, count, messages);
    for (size_t i = 0; i < count; i++)
        trace->events[i] = entries[i].event;
    trace->event_count = count;
}

bool reproduce_order(struct trace_file *trace)
{
    size_t room = trace->event_count + 1;
    struct entry *entries = calloc(room, sizeof(*entries));
    struct entry **messages = calloc(room, sizeof(struct entry *));
    bool done = entries != NULL && messages != NULL;

    if (done)
        order(trace, entries, messages);
    free(messages);
    free(entries);
    return done;
}
