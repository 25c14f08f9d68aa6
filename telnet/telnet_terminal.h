/* SPDX-License-Identifier: MIT */
/*
 * telnet_terminal: the terminal of a person, lent and given back.
 *
 * A terminal that was left raw is useless: no echo, no Ctrl-C. So from open to
 * close the way it was is kept, and comes back whatever ends us but SIGKILL: a
 * return, a signal from the keyboard or from elsewhere, a crash of ours.
 *
 *     telnet_terminal_open(STDIN_FILENO, &error);
 *     telnet_terminal_set(TELNET_TERMINAL_RAW);
 *     ...
 *     telnet_terminal_close();
 *
 * There is one terminal a process: handlers of signals have no arguments.
 */
#ifndef TELNET_TELNET_TERMINAL_H
#define TELNET_TELNET_TERMINAL_H

#include <signal.h>
#include <stdbool.h>

#include "common/error.h"

enum telnet_terminal_mode {
    TELNET_TERMINAL_OURS,  /* as it was when we came */
    TELNET_TERMINAL_LINES, /* whole lines, echoed here; ^] ends one too */
    TELNET_TERMINAL_RAW    /* each key at once, nothing echoed here */
};

#define TELNET_ESCAPE 0x1d /* ^] */

/* Keeps the way it is and sets the handlers. ERROR_LOCAL: it is no terminal. */
int telnet_terminal_open(int fd, struct error *error);
void telnet_terminal_set(enum telnet_terminal_mode mode);
/* Gives it back, and the handlers too. Allowed at any time. */
void telnet_terminal_close(void);

/* The size of the window; false: not known. */
bool telnet_terminal_size(int fd, unsigned *columns, unsigned *rows);
/* True once after the window has changed its size. The change is told only
 * while ppoll(2) waits with this mask, so none is missed. */
bool telnet_terminal_resized(void);
const sigset_t *telnet_terminal_mask(void);

#endif
