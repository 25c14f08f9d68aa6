/* SPDX-License-Identifier: MIT */
/*
 * trace_store: who owns what was read of a trace: the mapped files, and small
 * pieces that are freed all at once. For the files of the trace only.
 */
#ifndef COMMON_TRACE_STORE_H
#define COMMON_TRACE_STORE_H

#include "common/trace.h"

/* Owns what was read: the mapped files, and small pieces that are freed all at
 * once. Freed with trace_store_free; NULL is allowed there. */
struct trace_store *trace_store_new(void);
void trace_store_free(struct trace_store *store);
/* Takes over all that another store owns, and frees that one. */
void trace_store_adopt(struct trace_store *store, struct trace_store *other);
/* Zeroed bytes that live as long as the store, or NULL. */
void *trace_store_take(struct trace_store *store, size_t size);
/* A NUL-terminated copy, or NULL. */
char *trace_store_copy(struct trace_store *store, struct span text);
/* A place below TRACE_PLACES, by all bytes of the text, for what was seen last
 * of its kind. Two that share a place take it from each other, which may cost
 * time and nothing else: whoever writes a file can make them share. */
#define TRACE_PLACES 1024
size_t trace_place(struct span text, unsigned kind);

/* A text that comes again and again in a file (a host, a source line, an
 * address), and what it was found to mean. */
struct trace_word {
    enum trace_word_kind {
        TRACE_WORD_TEXT,
        TRACE_WORD_WHERE,
        TRACE_WORD_RFC,
        TRACE_WORD_ADDRESS,
        TRACE_WORD_FIELDS,
        TRACE_WORD_KINDS
    } kind;
    struct span text; /* as it lies in the file; data NULL: no word yet */
    char *copy;       /* NUL-terminated; the store's */
    bool read;        /* one of these is filled */
    struct where where;
    struct rfc rfc;
    const struct sockaddr_storage *address; /* NULL: it is none */
    const struct trace_event *fields; /* what the words before "clear=" set */
};
/* The word of that text, which must live as long as the store; or NULL: no
 * memory. Kept until the next call; its copy as long as the store. Who finds
 * `read` false fills in what the kind asks for. */
struct trace_word *trace_store_word(struct trace_store *store,
                                    enum trace_word_kind kind,
                                    struct span text);
/* The whole file; 0 and an empty span when `missing_is_empty` and there is
 * none. Errors: ERROR_LOCAL. */
int trace_store_map(struct trace_store *store, const char *path,
                    bool missing_is_empty, struct span *bytes,
                    struct error *error);

#endif
