/* SPDX-License-Identifier: MIT */
/*
 * http-status: every status code that a server may answer, heard from a server;
 * and the four that an administrator meets, provoked for real: a gateway whose
 * backend is dead, one that has too much to do, one whose backend is slow, and
 * a version that nobody speaks.
 */
#include <stdio.h>
#include <string.h>

#include "labs/http-status/http_status.h"

bool http_status_is_students(const struct trace_event *event, int64_t from_ns)
{
    return event->time_ns >= from_ns && lab_is_message(event, "http") &&
           strcmp(event->host, "student") == 0;
}

int http_status_exchange_read(struct lab_run *run, int64_t from_ns,
                              const char *method, struct exchange *exchange,
                              struct error *error)
{
    struct trace_file *trace = &exchange->trace;

    memset(exchange, 0, sizeof(*exchange));
    if (lab_trace(run, trace, error) < 0)
        return -(int)error->class;
    exchange->request =
        lab_event_find(trace, from_ns, TRACE_LAYER_APP, method, "student");
    if (exchange->request)
        exchange->answer = lab_answer_to(trace, exchange->request);
    if (lab_check(run, exchange->answer != NULL, error,
                  "the trace has a %s and its answer", method) < 0) {
        trace_file_free(trace);
        return -(int)error->class;
    }
    return 0;
}

/* ---- the servers -------------------------------------------------------- */

/* A gateway each, so that the faults don't get into each other's way. */
static int prepare(struct lab_run *run, struct error *error)
{
    static const char *const lab[] = {"--lab", NULL};
    static const char *const one[] = {"--gateway-max", "1", NULL};
    static const char *const hasty[] = {"--gateway-timeout", "0.3", NULL};
    struct world *world = lab_world(run);
    char nobody[80];

    snprintf(nobody, sizeof(nobody), "http://%s:%u",
             world_address(world, "web"), (unsigned)world_port(world, 8081));
    if (lab_start_web(run, lab, error) < 0 ||
        lab_start_gateway(run, GATEWAY_GOOD, NULL, NULL, error) < 0 ||
        lab_start_gateway(run, GATEWAY_DEAD, nobody, NULL, error) < 0 ||
        lab_start_gateway(run, GATEWAY_FULL, NULL, one, error) < 0)
        return -(int)error->class;
    return lab_start_gateway(run, GATEWAY_SLOW, NULL, hasty, error);
}

/* ---- the lab ------------------------------------------------------------ */

static const struct lab_step steps[] = {
    {"One digit says how it went", "Status codes have classes 1xx to 5xx.",
     http_status_classes},
    {"Every code of the catalogue",
     "HTTP/1.1 added many status codes, 100, 206, 409 and 410 among them.",
     http_status_catalogue},
    {"What HTTP/1.1 added", "24 of the new codes are errors.",
     http_status_newcomers},
    {"Where a redirect leads, and by which method",
     "302 and 307 have one meaning, 303 another.", http_status_redirects},
    {"What else the notes say", NULL, http_status_corrections},
    {"502: the backend is dead", "Some 5xx have known causes and cures.",
     http_status_dead},
    {"503: too much to do", NULL, http_status_full},
    {"504: the backend is slow", NULL, http_status_slow},
    {"505: a version that nobody speaks", NULL, http_status_version},
    {NULL, NULL, NULL}};

const struct lab lab_http_status = {
    .name = "http-status",
    .title = "What a status code tells",
    .about =
        "A client asks a server for every status code of the catalogue and "
        "gets it, with the fields that its definition wants. Then four faults "
        "are made for real: a gateway's backend is dead, overloaded, slow, "
        "and a request is made in a version that nobody speaks.",
    .hosts = {"student", "names", "web", "proxy", NULL},
    .steps = steps,
    .to_see =
        "The first digit says who is to act: 1 wait on, 2 done, 3 go "
        "elsewhere, 4 mend the request, 5 the server's keeper must. A code "
        "that a client does not know it treats as the x00 of its class. 502, "
        "503 and 504 are words of a gateway about what lies behind it: no "
        "answer, too much to do, too late an answer. `explain http CODE` has "
        "the rest.",
    .prepare = prepare};
