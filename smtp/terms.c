/* SPDX-License-Identifier: MIT */
/*
 * terms: what SMTP says, word by word: commands, reply codes, enhanced codes,
 * what a server offers, and the ideas with a name.
 */
#include "smtp/terms.h"

#include <stddef.h>

#include "smtp/smtp.h"

const struct term smtp_terms[] = {{.joins = smtp_terms_commands},
                                  {.joins = smtp_terms_replies},
                                  {.joins = smtp_terms_enhanced},
                                  {.joins = smtp_terms_capabilities},
                                  {.joins = smtp_terms_fields},
                                  {.joins = smtp_terms_concepts},
                                  {.name = NULL}};
