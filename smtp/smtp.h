/* SPDX-License-Identifier: MIT */
/*
 * smtp: the Simple Mail Transfer Protocol, both halves.
 *
 * RFC 5321, all of the client's and server's duties in sending and relaying.
 * Extensions: RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 1870 (SIZE), RFC 2920
 * (PIPELINING), RFC 6152 (8BITMIME), RFC 6531 (SMTPUTF8), RFC 3461 (DSN), RFC
 * 2034 and RFC 3463 (enhanced status codes); RFC 7505 (null MX), RFC 8314
 * (implicit TLS).
 *
 *     struct smtp_client client = {...};              // see smtp_client.h
 *     smtp_client_open(&client, "mx.west.test", 25);  // TCP, greeting
 *     smtp_client_hello(&client);                     // EHLO
 *     smtp_client_start_tls(&client, "mx.west.test"); // STARTTLS, EHLO again
 *     smtp_client_send(&client, &envelope, &content); // MAIL, RCPT..., DATA
 *     smtp_client_quit(&client);
 *
 * The parsers do no I/O; the server's are in smtp_command.h. They take bytes
 * as they come, in any split, keep what they need, and answer PARSE_DONE,
 * PARSE_MORE or PARSE_BROKEN.
 *
 * DEPARTURES. Deliberately no BDAT (RFC 3030) and no VRFY or EXPN by the
 * client; a message is always sent by DATA. A bare LF ends no line of a reply.
 * What the next server can't take (8BITMIME, SMTPUTF8) goes back; nothing is
 * recoded on the way. No aliases, no mailing lists, no filters: a recipient is
 * an account here, or somebody elsewhere. Local parts are compared without
 * regard to letter case, which RFC 5321 §2.4 leaves to the host that has them.
 * AUTH= of MAIL is read, and not kept (RFC 4954 §5). The relay opens a
 * connection a message; a production server would keep it for the next.
 */
#ifndef SMTP_SMTP_H
#define SMTP_SMTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/sasl.h"
#include "common/terms.h"
#include "common/text.h"
#include "smtp/smtp_limits.h"

struct conn;
struct progress;

/* Commands, reply codes, enhanced codes, capabilities, parameters, header
 * fields and ideas; a NULL name ends. */
extern const struct term smtp_terms[];

/* ---- replies (smtp_parse.c) --------------------------------------------- */

/* "5.1.1": RFC 3463 §2. class 0: the reply carries none. */
struct smtp_enhanced {
    int class, subject, detail;
};

/* One reply, of one line or several, read from a stream: RFC 5321 §4.2. */
struct smtp_reply {
    int code;                      /* 200 to 599 */
    struct smtp_enhanced enhanced; /* of the first line that has one */
    size_t lines;                  /* whole ones so far */
    char bytes[SMTP_REPLY_MAX];    /* as said, with CR LF, codes and all */
    size_t length;                 /* of it */
    size_t line_start;             /* where the line being read begins */
};

void smtp_reply_start(struct smtp_reply *reply);
/* Reads on in `input`; *used is how much of it belongs to the reply. Feed only
 * what was not used before. PARSE_BROKEN: *error is ERROR_PROTOCOL with the
 * rule, and the peer's words. */
enum parse smtp_reply_read(struct smtp_reply *reply, struct span input,
                           size_t *used, struct error *error);
/* The text of line `index` (from 0): code, hyphen and CR LF left out; data is
 * NULL behind the last one. An enhanced code still stands in it. */
struct span smtp_reply_line(const struct smtp_reply *reply, size_t index);
/* All lines' texts, " / " between them, without enhanced codes, escaped, cut to
 * `size`. */
void smtp_reply_text(const struct smtp_reply *reply, char *text, size_t size);

/* Reads "5.1.1" at the beginning of `text`; false if there is none. *used
 * (may be NULL) is how many bytes it takes. */
bool smtp_enhanced_read(struct span text, struct smtp_enhanced *enhanced,
                        size_t *used);
#define SMTP_ENHANCED_TEXT 16
/* "5.1.1", or "" for class 0. */
const char *smtp_enhanced_text(struct smtp_enhanced enhanced,
                               char text[SMTP_ENHANCED_TEXT]);

/* ---- what a server can do (smtp_parse.c) -------------------------------- */

/* What the answer to EHLO offers: RFC 5321 §4.1.1.1. All false after HELO. */
struct smtp_capabilities {
    bool extended; /* EHLO was understood */
    bool starttls, pipelining, eight_bit_mime, smtputf8, dsn;
    bool enhanced_codes, chunking;
    bool size;                        /* SIZE was there */
    uint64_t size_max;                /* bytes of a message; 0: no limit told */
    unsigned auth;                    /* set of SASL_BIT */
    char domain[SMTP_DOMAIN_MAX + 1]; /* what the server calls itself */
};

void smtp_capabilities_read(struct smtp_capabilities *capabilities,
                            const struct smtp_reply *reply);

/* ---- xtext (smtp_xtext.c) ------------------------------------------------ */

/* xtext, the coding of ENVID and ORCPT: RFC 3461 §4. False: too long, or
 * (reading) wrong. `text` and `bytes` end in NUL. */
bool smtp_xtext_write(char *text, size_t size, struct span bytes);
bool smtp_xtext_read(char *bytes, size_t size, struct span text);

/* "Sun, 22 Nov 2026 04:22:47 +0000": RFC 5322 §3.3 (smtp_received.c). */
void smtp_date_write(char text[SMTP_DATE_MAX], int64_t when_s);

/* ---- an envelope, and what became of it --------------------------------- */

enum smtp_outcome {
    SMTP_PENDING,   /* nobody has answered for it yet */
    SMTP_DELIVERED, /* a server has taken responsibility (2yz) */
    SMTP_DEFERRED,  /* not now: worth another try later (4yz) */
    SMTP_FAILED,    /* never: it goes back to the sender (5yz) */
    SMTP_OUTCOMES
};
const char *smtp_outcome_name(enum smtp_outcome outcome); /* "delivered" */

/* What decided an outcome. */
struct smtp_answer {
    int code;                      /* 0: no server said it, we found it */
    struct smtp_enhanced enhanced; /* the server's, or ours if code is 0 */
    char text[SMTP_ANSWER_MAX];    /* the reply's text or our sentence, escaped,
                                     * without code and enhanced code */
    char host[SMTP_DOMAIN_MAX + 1]; /* who said it; "" for what we found */
    bool dsn; /* that host offers DSN: reports are its duty from here on */
};

struct smtp_recipient {
    const char *address; /* forward path without brackets, borrowed */
    const char *notify;  /* "SUCCESS,FAILURE,DELAY", "NEVER"; NULL: not told */
    const char *orcpt;   /* "rfc822;bob@west.test", in xtext; NULL: none */
    enum smtp_outcome outcome;
    struct smtp_answer answer;
};

/* Everything is borrowed. */
struct smtp_envelope {
    const char *sender; /* reverse path without brackets; "": the null one */
    struct smtp_recipient *recipients;
    size_t count;
    const char *ret;   /* "FULL", "HDRS"; NULL: not told */
    const char *envid; /* in xtext; NULL: none */
    const char *auth;  /* AUTH= of MAIL, in xtext; NULL: none */
    bool smtputf8;     /* who gave us the message had asked for it */
};

/* The envelope's count of one outcome. */
size_t smtp_envelope_count(const struct smtp_envelope *envelope,
                           enum smtp_outcome outcome);

/* ---- a message on its way out (smtp_data.c) ----------------------------- */

/* The octets: those of `head`, then `length` bytes of `fd` from `offset` on
 * (read with pread(2), so it may be sent more than once). Line ends need not be
 * right: LF and CR alone become CR LF, a missing one at the end is added. */
struct smtp_content {
    struct span head; /* may be empty */
    int fd;           /* -1: there is only the head */
    uint64_t offset, length;
    struct progress *progress; /* told of what is sent; NULL: nobody is */
    /* Filled by smtp_content_scan, which smtp_client_send calls if need be. */
    bool scanned;
    uint64_t size;         /* octets as SIZE counts them: RFC 1870 §5 */
    uint64_t longest_line; /* octets without CR LF */
    uint64_t mended;       /* line ends made right */
    uint64_t stuffed;      /* dots doubled: RFC 5321 §4.5.2 */
    bool eight_bit;        /* octets above 127: RFC 6152 */
    bool eight_bit_header; /* ... in the header section: RFC 6531 §3.6 */
};

/* Reads it through once. ERROR_LOCAL: it can't be read. */
int smtp_content_scan(struct smtp_content *content, struct error *error);
/* Says it between conn_say_begin and conn_say_end: CR LF made right, dots
 * stuffed, and the lone dot at the end. ERROR_LOCAL: it can't be read, or is
 * not as long as it was; then the conn may only be closed, so that the server
 * throws away what it has. */
int smtp_content_say(struct conn *conn, const struct smtp_content *content,
                     struct error *error);

#endif
