/* SPDX-License-Identifier: MIT */
/*
 * accounts: who may log in at a server. One `name:password` a line; a line that
 * is empty or begins with '#' is none. The password is all after the first
 * colon.
 *
 *     struct accounts accounts = {0};
 *     accounts_read(&accounts, "accounts.txt", &error);
 *     password = accounts_password(&accounts, SPAN("ada"));
 *     accounts_free(&accounts);
 *
 * DEPARTURES. Deliberately the passwords themselves: a log-in by challenge and
 * answer needs them. A production server would keep what each of its methods
 * needs, and nothing that opens other doors.
 */
#ifndef COMMON_ACCOUNTS_H
#define COMMON_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "common/text.h"

struct account {
    char *name, *password; /* owned */
};

struct accounts {
    struct account *list; /* owned */
    size_t count;
};

/* Adds those of a file. ERROR_LOCAL: it can't be read. ERROR_USAGE: a line has
 * no colon or no name, or the name is there already. */
int accounts_read(struct accounts *accounts, const char *path,
                  struct error *error);
/* The password of that name, borrowed; NULL: there is no such account. */
const char *accounts_password(const struct accounts *accounts,
                              struct span name);
/* Compares without telling by its time where the first difference is. */
bool accounts_same(struct span given, const char *password);
void accounts_free(struct accounts *accounts);

#endif
