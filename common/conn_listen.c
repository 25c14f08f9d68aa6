/* SPDX-License-Identifier: MIT */
/*
 * conn_listen: the one connection that a conversation is waiting for. FTP opens
 * one for its data now in one direction, now in the other, so client and server
 * both stand here at times. The listeners of a server are service's affair.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "common/address.h"
#include "common/conn_private.h"
#include "common/names.h"

/* ---- listening ---------------------------------------------------------- */

int conn_listen(int *fd, struct sockaddr_storage *local, struct error *error)
{
    int type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
    socklen_t size = address_size(local->ss_family);
    char shown[80];
    int one = 1;

    *fd = socket(local->ss_family, type, 0);
    /* A port whose last connection the kernel still remembers may be listened
     * at again; one at which somebody listens may not. */
    if (*fd >= 0)
        setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (*fd >= 0 && bind(*fd, (const struct sockaddr *)local, size) == 0 &&
        listen(*fd, CONN_LISTEN_QUEUE) == 0 &&
        getsockname(*fd, (struct sockaddr *)local, &size) == 0)
        return 0;
    int reason = errno;
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
    address_show(local, shown, sizeof shown);
    return error_set_errno(error, ERROR_LOCAL, reason, "can't listen at %s",
                           shown);
}

/* One that has connected: the descriptor, or -1 when nobody is there (any
 * more), or it was somebody else. */
static int conn_take_caller(const struct conn_setup *setup, struct where where,
                            int listener, const struct sockaddr_storage *peer)
{
    struct sockaddr_storage caller = {0};
    socklen_t size = sizeof caller;
    char shown[80];
    int fd = accept4(listener, (struct sockaddr *)&caller, &size, SOCK_CLOEXEC);

    if (fd < 0 || address_same_host(&caller, peer))
        return fd;
    address_show(&caller, shown, sizeof shown);
    trace_note_at(setup->trace, where, RFC("2577", "8"), "stranger",
                  "%s has connected, but it is not whom we wait for: closed",
                  shown);
    close(fd);
    return -1;
}

int conn_accept_at(struct conn **conn, const struct conn_setup *setup,
                   struct where where, struct rfc rfc, int listener,
                   const struct sockaddr_storage *peer, int also)
{
    struct pollfd pollers[2] = {{.fd = listener, .events = POLLIN},
                                {.fd = also, .events = POLLIN}};
    int64_t patience = setup->connect_timeout_ms > 0 ? setup->connect_timeout_ms
                                                     : CONN_CONNECT_TIMEOUT_MS;
    deadline_ns until = deadline_in_ms(patience);

    *conn = NULL;
    if (setup->deadline != 0)
        until = deadline_earlier(until, setup->deadline);
    while (!deadline_passed(until)) {
        int ready = poll(pollers, 2, deadline_poll_ms(until));
        int fd = -1;

        if (ready < 0 && errno != EINTR)
            return error_set_errno(setup->error, ERROR_LOCAL, errno,
                                   "can't wait for a connection");
        if (ready > 0)
            fd = conn_take_caller(setup, where, listener, peer);
        if (fd >= 0)
            return conn_adopt_at(conn, setup, where, rfc, fd);
        if (ready > 0 && pollers[1].revents != 0)
            return 0;
    }
    return error_set(setup->error, ERROR_TIMEOUT,
                     "the connection that we wait for was not made in time");
}
