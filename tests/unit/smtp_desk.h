/* SPDX-License-Identifier: MIT */
/*
 * smtp_desk: a session of the server at a conn_pair, for tests of its parts: a
 * site with the domain west.test, the accounts bob and eve, its mail below
 * test_path("mail").
 */
#ifndef TESTS_UNIT_SMTP_DESK_H
#define TESTS_UNIT_SMTP_DESK_H

#include "smtp/smtp_server.h"
#include "tests/unit/conn_pair.h"

struct smtp_desk {
    struct conn_pair pair;
    struct smtp_site site;
    struct smtp_session *session;
};

void smtp_desk_open(struct smtp_desk *desk);
void smtp_desk_close(struct smtp_desk *desk);
/* Adds a recipient as RCPT would; returns the code of the verdict. */
int smtp_desk_rcpt(struct smtp_desk *desk, const char *argument);
/* A message as DATA would leave it in the spool. */
void smtp_desk_spool(struct smtp_desk *desk, const char *message);

#endif
