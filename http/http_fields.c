/* SPDX-License-Identifier: MIT */
/*
 * http_fields: the head of a request: its first line, and its fields, those
 * that we would send and what -H changes about them.
 */
#include "http/http_client.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/http_proxy.h"

#define USER_AGENT "wirelab"
#define ACCEPT "*/*"
#define ACCEPT_ENCODING "gzip, deflate, br"

/* Method, target, version; or what the user wants a server to hear instead. The
 * path is enough for the origin, a proxy must know whom to ask: origin-form and
 * absolute-form of RFC 9112 §3.2. Of "OPTIONS *" it makes the latter without a
 * path (RFC 9112 §3.2.4). */
int http_request_line_say(struct conn *conn, const struct http_request *request)
{
    const struct http_url *url = request->url;
    const char *target = request->target ? request->target : url->target;
    int minor = request->http_1_0 ? 0 : 1;

    if (request->line)
        return conn_say_line(conn, "%s", request->line);
    if (!request->proxy)
        return conn_say_line(conn, "%s %s HTTP/1.%d", request->method, target,
                             minor);
    return conn_say_line(conn, "%s http://%s%s HTTP/1.%d", request->method,
                         url->authority, strcmp(target, "*") == 0 ? "" : target,
                         minor);
}

/* "Name: value", "Name:" (leave it out) or "Name;" (send it empty), as curl
 * has it, in two halves. */
struct given {
    struct span name, value;
    bool left_out;
};

static struct given take_apart(const char *text)
{
    size_t name = strcspn(text, ":;");
    struct given given = {.name = {text, name}};

    if (text[name] != '\0')
        given.value = span_trim(span_of(text + name + 1));
    given.left_out = text[name] == ':' && given.value.length == 0;
    return given;
}

bool http_field_line_is(const char *line, const char *name)
{
    return span_equal_nocase(take_apart(line).name, span_of(name));
}

const char *http_field_given(const struct option_list *fields, const char *name)
{
    for (size_t i = 0; fields && i < fields->count; i++)
        if (http_field_line_is(fields->values[i], name))
            return fields->values[i];
    return NULL;
}

void http_fields_value(const struct http_request *request, struct span name,
                       char *text, size_t size)
{
    const struct option_list *fields = request->fields;
    const char *ours = "";
    bool given = false;

    text[0] = '\0';
    for (size_t i = 0; fields && i < fields->count; i++) {
        struct given one = take_apart(fields->values[i]);
        size_t length = strlen(text);

        if (!span_equal_nocase(one.name, name))
            continue;
        given = true;
        snprintf(text + length, size - length, "%s%.*s", length ? ", " : "",
                 (int)one.value.length, one.value.data ? one.value.data : "");
    }
    if (given)
        return;
    if (span_equal_nocase(name, SPAN("User-Agent")))
        ours = USER_AGENT;
    else if (span_equal_nocase(name, SPAN("Accept")))
        ours = ACCEPT;
    else if (span_equal_nocase(name, SPAN("Accept-Encoding")))
        ours = request->compressed ? ACCEPT_ENCODING : "";
    snprintf(text, size, "%s", ours);
}

/* The secret half may be longer than a line of ours, so it is copied whole. */
static int say_secret_field(struct conn *conn, struct span name,
                            struct span value, size_t open)
{
    char *secret = strndup(value.data + open, value.length - open);
    int result = secret ? 0 : -ERROR_LOCAL;

    if (result < 0 ||
        (result = conn_say_bytes(conn, name.data, name.length)) < 0 ||
        (result = conn_say_bytes(conn, ": ", 2)) < 0 ||
        (result = conn_say_bytes(conn, value.data, open)) < 0 ||
        (result = conn_say_secret(conn, secret)) < 0)
        goto out;
    result = conn_say_bytes(conn, "\r\n", 2);
out:
    if (secret)
        explicit_bzero(secret, strlen(secret));
    free(secret);
    return result;
}

int http_field_say(struct conn *conn, struct span name, struct span value)
{
    size_t open = http_field_open_length(name, value);

    if (open < value.length)
        return say_secret_field(conn, name, value, open);
    return conn_say_line(conn, "%.*s: %.*s", (int)name.length, name.data,
                         (int)value.length, value.data);
}

/* A field of ours, unless -H has its name or there is nothing to say. */
static int say_ours(struct conn *conn, const struct http_request *request,
                    const char *name, const char *value)
{
    if (!value || http_field_given(request->fields, name))
        return 0;
    return http_field_say(conn, span_of(name), span_of(value));
}

/* What announces the body: its length, or chunks and what follows them. */
static int say_framing(struct conn *conn, const struct http_request *request)
{
    const struct http_content *content = request->content;
    char length[24];
    int result;

    if (!content)
        return 0;
    result = say_ours(conn, request, "Expect",
                      http_expect_is_due(request) ? "100-continue" : NULL);
    if (result < 0)
        return result;
    if (!content->chunked) {
        snprintf(length, sizeof(length), "%" PRIu64, content->length);
        return say_ours(conn, request, "Content-Length", length);
    }
    result = say_ours(conn, request, "Transfer-Encoding", "chunked");
    for (size_t i = 0; request->trailers && i < request->trailers->count; i++) {
        struct span name = take_apart(request->trailers->values[i]).name;
        if (result == 0)
            result = conn_say_line(conn, "Trailer: %.*s", (int)name.length,
                                   name.data);
    }
    return result;
}

static int say_given(struct conn *conn, const struct http_request *request)
{
    const struct option_list *fields = request->fields;

    for (size_t i = 0; fields && i < fields->count; i++) {
        struct given given = take_apart(fields->values[i]);
        int result =
            given.left_out ? 0 : http_field_say(conn, given.name, given.value);
        if (result < 0)
            return result;
    }
    return 0;
}

/* What the cache wants to know: is it still this one? RFC 9111 §4.3.1. */
static int say_validators(struct conn *conn, const struct http_request *request)
{
    int result = 0;

    if (request->if_none_match.data)
        result =
            http_field_say(conn, SPAN("If-None-Match"), request->if_none_match);
    if (result == 0 && request->if_modified_since.data)
        result = http_field_say(conn, SPAN("If-Modified-Since"),
                                request->if_modified_since);
    return result;
}

/* Host comes first (RFC 9110 §7.2); the order of the others means nothing. */
int http_fields_say(struct conn *conn, const struct http_request *request)
{
    char range[HTTP_RANGE_TEXT_MAX + 8];
    int result;

    if (request->range)
        snprintf(range, sizeof(range), "bytes=%s", request->range);

    result = say_ours(conn, request, "Host", request->url->authority);
    if (result < 0 ||
        (result = say_ours(conn, request, "User-Agent", USER_AGENT)) < 0 ||
        (result = say_ours(conn, request, "Accept", ACCEPT)) < 0 ||
        (result = say_ours(conn, request, "Accept-Encoding",
                           request->compressed ? ACCEPT_ENCODING : NULL)) < 0 ||
        (result = say_ours(conn, request, "Authorization",
                           request->credentials)) < 0 ||
        (result = say_ours(conn, request, "Cookie", request->cookies)) < 0 ||
        (result = http_proxy_log_in(conn, request->proxy)) < 0 ||
        (result = say_ours(conn, request, "Range",
                           request->range ? range : NULL)) < 0 ||
        (result = say_ours(conn, request, "Content-Type",
                           request->content_type)) < 0 ||
        (result = say_validators(conn, request)) < 0 ||
        (result = say_framing(conn, request)) < 0)
        return result;
    return say_given(conn, request);
}
