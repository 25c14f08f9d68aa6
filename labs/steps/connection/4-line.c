/* SPDX-License-Identifier: MIT */
/*
 * 4-line: what comes is lines, whatever the segments.
 *
 * TCP carries a stream of octets and keeps no borders (RFC 9293 §2.2): one send
 * there may be two reads here, and two sends one read. 3-deadline prints half a
 * line as if it were one. Here octets wait in a buffer until their line is
 * whole, and what came behind it stays for the next.
 */
#include <err.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* What has come from the server and is not printed yet. */
struct input {
    char text[1024];
    size_t used; /* octets of it */
};

/* Prints the server's next line; false when it says no more. */
static bool hear(int fd, struct input *in)
{
    char *end;

    while ((end = memchr(in->text, '\n', in->used)) == NULL) {
        if (in->used == sizeof(in->text))
            errx(1, "a line of more than %zu octets", sizeof(in->text));
        await(fd, POLLIN);
        ssize_t length =
            recv(fd, in->text + in->used, sizeof(in->text) - in->used, 0);
        if (length <= 0)
            return false;
        in->used += (size_t)length;
    }
    size_t length = (size_t)(end + 1 - in->text);
    printf("S: %.*s", (int)length, in->text);
    in->used -= length;
    memmove(in->text, end + 1, in->used);
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

    struct input in = {.used = 0};
    int fd = dial(argv[1], argv[2]);

    /* In mail and FTP the server speaks first. */
    hear(fd, &in);
    say(fd);
    while (hear(fd, &in))
        ;
    close(fd);
    return 0;
}
