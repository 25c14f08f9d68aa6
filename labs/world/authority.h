/* SPDX-License-Identifier: MIT */
/*
 * authority: the one that every host of the world trusts. Its key is made
 * when the world is, and is gone with it; certificates follow RFC 5280 §4.2
 * and name their servers in subjectAltName (RFC 9525 §4).
 */
#ifndef LABS_WORLD_AUTHORITY_H
#define LABS_WORLD_AUTHORITY_H

#include "common/error.h"

struct authority;
struct world;

/* Makes the key and writes the certificate to world_ca_file, which hosts have
 * as their trust store. ERROR_LOCAL. */
int authority_make(struct world *world, struct error *error);
void authority_free(struct authority *authority); /* NULL is allowed */

#endif
