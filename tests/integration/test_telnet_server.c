/* SPDX-License-Identifier: MIT */
/* telnet-server, byte by byte: what a bare socket hears from it. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/integration/telnet_play.h"

static struct telnet_wire wire;
static pid_t server;

static void start(const char *more)
{
    uint16_t port;

    server = telnet_server_start(&port, more);
    telnet_wire_open(&wire, port);
}

static void stop(void)
{
    telnet_wire_close(&wire);
    CU_ASSERT_EQUAL(test_stop(server), 0);
}

/* In the shell, without an echo. */
static void log_in(void)
{
    start(NULL);
    CU_ASSERT(WIRE_HEARS(&wire, "login: "));
    WIRE_SEND(&wire, "ada\r\nlovelace\r\n");
    CU_ASSERT(WIRE_HEARS(&wire, "ada@shell:~$ "));
}

/* RFC 1123 §3.3.4: it begins; RFC 857 §2: it echoes once that is agreed on; RFC
 * 858 §2: it offers to leave GO AHEAD out, and asks for the same. */
static void telnet_server_offers_and_echoes(void)
{
    start(NULL);
    CU_ASSERT(WIRE_HEARS(&wire, "\xff\xfb\x01\xff\xfb\x03\xff\xfd\x03"
                                "\xff\xfd\x18\xff\xfd\x1f"));
    CU_ASSERT(WIRE_HEARS(&wire, "shell.example.test login: "));
    WIRE_SEND(&wire, "\xff\xfd\x01\xff\xfd\x03\xff\xfb\x18\xff\xfc\x1f");
    CU_ASSERT(WIRE_HEARS(&wire, "\xff\xfa\x18\x01\xff\xf0"));
    WIRE_SEND(&wire, "\xff\xfa\x18\0VT100\xff\xf0"
                     "ad");
    CU_ASSERT(WIRE_HEARS(&wire, "ad"));
    WIRE_SEND(&wire, "a\r\0");
    CU_ASSERT(WIRE_HEARS(&wire, "a\r\nPassword: "));
    WIRE_SEND(&wire, "lovelace\r\0");
    CU_ASSERT(WIRE_HEARS(&wire, "\r\nWelcome."));
    CU_ASSERT_PTR_NULL(memmem(wire.heard, wire.heard_length, "lovelace", 8));
    stop();
}

/* RFC 1123 §3.3.1: CR LF, CR NUL and LF end a line alike. */
static void telnet_server_knows_line_ends(void)
{
    log_in();
    WIRE_SEND(&wire, "echo a\r\necho b\r\0echo c\n");
    CU_ASSERT(WIRE_HEARS(&wire, "a\r\nada@shell:~$ b\r\nada@shell:~$ "
                                "c\r\nada@shell:~$ "));
    stop();
}

/* RFC 1123 §3.2.3: each function of RFC 854 has its effect; RFC 1123 §3.2.2: GO
 * AHEAD has none, and is passed over. */
static void telnet_server_does_the_commands(void)
{
    log_in();
    WIRE_SEND(&wire, "\xff\xf6");
    CU_ASSERT(WIRE_HEARS(&wire, "[Yes]\r\n"));
    WIRE_SEND(&wire, "echo ax\xff\xf7"
                     "b\r\n");
    CU_ASSERT(WIRE_HEARS(&wire, "ab\r\n"));
    WIRE_SEND(&wire, "nonsense\xff\xf8"
                     "echo c\r\n");
    CU_ASSERT(WIRE_HEARS(&wire, "c\r\nada@shell:~$ "));
    WIRE_SEND(&wire, "\xff\xf1\xff\xf9\xff\x05"
                     "echo d\r\n");
    CU_ASSERT(WIRE_HEARS(&wire, "d\r\n"));
    WIRE_SEND(&wire, "cat\r\nonce\r\n\x04");
    CU_ASSERT(WIRE_HEARS(&wire, "once\r\nada@shell:~$ "));
    WIRE_SEND(&wire, "\x04");
    CU_ASSERT(telnet_wire_ends(&wire));
    stop();
}

/* IP, BRK and AO stop what writes for ever; AYT is answered meanwhile. */
static void telnet_server_is_interrupted(void)
{
    static const char stops[] = "\xf4\xf3\xf5";

    log_in();
    for (int i = 0; i < 3; i++) {
        char command[2] = {(char)0xff, stops[i]};
        bool found = false;

        WIRE_SEND(&wire, "seq 1000000000000\r\n\xff\xf6");
        telnet_wire_send(&wire, command, 2);
        while (!found) {
            wire.heard_length = wire.looked = 0;
            CU_ASSERT_FATAL(WIRE_HEARS(&wire, "\n"));
            found = memmem(wire.heard, wire.heard_length, "^C", 2) != NULL;
        }
        wire.looked = 0;
        WIRE_SEND(&wire, "echo on\r\n");
        CU_ASSERT(WIRE_HEARS(&wire, "on\r\nada@shell:~$ "));
    }
    stop();
}

/* RFC 1123 §3.2.4: a Synch, as stock clients send it, its DM as urgent data. */
static void telnet_server_takes_a_synch(void)
{
    log_in();
    WIRE_SEND(&wire, "echo gone\xff\xf4\xff");
    send(wire.fd, "\xf2", 1, MSG_OOB);
    WIRE_SEND(&wire, "echo here\r\n");
    CU_ASSERT(WIRE_HEARS(&wire, "ada@shell:~$ here\r\n"));
    CU_ASSERT_PTR_NULL(memmem(wire.heard, wire.heard_length, "gone", 4));
    stop();
}

/* RFC 856 §2: in BINARY a CR is the key, and an LF no part of it; what the
 * terminal shows still goes to the left where a line begins. */
static void telnet_server_speaks_binary(void)
{
    log_in();
    WIRE_SEND(&wire, "\xff\xfb\0\xff\xfd\0");
    CU_ASSERT(WIRE_HEARS(&wire, "\xff\xfd\0\xff\xfb\0"));
    WIRE_SEND(&wire, "echo \xc3\xa4\r");
    CU_ASSERT(WIRE_HEARS(&wire, "\xc3\xa4\r\n"));
    stop();
}

static void telnet_server_lets_nobody_guess_for_ever(void)
{
    start(NULL);
    for (int i = 0; i < 3; i++) {
        CU_ASSERT(WIRE_HEARS(&wire, "login: "));
        WIRE_SEND(&wire, "ada\r\nguess\r\n");
        CU_ASSERT(WIRE_HEARS(&wire, "Password: Login incorrect\r\n"));
    }
    CU_ASSERT(telnet_wire_ends(&wire));
    stop();
    /* No name at all is no better than a wrong one, and neither is Ctrl-C. */
    start(NULL);
    WIRE_SEND(&wire, "\r\n\x03\r\n");
    CU_ASSERT(telnet_wire_ends(&wire));
    stop();
    /* A name that nobody has takes no empty password. */
    start(NULL);
    WIRE_SEND(&wire, "nobody\r\n\r\n");
    CU_ASSERT(WIRE_HEARS(&wire, "Login incorrect"));
    stop();
}

const struct test tests_telnet_server[] = {
    {"telnet_server_offers_and_echoes", telnet_server_offers_and_echoes},
    {"telnet_server_knows_line_ends", telnet_server_knows_line_ends},
    {"telnet_server_does_the_commands", telnet_server_does_the_commands},
    {"telnet_server_is_interrupted", telnet_server_is_interrupted},
    {"telnet_server_takes_a_synch", telnet_server_takes_a_synch},
    {"telnet_server_speaks_binary", telnet_server_speaks_binary},
    {"telnet_server_lets_nobody_guess_for_ever",
     telnet_server_lets_nobody_guess_for_ever},
    {NULL, NULL}};
