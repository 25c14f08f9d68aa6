/* SPDX-License-Identifier: MIT */
#include "tests/unit/frames.h"

#include <string.h>

static void put16(char *at, size_t value)
{
    at[0] = (char)(value >> 8);
    at[1] = (char)value;
}

static void put_ports(char *at, bool from_client, size_t server)
{
    put16(at, from_client ? 40000 : server);
    put16(at + 2, from_client ? server : 40000);
}

/* Ethernet and IPv4 around `length` bytes; returns where those begin. */
static char *begin(struct frames *frames, bool from_client, int protocol,
                   size_t length)
{
    static const char client[] = "\xC0\0\2\x0A", server[] = "\xC0\0\2\x50";
    size_t at = frames->file.frame_count++;
    char *bytes = frames->bytes[at], *ip = bytes + 14;

    bytes[12] = 8;
    ip[0] = 0x45;
    put16(ip + 2, 20 + length);
    ip[9] = (char)protocol;
    memcpy(ip + 12, from_client ? client : server, 4);
    memcpy(ip + 16, from_client ? server : client, 4);
    /* Ethernet pads to 60 bytes; a reader must not take that for data. */
    size_t all = 34 + length < 60 ? 60 : 34 + length;
    frames->list[at] =
        (struct trace_frame){.number = (uint32_t)at + 1,
                             .time_ns = (int64_t)(at + 1) * 1000000,
                             .host = from_client ? "student" : "web",
                             .bytes = {bytes, all},
                             .length = (uint32_t)all};
    frames->file.frames = frames->list;
    return ip + 20;
}

void frames_tcp(struct frames *frames, bool from_client, uint32_t number,
                int flags, struct span data)
{
    char *tcp = begin(frames, from_client, 6, 20 + data.length);

    put_ports(tcp, from_client, 80);
    put16(tcp + 4, number >> 16);
    put16(tcp + 6, number & 0xFFFF);
    tcp[12] = 5 << 4;
    tcp[13] = (char)flags;
    if (data.length > 0)
        memcpy(tcp + 20, data.data, data.length);
}

void frames_udp(struct frames *frames, bool from_client, struct span data)
{
    char *udp = begin(frames, from_client, 17, 8 + data.length);

    put_ports(udp, from_client, 53);
    put16(udp + 4, 8 + data.length);
    memcpy(udp + 8, data.data, data.length);
}
