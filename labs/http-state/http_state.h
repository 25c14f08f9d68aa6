/* SPDX-License-Identifier: MIT */
/*
 * http_state: what the files of this lab share.
 */
#ifndef LABS_HTTP_STATE_HTTP_STATE_H
#define LABS_HTTP_STATE_HTTP_STATE_H

#include "labs/lab.h"
#include "labs/lab_flow.h"

#define WEB "www.example.test"
#define SESSION "/session"
#define PRIVATE "/private"

/* Runs http-client with its ladder, prints what it got, and keeps the first
 * bytes of that in `text` (NULL: nobody wants them). The lab fails if the
 * client did. */
int state_client(struct lab_run *run, const char *const *argv, char *text,
                 size_t size, struct error *error);

/* The steps: cookies.c and logins.c. */
int state_forgets(struct lab_run *run, struct error *error);
int state_remembers(struct lab_run *run, struct error *error);
int state_stolen(struct lab_run *run, struct error *error);
int state_secure(struct lab_run *run, struct error *error);
int state_logins(struct lab_run *run, struct error *error);
int state_replays(struct lab_run *run, struct error *error);

#endif
