/* SPDX-License-Identifier: MIT */
/*
 * conn_sealed: bytes that a library encrypts. A conn carries and counts them;
 * what they mean is told beside, by the program that asked for it.
 *
 * The events of a direction cover its stream without a gap: each takes all that
 * has passed since the one before. So the records of both ends, which can't be
 * matched by their content, still are by their place.
 */
#include <string.h>

#include "common/conn_private.h"
#include "common/conn_sealed.h"

/* The first sealed byte follows the last clear one. */
static void sealed_begin(struct conn *c, bool in, uint64_t total)
{
    if (c->sealed[in].to == 0)
        c->sealed[in] = (struct trace_range){total, total};
}

int conn_sealed_send(struct conn *c, const void *data, size_t length)
{
    int status = conn_flush(c);

    if (status < 0)
        return status;
    sealed_begin(c, false, c->said_total);
    if (c->sealed_ns == 0 && c->trace != NULL)
        c->sealed_ns = conn_time_ns();
    c->said_total += length;
    return conn_transmit(c, data, length);
}

size_t conn_sealed_take(struct conn *c, void *data, size_t size)
{
    struct span view = conn_view(c);
    size_t length = view.length < size ? view.length : size;

    sealed_begin(c, true, c->heard_total);
    if (length > 0)
        memcpy(data, view.data, length);
    c->in_start += length;
    c->in_scanned = 0;
    c->heard_total += length;
    return length;
}

/* One sealed packet may hold the news of several events: those after the first
 * find nothing new, and share its place. */
static struct trace_range sealed_range(struct conn *c, bool in)
{
    uint64_t total = in ? c->heard_total : c->said_total;
    struct trace_range *last = &c->sealed[in];

    if (last->to < total)
        *last = (struct trace_range){last->to, total};
    return *last;
}

void conn_sealed_tell_at(struct conn *c, struct where where, struct rfc rfc,
                         enum trace_dir dir, const char *name, struct span text,
                         struct trace_range secret)
{
    bool in = dir == TRACE_DIR_IN;
    struct trace_event event =
        conn_event(c, TRACE_LAYER_APP, dir, name, where, rfc);

    c->where = where;
    c->rfc = rfc;
    event.raw = event.clear = sealed_range(c, in);
    /* Of what we say, the time before its frames left. What left before an
     * answer came, and was not told, is not of what is said after it. */
    event.time_ns = in ? 0 : c->sealed_ns;
    c->sealed_ns = 0;
    event.exact = false;
    event.length = text.length;
    event.data = text;
    if (event.data.length > TRACE_BODY_MAX)
        event.data.length = TRACE_BODY_MAX;
    if (secret.from < secret.to) {
        event.secrets = &secret;
        event.secret_count = 1;
    }
    trace_record(c->trace, &event);
    conn_record_rest(c, dir);
}
