/* SPDX-License-Identifier: MIT */
/*
 * names_system: the system's answer, within a deadline.
 *
 * getaddrinfo(3) reads /etc/hosts, asks DNS, and whatever else nsswitch.conf
 * says; so every program of the machine gets the same answer. But it can't be
 * told when to stop waiting. It runs in a child process, which can be ended.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/names_private.h"

/* What the child sends. A pipe holds all of it: the child never waits. */
struct reply {
    int code;      /* of getaddrinfo */
    int sys_errno; /* for EAI_SYSTEM */
    struct names_addresses addresses;
};

static void ask(const char *host, uint16_t port, int family,
                struct reply *reply)
{
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;

    reply->code = getaddrinfo(host, NULL, &hints, &found);
    reply->sys_errno = errno;
    for (struct addrinfo *a = found; a != NULL; a = a->ai_next)
        names_add(&reply->addresses, a->ai_addr, port, family);
    if (found != NULL)
        freeaddrinfo(found);
}

/* Sends the reply; how much of it was sent is the parent's to judge. */
static void send_reply(int to, const struct reply *reply)
{
    size_t sent = 0;
    ssize_t n = 1;

    while (n > 0 && sent < sizeof(*reply)) {
        n = write(to, (const char *)reply + sent, sizeof(*reply) - sent);
        sent += n > 0 ? (size_t)n : 0;
    }
}

/* Starts the child; *from is the end of a pipe that its reply comes out of. */
static pid_t start(const char *host, uint16_t port, int family, int *from)
{
    struct reply reply = {0};
    int ends[2];
    pid_t parent = getpid(), pid;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return -1;
    pid = fork();
    if (pid == 0) {
        /* Not even a kill -9 of the parent leaves the child behind. */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(0);
        ask(host, port, family, &reply);
        send_reply(ends[1], &reply);
        _exit(0);
    }
    close(ends[1]);
    *from = ends[0];
    if (pid < 0)
        close(ends[0]);
    return pid;
}

/* True when a whole reply came by the deadline. */
static bool read_reply(int from, deadline_ns deadline, struct reply *reply)
{
    size_t have = 0;

    while (have < sizeof(*reply)) {
        struct pollfd wait = {.fd = from, .events = POLLIN};
        int ready = poll(&wait, 1, deadline_poll_ms(deadline));
        ssize_t n;

        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0 || deadline_passed(deadline))
            return false;
        n = read(from, (char *)reply + have, sizeof(*reply) - have);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        have += (size_t)n;
    }
    return true;
}

int names_system(const char *host, uint16_t port, int family,
                 deadline_ns deadline, struct names_addresses *addresses,
                 struct error *error)
{
    struct reply reply = {0};
    int from = -1;
    pid_t pid = start(host, port, family, &from);
    bool whole;

    if (pid < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "looking up %s",
                               host);
    whole = read_reply(from, deadline, &reply);
    /* The child has said all, or is too late. */
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    close(from);
    if (!whole && deadline_passed(deadline))
        return error_set(error, ERROR_TIMEOUT,
                         "%s could not be looked up in time", host);
    if (!whole)
        return error_set(error, ERROR_LOCAL, "looking up %s ended early", host);
    if (reply.code == EAI_SYSTEM)
        return error_set_errno(error, ERROR_CONNECT, reply.sys_errno,
                               "looking up %s", host);
    if (reply.code != 0)
        return error_set(error, ERROR_CONNECT, "looking up %s: %s", host,
                         gai_strerror(reply.code));
    *addresses = reply.addresses;
    return 0;
}
