/* SPDX-License-Identifier: MIT */
/* A terminal is as it was before, whatever ends the program. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "common/terminal.h"
#include "tests/harness.h"

/* A pseudo-terminal: the test holds one end, the program gets the other. */
static void open_pair(int *keeper, int *fd)
{
    *keeper = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    CU_ASSERT_FATAL(*keeper >= 0);
    CU_ASSERT_EQUAL(grantpt(*keeper), 0);
    CU_ASSERT_EQUAL(unlockpt(*keeper), 0);
    *fd = open(ptsname(*keeper), O_RDWR | O_NOCTTY | O_CLOEXEC);
    CU_ASSERT_FATAL(*fd >= 0);
}

static bool is_raw(int fd)
{
    struct termios now;

    CU_ASSERT_EQUAL(tcgetattr(fd, &now), 0);
    return (now.c_lflag & (ICANON | ECHO | ISIG)) == 0;
}

static void terminal_is_raw_and_given_back(void)
{
    struct error error = {0};
    int keeper, fd;

    open_pair(&keeper, &fd);
    CU_ASSERT_FALSE(is_raw(fd));
    CU_ASSERT_EQUAL(terminal_raw(fd, &error), 0);
    CU_ASSERT_TRUE(is_raw(fd));
    terminal_restore();
    CU_ASSERT_FALSE(is_raw(fd));
    terminal_restore();
    close(fd);
    close(keeper);
}

static void terminal_refuses_what_is_none(void)
{
    struct error error = {0};
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

    CU_ASSERT_EQUAL(terminal_raw(fd, &error), -ERROR_LOCAL);
    terminal_restore();
    close(fd);
}

/* A child makes it raw, says so, and is ended: by a signal, or by exit. */
static void end_a_child(int number)
{
    struct error error = {0};
    int keeper, fd, ready[2], status;
    char byte;

    open_pair(&keeper, &fd);
    CU_ASSERT_EQUAL_FATAL(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        int result = terminal_raw(fd, &error);
        ssize_t written = write(ready[1], "r", 1);

        if (number == 0 || result < 0 || written != 1) {
            terminal_restore();
            _exit(3);
        }
        for (;;)
            pause();
    }
    CU_ASSERT_EQUAL(read(ready[0], &byte, 1), 1);
    if (number != 0) {
        CU_ASSERT_TRUE(is_raw(fd));
        kill(pid, number);
    }
    CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
    if (number == 0)
        CU_ASSERT_EQUAL(WEXITSTATUS(status), 3);
    if (number != 0)
        CU_ASSERT_EQUAL(WTERMSIG(status), number);
    CU_ASSERT_FALSE(is_raw(fd));
    close(ready[0]);
    close(ready[1]);
    close(fd);
    close(keeper);
}

static void terminal_is_given_back_by_signals(void)
{
    static const int numbers[] = {0, SIGTERM, SIGINT, SIGHUP, SIGQUIT};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        end_a_child(numbers[i]);
}

static void terminal_tells_its_size(void)
{
    struct winsize size = {.ws_col = 100, .ws_row = 30};
    struct terminal_size found;
    int keeper, fd;

    open_pair(&keeper, &fd);
    found = terminal_size(fd);
    CU_ASSERT_EQUAL(found.columns, 80); /* not known yet */
    CU_ASSERT_EQUAL(found.rows, 24);
    CU_ASSERT_EQUAL(ioctl(fd, TIOCSWINSZ, &size), 0);
    found = terminal_size(fd);
    CU_ASSERT_EQUAL(found.columns, 100);
    CU_ASSERT_EQUAL(found.rows, 30);
    terminal_resized();
    CU_ASSERT_FALSE(terminal_resized());
    raise(SIGWINCH);
    CU_ASSERT_TRUE(terminal_resized());
    CU_ASSERT_FALSE(terminal_resized());
    signal(SIGWINCH, SIG_DFL);
    close(fd);
    close(keeper);
}

const struct test tests_terminal[] = {
    {"terminal_is_raw_and_given_back", terminal_is_raw_and_given_back},
    {"terminal_refuses_what_is_none", terminal_refuses_what_is_none},
    {"terminal_is_given_back_by_signals", terminal_is_given_back_by_signals},
    {"terminal_tells_its_size", terminal_tells_its_size},
    {NULL, NULL}};
