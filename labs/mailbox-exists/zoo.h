/* SPDX-License-Identifier: MIT */
/*
 * zoo: one mail server of every character, on the world's host "zoo". Each is
 * the same smtp-server with one configuration: its --manners. Their domains are
 * in labs/world/zones.c.
 *
 * Every server has the mailboxes of postmaster and of "keeper", and those that
 * the caller adds; nobody else lives there.
 */
#ifndef LABS_MAILBOX_EXISTS_ZOO_H
#define LABS_MAILBOX_EXISTS_ZOO_H

#include "labs/world/world.h"

#define ZOO_KEEPER "keeper"

/* Starts them all; they end with the world. `more` are lines of an accounts
 * file, or "". ERROR_LOCAL. */
int zoo_start(struct world *world, const char *more, struct error *error);
/* The clock of all of them is so many seconds ahead: 0 at first. */
int zoo_clock(struct world *world, unsigned seconds, struct error *error);

#endif
