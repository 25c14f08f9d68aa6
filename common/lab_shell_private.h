/* SPDX-License-Identifier: MIT */
/*
 * lab_shell, inside: what the commands are given, and where paths lead.
 */
#ifndef COMMON_LAB_SHELL_PRIVATE_H
#define COMMON_LAB_SHELL_PRIVATE_H

#include "common/lab_shell.h"

/* The words of one command; words[count] is NULL. */
struct lab_shell_words {
    const char *words[LAB_SHELL_WORDS_MAX + 1];
    size_t count;
    char bytes[LAB_SHELL_LINE_MAX]; /* the words, unquoted, each with a NUL */
};

/* A command: its arguments in, its status out. */
struct lab_shell_command {
    const char *name, *usage, *help;
    int (*run)(struct lab_shell *shell, const struct lab_shell_words *words);
};
/* In the order of the alphabet; a NULL name ends. */
extern const struct lab_shell_command lab_shell_commands[];

/* Adds to standard output and standard error; what does not fit is cut. */
void lab_shell_put(struct lab_shell *shell, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void lab_shell_complain(struct lab_shell *shell, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Where a path leads: "" is the home itself. False: outside of it, or too
 * long. That something is there is not said. */
bool lab_shell_resolve(const struct lab_shell *shell, const char *path,
                       char resolved[LAB_SHELL_PATH_MAX]);
/* What a path leads to; NULL: nothing. The home itself is a folder too. */
const struct lab_shell_file *lab_shell_find(const struct lab_shell *shell,
                                            const char *path);
/* True when `file` lies right in the folder `path`. */
bool lab_shell_lies_in(const struct lab_shell_file *file, const char *path);

#endif
