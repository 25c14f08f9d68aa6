/* SPDX-License-Identifier: MIT */
/* ssh-client -L: a port here that leads to a host there. RFC 4254 §7.2. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/integration/ssh_other.h"
#include "tests/integration/ssh_play.h"

/* ---- a tunnel that stays open ------------------------------------------- */

struct tunnel {
    pid_t pid;
    FILE *said; /* its standard error */
    uint16_t port;
};

/* Reads what it says up to a line with this in it. */
static bool says(struct tunnel *tunnel, const char *text, char line[512])
{
    while (fgets(line, 512, tunnel->said))
        if (strstr(line, text))
            return true;
    return false;
}

/* ssh-client in the background; its -L has said "ready ADDR:PORT". */
static void open_tunnel(struct tunnel *tunnel, uint16_t server)
{
    char target[64], line[512];
    int ends[2];

    snprintf(target, sizeof(target), "ada@127.0.0.1:%u", server);
    test_write_file(test_path("password"), "lovelace\n", 9);
    CU_ASSERT_EQUAL_FATAL(pipe2(ends, O_CLOEXEC), 0);
    fflush(NULL);
    tunnel->pid = fork();
    if (tunnel->pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        execl(TEST_BIN "/ssh-client", "ssh-client", "-v", "--max-time", "20",
              "--password-file", test_path("password"), "--known-hosts",
              test_path("known"), "--accept-new", "-L", "0:inside.test:7777",
              target, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    tunnel->said = fdopen(ends[0], "r");
    CU_ASSERT_FATAL(says(tunnel, "ready 127.0.0.1:", line));
    tunnel->port = (uint16_t)atoi(strrchr(line, ':') + 1);
}

/* SIGTERM is the way to end it: exit 0. */
static void close_tunnel(struct tunnel *tunnel)
{
    int status;

    kill(tunnel->pid, SIGTERM);
    waitpid(tunnel->pid, &status, 0);
    CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    fclose(tunnel->said);
}

/* All that a connection to the tunnel's mouth brings. */
static const char *fetch(const struct tunnel *tunnel)
{
    static char heard[512];
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(tunnel->port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    size_t length = 0;
    ssize_t n = 1;

    CU_ASSERT_EQUAL_FATAL(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    while (n > 0 && length < sizeof(heard) - 1 && poll(&wait, 1, 10000) > 0) {
        n = recv(fd, heard + length, sizeof(heard) - 1 - length, 0);
        length += n > 0 ? (size_t)n : 0;
    }
    CU_ASSERT(n <= 0);
    close(fd);
    heard[length] = '\0';
    return heard;
}

/* ---- the tests ---------------------------------------------------------- */

/* RFC 4254 §7.2: the server is told whom to connect to, by the name that was
 * written here, and whom it is for. */
static void ssh_forward_leads_to_the_host(void)
{
    struct tunnel tunnel;
    char line[512];
    uint16_t port;
    pid_t other = ssh_other_start(&port, 0);

    open_tunnel(&tunnel, port);
    for (int i = 0; i < 3; i++) {
        CU_ASSERT_STRING_EQUAL(fetch(&tunnel), "there: inside.test 7777\n");
        CU_ASSERT(says(&tunnel,
                       "CHANNEL_OPEN direct-tcpip to inside.test port "
                       "7777, from 127.0.0.1 port ",
                       line));
        CU_ASSERT(
            says(&tunnel, "CHANNEL_OPEN_CONFIRMATION direct-tcpip", line));
    }
    close_tunnel(&tunnel);
    CU_ASSERT_EQUAL(ssh_other_end(other), 0);
}

/* RFC 4254 §5.1: a server that leads nowhere says so; who came through the
 * tunnel sees the end, and the tunnel stays. */
static void ssh_forward_outlives_a_refusal(void)
{
    struct tunnel tunnel;
    char line[512];
    uint16_t port;
    pid_t server = ssh_server_start(&port, NULL);

    open_tunnel(&tunnel, port);
    for (int i = 0; i < 2; i++) {
        CU_ASSERT_STRING_EQUAL(fetch(&tunnel), "");
        CU_ASSERT(
            says(&tunnel, "CHANNEL_OPEN_FAILURE inside.test port 7777", line));
    }
    close_tunnel(&tunnel);
    test_stop(server);
}

const struct test tests_ssh_forward[] = {
    {"ssh_forward_leads_to_the_host", ssh_forward_leads_to_the_host},
    {"ssh_forward_outlives_a_refusal", ssh_forward_outlives_a_refusal},
    {NULL, NULL}};
