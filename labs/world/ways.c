/* SPDX-License-Identifier: MIT */
/*
 * ways: from "make me a world" to a process that stands in one.
 *
 * Two processes lie between the caller and the lab. The keeper enters the
 * namespaces; its child is the first process of the new PID namespace, and
 * everything in the world descends from it. Both are told to die with their
 * parent, and a PID namespace ends with its first process: kill any of them,
 * and no process, interface or mount is left.
 *
 *     lab ── keeper ── the world's first process ─┬─ wire
 *                                                 ├─ names
 *                                                 └─ servers, commands
 *
 * On loopback there is no such namespace. There the keeper outlives the caller
 * for a moment: it waits until the caller or the world ends, then ends every
 * process that descends from it, and removes the world's folder.
 */
#include <dirent.h>
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
#include <unistd.h>

#include "labs/world/inside.h"

struct attempt {
    const struct world_setup *setup;
    enum world_way way;
    int (*inside)(struct world *, void *, struct error *);
    void *context;
    int answer;   /* the outcome is written here */
    int lifeline; /* reads end of file when the caller is gone */
};

/* True when the caller ended before we had asked to die with it. */
static bool caller_is_gone(int lifeline)
{
    struct pollfd wait = {.fd = lifeline, .events = POLLIN};
    return poll(&wait, 1, 0) > 0;
}

static _Noreturn void answer(const struct attempt *attempt,
                             const struct world_outcome *outcome)
{
    /* An outcome is smaller than PIPE_BUF: it goes whole or not at all. */
    ssize_t n = write(attempt->answer, outcome, sizeof(*outcome));
    fflush(NULL);
    _exit(n == (ssize_t)sizeof(*outcome) ? 0 : 1);
}

static _Noreturn void first_process(const struct attempt *attempt,
                                    const char *files)
{
    struct world_outcome outcome = {.step = WORLD_STEP_MOUNT};
    struct world *world = calloc(1, sizeof(*world));
    if (!world) {
        error_set_errno(&outcome.error, ERROR_LOCAL, ENOMEM, "making a world");
        outcome.result = -ERROR_LOCAL;
        answer(attempt, &outcome);
    }
    world->setup = attempt->setup;
    world->way = attempt->way;
    snprintf(world->files, sizeof(world->files), "%s", files);
    outcome.result =
        world_live(world, attempt->inside, attempt->context, &outcome.error);
    outcome.step = world->step;
    free(world);
    answer(attempt, &outcome);
}

/* ---- namespaces --------------------------------------------------------- */

static _Noreturn void keep_namespaces(const struct attempt *attempt)
{
    struct world_outcome outcome = {.step = WORLD_STEP_NAMESPACE};
    outcome.result = spaces_enter(&outcome.step, &outcome.error);
    if (outcome.result < 0)
        answer(attempt, &outcome);
    /* After the maps: a change of credentials takes the wish back. */
    if (world_die_with_parent() < 0 || caller_is_gone(attempt->lifeline))
        _exit(1);
    pid_t first = fork();
    if (first < 0) {
        outcome.result = error_set_errno(&outcome.error, ERROR_LOCAL, errno,
                                         "making a world: no first process");
        answer(attempt, &outcome);
    }
    if (first == 0) {
        if (world_die_with_parent() < 0 || caller_is_gone(attempt->lifeline))
            _exit(1);
        first_process(attempt, "");
    }
    int status;
    while (waitpid(first, &status, 0) < 0 && errno == EINTR)
        ;
    _exit(0);
}

/* ---- loopback ----------------------------------------------------------- */

/* The parent's process id of process `pid`, or 0. */
static pid_t parent_of(pid_t pid)
{
    char path[64], text[512];
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t n = read(fd, text, sizeof(text) - 1);
    close(fd);
    if (n <= 0)
        return 0;
    text[n] = '\0';
    /* "PID (NAME) STATE PPID ...", and NAME may hold anything, ")" too. */
    const char *after = strrchr(text, ')');
    int parent = 0;
    if (!after || sscanf(after + 1, " %*c %d", &parent) != 1)
        return 0;
    return parent;
}

/* False when none is left: children of a killed child have become ours, so one
 * round need not be enough. */
static bool kill_children(void)
{
    bool any = false;
    DIR *proc = opendir("/proc");
    if (!proc)
        return false;
    for (struct dirent *entry; (entry = readdir(proc)) != NULL;) {
        pid_t pid = (pid_t)atoi(entry->d_name);
        if (pid <= 0 || parent_of(pid) != getpid())
            continue;
        kill(pid, SIGKILL);
        any = true;
    }
    closedir(proc);
    return any;
}

static void wait_for_end(pid_t first, int lifeline)
{
    int pidfd = (int)syscall(SYS_pidfd_open, first, 0);
    struct pollfd ends[2] = {{.fd = lifeline, .events = POLLIN},
                             {.fd = pidfd, .events = POLLIN}};
    while (poll(ends, pidfd < 0 ? 1 : 2, -1) < 0 && errno == EINTR)
        ;
}

static _Noreturn void keep_loopback(const struct attempt *attempt)
{
    struct world_outcome outcome = {.step = WORLD_STEP_MOUNT};
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
    const char *base = getenv("TMPDIR");
    char files[WORLD_PATH_MAX / 2];
    snprintf(files, sizeof(files), "%s/wirelab-XXXXXX",
             base && *base == '/' ? base : "/tmp");
    if (!mkdtemp(files)) {
        outcome.result = error_set_errno(&outcome.error, ERROR_LOCAL, errno,
                                         "making the folder %s failed", files);
        answer(attempt, &outcome);
    }
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t first = fork();
    if (first == 0) {
        world_die_with_parent();
        first_process(attempt, files);
    }
    /* A Ctrl-C is for the caller and the lab; we still have to clean up. */
    for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
        signal(ignored[i], SIG_IGN);
    close(attempt->answer);
    if (first > 0)
        wait_for_end(first, attempt->lifeline);
    /* We asked to be the reaper of our descendants: when a child of ours ends,
     * its children become ours. So one is awaited, and we look again. */
    while (kill_children())
        waitpid(-1, NULL, 0);
    files_remove(files);
    _exit(0);
}

/* ---- the caller's side -------------------------------------------------- */

/* What the world answered, or that it can't any more. */
static void hear(int from, pid_t keeper, struct world_outcome *outcome)
{
    struct world_outcome heard;
    size_t length = 0;
    while (length < sizeof(heard)) {
        ssize_t n = read(from, (char *)&heard + length, sizeof(heard) - length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        length += (size_t)n;
    }
    int status = 0;
    while (waitpid(keeper, &status, 0) < 0 && errno == EINTR)
        ;
    if (length == sizeof(heard)) {
        *outcome = heard;
        return;
    }
    outcome->step = WORLD_STEP_INSIDE;
    outcome->result = error_set(&outcome->error, ERROR_LOCAL,
                                "the world ended before its lab did%s",
                                WIFSIGNALED(status) ? " (it was killed)" : "");
}

/* A shell in the world may have been given the terminal; nobody in there can
 * give it back, for our process group has no number in its namespace. */
static void take_terminal_back(pid_t front)
{
    if (front != getpgrp() || tcgetpgrp(STDIN_FILENO) == front)
        return;
    void (*before)(int) = signal(SIGTTOU, SIG_IGN);
    tcsetpgrp(STDIN_FILENO, front);
    signal(SIGTTOU, before);
}

void world_attempt(const struct world_setup *setup, enum world_way way,
                   int (*inside)(struct world *, void *, struct error *),
                   void *context, struct world_outcome *outcome)
{
    struct attempt attempt = {setup, way, inside, context, -1, -1};
    int answers[2], life[2];
    memset(outcome, 0, sizeof(*outcome));
    if (pipe2(answers, O_CLOEXEC) < 0 || pipe2(life, O_CLOEXEC) < 0) {
        outcome->result = error_set_errno(&outcome->error, ERROR_LOCAL, errno,
                                          "making a world: no pipe");
        return;
    }
    fflush(NULL);
    pid_t front = tcgetpgrp(STDIN_FILENO);
    pid_t keeper = fork();
    if (keeper == 0) {
        close(answers[0]);
        close(life[1]);
        attempt.answer = answers[1];
        attempt.lifeline = life[0];
        if (way == WORLD_LOOPBACK)
            keep_loopback(&attempt);
        keep_namespaces(&attempt);
    }
    close(answers[1]);
    close(life[0]);
    if (keeper < 0)
        outcome->result = error_set_errno(&outcome->error, ERROR_LOCAL, errno,
                                          "making a world: fork failed");
    else
        hear(answers[0], keeper, outcome);
    close(answers[0]);
    close(life[1]);
    take_terminal_back(front);
}
