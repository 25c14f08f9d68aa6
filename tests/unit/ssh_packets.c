/* SPDX-License-Identifier: MIT */
/* ssh_packets: SSH's clear-text messages, made by hand. */
#include "tests/unit/ssh_packets.h"

#include <string.h>

const char *const ssh_packets_lists[SSH_LISTS] = {
    "curve25519-sha256,ecdh-sha2-nistp256,ext-info-c",
    "ssh-ed25519,rsa-sha2-512",
    "aes128-ctr,aes256-ctr",
    "aes128-ctr,aes256-ctr",
    "hmac-sha2-256",
    "hmac-sha2-256",
    "none",
    "none",
    "",
    ""};

void ssh_packets_begin(struct ssh_packets *p)
{
    p->length = 0;
}

void ssh_packets_put(struct ssh_packets *p, const void *bytes, size_t length)
{
    memcpy(p->bytes + p->length, bytes, length);
    p->length += length;
}

static void put_u32(struct ssh_packets *p, size_t value)
{
    unsigned char bytes[4] = {
        (unsigned char)(value >> 24), (unsigned char)(value >> 16),
        (unsigned char)(value >> 8), (unsigned char)value};

    ssh_packets_put(p, bytes, sizeof(bytes));
}

void ssh_packets_string(struct ssh_packets *p, const char *text)
{
    put_u32(p, strlen(text));
    ssh_packets_put(p, text, strlen(text));
}

void ssh_packets_version(struct ssh_packets *p, const char *text)
{
    ssh_packets_put(p, text, strlen(text));
    ssh_packets_put(p, "\r\n", 2);
}

void ssh_packets_packet(struct ssh_packets *p, struct span payload)
{
    static const char zeros[32];
    size_t padding = 8 - (5 + payload.length) % 8;
    unsigned char count;

    padding += padding < SSH_PADDING_MIN ? 8 : 0;
    while (5 + payload.length + padding < 16)
        padding += 8;
    count = (unsigned char)padding;
    put_u32(p, 1 + payload.length + padding);
    ssh_packets_put(p, &count, 1);
    ssh_packets_put(p, payload.data, payload.length);
    ssh_packets_put(p, zeros, padding);
}

void ssh_packets_small(struct ssh_packets *p, unsigned char number)
{
    ssh_packets_packet(p, (struct span){(const char *)&number, 1});
}

void ssh_packets_kexinit_payload(struct ssh_packets *p,
                                 const char *const lists[SSH_LISTS])
{
    ssh_packets_put(p,
                    "\x14"
                    "0123456789abcdef",
                    17);
    for (size_t i = 0; i < SSH_LISTS; i++)
        ssh_packets_string(p, lists[i]);
    ssh_packets_put(p, "\0\0\0\0\0", 5);
}

void ssh_packets_kexinit(struct ssh_packets *p,
                         const char *const lists[SSH_LISTS])
{
    struct ssh_packets payload = {.length = 0};

    ssh_packets_kexinit_payload(&payload, lists);
    ssh_packets_packet(p, ssh_packets_all(&payload));
}

void ssh_packets_reply(struct ssh_packets *p, const char *type)
{
    struct ssh_packets payload = {.length = 0}, key = {.length = 0};

    ssh_packets_string(&key, type);
    ssh_packets_string(&key, "the key itself");
    ssh_packets_put(&payload, "\x1f", 1);
    put_u32(&payload, key.length);
    ssh_packets_put(&payload, key.bytes, key.length);
    ssh_packets_string(&payload, "its half");
    key.length = 0;
    ssh_packets_string(&key, type);
    ssh_packets_string(&key, "the signature");
    put_u32(&payload, key.length);
    ssh_packets_put(&payload, key.bytes, key.length);
    ssh_packets_packet(p, ssh_packets_all(&payload));
}

struct span ssh_packets_all(const struct ssh_packets *p)
{
    return (struct span){p->bytes, p->length};
}
