/* SPDX-License-Identifier: MIT */
/*
 * lanes: hosts of a trace, in the order in which they appear. The contract is
 * in lanes.h; the words for an event are in lanes_words.c.
 */
#include "labs/trace/lanes.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "common/address.h"

/* Where the fields of Ethernet, IPv4 without options and TCP stand. */
enum {
    FRAME_TYPE = 12,
    FRAME_VERSION = 14, /* and the length of the header */
    FRAME_PROTOCOL = 14 + 9,
    FRAME_SOURCE = 14 + 12,
    FRAME_TARGET = 14 + 16,
    FRAME_PORT = 14 + 20 + 2,
    FRAME_FLAGS = 14 + 20 + 13,
    FRAME_END
};

static const char *const roles[2] = {"client", "server"};

/* ---- addresses ---------------------------------------------------------- */

static const char *address_host(const struct lanes *lanes,
                                const struct sockaddr_storage *address)
{
    for (size_t i = 0; i < lanes->address_count; i++)
        if (address_same_host(&lanes->addresses[i].address, address))
            return lanes->addresses[i].host;
    return NULL;
}

/* The first who says that an address is his has it: later ones are of
 * programs that ran behind the same address. */
static void learn(struct lanes *lanes, const struct sockaddr_storage *address,
                  const char *host)
{
    if (address == NULL || host == NULL || host[0] == '\0')
        return;
    if (lanes->address_count == LANES_MAX || address_host(lanes, address))
        return;
    lanes->addresses[lanes->address_count].address = *address;
    lanes->addresses[lanes->address_count].host = host;
    lanes->address_count++;
}

/* A host that spoke to itself has two lanes, and what it decided without a
 * peer belongs to the end that it was when it first did so. */
static void learn_role(struct lanes *lanes, const struct trace_event *event)
{
    if (!address_same_host(event->local, event->remote))
        return;
    for (size_t i = 0; i < lanes->address_count; i++)
        if (strcmp(lanes->addresses[i].host, event->host) == 0 &&
            lanes->addresses[i].role == NULL)
            lanes->addresses[i].role = roles[event->local_is_server];
}

static const char *role_of(const struct lanes *lanes, const char *host)
{
    for (size_t i = 0; i < lanes->address_count; i++)
        if (strcmp(lanes->addresses[i].host, host) == 0 &&
            lanes->addresses[i].role != NULL)
            return lanes->addresses[i].role;
    return "";
}

static bool is_ipv4(const unsigned char *bytes)
{
    return bytes[FRAME_TYPE] == 0x08 && bytes[FRAME_TYPE + 1] == 0x00;
}

/* A frame is recorded once, at its sender, so an IPv4 source address in it
 * belongs to the host whose interface it is. */
static void learn_from_frame(struct lanes *lanes,
                             const struct trace_frame *frame)
{
    const unsigned char *bytes = (const unsigned char *)frame->bytes.data;
    struct sockaddr_storage address = {0};
    struct sockaddr_in *in = (struct sockaddr_in *)(void *)&address;

    if (frame->bytes.length < FRAME_TARGET || !is_ipv4(bytes))
        return;
    address.ss_family = AF_INET;
    memcpy(&in->sin_addr, bytes + FRAME_SOURCE, sizeof(in->sin_addr));
    learn(lanes, &address, frame->host);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* True for most events of a connection: they tell of its two ends in the same
 * words. NULL is no event. */
static bool same_ends(const struct trace_event *a, const struct trace_event *b)
{
    return a != NULL && a->local == b->local && a->remote == b->remote &&
           same_text(a->host, b->host) && same_text(a->peer, b->peer) &&
           same_text(a->proto, b->proto) && same_text(a->stream, b->stream);
}

/* Addresses that no program has called its own, as far as the events went. */
struct strangers {
    const struct sockaddr_storage *addresses[LANES_MAX];
    size_t count;
};

static void strangers_add(struct strangers *strangers,
                          const struct lanes *lanes,
                          const struct sockaddr_storage *address)
{
    if (address != NULL && strangers->count < LANES_MAX &&
        address_host(lanes, address) == NULL)
        strangers->addresses[strangers->count++] = address;
}

/* To look at each frame takes time: it is done where one may tell more. */
static bool asks_frames(const struct lanes *lanes,
                        const struct strangers *strangers,
                        const struct trace_file *trace)
{
    for (size_t i = 0; i < strangers->count; i++)
        if (strangers->count == LANES_MAX ||
            address_host(lanes, strangers->addresses[i]) == NULL)
            return true;
    for (size_t i = 0; i < trace->frame_count; i++)
        if (trace->frames[i].dropped != NULL)
            return true;
    return false;
}

void lanes_open(struct lanes *lanes, const struct trace_file *trace)
{
    struct strangers strangers = {.count = 0};
    const struct trace_event *last[2] = {NULL};

    memset(lanes, 0, sizeof(*lanes));
    for (size_t i = 0; i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];
        if (same_ends(last[event->local_is_server], event))
            continue;
        last[event->local_is_server] = event;
        learn(lanes, event->local, event->host);
        strangers_add(&strangers, lanes, event->remote);
        if (event->host != NULL)
            learn_role(lanes, event);
        if (event->stream != NULL && strcmp(event->stream, "data") == 0)
            lanes->split = event->proto;
    }
    if (asks_frames(lanes, &strangers, trace))
        for (size_t i = 0; i < trace->frame_count; i++)
            learn_from_frame(lanes, &trace->frames[i]);
}

/* ---- lanes -------------------------------------------------------------- */

static size_t lane(struct lanes *lanes, const char *host, const char *role)
{
    char name[LANE_NAME_MAX], shown[LANE_NAME_MAX];

    for (size_t i = 0; i < lanes->count; i++)
        if (strcmp(lanes->hosts[i], host) == 0 &&
            strcmp(lanes->roles[i], role) == 0)
            return i;
    snprintf(name, sizeof(name), "%s%s%s", host, role[0] ? " " : "", role);
    text_escape(shown, sizeof(shown), span_of(name));
    for (size_t i = 0; i < lanes->count; i++)
        if (strcmp(lanes->names[i], shown) == 0)
            return i;
    if (lanes->count == LANES_MAX)
        return LANES_MAX - 1;
    strcpy(lanes->names[lanes->count], shown);
    snprintf(lanes->hosts[lanes->count], LANE_NAME_MAX, "%s", host);
    snprintf(lanes->roles[lanes->count], LANE_NAME_MAX, "%s", role);
    return lanes->count++;
}

/* A peer of whom the trace knows nothing but "192.0.2.80:80". */
static size_t lane_of_peer(struct lanes *lanes, const char *peer)
{
    char host[LANE_NAME_MAX];
    const char *colon = strrchr(peer, ':');
    size_t length = colon != NULL ? (size_t)(colon - peer) : strlen(peer);

    if (length >= 2 && peer[0] == '[' && peer[length - 1] == ']') {
        peer++;
        length -= 2;
    }
    snprintf(host, sizeof(host), "%.*s", (int)length, peer);
    return lane(lanes, length > 0 ? host : "?", "");
}

static size_t lane_of_remote(struct lanes *lanes,
                             const struct trace_event *event, const char *role)
{
    char text[INET6_ADDRSTRLEN];
    const char *host = address_host(lanes, event->remote);
    int family = event->remote != NULL ? event->remote->ss_family : 0;
    const void *remote = event->remote;

    if (host != NULL)
        return lane(lanes, host, role);
    if (family == AF_INET &&
        inet_ntop(AF_INET, &((const struct sockaddr_in *)remote)->sin_addr,
                  text, sizeof(text)))
        return lane(lanes, text, role);
    if (family == AF_INET6 &&
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)remote)->sin6_addr,
                  text, sizeof(text)))
        return lane(lanes, text, role);
    return lane_of_peer(lanes, event->peer != NULL ? event->peer : "");
}

static bool has_peer(const struct trace_event *event)
{
    return event->remote != NULL ||
           (event->peer != NULL && event->peer[0] != '\0');
}

bool lanes_only_sockets(const struct trace_file *trace)
{
    for (size_t i = 0; i < trace->event_count; i++)
        if (trace->events[i].layer != TRACE_LAYER_SOCKET)
            return false;
    return true;
}

void lanes_survey(struct lanes *lanes, const struct trace_file *trace,
                  bool (*counts)(const void *context,
                                 const struct trace_event *event),
                  const void *context)
{
    struct passage passage;

    lanes_open(lanes, trace);
    for (int notes = 0; notes < 2; notes++)
        for (size_t i = 0; i < trace->event_count; i++) {
            const struct trace_event *event = &trace->events[i];
            if ((event->dir == TRACE_DIR_NOTE) == notes &&
                counts(context, event))
                lanes_of(lanes, event, &passage);
        }
}

/* "data" at the server's end of a protocol that has two connections. */
static const char *stream_role(const struct lanes *lanes,
                               const struct trace_event *event, bool server)
{
    if (!server || lanes->split == NULL || event->proto == NULL ||
        event->stream == NULL || strcmp(event->proto, lanes->split) != 0)
        return "";
    return event->stream;
}

/* The lane of one end of a host that speaks to itself. */
static size_t lane_of_end(struct lanes *lanes, const char *host,
                          const struct trace_event *event, bool server)
{
    const char *stream = stream_role(lanes, event, server);
    char role[LANE_NAME_MAX];

    if (stream[0] == '\0')
        return lane(lanes, host, roles[server]);
    snprintf(role, sizeof(role), "%s %s", roles[server], stream);
    return lane(lanes, host, role);
}

static void find_ends(struct lanes *lanes, const struct trace_event *event,
                      struct lane_ends *ends)
{
    const char *host = event->host != NULL ? event->host : "?";
    bool server = event->local_is_server;

    ends->event = event;
    if (address_same_host(event->local, event->remote)) {
        ends->own = lane_of_end(lanes, host, event, server);
        ends->peer = event->dir == TRACE_DIR_NOTE
                         ? ends->own
                         : lane_of_end(lanes, host, event, !server);
    } else {
        const char *stream = stream_role(lanes, event, server);
        ends->own = lane(lanes, host,
                         event->local == NULL && stream[0] == '\0'
                             ? role_of(lanes, host)
                             : stream);
        ends->peer = event->dir == TRACE_DIR_NOTE || !has_peer(event)
                         ? ends->own
                         : lane_of_remote(lanes, event,
                                          stream_role(lanes, event, !server));
    }
}

void lanes_of(struct lanes *lanes, const struct trace_event *event,
              struct passage *passage)
{
    struct lane_ends *ends =
        &lanes->last[event->local_is_server][event->dir == TRACE_DIR_NOTE];

    if (!same_ends(ends->event, event))
        find_ends(lanes, event, ends);
    passage->from = event->dir == TRACE_DIR_IN ? ends->peer : ends->own;
    passage->to = event->dir == TRACE_DIR_IN ? ends->own : ends->peer;
}

/* ---- frames that did not arrive ----------------------------------------- */

static bool is_tcp(const struct trace_frame *frame)
{
    const unsigned char *bytes = (const unsigned char *)frame->bytes.data;

    return frame->bytes.length >= FRAME_END && is_ipv4(bytes) &&
           bytes[FRAME_VERSION] == 0x45 && bytes[FRAME_PROTOCOL] == IPPROTO_TCP;
}

/* The lane of an IPv4 address; of a server with two, that of its data, for the
 * other connection must stand before this one can be tried. */
static bool lane_of_address(const struct lanes *lanes, const char *bytes,
                            size_t *found)
{
    static const char *const ends[] = {" data", "", NULL};
    struct sockaddr_storage address = {.ss_family = AF_INET};
    char name[LANE_NAME_MAX + 8];

    memcpy(&((struct sockaddr_in *)(void *)&address)->sin_addr, bytes, 4);
    const char *host = address_host(lanes, &address);
    for (size_t end = 0; host != NULL && ends[end] != NULL; end++) {
        snprintf(name, sizeof(name), "%s%s", host, ends[end]);
        for (*found = 0; *found < lanes->count; (*found)++)
            if (strcmp(lanes->names[*found], name) == 0)
                return true;
    }
    for (*found = 0; host != NULL && *found < lanes->count; (*found)++)
        if (strncmp(lanes->names[*found], host, strlen(host)) == 0)
            return true;
    return false;
}

bool lanes_of_dropped(const struct lanes *lanes,
                      const struct trace_frame *frame, struct passage *passage)
{
    return frame->dropped != NULL && is_tcp(frame) &&
           lane_of_address(lanes, frame->bytes.data + FRAME_SOURCE,
                           &passage->from) &&
           lane_of_address(lanes, frame->bytes.data + FRAME_TARGET,
                           &passage->to) &&
           passage->from != passage->to;
}

void dropped_label(const struct trace_frame *frame, char text[EVENT_TEXT_MAX])
{
    const unsigned char *bytes = (const unsigned char *)frame->bytes.data;
    unsigned port = (unsigned)bytes[FRAME_PORT] << 8 | bytes[FRAME_PORT + 1];
    char rule[EVENT_TEXT_MAX / 2];

    text_escape(rule, sizeof(rule), span_of(frame->dropped));
    snprintf(text, EVENT_TEXT_MAX, "frame %u, %s to port %u: dropped, %s",
             (unsigned)frame->number,
             bytes[FRAME_FLAGS] & 2 ? "SYN" : "a segment", port, rule);
}
