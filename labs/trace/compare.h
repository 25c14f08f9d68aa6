/* SPDX-License-Identifier: MIT */
/*
 * compare: two conversations, aligned by what was said in them.
 *
 * A trace becomes a list of items: a connection that opens, a message of a
 * handshake, a question and an answer. Items of A and B are paired by kind and
 * content; a pair is then looked at piece by piece. What differs in any two
 * runs is set aside by a rule that has a name, and counted; what is left is a
 * difference, told in a sentence and, where a rule of a protocol explains it,
 * with the reason and its section.
 *
 *     struct comparison c;
 *     comparison_make(&c, &trace_a, &trace_b, &error);
 *     for (size_t i = 0; i < c.row_count; i++) ... c.rows[i] ...
 *     comparison_free(&c);
 *
 * Connections stand one after the other, in the order in which they began, so
 * that answers which overtake each other in time make no difference. Notes are
 * no items: who recorded on one side only has fewer of them.
 *
 * What a protocol needs here is one struct compare_protocol, named in the
 * table of compare.c. DEPARTURES: of a message only the bytes that the trace
 * keeps are compared, and its true length; beyond COMPARE_WINDOW items the
 * pairing is the best of each stretch, not of the whole. Of a TLS handshake the
 * order of messages, the ClientHello's length and what was agreed upon are
 * compared, not the extensions one by one.
 */
#ifndef LABS_TRACE_COMPARE_H
#define LABS_TRACE_COMPARE_H

#include "common/error.h"
#include "common/limits.h"
#include "common/terms.h"
#include "common/trace.h"

enum { COMPARE_A, COMPARE_B, COMPARE_SIDES };
#define COMPARE_NONE SIZE_MAX /* no item on this side */

/* ---- what always differs (compare_rules.c) ------------------------------ */

enum compare_rule {
    RULE_DATE,
    RULE_AGE,
    RULE_TAG,
    RULE_PORT,
    RULE_BOUNDARY,
    RULE_RANDOM,
    RULE_ORDER,
    RULE_CASE,
    RULE_CHUNKS,
    RULE_DNS_ID,
    RULE_DNS_TTL,
    RULE_TLS_RANDOM,
    RULE_TLS_TICKET,
    RULE_TLS_CLOSE,
    RULE_IMAP_TAG,
    RULE_IMAP_NUMBER,
    RULE_SSH_RANDOM,
    RULE_VERSION,
    RULE_TLS_GROUP,
    RULE_LINE_END,
    RULE_PIECES,
    RULE_SSH_KEY,
    RULE_CROSSING,
    RULE_RESET,
    RULES
};
#define RULE(name) (1u << RULE_##name)

struct compare_rule_text {
    const char *name, *sentence;
    struct rfc rfc;
};
extern const struct compare_rule_text compare_rules[RULES];

/* What the rules must know of the side that a text comes from. */
struct compare_context {
    uint16_t port;        /* of the server; 0: unknown */
    struct span boundary; /* between the parts of this message */
    int64_t start_s;      /* of the trace, since 1970; 0: a number is no date */
};

/* What stands in the place of what was rubbed out: one byte that no text holds,
 * so that a field with a date is never the same as one without; or, for a
 * reader, the rule's name, as "«date»". */
enum compare_mark { RUB_MARKED, RUB_NAMED };

/* The text without what the rules of the set `rules` are about, and a NUL; the
 * caller frees it. NULL: out of memory (compare_rub.c). */
char *compare_rub(struct span text, const struct compare_context *context,
                  unsigned rules, enum compare_mark mark, size_t *length);

struct comparison;
/* True when both texts are the same but for what the rules of the set `rules`
 * put aside; each rule that was needed for that is counted. */
bool compare_texts(struct comparison *c, struct span a, struct span b,
                   const struct compare_context contexts[COMPARE_SIDES],
                   unsigned rules);

/* ---- items and rows ----------------------------------------------------- */

struct compare_item {
    const struct trace_event *event;
    const struct compare_protocol *protocol;
    bool from_client;
    uint32_t conn;  /* from 1, in the order in which they began */
    size_t asked;   /* the item that this one answers; or COMPARE_NONE */
    size_t partner; /* on the other side; COMPARE_NONE: it is alone */
};

struct compare_total {
    uint64_t connections;
    uint64_t round_trips;    /* a client spoke, then its server */
    uint64_t sent, received; /* bytes of TCP and UDP, as the client sees it */
    uint64_t readable;       /* of both, what an onlooker can read */
    int64_t time_ns;         /* from the first item to the last */
};

struct conversation {
    const struct trace_file *trace;
    struct compare_item *items;
    size_t count;
    struct compare_total total;
};

struct compare_difference {
    char *what;       /* one sentence; a peer's bytes in it are as they came */
    const char *why;  /* what explains it; NULL: nothing that we know */
    struct rfc rfc;   /* where `why` stands; number NULL: nowhere */
    struct span a, b; /* the two values; data NULL: none to be shown */
};

struct compare_row {
    size_t at[COMPARE_SIDES]; /* items; COMPARE_NONE: this side has none */
    size_t first, count;      /* its differences */
    bool same;                /* false too where a row above told it */
};

struct comparison {
    struct conversation sides[COMPARE_SIDES];
    struct compare_row *rows;
    size_t row_count;
    struct compare_difference *differences;
    size_t difference_count, difference_capacity;
    uint64_t used[RULES]; /* how often each rule set something aside */
    struct compare_streams {
        uint32_t conn[COMPARE_SIDES]; /* 0: nothing is known yet */
        bool same;
    } streams[2];   /* that were looked at last: shown, typed */
    bool exhausted; /* memory was refused while comparing */
};

/* Fills *c, whatever it held. Borrows both traces until comparison_free, which
 * is allowed in any case. ERROR_LOCAL: memory, or a trace in which no program
 * recorded anything. */
int comparison_make(struct comparison *c, const struct trace_file *a,
                    const struct trace_file *b, struct error *error);
void comparison_free(struct comparison *c);

/* ---- a protocol --------------------------------------------------------- */

struct compare_protocol {
    const char *name;
    const char *also; /* another protocol for the same end; NULL: none */
    /* How well two items fit each other: 0 never, COMPARE_LIKE_MOST best. Both
     * are of this protocol and were said in the same direction. */
    unsigned (*likeness)(const struct comparison *c, size_t a, size_t b);
    /* Tells what differs between two items that were paired. */
    void (*pair)(struct comparison *c, size_t a, size_t b);
    /* Tells of an item that only `side` has, unless a row above has. */
    void (*alone)(struct comparison *c, int side, size_t item);
};
#define COMPARE_LIKE_MOST 100u
extern const struct compare_protocol compare_http, compare_dns, compare_pop3,
    compare_tls, compare_tcp, compare_other, compare_telnet;

extern const struct compare_protocol compare_smtp, compare_imap, compare_ftp,
    compare_ssh;

/* True when a message of SSH or Telnet that `side` alone seems to have is on
 * the other side too, and has crossed others there; then it is compared with
 * that one (compare_cross.c). */
bool compare_crossed(struct comparison *c, int side, size_t item);
/* Tells when two messages show another key of the host (compare_ssh_key.c). */
void compare_ssh_keys(struct comparison *c, size_t a, size_t b);
/* The message inside of a packet in clear, its number first; false: it is
 * none. Borrows the event. */
struct ssh_message;
bool compare_ssh_payload(const struct trace_event *event,
                         struct ssh_message *message);

/* Two messages of mail, as DATA carries them (compare_mail.c). */
void compare_mail(struct comparison *c, const struct trace_event *a,
                  const struct trace_event *b);

/* Adds a difference to the row that is being looked at. `why` and the values
 * are borrowed: literals, terms, bytes of the traces. */
void compare_tell(struct comparison *c, struct rfc rfc, const char *why,
                  struct span a, struct span b, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* The same; the reason is what `term` means. NULL: there is none. */
void compare_tell_term(struct comparison *c, const struct term *term,
                       struct span a, struct span b, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
#define COMPARE_NO_RFC ((struct rfc){NULL, NULL})
#define COMPARE_NO_VALUE ((struct span){NULL, 0})

const struct compare_item *compare_item(const struct comparison *c, int side,
                                        size_t item);
const struct trace_event *compare_event(const struct comparison *c, int side,
                                        size_t item);
const char *compare_side_name(int side); /* "A", "B" */
/* Names of events; one that has none is named like no other. */
bool compare_is_named(const struct trace_event *event, const char *name);
bool compare_same_name(const struct trace_event *a,
                       const struct trace_event *b);
/* Without its line end; empty: the message is. */
struct span compare_first_line(const struct trace_event *event);
/* True for the beginning of a connection. */
bool compare_opens(const struct compare_item *item);
/* The first note of that name on an item's connection that comes after the
 * item; NULL when there is none. */
const struct trace_event *compare_note(const struct comparison *c, int side,
                                       size_t item, const char *name);
/* Port of the server of an item's connection; 0: the trace does not say. */
uint16_t compare_port(const struct trace_event *event);
/* What the rules must know for an event of that side; no boundary yet. */
struct compare_context compare_context_of(const struct comparison *c, int side,
                                          const struct trace_event *event);

/* ---- HTTP, where its reasons reach beyond a message --------------------- */

/* Why a connection could not be used again after the answer `item`: *rfc and
 * the sentence; NULL when it could. */
const char *compare_http_ended(const struct comparison *c, int side,
                               size_t item, struct rfc *rfc);

/* ---- inside compare*.c -------------------------------------------------- */

/* Pairs the items of both sides: fills c->rows (compare_align.c). */
int comparison_align(struct comparison *c, struct error *error);
/* Connections, round trips, bytes, time (compare_total.c). */
void conversation_total(struct conversation *conversation);

#endif
