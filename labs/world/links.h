/* SPDX-License-Identifier: MIT */
/*
 * links: cables and addresses, asked of the kernel over rtnetlink
 * (rtnetlink(7)) in one message each and without a program's help: a host
 * takes a millisecond.
 *
 *     int here = links_open(&error);              // in the switch's namespace
 *     int there = links_open(&error);             // in the host's
 *     links_cable(here, &cable, &error);
 *     links_address(there, "192.0.2.80", &error);
 *
 * A netlink socket stays in the namespace that it was opened in, wherever its
 * process goes. Functions return 0 or -ERROR_LOCAL.
 */
#ifndef LABS_WORLD_LINKS_H
#define LABS_WORLD_LINKS_H

#include <stdint.h>

#include "common/error.h"

/* The index of a host's own end: 1 is its loopback. */
#define LINKS_HOST_INDEX 2

struct cable {
    int index;        /* of the near end; ours to choose */
    const char *name; /* of the near end */
    int host_net_fd;  /* the namespace that the far end, eth0, goes to */
    uint8_t mac[6];   /* of the far end */
};

/* A socket to the kernel, or -ERROR_LOCAL. */
int links_open(struct error *error);
/* Makes a veth pair, the near end up. */
int links_cable(int links, const struct cable *cable, struct error *error);
/* Gives the host's end an address of a /24 network, and brings it and the
 * loopback up. */
int links_address(int links, const char *address, struct error *error);
/* Lets every checksum be computed when the frame is made. The kernel would
 * leave it, and the cutting into segments, to hardware that is not there: the
 * capture would show wrong checksums and frames of 64 KiB. */
int links_no_offload(int links, struct error *error);

#endif
