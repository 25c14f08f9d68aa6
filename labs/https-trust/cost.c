/* SPDX-License-Identifier: MIT */
/*
 * cost: what TLS costs, measured in this run: CPU time of the client, bytes on
 * the wire, round trips; and what resuming a session saves.
 */
#include <stdio.h>
#include <string.h>

#include "labs/https-trust/certificates.h"
#include "labs/https-trust/https_trust.h"
#include "labs/https-trust/operations.h"

#define RUNS 6 /* of each client: noise only adds, so the least counts */

/* ---- CPU time ----------------------------------------------------------- */

static double cpu_ms(const struct rusage *usage)
{
    return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1e3 +
           (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e3;
}

/* Runs the client once and lowers *least_ms to its CPU time. */
static int cpu_run(struct lab_run *run, const char *const *argv, bool first,
                   double *least_ms, struct error *error)
{
    struct world_result result;
    double ms;
    int status = first ? lab_command(run, argv, &result, error)
                       : lab_repeat(run, argv, &result, error);

    if (status < 0)
        return status;
    ms = cpu_ms(&result.usage);
    if (first || ms < *least_ms)
        *least_ms = ms;
    lab_check(run, result.status == 0, error,
              "the client fetched the page (it exited %d: %.200s)",
              result.status, result.err);
    world_result_free(&result);
    return -(int)error->class;
}

/* In turns, so that what else the machine does meets both alike. Always as
 * often: two runs of the lab are to have said the same. */
static int cpu_measure(struct lab_run *run, const char *const *clear,
                       const char *const *sealed, double *cpu,
                       struct error *error)
{
    for (int i = 0; i < RUNS; i++)
        if (cpu_run(run, clear, i == 0, &cpu[0], error) < 0 ||
            cpu_run(run, sealed, i == 0, &cpu[1], error) < 0)
            return -(int)error->class;
    return 0;
}

/* ---- one exchange ------------------------------------------------------- */

/* A request and its answer on a connection of their own. */
struct price {
    struct lab_flow flow; /* of frames; zero where there are none */
    uint64_t up, down;    /* bytes of the TCP stream */
    double answered_ms;   /* from the SYN to the last byte's frame */
};

static const struct trace_frame *frame_of(const struct trace_file *trace,
                                          uint32_t number)
{
    size_t i;

    for (i = 0; i < trace->frame_count; i++)
        if (trace->frames[i].number == number)
            return &trace->frames[i];
    return NULL;
}

static int price_take(struct lab_run *run, const struct trace_file *trace,
                      const struct trace_event *request, struct price *price,
                      struct error *error)
{
    const struct trace_event *answer = lab_answer_to(trace, request);
    const struct trace_frame *last;
    struct lab_flow until;

    memset(price, 0, sizeof(*price));
    if (lab_check(run, answer != NULL, error, "each request was answered") < 0)
        return -(int)error->class;
    lab_stream_measure(trace, request, &price->up, &price->down);
    lab_flow_measure(trace, request, 0, &price->flow);
    if (answer->frame_count == 0)
        return 0;
    /* The bytes are those of the whole connection; the round trips those that
     * were waited for: what follows the answer nobody waits for. */
    last = frame_of(trace, answer->frames[answer->frame_count - 1]);
    if (last) {
        lab_flow_measure(trace, request, last->number, &until);
        price->flow.round_trips = until.round_trips;
        price->answered_ms = lab_milliseconds(until.syn_ns, last->time_ns);
    }
    return 0;
}

/* The requests of the student's since `from_ns`, in order. */
static size_t requests_find(const struct trace_file *trace, int64_t from_ns,
                            const struct trace_event **requests, size_t max)
{
    size_t i, count = 0;

    for (i = 0; i < trace->event_count && count < max; i++)
        if (trace->events[i].time_ns >= from_ns &&
            trace->events[i].layer == TRACE_LAYER_APP &&
            strcmp(trace->events[i].name, "GET") == 0)
            requests[count++] = &trace->events[i];
    return count;
}

/* ---- the three columns -------------------------------------------------- */

enum column { CLEAR, FULL, RESUMED, COLUMNS };

static void frames_tell(struct lab_run *run, const struct price *p)
{
    lab_table_row(run, "round trips until the answer was there|%u|%u|%u",
                  p[CLEAR].flow.round_trips, p[FULL].flow.round_trips,
                  p[RESUMED].flow.round_trips);
    lab_table_row(run,
                  "from the SYN to the answer's last frame|%.1f ms|%.1f "
                  "ms|%.1f ms",
                  p[CLEAR].answered_ms, p[FULL].answered_ms,
                  p[RESUMED].answered_ms);
    lab_table_row(run, "frames|%llu|%llu|%llu",
                  (unsigned long long)p[CLEAR].flow.frames,
                  (unsigned long long)p[FULL].flow.frames,
                  (unsigned long long)p[RESUMED].flow.frames);
    lab_table_row(run, "bytes on the wire, to the server|%llu|%llu|%llu",
                  (unsigned long long)p[CLEAR].flow.wire_up,
                  (unsigned long long)p[FULL].flow.wire_up,
                  (unsigned long long)p[RESUMED].flow.wire_up);
    lab_table_row(run, "bytes on the wire, from the server|%llu|%llu|%llu",
                  (unsigned long long)p[CLEAR].flow.wire_down,
                  (unsigned long long)p[FULL].flow.wire_down,
                  (unsigned long long)p[RESUMED].flow.wire_down);
}

static void prices_tell(struct lab_run *run, const struct price *p,
                        const double *cpu)
{
    bool frames = world_has(lab_world(run), WORLD_FRAMES);

    lab_table_begin(run);
    lab_table_row(run, "what|http|https, full handshake|https, resumed");
    lab_table_row(run,
                  "CPU time of the whole client, least of %d runs|%.1f ms|%.1f "
                  "ms|-",
                  RUNS, cpu[CLEAR], cpu[FULL]);
    if (frames)
        frames_tell(run, p);
    lab_table_row(run, "bytes of the TCP stream, to the server|%llu|%llu|%llu",
                  (unsigned long long)p[CLEAR].up,
                  (unsigned long long)p[FULL].up,
                  (unsigned long long)p[RESUMED].up);
    lab_table_row(
        run, "bytes of the TCP stream, from the server|%llu|%llu|%llu",
        (unsigned long long)p[CLEAR].down, (unsigned long long)p[FULL].down,
        (unsigned long long)p[RESUMED].down);
    lab_table_end(run);
    if (!frames)
        lab_not_here(run, "round trips and the bytes of whole frames",
                     WORLD_FRAMES);
}

/* On a busy machine RUNS may not be enough for both to have had a quiet
 * moment. That is no fault of the lab; it is said. */
static void noise_tell(struct lab_run *run, const double *cpu)
{
    if (cpu[FULL] <= cpu[CLEAR])
        lab_say(run, "This machine is busy: what else it did cost more CPU "
                     "time than TLS, and the first line tells nothing today.");
}

static int prices_check(struct lab_run *run, const struct price *p,
                        struct error *error)
{
    if (lab_check(run, p[FULL].up > p[CLEAR].up && p[FULL].down > p[CLEAR].down,
                  error, "https took more bytes than http, both ways") < 0 ||
        lab_check(run, p[RESUMED].down < p[FULL].down, error,
                  "a resumed handshake brings fewer bytes (%llu) than a full "
                  "one (%llu)",
                  (unsigned long long)p[RESUMED].down,
                  (unsigned long long)p[FULL].down) < 0)
        return -(int)error->class;
    if (!world_has(lab_world(run), WORLD_FRAMES))
        return 0;
    return lab_check(run,
                     p[FULL].flow.round_trips > p[CLEAR].flow.round_trips &&
                         p[RESUMED].flow.round_trips <=
                             p[FULL].flow.round_trips,
                     error,
                     "https took more round trips (%u) than http (%u), and "
                     "resuming (%u) none more",
                     p[FULL].flow.round_trips, p[CLEAR].flow.round_trips,
                     p[RESUMED].flow.round_trips);
}

static void resumption_tell(struct lab_run *run, const struct price *p)
{
    lab_say(run,
            "The second https connection offered what the first had given it "
            "(NewSessionTicket, RFC 8446 §4.6.1), and the server took it: no "
            "certificate was sent and none was checked, which saved %llu bytes "
            "from the server. It cost %llu bytes more to the server, because "
            "the ticket travels in the ClientHello.",
            (unsigned long long)(p[FULL].down - p[RESUMED].down),
            (unsigned long long)(p[RESUMED].up > p[FULL].up
                                     ? p[RESUMED].up - p[FULL].up
                                     : 0));
    if (world_has(lab_world(run), WORLD_FRAMES))
        lab_say(run,
                "Round trips: %u and %u. In TLS 1.3 a full handshake takes one "
                "more than TCP alone, and resuming saves none of them (only "
                "early data would, RFC 8446 §2.3); in TLS 1.2 it saved one.",
                p[FULL].flow.round_trips, p[RESUMED].flow.round_trips);
}

/* ---- where the CPU time went -------------------------------------------- */

/* The once-a-connection part against the every-byte part. */
static int operations_check(struct lab_run *run, const struct operations *o,
                            struct error *error)
{
    double exchange = o->us[OPERATION_KEY_SHARE];
    double signatures =
        o->us[OPERATION_SIGN] + o->us[OPERATION_VERIFY] + o->us[OPERATION_RSA];
    double sealing = o->us[OPERATION_SEAL];

    if (lab_check(run, exchange + signatures > sealing, error,
                  "the asymmetric operations (%.0f us) cost more than "
                  "encrypting the page (%.0f us)",
                  exchange + signatures, sealing) < 0)
        return -(int)error->class;
    lab_say(run,
            "Encrypting the page cost %.0f times less than getting to the keys "
            "for it. A connection that is kept open has paid for that already; "
            "a resumed session saves the %.0f us of the signatures and their "
            "checks, but exchanges keys anew.",
            (exchange + signatures) / sealing, signatures);
    return 0;
}

static int operations_tell(struct lab_run *run, struct error *error)
{
    struct operations operations;
    X509 *ca = NULL, *leaf = NULL;
    int i;

    if (certificate_read(&ca, lab_path(run, TRUST "/ca.pem"), error) == 0 &&
        certificate_read(&leaf, lab_path(run, TRUST "/good.pem"), error) == 0 &&
        operations_measure(&operations, leaf, X509_get0_pubkey(ca),
                           lab_parameters(run)->page_bytes, error) == 0) {
        lab_table_begin(run);
        lab_table_row(run, "one operation|CPU time");
        for (i = 0; i < OPERATIONS; i++)
            lab_table_row(run, "%s|%.1f us", operation_names[i],
                          operations.us[i]);
        lab_table_end(run);
        operations_check(run, &operations, error);
    }
    X509_free(ca);
    X509_free(leaf);
    return -(int)error->class;
}

/* ---- the step ----------------------------------------------------------- */

static int prices_measure(struct lab_run *run, int64_t clear_ns,
                          int64_t sealed_ns, struct price *prices,
                          struct error *error)
{
    const struct trace_event *requests[2 + COLUMNS];
    const struct trace_event *resumed;
    struct trace_file trace;

    if (lab_trace(run, &trace, error) < 0)
        return -(int)error->class;
    resumed = lab_event_find(&trace, sealed_ns, TRACE_LAYER_TLS,
                             "session resumed", "student");
    if (lab_check(run,
                  requests_find(&trace, clear_ns, requests, 1) == 1 &&
                      requests_find(&trace, sealed_ns, requests + 1, 3) == 2,
                  error, "two requests went over https") == 0 &&
        lab_check(run,
                  resumed && lab_same_connection(resumed, requests[2]) &&
                      !lab_same_connection(requests[1], requests[2]),
                  error,
                  "the second connection resumed the first's session") == 0) {
        int i;

        for (i = 0; i < COLUMNS && error->class == ERROR_NONE; i++)
            price_take(run, &trace, requests[i], &prices[i], error);
    }
    trace_file_free(&trace);
    return -(int)error->class;
}

int https_trust_cost(struct lab_run *run, struct error *error)
{
    char ca[512];
    const char *sealed_url = https_trust_url(run, "https", WEB);
    const char *const clear[] = {"http-client", "-H", "Connection: close",
                                 https_trust_url(run, "http", WEB), NULL};
    const char *const sealed[] = {"http-client",       "--cacert", ca,  "-H",
                                  "Connection: close", sealed_url, NULL};
    const char *const twice[] = {
        "http-client",       "--cacert", ca,         "-H",
        "Connection: close", sealed_url, sealed_url, NULL};
    struct price prices[COLUMNS];
    struct world_result result;
    double cpu[COLUMNS] = {0};
    int64_t clear_ns = lab_now(), sealed_ns;

    snprintf(ca, sizeof(ca), "%s", lab_path(run, TRUST "/ca.pem"));
    if (cpu_measure(run, clear, sealed, cpu, error) < 0)
        return -(int)error->class;
    sealed_ns = lab_now();
    if (lab_client(run, twice, &result, error) < 0)
        return -(int)error->class;
    world_result_free(&result);
    if (prices_measure(run, clear_ns, sealed_ns, prices, error) < 0)
        return -(int)error->class;
    prices_tell(run, prices, cpu);
    noise_tell(run, cpu);
    if (prices_check(run, prices, error) < 0)
        return -(int)error->class;
    resumption_tell(run, prices);
    return operations_tell(run, error);
}
