/* SPDX-License-Identifier: MIT */
/* dns: the name server's process: sockets in, answers out. What it answers
 * stands in dns_answer.c, what it knows in zones.c. */
#include "labs/world/dns.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "labs/world/inside.h"

/* Bytes of the longest message over TCP (RFC 1035 §4.2.2). */
#define MESSAGE_MAX 65535
/* Seconds that a client on TCP may be silent. */
#define TCP_IDLE_S 5

/* ---- serving ------------------------------------------------------------ */

static void serve_udp(const struct dns_zones *zones, int fd)
{
    static uint8_t query[MESSAGE_MAX];
    struct sockaddr_storage peer;
    socklen_t size = sizeof(peer);
    uint8_t *answer;
    ssize_t n =
        recvfrom(fd, query, sizeof(query), 0, (struct sockaddr *)&peer, &size);
    if (n < 0)
        return;
    size_t length = dns_answer(zones, query, (size_t)n, sizeof(query), &answer);
    if (length > 0)
        sendto(fd, answer, length, 0, (struct sockaddr *)&peer, size);
    free(answer);
}

static bool read_all(int fd, uint8_t *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = recv(fd, bytes, length, 0);
        if (n <= 0)
            return false;
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

/* RFC 1035 §4.2.2: each message has its length before it, in two bytes, and
 * both go out together. */
static bool answer_tcp(const struct dns_zones *zones, int fd)
{
    static uint8_t query[MESSAGE_MAX];
    uint8_t head[2], *answer = NULL;
    if (!read_all(fd, head, sizeof(head)))
        return false;
    size_t length = (size_t)head[0] << 8 | head[1];
    if (!read_all(fd, query, length))
        return false;
    length = dns_answer(zones, query, length, 0, &answer);
    head[0] = (uint8_t)(length >> 8);
    head[1] = (uint8_t)length;
    struct iovec both[2] = {{head, sizeof(head)}, {answer, length}};
    struct msghdr message = {.msg_iov = both, .msg_iovlen = 2};
    bool sent = length > 0 && sendmsg(fd, &message, MSG_NOSIGNAL) ==
                                  (ssize_t)(length + sizeof(head));
    free(answer);
    return sent;
}

/* Each connection in a process of its own: nobody waits for a slow client. */
static void serve_tcp(const struct dns_zones *zones, int listener)
{
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return;
    if (fork() == 0) {
        struct timeval idle = {TCP_IDLE_S, 0};
        world_die_with_parent();
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof(idle));
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &idle, sizeof(idle));
        while (answer_tcp(zones, fd))
            ;
        _exit(0);
    }
    close(fd);
}

static int open_socket(int type, const struct sockaddr_in *at,
                       struct error *error)
{
    int on = 1, fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    if (type == SOCK_STREAM && fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (fd >= 0 && bind(fd, (const struct sockaddr *)at, sizeof(*at)) == 0 &&
        (type == SOCK_DGRAM || listen(fd, 16) == 0))
        return fd;
    return error_set_errno(error, ERROR_LOCAL, errno,
                           "the name server can't have port %u of %s",
                           ntohs(at->sin_port), inet_ntoa(at->sin_addr));
}

/* Moves to the name server's host, reads the zones and opens both sockets. A
 * process that fails here ends: nothing is undone. */
static int set_up(const struct world *world, struct dns_zones *zones, int *udp,
                  int *tcp, struct error *error)
{
    const struct world_place *place = world_place(world, "names");
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons(world_port(world, 53))};
    inet_pton(AF_INET, place->address, &at.sin_addr);
    int result = spaces_move(place, error);
    if (result == 0)
        result = dns_zones_load(zones, world->network, error);
    if (result < 0)
        return result;
    if ((*udp = open_socket(SOCK_DGRAM, &at, error)) < 0)
        return *udp;
    *tcp = open_socket(SOCK_STREAM, &at, error);
    return *tcp < 0 ? *tcp : 0;
}

static _Noreturn void serve(const struct dns_zones *zones, int udp, int tcp)
{
    struct pollfd wait[2] = {{.fd = udp, .events = POLLIN},
                             {.fd = tcp, .events = POLLIN}};
    /* Those that serve_tcp forks are reaped by the kernel. */
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        if (poll(wait, 2, -1) < 0)
            continue;
        if (wait[0].revents)
            serve_udp(zones, udp);
        if (wait[1].revents)
            serve_tcp(zones, tcp);
    }
}

/* The first word on `ready` is an error: none, or why there is no server. */
static _Noreturn void be_the_name_server(const struct world *world, int ready)
{
    struct error error = {0};
    struct dns_zones zones;
    int udp, tcp;
    world_die_with_parent();
    int result = set_up(world, &zones, &udp, &tcp, &error);
    send(ready, &error, sizeof(error), MSG_NOSIGNAL);
    close(ready);
    if (result < 0)
        _exit(1);
    serve(&zones, udp, tcp);
}

/* ---- starting ----------------------------------------------------------- */

int dns_start(struct world *world, struct error *error)
{
    int ready[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ready) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "starting the name server: no socket pair");
    world->names = fork();
    if (world->names == 0) {
        close(ready[0]);
        /* The wire ends when nobody but the wire holds this. */
        if (world->wire_control >= 0)
            close(world->wire_control);
        be_the_name_server(world, ready[1]);
    }
    close(ready[1]);
    world->names_ready = ready[0];
    if (world->names < 0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "starting the name server: fork failed");
    return 0;
}

int dns_wait(struct world *world, struct error *error)
{
    struct error said;
    ssize_t n = recv(world->names_ready, &said, sizeof(said), 0);
    close(world->names_ready);
    world->names_ready = -1;
    if (n != (ssize_t)sizeof(said))
        return error_set(error, ERROR_LOCAL, "the name server ended at once");
    if (said.class == ERROR_NONE)
        return 0;
    if (error && error->class == ERROR_NONE)
        *error = said;
    return -(int)said.class;
}
