/* SPDX-License-Identifier: MIT */
/*
 * http_client: one client's conversation, and what stands around it.
 *
 * http_client.c is the conversation and nothing else. Around it: http_url.c
 * reads URLs, http_fields.c and http_upload.c make the request, http_redirect.c
 * decides where a 3xx leads, http_range.c what a part is a part of, http_save.c
 * where the answer goes, and http_fetch.c does all of it for one URL.
 *
 * Conventions of this header. Lengths are bytes. A function that returns an int
 * gives 0, or the negative of an error class; what went wrong stands in the
 * `struct error` that it was given, or that its conn was set up with. What is
 * said about a return value above 0 stands at the function.
 */
#ifndef HTTP_HTTP_CLIENT_H
#define HTTP_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/conn.h"
#include "common/login.h"
#include "common/options.h"
#include "http/http.h"

/* ---- URLs (http_url.c, on libcurl's URL API) ---------------------------- */

#define HTTP_ORIGIN_MAX (HTTP_HOST_MAX + 18)

struct http_url {
    bool tls;                           /* https */
    uint16_t port;                      /* host order */
    char host[HTTP_HOST_MAX];           /* IPv6 without brackets */
    char authority[HTTP_HOST_MAX + 10]; /* for Host: a port if unusual */
    char origin[HTTP_ORIGIN_MAX];       /* "https://www.example.test:443" */
    char *target;                       /* path and query, "/" at least */
    char *user, *password;              /* decoded; NULL: none in the URL */
    char *text; /* the whole URL but for user and password */
};

/* A URL as a user types it: without a scheme it is http. Errors: ERROR_USAGE
 * (another scheme than http and https too). The caller frees with
 * http_url_free, after a failure too. */
int http_url_read(struct http_url *url, const char *text, struct error *error);
/* Where Location leads from `from`. ERROR_PROTOCOL: it is no URL.
 * ERROR_INSECURE: it changes to another scheme. The caller frees *next, after
 * a failure too. */
int http_url_follow(struct http_url *next, const struct http_url *from,
                    struct span location, struct error *error);
/* Scheme, host and port are the same: RFC 9110 §4.3.1. */
bool http_url_same_origin(const struct http_url *a, const struct http_url *b);
void http_url_free(struct http_url *url);

/* ---- one exchange (http_client.c) --------------------------------------- */

/* The content of a request: bytes in memory, or a file. */
struct http_content {
    const char *data; /* NULL: from the file */
    int fd;           /* -1: none */
    uint64_t length;  /* of either, when it is known */
    bool chunked;     /* it is not known, or trailers follow */
};

struct http_proxy;

/* Everything is borrowed. */
struct http_request {
    const char *method;
    const struct http_url *url;
    const char *target; /* NULL: the URL's own; "*" for OPTIONS */
    const char *line;   /* the request line, right or wrong; NULL: ours */
    bool http_1_0;
    const char *credentials;        /* the value of Authorization; NULL: none */
    const char *cookies;            /* the value of Cookie; NULL: none */
    const struct http_proxy *proxy; /* that reads it; NULL: the origin does */
    const char *range;              /* "0-499"; NULL: no Range field */
    const char *content_type;       /* NULL: no Content-Type field */
    bool compressed;                /* offer the codings that we can undo */
    /* What the cache asks about (data NULL: nothing). */
    struct span if_none_match, if_modified_since;
    const struct http_content *content; /* NULL: no body */
    bool expecting;   /* ask before the body, however short it is */
    bool unexpecting; /* never ask: the server does not understand it */
    /* "Name: value" each. A name that is among our own fields replaces it;
     * "Name:" takes it away, "Name;" sends it empty. NULL: none. */
    const struct option_list *fields;
    const struct option_list *trailers; /* after the last chunk; NULL: none */
};

struct http_client {
    /* Set by the caller, borrowed. */
    struct conn_setup setup;
    struct tls_context *tls;        /* for https */
    const struct http_proxy *proxy; /* NULL: straight to the origin */
    /* Zero at first. */
    struct conn *conn;            /* NULL: none is open */
    char origin[HTTP_ORIGIN_MAX]; /* what it is connected to */
    unsigned exchanges;           /* done on this connection */
    bool stopped;    /* the request's body was not sent to its end */
    bool unanswered; /* the connection ended before the answer's first byte */
    struct http_head head; /* of the answer */
    struct http_body body;
};

/* Connects to the URL's origin, with TLS for https. Errors: those of conn. */
int http_client_open(struct http_client *client, const struct http_url *url);
/* True when the connection is open, leads to the URL's origin, and nothing has
 * come in on it since the last answer: it may carry another request. */
bool http_client_may_reuse(const struct http_client *client,
                           const struct http_url *url);
/* Sends the request, body included, as one message. ERROR_USAGE: a CR, LF or
 * NUL was in one of its parts. */
int http_client_send(struct http_client *client,
                     const struct http_request *request);
/* Reads the header of the final answer into client->head and decides where its
 * body ends. Each 1xx before it is an event of its own. */
int http_client_hear_head(struct http_client *client,
                          const struct http_request *request);
/* The next piece of the body, borrowed until the next call; length 0: it is
 * whole, and the message is in the trace. ERROR_PROTOCOL: it broke off, or its
 * chunks are broken. */
int http_client_hear_piece(struct http_client *client, struct span *piece);
/* After an answer: keeps the connection if it may carry another request (RFC
 * 9112 §9.3), else closes it. */
void http_client_settle(struct http_client *client);
/* Closes what is open; nothing open is allowed. */
void http_client_close(struct http_client *client);

/* ---- several connections (http_pool.c) ---------------------------------- */

struct http_pool {
    struct conn_setup setup;                    /* for each of them */
    struct tls_context *tls;                    /* borrowed */
    const struct http_proxy *proxy;             /* borrowed; NULL: none */
    struct http_client *clients[HTTP_POOL_MAX]; /* owned; NULL: unused */
    size_t next; /* whose place is taken next when all are open */
};

/* A client that is connected to the URL's origin; it belongs to the pool.
 * exchanges > 0 tells that it was used before. NULL: see setup.error. */
struct http_client *http_pool_pick(struct http_pool *pool,
                                   const struct http_url *url);
void http_pool_close(struct http_pool *pool);

/* ---- what a request is made of ------------------------------------------ */

/* The request line, and the fields, -H heeded (http_fields.c). */
int http_request_line_say(struct conn *conn,
                          const struct http_request *request);
int http_fields_say(struct conn *conn, const struct http_request *request);
/* "Name: value"; what is secret of it, the trace does not show. */
int http_field_say(struct conn *conn, struct span name, struct span value);
/* The value that a request's field will have, "" if it will not be there. Of
 * the fields that a cache may compare answers by (RFC 9111 §4.1). */
void http_fields_value(const struct http_request *request, struct span name,
                       char *text, size_t size);
/* Whether the field line "Name: value" has this name. */
bool http_field_line_is(const char *line, const char *name);
/* The first of these lines that has the name; NULL: none, or `fields` is. */
const char *http_field_given(const struct option_list *fields,
                             const char *name);

/* ---- Expect: 100-continue (http_expect.c) ------------------------------- */

/* Whether this request asks for a word before its body. */
bool http_expect_is_due(const struct http_request *request);
/* After the header: waits for the word, if it was asked for, a second at most.
 * 0: the body may go. 1: the final answer has come instead. */
int http_expect_wait(struct conn *conn, const struct http_request *request);
enum http_expect_word {
    HTTP_EXPECT_SILENCE,
    HTTP_EXPECT_CONTINUE,
    HTTP_EXPECT_ANSWER /* a final answer begins, or the end */
};
/* Takes each 1xx that has come, an event each; what follows is left. */
enum http_expect_word http_expect_hear(struct conn *conn);

/* The content, as bytes or in chunks (http_upload.c). Returns 1 when it stopped
 * because the server has answered already. */
int http_upload_say(struct conn *conn, const struct http_request *request,
                    struct error *error);
/* True when the server says something although it has not all of the body. */
bool http_upload_is_answered(struct conn *conn);

/* ---- the command line of http-client ------------------------------------ */

struct http_options {
    struct client_options client;
    const char *proxy, *proxy_user; /* -x, -U */
    struct option_list outputs, fields, trailers, data, data_binary, cookies;
    const char *method, *upload, *range, *resume, *request_line;
    bool head, include, follow, http_1_0, silent, pipeline, compressed;
    const char *cookie_jar;
    bool basic, digest, anyauth;
    const char *cache;      /* the folder of --cache; NULL: no cache */
    const char *max_redirs; /* a number; "-1": no limit; NULL: the default */
};

/* What the options make the content of a request (http_content.c). The caller
 * frees with http_content_free, after a failure too. */
struct http_payload {
    struct http_content content;
    const char *content_type; /* NULL: not ours to say */
    bool present;
    char *bytes; /* owned; what content.data points to */
};
int http_content_make(struct http_payload *payload,
                      const struct http_options *options, struct error *error);
/* Makes the content ready to be sent once more; false if it can't be. */
bool http_content_rewind(const struct http_payload *payload);
void http_content_free(struct http_payload *payload);

/* User and password from -u, --password-file, a prompt, or the URL
 * (http_auth.c). 1: found; 0: there is no user. ERROR_USAGE, ERROR_LOCAL. */
int http_login_find(struct login *login, const struct http_url *url,
                    const struct client_options *options, struct error *error);

/* ---- redirection (http_redirect.c) -------------------------------------- */

/* True for a 301, 302, 303, 307 or 308 that names a Location. */
bool http_redirect_leads_on(const struct http_head *head);
/* The method of the next request: RFC 9110 §15.4. When it is not the same, the
 * body stays behind too. */
const char *http_redirect_method(int status, const char *method);
/* `fields` without those that belong to the old origin (when it changes) or to
 * the body (when that stays behind). */
void http_redirect_fields(struct option_list *kept,
                          const struct option_list *fields, bool same_origin,
                          bool same_method);

/* ---- one run (http_fetch.c) --------------------------------------------- */

struct http_fetch;

/* `options` and `error` are borrowed until the end. */
int http_fetch_start(struct http_fetch **fetch,
                     const struct http_options *options, struct error *error);
/* Fetches the index-th URL (from 0), redirects and all. */
int http_fetch_url(struct http_fetch *fetch, const char *text, size_t index);
/* Closes the connections, finishes the trace, frees. Returns `result`, or the
 * failure of closing if that was 0. NULL is allowed. */
int http_fetch_end(struct http_fetch *fetch, int result);

#endif
