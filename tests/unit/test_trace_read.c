/* SPDX-License-Identifier: MIT */
/* Files that were made by us, by others, by accident. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/trace_private.h"
#include "tests/unit/sides.h"

/* A request and its answer, and their frames: six packets and four. */
static const char *sample(void)
{
    struct test_wire wire;
    struct side client;
    struct trace_file file;

    test_wire_open(&wire, test_path("wire.pcapng"));
    for (int i = 0; i < 4; i++)
        test_wire_frame(
            &wire,
            &(struct test_frame){.from = STUDENT,
                                 .to = WEB,
                                 .flags = i == 0 ? TEST_SYN : TEST_ACK,
                                 .sequence = i < 2 ? 1000u + (unsigned)i : 1001,
                                 .data = i == 2 ? SPAN("GET") : SPAN("")});
    test_wire_close(&wire);
    side_open(&client, "client.pcapng", "student", false);
    side_record(&client, 15, TRACE_LAYER_TCP, OUT, "connect", 0, "");
    side_record(&client, 16, APP, OUT, "GET", 0, "GET");
    side_record(&client, 35, APP, IN, "200", 0, "200");
    trace_keylog(client.trace, "CLIENT_RANDOM 00 11");
    trace_name(client.trace, client.model.remote, "www.example.test");
    side_close(&client);
    sides_merge(&file, client.file, test_path("wire.pcapng"), NULL);
    trace_file_free(&file);
    return test_path("merged.pcapng");
}

static void read_gives_a_foreign_capture_as_frames(void)
{
    struct test_wire wire;
    struct trace_file file;
    test_wire_open(&wire, test_path("wire.pcapng"));
    test_wire_frame(&wire, &(struct test_frame){.from = STUDENT,
                                                .to = WEB,
                                                .flags = TEST_SYN,
                                                .dropped = "a rule"});
    /* An exported PDU of somebody else's is a packet, but no event. */
    pcapng_interface_begin(&wire.block, PCAPNG_LINK_EXPORTED_PDU, "other", "");
    pcapng_block_end(&wire.block);
    fwrite(wire.block.data, 1, wire.block.length, wire.file);
    pcapng_packet_begin(&wire.block, 1, 0, "\0\0\0\0data", 8, 8);
    pcapng_option_text(&wire.block, PCAPNG_OPT_COMMENT, "event 1: not ours");
    pcapng_block_end(&wire.block);
    fwrite(wire.block.data, 1, wire.block.length, wire.file);
    test_wire_frame(&wire, &(struct test_frame){
                               .from = STUDENT, .to = WEB, .flags = TEST_SYN});
    test_wire_close(&wire);

    CU_ASSERT_EQUAL_FATAL(trace_read(&file, test_path("wire.pcapng"), NULL), 0);
    CU_ASSERT_EQUAL(file.event_count, 0);
    CU_ASSERT_EQUAL_FATAL(file.frame_count, 2);
    CU_ASSERT_EQUAL(file.frames[0].number, 1);
    CU_ASSERT_EQUAL(file.frames[1].number, 3);
    CU_ASSERT_EQUAL(file.frames[0].length, 54);
    CU_ASSERT_EQUAL(file.frames[0].time_ns, TEST_WIRE_START);
    CU_ASSERT_STRING_EQUAL(file.frames[0].host, "student");
    CU_ASSERT_STRING_EQUAL(file.frames[0].dropped, "a rule");
    CU_ASSERT_PTR_NULL(file.frames[1].dropped);
    trace_file_free(&file);
}

/* Another tool cut packets out of the file: what its comments say of frames is
 * no longer so, and what we say is. */
static void read_finds_the_frames_again(void)
{
    const char *path = sample();
    struct trace_file file;
    size_t length, frames_end = 0;
    char *bytes = test_read_file(path, &length), *cut = malloc(length);
    struct pcapng_reader reader = {.file = {bytes, length}};
    struct pcapng_item item;
    int packets = 0;

    CU_ASSERT_EQUAL_FATAL(trace_read(&file, path, NULL), 0);
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "GET", 1)), "5");
    trace_file_free(&file);
    while (pcapng_next(&reader, &item, NULL) == PARSE_DONE) {
        /* Leave out the first event: the packets after it move up. */
        packets += item.type == PCAPNG_PACKET;
        if (packets == 3 && item.type == PCAPNG_PACKET)
            continue;
        memcpy(cut + frames_end, bytes + item.offset,
               reader.position - item.offset);
        frames_end += reader.position - item.offset;
    }
    pcapng_reader_free(&reader);
    test_write_file(test_path("cut.pcapng"), cut, frames_end);
    free(bytes);
    free(cut);
    CU_ASSERT_EQUAL_FATAL(trace_read(&file, test_path("cut.pcapng"), NULL), 0);
    CU_ASSERT_EQUAL(file.event_count, 2);
    CU_ASSERT_EQUAL(event_named(&file, "GET", 1)->id, 1);
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "GET", 1)), "4");
    trace_file_free(&file);
}

static void check_refused(const void *bytes, size_t length, const char *reason)
{
    struct trace_file file;
    struct error error = {0};
    test_write_file(test_path("x.pcapng"), bytes, length);
    CU_ASSERT_EQUAL(trace_read(&file, test_path("x.pcapng"), &error),
                    -ERROR_LOCAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, reason));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "x.pcapng: "));
    CU_ASSERT_PTR_NULL(file.events);
}

static void read_refuses_a_broken_file_and_says_where(void)
{
    size_t length;
    char *bytes = test_read_file(sample(), &length);
    struct trace_file file;
    check_refused("", 0, "at byte 0: the file ends inside a block");
    check_refused("Hello, world", 12, "at byte 0: this is no pcapng file");
    check_refused(bytes, length - 1, "the file ends inside a block");
    bytes[bytes[4] + 4] ^= 1; /* the length of the second block */
    check_refused(bytes, length, "at byte ");
    CU_ASSERT_EQUAL(trace_read(&file, test_path("none.pcapng"), NULL),
                    -ERROR_LOCAL);
    CU_ASSERT_EQUAL(trace_read(&file, test_folder(), NULL), -ERROR_LOCAL);
    free(bytes);
}

/* Every prefix and every changed byte: read or refused. */
static void read_survives_any_damage(void)
{
    size_t length;
    char *bytes = test_read_file(sample(), &length);
    const char *path = test_path("x.pcapng.part");
    struct trace_file file;
    for (size_t i = 0; i < length; i++) {
        test_write_file(path, bytes, i);
        if (trace_read(&file, path, NULL) == 0)
            trace_file_free(&file);
        bytes[i] ^= 0x15;
        test_write_file(path, bytes, length);
        if (trace_read(&file, path, NULL) == 0)
            trace_file_free(&file);
        bytes[i] ^= 0x15;
    }
    free(bytes);
}

static void read_survives_each_refused_allocation(void)
{
    const char *path = sample();
    struct trace_file file;
    int status = -1;
    for (long i = 1; status < 0 && i < 100; i++) {
        struct error error = {0};
        test_fail_allocation(i);
        status = trace_read(&file, path, &error);
        test_fail_allocation(0);
        CU_ASSERT_EQUAL(status == 0, error.text[0] == '\0');
    }
    CU_ASSERT_EQUAL(status, 0);
    trace_file_free(&file);
}

/* Seconds of processor time since the program began. */
static double seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

/* 100,000 events of 1,000 connections, half of them socket records. The limit
 * is many times what it takes, and far below what a quadratic step would. */
static void read_takes_a_hundred_thousand_events_at_once(void)
{
    struct side client;
    struct trace_file file;
    double start;
    side_open(&client, "client.pcapng", "student", false);
    for (int i = 0; i < 50000; i++) {
        uint64_t from = (uint64_t)(i % 50) * 18;
        client.model.conn = 1 + (uint32_t)i / 50;
        side_record(&client, i, APP, OUT, "GET", from,
                    "GET / HTTP/1.1\r\n\r\n");
        side_record_socket(&client, i, OUT, from, "GET / HTTP/1.1\r\n\r\n");
    }
    side_close(&client);
    start = seconds();
    CU_ASSERT_EQUAL_FATAL(trace_read(&file, client.file, NULL), 0);
    CU_ASSERT(seconds() - start < 5.0);
    CU_ASSERT_EQUAL(file.event_count, 100000);
    for (size_t i = 0; i < file.event_count; i++)
        CU_ASSERT_EQUAL_FATAL(file.events[i].frame_count, 1);
    trace_file_free(&file);
}

static void write_block(FILE *file, struct pcapng_block *block)
{
    CU_ASSERT_EQUAL(fwrite(block->data, 1, block->length, file), block->length);
}

/* Many are decoded at once, and every third packet is of another maker: the
 * others come in their order, with their own numbers. */
static void read_keeps_the_order_of_many_events(void)
{
    enum { PACKETS = 20000 };
    struct pcapng_block block = {0};
    struct trace_file trace;
    FILE *file = fopen(test_path("many.pcapng"), "w");

    trace_encode_section(&block);
    write_block(file, &block);
    for (int i = 0; i < TRACE_INTERFACES; i++) {
        trace_encode_interface(&block, (enum trace_interface)i);
        write_block(file, &block);
    }
    for (uint32_t i = 1; i <= PACKETS; i++) {
        struct trace_event event = {.id = i - i / 3,
                                    .time_ns = TEST_WIRE_START + i,
                                    .host = "student",
                                    .name = "x",
                                    .dir = TRACE_DIR_NOTE,
                                    .length = i};
        if (i % 3 == 0) {
            pcapng_packet_begin(&block, TRACE_INTERFACE_APP, 0, "\0\0\0\0data",
                                8, 8);
            pcapng_block_end(&block);
        } else {
            trace_encode_event(&block, &event, true);
        }
        write_block(file, &block);
    }
    fclose(file);
    pcapng_block_free(&block);
    CU_ASSERT_EQUAL_FATAL(trace_read(&trace, test_path("many.pcapng"), NULL),
                          0);
    CU_ASSERT_EQUAL_FATAL(trace.event_count, PACKETS - PACKETS / 3);
    for (size_t i = 0; i < trace.event_count; i++) {
        CU_ASSERT_EQUAL_FATAL(trace.events[i].id, i + 1);
        CU_ASSERT_EQUAL_FATAL(trace.events[i].number, i + 1 + i / 2);
        CU_ASSERT_EQUAL_FATAL(trace.events[i].length, i + 1 + i / 2);
        CU_ASSERT_STRING_EQUAL_FATAL(trace.events[i].host, "student");
    }
    trace_file_free(&trace);
}

/* What was read of one event is used for the next only where it says the same:
 * among more connections than are remembered, each by turns both ways. */
static void read_tells_many_connections_apart(void)
{
    enum { CONNECTIONS = 5000 };
    struct side client;
    struct trace_file file;
    char peer[32];

    side_open(&client, "client.pcapng", "student", false);
    for (int i = 0; i < 2 * CONNECTIONS; i++) {
        snprintf(peer, sizeof(peer), "192.0.2.%d:80", i % CONNECTIONS % 250);
        client.model.peer = peer;
        client.model.conn = (uint32_t)(1 + i % CONNECTIONS);
        client.model.remote = test_address(peer);
        side_record(&client, i, APP, i < CONNECTIONS ? OUT : IN, "x", 0, "xyz");
    }
    side_close(&client);
    CU_ASSERT_EQUAL_FATAL(trace_read(&file, client.file, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(file.event_count, 2 * CONNECTIONS);
    for (int i = 0; i < 2 * CONNECTIONS; i++) {
        const struct trace_event *event = &file.events[i];
        const struct sockaddr_storage *remote;
        snprintf(peer, sizeof(peer), "192.0.2.%d:80", i % CONNECTIONS % 250);
        remote = test_address(peer);
        CU_ASSERT_EQUAL(event->conn, 1 + i % CONNECTIONS);
        CU_ASSERT_EQUAL(event->dir, i < CONNECTIONS ? OUT : IN);
        CU_ASSERT_STRING_EQUAL(event->peer, peer);
        CU_ASSERT_STRING_EQUAL(event->host, "student");
        CU_ASSERT_EQUAL(event->raw.to, 3);
        CU_ASSERT_EQUAL(memcmp(event->remote, remote, sizeof *remote), 0);
    }
    trace_file_free(&file);
}

/* clang-format off */
#define TEST(name) {#name, name}
/* clang-format on */
const struct test tests_trace_read[] = {
    TEST(read_gives_a_foreign_capture_as_frames),
    TEST(read_finds_the_frames_again),
    TEST(read_refuses_a_broken_file_and_says_where),
    TEST(read_survives_any_damage),
    TEST(read_survives_each_refused_allocation),
    TEST(read_takes_a_hundred_thousand_events_at_once),
    TEST(read_keeps_the_order_of_many_events),
    TEST(read_tells_many_connections_apart),
    {NULL, NULL}};
