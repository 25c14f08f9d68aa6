/* SPDX-License-Identifier: MIT */
/*
 * http_fetch, inside: what a run is, and what one URL of it is. http_fetch.c
 * does the work; http_job.c makes the first request of what the command line
 * says.
 */
#ifndef HTTP_HTTP_FETCH_H
#define HTTP_HTTP_FETCH_H

#include "http/http_cache.h"
#include "http/http_proxy.h"
#include "http/http_save.h"
#include "http/http_state.h"

struct http_fetch {
    const struct http_options *options;
    struct error *error;
    struct client_stand stand;
    struct http_pool pool;
    struct http_proxy proxy; /* url.text NULL: none */
    struct http_state state; /* cookies and the log-in */
    long redirects_max;      /* -1: no limit */
};

/* What changes from one request of a URL to the next. */
struct http_job {
    struct http_fetch *fetch;
    struct http_url url;
    struct http_request request;
    struct http_payload payload;
    struct http_save save;
    struct option_list fields; /* -H, less what a redirect took away */
    struct http_cache_use cache;
    bool stranger; /* a redirect led away from where the user pointed */
};

/* An empty job, which http_job_free ends; NULL: see fetch->error. */
struct http_job *http_job_new(struct http_fetch *fetch);
void http_job_free(struct http_job *job);
/* Fills the job from the text of the index-th URL and the run's options. The
 * caller frees what lies in it, after a failure too. */
int http_job_prepare(struct http_job *job, const char *text, size_t index);

/* Takes the answer whose header was heard to where it belongs, and settles the
 * client (http_fetch.c). */
int http_job_receive(struct http_job *job, struct http_client *client);

#endif
