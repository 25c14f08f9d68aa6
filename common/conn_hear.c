/* SPDX-License-Identifier: MIT */
/*
 * conn_hear: bytes in, and the message that a parser has taken from them. The
 * parser says where a message ends; the trace then gets it as one event.
 */
#include <stdio.h>
#include <string.h>

#include "common/conn_private.h"

struct span conn_view(struct conn *c)
{
    return (struct span){c->in + c->in_start, c->in_end - c->in_start};
}

bool conn_at_end(const struct conn *c)
{
    return c->peer_ended && c->in_start == c->in_end;
}

bool conn_end_was_cut(const struct conn *c)
{
    return c->cut;
}

/* Makes room behind what waits. In a download all was taken, and this moves
 * nothing; else what waits is short, for parsers take what they have read. */
static void conn_make_room(struct conn *c)
{
    size_t waiting = c->in_end - c->in_start;

    if (waiting > 0 && c->in_end < CONN_INPUT_MAX / 2)
        return;
    if (waiting > 0 && c->in_start > 0)
        memmove(c->in, c->in + c->in_start, waiting);
    c->in_start = 0;
    c->in_end = waiting;
}

static int conn_fill_clear(struct conn *c)
{
    size_t room = CONN_INPUT_MAX - c->in_end;
    size_t size = room < CONN_RECEIVE_MAX ? room : CONN_RECEIVE_MAX;
    ssize_t got = conn_receive(c, c->in + c->in_end, size);

    if (got < 0)
        return (int)got;
    if (got == 0)
        c->peer_ended = true;
    c->in_end += (size_t)got;
    return 0;
}

int conn_fill(struct conn *c)
{
    size_t waiting = c->in_end - c->in_start;
    int status;

    if (conn_flush(c) < 0)
        return -c->failed;
    /* A parser that asks again after the end would ask for ever. */
    if (c->end_told)
        return conn_fail(c, ERROR_PROTOCOL, 0, RFC("9293", "3.6"),
                         "%s stopped in the middle of a message", c->peer);
    conn_make_room(c);
    if (c->in_end == CONN_INPUT_MAX)
        return conn_fail(c, ERROR_PROTOCOL, 0, RFC("9293", "3.8.6"),
                         "%s sent more than %d bytes that make no message",
                         c->peer, CONN_INPUT_MAX);
    if (!c->peer_ended) {
        status = c->tls != NULL ? conn_tls_fill(c) : conn_fill_clear(c);
        if (status < 0)
            return status;
    }
    c->end_told = c->in_end - c->in_start == waiting;
    return 0;
}

int conn_fill_within(struct conn *c, int64_t ms)
{
    int status;

    c->patience = deadline_in_ms(ms < 0 ? 0 : ms);
    status = conn_fill(c);
    c->patience = 0;
    return status == CONN_SILENT ? 1 : status;
}

void conn_take(struct conn *c, size_t length)
{
    struct span view = conn_view(c);

    if (length > view.length)
        length = view.length;
    if (c->tls != NULL)
        conn_tls_took(c, length);
    conn_message_add(&c->heard, view.data, length);
    c->heard_total += length;
    c->in_start += length;
    c->in_scanned = 0;
}

/* What came in place of a line. */
struct not_a_line {
    char what[80];
    struct span bytes; /* the beginning of it, in the view; may be empty */
};

/* The next line of what has come, taken. */
static enum parse conn_find_line(struct conn *c, size_t max, struct span *line,
                                 struct not_a_line *broken)
{
    struct span view = conn_view(c);
    const char *lf =
        memchr(view.data + c->in_scanned, '\n', view.length - c->in_scanned);
    size_t length = lf != NULL ? (size_t)(lf - view.data) + 1 : view.length;

    if (lf != NULL && (length < 2 || view.data[length - 2] != '\r')) {
        broken->bytes = (struct span){view.data, length};
        snprintf(broken->what, sizeof broken->what,
                 "a line that ends in LF alone, not in CR LF");
        return PARSE_BROKEN;
    }
    /* max bytes and the CR of an ending may wait for their LF. */
    if (length > max + 1 + (lf != NULL)) {
        snprintf(broken->what, sizeof broken->what,
                 "a line of more than %zu bytes", max);
        return PARSE_BROKEN;
    }
    c->in_scanned = view.length;
    if (lf == NULL)
        return PARSE_MORE;
    *line = (struct span){view.data, length - 2};
    conn_take(c, length);
    return PARSE_DONE;
}

/* 0: a line, or the end. 1: something else. */
static int conn_next_line(struct conn *c, size_t max, struct span *line,
                          struct not_a_line *broken)
{
    *line = broken->bytes = (struct span){NULL, 0};
    while (c->failed == 0) {
        enum parse outcome = conn_find_line(c, max, line, broken);

        if (outcome != PARSE_MORE)
            return outcome == PARSE_BROKEN;
        if (conn_at_end(c))
            return 0;
        if (c->peer_ended)
            return conn_fail(c, ERROR_PROTOCOL, 0, c->rfc,
                             "%s stopped in the middle of a line", c->peer);
        conn_fill(c);
    }
    return -c->failed;
}

int conn_read_line(struct conn *c, size_t max, struct span *line)
{
    struct not_a_line broken;
    int result = conn_next_line(c, max, line, &broken);

    if (result != 1)
        return result;
    error_set_peer(c->error, broken.bytes.data, broken.bytes.length);
    return conn_fail(c, ERROR_PROTOCOL, 0, c->rfc, "%s sent %s", c->peer,
                     broken.what);
}

int conn_try_line(struct conn *c, size_t max, struct span *line)
{
    struct not_a_line broken;
    int result = conn_next_line(c, max, line, &broken);

    if (result == 1)
        error_set(c->error, ERROR_PROTOCOL, "%s", broken.what);
    return result;
}

void conn_heard_at(struct conn *c, struct where where, struct rfc rfc,
                   const char *name)
{
    c->where = c->heard.where = where;
    c->rfc = c->heard.rfc = rfc;
    conn_message_name(&c->heard, span_of(name));
    conn_message_record(c, &c->heard, TRACE_DIR_IN);
    conn_record_rest(c, TRACE_DIR_IN);
    conn_message_begin(&c->heard, c->heard_total);
}

/* What came and made no message. Nobody has parsed it, so nobody knows what in
 * it is secret: all of it is masked. */
void conn_hear_rest(struct conn *c)
{
    conn_take(c, conn_view(c).length);
    if (c->heard.length == 0)
        return;
    conn_message_mask(&c->heard, 0, c->heard.length);
    c->heard.note = "these bytes came, and were not read as a message";
    conn_heard_at(c, c->where, c->rfc, "unread");
}

void conn_mask(struct conn *c, size_t offset, size_t length)
{
    conn_message_mask(&c->heard, offset, offset + length);
}

uint64_t conn_heard_length(const struct conn *c)
{
    return c->heard.length;
}
