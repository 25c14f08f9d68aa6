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
 *
 * A long vocabulary is several tables, each in a file that can be read, joined
 * by a table of tables: `{.joins = http_terms_fields}`.
 */
#ifndef COMMON_TERMS_H
#define COMMON_TERMS_H

#include "common/rfc.h"
#include "common/text.h"

#include <stddef.h>

enum term_kind {
    TERM_METHOD,    /* GET, EHLO: what a client asks for */
    TERM_STATUS,    /* 404, 250: what a server answers */
    TERM_SUBSTATUS, /* 404.1: what a server writes into its log */
    TERM_FIELD,     /* Host, Subject: a named line of a header */
    TERM_CONCEPT,   /* "chunked", "origin": an idea that has a name */
    TERM_KINDS
};

/* Whether a cache may keep an answer with this status although nothing in it
 * says for how long: RFC 9110 §15.1. */
enum term_cacheable {
    TERM_CACHE_NO,   /* only if the answer's own fields allow it */
    TERM_CACHE_YES,  /* by default */
    TERM_CACHE_NEVER /* its definition forbids it */
};

/* Tables are written with designated initialisers; what is not named is 0. */
struct term {
    const char *name; /* as it stands on the wire: "404"; NULL ends */
    enum term_kind kind;
    const char *title;             /* "Not Found"; NULL: the name says it all */
    const char *sentence;          /* what it means, one sentence */
    struct rfc rfc;                /* the section that defines it */
    enum term_cacheable cacheable; /* of a status */
    const char *used_by; /* who uses it unregistered; the section is then the
                               rule for unknown ones. NULL: registered */
    const char *next;    /* what the client should do; NULL: nothing */
    const char *causes;  /* what usually leads to it; NULL: not told */
    const char *cures;   /* what its server's keeper can do; NULL: not told */
    const char *correction; /* where course notes are wrong or dated; or NULL */
    const struct term *joins; /* the entries of that table stand here; the entry
                                 itself has no name. NULL: an ordinary entry */
};

/* The first entry of that name in a table, letter case aside; NULL if there is
 * none. Nothing is owned by the caller: tables are static. */
const struct term *term_find(const struct term *table, const char *name);
/* The same for a name that is no C string. */
const struct term *term_find_span(const struct term *table, struct span name);

/* The entry at a place, counted from 0 through all joined tables; NULL behind
 * the last one. Two users of one number are two entries: who wants all of a
 * name goes through them. */
const struct term *term_at(const struct term *table, size_t place);

/* "status code" for TERM_STATUS and so on; never NULL. */
const char *term_kind_name(enum term_kind kind);

#endif
