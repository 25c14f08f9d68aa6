/* SPDX-License-Identifier: MIT */
/*
 * connections: how many a page of a few objects takes, who decides it, and how
 * long an idle one is kept.
 */
#include <stdio.h>
#include <string.h>

#include "labs/http-versions/http_versions.h"

#define FEW 3 /* objects: enough to see the pattern in a ladder */

/* The client's words, then the page's objects. */
static int few_ask(struct lab_run *run, bool ladder, const char *const *words,
                   struct reply *reply, struct error *error)
{
    const char *argv[16] = {"http-client"};
    char path[16];
    size_t count = 1, i;

    while (*words)
        argv[count++] = *words++;
    for (i = 0; i < FEW; i++) {
        snprintf(path, sizeof(path), "/o/%zu", i + 1);
        argv[count++] = site_url(run, WWW, path);
    }
    argv[count] = NULL;
    if (ask(run, ladder, argv, reply, error) < 0)
        return -(int)error->class;
    return lab_check(run, reply->exit_status == 0 && reply->answers == FEW,
                     error, "the client fetched %d objects (it exited %d)", FEW,
                     reply->exit_status);
}

#define FEW_ASK(run, ladder, reply, error, ...)                        \
    few_ask((run), (ladder), (const char *const[]){__VA_ARGS__, NULL}, \
            (reply), (error))

/* ---- one connection an object ------------------------------------------- */

int http_versions_one_each(struct lab_run *run, struct error *error)
{
    struct reply reply;

    if (FEW_ASK(run, true, &reply, error, "--http1.0") < 0 ||
        lab_check(run, reply.connections == FEW, error,
                  "HTTP/1.0 opened a connection an object (%u)",
                  reply.connections) < 0)
        return -(int)error->class;
    lab_say(run,
            "%d objects, %u connections. In HTTP/1.0 the answer ends and so "
            "does the connection: each object pays a handshake of its own, a "
            "round trip before the first byte of its request.",
            FEW, reply.connections);
    return 0;
}

/* ---- who decides -------------------------------------------------------- */

static void kept_row(struct lab_run *run, const char *version, const char *word,
                     const struct reply *reply)
{
    lab_table_row(run, "%s|%s|%u|%u", version, word, reply->answers,
                  reply->connections);
}

int http_versions_kept(struct lab_run *run, struct error *error)
{
    struct reply asked, rule, refused;

    if (FEW_ASK(run, false, &asked, error, "--http1.0", "-H",
                "Connection: keep-alive") < 0 ||
        FEW_ASK(run, true, &rule, error, "-4") < 0 ||
        FEW_ASK(run, false, &refused, error, "-H", "Connection: close") < 0)
        return -(int)error->class;
    lab_table_begin(run);
    lab_table_row(run, "version|the client says|objects|connections");
    kept_row(run, "HTTP/1.0", "Connection: keep-alive", &asked);
    kept_row(run, "HTTP/1.1", "(nothing)", &rule);
    kept_row(run, "HTTP/1.1", "Connection: close", &refused);
    lab_table_end(run);
    if (lab_check(run, asked.connections == 1 && rule.connections == 1, error,
                  "a kept connection carried all objects (%u, %u)",
                  asked.connections, rule.connections) < 0 ||
        lab_check(run, refused.connections == FEW, error,
                  "Connection: close made it one an object (%u)",
                  refused.connections) < 0)
        return -(int)error->class;
    lab_say(run,
            "HTTP/1.0 can keep a connection too, but has to ask for it, and "
            "the server has to agree; HTTP/1.1 turned the default round: it "
            "stays open unless one side says \"Connection: close\" (RFC 9112 "
            "§9.3).");
    return 0;
}

/* ---- how long ----------------------------------------------------------- */

static const struct trace_event *next_of(const struct trace_file *trace,
                                         const struct trace_event *after,
                                         const struct trace_event *connection,
                                         bool (*is)(const struct trace_event *))
{
    const struct trace_event *end = trace->events + trace->event_count;
    const struct trace_event *event = after ? after + 1 : trace->events;

    while (
        event < end &&
        (!is(event) || (connection && !lab_same_connection(event, connection))))
        event++;
    return event < end ? event : NULL;
}

static bool is_close_of_web(const struct trace_event *event)
{
    return event->layer == TRACE_LAYER_TCP &&
           strcmp(event->name, "close") == 0 && strcmp(event->host, "web") == 0;
}

/* Milliseconds from the server's answer to its close of the connection, by the
 * clock of the server. Negative: one of the two is not in the trace. */
static double idle_ms(const struct trace_file *trace, int64_t from_ns)
{
    const struct trace_event *request = NULL, *answer, *close;

    do
        request = next_of(trace, request, NULL, is_request);
    while (request && request->time_ns < from_ns);
    answer = request ? next_of(trace, request, request, is_final) : NULL;
    close = answer ? next_of(trace, answer, request, is_close_of_web) : NULL;
    return close ? lab_milliseconds(answer->time_ns, close->time_ns) : -1;
}

/* While the client waits for a slow answer on another connection, the first
 * one idles longer than the server will have it. */
static int idle_ask(struct lab_run *run, bool ladder, struct reply *reply,
                    double *ms, struct error *error)
{
    struct trace_file trace;

    if (ASK(run, ladder, reply, error, site_url(run, WWW, "/o/1"),
            site_url(run, BLOG, "/slow?1500"),
            site_url(run, WWW, "/o/2")) < 0 ||
        lab_trace(run, &trace, error) < 0)
        return -(int)error->class;
    *ms = reply->connections == 3 ? idle_ms(&trace, reply->from_ns) : -1;
    trace_file_free(&trace);
    return 0;
}

/* A server that is not given a processor for half a second closes too late to
 * be seen: then it is asked again, a few times at most. */
#define IDLE_TRIES 4

int http_versions_idle(struct lab_run *run, struct error *error)
{
    struct reply reply;
    double ms = -1;
    int tries;

    for (tries = 0; tries < IDLE_TRIES && ms <= 0; tries++)
        if (idle_ask(run, tries == 0, &reply, &ms, error) < 0)
            return -(int)error->class;
    if (lab_check(run, reply.exit_status == 0 && reply.connections == 3, error,
                  "three connections were needed (%u)",
                  reply.connections) < 0 ||
        lab_check(run, ms > 0, error, "the server closed the idle connection"))
        return -(int)error->class;
    lab_say(run,
            "The server closed the first connection %.0f ms after its answer, "
            "because nothing came on it: this server waits a second. Nobody "
            "was told beforehand, and nothing is wrong: each side may close an "
            "idle connection at any time (RFC 9112 §9.5). For the third URL "
            "the client saw the FIN that had come, and connected anew.",
            ms);
    return 0;
}
