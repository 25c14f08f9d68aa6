/* SPDX-License-Identifier: MIT */
/*
 * dns: the name server of the world, authoritative for every zone in it.
 *
 * RFC 1034 §4.3.2 (how an answer is found), RFC 1035 §4.2 (UDP and TCP),
 * RFC 6891 (longer answers over UDP). ldns reads the zones and packs
 * and unpacks the messages; what to answer is decided here.
 *
 * DEPARTURES. Deliberately no recursion, no transfer, no update, no DNSSEC:
 * whoever asks about the world beyond is told REFUSED.
 */
#ifndef LABS_WORLD_DNS_H
#define LABS_WORLD_DNS_H

#include <ldns/ldns.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

struct world;

/* Starts the server on its host, in a process that dies with the world, and
 * returns at once; dns_wait, called once after it, returns when it can be
 * asked. ERROR_LOCAL: the port is taken, or a zone can't be read. */
int dns_start(struct world *world, struct error *error);
int dns_wait(struct world *world, struct error *error);

/* ---- without sockets, for the tests ------------------------------------- */

struct dns_zones {
    ldns_zone **list;
    size_t count;
};

/* Reads the zones of zones.c with every 192.0.2. replaced by `prefix`. The
 * caller frees with dns_zones_free. ERROR_LOCAL names zone and line. */
int dns_zones_load(struct dns_zones *zones, const char *prefix,
                   struct error *error);
void dns_zones_free(struct dns_zones *zones);

/* The answer to `query`, at most `room` bytes for UDP (0: TCP, no bound but
 * 65535). The caller frees *answer with free. 0: no answer is due. */
size_t dns_answer(const struct dns_zones *zones, const uint8_t *query,
                  size_t length, size_t room, uint8_t **answer);

/* zones.c: master files (RFC 1035 §5.1) with their origins. */
struct dns_zone_text {
    const char *origin, *text;
};
extern const struct dns_zone_text dns_zone_texts[]; /* ended by NULL */

#endif
