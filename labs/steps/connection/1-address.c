/* SPDX-License-Identifier: MIT */
/*
 * 1-address: a connection to an address. Standard input goes to the server;
 * what the server says is printed, a read at a time:
 *
 *     printf 'NOOP\r\nQUIT\r\n' | bin/steps/connection/1-address 127.0.0.1 25
 *
 * A connection is a descriptor: socket() makes it, connect() ties it to the
 * other end (RFC 9293 §3.5), and send() and recv() carry bytes.
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Octets that are sent at most. */
#define SAID_MAX (16 << 20)

/* A connection to an IPv4 address and a port, both in digits. */
static int dial(const char *host, const char *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (inet_pton(AF_INET, host, &address.sin_addr) != 1)
        errx(1, "%s is not an IPv4 address", host);
    address.sin_port = htons((uint16_t)atoi(port));
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
        err(1, "%s", host);
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
