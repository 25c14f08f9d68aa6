/* SPDX-License-Identifier: MIT */
/*
 * save: where the messages go that a mail client fetches: to standard output,
 * into one file, or into a folder, a file each.
 *
 *     struct save save = {0};                       // static: it is large
 *     save_plan(&save, options.output, &error);     // -o
 *     save_begin(&save, "00001.eml", &error);
 *     save_write(&save, octets, length, &error);    // any number of times
 *     save_end(&save, &error);                      // a folder's file is there
 *     save_finish(&save, &error);                   // and now the one file
 *     save_abandon(&save);                          // in any case
 *
 * Names inside a folder are made by us, never by a peer. A file stands under
 * its name only when it is whole (common/output.h).
 */
#ifndef COMMON_SAVE_H
#define COMMON_SAVE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "common/limits.h"

struct output;

struct save {
    const char *target;    /* borrowed; NULL: standard output */
    bool folder;           /* a file for each message */
    struct output *output; /* NULL: none is open */
    size_t held;           /* bytes that wait in: */
    char buffer[SAVE_BUFFER];
};

/* What -o says; NULL and "-" are standard output, "DIR/" and a folder that is
 * there are a folder, which is made if only its last part is missing. Errors
 * of all: ERROR_LOCAL. */
int save_plan(struct save *save, const char *target, struct error *error);
/* The next message, which a folder keeps as `name`. */
int save_begin(struct save *save, const char *name, struct error *error);
int save_write(struct save *save, const void *data, size_t length,
               struct error *error);
/* What waits goes out now, for somebody who looks on. */
int save_flush(struct save *save, struct error *error);
/* The message is whole. */
int save_end(struct save *save, struct error *error);
/* All are: puts the one file into its place. */
int save_finish(struct save *save, struct error *error);
/* Takes back what is not finished. */
void save_abandon(struct save *save);

#endif
