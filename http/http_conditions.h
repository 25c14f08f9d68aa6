/* SPDX-License-Identifier: MIT */
/*
 * http_conditions: does a request still want what it asks for? RFC 9110 §13:
 * the four preconditions in the order of §13.2.2, and If-Range.
 *
 *     struct http_validators now = {.exists = true, .etag = "\"abc\"", ...};
 *     const char *why;
 *     switch (http_conditions_judge(&request, &now, &why)) {
 *     case 304: ...                       // the client has it already
 *     case 412: ...                       // the client's picture is outdated
 *     }
 *
 * No I/O, and the clock is an argument.
 */
#ifndef HTTP_HTTP_CONDITIONS_H
#define HTTP_HTTP_CONDITIONS_H

#include <stdbool.h>
#include <time.h>

#include "http/http.h"

/* What the selected representation is at this moment. */
struct http_validators {
    bool exists;      /* there is one at all */
    const char *etag; /* quotes and W/ included; NULL: none */
    time_t modified;  /* seconds since 1970; -1: not known */
    time_t now;       /* the Date of our answer */
};

/* 0: go on as if there were no condition. 304 or 412: answer that, and nothing
 * else. *why is a sentence for the trace, static; NULL when the request has no
 * condition that counts. */
int http_conditions_judge(const struct http_head *request,
                          const struct http_validators *current,
                          const char **why);

/* RFC 9110 §13.1.5: false when the part asked for belongs to another version
 * than ours, so that Range must be ignored. True without If-Range. */
bool http_if_range_holds(const struct http_head *request,
                         const struct http_validators *current);

/* The two comparisons of RFC 9110 §8.8.3.2; the strong one is false as soon as
 * one of the tags is weak. */
bool http_etag_equal(struct span a, struct span b, bool strong);
/* Takes the next entity-tag off a list, which may have commas inside its
 * quotes; what is no tag is stepped over. False at the end. */
bool http_etag_next(struct span *list, struct span *tag);

#endif
