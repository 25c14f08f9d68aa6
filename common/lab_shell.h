/* SPDX-License-Identifier: MIT */
/*
 * lab_shell: what a student finds behind a log-in. A handful of commands over a
 * made-up home directory that lies in this program: no file, no process and no
 * shell of the machine is ever touched, whatever is typed.
 *
 * It does no I/O: a line in, text out, an exit status. Telnet and SSH put the
 * same shell behind two doors, so that what passes them can be compared.
 *
 *     struct lab_shell shell;
 *     lab_shell_start(&shell, "ada", "shell.example.test");
 *     lab_shell_line(&shell, SPAN("cat notes/errands.txt"));
 *     do
 *         send(shell.out, shell.out_length), send_error(shell.err, ...);
 *     while (lab_shell_more(&shell));
 *     if (shell.state == LAB_SHELL_ENDED) ... exit status: shell.status
 *
 * Text ends its lines in LF; who sends it over a terminal makes CR LF of it.
 * Nothing is allocated and nothing need be freed: a shell may be thrown away.
 *
 * DEPARTURES. Words, quotes ('...', "...", \), comments and ';' as in any
 * shell; deliberately no pipes, variables, patterns or redirection.
 */
#ifndef COMMON_LAB_SHELL_H
#define COMMON_LAB_SHELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/limits.h"
#include "common/text.h"

/* ---- the made-up home --------------------------------------------------- */

/* A file or folder below "/home/USER"; a NULL path ends the table. Parents
 * stand before what is in them. */
struct lab_shell_file {
    const char *path;    /* "notes/errands.txt": relative, no '/' at its end */
    const char *content; /* NULL: a folder */
    int64_t modified;    /* seconds since 1970 */
};
extern const struct lab_shell_file lab_shell_home[];

/* ---- a session ---------------------------------------------------------- */

enum lab_shell_state {
    LAB_SHELL_READY,   /* waits for a line: show the prompt */
    LAB_SHELL_WRITING, /* a command has more to write: lab_shell_more */
    LAB_SHELL_READING, /* a command (cat) wants input: lab_shell_input */
    LAB_SHELL_ENDED,   /* exit, logout: close the session */
    LAB_SHELL_STATES
};

struct lab_shell {
    enum lab_shell_state state;
    int status; /* of the last command, 0 to 255; 127: no such command */
    char out[LAB_SHELL_OUT_MAX]; /* standard output of the last call */
    size_t out_length;
    char err[LAB_SHELL_ERR_MAX]; /* its standard error */
    size_t err_length;

    char user[LAB_SHELL_NAME_MAX], host[LAB_SHELL_NAME_MAX];
    char folder[LAB_SHELL_PATH_MAX]; /* below the home; "": the home itself */
    char rest[LAB_SHELL_LINE_MAX];   /* behind the ';': not yet run */
    uint64_t next, last;             /* numbers that `seq` still writes */
    /* What `cat` still writes: of the first of these files, all but `at`. */
    const struct lab_shell_file *files[LAB_SHELL_WORDS_MAX];
    size_t file_count, file_next, at;
};

/* Names that are longer than LAB_SHELL_NAME_MAX are cut. */
void lab_shell_start(struct lab_shell *shell, const char *user,
                     const char *host);
/* "ada@shell:~/notes$ ", without a line end; in a static buffer. */
const char *lab_shell_prompt(const struct lab_shell *shell);
/* What a log-in is greeted with; lines end in LF. Static. */
const char *lab_shell_greeting(void);

/* Runs a line (without its end), or the arguments of an `exec`. Allowed in
 * LAB_SHELL_READY only. out and err hold what it wrote; longer lines than
 * LAB_SHELL_LINE_MAX, unclosed quotes and NUL are an error of the shell's. */
void lab_shell_line(struct lab_shell *shell, struct span line);
/* Goes on with what was begun: out and err are filled anew. False: there was
 * nothing more, both are empty. Call it until then, also after a line whose
 * command was a short one. */
bool lab_shell_more(struct lab_shell *shell);

/* In LAB_SHELL_READING: bytes for the command, and the end of them (Ctrl-D, or
 * the end of an SSH channel's data). Takes at most LAB_SHELL_OUT_MAX bytes and
 * says how many; out holds what the command makes of them. */
size_t lab_shell_input(struct lab_shell *shell, struct span bytes);
void lab_shell_input_end(struct lab_shell *shell);

/* Ctrl-C, IP, a signal: what is running ends with status 130. */
void lab_shell_interrupt(struct lab_shell *shell);

#endif
