/* SPDX-License-Identifier: MIT */
/*
 * ssh_other: another SSH server, libssh's, which does what ours does not: it
 * asks questions (RFC 4256), leads connections on (RFC 4254 §7.2), and refuses
 * all that is asked for in a session (RFC 4254 §5.4).
 */
#ifndef TESTS_INTEGRATION_SSH_OTHER_H
#define TESTS_INTEGRATION_SSH_OTHER_H

#include "tests/harness.h"

/* Serves one connection in a child process. Whoever logs in is asked for a
 * password, and so many questions more, whose answers are not looked at. Each
 * direct-tcpip channel is told "there: HOST PORT\n", and ended. */
pid_t ssh_other_start(uint16_t *port, int questions);
/* Waits for its end: 0 when somebody gave the password "lovelace". */
int ssh_other_end(pid_t pid);

#endif
