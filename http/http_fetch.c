/* SPDX-License-Identifier: MIT */
/*
 * http_fetch: one URL of a command line, from its text to its file. This is
 * policy: which connection to use, when to ask again, where a redirect leads,
 * what may go along. The conversation itself is http_client.c.
 */
#include "http/http_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/progress.h"
#include "http/http_fetch.h"
#include "http/http_hops.h"

/* ---- one request and the header of its answer --------------------------- */

static int ask(struct http_job *job, struct http_client *client)
{
    struct http_fetch *fetch = job->fetch;
    int result = http_state_dress(&fetch->state, client->conn, &job->request,
                                  job->stranger, fetch->error);

    client->unanswered = false;
    if (result < 0)
        return result;
    if ((result = http_client_send(client, &job->request)) < 0) {
        client->unanswered = result == -ERROR_CONNECT;
        return result;
    }
    if ((result = http_client_hear_head(client, &job->request)) < 0)
        return result;
    return http_state_hear(&fetch->state, client->conn, &job->url,
                           &client->head, fetch->error);
}

/* A server may close an idle connection at any moment, also while our request
 * is on its way: one that may be repeated then is, once, on a new connection
 * (RFC 9112 §9.3.1). NULL: failed. */
static struct http_client *exchange(struct http_job *job)
{
    struct http_fetch *fetch = job->fetch;
    struct http_client *client = http_pool_pick(&fetch->pool, &job->url);
    bool reused = client && client->exchanges > 0;

    if (!client)
        return NULL;
    /* Through a tunnel the origin itself hears us. */
    job->request.proxy = job->url.tls ? NULL : fetch->pool.proxy;
    if (ask(job, client) == 0)
        return client;
    if (reused && client->unanswered &&
        http_method_is_idempotent(span_of(job->request.method)) &&
        http_content_rewind(&job->payload)) {
        conn_note(client->conn, RFC("9112", "9.3.1"), "retry",
                  "the server closed the idle connection; the request may be "
                  "repeated on a new one");
        error_clear(fetch->error);
        if (http_client_open(client, &job->url) == 0 && ask(job, client) == 0)
            return client;
    }
    http_client_close(client);
    return NULL;
}

/* ---- redirects ---------------------------------------------------------- */

/* The body of a redirect is read for the sake of the connection; a long one
 * costs more than a new connection: it is left unread, and settled so. */
static int skip_body(struct http_client *client)
{
    struct span piece;
    int result;

    do {
        if ((result = http_client_hear_piece(client, &piece)) < 0)
            return result;
        if (client->body.content > HTTP_SKIP_MAX) {
            conn_heard(client->conn, RFC("9112", "9.3"), "not read further");
            return 0;
        }
    } while (piece.length > 0);
    return 0;
}

/* The body of the request can go out from its beginning once more, if there is
 * one. */
static int rewind_content(const struct http_job *job)
{
    if (!job->request.content || http_content_rewind(&job->payload))
        return 0;
    return error_set(job->fetch->error, ERROR_LOCAL,
                     "the body can't be sent a second time: it came from a "
                     "pipe");
}

/* What the next request leaves behind: RFC 9110 §15.4, steps 1 to 4. */
static void drop_what_stays(struct http_job *job, struct conn *conn,
                            const char *method, bool same_origin)
{
    bool same_method = strcmp(method, job->request.method) == 0;

    http_redirect_fields(&job->fields, &job->fields, same_origin, same_method);
    if (!same_method) {
        job->request.content = NULL;
        job->request.content_type = NULL;
        job->request.trailers = NULL;
        job->request.method = method;
    }
    if (!same_origin && job->request.credentials)
        conn_note(conn, RFC("9110", "15.4"), "credentials",
                  "another origin: the credentials stay behind");
    job->stranger = job->stranger || !same_origin;
}

/* Makes the job's next request of a redirect whose body was skipped. */
static int aim(struct http_job *job, struct http_client *client,
               struct http_url *next)
{
    const char *method =
        http_redirect_method(client->head.status, job->request.method);

    conn_note(client->conn, RFC("9110", "15.4"), "redirect",
              "%d leads to %s%s, by %s", client->head.status, next->text,
              job->url.tls && !next->tls ? " (from https down to http)" : "",
              method);
    drop_what_stays(job, client->conn, method,
                    http_url_same_origin(&job->url, next));
    http_url_free(&job->url);
    job->url = *next;
    return rewind_content(job);
}

static int step_on(struct http_job *job, struct http_client *client)
{
    struct error *error = job->fetch->error;
    struct http_url next = {0};
    int result;

    if ((result = http_save_head(&job->save, &client->head, error)) < 0 ||
        (result = skip_body(client)) < 0 ||
        (result = http_url_follow(&next, &job->url,
                                  http_head_field(&client->head, "Location"),
                                  error)) < 0)
        http_url_free(&next);
    else
        result = aim(job, client, &next);
    http_client_settle(client);
    return result;
}

/* ---- the same request once more ----------------------------------------- */

/* What was answered is heard out and put aside. 1: the request may be sent. */
static int ask_again(struct http_job *job, struct http_client *client)
{
    int result = skip_body(client);

    if (result < 0)
        return result;
    http_client_settle(client);
    result = rewind_content(job);
    return result < 0 ? result : 1;
}

/* A 401 that names what it wants: the same request again, with it. 0: it is
 * none, or nothing that we have would do. */
static int meet_challenge(struct http_job *job, struct http_client *client)
{
    struct http_fetch *fetch = job->fetch;
    int result;

    if (job->stranger)
        return 0;
    result = http_login_hear(&fetch->state.login, client->conn, &job->url,
                             &client->head, fetch->error);
    if (result <= 0 ||
        (result = http_save_head(&job->save, &client->head, fetch->error)) < 0)
        return result;
    return ask_again(job, client);
}

/* 417: somebody on the way does not understand Expect; the same request again,
 * without (RFC 9110 §10.1.1). 0: that is not what it is about. */
static int expect_nothing(struct http_job *job, struct http_client *client)
{
    if (client->head.status != 417 || !http_expect_is_due(&job->request))
        return 0;
    conn_note(client->conn, RFC("9110", "15.5.18"), "expect",
              "the expectation is not understood: again, without it");
    job->request.unexpecting = true;
    return ask_again(job, client);
}

/* ---- the answer --------------------------------------------------------- */

/* Hears the body to its end, piece by piece to where it goes. */
static int receive_pieces(struct http_job *job, struct http_client *client)
{
    const struct http_options *options = job->fetch->options;
    struct error *error = job->fetch->error;
    struct progress progress;
    struct span piece;
    int result;

    progress_start(&progress,
                   !options->silent && !options->client.verbose &&
                       (job->save.path[0] || !isatty(STDOUT_FILENO)),
                   client->body.framing.length);
    do {
        result = http_client_hear_piece(client, &piece);
        if (result == 0 && piece.length > 0) {
            http_cache_piece(&job->cache, piece);
            result = http_save_piece(&job->save, piece, error);
        }
        progress_step(&progress, client->body.content);
    } while (result == 0 && piece.length > 0);
    progress_end(&progress);
    return result;
}

static int receive_body(struct http_job *job, struct http_client *client)
{
    int result = receive_pieces(job, client);

    if (result < 0)
        return result;
    http_save_note(&job->save, client->conn);
    result = http_save_end(&job->save, client->body.content, job->fetch->error);
    if (result == 0)
        http_cache_end(&job->cache, client);
    return result;
}

/* Takes the whole answer in, to where it belongs. */
int http_job_receive(struct http_job *job, struct http_client *client)
{
    int result = http_save_begin(&job->save, &client->head, job->fetch->error);

    /* What is not wanted is heard out all the same: the trace has it whole,
     * and the connection may go on. */
    if (result < 0)
        skip_body(client);
    else
        result = receive_body(job, client);
    http_client_settle(client);
    return result;
}

/* Gets the answer to the job's request: *client has its header, or is NULL when
 * a stored answer does. 1: the request is to be made once more. */
static int get_answer(struct http_job *job, struct http_client **client)
{
    int result = http_cache_look(&job->cache, &job->request);
    bool again;

    *client = NULL;
    if (result != HTTP_CACHE_ASK)
        return result < 0 ? result : 0;
    if (!(*client = exchange(job)))
        return -(int)job->fetch->error->class;
    if ((result = meet_challenge(job, *client)) != 0 ||
        (result = expect_nothing(job, *client)) != 0)
        return result;
    /* A 304 to the cache ends here: it has nothing but its header. */
    if ((*client)->head.status == 304 && http_cache_asks(&job->cache) &&
        (result = skip_body(*client)) < 0)
        return result;
    result = http_cache_hear(&job->cache, &job->request, *client, &again);
    if (result == HTTP_CACHE_ASK && !again)
        return 0;
    http_client_settle(*client);
    *client = NULL;
    return again;
}

static int run(struct http_job *job)
{
    struct http_fetch *fetch = job->fetch;

    for (long redirects = 0;; redirects++) {
        struct http_client *client;
        int result = get_answer(job, &client);

        if (result < 0)
            return result;
        if (result == 1) {
            redirects--;
            continue;
        }
        if (!client)
            return http_cache_serve(&job->cache, &job->save);
        if (!fetch->options->follow || !http_redirect_leads_on(&client->head))
            return http_job_receive(job, client);
        if (redirects == fetch->redirects_max) {
            struct span to = http_head_field(&client->head, "Location");
            error_set_peer(fetch->error, to.data, to.length);
            return error_set(fetch->error, ERROR_REFUSED,
                             "%ld redirects followed, and the server points "
                             "further on",
                             redirects);
        }
        if ((result = step_on(job, client)) < 0)
            return result;
    }
}

/* ---- one URL ------------------------------------------------------------ */

int http_fetch_url(struct http_fetch *fetch, const char *text, size_t index)
{
    struct http_job *job = http_job_new(fetch);
    int result;

    if (!job)
        return -ERROR_LOCAL;
    result = http_job_prepare(job, text, index);
    if (result == 0)
        result = run(job);
    http_job_free(job);
    return result;
}

/* ---- the run ------------------------------------------------------------ */

static int read_redirects_max(struct http_fetch *fetch)
{
    const char *text = fetch->options->max_redirs;
    uint64_t number = HTTP_REDIRECTS_MAX;

    if (text && strcmp(text, "-1") != 0 &&
        !text_to_u64(span_of(text), 1000000, &number))
        return error_set(fetch->error, ERROR_USAGE,
                         "--max-redirs takes a number, or -1 for no limit");
    fetch->redirects_max = text && strcmp(text, "-1") == 0 ? -1 : (long)number;
    return 0;
}

int http_fetch_start(struct http_fetch **fetch,
                     const struct http_options *options, struct error *error)
{
    struct http_fetch *made = calloc(1, sizeof(*made));
    int result;

    *fetch = made;
    if (!made)
        return error_set(error, ERROR_LOCAL, "out of memory");
    made->options = options;
    made->error = error;
    if ((result = read_redirects_max(made)) < 0 ||
        (result = http_proxy_make(&made->proxy, options, error)) < 0 ||
        (options->cache &&
         (result = http_cache_folder(options->cache, error)) < 0) ||
        (result = client_stand_up(&made->stand, &options->client, error)) < 0 ||
        (result = http_state_start(&made->state, options, error)) < 0)
        return result;
    client_setup(&made->pool.setup, &made->stand, &options->client, error);
    made->pool.setup.proto = "http";
    made->pool.setup.standard_port = 80;
    made->pool.tls = made->stand.tls;
    made->pool.proxy = made->proxy.url.text ? &made->proxy : NULL;
    return 0;
}

int http_fetch_end(struct http_fetch *fetch, int result)
{
    if (!fetch)
        return result;
    http_pool_close(&fetch->pool);
    http_proxy_free(&fetch->proxy);
    result =
        http_state_end(&fetch->state, fetch->options, result, fetch->error);
    result = client_stand_down(&fetch->stand, result, fetch->error);
    free(fetch);
    return result;
}
