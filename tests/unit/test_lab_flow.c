/* SPDX-License-Identifier: MIT */
/*
 * One connection read from its frames: the handshake, the close, the bytes,
 * and how often the client had to wait.
 */
#include <stdlib.h>
#include <string.h>

#include "labs/lab_flow.h"
#include "tests/harness.h"
#include "tests/unit/frames.h"
#include "tests/unit/sample_trace.h"

/* A page over one connection. The numbers are Wireshark's, not indices: other
 * records lie between the frames of a real trace. */
static void conversation(struct frames *frames)
{
    size_t i;

    frames_tcp(frames, true, 100, FRAME_SYN, SPAN(""));
    frames_tcp(frames, false, 500, FRAME_SYN | FRAME_ACK, SPAN(""));
    frames_tcp(frames, true, 101, FRAME_ACK, SPAN(""));
    frames_tcp(frames, true, 101, FRAME_ACK, SPAN("GET /"));
    frames_tcp(frames, false, 501, FRAME_ACK, SPAN(""));
    frames_tcp(frames, false, 501, FRAME_ACK, SPAN("200 and"));
    frames_tcp(frames, false, 508, FRAME_ACK, SPAN(" the page"));
    frames_tcp(frames, true, 106, FRAME_FIN | FRAME_ACK, SPAN(""));
    frames_tcp(frames, false, 517, FRAME_FIN | FRAME_ACK, SPAN(""));
    for (i = 0; i < frames->file.frame_count; i++)
        frames->list[i].number = (uint32_t)(2 * i + 11);
}

static struct trace_event client_event(void)
{
    return (struct trace_event){.id = 1,
                                .layer = TRACE_LAYER_APP,
                                .name = "GET",
                                .host = "student",
                                .proto = "http",
                                .local = sample_address("192.0.2.10", 40000),
                                .remote = sample_address("192.0.2.80", 80)};
}

static void flow_finds_its_landmarks(void)
{
    struct frames *frames = calloc(1, sizeof(*frames));
    struct trace_event event = client_event();
    struct lab_flow flow;

    conversation(frames);
    lab_flow_measure(&frames->file, &event, 0, &flow);
    CU_ASSERT_EQUAL(flow.syn, 11);
    CU_ASSERT_EQUAL(flow.syn_ack, 13);
    CU_ASSERT_EQUAL(flow.ack, 15);
    CU_ASSERT_EQUAL(flow.first_data, 17);
    CU_ASSERT_EQUAL(flow.fin_client, 25);
    CU_ASSERT_EQUAL(flow.fin_server, 27);
    CU_ASSERT_EQUAL(flow.ack_ns - flow.syn_ns, 2000000);
    free(frames);
}

/* SYN and SYN-ACK are one round trip, request and answer another; an ACK that
 * nobody waits for and the second half of an answer are none. */
static void flow_counts_bytes_and_round_trips(void)
{
    struct frames *frames = calloc(1, sizeof(*frames));
    struct trace_event event = client_event();
    struct lab_flow flow;

    conversation(frames);
    lab_flow_measure(&frames->file, &event, 0, &flow);
    CU_ASSERT_EQUAL(flow.round_trips, 2);
    CU_ASSERT_EQUAL(flow.frames, 9);
    CU_ASSERT_EQUAL(flow.stream_up, 5);
    CU_ASSERT_EQUAL(flow.stream_down, 16);
    CU_ASSERT(flow.wire_up >= flow.stream_up + 4 * 54);
    lab_flow_measure(&frames->file, &event, 13, &flow);
    CU_ASSERT_EQUAL(flow.round_trips, 1);
    CU_ASSERT_EQUAL(flow.first_data, 0);
    free(frames);
}

/* On a busy machine a sender may think its words lost and say them again: both
 * ends do so here, and neither is a round trip. */
static void flow_counts_what_is_repeated_once(void)
{
    struct frames *frames = calloc(1, sizeof(*frames));
    struct trace_event event = client_event();
    struct lab_flow flow;

    conversation(frames);
    frames_tcp(frames, true, 100, FRAME_SYN, SPAN(""));
    frames_tcp(frames, false, 500, FRAME_SYN | FRAME_ACK, SPAN(""));
    frames_tcp(frames, true, 101, FRAME_ACK, SPAN("GET /"));
    frames_tcp(frames, false, 501, FRAME_ACK, SPAN("200 and the page"));
    lab_flow_measure(&frames->file, &event, 0, &flow);
    CU_ASSERT_EQUAL(flow.round_trips, 2);
    free(frames);
}

/* RFC 8446 §4.6.1: tickets may come at any time; nobody has waited for them. */
static void flow_counts_no_round_trip_for_tickets(void)
{
    struct frames *frames = calloc(1, sizeof(*frames));
    struct trace_event event = client_event();
    struct trace_event ticket = {.id = 1, .name = "NewSessionTicket"};
    const uint64_t ids[] = {1};
    struct lab_flow flow;

    frames_tcp(frames, true, 1, FRAME_ACK, SPAN("Finished"));
    frames_tcp(frames, false, 1, FRAME_ACK, SPAN("a ticket"));
    frames_tcp(frames, true, 9, FRAME_ACK, SPAN("GET /"));
    frames_tcp(frames, false, 9, FRAME_ACK, SPAN("200"));
    frames->file.events = &ticket;
    frames->file.event_count = 1;
    lab_flow_measure(&frames->file, &event, 0, &flow);
    CU_ASSERT_EQUAL(flow.round_trips, 2);
    frames->list[1].events = ids;
    frames->list[1].event_count = 1;
    lab_flow_measure(&frames->file, &event, 0, &flow);
    CU_ASSERT_EQUAL(flow.round_trips, 1);
    free(frames);
}

static void flow_leaves_other_connections_out(void)
{
    struct frames *frames = calloc(1, sizeof(*frames));
    struct trace_event event = client_event();
    struct lab_flow flow;

    conversation(frames);
    event.local = sample_address("192.0.2.10", 40001);
    lab_flow_measure(&frames->file, &event, 0, &flow);
    CU_ASSERT_EQUAL(flow.frames, 0);
    CU_ASSERT_EQUAL(flow.syn, 0);
    free(frames);
}

static void segment_refuses_what_is_none(void)
{
    struct frames *frames = calloc(1, sizeof(*frames));
    struct lab_segment segment;
    struct span frame;
    size_t length;

    frames_udp(frames, true, SPAN("a question"));
    CU_ASSERT(!lab_segment_read(frames->list[0].bytes, &segment));
    frames_tcp(frames, true, 7, FRAME_ACK, SPAN("abc"));
    frame = frames->list[1].bytes;
    CU_ASSERT(lab_segment_read(frame, &segment));
    CU_ASSERT_EQUAL(segment.payload, 3);
    CU_ASSERT_EQUAL(segment.seq, 7);
    CU_ASSERT_EQUAL(segment.source_port, 40000);
    for (length = 0; length < 54; length++)
        CU_ASSERT(
            !lab_segment_read((struct span){frame.data, length}, &segment));
    free(frames);
}

/* Both ends of a connection name it, each from its own side. */
static void connection_is_known_from_either_end(void)
{
    struct trace_event client = client_event(), server = client_event();

    server.local = client.remote;
    server.remote = client.local;
    server.local_is_server = true;
    CU_ASSERT(lab_same_connection(&client, &server));
    server.local_is_server = false;
    CU_ASSERT(!lab_same_connection(&client, &server));
    server.local = NULL;
    CU_ASSERT(!lab_same_connection(&server, &server));
}

static void answer_is_the_next_message_of_the_connection(void)
{
    struct trace_event events[4] = {client_event(), client_event(),
                                    client_event(), client_event()};
    struct trace_file file = {.events = events, .event_count = 4};

    events[1].id = 2;
    events[1].dir = TRACE_DIR_NOTE;
    events[2].id = 3;
    events[2].remote = sample_address("192.0.2.81", 80);
    events[3].id = 4;
    events[3].name = "200";
    CU_ASSERT_PTR_EQUAL(lab_answer_to(&file, &events[0]), &events[3]);
    CU_ASSERT_PTR_NULL(lab_answer_to(&file, &events[3]));
    CU_ASSERT_PTR_EQUAL(lab_event_find(&file, 0, TRACE_LAYER_APP, "200", NULL),
                        &events[3]);
    CU_ASSERT_PTR_NULL(lab_event_find(&file, 1, TRACE_LAYER_APP, "200", NULL));
    CU_ASSERT_PTR_NULL(lab_event_find(&file, 0, TRACE_LAYER_APP, "200", "web"));
}

const struct test tests_lab_flow[] = {
    {"flow_finds_its_landmarks", flow_finds_its_landmarks},
    {"flow_counts_bytes_and_round_trips", flow_counts_bytes_and_round_trips},
    {"flow_counts_what_is_repeated_once", flow_counts_what_is_repeated_once},
    {"flow_counts_no_round_trip_for_tickets",
     flow_counts_no_round_trip_for_tickets},
    {"flow_leaves_other_connections_out", flow_leaves_other_connections_out},
    {"segment_refuses_what_is_none", segment_refuses_what_is_none},
    {"connection_is_known_from_either_end",
     connection_is_known_from_either_end},
    {"answer_is_the_next_message_of_the_connection",
     answer_is_the_next_message_of_the_connection},
    {NULL, NULL}};
