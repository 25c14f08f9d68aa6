/* SPDX-License-Identifier: MIT */
/*
 * terms: the commands.
 */
#include "ftp/terms.h"

#include <stddef.h>

/* clang-format off */
const struct term ftp_terms_commands[] = {
    {.name = NULL}};
/* clang-format on */
