/* SPDX-License-Identifier: MIT */
/*
 * terms: what IMAP says, word by word: commands, responses, response codes,
 * capabilities, flags, and the ideas with a name.
 */
#include "imap/terms.h"

#include "imap/imap.h"

const struct term imap_terms[] = {{.joins = imap_terms_commands},
                                  {.joins = imap_terms_responses},
                                  {.joins = imap_terms_codes},
                                  {.joins = imap_terms_capabilities},
                                  {.joins = imap_terms_flags},
                                  {.joins = imap_terms_concepts},
                                  {.name = NULL}};
