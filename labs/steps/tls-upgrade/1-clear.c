/* SPDX-License-Identifier: MIT */
/*
 * 1-clear: a log-in that everybody on the way can read.
 *
 *     bin/steps/tls-upgrade/1-clear mx.east.test 110
 *
 * The client asks what the server can (CAPA, RFC 2449 §5), and logs in if USER
 * is in the list (RFC 1939 §7). A careful server does not list it here: over a
 * clear connection it takes no password.
 */
#include <err.h>
#include <netdb.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Octets of a line with CR LF (RFC 2449 §4). */
#define LINE_SIZE 512

struct server {
    int fd;
    char text[LINE_SIZE]; /* what has come and is not heard yet */
    size_t used;          /* octets of it */
    /* From its list of capabilities: */
    bool takes_user;
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

/* The next line, without its end. */
static void hear(struct server *s, char line[LINE_SIZE])
{
    char *end;

    while ((end = memchr(s->text, '\n', s->used)) == NULL) {
        size_t room = sizeof(s->text) - s->used;
        ssize_t length = recv(s->fd, s->text + s->used, room, 0);

        if (length <= 0)
            errx(1, room == 0 ? "too long a line" : "the server closed");
        s->used += (size_t)length;
    }
    snprintf(line, LINE_SIZE, "%.*s", (int)strcspn(s->text, "\r\n"), s->text);
    s->used -= (size_t)(end + 1 - s->text);
    memmove(s->text, end + 1, s->used);
    printf("S: %s\n", line);
}

/* Says a command; whether the server agrees. */
static bool ask(struct server *s, const char *command)
{
    char line[LINE_SIZE];

    printf("C: %s\n", command);
    snprintf(line, sizeof(line), "%s\r\n", command);
    send(s->fd, line, strlen(line), 0);
    hear(s, line);
    return strncmp(line, "+OK", 3) == 0;
}

/* Asks what the server can. */
static void learn(struct server *s)
{
    char line[LINE_SIZE];

    if (!ask(s, "CAPA"))
        return;
    do {
        hear(s, line);
        if (strcmp(line, "USER") == 0)
            s->takes_user = true;
    } while (strcmp(line, ".") != 0);
}

int main(int argc, char **argv)
{
    char greeting[LINE_SIZE];

    if (argc != 3)
        errx(2, "usage: tls-upgrade HOST PORT");
    /* What is printed shows at once, in a pipe too. */
    setvbuf(stdout, NULL, _IONBF, 0);
    /* That the server has closed is told by the next hear(). */
    signal(SIGPIPE, SIG_IGN);

    struct server s = {.fd = dial(argv[1], argv[2])};
    hear(&s, greeting);
    learn(&s);
    if (!s.takes_user)
        printf("the server offers no log-in\n");
    else if (ask(&s, "USER alice"))
        ask(&s, "PASS wonderland");
    ask(&s, "QUIT");
    close(s.fd);
    return 0;
}
