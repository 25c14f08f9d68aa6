/* SPDX-License-Identifier: MIT */
/*
 * http_server: the other half of the conversation.
 *
 * http_server.c reads requests, judges them and hands each to what its method
 * calls for; http_answer.c writes answers; http_files.c finds files,
 * http_file_answer.c gives them and http_store.c takes them; http_lab.c is what
 * the labs need beside files.
 *
 * Conventions of this header. An act or an answer returns 0, or the negative of
 * an error class when the conversation can't go on (x->error says why); that a
 * request is refused is an answer like any other, and no error. The exchange is
 * the caller's; paths and spans in it live until the next request.
 */
#ifndef HTTP_HTTP_SERVER_H
#define HTTP_HTTP_SERVER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/accounts.h"
#include "common/conn.h"
#include "common/options.h"
#include "common/output.h"
#include "http/http.h"
#include "http/http_coding.h"
#include "http/http_conditions.h"

struct http_gateway;
struct http_memory;
struct http_relay;

/* What one server serves. */
struct http_site {
    struct {
        char *name;          /* as in Host, without port; owned */
        char root[PATH_MAX]; /* absolute, links resolved */
    } hosts[HTTP_SITES_MAX];
    size_t host_count;
    char root[PATH_MAX];          /* for every other name; "": none */
    bool writable;                /* PUT and DELETE are allowed */
    bool lab;                     /* the paths of http_lab.c exist */
    int64_t idle_ms;              /* between two requests; 0: the default */
    struct accounts accounts;     /* for /private/; none: it is open */
    struct http_memory *memory;   /* sessions and nonces */
    struct http_gateway *gateway; /* asks another server; NULL: we are one */
};

/* One request and its answer, as the acts of the method table see it. */
struct http_exchange {
    struct conn *conn;
    struct error *error; /* the conn's */
    const struct http_site *site;
    struct http_head request;
    struct http_body body;
    const char *root;         /* the folder of the virtual host asked for */
    char path[HTTP_LINE_MAX]; /* decoded, begins with '/', no ".." in it */
    struct span query;        /* after the '?', as it came */
    struct span target;       /* path and query, as they came; "*" */
    bool asterisk;            /* OPTIONS * */
    bool close;               /* the connection ends after this answer */
    bool heard;               /* the request is whole and in the trace */
    struct http_relay *relay; /* to the backend; NULL: none yet. Owned. */
};

/* Resolves the folders and fills the site from --root and --host NAME=DIR.
 * ERROR_USAGE, ERROR_LOCAL: which folder can't be used. */
int http_site_fill(struct http_site *site, const char *root,
                   const struct option_list *hosts, struct error *error);
void http_site_free(struct http_site *site);

/* Holds one connection's conversation: the `serve` of struct service; `site`
 * is a struct http_site. */
int http_server_serve(struct conn *conn, void *site, struct error *error);

/* Fills host, path and query of the exchange from target and Host
 * (http_target.c). 0, or the status of the refusal, with the reason in
 * x->error. */
int http_target_read(struct http_exchange *x);

/* ---- reading the request's body (http_server.c) ------------------------- */

/* Reads the body, into `to` or to nowhere (NULL), sending 100 Continue first
 * if it is waited for. The request is then in the trace as one event. */
int http_exchange_hear_body(struct http_exchange *x, struct output *to);
/* The same a piece at a time: begin, then pieces until one is empty. A piece
 * is borrowed until the next call. */
int http_exchange_hear_begin(struct http_exchange *x);
int http_exchange_hear_piece(struct http_exchange *x, struct span *piece);
/* For an answer that needs no body: reads it, or, if the client waits for a
 * word before it sends it, lets the answer be the word and the last one. */
int http_exchange_skip_body(struct http_exchange *x);
/* Puts into the trace what was read of the request, if it is not there yet. */
void http_exchange_heard(struct http_exchange *x);

/* ---- answering (http_answer.c) ------------------------------------------ */

/* The status line, Date, Server, and Connection where it is due. */
int http_answer_begin(struct http_exchange *x, int status);
/* Connection alone, for an answer that others began. */
int http_answer_connection(struct http_exchange *x);
int http_answer_field(struct http_exchange *x, const char *name,
                      const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same, but the trace shows asterisks for the value. */
int http_answer_secret(struct http_exchange *x, const char *name,
                       const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The end of the header; after it the body, by conn_say_bytes, and then
 * conn_say_end. False in *wanted when there must be none (HEAD). */
int http_answer_end_head(struct http_exchange *x, bool *wanted);
/* Content-Type, Content-Length, the content and the end of the answer. */
int http_answer_content(struct http_exchange *x, const char *type,
                        const void *content, size_t length);
/* The rest of an answer that was begun: a small page that says what the status
 * means, as `explain` does, and the reason if there is one. */
int http_answer_page(struct http_exchange *x, int status, const char *reason);
/* A whole answer with that page. */
int http_answer_status(struct http_exchange *x, int status);
/* The same, and the connection ends after it. */
int http_answer_refusal(struct http_exchange *x, int status,
                        const char *reason);
/* 405, with the methods that the resource allows (RFC 9110 §15.5.6). */
int http_answer_not_allowed(struct http_exchange *x, const char *allow);

/* ---- the acts ----------------------------------------------------------- */

int http_files_get(struct http_exchange *x);    /* GET and HEAD */
int http_store_put(struct http_exchange *x);    /* PUT, body included */
int http_store_delete(struct http_exchange *x); /* DELETE */
const char *http_files_type(const char *path);  /* by its extension */

/* A file that is open to be answered with (http_files.c). */
struct http_file {
    int fd;
    uint64_t size;
    time_t modified;          /* seconds since 1970 */
    char etag[HTTP_ETAG_MAX]; /* in its quotes */
    const char *type;
    enum http_coding coding; /* that the answer has it in */
    bool varies;             /* another client may get it in another */
};

/* False: it can't be opened, or is no regular file; errno says why. The caller
 * closes file->fd. */
bool http_file_open(struct http_file *file, const char *path);
/* NULL stands for a file that is not there. */
struct http_validators http_file_validators(const struct http_file *file);
/* What the request's conditions make of it, noted in the trace: 0, 304, 412. */
int http_file_judge(struct http_exchange *x, const struct http_file *file);
/* Gives the file this coding, and an ETag of its own for it: each coding is a
 * representation (RFC 9110 §8.8.3.3). */
void http_file_set_coding(struct http_file *file, enum http_coding coding);
/* 200, 206, 304, 406, 412 or 416 to a GET or HEAD (http_file_answer.c). */
int http_file_answer(struct http_exchange *x, const struct http_file *file);

/* The file of x->path below x->root: its full name in `full`. False when links
 * lead out of the root or there is none. */
bool http_files_find(const struct http_exchange *x, char full[PATH_MAX]);

/* The request as it came, credentials left out, as the content of an answer:
 * TRACE and /headers (http_echo.c). */
int http_echo_answer(struct http_exchange *x, const char *type);
/* Any status, 100 to 599, with all that its definition asks for; and the fields
 * alone, to an answer that was begun (http_status.c). */
int http_status_answer(struct http_exchange *x, int status);
int http_status_fields(struct http_exchange *x, int status);
/* True when the path is for those only who have an account: below /private/,
 * with --accounts. Answers 401 if the request has not their credentials; *done
 * is false if it may go on (http_guard.c). */
bool http_guard_watches(const struct http_exchange *x);
int http_guard_answer(struct http_exchange *x, bool *done);
/* /session: counts the visits of each visitor (http_session.c). */
int http_session_answer(struct http_exchange *x);
/* Answers if the path is one of the lab's; *done is false if it is not. */
int http_lab_answer(struct http_exchange *x, bool *done);
/* True for the path whose uploads hear no 100 Continue. */
bool http_lab_is_silent(const struct http_exchange *x);

#endif
