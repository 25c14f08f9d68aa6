/* SPDX-License-Identifier: MIT */
/*
 * two: the second connection, opened by the client, by the server, and not at
 * all.
 */
#include <stdio.h>
#include <string.h>

#include "common/address.h"
#include "labs/ftp-connections/ftp_connections.h"

/* ---- what is common to the three ---------------------------------------- */

/* The two connections of a visit, as who opened them has recorded it. */
struct pair {
    const struct trace_event *control, *data;
};

static int pair_find(struct lab_run *run, const struct visit *visit,
                     struct pair *pair, struct error *error)
{
    pair->control = visit_find(visit, TRACE_LAYER_TCP, "control", "connect");
    pair->data = visit_find(visit, TRACE_LAYER_TCP, "data", "connect");
    return lab_check(
        run, visit->exit_status == 0 && pair->control && pair->data, error,
        "two connections were opened (the client exited %d: %s)",
        visit->exit_status, visit->said);
}

static void pair_row(struct lab_run *run, const struct visit *visit,
                     const char *what, const struct trace_event *event)
{
    char frame[16] = "-";
    uint32_t syn = syn_of(&visit->trace, event, visit->from_ns);

    if (syn > 0)
        snprintf(frame, sizeof(frame), "%u", syn);
    lab_table_row(run, "%s|%s|%s|%s|%s|%llu", what, event->host,
                  address_text(event->local), address_text(event->remote),
                  frame, (unsigned long long)event->id);
}

static void pair_tell(struct lab_run *run, const struct visit *visit,
                      const struct pair *pair)
{
    lab_table_begin(run);
    lab_table_row(run, "connection|opened by|from|to|SYN in frame|event");
    pair_row(run, visit, "control", pair->control);
    pair_row(run, visit, "data", pair->data);
    lab_table_end(run);
    if (!world_has(lab_world(run), WORLD_FRAMES))
        lab_not_here(run, "the frames of both handshakes", WORLD_FRAMES);
}

/* ---- passive ------------------------------------------------------------ */

static int passive_tell(struct lab_run *run, const struct visit *visit,
                        struct error *error)
{
    const struct trace_event *reply =
        visit_find(visit, TRACE_LAYER_APP, "control", "229");
    struct pair pair;

    if (pair_find(run, visit, &pair, error) < 0 ||
        lab_check(run,
                  reply && strcmp(pair.data->host, "student") == 0 &&
                      pair.control->id < reply->id && reply->id < pair.data->id,
                  error,
                  "the server announced a port, and the client connected to "
                  "it") < 0)
        return -(int)error->class;
    pair_tell(run, visit, &pair);
    lab_say(run,
            "Both were opened by the student. The server's answer to EPSV was "
            "\"%s\" (event %llu): a port that it has opened for this one "
            "transfer, and the second SYN went there.",
            line_of(reply), (unsigned long long)reply->id);
    return 0;
}

int ftp_connections_passive(struct lab_run *run, struct error *error)
{
    struct visit visit;

    if (VISIT(run, true, &visit, error, "-o", lab_path(run, "got/passive"),
              ftp_url(run, NOTES)) < 0)
        return -(int)error->class;
    passive_tell(run, &visit, error);
    trace_file_free(&visit.trace);
    if (error->class != ERROR_NONE)
        return -(int)error->class;
    lab_say(run,
            "The ladder has two lanes for the server: commands and replies go "
            "over one, the file over the other. The file has no length in "
            "front of it and no mark behind it: its connection closes, and "
            "that is its end (RFC 959 §3.4.1).");
    lab_correct(run, RFC("2428", "3"),
                "FTP uses two connections, ports 20 and 21.",
                "Port 21 is the control connection's. Port 20 is where the "
                "server connects from in active mode; in passive mode, as "
                "here, it plays no part: the data connection goes to a port "
                "that the server has named.");
    return 0;
}

/* ---- active ------------------------------------------------------------- */

static int active_tell(struct lab_run *run, const struct visit *visit,
                       struct error *error)
{
    const struct trace_event *asked =
        visit_find(visit, TRACE_LAYER_APP, "control", "EPRT");
    struct pair pair;

    if (asked == NULL)
        asked = visit_find(visit, TRACE_LAYER_APP, "control", "PORT");
    if (pair_find(run, visit, &pair, error) < 0 ||
        lab_check(run,
                  asked && strcmp(pair.data->host, "files") == 0 &&
                      address_port(pair.data->local) + 1 ==
                          address_port(pair.control->remote),
                  error,
                  "the server opened the data connection, from the port below "
                  "that of the control connection") < 0)
        return -(int)error->class;
    pair_tell(run, visit, &pair);
    lab_say(run,
            "\"%s\": now the client listens and says where (event %llu). The "
            "second SYN came from the server, from its port %u. Who opens a "
            "connection and who serves is not the same question.",
            line_of(asked), (unsigned long long)asked->id,
            (unsigned)address_port(pair.data->local));
    return 0;
}

int ftp_connections_active(struct lab_run *run, struct error *error)
{
    struct visit visit;

    if (VISIT(run, true, &visit, error, "--active", "-o",
              lab_path(run, "got/active"), ftp_url(run, NOTES)) < 0)
        return -(int)error->class;
    active_tell(run, &visit, error);
    trace_file_free(&visit.trace);
    return -(int)error->class;
}

/* ---- behind a firewall -------------------------------------------------- */

/* The SYNs that the firewall has dropped, a row each. */
static unsigned dropped_tell(struct lab_run *run, const struct visit *visit)
{
    struct lab_segment segment;
    unsigned count = 0;

    lab_table_begin(run);
    lab_table_row(run, "frame|after|from port|to port|what became of it");
    for (size_t i = 0; i < visit->trace.frame_count; i++) {
        const struct trace_frame *frame = &visit->trace.frames[i];

        if (frame->dropped == NULL || frame->time_ns < visit->from_ns ||
            !lab_segment_read(frame->bytes, &segment) ||
            (segment.flags & LAB_TCP_SYN) == 0)
            continue;
        lab_table_row(run, "%u|%.1f ms|%u|%u|%s", frame->number,
                      lab_milliseconds(visit->from_ns, frame->time_ns),
                      segment.source_port, segment.target_port, frame->dropped);
        count++;
    }
    lab_table_end(run);
    return count;
}

static int active_fails(struct lab_run *run, struct error *error)
{
    const struct trace_event *reply;
    struct visit visit;
    unsigned dropped;

    if (VISIT(run, true, &visit, error, "--active", "-o",
              lab_path(run, "got/blocked"), ftp_url(run, NOTES)) < 0)
        return -(int)error->class;
    dropped = dropped_tell(run, &visit);
    reply = visit_find(&visit, TRACE_LAYER_APP, "control", "425");
    if (lab_check(run, visit.exit_status != 0 && dropped > 0, error,
                  "the server's SYN was dropped (%u times), and the client "
                  "said so (it exited %d)",
                  dropped, visit.exit_status) == 0)
        lab_say(run,
                "The control connection stood, for the student had opened it. "
                "The server's SYN was dropped on its way in, %u time%s: it "
                "was never answered, and the server took its silence for an "
                "answer%s%s%s. ftp-client exited %d.",
                dropped, dropped == 1 ? "" : "s", reply ? ": \"" : "",
                reply ? line_of(reply) : "", reply ? "\"" : "",
                visit.exit_status);
    trace_file_free(&visit.trace);
    return -(int)error->class;
}

static int passive_passes(struct lab_run *run, struct error *error)
{
    struct visit visit;

    if (VISIT(run, true, &visit, error, "-o", lab_path(run, "got/passed"),
              ftp_url(run, NOTES)) < 0)
        return -(int)error->class;
    lab_check(run, visit.exit_status == 0, error,
              "passive mode passed the firewall (the client exited %d: %s)",
              visit.exit_status, visit.said);
    trace_file_free(&visit.trace);
    return -(int)error->class;
}

int ftp_connections_firewall(struct lab_run *run, struct error *error)
{
    struct world *world = lab_world(run);

    if (!world_has(world, WORLD_FIREWALL)) {
        lab_not_here(run, "a firewall that drops the server's SYN",
                     WORLD_FIREWALL);
        return 0;
    }
    lab_say(run,
            "A firewall goes up in front of the student: connections out may "
            "pass, connections in may not. First the way of the last step, "
            "then that of the first.");
    if (world_firewall(world, true, error) < 0 ||
        active_fails(run, error) < 0 || passive_passes(run, error) < 0 ||
        world_firewall(world, false, error) < 0)
        return -(int)error->class;
    lab_say(run,
            "In passive mode both SYNs go out, and out is allowed. The same is "
            "true behind an address translation: nobody outside can open a "
            "connection to an address that exists only inside. Under TLS no "
            "firewall can help any more by reading along and opening the port "
            "that a PORT command names: it can't read it.");
    return 0;
}
