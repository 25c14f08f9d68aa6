/* SPDX-License-Identifier: MIT */
/*
 * smtp_command: what a client says, read by the server. No I/O.
 *
 * RFC 5321 §4.1.1 and §4.1.2 (commands, paths), RFC 1870 §6 (SIZE), RFC 6152 §3
 * (BODY), RFC 6531 §3.4 (SMTPUTF8), RFC 3461 §4 (NOTIFY, ORCPT, RET, ENVID),
 * RFC 4954 §5 (AUTH).
 *
 *     outcome = smtp_line_read(&line, conn_view(c), &used, &why);
 *     smtp_command_split(line.text, &command);        // "MAIL", "FROM:<...>"
 *     if (!smtp_mail_read(command.argument, &mail, &verdict))
 *         ... say verdict ...
 *
 * Who can't read something fills a struct smtp_verdict: what the server says to
 * it, code and reason.
 *
 * DEPARTURES. Deliberately strict: no space after the colon of "FROM:" (RFC
 * 5321 §3.3 warns of that common error), no bare CR or LF in a line.
 */
#ifndef SMTP_SMTP_COMMAND_H
#define SMTP_SMTP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/text.h"
#include "smtp/smtp_limits.h"

/* A reply of one line, before it is said. */
struct smtp_verdict {
    int code;                    /* 250 */
    char enhanced[12];           /* "2.1.0"; "": none (RFC 2034 §4) */
    char text[SMTP_VERDICT_MAX]; /* without line end, printable */
};

/* Fills it; the text is a printf format, what it brings along is escaped.
 * Returns false, so that a reader can end in `return smtp_refuse(...)`. */
bool smtp_refuse(struct smtp_verdict *verdict, int code, const char *enhanced,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* ---- a line (smtp_command.c) -------------------------------------------- */

/* A command line being read. Zero it before each. */
struct smtp_line {
    struct span text; /* done: without CR LF, borrowed from the input */
    bool too_long;    /* done: it was longer than SMTP_COMMAND_MAX; no text */
    size_t skipped;   /* bytes of such a line that were used already */
};

/* DONE: a line; *used counts its CR LF. MORE: it is not whole; *used is 0, or
 * of a line that is too long as much as was skipped. BROKEN: a bare LF or CR, a
 * NUL, or a line without end; nothing that follows can be trusted, and *why
 * says so (static). */
enum parse smtp_line_read(struct smtp_line *line, struct span input,
                          size_t *used, const char **why);

struct smtp_command {
    struct span verb;     /* as it was written; never empty */
    struct span argument; /* after one space, without trailing blanks */
};
/* False: the line holds no verb. RFC 5321 §4.1.1. */
bool smtp_command_split(struct span line, struct smtp_command *command);

/* ---- paths (smtp_path.c) ------------------------------------------------ */

/* RFC 5321 §4.1.2: "<>", "<Postmaster>", "<local@domain>". A source route
 * before the mailbox is dropped (§4.1.1.3). */
struct smtp_path {
    char mailbox[SMTP_MAILBOX_MAX];      /* as on the wire, no "<>"; "": null */
    char local[SMTP_LOCAL_PART_MAX + 1]; /* its quotes taken away */
    char domain[SMTP_DOMAIN_MAX + 1];    /* as written; "": of <Postmaster> */
    bool beyond_ascii;                   /* needs SMTPUTF8 */
};

/* Takes a path off the head of *text. False: *verdict is filled. */
bool smtp_path_read(struct span *text, struct smtp_path *path,
                    struct smtp_verdict *verdict);
/* A name or an address literal, as EHLO has it (RFC 5321 §4.1.1.1). */
bool smtp_domain_is_valid(struct span domain, bool utf8);

/* ---- ESMTP parameters (smtp_parameters.c) ------------------------------- */

enum smtp_body { SMTP_BODY_7BIT, SMTP_BODY_8BITMIME };
enum smtp_return { SMTP_RETURN_UNSAID, SMTP_RETURN_FULL, SMTP_RETURN_HEADERS };

/* What MAIL says. */
struct smtp_mail {
    struct smtp_path reverse_path;
    uint64_t size; /* 0: not said */
    enum smtp_body body;
    bool smtputf8;
    enum smtp_return ret;
    char envelope_id[SMTP_ENVID_MAX + 1]; /* xtext; "": none */
};

/* NOTIFY, as bits; 0: not said. RFC 3461 §4.1. */
#define SMTP_NOTIFY_NEVER 1u
#define SMTP_NOTIFY_SUCCESS 2u
#define SMTP_NOTIFY_FAILURE 4u
#define SMTP_NOTIFY_DELAY 8u

/* What RCPT says. */
struct smtp_rcpt {
    struct smtp_path forward_path;
    unsigned notify;
    char original[SMTP_ORCPT_MAX + 1]; /* "rfc822;xtext"; "": none */
};

/* The arguments of the two commands: "FROM:<a@b> SIZE=1". */
bool smtp_mail_read(struct span argument, struct smtp_mail *mail,
                    struct smtp_verdict *verdict);
bool smtp_rcpt_read(struct span argument, struct smtp_rcpt *rcpt,
                    struct smtp_verdict *verdict);
/* The value of NOTIFY for these bits; "" for 0. `size` of 32 is enough. */
void smtp_notify_write(char *text, size_t size, unsigned notify);

#endif
