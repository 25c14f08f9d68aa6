/* SPDX-License-Identifier: MIT */
/*
 * ssh_server: between a conn and libssh. The contract is in ssh_server.h.
 *
 * A turn: what has come goes to libssh, libssh works, channels do what they
 * can, what libssh wrote goes out; and again, until nothing moves. Only then
 * the peer is waited for.
 */
#include "ssh/ssh_server.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- telling ------------------------------------------------------------ */

static void tell_said(struct ssh_connection *c)
{
    for (size_t i = 0; i < c->said_count; i++) {
        struct ssh_said *s = &c->said[i];

        conn_sealed_tell_at(c->conn, s->where, s->rfc, TRACE_DIR_OUT, s->name,
                            span_of(s->text), (struct trace_range){0, 0});
    }
    c->said_count = 0;
}

void ssh_server_says_at(struct ssh_connection *c, struct where where,
                        struct rfc rfc, const char *name, const char *format,
                        ...)
{
    struct ssh_said *s;
    va_list arguments;
    int at;

    if (c->said_count == SSH_SAID_MAX)
        tell_said(c);
    s = &c->said[c->said_count++];
    s->where = where;
    s->rfc = rfc;
    s->name = name;
    at = snprintf(s->text, sizeof(s->text), "%s ", name);
    va_start(arguments, format);
    vsnprintf(s->text + at, sizeof(s->text) - (size_t)at, format, arguments);
    va_end(arguments);
}

void ssh_server_hears_at(struct ssh_connection *c, struct where where,
                         struct rfc rfc, const char *name, const char *format,
                         ...)
{
    char text[SSH_TEXT_MAX];
    int at = snprintf(text, sizeof(text), "%s ", name);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text + at, sizeof(text) - (size_t)at, format, arguments);
    va_end(arguments);
    conn_sealed_tell_at(c->conn, where, rfc, TRACE_DIR_IN, name, span_of(text),
                        (struct trace_range){0, 0});
}

/* ---- the two sides of the socketpair ------------------------------------- */

/* What the peer has sent, to libssh, as far as it takes it. 1: some moved. */
static int bring_in(struct ssh_connection *c)
{
    ssize_t n;

    if (c->down_start == c->down_end) {
        n = ssh_wire_take(&c->wire, c->down, sizeof(c->down));
        if (n <= 0)
            return (int)n;
        c->down_start = 0;
        c->down_end = (size_t)n;
    }
    n = send(c->inside, c->down + c->down_start, c->down_end - c->down_start,
             MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n <= 0)
        return 0;
    c->down_start += (size_t)n;
    return 1;
}

/* What libssh has written, to the peer. 1: some moved. */
static int bring_out(struct ssh_connection *c)
{
    char block[32 * 1024];
    ssize_t n = recv(c->inside, block, sizeof(block), MSG_DONTWAIT);
    int result;

    if (n <= 0)
        return 0;
    result = ssh_wire_send(&c->wire, block, (size_t)n);
    if (result < 0)
        return result;
    tell_said(c);
    return 1;
}

/* libssh reads a little at a time: it is called until nothing is left for it.
 * Until both sides know the keys it is asked to go on with that. */
static int work(struct ssh_connection *c)
{
    struct pollfd left = {.fd = ssh_get_fd(c->session), .events = POLLIN};
    bool moved = poll(&left, 1, 0) > 0;
    int result;

    if (!c->exchanged) {
        result = ssh_handle_key_exchange(c->session);
        c->exchanged = result == SSH_OK;
        if (result == SSH_ERROR)
            return error_set(c->error, ERROR_PROTOCOL, "key exchange: %s",
                             ssh_get_error(c->session));
    }
    ssh_event_dopoll(c->event, 0);
    return (c->exchanged && ssh_server_turn(c)) || moved;
}

static bool is_over(const struct ssh_connection *c)
{
    return (ssh_get_status(c->session) & (SSH_CLOSED | SSH_CLOSED_ERROR)) ||
           c->failures >= SSH_ATTEMPTS_MAX || conn_at_end(c->conn);
}

static int turn(struct ssh_connection *c)
{
    int in = 1, out = 1, moved = 1;

    while ((in || out || moved) && !is_over(c)) {
        if ((in = bring_in(c)) < 0 || (moved = work(c)) < 0 ||
            (out = bring_out(c)) < 0)
            return -(int)c->error->class;
    }
    return 0;
}

/* ---- one connection ----------------------------------------------------- */

/* Somebody who does not log in has SSH_LOGIN_MS for it; who has, may be silent
 * for as long as the service bears it. */
static int converse(struct ssh_connection *c)
{
    deadline_ns login = deadline_in_ms(SSH_LOGIN_MS);
    int result = 0;

    while (result == 0 && !is_over(c)) {
        conn_set_deadline(c->conn, c->user[0] ? DEADLINE_NEVER : login);
        result = turn(c);
        if (result == 0 && !is_over(c))
            result = conn_fill(c->conn);
    }
    if (result == 0 && c->failures >= SSH_ATTEMPTS_MAX) {
        static const char why[] = "too many attempts to log in";

        ssh_session_set_disconnect_message(c->session, why);
        ssh_server_says(c, RFC("4253", "11.1"), "DISCONNECT", "%s", why);
    }
    return result;
}

/* The session becomes libssh's owner of its end: ssh_free closes it. */
static int start(struct ssh_connection *c)
{
    int ends[2], blocking = 0;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return error_set_errno(c->error, ERROR_LOCAL, errno, "socketpair");
    c->inside = ends[0];
    c->session = ssh_new();
    c->event = ssh_event_new();
    if (!c->session || !c->event ||
        ssh_bind_accept_fd(c->site->bind, c->session, ends[1]) != SSH_OK) {
        close(ends[1]);
        return error_set(c->error, ERROR_LOCAL, "libssh: %s",
                         ssh_get_error(c->site->bind));
    }
    ssh_set_blocking(c->session, blocking);
    ssh_server_admit(c);
    /* The first call makes what ssh_event_add_session wants to find. */
    if (ssh_handle_key_exchange(c->session) == SSH_ERROR ||
        ssh_event_add_session(c->event, c->session) != SSH_OK)
        return error_set(c->error, ERROR_LOCAL, "libssh: %s",
                         ssh_get_error(c->session));
    return 0;
}

static void stop(struct ssh_connection *c)
{
    ssh_server_end(c);
    /* libssh closes its socket right behind the DISCONNECT that it writes, and
     * writes only what poll(2) has said there is room for. */
    if (c->session && c->exchanged) {
        ssh_event_dopoll(c->event, 0);
        ssh_disconnect(c->session);
    }
    while (c->inside >= 0 && c->error->class == ERROR_NONE && bring_out(c) > 0)
        ;
    tell_said(c);
    if (c->event && c->session)
        ssh_event_remove_session(c->event, c->session);
    if (c->event)
        ssh_event_free(c->event);
    ssh_free(c->session);
    if (c->inside >= 0)
        close(c->inside);
}

int ssh_server_serve(struct conn *conn, void *site, struct error *error)
{
    struct ssh_connection *c = calloc(1, sizeof(*c));
    int result;

    if (!c)
        return error_set(error, ERROR_LOCAL, "out of memory");
    c->conn = conn;
    c->error = error;
    c->site = site;
    c->inside = -1;
    ssh_wire_open(&c->wire, conn, SSH_SERVER, error);
    result = start(c);
    if (result == 0)
        result = converse(c);
    stop(c);
    explicit_bzero(c->down, sizeof(c->down));
    free(c);
    return result;
}
