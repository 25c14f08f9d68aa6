/* SPDX-License-Identifier: MIT */
/*
 * http: the Hypertext Transfer Protocol, both halves.
 *
 * RFC 9110 (semantics) and RFC 9112 (HTTP/1.1); HTTP/1.0 as RFC 1945 has it,
 * where the difference is the lesson. (To be completed by the protocol's
 * author: what of each is done, a usage sketch of ten lines, DEPARTURES.)
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "common/terms.h"

/* Methods, status codes, header fields and ideas; a NULL name ends. */
extern const struct term http_terms[];

#endif
