/* SPDX-License-Identifier: MIT */
/*
 * 4-limit: a length is a claim.
 *
 * 3-several makes room for as many octets as the server says it will send, and
 * strtoul() takes "-1" for a number. Here a length is digits, and has a limit,
 * before anything is done with it.
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
#define LINE_SIZE 4096
/* Octets of a literal. Deliberately fewer than a long message has; a production
 * client would write them to a file as they come, however many. */
#define LITERAL_MAX (1 << 20)
/* Octets of a string that are shown. */
#define SHOWN_MAX 60

struct server {
    int fd;   /* we write here */
    FILE *in; /* and read here */
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

/* The next line without its end. */
static void read_line(struct server *s, char line[LINE_SIZE])
{
    if (fgets(line, LINE_SIZE, s->in) == NULL)
        errx(1, "the server closed");
    size_t text = strcspn(line, "\r\n");
    if (strcmp(line + text, "\r\n") != 0)
        errx(1, "a line without CR LF at its end");
    line[text] = '\0';
    printf("S: %s\n", line);
}

static void show(const char *octets, size_t length)
{
    int shown = length < SHOWN_MAX ? (int)length : SHOWN_MAX;

    printf("   a string of %zu: %.*s\n", length, shown, octets);
}

/* Whether a line ends with {LENGTH}. */
static bool announces(const char *line, size_t *length)
{
    const char *brace = strrchr(line, '{');
    char *end;

    if (brace == NULL)
        return false;
    *length = strtoul(brace + 1, &end, 10);
    if (strcmp(end, "}") != 0 || strspn(brace + 1, "0123456789") == 0)
        return false;
    if (*length > LITERAL_MAX)
        errx(1, "a literal of %s is more than %d octets", brace, LITERAL_MAX);
    return true;
}

static void read_literal(struct server *s, size_t length)
{
    char *octets = malloc(length);

    if (octets == NULL && length > 0)
        err(1, "%zu octets", length);
    if (fread(octets, 1, length, s->in) != length)
        errx(1, "the server closed within %zu octets", length);
    show(octets, length);
    free(octets);
}

/* Shows what stands in quotes in a line. */
static void show_quoted(const char *line)
{
    while ((line = strchr(line, '"')) != NULL) {
        char string[LINE_SIZE];
        size_t length = 0;

        for (line++; *line != '"'; line++) {
            if (*line == '\\')
                line++;
            if (*line == '\0')
                errx(1, "a quoted string without an end");
            string[length++] = *line;
        }
        show(string, length);
        line++;
    }
}

/* Says a command and hears all that answers it. */
static void ask(struct server *s, const char *command)
{
    char line[LINE_SIZE];
    size_t length;

    printf("C: %s\n", command);
    dprintf(s->fd, "%s\r\n", command);
    do {
        read_line(s, line);
        show_quoted(line);
        while (announces(line, &length)) {
            read_literal(s, length);
            /* The rest of the line. */
            read_line(s, line);
            show_quoted(line);
        }
    } while (strncmp(line, command, strlen("a1 ")) != 0);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        errx(2, "usage: literal HOST PORT");
    /* What is printed shows at once, in a pipe too. */
    setvbuf(stdout, NULL, _IONBF, 0);
    /* Deliberately blunt: after ten seconds the kernel ends the program. */
    alarm(10);
    /* That the server has closed is told by the next read_line(). */
    signal(SIGPIPE, SIG_IGN);

    struct server s = {.fd = dial(argv[1], argv[2])};
    char greeting[LINE_SIZE];

    s.in = fdopen(s.fd, "r");
    read_line(&s, greeting);
    ask(&s, "a1 LOGIN \"alice\" \"wonderland\"");
    ask(&s, "a2 SELECT \"INBOX\"");
    ask(&s, "a3 FETCH 1 (ENVELOPE BODY[TEXT])");
    ask(&s, "a4 SEARCH CHARSET UTF-8 TEXT \"café\"");
    ask(&s, "a5 LOGOUT");
    fclose(s.in);
    return 0;
}
