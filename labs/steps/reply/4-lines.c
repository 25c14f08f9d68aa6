/* SPDX-License-Identifier: MIT */
/*
 * 4-lines: a reply may have several lines.
 *
 * A hyphen behind the number says that another line follows (RFC 5321 §4.2.1).
 * 3-digits takes the second line of the reply to EHLO for the reply to MAIL,
 * and from there on every answer is one to an earlier question. The number is
 * the same on all lines of a reply.
 */
#include <ctype.h>
#include <err.h>
#include <netdb.h>
#include <signal.h>
#include <stdbool.h>
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

/* The number that a line of a reply begins with. */
static int code_of(const char *line)
{
    if (line[0] < '2' || line[0] > '5' || line[1] < '0' || line[1] > '5' ||
        !isdigit((unsigned char)line[2]) ||
        /* The NUL at the line's end is found too. */
        strchr(" -", line[3]) == NULL)
        errx(1, "no reply of SMTP: %s", line);
    return atoi(line);
}

/* Prints a reply; its number. */
static int hear(FILE *in)
{
    int code = 0;
    bool more;

    do {
        char *line = read_line(in);

        if (code != 0 && code_of(line) != code)
            errx(1, "a reply of %d has this line: %s", code, line);
        code = code_of(line);
        more = line[3] == '-';
        printf("S: %s\n", line);
        free(line);
    } while (more);
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
