/* SPDX-License-Identifier: MIT */
/*
 * terminal: the user's terminal, made raw for a while and always given back.
 *
 * In raw mode each key goes to the program as it is pressed, Ctrl-C too, and
 * nothing is echoed: the other side does both. A terminal that is left so is of
 * no use to anybody, so it is restored by terminal_restore, at exit, and by the
 * signals that end a program (SIGKILL aside, which nobody can catch).
 *
 *     if (terminal_raw(STDIN_FILENO, &error) == 0) {
 *         ... terminal_resized() ? tell the peer terminal_size() ...
 *         terminal_restore();
 *     }
 */
#ifndef COMMON_TERMINAL_H
#define COMMON_TERMINAL_H

#include <stdbool.h>

#include "common/error.h"

struct terminal_size {
    unsigned columns, rows; /* of characters; 80 and 24 where it is not known */
};

/* Makes the terminal raw; one at a time. ERROR_LOCAL: `fd` is none. */
int terminal_raw(int fd, struct error *error);
/* As it was before. Nothing to do is allowed, and it may be called twice. */
void terminal_restore(void);

struct terminal_size terminal_size(int fd);
/* From the first call on, SIGWINCH is noticed. True once after each change; a
 * poll(2) that waits is ended by the signal. */
bool terminal_resized(void);

#endif
