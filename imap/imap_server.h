/* SPDX-License-Identifier: MIT */
/*
 * imap_server: the other half of the conversation.
 *
 * imap_server.c hears commands and hands each to its act by a table of verbs
 * and states; imap_command.c is how a command is heard, imap_answer.c how one
 * answers. The acts: imap_auth.c logs in; imap_select.c opens mailboxes,
 * imap_mailbox.c makes, lists and deletes them, imap_name.c finds them on disk;
 * imap_append.c, imap_copy.c and imap_store.c change them; imap_fetch.c and
 * imap_search.c read them; imap_idle.c waits. imap_view.c is what the client
 * has been told so far, and tells it what others have done since.
 *
 * Errors. What a command runs into stands in session->trouble, and is answered
 * with NO or BAD: the conversation goes on. What stands in session->error ends
 * it. Functions return 0 or the negative of that class; an act that has
 * answered NO has done its work, and returns 0.
 */
#ifndef IMAP_IMAP_SERVER_H
#define IMAP_IMAP_SERVER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/accounts.h"
#include "common/conn.h"
#include "common/maildir.h"
#include "common/service.h"
#include "imap/imap.h"

struct imap_structure;

/* What one server serves. Borrowed, but for the accounts. */
struct imap_site {
    const char *maildir;           /* DIR: account NAME has DIR/NAME */
    struct accounts accounts;      /* owned */
    bool insecure_auth;            /* logging in without TLS is allowed */
    int64_t idle_ms;               /* of a silent client; 0: the default */
    const struct service *service; /* for its TLS */
};

/* ---- one command, heard (imap_command.c) -------------------------------- */

/* A token that is kept: text without quotes and backslashes, literal or not. */
struct imap_word {
    enum imap_token_kind kind; /* END is not kept */
    bool spaced;
    struct span text; /* borrowed from the command */
};

struct imap_command {
    struct imap_word words[IMAP_WORDS_MAX]; /* the tag first, then the verb */
    size_t count, next;                     /* next: to be read by the act */
    char bytes[IMAP_COMMAND_MAX];           /* what the words borrow */
    size_t length;
    struct imap_lexer lexer;
    uint64_t message;    /* APPEND: octets of the literal that comes now */
    bool message_waits;  /* and the client waits for "+" before it */
    bool broken;         /* not understood; refusal says why */
    bool uid;            /* UID stood before the verb */
    char name[32];       /* of its event: the verb in capitals */
    const char *refusal; /* for the client; static */
};

/* ---- what the client has been told (imap_view.c) ------------------------ */

struct imap_seen {
    uint32_t uid, flags;
    bool recent;
};

/* The messages as the client numbers them: the first is 1. One that is gone
 * keeps its number until EXPUNGE has been said. */
struct imap_view {
    struct imap_seen *list; /* owned */
    size_t count, capacity;
    size_t recent; /* as told */
};

/* ---- one conversation --------------------------------------------------- */

struct imap_session {
    struct conn *conn;
    struct error *error;  /* the conn's: what is set here ends the session */
    struct error trouble; /* what a command ran into; cleared after it */
    const struct imap_site *site;
    enum imap_state state;
    const struct account *account; /* NULL: nobody has logged in */
    char root[PATH_MAX];           /* of its Maildir */
    struct maildir *box;           /* the selected mailbox; owned; or NULL */
    bool read_only;                /* by EXAMINE */
    struct imap_view view;
    struct imap_command command;
    struct imap_structure *structure; /* of the message last asked about */
    unsigned strikes;                 /* commands not understood */
    unsigned failures;                /* log-ins refused */
};

/* Holds one connection's conversation: the `serve` of struct service; `site`
 * is a struct imap_site. */
int imap_server_serve(struct conn *conn, void *site, struct error *error);
/* The section that defines a command; that of all commands for one that we
 * don't know. */
struct rfc imap_verb_rfc(struct span name);
/* The one place where the state changes; the trace is told. */
void imap_session_enter(struct imap_session *s, enum imap_state state,
                        const char *why);

/* What the client sends is no line: says `why` with BYE, and ends the
 * conversation: -ERROR_PROTOCOL. */
int imap_session_hang_up(struct imap_session *s, const char *why);

/* Hears one command. 1: it is there (or broken: the answer is BAD). 0: the
 * client has closed. Negative: the conn failed. */
int imap_command_hear(struct imap_session *s);
/* An APPEND's message has been taken: the rest of the command. */
int imap_command_hear_rest(struct imap_session *s);
/* Closes the event of what was heard so far: the client waits for us now. */
void imap_command_heard(struct imap_session *s);

/* Reading words, one after the other. A reader that finds something else
 * leaves the command where it was. */
const struct imap_word *imap_word_peek(const struct imap_command *command);
const struct imap_word *imap_word_take(struct imap_command *command);
bool imap_take_kind(struct imap_command *command, enum imap_token_kind kind);
/* An atom, or a string: astring of RFC 3501 §9. Not an atom with characters
 * that only patterns and flags have. */
bool imap_take_astring(struct imap_command *command, struct span *text);
bool imap_take_atom(struct imap_command *command, struct span *text);
/* This atom and no other. */
bool imap_take_word(struct imap_command *command, const char *word);
bool imap_take_number(struct imap_command *command, uint64_t *number);
/* A set, of the view's numbers or of its UIDs (`uid`). False: the act answers
 * BAD. *set is the caller's. */
bool imap_take_set(struct imap_session *s, bool uid, struct imap_set *set);
/* All words have been read. */
bool imap_command_ended(const struct imap_command *command);

/* ---- answering (imap_answer.c) ------------------------------------------ */

/* The tagged end of a command, after what is new has been told. A `code` with
 * its brackets may begin the text. Those of RFC 3501 §7.1.1 to §7.1.3. */
#define imap_ok(s, ...) \
    imap_end_at((s), HERE, RFC("3501", "7.1.1"), "OK", __VA_ARGS__)
#define imap_no(s, ...) \
    imap_end_at((s), HERE, RFC("3501", "7.1.2"), "NO", __VA_ARGS__)
#define imap_bad(s, ...) \
    imap_end_at((s), HERE, RFC("3501", "7.1.3"), "BAD", __VA_ARGS__)
int imap_end_at(struct imap_session *s, struct where where, struct rfc rfc,
                const char *status, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* NO with what s->trouble says. */
#define imap_no_trouble(s) imap_no_trouble_at((s), HERE)
int imap_no_trouble_at(struct imap_session *s, struct where where);
/* BAD: the arguments are not those of this command. */
#define imap_bad_arguments(s) \
    imap_bad((s), "%s: not the arguments of this command", (s)->command.name)
/* "+ text": the client may go on. */
int imap_say_continue(struct imap_session *s, const char *text);
/* "* BYE text". */
int imap_say_bye(struct imap_session *s, const char *text);
/* Inside of a message: the smallest form that holds it; NIL when data is NULL.
 * A NUL, which no string may hold, goes out as "?". */
int imap_say_astring(struct conn *conn, struct span text);
/* The same, but never an atom: RFC 3501 §9 has places for strings only. */
int imap_say_nstring(struct conn *conn, struct span text);
/* What may be said without quotes, up to 1023 octets of it. Like the others it
 * may be called without looking: once the conn has failed, conn_say_end fails
 * too. */
int imap_say_text(struct conn *conn, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* "(\Seen work \Recent)": `more`, if not NULL, comes last. */
int imap_say_flags(struct imap_session *s, uint32_t flags, const char *more);
/* The capabilities as they are now, each with a space before it. */
void imap_capabilities(const struct imap_session *s, char *text, size_t size);

/* ---- the view ----------------------------------------------------------- */

/* Begins anew with what the box has. */
int imap_view_open(struct imap_session *s);
void imap_view_close(struct imap_session *s);
/* Looks for changes and tells them; numbers that shift (EXPUNGE) only where
 * they may: RFC 3501 §7.4.1. */
int imap_view_update(struct imap_session *s, bool may_expunge);
/* The message of number `number`, from 1; NULL: gone, though not yet told. */
struct maildir_message *imap_view_message(struct imap_session *s,
                                          size_t number);
/* Its number, 0: none. */
size_t imap_view_number(const struct imap_session *s, uint32_t uid);
/* Is number `number` in the set, which holds numbers or UIDs? */
bool imap_view_has(const struct imap_session *s, const struct imap_set *set,
                   bool uid, size_t number);
/* FETCH with the flags of number `number` as the view has them. */
int imap_view_tell_flags(struct imap_session *s, size_t number);
/* The client has been told these flags, or has set them itself. */
void imap_view_told(struct imap_session *s, size_t number, uint32_t flags);

/* ---- mailboxes on disk (imap_name.c) ------------------------------------ */

/* Reads the name of a mailbox and finds where it is, or would be. False: the
 * name can't be one; s->trouble says why. */
bool imap_path(struct imap_session *s, struct span name, char path[PATH_MAX]);
bool imap_exists(const char *path);

/* ---- flags (imap_store.c) ----------------------------------------------- */

/* Reads "(\Seen work)", or flags without parentheses if `bare`. Keywords are
 * made as they are met in `box`. \Recent is passed over. */
bool imap_take_flags(struct imap_session *s, struct maildir *box, bool bare,
                     uint32_t *flags);

/* ---- acts --------------------------------------------------------------- */

/* Each answers its command: 0, or the conn's failure. */
int imap_act_starttls(struct imap_session *s);
int imap_act_login(struct imap_session *s);
int imap_act_authenticate(struct imap_session *s);
int imap_act_select(struct imap_session *s);
int imap_act_examine(struct imap_session *s);
int imap_act_status(struct imap_session *s);
int imap_act_check(struct imap_session *s);
int imap_act_close(struct imap_session *s);
int imap_act_create(struct imap_session *s);
int imap_act_delete(struct imap_session *s);
int imap_act_rename(struct imap_session *s);
int imap_act_subscribe(struct imap_session *s);
int imap_act_unsubscribe(struct imap_session *s);
int imap_act_list(struct imap_session *s);
int imap_act_lsub(struct imap_session *s);
int imap_act_append(struct imap_session *s);
int imap_act_expunge(struct imap_session *s);
int imap_act_search(struct imap_session *s);
int imap_act_fetch(struct imap_session *s);
int imap_act_store(struct imap_session *s);
int imap_act_copy(struct imap_session *s);
int imap_act_move(struct imap_session *s);
int imap_act_idle(struct imap_session *s);

#endif
