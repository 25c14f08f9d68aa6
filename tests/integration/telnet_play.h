/* SPDX-License-Identifier: MIT */
/*
 * telnet_play: a person at a terminal, a script at a pipe, and a bare socket;
 * for the tests of Telnet.
 */
#ifndef TESTS_INTEGRATION_TELNET_PLAY_H
#define TESTS_INTEGRATION_TELNET_PLAY_H

#include <termios.h>

#include "common/text.h"
#include "tests/harness.h"

/* Our server with the account ada:lovelace, and `more` options (NULL: none). */
pid_t telnet_server_start(uint16_t *port, const char *more);

/* Runs telnet-client with `input` on its standard input, the arguments and, at
 * the end, "127.0.0.1 PORT". At most 20 seconds. */
void telnet_play(struct test_run *run, const char *input, uint16_t port,
                 const char *const *arguments);

/* telnet-client on a terminal of its own. */
struct telnet_person {
    pid_t pid;
    int master, slave;
    struct termios before;
    char seen[1 << 16];
    size_t seen_length, looked; /* what was looked through already */
};
void telnet_person_sits(struct telnet_person *person, uint16_t port);
/* The same in front of any program. */
void telnet_person_runs(struct telnet_person *person, const char *const *argv);
/* Waits (10 s) until the screen shows this after what was awaited before. */
bool telnet_person_sees(struct telnet_person *person, const char *text);
void telnet_person_types(struct telnet_person *person, const char *keys);
/* Waits (10 s) until the terminal echoes, or does not. */
bool telnet_person_has_echo(struct telnet_person *person, bool echo);
/* Waits for its end: exit code, or 128 + signal; -1: it did not end. */
int telnet_person_leaves(struct telnet_person *person);
/* The terminal is as it was before; closes it. */
bool telnet_person_gets_back(struct telnet_person *person);

/* A socket to the server; what it hears is looked through as above. */
struct telnet_wire {
    int fd;
    char heard[1 << 16];
    size_t heard_length, looked;
};
void telnet_wire_open(struct telnet_wire *wire, uint16_t port);
/* The other way round: listens, and waits for a client to come. */
int telnet_wire_listen(uint16_t *port);
void telnet_wire_accept(struct telnet_wire *wire, int listener);
void telnet_wire_send(struct telnet_wire *wire, const void *data,
                      size_t length);
bool telnet_wire_hears(struct telnet_wire *wire, const void *data,
                       size_t length);
/* True when the other end closes within 10 s. */
bool telnet_wire_ends(struct telnet_wire *wire);
void telnet_wire_close(struct telnet_wire *wire);
#define WIRE_SEND(wire, literal) \
    telnet_wire_send((wire), literal, sizeof(literal) - 1)
#define WIRE_HEARS(wire, literal) \
    telnet_wire_hears((wire), literal, sizeof(literal) - 1)

#endif
