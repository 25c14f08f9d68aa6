/* SPDX-License-Identifier: MIT */
/*
 * http_hops: what a message may take along when it is passed on.
 *
 * RFC 9110 §7.6: between client and origin there may be intermediaries, and
 * each stretch between two of them is a hop. Some fields are about the hop they
 * came by, the others about the whole way. Pure functions, no I/O.
 */
#ifndef HTTP_HTTP_HOPS_H
#define HTTP_HTTP_HOPS_H

#include <stdbool.h>
#include <stdint.h>

#include "http/http.h"

/* True when a field of this message ends at this hop: RFC 9110 §7.6.1 names
 * them, and the message's own Connection may name more. What frames a body is
 * among them: who passes a message on frames it anew. */
bool http_hop_keeps(const struct http_head *head, struct span name);

/* Max-Forwards of RFC 9110 §7.6.2. */
enum http_hops_left {
    HTTP_HOPS_ANY,  /* not limited: no such field, or another method */
    HTTP_HOPS_NONE, /* the request ends here: we answer it ourselves */
    HTTP_HOPS_SOME  /* it goes on with *left */
};
enum http_hops_left http_hops_left(const struct http_head *request,
                                   uint64_t *left);

/* RFC 9110 §9.2.2: done twice, a request of this method has the effect of one
 * that was done once. */
bool http_method_is_idempotent(struct span method);

#endif
