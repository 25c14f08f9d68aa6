/* SPDX-License-Identifier: MIT */
/*
 * output: a file that stands under its name only when it is whole.
 *
 * What is written goes to a temporary name beside the target, ".NAME.PID.part",
 * and is renamed over it by output_commit. A target that is no regular file
 * (/dev/null, a pipe) is written straight; NULL or "-" is standard output. What
 * a killed run left is swept by the next output_open of the same target.
 *
 *     struct output *out;
 *     output_open(&out, "page.html", OUTPUT_FRESH, &error);
 *     output_write(out, data, length, &error);
 *     output_commit(out, &error);      // or output_abandon(out)
 */
#ifndef COMMON_OUTPUT_H
#define COMMON_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

struct output;

enum output_mode {
    OUTPUT_FRESH, /* from the first byte */
    OUTPUT_RESUME /* begins with a copy of what the target holds already */
};

/* Errors of all: ERROR_LOCAL, with the path and the reason. */
int output_open(struct output **output, const char *path, enum output_mode mode,
                struct error *error);
int output_write(struct output *output, const void *data, size_t length,
                 struct error *error);
/* Bytes in it so far; after OUTPUT_RESUME the copied ones count. */
uint64_t output_length(const struct output *output);
/* Renames into place and frees; on failure nothing stands under the name that
 * did not before, and it is freed all the same. */
int output_commit(struct output *output, struct error *error);
/* Removes the temporary file and frees. NULL is allowed. */
void output_abandon(struct output *output);

#endif
