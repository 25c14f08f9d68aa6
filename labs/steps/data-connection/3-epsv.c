/* SPDX-License-Identifier: MIT */
/*
 * 3-epsv: only the port is asked for; the address is known.
 *
 * 2-pasv goes where the reply sends it. A server behind a translator of
 * addresses names one that nobody can reach, and a server that lies sends us to
 * somebody else's port. EPSV is answered with a port and nothing else: the
 * address is that of the control connection (RFC 2428 §3), whatever the family.
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

/* A data connection to the port where the server waits. */
static int passive(struct control *c)
{
    struct sockaddr_storage server;
    socklen_t size = sizeof(server);
    char host[NI_MAXHOST], port[sizeof("65535")];

    if (ask(c, "EPSV") != 229)
        errx(1, "no data connection");
    if (sscanf(c->line + strcspn(c->line, "("), "(|||%5[0-9]|)", port) != 1)
        errx(1, "no port in the reply");
    getpeername(c->fd, (struct sockaddr *)&server, &size);
    getnameinfo((struct sockaddr *)&server, size, host, sizeof(host), NULL, 0,
                NI_NUMERICHOST);
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
