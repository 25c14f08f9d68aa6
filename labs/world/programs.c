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
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/deadline.h"
#include "labs/world/inside.h"

/* A command line made ready for exec. */
struct command {
    const char *argv[WORLD_ARGUMENTS_MAX + 3];
    char program[PATH_MAX]; /* empty: PATH is searched */
    bool ours;              /* a program of the house */
};

static int prepare(struct world *world, const char *const *argv,
                   struct command *command, struct error *error)
{
    size_t count = 0;
    const char *bin = world->setup->bin;
    memset(command, 0, sizeof(*command));
    for (; argv[count]; count++) {
        if (count == WORLD_ARGUMENTS_MAX)
            return error_set(error, ERROR_USAGE,
                             "a command line of more than %d words",
                             WORLD_ARGUMENTS_MAX);
        command->argv[count] = argv[count];
    }
    if (bin && !strchr(argv[0], '/')) {
        snprintf(command->program, sizeof(command->program), "%s/%s", bin,
                 argv[0]);
        command->ours = access(command->program, X_OK) == 0;
        if (!command->ours)
            command->program[0] = '\0';
    }
    const char *record = command->ours ? records_next(world) : NULL;
    if (record) {
        /* Right after the name: what follows may be operands only. */
        memmove(command->argv + 3, command->argv + 1,
                count * sizeof(*command->argv));
        command->argv[1] = "--trace";
        command->argv[2] = record;
    }
    return 0;
}

/* In the child. Says on `trouble` why it could not become the program. */
static _Noreturn void become(const struct world *world,
                             const struct world_place *place,
                             const struct command *command, int trouble)
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
        if (command->program[0])
            execv(command->program, (char *const *)command->argv);
        else
            execvp(command->argv[0], (char *const *)command->argv);
        error_set_errno(&error, ERROR_LOCAL, errno, "%s can't be run",
                        command->argv[0]);
    }
    ssize_t ignored = write(trouble, &error, sizeof(error));
    (void)ignored;
    _exit(127);
}

/* What a child is given for its standard streams; -1: as ours. */
struct streams {
    int in, out, err;
};

static void move_stream(int from, int to)
{
    if (from >= 0)
        dup2(from, to);
}

/* Forks; returns once the child is the program, or the reason why not. With
 * `front`, the child gets a process group and the terminal. */
static pid_t launch(struct world *world, const char *host,
                    const struct command *command, struct streams streams,
                    bool front, struct error *error)
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
        if (front) {
            setpgid(0, 0);
            signal(SIGTTOU, SIG_IGN);
            tcsetpgrp(STDIN_FILENO, getpid());
            signal(SIGTTOU, SIG_DFL);
        }
        move_stream(streams.in, STDIN_FILENO);
        move_stream(streams.out, STDOUT_FILENO);
        move_stream(streams.err, STDERR_FILENO);
        become(world, place, command, trouble[1]);
    }
    close(trouble[1]);
    struct error why;
    ssize_t n = -1;
    if (pid < 0) {
        error_set_errno(error, ERROR_LOCAL, errno, "fork failed");
    } else {
        while ((n = read(trouble[0], &why, sizeof(why))) < 0 && errno == EINTR)
            ;
        if (n == (ssize_t)sizeof(why)) {
            while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
                ;
            if (error && error->class == ERROR_NONE)
                *error = why;
            pid = -1;
        }
    }
    close(trouble[0]);
    return pid < 0 ? -ERROR_LOCAL : pid;
}

static int exit_status(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- commands ----------------------------------------------------------- */

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

int world_command(struct world *world, const char *host,
                  const char *const *argv, struct world_result *result,
                  struct error *error)
{
    struct world_result own;
    struct command command;
    int out[2] = {-1, -1}, err[2] = {-1, -1}, status = 0;
    int code = prepare(world, argv, &command, error);
    if (code < 0)
        return code;
    memset(&own, 0, sizeof(own));
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0 || pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0)
        code = error_set_errno(error, ERROR_LOCAL, errno, "no pipe");
    int64_t start = now_ns();
    struct streams streams = {nothing, out[1], err[1]};
    pid_t pid =
        code < 0 ? code : launch(world, host, &command, streams, false, error);
    const int given[] = {nothing, out[1], err[1]};
    for (size_t i = 0; i < 3; i++) {
        if (given[i] >= 0)
            close(given[i]);
    }
    struct gathering from_out = {.fd = out[0]}, from_err = {.fd = err[0]};
    if (pid < 0) {
        if (out[0] >= 0)
            close(out[0]);
        if (err[0] >= 0)
            close(err[0]);
        return (int)pid;
    }
    watch(pid, &from_out, &from_err);
    while (wait4(pid, &status, 0, &own.usage) < 0 && errno == EINTR)
        ;
    own.elapsed_ns = now_ns() - start;
    own.status = exit_status(status);
    own.out = finish(&from_out);
    own.err = finish(&from_err);
    own.out_length = from_out.length;
    own.err_length = from_err.length;
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

/* ---- servers ------------------------------------------------------------ */

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

pid_t world_start(struct world *world, const char *host,
                  const char *const *argv, struct error *error)
{
    struct command command;
    int out[2];
    if (world->program_count == WORLD_PROGRAMS_MAX)
        return error_set(error, ERROR_LOCAL, "more than %d servers",
                         WORLD_PROGRAMS_MAX);
    int code = prepare(world, argv, &command, error);
    if (code < 0)
        return code;
    struct world_program *program = &world->programs[world->program_count];
    snprintf(program->log, sizeof(program->log), "%s/log-%zu.txt", world->files,
             world->program_count);
    int log = open(program->log,
                   O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (log < 0 || nothing < 0 || pipe2(out, O_CLOEXEC) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "%s can't be given its streams", argv[0]);
    struct streams streams = {nothing, out[1], log};
    pid_t pid = launch(world, host, &command, streams, false, error);
    close(log);
    close(nothing);
    close(out[1]);
    if (pid < 0) {
        close(out[0]);
        return pid;
    }
    program->pid = pid;
    program->output_fd = out[0];
    world->program_count++;
    code = await_ready(program, argv[0], listeners(argv), error);
    if (code == 0)
        return pid;
    world_stop(world, pid, NULL);
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

/* ---- in front of the terminal ------------------------------------------- */

int world_terminal(struct world *world, const char *host,
                   const char *const *argv, int *status, struct error *error)
{
    struct command command;
    struct streams streams = {-1, -1, -1};
    int how = 0, code = prepare(world, argv, &command, error);
    if (code < 0)
        return code;
    pid_t pid =
        launch(world, host, &command, streams, isatty(STDIN_FILENO), error);
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
    *status = exit_status(how);
    return 0;
}
