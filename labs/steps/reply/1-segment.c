/* SPDX-License-Identifier: MIT */
/*
 * 1-segment: a reply of SMTP is a number for the program and a text for people.
 *
 *     bin/steps/reply/1-segment mx.east.test 25
 *
 * Four commands, a reply to each (RFC 5321 §4.2); the first digit of the number
 * says how it went (RFC 5321 §4.2.1). What one recv() brings is taken for one
 * reply.
 */
#include <err.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

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

/* Prints a reply; its number. */
static int hear(int fd)
{
    char text[1024];
    ssize_t length = recv(fd, text, sizeof(text) - 1, 0);

    if (length <= 0)
        errx(1, "the server closed");
    text[length] = '\0';
    printf("S: %s\n", text);
    return atoi(text);
}

/* What the first digit of a reply tells (RFC 5321 §4.2.1). */
static const char *meaning(int code)
{
    static const char *const by_digit[] = {
        [2] = "done", [3] = "go on", [4] = "not now", [5] = "no"};

    return code >= 200 && code < 600 ? by_digit[code / 100] : "what?";
}

int main(int argc, char **argv)
{
    static const char *const commands[] = {
        "EHLO client.example", "MAIL FROM:<>", "RCPT TO:<nobody@east.test>",
        "QUIT"};

    if (argc != 3)
        errx(2, "usage: reply HOST PORT");
    /* What is printed shows at once, in a pipe too. */
    setvbuf(stdout, NULL, _IONBF, 0);
    /* Deliberately blunt: after ten seconds the kernel ends the program. */
    alarm(10);
    /* That the server has closed is told by the next hear(). */
    signal(SIGPIPE, SIG_IGN);

    int fd = dial(argv[1], argv[2]);
    printf("the greeting: %s\n", meaning(hear(fd)));
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
        dprintf(fd, "%s\r\n", commands[i]);
        printf("%s: %s\n", commands[i], meaning(hear(fd)));
    }
    close(fd);
    return 0;
}
