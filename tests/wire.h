/* SPDX-License-Identifier: MIT */
/*
 * wire: a capture of the wire made by hand, for the tests of the trace. The
 * frames are Ethernet, IPv4 or IPv6, TCP or UDP, with lengths that are right
 * and checksums that are 0. Each is a millisecond after the one before.
 */
#ifndef TESTS_WIRE_H
#define TESTS_WIRE_H

#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>

#include "common/pcapng.h"
#include "common/text.h"

/* When the first frame of a hand-made capture passes, since 1970. */
#define TEST_WIRE_START INT64_C(1700000000000000000)

struct test_wire {
    FILE *file;
    int64_t time_ns; /* of the next frame; tests may set it */
    struct pcapng_block block;
};

enum { TEST_FIN = 1, TEST_SYN = 2, TEST_RST = 4, TEST_PSH = 8, TEST_ACK = 16 };

struct test_frame {
    /* "192.0.2.10:40000" or "[2001:db8::1]:80" */
    const char *from, *to;
    uint8_t flags; /* 0: UDP */
    uint32_t sequence;
    struct span data;
    const char *dropped; /* the rule, or NULL */
};

const struct sockaddr_storage *test_address(const char *text);
/* Interfaces: wire:student. */
void test_wire_open(struct test_wire *wire, const char *path);
void test_wire_frame(struct test_wire *wire, const struct test_frame *frame);
void test_wire_close(struct test_wire *wire);

#endif
