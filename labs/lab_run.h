/* SPDX-License-Identifier: MIT */
/*
 * lab_run: what the files of the runner share. Labs don't include this.
 */
#ifndef LABS_LAB_RUN_H
#define LABS_LAB_RUN_H

#include <stdint.h>

#include "labs/lab.h"
#include "labs/lab_story.h"
#include "labs/lab_terminal.h"

struct lab_run {
    const struct lab *lab;
    const struct lab_setup *setup;
    struct world *world;     /* set inside; NULL outside */
    struct lab_story *story; /* shared with the process that writes the page */
    struct lab_terminal terminal;
    char *table; /* rows of the table being made; NULL: none */
    size_t table_length, table_capacity;
};

/* The folder of the programs, absolute: where this one was started from.
 * ERROR_LOCAL if /proc does not say. */
int lab_bin(char *path, size_t size, struct error *error);

/* OUT/NAME/FILE into `path`. ERROR_USAGE when it is too long. */
int lab_out_path(const struct lab_setup *setup, const char *lab,
                 const char *file, char *path, size_t size,
                 struct error *error);

/* Shows the command and starts it on the student's host before a terminal: see
 * world_sit. */
pid_t lab_sit(struct lab_run *run, const char *const *argv, int terminal,
              struct error *error);

/* Opens a shell on the student's host of a world with a web server: the user's
 * own on a terminal, else sh with commands from standard input. What passed is
 * left in setup->trace, if that is given. Returns the shell's exit status, or a
 * negative class. */
int lab_shell(const struct lab_setup *setup, struct error *error);

/* True when OUT/source is there, where `make source` puts its pages: only then
 * anything links to them. */
bool lab_has_source(const struct lab_setup *setup);

/* Reads the finished trace and writes OUT/NAME/index.html. */
int lab_page_write(const struct lab_run *run, struct error *error);

/* OUT/index.html: every lab with its page, its trace and how it ended.
 * `results` are in the order of labs_all: 0, or the negative class. */
int lab_index_write(const struct lab_setup *setup, const int *results,
                    struct error *error);

#endif
