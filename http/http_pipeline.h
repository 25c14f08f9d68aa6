/* SPDX-License-Identifier: MIT */
/*
 * http_pipeline: many requests in one flight, the answers in their order.
 * RFC 9112 §9.3.2.
 *
 *     http_fetch_url(fetch, urls[0], 0);              // one answer first
 *     for (size_t i = 1; i < count; i += done)
 *         http_pipeline_fetch(fetch, urls + i, count - i, i, &done);
 *
 * For the labs (--pipeline of http-client; curl has none): a page of N objects
 * then costs one round trip for the page and one for all that it shows. No
 * browser does this any more: one slow answer holds up all behind it, and not
 * every intermediary kept the order.
 *
 * DEPARTURES. Deliberately nothing is read while a flight is being sent: as
 * short as HTTP_PIPELINE_MAX makes it, it fits into the buffers on its way. A
 * production client would do both at once.
 */
#ifndef HTTP_HTTP_PIPELINE_H
#define HTTP_HTTP_PIPELINE_H

#include "http/http_client.h"

/* Fetches as many of the URLs as can go into one flight: those at the front
 * that have one origin, at most HTTP_PIPELINE_MAX. `index` is that of urls[0]
 * among all. *done is how many are done with, one at least; the last of them
 * is the one that failed. What a server that closes early has not answered is
 * not done: ask again (RFC 9112 §9.3.2). ERROR_USAGE: the options ask for
 * what can't be repeated, for redirects to be followed, or for a cache. */
int http_pipeline_fetch(struct http_fetch *fetch, char *const *urls,
                        size_t count, size_t index, size_t *done);

#endif
