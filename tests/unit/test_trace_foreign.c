/* SPDX-License-Identifier: MIT */
/*
 * Captures of other makers, as whole files: both byte orders one after the
 * other, blocks and options that nobody knows, an end at any byte.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/by_hand.h"
#include "tests/unit/sides.h"

/* Section, an Ethernet interface with an option of no known kind, a block of
 * no known kind, and a packet with such an option, made at `seconds`. */
static void make_section(bool swapped, uint32_t seconds)
{
    uint64_t us = (uint64_t)seconds * 1000000;

    by_hand.swapped = swapped;
    make32(0x0A0D0D0A), make32(28), make32(0x1A2B3C4D);
    make16(1), make16(0), make32(0xFFFFFFFF), make32(0xFFFFFFFF), make32(28);
    make32(1), make32(28), make16(1), make16(0), make32(0);
    make16(0x7ABC), make16(2), make("xy\0", 4), make32(28);
    make32(0x0BAD0BAD), make32(20), make("any bytes at all", 8), make32(20);
    make32(6), make32(56), make32(0), make32((uint32_t)(us >> 32));
    make32((uint32_t)us), make32(14), make32(1514);
    make("abcdefghijklmn\0", 16), make16(0x7ABC), make16(1), make("z\0\0", 4);
    make32(56);
}

static void make_foreign(void)
{
    by_hand.length = 0;
    make_section(false, 1000);
    make_section(true, 2000);
}

static void foreign_sections_of_both_byte_orders_are_read(void)
{
    struct trace_file file;

    make_foreign();
    test_write_file(test_path("f.pcapng"), by_hand.bytes, by_hand.length);
    CU_ASSERT_EQUAL_FATAL(trace_read(&file, test_path("f.pcapng"), NULL), 0);
    CU_ASSERT_EQUAL(file.event_count, 0);
    CU_ASSERT_EQUAL_FATAL(file.frame_count, 2);
    for (size_t i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(file.frames[i].number, i + 1);
        CU_ASSERT_EQUAL(file.frames[i].length, 1514);
        CU_ASSERT_EQUAL(file.frames[i].bytes.length, 14);
        CU_ASSERT_EQUAL(file.frames[i].time_ns,
                        (int64_t)(1000 * (i + 1)) * 1000000000);
    }
    trace_file_free(&file);
}

/* Where a block ends, what is there is read; elsewhere the file is refused,
 * and the place named. */
static void foreign_files_cut_anywhere_are_read_or_refused(void)
{
    /* Section, interface, unknown block, packet; and once more. */
    static const size_t ends[] = {28, 56, 76, 132, 160, 188, 208, 264};
    static const size_t frames[] = {0, 0, 0, 1, 1, 1, 1, 2};
    size_t next = 0;

    make_foreign();
    CU_ASSERT_EQUAL(by_hand.length, 264);
    for (size_t length = 0; length <= by_hand.length; length++) {
        struct trace_file file;
        struct error error = {0};
        bool whole = length == ends[next];
        test_write_file(test_path("f.pcapng"), by_hand.bytes, length);
        int result = trace_read(&file, test_path("f.pcapng"), &error);
        CU_ASSERT_EQUAL(result, whole ? 0 : -ERROR_LOCAL);
        CU_ASSERT_EQUAL(file.frame_count, whole ? frames[next] : 0);
        CU_ASSERT(whole || strstr(error.text, "the file ends inside a block"));
        next += whole;
        trace_file_free(&file);
    }
}

/* ---- how much of a file is read ----------------------------------------- */

/* One request with its frames. */
static const char *sample(void)
{
    struct test_wire wire;
    struct side client;
    struct trace_file file;

    test_wire_open(&wire, test_path("wire.pcapng"));
    for (unsigned i = 0; i < 3; i++)
        test_wire_frame(&wire, &(struct test_frame){
                                   .from = STUDENT,
                                   .to = WEB,
                                   .flags = i == 0 ? TEST_SYN : TEST_ACK,
                                   .sequence = i < 2 ? 1000u + i : 1001,
                                   .data = i == 2 ? SPAN("GET") : SPAN("")});
    test_wire_close(&wire);
    side_open(&client, "client.pcapng", "student", false);
    side_record(&client, 15, TRACE_LAYER_TCP, OUT, "connect", 0, "");
    side_record(&client, 16, APP, OUT, "GET", 0, "GET");
    side_close(&client);
    sides_merge(&file, client.file, test_path("wire.pcapng"), NULL);
    trace_file_free(&file);
    return test_path("merged.pcapng");
}

static void depth_decides_what_is_read_and_alters_nothing(void)
{
    const char *path = sample();
    struct trace_file all, events, wire;

    CU_ASSERT_EQUAL_FATAL(trace_read(&all, path, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(
        trace_read_depth(&events, path, TRACE_READ_EVENTS, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(trace_read_depth(&wire, path, TRACE_READ_WIRE, NULL),
                          0);
    CU_ASSERT_EQUAL_FATAL(events.event_count, all.event_count);
    CU_ASSERT_EQUAL_FATAL(wire.frame_count, all.frame_count);
    for (size_t i = 0; i < all.event_count; i++) {
        CU_ASSERT_EQUAL(events.events[i].id, all.events[i].id);
        CU_ASSERT_EQUAL_FATAL(events.events[i].frame_count,
                              all.events[i].frame_count);
        for (size_t k = 0; k < all.events[i].frame_count; k++)
            CU_ASSERT_EQUAL(events.events[i].frames[k],
                            all.events[i].frames[k]);
    }
    CU_ASSERT_EQUAL(wire.event_count, 0);
    for (size_t i = 0; i < all.frame_count; i++)
        CU_ASSERT_EQUAL(wire.frames[i].time_ns, all.frames[i].time_ns);
    CU_ASSERT_EQUAL(events.start_ns, all.start_ns);
    CU_ASSERT_EQUAL(wire.start_ns, all.start_ns);
    trace_file_free(&all);
    trace_file_free(&events);
    trace_file_free(&wire);
}

const struct test tests_trace_foreign[] = {
    {"foreign_sections_of_both_byte_orders_are_read",
     foreign_sections_of_both_byte_orders_are_read},
    {"foreign_files_cut_anywhere_are_read_or_refused",
     foreign_files_cut_anywhere_are_read_or_refused},
    {"depth_decides_what_is_read_and_alters_nothing",
     depth_decides_what_is_read_and_alters_nothing},
    {NULL, NULL},
};
