/* SPDX-License-Identifier: MIT */
#include "tests/integration/telnet_play.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/deadline.h"

enum { PATIENCE_MS = 10000, WORDS_MAX = 24 };

pid_t telnet_server_start(uint16_t *port, const char *more)
{
    const char *argv[] = {"telnet-server",
                          "--accounts",
                          test_path("accounts"),
                          "--name",
                          "shell.example.test",
                          "--listen",
                          "127.0.0.1:0",
                          more,
                          NULL};

    test_write_file(test_path("accounts"), "ada:lovelace\n", 13);
    return test_start(argv, port, 1);
}

/* ---- a script ----------------------------------------------------------- */

void telnet_play(struct test_run *run, const char *input, uint16_t port,
                 const char *const *arguments)
{
    const char *argv[WORDS_MAX] = {
        "sh", "-c", "f=$1; shift; exec \"$0\" \"$@\" <\"$f\"",
        TEST_BIN "/telnet-client", test_path("input")};
    size_t count = 5;
    char text[8];

    test_write_file(test_path("input"), input, strlen(input));
    while (arguments && *arguments && count < WORDS_MAX - 3)
        argv[count++] = *arguments++;
    snprintf(text, sizeof(text), "%u", port);
    argv[count++] = "127.0.0.1";
    argv[count++] = text;
    test_run(run, 20, argv);
}

/* ---- a person ----------------------------------------------------------- */

static _Noreturn void become(const char *terminal, const char *const *argv)
{
    int fd;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid();
    fd = open(terminal, O_RDWR);
    for (int i = 0; i < 3; i++)
        dup2(fd, i);
    if (fd > 2)
        close(fd);
    execv(argv[0], (char *const *)argv);
    _exit(127);
}

void telnet_person_runs(struct telnet_person *person, const char *const *argv)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    char terminal[64];

    memset(person, 0, sizeof(*person));
    person->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    CU_ASSERT_FATAL(person->master >= 0 && grantpt(person->master) == 0 &&
                    unlockpt(person->master) == 0 &&
                    ptsname_r(person->master, terminal, sizeof(terminal)) == 0);
    person->slave = open(terminal, O_RDWR | O_NOCTTY | O_CLOEXEC);
    ioctl(person->slave, TIOCSWINSZ, &size);
    tcgetattr(person->slave, &person->before);
    person->pid = fork();
    if (person->pid == 0)
        become(terminal, argv);
}

void telnet_person_sits(struct telnet_person *person, uint16_t port)
{
    char text[8];
    const char *argv[] = {TEST_BIN "/telnet-client", "127.0.0.1", text, NULL};

    snprintf(text, sizeof(text), "%u", port);
    telnet_person_runs(person, argv);
}

/* Reads what there is within the deadline into a buffer with a final NUL. */
static bool read_some(int fd, char *buffer, size_t size, size_t *length,
                      deadline_ns deadline)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    ssize_t n;

    if (*length >= size - 1 || poll(&wait, 1, deadline_poll_ms(deadline)) <= 0)
        return false;
    n = read(fd, buffer + *length, size - 1 - *length);
    if (n <= 0)
        return false;
    *length += (size_t)n;
    buffer[*length] = '\0';
    return true;
}

/* Looks for bytes behind `*looked`, and moves it past them. */
static bool await(int fd, char *buffer, size_t size, size_t *length,
                  size_t *looked, struct span want)
{
    deadline_ns deadline = deadline_in_ms(PATIENCE_MS);

    for (;;) {
        const char *at =
            memmem(buffer + *looked, *length - *looked, want.data, want.length);
        if (at) {
            *looked = (size_t)(at - buffer) + want.length;
            return true;
        }
        if (!read_some(fd, buffer, size, length, deadline)) {
            printf("        awaited \"%.*s\" after \"%s\"\n", (int)want.length,
                   want.data, buffer + *looked);
            return false;
        }
    }
}

bool telnet_person_sees(struct telnet_person *person, const char *text)
{
    return await(person->master, person->seen, sizeof(person->seen),
                 &person->seen_length, &person->looked, span_of(text));
}

void telnet_person_types(struct telnet_person *person, const char *keys)
{
    ssize_t n = write(person->master, keys, strlen(keys));

    CU_ASSERT_EQUAL(n, (ssize_t)strlen(keys));
}

bool telnet_person_has_echo(struct telnet_person *person, bool echo)
{
    deadline_ns deadline = deadline_in_ms(PATIENCE_MS);
    struct termios now;

    do {
        tcgetattr(person->slave, &now);
        if (((now.c_lflag & ECHO) != 0) == echo)
            return true;
        poll(NULL, 0, 5);
    } while (!deadline_passed(deadline));
    return false;
}

int telnet_person_leaves(struct telnet_person *person)
{
    deadline_ns deadline = deadline_in_ms(PATIENCE_MS);
    int status;

    while (waitpid(person->pid, &status, WNOHANG) == 0) {
        if (deadline_passed(deadline)) {
            kill(person->pid, SIGKILL);
            waitpid(person->pid, &status, 0);
            return -1;
        }
        /* What it still writes must go somewhere. */
        read_some(person->master, person->seen, sizeof(person->seen),
                  &person->seen_length, deadline_in_ms(5));
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool telnet_person_gets_back(struct telnet_person *person)
{
    struct termios now;
    bool same;

    tcgetattr(person->slave, &now);
    same = now.c_iflag == person->before.c_iflag &&
           now.c_oflag == person->before.c_oflag &&
           now.c_cflag == person->before.c_cflag &&
           now.c_lflag == person->before.c_lflag &&
           memcmp(now.c_cc, person->before.c_cc, sizeof(now.c_cc)) == 0;
    close(person->slave);
    close(person->master);
    return same;
}

/* ---- a socket ----------------------------------------------------------- */

void telnet_wire_open(struct telnet_wire *wire, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};

    memset(wire, 0, sizeof(*wire));
    wire->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CU_ASSERT_EQUAL_FATAL(
        connect(wire->fd, (struct sockaddr *)&address, sizeof(address)), 0);
}

int telnet_wire_listen(uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CU_ASSERT_FATAL(bind(fd, (struct sockaddr *)&address, size) == 0 &&
                    listen(fd, 8) == 0 &&
                    getsockname(fd, (struct sockaddr *)&address, &size) == 0);
    *port = ntohs(address.sin_port);
    return fd;
}

void telnet_wire_accept(struct telnet_wire *wire, int listener)
{
    struct pollfd wait = {.fd = listener, .events = POLLIN};

    memset(wire, 0, sizeof(*wire));
    CU_ASSERT_EQUAL_FATAL(poll(&wait, 1, PATIENCE_MS), 1);
    wire->fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    CU_ASSERT_FATAL(wire->fd >= 0);
    close(listener);
}

void telnet_wire_send(struct telnet_wire *wire, const void *data, size_t length)
{
    const char *at = data;

    while (length > 0) {
        ssize_t n = send(wire->fd, at, length, MSG_NOSIGNAL);
        if (n < 0)
            return;
        at += n;
        length -= (size_t)n;
    }
}

bool telnet_wire_hears(struct telnet_wire *wire, const void *data,
                       size_t length)
{
    return await(wire->fd, wire->heard, sizeof(wire->heard),
                 &wire->heard_length, &wire->looked,
                 (struct span){data, length});
}

bool telnet_wire_ends(struct telnet_wire *wire)
{
    deadline_ns deadline = deadline_in_ms(PATIENCE_MS);

    while (!deadline_passed(deadline)) {
        wire->heard_length = wire->looked = 0;
        if (read_some(wire->fd, wire->heard, sizeof(wire->heard),
                      &wire->heard_length, deadline))
            continue;
        char byte;
        ssize_t n = recv(wire->fd, &byte, 1, MSG_DONTWAIT);
        return n == 0 || (n < 0 && errno != EAGAIN);
    }
    return false;
}

void telnet_wire_close(struct telnet_wire *wire)
{
    close(wire->fd);
}
