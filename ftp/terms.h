/* SPDX-License-Identifier: MIT */
/*
 * terms: the tables that ftp_terms joins, each in the file of its name.
 */
#ifndef FTP_TERMS_H
#define FTP_TERMS_H

#include "common/terms.h"

extern const struct term ftp_terms_commands[];
extern const struct term ftp_terms_replies[];
extern const struct term ftp_terms_concepts[];

#endif
