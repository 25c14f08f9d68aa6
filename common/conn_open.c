/* SPDX-License-Identifier: MIT */
/*
 * conn_open: how a connection begins. All addresses of a name are tried, each a
 * quarter of a second after the one before or as soon as that one has failed,
 * and the first that answers is taken (RFC 8305 §5).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/address.h"
#include "common/conn_private.h"
#include "common/names.h"

/* ---- making and unmaking the struct ------------------------------------- */

void conn_free(struct conn *c)
{
    if (c == NULL)
        return;
    if (c->fd >= 0)
        close(c->fd);
    conn_tls_free(c->tls);
    free(c->said.kept);
    free(c->heard.kept);
    free(c);
}

/* The memory of the messages is taken now, so that no later step can fail for
 * want of it; the kernel gives pages only as they are touched. */
static struct conn *conn_new(const struct conn_setup *setup, struct where where,
                             struct rfc rfc)
{
    struct conn *c = calloc(1, sizeof *c);

    if (c == NULL)
        return NULL;
    c->fd = c->watched_fd = -1;
    if (setup->from != NULL)
        c->from = *setup->from;
    c->error = setup->error;
    c->trace = setup->trace;
    c->proto = setup->proto;
    c->stream = setup->stream != NULL ? setup->stream : "control";
    c->standard_port = setup->standard_port;
    c->server = setup->reversed;
    c->no_tickets = setup->no_tickets;
    c->where = where;
    c->rfc = rfc;
    c->connect_timeout_ms = setup->connect_timeout_ms > 0
                                ? setup->connect_timeout_ms
                                : CONN_CONNECT_TIMEOUT_MS;
    conn_set_idle_timeout(c, setup->idle_timeout_ms);
    conn_set_deadline(c, setup->deadline);
    if (c->trace == NULL)
        return c;
    c->said.kept = malloc(TRACE_BODY_MAX);
    c->heard.kept = malloc(TRACE_BODY_MAX);
    if (c->said.kept != NULL && c->heard.kept != NULL)
        return c;
    conn_free(c);
    return NULL;
}

/* "192.0.2.80:443", "[2001:db8::1]:443", or "socket" for a socketpair. */
static void conn_address_text(const struct sockaddr_storage *address,
                              char *text, size_t size)
{
    if (address->ss_family == AF_INET || address->ss_family == AF_INET6)
        address_show(address, text, size);
    else
        snprintf(text, size, "socket");
}

/* Takes a connected socket, and learns its two addresses. */
static void conn_use_socket(struct conn *c, int fd)
{
    socklen_t size = sizeof c->local;
    int one = 1;

    c->fd = fd;
    if (getsockname(fd, (struct sockaddr *)&c->local, &size) < 0 ||
        (c->local.ss_family != AF_INET && c->local.ss_family != AF_INET6))
        c->local.ss_family = AF_UNSPEC;
    size = sizeof c->remote;
    if (getpeername(fd, (struct sockaddr *)&c->remote, &size) < 0 ||
        c->local.ss_family == AF_UNSPEC)
        c->remote.ss_family = AF_UNSPEC;
    conn_address_text(&c->remote, c->peer, sizeof c->peer);
    /* Messages are gathered here; held back by Nagle as well (RFC 9293
     * §3.7.4), the end of each would wait for the peer's acknowledgment. */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c->number = trace_next_conn(c->trace);
}

/* ---- connecting --------------------------------------------------------- */

/* One attempt a row; fd is -1 once it has failed. */
struct conn_race {
    const struct names_addresses *addresses;
    int fds[NAMES_ADDRESSES_MAX];
    size_t started, failed;
    int last_errno; /* of the attempt that failed last */
    deadline_ns next_start, until;
};

static void conn_race_lost(struct conn *c, struct conn_race *race, size_t at,
                           int reason)
{
    char address[80], note[160];

    conn_address_text(&race->addresses->list[at], address, sizeof address);
    snprintf(note, sizeof note, "%s does not answer: %s", address,
             strerror(reason));
    conn_record_tcp(c, TRACE_DIR_NOTE, "attempt failed", RFC("8305", "5"),
                    note);
    if (race->fds[at] >= 0)
        close(race->fds[at]);
    race->fds[at] = -1;
    race->failed++;
    race->last_errno = reason;
}

/* A socket at the address that the conversation wants to be seen at. A port
 * below 1024 takes a right that we may not have, and any may be in use. */
static int conn_socket(const struct conn *c, int family)
{
    struct sockaddr_storage from = c->from;
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int one = 1;

    if (fd < 0 || from.ss_family != family)
        return fd;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&from, address_size(family)) < 0) {
        /* The port stands at the same place in both kinds of address. */
        ((struct sockaddr_in *)&from)->sin_port = 0;
        bind(fd, (struct sockaddr *)&from, address_size(family));
    }
    return fd;
}

static int conn_attempt(const struct conn *c, int *fd,
                        const struct sockaddr_storage *to)
{
    *fd = conn_socket(c, to->ss_family);
    if (*fd >= 0 && (connect(*fd, (const struct sockaddr *)to,
                             address_size(to->ss_family)) == 0 ||
                     errno == EINPROGRESS || errno == EINTR))
        return 0;
    return errno;
}

/* 0: under way, or the errno. Our port may be free, and a connection of it to
 * this very port of the peer still remembered (RFC 9293 §3.6.1): then another
 * one does. */
static int conn_attempt_begin(struct conn *c, int *fd,
                              const struct sockaddr_storage *to)
{
    int reason = conn_attempt(c, fd, to);

    if (reason != EADDRNOTAVAIL || c->from.ss_family != to->ss_family ||
        *fd < 0)
        return reason;
    close(*fd);
    ((struct sockaddr_in *)&c->from)->sin_port = 0;
    return conn_attempt(c, fd, to);
}

static void conn_race_start(struct conn *c, struct conn_race *race)
{
    size_t at = race->started++;
    int reason;

    race->next_start = deadline_in_ms(CONN_ATTEMPT_DELAY_MS);
    reason = conn_attempt_begin(c, &race->fds[at], &race->addresses->list[at]);
    if (reason != 0)
        conn_race_lost(c, race, at, reason);
}

/* The index of an attempt that has connected, or -1. Those that have failed
 * meanwhile leave the race, and let the next one start at once. */
static int conn_race_winner(struct conn *c, struct conn_race *race,
                            const struct pollfd *pollers)
{
    for (size_t i = 0; i < race->started; i++) {
        int reason = 0;
        socklen_t size = sizeof reason;

        if (race->fds[i] < 0 || pollers[i].revents == 0)
            continue;
        if (getsockopt(race->fds[i], SOL_SOCKET, SO_ERROR, &reason, &size) < 0)
            reason = errno;
        if (reason == 0)
            return (int)i;
        conn_race_lost(c, race, i, reason);
        race->next_start = 0;
    }
    return -1;
}

/* Runs the race to its end. The winning socket, or -1. */
static int conn_race_run(struct conn *c, struct conn_race *race)
{
    struct pollfd pollers[NAMES_ADDRESSES_MAX];

    while (race->failed < race->addresses->count &&
           !deadline_passed(race->until)) {
        bool more = race->started < race->addresses->count;
        deadline_ns wake = race->until;
        int winner;

        if (more && (race->failed == race->started ||
                     deadline_passed(race->next_start))) {
            conn_race_start(c, race);
            continue;
        }
        if (more)
            wake = deadline_earlier(wake, race->next_start);
        for (size_t i = 0; i < race->started; i++)
            pollers[i] = (struct pollfd){race->fds[i], POLLOUT, 0};
        if (poll(pollers, race->started, deadline_poll_ms(wake)) <= 0)
            continue;
        winner = conn_race_winner(c, race, pollers);
        if (winner >= 0)
            return winner;
    }
    return -1;
}

/* Connects c->fd to the first of the addresses that answers. */
static int conn_connect(struct conn *c, const char *host, uint16_t port,
                        const struct names_addresses *addresses,
                        deadline_ns until)
{
    struct conn_race race = {.addresses = addresses, .until = until};
    int winner = conn_race_run(c, &race);

    for (size_t i = 0; i < race.started; i++)
        if (race.fds[i] >= 0 && (int)i != winner)
            close(race.fds[i]);
    if (winner >= 0) {
        conn_use_socket(c, race.fds[winner]);
        return 0;
    }
    if (race.failed < addresses->count)
        return conn_fail(c, ERROR_TIMEOUT, 0, RFC("9293", "3.8.3"),
                         "%s port %u did not answer in time", host, port);
    return conn_fail(c, ERROR_CONNECT, race.last_errno, RFC("9293", "3.5"),
                     "can't connect to %s port %u", host, port);
}

static void conn_note_connected(struct conn *c, const char *host)
{
    struct in6_addr ignored;
    char local[80], note[256];

    conn_address_text(&c->local, local, sizeof local);
    snprintf(note, sizeof note, "%s is %s, and we are %s", host, c->peer,
             local);
    conn_record_tcp(c, TRACE_DIR_OUT, "connect", c->rfc, note);
    if (inet_pton(AF_INET, host, &ignored) != 1 &&
        inet_pton(AF_INET6, host, &ignored) != 1)
        trace_name(c->trace, &c->remote, host);
}

int conn_open_at(struct conn **conn, const struct conn_setup *setup,
                 struct where where, struct rfc rfc, const char *host,
                 uint16_t port)
{
    struct conn *c = conn_new(setup, where, rfc);
    struct names_addresses addresses = {.count = 0};
    deadline_ns until;
    int status;

    *conn = NULL;
    if (c == NULL)
        return error_set(setup->error, ERROR_LOCAL,
                         "no memory for a connection to %s", host);
    snprintf(c->peer, sizeof c->peer, "%.70s", host);
    until =
        deadline_earlier(c->deadline, deadline_in_ms(c->connect_timeout_ms));
    status = names_look_up(setup->names, host, port, setup->family, until,
                           &addresses, setup->error);
    if (status == 0)
        status = conn_connect(c, host, port, &addresses, until);
    if (status < 0) {
        conn_free(c);
        return status;
    }
    conn_note_connected(c, host);
    *conn = c;
    return 0;
}

int conn_adopt_at(struct conn **conn, const struct conn_setup *setup,
                  struct where where, struct rfc rfc, int fd)
{
    struct conn *c = conn_new(setup, where, rfc);
    char note[160];

    *conn = c;
    if (c == NULL) {
        close(fd);
        return error_set(setup->error, ERROR_LOCAL,
                         "no memory for another connection");
    }
    c->server = !setup->reversed;
    conn_use_socket(c, fd);
    snprintf(note, sizeof note, "%s has connected to us", c->peer);
    conn_record_tcp(c, TRACE_DIR_IN, "accept", rfc, note);
    return 0;
}
