/* SPDX-License-Identifier: MIT */
/*
 * flows: the headers of one frame, from the outside in. Each step checks that
 * what it reads is there, hands the rest on, and believes no length that
 * reaches past the frame.
 */
#include <netinet/in.h>
#include <string.h>

#include "labs/trace/flows_private.h"

/* What is left of a frame, and how long it was before it was cut. */
struct rest {
    const unsigned char *bytes;
    size_t length;   /* captured */
    uint64_t really; /* as the outer header says */
};

static uint32_t get16(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 8 | bytes[1];
}

static uint32_t get32(const unsigned char *bytes)
{
    return get16(bytes) << 16 | get16(bytes + 2);
}

static void step(struct rest *rest, size_t bytes)
{
    rest->bytes += bytes;
    rest->length -= bytes;
    rest->really -= bytes;
}

/* Ethernet pads short frames, so the end is where the IP header says. */
static bool trim(struct rest *rest, uint64_t really, size_t header)
{
    if (really < header || rest->length < header)
        return false;
    rest->really = really;
    if (rest->length > really)
        rest->length = (size_t)really;
    step(rest, header);
    return true;
}

static void set_address(struct sockaddr_storage *address, int family,
                        const unsigned char *bytes)
{
    memset(address, 0, sizeof(*address));
    address->ss_family = (sa_family_t)family;
    if (family == AF_INET)
        memcpy(&((struct sockaddr_in *)(void *)address)->sin_addr, bytes, 4);
    else
        memcpy(&((struct sockaddr_in6 *)(void *)address)->sin6_addr, bytes, 16);
}

/* Both families have the port in the same place. */
static void set_port(struct sockaddr_storage *address, uint32_t port)
{
    ((struct sockaddr_in *)(void *)address)->sin_port = htons((uint16_t)port);
}

/* RFC 791 §3.1. Returns the protocol inside, or -1. A fragment has no ports
 * (but the first, whose length is not that of its datagram). */
static int read_ipv4(struct segment *segment, struct rest *rest)
{
    const unsigned char *ip = rest->bytes;

    if (rest->length < 20 || ip[0] >> 4 != 4)
        return -1;
    size_t header = (size_t)(ip[0] & 15) * 4;
    bool fragment = (get16(ip + 6) & 0x3FFF) != 0;
    if (header < 20 || fragment || !trim(rest, get16(ip + 2), header))
        return -1;
    set_address(&segment->from, AF_INET, ip + 12);
    set_address(&segment->to, AF_INET, ip + 16);
    return ip[9];
}

/* The fixed header of IPv6; extension headers are passed over. */
static int read_ipv6(struct segment *segment, struct rest *rest)
{
    const unsigned char *ip = rest->bytes;

    if (rest->length < 40 || ip[0] >> 4 != 6)
        return -1;
    if (!trim(rest, 40 + (uint64_t)get16(ip + 4), 40))
        return -1;
    set_address(&segment->from, AF_INET6, ip + 8);
    set_address(&segment->to, AF_INET6, ip + 24);
    return ip[6];
}

/* RFC 9293 §3.1. */
static bool read_tcp(struct segment *segment, struct rest *rest)
{
    const unsigned char *tcp = rest->bytes;

    if (rest->length < 20)
        return false;
    size_t header = (size_t)(tcp[12] >> 4) * 4;
    if (header < 20 || header > rest->length)
        return false;
    segment->kind = FLOW_TCP;
    segment->number = get32(tcp + 4);
    segment->fin = (tcp[13] & 0x01) != 0;
    segment->syn = (tcp[13] & 0x02) != 0;
    segment->rst = (tcp[13] & 0x04) != 0;
    segment->ack = (tcp[13] & 0x10) != 0;
    step(rest, header);
    return true;
}

/* RFC 768: four fields of two bytes. */
static bool read_udp(struct segment *segment, struct rest *rest)
{
    if (rest->length < 8 || get16(rest->bytes + 4) < 8)
        return false;
    segment->kind = FLOW_UDP;
    return trim(rest, get16(rest->bytes + 4), 8);
}

bool segment_read(struct segment *segment, const struct trace_frame *frame)
{
    enum { ETHERNET = 14, TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86DD };
    struct rest rest = {(const unsigned char *)frame->bytes.data,
                        frame->bytes.length, frame->bytes.length};
    int inside = -1;

    memset(segment, 0, sizeof(*segment));
    segment->time_ns = frame->time_ns;
    if (rest.length < ETHERNET)
        return false;
    uint32_t type = get16(rest.bytes + 12);
    step(&rest, ETHERNET);
    if (type == TYPE_IPV4)
        inside = read_ipv4(segment, &rest);
    else if (type == TYPE_IPV6)
        inside = read_ipv6(segment, &rest);
    if ((inside != IPPROTO_TCP && inside != IPPROTO_UDP) || rest.length < 4)
        return false;
    set_port(&segment->from, get16(rest.bytes));
    set_port(&segment->to, get16(rest.bytes + 2));
    if (inside == IPPROTO_TCP ? !read_tcp(segment, &rest)
                              : !read_udp(segment, &rest))
        return false;
    segment->bytes = (struct span){(const char *)rest.bytes, rest.length};
    segment->length = rest.really;
    return true;
}
