/* SPDX-License-Identifier: MIT */
/*
 * compare_http: a message of HTTP taken apart for comparison. RFC 9112 §2.1:
 * start line, fields, an empty line, content.
 *
 * Unlike http_head_read this refuses nothing: what was on the wire is looked
 * at, right or wrong.
 */
#ifndef LABS_TRACE_COMPARE_HTTP_H
#define LABS_TRACE_COMPARE_HTTP_H

#include "labs/trace/compare.h"

#define COMPARE_FIELDS_MAX 128 /* of one message; more are left out */

struct compare_field {
    struct span name, value; /* the value without blanks around it */
};

/* All spans lie in the event's bytes. */
struct compare_head {
    struct span words[3]; /* of the start line; the last to the line's end */
    struct compare_field fields[COMPARE_FIELDS_MAX];
    size_t field_count;
    struct span rest; /* what follows the empty line, as it was kept */
    uint64_t missing; /* bytes that the trace did not keep */
};

/* The words of the start line alone. */
void compare_start_read(struct span words[3], const struct trace_event *event);
void compare_head_read(struct compare_head *head,
                       const struct trace_event *event);
/* The nth (from 0) field of that name, letter case aside; NULL: no such. */
const struct compare_field *compare_head_field(const struct compare_head *head,
                                               struct span name, size_t nth);

/* What of a field's value differs in any two runs: a set of rules. */
unsigned compare_http_rules(struct span name);
/* The line between parts that a Content-Type names, without quotation marks
 * (RFC 2046 §5.1.1). It lies in `value`, whatever else stands there; empty: no
 * line is named. */
struct span compare_boundary(struct span value);

struct compare_content {
    struct span bytes; /* without chunk lines */
    uint64_t length;   /* true length; of a chunked one that was cut: kept */
    bool chunked;
    char *own; /* what compare_content_free frees */
};

/* False: out of memory. compare_content_free is allowed in any case, and on
 * what is zero. */
bool compare_content_read(struct compare_content *content,
                          const struct compare_head *head);
void compare_content_free(struct compare_content *content);
/* Tells whether the contents of two messages differ, and where. */
void compare_content_pair(struct comparison *c, const struct compare_head *a,
                          const struct compare_head *b,
                          const struct compare_context *contexts);

#endif
