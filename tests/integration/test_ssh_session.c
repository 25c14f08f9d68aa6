/* SPDX-License-Identifier: MIT */
/*
 * A person at a terminal, and a tunnel: keys go out one by one, and the
 * terminal is as it was, however the session ends.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "tests/integration/ssh_play.h"
#include "tests/integration/telnet_play.h"

static struct telnet_person ada;
static pid_t server;
static uint16_t port;

static void sit_down(void)
{
    char target[64];

    snprintf(target, sizeof(target), "ada@127.0.0.1:%u", port);
    test_write_file(test_path("password"), "lovelace\n", 9);
    const char *argv[] = {TEST_BIN "/ssh-client",
                          "--known-hosts",
                          test_path("known"),
                          "--accept-new",
                          "--password-file",
                          test_path("password"),
                          "--trace",
                          test_path("trace"),
                          target,
                          NULL};
    telnet_person_runs(&ada, argv);
}

/* In the shell, with the terminal raw. */
static void log_in(void)
{
    server = ssh_server_start(&port, NULL);
    sit_down();
    CU_ASSERT(telnet_person_sees(&ada, "ada@shell:~$ "));
    CU_ASSERT(telnet_person_has_echo(&ada, false));
}

static void leaves(int status)
{
    CU_ASSERT_EQUAL(telnet_person_leaves(&ada), status);
    CU_ASSERT(telnet_person_gets_back(&ada));
    test_stop(server);
}

static void ssh_session_runs_and_gives_the_terminal_back(void)
{
    log_in();
    telnet_person_types(&ada, "whoamx\x7fi\r");
    CU_ASSERT(telnet_person_sees(&ada, "whoamx\b \bi\r\nada\r\n"));
    telnet_person_types(&ada, "exit\r");
    leaves(0);
}

/* Ctrl-C is a key of the other side; it ends what runs there, and not us. */
static void ssh_session_sends_interrupts(void)
{
    log_in();
    telnet_person_types(&ada, "cat\r");
    CU_ASSERT(telnet_person_sees(&ada, "cat\r\n"));
    telnet_person_types(&ada, "x\x03");
    CU_ASSERT(telnet_person_sees(&ada, "ada@shell:~$ "));
    telnet_person_types(&ada, "echo on\r");
    CU_ASSERT(telnet_person_sees(&ada, "\r\non\r\n"));
    telnet_person_types(&ada, "exit 5\r");
    leaves(5);
}

/* "~." leaves when the other side is silent; kill -TERM and the death of the
 * server end the program, and each gives the terminal back. */
static void ssh_session_ends_by_the_escape(void)
{
    log_in();
    telnet_person_types(&ada, "\r~.");
    leaves(0);
}

static void ssh_session_ends_by_a_signal(void)
{
    static const int numbers[] = {SIGTERM, SIGHUP, SIGINT};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        log_in();
        kill(ada.pid, numbers[i]);
        leaves(128 + numbers[i]);
    }
}

static void ssh_session_outlives_a_crash_of_the_server(void)
{
    log_in();
    kill(server, SIGKILL); /* its conversations die with it */
    CU_ASSERT_EQUAL(telnet_person_leaves(&ada), 3);
    CU_ASSERT(telnet_person_gets_back(&ada));
    test_stop(server);
}

/* RFC 4254 §6.2: the window, when the terminal is asked for; RFC 4254 §6.7: and
 * when it changes. */
static void ssh_session_tells_the_window(void)
{
    struct winsize size = {.ws_row = 50, .ws_col = 132};
    size_t length;

    log_in();
    ioctl(ada.master, TIOCSWINSZ, &size);
    kill(ada.pid, SIGWINCH);
    telnet_person_types(&ada, "whoami\r");
    CU_ASSERT(telnet_person_sees(&ada, "ada\r\n"));
    telnet_person_types(&ada, "exit\r");
    leaves(0);
    char *trace = test_read_file(test_path("trace"), &length);
    CU_ASSERT(trace && memmem(trace, length, "pty-req", 7));
    CU_ASSERT(trace &&
              memmem(trace, length, "window-change 132 columns, 50 rows", 34));
    free(trace);
}

const struct test tests_ssh_session[] = {
    {"ssh_session_runs_and_gives_the_terminal_back",
     ssh_session_runs_and_gives_the_terminal_back},
    {"ssh_session_sends_interrupts", ssh_session_sends_interrupts},
    {"ssh_session_ends_by_the_escape", ssh_session_ends_by_the_escape},
    {"ssh_session_ends_by_a_signal", ssh_session_ends_by_a_signal},
    {"ssh_session_outlives_a_crash_of_the_server",
     ssh_session_outlives_a_crash_of_the_server},
    {"ssh_session_tells_the_window", ssh_session_tells_the_window},
    {NULL, NULL}};
