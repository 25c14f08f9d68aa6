/* SPDX-License-Identifier: MIT */
/* cut_talk: a server that hears in two pieces. See cut_talk.h. */
#include "tests/hostile/cut_talk.h"

#include <linux/sockios.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void serve(const struct cut_server *server, int fd)
{
    struct error error = {0};
    struct conn_setup setup = {.error = &error, .proto = server->proto};
    struct conn *conn;

    if (conn_adopt(&conn, &setup, RFC("9293", "3.5"), fd) < 0)
        _exit(8);
    server->serve(conn, server->site, &error);
    conn_close(conn, RFC("9293", "3.6"));
    _exit(0);
}

/* Until the server has taken what was sent; it may have closed instead. */
static void wait_until_read(int fd)
{
    struct pollfd closed = {.fd = fd, .events = POLLRDHUP};
    int waiting = 1;

    while (ioctl(fd, SIOCOUTQ, &waiting) == 0 && waiting > 0 &&
           poll(&closed, 1, 0) == 0)
        sched_yield();
}

size_t cut_talk(const struct cut_server *server, struct span words, size_t cut,
                char *answer, size_t size)
{
    int pair[2], status = -1;
    size_t length = 0;
    ssize_t got;

    CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(pair[0]);
        serve(server, pair[1]);
    }
    close(pair[1]);
    send(pair[0], words.data, cut, MSG_NOSIGNAL);
    wait_until_read(pair[0]);
    send(pair[0], words.data + cut, words.length - cut, MSG_NOSIGNAL);
    shutdown(pair[0], SHUT_WR);
    while ((got = recv(pair[0], answer + length, size - 1 - length, 0)) > 0)
        length += (size_t)got;
    answer[length] = '\0';
    close(pair[0]);
    waitpid(pid, &status, 0);
    CU_ASSERT_EQUAL(status, 0);
    return length;
}
