/* SPDX-License-Identifier: MIT */
/*
 * conn: a message, whichever way it goes, and what a conn knows of itself.
 */
#include "common/conn.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/conn_private.h"

/* ---- messages ----------------------------------------------------------- */

void conn_message_begin(struct conn_message *m, uint64_t clear_from)
{
    char *kept = m->kept;

    memset(m, 0, sizeof *m);
    m->kept = kept;
    m->clear_from = clear_from;
}

void conn_message_name(struct conn_message *m, struct span name)
{
    size_t length = name.length;

    if (length > sizeof m->name - 1)
        length = sizeof m->name - 1;
    memcpy(m->name, name.data, length);
    m->name[length] = '\0';
}

/* Adds bytes: all are counted, the first TRACE_BODY_MAX are kept. */
void conn_message_add(struct conn_message *m, const void *data, size_t length)
{
    if (m->kept != NULL && m->length < TRACE_BODY_MAX) {
        size_t room = TRACE_BODY_MAX - (size_t)m->length;

        memcpy(m->kept + m->length, data, length < room ? length : room);
    }
    m->length += length;
}

/* More stretches than an event can hold become one wide one: the trace may
 * hide too much, never too little. */
void conn_message_mask(struct conn_message *m, uint64_t from, uint64_t to)
{
    struct trace_range *last;

    if (m->secret_count < TRACE_SECRETS_MAX) {
        m->secrets[m->secret_count++] = (struct trace_range){from, to};
        return;
    }
    last = &m->secrets[TRACE_SECRETS_MAX - 1];
    if (from < last->from)
        last->from = from;
    if (to > last->to)
        last->to = to;
}

/* Hands the message to the trace. In clear its place in the TCP stream is its
 * place among the plain bytes; under TLS it is that of its records. */
void conn_message_record(struct conn *c, struct conn_message *m,
                         enum trace_dir dir)
{
    struct trace_event event;
    size_t kept =
        m->length < TRACE_BODY_MAX ? (size_t)m->length : (size_t)TRACE_BODY_MAX;

    if (c->trace == NULL)
        return;
    event = conn_event(c, TRACE_LAYER_APP, dir, m->name, m->where, m->rfc);
    event.time_ns = m->time_ns;
    event.data = (struct span){m->kept, kept};
    event.length = m->length;
    event.clear =
        (struct trace_range){m->clear_from, m->clear_from + m->length};
    event.raw = c->tls != NULL ? m->raw : event.clear;
    event.exact = !m->inexact;
    event.note = m->note;
    event.secrets = m->secrets;
    event.secret_count = m->secret_count;
    trace_record(c->trace, &event);
}

/* ---- noting, and what is known ------------------------------------------ */

void conn_note_at(struct conn *c, struct where where, struct rfc rfc,
                  const char *name, const char *format, ...)
{
    char note[CONN_NOTE_MAX];
    struct trace_event event;
    va_list arguments;

    if (c->trace == NULL)
        return;
    va_start(arguments, format);
    vsnprintf(note, sizeof note, format, arguments);
    va_end(arguments);
    event = conn_event(c, TRACE_LAYER_APP, TRACE_DIR_NOTE, name, where, rfc);
    event.note = note;
    trace_record(c->trace, &event);
}

struct conn_facts conn_facts(const struct conn *c)
{
    struct conn_facts facts = {
        .number = c->number,
        .local = c->local,
        .remote = c->remote,
        .raw_in = c->received.total,
        .raw_out = c->sent.total,
        .taken = c->heard_total,
    };

    memcpy(facts.peer, c->peer, sizeof facts.peer);
    if (c->tls != NULL)
        conn_tls_facts(c->tls, &facts);
    return facts;
}

int conn_fd(const struct conn *c)
{
    return c->fd;
}

struct trace *conn_trace(const struct conn *c)
{
    return c->trace;
}

void conn_watch(struct conn *c, int fd, bool (*stop)(void *context),
                void *context)
{
    c->watched_fd = stop != NULL ? fd : -1;
    c->stop = stop;
    c->stop_context = context;
}

void conn_set_deadline(struct conn *c, deadline_ns deadline)
{
    c->deadline = deadline == 0 ? DEADLINE_NEVER : deadline;
}

void conn_set_idle_timeout(struct conn *c, int64_t timeout_ms)
{
    c->idle_timeout_ms = timeout_ms > 0 ? timeout_ms : CONN_IDLE_TIMEOUT_MS;
}
