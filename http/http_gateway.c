/* SPDX-License-Identifier: MIT */
/*
 * http_gateway: one request on to the backend, its answer back. The contract
 * is in http_gateway.h.
 *
 * Two conversations meet here: `x` is the one with our client, where we are
 * the server; `relay` is the one with the backend, where we are the client.
 * Neither's framing reaches the other: a body is read as its sender framed it
 * and framed anew, so that what we pass on can be read in one way only (RFC
 * 9112 §11.2).
 */
#include "http/http_gateway.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/http_hops.h"
#include "http/http_server.h"

struct http_relay {
    struct http_client client; /* the backend's */
    struct error error;        /* what went wrong with the backend */
    struct http_request request;
    char method[64];
    bool body_begun; /* the client's body: it can't be sent twice */
};

/* ---- the request, on to the backend ------------------------------------- */

static int say_request_head(struct http_exchange *x)
{
    static const char *const replaced[] = {"Host", "Expect", "Max-Forwards",
                                           NULL};
    static const char *const replaced_but_hops[] = {"Host", "Expect", NULL};
    const struct http_gateway *gateway = x->site->gateway;
    struct conn *conn = x->relay->client.conn;
    uint64_t hops;
    bool counted = http_hops_left(&x->request, &hops) == HTTP_HOPS_SOME;
    int result;

    if ((result = conn_say_line(conn, "%s %.*s HTTP/1.1", x->relay->method,
                                (int)x->target.length, x->target.data)) < 0 ||
        (result = conn_say_line(conn, "Host: %s", gateway->backend.authority)) <
            0 ||
        (result = http_gateway_say_fields(
             conn, &x->request, counted ? replaced : replaced_but_hops)) < 0 ||
        (counted &&
         (result = conn_say_line(conn, "Max-Forwards: %" PRIu64, hops)) < 0) ||
        (result = http_gateway_say_via(conn, &x->request, gateway)) < 0 ||
        (result = http_gateway_say_framing(conn, &x->body.framing)) < 0)
        return result;
    return conn_say_bytes(conn, "\r\n", 2);
}

/* The client's body, piece by piece as it comes. A backend that answers before
 * it has all of it won't read the rest: then we stop (RFC 9112 §9.5). Negative
 * with relay->error clear: it is the client that failed. */
static int pass_request_body(struct http_exchange *x)
{
    struct http_client *client = &x->relay->client;
    struct span piece;
    int result;

    if ((result = http_exchange_hear_begin(x)) < 0)
        return result;
    for (;;) {
        if ((result = http_exchange_hear_piece(x, &piece)) < 0)
            return result;
        if (piece.length == 0)
            return http_gateway_say_body_end(client->conn, &x->body.framing,
                                             &x->body);
        x->relay->body_begun = true;
        if ((result = http_gateway_say_piece(client->conn, &x->body.framing,
                                             piece)) < 0)
            return result;
        if (conn_view(x->conn).length == 0 &&
            (result = conn_flush(client->conn)) < 0)
            return result;
        if (http_upload_is_answered(client->conn)) {
            client->stopped = true;
            return 0;
        }
    }
}

static int say_request(struct http_exchange *x)
{
    struct http_client *client = &x->relay->client;
    int result;

    client->unanswered = client->stopped = false;
    if ((result = conn_say_begin(client->conn, RFC("9110", "7.6"),
                                 x->relay->method)) < 0 ||
        (result = say_request_head(x)) < 0 ||
        (result = pass_request_body(x)) < 0)
        return result;
    return conn_say_end(client->conn);
}

/* Asks the backend over the open connection, and hears the header of its
 * answer, which must be whole before the time is up. */
static int ask(struct http_exchange *x)
{
    struct http_relay *relay = x->relay;
    struct http_client *client = &relay->client;
    int64_t timeout_ms = x->site->gateway->timeout_ms;
    int result = say_request(x);

    if (result < 0) {
        client->unanswered = result == -ERROR_CONNECT;
        return result;
    }
    conn_set_deadline(client->conn, deadline_in_ms(timeout_ms));
    result = http_client_hear_head(client, &relay->request);
    if (result < 0)
        return result;
    conn_set_deadline(client->conn, DEADLINE_NEVER);
    if (client->head.length > HTTP_GATEWAY_HEAD_MAX)
        return error_set(&relay->error, ERROR_PROTOCOL,
                         "its header has %zu bytes, our buffer %d",
                         client->head.length, HTTP_GATEWAY_HEAD_MAX);
    return 0;
}

/* The backend may close an idle connection while our request is on its way:
 * what may be repeated then is, once (RFC 9112 §9.3.1). */
static int ask_twice(struct http_exchange *x)
{
    struct http_relay *relay = x->relay;
    struct http_client *client = &relay->client;
    const struct http_url *backend = &x->site->gateway->backend;
    bool reused = http_client_may_reuse(client, backend);
    int result;

    error_clear(&relay->error);
    relay->body_begun = false;
    if (!reused && (result = http_client_open(client, backend)) < 0)
        return result;
    result = ask(x);
    if (result == 0 || !reused || !client->unanswered || relay->body_begun ||
        !http_method_is_idempotent(x->request.method))
        return result;
    error_clear(&relay->error);
    result = http_client_open(client, backend);
    return result < 0 ? result : ask(x);
}

/* ---- the answer, back to the client ------------------------------------- */

/* How the answer is framed for our client. One that speaks HTTP/1.0 knows no
 * chunks: without a length its body ends with the connection. */
static struct http_framing choose_framing(struct http_exchange *x)
{
    struct http_framing framing = x->relay->client.body.framing;

    if (framing.kind == HTTP_FRAMING_CLOSE ||
        framing.kind == HTTP_FRAMING_CHUNKED) {
        bool old = x->request.version_minor == 0;

        framing.kind = old ? HTTP_FRAMING_CLOSE : HTTP_FRAMING_CHUNKED;
        x->close = x->close || old;
    }
    return framing;
}

/* An answer without a body may tell the length that it would have (HEAD, 304):
 * RFC 9110 §8.6. One that can be read in one way goes on. */
static int say_length_told(struct http_exchange *x)
{
    const struct http_head *head = &x->relay->client.head;
    struct span value = http_head_field(head, "Content-Length");
    uint64_t length;

    if (x->relay->client.body.framing.kind != HTTP_FRAMING_NONE ||
        head->status == 204 || http_head_count(head, "Content-Length") != 1 ||
        !text_to_u64(value, INT64_MAX, &length))
        return 0;
    return conn_say_line(x->conn, "Content-Length: %" PRIu64, length);
}

/* RFC 9110 §6.6.1: an answer that came without a date gets ours. */
static int say_date(struct http_exchange *x)
{
    char date[HTTP_DATE_MAX];

    if (http_head_count(&x->relay->client.head, "Date") > 0)
        return 0;
    http_date_write(date, time(NULL));
    return conn_say_line(x->conn, "Date: %s", date);
}

/* The reason phrase is ours: it means nothing, and a backend's may hold what
 * does not belong in a line. */
static int say_answer_head(struct http_exchange *x,
                           const struct http_framing *framing)
{
    static const char *const replaced[] = {NULL};
    const struct http_head *head = &x->relay->client.head;
    int result;

    if ((result = conn_say_line(x->conn, "HTTP/1.1 %d %s", head->status,
                                http_reason(head->status))) < 0 ||
        (result = http_gateway_say_fields(x->conn, head, replaced)) < 0 ||
        (result = say_date(x)) < 0 ||
        (result = http_gateway_say_via(x->conn, head, x->site->gateway)) < 0 ||
        (result = say_length_told(x)) < 0 ||
        (result = http_gateway_say_framing(x->conn, framing)) < 0 ||
        (result = http_answer_connection(x)) < 0)
        return result;
    return conn_say_bytes(x->conn, "\r\n", 2);
}

/* The backend broke off in the middle. What we have sent already can't be taken
 * back: only an end that can't be mistaken for the body's is left (RFC 9112
 * §8). In chunks and by length the missing rest shows; where the close is the
 * end, it must not be a clean one. */
static int break_off(struct http_exchange *x,
                     const struct http_framing *framing)
{
    struct linger reset = {.l_onoff = 1, .l_linger = 0};

    conn_note(x->conn, RFC("9112", "8"), "broken off", "by the backend: %s",
              x->relay->error.text);
    conn_say_end(x->conn);
    if (framing->kind == HTTP_FRAMING_CLOSE)
        setsockopt(conn_fd(x->conn), SOL_SOCKET, SO_LINGER, &reset,
                   sizeof(reset));
    return error_set(x->error, ERROR_PROTOCOL, "the backend broke off: %s",
                     x->relay->error.text);
}

/* The body, piece by piece. What waits goes out before we wait ourselves. */
static int pass_answer_body(struct http_exchange *x,
                            const struct http_framing *framing)
{
    struct http_client *client = &x->relay->client;
    struct span piece;
    int result;

    for (;;) {
        if (http_client_hear_piece(client, &piece) < 0)
            return break_off(x, framing);
        if (piece.length == 0)
            break;
        if ((result = http_gateway_say_piece(x->conn, framing, piece)) < 0 ||
            (conn_view(client->conn).length == 0 &&
             (result = conn_flush(x->conn)) < 0))
            return result;
    }
    if ((result = http_gateway_say_body_end(x->conn, framing, &client->body)) <
        0)
        return result;
    return conn_say_end(x->conn);
}

static int pass_answer(struct http_exchange *x)
{
    struct http_framing framing = choose_framing(x);
    char name[12];
    int result;

    /* The backend may have had enough before the request was whole. */
    http_exchange_heard(x);
    x->close = x->close || x->body.state != HTTP_BODY_WHOLE;
    snprintf(name, sizeof(name), "%d", x->relay->client.head.status);
    if ((result = conn_say_begin(x->conn, RFC("9110", "7.6"), name)) < 0 ||
        (result = say_answer_head(x, &framing)) < 0)
        return result;
    return pass_answer_body(x, &framing);
}

/* ---- the gateway's own answers ------------------------------------------ */

/* A request whose body we have not read to its end closes the connection: what
 * follows is the rest of the body, and nobody wants it. */
static int answer_for_backend(struct http_exchange *x, int status,
                              struct rfc rfc, const char *reason)
{
    char page[1024];
    int length, result;

    http_exchange_heard(x);
    x->close = x->close || x->body.state != HTTP_BODY_WHOLE;
    conn_note(x->conn, rfc, "gateway", "%d: %s", status, reason);
    length = snprintf(page, sizeof(page), "%d %s\n%s\n", status,
                      http_reason(status), reason);
    if ((result = http_answer_begin(x, status)) < 0 ||
        (status == 503 &&
         (result = http_answer_field(x, "Retry-After", "%d",
                                     HTTP_GATEWAY_RETRY_SECONDS)) < 0))
        return result;
    return http_answer_content(x, "text/plain; charset=utf-8", page,
                               (size_t)length);
}

/* NOTE(http-gateway): whose fault it is decides the code. */
static int answer_failure(struct http_exchange *x)
{
    const struct error *error = &x->relay->error;
    char reason[ERROR_TEXT_MAX + 64];
    bool slow = error->class == ERROR_TIMEOUT;

    snprintf(reason, sizeof(reason), "the server behind this gateway %s: %s",
             slow ? "took too long" : "failed", error->text);
    if (slow)
        return answer_for_backend(x, 504, RFC("9110", "15.6.5"), reason);
    return answer_for_backend(x, 502, RFC("9110", "15.6.3"), reason);
}

/* ---- one exchange ------------------------------------------------------- */

static struct http_relay *relay_new(struct http_exchange *x)
{
    const struct http_gateway *gateway = x->site->gateway;
    struct http_relay *relay = calloc(1, sizeof(*relay));

    if (!relay)
        return NULL;
    relay->client.setup =
        (struct conn_setup){.error = &relay->error,
                            .trace = conn_trace(x->conn),
                            .proto = "http",
                            .standard_port = 80,
                            .connect_timeout_ms = gateway->timeout_ms,
                            .idle_timeout_ms = gateway->timeout_ms};
    relay->request = (struct http_request){.method = relay->method,
                                           .url = &gateway->backend};
    return relay;
}

bool http_gateway_passes_on(const struct http_exchange *x)
{
    uint64_t left;

    return x->site->gateway &&
           http_hops_left(&x->request, &left) != HTTP_HOPS_NONE;
}

static int relay_exchange(struct http_exchange *x)
{
    struct http_relay *relay = x->relay;
    int result = ask_twice(x);

    /* Nothing is wrong with the backend: the client broke off, or a rule. */
    if (result < 0 && relay->error.class == ERROR_NONE) {
        http_client_close(&relay->client);
        return result;
    }
    result = result < 0 ? answer_failure(x) : pass_answer(x);
    if (relay->error.class != ERROR_NONE || result < 0)
        http_client_close(&relay->client);
    else
        http_client_settle(&relay->client);
    return result;
}

int http_gateway_pass_on(struct http_exchange *x)
{
    const struct http_gateway *gateway = x->site->gateway;
    int place, result;

    if (!x->relay && !(x->relay = relay_new(x)))
        return http_answer_status(x, 500);
    if (x->request.method.length >= sizeof(x->relay->method))
        return http_answer_status(x, 501);
    snprintf(x->relay->method, sizeof(x->relay->method), "%.*s",
             (int)x->request.method.length, x->request.method.data);
    if ((place = http_gateway_take_place(gateway)) < 0)
        return answer_for_backend(x, 503, RFC("9110", "15.6.4"),
                                  "as many requests are under way as this "
                                  "gateway passes on at once");
    result = relay_exchange(x);
    http_gateway_give_place(gateway, place);
    return result;
}

void http_gateway_hang_up(struct http_exchange *x)
{
    if (x->relay)
        http_client_close(&x->relay->client);
    free(x->relay);
    x->relay = NULL;
}
