/* SPDX-License-Identifier: MIT */
/*
 * 1-control: FTP's commands and replies go over one connection.
 *
 *     bin/steps/data-connection/1-control ftp.example.test 21
 *
 * A guest logs in and asks for a file (RFC 959 §5.4). There is nowhere for it
 * to go: over this connection, the control connection, no file passes, and the
 * server says so.
 */
#include <err.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Octets of a line, CR LF and C's NUL among them. */
#define LINE_SIZE 512

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

/* Asks for the file, and shows what comes of it. */
static void fetch(struct control *c)
{
    ask(c, "RETR hello.txt");
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
    hear(&c);
    ask(&c, "USER anonymous");
    ask(&c, "PASS guest");
    fetch(&c);
    ask(&c, "QUIT");
    fclose(c.in);
    return 0;
}
