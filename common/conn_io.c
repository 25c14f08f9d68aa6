/* SPDX-License-Identifier: MIT */
/*
 * conn_io: the socket under a conn. Every byte that TCP takes from us or gives
 * us passes conn_transmit or conn_receive, so counting here counts all.
 *
 * No call here blocks in the kernel: MSG_DONTWAIT asks for what is there, and
 * poll(2) waits no longer than the deadlines allow.
 */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/conn_private.h"

int64_t conn_time_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---- what the trace is told --------------------------------------------- */

struct trace_event conn_event(const struct conn *c, enum trace_layer layer,
                              enum trace_dir dir, const char *name,
                              struct where where, struct rfc rfc)
{
    return (struct trace_event){
        .conn = c->number,
        .peer = c->peer,
        .proto = c->proto,
        .stream = c->stream,
        .dir = dir,
        .layer = layer,
        .name = name,
        .src = where,
        .rfc = rfc,
        .local = &c->local,
        .remote = &c->remote,
        .standard_port = c->standard_port,
        .local_is_server = c->server,
        .exact = true,
    };
}

void conn_record_tcp(struct conn *c, enum trace_dir dir, const char *name,
                     struct rfc rfc, const char *note)
{
    struct trace_event event =
        conn_event(c, TRACE_LAYER_TCP, dir, name, c->where, rfc);
    uint64_t at = dir == TRACE_DIR_IN ? c->received.total : c->sent.total;

    event.note = note;
    event.raw = (struct trace_range){at, at};
    trace_record(c->trace, &event);
}

/* A record of the socket layer: `keep` bytes of the `length` that have passed
 * from stream offset `from` on. */
static void conn_record_socket(struct conn *c, enum trace_dir dir,
                               int64_t time_ns, uint64_t from, struct span keep,
                               uint64_t length)
{
    bool in = dir == TRACE_DIR_IN;
    struct trace_event event =
        conn_event(c, TRACE_LAYER_SOCKET, dir, in ? "recv" : "send", c->where,
                   in ? RFC("9293", "3.9.1.3") : RFC("9293", "3.9.1.2"));

    event.time_ns = time_ns;
    event.data = keep;
    event.length = length;
    event.clear = event.raw = (struct trace_range){from, from + length};
    trace_record(c->trace, &event);
}

void conn_count(struct conn *c, enum trace_dir dir, int64_t time_ns,
                const void *data, size_t length)
{
    struct conn_socket_record *r =
        dir == TRACE_DIR_IN ? &c->received : &c->sent;
    size_t keep = TRACE_BODY_MAX - r->kept;
    uint64_t from = r->total;

    r->total += length;
    if (!trace_keeps(c->trace))
        return;
    if (keep > length)
        keep = length;
    r->kept += keep;
    if (keep == 0)
        r->rest += length;
    else
        conn_record_socket(c, dir, time_ns, from, (struct span){data, keep},
                           length);
}

void conn_record_rest(struct conn *c, enum trace_dir dir)
{
    struct conn_socket_record *r =
        dir == TRACE_DIR_IN ? &c->received : &c->sent;

    if (r->rest > 0)
        conn_record_socket(c, dir, 0, r->total - r->rest,
                           (struct span){NULL, 0}, r->rest);
    r->rest = 0;
    r->kept = 0;
}

int conn_fail(struct conn *c, enum error_class class, int sys_errno,
              struct rfc rfc, const char *format, ...)
{
    char text[ERROR_TEXT_MAX];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (sys_errno != 0)
        error_set_errno(c->error, class, sys_errno, "%s", text);
    else
        error_set(c->error, class, "%s", text);
    if (c->failed == 0) {
        c->failed = (int)class;
        conn_record_tcp(c, TRACE_DIR_NOTE, "failed", rfc, text);
    }
    return -(int)class;
}

/* ---- waiting, receiving, sending ---------------------------------------- */

/* True, and the conn has failed, when the whole run's time is up. A peer that
 * sends without a pause never makes us wait, so this is asked each time. */
static bool conn_out_of_time(struct conn *c)
{
    if (!deadline_passed(c->deadline))
        return false;
    conn_fail(c, ERROR_TIMEOUT, 0, RFC("9293", "3.8.3"),
              "the time allowed is up: the conversation with %s took too long",
              c->peer);
    return true;
}

/* Waits until poll(2) reports `events`, as long as the deadlines allow. */
static int conn_wait(struct conn *c, short events)
{
    deadline_ns idle = deadline_in_ms(c->idle_timeout_ms);
    deadline_ns until = deadline_earlier(idle, c->deadline);
    bool patient = c->patience != 0 && events == POLLIN;
    struct pollfd pollers[2] = {{.fd = c->fd, .events = events},
                                {.fd = c->watched_fd, .events = POLLIN}};

    if (patient)
        until = deadline_earlier(until, c->patience);
    while (!conn_out_of_time(c)) {
        int ready = poll(pollers, 2, deadline_poll_ms(until));

        if (ready > 0 && pollers[1].revents != 0 && c->stop(c->stop_context))
            return conn_fail(c, ERROR_REFUSED, 0, c->rfc,
                             "broken off while we waited for %s", c->peer);
        if (ready > 0 && pollers[0].revents != 0)
            return 0;
        if (ready < 0 && errno != EINTR)
            return conn_fail(c, ERROR_LOCAL, errno, RFC("9293", "3.8.3"),
                             "can't wait for %s", c->peer);
        if (patient && deadline_passed(c->patience))
            return CONN_SILENT;
        if (deadline_passed(idle))
            return conn_fail(c, ERROR_TIMEOUT, 0, RFC("9293", "3.8.3"),
                             "%s %s nothing for %lld ms, longer than we wait",
                             c->peer, events == POLLIN ? "sent" : "took",
                             (long long)c->idle_timeout_ms);
    }
    return -c->failed;
}

static bool conn_would_block(int number)
{
    return number == EAGAIN || number == EWOULDBLOCK;
}

ssize_t conn_receive(struct conn *c, void *data, size_t size)
{
    for (;;) {
        ssize_t got;

        if (c->failed != 0 || conn_out_of_time(c))
            return -c->failed;
        got = recv(c->fd, data, size, MSG_DONTWAIT);
        if (got > 0) {
            conn_count(c, TRACE_DIR_IN, 0, data, (size_t)got);
            return got;
        }
        if (got == 0) {
            conn_record_tcp(c, TRACE_DIR_IN, "end", RFC("9293", "3.6"),
                            "the peer has sent all it wants to send");
            return 0;
        }
        if (conn_would_block(errno)) {
            int status = conn_wait(c, POLLIN);

            if (status < 0)
                return status;
        } else if (errno != EINTR) {
            return conn_fail(c, ERROR_CONNECT, errno, RFC("9293", "3.8.3"),
                             "the connection to %s broke while we read",
                             c->peer);
        }
    }
}

int conn_transmit(struct conn *c, const void *data, size_t length)
{
    const char *next = data;

    while (length > 0) {
        /* The time goes into the record: it must be before the bytes are on
         * the wire, or the frame would seem to precede its cause. */
        int64_t before = c->trace != NULL ? conn_time_ns() : 0;
        ssize_t sent;

        if (c->failed != 0 || conn_out_of_time(c))
            return -c->failed;
        sent = send(c->fd, next, length, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent >= 0) {
            conn_count(c, TRACE_DIR_OUT, before, next, (size_t)sent);
            next += sent;
            length -= (size_t)sent;
        } else if (conn_would_block(errno)) {
            if (conn_wait(c, POLLOUT) < 0)
                return -c->failed;
        } else if (errno != EINTR) {
            return conn_fail(c, ERROR_CONNECT, errno, RFC("9293", "3.8.3"),
                             "the connection to %s broke while we wrote",
                             c->peer);
        }
    }
    return 0;
}
