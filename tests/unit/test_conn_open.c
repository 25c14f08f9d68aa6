/* SPDX-License-Identifier: MIT */
/* How a connection begins and ends. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/conn.h"
#include "common/limits.h"
#include "common/names.h"
#include "common/trace.h"
#include "tests/harness.h"
#include "tests/unit/conn_pair.h"

#define CITE RFC("9293", "3.5")

/* A listener at `address` with `port` (0: any), its port filled in. */
static int listen_at(const char *address, uint16_t *port, int backlog)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(*port)};
    socklen_t size = sizeof to;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    inet_pton(AF_INET, address, &to.sin_addr);
    CU_ASSERT_EQUAL_FATAL(bind(fd, (struct sockaddr *)&to, size), 0);
    CU_ASSERT_EQUAL_FATAL(listen(fd, backlog), 0);
    getsockname(fd, (struct sockaddr *)&to, &size);
    *port = ntohs(to.sin_port);
    return fd;
}

/* The kernel drops each SYN to a listener whose queue is full: an address that
 * does not answer. `fds` has room for the four sockets that make it so. */
static void fall_silent(const char *address, uint16_t *port, int fds[4])
{
    struct sockaddr_in to = {.sin_family = AF_INET};

    fds[0] = listen_at(address, port, 0);
    to.sin_port = htons(*port);
    inet_pton(AF_INET, address, &to.sin_addr);
    for (int i = 1; i < 4; i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        connect(fds[i], (struct sockaddr *)&to, sizeof to);
    }
}

static void close_all(const int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        close(fds[i]);
}

static void conn_open_connects(void)
{
    struct error error = {0};
    struct conn_setup setup = {.error = &error};
    struct conn_facts facts;
    struct conn *c = NULL;
    uint16_t port = 0;
    int fd = listen_at("127.0.0.1", &port, 4);
    char peer[80];

    CU_ASSERT_EQUAL(conn_open(&c, &setup, CITE, "127.0.0.1", port), 0);
    facts = conn_facts(c);
    snprintf(peer, sizeof peer, "127.0.0.1:%u", port);
    CU_ASSERT_STRING_EQUAL(facts.peer, peer);
    CU_ASSERT_EQUAL(facts.local.ss_family, AF_INET);
    conn_close(c, RFC("9293", "3.6"));
    close(fd);
}

static void conn_open_connects_over_ipv6(void)
{
    struct sockaddr_in6 to = {.sin6_family = AF_INET6,
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    socklen_t size = sizeof to;
    struct error error = {0};
    struct conn_setup setup = {.error = &error};
    struct conn *c = NULL;
    char peer[80];
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

    /* A machine without IPv6 has no ::1 to bind. */
    if (fd >= 0 && bind(fd, (struct sockaddr *)&to, size) == 0) {
        listen(fd, 4);
        getsockname(fd, (struct sockaddr *)&to, &size);
        CU_ASSERT_EQUAL(conn_open(&c, &setup, CITE, "::1", ntohs(to.sin6_port)),
                        0);
        snprintf(peer, sizeof peer, "[::1]:%u", ntohs(to.sin6_port));
        CU_ASSERT_STRING_EQUAL(conn_facts(c).peer, peer);
        conn_close(c, RFC("9293", "3.6"));
    }
    close(fd);
}

/* 127.0.0.3 is ours as well, on loopback. The port that is in use can't be
 * had, so the kernel picks another at the same address. */
static void conn_open_connects_from_where_it_is_told(void)
{
    struct sockaddr_in from = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(0x7f000003)};
    struct sockaddr_storage wanted = {0};
    struct error error = {0};
    struct conn_setup setup = {.error = &error, .from = &wanted};
    struct conn *c = NULL;
    uint16_t port = 0, taken = 0;
    int fd = listen_at("127.0.0.1", &port, 4);
    int other = listen_at("127.0.0.3", &taken, 4);

    for (int round = 0; round < 2; round++) {
        from.sin_port = htons(round == 0 ? 0 : taken);
        memcpy(&wanted, &from, sizeof from);
        CU_ASSERT_EQUAL(conn_open(&c, &setup, CITE, "127.0.0.1", port), 0);
        struct sockaddr_storage local = conn_facts(c).local;
        CU_ASSERT_EQUAL(((struct sockaddr_in *)&local)->sin_addr.s_addr,
                        from.sin_addr.s_addr);
        CU_ASSERT_NOT_EQUAL(((struct sockaddr_in *)&local)->sin_port,
                            htons(taken));
        conn_close(c, CITE);
    }
    close(fd);
    close(other);
}

static void conn_open_says_why_it_was_refused(void)
{
    struct error error = {0};
    struct conn_setup setup = {.error = &error};
    struct conn *c = NULL;
    uint16_t port = 0;

    close(listen_at("127.0.0.1", &port, 4)); /* nobody listens there now */
    CU_ASSERT_EQUAL(conn_open(&c, &setup, CITE, "127.0.0.1", port),
                    -ERROR_CONNECT);
    CU_ASSERT_PTR_NULL(c);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "Connection refused"));
}

static void conn_open_gives_up_in_time(void)
{
    struct error error = {0};
    struct conn_setup setup = {.error = &error, .connect_timeout_ms = 50};
    struct conn *c = NULL;
    uint16_t port = 0;
    int fds[4];

    fall_silent("127.0.0.1", &port, fds);
    CU_ASSERT_EQUAL(conn_open(&c, &setup, CITE, "127.0.0.1", port),
                    -ERROR_TIMEOUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "did not answer in time"));
    close_all(fds, 4);
}

/* Opens "two.test", which has two addresses; the peer it found in `peer`. */
static int open_two(const char *first, const char *second, uint16_t port,
                    char *peer, size_t size)
{
    struct error error = {0};
    struct names *names = NULL;
    struct conn_setup setup = {.error = &error, .connect_timeout_ms = 5000};
    struct conn *c = NULL;
    char pin[120];
    int status;

    snprintf(pin, sizeof pin, "two.test:%u:%s,%s", port, first, second);
    CU_ASSERT_EQUAL_FATAL(names_new(&names, NULL, NULL, &error), 0);
    CU_ASSERT_EQUAL_FATAL(names_pin(names, pin, &error), 0);
    setup.names = names;
    status = conn_open(&c, &setup, RFC("8305", "5"), "two.test", port);
    if (c != NULL)
        snprintf(peer, size, "%s", conn_facts(c).peer);
    conn_close(c, RFC("9293", "3.6"));
    names_free(names);
    return status;
}

static void conn_open_tries_the_next_address(void)
{
    uint16_t port = 0;
    int fd = listen_at("127.0.0.2", &port, 4);
    char peer[80] = "";

    CU_ASSERT_EQUAL(open_two("127.0.0.3", "127.0.0.2", port, peer, 80), 0);
    CU_ASSERT_EQUAL(strncmp(peer, "127.0.0.2:", 10), 0);
    close(fd);
    CU_ASSERT_EQUAL(open_two("127.0.0.3", "127.0.0.2", port, peer, 80),
                    -ERROR_CONNECT);
}

/* RFC 8305 §5: a silent address costs a quarter of a second, not the whole
 * time allowed. */
static void conn_open_does_not_wait_for_a_silent_address(void)
{
    uint16_t port = 0;
    int fds[5];
    char peer[80] = "";
    deadline_ns early = deadline_in_ms(240), late = deadline_in_ms(2500);

    fds[4] = listen_at("127.0.0.2", &port, 4);
    fall_silent("127.0.0.3", &port, fds);
    CU_ASSERT_EQUAL(open_two("127.0.0.3", "127.0.0.2", port, peer, 80), 0);
    CU_ASSERT_EQUAL(strncmp(peer, "127.0.0.2:", 10), 0);
    CU_ASSERT(deadline_passed(early));
    CU_ASSERT_FALSE(deadline_passed(late));
    close_all(fds, 5);
}

static void conn_open_survives_refused_allocations(void)
{
    struct trace_setup trace_setup = {.file = test_path("x.pcapng")};
    struct error error = {0};
    struct conn_setup setup = {.error = &error};
    uint16_t port = 0;
    int fd = listen_at("127.0.0.1", &port, 16);
    struct conn *c = NULL;
    long number = 0;

    CU_ASSERT_EQUAL_FATAL(trace_open(&setup.trace, &trace_setup, &error), 0);
    while (c == NULL && number < 50) {
        error_clear(&error);
        test_fail_allocation(++number);
        if (conn_open(&c, &setup, CITE, "127.0.0.1", port) < 0)
            CU_ASSERT_EQUAL(error.class, ERROR_LOCAL);
        test_fail_allocation(0);
    }
    CU_ASSERT(number > 3); /* the conn, and the two messages it keeps */
    CU_ASSERT_PTR_NOT_NULL(c);
    conn_close(c, RFC("9293", "3.6"));
    trace_free(setup.trace);
    close(fd);
}

/* ---- ending ------------------------------------------------------------- */

static void conn_end_sending_leaves_the_other_way_open(void)
{
    struct conn_pair p;
    struct span line;
    char byte;

    conn_pair_open(&p);
    conn_hold(p.conn, true);
    conn_say(p.conn, CITE, "last words");
    CU_ASSERT_EQUAL(conn_end_sending(p.conn, RFC("9293", "3.6.1")), 0);
    CU_ASSERT_STRING_EQUAL(conn_pair_received(&p), "last words\r\n");
    CU_ASSERT_EQUAL(recv(p.peer, &byte, 1, 0), 0);
    conn_pair_send(&p, "answer\r\n");
    CU_ASSERT_EQUAL(conn_read_line(p.conn, 100, &line), 0);
    CU_ASSERT(span_equal(line, SPAN("answer")));
    conn_pair_close(&p);
}

/* What the wire has carried stands in the trace, though no parser has taken it
 * or only taken it: unread, and masked, for it may be a password. */
static void conn_close_tells_what_nobody_read(void)
{
    struct conn_pair p;
    struct span line;
    const struct trace_event *event;

    conn_pair_open_traced(&p, false);
    conn_pair_send(&p, "HELO a\r\nPASS sesame\r\n");
    CU_ASSERT_EQUAL(conn_read_line(p.conn, 100, &line), 0);
    conn_heard(p.conn, CITE, "HELO");
    conn_pair_read_trace(&p);
    event = conn_pair_event(&p, TRACE_LAYER_APP, "unread");
    CU_ASSERT_PTR_NOT_NULL_FATAL(event);
    CU_ASSERT_EQUAL(event->dir, TRACE_DIR_IN);
    CU_ASSERT(span_equal(event->data, SPAN("*************")));
    CU_ASSERT_EQUAL(event->raw.from, 8);
    CU_ASSERT_EQUAL(event->raw.to, 21);
    conn_pair_close(&p);
}

/* A message that was begun and broke off: as much of it as has left. */
static void conn_close_tells_what_was_half_said(void)
{
    static char large[3 * CONN_OUTPUT_MAX];
    struct conn_pair p;
    const struct trace_event *event;
    uint64_t left;

    conn_pair_open_traced(&p, false);
    conn_set_deadline(p.conn, deadline_in_ms(50));
    memset(large, 'x', sizeof large);
    CU_ASSERT_EQUAL(conn_say_begin(p.conn, CITE, "DATA"), 0);
    while (conn_say_bytes(p.conn, large, sizeof large) == 0)
        continue; /* until the socket is full and the time is up */
    CU_ASSERT_EQUAL(conn_say_end(p.conn), -ERROR_TIMEOUT);
    left = conn_facts(p.conn).raw_out;
    conn_pair_read_trace(&p);
    event = conn_pair_event(&p, TRACE_LAYER_APP, "DATA");
    CU_ASSERT_PTR_NOT_NULL_FATAL(event);
    CU_ASSERT_EQUAL(event->length, left);
    CU_ASSERT_PTR_NOT_NULL_FATAL(event->note);
    CU_ASSERT_PTR_NOT_NULL(strstr(event->note, "broken off"));
    conn_pair_close(&p);
}

static void conn_close_sends_what_is_held(void)
{
    struct conn_pair p;

    conn_pair_open(&p);
    conn_hold(p.conn, true);
    conn_say(p.conn, CITE, "QUIT");
    conn_close(p.conn, RFC("9293", "3.6"));
    p.conn = NULL;
    CU_ASSERT_STRING_EQUAL(conn_pair_received(&p), "QUIT\r\n");
    conn_pair_close(&p);
}

/* Waits until a request has come, but does not read it. */
static int refuse_and_close(int listener)
{
    struct error error = {0};
    struct conn_setup setup = {.error = &error};
    struct conn *server = NULL;
    char byte;

    alarm(20);
    conn_adopt(&server, &setup, CITE, accept(listener, NULL, NULL));
    recv(conn_fd(server), &byte, 1, MSG_PEEK);
    conn_say(server, CITE, "too long");
    conn_close(server, RFC("9293", "3.6"));
    return 0;
}

/* A server refuses and closes while its client still talks: the reset for what
 * nobody read must not swallow the refusal. */
static void conn_close_lets_the_last_words_arrive(void)
{
    struct error error = {0};
    struct conn_setup setup = {.error = &error};
    struct conn *client = NULL;
    struct span line;
    uint16_t port = 0;
    int fd = listen_at("127.0.0.1", &port, 4);
    pid_t pid = fork();

    if (pid == 0)
        _exit(refuse_and_close(fd));
    CU_ASSERT_EQUAL(conn_open(&client, &setup, CITE, "127.0.0.1", port), 0);
    CU_ASSERT_EQUAL(conn_say(client, CITE, "a long request"), 0);
    CU_ASSERT_EQUAL(conn_read_line(client, 100, &line), 0);
    CU_ASSERT(span_equal(line, SPAN("too long")));
    CU_ASSERT_EQUAL(conn_fill(client), 0);
    CU_ASSERT(conn_at_end(client));
    conn_close(client, RFC("9293", "3.6"));
    CU_ASSERT_EQUAL(waitpid(pid, NULL, 0), pid);
    close(fd);
}

static void conn_close_allows_null(void)
{
    conn_close(NULL, RFC("9293", "3.6"));
}

const struct test tests_conn_open[] = {
    {"conn_open_connects", conn_open_connects},
    {"conn_open_connects_over_ipv6", conn_open_connects_over_ipv6},
    {"conn_open_connects_from_where_it_is_told",
     conn_open_connects_from_where_it_is_told},
    {"conn_open_says_why_it_was_refused", conn_open_says_why_it_was_refused},
    {"conn_open_gives_up_in_time", conn_open_gives_up_in_time},
    {"conn_open_tries_the_next_address", conn_open_tries_the_next_address},
    {"conn_open_does_not_wait_for_a_silent_address",
     conn_open_does_not_wait_for_a_silent_address},
    {"conn_open_survives_refused_allocations",
     conn_open_survives_refused_allocations},
    {"conn_end_sending_leaves_the_other_way_open",
     conn_end_sending_leaves_the_other_way_open},
    {"conn_close_tells_what_nobody_read", conn_close_tells_what_nobody_read},
    {"conn_close_tells_what_was_half_said",
     conn_close_tells_what_was_half_said},
    {"conn_close_sends_what_is_held", conn_close_sends_what_is_held},
    {"conn_close_lets_the_last_words_arrive",
     conn_close_lets_the_last_words_arrive},
    {"conn_close_allows_null", conn_close_allows_null},
    {NULL, NULL},
};
