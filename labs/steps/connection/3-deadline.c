/* SPDX-License-Identifier: MIT */
/*
 * 3-deadline: no wait without an end.
 *
 * 2-name waits for ever for a server that takes the connection and says
 * nothing. Here the descriptor never blocks; poll() does the waiting, and only
 * until the deadline. That is an instant, not a length of time: a server that
 * says a letter every second gets no new second for it.
 */
#include <err.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Octets that are sent at most. */
#define SAID_MAX (16 << 20)
/* Seconds that all of it may take. */
#define PATIENCE_S 3

/* The second in which they are over; 0 until the first wait sets it. */
static time_t deadline;

/* Waits until a recv (POLLIN) or a send (POLLOUT) has something to do. */
static void await(int fd, short events)
{
    struct pollfd one = {fd, events, 0};
    struct timespec now;

    /* A clock that nobody sets back. */
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (deadline == 0)
        deadline = now.tv_sec + PATIENCE_S;
    int left_s = (int)(deadline - now.tv_sec);
    if (left_s <= 0 || poll(&one, 1, left_s * 1000) == 0)
        errx(1, "not done within %d seconds", PATIENCE_S);
}

/* A connection to one address; -1, and errno, when there is none. */
static int try_address(const struct addrinfo *address)
{
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
    socklen_t size = sizeof(int);

    if (fd < 0)
        return -1;
    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0)
        return fd;
    if (errno == EINPROGRESS) {
        await(fd, POLLOUT);
        if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &errno, &size) == 0 &&
            errno == 0)
            return fd;
    }
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

    await(fd, POLLIN);
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

    await(fd, POLLOUT);
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
