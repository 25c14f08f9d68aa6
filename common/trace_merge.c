/* SPDX-License-Identifier: MIT */
/*
 * trace_merge: several records into one file. For now they are put one behind
 * the other, which pcapng allows: each is a section.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "common/output.h"
#include "common/trace.h"

static int input_copy(struct output *output, const char *path,
                      struct error *error)
{
    char bytes[65536];
    ssize_t length = 0;
    int status = 0, fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0; /* a missing one is no error */
    while (status == 0 && (length = read(fd, bytes, sizeof bytes)) > 0)
        status = output_write(output, bytes, (size_t)length, error);
    if (length < 0)
        status = error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    close(fd);
    return status;
}

int trace_merge(const char *const *inputs, size_t count, const char *output,
                struct error *error)
{
    struct output *merged;
    int status = output_open(&merged, output, OUTPUT_FRESH, error);
    for (size_t i = 0; status == 0 && i < count; i++)
        status = input_copy(merged, inputs[i], error);
    if (status == 0)
        return output_commit(merged, error);
    output_abandon(merged);
    return status;
}
