/* SPDX-License-Identifier: MIT */
/*
 * 2-name: a name stands for several addresses, and each is tried in turn.
 *
 * 1-address has to be told an address, and knows one family of them. A name may
 * have some of IPv6 and some of IPv4, and a host that is down at one of them
 * may answer at the next (RFC 1123 §2.3).
 */
#include <err.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Octets that are sent at most. */
#define SAID_MAX (16 << 20)

/* A connection to one address; -1, and errno, when there is none. */
static int try_address(const struct addrinfo *address)
{
    int fd = socket(address->ai_family, SOCK_STREAM, 0);

    if (fd < 0)
        return -1;
    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0)
        return fd;
    close(fd);
    return -1;
}

/* A connection to the first of the name's addresses that answers. */
static int dial(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *all;
    int fd = -1, problem = getaddrinfo(host, port, &hints, &all);

    if (problem != 0)
        errx(1, "%s: %s", host, gai_strerror(problem));
    for (struct addrinfo *a = all; a != NULL && fd < 0; a = a->ai_next)
        fd = try_address(a);
    if (fd < 0)
        err(1, "%s", host);
    freeaddrinfo(all);
    return fd;
}

/* Prints what the server says next; false when it says no more. */
static bool hear(int fd)
{
    char text[1024];
    ssize_t length = recv(fd, text, sizeof(text), 0);

    if (length <= 0)
        return false;
    printf("S: %.*s", (int)length, text);
    return true;
}

/* Says all that stands on standard input. */
static void say(int fd)
{
    static char text[SAID_MAX];
    size_t length = fread(text, 1, sizeof(text), stdin);

    if (send(fd, text, length, MSG_NOSIGNAL) < 0)
        err(1, "send");
}

int main(int argc, char **argv)
{
    if (argc != 3)
        errx(2, "usage: connection HOST PORT");

    /* What is printed shows at once, in a pipe too. */
    setvbuf(stdout, NULL, _IONBF, 0);

    int fd = dial(argv[1], argv[2]);

    /* In mail and FTP the server speaks first. */
    hear(fd);
    say(fd);
    while (hear(fd))
        ;
    close(fd);
    return 0;
}
