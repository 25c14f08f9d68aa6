/* SPDX-License-Identifier: MIT */
/*
 * http_cache_use: what one request has to do with the cache: look, ask whether
 * what is there still holds, keep what comes, forget what was changed.
 */
#include "http/http_cache.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/trace.h"
#include "http/http_client.h"
#include "http/http_conditions.h"
#include "http/http_save.h"

int http_cache_folder(const char *folder, struct error *error)
{
    struct stat status;

    /* What one user was shown is for no other one's eyes. */
    if (mkdir(folder, 0700) == 0)
        return 0;
    if (errno != EEXIST || stat(folder, &status) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "--cache %s", folder);
    return S_ISDIR(status.st_mode)
               ? 0
               : error_set(error, ERROR_LOCAL, "--cache %s: no folder", folder);
}

/* ---- looking ------------------------------------------------------------ */

/* Who makes conditions, or wants a part, talks to the server himself. */
static bool is_ours(const struct http_request *request)
{
    static const char *const own[] = {
        "Range",         "If-Match", "If-Unmodified-Since",
        "If-None-Match", "If-Range", "If-Modified-Since"};

    if (strcmp(request->method, "GET") != 0 || request->range ||
        request->content || request->line)
        return false;
    for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
        if (http_field_given(request->fields, own[i]))
            return false;
    return true;
}

static bool make_key(char key[HTTP_CACHE_KEY_MAX], const struct http_url *url)
{
    int length =
        snprintf(key, HTTP_CACHE_KEY_MAX, "%s%s", url->origin, url->target);

    return length > 0 && length < HTTP_CACHE_KEY_MAX;
}

/* What the request's own Cache-Control says, from -H. */
static void read_control(struct http_cache_control *control,
                         const struct http_request *request)
{
    char value[HTTP_LINE_MAX];

    http_cache_control_clear(control);
    http_fields_value(request, SPAN("Cache-Control"), value, sizeof(value));
    http_cache_control_read(control, span_of(value));
}

/* "Name: value" LF for each field of the request that the answer's Vary names
 * (RFC 9111 §4.1). False: there is no room for them. */
static bool list_varying(char text[HTTP_CACHE_VARY_MAX],
                         const struct http_head *head,
                         const struct http_request *request)
{
    char value[HTTP_LINE_MAX];
    size_t length = 0;

    text[0] = '\0';
    for (size_t i = 0; i < head->field_count; i++) {
        struct span list = head->fields[i].value, name;

        if (!span_equal_nocase(head->fields[i].name, SPAN("Vary")))
            continue;
        while (http_list_next(&list, &name)) {
            http_fields_value(request, name, value, sizeof(value));
            int added =
                snprintf(text + length, HTTP_CACHE_VARY_MAX - length,
                         "%.*s: %s\n", (int)name.length, name.data, value);
            if (added < 0 || (size_t)added >= HTTP_CACHE_VARY_MAX - length)
                return false;
            length += (size_t)added;
        }
    }
    return true;
}

/* RFC 9111 §4.1: what was answered to another question is no answer. */
static bool fits_vary(const struct http_cache_use *use,
                      const struct http_request *request)
{
    char text[HTTP_CACHE_VARY_MAX];

    return list_varying(text, &use->cached->head, request) &&
           strcmp(text, use->cached->vary) == 0;
}

static void let_go(struct http_cache_use *use)
{
    http_cached_close(use->cached);
    use->cached = NULL;
}

/* Stale: whether it has changed since costs less to ask than to fetch it. */
static void ask_about(struct http_cache_use *use, struct http_request *request,
                      const char *why)
{
    request->if_none_match = http_head_field(&use->cached->head, "ETag");
    request->if_modified_since =
        http_head_field(&use->cached->head, "Last-Modified");
    bool can = request->if_none_match.data || request->if_modified_since.data;

    trace_note(use->trace, RFC("9111", "4.3.1"), "cache", "%s: %s", why,
               can ? "the server is asked whether it still holds"
                   : "and has no validator to ask about it by");
    if (!can)
        let_go(use);
}

/* Judges what is stored. */
static int judge(struct http_cache_use *use, struct http_request *request)
{
    struct http_cache_sum sum;
    char why[CONN_NOTE_MAX / 2];

    http_cache_calculate(&use->cached->head, use->cached->times, time(NULL),
                         &sum);
    if (http_cache_is_fresh(&use->cached->head, &use->control, &sum, why,
                            sizeof(why))) {
        trace_note(use->trace, RFC("9111", "4.2"), "cache",
                   "%s: no request is made for %s", why, use->key);
        return HTTP_CACHE_SERVE;
    }
    ask_about(use, request, why);
    return HTTP_CACHE_ASK;
}

/* What is stored for this request, if it is an answer to it. */
static int look_up(struct http_cache_use *use, struct http_request *request)
{
    use->times.request = time(NULL);
    use->cached = http_cached_open(use->folder, use->key);
    if (!use->cached) {
        trace_note(use->trace, RFC("9111", "4"), "cache",
                   "nothing is stored for %s", use->key);
        return HTTP_CACHE_ASK;
    }
    if (fits_vary(use, request))
        return judge(use, request);
    trace_note(use->trace, RFC("9111", "4.1"), "cache",
               "what is stored was chosen by other values of what Vary names: "
               "it is no answer to this");
    let_go(use);
    return HTTP_CACHE_ASK;
}

int http_cache_look(struct http_cache_use *use, struct http_request *request)
{
    int step;

    http_cache_leave(use);
    request->if_none_match = request->if_modified_since =
        (struct span){NULL, 0};
    use->active =
        use->folder && is_ours(request) && make_key(use->key, request->url);
    if (!use->active)
        return HTTP_CACHE_ASK;
    read_control(&use->control, request);
    if (use->control.no_store) {
        trace_note(use->trace, RFC("9111", "5.2.1.5"), "cache",
                   "the request says no-store: the cache stays out of it");
        use->active = false;
        return HTTP_CACHE_ASK;
    }
    step = look_up(use, request);
    if (step == HTTP_CACHE_ASK && use->control.only_if_cached)
        return error_set(use->error, ERROR_REFUSED,
                         "nothing stored may be used, and only-if-cached "
                         "forbids to ask (RFC 9111 §5.2.1.7)");
    return step;
}

/* ---- hearing ------------------------------------------------------------ */

static void forget(struct http_cache_use *use, const struct http_client *client,
                   const struct http_url *url)
{
    char key[HTTP_CACHE_KEY_MAX];

    if (make_key(key, url) && http_cached_remove(use->folder, key))
        conn_note(client->conn, RFC("9111", "4.4"), "cache",
                  "an unsafe method has succeeded: what was stored for %s is "
                  "forgotten",
                  key);
}

/* NOTE(http-cache-invalidation): after a PUT or POST what we have is the past,
 * of this URL and of those that the answer names at the same origin. */
static void invalidate(struct http_cache_use *use,
                       const struct http_request *request,
                       const struct http_client *client)
{
    static const char *const safe[] = {"GET", "HEAD", "OPTIONS", "TRACE"};
    static const char *const names[] = {"Location", "Content-Location"};

    for (size_t i = 0; i < sizeof(safe) / sizeof(*safe); i++)
        if (strcmp(request->method, safe[i]) == 0)
            return;
    if (client->head.status >= 400)
        return;
    forget(use, client, request->url);
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        struct span value = http_head_field(&client->head, names[i]);
        struct error ignored = {0};
        struct http_url url = {0};

        if (value.data &&
            http_url_follow(&url, request->url, value, &ignored) == 0 &&
            http_url_same_origin(&url, request->url))
            forget(use, client, &url);
        http_url_free(&url);
    }
}

/* Begins to write an entry: `head` as it is, or updated by a 304. */
static bool begin_entry(struct http_cache_use *use,
                        const struct http_request *request,
                        const struct http_head *head,
                        const struct http_head *update)
{
    char *text = malloc(HTTP_HEAD_MAX), vary[HTTP_CACHE_VARY_MAX];
    struct error error = {0};
    size_t length =
        text ? http_cache_head_write(text, HTTP_HEAD_MAX, head, update) : 0;

    if (length > 0 && list_varying(vary, head, request))
        http_cache_writer_open(&use->writer, use->folder, use->key, use->times,
                               vary, (struct span){text, length}, &error);
    free(text);
    return use->writer != NULL;
}

/* Copies the body of what is stored into the new entry. */
static int copy_body(struct http_cache_use *use, http_decoder_sink *sink,
                     void *context, struct error *error)
{
    char piece[OUTPUT_BLOCK];
    uint64_t at = 0, length = use->cached->body_length;
    int result = 0;

    while (result == 0 && at < length) {
        size_t want =
            length - at < sizeof(piece) ? (size_t)(length - at) : sizeof(piece);
        ssize_t got = pread(use->cached->fd, piece, want,
                            (off_t)(use->cached->body_start + at));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return error_set_errno(error, ERROR_LOCAL, errno,
                                   "the stored answer can't be read");
        result = sink(context, (struct span){piece, (size_t)got}, error);
        at += (uint64_t)got;
    }
    return result;
}

static int write_on(void *context, struct span piece, struct error *error)
{
    return http_cache_writer_piece(context, piece, error);
}

/* A 304 makes the stored answer fresh again: its fields are the newer ones
 * (RFC 9111 §4.3.4). */
static void freshen(struct http_cache_use *use,
                    const struct http_request *request,
                    const struct http_client *client)
{
    struct error error = {0};
    struct http_cached *renewed;

    conn_note(client->conn, RFC("9111", "4.3.4"), "cache",
              "revalidated: 304, so the stored answer holds, and its %" PRIu64
              " bytes need not come again",
              use->cached->body_length);
    if (!begin_entry(use, request, &use->cached->head, &client->head))
        return;
    if (copy_body(use, write_on, use->writer, &error) == 0)
        http_cache_writer_commit(use->writer, &error);
    else
        http_cache_writer_abandon(use->writer);
    use->writer = NULL;
    /* What is served has the new fields; if that failed, the old ones do. */
    renewed = http_cached_open(use->folder, use->key);
    if (renewed) {
        let_go(use);
        use->cached = renewed;
    }
}

/* A 304 with a strong ETag means the answer that has this ETag, and no other
 * (RFC 9111 §4.3.4). */
static bool means_ours(const struct http_cache_use *use,
                       const struct http_client *client)
{
    struct span theirs = http_head_field(&client->head, "ETag");
    struct span ours = http_head_field(&use->cached->head, "ETag");

    return !theirs.data || http_etag_equal(theirs, ours, false);
}

bool http_cache_asks(const struct http_cache_use *use)
{
    return use->active && use->cached;
}

static void begin_storing(struct http_cache_use *use,
                          const struct http_request *request,
                          const struct http_client *client)
{
    if (http_cache_may_store(&client->head, &use->control, &use->not_stored)) {
        if (begin_entry(use, request, &client->head, NULL))
            return;
        use->not_stored = "it can't be written";
    }
    /* What is stored is not what the server answers now. */
    if (client->head.status < 500)
        http_cached_remove(use->folder, use->key);
}

int http_cache_hear(struct http_cache_use *use, struct http_request *request,
                    const struct http_client *client, bool *again)
{
    *again = false;
    if (!use->folder)
        return HTTP_CACHE_ASK;
    invalidate(use, request, client);
    if (!use->active)
        return HTTP_CACHE_ASK;
    use->times.response = time(NULL);
    if (client->head.status != 304 || !use->cached) {
        begin_storing(use, request, client);
        return HTTP_CACHE_ASK;
    }
    *again = !means_ours(use, client);
    if (*again) {
        conn_note(client->conn, RFC("9111", "4.3.4"), "cache",
                  "304, but for another ETag than ours: what is stored is "
                  "forgotten, and asked for anew");
        /* What can't be forgotten must not be asked about for ever. */
        if (!http_cached_remove(use->folder, use->key))
            use->folder = NULL;
        return HTTP_CACHE_ASK;
    }
    freshen(use, request, client);
    return HTTP_CACHE_SERVE;
}

/* ---- keeping ------------------------------------------------------------ */

void http_cache_piece(struct http_cache_use *use, struct span piece)
{
    struct error error = {0};

    if (!use->writer ||
        http_cache_writer_piece(use->writer, piece, &error) == 0)
        return;
    use->not_stored = "it is too large, or the disk refuses it";
    http_cache_writer_abandon(use->writer);
    use->writer = NULL;
}

void http_cache_end(struct http_cache_use *use,
                    const struct http_client *client)
{
    struct http_cache_sum sum;
    struct error error = {0};

    if (use->writer) {
        if (http_cache_writer_commit(use->writer, &error) < 0)
            use->not_stored = "the disk refuses it";
        use->writer = NULL;
        http_cache_calculate(&client->head, use->times, time(NULL), &sum);
        if (!use->not_stored)
            conn_note(client->conn, RFC("9111", "3"), "cache",
                      "stored: lifetime %" PRId64 " s (%s), age %" PRId64 " s",
                      sum.lifetime, sum.basis, sum.age);
    }
    if (use->not_stored)
        conn_note(client->conn, RFC("9111", "3"), "cache", "not stored: %s",
                  use->not_stored);
}

/* ---- serving ------------------------------------------------------------ */

static int save_on(void *context, struct span piece, struct error *error)
{
    return http_save_piece(context, piece, error);
}

int http_cache_serve(struct http_cache_use *use, struct http_save *save)
{
    int result = http_save_begin(save, &use->cached->head, use->error);

    if (result == 0)
        result = copy_body(use, save_on, save, use->error);
    return result < 0
               ? result
               : http_save_end(save, use->cached->body_length, use->error);
}

void http_cache_leave(struct http_cache_use *use)
{
    http_cache_writer_abandon(use->writer);
    use->writer = NULL;
    let_go(use);
    use->active = false;
    use->not_stored = NULL;
}
