/* SPDX-License-Identifier: MIT */
/*
 * imap: the Internet Message Access Protocol, both halves.
 *
 * RFC 3501 (IMAP4rev1): all states and commands. RFC 2177 IDLE, RFC 4315
 * UIDPLUS, RFC 6851 MOVE, RFC 7888 LITERAL-, RFC 4959 SASL-IR, RFC 5161 ENABLE.
 *
 * Commands and responses are made of the same tokens, and one tokenizer reads
 * both: the server with it what a client asks, the client what a server
 * answers. It does no I/O; a literal's octets are not its business but the
 * caller's, who may keep them, write them to disk, or refuse them:
 *
 *     struct imap_lexer lexer = {0};          // at the start of each line
 *     switch (imap_token_read(&lexer, conn_view(c), &used, &token, error)) {
 *     case PARSE_MORE:   conn_fill(c);        // and try the same again
 *     case PARSE_BROKEN: ...                  // *error names the rule
 *     case PARSE_DONE:   ... token.text ...   // borrows from the view
 *     }
 *     conn_take(c, used);
 *     if (token.kind == IMAP_TOKEN_LITERAL)
 *         ... the next token.length octets are the literal's ...
 *
 * DEPARTURES. Deliberately strict in what ends a line: CR LF and nothing else.
 * ENABLE (RFC 5161) knows nothing to enable; of the many other extensions there
 * is none. RENAME of a mailbox with others below it moves one folder after the
 * other: a crash may leave some behind. SEARCH knows US-ASCII and UTF-8, and
 * compares octets (imap_search_match.c). The client says one command at a time,
 * and keeps nothing of what it has fetched.
 */
#ifndef IMAP_IMAP_H
#define IMAP_IMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "common/error.h"
#include "common/terms.h"
#include "common/text.h"
#include "imap/imap_limits.h"

/* Commands, responses, response codes, capabilities, flags and ideas; a NULL
 * name ends. */
extern const struct term imap_terms[];

/* ---- the states of a session (RFC 3501 §3) ------------------------------ */

enum imap_state {
    IMAP_STATE_CLOSED,
    IMAP_STATE_NOT_AUTHENTICATED, /* who are you? */
    IMAP_STATE_AUTHENTICATED,     /* which mailbox? */
    IMAP_STATE_SELECTED,          /* this one */
    IMAP_STATE_LOGOUT,            /* the last words are said */
    IMAP_STATES
};
const char *imap_state_name(enum imap_state state);

/* ---- tokens (imap_parse.c) ---------------------------------------------- */

enum imap_token_kind {
    IMAP_TOKEN_ATOM,    /* all that is none of the others: LOGIN, \Seen, 1:*,
                         * NIL, 42, BODY[TEXT]<0>, and the pieces of
                         * BODY[HEADER.FIELDS (DATE)]: an atom that ends in
                         * "[HEADER.FIELDS", a list, an atom "]" */
    IMAP_TOKEN_QUOTED,  /* "text" */
    IMAP_TOKEN_LITERAL, /* {42} CR LF; its octets come after it */
    IMAP_TOKEN_OPEN,    /* ( */
    IMAP_TOKEN_CLOSE,   /* ) */
    IMAP_TOKEN_END,     /* CR LF: the command or response is over */
    IMAP_TOKEN_KINDS
};

struct imap_token {
    enum imap_token_kind kind;
    bool spaced;        /* a space stood before it */
    bool escaped;       /* of QUOTED: the text has backslashes in it */
    bool synchronizing; /* of LITERAL: {n}, which waits for "+"; not {n+} */
    uint64_t length;    /* of LITERAL: octets */
    struct span text;   /* of ATOM: all of it; of QUOTED: between the quotes, as
                         * it came. Borrowed from the input. */
};

/* Where the tokenizer stands; zeroed memory is the start of a line. After the
 * octets of a literal it goes on where it was. */
struct imap_lexer {
    unsigned depth; /* open parentheses */
    size_t scanned; /* octets of an unfinished token that need no second look */
};

/* Reads the next token of `input`, which begins where the last one ended
 * (*used octets further, and past a literal's octets). PARSE_MORE: it is not
 * whole; *used is 0, call again with the same octets and more. PARSE_BROKEN:
 * *error is ERROR_PROTOCOL and names the rule of RFC 3501 §9; whoever goes on
 * then skips to the end of the line. */
enum parse imap_token_read(struct imap_lexer *lexer, struct span input,
                           size_t *used, struct imap_token *token,
                           struct error *error);
/* The rest of the line, whatever stands in it, without its CR LF (which counts
 * in *used) and without one leading space: the text after OK, NO, BAD, BYE,
 * PREAUTH and "+", which is for people and follows no grammar. */
enum parse imap_text_read(struct imap_lexer *lexer, struct span input,
                          size_t *used, struct span *text, struct error *error);

/* True for an atom that is `word`, letter case aside. */
bool imap_token_is(const struct imap_token *token, const char *word);
/* The text of a quoted string without its backslashes, or of an atom as it is,
 * into `target` of `size`, a NUL after it; false when it does not fit. */
bool imap_token_copy(const struct imap_token *token, char *target, size_t size);
/* A number of RFC 3501 §9, as big as 64 bits allow. */
bool imap_token_number(const struct imap_token *token, uint64_t *number);

/* ---- saying strings ----------------------------------------------------- */

/* How a string must be sent: an atom may go bare, a quoted string holds no CR,
 * LF, NUL or octet above 127, a literal holds anything but NUL. */
enum imap_string_form {
    IMAP_STRING_ATOM,
    IMAP_STRING_QUOTED,
    IMAP_STRING_LITERAL
};
enum imap_string_form imap_string_form(struct span text);
/* Writes it quoted, with a NUL after it, and returns the length without that;
 * 0 when `size` does not hold it (2 * text.length + 3 always does). */
size_t imap_quote(char *target, size_t size, struct span text);

/* ---- sets of message numbers (imap_set.c) ------------------------------- */

/* A sequence-set of RFC 3501 §9, as ranges in ascending order that neither
 * touch nor overlap. */
struct imap_range {
    uint32_t first, last; /* both included */
};
struct imap_set {
    struct imap_range *ranges; /* owned */
    size_t count, capacity;
};

/* Reads "1:3,7,9:*"; `star` is what "*" stands for: the largest number there
 * is, 0 in an empty mailbox. ERROR_PROTOCOL: it is none. ERROR_LOCAL. */
int imap_set_read(struct imap_set *set, struct span text, uint32_t star,
                  struct error *error);
bool imap_set_has(const struct imap_set *set, uint32_t number);
/* Adds one number; fast at the end. ERROR_LOCAL. */
int imap_set_add(struct imap_set *set, uint32_t number, struct error *error);
/* Writes "1:3,7" with a NUL, as much as fits whole in `size`, beginning with
 * range *next, which moves on: a set longer than a line is sent in several.
 * Returns the length; 0 when all was written. */
size_t imap_set_write(const struct imap_set *set, size_t *next, char *target,
                      size_t size);
void imap_set_free(struct imap_set *set);

/* ---- names of mailboxes (imap_utf7.c) ----------------------------------- */

/* Modified UTF-7 (RFC 3501 §5.1.3) of UTF-8, and back, with a NUL. False: not
 * valid, or `size` is too small. */
bool imap_utf7_from_utf8(char *target, size_t size, struct span utf8);
bool imap_utf7_to_utf8(char *target, size_t size, struct span utf7);
/* True when the name is INBOX, in any letter case (RFC 3501 §5.1). */
bool imap_is_inbox(struct span name);

/* ---- dates (imap_date.c) ------------------------------------------------ */

/* " 7-Feb-1994 21:52:25 -0800", the date-time of RFC 3501 §9, with NUL. */
#define IMAP_DATE_MAX 27
void imap_date_write(char text[IMAP_DATE_MAX], time_t when);
bool imap_date_read(struct span text, time_t *when);
/* "7-Feb-1994", as SEARCH has it: its first second, in UTC. */
bool imap_day_read(struct span text, time_t *when);

#endif
