/* SPDX-License-Identifier: MIT */
/*
 * conn_sealed: a conn whose bytes somebody else seals.
 *
 * SSH after its key exchange: a library encrypts, and what passes here can't be
 * read. All of it is counted and recorded as bytes of the socket; what it means
 * is told by who knows.
 *
 *     conn_sealed_send(c, packet, length);      // as the library made it
 *     length = conn_sealed_take(c, data, size); // as it came
 *     conn_sealed_tell(c, RFC("4254", "6.5"), TRACE_DIR_OUT, "exec",
 *                      SPAN("exec: ls"), (struct trace_range){0, 0});
 */
#ifndef COMMON_CONN_SEALED_H
#define COMMON_CONN_SEALED_H

#include "common/conn.h"

int conn_sealed_send(struct conn *conn, const void *data, size_t length);
/* Takes at most `size` bytes of the view; returns how many. */
size_t conn_sealed_take(struct conn *conn, void *data, size_t size);
/* One event: `text` says what was asked (TRACE_DIR_OUT) or what came. Its place
 * in the stream is all that has passed that way since the last one, marked as
 * inexact. Bytes [secret.from, secret.to) of the text are masked. */
#define conn_sealed_tell(conn, rfc, dir, name, text, secret) \
    conn_sealed_tell_at((conn), HERE, (rfc), (dir), (name), (text), (secret))
void conn_sealed_tell_at(struct conn *conn, struct where where, struct rfc rfc,
                         enum trace_dir dir, const char *name, struct span text,
                         struct trace_range secret);

#endif
