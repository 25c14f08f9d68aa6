/* SPDX-License-Identifier: MIT */
/*
 * peer: the scripted peer. One child process listens on 127.0.0.1 and plays
 * the lines of a transcript, so that a test reads like the conversation that
 * it is about, broken servers included.
 */
#include "tests/harness.h"

#include "common/deadline.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Seconds after which a peer that nobody talks to ends by itself. */
#define PEER_SECONDS 60
/* Milliseconds that closing waits for the other side's last bytes. */
#define PEER_LINGER_MS 2000
#define LINE_MAX_BYTES 65536

struct peer {
    int listener;
    int fd;     /* -1: nobody is connected; the next C or S accepts */
    int number; /* of the script's line, for what we complain of */
};

static void peer_fail(const struct peer *peer, const char *what,
                      const char *line)
{
    fprintf(stderr, "peer: line %d: %s: %s\n", peer->number, what, line);
    _exit(1);
}

static void peer_accept(struct peer *peer)
{
    if (peer->fd >= 0)
        return;
    peer->fd = accept4(peer->listener, NULL, NULL, SOCK_CLOEXEC);
    if (peer->fd < 0)
        peer_fail(peer, "accept", strerror(errno));
}

/* Says that we are done, waits until the other side is too, then closes: a
 * close with bytes unread would be a reset, and those eat what we sent. */
static void peer_close(struct peer *peer)
{
    deadline_ns deadline = deadline_in_ms(PEER_LINGER_MS);
    struct pollfd ready = {peer->fd, POLLIN, 0};
    char bin[4096];

    if (peer->fd < 0)
        return;
    shutdown(peer->fd, SHUT_WR);
    while (poll(&ready, 1, deadline_poll_ms(deadline)) == 1)
        if (recv(peer->fd, bin, sizeof bin, 0) <= 0)
            break;
    close(peer->fd);
    peer->fd = -1;
}

static void peer_send(struct peer *peer, const char *data, size_t length)
{
    peer_accept(peer);
    while (length > 0) {
        ssize_t sent = send(peer->fd, data, length, MSG_NOSIGNAL);

        if (sent < 0) /* the client had enough: that is its right */
            return;
        data += sent;
        length -= (size_t)sent;
    }
}

/* \r \n \t \0 \\ \xNN to bytes, in place; the length. */
static size_t unescape(char *text)
{
    static const char from[] = "rnt0\\", to[] = "\r\n\t\0\\";
    char *in = text, *out = text;

    while (*in != '\0') {
        const char *known;

        if (*in != '\\' || in[1] == '\0') {
            *out++ = *in++;
            continue;
        }
        known = strchr(from, in[1]);
        if (in[1] == 'x' && in[2] != '\0' && in[3] != '\0') {
            char hex[] = {in[2], in[3], '\0'};

            *out++ = (char)strtoul(hex, NULL, 16);
            in += 4;
            continue;
        }
        *out++ = known != NULL ? to[known - from] : in[1];
        in += 2;
    }
    return (size_t)(out - text);
}

/* One line without its end; a byte at a time, as nothing may be read that
 * belongs to the next connection's test of an early close. */
static bool peer_read_line(struct peer *peer, char *line)
{
    size_t used = 0;

    peer_accept(peer);
    while (used + 1 < LINE_MAX_BYTES && recv(peer->fd, line + used, 1, 0) == 1)
        if (line[used++] == '\n') {
            used -= used > 1 && line[used - 2] == '\r' ? 2 : 1;
            line[used] = '\0';
            return true;
        }
    line[used] = '\0';
    return false;
}

static bool line_matches(const char *wanted, const char *got)
{
    size_t length = strlen(wanted);

    if (length > 0 && wanted[length - 1] == '*')
        return strncmp(wanted, got, length - 1) == 0;
    return strcmp(wanted, got) == 0;
}

static void peer_await(struct peer *peer, const char *wanted)
{
    static char line[LINE_MAX_BYTES];

    do {
        if (!peer_read_line(peer, line))
            peer_fail(peer, "the client closed; awaited", wanted);
    } while (strcmp(wanted, "...") == 0 && line[0] != '\0');
    if (strcmp(wanted, "...") != 0 && !line_matches(wanted, line))
        peer_fail(peer, wanted, line);
}

static void peer_sleep(const char *seconds)
{
    double s = strtod(seconds, NULL);
    struct timespec t = {(time_t)s, (long)((s - (double)(time_t)s) * 1e9)};

    nanosleep(&t, NULL);
}

static void peer_play(struct peer *peer, char *line)
{
    char *text = line + (line[0] != '\0' && line[1] != '\0' ? 2 : 0);

    text += *text == ' ';
    if (strncmp(line, "C:", 2) == 0) {
        peer_await(peer, text);
    } else if (strncmp(line, "S:", 2) == 0) {
        peer_send(peer, text, strlen(text));
        peer_send(peer, "\r\n", 2);
    } else if (strncmp(line, "S=", 2) == 0) {
        peer_send(peer, text, unescape(text));
    } else if (strncmp(line, "Z:", 2) == 0) {
        peer_sleep(text);
    } else if (strncmp(line, "E:", 2) == 0) {
        peer_accept(peer);
        peer_close(peer);
    } else if (line[0] != '#' && line[0] != '\0') {
        peer_fail(peer, "not a line of a script", line);
    }
}

/* The last connection stays open until the client closes it, or PEER_SECONDS
 * are over: only "E:" closes first. */
static void peer_run(int listener, char *script)
{
    struct peer peer = {listener, -1, 0};
    char bin[4096];

    alarm(PEER_SECONDS);
    while (script != NULL) {
        char *line = strsep(&script, "\n");

        peer.number++;
        peer_play(&peer, line + strspn(line, " \t"));
    }
    while (peer.fd >= 0 && recv(peer.fd, bin, sizeof bin, 0) > 0)
        ;
    _exit(0);
}

pid_t test_peer(const char *script, uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char *copy = strdup(script);
    pid_t pid;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (copy == NULL || listener < 0 ||
        bind(listener, (struct sockaddr *)&address, length) < 0 ||
        listen(listener, 16) < 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) < 0) {
        perror("test_peer");
        exit(99);
    }
    *port = ntohs(address.sin_port);
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGTERM, SIG_DFL);
        peer_run(listener, copy);
    }
    free(copy);
    close(listener);
    return pid;
}
