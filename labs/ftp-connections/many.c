/* SPDX-License-Identifier: MIT */
/*
 * many: small files, one after the other, over FTP and over HTTP. The wire is
 * the same; what differs is how often somebody waits for the other side.
 */
#include <stdio.h>
#include <string.h>

#include "labs/ftp-connections/ftp_connections.h"

/* What the files have cost. */
struct cost {
    double elapsed_ms;
    unsigned connections, round_trips;
    uint64_t frames, wire;
};

/* Adds up the connections of a protocol that were opened since. */
static void cost_measure(const struct trace_file *trace, int64_t from_ns,
                         const char *proto, struct cost *cost)
{
    for (size_t i = 0; i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];
        struct lab_flow flow;

        if (event->time_ns < from_ns || event->layer != TRACE_LAYER_TCP ||
            strcmp(event->name, "connect") != 0 || event->proto == NULL ||
            strcmp(event->proto, proto) != 0)
            continue;
        lab_flow_measure(trace, event, 0, &flow);
        cost->connections++;
        cost->round_trips += flow.round_trips;
        cost->frames += flow.frames;
        cost->wire += flow.wire_up + flow.wire_down;
    }
}

static int by_ftp(struct lab_run *run, struct cost *cost, struct error *error)
{
    const char *words[MANY + 6];
    char names[MANY][16], folder[512];
    struct visit visit;
    size_t count = 0;

    snprintf(folder, sizeof(folder), "%s/", lab_path(run, "got"));
    words[count++] = "-o";
    words[count++] = folder;
    words[count++] = ftp_url(run, "many/");
    words[count++] = "get";
    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof(names[0]), "%d.txt", i + 1);
        words[count++] = names[i];
    }
    words[count] = NULL;
    if (visit_make(run, false, words, &visit, error) < 0)
        return -(int)error->class;
    cost->elapsed_ms = visit.elapsed_ms;
    cost_measure(&visit.trace, visit.from_ns, "ftp", cost);
    trace_file_free(&visit.trace);
    return lab_check(
        run, visit.exit_status == 0 && cost->connections == MANY + 1, error,
        "%d files made %d data connections and one of control "
        "(%u; the client exited %d: %s)",
        MANY, MANY, cost->connections, visit.exit_status, visit.said);
}

static int by_http(struct lab_run *run, struct cost *cost, struct error *error)
{
    const char *argv[2 * MANY + MANY + 2] = {"http-client"};
    const char *url =
        world_url(lab_world(run), "http", "www.example.test", 80, "/style.css");
    char urls[160];
    struct world_result result;
    struct trace_file trace;
    size_t count = 1;
    int64_t from_ns;

    snprintf(urls, sizeof(urls), "%s", url);
    for (int i = 0; i < MANY; i++) {
        argv[count++] = "-o";
        argv[count++] = "/dev/null";
        argv[count++] = urls;
    }
    argv[count] = NULL;
    from_ns = lab_now();
    if (lab_command(run, argv, &result, error) < 0)
        return -(int)error->class;
    cost->elapsed_ms = (double)result.elapsed_ns / 1e6;
    lab_check(run, result.status == 0, error,
              "%d files came over HTTP (the client exited %d: %.200s)", MANY,
              result.status, result.err);
    world_result_free(&result);
    if (error->class != ERROR_NONE ||
        lab_trace_settled(run, from_ns, &trace, error) < 0)
        return -(int)error->class;
    cost_measure(&trace, from_ns, "http", cost);
    trace_file_free(&trace);
    return 0;
}

static void cost_row(struct lab_run *run, const char *what,
                     const struct cost *cost)
{
    lab_table_row(run, "%s|%u|%u|%llu|%llu|%.0f ms|%.1f", what,
                  cost->connections, cost->round_trips,
                  (unsigned long long)cost->frames,
                  (unsigned long long)cost->wire, cost->elapsed_ms,
                  (double)cost->round_trips / MANY);
}

static int cost_tell(struct lab_run *run, const struct cost *ftp,
                     const struct cost *http, struct error *error)
{
    double each = (double)ftp->round_trips / MANY;
    double other = (double)http->round_trips / MANY;

    lab_table_begin(run);
    lab_table_row(run,
                  "%d small files|connections|round trips|frames|bytes on "
                  "the wire|time|round trips a file",
                  MANY);
    cost_row(run, "FTP", ftp);
    cost_row(run, "HTTP/1.1", http);
    lab_table_end(run);
    if (lab_check(run, ftp->round_trips > http->round_trips, error,
                  "FTP waited more often (%u round trips, HTTP %u)",
                  ftp->round_trips, http->round_trips) < 0)
        return -(int)error->class;
    lab_say(run,
            "For each file over FTP a port is asked for (a round trip), "
            "connected to (another), and the file asked for (a third); the "
            "rest is the log-in. At this rate a thousand files would take %.0f "
            "round trips over FTP and "
            "%.0f over HTTP/1.1: at 20 ms each, %.0f seconds against %.0f.",
            each * 1000, other * 1000, each * 20, other * 20);
    return 0;
}

int ftp_connections_many(struct lab_run *run, struct error *error)
{
    struct cost ftp = {0}, http = {0};

    lab_say(run,
            "%d files of a few bytes, first over one control connection of "
            "FTP, then over one connection of HTTP/1.1.",
            MANY);
    if (lab_start_web(run, NULL, error) < 0 || by_ftp(run, &ftp, error) < 0 ||
        by_http(run, &http, error) < 0)
        return -(int)error->class;
    if (world_has(lab_world(run), WORLD_FRAMES))
        cost_tell(run, &ftp, &http, error);
    else
        lab_not_here(run, "the round trips, counted in frames", WORLD_FRAMES);
    lab_correct(run, RFC("959", "3.3"),
                "Separate connections make FTP more efficient.",
                "They cost: a handshake and a close for each file, and TCP "
                "begins each of them slowly. What they bought in 1985 was that "
                "data could go between two other hosts, and that an ABOR need "
                "not wait behind a file.");
    return -(int)error->class;
}
