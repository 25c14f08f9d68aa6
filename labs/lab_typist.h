/* SPDX-License-Identifier: MIT */
/*
 * lab_typist: somebody who sits at the student's terminal and types, key by
 * key, as fast as a person does. What passes the wire is then what passes it
 * when a person types: a packet for each key.
 *
 *     const struct lab_line lines[] = {{"login: ", "ada\r"}, {NULL, NULL}};
 *     lab_type(run, argv, lines, &typed, error);
 *     lab_output(run, typed.screen, typed.screen_length);
 */
#ifndef LABS_LAB_TYPIST_H
#define LABS_LAB_TYPIST_H

#include "labs/lab.h"

#define LAB_TYPIST_SCREEN_MAX 16384 /* bytes that are kept of what was seen */
#define LAB_TYPIST_KEYS_MAX 512

/* What is waited for on the screen, and what is typed then. */
struct lab_line {
    const char *await, *keys; /* Enter is \r; a NULL await ends */
};

struct lab_typed {
    int status;  /* of the program: exit code, or 128 + signal */
    size_t keys; /* that were pressed, Enter counted */
    int64_t key_ns[LAB_TYPIST_KEYS_MAX]; /* when, as lab_now has it */
    char screen[LAB_TYPIST_SCREEN_MAX];  /* what the terminal showed */
    size_t screen_length;
};

/* Shows the command, runs it on the student's host before a terminal of 80
 * columns and 24 lines, types, and waits for its end. No ladder is shown.
 * ERROR_TIMEOUT: what was awaited did not come. */
int lab_type(struct lab_run *run, const char *const *argv,
             const struct lab_line *lines, struct lab_typed *typed,
             struct error *error);

#endif
