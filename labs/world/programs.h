/* SPDX-License-Identifier: MIT */
/*
 * programs: a program on a host of the world, from its command line to its
 * process. What is done with the process, commands.c and servers.c say.
 */
#ifndef LABS_WORLD_PROGRAMS_H
#define LABS_WORLD_PROGRAMS_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "common/error.h"
#include "common/limits.h"

struct world;

/* A command line made ready for exec. */
struct program {
    const char *argv[WORLD_ARGUMENTS_MAX + 3];
    char path[PATH_MAX]; /* empty: PATH is searched */
    bool ours;           /* a program of the house */
};

/* What a program is given for its standard streams; -1: as ours. */
struct program_streams {
    int in, out, err;
    bool front; /* a process group of its own, and the terminal */
    bool seat;  /* a session of its own, before the terminal `in` */
};

/* Finds the program and adds its --trace. ERROR_USAGE: too many words. */
int program_prepare(struct world *world, const char *const *argv,
                    struct program *program, struct error *error);
/* Returns its process id once it runs; ERROR_LOCAL: why it can't be run. */
pid_t program_launch(struct world *world, const char *host,
                     const struct program *program,
                     struct program_streams streams, struct error *error);
/* A descriptor that is at its end at once, for the standard input of what
 * shall not wait for any. */
int program_no_input(struct error *error);
/* The exit code, or 128 + signal, of what waitpid(2) said. */
int program_status(int wait_status);

#endif
