/* SPDX-License-Identifier: MIT */
/*
 * terms: the tables that imap_terms joins, each in the file of its name.
 */
#ifndef IMAP_TERMS_H
#define IMAP_TERMS_H

#include "common/terms.h"

extern const struct term imap_terms_commands[];
extern const struct term imap_terms_responses[];    /* status and data */
extern const struct term imap_terms_codes[];        /* in brackets */
extern const struct term imap_terms_capabilities[]; /* what may be used */
extern const struct term imap_terms_flags[];
extern const struct term imap_terms_concepts[];

#endif
