/* SPDX-License-Identifier: MIT */
/*
 * terms: what FTP says, word by word: commands, replies, and the ideas with a
 * name.
 */
#include "ftp/terms.h"

#include "ftp/ftp.h"

const struct term ftp_terms[] = {{.joins = ftp_terms_commands},
                                 {.joins = ftp_terms_replies},
                                 {.joins = ftp_terms_concepts},
                                 {.name = NULL}};
