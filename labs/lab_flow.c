/* SPDX-License-Identifier: MIT */
/*
 * lab_flow: from frames to a connection.
 */
#include "labs/lab_flow.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#define ETHERNET_HEADER 14
#define ETHERTYPE_IPV4 0x0800

static uint16_t get16(const char *bytes)
{
    return (uint16_t)((uint8_t)bytes[0] << 8 | (uint8_t)bytes[1]);
}

static uint32_t get32(const char *bytes)
{
    return (uint32_t)get16(bytes) << 16 | get16(bytes + 2);
}

/* Ethernet, then IPv4 (RFC 791 §3.1), then TCP (RFC 9293 §3.1). Both header
 * lengths count words of four bytes. The frame's own length is not used for
 * the payload: short frames are padded. */
bool lab_segment_read(struct span frame, struct lab_segment *segment)
{
    const char *ip = frame.data + ETHERNET_HEADER, *tcp;
    size_t ip_header, ip_length, tcp_header;

    if (frame.length < ETHERNET_HEADER + 40 ||
        get16(frame.data + 12) != ETHERTYPE_IPV4 || ip[9] != IPPROTO_TCP)
        return false;
    ip_header = (size_t)(ip[0] & 0x0F) * 4;
    ip_length = get16(ip + 2);
    if (ip_header < 20 || frame.length < ETHERNET_HEADER + ip_header + 20)
        return false;
    tcp = ip + ip_header;
    tcp_header = (size_t)((uint8_t)tcp[12] >> 4) * 4;
    if (tcp_header < 20 || ip_length < ip_header + tcp_header)
        return false;
    *segment = (struct lab_segment){
        .source = get32(ip + 12),
        .target = get32(ip + 16),
        .source_port = get16(tcp),
        .target_port = get16(tcp + 2),
        .seq = get32(tcp + 4),
        .ack = get32(tcp + 8),
        .flags = (uint8_t)tcp[13],
        .payload = (uint32_t)(ip_length - ip_header - tcp_header)};
    return true;
}

/* ---- which connection --------------------------------------------------- */

struct end {
    uint32_t address;
    uint16_t port;
};

static struct end end_of(const struct sockaddr_storage *address)
{
    struct sockaddr_in in = {0};

    if (address != NULL && address->ss_family == AF_INET)
        memcpy(&in, address, sizeof(in));
    return (struct end){ntohl(in.sin_addr.s_addr), ntohs(in.sin_port)};
}

static bool end_same(struct end a, struct end b)
{
    return a.address == b.address && a.port == b.port;
}

static void ends_of(const struct trace_event *event, struct end *client,
                    struct end *server)
{
    struct end local = end_of(event->local), remote = end_of(event->remote);

    *client = event->local_is_server ? remote : local;
    *server = event->local_is_server ? local : remote;
}

bool lab_same_connection(const struct trace_event *a,
                         const struct trace_event *b)
{
    struct end client_a, server_a, client_b, server_b;

    if (a->local == NULL || b->local == NULL)
        return false;
    ends_of(a, &client_a, &server_a);
    ends_of(b, &client_b, &server_b);
    return end_same(client_a, client_b) && end_same(server_a, server_b);
}

/* ---- measuring ---------------------------------------------------------- */

/* A frame with nothing but session tickets answers no question: the server
 * sends them when it likes, and may come between the client's Finished and its
 * request (RFC 8446 §4.6.1). */
static bool is_tickets_only(const struct trace_file *file,
                            const struct trace_frame *frame)
{
    size_t i;

    for (i = 0; i < frame->event_count; i++) {
        /* Events are numbered from 1, without a gap. */
        uint64_t at = frame->events[i] - 1;

        if (at >= file->event_count ||
            strcmp(file->events[at].name, "NewSessionTicket") != 0)
            return false;
    }
    return frame->event_count > 0;
}

/* How far a direction's bytes have come. */
struct voice {
    bool began;
    uint32_t first; /* the number after its SYN */
    uint32_t next;  /* the number after the last one seen */
};

/* Whether a segment says anything that was not said before. SYN is a word of
 * its own (RFC 9293 §3.4), a bare ACK is none: nobody waits for it. What a
 * sender repeats, because it thought it lost, is none either. */
static bool is_news(struct voice *voice, const struct lab_segment *segment)
{
    bool syn = segment->flags & LAB_TCP_SYN;
    uint32_t end = segment->seq + segment->payload + (syn ? 1 : 0);

    if (segment->payload == 0 && !syn)
        return false;
    /* A connection that is begun anew has other numbers: the same one is a SYN
     * said twice. */
    if (voice->began && syn && end == voice->first)
        return false;
    /* Sequence numbers go round: what is less than half a circle ahead is
     * new. */
    if (voice->began && !syn && (int32_t)(end - voice->next) <= 0)
        return false;
    *voice = (struct voice){true, syn ? end : voice->first, end};
    return true;
}

/* One direction change after another: the client has spoken, so the next word
 * of the server ends a round trip. */
static void round_trip_count(struct lab_flow *flow, bool *client_spoke, bool up)
{
    if (!up && *client_spoke)
        flow->round_trips++;
    *client_spoke = up;
}

static void landmark(uint32_t *where, uint32_t number)
{
    if (*where == 0)
        *where = number;
}

static void landmarks(struct lab_flow *flow, const struct trace_frame *frame,
                      bool up, const struct lab_segment *segment)
{
    if (segment->flags & LAB_TCP_SYN) {
        landmark(up ? &flow->syn : &flow->syn_ack, frame->number);
        if (up && flow->syn == frame->number)
            flow->syn_ns = frame->time_ns;
    } else if (up && flow->ack == 0 && flow->syn_ack != 0) {
        flow->ack = frame->number;
        flow->ack_ns = frame->time_ns;
    }
    if (segment->flags & LAB_TCP_FIN)
        landmark(up ? &flow->fin_client : &flow->fin_server, frame->number);
    if (up && segment->payload > 0)
        landmark(&flow->first_data, frame->number);
}

static void tally(struct lab_flow *flow, const struct trace_frame *frame,
                  bool up, const struct lab_segment *segment)
{
    flow->frames++;
    *(up ? &flow->wire_up : &flow->wire_down) += frame->length;
    *(up ? &flow->stream_up : &flow->stream_down) += segment->payload;
}

void lab_flow_measure(const struct trace_file *file,
                      const struct trace_event *event, uint32_t last,
                      struct lab_flow *flow)
{
    struct end client, server, source, target;
    struct lab_segment segment;
    struct voice voices[2] = {{false, 0, 0}, {false, 0, 0}};
    bool client_spoke = false, up;
    size_t i;

    memset(flow, 0, sizeof(*flow));
    ends_of(event, &client, &server);
    for (i = 0; i < file->frame_count; i++) {
        const struct trace_frame *frame = &file->frames[i];

        if (last > 0 && frame->number > last)
            break;
        if (!lab_segment_read(frame->bytes, &segment))
            continue;
        source = (struct end){segment.source, segment.source_port};
        target = (struct end){segment.target, segment.target_port};
        up = end_same(source, client) && end_same(target, server);
        if (!up && !(end_same(source, server) && end_same(target, client)))
            continue;
        landmarks(flow, frame, up, &segment);
        tally(flow, frame, up, &segment);
        if (is_news(&voices[up], &segment) && !is_tickets_only(file, frame))
            round_trip_count(flow, &client_spoke, up);
    }
}

/* ---- events ------------------------------------------------------------- */

const struct trace_event *lab_event_find(const struct trace_file *file,
                                         int64_t from_ns,
                                         enum trace_layer layer,
                                         const char *name, const char *host)
{
    size_t i;

    for (i = 0; i < file->event_count; i++) {
        const struct trace_event *event = &file->events[i];

        if (event->time_ns >= from_ns && event->layer == layer &&
            (!name || (event->name && strcmp(event->name, name) == 0)) &&
            (!host || (event->host && strcmp(event->host, host) == 0)))
            return event;
    }
    return NULL;
}

bool lab_is_message(const struct trace_event *event, const char *proto)
{
    return event->layer == TRACE_LAYER_APP && event->dir != TRACE_DIR_NOTE &&
           event->proto && strcmp(event->proto, proto) == 0;
}

const struct trace_event *lab_answer_to(const struct trace_file *file,
                                        const struct trace_event *request)
{
    size_t i;

    for (i = 0; i < file->event_count; i++) {
        const struct trace_event *event = &file->events[i];

        if (event->id > request->id && event->layer == TRACE_LAYER_APP &&
            event->dir != TRACE_DIR_NOTE && lab_same_connection(event, request))
            return event;
    }
    return NULL;
}

const char *lab_frames_text(const struct trace_event *event)
{
    static char ring[8][96];
    static size_t next;
    char *text = ring[next++ % 8];
    size_t i, used = 0;

    snprintf(text, sizeof(ring[0]), "%s", event->frame_count ? "" : "-");
    for (i = 0; i < event->frame_count && used + 16 < sizeof(ring[0]); i++)
        used += (size_t)snprintf(text + used, sizeof(ring[0]) - used, "%s%u",
                                 i ? " " : "", event->frames[i]);
    return text;
}

double lab_milliseconds(int64_t from_ns, int64_t to_ns)
{
    return (double)(to_ns - from_ns) / 1e6;
}

void lab_stream_measure(const struct trace_file *file,
                        const struct trace_event *event, uint64_t *up,
                        uint64_t *down)
{
    size_t i;

    *up = *down = 0;
    for (i = 0; i < file->event_count; i++) {
        const struct trace_event *other = &file->events[i];
        /* To the server: sent by a client or heard by a server. */
        bool out = other->dir == TRACE_DIR_OUT;
        uint64_t *reached = out != other->local_is_server ? up : down;

        if (other->dir != TRACE_DIR_NOTE && lab_same_connection(event, other) &&
            other->raw.to > *reached)
            *reached = other->raw.to;
    }
}
