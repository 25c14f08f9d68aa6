/* SPDX-License-Identifier: MIT */
/*
 * terms: the concepts.
 */
#include "ftp/terms.h"

#include <stddef.h>

/* clang-format off */
const struct term ftp_terms_concepts[] = {
    {.name = NULL}};
/* clang-format on */
