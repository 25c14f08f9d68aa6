/* SPDX-License-Identifier: MIT */
/*
 * ssh-client against servers that lie, stop, or never stop; ssh-server against
 * clients of that kind. Each ends in time, with one clear sentence.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/integration/ssh_play.h"

/* ---- servers ------------------------------------------------------------ */

static bool is_one_sentence(const char *text)
{
    const char *first = strchr(text, '\n');

    return strncmp(text, "ssh-client: ", 12) == 0 && first &&
           (first[1] == '\0' || strstr(first, "the peer said: "));
}

static void check(const char *script, int status)
{
    struct test_run run;
    uint16_t port;
    pid_t peer = test_peer(script, &port);

    SSH_PLAY(&run, port, "--max-time", "0.7", "@", "whoami");
    CU_ASSERT_EQUAL(run.status, status);
    CU_ASSERT(is_one_sentence(run.err));
    if (run.status != status || !is_one_sentence(run.err))
        printf("        exit %d: %s\n", run.status, run.err);
    CU_ASSERT(run.seconds < 10);
#ifndef __SANITIZE_ADDRESS__ /* which keeps what was freed */
    CU_ASSERT(run.max_rss_kib < 64 * 1024);
#endif
    CU_ASSERT_EQUAL(access(test_path("known"), F_OK), -1);
    test_run_free(&run);
    test_peer_end(peer);
}

#define VERSION "S: SSH-2.0-hostile\n"

/* Silence at each step ends at the deadline. */
static void ssh_client_bears_no_silence(void)
{
    check("S= \n", 5);
    check("S= SSH-2.0-half\n", 5);
    check(VERSION, 5);
    check(VERSION "S= \\0\\0\\x01\n", 5);
    check(VERSION "S= \\0\\0\\x01\\x04\\x04\\x14half of it\n", 5);
}

static void ssh_client_bears_no_endless_greeting(void)
{
    static char script[65536];
    size_t at = 0;

    for (int i = 0; i < 200; i++)
        at += (size_t)snprintf(script + at, sizeof(script) - at,
                               "S: Welcome, number %d\n", i);
    check(script, 7);
    at = (size_t)snprintf(script, sizeof(script), "S= ");
    memset(script + at, 'x', 3000);
    memcpy(script + at + 3000, "\n", 2);
    check(script, 7);
}

/* Lengths that lie are seen before anything is made of them. */
static void ssh_client_believes_no_length(void)
{
    check(VERSION "S= \\xff\\xff\\xff\\xff\n", 7);
    check(VERSION "S= \\0\\0\\0\\x0c\\xff\\x14aaaaaaaaaa\n", 7);
    check(VERSION "S= \\0\\0\\0\\x24\\x04\\x14aaaaaaaaaaaaaaaa\\xff\\xff\\xff"
                  "\\xffaaaaaaaaaaaaaa\n",
          7);
    check(VERSION "S= \\0\\0\\0\\x0c\\x0a\\x15aaaaaaaaaa\n", 7);
}

static void ssh_client_knows_other_protocols(void)
{
    check("S: HTTP/1.1 400 Bad Request\nS: \nE:\n", 7);
    check("S: SSH-1.5-old\nE:\n", 7);
    check("E:\n", 7);
    check(VERSION "E:\n", 7);
}

/* ---- clients ------------------------------------------------------------ */

static int connect_to(uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CU_ASSERT_FATAL(fd >= 0);
    CU_ASSERT_EQUAL_FATAL(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    return fd;
}

/* Says so, and waits (10 s) for the server to hang up. */
static bool server_hangs_up(uint16_t port, const char *bytes, size_t length)
{
    int fd = connect_to(port);
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    char heard[4096];
    ssize_t n = 1;

    CU_ASSERT_EQUAL(send(fd, bytes, length, MSG_NOSIGNAL), (ssize_t)length);
    while (n > 0 && poll(&wait, 1, 10000) > 0)
        n = recv(fd, heard, sizeof(heard), 0);
    close(fd);
    return n <= 0;
}

static void ssh_server_ends_with_nonsense(void)
{
    static const struct {
        const char *bytes;
        size_t length;
    } cases[] = {{"GET / HTTP/1.1\r\n\r\n", 18},
                 {"SSH-1.5-x\r\n", 11},
                 {"SSH-2.0-x\r\n\xff\xff\xff\xff", 15},
                 {"SSH-2.0-x\r\n\0\0\0\x0c\xff\x14"
                  "aaaaaaaaaa",
                  27},
                 {"SSH-2.0-x\r\n\0\0\0\x0c\x0a\x32"
                  "aaaaaaaaaa",
                  27}};
    struct test_run run;
    uint16_t port;
    pid_t server = ssh_server_start(&port, NULL);

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        CU_ASSERT(server_hangs_up(port, cases[i].bytes, cases[i].length));
    SSH_PLAY(&run, port, "@", "whoami");
    CU_ASSERT_STRING_EQUAL(run.out, "ada\n");
    test_run_free(&run);
    test_stop(server);
}

const struct test tests_ssh_hostile[] = {
    {"ssh_client_bears_no_silence", ssh_client_bears_no_silence},
    {"ssh_client_bears_no_endless_greeting",
     ssh_client_bears_no_endless_greeting},
    {"ssh_client_believes_no_length", ssh_client_believes_no_length},
    {"ssh_client_knows_other_protocols", ssh_client_knows_other_protocols},
    {"ssh_server_ends_with_nonsense", ssh_server_ends_with_nonsense},
    {NULL, NULL}};
