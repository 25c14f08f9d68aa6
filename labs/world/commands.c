/* SPDX-License-Identifier: MIT */
/* commands: programs that are run to their end, their output gathered. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/deadline.h"
#include "labs/world/inside.h"
#include "labs/world/programs.h"

/* One of a command's output streams, being gathered. */
struct gathering {
    int fd; /* -1: at its end */
    char *data;
    size_t length, room;
};

/* Takes what is there. What goes beyond the limit is read and forgotten, so
 * that the program does not hang in a full pipe. */
static void gather(struct gathering *g)
{
    static char beyond[4096];
    if (g->room - g->length < 4096 && g->room < WORLD_OUTPUT_MAX) {
        size_t room = g->room ? 2 * g->room : 16384;
        char *data = realloc(g->data, room);
        if (data) {
            g->data = data;
            g->room = room;
        }
    }
    bool full = g->room - g->length < 2;
    ssize_t n = read(g->fd, full ? beyond : g->data + g->length,
                     full ? sizeof(beyond) : g->room - g->length - 1);
    if (n > 0 && !full)
        g->length += (size_t)n;
    else if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        close(g->fd);
        g->fd = -1;
    }
}

/* Reads both streams until the program has ended; a process that it left
 * behind may keep a stream open, and is not waited for. */
static void watch(pid_t pid, struct gathering *out, struct gathering *err)
{
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    for (bool ended = false; out->fd >= 0 || err->fd >= 0;) {
        struct pollfd wait[3] = {{.fd = out->fd, .events = POLLIN},
                                 {.fd = err->fd, .events = POLLIN},
                                 {.fd = pidfd, .events = POLLIN}};
        int n = poll(wait, ended ? 2 : 3, ended ? 0 : -1);
        if (n == 0 || (n < 0 && errno != EINTR))
            break;
        if (n < 0)
            continue;
        if (wait[0].revents)
            gather(out);
        if (wait[1].revents)
            gather(err);
        ended = ended || (pidfd >= 0 && wait[2].revents);
    }
    if (out->fd >= 0)
        close(out->fd);
    if (err->fd >= 0)
        close(err->fd);
    if (pidfd >= 0)
        close(pidfd);
}

/* The stream as a string; the caller frees. */
static char *finish(struct gathering *g)
{
    if (!g->data)
        g->data = calloc(1, 1);
    else
        g->data[g->length] = '\0';
    return g->data;
}

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* Starts the program with both streams in pipes; its end of them is closed. */
static pid_t start(struct world *world, const char *host,
                   const struct program *program, struct gathering *out,
                   struct gathering *err, struct error *error)
{
    int outs[2], errs[2], in = program_no_input(error);
    if (in < 0)
        return in;
    if (pipe2(outs, O_CLOEXEC) < 0) {
        close(in);
        return error_set_errno(error, ERROR_LOCAL, errno, "no pipe");
    }
    pid_t pid = -ERROR_LOCAL;
    if (pipe2(errs, O_CLOEXEC) < 0) {
        error_set_errno(error, ERROR_LOCAL, errno, "no pipe");
    } else {
        struct program_streams streams = {
            .in = in, .out = outs[1], .err = errs[1]};
        pid = program_launch(world, host, program, streams, error);
        close(errs[1]);
        err->fd = errs[0];
        if (pid < 0)
            close(errs[0]);
    }
    close(in);
    close(outs[1]);
    out->fd = outs[0];
    if (pid < 0)
        close(outs[0]);
    return pid;
}

int world_command(struct world *world, const char *host,
                  const char *const *argv, struct world_result *result,
                  struct error *error)
{
    struct world_result own;
    struct program program;
    struct gathering out = {.fd = -1}, err = {.fd = -1};
    int status = 0, code = program_prepare(world, argv, &program, error);
    if (code < 0)
        return code;
    memset(&own, 0, sizeof(own));
    int64_t begun = now_ns();
    pid_t pid = start(world, host, &program, &out, &err, error);
    if (pid < 0)
        return (int)pid;
    watch(pid, &out, &err);
    while (wait4(pid, &status, 0, &own.usage) < 0 && errno == EINTR)
        ;
    own.elapsed_ns = now_ns() - begun;
    own.status = program_status(status);
    own.out = finish(&out);
    own.err = finish(&err);
    own.out_length = out.length;
    own.err_length = err.length;
    if (WIFSIGNALED(status))
        code =
            error_set(error, ERROR_LOCAL, "%s was killed by signal %d (%s)",
                      argv[0], WTERMSIG(status), strsignal(WTERMSIG(status)));
    if (result)
        *result = own;
    else
        world_result_free(&own);
    return code;
}

void world_result_free(struct world_result *result)
{
    free(result->out);
    free(result->err);
    memset(result, 0, sizeof(*result));
}
