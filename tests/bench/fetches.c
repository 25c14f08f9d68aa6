/* SPDX-License-Identifier: MIT */
/*
 * bench-fetches BIN ROOT FILE COUNT: the trace of so many downloads of
 * ROOT/small in a world without delay on its wire, as a lab records it: both
 * programs and every frame. A download makes four events and two frames with
 * bytes; a command of the world has 128 words, so there are many commands.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "labs/world/world.h"

enum { URLS = 115, URL_MAX = 64 }; /* of one command */

struct work {
    const char *root;
    int count;
};

/* One command: the URLs from `from` on, over one connection. */
static int fetch(struct world *world, int from, int count, struct error *error)
{
    char urls[URLS][URL_MAX];
    const char *argv[URLS + 6] = {"http-client", "--dns", world_dns(world),
                                  "-o", "/dev/null"};
    struct world_result result;

    for (int i = 0; i < count; i++) {
        snprintf(urls[i], URL_MAX, "http://www.example.test/small?%d",
                 from + i);
        argv[5 + i] = urls[i];
    }
    argv[5 + count] = NULL;
    if (world_command(world, "student", argv, &result, error) < 0)
        return -(int)error->class;
    int status = result.status;
    world_result_free(&result);
    return status == 0
               ? 0
               : error_set(error, ERROR_LOCAL, "http-client exited %d", status);
}

static int inside(struct world *world, void *context, struct error *error)
{
    const struct work *work = context;
    const char *server[] = {"http-server", "--root",        work->root,
                            "--listen",    "192.0.2.80:80", NULL};
    int result = world_start(world, "web", server, error);

    for (int from = 0; result >= 0 && from < work->count; from += URLS)
        result =
            fetch(world, from,
                  work->count - from < URLS ? work->count - from : URLS, error);
    return result;
}

int main(int argc, char **argv)
{
    struct error error = {0};
    struct work work = {0};
    char bin[PATH_MAX];

    if (argc != 5 || !realpath(argv[1], bin)) {
        fprintf(stderr, "Usage: bench-fetches BIN ROOT FILE COUNT\n");
        return ERROR_USAGE;
    }
    work.root = argv[2];
    work.count = atoi(argv[4]);
    struct world_setup setup = {.way = geteuid() == 0 ? WORLD_ROOT
                                                      : WORLD_ROOTLESS,
                                .hosts = {"web"},
                                .bin = bin,
                                .trace_file = argv[3]};
    return world_run(&setup, inside, &work, &error) < 0
               ? error_print("bench-fetches", &error)
               : 0;
}
