/* SPDX-License-Identifier: MIT */
#include "tests/wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

const struct sockaddr_storage *test_address(const char *text)
{
    static struct sockaddr_storage ring[4096]; /* an event borrows two */
    static size_t next;
    struct sockaddr_storage *storage =
        &ring[next++ % (sizeof ring / sizeof ring[0])];
    struct sockaddr_in *ipv4 = (struct sockaddr_in *)(void *)storage;
    struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)(void *)storage;
    const char *colon = strrchr(text, ':');
    char host[64];
    uint16_t port = htons((uint16_t)atoi(colon + 1));

    *storage = (struct sockaddr_storage){0};
    if (text[0] == '[') {
        snprintf(host, sizeof host, "%.*s", (int)(colon - text - 2), text + 1);
        ipv6->sin6_family = AF_INET6;
        ipv6->sin6_port = port;
        CU_ASSERT_EQUAL(inet_pton(AF_INET6, host, &ipv6->sin6_addr), 1);
    } else {
        snprintf(host, sizeof host, "%.*s", (int)(colon - text), text);
        ipv4->sin_family = AF_INET;
        ipv4->sin_port = port;
        CU_ASSERT_EQUAL(inet_pton(AF_INET, host, &ipv4->sin_addr), 1);
    }
    return storage;
}

static void block_write(struct test_wire *wire)
{
    pcapng_block_end(&wire->block);
    fwrite(wire->block.data, 1, wire->block.length, wire->file);
}

void test_wire_open(struct test_wire *wire, const char *path)
{
    *wire = (struct test_wire){.file = fopen(path, "w"),
                               .time_ns = TEST_WIRE_START};
    CU_ASSERT_PTR_NOT_NULL_FATAL(wire->file);
    pcapng_section_begin(&wire->block, "a test");
    block_write(wire);
    pcapng_interface_begin(&wire->block, PCAPNG_LINK_ETHERNET, "wire:student",
                           NULL);
    block_write(wire);
}

void test_wire_close(struct test_wire *wire)
{
    fclose(wire->file);
    pcapng_block_free(&wire->block);
}

/* ---- frames ------------------------------------------------------------- */

struct bytes {
    uint8_t at[4096];
    size_t length;
};

static void put(struct bytes *bytes, const void *data, size_t length)
{
    if (length > 0)
        memcpy(bytes->at + bytes->length, data, length);
    bytes->length += length;
}

static void put16(struct bytes *bytes, unsigned value)
{
    uint16_t network = htons((uint16_t)value);
    put(bytes, &network, sizeof network);
}

static void put32(struct bytes *bytes, uint32_t value)
{
    uint32_t network = htonl(value);
    put(bytes, &network, sizeof network);
}

static void put_ip(struct bytes *bytes, const struct sockaddr_storage *from,
                   const struct sockaddr_storage *to, unsigned protocol,
                   size_t length)
{
    if (from->ss_family == AF_INET) {
        put16(bytes, 0x0800);
        put16(bytes, 0x4500);
        put16(bytes, (unsigned)length + 20);
        put32(bytes, 0);
        put16(bytes, 0x4000 | protocol);
        put16(bytes, 0);
        put(bytes, &((const struct sockaddr_in *)from)->sin_addr, 4);
        put(bytes, &((const struct sockaddr_in *)to)->sin_addr, 4);
    } else {
        put16(bytes, 0x86dd);
        put32(bytes, 0x60000000);
        put16(bytes, (unsigned)length);
        put16(bytes, protocol << 8 | 64);
        put(bytes, &((const struct sockaddr_in6 *)from)->sin6_addr, 16);
        put(bytes, &((const struct sockaddr_in6 *)to)->sin6_addr, 16);
    }
}

static void put_port(struct bytes *bytes, const struct sockaddr_storage *a)
{
    /* The port stands at the same place for both families. */
    put(bytes, &((const struct sockaddr_in *)a)->sin_port, 2);
}

void test_wire_frame(struct test_wire *wire, const struct test_frame *frame)
{
    const struct sockaddr_storage *from = test_address(frame->from);
    const struct sockaddr_storage *to = test_address(frame->to);
    bool udp = frame->flags == 0;
    struct bytes bytes = {.length = 0};

    put(&bytes, "\2\0\0\0\0\1\2\0\0\0\0\2", 12);
    put_ip(&bytes, from, to, udp ? IPPROTO_UDP : IPPROTO_TCP,
           frame->data.length + (udp ? 8 : 20));
    put_port(&bytes, from);
    put_port(&bytes, to);
    if (udp) {
        put16(&bytes, (unsigned)frame->data.length + 8);
        put16(&bytes, 0);
    } else {
        put32(&bytes, frame->sequence);
        put32(&bytes, 1);
        put16(&bytes, 0x5000u | frame->flags);
        put16(&bytes, 65535);
        put32(&bytes, 0);
    }
    put(&bytes, frame->data.data, frame->data.length);
    pcapng_packet_begin(&wire->block, 0, wire->time_ns, bytes.at, bytes.length,
                        bytes.length);
    if (frame->dropped != NULL)
        pcapng_option_text(&wire->block, PCAPNG_OPT_COMMENT, "dropped: %s",
                           frame->dropped);
    block_write(wire);
    wire->time_ns += 1000000;
}
