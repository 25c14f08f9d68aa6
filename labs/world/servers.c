/* SPDX-License-Identifier: MIT */
/* servers: programs that run until the world ends, or until they are told. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/deadline.h"
#include "labs/world/inside.h"
#include "labs/world/programs.h"

/* So many times it will say "ready". */
static size_t listeners(const char *const *argv)
{
    size_t count = 0;
    for (size_t i = 1; argv[i]; i++) {
        if (strcmp(argv[i], "--listen") == 0 ||
            strcmp(argv[i], "--listen-tls") == 0 ||
            strncmp(argv[i], "--listen=", 9) == 0 ||
            strncmp(argv[i], "--listen-tls=", 13) == 0)
            count++;
    }
    return count;
}

/* Counts the lines that begin with "ready ". */
static size_t ready_lines(const char *text)
{
    size_t count = 0;
    for (const char *line = text; line && *line;) {
        const char *end = strchr(line, '\n');
        if (end && strncmp(line, "ready ", 6) == 0)
            count++;
        line = end ? end + 1 : NULL;
    }
    return count;
}

/* The last words of a server that would not start. */
static int did_not_start(const struct world_program *program, const char *name,
                         const char *how, struct error *error)
{
    char words[ERROR_PEER_MAX] = "";
    int fd = open(program->log, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, words, sizeof(words) - 1);
    if (fd >= 0)
        close(fd);
    int code = error_set(error, ERROR_LOCAL, "%s %s", name, how);
    if (n > 0)
        error_set_peer(error, words, (size_t)n);
    return code;
}

static int await_ready(struct world_program *program, const char *name,
                       size_t wanted, struct error *error)
{
    char text[8192];
    size_t length = 0;
    deadline_ns deadline = deadline_in_ms(WORLD_READY_MS);
    text[0] = '\0';
    while (ready_lines(text) < wanted) {
        struct pollfd wait = {.fd = program->output_fd, .events = POLLIN};
        int n = poll(&wait, 1, deadline_poll_ms(deadline));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0 || length == sizeof(text) - 1)
            return did_not_start(program, name, "did not say it was ready",
                                 error);
        ssize_t got =
            read(program->output_fd, text + length, sizeof(text) - 1 - length);
        if (got <= 0)
            return did_not_start(program, name, "ended instead of starting",
                                 error);
        length += (size_t)got;
        text[length] = '\0';
    }
    return 0;
}

/* Launches the command as `program`: nothing to read, a log for its standard
 * error, a pipe from its standard output to us. */
static int launch(struct world *world, const char *host,
                  const struct program *command, struct world_program *program,
                  struct error *error)
{
    int out[2] = {-1, -1}, nothing = program_no_input(error);
    int log = open(program->log,
                   O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    pid_t pid = -ERROR_LOCAL;
    if (log < 0 || nothing < 0 || pipe2(out, O_CLOEXEC) < 0) {
        error_set_errno(error, ERROR_LOCAL, errno,
                        "%s can't be given its streams", command->argv[0]);
    } else {
        struct program_streams streams = {
            .in = nothing, .out = out[1], .err = log};
        pid = program_launch(world, host, command, streams, error);
    }
    int ends[] = {log, nothing, out[1], pid < 0 ? out[0] : -1};
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
        if (ends[i] >= 0)
            close(ends[i]);
    }
    program->pid = pid < 0 ? 0 : pid;
    program->output_fd = pid < 0 ? -1 : out[0];
    return pid < 0 ? (int)pid : 0;
}

pid_t world_start(struct world *world, const char *host,
                  const char *const *argv, struct error *error)
{
    struct program command;
    if (world->program_count == WORLD_PROGRAMS_MAX)
        return error_set(error, ERROR_LOCAL, "more than %d servers",
                         WORLD_PROGRAMS_MAX);
    int code = program_prepare(world, argv, &command, error);
    if (code < 0)
        return code;
    struct world_program *program = &world->programs[world->program_count];
    snprintf(program->log, sizeof(program->log), "%s/log-%zu.txt", world->files,
             world->program_count);
    code = launch(world, host, &command, program, error);
    if (code < 0)
        return code;
    world->program_count++;
    code = await_ready(program, argv[0], listeners(argv), error);
    if (code == 0)
        return program->pid;
    world_stop(world, program->pid, NULL);
    return code;
}

/* Waits until the deadline, then leaves no choice. */
static void reap(struct world_program *program, deadline_ns deadline)
{
    int pidfd = (int)syscall(SYS_pidfd_open, program->pid, 0);
    struct pollfd wait = {.fd = pidfd, .events = POLLIN};
    int n;
    while ((n = poll(&wait, 1, deadline_poll_ms(deadline))) < 0 &&
           errno == EINTR)
        ;
    if (n <= 0)
        kill(program->pid, SIGKILL);
    while (waitpid(program->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    if (pidfd >= 0)
        close(pidfd);
    close(program->output_fd);
    program->pid = 0;
}

int world_stop(struct world *world, pid_t pid, struct error *error)
{
    for (size_t i = 0; i < world->program_count; i++) {
        if (world->programs[i].pid != pid || pid <= 0)
            continue;
        kill(pid, SIGTERM);
        reap(&world->programs[i], deadline_in_ms(WORLD_STOP_MS));
        return 0;
    }
    return error_set(error, ERROR_LOCAL, "no server has process id %d",
                     (int)pid);
}

void programs_end(struct world *world)
{
    deadline_ns deadline = deadline_in_ms(WORLD_STOP_MS);
    for (size_t i = 0; i < world->program_count; i++) {
        if (world->programs[i].pid > 0)
            kill(world->programs[i].pid, SIGTERM);
    }
    for (size_t i = 0; i < world->program_count; i++) {
        if (world->programs[i].pid > 0)
            reap(&world->programs[i], deadline);
    }
}
