/* SPDX-License-Identifier: MIT */
/*
 * terms: what SSH says, word by word: its messages, the algorithms that are
 * named in them, and the ideas behind.
 */
#include "ssh/terms.h"

#include <stddef.h>

#include "ssh/ssh.h"

const struct term ssh_terms[] = {{.joins = ssh_terms_messages},
                                 {.joins = ssh_terms_concepts},
                                 {.name = NULL}};
