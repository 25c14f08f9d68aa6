/* SPDX-License-Identifier: MIT */
/*
 * 5-active: or the server connects to us.
 *
 * When a server refuses EPSV, 4-both gets nothing. FTP's older way is the other
 * way round: we wait at a port, tell the server which (EPRT, RFC 2428 §2), and
 * it connects to us. A firewall before us lets that seldom pass; so it comes
 * second.
 */
#include <arpa/inet.h>
#include <err.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Octets of a line, CR LF and C's NUL among them. */
#define LINE_SIZE 512
/* Milliseconds that both connections may be silent. */
#define SILENCE_MS 10000

/* The control connection, and the reply that came last. */
struct control {
    int fd;
    FILE *in;
    char line[LINE_SIZE];
};

/* A connection to a server. Deliberately to the first of its IPv4 addresses
 * only; the ladder of connections tries them all, and with a deadline. */
static int dial(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    struct addrinfo *first;
    int problem = getaddrinfo(host, port, &hints, &first);

    if (problem != 0)
        errx(1, "%s: %s", host, gai_strerror(problem));
    int fd = socket(first->ai_family, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, first->ai_addr, first->ai_addrlen) < 0)
        err(1, "%s", host);
    freeaddrinfo(first);
    return fd;
}

/* The next reply, of which the last line is kept; its number. Deliberately
 * with less care than the ladder of replies takes. */
static int hear(struct control *c)
{
    do {
        if (fgets(c->line, LINE_SIZE, c->in) == NULL)
            errx(1, "the server closed");
        printf("S: %s", c->line);
    } while (atoi(c->line) < 100 || c->line[3] == '-');
    return atoi(c->line);
}

/* Says a command; the number of the reply. */
static int ask(struct control *c, const char *command)
{
    printf("C: %s\n", command);
    dprintf(c->fd, "%s\r\n", command);
    return hear(c);
}

/* A data connection to the port where the server waits; -1: it does not. */
static int passive(struct control *c)
{
    struct sockaddr_storage server;
    socklen_t size = sizeof(server);
    char host[NI_MAXHOST], port[sizeof("65535")];

    if (ask(c, "EPSV") != 229)
        return -1;
    if (sscanf(c->line + strcspn(c->line, "("), "(|||%5[0-9]|)", port) != 1)
        errx(1, "no port in the reply");
    getpeername(c->fd, (struct sockaddr *)&server, &size);
    getnameinfo((struct sockaddr *)&server, size, host, sizeof(host), NULL, 0,
                NI_NUMERICHOST);
    return dial(host, port);
}

/* A socket of ours at which the server is to connect. */
static int active(struct control *c)
{
    struct sockaddr_in here;
    socklen_t size = sizeof(here);
    char command[64];
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    /* The address that the server knows us by, and a port that is free. */
    getsockname(c->fd, (struct sockaddr *)&here, &size);
    here.sin_port = 0;
    if (bind(listener, (struct sockaddr *)&here, size) < 0 ||
        listen(listener, 1) < 0 ||
        getsockname(listener, (struct sockaddr *)&here, &size) < 0)
        err(1, "listen");
    snprintf(command, sizeof(command), "EPRT |1|%s|%u|",
             inet_ntoa(here.sin_addr), ntohs(here.sin_port));
    if (ask(c, command) >= 400)
        errx(1, "no data connection");
    return listener;
}

/* The connection that is waiting at a socket of ours. */
static int meet(int listener)
{
    int data = accept(listener, NULL, NULL);

    if (data < 0)
        err(1, "accept");
    close(listener);
    return data;
}

/* Shows what comes next over the data connection; false at its end. */
static bool take(int data)
{
    char octets[1024];
    ssize_t length = recv(data, octets, sizeof(octets), 0);

    if (length > 0)
        printf("the file: %.*s", (int)length, octets);
    return length > 0;
}

/* Asks for the file, and shows what comes of it. */
static void fetch(struct control *c)
{
    int data = passive(c);
    bool waiting = data < 0;
    if (waiting)
        data = active(c);
    int code = ask(c, "RETR hello.txt");
    bool ended = false;

    while (code < 200 || (code < 400 && !ended)) {
        /* poll() passes over a descriptor of -1. */
        struct pollfd both[] = {{code < 200 ? c->fd : -1, POLLIN, 0},
                                {ended ? -1 : data, POLLIN, 0}};

        if (poll(both, 2, SILENCE_MS) == 0)
            errx(1, "silence");
        if (both[1].revents != 0 && waiting) {
            data = meet(data);
            waiting = false;
        } else if (both[1].revents != 0) {
            ended = !take(data);
        } else if (both[0].revents != 0) {
            code = hear(c);
        }
    }
    close(data);
    printf("the file is %s\n", code < 400 ? "whole" : "not whole");
}

int main(int argc, char **argv)
{
    if (argc != 3)
        errx(2, "usage: data-connection HOST PORT");
    /* What is printed shows at once, in a pipe too. */
    setvbuf(stdout, NULL, _IONBF, 0);
    /* That the server has closed is told by the next hear(). */
    signal(SIGPIPE, SIG_IGN);

    struct control c = {.fd = dial(argv[1], argv[2])};
    c.in = fdopen(c.fd, "r");
    /* What lay in a buffer of ours, poll() would not see. */
    setvbuf(c.in, NULL, _IONBF, 0);
    hear(&c);
    ask(&c, "USER anonymous");
    ask(&c, "PASS guest");
    fetch(&c);
    ask(&c, "QUIT");
    fclose(c.in);
    return 0;
}
