/* SPDX-License-Identifier: MIT */
/*
 * http_memory: what our server remembers between two requests: sessions, and
 * the nonces of log-ins. Each is a random token that the client brings back,
 * with a number beside it.
 *
 * Each connection has a process of its own, so this lies in memory that all of
 * them share; http_memory_open is called before the first of them is made.
 *
 * DEPARTURES. Deliberately small and forgetful: when it is full the oldest goes
 * (a session begins anew, a log-in is asked for again), and nothing outlives
 * the server. A production server would keep sessions in a database.
 */
#ifndef HTTP_HTTP_MEMORY_H
#define HTTP_HTTP_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "common/text.h"

struct http_memory;

enum http_memory_kind {
    HTTP_MEMORY_SESSION = 1, /* the number: visits */
    HTTP_MEMORY_NONCE        /* the number: the highest nc so far */
};

/* 128 random bits in hexadecimal, and a NUL. */
#define HTTP_TOKEN_SIZE 33

/* NULL: ERROR_LOCAL. */
struct http_memory *http_memory_open(struct error *error);
/* NULL is allowed. */
void http_memory_close(struct http_memory *memory);

/* Makes a token with the number 0. False: no random numbers are to be had. */
bool http_memory_add(struct http_memory *memory, enum http_memory_kind kind,
                     char token[HTTP_TOKEN_SIZE]);
/* Adds one to the number of a token; returns what it is then, 0 if we don't
 * know the token (any more). */
uint64_t http_memory_count(struct http_memory *memory,
                           enum http_memory_kind kind, struct span token);
/* Raises the number of a token to `number`; false if it was so high already, or
 * we don't know the token: each number is good once. */
bool http_memory_raise(struct http_memory *memory, enum http_memory_kind kind,
                       struct span token, uint64_t number);
void http_memory_forget(struct http_memory *memory, enum http_memory_kind kind,
                        struct span token);

#endif
