/* SPDX-License-Identifier: MIT */
/*
 * letters: a Maildir in the test's folder, and letters put into it. For the
 * tests of maildir*.c.
 */
#ifndef TESTS_UNIT_LETTERS_H
#define TESTS_UNIT_LETTERS_H

#include "common/maildir_private.h"

extern struct letters {
    const char *path;
    struct maildir *box; /* letters_open has opened it; may be NULL */
    struct error error;
} letters;

/* An empty one, and its end: closed, and no error but those cleared. */
void letters_make(void);
void letters_end(void);
/* Opens it (anew). */
void letters_open(unsigned how);
/* A file as another tool would put it: "cur/1.a:2,S". */
void letters_put(const char *name, const char *octets);
/* As SMTP does. */
void letters_deliver(const char *octets);
/* The path of a file in it, in a static ring. */
const char *letters_path(const char *name);
/* How many files there are in "new", "cur" or "tmp". */
int letters_files(const char *folder);
/* Message `index`, from 0, has these octets, and says that it has so many. */
void letters_expect(size_t index, const char *octets);
bool letters_readable(int fd);

#endif
