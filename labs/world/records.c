/* SPDX-License-Identifier: MIT */
/*
 * records: where programs and the wire record, and how one trace is made of
 * all of it.
 *
 * A program's record lies in the world's folder. The wire's may be large, so
 * it lies where the finished trace will be, as a file without a name: whatever
 * becomes of us, nothing of it is left.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/trace.h"
#include "labs/world/inside.h"

/* The folder that `path` lies in, into `folder`. */
static void folder_of(const char *path, char *folder, size_t size)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        snprintf(folder, size, ".");
    else
        snprintf(folder, size, "%.*s", slash == path ? 1 : (int)(slash - path),
                 path);
}

/* Some file systems know no file without a name: there it gets one and loses
 * it at once. */
static int open_nameless(const char *folder)
{
    char path[PATH_MAX + 32];
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    snprintf(path, sizeof(path), "%s/.wire-XXXXXX.part", folder);
    fd = mkostemps(path, (int)strlen(".part"), O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

int records_open_capture(struct world *world, struct error *error)
{
    char folder[PATH_MAX];
    if (!world->setup->trace_file)
        return 0;
    folder_of(world->setup->trace_file, folder, sizeof(folder));
    world->capture_fd = open_nameless(folder);
    if (world->capture_fd < 0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "recording in the folder %s failed", folder);
    return 0;
}

const char *records_next(struct world *world)
{
    if (!world->setup->trace_file || world->record_count == WORLD_RECORDS_MAX)
        return NULL;
    char *record = world->records[world->record_count];
    snprintf(record, WORLD_PATH_MAX, "%s/record-%zu.pcapng", world->files,
             world->record_count++);
    return record;
}

int records_open(struct world *world, struct error *error)
{
    struct trace_setup setup = {.file = records_next(world), .host = "lab"};
    return setup.file ? trace_open(&world->trace, &setup, error) : 0;
}

/* The record of a program that still runs, or of one that was killed, is under
 * its working name; trace_merge steps over what is missing. */
int records_merge(struct world *world, const char *path, struct error *error)
{
    size_t count = 0, room = 2 * world->record_count + 1;
    char(*parts)[WORLD_PATH_MAX + 8] = calloc(room, sizeof(*parts));
    const char **inputs = calloc(room, sizeof(*inputs));
    char wire[32];
    int result = parts && inputs ? network_flush(world, error)
                                 : error_set_errno(error, ERROR_LOCAL, ENOMEM,
                                                   "merging the records");
    for (size_t i = 0; result == 0 && i < world->record_count; i++) {
        snprintf(parts[i], sizeof(parts[i]), "%s.part", world->records[i]);
        inputs[count++] = world->records[i];
        inputs[count++] = parts[i];
    }
    if (world->capture_fd >= 0) {
        snprintf(wire, sizeof(wire), "/proc/self/fd/%d", world->capture_fd);
        if (inputs)
            inputs[count++] = wire;
    }
    if (result == 0)
        result = trace_merge(inputs, count, path, error);
    free(parts);
    free(inputs);
    return result;
}

int world_trace_so_far(struct world *world, const char *path,
                       struct error *error)
{
    if (!world->setup->trace_file)
        return error_set(error, ERROR_LOCAL,
                         "this world records nothing: it was given no trace");
    return records_merge(world, path, error);
}
