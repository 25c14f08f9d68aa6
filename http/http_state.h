/* SPDX-License-Identifier: MIT */
/*
 * http_state: what a client remembers from one request to the next. HTTP itself
 * remembers nothing (RFC 9110 §3.3); cookies and log-ins are what the client
 * brings along each time.
 *
 *     http_state_start(&state, &options, &error);
 *     http_login_read(&state.login, &url, &options, &error);  // for each URL
 *     http_state_dress(&state, conn, &request, &error);       // before asking
 *     http_state_hear(&state, conn, &url, &head, &error);     // the answer
 *     http_state_end(&state, &options, result, &error);
 */
#ifndef HTTP_HTTP_STATE_H
#define HTTP_HTTP_STATE_H

#include "http/http_cookies.h"
#include "http/http_digest.h"

/* ---- the log-in (http_login.c) ------------------------------------------ */

struct http_login {
    struct login who;
    bool present; /* there is a user */
    bool digest;  /* --digest, --anyauth: wait for the server's challenge */
    bool basic;   /* --anyauth, or neither: Basic may be used */
    bool clear;   /* --insecure-auth */
    /* What the server wants, once it has said so. */
    bool challenged, use_basic;
    struct http_challenge challenge;
    char origin[HTTP_ORIGIN_MAX]; /* whose challenge */
    uint32_t count;               /* requests that its nonce was used for */
    bool sent;                    /* the last request had credentials */
};

/* User and password of -u, --password-file or the URL. What another user or
 * origin was asked is forgotten. ERROR_USAGE, ERROR_LOCAL. */
int http_login_read(struct http_login *login, const struct http_url *url,
                    const struct http_options *options, struct error *error);
/* The value of Authorization for this request, "" for none (yet). */
int http_login_say(struct http_login *login, struct conn *conn,
                   const struct http_request *request, char *text, size_t size,
                   struct error *error);
/* 1: the answer is a challenge that the same request can now meet. 0: it is an
 * answer. ERROR_INSECURE: it wants the password in clear text. */
int http_login_hear(struct http_login *login, struct conn *conn,
                    const struct http_url *url, const struct http_head *head,
                    struct error *error);

/* ---- both, around a request (http_state.c) ------------------------------ */

struct http_state {
    bool remembers; /* -b or -c was given */
    bool ready;     /* what -b names was read */
    struct http_jar jar;
    struct option_list given; /* -b NAME=VALUE */
    struct http_login login;
    char cookies[HTTP_LINE_MAX], credentials[HTTP_LINE_MAX];
};

int http_state_start(struct http_state *state,
                     const struct http_options *options, struct error *error);
/* Fills cookies and credentials of the request; they lie in the state.
 * `stranger`: a redirect led to another origin than the user named, so what
 * the command line gave stays behind. */
int http_state_dress(struct http_state *state, struct conn *conn,
                     struct http_request *request, bool stranger,
                     struct error *error);
/* Takes the cookies of an answer. */
int http_state_hear(struct http_state *state, struct conn *conn,
                    const struct http_url *url, const struct http_head *head,
                    struct error *error);
/* Writes the cookies (-c) and frees. Returns `result`, or the failure of
 * writing if that was 0. */
int http_state_end(struct http_state *state, const struct http_options *options,
                   int result, struct error *error);

#endif
