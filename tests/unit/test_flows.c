/* SPDX-License-Identifier: MIT */
#include "labs/trace/flows.h"

#include <stdlib.h>
#include <string.h>

#include "common/limits.h"
#include "tests/harness.h"
#include "tests/unit/frames.h"
#include "tests/unit/sample_trace.h"

static struct frames frames;
static struct flows flows;

static void start(uint32_t number)
{
    memset(&frames, 0, sizeof(frames));
    frames_tcp(&frames, true, number, FRAME_SYN, SPAN(""));
    frames_tcp(&frames, false, 900, FRAME_SYN | FRAME_ACK, SPAN(""));
}

static void data(uint32_t number, const char *text)
{
    frames_tcp(&frames, true, number, FRAME_ACK, span_of(text));
}

/* Reads what was made: one flow, whose client said `text`. */
static const struct flow_side *check(const char *text)
{
    struct error error = {0};

    CU_ASSERT_EQUAL_FATAL(flows_read(&flows, &frames.file, &error), 0);
    CU_ASSERT_EQUAL_FATAL(flows.count, 1);
    const struct flow_side *side = &flows.list[0].sides[FLOW_CLIENT];
    CU_ASSERT(
        span_equal((struct span){side->bytes, side->length}, span_of(text)));
    return side;
}

static void flows_join_segments_in_order(void)
{
    start(100);
    data(101, "GET ");
    data(105, "/ HTTP");
    frames_tcp(&frames, true, 111, FRAME_FIN | FRAME_ACK, SPAN(""));
    const struct flow_side *side = check("GET / HTTP");
    CU_ASSERT(side->begun && side->ended && !side->reset);
    CU_ASSERT_EQUAL(side->total, 10);
    CU_ASSERT_EQUAL(side->piece_count, 2);
    CU_ASSERT_EQUAL(side->pieces[1].time_ns, 4000000);
    flows_free(&flows);
}

/* Every order of four segments gives the same stream. */
static void flows_put_any_order_right(void)
{
    static const char *const parts[] = {"ab", "cde", "f", "gh"};
    static const uint32_t numbers[] = {101, 103, 106, 107};

    for (int order = 0; order < 256; order++) {
        int first = order & 3, second = order >> 2 & 3, third = order >> 4 & 3,
            fourth = order >> 6;
        if ((1 << first | 1 << second | 1 << third | 1 << fourth) != 15)
            continue;
        start(100);
        data(numbers[first], parts[first]);
        data(numbers[second], parts[second]);
        data(numbers[third], parts[third]);
        data(numbers[fourth], parts[fourth]);
        check("abcdefgh");
        flows_free(&flows);
    }
}

static void flows_take_each_byte_once(void)
{
    start(100);
    data(101, "abcd");
    data(101, "abcd");   /* sent again */
    data(103, "XXefgh"); /* overlaps: the first seen counts */
    data(99, "zz");      /* before the first byte */
    const struct flow_side *side = check("abcdefgh");
    CU_ASSERT_EQUAL(side->resent, 6);
    flows_free(&flows);
}

static void flows_stop_at_a_gap(void)
{
    start(100);
    data(101, "ab");
    data(105, "ef");
    CU_ASSERT_EQUAL(check("ab")->total, 6);
    flows_free(&flows);
}

/* RFC 9293 §3.4: numbers are counted modulo 2 to the 32. */
static void flows_follow_numbers_that_wrap(void)
{
    start(0xFFFFFFFE);
    data(0xFFFFFFFF, "a");
    data(1, "cd");
    data(0, "b");
    CU_ASSERT_EQUAL(check("abcd")->total, 4);
    flows_free(&flows);
}

static void flows_begin_anew_when_ports_are_used_again(void)
{
    struct error error = {0};

    start(100);
    data(101, "one");
    frames_tcp(&frames, true, 5000, FRAME_SYN, SPAN(""));
    data(5001, "two");
    CU_ASSERT_EQUAL(flows_read(&flows, &frames.file, &error), 0);
    CU_ASSERT_EQUAL_FATAL(flows.count, 2);
    CU_ASSERT_EQUAL(memcmp(flows.list[1].sides[FLOW_CLIENT].bytes, "two", 3),
                    0);
    flows_free(&flows);
}

static void flows_leave_out_what_was_dropped(void)
{
    start(100);
    data(101, "XX");
    frames.list[2].dropped = "no telnet";
    data(101, "ab");
    check("ab");
    flows_free(&flows);
}

/* A frame cut at every length: nothing is read that is not there. The copy
 * has no byte to spare, so a sanitizer sees each one too many. */
static void flows_read_frames_cut_anywhere(void)
{
    struct error error = {0};

    start(100);
    data(101, "abcdefghijklmnopqrstuvwxyz");
    size_t whole = frames.list[2].bytes.length;
    for (size_t length = 0; length <= whole; length++) {
        char *copy = malloc(length > 0 ? length : 1);
        memcpy(copy, frames.bytes[2], length);
        frames.list[2].bytes = (struct span){copy, length};
        CU_ASSERT_EQUAL(flows_read(&flows, &frames.file, &error), 0);
        CU_ASSERT(flows.list[0].sides[FLOW_CLIENT].length ==
                  (length > 54 ? length - 54 : 0));
        flows_free(&flows);
        free(copy);
    }
}

static void flows_keep_beginnings_only(void)
{
    char text[1001];
    struct error error = {0};

    memset(text, 'x', 1000);
    text[1000] = '\0';
    start(100);
    data(101, "abc");
    data(101 + FLOW_STREAM_MAX - 10, text);
    data(101 + FLOW_STREAM_MAX + 5000, text);
    CU_ASSERT_EQUAL(flows_read(&flows, &frames.file, &error), 0);
    CU_ASSERT_EQUAL(flows.list[0].sides[FLOW_CLIENT].total,
                    FLOW_STREAM_MAX + 6000);
    CU_ASSERT(flows.list[0].sides[FLOW_CLIENT].capacity <= FLOW_STREAM_MAX);
    flows_free(&flows);
}

/* Both ends of a loopback connection write socket records of the same bytes. */
static void flows_take_socket_records_where_there_are_no_frames(void)
{
    struct trace_event events[SAMPLE_EVENTS], *e = events;
    struct trace_file file;
    struct error error = {0};

    sample_trace(&file, events);
    e[0] = e[3];
    e[0].layer = TRACE_LAYER_SOCKET;
    e[0].data = SPAN("abc");
    e[0].length = 3;
    e[0].raw = (struct trace_range){0, 3};
    e[1] = e[0]; /* the server's record of the same */
    e[1].local = e[0].remote;
    e[1].remote = e[0].local;
    e[1].local_is_server = true;
    e[1].dir = TRACE_DIR_IN;
    e[2] = e[1]; /* and its answer */
    e[2].dir = TRACE_DIR_OUT;
    e[2].data = SPAN("yes");
    file.event_count = 3;
    CU_ASSERT_EQUAL(flows_read(&flows, &file, &error), 0);
    CU_ASSERT_EQUAL_FATAL(flows.count, 1);
    const struct flow_side *sides = flows.list[0].sides;
    CU_ASSERT_EQUAL(sides[FLOW_CLIENT].length, 3);
    CU_ASSERT_EQUAL(sides[FLOW_CLIENT].resent, 0);
    CU_ASSERT_EQUAL(memcmp(sides[FLOW_SERVER].bytes, "yes", 3), 0);
    flows_free(&flows);
}

const struct test tests_flows[] = {
    {"flows_join_segments_in_order", flows_join_segments_in_order},
    {"flows_put_any_order_right", flows_put_any_order_right},
    {"flows_take_each_byte_once", flows_take_each_byte_once},
    {"flows_stop_at_a_gap", flows_stop_at_a_gap},
    {"flows_follow_numbers_that_wrap", flows_follow_numbers_that_wrap},
    {"flows_begin_anew_when_ports_are_used_again",
     flows_begin_anew_when_ports_are_used_again},
    {"flows_leave_out_what_was_dropped", flows_leave_out_what_was_dropped},
    {"flows_read_frames_cut_anywhere", flows_read_frames_cut_anywhere},
    {"flows_keep_beginnings_only", flows_keep_beginnings_only},
    {"flows_take_socket_records_where_there_are_no_frames",
     flows_take_socket_records_where_there_are_no_frames},
    {NULL, NULL},
};
