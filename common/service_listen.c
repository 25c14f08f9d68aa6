/* SPDX-License-Identifier: MIT */
/*
 * service_listen: the addresses of a server: read, bound, announced.
 *
 * "ready ADDR:PORT" appears when every listener is bound, never before: who
 * waits for the line may connect to any of them at once.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/address.h"
#include "common/limits.h"
#include "common/names.h"
#include "common/service_private.h"
#include "common/trace.h"

void service_no_listeners(struct service *service)
{
    if (service->listener_count == 0)
        service->listeners[service->listener_count++].address = "127.0.0.1";
    for (size_t i = 0; i < service->listener_count; i++)
        service->listeners[i].fd = -1;
}

void service_close_listeners(struct service *service)
{
    for (size_t i = 0; i < service->listener_count; i++) {
        if (service->listeners[i].fd >= 0)
            close(service->listeners[i].fd);
        service->listeners[i].fd = -1;
    }
}

/* "8080" and ":8080" are ports of 127.0.0.1. As an address "8080" would be
 * 0.0.31.144, which nobody means. */
static int read_address(const struct service *service,
                        const struct service_listener *listener,
                        struct sockaddr_storage *address, struct error *error)
{
    const char *text = listener->address;
    const char *port = text[0] == ':' ? text + 1 : text;
    uint16_t standard =
        listener->tls ? service->standard_tls_port : service->standard_port;
    char whole[NAMES_NUMBER_MAX];

    if (port[0] != '\0' && port[strspn(port, "0123456789")] == '\0') {
        snprintf(whole, sizeof(whole), "127.0.0.1:%.9s", port);
        text = whole;
    }
    if (!names_endpoint(text, standard, address))
        return error_set(error, ERROR_USAGE,
                         "'%s' is not ADDRESS[:PORT]; an IPv6 address with a "
                         "port stands in brackets: [::1]:8080",
                         listener->address);
    return 0;
}

/* What can be done about it stands beside what went wrong. */
static int refused(const struct sockaddr_storage *address, int sys_errno,
                   struct error *error)
{
    char shown[80];

    address_show(address, shown, sizeof(shown));
    if (sys_errno == EACCES)
        return error_set(
            error, ERROR_LOCAL,
            "listening at %s: permission denied. Ports below 1024 are for "
            "root: take a higher one, as --listen 127.0.0.1:8080, or open "
            "them to all: sudo sysctl net.ipv4.ip_unprivileged_port_start=0",
            shown);
    if (sys_errno == EADDRINUSE)
        return error_set_errno(error, ERROR_LOCAL, sys_errno,
                               "listening at %s (port 0 picks a free one)",
                               shown);
    return error_set_errno(error, ERROR_LOCAL, sys_errno, "listening at %s",
                           shown);
}

/* An IPv6 socket is for IPv6 only, so that 0.0.0.0 and [::] may both be
 * listened at. Not blocking: a peer may be gone before we accept it. */
static int open_listener(struct service_listener *listener,
                         const struct sockaddr_storage *address,
                         struct error *error)
{
    socklen_t size = address_size(address->ss_family);
    int on = 1;

    listener->fd = socket(address->ss_family,
                          SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener->fd < 0)
        return refused(address, errno, error);
    setsockopt(listener->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (address->ss_family == AF_INET6)
        setsockopt(listener->fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
    if (bind(listener->fd, (const struct sockaddr *)address, size) < 0 ||
        listen(listener->fd, SOMAXCONN) < 0)
        return refused(address, errno, error);
    return 0;
}

/* The address as bound: port 0 has become the one that the kernel picked. */
static int announce(const struct service *service,
                    const struct service_listener *listener,
                    struct error *error)
{
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof(address);
    char shown[80];

    if (getsockname(listener->fd, (struct sockaddr *)&address, &size) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "getsockname");
    address_show(&address, shown, sizeof(shown));
    printf("ready %s\n", shown);
    trace_note(service->trace, RFC("9293", "3.9.1.1"), "listen",
               "waiting for connections at %s", shown);
    return 0;
}

int service_listen(struct service *service, struct error *error)
{
    int result = 0;

    for (size_t i = 0; i < service->listener_count && result == 0; i++) {
        struct service_listener *listener = &service->listeners[i];
        struct sockaddr_storage address;

        result = read_address(service, listener, &address, error);
        if (result == 0)
            result = open_listener(listener, &address, error);
    }
    for (size_t i = 0; i < service->listener_count && result == 0; i++)
        result = announce(service, &service->listeners[i], error);
    fflush(stdout);
    return result;
}
