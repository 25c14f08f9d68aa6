/* SPDX-License-Identifier: MIT */
/*
 * http_cache: a small private cache for one user's client. RFC 9111.
 *
 * Whatever it decides it says, with its sum: a stored answer is fresh as long
 * as its age is below its freshness lifetime (§4.2).
 *
 *     age       0..........response....................now
 *               corrected initial age  + resident time       (§4.2.3)
 *     lifetime  max-age, else Expires - Date, else a tenth of
 *               Date - Last-Modified                         (§4.2.1, §4.2.2)
 *
 * http_cache.c is the arithmetic and does no I/O. http_cache_store.c keeps
 * answers in files. http_cache_use.c is what one fetch does with both.
 *
 * DEPARTURES. Deliberately one answer a URL, GET only, whole ones only, and no
 * redirects: a production cache keeps an answer for each value of what Vary
 * names, and puts parts together.
 */
#ifndef HTTP_HTTP_CACHE_H
#define HTTP_HTTP_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "http/http.h"

struct http_client;
struct http_request;
struct http_save;
struct http_url;
struct trace;

/* ---- the arithmetic (http_cache.c) -------------------------------------- */

/* Cache-Control, of a request or a response. Seconds; -1: not said. */
struct http_cache_control {
    bool no_store, no_cache, must_revalidate, only_if_cached, is_public;
    int64_t max_age, max_stale, min_fresh;
    bool s_maxage; /* said, and none of a private cache's business */
};

/* A control in which nothing is said. */
void http_cache_control_clear(struct http_cache_control *control);
/* Adds what one field's value says. A number that can't be read is 0: who
 * meant to limit must not be understood as setting no limit (§4.2.1). */
void http_cache_control_read(struct http_cache_control *control,
                             struct span value);
/* What all Cache-Control fields of a head say. */
void http_cache_control_of(struct http_cache_control *control,
                           const struct http_head *head);

/* When the answer was asked for and when it came, by our clock. */
struct http_cache_times {
    time_t request, response;
};

/* The sum of §4.2, all in seconds. */
struct http_cache_sum {
    int64_t apparent; /* response - Date, by two clocks; 0 at least */
    int64_t told;     /* the Age field: its age in other caches */
    int64_t delay;    /* response - request: Age may be so much older */
    int64_t initial;  /* the greater of apparent and told + delay */
    int64_t resident; /* how long we have had it */
    int64_t age;      /* initial + resident */
    int64_t lifetime;
    const char *basis; /* of the lifetime: "max-age"; static */
    bool heuristic;    /* nobody said it: it was guessed */
};
void http_cache_calculate(const struct http_head *head,
                          struct http_cache_times times, time_t now,
                          struct http_cache_sum *sum);

/* May the answer be used without asking? *why is a sentence for the trace, of
 * `size` bytes, with the sum. */
bool http_cache_is_fresh(const struct http_head *head,
                         const struct http_cache_control *request,
                         const struct http_cache_sum *sum, char *why,
                         size_t size);

/* §3: may the answer to a GET be stored? *why is static. */
bool http_cache_may_store(const struct http_head *head,
                          const struct http_cache_control *request,
                          const char **why);

/* The header as it is stored: the lines of `head` but for those of its hop
 * (§3.1), and after a 304 (`update`; else NULL) that one's lines in place of
 * those of the same name (§3.2). Returns its length; 0: it does not fit. */
size_t http_cache_head_write(char *text, size_t size,
                             const struct http_head *head,
                             const struct http_head *update);

/* ---- the files (http_cache_store.c) ------------------------------------- */

/* A stored answer. */
struct http_cached {
    int fd;
    uint64_t body_start, body_length; /* in the file */
    struct http_cache_times times;
    char vary[HTTP_CACHE_VARY_MAX]; /* "Name: value" LF, of the request */
    struct http_head head;
};

/* The answer stored under `key`, whose every byte has been checked; NULL when
 * there is none, or none that is whole. Ended by http_cached_close. */
struct http_cached *http_cached_open(const char *folder, const char *key);
void http_cached_close(struct http_cached *cached); /* NULL is allowed */
/* Removes what is stored under the key; true if there was something. */
bool http_cached_remove(const char *folder, const char *key);

struct http_cache_writer;

/* Begins to store an answer; nothing of it is there before it is committed.
 * `head` is what http_cache_head_write wrote. Errors: ERROR_LOCAL. */
int http_cache_writer_open(struct http_cache_writer **writer,
                           const char *folder, const char *key,
                           struct http_cache_times times, const char *vary,
                           struct span head, struct error *error);
int http_cache_writer_piece(struct http_cache_writer *writer, struct span piece,
                            struct error *error);
int http_cache_writer_commit(struct http_cache_writer *writer,
                             struct error *error);
void http_cache_writer_abandon(struct http_cache_writer *writer); /* or NULL */

/* ---- what one fetch does with it (http_cache_use.c) --------------------- */

/* The cache as one request after the other uses it. The caller sets the first
 * three, all borrowed; the rest is zero at first, and left so by
 * http_cache_leave. */
struct http_cache_use {
    const char *folder; /* NULL: there is no cache */
    struct trace *trace;
    struct error *error;
    bool active; /* this request may be answered from the cache */
    char key[HTTP_CACHE_KEY_MAX];
    struct http_cache_control control; /* of the request */
    struct http_cache_times times;     /* of the answer being heard */
    struct http_cached *cached;        /* what is stored; NULL: nothing */
    struct http_cache_writer *writer;  /* what is being stored; or NULL */
    const char *not_stored;            /* why it is not; or NULL */
};

enum http_cache_step {
    HTTP_CACHE_ASK,  /* the server, for the answer or for its blessing */
    HTTP_CACHE_SERVE /* what is stored */
};
/* Looks the request up. ASK: request->if_none_match and if_modified_since make
 * it a conditional one, if there is something to revalidate. Negative:
 * ERROR_REFUSED, only-if-cached and nothing there. */
int http_cache_look(struct http_cache_use *use, struct http_request *request);
/* The answer that was asked for can be a 304 to the cache. */
bool http_cache_asks(const struct http_cache_use *use);
/* The header of the answer has come. SERVE: it is a 304 (heard to its end by
 * the caller), and the stored answer holds. ASK: begins to store, if the answer
 * may be stored, and the fetch goes on as if there were no cache; but *again:
 * the 304 was for another answer than ours, so ask once more. */
int http_cache_hear(struct http_cache_use *use, struct http_request *request,
                    const struct http_client *client, bool *again);
/* A piece of the answer, as it came, and its end. A failure of the cache is
 * noted, and is none of the fetch. */
void http_cache_piece(struct http_cache_use *use, struct span piece);
void http_cache_end(struct http_cache_use *use,
                    const struct http_client *client);
/* The stored answer, to where an answer goes. */
int http_cache_serve(struct http_cache_use *use, struct http_save *save);
/* Ends the use for this request; nothing half stored remains. */
void http_cache_leave(struct http_cache_use *use);
/* Makes the folder if it is not there. ERROR_LOCAL: it can't be used. */
int http_cache_folder(const char *folder, struct error *error);

#endif
