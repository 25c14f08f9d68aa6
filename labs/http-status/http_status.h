/* SPDX-License-Identifier: MIT */
/*
 * http_status: what the files of this lab share.
 */
#ifndef LABS_HTTP_STATUS_HTTP_STATUS_H
#define LABS_HTTP_STATUS_HTTP_STATUS_H

#include "common/terms.h"
#include "labs/lab.h"
#include "labs/lab_flow.h"

#define WEB "www.example.test"
#define PROXY "proxy.example.test"

/* The gateways on the host "proxy", a port each. */
enum {
    GATEWAY_GOOD = 80,   /* in front of the web host's server */
    GATEWAY_DEAD = 8502, /* in front of a port where nobody listens */
    GATEWAY_FULL = 8503, /* takes one request at a time */
    GATEWAY_SLOW = 8504  /* waits for its backend for 0.3 s */
};

/* A request of the student's since `from_ns`, and the first answer to it. */
struct exchange {
    struct trace_file trace;
    const struct trace_event *request, *answer;
};

/* Reads the trace as it is now and finds the student's first request named
 * `method`. ERROR_PROTOCOL when it has no answer. The caller frees
 * exchange->trace if this returned 0. */
int http_status_exchange_read(struct lab_run *run, int64_t from_ns,
                              const char *method, struct exchange *exchange,
                              struct error *error);

/* True for a message, no note, that the student's client sent or heard. */
bool http_status_is_students(const struct trace_event *event, int64_t from_ns);

/* The catalogue (catalogue.c). */
int http_status_classes(struct lab_run *run, struct error *error);
int http_status_catalogue(struct lab_run *run, struct error *error);
/* What the notes say of codes (notes.c). */
int http_status_newcomers(struct lab_run *run, struct error *error);
int http_status_redirects(struct lab_run *run, struct error *error);
int http_status_corrections(struct lab_run *run, struct error *error);
/* What goes wrong behind a gateway (faults.c). */
int http_status_dead(struct lab_run *run, struct error *error);
int http_status_full(struct lab_run *run, struct error *error);
int http_status_slow(struct lab_run *run, struct error *error);
int http_status_version(struct lab_run *run, struct error *error);

#endif
