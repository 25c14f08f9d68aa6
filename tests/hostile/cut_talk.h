/* SPDX-License-Identifier: MIT */
/*
 * cut_talk: a server of ours in a child, over a pair of sockets, that is told
 * something in two pieces. There a cut is a cut: the second piece is not sent
 * before the first was read.
 */
#ifndef TESTS_HOSTILE_CUT_TALK_H
#define TESTS_HOSTILE_CUT_TALK_H

#include "common/conn.h"
#include "tests/harness.h"

/* Whom to talk to: as in a struct service. */
struct cut_server {
    const char *proto;
    int (*serve)(struct conn *conn, void *site, struct error *error);
    void *site;
};

/* Says `words`, cut at `cut`, ends, and takes all that is answered into
 * `answer`, NUL-terminated. The server must end by itself, and well. Returns
 * the length of the answer. */
size_t cut_talk(const struct cut_server *server, struct span words, size_t cut,
                char *answer, size_t size);

#endif
