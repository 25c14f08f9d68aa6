/* SPDX-License-Identifier: MIT */
/*
 * http_login: who we are, as the server wants it told. RFC 9110 §11, RFC 7617,
 * RFC 7616.
 *
 * Basic may be sent unasked; Digest needs the server's nonce first, so the
 * first request goes without, and the 401 that it gets is half of the log-in.
 */
#include "http/http_state.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- name and password -------------------------------------------------- */

int http_login_read(struct http_login *login, const struct http_url *url,
                    const struct http_options *options, struct error *error)
{
    char user[sizeof(login->who.user)];
    int result;

    snprintf(user, sizeof(user), "%s", login->who.user);
    login->basic = options->anyauth || options->basic || !options->digest;
    login->digest = options->anyauth || options->digest;
    login->clear = options->client.insecure_auth;
    login->sent = false;
    result = http_login_find(&login->who, url, &options->client, error);
    login->present = result == 1;
    if (strcmp(user, login->who.user) != 0)
        login->challenged = false;
    return result < 0 ? result : 0;
}

/* ---- what goes out ------------------------------------------------------ */

/* Ours are 128 bits: RFC 7616 §5.12. */
static bool make_cnonce(char hex[33])
{
    unsigned char bytes[16];

    if (RAND_bytes(bytes, sizeof(bytes)) != 1)
        return false;
    text_hex_write(hex, bytes, sizeof(bytes));
    return true;
}

static int say_digest(struct http_login *login,
                      const struct http_request *request, char *text,
                      size_t size, struct error *error)
{
    const struct http_challenge *challenge = &login->challenge;
    char cnonce[33];
    struct http_digest digest = {.algorithm = challenge->algorithm,
                                 .user = login->who.user,
                                 .realm = challenge->realm,
                                 .password = login->who.password,
                                 .method = request->method,
                                 .uri = request->target ? request->target
                                                        : request->url->target,
                                 .nonce = challenge->nonce,
                                 .cnonce = cnonce,
                                 .count = ++login->count,
                                 .qop = challenge->qop};

    if (!make_cnonce(cnonce) ||
        !http_digest_write(text, size, &digest, challenge->opaque))
        return error_set(error, ERROR_LOCAL,
                         "the Digest log-in is too long, "
                         "or its hash is not to be had");
    return 0;
}

int http_login_say(struct http_login *login, struct conn *conn,
                   const struct http_request *request, char *text, size_t size,
                   struct error *error)
{
    bool known = login->challenged &&
                 strcasecmp(login->origin, request->url->origin) == 0;

    text[0] = '\0';
    login->sent = login->present && (known || !login->digest);
    if (!login->sent)
        return 0;
    if (known && !login->use_basic) {
        int result = say_digest(login, request, text, size, error);
        if (result == 0)
            conn_note(conn, RFC("7616", "3.4"), "log-in",
                      "Digest with %s, use %u of this nonce: a hash goes out, "
                      "the password stays",
                      http_digest_algorithm_name(login->challenge.algorithm),
                      login->count);
        return result;
    }
    memcpy(text, "Basic ", 7);
    if (!http_basic_write(text + 6, size - 6, login->who.user,
                          login->who.password))
        return error_set(error, ERROR_USAGE, "the log-in is too long");
    conn_note(conn, RFC("7617", "2"), "log-in",
              "Basic: name and password as they are, in base64");
    return 0;
}

/* ---- what the server wants ---------------------------------------------- */

/* The strongest Digest challenge of all; *basic tells whether Basic would do.
 * False: there is none that we know (RFC 7616 §3.7). */
static bool find_strongest(const struct http_head *head,
                           struct http_challenge *best, bool *basic)
{
    struct http_challenge challenge;

    memset(best, 0, sizeof(*best));
    *basic = false;
    for (size_t i = 0; i < head->field_count; i++) {
        struct span field = head->fields[i].value, scheme, params;

        if (!span_equal_nocase(head->fields[i].name, SPAN("WWW-Authenticate")))
            continue;
        while (http_challenge_next(&field, &scheme, &params)) {
            *basic = *basic || span_equal_nocase(scheme, SPAN("Basic"));
            if (span_equal_nocase(scheme, SPAN("Digest")) &&
                http_challenge_read(&challenge, params) &&
                challenge.algorithm > best->algorithm)
                *best = challenge;
        }
    }
    return best->algorithm != HTTP_DIGEST_UNKNOWN;
}

static int choose_basic(struct http_login *login, struct conn *conn, bool tls,
                        struct error *error)
{
    if (!tls && !login->clear)
        return error_set(error, ERROR_INSECURE,
                         "the server takes the password in clear text only: "
                         "use https, or --insecure-auth if all may read it "
                         "(RFC 7617 §4)");
    conn_note(conn, RFC("7617", "2"), "log-in",
              "the server offers no more than Basic");
    login->use_basic = true;
    return 1;
}

int http_login_hear(struct http_login *login, struct conn *conn,
                    const struct http_url *url, const struct http_head *head,
                    struct error *error)
{
    struct http_challenge challenge;
    bool basic, digest;

    if (head->status != 401 || !login->present || !login->digest)
        return 0;
    digest = find_strongest(head, &challenge, &basic);
    /* Asked once more after our answer: it was wrong, unless only the nonce
     * had grown old (RFC 7616 §3.3). */
    if (login->sent && !(digest && challenge.stale && !login->use_basic &&
                         strcmp(challenge.nonce, login->challenge.nonce) != 0))
        return 0;
    if (!digest && !(basic && login->basic))
        return 0;
    snprintf(login->origin, sizeof(login->origin), "%s", url->origin);
    login->challenged = true;
    login->use_basic = false;
    if (!digest)
        return choose_basic(login, conn, url->tls, error);
    login->challenge = challenge;
    login->count = 0;
    conn_note(conn, RFC("7616", "3.7"), "log-in",
              "%sthe strongest that the server offers is Digest with %s",
              challenge.stale ? "the nonce was too old; " : "",
              http_digest_algorithm_name(challenge.algorithm));
    return 1;
}
