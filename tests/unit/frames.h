/* SPDX-License-Identifier: MIT */
/*
 * frames: Ethernet frames made by hand, for tests of what reads them.
 */
#ifndef TESTS_UNIT_FRAMES_H
#define TESTS_UNIT_FRAMES_H

#include "common/trace.h"

enum { FRAMES_MAX = 64, FRAME_MAX = 2048 };
enum { FRAME_FIN = 1, FRAME_SYN = 2, FRAME_RST = 4, FRAME_ACK = 16 };

struct frames {
    struct trace_file file;
    struct trace_frame list[FRAMES_MAX];
    char bytes[FRAMES_MAX][FRAME_MAX];
};

/* Appends a segment of the connection 192.0.2.10:40000 to 192.0.2.80:80; from
 * the client, or from the server. Times are 1 ms apart. */
void frames_tcp(struct frames *frames, bool from_client, uint32_t number,
                int flags, struct span data);
/* The same for a datagram from and to port 53. */
void frames_udp(struct frames *frames, bool from_client, struct span data);

#endif
