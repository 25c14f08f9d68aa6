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
#include "labs/lab.h"

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
/* Something that he would like to have. */
struct lab_secret {
    const char *what;  /* in the words of the lab: "the password" */
    const char *bytes; /* as they would stand on the wire */
    bool stays;        /* readable under TLS as well */
};
/* A table of what he could read of one conversation in clear and of the same
 * under TLS; `head` is its first row. ERROR_PROTOCOL, as by lab_check, unless
 * all was readable in clear, and under TLS just what stays. */
int lab_wiretap_compare(struct lab_run *run, const struct trace_file *clear,
                        const struct trace_file *sealed, const char *head,
                        const struct lab_secret *secrets, size_t count,
                        struct error *error);
/* His notebook as text, which the caller frees; NULL on failure. */
char *lab_wiretap_notebook(const struct trace_file *part, struct error *error);

#endif
