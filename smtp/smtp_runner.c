/* SPDX-License-Identifier: MIT */
/*
 * smtp_runner: the process that has the queue. It waits in one place, for what
 * may come: an entry that a conversation has queued, the end of a delivery, the
 * time of the next attempt, a hand at the clock, the order to stop. Each
 * attempt is a process of its own, so a slow server holds up nobody else.
 *
 * The list in memory is a copy of the folder's. What is on the disk counts: a
 * runner that dies knows everything again when it is started anew.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/trace.h"
#include "smtp/smtp_server.h"

struct entry {
    char id[SMTP_QUEUE_ID_MAX];
    int64_t next_s; /* of the next attempt */
    pid_t pid;      /* of the one under way; 0: none */
};

struct runner {
    struct smtp_site *site;
    struct trace *trace;
    struct entry *entries; /* by id, which begins with the time; owned */
    size_t count, room;
    size_t under_way;
    int signals; /* signalfd: SIGTERM, SIGCHLD */
    int clock;   /* inotify on the clock's file; -1: there is none */
    bool stopping;
};

/* ---- the list ----------------------------------------------------------- */

/* Where `id` is, or where it would have to be. */
static size_t place_of(const struct runner *r, const char *id)
{
    size_t from = 0, to = r->count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (strcmp(r->entries[middle].id, id) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static bool make_room(struct runner *r)
{
    size_t room = r->room ? 2 * r->room : 64;
    struct entry *more;

    if (r->count < r->room)
        return true;
    /* Without room it is seen again later: the folder still has it. */
    if ((more = realloc(r->entries, room * sizeof(*more))) == NULL)
        return false;
    r->entries = more;
    r->room = room;
    return true;
}

/* When it is due. What can't be read is left where it is, for a person. */
static int64_t due_s(struct runner *r, const char *id)
{
    struct smtp_transaction transaction;
    struct error error = {0};
    int64_t next_s;

    if (smtp_queue_read(&r->site->queue, id, &transaction, &error) < 0) {
        fprintf(stderr, "smtp-server: %s\n", error.text);
        return INT64_MAX;
    }
    next_s = transaction.next_s;
    smtp_transaction_clear(&transaction);
    return next_s;
}

static void add(void *context, const char *id)
{
    struct runner *r = context;
    size_t i = place_of(r, id);

    if ((i < r->count && strcmp(r->entries[i].id, id) == 0) || !make_room(r))
        return;
    memmove(r->entries + i + 1, r->entries + i,
            (r->count - i) * sizeof(*r->entries));
    r->entries[i] = (struct entry){.pid = 0};
    snprintf(r->entries[i].id, sizeof(r->entries[i].id), "%s", id);
    r->entries[i].next_s = due_s(r, id);
    r->count++;
}

static void forget(struct runner *r, size_t i)
{
    r->count--;
    memmove(r->entries + i, r->entries + i + 1,
            (r->count - i) * sizeof(*r->entries));
}

static void look(struct runner *r)
{
    struct error error = {0};

    if (smtp_queue_list(&r->site->queue, add, r, &error) < 0)
        fprintf(stderr, "smtp-server: %s\n", error.text);
}

/* ---- attempts ----------------------------------------------------------- */

static void attempt(struct runner *r, const char *id, pid_t parent)
{
    struct error error = {0};
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (smtp_relay_attempt(r->site, r->trace, id, &error) < 0) {
        fprintf(stderr, "smtp-server: %s: %s\n", id, error.text);
        _exit(1);
    }
    _exit(0);
}

static void start(struct runner *r, struct entry *entry)
{
    pid_t parent = getpid(), pid = fork();

    if (pid == 0)
        attempt(r, entry->id, parent);
    if (pid < 0) {
        fprintf(stderr, "smtp-server: no process for a delivery: %s\n",
                strerror(errno));
        return;
    }
    entry->pid = pid;
    r->under_way++;
}

static void start_due(struct runner *r)
{
    int64_t now_s = smtp_now_s(r->site);

    for (size_t i = 0; i < r->count && r->under_way < SMTP_DELIVERIES_MAX; i++)
        if (r->entries[i].pid == 0 && r->entries[i].next_s <= now_s)
            start(r, &r->entries[i]);
}

/* One that failed by a fault of ours has its old envelope, and is due still:
 * not before the next interval, or it would be tried in a circle. */
static void ended(struct runner *r, pid_t pid, int status)
{
    size_t i = 0;
    char id[SMTP_QUEUE_ID_MAX];
    struct smtp_transaction transaction;

    while (i < r->count && r->entries[i].pid != pid)
        i++;
    if (i == r->count)
        return;
    r->under_way--;
    r->entries[i].pid = 0;
    snprintf(id, sizeof(id), "%s", r->entries[i].id);
    if (smtp_queue_read(&r->site->queue, id, &transaction, NULL) < 0) {
        forget(r, i);
        return;
    }
    r->entries[i].next_s = transaction.next_s;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        r->entries[i].next_s =
            smtp_now_s(r->site) + r->site->retry_ms / 1000 + 1;
    smtp_transaction_clear(&transaction);
}

/* ---- waiting ------------------------------------------------------------ */

static void take_signals(struct runner *r)
{
    struct signalfd_siginfo info;
    int status;
    pid_t pid;

    while (read(r->signals, &info, sizeof(info)) == sizeof(info))
        if (info.ssi_signo == SIGTERM)
            r->stopping = true;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        ended(r, pid, status);
}

/* Milliseconds to the next attempt that could be started; -1: there is none. */
static int wait_ms(const struct runner *r)
{
    int64_t first_s = INT64_MAX, left_s;

    if (r->under_way >= SMTP_DELIVERIES_MAX)
        return -1;
    for (size_t i = 0; i < r->count; i++)
        if (r->entries[i].pid == 0 && r->entries[i].next_s < first_s)
            first_s = r->entries[i].next_s;
    if (first_s == INT64_MAX)
        return -1;
    left_s = first_s - smtp_now_s(r->site);
    if (left_s <= 0)
        return 0;
    return left_s > 3600 ? 3600 * 1000 : (int)left_s * 1000;
}

static void wait_for_something(struct runner *r)
{
    struct pollfd waits[] = {{.fd = r->signals, .events = POLLIN},
                             {.fd = r->site->queue.wake_fd, .events = POLLIN},
                             {.fd = r->clock, .events = POLLIN}};
    char changes[4096];
    eventfd_t times;

    /* Interrupted: whoever called looks again, and calls again. */
    if (poll(waits, 3, r->stopping ? -1 : wait_ms(r)) < 0)
        return;
    if (waits[0].revents != 0)
        take_signals(r);
    if (waits[1].revents != 0 &&
        eventfd_read(r->site->queue.wake_fd, &times) == 0)
        look(r);
    /* What changed in the clock's folder is read away; the time is asked
     * whether there was something to read or not. */
    if (waits[2].revents != 0 && read(r->clock, changes, sizeof(changes)) < 0)
        return;
}

/* ---- the process -------------------------------------------------------- */

/* The folder, for the file may be replaced by another of its name. */
static int watch_clock(const struct smtp_site *site)
{
    char folder[PATH_MAX], *slash;
    int fd;

    if (!site->clock_file)
        return -1;
    snprintf(folder, sizeof(folder), "%s", site->clock_file);
    slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder ? 1 : 0] = '\0';
    fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (fd >= 0)
        inotify_add_watch(fd, slash ? folder : ".",
                          IN_CLOSE_WRITE | IN_MOVED_TO);
    return fd;
}

int smtp_runner_run(void *site, struct trace *trace, struct error *error)
{
    struct runner r = {.site = site, .trace = trace};
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    r.signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (r.signals < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "signalfd");
    r.clock = watch_clock(site);
    look(&r);
    while (!r.stopping || r.under_way > 0) {
        if (!r.stopping)
            start_due(&r);
        wait_for_something(&r);
    }
    close(r.signals);
    if (r.clock >= 0)
        close(r.clock);
    free(r.entries);
    return 0;
}
