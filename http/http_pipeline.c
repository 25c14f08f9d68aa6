/* SPDX-License-Identifier: MIT */
/* http_pipeline: a flight of requests. The contract is in http_pipeline.h. */
#include "http/http_pipeline.h"

#include "http/http_fetch.h"
#include "http/http_hops.h"

struct flight {
    struct http_fetch *fetch;
    struct http_job *jobs[HTTP_PIPELINE_MAX]; /* owned */
    size_t count;
};

/* A connection that ends early leaves open which requests were acted on: only
 * what may be done twice may go (RFC 9112 §9.3.2). What an answer may lead to
 * (another request, or none) can't be waited for here. */
static int may_go(const struct http_job *job)
{
    const struct http_fetch *fetch = job->fetch;

    if (http_method_is_idempotent(span_of(job->request.method)) &&
        !job->request.content && !fetch->options->follow &&
        !fetch->options->cache)
        return 0;
    return error_set(fetch->error, ERROR_USAGE,
                     "--pipeline is for requests without a body that may be "
                     "repeated (RFC 9112 §9.3.2); it goes with neither -L nor "
                     "--cache");
}

/* Gathers what goes together. What can't be prepared, or goes elsewhere, is
 * left for the next flight; only the first one's failure is ours to tell. */
static int gather(struct flight *flight, char *const *urls, size_t count,
                  size_t index)
{
    size_t *i = &flight->count;
    int result = 0;

    for (; *i < count && *i < HTTP_PIPELINE_MAX; ++*i) {
        struct http_job *job = http_job_new(flight->fetch);

        if (!job)
            return -ERROR_LOCAL;
        result = http_job_prepare(job, urls[*i], index + *i);
        if (result == 0)
            result = may_go(job);
        if (result < 0 || (*i > 0 && !http_url_same_origin(
                                         &flight->jobs[0]->url, &job->url))) {
            http_job_free(job);
            break;
        }
        flight->jobs[*i] = job;
    }
    if (*i == 0)
        return result;
    error_clear(flight->fetch->error);
    return 0;
}

/* NOTE(http-pipeline): nothing is awaited between one request and the next;
 * what conn holds back leaves together. */
static int say_all(struct flight *flight, struct http_client *client)
{
    struct http_fetch *fetch = flight->fetch;
    int result = 0;

    conn_note(client->conn, RFC("9112", "9.3.2"), "pipeline",
              "%zu requests go in one flight; the answers come in their order",
              flight->count);
    conn_hold(client->conn, true);
    for (size_t i = 0; i < flight->count && result == 0; i++) {
        struct http_job *job = flight->jobs[i];

        job->request.proxy = job->url.tls ? NULL : fetch->pool.proxy;
        result = http_state_dress(&fetch->state, client->conn, &job->request,
                                  job->stranger, fetch->error);
        if (result == 0)
            result = http_client_send(client, &job->request);
    }
    conn_hold(client->conn, false);
    return result < 0 ? result : conn_flush(client->conn);
}

/* One answer: it belongs to the first request that has none yet. */
static int hear_one(struct http_job *job, struct http_client *client)
{
    struct http_fetch *fetch = job->fetch;
    int result = http_client_hear_head(client, &job->request);

    if (result == 0)
        result = http_state_hear(&fetch->state, client->conn, &job->url,
                                 &client->head, fetch->error);
    return result < 0 ? result : http_job_receive(job, client);
}

/* Hears the answers until all are there or the server has had enough: what it
 * left open is not done. */
static int hear_all(struct flight *flight, struct http_client *client,
                    size_t *done)
{
    int result = 0;

    for (*done = 0; *done < flight->count && client->conn && result == 0;) {
        result = hear_one(flight->jobs[*done], client);
        if (result < 0 && client->unanswered) {
            error_clear(flight->fetch->error);
            http_client_close(client);
            return 0;
        }
        ++*done;
    }
    if (result < 0)
        http_client_close(client);
    return result;
}

int http_pipeline_fetch(struct http_fetch *fetch, char *const *urls,
                        size_t count, size_t index, size_t *done)
{
    struct flight flight = {.fetch = fetch};
    struct http_client *client = NULL;
    int result = gather(&flight, urls, count, index);

    *done = 1;
    if (result == 0)
        client = http_pool_pick(&fetch->pool, &flight.jobs[0]->url);
    if (client && (result = say_all(&flight, client)) == 0)
        result = hear_all(&flight, client, done);
    else if (client)
        http_client_close(client);
    else if (result == 0)
        result = -(int)fetch->error->class;
    /* Not one answer: asked alone, it is known what to do. */
    if (result == 0 && *done == 0) {
        *done = 1;
        result = http_fetch_url(fetch, urls[0], index);
    }
    for (size_t i = 0; i < flight.count; i++)
        http_job_free(flight.jobs[i]);
    return result;
}
