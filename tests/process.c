/* SPDX-License-Identifier: MIT */
/*
 * process: programs run to their end, servers started and stopped.
 */
#include "common/deadline.h"
#include "tests/harness.h"
#include "tests/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Servers that one test may have running at once. */
#define STARTED_MAX 16
/* Milliseconds a server gets to say that it is ready, and to end. */
#define READY_MS 10000
#define STOP_MS 10000
/* Bytes that a program may write to one stream before we stop keeping them. */
#define KEPT_MAX (64u << 20)

/* ---- programs ------------------------------------------------------------ */

/* The child's part: it dies with us, it is the leader of a group of its own
 * (so that a whole family can be ended), and it reads nothing. */
static void become(const char *const *argv, int out, int err)
{
    char path[4096];
    int nothing = open("/dev/null", O_RDWR);

    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(out, 1) < 0 ||
        dup2(err, 2) < 0)
        _exit(126);
    closefrom(3);
    snprintf(path, sizeof path, "%s/%s", TEST_BIN, argv[0]);
    if (strchr(argv[0], '/') == NULL && access(path, X_OK) == 0)
        execv(path, (char *const *)argv);
    execvp(argv[0], (char *const *)argv);
    dprintf(2, "harness: %s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

struct stream {
    int fd; /* -1: at its end */
    char **data;
    size_t *length;
    size_t size;
};

/* Takes what is there; false once the stream is at its end. */
static void stream_take(struct stream *s)
{
    static char spill[65536];
    ssize_t got = read(s->fd, spill, sizeof spill);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        close(s->fd);
        s->fd = -1;
        return;
    }
    if (*s->length + (size_t)got > KEPT_MAX)
        return;
    if (*s->length + (size_t)got + 1 > s->size) {
        char *larger;

        s->size = 2 * (*s->length + (size_t)got) + 1;
        larger = realloc(*s->data, s->size);
        if (larger == NULL)
            test_give_up("realloc");
        *s->data = larger;
    }
    memcpy(*s->data + *s->length, spill, (size_t)got);
    *s->length += (size_t)got;
    (*s->data)[*s->length] = '\0';
}

static void stream_open(struct stream *s, int fd, char **data, size_t *length)
{
    *s = (struct stream){fd, data, length, 1};
    fcntl(fd, F_SETFL, O_NONBLOCK);
    *data = calloc(1, 1);
    if (*data == NULL)
        test_give_up("calloc");
}

static int status_of(int wait_status)
{
    if (WIFSIGNALED(wait_status))
        return 128 + WTERMSIG(wait_status);
    return WEXITSTATUS(wait_status);
}

/* Until the program has ended; what it left running may hold the pipes open,
 * so their end is not what we wait for. */
static void attend(pid_t pid, struct stream *out, struct stream *err,
                   deadline_ns deadline)
{
    int ended = pidfd_open(pid, 0);

    if (ended < 0)
        test_give_up("pidfd_open");
    for (;;) {
        struct pollfd fds[] = {
            {out->fd, POLLIN, 0}, {err->fd, POLLIN, 0}, {ended, POLLIN, 0}};
        int ready = poll(fds, 3, deadline_poll_ms(deadline));

        if (ready < 0 && errno != EINTR)
            test_give_up("poll");
        if (ready == 0 || deadline_passed(deadline)) {
            kill(-pid, SIGKILL);
            break;
        }
        if (fds[0].revents != 0)
            stream_take(out);
        if (fds[1].revents != 0)
            stream_take(err);
        if (fds[2].revents != 0 && fds[0].revents == 0 && fds[1].revents == 0)
            break;
    }
    close(ended);
}

static pid_t fork_program(const char *const *argv, int *out, int *err)
{
    int out_pipe[2], err_pipe[2];
    pid_t pid;

    if (pipe2(out_pipe, O_CLOEXEC) < 0 || pipe2(err_pipe, O_CLOEXEC) < 0)
        test_give_up("pipe2");
    fflush(NULL);
    pid = fork();
    if (pid < 0)
        test_give_up("fork");
    if (pid == 0)
        become(argv, out_pipe[1], err_pipe[1]);
    setpgid(pid, pid);
    close(out_pipe[1]);
    close(err_pipe[1]);
    *out = out_pipe[0];
    *err = err_pipe[0];
    return pid;
}

void test_run(struct test_run *run, double seconds, const char *const *argv)
{
    struct stream out, err;
    struct rusage usage;
    struct timespec start, end;
    int out_fd, err_fd, status;
    pid_t pid;

    memset(run, 0, sizeof *run);
    clock_gettime(CLOCK_MONOTONIC, &start);
    pid = fork_program(argv, &out_fd, &err_fd);
    stream_open(&out, out_fd, &run->out, &run->out_length);
    stream_open(&err, err_fd, &run->err, &run->err_length);
    attend(pid, &out, &err, deadline_in_ms((int64_t)(seconds * 1000)));
    if (wait4(pid, &status, 0, &usage) != pid)
        test_give_up("wait4");
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (out.fd >= 0)
        close(out.fd);
    if (err.fd >= 0)
        close(err.fd);
    run->status = status_of(status);
    run->max_rss_kib = usage.ru_maxrss;
    run->seconds = (double)(end.tv_sec - start.tv_sec) +
                   1e-9 * (double)(end.tv_nsec - start.tv_nsec);
}

void test_run_free(struct test_run *run)
{
    free(run->out);
    free(run->err);
    memset(run, 0, sizeof *run);
}

/* ---- servers ------------------------------------------------------------- */

static struct {
    pid_t pid; /* 0: the place is free */
    int out;   /* its standard output, held open until it ends */
} started[STARTED_MAX];

/* One line of the server's standard output, a byte at a time: it is short,
 * and what follows it stays in the pipe. False when the deadline passes. */
static bool read_line(int fd, char *line, size_t size, deadline_ns deadline)
{
    size_t used = 0;

    while (used + 1 < size) {
        struct pollfd ready = {fd, POLLIN, 0};

        if (poll(&ready, 1, deadline_poll_ms(deadline)) <= 0)
            return false;
        if (read(fd, line + used, 1) != 1)
            return false;
        if (line[used] == '\n')
            break;
        used++;
    }
    line[used] = '\0';
    return true;
}

/* What a server that did not come up had to say is worth reading. */
static void show_file(const char *path)
{
    char *text = test_read_file(path, NULL);

    if (text != NULL)
        fputs(text, stderr);
    free(text);
}

static bool read_ports(int fd, uint16_t *ports, size_t count)
{
    deadline_ns deadline = deadline_in_ms(READY_MS);
    char line[256];

    for (size_t i = 0; i < count; i++) {
        const char *colon;

        if (!read_line(fd, line, sizeof line, deadline))
            return false;
        colon = strrchr(line, ':');
        if (strncmp(line, "ready ", 6) != 0 || colon == NULL)
            return false;
        ports[i] = (uint16_t)strtoul(colon + 1, NULL, 10);
    }
    return true;
}

static void remember(pid_t pid, int out)
{
    for (size_t i = 0; i < STARTED_MAX; i++)
        if (started[i].pid == 0) {
            started[i].pid = pid;
            started[i].out = out;
            return;
        }
    errno = ENOSPC;
    test_give_up("too many servers");
}

pid_t test_start(const char *const *argv, uint16_t *ports, size_t count)
{
    static unsigned number;
    char name[64];
    const char *path;
    int out[2], err;
    pid_t pid;

    snprintf(name, sizeof name, "stderr-%u", number++);
    path = test_path(name);
    err = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (err < 0 || pipe2(out, O_CLOEXEC) < 0)
        test_give_up(path);
    fflush(NULL);
    pid = fork();
    if (pid < 0)
        test_give_up("fork");
    if (pid == 0)
        become(argv, out[1], err);
    setpgid(pid, pid);
    close(out[1]);
    close(err);
    remember(pid, out[0]);
    if (!read_ports(out[0], ports, count)) {
        fprintf(stderr, "harness: %s did not come up\n", argv[0]);
        show_file(path);
        test_stop(pid);
        CU_FAIL("the server did not come up");
        return -1;
    }
    return pid;
}

/* True when the process ended within the time. */
static bool await_end(pid_t pid, int timeout_ms)
{
    int ended = pidfd_open(pid, 0);
    struct pollfd ready = {ended, POLLIN, 0};
    bool yes = poll(&ready, 1, timeout_ms) == 1;

    close(ended);
    return yes;
}

static int stop(pid_t pid, int patience_ms)
{
    int status;

    if (pid <= 0)
        return -1;
    if (patience_ms == 0 || !await_end(pid, patience_ms))
        kill(pid, SIGTERM);
    if (!await_end(pid, STOP_MS))
        kill(-pid, SIGKILL);
    if (waitpid(pid, &status, 0) != pid)
        return -1;
    for (size_t i = 0; i < STARTED_MAX; i++)
        if (started[i].pid == pid) {
            started[i].pid = 0;
            close(started[i].out);
        }
    return status_of(status);
}

int test_stop(pid_t pid)
{
    return stop(pid, 0);
}

int test_peer_end(pid_t pid)
{
    return stop(pid, STOP_MS);
}

/* ---- memory -------------------------------------------------------------- */

long test_memory_kib(pid_t pid)
{
    char path[80], line[256], *word, *rest = line;
    long total = 0, part = 0;

    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof(line), file))
        if (sscanf(line, "Pss: %ld", &part) == 1)
            total = part;
    if (file)
        fclose(file);
    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid,
             (int)pid);
    file = fopen(path, "r");
    char *children = NULL;
    size_t size = 0;
    if (file && getline(&children, &size, file) > 0)
        for (rest = children; (word = strsep(&rest, " ")) != NULL;)
            if (*word)
                total += test_memory_kib((pid_t)atol(word));
    free(children);
    if (file)
        fclose(file);
    return total;
}
