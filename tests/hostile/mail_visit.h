/* SPDX-License-Identifier: MIT */
/*
 * mail_visit: pop3-client or imap-client sent to a server that plays a script.
 * Whatever that does, the client ends in time, with one clear sentence and the
 * exit code that is asked for, in little memory, and leaves no file.
 *
 *     static const struct mail_visitor visitor = {"pop3-client", "pop3", ...};
 *     mail_visit_secret(&visitor, "S: +OK\nC: CAPA\nS: -ERR\n", 4);
 */
#ifndef TESTS_HOSTILE_MAIL_VISIT_H
#define TESTS_HOSTILE_MAIL_VISIT_H

#include "tests/harness.h"

struct mail_visitor {
    const char *program;       /* "pop3-client" */
    const char *scheme;        /* "pop3" */
    const char *verb;          /* what it does with message 1: "retr" */
    const char *const *log_in; /* words of which one is in any log-in; NULL
                                * ends */
};

/* One visit, at most `time` seconds long, with one option more (NULL: none).
 * The caller looks at the run, and frees it. */
void mail_visit(const struct mail_visitor *visitor, const char *script,
                const char *option, const char *time, struct test_run *run);
bool mail_visitor_logged_in(const struct mail_visitor *visitor,
                            const char *said);
/* In clear text, which nobody has allowed: it ends with `status`, and no word
 * of a log-in was said. */
void mail_visit_secret(const struct mail_visitor *visitor, const char *script,
                       int status);
/* In clear text, which is allowed. */
void mail_visit_open(const struct mail_visitor *visitor, const char *script,
                     int status);
/* `start`, then `piece` until 4 MiB have gone: it gives up before, and says
 * `why`. */
void mail_visit_endless(const struct mail_visitor *visitor, const char *start,
                        const char *piece, const char *why);

#endif
