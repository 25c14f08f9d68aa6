/* SPDX-License-Identifier: MIT */
/*
 * A server that answers "hello" to each line, run in a process of its own:
 * what it announces, whom it lets wait, what one conversation may break, and
 * how it ends.
 */
#include "common/service.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/names.h"
#include "common/trace.h"
#include "tests/harness.h"

/* "die" ends the process as a crash would; "fail" ends the conversation. */
static int greet(struct conn *conn, void *site, struct error *error)
{
    struct span line;
    int result;

    (void)site;
    while ((result = conn_read_line(conn, 100, &line)) == 0 &&
           line.data != NULL) {
        if (span_equal(line, SPAN("die")))
            kill(getpid(), SIGKILL);
        if (span_equal(line, SPAN("fail")))
            return error_set(error, ERROR_PROTOCOL, "told to fail");
        conn_heard(conn, RFC("5321", "4.1.1.9"), "line");
        if ((result = conn_say(conn, RFC("5321", "4.2"), "hello")) < 0)
            return result;
    }
    return result;
}

/* ---- the server's process ----------------------------------------------- */

static struct service service;
static pid_t server;
static FILE *ready;

static struct service *plain(const char *address)
{
    memset(&service, 0, sizeof(service));
    service.proto = "greet";
    service.standard_port = 0;
    service.serve = greet;
    service.listeners[0].address = address;
    service.listener_count = 1;
    return &service;
}

/* Its standard output is `ready`, its standard error the file "log". */
static void start(void)
{
    struct error error = {0};
    const char *log = test_path("log"); /* the folder is the parent's to make */
    int ends[2];

    fflush(stdout);
    CU_ASSERT_EQUAL_FATAL(pipe2(ends, O_CLOEXEC), 0);
    server = fork();
    if (server == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(ends[1], STDOUT_FILENO);
        dup2(open(log, O_WRONLY | O_CREAT | O_APPEND, 0600), STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        if (service_run(&service, &error) < 0)
            fprintf(stderr, "%s\n", error.text);
        _exit((int)error.class);
    }
    close(ends[1]);
    ready = fdopen(ends[0], "r");
}

/* The exit status; -1: it did not end of its own accord. */
static int ends_with(void)
{
    int status = 0;

    while (waitpid(server, &status, 0) < 0 && errno == EINTR)
        ;
    fclose(ready);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int stop(int with)
{
    kill(server, with);
    return ends_with();
}

/* True when the log of the server holds `words`. */
static bool logged(const char *words)
{
    char *log = test_read_file(test_path("log"), NULL);
    bool found = log != NULL && strstr(log, words) != NULL;

    free(log);
    return found;
}

/* The same, given time: the server writes when it gets to it. */
static bool logs(const char *words)
{
    deadline_ns deadline = deadline_in_ms(10000);

    while (!logged(words) && !deadline_passed(deadline))
        poll(NULL, 0, 5);
    return logged(words);
}

/* ---- the peer ----------------------------------------------------------- */

/* The address that the next "ready" line tells. */
static void next_ready(char *address, int size)
{
    char line[86] = "";

    CU_ASSERT_PTR_NOT_NULL(fgets(line, sizeof(line), ready));
    CU_ASSERT_EQUAL(strncmp(line, "ready ", 6), 0);
    line[strcspn(line, "\n")] = '\0';
    snprintf(address, (size_t)size, "%s", line + 6);
}

static int call(const char *address)
{
    struct sockaddr_storage at = {0};
    struct timeval patience = {.tv_sec = 10};
    int fd;

    CU_ASSERT(names_endpoint(address, 0, &at));
    fd = socket(at.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    CU_ASSERT_EQUAL(connect(fd, (struct sockaddr *)&at,
                            at.ss_family == AF_INET6
                                ? sizeof(struct sockaddr_in6)
                                : sizeof(struct sockaddr_in)),
                    0);
    return fd;
}

static void say(int fd, const char *line)
{
    CU_ASSERT_EQUAL(send(fd, line, strlen(line), MSG_NOSIGNAL),
                    (ssize_t)strlen(line));
    CU_ASSERT_EQUAL(send(fd, "\r\n", 2, MSG_NOSIGNAL), 2);
}

/* True when "hello" is the next that comes; false at the end of input. */
static bool greeted(int fd)
{
    char text[7] = "";

    return recv(fd, text, sizeof(text), MSG_WAITALL) == 7 &&
           memcmp(text, "hello\r\n", 7) == 0;
}

static bool has_answer_within(int fd, int ms)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};

    return poll(&wait, 1, ms) == 1;
}

/* ---- the rules ---------------------------------------------------------- */

/* RFC 9293 §3.9.1.1: a passive open, of whatever port is free. */
static void service_announces_every_listener_as_bound(void)
{
    char first[80], second[80];
    int a, b;

    plain("127.0.0.1:0");
    service.listeners[service.listener_count++].address = "[::1]:0";
    start();
    next_ready(first, sizeof(first));
    next_ready(second, sizeof(second));
    CU_ASSERT_EQUAL(strncmp(first, "127.0.0.1:", 10), 0);
    CU_ASSERT_EQUAL(strncmp(second, "[::1]:", 6), 0);
    a = call(first);
    b = call(second);
    say(b, "x");
    say(a, "x");
    CU_ASSERT(greeted(a) && greeted(b));
    close(a);
    close(b);
    CU_ASSERT_EQUAL(stop(SIGTERM), 0);
}

static void service_listens_at_loopback_unless_told(void)
{
    char address[80];

    plain(NULL);
    service.listener_count = 0;
    start();
    next_ready(address, sizeof(address));
    CU_ASSERT_EQUAL(strncmp(address, "127.0.0.1:", 10), 0);
    CU_ASSERT_EQUAL(stop(SIGTERM), 0);
}

static void service_lets_the_next_wait_at_the_maximum(void)
{
    char address[80];
    int held, waiting;

    plain(":0")->max_connections = 1;
    start();
    next_ready(address, sizeof(address));
    held = call(address);
    say(held, "x");
    CU_ASSERT(greeted(held));
    waiting = call(address); /* the kernel has accepted it, we have not */
    say(waiting, "x");
    CU_ASSERT(!has_answer_within(waiting, 50));
    close(held);
    CU_ASSERT(greeted(waiting));
    close(waiting);
    CU_ASSERT_EQUAL(stop(SIGTERM), 0);
}

static void service_survives_the_death_of_a_conversation(void)
{
    char address[80];
    int dies, lives;

    plain("127.0.0.1:0");
    start();
    next_ready(address, sizeof(address));
    dies = call(address);
    lives = call(address);
    say(dies, "die");
    CU_ASSERT(!greeted(dies));
    say(lives, "x");
    CU_ASSERT(greeted(lives));
    CU_ASSERT(logs("ended by signal 9"));
    close(dies);
    close(lives);
    CU_ASSERT_EQUAL(stop(SIGTERM), 0);
}

static void service_logs_a_failed_conversation_in_one_line(void)
{
    char address[80];
    int fd;

    plain("127.0.0.1:0")->verbose = true;
    start();
    next_ready(address, sizeof(address));
    fd = call(address);
    say(fd, "fail");
    CU_ASSERT(!greeted(fd));
    close(fd);
    CU_ASSERT_EQUAL(stop(SIGTERM), 0);
    CU_ASSERT(logged("greet-server: 127.0.0.1:"));
    CU_ASSERT(logged(": told to fail\n"));
}

/* The peer that waits for nothing sees the end of it all the same. */
static void service_ends_with_its_conversations(void)
{
    static const int ways[] = {SIGTERM, SIGINT};

    for (size_t i = 0; i < 2; i++) {
        char address[80];
        int fd;

        plain("127.0.0.1:0");
        start();
        next_ready(address, sizeof(address));
        fd = call(address);
        say(fd, "x");
        CU_ASSERT(greeted(fd));
        CU_ASSERT_EQUAL(stop(ways[i]), 0);
        CU_ASSERT(!greeted(fd));
        close(fd);
    }
}

/* A conversation in which nothing is under way ends at once, and by itself: the
 * one that is killed when its time is up leaves no "close" in the trace. */
static int greet_and_rest(struct conn *conn, void *site, struct error *error)
{
    service_may_end(conn, true);
    return greet(conn, site, error);
}

static size_t count_closes(bool may_end)
{
    struct trace_file file = {0};
    struct error error = {0};
    char address[80];
    size_t closes = 0;
    int fd;

    plain("127.0.0.1:0")->trace_file = test_path("t.pcapng");
    service.serve = may_end ? greet_and_rest : greet;
    start();
    next_ready(address, sizeof(address));
    fd = call(address);
    say(fd, "x");
    CU_ASSERT(greeted(fd));
    CU_ASSERT_EQUAL(stop(SIGTERM), 0);
    CU_ASSERT(!greeted(fd));
    close(fd);
    CU_ASSERT_EQUAL_FATAL(trace_read(&file, test_path("t.pcapng"), &error), 0);
    for (size_t i = 0; i < file.event_count; i++)
        closes += strcmp(file.events[i].name, "close") == 0;
    trace_file_free(&file);
    return closes;
}

static void service_ends_at_once_what_may_end(void)
{
    CU_ASSERT_EQUAL(count_closes(true), 1);
    CU_ASSERT_EQUAL(count_closes(false), 0);
}

static void service_finishes_the_trace_of_all_its_processes(void)
{
    struct trace_file file = {0};
    struct error error = {0};
    char address[80];
    uint32_t conns = 0;

    plain("127.0.0.1:0")->trace_file = test_path("t.pcapng");
    start();
    for (int i = 0; i < 3; i++) {
        int fd;

        if (i == 0)
            next_ready(address, sizeof(address));
        fd = call(address);
        say(fd, "x");
        CU_ASSERT(greeted(fd));
        close(fd);
    }
    CU_ASSERT_EQUAL(stop(SIGTERM), 0);
    CU_ASSERT_EQUAL_FATAL(trace_read(&file, test_path("t.pcapng"), &error), 0);
    for (size_t i = 0; i < file.event_count; i++)
        if (file.events[i].conn > conns)
            conns = file.events[i].conn;
    CU_ASSERT_EQUAL(conns, 3);
    trace_file_free(&file);
}

/* ---- TLS ---------------------------------------------------------------- */

static void service_shakes_hands_before_it_serves(void)
{
    struct error error = {0};
    struct conn_setup setup = {.error = &error, .proto = "greet"};
    struct test_certificate made;
    struct tls_settings settings = {.ca_file = made.cert};
    struct tls_context *tls = NULL;
    struct conn *conn = NULL;
    struct span line = {0};
    char address[80];

    test_certificate(&made);
    plain("127.0.0.1:0")->listeners[0].tls = true;
    service.cert_files[0] = made.cert;
    service.key_files[0] = made.key;
    service.cert_count = service.key_count = 1;
    start();
    next_ready(address, sizeof(address));
    CU_ASSERT_EQUAL(tls_client_new(&tls, &settings, &error), 0);
    CU_ASSERT_EQUAL(
        conn_adopt(&conn, &setup, RFC("9293", "3.5"), call(address)), 0);
    CU_ASSERT_EQUAL(conn_start_tls(conn, tls, RFC("8446", "2"), "127.0.0.1"),
                    0);
    CU_ASSERT_EQUAL(conn_say(conn, RFC("5321", "4.1.1.9"), "x"), 0);
    CU_ASSERT_EQUAL(conn_read_line(conn, 100, &line), 0);
    CU_ASSERT(span_equal(line, SPAN("hello")));
    conn_close(conn, RFC("9293", "3.6"));
    tls_free(tls);
    CU_ASSERT_EQUAL(stop(SIGTERM), 0);
}

/* Beside the conversations: says so, once each time it is started. Told to end,
 * it says that too. */
static void told_to_end(int signal_number)
{
    (void)signal_number;
    fputs("companion ends\n", stderr);
    _exit(0);
}

static int accompany(void *site, struct trace *trace, struct error *error)
{
    (void)site;
    (void)trace;
    (void)error;
    signal(SIGTERM, told_to_end);
    fprintf(stderr, "companion %d.\n", (int)getpid());
    while (pause() < 0)
        ;
    return 0;
}

static void service_keeps_its_companion_alive(void)
{
    char address[80], *log;
    int pid = 0;

    plain("127.0.0.1:0")->companion = accompany;
    start();
    next_ready(address, sizeof(address));
    CU_ASSERT(logs("companion "));
    log = test_read_file(test_path("log"), NULL);
    CU_ASSERT_EQUAL_FATAL(sscanf(log, "companion %d", &pid), 1);
    free(log);
    kill((pid_t)pid, SIGKILL);
    CU_ASSERT(logs(")\ncompanion "));
    CU_ASSERT_EQUAL(stop(SIGTERM), 0);
    CU_ASSERT(logged("companion ends"));
}

const struct test tests_service[] = {
    {"service_announces_every_listener_as_bound",
     service_announces_every_listener_as_bound},
    {"service_listens_at_loopback_unless_told",
     service_listens_at_loopback_unless_told},
    {"service_lets_the_next_wait_at_the_maximum",
     service_lets_the_next_wait_at_the_maximum},
    {"service_survives_the_death_of_a_conversation",
     service_survives_the_death_of_a_conversation},
    {"service_logs_a_failed_conversation_in_one_line",
     service_logs_a_failed_conversation_in_one_line},
    {"service_ends_with_its_conversations",
     service_ends_with_its_conversations},
    {"service_ends_at_once_what_may_end", service_ends_at_once_what_may_end},
    {"service_finishes_the_trace_of_all_its_processes",
     service_finishes_the_trace_of_all_its_processes},
    {"service_shakes_hands_before_it_serves",
     service_shakes_hands_before_it_serves},
    {"service_keeps_its_companion_alive", service_keeps_its_companion_alive},
    {NULL, NULL}};
