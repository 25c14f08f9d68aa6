/* SPDX-License-Identifier: MIT */
/*
 * terms: what HTTP says, word by word: each status code that anybody sends, the
 * methods and header fields that our programs use, and the ideas with a name.
 *
 * The codes come first, because each answer looks its reason phrase up; the
 * registered ones before those of the wild, so that 451 is the standard's.
 */
#include "http/terms.h"

#include <stdio.h>

#include "http/http.h"

const struct term http_terms[] = {{.joins = http_terms_status},
                                  {.joins = http_terms_client_error},
                                  {.joins = http_terms_server_error},
                                  {.joins = http_terms_wild},
                                  {.joins = http_terms_substatus},
                                  {.joins = http_terms_methods},
                                  {.joins = http_terms_fields},
                                  {.joins = http_terms_concepts},
                                  {.name = NULL}};

const char *http_reason(int status)
{
    char name[12];
    const struct term *term;

    snprintf(name, sizeof(name), "%d", status);
    term = term_find(http_terms, name);
    return term && term->title ? term->title : "";
}
