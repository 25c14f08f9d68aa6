/* SPDX-License-Identifier: MIT */
/*
 * sasl_server: the server's half of each mechanism. A name that nobody has is
 * refused where a wrong password is, and after the same work.
 */
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

#include "common/sasl_private.h"

/* Keeps the name, and looks its password up; false if it is too long. */
static bool find_user(struct sasl_server *server, struct span user)
{
    const char *password;

    if (user.length == 0 || user.length >= sizeof(server->user) ||
        memchr(user.data, '\0', user.length))
        return false;
    memcpy(server->user, user.data, user.length);
    server->user[user.length] = '\0';
    password = server->password_of(server->directory, user);
    server->password = password ? span_of(password) : (struct span){NULL, 0};
    return true;
}

static enum sasl_verdict judge(const struct sasl_server *server,
                               struct span given, struct span right)
{
    bool same = sasl_same(given, right);

    return same && server->password.data ? SASL_ACCEPTED : SASL_REFUSED;
}

static enum sasl_verdict ask(struct sasl_message *challenge, const char *words)
{
    return sasl_message_write(challenge, "%s", words) ? SASL_CHALLENGE
                                                      : SASL_BROKEN;
}

/* ---- PLAIN -------------------------------------------------------------- */

/* What stands before the next NUL, taken off `rest`; all of it without one. */
static struct span until_nul(struct span *rest)
{
    const char *nul =
        rest->length > 0 ? memchr(rest->data, '\0', rest->length) : NULL;
    struct span piece = {rest->data,
                         nul ? (size_t)(nul - rest->data) : rest->length};
    size_t taken = piece.length + (nul != NULL);

    rest->data = rest->data ? rest->data + taken : NULL;
    rest->length -= taken;
    return piece;
}

/* RFC 4616 §2. Who wants to act as somebody else is refused: nobody may. */
static enum sasl_verdict step_plain(struct sasl_server *server,
                                    struct span response,
                                    struct sasl_message *challenge)
{
    struct span as_whom, user, password;
    size_t nuls = 0;

    if (server->step == 0 && !response.data)
        return ask(challenge, "");
    for (size_t i = 0; i < response.length; i++)
        nuls += response.data[i] == '\0';
    if (nuls != 2)
        return SASL_BROKEN;
    as_whom = until_nul(&response);
    user = until_nul(&response);
    password = response;
    if (!find_user(server, user) || password.length == 0)
        return SASL_BROKEN;
    if (as_whom.length > 0 && !span_equal(as_whom, user))
        return SASL_REFUSED;
    return judge(server, password, server->password);
}

/* ---- LOGIN -------------------------------------------------------------- */

/* Clients wait for these words, or for anything. */
static enum sasl_verdict step_login(struct sasl_server *server,
                                    struct span response,
                                    struct sasl_message *challenge)
{
    if (server->user[0] == '\0') {
        if (server->step == 0 && !response.data)
            return ask(challenge, "Username:");
        return find_user(server, response) ? ask(challenge, "Password:")
                                           : SASL_BROKEN;
    }
    return judge(server, response, server->password);
}

/* ---- CRAM-MD5 ----------------------------------------------------------- */

/* RFC 2195 §2: what nobody was ever asked before, in the form of a msg-id. */
static enum sasl_verdict begin_cram(struct sasl_server *server,
                                    struct sasl_message *challenge)
{
    char nonce[SASL_RANDOM_TEXT];

    if (!server->nonce && !sasl_random(nonce, SASL_RANDOM))
        return SASL_BROKEN;
    snprintf(server->challenge, sizeof(server->challenge), "<%s.%lld@%.200s>",
             server->nonce ? server->nonce : nonce,
             server->nonce ? 0LL : (long long)time(NULL),
             server->host ? server->host : "localhost");
    return ask(challenge, server->challenge);
}

static enum sasl_verdict step_cram(struct sasl_server *server,
                                   struct span response,
                                   struct sasl_message *challenge)
{
    const char *space;
    char digits[SASL_DIGITS];
    struct span given;

    if (server->step == 0)
        return response.length == 0 ? begin_cram(server, challenge)
                                    : SASL_BROKEN;
    /* A name may hold spaces, the digest has none. */
    space = response.length > 0 ? memrchr(response.data, ' ', response.length)
                                : NULL;
    if (!space ||
        !find_user(server, (struct span){response.data,
                                         (size_t)(space - response.data)}))
        return SASL_BROKEN;
    given =
        (struct span){space + 1, response.length - strlen(server->user) - 1};
    if (!sasl_cram_digest(digits, span_of(server->challenge),
                          server->password.data ? server->password
                                                : SPAN("nobody")))
        return SASL_REFUSED;
    return judge(server, given, span_of(digits));
}

/* ---- all of them -------------------------------------------------------- */

void sasl_server_start(struct sasl_server *server,
                       enum sasl_mechanism mechanism,
                       const char *(*password_of)(void *directory,
                                                  struct span user),
                       void *directory, const char *host)
{
    memset(server, 0, sizeof(*server));
    server->mechanism = mechanism;
    server->password_of = password_of;
    server->directory = directory;
    server->host = host;
}

/* A name may be shown, and SCRAM's proof may not: a password can be guessed
 * from it. Whether a response is the last of LOGIN is known before it is read,
 * for a client may send anything. */
static bool is_secret(const struct sasl_server *server, struct span response)
{
    switch (server->mechanism) {
    case SASL_LOGIN:
        return server->user[0] != '\0';
    case SASL_SCRAM_SHA_256:
        return server->step > 0 && server->user[0] != '\0' &&
               response.length > 0;
    default:
        return response.length > 0;
    }
}

enum sasl_verdict sasl_server_step(struct sasl_server *server,
                                   struct span response,
                                   struct sasl_message *challenge, bool *secret)
{
    enum sasl_verdict verdict = SASL_BROKEN;

    memset(challenge, 0, sizeof(*challenge));
    if (secret)
        *secret = is_secret(server, response);
    if (response.length > SASL_MESSAGE_MAX)
        return SASL_BROKEN;
    if (server->mechanism == SASL_PLAIN)
        verdict = step_plain(server, response, challenge);
    else if (server->mechanism == SASL_LOGIN)
        verdict = step_login(server, response, challenge);
    else if (server->mechanism == SASL_CRAM_MD5)
        verdict = step_cram(server, response, challenge);
    else if (server->mechanism == SASL_SCRAM_SHA_256)
        verdict = sasl_scram_server(server, response, challenge);
    server->step++;
    return verdict;
}

void sasl_server_wipe(struct sasl_server *server)
{
    explicit_bzero(server, sizeof(*server));
}
