/* SPDX-License-Identifier: MIT */
/*
 * bench-zoo BIN COMMAND: a shell command on the student's host of a world that
 * has a zoo of mail servers and no delay on its wire. DNS and PORT are in its
 * environment.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "labs/mailbox-exists/zoo.h"

static int inside(struct world *world, void *context, struct error *error)
{
    const char *argv[] = {"sh", "-c", context, NULL};
    char port[16];
    int status = 0;

    snprintf(port, sizeof(port), "%u", (unsigned)world_port(world, 25));
    setenv("DNS", world_dns(world), 1);
    setenv("PORT", port, 1);
    if (zoo_start(world, "", error) < 0 ||
        world_terminal(world, "student", argv, &status, error) < 0)
        return -(int)error->class;
    return status == 0
               ? 0
               : error_set(error, ERROR_LOCAL, "the command exited %d", status);
}

int main(int argc, char **argv)
{
    struct error error = {0};
    char bin[PATH_MAX];
    struct world_setup setup = {.way = geteuid() == 0 ? WORLD_ROOT
                                                      : WORLD_ROOTLESS,
                                .hosts = {"zoo"},
                                .bin = bin};

    if (argc != 3 || !realpath(argv[1], bin)) {
        fprintf(stderr, "Usage: bench-zoo BIN COMMAND\n");
        return ERROR_USAGE;
    }
    return world_run(&setup, inside, argv[2], &error) < 0
               ? error_print("bench-zoo", &error)
               : 0;
}
