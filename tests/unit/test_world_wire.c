/* SPDX-License-Identifier: MIT */
/* wire: who gets a frame, what the firewall drops, what the record holds. */
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/pcapng.h"
#include "common/trace.h"
#include "labs/world/inside.h"
#include "labs/world/wire.h"
#include "tests/harness.h"

enum { STUDENT, WEB, NAMES };

static const struct wire_setup setup = {
    .ports = {{2, "student", {2, 0, 192, 0, 2, 10}},
              {3, "web", {2, 0, 192, 0, 2, 80}},
              {4, "names", {2, 0, 192, 0, 2, 53}}},
    .port_count = 3,
    .record_fd = -1,
    .guarded = STUDENT};

/* An Ethernet frame with IPv4 and the first bytes of TCP or UDP. */
static size_t frame_of(uint8_t frame[64], int to, uint8_t protocol,
                       unsigned source, unsigned target, uint8_t flags)
{
    memset(frame, 0, 64);
    memcpy(frame, setup.ports[to].mac, 6);
    frame[12] = 0x08; /* IPv4 */
    frame[14] = 0x45; /* version 4, 5 words of header */
    frame[23] = protocol;
    frame[34] = (uint8_t)(source >> 8);
    frame[35] = (uint8_t)source;
    frame[36] = (uint8_t)(target >> 8);
    frame[37] = (uint8_t)target;
    frame[47] = flags;
    return 60;
}

static const char *verdict(struct wire_memory *memory, int from, int to,
                           uint8_t protocol, unsigned source, unsigned target,
                           uint8_t flags)
{
    uint8_t frame[64];
    size_t length = frame_of(frame, to, protocol, source, target, flags);
    return wire_verdict(&setup, memory, from, to, frame, length);
}

static void wire_finds_the_host_by_its_address(void)
{
    uint8_t frame[64];
    size_t length = frame_of(frame, WEB, 6, 1, 2, 0);
    CU_ASSERT_EQUAL(wire_target(&setup, frame, length), WEB);
    frame[5] = 99;
    CU_ASSERT_EQUAL(wire_target(&setup, frame, length), WIRE_NOBODY);
    memset(frame, 0xff, 6);
    CU_ASSERT_EQUAL(wire_target(&setup, frame, length), WIRE_ALL);
    CU_ASSERT_EQUAL(wire_target(&setup, frame, 13), WIRE_NOBODY);
}

/* RFC 9293 §3.5: a SYN without ACK begins a connection. */
static void firewall_drops_connections_in(void)
{
    static struct wire_memory memory;
    CU_ASSERT_PTR_NOT_NULL(verdict(&memory, WEB, STUDENT, 6, 80, 99, 0x02));
    /* SYN with ACK answers a connection out; ACK goes on with it. */
    CU_ASSERT_PTR_NULL(verdict(&memory, WEB, STUDENT, 6, 80, 99, 0x12));
    CU_ASSERT_PTR_NULL(verdict(&memory, WEB, STUDENT, 6, 80, 99, 0x10));
    /* Out, and between others, everything passes. */
    CU_ASSERT_PTR_NULL(verdict(&memory, STUDENT, WEB, 6, 99, 80, 0x02));
    CU_ASSERT_PTR_NULL(verdict(&memory, NAMES, WEB, 6, 99, 80, 0x02));
}

static void firewall_lets_answers_to_datagrams_in(void)
{
    static struct wire_memory memory;
    CU_ASSERT_PTR_NOT_NULL(verdict(&memory, NAMES, STUDENT, 17, 53, 4444, 0));
    CU_ASSERT_PTR_NULL(verdict(&memory, STUDENT, NAMES, 17, 4444, 53, 0));
    CU_ASSERT_PTR_NULL(verdict(&memory, NAMES, STUDENT, 17, 53, 4444, 0));
    CU_ASSERT_PTR_NOT_NULL(verdict(&memory, NAMES, STUDENT, 17, 53, 4445, 0));
}

/* RFC 768: a datagram of eight bytes is whole, and has ports. */
static void firewall_drops_empty_datagrams_too(void)
{
    static struct wire_memory memory;
    uint8_t frame[64];
    frame_of(frame, STUDENT, 17, 53, 4444, 0);
    CU_ASSERT_PTR_NOT_NULL(
        wire_verdict(&setup, &memory, NAMES, STUDENT, frame, 34 + 8));
    CU_ASSERT_PTR_NULL(
        wire_verdict(&setup, &memory, NAMES, STUDENT, frame, 34 + 7));
}

static void firewall_stands_only_where_it_is_asked_for(void)
{
    static struct wire_memory memory;
    struct wire_setup open = setup;
    uint8_t frame[64];
    size_t length = frame_of(frame, STUDENT, 6, 80, 99, 0x02);
    open.guarded = -1;
    CU_ASSERT_PTR_NULL(
        wire_verdict(&open, &memory, WEB, STUDENT, frame, length));
}

/* No length of a frame makes the firewall read beyond it. */
static void firewall_reads_no_further_than_the_frame(void)
{
    static struct wire_memory memory;
    uint8_t frame[64];
    size_t whole = frame_of(frame, STUDENT, 6, 80, 99, 0x02);
    for (size_t length = 0; length < 48; length++)
        CU_ASSERT_PTR_NULL(
            wire_verdict(&setup, &memory, WEB, STUDENT, frame, length));
    frame[14] = 0x4f; /* options up to byte 74: beyond the end */
    CU_ASSERT_PTR_NULL(
        wire_verdict(&setup, &memory, WEB, STUDENT, frame, whole));
    frame[14] = 0x41; /* a header shorter than a header */
    CU_ASSERT_PTR_NULL(
        wire_verdict(&setup, &memory, WEB, STUDENT, frame, whole));
}

static void record_holds_every_frame_with_its_sender(void)
{
    struct wire_setup here = setup;
    struct wire_record *record;
    struct error error = {0};
    struct pcapng_item item;
    struct span value;
    uint8_t frame[64] = {1, 2, 3};
    uint16_t code;
    size_t at = 0;
    here.record_fd = memfd_create("record", MFD_CLOEXEC);
    CU_ASSERT_EQUAL_FATAL(wire_record_open(&record, &here, &error), 0);
    wire_record_frame(record, WEB, 1234567890123456789, frame, 60, 1514, NULL);
    wire_record_frame(record, STUDENT, 1234567890123456790, frame, 60, 60,
                      "firewall: no");
    CU_ASSERT_EQUAL(wire_record_flush(record), 0);
    wire_record_free(record);

    char bytes[4096];
    ssize_t n = pread(here.record_fd, bytes, sizeof(bytes), 0);
    close(here.record_fd);
    struct pcapng_reader reader = {.file = {bytes, (size_t)n}};
    for (int block = 0; block < 5; block++) /* a section, three interfaces */
        CU_ASSERT_EQUAL(pcapng_next(&reader, &item, &error), PARSE_DONE);
    CU_ASSERT_EQUAL(item.type, PCAPNG_PACKET);
    CU_ASSERT_EQUAL(item.interface, WEB);
    CU_ASSERT_EQUAL(item.time_ns, 1234567890123456789);
    CU_ASSERT_EQUAL(item.bytes.length, 60);
    CU_ASSERT_EQUAL(item.length, 1514);
    CU_ASSERT_TRUE(span_equal(reader.interfaces[WEB].name, SPAN("wire:web")));
    CU_ASSERT_EQUAL(pcapng_next(&reader, &item, &error), PARSE_DONE);
    CU_ASSERT_EQUAL(item.interface, STUDENT);
    CU_ASSERT_TRUE(
        pcapng_next_option(&reader, item.options, &at, &code, &value));
    CU_ASSERT_EQUAL(code, PCAPNG_OPT_COMMENT);
    CU_ASSERT_TRUE(span_equal(value, SPAN("dropped: firewall: no")));
    CU_ASSERT_EQUAL(pcapng_next(&reader, &item, &error), PARSE_MORE);
    pcapng_reader_free(&reader);
}

static void record_keeps_the_reason_of_its_failure(void)
{
    struct wire_setup here = setup;
    struct wire_record *record;
    struct error error = {0};
    int ends[2];
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    here.record_fd = ends[0]; /* can't be written */
    CU_ASSERT_EQUAL_FATAL(wire_record_open(&record, &here, &error), 0);
    CU_ASSERT_NOT_EQUAL(wire_record_flush(record), 0);
    CU_ASSERT_NOT_EQUAL(wire_record_flush(record), 0);
    wire_record_free(record);
    close(ends[0]);
    close(ends[1]);
}

/* RFC 9293 §3.8: TCP makes up for what is lost on the way, and a record of the
 * way that has lost frames itself must say so. */
static void record_with_holes_says_so(void)
{
    const struct wire_report report = {.frames = 9, .lost = 3};
    struct trace_setup record = {.file = test_path("x.pcapng")};
    struct world world = {0};
    struct trace_file file;
    struct error error = {0};
    int ends[2];

    CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    CU_ASSERT_EQUAL_FATAL(trace_open(&world.trace, &record, &error), 0);
    world.wire_control = ends[0];
    CU_ASSERT_EQUAL(send(ends[1], &report, sizeof(report), 0), sizeof(report));
    CU_ASSERT_EQUAL(network_flush(&world, &error), 0);
    CU_ASSERT_EQUAL(trace_close(world.trace, &error), 0);
    CU_ASSERT_EQUAL_FATAL(trace_read(&file, record.file, &error), 0);
    CU_ASSERT_EQUAL_FATAL(file.event_count, 1);
    CU_ASSERT_STRING_EQUAL(file.events[0].name, "lost");
    CU_ASSERT_PTR_NOT_NULL(strstr(file.events[0].note, "3 frames"));
    trace_file_free(&file);
    close(ends[0]);
    close(ends[1]);
}

const struct test tests_world_wire[] = {
    {"wire_finds_the_host_by_its_address", wire_finds_the_host_by_its_address},
    {"firewall_drops_connections_in", firewall_drops_connections_in},
    {"firewall_lets_answers_to_datagrams_in",
     firewall_lets_answers_to_datagrams_in},
    {"firewall_drops_empty_datagrams_too", firewall_drops_empty_datagrams_too},
    {"firewall_stands_only_where_it_is_asked_for",
     firewall_stands_only_where_it_is_asked_for},
    {"firewall_reads_no_further_than_the_frame",
     firewall_reads_no_further_than_the_frame},
    {"record_holds_every_frame_with_its_sender",
     record_holds_every_frame_with_its_sender},
    {"record_keeps_the_reason_of_its_failure",
     record_keeps_the_reason_of_its_failure},
    {"record_with_holes_says_so", record_with_holes_says_so},
    {NULL, NULL}};
