/* SPDX-License-Identifier: MIT */
/*
 * 2-line: a reply is a line, and a line ends with CR LF.
 *
 * 1-segment takes half a reply for one when the network splits it. getline()
 * reads until the LF, whatever the segments. That the CR stands before it, and
 * nowhere else, is asked too: software that disagrees on where a line ends can
 * be made to see different commands in the same octets (RFC 5321 §2.3.8).
 */
#include <err.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* The next line without its end; the caller frees it. */
static char *read_line(FILE *in)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t length = getline(&line, &size, in);

    if (length < 0)
        errx(1, "the server closed");
    /* strcspn() stops at a NUL as well: none gets past here. */
    size_t text = strcspn(line, "\r\n");
    if (text + 2 != (size_t)length || strcmp(line + text, "\r\n") != 0)
        errx(1, "%zd octets are not a line that ends with CR LF", length);
    line[text] = '\0';
    return line;
}

/* Prints a reply; its number. */
static int hear(FILE *in)
{
    char *line = read_line(in);
    int code = atoi(line);

    printf("S: %s\n", line);
    free(line);
    return code;
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
    FILE *in = fdopen(fd, "r");
    printf("the greeting: %s\n", meaning(hear(in)));
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
        dprintf(fd, "%s\r\n", commands[i]);
        printf("%s: %s\n", commands[i], meaning(hear(in)));
    }
    fclose(in);
    return 0;
}
