/* SPDX-License-Identifier: MIT */
/*
 * login: who a client logs in as, and with which password.
 *
 * The name is that of -u, else that of the URL. The password stands behind it
 * (-u name:password, wiped from the argument list; or in the URL), else in
 * --password-file (its first line), else in $WIRELAB_PASSWORD, else somebody is
 * asked on the terminal, with echo off.
 *
 *     struct login login;
 *     if (login_find(&login, &options, url.user, url.password, &error) == 1)
 *         ...
 *     login_wipe(&login);
 */
#ifndef COMMON_LOGIN_H
#define COMMON_LOGIN_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "common/options.h"

#define LOGIN_USER_MAX 256     /* bytes, NUL included */
#define LOGIN_PASSWORD_MAX 512 /* the same */

struct login {
    char user[LOGIN_USER_MAX];
    char password[LOGIN_PASSWORD_MAX];
};

/* 1: found. 0: there is no name, so nobody logs in. `url_user` and
 * `url_password` may be NULL. ERROR_USAGE: too long, holds a line end, or there
 * is nobody to ask. ERROR_LOCAL: the file can't be read. */
int login_find(struct login *login, const struct client_options *options,
               const char *url_user, const char *url_password,
               struct error *error);
void login_wipe(struct login *login);

/* Asks something on the terminal, wherever standard input comes from. `answer`
 * gets the line without its end; `seen` is whether it shows while it is typed.
 * 1: answered; 0: ended without a word; -1: there is no terminal. */
int login_ask(const char *question, bool seen, char *answer, size_t size);

#endif
