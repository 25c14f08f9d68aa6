/* SPDX-License-Identifier: MIT */
/*
 * terms: the tables that smtp_terms joins, each in the file of its name.
 */
#ifndef SMTP_TERMS_H
#define SMTP_TERMS_H

#include "common/terms.h"

extern const struct term smtp_terms_commands[];
extern const struct term smtp_terms_replies[];
extern const struct term smtp_terms_enhanced[];
extern const struct term smtp_terms_capabilities[];
extern const struct term smtp_terms_fields[];
extern const struct term smtp_terms_concepts[];

#endif
