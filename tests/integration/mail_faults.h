/* SPDX-License-Identifier: MIT */
/*
 * mail_faults: ada's mailbox with two messages, the server of it, and the whole
 * run of a client that fetches both, with faults injected one after the other.
 */
#ifndef TESTS_INTEGRATION_MAIL_FAULTS_H
#define TESTS_INTEGRATION_MAIL_FAULTS_H

#include "common/error.h"
#include "tests/harness.h"

/* Makes ada's Maildir with the messages `one` and `two` in its `folder`
 * ("new"), `flags` (":2,") at the end of their names, and her account, "pass
 * word". Then starts `server` over it with one option more; *port is where it
 * listens. */
pid_t mail_start(const char *server, const char *folder, const char *flags,
                 const char *one, const char *two, const char *option,
                 uint16_t *port);

/* The client under test: fetches both messages into `file`. */
typedef int mail_fetch(const char *file, struct error *error);
/* Each read and write takes or gives one byte: all is as ever. */
void mail_bears_short_io(mail_fetch *fetch, const char *wanted);
/* Whichever allocation fails: a clear error and no file, or all is well. */
void mail_bears_failed_allocations(mail_fetch *fetch, const char *wanted);

#endif
