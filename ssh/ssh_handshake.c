/* SPDX-License-Identifier: MIT */
/*
 * ssh_handshake: the clear-text part of a connection, message by message.
 *
 * RFC 4253 §4.2: lines, of which the one that begins with "SSH-" is the
 * version. §6: then packets,
 *
 *     uint32 packet_length, byte padding_length, payload, padding
 *
 * without a MAC, up to and with NEWKEYS (§7.3). Every length is checked before
 * it is believed: nobody has proved yet who he is.
 */
#include <string.h>

#include "ssh/ssh.h"

/* ---- names -------------------------------------------------------------- */

struct message_name {
    unsigned number;
    const char *name;
    struct rfc rfc;
};

/* RFC 4253 §12, as far as it may come in clear. */
static const struct message_name plain_names[] = {
    {1, "DISCONNECT", {"4253", "11.1"}},
    {2, "IGNORE", {"4253", "11.2"}},
    {3, "UNIMPLEMENTED", {"4253", "11.4"}},
    {4, "DEBUG", {"4253", "11.3"}},
    {20, "KEXINIT", {"4253", "7.1"}},
    {21, "NEWKEYS", {"4253", "7.3"}},
    {0, NULL, {NULL, NULL}},
};

/* 30 to 49 belong to the method of key exchange. */
static const struct message_name exchange_names[SSH_EXCHANGES][5] = {
    [SSH_EXCHANGE_DH] = {{30, "KEXDH_INIT", {"4253", "8"}},
                         {31, "KEXDH_REPLY", {"4253", "8"}}},
    [SSH_EXCHANGE_ECDH] = {{30, "KEX_ECDH_INIT", {"5656", "4"}},
                           {31, "KEX_ECDH_REPLY", {"5656", "4"}}},
    [SSH_EXCHANGE_GROUP] = {{34, "KEX_DH_GEX_REQUEST", {"4419", "3"}},
                            {31, "KEX_DH_GEX_GROUP", {"4419", "3"}},
                            {32, "KEX_DH_GEX_INIT", {"4419", "3"}},
                            {33, "KEX_DH_GEX_REPLY", {"4419", "3"}}},
};

static bool name_message(struct ssh_message *message, enum ssh_exchange kind)
{
    const struct message_name *lists[] = {plain_names, exchange_names[kind]};

    for (size_t i = 0; i < 2; i++)
        for (const struct message_name *n = lists[i]; n->name; n++)
            if (n->number == message->number) {
                message->name = n->name;
                message->rfc = n->rfc;
                return true;
            }
    /* A method that we have no names for. */
    message->name = "key exchange";
    message->rfc = RFC("4253", "7");
    return message->number >= 30 && message->number < 50;
}

/* By the method's name: curves and the hybrids with them speak as ECDH does. */
static enum ssh_exchange exchange_of(struct span method)
{
    if (!method.data)
        return SSH_EXCHANGE_UNKNOWN;
    if (memmem(method.data, method.length, "group-exchange", 14))
        return SSH_EXCHANGE_GROUP;
    if (memmem(method.data, method.length, "diffie-hellman", 14))
        return SSH_EXCHANGE_DH;
    if (memmem(method.data, method.length, "ecdh", 4) ||
        memmem(method.data, method.length, "25519", 5) ||
        memmem(method.data, method.length, "nistp", 5))
        return SSH_EXCHANGE_ECDH;
    return SSH_EXCHANGE_UNKNOWN;
}

/* ---- lines -------------------------------------------------------------- */

static enum parse broken(struct error *error, const char *rule,
                         struct span bytes)
{
    error_set(error, ERROR_PROTOCOL, "%s", rule);
    error_set_peer(error, bytes.data, bytes.length < 80 ? bytes.length : 80);
    return PARSE_BROKEN;
}

static enum parse version_read(struct ssh_stream *stream, struct span line,
                               struct ssh_message *message, struct error *error)
{
    if (line.length + 2 > SSH_VERSION_MAX)
        return broken(error,
                      "the version line has more than 255 bytes (RFC 4253 "
                      "§4.2)",
                      line);
    if (memchr(line.data, '\0', line.length))
        return broken(error, "NUL in the version line (RFC 4253 §4.2)", line);
    memcpy(stream->version, line.data, line.length);
    stream->version[line.length] = '\0';
    if (strncmp(stream->version, "SSH-2.0-", 8) != 0 &&
        strncmp(stream->version, "SSH-1.99-", 9) != 0)
        return broken(error,
                      "the version is not 2.0, which is all we speak (RFC "
                      "4253 §4.2)",
                      line);
    message->name = "version";
    message->rfc = RFC("4253", "4.2");
    stream->state = SSH_STREAM_PACKETS;
    return PARSE_DONE;
}

/* Old servers end lines with LF alone, and RFC 4253 §4.2 lets them. Only a
 * server may say anything before its version. */
static enum parse line_read(struct ssh_stream *stream, enum ssh_end from,
                            struct span bytes, size_t *used,
                            struct ssh_message *message, struct error *error)
{
    const char *lf =
        bytes.length == 0 ? NULL : memchr(bytes.data, '\n', bytes.length);
    struct span line = {bytes.data, lf ? (size_t)(lf - bytes.data) : 0};

    if ((lf ? line.length : bytes.length) > SSH_LINE_MAX)
        return broken(error,
                      "a line before the version has no end (RFC 4253 §4.2)",
                      bytes);
    if (!lf)
        return PARSE_MORE;
    *used = line.length + 1;
    if (line.length > 0 && line.data[line.length - 1] == '\r')
        line.length--;
    *message = (struct ssh_message){
        .name = "line", .rfc = RFC("4253", "4.2"), .payload = line};
    if (line.length >= 4 && memcmp(line.data, "SSH-", 4) == 0)
        return version_read(stream, line, message, error);
    if (from == SSH_CLIENT)
        return broken(error,
                      "a client must begin with its version (RFC 4253 §4.2)",
                      line);
    if (++stream->lines > SSH_LINES_MAX)
        return broken(error, "a version never came, only lines before it",
                      line);
    return PARSE_DONE;
}

/* ---- packets ------------------------------------------------------------ */

/* Whatever the lengths say, they must fit into each other: RFC 4253 §6. */
static enum parse packet_frame(struct span bytes, size_t *used,
                               struct ssh_message *message, struct error *error)
{
    struct span rest = bytes;
    uint32_t length;
    unsigned padding;

    if (!ssh_take_u32(&rest, &length))
        return PARSE_MORE;
    if (length < SSH_PACKET_MIN || length > SSH_PACKET_MAX - 4)
        return broken(error,
                      "a packet's length is not between 16 and 35000 bytes "
                      "(RFC 4253 §6.1)",
                      bytes);
    if ((length + 4) % SSH_BLOCK != 0)
        return broken(error,
                      "a packet is no multiple of 8 bytes long (RFC 4253 §6)",
                      bytes);
    if (rest.length < length)
        return PARSE_MORE;
    ssh_take_byte(&rest, &padding);
    if (padding < SSH_PADDING_MIN || padding + 2 > length)
        return broken(error,
                      "a packet's padding is shorter than 4 bytes, or leaves "
                      "no message (RFC 4253 §6)",
                      bytes);
    *used = length + 4;
    *message = (struct ssh_message){
        .number = (unsigned char)rest.data[0],
        .payload = {rest.data, length - 1 - padding},
        .padding = padding,
    };
    return PARSE_DONE;
}

/* Keeps it, and when both have come, sees which algorithms won. */
static enum parse kexinit_keep(struct ssh_handshake *h, enum ssh_end from,
                               struct span payload, struct error *error)
{
    struct ssh_stream *stream = &h->ends[from];
    const struct ssh_stream *other = &h->ends[!from];

    if (stream->kexinit_length > 0)
        return broken(error, "a second KEXINIT before NEWKEYS (RFC 4253 §9)",
                      payload);
    memcpy(stream->kexinit_bytes, payload.data, payload.length);
    stream->kexinit_length = payload.length;
    payload.data = stream->kexinit_bytes;
    if (ssh_kexinit_read(&stream->kexinit, payload, error) != PARSE_DONE)
        return PARSE_BROKEN;
    h->agreed = other->kexinit_length > 0;
    if (!h->agreed)
        return PARSE_DONE;
    ssh_choose_all(h->chosen, &h->ends[SSH_CLIENT].kexinit,
                   &h->ends[SSH_SERVER].kexinit);
    h->exchange = exchange_of(h->chosen[SSH_LIST_KEX].name);
    return PARSE_DONE;
}

static enum parse packet_read(struct ssh_handshake *h, enum ssh_end from,
                              struct span bytes, size_t *used,
                              struct ssh_message *message, struct error *error)
{
    struct ssh_stream *stream = &h->ends[from];
    enum parse outcome = packet_frame(bytes, used, message, error);

    if (outcome != PARSE_DONE)
        return outcome;
    if (++stream->messages > SSH_CLEAR_MESSAGES_MAX)
        return broken(error, "the key exchange has no end", bytes);
    if (!name_message(message, h->exchange))
        return broken(error,
                      "a message in clear that only encryption may carry "
                      "(RFC 4253 §7)",
                      message->payload);
    if (message->number == 20)
        return kexinit_keep(h, from, message->payload, error);
    if (message->number == 21) {
        if (!h->agreed || message->payload.length != 1)
            return broken(error, "NEWKEYS before a key (RFC 4253 §7.3)",
                          message->payload);
        stream->state = SSH_STREAM_SEALED;
    }
    return PARSE_DONE;
}

enum parse ssh_handshake_read(struct ssh_handshake *h, enum ssh_end from,
                              struct span bytes, size_t *used,
                              struct ssh_message *message, struct error *error)
{
    *used = 0;
    switch (h->ends[from].state) {
    case SSH_STREAM_VERSION:
        return line_read(&h->ends[from], from, bytes, used, message, error);
    case SSH_STREAM_PACKETS:
        return packet_read(h, from, bytes, used, message, error);
    case SSH_STREAM_SEALED:
    case SSH_STREAM_STATES:
        break;
    }
    return broken(error, "what follows NEWKEYS can't be read", bytes);
}

/* ---- the server's answer ------------------------------------------------ */

bool ssh_reply_read(struct ssh_reply *reply, const struct ssh_message *message)
{
    struct span rest = message->payload, inside;
    unsigned number;

    memset(reply, 0, sizeof(*reply));
    if (!strstr(message->name, "REPLY") || !ssh_take_byte(&rest, &number) ||
        !ssh_take_string(&rest, &reply->host_key) ||
        !ssh_take_string(&rest, &reply->public) ||
        !ssh_take_string(&rest, &reply->signature) || rest.length > 0)
        return false;
    inside = reply->host_key;
    if (!ssh_take_string(&inside, &reply->key_type))
        return false;
    inside = reply->signature;
    return ssh_take_string(&inside, &reply->signed_by);
}
