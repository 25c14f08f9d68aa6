/* SPDX-License-Identifier: MIT */
/*
 * http_versions: what the files of this lab share: its steps, in the order in
 * which they run, and how a step asks and measures (ask.c).
 */
#ifndef LABS_HTTP_VERSIONS_HTTP_VERSIONS_H
#define LABS_HTTP_VERSIONS_HTTP_VERSIONS_H

#include "labs/lab.h"
#include "labs/lab_flow.h"

#define WWW "www.example.test"
#define BLOG "blog.example.test"

/* connections.c */
int http_versions_one_each(struct lab_run *run, struct error *error);
int http_versions_kept(struct lab_run *run, struct error *error);
int http_versions_idle(struct lab_run *run, struct error *error);
/* hosts.c */
int http_versions_hosts(struct lab_run *run, struct error *error);
/* ranges.c */
int http_versions_ranges(struct lab_run *run, struct error *error);
int http_versions_resume(struct lab_run *run, struct error *error);
/* expect.c */
int http_versions_expect(struct lab_run *run, struct error *error);
/* validators.c */
int http_versions_validators(struct lab_run *run, struct error *error);
/* caching.c */
int http_versions_caching(struct lab_run *run, struct error *error);
/* codings.c */
int http_versions_content_codings(struct lab_run *run, struct error *error);
int http_versions_transfer_codings(struct lab_run *run, struct error *error);
/* four_ways.c */
int http_versions_four_ways(struct lab_run *run, struct error *error);

/* ---- asking, and what came of it (ask.c) -------------------------------- */

/* The URL of a path on one of the two sites, in a ring of eight. */
const char *site_url(struct lab_run *run, const char *host, const char *path);

/* One command, one or more requests. Bytes are those of HTTP messages. */
struct reply {
    int64_t from_ns;        /* when the command began */
    double elapsed_ms;      /* of the whole command */
    int exit_status;        /* of http-client */
    int status;             /* of the last final answer; 0: none came */
    unsigned answers;       /* final ones */
    unsigned interim;       /* 1xx */
    unsigned connections;   /* opened */
    uint64_t request_bytes; /* of all requests */
    uint64_t answer_bytes;  /* of all answers, 1xx too */
    uint64_t content;       /* bytes of the last answer's content, as coded */
    char head[1024];        /* of the last answer, as it came */
    char cache[240];        /* the first decision about a cached copy */
    char body[128];         /* what the client printed, up to a line end */
};

/* Runs http-client with these words, shown with a ladder or without, and reads
 * what the trace has of it. */
int ask(struct lab_run *run, bool ladder, const char *const *argv,
        struct reply *reply, struct error *error);
#define ASK(run, ladder, reply, error, ...)                               \
    ask((run), (ladder),                                                  \
        (const char *const[]){"http-client", __VA_ARGS__, NULL}, (reply), \
        (error))

/* A field's value in the last answer, escaped, "-" when it has none; in a ring
 * of eight. */
const char *reply_field(const struct reply *reply, const char *name);
/* How many bytes the header section of a message has. */
size_t head_length(const struct trace_event *message);
/* How many its content has, the lines of chunks not counted, and how many
 * chunks it came in (0: not in chunks). */
uint64_t content_length(const struct trace_event *message, uint64_t *chunks);

/* A final answer of HTTP, an interim one, a request. */
bool is_final(const struct trace_event *event);
bool is_interim(const struct trace_event *event);
bool is_request(const struct trace_event *event);
/* The student has opened a TCP connection. */
bool is_connect(const struct trace_event *event);

#endif
