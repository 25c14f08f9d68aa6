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
#include "http/http_hops.h"

struct http_fetch {
    const struct http_options *options;
    struct error *error;
    struct client_stand stand;
    struct http_pool pool;
    long redirects_max; /* -1: no limit */
};

/* What changes from one request of a URL to the next. */
struct job {
    struct http_fetch *fetch;
    struct http_url url;
    struct http_request request;
    struct http_payload payload;
    struct http_save save;
    struct option_list fields;       /* -H, less what a redirect took away */
    char credentials[HTTP_LINE_MAX]; /* base64; "" for none */
};

/* ---- one request and the header of its answer --------------------------- */

static int ask(struct http_client *client, const struct http_request *request)
{
    int result = http_client_send(client, request);

    if (result == 0)
        return http_client_hear_head(client, request);
    client->unanswered = result == -ERROR_CONNECT;
    return result;
}

/* A server may close an idle connection at any moment, also while our request
 * is on its way: one that may be repeated then is, once, on a new connection
 * (RFC 9112 §9.3.1). NULL: failed. */
static struct http_client *exchange(struct job *job)
{
    struct http_fetch *fetch = job->fetch;
    struct http_client *client = http_pool_pick(&fetch->pool, &job->url);
    bool reused = client && client->exchanges > 0;

    if (!client)
        return NULL;
    if (ask(client, &job->request) == 0)
        return client;
    if (reused && client->unanswered &&
        http_method_is_idempotent(span_of(job->request.method)) &&
        http_content_rewind(&job->payload)) {
        conn_note(client->conn, RFC("9112", "9.3.1"), "retry",
                  "the server closed the idle connection; the request may be "
                  "repeated on a new one");
        error_clear(fetch->error);
        if (http_client_open(client, &job->url) == 0 &&
            ask(client, &job->request) == 0)
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

/* What the next request leaves behind: RFC 9110 §15.4, steps 1 to 4. */
static void drop_what_stays(struct job *job, struct conn *conn,
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
    if (!same_origin && job->request.credentials) {
        job->request.credentials = NULL;
        conn_note(conn, RFC("9110", "15.4"), "credentials",
                  "another origin: the credentials stay behind");
    }
}

/* Makes the job's next request of a redirect whose body was skipped. */
static int aim(struct job *job, struct http_client *client,
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
    if (job->request.content && !http_content_rewind(&job->payload))
        return error_set(job->fetch->error, ERROR_LOCAL,
                         "the body can't be sent a second time: it came from "
                         "a pipe");
    return 0;
}

static int step_on(struct job *job, struct http_client *client)
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

/* ---- the answer --------------------------------------------------------- */

/* Hears the body to its end, piece by piece to where it goes. */
static int receive_pieces(struct job *job, struct http_client *client)
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
        if (result == 0 && piece.length > 0)
            result = http_save_piece(&job->save, piece, error);
        progress_step(&progress, client->body.content);
    } while (result == 0 && piece.length > 0);
    progress_end(&progress);
    return result;
}

static int receive_body(struct job *job, struct http_client *client)
{
    int result = receive_pieces(job, client);

    if (result < 0)
        return result;
    http_save_note(&job->save, client->conn);
    return http_save_end(&job->save, client->body.content, job->fetch->error);
}

/* Takes the whole answer in, to where it belongs. */
static int receive(struct job *job, struct http_client *client)
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

static int run(struct job *job)
{
    struct http_fetch *fetch = job->fetch;

    for (long redirects = 0;; redirects++) {
        struct http_client *client = exchange(job);
        int result;

        if (!client)
            return -(int)fetch->error->class;
        if (!fetch->options->follow || !http_redirect_leads_on(&client->head))
            return receive(job, client);
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

/* ---- the first request of a URL ----------------------------------------- */

static const char *choose_method(const struct http_options *options)
{
    if (options->method)
        return options->method;
    if (options->head)
        return "HEAD";
    if (options->upload)
        return "PUT";
    return options->data.count + options->data_binary.count > 0 ? "POST"
                                                                : "GET";
}

/* -u, or what stands in the URL. Over clear text anybody on the way could read
 * them, so that needs --insecure-auth; -H Authorization is no way around. */
static int add_credentials(struct job *job)
{
    struct http_fetch *fetch = job->fetch;
    const struct client_options *client = &fetch->options->client;
    bool given = false;
    int result =
        http_credentials_make(job->credentials, sizeof(job->credentials),
                              &job->url, client, fetch->error);

    if (result < 0)
        return result;
    for (size_t i = 0; i < job->fields.count; i++)
        given =
            given || http_field_line_is(job->fields.values[i], "Authorization");
    given = given || job->credentials[0];
    if (job->credentials[0])
        job->request.credentials = job->credentials;
    if (given && strcmp(job->request.method, "TRACE") == 0)
        return error_set(fetch->error, ERROR_USAGE,
                         "TRACE would echo the credentials (RFC 9110 §9.3.8)");
    if (given && !job->url.tls && !client->insecure_auth)
        return error_set(fetch->error, ERROR_INSECURE,
                         "credentials are not sent in clear text: use https, "
                         "or --insecure-auth if all may read them (RFC 7617 "
                         "§4)");
    return 0;
}

/* -T FILE to a URL that ends in '/' puts it there under the file's name. */
static int name_upload(struct job *job)
{
    const char *upload = job->fetch->options->upload;
    size_t length = strlen(job->url.target);
    struct http_url next;
    int result;

    if (!upload || strcmp(upload, "-") == 0 ||
        job->url.target[length - 1] != '/')
        return 0;
    const char *name = strrchr(upload, '/') ? strrchr(upload, '/') + 1 : upload;
    result =
        http_url_follow(&next, &job->url, span_of(name), job->fetch->error);
    if (result < 0) {
        http_url_free(&next);
        return result;
    }
    http_url_free(&job->url);
    job->url = next;
    return 0;
}

static int prepare(struct job *job, const char *text, size_t index)
{
    struct http_fetch *fetch = job->fetch;
    const struct http_options *options = fetch->options;
    int result;

    job->fields = options->fields;
    job->request = (struct http_request){.method = choose_method(options),
                                         .url = &job->url,
                                         .line = options->request_line,
                                         .http_1_0 = options->http_1_0,
                                         .fields = &job->fields,
                                         .trailers = &options->trailers};
    if (!http_is_token(span_of(job->request.method)))
        return error_set(fetch->error, ERROR_USAGE,
                         "-X takes a method, one word (RFC 9110 §9.1)");
    if ((result = http_url_read(&job->url, text, fetch->error)) < 0 ||
        (result = name_upload(job)) < 0 ||
        (result = add_credentials(job)) < 0 ||
        (result = http_content_make(&job->payload, options, fetch->error)) <
            0 ||
        (result = http_save_plan(&job->save, options, job->url.target, index,
                                 fetch->error)) < 0)
        return result;
    if (job->payload.present && strcmp(job->request.method, "TRACE") == 0)
        return error_set(fetch->error, ERROR_USAGE,
                         "TRACE has no body (RFC 9110 §9.3.8)");
    if (job->payload.present) {
        job->request.content = &job->payload.content;
        job->request.content_type = job->payload.content_type;
    }
    job->request.range = job->save.range[0] ? job->save.range : NULL;
    /* A part of a coded content can't be unpacked. */
    job->request.compressed = options->compressed && !job->request.range;
    return 0;
}

int http_fetch_url(struct http_fetch *fetch, const char *text, size_t index)
{
    struct job *job = calloc(1, sizeof(*job));
    int result;

    if (!job)
        return error_set(fetch->error, ERROR_LOCAL, "out of memory");
    job->fetch = fetch;
    job->payload.content.fd = -1;
    result = prepare(job, text, index);
    if (result == 0)
        result = run(job);
    http_save_abandon(&job->save);
    http_content_free(&job->payload);
    http_url_free(&job->url);
    explicit_bzero(job->credentials, sizeof(job->credentials));
    free(job);
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
        (result = client_stand_up(&made->stand, &options->client, error)) < 0)
        return result;
    client_setup(&made->pool.setup, &made->stand, &options->client, error);
    made->pool.setup.proto = "http";
    made->pool.setup.standard_port = 80;
    made->pool.tls = made->stand.tls;
    return 0;
}

int http_fetch_end(struct http_fetch *fetch, int result)
{
    if (!fetch)
        return result;
    http_pool_close(&fetch->pool);
    result = client_stand_down(&fetch->stand, result, fetch->error);
    free(fetch);
    return result;
}
