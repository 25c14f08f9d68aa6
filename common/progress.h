/* SPDX-License-Identifier: MIT */
/*
 * progress: one line on a terminal that says how far long work has come.
 *
 * Nothing is shown in the first second, for most work is done by then, nor when
 * standard error is no terminal; and the line is wiped when the work ends.
 *
 *     struct progress progress;
 *     progress_start(&progress, wanted, total);
 *     ... progress_step(&progress, done); ...
 *     progress_end(&progress);
 */
#ifndef COMMON_PROGRESS_H
#define COMMON_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    bool wanted;      /* and standard error is a terminal */
    bool shown;       /* a line stands there */
    uint64_t total;   /* bytes; 0: not known */
    int64_t start_ms; /* on the monotonic clock */
    int64_t next_ms;  /* not to be written before */
};

void progress_start(struct progress *progress, bool wanted, uint64_t total);
void progress_step(struct progress *progress, uint64_t done);
void progress_end(struct progress *progress);

/* "12.3 MiB of 1.0 GiB, 101.2 MiB/s": the line's text, without the terminal. */
void progress_describe(char *text, size_t size, uint64_t done, uint64_t total,
                       int64_t elapsed_ms);

#endif
