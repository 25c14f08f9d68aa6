/* SPDX-License-Identifier: MIT */
/*
 * names_private: what the files of `names` share among themselves. Nobody else
 * includes it.
 *
 *     names.c         who answers: --resolve, a numeric address, DNS, the system
 *     names_system.c  getaddrinfo(3) within a deadline
 *     names_dns.c     questions about a name: aliases, addresses, exchangers
 *     names_ask.c     one question to one server, over UDP, then TCP
 *     names_check.c   whether a message is the answer to our question
 */
#ifndef COMMON_NAMES_PRIVATE_H
#define COMMON_NAMES_PRIVATE_H

#include <ldns/ldns.h>

#include "common/names.h"

/* One --resolve: what is answered without asking. */
struct names_pinned {
    struct names_pinned *next; /* an older one */
    char *host;                /* "*" for any; owned */
    uint16_t port;
    struct names_addresses addresses;
};

struct names {
    bool ask_dns; /* --dns was given; else the system answers */
    struct sockaddr_storage server;
    struct trace *trace;         /* borrowed; may be NULL */
    struct names_pinned *pinned; /* newest first; owned */
};

/* Adds `address` with `port` (host order), unless the list is full, the family
 * is not the one wanted, or the list has it already. */
void names_add(struct names_addresses *list, const struct sockaddr *address,
               uint16_t port, int family);

/* A numeric address, without brackets. 1: filled in; 0: it is a name. */
int names_numeric(const char *host, struct sockaddr_storage *address);

/* Asks the system. Errors as names_look_up. */
int names_system(const char *host, uint16_t port, int family,
                 deadline_ns deadline, struct names_addresses *addresses,
                 struct error *error);

/* Asks names->server for A and AAAA, as `family` allows. */
int names_dns_addresses(struct names *names, const char *host, uint16_t port,
                        int family, deadline_ns deadline,
                        struct names_addresses *addresses, struct error *error);

#endif
