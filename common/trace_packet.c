/* SPDX-License-Identifier: MIT */
/*
 * trace_packet: what a frame says of itself, from Ethernet up to TCP or UDP.
 *
 * Only as much as is needed to know which bytes of which conversation it
 * carries. What is cut short, or is no TCP or UDP over IP, carries none.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "common/trace_frames.h"

#define ETHERNET_HEAD 14
#define TYPE_IPV4 0x0800
#define TYPE_IPV6 0x86dd
#define TYPE_VLAN 0x8100
#define IPV4_HEAD_MIN 20
#define IPV6_HEAD 40
#define UDP_HEAD 8
#define TCP_HEAD_MIN 20
/* IPv6 extension headers that we step over before TCP. */
#define IPV6_EXTENSIONS_MAX 8

/* ---- keys --------------------------------------------------------------- */

/* IPv4 addresses are written as IPv6 does it, ::ffff:a.b.c.d. */
static void key_address(uint8_t *to, const void *address, size_t length,
                        uint16_t port)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (length == 4)
        memcpy(to, mapped, sizeof mapped);
    memcpy(to + (length == 4 ? 12 : 0), address, length);
    /* The port is in network order already. */
    memcpy(to + 16, &port, sizeof port);
}

static bool key_endpoint(uint8_t *to, const struct sockaddr_storage *address)
{
    const struct sockaddr_in *ipv4 = (const struct sockaddr_in *)address;
    const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *)address;
    if (address == NULL)
        return false;
    if (address->ss_family == AF_INET)
        key_address(to, &ipv4->sin_addr, 4, ipv4->sin_port);
    else if (address->ss_family == AF_INET6)
        key_address(to, &ipv6->sin6_addr, 16, ipv6->sin6_port);
    else
        return false;
    return true;
}

/* The key of the direction that an event went. Socket records may lack an
 * address (a socketpair); the connection's number and who speaks stand in. */
bool trace_key_of_event(struct trace_key *key, const struct trace_event *event,
                        enum trace_key_kind kind, bool reverse)
{
    bool out = (event->dir == TRACE_DIR_OUT) != reverse;
    *key = (struct trace_key){{(uint8_t)kind}};
    if (event->dir == TRACE_DIR_NOTE || event->conn == 0)
        return false;
    if (kind == TRACE_KEY_SOCKET) {
        memcpy(key->bytes + 1, &event->conn, sizeof event->conn);
        key->bytes[1 + sizeof event->conn] = out != event->local_is_server;
        return true;
    }
    return key_endpoint(key->bytes + 1, out ? event->local : event->remote) &&
           key_endpoint(key->bytes + 19, out ? event->remote : event->local);
}

/* ---- frames ------------------------------------------------------------- */

static uint16_t get16(struct span s, size_t at)
{
    uint16_t value;
    memcpy(&value, s.data + at, sizeof value);
    return ntohs(value);
}

/* Everything behind IP: `s` begins with the TCP or UDP header, `length` is what
 * IP says there is, of which the capture may hold less. */
static bool transport_parse(struct trace_packet *packet, unsigned protocol,
                            struct span s, size_t length)
{
    size_t head = UDP_HEAD;
    uint32_t sequence;
    if (s.length < UDP_HEAD)
        return false;
    memcpy(packet->key.bytes + 17, s.data, 2);
    memcpy(packet->key.bytes + 35, s.data + 2, 2);
    packet->key.bytes[0] = TRACE_KEY_UDP;
    if (protocol == IPPROTO_TCP) {
        if (s.length < TCP_HEAD_MIN)
            return false;
        head = (size_t)((uint8_t)s.data[12] >> 4) * 4;
        memcpy(&sequence, s.data + 4, sizeof sequence);
        packet->sequence = ntohl(sequence);
        packet->flags = (uint8_t)s.data[13];
        packet->key.bytes[0] = TRACE_KEY_TCP;
    } else if (protocol != IPPROTO_UDP) {
        return false;
    }
    packet->length = length > head ? (uint32_t)(length - head) : 0;
    return true;
}

static bool ipv4_parse(struct trace_packet *packet, struct span s)
{
    size_t head, length;
    if (s.length < IPV4_HEAD_MIN)
        return false;
    head = (size_t)((uint8_t)s.data[0] & 15) * 4;
    length = get16(s, 2);
    /* Of a fragmented packet only the first piece has ports. */
    if (head < IPV4_HEAD_MIN || head > s.length || length < head ||
        (get16(s, 6) & 0x1fff) != 0)
        return false;
    key_address(packet->key.bytes + 1, s.data + 12, 4, 0);
    key_address(packet->key.bytes + 19, s.data + 16, 4, 0);
    return transport_parse(packet, (uint8_t)s.data[9],
                           (struct span){s.data + head, s.length - head},
                           length - head);
}

static bool ipv6_parse(struct trace_packet *packet, struct span s)
{
    unsigned next;
    size_t length;
    if (s.length < IPV6_HEAD)
        return false;
    next = (uint8_t)s.data[6];
    length = get16(s, 4);
    key_address(packet->key.bytes + 1, s.data + 8, 16, 0);
    key_address(packet->key.bytes + 19, s.data + 24, 16, 0);
    s = (struct span){s.data + IPV6_HEAD, s.length - IPV6_HEAD};
    for (int i = 0; i < IPV6_EXTENSIONS_MAX &&
                    (next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING ||
                     next == IPPROTO_DSTOPTS);
         i++) {
        size_t size = s.length < 2 ? 0 : ((size_t)(uint8_t)s.data[1] + 1) * 8;
        if (size == 0 || size > s.length || size > length)
            return false;
        next = (uint8_t)s.data[0];
        s = (struct span){s.data + size, s.length - size};
        length -= size;
    }
    return transport_parse(packet, next, s, length);
}

bool trace_packet_parse(struct trace_packet *packet, struct span frame)
{
    size_t at = 12;
    *packet = (struct trace_packet){0};
    if (frame.length >= ETHERNET_HEAD + 4 && get16(frame, at) == TYPE_VLAN)
        at += 4;
    if (frame.length < at + 2)
        return false;
    struct span rest = {frame.data + at + 2, frame.length - at - 2};
    if (get16(frame, at) == TYPE_IPV4)
        return ipv4_parse(packet, rest);
    return get16(frame, at) == TYPE_IPV6 && ipv6_parse(packet, rest);
}

bool trace_packet_add(struct trace_records *records,
                      const struct trace_frame *frame)
{
    struct trace_packet *grown =
        trace_array_grow(records->parsed, records->parsed_count,
                         &records->parsed_room, sizeof *grown);
    if (grown == NULL)
        return false;
    records->parsed = grown;
    grown += records->parsed_count;
    if (trace_packet_parse(grown, frame->bytes)) {
        grown->index = (size_t)(frame - records->frames);
        records->parsed_count++;
    }
    return true;
}
