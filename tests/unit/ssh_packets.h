/* SPDX-License-Identifier: MIT */
/*
 * ssh_packets: SSH's clear-text messages, made by hand for the tests of its
 * parsers, right ones and wrong ones.
 *
 *     ssh_packets_begin(&p);
 *     ssh_packets_version(&p, "SSH-2.0-test");
 *     ssh_packets_kexinit(&p, ssh_packets_lists);
 *     ssh_packets_small(&p, 21);                      // NEWKEYS
 *     ... p.bytes[0 .. p.length) ...
 */
#ifndef TESTS_UNIT_SSH_PACKETS_H
#define TESTS_UNIT_SSH_PACKETS_H

#include "ssh/ssh.h"

struct ssh_packets {
    char bytes[8192];
    size_t length;
};

/* Ten lists, in KEXINIT's order. */
extern const char *const ssh_packets_lists[SSH_LISTS];

void ssh_packets_begin(struct ssh_packets *p);
void ssh_packets_put(struct ssh_packets *p, const void *bytes, size_t length);
void ssh_packets_string(struct ssh_packets *p, const char *text);
void ssh_packets_version(struct ssh_packets *p, const char *text);
/* A payload becomes a packet: length, padding. */
void ssh_packets_packet(struct ssh_packets *p, struct span payload);
/* A message of its number alone. */
void ssh_packets_small(struct ssh_packets *p, unsigned char number);
/* KEXINIT's payload alone, and as a packet. */
void ssh_packets_kexinit_payload(struct ssh_packets *p,
                                 const char *const lists[SSH_LISTS]);
void ssh_packets_kexinit(struct ssh_packets *p,
                         const char *const lists[SSH_LISTS]);
/* KEX_ECDH_REPLY with a host key of that type. */
void ssh_packets_reply(struct ssh_packets *p, const char *type);
struct span ssh_packets_all(const struct ssh_packets *p);

#endif
