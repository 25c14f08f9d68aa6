/* SPDX-License-Identifier: MIT */
/*
 * http_client: one client's conversation, from the connection to its end.
 *
 * Read it from top to bottom: connect, ask, hear the header of the answer,
 * hear its body, close. What may surprise in each step stands where it is done.
 */
#include "http/http_client.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "http/http_proxy.h"

/* ---- connect ------------------------------------------------------------ */

int http_client_open(struct http_client *client, const struct http_url *url)
{
    int result;

    http_client_close(client);
    if (client->proxy)
        result = http_proxy_connect(client, url);
    else
        result = conn_open(&client->conn, &client->setup, RFC("9112", "9.1"),
                           url->host, url->port);
    if (result == 0 && url->tls)
        /* NOTE(http-tls): from here on the same words go through TLS. */
        result = conn_start_tls(client->conn, client->tls, RFC("9112", "9.7"),
                                url->host);
    if (result < 0) {
        http_client_close(client);
        return result;
    }
    snprintf(client->origin, sizeof(client->origin), "%s", url->origin);
    return 0;
}

/* RFC 9112 §9.3: a connection carries many requests. But what has come in
 * while nothing was asked is no answer (RFC 9112 §9.2), and the end of input
 * means that the server has left. */
bool http_client_may_reuse(const struct http_client *client,
                           const struct http_url *url)
{
    if (!client->conn || strcasecmp(client->origin, url->origin) != 0)
        return false;
    struct pollfd readable = {.fd = conn_fd(client->conn), .events = POLLIN};
    return conn_view(client->conn).length == 0 && poll(&readable, 1, 0) == 0;
}

/* ---- ask ---------------------------------------------------------------- */

int http_client_send(struct http_client *client,
                     const struct http_request *request)
{
    struct conn *conn = client->conn;
    int result;

    client->unanswered = client->stopped = false;
    /* NOTE(http-request): the request line, the fields, an empty line, the
     * body: together they are one message. */
    result = conn_say_begin(conn, RFC("9112", "3"), request->method);
    if (result < 0 || (result = http_request_line_say(conn, request)) < 0 ||
        (result = http_fields_say(conn, request)) < 0 ||
        (result = conn_say_line(conn, "%s", "")) < 0 ||
        (result = http_upload_say(conn, request, client->setup.error)) < 0)
        return result;
    client->stopped = result == 1;
    if (client->stopped)
        conn_note(conn, RFC("9112", "9.5"), "upload",
                  "the server has answered already: the rest of the body is "
                  "not sent, and the connection ends after the answer");
    return conn_say_end(conn);
}

/* ---- hear the header ---------------------------------------------------- */

/* The connection ended, or broke, before the message was whole. What came of
 * it goes into the trace all the same: it is what the student should see. */
static int broke_off(struct http_client *client, int result)
{
    struct error *error = client->setup.error;

    if (conn_heard_length(client->conn) > 0)
        conn_heard(client->conn, RFC("9112", "8"), "incomplete");
    if (result != -ERROR_CONNECT || client->head.length == 0)
        return result;
    error_clear(error);
    return error_set(error, ERROR_PROTOCOL,
                     "the connection broke in the middle of the answer "
                     "(RFC 9112 §8)");
}

static int head_ended(struct http_client *client)
{
    client->unanswered = client->head.length == 0;
    return error_set(client->setup.error, ERROR_PROTOCOL,
                     client->unanswered
                         ? "the server closed the connection without an "
                           "answer (RFC 9112 §8)"
                         : "the connection ended inside the header "
                           "(RFC 9112 §8)");
}

/* Bytes into the head, until it is whole. */
static int read_head(struct http_client *client)
{
    struct conn *conn = client->conn;
    size_t used;
    int result;

    http_head_start(&client->head, HTTP_RESPONSE);
    for (;;) {
        enum parse outcome = http_head_read(&client->head, conn_view(conn),
                                            &used, client->setup.error);
        conn_take(conn, used);
        if (outcome != PARSE_MORE)
            return outcome == PARSE_DONE ? 0 : -ERROR_PROTOCOL;
        if (conn_at_end(conn))
            return head_ended(client);
        if ((result = conn_fill(conn)) < 0) {
            client->unanswered =
                result == -ERROR_CONNECT && client->head.length == 0;
            return result;
        }
    }
}

/* One header section, from the status line to the empty line. Its secrets are
 * masked also when it was broken. */
static int hear_one_head(struct http_client *client)
{
    int result = read_head(client);

    http_head_mask(&client->head, client->conn);
    return result < 0 ? broke_off(client, result) : 0;
}

/* "200": the name that the answer has in the trace. */
static const char *event_name(const struct http_client *client, char name[12])
{
    snprintf(name, 12, "%d", client->head.status);
    return name;
}

int http_client_hear_head(struct http_client *client,
                          const struct http_request *request)
{
    struct http_framing framing;
    char name[12];
    int result;

    /* NOTE(http-interim): 1xx is not yet the answer (RFC 9110 §15.2). */
    for (int interim = 0;; interim++) {
        if ((result = hear_one_head(client)) < 0)
            return result;
        if (client->head.status >= 200)
            break;
        conn_heard(client->conn, RFC("9110", "15.2"), event_name(client, name));
        if (client->head.status == 101 || interim == HTTP_INTERIM_MAX)
            return error_set(client->setup.error, ERROR_PROTOCOL,
                             "the server switches protocols unasked, or never "
                             "comes to an answer (RFC 9110 §15.2)");
    }
    result = http_framing_of_response(&framing, &client->head, request->method,
                                      client->setup.error);
    if (result < 0)
        return broke_off(client, result);
    /* Behind half a body no other request can stand. */
    if (client->stopped)
        framing.persistent = false;
    http_body_start(&client->body, framing);
    return 0;
}

/* ---- hear the body ------------------------------------------------------ */

/* The answer is whole: one event, and the reason why it ends here. */
static int heard_all(struct http_client *client)
{
    char text[256], name[12];

    conn_heard(client->conn, RFC("9112", "4"), event_name(client, name));
    http_body_describe(&client->body, text, sizeof(text));
    conn_note(client->conn, RFC("9112", "6.3"), "framing", "%s", text);
    client->exchanges++;
    return 0;
}

/* The server has closed its direction: that may be the end of the body, but
 * only if no other end was announced, and if under TLS the server said so
 * itself: a cut connection looks the same to TCP (RFC 9112 §9.8). */
static int body_ended(struct http_client *client)
{
    struct error *error = client->setup.error;

    if (http_body_ended(&client->body, error) < 0)
        return broke_off(client, -ERROR_PROTOCOL);
    if (!conn_end_was_cut(client->conn))
        return heard_all(client);
    error_set(error, ERROR_PROTOCOL,
              "the connection was cut without TLS close_notify: the body may "
              "not be whole (RFC 9112 §9.8)");
    return broke_off(client, -ERROR_PROTOCOL);
}

int http_client_hear_piece(struct http_client *client, struct span *piece)
{
    struct conn *conn = client->conn;
    enum parse outcome;
    size_t used;
    int result;

    for (;;) {
        outcome = http_body_read(&client->body, conn_view(conn), &used, piece,
                                 client->setup.error);
        conn_take(conn, used);
        if (outcome == PARSE_BROKEN)
            return broke_off(client, -ERROR_PROTOCOL);
        if (piece->length > 0)
            return 0;
        if (outcome == PARSE_DONE)
            return heard_all(client);
        if (conn_at_end(conn))
            return body_ended(client);
        if ((result = conn_fill(conn)) < 0)
            return broke_off(client, result);
    }
}

/* ---- close, or stay ----------------------------------------------------- */

void http_client_settle(struct http_client *client)
{
    if (!client->body.framing.persistent ||
        client->body.state != HTTP_BODY_WHOLE)
        http_client_close(client);
}

void http_client_close(struct http_client *client)
{
    conn_close(client->conn, RFC("9112", "9.6"));
    client->conn = NULL;
    client->exchanges = 0;
    client->origin[0] = '\0';
}
