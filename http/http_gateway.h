/* SPDX-License-Identifier: MIT */
/*
 * http_gateway: a server that has no files, but asks another server for them.
 *
 * RFC 9110 §3.7: to its clients a gateway is the origin. It passes requests on
 * to one backend and answers back, body piece by piece, each framed anew; what
 * is about one hop only stays at its hop (http_hops.h); Via tells who has been
 * on the way. When the backend fails, the gateway itself answers:
 *
 *     502   it can't be reached, breaks the protocol, or its header is larger
 *           than HTTP_GATEWAY_HEAD_MAX
 *     503   more requests than --gateway-max are under way; with Retry-After
 *     504   it took longer than --gateway-timeout to connect or to begin
 *
 * To see them for real:
 *
 *     http-server --listen 127.0.0.1:8081 --gateway http://127.0.0.1:8080
 *                 [--gateway-max N] [--gateway-timeout SECONDS]
 *                 [--gateway-name NAME]
 *
 * in front of: a port where nobody listens, or what does not speak HTTP (502);
 * `http-server --lab` and its /slow?MS (503 with --gateway-max 1 and two
 * clients, 504 with --gateway-timeout 0.2). In the pocket internet
 * lab_start_gateway (labs/lab.h) starts one on the host `proxy`.
 *
 * DEPARTURES. Deliberately one backend and one connection to it for each
 * client's; 100 Continue is our own word, said when we are ready to pass the
 * body on, and the backend's 1xx stay with us; Host names the backend, and its
 * Location fields are not rewritten. No cache, no CONNECT.
 */
#ifndef HTTP_HTTP_GATEWAY_H
#define HTTP_HTTP_GATEWAY_H

#include <stdbool.h>
#include <stdint.h>

#include "http/http_client.h"

struct http_exchange;

struct http_gateway {
    /* From the command line; NULL and 0: the default. Borrowed. */
    const char *url; /* NULL: no gateway */
    const char *name;
    long max;           /* requests under way at once */
    int64_t timeout_ms; /* until the backend begins, and of its silence */
    /* Made by http_gateway_set_up. */
    struct http_url backend;
    char pseudonym[HTTP_HOST_MAX]; /* in Via */
    int places;                    /* see http_gateway_places.c */
};

/* Before the service forks. ERROR_USAGE: the URL names no bare server, or the
 * name can't stand in Via. ERROR_LOCAL. */
int http_gateway_set_up(struct http_gateway *gateway, struct error *error);
void http_gateway_free(struct http_gateway *gateway);

/* ---- of one exchange (http_gateway.c) ----------------------------------- */

/* True when this request is to be passed on: the site is a gateway, and
 * Max-Forwards does not end the way here. */
bool http_gateway_passes_on(const struct http_exchange *x);
/* Passes it on, body included, and the answer back. As the acts of the server's
 * method table: 0, or the conversation with the client can't go on. */
int http_gateway_pass_on(struct http_exchange *x);
/* Closes the connection to the backend, if there is one. */
void http_gateway_hang_up(struct http_exchange *x);

/* ---- a message said anew (http_gateway_say.c) --------------------------- */

/* The fields that go on: all but those of this hop (http_hops.h), and but the
 * names in `replaced` (NULL ends), which the caller says. */
int http_gateway_say_fields(struct conn *conn, const struct http_head *head,
                            const char *const *replaced);
/* RFC 9110 §7.6.3: the version that it came by, and who passed it on. */
int http_gateway_say_via(struct conn *conn, const struct http_head *head,
                         const struct http_gateway *gateway);
/* What announces the body, a piece of it in that framing, and its end, with the
 * trailers of the body that was heard if there is a place for them. */
int http_gateway_say_framing(struct conn *conn,
                             const struct http_framing *framing);
int http_gateway_say_piece(struct conn *conn,
                           const struct http_framing *framing,
                           struct span piece);
int http_gateway_say_body_end(struct conn *conn,
                              const struct http_framing *framing,
                              const struct http_body *heard);

/* ---- places (http_gateway_places.c) ------------------------------------- */

/* A place for one more request, or -1: all are taken. */
int http_gateway_take_place(const struct http_gateway *gateway);
void http_gateway_give_place(const struct http_gateway *gateway, int place);

#endif
