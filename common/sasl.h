/* SPDX-License-Identifier: MIT */
/*
 * sasl: logging in, as SMTP, POP3 and IMAP have in common.
 *
 * RFC 4422 (the exchange), RFC 4616 (PLAIN), RFC 2195 (CRAM-MD5), RFC 5802 and
 * RFC 7677 (SCRAM-SHA-256, without channel binding); LOGIN, which no RFC
 * defines, because many servers know it. Both halves, and no I/O: the bytes of
 * a challenge in, those of a response out. The protocol carries them in base64
 * (sasl_encode, sasl_decode).
 *
 *     struct sasl_client sasl;
 *     struct sasl_message word;
 *     sasl_client_start(&sasl, SASL_PLAIN, user, password, &error);
 *     if (sasl_client_begins(&sasl))                 // an initial response
 *         sasl_client_step(&sasl, SPAN(""), &word, &error);
 *     ... say the command, `word` with it if there is one; then for each
 *     ... challenge, base64 undone:
 *         sasl_client_step(&sasl, challenge, &word, &error);
 *     ... the server says that it has accepted us: but is it who it must be?
 *     sasl_client_end(&sasl, &error);
 *
 * DEPARTURES. Deliberately no SASLprep (RFC 4013): names and passwords are
 * compared as the bytes that were typed. No channel binding, no authorization
 * as somebody else.
 */
#ifndef COMMON_SASL_H
#define COMMON_SASL_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base64.h"
#include "common/error.h"
#include "common/text.h"

/* From weak to strong: the greater one is chosen. */
enum sasl_mechanism {
    SASL_NONE,
    SASL_LOGIN,
    SASL_PLAIN,
    SASL_CRAM_MD5,
    SASL_SCRAM_SHA_256,
    SASL_MECHANISMS
};

/* Bytes of a name or password, and of one challenge or response before base64;
 * the longest of ours is PLAIN's, two names and a password. */
#define SASL_TEXT_MAX 512
#define SASL_MESSAGE_MAX 1024
/* Bytes of the same in base64, NUL included. */
#define SASL_LINE_MAX BASE64_SIZE(SASL_MESSAGE_MAX)

struct sasl_message {
    char bytes[SASL_MESSAGE_MAX];
    size_t length;
    bool secret; /* the trace must not show it */
};

/* "SCRAM-SHA-256"; never NULL. And back, letter case aside: SASL_NONE is one
 * that we don't know. */
const char *sasl_mechanism_name(enum sasl_mechanism mechanism);
enum sasl_mechanism sasl_mechanism_find(struct span name);
/* A set of mechanisms is an unsigned with these bits. sasl_set_read reads a
 * list with spaces between, as servers offer it. */
#define SASL_BIT(mechanism) (1u << (mechanism))
unsigned sasl_set_read(struct span list);
/* True when the mechanism sends the password itself: PLAIN and LOGIN. */
bool sasl_sends_password(enum sasl_mechanism mechanism);

/* Which one to use. `wanted` is a mechanism's name (--auth), NULL: the
 * strongest of `offered`. Without TLS nothing goes unless `insecure_auth`: even
 * from a hash a listener can guess the password at leisure. *mechanism is what
 * to use. ERROR_INSECURE: it would go in clear text. ERROR_USAGE: no mechanism
 * is called `wanted`. ERROR_AUTH: none that we know is offered. */
int sasl_choose(enum sasl_mechanism *mechanism, unsigned offered,
                const char *wanted, bool tls, bool insecure_auth,
                struct error *error);

/* ---- in base64, as the protocols carry it (common/base64.h) ------------ */

bool sasl_encode(char *text, size_t size, struct span bytes);
/* False: it is no base64, or longer than a message. "=" alone, how an empty
 * initial response is written (RFC 4954 §4), is the caller's to know. */
bool sasl_decode(struct sasl_message *message, struct span text);

/* ---- the client's half --------------------------------------------------- */

#define SASL_NONCE_MAX 256

/* What SCRAM remembers from one message to the next. */
struct sasl_scram {
    char header[SASL_TEXT_MAX];          /* the GS2 header: "n,," */
    char nonce[SASL_NONCE_MAX];          /* ours; then ours and the server's */
    char first_bare[SASL_MESSAGE_MAX];   /* client-first-message-bare */
    char server_first[SASL_MESSAGE_MAX]; /* server-first-message */
    unsigned char server_signature[32];  /* that the server must show */
};

struct sasl_client {
    enum sasl_mechanism mechanism;
    int step;                 /* responses made so far */
    bool proved;              /* the server has shown that it knows us */
    const char *nonce;        /* for tests: not random. NULL: random */
    char user[SASL_TEXT_MAX]; /* copies */
    char password[SASL_TEXT_MAX];
    struct sasl_scram scram;
};

/* ERROR_USAGE: user or password are too long, or hold a NUL or a line end. */
int sasl_client_start(struct sasl_client *client, enum sasl_mechanism mechanism,
                      const char *user, const char *password,
                      struct error *error);
/* True when the client speaks first: its first response may go along with the
 * command (PLAIN, SCRAM). */
bool sasl_client_begins(const struct sasl_client *client);
/* The next response. `challenge` is empty when the client begins. ERROR_AUTH:
 * the server refuses us in its challenge (SCRAM's "e="). ERROR_PROTOCOL: a
 * challenge that the mechanism does not have. ERROR_INSECURE: the server does
 * not know the password that it asks us to prove (SCRAM), or wants a hash so
 * weak that it would give it away. After an error the exchange is to be
 * cancelled (RFC 4954 §4: "*"). */
int sasl_client_step(struct sasl_client *client, struct span challenge,
                     struct sasl_message *response, struct error *error);
/* The same for a challenge as it came, in base64; one that is none is
 * ERROR_PROTOCOL. */
int sasl_client_answer(struct sasl_client *client, struct span text,
                       struct sasl_message *response, struct error *error);
/* The protocol says that we are in. ERROR_INSECURE: too early; the server has
 * not shown that it knows us (SCRAM). Wipes what was secret, also after an
 * error. */
int sasl_client_end(struct sasl_client *client, struct error *error);
void sasl_client_wipe(struct sasl_client *client);

/* ---- the server's half --------------------------------------------------- */

enum sasl_verdict {
    SASL_CHALLENGE, /* *challenge is to be said, and answered */
    SASL_ACCEPTED,  /* server->user is who it says; nothing more is said */
    SASL_REFUSED,   /* wrong name or password: 535, -ERR, NO */
    SASL_BROKEN     /* the response is none of this mechanism: 501, BAD */
};

struct sasl_server {
    enum sasl_mechanism mechanism;
    int step;
    /* The password of that name, borrowed until the end; NULL: there is no such
     * account. `directory` is handed to it. */
    const char *(*password_of)(void *directory, struct span user);
    void *directory;
    const char *host;         /* our name, for CRAM-MD5's challenge; borrowed */
    const char *nonce;        /* for tests: not random. NULL: random */
    const char *salt;         /* the same, base64 */
    char user[SASL_TEXT_MAX]; /* the name given, once it is */
    struct span password;     /* of it; data NULL: no such account */
    bool proved; /* SCRAM: only the last, empty word of the client is missing */
    char challenge[SASL_TEXT_MAX]; /* CRAM-MD5's */
    struct sasl_scram scram;
};

void sasl_server_start(struct sasl_server *server,
                       enum sasl_mechanism mechanism,
                       const char *(*password_of)(void *directory,
                                                  struct span user),
                       void *directory, const char *host);
/* What to answer to `response`; its data is NULL the first time, when none came
 * with the command. A name that does not exist takes as many steps and as much
 * work as a wrong password, so nobody can ask for names. `secret` (may be NULL)
 * is set to whether the trace must not show that response. */
enum sasl_verdict sasl_server_step(struct sasl_server *server,
                                   struct span response,
                                   struct sasl_message *challenge,
                                   bool *secret);
void sasl_server_wipe(struct sasl_server *server);

#endif
