/* SPDX-License-Identifier: MIT */
/*
 * compare: from two traces to rows and differences. The contract is in
 * compare.h; who is paired with whom is decided in compare_align.c, and what a
 * pair differs in by its protocol.
 */
#include "labs/trace/compare.h"
#include "common/address.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- which protocol ----------------------------------------------------- */

/* IMAP and SSH are not here: a visit to a mailbox, or a session at a terminal,
 * is compared across both of its protocols (`also`), and POP3 and Telnet hand
 * on what is of the other alone. */
static const struct compare_protocol *const protocols[] = {
    &compare_http, &compare_dns, &compare_smtp,
    &compare_pop3, &compare_ftp, &compare_telnet};

static const struct compare_protocol *
protocol_of(const struct trace_event *event)
{
    if (event->layer == TRACE_LAYER_TCP)
        return &compare_tcp;
    if (event->layer == TRACE_LAYER_TLS)
        return &compare_tls;
    for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
        if (event->proto != NULL &&
            (strcmp(event->proto, protocols[i]->name) == 0 ||
             (protocols[i]->also != NULL &&
              strcmp(event->proto, protocols[i]->also) == 0)))
            return protocols[i];
    return &compare_other;
}

/* ---- items -------------------------------------------------------------- */

/* Of a connection its beginning counts, or that there was none. Its end does
 * not: who of two that have said all closes first is chance. */
static bool is_item(struct comparison *c, const struct trace_event *event)
{
    if (event->layer == TRACE_LAYER_TCP)
        return compare_is_named(event, "connect") ||
               compare_is_named(event, "accept") ||
               compare_is_named(event, "failed");
    if (event->layer == TRACE_LAYER_SOCKET || event->dir == TRACE_DIR_NOTE)
        return false;
    if (event->layer != TRACE_LAYER_TLS)
        return true;
    if (compare_is_named(event, "NewSessionTicket")) {
        c->used[RULE_TLS_TICKET]++;
        return false;
    }
    if (compare_is_named(event, "close_notify")) {
        c->used[RULE_TLS_CLOSE]++;
        return false;
    }
    return true;
}

static struct compare_item item_of(const struct trace_event *event)
{
    bool own = event->dir != TRACE_DIR_IN;
    bool opens = event->layer == TRACE_LAYER_TCP;

    return (struct compare_item){.event = event,
                                 .protocol = protocol_of(event),
                                 .from_client =
                                     opens || own != event->local_is_server,
                                 .asked = COMPARE_NONE};
}

static int by_number(const void *a, const void *b)
{
    const struct compare_item *x = a, *y = b;

    if (x->event->conn != y->event->conn)
        return x->event->conn < y->event->conn ? -1 : 1;
    return x->event < y->event ? -1 : x->event > y->event;
}

/* Connections in the order in which they began: for that, `asked` holds the
 * place of the connection's first event in the trace. */
static int by_beginning(const void *a, const void *b)
{
    const struct compare_item *x = a, *y = b;

    if (x->asked != y->asked)
        return x->asked < y->asked ? -1 : 1;
    return x->event < y->event ? -1 : x->event > y->event;
}

static void sort_items(struct conversation *side)
{
    struct compare_item *items = side->items;
    uint32_t conn = 0;

    qsort(items, side->count, sizeof(*items), by_number);
    for (size_t i = 0; i < side->count; i++) {
        bool begins =
            i == 0 || items[i].event->conn != items[i - 1].event->conn;
        items[i].asked = begins ? (size_t)(items[i].event - side->trace->events)
                                : items[i - 1].asked;
    }
    qsort(items, side->count, sizeof(*items), by_beginning);
    for (size_t i = 0; i < side->count; i++) {
        conn += i == 0 || items[i].event->conn != items[i - 1].event->conn;
        items[i].conn = conn;
    }
}

bool compare_opens(const struct compare_item *item)
{
    return item->protocol == &compare_tcp &&
           !compare_is_named(item->event, "failed");
}

/* Where both ends recorded, a connection begins twice, and fails twice: once
 * is enough. */
static void drop_second_openings(struct conversation *side)
{
    struct compare_item *items = side->items;
    size_t kept = 0;
    bool seen[2] = {false, false}; /* a failure, a beginning */

    for (size_t i = 0; i < side->count; i++) {
        bool opens = compare_opens(&items[i]);
        if (kept == 0 || items[i].conn != items[kept - 1].conn)
            seen[false] = seen[true] = false;
        if (items[i].protocol == &compare_tcp) {
            if (seen[opens])
                continue;
            seen[opens] = true;
        }
        items[kept++] = items[i];
    }
    side->count = kept;
}

/* An answer belongs to the oldest question of its connection that has none; an
 * interim one leaves the question open (RFC 9110 §15.2). */
static void find_questions(struct conversation *side)
{
    struct compare_item *items = side->items;
    size_t open = 0;

    for (size_t i = 0; i < side->count; i++) {
        bool interim =
            items[i].event->name != NULL && items[i].event->name[0] == '1';
        items[i].asked = COMPARE_NONE;
        if (items[i].from_client)
            continue;
        while (open < i &&
               (items[open].conn != items[i].conn || !items[open].from_client ||
                items[open].protocol != items[i].protocol))
            open++;
        if (open < i)
            items[i].asked = open;
        open += open < i && !interim;
    }
}

static int conversation_read(struct comparison *c, int side,
                             const struct trace_file *trace,
                             struct error *error)
{
    struct conversation *conversation = &c->sides[side];

    conversation->trace = trace;
    conversation->items =
        calloc(trace->event_count + 1, sizeof(*conversation->items));
    if (conversation->items == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory");
    for (size_t i = 0; i < trace->event_count; i++)
        if (is_item(c, &trace->events[i]))
            conversation->items[conversation->count++] =
                item_of(&trace->events[i]);
    if (conversation->count == 0)
        return error_set(error, ERROR_LOCAL,
                         "%s: no program recorded a message there, there are "
                         "%zu frames only",
                         compare_side_name(side), trace->frame_count);
    sort_items(conversation);
    drop_second_openings(conversation);
    find_questions(conversation);
    conversation_total(conversation);
    return 0;
}

/* ---- for the protocols -------------------------------------------------- */

const char *compare_side_name(int side)
{
    return side == COMPARE_A ? "A" : "B";
}

const struct compare_item *compare_item(const struct comparison *c, int side,
                                        size_t item)
{
    return &c->sides[side].items[item];
}

const struct trace_event *compare_event(const struct comparison *c, int side,
                                        size_t item)
{
    return compare_item(c, side, item)->event;
}

bool compare_is_named(const struct trace_event *event, const char *name)
{
    return event->name != NULL && strcmp(event->name, name) == 0;
}

bool compare_same_name(const struct trace_event *a, const struct trace_event *b)
{
    return a->name != NULL && compare_is_named(b, a->name);
}

struct span compare_first_line(const struct trace_event *event)
{
    struct span text = event->data, line = SPAN("");

    span_take_line(&text, &line);
    return line;
}

const struct trace_event *compare_note(const struct comparison *c, int side,
                                       size_t item, const char *name)
{
    const struct trace_file *trace = c->sides[side].trace;
    uint32_t conn = compare_item(c, side, item)->event->conn;

    for (const struct trace_event *event = compare_item(c, side, item)->event;
         event < trace->events + trace->event_count; event++)
        if (event->conn == conn && event->dir == TRACE_DIR_NOTE &&
            compare_is_named(event, name))
            return event;
    return NULL;
}

uint16_t compare_port(const struct trace_event *event)
{
    return address_port(event->local_is_server ? event->local : event->remote);
}

struct compare_context compare_context_of(const struct comparison *c, int side,
                                          const struct trace_event *event)
{
    return (struct compare_context){.port = compare_port(event),
                                    .start_s = c->sides[side].trace->start_ns /
                                               1000000000};
}

static void __attribute__((format(printf, 3, 0)))
tell(struct comparison *c, struct compare_difference difference,
     const char *format, va_list arguments)
{
    if (c->difference_count == c->difference_capacity) {
        size_t capacity = c->difference_capacity * 2 + 16;
        struct compare_difference *more =
            realloc(c->differences, capacity * sizeof(*more));
        if (more == NULL) {
            c->exhausted = true;
            return;
        }
        c->differences = more;
        c->difference_capacity = capacity;
    }
    if (vasprintf(&difference.what, format, arguments) < 0)
        c->exhausted = true;
    else
        c->differences[c->difference_count++] = difference;
}

void compare_tell(struct comparison *c, struct rfc rfc, const char *why,
                  struct span a, struct span b, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    tell(c, (struct compare_difference){NULL, why, rfc, a, b}, format,
         arguments);
    va_end(arguments);
}

void compare_tell_term(struct comparison *c, const struct term *term,
                       struct span a, struct span b, const char *format, ...)
{
    struct rfc rfc = term != NULL ? term->rfc : COMPARE_NO_RFC;
    const char *why = term != NULL ? term->sentence : NULL;
    va_list arguments;

    va_start(arguments, format);
    tell(c, (struct compare_difference){NULL, why, rfc, a, b}, format,
         arguments);
    va_end(arguments);
}

/* ---- the comparison ----------------------------------------------------- */

static void note_partners(struct comparison *c)
{
    for (size_t i = 0; i < c->row_count; i++)
        for (int side = 0; side < COMPARE_SIDES; side++)
            if (c->rows[i].at[side] != COMPARE_NONE)
                c->sides[side].items[c->rows[i].at[side]].partner =
                    c->rows[i].at[!side];
}

static void look_at(struct comparison *c, struct compare_row *row)
{
    row->first = c->difference_count;
    if (row->at[COMPARE_A] != COMPARE_NONE &&
        row->at[COMPARE_B] != COMPARE_NONE) {
        compare_item(c, COMPARE_A, row->at[COMPARE_A])
            ->protocol->pair(c, row->at[COMPARE_A], row->at[COMPARE_B]);
        row->same = c->difference_count == row->first;
    } else {
        int side = row->at[COMPARE_A] != COMPARE_NONE ? COMPARE_A : COMPARE_B;
        compare_item(c, side, row->at[side])
            ->protocol->alone(c, side, row->at[side]);
    }
    row->count = c->difference_count - row->first;
}

int comparison_make(struct comparison *c, const struct trace_file *a,
                    const struct trace_file *b, struct error *error)
{
    int result;

    memset(c, 0, sizeof(*c));
    result = conversation_read(c, COMPARE_A, a, error);
    if (result == 0)
        result = conversation_read(c, COMPARE_B, b, error);
    if (result == 0)
        result = comparison_align(c, error);
    if (result < 0)
        return result;
    note_partners(c);
    for (size_t i = 0; i < c->row_count; i++)
        look_at(c, &c->rows[i]);
    if (c->exhausted)
        return error_set(error, ERROR_LOCAL, "out of memory");
    return 0;
}

void comparison_free(struct comparison *c)
{
    for (size_t i = 0; i < c->difference_count; i++)
        free(c->differences[i].what);
    free(c->differences);
    free(c->rows);
    for (int side = 0; side < COMPARE_SIDES; side++)
        free(c->sides[side].items);
}
