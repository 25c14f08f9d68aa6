/* SPDX-License-Identifier: MIT */
#include "common/pcapng.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/unit/by_hand.h"

/* ---- a file made by hand ------------------------------------------------ */

/* A block around a body of `words` that the caller makes next. */
static void make_head(uint32_t type, uint32_t words)
{
    make32(type);
    make32(12 + 4 * words);
}

static void make_section(void)
{
    make_head(0x0A0D0D0A, 4);
    make32(0x1A2B3C4D);
    make16(1);
    make16(0);
    make32(0xFFFFFFFF);
    make32(0xFFFFFFFF);
    make32(28);
}

/* An Ethernet interface of microseconds, no options. */
static void make_interface(uint16_t link)
{
    make_head(1, 2);
    make16(link);
    make16(0);
    make32(0);
    make32(20);
}

static void make_packet(uint32_t interface, uint64_t time, uint32_t captured)
{
    make_head(6, 6);
    make32(interface);
    make32((uint32_t)(time >> 32));
    make32((uint32_t)time);
    make32(captured);
    make32(1000);
    make("abcd", 4);
    make32(36);
}

static struct pcapng_reader reader_of_made(void)
{
    return (struct pcapng_reader){.file = {by_hand.bytes, by_hand.length}};
}

/* Reads to the end; the number of packets, and the outcome that ended it. */
static int read_all(const void *bytes, size_t length, enum parse *outcome)
{
    struct pcapng_reader reader = {.file = {bytes, length}};
    struct pcapng_item item;
    struct error error = {0};
    int packets = 0;
    while ((*outcome = pcapng_next(&reader, &item, &error)) == PARSE_DONE) {
        size_t position = 0;
        struct span value;
        uint16_t code;
        packets += item.type == PCAPNG_PACKET;
        while (
            pcapng_next_option(&reader, item.options, &position, &code, &value))
            CU_ASSERT(value.length <= length);
    }
    CU_ASSERT_EQUAL(*outcome == PARSE_BROKEN, error.text[0] != '\0');
    pcapng_reader_free(&reader);
    return packets;
}

/* ---- writing ------------------------------------------------------------ */

static void write_block(char *file, size_t *length, struct pcapng_block *block)
{
    pcapng_block_end(block);
    CU_ASSERT_FALSE(block->failed);
    CU_ASSERT_EQUAL(block->length % 4, 0);
    memcpy(file + *length, block->data, block->length);
    *length += block->length;
}

/* A section with one interface, names, secrets, a packet with two comments. */
static size_t write_sample(char *file)
{
    struct pcapng_block block = {0};
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(0xC0000250)};
    struct sockaddr_storage storage = {0};
    size_t length = 0;

    memcpy(&storage, &address, sizeof address);
    pcapng_section_begin(&block, "a test");
    write_block(file, &length, &block);
    pcapng_interface_begin(&block, PCAPNG_LINK_ETHERNET, "wire:web", "a wire");
    write_block(file, &length, &block);
    pcapng_names_begin(&block);
    pcapng_name(&block, &storage, "www.example.test");
    write_block(file, &length, &block);
    pcapng_secrets_begin(&block, SPAN("CLIENT_RANDOM 00 11\n"));
    write_block(file, &length, &block);
    pcapng_packet_begin(&block, 0, 1700000000123456789, "head", 4, 9);
    pcapng_packet_append(&block, SPAN("tail!"));
    pcapng_option_text(&block, PCAPNG_OPT_COMMENT, "event %d: %s", 7, "GET");
    pcapng_option_text(&block, PCAPNG_OPT_COMMENT, "%0300d", 5);
    write_block(file, &length, &block);
    pcapng_block_free(&block);
    return length;
}

static void pcapng_reads_what_it_wrote(void)
{
    char file[2048];
    struct pcapng_reader reader = {.file = {file, write_sample(file)}};
    struct pcapng_item item;
    struct sockaddr_storage address;
    struct span value, name;
    size_t position = 0;
    uint16_t code;

    CU_ASSERT_EQUAL(pcapng_next(&reader, &item, NULL), PARSE_DONE);
    CU_ASSERT_EQUAL(item.type, PCAPNG_SECTION);
    CU_ASSERT_EQUAL(pcapng_next(&reader, &item, NULL), PARSE_DONE);
    CU_ASSERT_EQUAL(item.type, PCAPNG_INTERFACE);
    CU_ASSERT(span_equal(reader.interfaces[0].name, SPAN("wire:web")));
    CU_ASSERT_EQUAL(reader.interfaces[0].units_per_second, 1000000000);
    CU_ASSERT_EQUAL(pcapng_next(&reader, &item, NULL), PARSE_DONE);
    CU_ASSERT_EQUAL(item.type, PCAPNG_NAMES);
    CU_ASSERT(
        pcapng_next_name(&reader, item.bytes, &position, &address, &name));
    CU_ASSERT_EQUAL(address.ss_family, AF_INET);
    CU_ASSERT(span_equal(name, SPAN("www.example.test")));
    CU_ASSERT_FALSE(
        pcapng_next_name(&reader, item.bytes, &position, &address, &name));
    CU_ASSERT_EQUAL(pcapng_next(&reader, &item, NULL), PARSE_DONE);
    CU_ASSERT_EQUAL(item.type, PCAPNG_SECRETS);
    CU_ASSERT(span_equal(item.bytes, SPAN("CLIENT_RANDOM 00 11\n")));
    CU_ASSERT_EQUAL(pcapng_next(&reader, &item, NULL), PARSE_DONE);
    CU_ASSERT_EQUAL(item.type, PCAPNG_PACKET);
    CU_ASSERT_EQUAL(item.time_ns, 1700000000123456789);
    CU_ASSERT(span_equal(item.bytes, SPAN("headtail!")));
    CU_ASSERT_EQUAL(item.length, 9);
    position = 0;
    CU_ASSERT(
        pcapng_next_option(&reader, item.options, &position, &code, &value));
    CU_ASSERT_EQUAL(code, PCAPNG_OPT_COMMENT);
    CU_ASSERT(span_equal(value, SPAN("event 7: GET")));
    CU_ASSERT(
        pcapng_next_option(&reader, item.options, &position, &code, &value));
    CU_ASSERT_EQUAL(value.length, 300); /* longer than the first guess */
    CU_ASSERT_FALSE(
        pcapng_next_option(&reader, item.options, &position, &code, &value));
    CU_ASSERT_EQUAL(pcapng_next(&reader, &item, NULL), PARSE_MORE);
    CU_ASSERT_EQUAL(reader.position, reader.file.length);
    pcapng_reader_free(&reader);
}

static void pcapng_keeps_a_length_that_it_can_not_say(void)
{
    struct pcapng_block block = {0};
    uint32_t length;
    pcapng_packet_begin(&block, 0, 0, "x", 1, UINT64_C(5) << 32);
    memcpy(&length, block.data + 24, sizeof length);
    CU_ASSERT_EQUAL(length, UINT32_MAX);
    pcapng_block_free(&block);
}

static void pcapng_cuts_an_option_to_what_its_length_can_say(void)
{
    struct pcapng_block block = {0};
    uint16_t length;
    pcapng_packet_begin(&block, 0, 0, "", 0, 0);
    pcapng_option_text(&block, PCAPNG_OPT_COMMENT, "%070000d", 1);
    memcpy(&length, block.data + 28 + 2, sizeof length);
    CU_ASSERT_EQUAL(length, 65535);
    pcapng_block_end(&block);
    CU_ASSERT_EQUAL(block.length % 4, 0);
    pcapng_block_free(&block);
}

static void pcapng_remembers_that_there_was_no_memory(void)
{
    struct pcapng_block block = {0};
    test_fail_allocation(1);
    pcapng_section_begin(&block, "a test");
    test_fail_allocation(0);
    CU_ASSERT(block.failed);
    pcapng_packet_begin(&block, 0, 0, "x", 1, 1);
    pcapng_packet_append(&block, SPAN("y"));
    pcapng_option_text(&block, PCAPNG_OPT_COMMENT, "lost");
    pcapng_block_end(&block);
    CU_ASSERT(block.failed);
    pcapng_block_free(&block);
}

/* ---- reading ------------------------------------------------------------ */

static void pcapng_reads_both_byte_orders(void)
{
    for (int swapped = 0; swapped <= 1; swapped++) {
        struct pcapng_reader reader;
        struct pcapng_item item;
        by_hand.length = 0;
        by_hand.swapped = swapped == 1;
        make_section();
        make_interface(1);
        make_packet(0, 1700000000123456, 3);
        reader = reader_of_made();
        for (int i = 0; i < 3; i++)
            CU_ASSERT_EQUAL(pcapng_next(&reader, &item, NULL), PARSE_DONE);
        CU_ASSERT_EQUAL(item.time_ns, 1700000000123456000);
        CU_ASSERT(span_equal(item.bytes, SPAN("abc")));
        CU_ASSERT_EQUAL(item.length, 1000);
        CU_ASSERT_EQUAL(reader.interfaces[0].link, 1);
        pcapng_reader_free(&reader);
    }
    by_hand.swapped = false;
}

static void pcapng_counts_units_and_offset_of_an_interface(void)
{
    struct pcapng_reader reader;
    struct pcapng_item item;
    by_hand.length = 0;
    make_section();
    make_head(1, 9); /* 2^-10 s a unit, from 100 s on */
    make16(1);
    make16(0);
    make32(0);
    make16(PCAPNG_OPT_IF_TSRESOL);
    make16(1);
    make("\x8A\0\0\0", 4);
    make16(PCAPNG_OPT_IF_TSOFFSET);
    make16(8);
    make32(100);
    make32(0);
    make32(0);
    make32(0);
    make32(48);
    make_packet(0, 5 * 1024 + 512, 4);
    reader = reader_of_made();
    for (int i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(pcapng_next(&reader, &item, NULL), PARSE_DONE);
    CU_ASSERT_EQUAL(item.time_ns, 105500000000);
    pcapng_reader_free(&reader);
}

static void pcapng_reads_simple_and_obsolete_packets(void)
{
    struct pcapng_reader reader;
    struct pcapng_item item;
    by_hand.length = 0;
    make_section();
    make_interface(1);
    make_head(3, 2);
    make32(3);
    make("abc", 4);
    make32(20);
    make_head(2, 6);
    make16(0); /* interface */
    make16(7); /* drops */
    make32(0);
    make32(1000000);
    make32(2);
    make32(2);
    make("xy\0", 4);
    make32(36);
    reader = reader_of_made();
    for (int i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(pcapng_next(&reader, &item, NULL), PARSE_DONE);
    CU_ASSERT_EQUAL(item.type, PCAPNG_PACKET);
    CU_ASSERT(span_equal(item.bytes, SPAN("abc")));
    CU_ASSERT_EQUAL(pcapng_next(&reader, &item, NULL), PARSE_DONE);
    CU_ASSERT_EQUAL(item.type, PCAPNG_PACKET);
    CU_ASSERT(span_equal(item.bytes, SPAN("xy")));
    CU_ASSERT_EQUAL(item.time_ns, 1000000000);
    pcapng_reader_free(&reader);
}

/* A second section has interfaces of its own and may have the other order. */
static void pcapng_begins_anew_with_each_section(void)
{
    enum parse outcome;
    by_hand.length = 0;
    make_section();
    make_interface(1);
    make_interface(1);
    make_packet(1, 0, 4);
    by_hand.swapped = true;
    make_section();
    make_interface(252);
    make_packet(0, 0, 4);
    CU_ASSERT_EQUAL(read_all(by_hand.bytes, by_hand.length, &outcome), 2);
    CU_ASSERT_EQUAL(outcome, PARSE_MORE);
    make_packet(1, 0, 4);
    CU_ASSERT_EQUAL(read_all(by_hand.bytes, by_hand.length, &outcome), 2);
    CU_ASSERT_EQUAL(outcome, PARSE_BROKEN);
    by_hand.swapped = false;
}

static void pcapng_steps_over_what_it_does_not_know(void)
{
    enum parse outcome;
    by_hand.length = 0;
    make_section();
    make_head(0x0BAD, 1);
    make32(42);
    make32(16);
    make_interface(1);
    make_packet(0, 0, 4);
    CU_ASSERT_EQUAL(read_all(by_hand.bytes, by_hand.length, &outcome), 1);
    CU_ASSERT_EQUAL(outcome, PARSE_MORE);
}

static void check_broken(const char *reason)
{
    struct pcapng_reader reader = reader_of_made();
    struct pcapng_item item;
    struct error error = {0};
    enum parse outcome;
    do
        outcome = pcapng_next(&reader, &item, &error);
    while (outcome == PARSE_DONE);
    CU_ASSERT_EQUAL(outcome, PARSE_BROKEN);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, reason));
    pcapng_reader_free(&reader);
}

static void pcapng_says_where_a_file_is_broken(void)
{
    by_hand.length = 0;
    make("\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0", 12);
    check_broken("at byte 0: this is the older pcap format");
    by_hand.length = 0;
    make("Hello, world", 12);
    check_broken("at byte 0: this is no pcapng file");
    by_hand.length = 0;
    make_section();
    make_packet(0, 0, 4);
    check_broken("at byte 28: a packet of an unknown interface");
    by_hand.length = 0;
    make_section();
    make_interface(1);
    make_packet(0, 0, 5);
    check_broken("at byte 48: a packet longer than its block");
    by_hand.length = 0;
    make_section();
    make_interface(1);
    memset(by_hand.bytes + by_hand.length - 4, 0x11, 4);
    check_broken("at byte 28: a block whose two lengths differ");
    by_hand.length = 0;
    make_section();
    make32(6);
    make32(7);
    make32(7);
    check_broken("at byte 28: a block of an impossible length");
}

/* What a killed writer leaves: whole blocks, then a part of one. */
static void pcapng_tells_a_torn_end_from_a_broken_file(void)
{
    char file[2048];
    size_t length = write_sample(file);
    for (size_t i = 0; i <= length; i++) {
        char *prefix = malloc(i + 1); /* so that a sanitizer sees its end */
        enum parse outcome;
        memcpy(prefix, file, i);
        CU_ASSERT_EQUAL(read_all(prefix, i, &outcome), i == length);
        CU_ASSERT_EQUAL(outcome, PARSE_MORE);
        free(prefix);
    }
}

/* Whatever a byte becomes, the reader stays inside the file. */
static void pcapng_survives_any_changed_byte(void)
{
    char file[2048];
    size_t length = write_sample(file);
    for (size_t i = 0; i < length; i++)
        for (int change = 1; change < 256; change = change * 2 + 1) {
            char *copy = malloc(length);
            enum parse outcome;
            memcpy(copy, file, length);
            copy[i] = (char)(copy[i] ^ change);
            CU_ASSERT(read_all(copy, length, &outcome) <= 2);
            free(copy);
        }
}

const struct test tests_pcapng[] = {
    {"pcapng_reads_what_it_wrote", pcapng_reads_what_it_wrote},
    {"pcapng_keeps_a_length_that_it_can_not_say",
     pcapng_keeps_a_length_that_it_can_not_say},
    {"pcapng_cuts_an_option_to_what_its_length_can_say",
     pcapng_cuts_an_option_to_what_its_length_can_say},
    {"pcapng_remembers_that_there_was_no_memory",
     pcapng_remembers_that_there_was_no_memory},
    {"pcapng_reads_both_byte_orders", pcapng_reads_both_byte_orders},
    {"pcapng_counts_units_and_offset_of_an_interface",
     pcapng_counts_units_and_offset_of_an_interface},
    {"pcapng_reads_simple_and_obsolete_packets",
     pcapng_reads_simple_and_obsolete_packets},
    {"pcapng_begins_anew_with_each_section",
     pcapng_begins_anew_with_each_section},
    {"pcapng_steps_over_what_it_does_not_know",
     pcapng_steps_over_what_it_does_not_know},
    {"pcapng_says_where_a_file_is_broken", pcapng_says_where_a_file_is_broken},
    {"pcapng_tells_a_torn_end_from_a_broken_file",
     pcapng_tells_a_torn_end_from_a_broken_file},
    {"pcapng_survives_any_changed_byte", pcapng_survives_any_changed_byte},
    {NULL, NULL}};
