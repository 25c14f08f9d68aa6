/* SPDX-License-Identifier: MIT */
/*
 * ssh_relay: moves bytes between channels and descriptors.
 *
 * RFC 4254 §5.2: a channel carries data both ways, as much as its window lets,
 * and data of another type (standard error) beside. One loop serves all of
 * them: each round does what can be done without waiting, then poll(2) waits
 * for the peer, for local input and for new connections to be forwarded.
 *
 * DEPARTURES. Deliberately what a channel brought is written to its descriptor
 * at once, however long that takes: a reader who stops (Ctrl-S) stops all
 * channels. A production client would queue for each.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ssh/ssh_client.h"

/* ---- one relay ---------------------------------------------------------- */

int ssh_relay_start(struct ssh_relays *relays, size_t place,
                    LIBSSH2_CHANNEL *channel, int in, int out, int err)
{
    struct ssh_relay *relay = &relays->list[place];

    *relay = (struct ssh_relay){
        .channel = channel, .in = in, .out = out, .err = err};
    relay->up = malloc(SSH_RELAY_BLOCK);
    if (!relay->up)
        return error_set(relays->client->error, ERROR_LOCAL, "out of memory");
    return 0;
}

/* Closes the channel and forgets it. What it means if the peer does not answer
 * is nothing: all that was to be moved has been. */
static void finish(struct ssh_relays *relays, struct ssh_relay *relay)
{
    int result = 0;

    if (relay->channel)
        SSH_DO(relays->client, result, libssh2_channel_free(relay->channel));
    if (relay->socket)
        close(relay->out);
    free(relay->up);
    *relay = (struct ssh_relay){.in = -1, .out = -1, .err = -1};
}

static int write_all(struct ssh_relays *relays, struct ssh_relay *relay, int fd,
                     const char *bytes, size_t length)
{
    while (length > 0 && !relay->gone) {
        ssize_t n = write(fd, bytes, length);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && relay->socket) {
            /* Its own trouble, not ours. */
            relay->gone = true;
            return 0;
        }
        if (n < 0)
            return error_set_errno(relays->client->error, ERROR_LOCAL, errno,
                                   "standard output");
        bytes += n;
        length -= (size_t)n;
    }
    return 0;
}

/* One stream of a channel to its descriptor. 1: something came. */
static int bring(struct ssh_relays *relays, struct ssh_relay *relay, int stream,
                 int fd)
{
    char block[SSH_RELAY_BLOCK];
    struct ssh_client *client = relays->client;
    ssize_t n =
        libssh2_channel_read_ex(relay->channel, stream, block, sizeof(block));

    if (n == LIBSSH2_ERROR_EAGAIN || n == 0)
        return 0;
    if (n < 0)
        return ssh_client_fail(client, ERROR_CONNECT, "a channel broke");
    ssh_client_data(client, RFC("4254", "5.2"), TRACE_DIR_IN,
                    stream == 0 ? "CHANNEL_DATA" : "CHANNEL_EXTENDED_DATA",
                    ((struct span){block, (size_t)n}));
    int result = fd < 0 ? 0 : write_all(relays, relay, fd, block, (size_t)n);
    return result < 0 ? result : 1;
}

/* What waits for the channel. 1: some of it went. */
static int send_up(struct ssh_relays *relays, struct ssh_relay *relay)
{
    struct ssh_client *client = relays->client;
    struct span bytes = {relay->up + relay->up_start,
                         relay->up_end - relay->up_start};
    ssize_t n;

    if (bytes.length == 0)
        return 0;
    n = libssh2_channel_write(relay->channel, bytes.data, bytes.length);
    if (n == LIBSSH2_ERROR_EAGAIN)
        /* The window is closed. */
        return 0;
    if (n < 0 && libssh2_channel_eof(relay->channel)) {
        /* Nobody reads it any more. */
        relay->up_start = relay->up_end = 0;
        relay->in = -1;
        return 1;
    }
    if (n < 0)
        return ssh_client_fail(client, ERROR_CONNECT, "a channel broke");
    bytes.length = (size_t)n;
    ssh_client_data(client, RFC("4254", "5.2"), TRACE_DIR_OUT, "CHANNEL_DATA",
                    bytes);
    relay->up_start += (size_t)n;
    return 1;
}

static void tell_end(struct ssh_relays *relays, struct ssh_relay *relay)
{
    relay->eof_said = true;
    ssh_client_data(relays->client, RFC("4254", "5.3"), TRACE_DIR_OUT,
                    "CHANNEL_EOF", SPAN("no more from us"));
}

/* Local input has ended: the peer is told, once all before it has gone. */
static int send_end(struct ssh_relays *relays, struct ssh_relay *relay)
{
    int result;

    if (relay->eof_said || relay->in >= 0 || relay->up_start < relay->up_end)
        return 0;
    result = libssh2_channel_send_eof(relay->channel);
    if (result == LIBSSH2_ERROR_EAGAIN)
        return 0;
    tell_end(relays, relay);
    return 1;
}

/* All that can be done without waiting. 1: something was; 0: nothing. */
static int step(struct ssh_relays *relays, struct ssh_relay *relay)
{
    int down, extra, up, end;

    if ((down = bring(relays, relay, 0, relay->out)) < 0 ||
        (extra = bring(relays, relay, SSH_EXTENDED_DATA_STDERR, relay->err)) <
            0 ||
        (up = send_up(relays, relay)) < 0 ||
        (end = send_end(relays, relay)) < 0)
        return -(int)relays->client->error->class;
    return down || extra || up || end;
}

/* "~." behind a line's end: the way out when the other side is silent. */
static void look_for_escape(struct ssh_relays *relays, const char *bytes,
                            size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (relays->escape_seen == 2 && bytes[i] == '.')
            relays->escaped = true;
        if (bytes[i] == '\r' || bytes[i] == '\n')
            relays->escape_seen = 1;
        else
            relays->escape_seen =
                relays->escape_seen == 1 && bytes[i] == '~' ? 2 : 0;
    }
}

static void take_input(struct ssh_relays *relays, struct ssh_relay *relay)
{
    ssize_t n = read(relay->in, relay->up, SSH_RELAY_BLOCK);

    if (n > 0 && relays->escape && relay == &relays->list[0])
        look_for_escape(relays, relay->up, (size_t)n);
    relay->up_start = 0;
    relay->up_end = n > 0 ? (size_t)n : 0;
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        relay->in = -1;
}

/* ---- all of them -------------------------------------------------------- */

/* A forwarded connection has ended when both sides have said so, or its local
 * end is gone; the session when the peer has closed it. */
static bool has_ended(const struct ssh_relays *relays, size_t place)
{
    const struct ssh_relay *relay = &relays->list[place];

    if (!libssh2_channel_eof(relay->channel))
        return relay->gone;
    return !relay->socket || relay->eof_said || relay->gone;
}

/* Rounds until nothing moves any more. True in *over: the session has ended. */
static int move(struct ssh_relays *relays, bool *over)
{
    int moved = 1;

    while (moved > 0 && !*over) {
        moved = 0;
        for (size_t i = 0; i < SSH_RELAYS_MAX; i++) {
            struct ssh_relay *relay = &relays->list[i];
            int result = relay->channel ? step(relays, relay) : 0;

            if (result < 0)
                return result;
            moved |= result;
            if (result > 0 || !relay->channel || !has_ended(relays, i))
                continue;
            if (i == 0 && !relay->socket)
                *over = true;
            else
                finish(relays, relay);
            /* The peer has sent all: what we still have it may read. */
        }
    }
    return 0;
}

/* Half closed: the local end of a forwarded connection is told. */
static void pass_ends(struct ssh_relays *relays)
{
    for (size_t i = 0; i < SSH_RELAYS_MAX; i++) {
        struct ssh_relay *relay = &relays->list[i];

        if (relay->channel && relay->socket &&
            libssh2_channel_eof(relay->channel))
            shutdown(relay->out, SHUT_WR);
    }
}

/* A full table leaves new connections in the kernel's queue. */
static bool has_place(const struct ssh_relays *relays)
{
    for (size_t i = 1; i < SSH_RELAYS_MAX; i++)
        if (!relays->list[i].channel)
            return true;
    return false;
}

struct waiting {
    struct pollfd fds[1 + SSH_RELAYS_MAX + SSH_FORWARDS_MAX];
    struct ssh_relay *relays[SSH_RELAYS_MAX]; /* of fds[1 + i] */
    size_t relay_count, listener_count;
};

static void gather(struct waiting *w, struct ssh_relays *relays)
{
    int listeners[SSH_FORWARDS_MAX];

    w->relay_count = w->listener_count = 0;
    w->fds[0] =
        (struct pollfd){.fd = conn_fd(relays->client->conn), .events = POLLIN};
    for (size_t i = 0; i < SSH_RELAYS_MAX; i++) {
        struct ssh_relay *relay = &relays->list[i];

        if (!relay->channel || relay->in < 0 || relay->up_start < relay->up_end)
            continue;
        w->relays[w->relay_count++] = relay;
        w->fds[w->relay_count] =
            (struct pollfd){.fd = relay->in, .events = POLLIN};
    }
    if (relays->forwards && has_place(relays))
        w->listener_count =
            ssh_forwards_fds(relays->forwards, listeners, SSH_FORWARDS_MAX);
    for (size_t i = 0; i < w->listener_count; i++)
        w->fds[1 + w->relay_count + i] =
            (struct pollfd){.fd = listeners[i], .events = POLLIN};
}

/* Waits once, and takes what is there for local descriptors. What came from
 * the peer is taken by libssh2 in the next round. */
static int wait_once(struct ssh_relays *relays)
{
    struct waiting w;
    int result = 0;

    gather(&w, relays);
    if (poll(w.fds, 1 + w.relay_count + w.listener_count, SSH_WINDOW_MS) <= 0)
        return 0;
    for (size_t i = 0; i < w.relay_count; i++)
        if (w.fds[1 + i].revents != 0)
            take_input(relays, w.relays[i]);
    for (size_t i = 0; i < w.listener_count && result == 0; i++)
        if (w.fds[1 + w.relay_count + i].revents != 0)
            result = ssh_forwards_accept(relays, i);
    return result;
}

/* The command has ended before our input did. libssh2 says EOF before it closes
 * a channel in any case; so that it is told, we say it. */
static void end_session(struct ssh_relays *relays)
{
    struct ssh_relay *relay = &relays->list[0];
    int result = 0;

    if (relay->eof_said)
        return;
    SSH_DO(relays->client, result, libssh2_channel_send_eof(relay->channel));
    if (result == 0)
        tell_end(relays, relay);
}

int ssh_relay_run(struct ssh_relays *relays)
{
    bool over = false;
    int result = 0;

    for (;;) {
        result = move(relays, &over);
        if (result == 0 && over)
            end_session(relays);
        if (result < 0 || over)
            return result;
        pass_ends(relays);
        if (conn_at_end(relays->client->conn))
            return error_set(relays->client->error, ERROR_CONNECT,
                             "the server hung up");
        if (relays->before &&
            (result = relays->before(relays, relays->context)) != 0)
            return result < 0 ? result : 0;
        if ((result = wait_once(relays)) < 0 || relays->escaped)
            return result;
    }
}

/* Nothing comes after it but the goodbye: a peer that does not confirm that a
 * channel is closed is not waited for. */
void ssh_relay_end(struct ssh_relays *relays)
{
    conn_set_idle_timeout(relays->client->conn, SSH_CLOSE_MS);
    for (size_t i = 0; i < SSH_RELAYS_MAX; i++)
        if (relays->list[i].channel)
            finish(relays, &relays->list[i]);
}
