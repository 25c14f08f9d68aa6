/* SPDX-License-Identifier: MIT */
/*
 * service: accept, give each conversation a process of its own, stop cleanly.
 * The contract is in service.h; the listeners are made in service_listen.c.
 *
 * The parent waits in one place: poll(2) on the listeners and on a signalfd.
 * Signals are blocked everywhere else, so that none can come between looking
 * and waiting, and no handler runs in the middle of anything.
 */
#include "common/service.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/limits.h"
#include "common/service_private.h"
#include "common/trace.h"

/* What the parent knows while it runs. */
struct loop {
    struct service *service;
    sigset_t old_mask; /* as it was before, for the children */
    int signals;       /* signalfd: SIGTERM, SIGINT, SIGCHLD */
    bool stopping;
    pid_t *children; /* child_count conversations under way; owned */
    size_t child_count, child_max;
    pid_t companion; /* 0: there is none */
};

/* ---- in the child: one conversation ------------------------------------- */

/* One line, whatever it is about, so that a log can be read by lines. Most
 * errors of a conn name the peer already. */
static void log_failure(const struct service *service, const char *peer,
                        const struct error *error)
{
    const char *text = error->text;
    bool named = strstr(text, peer) != NULL;

    if (text[0] == '\0')
        text = error_class_name(error->class);
    if (service->verbose)
        fprintf(stderr, "%s-server: %s%s%s\n", service->proto,
                named ? "" : peer, named ? "" : ": ", text);
}

static void converse(struct service *service, int fd, bool tls)
{
    struct error error = {0};
    struct conn_setup setup = {.error = &error,
                               .trace = service->trace,
                               .proto = service->proto,
                               .standard_port = service->standard_port,
                               .idle_timeout_ms = service->idle_timeout_ms};
    struct conn *conn;
    char peer[80];
    int result = conn_adopt(&conn, &setup, RFC("9293", "3.5"), fd);

    if (result < 0) {
        log_failure(service, "a new connection", &error);
        return;
    }
    snprintf(peer, sizeof(peer), "%s", conn_facts(conn).peer);
    if (tls)
        result = conn_start_tls(conn, service->tls, RFC("8446", "2"), NULL);
    if (result == 0)
        result = service->serve(conn, service->site, &error);
    if (result < 0)
        log_failure(service, peer, &error);
    conn_close(conn, RFC("9293", "3.6"));
}

/* The child has its own view of signals again, but for those in `held`. A
 * Ctrl-C at the terminal goes to the whole group; when to end a conversation is
 * the parent's to say. */
static void become_child(struct loop *loop, pid_t parent, const sigset_t *held)
{
    sigset_t mask;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    signal(SIGINT, SIG_IGN);
    sigorset(&mask, &loop->old_mask, held);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    close(loop->signals);
    service_close_listeners(loop->service);
}

static void end_child(struct loop *loop)
{
    /* Freed, not closed: the parent finishes it. */
    trace_free(loop->service->trace);
    tls_free(loop->service->tls);
    _exit(0);
}

/* SIGTERM as something that can be waited for, beside the peer; -1: it is
 * none. */
static int told_to_end = -1;

static bool ends_now(void *context)
{
    (void)context;
    return true;
}

void service_may_end(struct conn *conn, bool may)
{
    conn_watch(conn, told_to_end, may ? ends_now : NULL, NULL);
}

static void run_child(struct loop *loop, int fd, bool tls, pid_t parent)
{
    sigset_t held;

    sigemptyset(&held);
    sigaddset(&held, SIGTERM);
    become_child(loop, parent, &held);
    told_to_end = signalfd(-1, &held, SFD_NONBLOCK | SFD_CLOEXEC);
    converse(loop->service, fd, tls);
    end_child(loop);
}

static void run_companion(struct loop *loop, pid_t parent)
{
    struct service *service = loop->service;
    struct error error = {0};
    sigset_t none;

    sigemptyset(&none);
    become_child(loop, parent, &none);
    if (service->companion(service->site, service->trace, &error) < 0)
        fprintf(stderr, "%s-server: %s\n", service->proto, error.text);
    end_child(loop);
}

/* ---- in the parent ------------------------------------------------------ */

static void start_child(struct loop *loop, int fd, bool tls)
{
    pid_t parent = getpid(), pid = fork();

    if (pid == 0)
        run_child(loop, fd, tls, parent);
    if (pid > 0)
        loop->children[loop->child_count++] = pid;
    else
        fprintf(stderr, "%s-server: no process for a connection: %s\n",
                loop->service->proto, strerror(errno));
    close(fd);
}

static void start_companion(struct loop *loop)
{
    pid_t parent = getpid(), pid;

    if (loop->service->companion == NULL)
        return;
    if ((pid = fork()) == 0)
        run_companion(loop, parent);
    if (pid < 0)
        fprintf(stderr, "%s-server: no process for the queue: %s\n",
                loop->service->proto, strerror(errno));
    loop->companion = pid > 0 ? pid : 0;
}

/* The peer may be gone again before we accept: nothing to do then. When we are
 * out of descriptors or memory, waiting helps and trying at once does not. */
static void accept_one(struct loop *loop, const struct service_listener *from)
{
    int fd = accept4(from->fd, NULL, NULL, SOCK_CLOEXEC);

    if (fd >= 0)
        start_child(loop, fd, from->tls);
    else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
             errno == ENOBUFS)
        poll(NULL, 0, SERVICE_RETRY_MS);
}

static void forget_child(struct loop *loop, pid_t pid, int status)
{
    size_t i = 0;

    while (i < loop->child_count && loop->children[i] != pid)
        i++;
    if (i < loop->child_count)
        loop->children[i] = loop->children[--loop->child_count];
    else if (pid == loop->companion)
        loop->companion = 0;
    else
        /* Of a child that a program had before it became a server. */
        return;
    if (WIFSIGNALED(status) && !loop->stopping)
        fprintf(stderr, "%s-server: process %ld ended by signal %d (%s)\n",
                loop->service->proto, (long)pid, WTERMSIG(status),
                strsignal(WTERMSIG(status)));
}

/* Signals of one kind melt into one: each SIGCHLD may stand for many ends. */
static void take_signals(struct loop *loop)
{
    struct signalfd_siginfo info;
    int status;
    pid_t pid;

    while (read(loop->signals, &info, sizeof(info)) == sizeof(info))
        if (info.ssi_signo != SIGCHLD)
            loop->stopping = true;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        forget_child(loop, pid, status);
}

/* Waits once. With as many children as may be, the listeners are left out of
 * the waiting: who connects stays in the kernel's queue. */
static void turn(struct loop *loop)
{
    struct service *service = loop->service;
    struct pollfd waits[1 + SERVICE_LISTENERS_MAX];
    nfds_t count = 1;

    waits[0] = (struct pollfd){.fd = loop->signals, .events = POLLIN};
    for (size_t i = 0; i < service->listener_count; i++)
        if (loop->child_count < loop->child_max)
            waits[count++] = (struct pollfd){.fd = service->listeners[i].fd,
                                             .events = POLLIN};
    /* Interrupted, or out of memory: look again. */
    if (poll(waits, count, -1) < 0)
        return;
    if (waits[0].revents != 0)
        take_signals(loop);
    /* Not at once: it may die of the same again. */
    if (service->companion != NULL && loop->companion == 0 && !loop->stopping) {
        poll(NULL, 0, SERVICE_RETRY_MS);
        start_companion(loop);
    }
    for (nfds_t i = 1; i < count && !loop->stopping; i++)
        if (waits[i].revents != 0 && loop->child_count < loop->child_max)
            accept_one(loop, &service->listeners[i - 1]);
}

static void end_for_good(pid_t pid)
{
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

/* All are told to end. Who may at once does (service_may_end); who is in the
 * middle of something gets SERVICE_STOP_MS to come to an end of it. */
static void stop(struct loop *loop)
{
    deadline_ns deadline = deadline_in_ms(SERVICE_STOP_MS);

    loop->stopping = true;
    service_close_listeners(loop->service);
    if (loop->companion > 0)
        kill(loop->companion, SIGTERM);
    for (size_t i = 0; i < loop->child_count; i++)
        kill(loop->children[i], SIGTERM);
    while ((loop->child_count > 0 || loop->companion > 0) &&
           !deadline_passed(deadline)) {
        struct pollfd wait = {.fd = loop->signals, .events = POLLIN};

        poll(&wait, 1, deadline_poll_ms(deadline));
        take_signals(loop);
    }
    for (size_t i = 0; i < loop->child_count; i++)
        end_for_good(loop->children[i]);
    if (loop->companion > 0)
        end_for_good(loop->companion);
    loop->child_count = 0;
    loop->companion = 0;
}

/* ---- setting up --------------------------------------------------------- */

static int take_signals_over(struct loop *loop, struct error *error)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGCHLD);
    /* A peer that hangs up is an error and no death; and whoever started us may
     * have had SIGCHLD ignored, which we would inherit. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_BLOCK, &set, &loop->old_mask);
    loop->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (loop->signals < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "signalfd");
    return 0;
}

static int prepare_tls(struct service *service, struct error *error)
{
    struct tls_settings settings = {.certificates = service->cert_count};
    bool wanted = service->cert_count > 0;

    for (size_t i = 0; i < service->listener_count; i++)
        wanted = wanted || service->listeners[i].tls;
    if (!wanted)
        return 0;
    if (service->cert_count == 0)
        return error_set(error, ERROR_USAGE,
                         "--listen-tls needs --tls-cert and --tls-key");
    if (service->cert_count != service->key_count)
        return error_set(error, ERROR_USAGE,
                         "each --tls-cert needs its --tls-key, in order");
    memcpy(settings.cert_files, service->cert_files,
           sizeof(settings.cert_files));
    memcpy(settings.key_files, service->key_files, sizeof(settings.key_files));
    return tls_server_new(&service->tls, &settings, error);
}

static int prepare(struct loop *loop, struct error *error)
{
    struct service *service = loop->service;
    struct trace_setup record = {.file = service->trace_file != NULL
                                             ? service->trace_file
                                             : trace_own_file(),
                                 .live = service->verbose ? stderr : NULL,
                                 .show_secrets = service->show_secrets};
    int result;

    loop->child_max = service->max_connections > 0
                          ? (size_t)service->max_connections
                          : SERVICE_CONNECTIONS_MAX;
    loop->children = calloc(loop->child_max, sizeof(*loop->children));
    if (loop->children == NULL)
        return error_set(error, ERROR_LOCAL,
                         "--max-connections: out of memory");
    if ((result = take_signals_over(loop, error)) < 0 ||
        (result = prepare_tls(service, error)) < 0 ||
        (result = trace_open(&service->trace, &record, error)) < 0)
        return result;
    return service_listen(service, error);
}

int service_run(struct service *service, struct error *error)
{
    struct loop loop = {.service = service, .signals = -1};
    int result, closed;

    sigprocmask(SIG_SETMASK, NULL, &loop.old_mask);
    service_no_listeners(service);
    result = prepare(&loop, error);
    if (result == 0)
        start_companion(&loop);
    while (result == 0 && !loop.stopping)
        turn(&loop);
    stop(&loop);
    closed = trace_close(service->trace, error);
    tls_free(service->tls);
    service->trace = NULL;
    service->tls = NULL;
    free(loop.children);
    if (loop.signals >= 0)
        close(loop.signals);
    sigprocmask(SIG_SETMASK, &loop.old_mask, NULL);
    return result < 0 ? result : closed;
}
