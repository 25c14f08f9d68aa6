/* SPDX-License-Identifier: MIT */
/*
 * four_ways: one page of N objects, fetched four times: by HTTP/1.0, by
 * HTTP/1.0 with keep-alive, by HTTP/1.1, and by HTTP/1.1 with all requests for
 * objects sent at once. The same bytes arrive each time; what differs is how
 * often the client has to wait.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/limits.h"
#include "labs/http-versions/http_versions.h"

enum way { ONE_EACH, ASKED, KEPT, PIPELINED, WAYS };

/* How often one way is measured at most, on a machine that is busy. */
#define TRIES 8

static const struct {
    const char *name;
    const char *words[3]; /* of the command line; NULL ends */
} ways[WAYS] = {
    [ONE_EACH] = {"HTTP/1.0", {"--http1.0"}},
    [ASKED] = {"HTTP/1.0, keep-alive",
               {"--http1.0", "-H", "Connection: keep-alive"}},
    [KEPT] = {"HTTP/1.1", {NULL}},
    [PIPELINED] = {"HTTP/1.1, pipelined", {"--pipeline"}},
};

/* What one way cost. Times are milliseconds after its first SYN (or, where no
 * frames are seen, after its first connection stood). */
struct cost {
    int64_t from_ns, to_ns; /* the time in which it ran */
    int64_t start_ns;
    unsigned connections, round_trips;
    uint64_t up, down; /* bytes of frames; of TCP where there are none */
    size_t arrived;
    double arrived_ms[PLOT_POINTS_MAX];
    double handshake_ms; /* of its first connection; 0: not seen */
};

static double cost_ms(const struct cost *cost)
{
    return cost->arrived > 0 ? cost->arrived_ms[cost->arrived - 1] : 0;
}

/* ---- fetching ----------------------------------------------------------- */

/* The client is told the address: looking up the name would be a round trip
 * that is none of HTTP's. */
static const char *resolve_text(struct lab_run *run)
{
    static char text[128];

    snprintf(text, sizeof(text), WWW ":%u:%s",
             (unsigned)world_port(lab_world(run), 80),
             world_address(lab_world(run), "web"));
    return text;
}

#define ARGUMENTS_MAX 64

static int page_fetch(struct lab_run *run, enum way way, struct cost *cost,
                      struct error *error)
{
    size_t objects = lab_parameters(run)->objects, count = 0, i;
    char urls[PLOT_POINTS_MAX][128];
    const char *argv[ARGUMENTS_MAX + 1];
    struct reply reply;

    argv[count++] = "http-client";
    for (i = 0; i < 3 && ways[way].words[i]; i++)
        argv[count++] = ways[way].words[i];
    argv[count++] = "--resolve";
    argv[count++] = resolve_text(run);
    for (i = 0; i <= objects; i++) {
        char path[16];

        snprintf(path, sizeof(path), i == 0 ? "/" : "/o/%zu", i);
        snprintf(urls[i], sizeof(urls[0]), "%s", site_url(run, WWW, path));
        argv[count++] = urls[i];
    }
    argv[count] = NULL;
    if (ask(run, false, argv, &reply, error) < 0)
        return -(int)error->class;
    cost->from_ns = reply.from_ns;
    cost->to_ns = lab_now();
    return lab_check(
        run, reply.exit_status == 0 && reply.answers == objects + 1, error,
        "%s brought the page and its %zu objects (the client exited %d)",
        ways[way].name, objects, reply.exit_status);
}

/* ---- measuring ---------------------------------------------------------- */

/* The client's decision where the body ends is noted when it has all of it:
 * an answer's arrival, by the clock of the one who waited. */
static bool is_arrival(const struct trace_event *event)
{
    return event->dir == TRACE_DIR_NOTE &&
           strcmp(event->name, "framing") == 0 &&
           strcmp(event->host, "student") == 0;
}

static void connection_add(struct cost *cost, const struct trace_file *trace,
                           const struct trace_event *connect)
{
    struct lab_flow flow;
    uint64_t up, down;

    lab_flow_measure(trace, connect, 0, &flow);
    lab_stream_measure(trace, connect, &up, &down);
    cost->round_trips += flow.round_trips;
    cost->up += flow.frames ? flow.wire_up : up;
    cost->down += flow.frames ? flow.wire_down : down;
    if (cost->connections++ > 0)
        return;
    cost->start_ns = flow.frames ? flow.syn_ns : connect->time_ns;
    cost->handshake_ms = lab_milliseconds(flow.syn_ns, flow.ack_ns);
}

static void cost_measure(struct cost *cost, const struct trace_file *trace)
{
    size_t i;

    for (i = 0; i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];

        if (event->time_ns < cost->from_ns || event->time_ns > cost->to_ns)
            continue;
        if (is_connect(event))
            connection_add(cost, trace, event);
        if (is_arrival(event) && cost->arrived < PLOT_POINTS_MAX)
            cost->arrived_ms[cost->arrived++] =
                lab_milliseconds(cost->start_ns, event->time_ns);
    }
}

/* ---- telling ------------------------------------------------------------ */

static void table_tell(struct lab_run *run, const struct cost *costs)
{
    bool frames = world_has(lab_world(run), WORLD_FRAMES);
    int way;

    lab_table_begin(run);
    lab_table_row(run,
                  "way|connections|round trips|%s, to the server|from the "
                  "server|time",
                  frames ? "bytes on the wire" : "bytes of TCP");
    for (way = 0; way < WAYS; way++) {
        const struct cost *cost = &costs[way];
        char trips[16] = "-";

        if (frames)
            snprintf(trips, sizeof(trips), "%u", cost->round_trips);
        lab_table_row(run, "%s|%u|%s|%llu|%llu|%.1f ms", ways[way].name,
                      cost->connections, trips, (unsigned long long)cost->up,
                      (unsigned long long)cost->down, cost_ms(cost));
    }
    lab_table_end(run);
}

static void plot_tell(struct lab_run *run, const struct cost *costs)
{
    char text[LAB_TEXT_MAX];
    size_t used, i;
    int way;

    used = (size_t)snprintf(text, sizeof(text),
                            "What had arrived, and when|milliseconds|answers");
    for (way = 0; way < WAYS; way++) {
        used += (size_t)snprintf(text + used, sizeof(text) - used, "\n%s",
                                 ways[way].name);
        for (i = 0; i < costs[way].arrived && used + 32 < sizeof(text); i++)
            used +=
                (size_t)snprintf(text + used, sizeof(text) - used, "|%.2f %zu",
                                 costs[way].arrived_ms[i], i + 1);
    }
    lab_plot(run, text);
}

/* ---- what theory says --------------------------------------------------- */

/* Round trips of a page and `objects` objects. */
static unsigned theory(enum way way, unsigned objects)
{
    switch (way) {
    case ONE_EACH:
        /* A handshake and an exchange for each. */
        return 2 * (objects + 1);
    case PIPELINED:
        /* A handshake, the page, all objects at once. */
        return 3;
    default:
        /* A handshake, then an exchange for each. */
        return 1 + objects + 1;
    }
}

static int shape_check(struct lab_run *run, const struct cost *costs,
                       struct error *error)
{
    unsigned objects = (unsigned)lab_parameters(run)->objects;
    int way;

    for (way = 0; way < WAYS; way++) {
        unsigned connections = way == ONE_EACH ? objects + 1 : 1;
        unsigned trips = theory((enum way)way, objects);

        if (lab_check(run, costs[way].connections == connections, error,
                      "%s took %u connections (%u)", ways[way].name,
                      connections, costs[way].connections) < 0)
            return -(int)error->class;
        if (world_has(lab_world(run), WORLD_FRAMES) &&
            lab_check(run, costs[way].round_trips == trips, error,
                      "%s took %u round trips (%u)", ways[way].name, trips,
                      costs[way].round_trips) < 0)
            return -(int)error->class;
    }
    return 0;
}

static void shape_tell(struct lab_run *run, const struct cost *costs)
{
    unsigned n = (unsigned)lab_parameters(run)->objects;
    double trip_ms = costs[PIPELINED].handshake_ms;

    if (!world_has(lab_world(run), WORLD_FRAMES)) {
        lab_not_here(run, "round trips, and the time they take", WORLD_DELAY);
        return;
    }
    lab_say(run,
            "Theory counts, for a page and N = %u objects: 2 (N + 1) = %u "
            "round trips when each has its connection, 1 + (N + 1) = %u on a "
            "kept one, and 3 when the requests for the objects don't wait for "
            "each other: handshake, page, objects. So it was.",
            n, theory(ONE_EACH, n), theory(KEPT, n));
    lab_say(run,
            "A round trip took %.1f ms here (the handshake measured it), three "
            "of them %.1f ms; the pipelined page was there after %.1f ms. What "
            "is left, %.1f ms, is all that the programs and the wire added. "
            "All requests went in one flight and all answers came in one, "
            "because both fit into TCP's initial window of ten segments.",
            trip_ms, 3 * trip_ms, cost_ms(&costs[PIPELINED]),
            cost_ms(&costs[PIPELINED]) - 3 * trip_ms);
    lab_say(run,
            "Browsers never came to rely on pipelining: the answers must come "
            "in the order of the requests, so that one slow answer holds up "
            "all behind it (RFC 9112 §9.3.2).");
}

/* Measures one way. A program that is not given a processor in time says in
 * two flights what it would have said in one: that is a round trip more, of a
 * busy machine and none of HTTP's. So what differs from theory is measured
 * again, a few times, before it counts. */
static int way_measure(struct lab_run *run, enum way way, struct cost *cost,
                       struct error *error)
{
    struct trace_file trace;
    int tries;

    for (tries = 1; tries <= TRIES; tries++) {
        *cost = (struct cost){0};
        if (page_fetch(run, way, cost, error) < 0 ||
            lab_trace_settled(run, cost->from_ns, &trace, error) < 0)
            return -(int)error->class;
        cost_measure(cost, &trace);
        trace_file_free(&trace);
        if (!world_has(lab_world(run), WORLD_FRAMES) ||
            cost->round_trips ==
                theory(way, (unsigned)lab_parameters(run)->objects))
            break;
    }
    if (tries > 1)
        lab_say(run, "(%s was measured again: this machine was busy.)",
                ways[way].name);
    return 0;
}

int http_versions_four_ways(struct lab_run *run, struct error *error)
{
    struct cost costs[WAYS];
    int way;

    lab_say(run,
            "A page and %zu small objects, the same each time. The client is "
            "given the address (--resolve), so that only HTTP's own round "
            "trips count.",
            lab_parameters(run)->objects);
    for (way = 0; way < WAYS; way++)
        if (way_measure(run, (enum way)way, &costs[way], error) < 0)
            return -(int)error->class;
    table_tell(run, costs);
    plot_tell(run, costs);
    if (shape_check(run, costs, error) < 0)
        return -(int)error->class;
    shape_tell(run, costs);
    return 0;
}
