/* SPDX-License-Identifier: MIT */
/*
 * http_digest: the log-in that does not send the password. RFC 7616.
 *
 * The server sends a nonce; the client answers with a hash over the nonce, the
 * password, the method and the target. Who listens learns the name and a hash
 * that is good for this request alone, but can try passwords against it at
 * home: a weak one is found. Only TLS hides everything.
 *
 * SHA-256 and, for old servers, MD5; qop=auth, and none at all (RFC 7616 §3.4.1
 * keeps it for servers of before 1999). DEPARTURES: no auth-int, no -sess, no
 * userhash, no mutual check by Authentication-Info.
 */
#ifndef HTTP_HTTP_DIGEST_H
#define HTTP_HTTP_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/text.h"

/* ---- challenges and credentials, read (http_auth_parse.c) --------------- */

/* Takes the next challenge off a WWW-Authenticate value: "Digest" and what
 * follows it up to the next scheme. RFC 9110 §11.6.1. */
bool http_challenge_next(struct span *field, struct span *scheme,
                         struct span *params);
/* A parameter's value, its quotes and backslashes taken off, NUL-terminated.
 * False: there is none, it does not fit, or what stands before it is broken. */
bool http_auth_param(struct span params, const char *name, char *value,
                     size_t size);

/* ---- Digest (http_digest.c) --------------------------------------------- */

enum http_digest_algorithm {
    HTTP_DIGEST_UNKNOWN,
    HTTP_DIGEST_MD5, /* the stronger, the larger */
    HTTP_DIGEST_SHA256
};

/* What a server wants: one challenge. */
struct http_challenge {
    enum http_digest_algorithm algorithm;
    char realm[256], nonce[512], opaque[512];
    bool qop;   /* auth is among what it offers; else it offers nothing */
    bool stale; /* the password was right, the nonce too old */
};

/* Hexadecimal digits of a hash, with NUL. */
#define HTTP_DIGEST_HEX 65

/* What the hash is made of. All borrowed. */
struct http_digest {
    enum http_digest_algorithm algorithm;
    const char *user, *realm, *password;
    const char *method, *uri; /* the target as it is sent */
    const char *nonce, *cnonce;
    uint32_t count; /* requests with this nonce, this one too */
    bool qop;
};

/* Reads the parameters of a Digest challenge; false if we can't answer it. */
bool http_challenge_read(struct http_challenge *challenge, struct span params);
/* "SHA-256" and "MD5". */
const char *http_digest_algorithm_name(enum http_digest_algorithm algorithm);
enum http_digest_algorithm http_digest_algorithm_find(const char *name);
/* The `response` of RFC 7616 §3.4.1. False: this machine lacks the hash. */
bool http_digest_response(char hex[HTTP_DIGEST_HEX],
                          const struct http_digest *digest);
/* The whole value of Authorization; `opaque` may be "". False: it does not
 * fit, or as above. */
bool http_digest_write(char *text, size_t size, const struct http_digest *d,
                       const char *opaque);

#endif
