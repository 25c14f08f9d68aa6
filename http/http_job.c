/* SPDX-License-Identifier: MIT */
/*
 * http_job: the first request of a URL, from what the command line says:
 * method, body, log-in, range, and the file that the answer goes to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/http_fetch.h"

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
static int add_credentials(struct http_job *job)
{
    struct http_fetch *fetch = job->fetch;
    const struct client_options *client = &fetch->options->client;
    const struct http_login *login = &fetch->state.login;
    bool given = http_field_given(&job->fields, "Authorization") != NULL;
    int result = http_login_read(&fetch->state.login, &job->url, fetch->options,
                                 fetch->error);

    if (result < 0)
        return result;
    if ((given || login->present) && strcmp(job->request.method, "TRACE") == 0)
        return error_set(fetch->error, ERROR_USAGE,
                         "TRACE would echo the credentials (RFC 9110 §9.3.8)");
    /* With Digest it is decided when the server has said what it wants. */
    given = given || (login->present && !login->digest);
    if (given && !job->url.tls && !client->insecure_auth)
        return error_set(fetch->error, ERROR_INSECURE,
                         "credentials are not sent in clear text: use https, "
                         "or --insecure-auth if all may read them (RFC 7617 "
                         "§4)");
    return 0;
}

/* -T FILE to a URL that ends in '/' puts it there under the file's name. */
static int name_upload(struct http_job *job)
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

/* The request as far as the options alone say. */
static void start_request(struct http_job *job)
{
    struct http_fetch *fetch = job->fetch;
    const struct http_options *options = fetch->options;

    job->fields = options->fields;
    job->cache = (struct http_cache_use){.folder = options->cache,
                                         .trace = fetch->stand.trace,
                                         .error = fetch->error};
    job->request = (struct http_request){.method = choose_method(options),
                                         .url = &job->url,
                                         .line = options->request_line,
                                         .http_1_0 = options->http_1_0,
                                         .fields = &job->fields,
                                         .trailers = &options->trailers};
}

/* Its body, and the part of the answer's that is wanted. */
static void add_content(struct http_job *job)
{
    if (job->payload.present) {
        job->request.content = &job->payload.content;
        job->request.content_type = job->payload.content_type;
    }
    job->request.range = job->save.range[0] ? job->save.range : NULL;
    /* A part of a coded content can't be unpacked. */
    job->request.compressed =
        job->fetch->options->compressed && !job->request.range;
}

int http_job_prepare(struct http_job *job, const char *text, size_t index)
{
    const struct http_options *options = job->fetch->options;
    struct error *error = job->fetch->error;
    int result;

    start_request(job);
    if (!http_is_token(span_of(job->request.method)))
        return error_set(error, ERROR_USAGE,
                         "-X takes a method, one word (RFC 9110 §9.1)");
    if ((result = http_url_read(&job->url, text, error)) < 0 ||
        (result = name_upload(job)) < 0 ||
        (result = add_credentials(job)) < 0 ||
        (result = http_content_make(&job->payload, options, error)) < 0 ||
        (result = http_save_plan(&job->save, options, job->url.target, index,
                                 error)) < 0)
        return result;
    if (job->payload.present && strcmp(job->request.method, "TRACE") == 0)
        return error_set(error, ERROR_USAGE,
                         "TRACE has no body (RFC 9110 §9.3.8)");
    add_content(job);
    return 0;
}

struct http_job *http_job_new(struct http_fetch *fetch)
{
    struct http_job *job = calloc(1, sizeof(*job));

    if (!job) {
        error_set(fetch->error, ERROR_LOCAL, "out of memory");
        return NULL;
    }
    job->fetch = fetch;
    job->payload.content.fd = -1;
    return job;
}

void http_job_free(struct http_job *job)
{
    http_cache_leave(&job->cache);
    http_save_abandon(&job->save);
    http_content_free(&job->payload);
    http_url_free(&job->url);
    free(job);
}
