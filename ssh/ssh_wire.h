/* SPDX-License-Identifier: MIT */
/*
 * ssh_wire: the bytes between a conn and the library that speaks SSH.
 *
 * The library hands down what it wants to send and asks for what has come. On
 * the way the clear-text messages are read and become events, each with the
 * decisions that follow from it; after NEWKEYS the bytes pass sealed.
 *
 *     ssh_wire_open(wire, conn, SSH_CLIENT, &error);
 *     ... in the library's callbacks: ssh_wire_send, ssh_wire_take ...
 *
 * A message goes on only when it is whole and keeps the rules, in either
 * direction: so what the library sees has been looked at before.
 */
#ifndef SSH_SSH_WIRE_H
#define SSH_SSH_WIRE_H

#include "common/conn_sealed.h"
#include "ssh/ssh.h"

struct ssh_wire {
    struct conn *conn;   /* borrowed */
    struct error *error; /* borrowed: the one that conn reports to */
    enum ssh_end self;
    struct ssh_handshake handshake;
    char out[SSH_PACKET_MAX]; /* a clear message of ours, not whole yet */
    size_t out_length;
    char in[SSH_PACKET_MAX]; /* in[in_start .. in_end): a clear message of the
                                  peer's that the library has not taken yet */
    size_t in_start, in_end;
};

void ssh_wire_open(struct ssh_wire *wire, struct conn *conn, enum ssh_end self,
                   struct error *error);
/* Sends all of it, or fails: the errors of conn, and ERROR_PROTOCOL. */
int ssh_wire_send(struct ssh_wire *wire, const void *data, size_t length);
/* At most `size` bytes of what has come; waits for nothing. 0: there is nothing
 * whole. Negative: the peer broke a rule, ERROR_PROTOCOL; or nothing that both
 * sides can speak is among the algorithms, ERROR_CONNECT. */
ssize_t ssh_wire_take(struct ssh_wire *wire, void *data, size_t size);
/* True once both sides have sealed what they send. */
bool ssh_wire_sealed(const struct ssh_wire *wire);

/* What follows from a message, as notes (ssh_tell.c). Fails, with
 * ERROR_CONNECT, when no algorithm is common to both. */
int ssh_tell(struct ssh_wire *wire, enum ssh_end from,
             const struct ssh_message *message);

#endif
