/* SPDX-License-Identifier: MIT */
/*
 * smtp_host: smtp-servers that run for a test, bytes sent to them over a bare
 * socket, and what then lies in their mailboxes.
 *
 * A host NAME has the domain NAME.test, is called mx.NAME.test, and keeps its
 * mail below test_path(NAME). Its accounts: bob, alice@east.test, both with the
 * password "secret".
 */
#ifndef TESTS_INTEGRATION_SMTP_HOST_H
#define TESTS_INTEGRATION_SMTP_HOST_H

#include "tests/harness.h"

struct smtp_host {
    const char *name; /* "west" */
    pid_t pid;
    uint16_t port; /* stays the same when it is started again */
    char folder[512];
};

/* Starts it, with `more` options (NULL ends; may be NULL). Zero it before the
 * first time. */
void smtp_host_start(struct smtp_host *host, const char *name,
                     const char *const *more);
void smtp_host_stop(struct smtp_host *host);
void smtp_host_kill(struct smtp_host *host);

int smtp_host_connect(const struct smtp_host *host);
/* Sends the bytes in one write, ends our direction, reads until the server
 * closes. What came, NUL-terminated, until the next call. */
const char *smtp_host_ask(const struct smtp_host *host, const char *bytes,
                          size_t length);
#define SMTP_ASK(host, text) smtp_host_ask((host), (text), sizeof(text) - 1)
/* The codes of all last lines of replies: "220 250 550". */
const char *smtp_host_codes(const char *answer);

/* How many messages are in an account's new/. */
size_t smtp_host_mail(const struct smtp_host *host, const char *account);
/* True once there are so many; false after 30 seconds. */
bool smtp_host_gets(const struct smtp_host *host, const char *account,
                    size_t count);
/* One of them, by the order of delivery; the caller frees. NULL: none. */
char *smtp_host_read(const struct smtp_host *host, const char *account,
                     size_t index, size_t *length);
/* Calls `each` with every one of them. */
void smtp_host_each(const struct smtp_host *host, const char *account,
                    void (*each)(void *context, const char *text,
                                 size_t length),
                    void *context);
/* True once the queue is empty; false after 30 seconds. */
bool smtp_host_drains(const struct smtp_host *host);
/* How many entries the queue has. */
size_t smtp_host_queued(const struct smtp_host *host);

#endif
