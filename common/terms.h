/* SPDX-License-Identifier: MIT */
/*
 * terms: the vocabulary of a protocol, a sentence each.
 *
 * Every protocol folder has a terms.c: each command, reply code, capability and
 * header field that it uses, with the section that defines it. `explain`, the
 * ladder and the page all read these tables, so a word means the same wherever
 * a student meets it.
 *
 *     const struct term *t = term_find(http_terms, "404");
 *     printf("%s %s: %s\n", t->name, t->title, t->sentence);
 */
#ifndef COMMON_TERMS_H
#define COMMON_TERMS_H

#include "common/rfc.h"

enum term_kind {
    TERM_METHOD,  /* GET, EHLO: what a client asks for */
    TERM_STATUS,  /* 404, 250: what a server answers */
    TERM_FIELD,   /* Host, Subject: a named line of a header */
    TERM_CONCEPT, /* "chunked", "origin": an idea that has a name */
    TERM_KINDS
};

struct term {
    const char *name; /* as it stands on the wire: "404"; NULL ends */
    enum term_kind kind;
    const char *title;    /* "Not Found"; NULL when the name says it all */
    const char *sentence; /* what it means, one sentence */
    struct rfc rfc;       /* the section that defines it */
    const char *next;     /* what the client should do next; NULL: nothing */
};

/* The entry of `name` in a table, letter case aside; NULL if there is none.
 * Nothing is owned by the caller: tables are static. */
const struct term *term_find(const struct term *table, const char *name);

/* "status code" for TERM_STATUS and so on; never NULL. */
const char *term_kind_name(enum term_kind kind);

#endif
