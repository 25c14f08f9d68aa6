/* SPDX-License-Identifier: MIT */
/*
 * programs: what runs on the hosts of a world. A program is started as any
 * shell starts it: fork, move to the host, exec. It ends with the world, for
 * it was told to, and because it can't outlive the world's first process.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/deadline.h"
#include "labs/world/inside.h"
#include "labs/world/programs.h"

int program_prepare(struct world *world, const char *const *argv,
                    struct program *program, struct error *error)
{
    size_t count = 0;
    const char *bin = world->setup->bin;
    memset(program, 0, sizeof(*program));
    for (; argv[count]; count++) {
        if (count == WORLD_ARGUMENTS_MAX)
            return error_set(error, ERROR_USAGE,
                             "a command line of more than %d words",
                             WORLD_ARGUMENTS_MAX);
        program->argv[count] = argv[count];
    }
    if (bin && !strchr(argv[0], '/')) {
        snprintf(program->path, sizeof(program->path), "%s/%s", bin, argv[0]);
        program->ours = access(program->path, X_OK) == 0;
        if (!program->ours)
            program->path[0] = '\0';
    }
    const char *record = program->ours ? records_next(world) : NULL;
    if (record) {
        /* Right after the name: what follows may be operands only. */
        memmove(program->argv + 3, program->argv + 1,
                count * sizeof(*program->argv));
        program->argv[1] = "--trace";
        program->argv[2] = record;
    }
    return 0;
}

/* In the child. Says on `trouble` why it could not become the program. */
static _Noreturn void become(const struct world *world,
                             const struct world_place *place,
                             const struct program *program, int trouble)
{
    struct error error = {0};
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    if (spaces_move(place, &error) == 0) {
        files_name_host(world, place);
        world_die_with_parent();
        setenv("WIRELAB_HOST", place->host->name, 1);
        if (program->path[0])
            execv(program->path, (char *const *)program->argv);
        else
            execvp(program->argv[0], (char *const *)program->argv);
        error_set_errno(&error, ERROR_LOCAL, errno, "%s can't be run",
                        program->argv[0]);
    }
    ssize_t ignored = write(trouble, &error, sizeof(error));
    (void)ignored;
    _exit(127);
}

static void move_stream(int from, int to)
{
    if (from >= 0)
        dup2(from, to);
}

/* In the child: its standard streams, and what a terminal needs. A process in
 * the background that hands the terminal to itself is stopped by SIGTTOU unless
 * it ignores that; a session's leader has no terminal until it takes one. */
static void take_streams(struct program_streams streams)
{
    if (streams.front) {
        setpgid(0, 0);
        signal(SIGTTOU, SIG_IGN);
        tcsetpgrp(STDIN_FILENO, getpid());
        signal(SIGTTOU, SIG_DFL);
    }
    if (streams.seat)
        setsid();
    move_stream(streams.in, STDIN_FILENO);
    move_stream(streams.out, STDOUT_FILENO);
    move_stream(streams.err, STDERR_FILENO);
    if (streams.seat)
        ioctl(STDIN_FILENO, TIOCSCTTY, 0);
}

/* Reads to the end of the pipe. A child that could not become the program has
 * said why: it is waited for, and the class of the error is returned. */
static int hear_trouble(int trouble, pid_t pid, struct error *error)
{
    struct error why;
    ssize_t n;
    while ((n = read(trouble, &why, sizeof(why))) < 0 && errno == EINTR)
        ;
    if (n != (ssize_t)sizeof(why))
        return 0;
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    if (error && error->class == ERROR_NONE)
        *error = why;
    return -ERROR_LOCAL;
}

/* The pipe closes when the child has become the program; until then it may
 * carry the reason why not. */
pid_t program_launch(struct world *world, const char *host,
                     const struct program *program,
                     struct program_streams streams, struct error *error)
{
    const struct world_place *place = world_place(world, host);
    int trouble[2];
    if (!place)
        return error_set(error, ERROR_USAGE, "no host is called %s here", host);
    if (pipe2(trouble, O_CLOEXEC) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "no pipe");
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        take_streams(streams);
        become(world, place, program, trouble[1]);
    }
    close(trouble[1]);
    int result = pid < 0
                     ? error_set_errno(error, ERROR_LOCAL, errno, "fork failed")
                     : hear_trouble(trouble[0], pid, error);
    close(trouble[0]);
    return result < 0 ? result : pid;
}

int program_status(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int program_no_input(struct error *error)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "no pipe");
    close(ends[1]);
    return ends[0];
}

/* ---- in front of the terminal ------------------------------------------- */

int world_terminal(struct world *world, const char *host,
                   const char *const *argv, int *status, struct error *error)
{
    struct program program;
    struct program_streams streams = {
        .in = -1, .out = -1, .err = -1, .front = isatty(STDIN_FILENO)};
    int how = 0, code = program_prepare(world, argv, &program, error);
    if (code < 0)
        return code;
    pid_t pid = program_launch(world, host, &program, streams, error);
    if (pid < 0)
        return (int)pid;
    for (;;) {
        pid_t who = waitpid(pid, &how, WUNTRACED);
        if (who == pid && !WIFSTOPPED(how))
            break;
        /* Nobody outside could wake a shell that has suspended itself. */
        if (who == pid)
            kill(pid, SIGCONT);
        else if (errno != EINTR)
            return error_set_errno(error, ERROR_LOCAL, errno, "waitpid");
    }
    *status = program_status(how);
    return 0;
}

pid_t world_sit(struct world *world, const char *host, const char *const *argv,
                int terminal, struct error *error)
{
    struct program program;
    struct program_streams streams = {
        .in = terminal, .out = terminal, .err = terminal, .seat = true};
    int code = program_prepare(world, argv, &program, error);
    if (code < 0)
        return code;
    return program_launch(world, host, &program, streams, error);
}

int world_rise(pid_t pid, int64_t timeout_ms)
{
    int how = 0, pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd wait = {.fd = pidfd, .events = POLLIN};
    if (poll(&wait, 1, (int)timeout_ms) == 0)
        kill(pid, SIGKILL);
    if (pidfd >= 0)
        close(pidfd);
    while (waitpid(pid, &how, 0) < 0 && errno == EINTR)
        ;
    return program_status(how);
}
