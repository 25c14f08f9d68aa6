/* SPDX-License-Identifier: MIT */
/*
 * refusals: the client meets eight bad certificates. Each time it must say
 * what is wrong, exit 4, and have sent no byte of a request.
 */
#include <stdio.h>
#include <string.h>

#include "labs/https-trust/certificates.h"
#include "labs/https-trust/https_trust.h"

/* The exit code, and the words that belong to this fault and to no other. */
static int judge(struct lab_run *run, const struct certificate_case *what,
                 const struct world_result *result, struct error *error)
{
    return lab_check(run,
                     result->status == ERROR_INSECURE &&
                         strstr(result->err, what->reason) != NULL,
                     error,
                     "%s is refused with exit %d because of \"%s\" (exit %d: "
                     "%.200s)",
                     what->host, ERROR_INSECURE, what->reason, result->status,
                     result->err);
}

/* The first is shown as a ladder, the rest only as what the client said. */
static int meet(struct lab_run *run, int kind, struct error *error)
{
    const struct certificate_case *what = &certificate_cases[kind];
    char ca[512];
    const char *argv[] = {"http-client", "--cacert", ca,
                          https_trust_url(run, "https", what->host), NULL};
    struct world_result result;
    int status;

    snprintf(ca, sizeof(ca), "%s", lab_path(run, TRUST "/ca.pem"));
    status = kind == CERTIFICATE_GOOD + 1
                 ? lab_client(run, argv, &result, error)
                 : lab_command(run, argv, &result, error);
    if (status < 0)
        return status;
    lab_output(run, result.err, result.err_length);
    judge(run, what, &result, error);
    world_result_free(&result);
    return -(int)error->class;
}

/* HTTP messages that anybody sent or heard since `from_ns`. */
static int requests_count(struct lab_run *run, int64_t from_ns, size_t *count,
                          struct error *error)
{
    struct trace_file trace;
    size_t i;

    *count = 0;
    if (lab_trace(run, &trace, error) < 0)
        return -(int)error->class;
    for (i = 0; i < trace.event_count; i++)
        if (trace.events[i].time_ns >= from_ns &&
            lab_is_message(&trace.events[i], "http"))
            (*count)++;
    trace_file_free(&trace);
    return 0;
}

static void cases_tell(struct lab_run *run)
{
    int kind;

    lab_table_begin(run);
    lab_table_row(run, "host|its certificate|refused as|the rule");
    for (kind = CERTIFICATE_GOOD + 1; kind < CERTIFICATE_KINDS; kind++) {
        const struct certificate_case *what = &certificate_cases[kind];

        lab_table_row(run, "%s|%s|%s|RFC %s §%s", what->host, what->fault,
                      what->reason, what->rfc.number, what->rfc.section);
    }
    lab_table_end(run);
}

int https_trust_refusals(struct lab_run *run, struct error *error)
{
    int64_t from_ns = lab_now();
    size_t requests;
    int kind;

    for (kind = CERTIFICATE_GOOD + 1; kind < CERTIFICATE_KINDS; kind++)
        if (meet(run, kind, error) < 0)
            return -(int)error->class;
    cases_tell(run);
    if (requests_count(run, from_ns, &requests, error) < 0 ||
        lab_check(run, requests == 0, error,
                  "no request was sent to a server whose certificate is bad "
                  "(%zu HTTP messages were)",
                  requests) < 0)
        return -(int)error->class;
    lab_say(run,
            "%d certificates, %d refusals with exit 4, %zu HTTP messages: the "
            "client stopped before the request each time. That is the point of "
            "an error and not a warning: a request holds the very secrets that "
            "TLS is for.",
            CERTIFICATE_KINDS - 1, CERTIFICATE_KINDS - 1, requests);
    return 0;
}
