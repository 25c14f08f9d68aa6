/* SPDX-License-Identifier: MIT */
/*
 * flows, inside: what flows_frame.c takes out of a frame and flows.c puts in
 * its place.
 */
#ifndef LABS_TRACE_FLOWS_PRIVATE_H
#define LABS_TRACE_FLOWS_PRIVATE_H

#include "labs/trace/flows.h"

/* A TCP segment or a UDP datagram; `bytes` borrows from the frame. */
struct segment {
    enum flow_kind kind;
    struct sockaddr_storage from, to;
    uint32_t number; /* TCP: of the first byte (or of SYN) */
    bool syn, ack, fin, rst;
    struct span bytes;
    uint64_t length; /* as the headers say; bytes may have been cut */
    int64_t time_ns;
};

/* False for what is neither, or not whole enough to say. */
bool segment_read(struct segment *segment, const struct trace_frame *frame);

#endif
