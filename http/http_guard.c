/* SPDX-License-Identifier: MIT */
/*
 * http_guard: what lies below /private/ is for those who have an account.
 * RFC 9110 §11, RFC 7616, RFC 7617.
 *
 * Without credentials, or with wrong ones, the answer is 401 and a challenge
 * for each way to log in, the strongest first (RFC 7616 §3.7).
 *
 * DEPARTURES. Deliberately Basic in clear text too: the lab shows what is then
 * to be read. A production server would offer it over TLS alone.
 */
#include "http/http_server.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "http/http_digest.h"
#include "http/http_memory.h"

#define REALM "private"

enum verdict {
    VERDICT_KNOWN,
    VERDICT_UNKNOWN, /* no credentials, or wrong ones */
    VERDICT_STALE,   /* right, but with a nonce that is used up */
    VERDICT_BROKEN   /* 400 */
};

/* "//private" and "/./private" are the same file's name; ".." is refused before
 * we come to see it. */
bool http_guard_watches(const struct http_exchange *x)
{
    const char *at = x->path;

    while (*at == '/' || (at[0] == '.' && (at[1] == '/' || at[1] == '\0')))
        at++;
    return x->site->accounts.count > 0 &&
           strncmp(at, "private", strlen("private")) == 0 &&
           (at[strlen("private")] == '/' || at[strlen("private")] == '\0');
}

/* ---- Basic: RFC 7617 §2 ------------------------------------------------- */

static enum verdict judge_basic(struct http_exchange *x, struct span code)
{
    char plain[1024];
    const char *colon, *password;
    size_t length;
    enum verdict verdict = VERDICT_UNKNOWN;

    if (!base64_read(plain, sizeof(plain), &length, code) ||
        (colon = memchr(plain, ':', length)) == NULL)
        return VERDICT_BROKEN;
    struct span name = {plain, (size_t)(colon - plain)};
    struct span given = {colon + 1, length - name.length - 1};
    password = accounts_password(&x->site->accounts, name);
    if (password && accounts_same(given, password))
        verdict = VERDICT_KNOWN;
    explicit_bzero(plain, sizeof(plain));
    return verdict;
}

/* ---- Digest: RFC 7616 §3.4 ---------------------------------------------- */

/* What a client sends, each NUL-terminated. */
struct answer {
    char user[256], realm[64], nonce[64], uri[HTTP_LINE_MAX], response[128];
    char algorithm[32], cnonce[256], count[16], qop[16];
};

static bool answer_read(struct answer *a, struct span params)
{
    *a = (struct answer){.algorithm = ""};
    http_auth_param(params, "algorithm", a->algorithm, sizeof(a->algorithm));
    return http_auth_param(params, "username", a->user, sizeof(a->user)) &&
           http_auth_param(params, "realm", a->realm, sizeof(a->realm)) &&
           http_auth_param(params, "nonce", a->nonce, sizeof(a->nonce)) &&
           http_auth_param(params, "uri", a->uri, sizeof(a->uri)) &&
           http_auth_param(params, "response", a->response,
                           sizeof(a->response)) &&
           http_auth_param(params, "cnonce", a->cnonce, sizeof(a->cnonce)) &&
           http_auth_param(params, "nc", a->count, sizeof(a->count)) &&
           http_auth_param(params, "qop", a->qop, sizeof(a->qop)) &&
           strcmp(a->qop, "auth") == 0 && strlen(a->count) == 8;
}

/* The hash is ours when the client's password is. */
static bool same_hash(struct http_exchange *x, const struct answer *a,
                      uint32_t count, const char *password)
{
    char method[64], hex[HTTP_DIGEST_HEX];
    struct http_digest digest = {.algorithm =
                                     http_digest_algorithm_find(a->algorithm),
                                 .user = a->user,
                                 .realm = REALM,
                                 .password = password,
                                 .method = method,
                                 .uri = a->uri,
                                 .nonce = a->nonce,
                                 .cnonce = a->cnonce,
                                 .count = count,
                                 .qop = true};

    snprintf(method, sizeof(method), "%.*s", (int)x->request.method.length,
             x->request.method.data);
    return http_digest_response(hex, &digest) &&
           strlen(a->response) == strlen(hex) &&
           CRYPTO_memcmp(a->response, hex, strlen(hex)) == 0;
}

static enum verdict judge_answer(struct http_exchange *x,
                                 const struct answer *a)
{
    const char *password =
        accounts_password(&x->site->accounts, span_of(a->user));
    char *end;
    uint32_t count = (uint32_t)strtoul(a->count, &end, 16);

    /* RFC 7616 §3.4.6: the hash must be of what is asked for here. */
    if (*end != '\0' ||
        http_digest_algorithm_find(a->algorithm) == HTTP_DIGEST_UNKNOWN ||
        (!span_equal(span_of(a->uri), x->request.target) &&
         !span_equal(span_of(a->uri), x->target)))
        return VERDICT_BROKEN;
    if (!password || strcmp(a->realm, REALM) != 0 ||
        !same_hash(x, a, count, password))
        return VERDICT_UNKNOWN;
    /* RFC 7616 §5.5: who listened can send the same once more; each use of a
     * nonce has its number, and a number is good once. */
    return http_memory_raise(x->site->memory, HTTP_MEMORY_NONCE,
                             span_of(a->nonce), count)
               ? VERDICT_KNOWN
               : VERDICT_STALE;
}

static enum verdict judge_digest(struct http_exchange *x, struct span params)
{
    struct answer *answer = malloc(sizeof(*answer));
    enum verdict verdict = VERDICT_BROKEN;

    if (answer && answer_read(answer, params))
        verdict = judge_answer(x, answer);
    free(answer);
    return verdict;
}

/* ---- the door ----------------------------------------------------------- */

static enum verdict judge(struct http_exchange *x)
{
    struct span field = http_head_field(&x->request, "Authorization");
    struct span all = field, scheme, params;

    if (!field.data)
        return VERDICT_UNKNOWN;
    if (!http_challenge_next(&field, &scheme, &params))
        return VERDICT_BROKEN;
    all.data += scheme.length;
    all.length -= scheme.length;
    if (span_equal_nocase(scheme, SPAN("Basic")))
        return judge_basic(x, span_trim(all));
    return span_equal_nocase(scheme, SPAN("Digest")) ? judge_digest(x, params)
                                                     : VERDICT_UNKNOWN;
}

/* A nonce serves both algorithms; the client takes one. */
static int say_challenges(struct http_exchange *x, bool stale)
{
    static const enum http_digest_algorithm offered[] = {HTTP_DIGEST_SHA256,
                                                         HTTP_DIGEST_MD5};
    char nonce[HTTP_TOKEN_SIZE];
    int result = 0;

    if (http_memory_add(x->site->memory, HTTP_MEMORY_NONCE, nonce))
        for (size_t i = 0; i < 2 && result == 0; i++)
            result = http_answer_field(x, "WWW-Authenticate",
                                       "Digest realm=\"" REALM
                                       "\", qop=\"auth\", algorithm=%s, "
                                       "nonce=\"%s\"%s",
                                       http_digest_algorithm_name(offered[i]),
                                       nonce, stale ? ", stale=true" : "");
    return result < 0 ? result
                      : http_answer_field(x, "WWW-Authenticate",
                                          "Basic realm=\"" REALM
                                          "\", charset=\"UTF-8\"");
}

static int refuse(struct http_exchange *x, enum verdict verdict)
{
    int result = http_exchange_skip_body(x);

    if (result < 0)
        return result;
    conn_note(x->conn, RFC("9110", "11.6.1"), "log-in",
              verdict == VERDICT_STALE
                  ? "the password is right, but this use of the nonce is over"
              : http_head_count(&x->request, "Authorization") > 0
                  ? "name or password are wrong"
                  : "only for those who have an account");
    if ((result = http_answer_begin(x, 401)) < 0 ||
        (result = say_challenges(x, verdict == VERDICT_STALE)) < 0)
        return result;
    return http_answer_page(x, 401, NULL);
}

int http_guard_answer(struct http_exchange *x, bool *done)
{
    enum verdict verdict = http_guard_watches(x) ? judge(x) : VERDICT_KNOWN;
    int result;

    *done = verdict != VERDICT_KNOWN;
    if (!*done)
        return 0;
    if (verdict != VERDICT_BROKEN)
        return refuse(x, verdict);
    result = http_exchange_skip_body(x);
    return result < 0 ? result : http_answer_status(x, 400);
}
