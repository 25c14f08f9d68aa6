/* SPDX-License-Identifier: MIT */
/*
 * error: what went wrong, said once, where it happened.
 *
 * Every function that can fail takes a `struct error *` as its last argument,
 * or belongs to an object that was given one (a conn keeps its caller's),
 * and returns 0, or the negative of an error class. It fills the struct with
 * one sentence that says what was wrong and, where we know it, what to do.
 * Nothing in a library prints and nothing exits: main() prints the sentence
 * and returns the class, which is the exit code.
 *
 *     struct error error = {0};
 *     if (names_look_up(names, host, &list, &error) < 0)
 *         return error_print("http-client", &error);
 */
#ifndef COMMON_ERROR_H
#define COMMON_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#define ERROR_TEXT_MAX 512 /* bytes, the final NUL included */
#define ERROR_PEER_MAX 512

/* The classes are the exit codes of every program of the house. */
enum error_class {
    ERROR_NONE = 0,
    ERROR_REFUSED = 1,  /* the server said no; its own words are kept */
    ERROR_USAGE = 2,    /* the command line is wrong */
    ERROR_CONNECT = 3,  /* name, route or connection failed */
    ERROR_INSECURE = 4, /* certificate, host key or downgrade refused */
    ERROR_TIMEOUT = 5,  /* the deadline passed */
    ERROR_AUTH = 6,     /* the credentials were refused */
    ERROR_PROTOCOL = 7, /* the peer broke the protocol */
    ERROR_LOCAL = 8,    /* a file or resource of ours failed */
    ERROR_CLASSES
};

struct error {
    enum error_class class;
    int sys_errno;                  /* errno when it happened, or 0 */
    char text[ERROR_TEXT_MAX];      /* our sentence, no final newline */
    char peer_said[ERROR_PEER_MAX]; /* the peer's words, escaped, or "" */
};

/* Fills *error and returns -class. The text is a printf format. An error that
 * is already set is kept: the first cause is the one worth reading. `error`
 * may be NULL, for callers who need the class only. */
int error_set(struct error *error, enum error_class class, const char *format,
              ...) __attribute__((format(printf, 3, 4)));

/* The same, with ": " and strerror(sys_errno) added to the text. */
int error_set_errno(struct error *error, enum error_class class, int sys_errno,
                    const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Keeps the peer's own words (`length` bytes, control bytes escaped, cut to
 * what fits) beside our sentence. */
void error_set_peer(struct error *error, const char *words, size_t length);

/* Forgets what was set, so that the next attempt can fill it again. */
void error_clear(struct error *error);

/* Writes "PROGRAM: text" and, if the peer said something, a second line with
 * its words to standard error. Returns the exit code: the class. */
int error_print(const char *program, const struct error *error);

/* "PROTOCOL" for ERROR_PROTOCOL and so on; never NULL. */
const char *error_class_name(enum error_class class);

#endif
