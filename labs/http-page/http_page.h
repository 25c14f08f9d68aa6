/* SPDX-License-Identifier: MIT */
/*
 * http_page: what the files of this lab share.
 */
#ifndef LABS_HTTP_PAGE_HTTP_PAGE_H
#define LABS_HTTP_PAGE_HTTP_PAGE_H

#include "labs/lab.h"
#include "labs/lab_flow.h"

#define WEB "www.example.test"

/* The first request, its answer, and the connection that carried them. */
struct exchange {
    struct trace_file trace;
    const struct trace_event *request, *answer;
    struct lab_flow flow;
};

/* Reads the trace as it is now. ERROR_PROTOCOL when it has no request with an
 * answer. The caller frees exchange->trace if this returned 0. */
int exchange_read(struct lab_run *run, struct exchange *exchange,
                  struct error *error);

/* The page, and all that it names, over one connection (objects.c). */
int http_page_objects(struct lab_run *run, struct error *error);
/* The same by libcurl (reference.c). */
int http_page_reference(struct lab_run *run, struct error *error);

#endif
