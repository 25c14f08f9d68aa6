/* SPDX-License-Identifier: MIT */
/*
 * records: where programs and the wire record, and how one trace is made of
 * all of it.
 *
 * A program's record lies in the world's folder. The wire's may be large, so
 * it lies where the finished trace will be, as a file without a name: whatever
 * becomes of us, nothing of it is left.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

const char *world_own_records(struct world *world)
{
    if (!world->setup->trace_file)
        return NULL;
    snprintf(world->own_records, sizeof(world->own_records), "%s/own",
             world->files);
    if (mkdir(world->own_records, 0700) < 0 && errno != EEXIST)
        world->own_records[0] = '\0';
    return world->own_records[0] != '\0' ? world->own_records : NULL;
}

/* ---- merging ------------------------------------------------------------ */

/* Paths of records, owned. */
struct inputs {
    char **paths;
    size_t count, capacity;
    bool failed; /* out of memory */
};

static void inputs_add(struct inputs *inputs, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void inputs_add(struct inputs *inputs, const char *format, ...)
{
    va_list arguments;

    if (inputs->count == inputs->capacity) {
        size_t capacity = 2 * inputs->capacity + 16;
        char **paths = reallocarray(inputs->paths, capacity, sizeof(*paths));
        if (!paths) {
            inputs->failed = true;
            return;
        }
        inputs->paths = paths;
        inputs->capacity = capacity;
    }
    va_start(arguments, format);
    if (vasprintf(&inputs->paths[inputs->count], format, arguments) < 0)
        inputs->failed = true;
    else
        inputs->count++;
    va_end(arguments);
}

static void inputs_free(struct inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++)
        free(inputs->paths[i]);
    free(inputs->paths);
}

/* In the order of their names, so that the same run merges alike. */
static void inputs_add_own(struct inputs *inputs, const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);

    for (int i = 0; i < count; i++) {
        if (strstr(entries[i]->d_name, ".pcapng"))
            inputs_add(inputs, "%s/%s", folder, entries[i]->d_name);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

/* The record of a program that still runs, or of one that was killed, is under
 * its working name; trace_merge steps over what is missing. */
int records_merge(struct world *world, const char *path, struct error *error)
{
    struct inputs inputs = {0};
    int result = network_flush(world, error);

    for (size_t i = 0; i < world->record_count; i++) {
        inputs_add(&inputs, "%s", world->records[i]);
        inputs_add(&inputs, "%s.part", world->records[i]);
    }
    if (world->own_records[0] != '\0')
        inputs_add_own(&inputs, world->own_records);
    if (world->capture_fd >= 0)
        inputs_add(&inputs, "/proc/self/fd/%d", world->capture_fd);
    if (result == 0 && inputs.failed)
        result =
            error_set_errno(error, ERROR_LOCAL, ENOMEM, "merging the records");
    if (result == 0)
        result = trace_merge((const char *const *)inputs.paths, inputs.count,
                             path, error);
    inputs_free(&inputs);
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
