/* SPDX-License-Identifier: MIT */
/*
 * terms: the tables that ssh_terms joins, each in the file of its name.
 */
#ifndef SSH_TERMS_H
#define SSH_TERMS_H

#include "common/terms.h"

extern const struct term ssh_terms_messages[];
extern const struct term ssh_terms_concepts[];

#endif
