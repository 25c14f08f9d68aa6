/* SPDX-License-Identifier: MIT */
/*
 * lab_wiretap: what somebody on the wire got between two moments. He has frames
 * (or, without a wire, the bytes handed to TCP) and nothing else: no event of a
 * program, no key.
 *
 *     part = lab_wiretap_part(&trace, from_ns, INT64_MAX);
 *     if (lab_wiretap_reads(&part, "password"))
 *         text = lab_wiretap_notebook(&part, &error);
 */
#ifndef LABS_LAB_WIRETAP_H
#define LABS_LAB_WIRETAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/trace.h"

/* The part of a trace between two moments: borrowed from it, not to be freed.
 */
struct trace_file lab_wiretap_part(const struct trace_file *trace,
                                   int64_t from_ns, int64_t to_ns);
/* True when `what` stood on the wire, whole, in one frame or send. */
bool lab_wiretap_reads(const struct trace_file *part, const char *what);
/* Copies what follows the last `mark` on the wire, up to the end of its line.
 * False: it is not there, or longer than `size` allows. */
bool lab_wiretap_copy(const struct trace_file *part, const char *mark,
                      char *text, size_t size);
/* His notebook as text, which the caller frees; NULL on failure. */
char *lab_wiretap_notebook(const struct trace_file *part, struct error *error);

#endif
