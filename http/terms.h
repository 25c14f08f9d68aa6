/* SPDX-License-Identifier: MIT */
/*
 * terms: the tables that http_terms joins, each in the file of its name.
 */
#ifndef HTTP_TERMS_H
#define HTTP_TERMS_H

#include "common/terms.h"

extern const struct term http_terms_methods[];
extern const struct term http_terms_status[];       /* 1xx, 2xx, 3xx */
extern const struct term http_terms_client_error[]; /* 4xx */
extern const struct term http_terms_server_error[]; /* 5xx */
extern const struct term http_terms_wild[];         /* not registered */
extern const struct term http_terms_substatus[];    /* one vendor's, in logs */
extern const struct term http_terms_fields[];
extern const struct term http_terms_concepts[];

#endif
