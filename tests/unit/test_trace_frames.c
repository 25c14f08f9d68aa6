/* SPDX-License-Identifier: MIT */
/*
 * Events tied to frames of a wire made by hand. Its frames are a millisecond
 * apart; a record's events are placed between them.
 */
#include <string.h>

#include "tests/unit/sides.h"

static void tcp(struct test_wire *wire, bool from_student, uint8_t flags,
                uint32_t sequence, const char *data, const char *dropped)
{
    test_wire_frame(wire,
                    &(struct test_frame){.from = from_student ? STUDENT : WEB,
                                         .to = from_student ? WEB : STUDENT,
                                         .flags = flags,
                                         .sequence = sequence,
                                         .data = span_of(data),
                                         .dropped = dropped});
}

/* SYN, SYN and ACK, ACK; the client counts from `a`, the server from `b`. */
static void handshake(struct test_wire *wire, uint32_t a, uint32_t b)
{
    tcp(wire, true, TEST_SYN, a, "", NULL);
    tcp(wire, false, TEST_SYN | TEST_ACK, b, "", NULL);
    tcp(wire, true, TEST_ACK, a + 1, "", NULL);
}

/* The request in two segments, of which the first is dropped and sent again;
 * the answer in one; then each end closes. RFC 9293 §3.4, §3.6. */
static void merge_ties_an_event_to_each_frame_that_carried_it(void)
{
    struct test_wire wire;
    struct side client;
    struct trace_file file;

    test_wire_open(&wire, test_path("wire.pcapng"));
    handshake(&wire, 1000, 9000);                               /* 0 to 2 ms */
    tcp(&wire, true, TEST_ACK, 1001, "GET / ", "a rule");       /* 3 ms */
    tcp(&wire, true, TEST_ACK, 1007, "HTTP/1.1", NULL);         /* 4 ms */
    tcp(&wire, true, TEST_ACK, 1001, "GET / ", NULL);           /* 5 ms */
    tcp(&wire, false, TEST_ACK, 9001, "HTTP/1.1 200 OK", NULL); /* 6 ms */
    tcp(&wire, true, TEST_ACK, 1015, "", NULL);                 /* 7 ms */
    tcp(&wire, true, TEST_FIN | TEST_ACK, 1015, "", NULL);      /* 8 ms */
    tcp(&wire, false, TEST_FIN | TEST_ACK, 9016, "", NULL);     /* 9 ms */
    test_wire_close(&wire);

    side_open(&client, "client.pcapng", "student", false);
    side_record(&client, 25, TRACE_LAYER_TCP, OUT, "connect", 0, "");
    side_record(&client, 26, APP, OUT, "GET", 0, "GET / HTTP/1.1");
    side_record(&client, 65, APP, IN, "200", 0, "HTTP/1.1 200 OK");
    side_record(&client, 75, TRACE_LAYER_TCP, OUT, "close", 14, "");
    side_record(&client, 95, TRACE_LAYER_TCP, IN, "end", 15, "");
    side_close(&client);

    sides_merge(&file, client.file, test_path("wire.pcapng"), NULL);
    CU_ASSERT_EQUAL(file.event_count, 5);
    CU_ASSERT_EQUAL(file.frame_count, 10);
    /* Packets: 3 of the handshake, events 4 and 5, frames 6 to 9, ... */
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "connect", 1)),
                           "1 2 3");
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "GET", 1)), "6 7 8");
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "200", 1)), "9");
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "close", 1)), "13");
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "end", 1)), "14");
    CU_ASSERT_STRING_EQUAL(file.frames[3].dropped, "a rule");
    CU_ASSERT_EQUAL(file.frames[3].event_count, 1);
    CU_ASSERT_EQUAL(file.frames[3].events[0], 2);
    CU_ASSERT_EQUAL(file.frames[7].event_count, 0); /* an empty ACK */
    trace_file_free(&file);
}

/* Of two messages in one segment each is tied to it, and it to both; of a
 * segment that only touches, neither. */
static void merge_ties_a_frame_to_each_message_in_it(void)
{
    struct test_wire wire;
    struct side client;
    struct trace_file file;

    test_wire_open(&wire, test_path("wire.pcapng"));
    handshake(&wire, 1000, 9000);
    tcp(&wire, true, TEST_ACK, 1001, "onetwothr", NULL);
    tcp(&wire, true, TEST_ACK, 1010, "ee", NULL);
    test_wire_close(&wire);
    side_open(&client, "client.pcapng", "student", false);
    side_record(&client, 25, APP, OUT, "one", 0, "one");
    side_record(&client, 25, APP, OUT, "two", 3, "two");
    side_record(&client, 25, APP, OUT, "three", 6, "three");
    side_close(&client);

    sides_merge(&file, client.file, test_path("wire.pcapng"), NULL);
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "one", 1)), "7");
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "two", 1)), "7");
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "three", 1)), "7 8");
    CU_ASSERT_EQUAL(file.frames[3].event_count, 3);
    CU_ASSERT_EQUAL(file.frames[4].event_count, 1);
    trace_file_free(&file);
}

/* The same four numbers twice: the SYN with another sequence number begins a
 * new stream, its own retransmission does not. */
static void merge_knows_a_reused_port_by_its_syn(void)
{
    struct test_wire wire;
    struct side client;
    struct trace_file file;

    test_wire_open(&wire, test_path("wire.pcapng"));
    tcp(&wire, true, TEST_SYN, 1000, "", "lost");      /* frame 1 */
    handshake(&wire, 1000, 9000);                      /* 2 to 4 */
    tcp(&wire, true, TEST_ACK, 1001, "first", NULL);   /* 4 ms */
    tcp(&wire, true, TEST_RST, 1006, "", NULL);        /* 5 ms */
    handshake(&wire, 77000, 88000);                    /* 6 to 8 ms */
    tcp(&wire, true, TEST_ACK, 77001, "second", NULL); /* 9 ms */
    test_wire_close(&wire);
    side_open(&client, "client.pcapng", "student", false);
    side_record(&client, 35, APP, OUT, "first", 0, "first");
    client.model.conn = 2;
    side_record(&client, 85, APP, OUT, "second", 0, "second");
    side_close(&client);

    sides_merge(&file, client.file, test_path("wire.pcapng"), NULL);
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "first", 1)), "6");
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "second", 1)), "12");
    trace_file_free(&file);
}

/* More connections at once than are remembered, each by turns: no packet is
 * taken for one of another, and each comes after those before it. */
static void merge_tells_many_connections_apart(void)
{
    enum { CONNECTIONS = 3000 };
    const char *const data[] = {"", "abc", "def"};
    struct test_wire wire;
    struct side client;
    struct trace_file file;
    char local[32];

    test_wire_open(&wire, test_path("wire.pcapng"));
    side_open(&client, "client.pcapng", "student", false);
    for (int i = 0; i < 3 * CONNECTIONS; i++) {
        int port = 20000 + i % CONNECTIONS, turn = i / CONNECTIONS;
        snprintf(local, sizeof local, "192.0.2.10:%d", port);
        client.model.conn = (uint32_t)(1 + i % CONNECTIONS);
        client.model.local = test_address(local);
        client.model.remote = test_address(WEB);
        test_wire_frame(
            &wire, &(struct test_frame){
                       .from = local,
                       .to = WEB,
                       .flags = turn == 0 ? TEST_SYN : TEST_ACK,
                       .sequence = turn == 0 ? 7 : 8 + 3 * (unsigned)(turn - 1),
                       .data = span_of(data[turn])});
        if (turn > 0)
            side_record(&client, 30 * CONNECTIONS + i, APP, OUT, "x",
                        3 * (uint64_t)(turn - 1), data[turn]);
    }
    test_wire_close(&wire);
    side_close(&client);
    sides_merge(&file, client.file, test_path("wire.pcapng"), NULL);
    CU_ASSERT_EQUAL_FATAL(file.event_count, 2 * CONNECTIONS);
    for (size_t i = 0; i < file.event_count; i++) {
        CU_ASSERT_EQUAL_FATAL(file.events[i].frame_count, 1);
        CU_ASSERT_EQUAL(file.events[i].frames[0], CONNECTIONS + i + 1);
    }
    trace_file_free(&file);
}

/* Sequence numbers wrap at 2^32 (RFC 9293 §3.4). */
static void merge_follows_a_sequence_number_past_its_wrap(void)
{
    struct test_wire wire;
    struct side client;
    struct trace_file file;

    test_wire_open(&wire, test_path("wire.pcapng"));
    handshake(&wire, 0xFFFFFFFD, 9000);
    tcp(&wire, true, TEST_ACK, 0xFFFFFFFE, "wrap", NULL);
    tcp(&wire, true, TEST_ACK, 2, "ped", NULL);
    test_wire_close(&wire);
    side_open(&client, "client.pcapng", "student", false);
    side_record(&client, 25, APP, OUT, "wrap", 0, "wrap");
    side_record(&client, 25, APP, OUT, "ped", 4, "ped");
    side_close(&client);

    sides_merge(&file, client.file, test_path("wire.pcapng"), NULL);
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "wrap", 1)), "6");
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "ped", 1)), "7");
    trace_file_free(&file);
}

/* Past 4 GiB the numbers have gone round once: of all offsets that a sequence
 * number may mean, the one nearest to the last is meant. */
static void merge_counts_past_four_gib(void)
{
    struct test_wire wire;
    struct side client;
    struct trace_file file;

    test_wire_open(&wire, test_path("wire.pcapng"));
    handshake(&wire, 999, 9000); /* so the first byte has number 1000 */
    tcp(&wire, true, TEST_ACK, 1000, "a", NULL);
    tcp(&wire, true, TEST_ACK, 1000 + 0x70000000, "b", NULL);
    tcp(&wire, true, TEST_ACK, 1000 + 0xE0000000, "c", NULL);
    tcp(&wire, true, TEST_ACK, 1000 - 3, "be", NULL);
    tcp(&wire, true, TEST_ACK, 1000 + 3, "after", NULL);
    tcp(&wire, true, TEST_ACK, 1000 - 3, "be", NULL);
    test_wire_close(&wire);
    side_open(&client, "client.pcapng", "student", false);
    side_record(&client, 25, APP, OUT, "a", 0, "a");
    side_record(&client, 25, APP, OUT, "before", 0xFFFFFFFD, "be");
    side_record(&client, 25, APP, OUT, "after", 0x100000003, "after");
    side_close(&client);

    sides_merge(&file, client.file, test_path("wire.pcapng"), NULL);
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "a", 1)), "7");
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "before", 1)), "10 12");
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "after", 1)), "11");
    trace_file_free(&file);
}

/* A long segment reaches over a short one that begins after it. */
static void merge_finds_a_frame_behind_a_shorter_one(void)
{
    struct test_wire wire;
    struct side client;
    struct trace_file file;

    test_wire_open(&wire, test_path("wire.pcapng"));
    handshake(&wire, 1000, 9000);
    tcp(&wire, true, TEST_ACK, 1005, "56", "lost");
    tcp(&wire, true, TEST_ACK, 1001, "1234567890", NULL);
    test_wire_close(&wire);
    side_open(&client, "client.pcapng", "student", false);
    side_record(&client, 25, APP, OUT, "one", 0, "1234567");
    side_record(&client, 25, APP, OUT, "two", 7, "890");
    side_close(&client);

    sides_merge(&file, client.file, test_path("wire.pcapng"), NULL);
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "one", 1)), "6 7");
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "two", 1)), "7");
    trace_file_free(&file);
}

/* Without the SYN nobody can tell where the stream began. */
static void merge_ties_nothing_to_a_stream_without_its_syn(void)
{
    struct test_wire wire;
    struct side client;
    struct trace_file file;

    test_wire_open(&wire, test_path("wire.pcapng"));
    tcp(&wire, true, TEST_ACK, 1001, "GET", NULL);
    test_wire_close(&wire);
    side_open(&client, "client.pcapng", "student", false);
    side_record(&client, 1, APP, OUT, "GET", 0, "GET");
    side_close(&client);
    sides_merge(&file, client.file, test_path("wire.pcapng"), NULL);
    CU_ASSERT_EQUAL(event_named(&file, "GET", 1)->frame_count, 0);
    trace_file_free(&file);
}

/* Over UDP, and IPv6: the nth datagram; one that was dropped was sent but not
 * heard, so the ends count differently. */
static void merge_counts_datagrams(void)
{
    const char *student = "[2001:db8::10]:5353", *names = "[2001:db8::53]:53";
    struct test_wire wire;
    struct side client;
    struct trace_file file;

    test_wire_open(&wire, test_path("wire.pcapng"));
    test_wire_frame(&wire, &(struct test_frame){.from = student,
                                                .to = names,
                                                .data = SPAN("question")});
    test_wire_frame(&wire, &(struct test_frame){.from = names,
                                                .to = student,
                                                .data = SPAN("answer"),
                                                .dropped = "bad luck"});
    test_wire_frame(&wire, &(struct test_frame){.from = student,
                                                .to = names,
                                                .data = SPAN("question")});
    test_wire_frame(&wire, &(struct test_frame){.from = names,
                                                .to = student,
                                                .data = SPAN("answer")});
    test_wire_close(&wire);
    side_open(&client, "client.pcapng", "student", false);
    client.model.local = test_address(student);
    client.model.remote = test_address(names);
    side_record(&client, 0, APP, OUT, "first", 0, "question");
    side_record(&client, 15, APP, OUT, "second", 8, "question");
    side_record(&client, 35, APP, IN, "answer", 0, "answer");
    side_record_socket(&client, 35, IN, 0, "answer"); /* the frame tells it */
    side_close(&client);

    sides_merge(&file, client.file, test_path("wire.pcapng"), NULL);
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "first", 1)), "2");
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "second", 1)), "5");
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "answer", 1)), "6");
    CU_ASSERT_EQUAL(events_named(&file, "recv"), 0);
    trace_file_free(&file);
}

static void merge_takes_socket_records_where_no_frames_are(void)
{
    struct side client;
    struct trace_file file;

    side_open(&client, "client.pcapng", "student", false);
    side_record(&client, 1, APP, OUT, "GET", 0, "GET / HTTP/1.1");
    side_record_socket(&client, 2, OUT, 0, "GET / ");
    side_record_socket(&client, 3, OUT, 6, "HTTP/1.1");
    side_record_socket(&client, 4, IN, 0, "HTTP/1.1 200 OK");
    side_record(&client, 5, APP, IN, "200", 0, "HTTP/1.1 200 OK");
    side_close(&client);

    CU_ASSERT_EQUAL(trace_read(&file, client.file, NULL), 0);
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "GET", 1)), "2 3");
    CU_ASSERT_STRING_EQUAL(frames_of(event_named(&file, "200", 1)), "4");
    CU_ASSERT_EQUAL(event_named(&file, "send", 2)->carried_count, 1);
    CU_ASSERT_EQUAL(event_named(&file, "send", 2)->carried[0], 1);
    trace_file_free(&file);
}

static void merge_leaves_out_socket_records_where_frames_are(void)
{
    struct test_wire wire;
    struct side client;
    struct trace_file file;

    test_wire_open(&wire, test_path("wire.pcapng"));
    handshake(&wire, 1000, 9000);
    tcp(&wire, true, TEST_ACK, 1001, "GET", NULL);
    test_wire_close(&wire);
    side_open(&client, "client.pcapng", "student", false);
    side_record(&client, 25, APP, OUT, "GET", 0, "GET");
    side_record_socket(&client, 26, OUT, 0, "GET");
    client.model.conn = 2; /* this one went another way */
    client.model.local = test_address("127.0.0.1:50000");
    client.model.remote = test_address("127.0.0.1:80");
    side_record_socket(&client, 27, OUT, 0, "PUT");
    side_close(&client);

    sides_merge(&file, client.file, test_path("wire.pcapng"), NULL);
    CU_ASSERT_EQUAL(events_named(&file, "send"), 1);
    CU_ASSERT_EQUAL(event_named(&file, "send", 1)->conn, 2);
    trace_file_free(&file);
}

/* clang-format off */
#define TEST(name) {#name, name}
/* clang-format on */
const struct test tests_trace_frames[] = {
    TEST(merge_ties_an_event_to_each_frame_that_carried_it),
    TEST(merge_ties_a_frame_to_each_message_in_it),
    TEST(merge_knows_a_reused_port_by_its_syn),
    TEST(merge_tells_many_connections_apart),
    TEST(merge_follows_a_sequence_number_past_its_wrap),
    TEST(merge_counts_past_four_gib),
    TEST(merge_finds_a_frame_behind_a_shorter_one),
    TEST(merge_ties_nothing_to_a_stream_without_its_syn),
    TEST(merge_counts_datagrams),
    TEST(merge_takes_socket_records_where_no_frames_are),
    TEST(merge_leaves_out_socket_records_where_frames_are),
    {NULL, NULL}};
