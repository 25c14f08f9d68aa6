/* SPDX-License-Identifier: MIT */
/*
 * http_server: reads a request, judges it, hands it to what its method calls
 * for, and so on until one of the two wants to close.
 *
 * A request that may be read in two ways is refused and ends the connection:
 * behind it, nobody knows where the next one begins (RFC 9112 §11.2).
 */
#include "http/http_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/service.h"
#include "http/http_gateway.h"

/* ---- hearing ------------------------------------------------------------ */

/* "GET", or "request" when there is no method to name it by. */
void http_exchange_heard(struct http_exchange *x)
{
    char name[32];

    if (x->heard)
        return;
    snprintf(name, sizeof(name), "%.*s",
             x->request.method.length ? (int)x->request.method.length : 7,
             x->request.method.length ? x->request.method.data : "request");
    conn_heard(x->conn, RFC("9112", "3"), name);
    x->heard = true;
}

/* The request has begun to come: from its first byte on its header has
 * HTTP_SERVER_HEAD_MS, however it is doled out, and we owe it an answer. */
static void begin(struct http_exchange *x)
{
    conn_set_deadline(x->conn, deadline_in_ms(HTTP_SERVER_HEAD_MS));
    service_may_end(x->conn, false);
}

/* Bytes into the head, until it is whole: 1. 0 when the client has closed. */
static int read_head(struct http_exchange *x)
{
    bool begun = false;
    size_t used;
    int result;

    http_head_start(&x->request, HTTP_REQUEST);
    for (;;) {
        enum parse outcome =
            http_head_read(&x->request, conn_view(x->conn), &used, x->error);
        conn_take(x->conn, used);
        if (outcome != PARSE_MORE)
            return outcome == PARSE_DONE ? 1 : -ERROR_PROTOCOL;
        if (conn_at_end(x->conn))
            return 0;
        if (!begun && x->request.length > 0)
            begin(x);
        begun = x->request.length > 0;
        if ((result = conn_fill(x->conn)) < 0)
            return result;
    }
}

/* Reads the header section. 1: it is there. 0: the client has closed, or said
 * nothing for so long that we do (RFC 9112 §9.5), or we are to end. Negative:
 * the conn failed, or ERROR_PROTOCOL with x->request.refusal as the answer. */
static int hear_head(struct http_exchange *x)
{
    int result;

    conn_set_idle_timeout(x->conn, x->site->idle_ms ? x->site->idle_ms
                                                    : HTTP_SERVER_IDLE_MS);
    result = read_head(x);
    http_head_mask(&x->request, x->conn);
    if (result <= 0 && x->request.refusal == 0) {
        if (x->request.length == 0)
            return 0;
        conn_heard(x->conn, RFC("9112", "8"), "incomplete");
        return result;
    }
    conn_set_deadline(x->conn, DEADLINE_NEVER);
    conn_set_idle_timeout(x->conn, CONN_IDLE_TIMEOUT_MS);
    service_may_end(x->conn, false);
    return result;
}

/* RFC 9110 §10.1.1: the client waits for our word before it sends the body. In
 * an HTTP/1.0 request the field must be ignored; and once a part of the body
 * has come, the word is not waited for any more. */
static bool waits_for_word(struct http_exchange *x)
{
    return x->request.version_minor > 0 && conn_view(x->conn).length == 0 &&
           x->body.content == 0 && x->body.state != HTTP_BODY_WHOLE &&
           http_head_has(&x->request, "Expect", "100-continue");
}

int http_exchange_hear_begin(struct http_exchange *x)
{
    int result;

    if (!waits_for_word(x) || http_lab_is_silent(x))
        return 0;
    if ((result = http_answer_begin(x, 100)) < 0 ||
        (result = conn_say_bytes(x->conn, "\r\n", 2)) < 0)
        return result;
    return conn_say_end(x->conn);
}

/* What has come of the body, and more if nothing has. 1: there may be more. */
static int hear_some(struct http_exchange *x, struct span *piece)
{
    size_t used;
    enum parse outcome =
        http_body_read(&x->body, conn_view(x->conn), &used, piece, x->error);

    conn_take(x->conn, used);
    if (outcome == PARSE_BROKEN ||
        x->body.content > (uint64_t)HTTP_REQUEST_BODY_MAX) {
        x->request.refusal = outcome == PARSE_BROKEN ? 400 : 413;
        return -ERROR_PROTOCOL;
    }
    if (outcome == PARSE_DONE)
        return 0;
    if (used > 0)
        return 1;
    if (conn_at_end(x->conn))
        return http_body_ended(&x->body, x->error);
    int result = conn_fill(x->conn);
    return result < 0 ? result : 1;
}

/* The body is whole: so is the request. */
static void heard_all(struct http_exchange *x)
{
    char text[256];

    http_exchange_heard(x);
    http_body_describe(&x->body, text, sizeof(text));
    conn_note(x->conn, RFC("9112", "6.3"), "framing", "%s", text);
}

int http_exchange_hear_piece(struct http_exchange *x, struct span *piece)
{
    int result;

    *piece = (struct span){NULL, 0};
    do
        result = hear_some(x, piece);
    while (result == 1 && piece->length == 0);
    if (result == 0 && piece->length == 0)
        heard_all(x);
    return result < 0 ? result : 0;
}

int http_exchange_hear_body(struct http_exchange *x, struct output *to)
{
    int result = http_exchange_hear_begin(x);
    struct span piece = {NULL, 1};

    while (result == 0 && piece.length > 0) {
        result = http_exchange_hear_piece(x, &piece);
        if (result == 0 && to && piece.length > 0)
            result = output_write(to, piece.data, piece.length, x->error);
    }
    return result;
}

/* The final answer is all the word that a waiting client gets; whether the body
 * comes after it all the same nobody knows, so the connection ends. */
int http_exchange_skip_body(struct http_exchange *x)
{
    if (!waits_for_word(x))
        return http_exchange_hear_body(x, NULL);
    x->close = true;
    http_exchange_heard(x);
    conn_note(x->conn, RFC("9110", "10.1.1"), "expect",
              "the body is not wanted: no 100, but the answer at once");
    return 0;
}

/* ---- acts --------------------------------------------------------------- */

static const char *allowed(const struct http_exchange *x)
{
    return x->site->writable ? "GET, HEAD, POST, PUT, DELETE, OPTIONS, TRACE"
                             : "GET, HEAD, POST, OPTIONS, TRACE";
}

static int act_get(struct http_exchange *x)
{
    bool done = false;
    int result = x->site->lab ? http_lab_answer(x, &done) : 0;

    return done || result < 0 ? result : http_files_get(x);
}

/* There is no program behind our paths: what was posted is counted, and
 * acknowledged. */
static int act_post(struct http_exchange *x)
{
    char text[64];
    bool done = false;
    int length, result = x->site->lab ? http_lab_answer(x, &done) : 0;

    if (done || result < 0)
        return result;
    length = snprintf(text, sizeof(text), "%llu bytes received\n",
                      (unsigned long long)x->body.content);
    result = http_answer_begin(x, 200);
    return result < 0
               ? result
               : http_answer_content(x, "text/plain", text, (size_t)length);
}

static int act_put(struct http_exchange *x)
{
    if (x->site->writable)
        return http_store_put(x);
    int result = http_exchange_skip_body(x);
    return result < 0 ? result : http_answer_not_allowed(x, allowed(x));
}

static int act_delete(struct http_exchange *x)
{
    return x->site->writable ? http_store_delete(x)
                             : http_answer_not_allowed(x, allowed(x));
}

static int act_options(struct http_exchange *x)
{
    int result;

    if ((result = http_answer_begin(x, 200)) < 0 ||
        (result = http_answer_field(x, "Allow", "%s", allowed(x))) < 0)
        return result;
    return http_answer_content(x, "text/plain", "", 0);
}

static int act_trace(struct http_exchange *x)
{
    return http_echo_answer(x, "message/http");
}

/* The methods that we know; every other one is 501. */
static const struct method {
    const char *name; /* case-sensitive: RFC 9110 §9.1 */
    int (*act)(struct http_exchange *x);
    bool hears_body; /* the act does; for the others it is heard before */
} methods[] = {
    {"GET", act_get, false},       {"HEAD", act_get, false},
    {"POST", act_post, false},     {"PUT", act_put, true},
    {"DELETE", act_delete, false}, {"OPTIONS", act_options, false},
    {"TRACE", act_trace, false},
};

static const struct method *find_method(struct span name)
{
    for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
        if (span_equal(name, span_of(methods[i].name)))
            return &methods[i];
    return NULL;
}

/* ---- one request after the other ---------------------------------------- */

/* Refusing ends the connection, but not at once: the answer must reach who is
 * still sending (RFC 9112 §9.6). */
static int refuse(struct http_exchange *x, int status)
{
    http_exchange_heard(x);
    conn_note(x->conn, status < 500 ? RFC("9110", "15.5") : RFC("9110", "15.6"),
              "refused", "%d: %s", status, x->error->text);
    if (http_answer_refusal(x, status, x->error->text) == 0)
        conn_linger(x->conn, RFC("9112", "9.6"));
    return -(int)x->error->class;
}

/* What the request is about, and whether it may be answered at all. 0, or the
 * status of the refusal, with the reason in x->error. */
static int judge(struct http_exchange *x)
{
    struct http_framing framing;
    int status;

    /* Until we know that it may go on. */
    x->close = true;
    if (http_framing_of_request(&framing, &x->request, x->error) < 0)
        return x->request.refusal;
    if ((status = http_target_read(x)) != 0)
        return status;
    if (framing.length > HTTP_REQUEST_BODY_MAX) {
        error_set(x->error, ERROR_PROTOCOL, "a body of this size is not taken");
        return 413;
    }
    if (x->request.version_minor > 0 &&
        http_head_count(&x->request, "Expect") > 0 &&
        !http_head_has(&x->request, "Expect", "100-continue")) {
        error_set(x->error, ERROR_PROTOCOL,
                  "an expectation that we don't know (RFC 9110 §10.1.1)");
        return 417;
    }
    http_body_start(&x->body, framing);
    x->close = !framing.persistent;
    return 0;
}

/* Answers it ourselves, by its method. */
static int act(struct http_exchange *x)
{
    const struct method *method = find_method(x->request.method);
    bool done = false;
    int result = http_guard_answer(x, &done);

    if (done || result < 0)
        return result;
    if (!method)
        result = http_exchange_skip_body(x);
    else if (!method->hears_body)
        result = http_exchange_hear_body(x, NULL);
    if (result < 0)
        return result;
    return method ? method->act(x) : http_answer_status(x, 501);
}

/* 1: the connection may carry another request. */
static int serve_one(struct http_exchange *x)
{
    int status, result = hear_head(x);

    if (result == 0)
        return 0;
    if (result < 0)
        return x->request.refusal ? refuse(x, x->request.refusal) : result;
    if ((status = judge(x)) != 0)
        return refuse(x, status);

    x->request.refusal = 0;
    result = http_gateway_passes_on(x) ? http_gateway_pass_on(x) : act(x);
    if (result < 0 && x->request.refusal)
        return refuse(x, x->request.refusal);
    if (result < 0 && conn_heard_length(x->conn) > 0)
        conn_heard(x->conn, RFC("9112", "8"), "incomplete");
    if (result == 0 && x->body.state != HTTP_BODY_WHOLE)
        conn_linger(x->conn, RFC("9112", "9.6"));
    return result < 0 ? result : !x->close;
}

int http_server_serve(struct conn *conn, void *site, struct error *error)
{
    struct http_exchange *x = calloc(1, sizeof(*x));
    int result = x ? 1 : error_set(error, ERROR_LOCAL, "out of memory");

    while (result == 1) {
        x->conn = conn;
        x->error = error;
        x->site = site;
        x->heard = x->close = false;
        result = serve_one(x);
        /* Between two requests either end may close the connection at any time,
         * and the client must bear it (RFC 9112 §9.5). */
        service_may_end(conn, result == 1);
    }
    if (x)
        http_gateway_hang_up(x);
    free(x);
    return result;
}
