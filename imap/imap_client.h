/* SPDX-License-Identifier: MIT */
/*
 * imap_client: one client's conversation, and what stands around it.
 *
 * imap_client.c is the conversation: connect, say a command, hear what comes
 * until its tag. imap_hear.c reads one response; imap_say.c says what a command
 * is made of. Around them: imap_begin.c gets to the mailbox by the way that is
 * safe, imap_log_in.c says who we are, imap_get.c brings octets into files,
 * imap_put.c sends a message, imap_tell.c prints, imap_wait.c waits for news,
 * and imap_run.c with imap_errands.c does what the command line asks for.
 *
 * Errors. NO and BAD are ERROR_REFUSED (ERROR_AUTH for a log-in), with the
 * server's own words, and the connection is good for another command. What is
 * no response is ERROR_PROTOCOL, all else is conn's: then it may only be
 * closed. What is given is borrowed; what is given back lies in the client
 * until the next call.
 */
#ifndef IMAP_IMAP_CLIENT_H
#define IMAP_IMAP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/conn.h"
#include "common/login.h"
#include "common/options.h"
#include "common/save.h"
#include "common/url.h"
#include "imap/imap.h"

/* ---- what is known of a session ----------------------------------------- */

struct imap_capabilities {
    bool known; /* the server has told, in this state */
    bool starttls, login_disabled, sasl_ir, literal_plus, literal_minus;
    bool idle, move, uidplus;
    unsigned mechanisms; /* a set of common/sasl.h */
};

enum imap_status {
    IMAP_OK,
    IMAP_NO,
    IMAP_BAD,
    IMAP_BYE,
    IMAP_PREAUTH,
    IMAP_STATUSES
};

/* What a response is, as far as its first words tell. */
struct imap_response {
    enum {
        IMAP_HEARD_TAGGED,   /* the answer to the command: status and text */
        IMAP_HEARD_CONTINUE, /* "+": text */
        IMAP_HEARD_STATUS,   /* "* OK": status and text */
        IMAP_HEARD_DATA      /* "* 3 FETCH": number and word; the rest is still
                              * to be read, with imap_hear_token */
    } kind;
    char word[IMAP_WORD_MAX]; /* upper case: "OK", "FETCH", "+" */
    bool numbered;
    uint32_t number;
    enum imap_status status;
    struct span code; /* "UIDNEXT 7" of "[UIDNEXT 7]"; or empty */
    struct span text; /* for people; the code stands before it. Both lie in the
                       * client's line, until the next response. */
};

struct imap_client {
    /* Set by the caller, borrowed. */
    struct conn_setup setup;
    struct tls_context *tls;
    /* Zero at first. */
    struct conn *conn; /* NULL: none is open */
    enum imap_state state;
    struct imap_capabilities capabilities;
    bool secure;              /* TLS stands */
    bool hung_up;             /* the server has said BYE */
    bool deferred;            /* a literal was refused: its NO is the answer */
    uint32_t exists;          /* messages in the selected mailbox */
    unsigned tags;            /* commands said so far */
    char tag[16];             /* of the latest */
    char line[IMAP_TEXT_MAX]; /* the text of the latest status response */
    struct imap_response heard; /* the latest response */
    /* Of the response being read. */
    struct imap_lexer lexer;
    uint64_t octets;       /* of it, literals aside */
    uint64_t literal_left; /* of the literal being read */
    bool inside;           /* more of it is to be read */
};

/* ---- the conversation (imap_client.c) ----------------------------------- */

/* The one place where the state changes. */
void imap_client_enter(struct imap_client *client, enum imap_state state,
                       const char *why);
/* Connects, speaks TLS first if the URL says so, hears the greeting. PREAUTH
 * leads to AUTHENTICATED. ERROR_REFUSED: it greets with BYE. */
int imap_client_open(struct imap_client *client, const struct url *url);
/* STARTTLS, and the name that the certificate must carry. What was learned
 * before is forgotten. ERROR_REFUSED, or as conn_start_tls. */
int imap_client_start_tls(struct imap_client *client, const char *host);

/* Says a command that needs no literal; its answer is to be heard. */
int imap_client_say_at(struct imap_client *client, struct where where,
                       struct rfc rfc, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The refusal that client->heard is, into the error; -class. */
int imap_client_refused(struct imap_client *client, enum error_class class);

/* Who is told of the responses that come before the tag: data, and status
 * responses too. What of a response is not read will be skipped. */
struct imap_listener {
    int (*heard)(void *context, struct imap_client *client,
                 const struct imap_response *response);
    void *context;
};
/* Hears until the tag of the latest command. 0: OK. ERROR_REFUSED: NO or BAD,
 * with the server's words. `listener` may be NULL. */
int imap_client_finish(struct imap_client *client,
                       const struct imap_listener *listener);
/* A command that needs no literal, said and heard to its end. */
#define imap_client_ask(client, listener, rfc, ...) \
    imap_client_finish_said(                        \
        (client), (listener),                       \
        imap_client_say_at((client), HERE, (rfc), __VA_ARGS__))
int imap_client_finish_said(struct imap_client *client,
                            const struct imap_listener *listener, int said);

/* LOGOUT, and the connection is closed; a missing answer changes nothing. */
void imap_client_log_out(struct imap_client *client);
/* Closes without a word. */
void imap_client_close(struct imap_client *client);

/* ---- hearing (imap_hear.c) ---------------------------------------------- */

/* The beginning of the next response, into client->heard; all of it, unless it
 * is data. What was left of the one before is skipped. */
int imap_hear(struct imap_client *client);
/* The next token of data; at IMAP_TOKEN_END the response is in the trace. Text
 * is borrowed until the next call. ERROR_PROTOCOL: broken, or too long. */
int imap_hear_token(struct imap_client *client, struct imap_token *token);
/* After a LITERAL: its next octets, borrowed until the next call; length 0: it
 * is whole. */
int imap_hear_literal(struct imap_client *client, struct span *piece);
/* A value is read to its end: a string, an atom, a list with all in it. Its
 * first token is `token`. */
int imap_hear_past(struct imap_client *client, const struct imap_token *token);
/* The rest of the response. */
int imap_hear_rest(struct imap_client *client);

/* Adds those of the words after CAPABILITY. */
void imap_capabilities_read(struct imap_capabilities *capabilities,
                            struct span words);
/* The code of client->heard may be "CAPABILITY IMAP4rev1 ...", which saves the
 * question: they are client->capabilities then, and nothing else is. False: it
 * is another code, or none. */
bool imap_capabilities_take(struct imap_client *client);

/* ---- saying (imap_say.c) ------------------------------------------------ */

/* "a7 VERB", with a new tag; the parts follow, and then imap_say_end. */
#define imap_say_begin(client, rfc, verb) \
    imap_say_begin_at((client), HERE, (rfc), (verb))
int imap_say_begin_at(struct imap_client *client, struct where where,
                      struct rfc rfc, const char *verb);
/* A space and words as they are; CR, LF and NUL are refused. */
int imap_say_words(struct imap_client *client, const char *words);
/* A space and a string: bare, quoted or as a literal, whichever can carry it;
 * a secret one is masked in the trace. */
int imap_say_string(struct imap_client *client, const char *text, bool secret);
/* A mailbox's name, of UTF-8, in modified UTF-7. */
int imap_say_mailbox(struct imap_client *client, const char *name);
/* A space and "{n}": after it exactly n octets may be said. Waits for "+" if it
 * must: ERROR_REFUSED when the server says NO instead, after which the command
 * is over. */
int imap_say_literal(struct imap_client *client, uint64_t length);
int imap_say_octets(struct imap_client *client, const void *data,
                    size_t length);
/* The end of the line; off it goes. */
int imap_say_end(struct imap_client *client);

/* ---- the way in (imap_begin.c, imap_log_in.c) ---------------------------- */

struct imap_options {
    struct client_options client;
    const char *output;   /* -o */
    const char *auth;     /* --auth */
    int64_t idle_time_ms; /* --idle-time: how long idle waits; 0: for ever */
    bool ssl_reqd;        /* STARTTLS or nothing */
    bool no_starttls;     /* no STARTTLS, though it is offered */
    bool silent;          /* no progress */
};

/* Connects, learns what the server can do, STARTTLS, and logs in if `login` is
 * not NULL. */
int imap_begin(struct imap_client *client, const struct imap_options *options,
               const struct url *url, const struct login *login);
/* CAPABILITY, unless client->capabilities are known already. */
int imap_client_ask_capabilities(struct imap_client *client);
/* AUTHENTICATE or LOGIN: `wanted` (--auth) is LOGIN or a mechanism, NULL: the
 * strongest of both. ERROR_INSECURE: without TLS, and not `insecure_auth`.
 * ERROR_AUTH: refused, or LOGINDISABLED and nothing else. */
int imap_client_log_in(struct imap_client *client, const struct login *login,
                       const char *wanted, bool insecure_auth);

/* ---- what the command line asks for -------------------------------------- */

/* Does `words` ("fetch", "1"; count 0: "list") at the mailbox of `text`. */
int imap_run(const struct imap_options *options, const char *text,
             char *const *words, size_t count, struct error *error);

/* Prints responses, a line each, control bytes escaped (imap_tell.c). */
struct imap_tell {
    struct save *save;
    const char *word; /* responses of this kind only, and without the word; of
                       * "OK" the codes; NULL: all that comes, as it comes */
    bool flush;       /* each line goes out at once */
    uint64_t told;    /* lines so far */
};
int imap_tell_heard(void *tell, struct imap_client *client,
                    const struct imap_response *response);
/* The line of the status response that client->heard is. */
int imap_tell_status(struct imap_tell *tell, struct imap_client *client);
/* Its code alone, COPYUID and the like, if it has one. */
int imap_tell_code(struct imap_tell *tell, struct imap_client *client);

/* Octets of one section of each message (imap_get.c). True when `items` asks
 * for one section and nothing else. */
bool imap_get_is_for(const char *items);
struct imap_get {
    struct save *save;
    bool progress;
    uint64_t got; /* messages so far */
    uint64_t octets;
};
/* FETCH, with each message's octets into get->save. */
int imap_get(struct imap_client *client, bool uid, const char *set,
             const char *items, struct imap_get *get);

/* APPEND of a file (imap_put.c); "-" is standard input. `flags` as "(\Seen)",
 * or NULL. */
int imap_put(struct imap_client *client, const char *mailbox, const char *path,
             const char *flags, const struct imap_listener *listener);

/* IDLE until `most` pieces of news have come (0: any number), or `time_ms` has
 * passed (0: for ever) (imap_wait.c). */
int imap_wait(struct imap_client *client, struct imap_tell *tell, uint64_t most,
              int64_t time_ms);

#endif
