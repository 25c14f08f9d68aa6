/* SPDX-License-Identifier: MIT */
/*
 * conn_close: how a connection ends, and how nothing is lost in the end. Each
 * direction ends for itself (RFC 9293 §3.6); and who closes while bytes of the
 * peer are unread makes TCP tell it "reset", which may overtake our last words.
 */
#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "common/conn_private.h"

/* ---- our direction ------------------------------------------------------- */

int conn_end_sending_at(struct conn *c, struct where where, struct rfc rfc)
{
    if (c->failed != 0 || c->sending_ended)
        return -c->failed;
    c->where = where;
    c->rfc = rfc;
    if (conn_flush(c) < 0)
        return -c->failed;
    if (c->tls != NULL)
        conn_tls_end(c);
    conn_record_tcp(c, TRACE_DIR_OUT, "end", rfc,
                    "we have sent all we want to send");
    if (shutdown(c->fd, SHUT_WR) < 0)
        return conn_fail(c, ERROR_CONNECT, errno, rfc,
                         "can't end our direction to %s", c->peer);
    c->sending_ended = true;
    return 0;
}

void conn_linger_at(struct conn *c, struct where where, struct rfc rfc)
{
    size_t read = 0;

    conn_set_deadline(c, deadline_in_ms(CONN_LINGER_MS));
    if (conn_end_sending_at(c, where, rfc) < 0)
        return;
    while (read < CONN_LINGER_MAX && !conn_at_end(c)) {
        size_t length = conn_view(c).length;

        conn_take(c, length);
        read += length;
        if (conn_fill(c) < 0)
            return;
    }
}

/* ---- both directions ----------------------------------------------------- */

/* Bytes of the peer that nobody reads make the kernel reset the connection
 * when it closes, and the reset may destroy our last words before the peer has
 * read them (RFC 9293 §3.10.4). So we end our direction, and read them away:
 * counted, for the wire has carried them. */
static void conn_read_away(struct conn *c)
{
    char unread[4096];
    struct pollfd poller = {.fd = c->fd, .events = POLLIN};
    deadline_ns until =
        deadline_earlier(c->deadline, deadline_in_ms(CONN_CLOSE_MS));
    ssize_t got;

    shutdown(c->fd, SHUT_WR);
    while (!deadline_passed(until) &&
           poll(&poller, 1, deadline_poll_ms(until)) > 0 &&
           (got = recv(c->fd, unread, sizeof unread, MSG_DONTWAIT)) > 0) {
        conn_count(c, TRACE_DIR_IN, 0, unread, (size_t)got);
        if (c->tls == NULL) {
            conn_message_add(&c->heard, unread, (size_t)got);
            c->heard_total += (uint64_t)got;
        }
    }
    conn_hear_rest(c);
}

/* True when something of the peer's waits, here or in the kernel, and it may
 * still be reading what we said. */
static bool conn_must_linger(const struct conn *c)
{
    int waiting = 0;

    if (!c->server || c->failed != 0 || c->peer_ended)
        return false;
    ioctl(c->fd, FIONREAD, &waiting);
    return waiting > 0 || c->in_start < c->in_end;
}

void conn_close_at(struct conn *c, struct where where, struct rfc rfc)
{
    deadline_ns parting = deadline_in_ms(CONN_CLOSE_MS);
    bool linger;

    if (c == NULL)
        return;
    c->where = where;
    c->rfc = rfc;
    c->deadline = deadline_earlier(c->deadline, parting);
    if (c->failed == 0 && !c->sending_ended) {
        /* What fails from here on is nobody's error: the work is done. */
        c->error = NULL;
        conn_flush(c);
        if (c->tls != NULL)
            conn_tls_end(c);
    }
    conn_say_broken(c);
    linger = conn_must_linger(c);
    conn_hear_rest(c);
    conn_record_rest(c, TRACE_DIR_IN);
    conn_record_rest(c, TRACE_DIR_OUT);
    conn_record_tcp(c, TRACE_DIR_OUT, "close", rfc, NULL);
    if (linger)
        conn_read_away(c);
    conn_free(c);
}
