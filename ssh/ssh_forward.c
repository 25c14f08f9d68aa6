/* SPDX-License-Identifier: MIT */
/*
 * ssh_forward: a port here that leads to a host there.
 *
 * RFC 4254 §7.2: each connection to the port becomes a channel of type
 * direct-tcpip, and the server connects to the host that we name. The last
 * stretch, from the server to that host, is as clear as it ever was.
 *
 *     -L [ADDR:]PORT:HOST:HOSTPORT
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ssh/ssh_client.h"

struct ssh_forwards {
    struct {
        int fd;
        char host[SSH_HOST_MAX]; /* as the server is to look it up */
        uint16_t port;
    } list[SSH_FORWARDS_MAX];
    size_t count;
};

/* ---- listening ---------------------------------------------------------- */

static bool port_of(struct span digits, uint16_t *port)
{
    uint64_t value;

    if (!text_to_u64(digits, UINT16_MAX, &value))
        return false;
    *port = (uint16_t)value;
    return true;
}

/* "[ADDR:]PORT:HOST:HOSTPORT"; an IPv6 HOST stands in brackets. */
static bool read_wish(const char *text, char *address, size_t size,
                      uint16_t *port, char *host, uint16_t *host_port)
{
    const char *last = strrchr(text, ':'), *host_at, *first;
    size_t length;

    if (!last || last == text || !port_of(span_of(last + 1), host_port))
        return false;
    if (last[-1] == ']') {
        host_at = strchr(text, '[');
        length = host_at ? (size_t)(last - host_at) - 2 : 0;
    } else {
        host_at = last;
        while (host_at > text && host_at[-1] != ':')
            host_at--;
        length = (size_t)(last - host_at);
    }
    if (!host_at || host_at == text || length == 0 || length >= SSH_HOST_MAX)
        return false;
    snprintf(host, SSH_HOST_MAX, "%.*s", (int)length,
             host_at + (*host_at == '['));
    first = memchr(text, ':', (size_t)(host_at - text) - 1);
    struct span rest = {text, (size_t)(host_at - text) - 1};
    snprintf(address, size, "127.0.0.1");
    if (first) {
        snprintf(address, size, "%.*s", (int)(first - text), text);
        rest = (struct span){first + 1, (size_t)(host_at - first) - 2};
    }
    return port_of(rest, port);
}

/* Port 0 asks for any; which one it was is said on standard error. */
static int listen_at(const char *address, uint16_t port, struct error *error)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    socklen_t length = sizeof(at);
    int one = 1, fd;

    if (inet_pton(AF_INET, address, &at.sin_addr) != 1)
        return error_set(error, ERROR_USAGE,
                         "-L: %s is no address of IPv4 to listen at", address);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
        listen(fd, SOMAXCONN) < 0 ||
        getsockname(fd, (struct sockaddr *)&at, &length) < 0) {
        error_set_errno(error, ERROR_LOCAL, errno, "-L: port %u", port);
        if (fd >= 0)
            close(fd);
        return -ERROR_LOCAL;
    }
    fprintf(stderr, "ready %s:%u\n", address, ntohs(at.sin_port));
    return fd;
}

int ssh_forwards_open(struct ssh_forwards **forwards,
                      const struct option_list *wanted, struct error *error)
{
    struct ssh_forwards *f;
    char address[64];
    uint16_t port;

    *forwards = NULL;
    if (wanted->count == 0)
        return 0;
    if (wanted->count > SSH_FORWARDS_MAX)
        return error_set(error, ERROR_USAGE, "more than %d times -L",
                         SSH_FORWARDS_MAX);
    *forwards = f = calloc(1, sizeof(*f));
    if (!f)
        return error_set(error, ERROR_LOCAL, "out of memory");
    for (size_t i = 0; i < wanted->count; i++) {
        if (!read_wish(wanted->values[i], address, sizeof(address), &port,
                       f->list[i].host, &f->list[i].port))
            return error_set(error, ERROR_USAGE,
                             "-L takes PORT:HOST:HOSTPORT, not %s",
                             wanted->values[i]);
        f->list[i].fd = listen_at(address, port, error);
        if (f->list[i].fd < 0)
            return f->list[i].fd;
        f->count++;
    }
    return 0;
}

void ssh_forwards_close(struct ssh_forwards *forwards)
{
    for (size_t i = 0; forwards && i < forwards->count; i++)
        close(forwards->list[i].fd);
    free(forwards);
}

size_t ssh_forwards_fds(const struct ssh_forwards *forwards, int *fds,
                        size_t size)
{
    size_t count = forwards->count < size ? forwards->count : size;

    for (size_t i = 0; i < count; i++)
        fds[i] = forwards->list[i].fd;
    return count;
}

/* ---- one connection ----------------------------------------------------- */

static size_t free_place(const struct ssh_relays *relays)
{
    for (size_t i = 1; i < SSH_RELAYS_MAX; i++)
        if (!relays->list[i].channel)
            return i;
    return SSH_RELAYS_MAX;
}

/* That the server can't reach the host is the caller's trouble, not the end of
 * ours: he sees his connection closed. */
static int connect_there(struct ssh_relays *relays, size_t listener, int fd,
                         const struct sockaddr_in *from)
{
    struct ssh_client *client = relays->client;
    const char *host = relays->forwards->list[listener].host;
    uint16_t port = relays->forwards->list[listener].port;
    size_t place = free_place(relays);
    LIBSSH2_CHANNEL *channel = NULL;
    char address[INET_ADDRSTRLEN];
    int result;

    inet_ntop(AF_INET, &from->sin_addr, address, sizeof(address));
    ssh_client_asks(client, RFC("4254", "7.2"), "CHANNEL_OPEN",
                    "direct-tcpip to %s port %u, from %s port %u", host, port,
                    address, ntohs(from->sin_port));
    SSH_MAKE(client, channel,
             libssh2_channel_direct_tcpip_ex(client->session, host, port,
                                             address, ntohs(from->sin_port)));
    if (!channel) {
        close(fd);
        if (client->error->class != ERROR_NONE)
            return -(int)client->error->class;
        ssh_client_hears(client, RFC("4254", "5.1"), "CHANNEL_OPEN_FAILURE",
                         "%s port %u can't be reached", host, port);
        return 0;
    }
    ssh_client_hears(client, RFC("4254", "5.1"), "CHANNEL_OPEN_CONFIRMATION",
                     "direct-tcpip");
    result = ssh_relay_start(relays, place, channel, fd, fd, -1);
    relays->list[place].socket = true;
    return result;
}

int ssh_forwards_accept(struct ssh_relays *relays, size_t listener)
{
    struct sockaddr_in from = {0};
    socklen_t length = sizeof(from);
    int fd;

    if (free_place(relays) == SSH_RELAYS_MAX)
        /* It waits in the kernel's queue. */
        return 0;
    fd = accept4(relays->forwards->list[listener].fd, (struct sockaddr *)&from,
                 &length, SOCK_CLOEXEC);
    return fd < 0 ? 0 : connect_there(relays, listener, fd, &from);
}

/* ---- nothing else ------------------------------------------------------- */

static volatile sig_atomic_t stopped;

static void stop(int number)
{
    stopped = number;
}

static int until_stopped(struct ssh_relays *relays, void *context)
{
    (void)relays;
    (void)context;
    return stopped != 0;
}

int ssh_forwards_run(struct ssh_client *client)
{
    static struct ssh_relays relays;
    struct sigaction action = {.sa_handler = stop};
    int result;

    relays = (struct ssh_relays){.client = client, .before = until_stopped};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    result = ssh_forwards_open(&relays.forwards, &client->options->forwards,
                               client->error);
    if (result == 0)
        result = ssh_relay_run(&relays);
    ssh_relay_end(&relays);
    ssh_forwards_close(relays.forwards);
    return result;
}
