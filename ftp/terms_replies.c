/* SPDX-License-Identifier: MIT */
/*
 * terms: the replies.
 */
#include "ftp/terms.h"

#include <stddef.h>

/* clang-format off */
const struct term ftp_terms_replies[] = {
    {.name = NULL}};
/* clang-format on */
