/* SPDX-License-Identifier: MIT */
/*
 * ssh_play: ssh-server with an account, and ssh-client in front of it; for the
 * tests of SSH. Keys are made by libssh, so that no other program is needed.
 */
#ifndef TESTS_INTEGRATION_SSH_PLAY_H
#define TESTS_INTEGRATION_SSH_PLAY_H

#include "tests/harness.h"

/* Our server with the account ada:lovelace, the public key test_path("key.pub")
 * if ssh_key_make made it, and `more` options, NULL at their end (or NULL). */
pid_t ssh_server_start(uint16_t *port, const char *const *more);
/* A key pair: test_path("key") and test_path("key.pub"). */
void ssh_key_make(bool rsa);
/* Runs ssh-client with the password ada has, the known hosts of the test's
 * folder, --accept-new, then these arguments; "@" stands for ada@127.0.0.1 and
 * the port. At most 30 s. */
void ssh_play(struct test_run *run, uint16_t port,
              const char *const *arguments);
#define SSH_PLAY(run, port, ...) \
    ssh_play((run), (port), (const char *const[]){__VA_ARGS__, NULL})
/* The same without the password and --accept-new. */
void ssh_play_bare(struct test_run *run, uint16_t port,
                   const char *const *arguments);
#define SSH_PLAY_BARE(run, port, ...) \
    ssh_play_bare((run), (port), (const char *const[]){__VA_ARGS__, NULL})

#endif
