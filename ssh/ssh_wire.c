/* SPDX-License-Identifier: MIT */
/*
 * ssh_wire: the bytes between a conn and the library that speaks SSH. The
 * contract is in ssh_wire.h.
 */
#include "ssh/ssh_wire.h"

#include <string.h>

void ssh_wire_open(struct ssh_wire *wire, struct conn *conn, enum ssh_end self,
                   struct error *error)
{
    memset(wire, 0, sizeof(*wire));
    wire->conn = conn;
    wire->self = self;
    wire->error = error;
}

bool ssh_wire_sealed(const struct ssh_wire *wire)
{
    return wire->handshake.ends[SSH_CLIENT].state == SSH_STREAM_SEALED &&
           wire->handshake.ends[SSH_SERVER].state == SSH_STREAM_SEALED;
}

static bool is_sealed(const struct ssh_wire *wire, enum ssh_end from)
{
    return wire->handshake.ends[from].state == SSH_STREAM_SEALED;
}

/* ---- out ---------------------------------------------------------------- */

static int say(struct ssh_wire *wire, const struct ssh_message *message,
               size_t length)
{
    struct conn *conn = wire->conn;
    int result = conn_say_begin(conn, message->rfc, message->name);

    if (result == 0)
        result = conn_say_bytes(conn, wire->out, length);
    if (result == 0)
        result = conn_say_end(conn);
    return result < 0 ? result : ssh_tell(wire, wire->self, message);
}

/* Sends the messages that are whole, and keeps the rest. */
static int say_whole(struct ssh_wire *wire)
{
    struct ssh_message message;
    size_t used;

    while (wire->out_length > 0 && !is_sealed(wire, wire->self)) {
        struct span bytes = {wire->out, wire->out_length};
        enum parse outcome = ssh_handshake_read(
            &wire->handshake, wire->self, bytes, &used, &message, wire->error);
        if (outcome != PARSE_DONE)
            return outcome == PARSE_MORE ? 0 : -ERROR_PROTOCOL;
        int result = say(wire, &message, used);
        if (result < 0)
            return result;
        wire->out_length -= used;
        memmove(wire->out, wire->out + used, wire->out_length);
    }
    return 0;
}

int ssh_wire_send(struct ssh_wire *wire, const void *data, size_t length)
{
    const char *at = data;
    int result = 0;

    while (length > 0 && result == 0 && !is_sealed(wire, wire->self)) {
        size_t room = sizeof(wire->out) - wire->out_length;
        size_t part = length < room ? length : room;

        memcpy(wire->out + wire->out_length, at, part);
        wire->out_length += part;
        at += part;
        length -= part;
        result = say_whole(wire);
    }
    if (result == 0 && is_sealed(wire, wire->self)) {
        if (wire->out_length > 0)
            result = conn_sealed_send(wire->conn, wire->out, wire->out_length);
        wire->out_length = 0;
        if (result == 0 && length > 0)
            result = conn_sealed_send(wire->conn, at, length);
    }
    return result;
}

/* ---- in ----------------------------------------------------------------- */

/* One whole message into wire->in. 0: there is none yet. */
static int hear(struct ssh_wire *wire)
{
    enum ssh_end peer = wire->self == SSH_CLIENT ? SSH_SERVER : SSH_CLIENT;
    struct ssh_message message;
    size_t used;
    enum parse outcome =
        ssh_handshake_read(&wire->handshake, peer, conn_view(wire->conn), &used,
                           &message, wire->error);

    if (outcome != PARSE_DONE)
        return outcome == PARSE_MORE ? 0 : -ERROR_PROTOCOL;
    memcpy(wire->in, conn_view(wire->conn).data, used);
    wire->in_start = 0;
    wire->in_end = used;
    conn_take(wire->conn, used);
    conn_heard(wire->conn, message.rfc, message.name);
    int result = ssh_tell(wire, peer, &message);
    return result < 0 ? result : 1;
}

ssize_t ssh_wire_take(struct ssh_wire *wire, void *data, size_t size)
{
    enum ssh_end peer = wire->self == SSH_CLIENT ? SSH_SERVER : SSH_CLIENT;
    size_t length;

    if (wire->in_start == wire->in_end) {
        if (is_sealed(wire, peer))
            return (ssize_t)conn_sealed_take(wire->conn, data, size);
        if (conn_view(wire->conn).length == 0)
            return 0;
        int result = hear(wire);
        if (result <= 0)
            return result;
    }
    length = wire->in_end - wire->in_start;
    length = length < size ? length : size;
    memcpy(data, wire->in + wire->in_start, length);
    wire->in_start += length;
    return (ssize_t)length;
}
