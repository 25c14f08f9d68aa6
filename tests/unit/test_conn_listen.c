/* SPDX-License-Identifier: MIT */
/* conn_listen: the one connection that is waited for, from one host alone. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "common/address.h"
#include "common/conn.h"
#include "tests/harness.h"

static struct error error;
static struct conn_setup setup = {
    .error = &error, .proto = "test", .connect_timeout_ms = 2000};

static struct sockaddr_storage address_of(const char *text)
{
    struct sockaddr_storage address = {0};
    struct sockaddr_in *v4 = (void *)&address;
    struct sockaddr_in6 *v6 = (void *)&address;

    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        address.ss_family = AF_INET;
    } else {
        address.ss_family = AF_INET6;
        inet_pton(AF_INET6, text, &v6->sin6_addr);
    }
    return address;
}

/* A socket that has connected to the listener from that address. */
static int caller(const char *from, const struct sockaddr_storage *to)
{
    struct sockaddr_storage local = address_of(from);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CU_ASSERT_EQUAL(
        bind(fd, (struct sockaddr *)&local, sizeof(struct sockaddr_in)), 0);
    CU_ASSERT_EQUAL(
        connect(fd, (const struct sockaddr *)to, sizeof(struct sockaddr_in)),
        0);
    return fd;
}

static void conn_listen_takes_whom_it_waits_for(void)
{
    struct sockaddr_storage local = address_of("127.0.0.1"),
                            peer = address_of("127.0.0.3");
    struct conn *conn = NULL;
    int listener, stranger, friend, fds[2];
    char byte;

    CU_ASSERT_EQUAL_FATAL(conn_listen(&listener, &local, &error), 0);
    CU_ASSERT(((struct sockaddr_in *)(void *)&local)->sin_port != 0);
    CU_ASSERT_EQUAL(pipe(fds), 0);
    stranger = caller("127.0.0.2", &local);
    friend = caller("127.0.0.3", &local);
    CU_ASSERT_EQUAL(
        conn_accept(&conn, &setup, RFC("959", "3.2"), listener, &peer, fds[0]),
        0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(conn);
    struct sockaddr_storage remote = conn_facts(conn).remote;
    CU_ASSERT(address_same_host(&remote, &peer));
    CU_ASSERT_EQUAL(read(stranger, &byte, 1), 0);
    conn_close(conn, RFC("9293", "3.6"));
    close(stranger);
    close(friend);
    close(listener);
    close(fds[0]);
    close(fds[1]);
}

/* What the conversation says meanwhile may be why nobody comes. */
static void conn_listen_looks_at_the_conversation(void)
{
    struct sockaddr_storage local = address_of("127.0.0.1"), peer = local;
    struct conn *conn = NULL;
    int listener, fds[2];

    CU_ASSERT_EQUAL_FATAL(conn_listen(&listener, &local, &error), 0);
    CU_ASSERT_EQUAL(pipe(fds), 0);
    CU_ASSERT_EQUAL(write(fds[1], "4", 1), 1);
    CU_ASSERT_EQUAL(
        conn_accept(&conn, &setup, RFC("959", "3.2"), listener, &peer, fds[0]),
        0);
    CU_ASSERT_PTR_NULL(conn);
    setup.connect_timeout_ms = 50;
    CU_ASSERT_EQUAL(
        conn_accept(&conn, &setup, RFC("959", "3.2"), listener, &peer, -1),
        -ERROR_TIMEOUT);
    CU_ASSERT_PTR_NULL(conn);
    setup.connect_timeout_ms = 2000;
    error_clear(&error);
    close(listener);
    close(fds[0]);
    close(fds[1]);
}

const struct test tests_conn_listen[] = {
    {"conn_listen_takes_whom_it_waits_for",
     conn_listen_takes_whom_it_waits_for},
    {"conn_listen_looks_at_the_conversation",
     conn_listen_looks_at_the_conversation},
    {NULL, NULL}};
