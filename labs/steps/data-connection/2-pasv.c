/* SPDX-License-Identifier: MIT */
/*
 * 2-pasv: a file has a connection of its own.
 *
 * To PASV the server answers with an address and a port, six numbers of one
 * octet each, and waits there (RFC 959 §4.1.2). What comes over that connection
 * is the file; where the connection ends, the file ends (RFC 959 §3.4.1).
 */
#include <err.h>
#include <netdb.h>
#include <signal.h>
#include <stdbool.h>
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

/* A data connection to where the server waits. */
static int passive(struct control *c)
{
    unsigned int n[6];
    char host[sizeof("255.255.255.255")], port[sizeof("65535")];

    if (ask(c, "PASV") != 227)
        errx(1, "no data connection");
    /* No bracket has to stand before the numbers (RFC 1123 §4.1.2.6). */
    const char *numbers = c->line + 4 + strcspn(c->line + 4, "0123456789");
    if (sscanf(numbers, "%3u,%3u,%3u,%3u,%3u,%3u", &n[0], &n[1], &n[2], &n[3],
               &n[4], &n[5]) != 6)
        errx(1, "no address in the reply");
    snprintf(host, sizeof(host), "%u.%u.%u.%u", n[0], n[1], n[2], n[3]);
    snprintf(port, sizeof(port), "%u", (n[4] << 8 | n[5]) & 0xffff);
    return dial(host, port);
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

    if (ask(c, "RETR hello.txt") >= 400)
        errx(1, "no file");
    while (take(data))
        ;
    close(data);
    hear(c);
    printf("the file is whole\n");
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
