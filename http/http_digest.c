/* SPDX-License-Identifier: MIT */
/*
 * http_digest: the hash that stands for a password. RFC 7616 §3.4.
 *
 *     A1 = user:realm:password      what both ends know
 *     A2 = method:target            what is asked for
 *     response = H(H(A1):nonce:nc:cnonce:qop:H(A2))
 *
 * The nonce is the server's, so that an old answer is no new one; the cnonce is
 * ours, so that a false server can't choose all of what we hash; nc counts the
 * requests of a nonce, so that none is worth anything twice.
 */
#include "http/http_digest.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "http/http.h"

static const char *const names[] = {
    [HTTP_DIGEST_UNKNOWN] = "",
    [HTTP_DIGEST_MD5] = "MD5",
    [HTTP_DIGEST_SHA256] = "SHA-256",
};

const char *http_digest_algorithm_name(enum http_digest_algorithm algorithm)
{
    return names[algorithm];
}

/* No name at all means MD5: RFC 7616 §3.3. */
enum http_digest_algorithm http_digest_algorithm_find(const char *name)
{
    if (name[0] == '\0' || strcasecmp(name, names[HTTP_DIGEST_MD5]) == 0)
        return HTTP_DIGEST_MD5;
    return strcasecmp(name, names[HTTP_DIGEST_SHA256]) == 0
               ? HTTP_DIGEST_SHA256
               : HTTP_DIGEST_UNKNOWN;
}

/* ---- a challenge -------------------------------------------------------- */

static bool offers_auth(const char *qop)
{
    struct span list = span_of(qop), element;

    while (http_list_next(&list, &element))
        if (span_equal_nocase(element, SPAN("auth")))
            return true;
    return false;
}

bool http_challenge_read(struct http_challenge *challenge, struct span params)
{
    char text[64] = "";

    memset(challenge, 0, sizeof(*challenge));
    http_auth_param(params, "algorithm", text, sizeof(text));
    challenge->algorithm = http_digest_algorithm_find(text);
    if (challenge->algorithm == HTTP_DIGEST_UNKNOWN ||
        !http_auth_param(params, "realm", challenge->realm,
                         sizeof(challenge->realm)) ||
        !http_auth_param(params, "nonce", challenge->nonce,
                         sizeof(challenge->nonce)))
        return false;
    http_auth_param(params, "opaque", challenge->opaque,
                    sizeof(challenge->opaque));
    challenge->stale = http_auth_param(params, "stale", text, sizeof(text)) &&
                       strcasecmp(text, "true") == 0;
    if (!http_auth_param(params, "qop", text, sizeof(text)))
        return true;
    /* A server that offers auth-int alone asks for what we can't do. */
    challenge->qop = offers_auth(text);
    return challenge->qop;
}

/* ---- the hash ----------------------------------------------------------- */

/* The parts, ended by NULL, with colons between them, hashed, in hexadecimal.
 */
static bool hash(char hex[HTTP_DIGEST_HEX],
                 enum http_digest_algorithm algorithm, const char *const *parts)
{
    const EVP_MD *kind =
        algorithm == HTTP_DIGEST_MD5 ? EVP_md5() : EVP_sha256();
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool done = context && EVP_DigestInit_ex(context, kind, NULL) == 1;

    for (size_t i = 0; done && parts[i]; i++)
        done = (i == 0 || EVP_DigestUpdate(context, ":", 1) == 1) &&
               EVP_DigestUpdate(context, parts[i], strlen(parts[i])) == 1;
    done = done && EVP_DigestFinal_ex(context, bytes, &length) == 1;
    EVP_MD_CTX_free(context);
    if (done)
        text_hex_write(hex, bytes, length);
    return done;
}

bool http_digest_response(char hex[HTTP_DIGEST_HEX],
                          const struct http_digest *d)
{
    char a1[HTTP_DIGEST_HEX], a2[HTTP_DIGEST_HEX], count[16];
    const char *const first[] = {d->user, d->realm, d->password, NULL};
    const char *const second[] = {d->method, d->uri, NULL};
    const char *const with_qop[] = {a1,     d->nonce, count, d->cnonce,
                                    "auth", a2,       NULL};
    const char *const without[] = {a1, d->nonce, a2, NULL};

    snprintf(count, sizeof(count), "%08x", d->count);
    bool done = hash(a1, d->algorithm, first) &&
                hash(a2, d->algorithm, second) &&
                hash(hex, d->algorithm, d->qop ? with_qop : without);
    explicit_bzero(a1, sizeof(a1));
    return done;
}

/* ---- the field ---------------------------------------------------------- */

/* Adds `name="value"`, what would end the string early escaped. */
static bool add_quoted(char *text, size_t size, const char *name,
                       const char *value)
{
    size_t at = strlen(text);
    int length = snprintf(text + at, size - at, "%s=\"", name);

    if (length < 0 || (size_t)length >= size - at)
        return false;
    at += (size_t)length;
    for (; *value; value++) {
        if (at + 3 >= size)
            return false;
        if (*value == '"' || *value == '\\')
            text[at++] = '\\';
        text[at++] = *value;
    }
    if (at + 2 >= size)
        return false;
    memcpy(text + at, "\"", 2);
    return true;
}

static bool add(char *text, size_t size, const char *more)
{
    size_t at = strlen(text);

    return snprintf(text + at, size - at, "%s", more) < (int)(size - at);
}

bool http_digest_write(char *text, size_t size, const struct http_digest *d,
                       const char *opaque)
{
    char response[HTTP_DIGEST_HEX], count[32];

    snprintf(text, size, "Digest ");
    snprintf(count, sizeof(count), ", qop=auth, nc=%08x, ", d->count);
    if (!http_digest_response(response, d) ||
        !add_quoted(text, size, "username", d->user) ||
        !add_quoted(text, size, ", realm", d->realm) ||
        !add_quoted(text, size, ", nonce", d->nonce) ||
        !add_quoted(text, size, ", uri", d->uri) ||
        !add(text, size, ", algorithm=") ||
        !add(text, size, names[d->algorithm]) ||
        !add_quoted(text, size, ", response", response))
        return false;
    if (opaque[0] && !add_quoted(text, size, ", opaque", opaque))
        return false;
    return !d->qop || (add(text, size, count) &&
                       add_quoted(text, size, "cnonce", d->cnonce));
}
