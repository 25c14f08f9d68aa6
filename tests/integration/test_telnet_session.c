/* SPDX-License-Identifier: MIT */
/*
 * A person at a terminal: keys go out one by one, what comes back is seen, and
 * the terminal is as it was, however the session ends.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/integration/telnet_play.h"

static struct telnet_person ada;
static pid_t server;
static uint16_t port;

/* In the shell, with the terminal raw. */
static void log_in(void)
{
    server = telnet_server_start(&port, NULL);
    telnet_person_sits(&ada, port);
    CU_ASSERT(telnet_person_sees(&ada, "login: "));
    CU_ASSERT(telnet_person_has_echo(&ada, false));
    telnet_person_types(&ada, "ada\r");
    CU_ASSERT(telnet_person_sees(&ada, "Password: "));
    telnet_person_types(&ada, "lovelace\r");
    CU_ASSERT(telnet_person_sees(&ada, "ada@shell:~$ "));
}

static void leaves(int status)
{
    CU_ASSERT_EQUAL(telnet_person_leaves(&ada), status);
    CU_ASSERT(telnet_person_gets_back(&ada));
    test_stop(server);
}

static void telnet_session_runs_and_gives_the_terminal_back(void)
{
    log_in();
    CU_ASSERT_PTR_NULL(strstr(ada.seen, "lovelace"));
    telnet_person_types(&ada, "whoamx\x7fi\r");
    CU_ASSERT(telnet_person_sees(&ada, "whoamx\b \bi\r\nada\r\n"));
    telnet_person_types(&ada, "exit\r");
    leaves(0);
}

/* RFC 1123 §3.4.2: the escape character, and the commands behind it. */
static void telnet_session_escapes(void)
{
    log_in();
    telnet_person_types(&ada, "\x1d");
    CU_ASSERT(telnet_person_sees(&ada, "telnet> "));
    CU_ASSERT(telnet_person_has_echo(&ada, true));
    telnet_person_types(&ada, "send ayt\n");
    CU_ASSERT(telnet_person_sees(&ada, "[Yes]"));
    CU_ASSERT(telnet_person_has_echo(&ada, false));
    telnet_person_types(&ada, "\x1d");
    CU_ASSERT(telnet_person_sees(&ada, "telnet> "));
    telnet_person_types(&ada, "status\n");
    CU_ASSERT(telnet_person_sees(&ada, "NAWS"));
    telnet_person_types(&ada, "\x1d");
    CU_ASSERT(telnet_person_sees(&ada, "telnet> "));
    telnet_person_types(&ada, "send will\n");
    CU_ASSERT(telnet_person_sees(&ada, "send COMMAND"));
    telnet_person_types(&ada, "\x1d");
    CU_ASSERT(telnet_person_sees(&ada, "telnet> "));
    telnet_person_types(&ada, "quit\n");
    leaves(0);
}

/* Ctrl-C belongs to the far end while it echoes, IP does the same. */
static void telnet_session_sends_interrupts(void)
{
    log_in();
    telnet_person_types(&ada, "seq 1000000000\r");
    CU_ASSERT(telnet_person_sees(&ada, "\r\n40\r\n"));
    telnet_person_types(&ada, "\x03");
    for (int i = 0; i < 10000 && !strstr(ada.seen, "^C"); i++) {
        /* The screen would be full before the interrupt came through. */
        ada.seen_length = ada.looked = 0;
        CU_ASSERT_FATAL(telnet_person_sees(&ada, "\n") ||
                        strstr(ada.seen, "^C"));
    }
    ada.looked = 0;
    CU_ASSERT(telnet_person_sees(&ada, "ada@shell:~$ "));
    telnet_person_types(&ada, "echo on\r");
    CU_ASSERT(telnet_person_sees(&ada, "\r\non\r\n"));
    telnet_person_types(&ada, "exit\r");
    leaves(0);
}

/* RFC 1073 §2 and §5: the window's size, and again when it changes. 255 is an
 * IAC, so it comes twice. */
static void telnet_session_tells_the_window(void)
{
    struct winsize size = {.ws_row = 50, .ws_col = 255};
    struct telnet_wire wire;
    int listener = telnet_wire_listen(&port);

    telnet_person_sits(&ada, port);
    telnet_wire_accept(&wire, listener);
    WIRE_SEND(&wire, "\xff\xfd\x1fgo:");
    CU_ASSERT(WIRE_HEARS(&wire, "\xff\xfb\x1f"
                                "\xff\xfa\x1f\0P\0\x18\xff\xf0"));
    CU_ASSERT(telnet_person_sees(&ada, "go:"));
    ioctl(ada.slave, TIOCSWINSZ, &size);
    CU_ASSERT(WIRE_HEARS(&wire, "\xff\xfa\x1f\0\xff\xff\0"
                                "2\xff\xf0"));
    telnet_wire_close(&wire);
    CU_ASSERT_EQUAL(telnet_person_leaves(&ada), 0);
    CU_ASSERT(telnet_person_gets_back(&ada));
}

/* Where the server does not echo, lines are edited and echoed here. */
static void telnet_session_edits_lines_itself(void)
{
    struct telnet_wire wire;
    int listener = telnet_wire_listen(&port);

    telnet_person_sits(&ada, port);
    telnet_wire_accept(&wire, listener);
    WIRE_SEND(&wire, "go:");
    CU_ASSERT(telnet_person_sees(&ada, "go:"));
    CU_ASSERT(telnet_person_has_echo(&ada, true));
    telnet_person_types(&ada, "hellx\x7fo\n");
    CU_ASSERT(WIRE_HEARS(&wire, "hello\r\n"));
    WIRE_SEND(&wire, "\xff\xfb\x01");
    CU_ASSERT(WIRE_HEARS(&wire, "\xff\xfd\x01"));
    CU_ASSERT(telnet_person_has_echo(&ada, false));
    telnet_person_types(&ada, "h\n\r");
    CU_ASSERT(WIRE_HEARS(&wire, "h\n\r\n"));
    WIRE_SEND(&wire, "\xff\xfc\x01");
    CU_ASSERT(telnet_person_has_echo(&ada, true));
    telnet_person_types(&ada, "\x1d");
    CU_ASSERT(telnet_person_sees(&ada, "telnet> "));
    telnet_person_types(&ada, "quit\n");
    CU_ASSERT_EQUAL(telnet_person_leaves(&ada), 0);
    CU_ASSERT(telnet_person_gets_back(&ada));
    telnet_wire_close(&wire);
}

static void ends_by(int number)
{
    log_in();
    kill(ada.pid, number);
    leaves(128 + number);
}

static void telnet_session_is_killed(void)
{
    ends_by(SIGTERM);
    ends_by(SIGINT);
    ends_by(SIGHUP);
    ends_by(SIGQUIT);
    ends_by(SIGABRT);
}

/* Ctrl-C where the terminal is ours: at the client's own prompt. */
static void telnet_session_ends_by_ctrl_c(void)
{
    log_in();
    telnet_person_types(&ada, "\x1d");
    CU_ASSERT(telnet_person_sees(&ada, "telnet> "));
    telnet_person_types(&ada, "\x03");
    leaves(128 + SIGINT);
}

/* The server's processes die at once: no goodbye of any kind. */
static void telnet_session_survives_the_server(void)
{
    log_in();
    kill(server, SIGKILL);
    CU_ASSERT_NOT_EQUAL(telnet_person_leaves(&ada), -1);
    CU_ASSERT(telnet_person_gets_back(&ada));
    test_stop(server);
}

/* Stopped, the terminal is the shell's; continued, it is raw again. */
static void telnet_session_stops_and_goes_on(void)
{
    int status;

    log_in();
    telnet_person_types(&ada, "\x1d");
    CU_ASSERT(telnet_person_sees(&ada, "telnet> "));
    telnet_person_types(&ada, "z\n");
    CU_ASSERT_EQUAL(waitpid(ada.pid, &status, WUNTRACED), ada.pid);
    CU_ASSERT(WIFSTOPPED(status));
    CU_ASSERT(telnet_person_has_echo(&ada, true));
    kill(ada.pid, SIGCONT);
    CU_ASSERT(telnet_person_has_echo(&ada, false));
    telnet_person_types(&ada, "exit\r");
    leaves(0);
}

const struct test tests_telnet_session[] = {
    {"telnet_session_runs_and_gives_the_terminal_back",
     telnet_session_runs_and_gives_the_terminal_back},
    {"telnet_session_escapes", telnet_session_escapes},
    {"telnet_session_sends_interrupts", telnet_session_sends_interrupts},
    {"telnet_session_tells_the_window", telnet_session_tells_the_window},
    {"telnet_session_edits_lines_itself", telnet_session_edits_lines_itself},
    {"telnet_session_is_killed", telnet_session_is_killed},
    {"telnet_session_ends_by_ctrl_c", telnet_session_ends_by_ctrl_c},
    {"telnet_session_survives_the_server", telnet_session_survives_the_server},
    {"telnet_session_stops_and_goes_on", telnet_session_stops_and_goes_on},
    {NULL, NULL}};
