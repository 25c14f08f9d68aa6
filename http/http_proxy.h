/* SPDX-License-Identifier: MIT */
/*
 * http_proxy: asking by way of another (-x). RFC 9110 §3.7 and §9.3.6.
 *
 * For http the proxy is told the whole URL, and asks for us (RFC 9112 §3.2.2).
 * For https it is asked for a tunnel to the server (CONNECT): what goes through
 * is TLS from end to end, and the proxy reads none of it.
 *
 *     struct http_proxy proxy = {0};
 *     http_proxy_make(&proxy, &options, &error);
 *     pool.proxy = &proxy;                 // every client of the pool
 *
 * The log-in at the proxy (Proxy-Authorization, RFC 9110 §11.7.2) is said to
 * the proxy and to nobody else: with the request for http, with CONNECT for
 * https.
 *
 * DEPARTURES. Deliberately one connection for each origin, also for http, where
 * one to the proxy could serve them all. No TLS to the proxy itself, Basic
 * only, no environment variables.
 */
#ifndef HTTP_HTTP_PROXY_H
#define HTTP_HTTP_PROXY_H

#include "http/http_client.h"

struct http_proxy {
    struct http_url url;
    char credentials[HTTP_LINE_MAX]; /* base64; "" for none */
};

/* Reads -x and -U. ERROR_USAGE: no URL of a proxy, or -H Proxy-Authorization,
 * which could end up at the origin. ERROR_INSECURE: a log-in without
 * --insecure-auth: the way to a proxy is clear text. */
int http_proxy_make(struct http_proxy *proxy,
                    const struct http_options *options, struct error *error);
void http_proxy_free(struct http_proxy *proxy);

/* Proxy-Authorization, if there is a log-in. NULL is allowed. */
int http_proxy_log_in(struct conn *conn, const struct http_proxy *proxy);
/* Connects to the proxy and, for https, through it: then the next byte is the
 * server's. ERROR_AUTH: 407. ERROR_REFUSED: no tunnel. */
int http_proxy_connect(struct http_client *client, const struct http_url *url);

#endif
