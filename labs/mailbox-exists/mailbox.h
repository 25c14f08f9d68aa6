/* SPDX-License-Identifier: MIT */
/*
 * mailbox: does this mailbox exist? A verdict, and what it rests on.
 *
 * The four steps of the course: find the domain's mail server, connect, begin
 * to send to the mailbox, judge by the reply. No message is ever sent. What the
 * notes leave out is here: a server may lie, delay and refuse, and then the
 * verdict says so instead of guessing.
 *
 *     mailbox_rule.c    a reply, read by rules: no I/O
 *     mailbox_judge.c   a verdict, from all replies: no I/O
 *     mailbox_control.c a mailbox of like shape that can't exist
 *     mailbox_ask.c     what is said to one server
 *     mailbox_domain.c  from a domain to a server that answers finally
 *     mailbox_many.c    many addresses, results in their order
 *     mailbox_worker.c  a process a domain
 *     mailbox_tell.c    a result as text and as JSON
 *
 * RFC 5321 §3.3 (what the reply to RCPT means), §3.5.3 and §7.3 (why VRFY tells
 * little), §5.1 (which server); RFC 3463 (enhanced codes); RFC 7505 (null MX).
 *
 * DEPARTURES. Deliberately no memory between two runs: greylisting is met with
 * "try later", and it is the user who does.
 */
#ifndef LABS_MAILBOX_EXISTS_MAILBOX_H
#define LABS_MAILBOX_EXISTS_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/error.h"
#include "common/options.h"
#include "common/rfc.h"
#include "common/text.h"
#include "smtp/smtp.h"
#include "smtp/smtp_command.h"

/* ---- verdicts and what they rest on ------------------------------------- */

enum mailbox_verdict {
    MAILBOX_EXISTS,
    MAILBOX_ABSENT,
    MAILBOX_ACCEPTS_ALL, /* yes to everything: can't be told apart */
    MAILBOX_TRY_LATER,
    MAILBOX_REFUSED,     /* we are not told: policy */
    MAILBOX_UNREACHABLE, /* nobody answered */
    MAILBOX_VERDICTS
};
const char *mailbox_verdict_name(enum mailbox_verdict verdict);

/* What was asked, in the order in which it is. */
enum mailbox_step {
    MAILBOX_SYNTAX,
    MAILBOX_MX,
    MAILBOX_CONNECT,
    MAILBOX_GREETING,
    MAILBOX_HELLO,
    MAILBOX_MAIL,
    MAILBOX_RCPT,       /* the address */
    MAILBOX_CONTROL,    /* one of like shape that can't exist */
    MAILBOX_POSTMASTER, /* whom every server must take */
    MAILBOX_VRFY,
    MAILBOX_STEPS
};
const char *mailbox_step_name(enum mailbox_step step);

/* Bytes that are kept of a reply's words, its final NUL included. */
#define MAILBOX_WORDS 160

/* One piece of evidence: a reply, or what we found where none was to be had. */
struct mailbox_evidence {
    enum mailbox_step step;
    int code; /* 0: no server said it */
    struct smtp_enhanced enhanced;
    char host[SMTP_DOMAIN_MAX + 1]; /* who said it; "": nobody */
    char address[80];               /* "192.0.2.30:25"; "": nobody */
    char words[MAILBOX_WORDS];      /* escaped, the code not among them */
    uint32_t conn;                  /* its number in the trace; 0: none */
    uint64_t place; /* where the reply ends in what that conn heard */
};

/* ---- rules (mailbox_rule.c) --------------------------------------------- */

/* What one reply to RCPT says of the mailbox. */
enum mailbox_reading {
    READING_NONE, /* there is no reply */
    READING_ACCEPTED,
    READING_ABSENT,
    READING_FULL,     /* it exists, and is full */
    READING_DISABLED, /* it exists, and takes nothing */
    READING_PRESENT,  /* it exists, and something is the matter with it */
    READING_LATER,
    READING_POLICY,
    READINGS
};

struct mailbox_rule {
    const char *name; /* "5.1.1", "550", "control-refused" */
    struct rfc rfc;
    const char *says;     /* in a sentence */
    const char *overturn; /* what would prove it wrong; of readings: NULL */
};

/* By the enhanced code if there is one that agrees with the reply's class, else
 * by the basic code; never by words. *rule (may be NULL) is the row that
 * decided, static. */
enum mailbox_reading mailbox_read(int code, struct smtp_enhanced enhanced,
                                  const struct mailbox_rule **rule);
/* Whether a reading came from an enhanced code, and is thus the surer one. */
bool mailbox_is_enhanced(int code, struct smtp_enhanced enhanced);

#define MAILBOX_EVIDENCE_MAX 8

struct mailbox_result {
    enum mailbox_verdict verdict;
    enum mailbox_reading state;      /* of what exists: FULL, DISABLED, ... */
    const struct mailbox_rule *rule; /* that made the verdict */
    const struct mailbox_rule *reading; /* that read the address's reply */
    struct mailbox_evidence evidence[MAILBOX_EVIDENCE_MAX];
    size_t count;
};

/* ---- verdicts (mailbox_judge.c) ---------------------------------------- */

/* The verdict from the evidence that a server gave: the replies to the address,
 * to the control and to postmaster. Fills verdict, state and both rules. */
void mailbox_judge(struct mailbox_result *result);
/* A verdict that was found before anybody was asked for the mailbox. */
enum mailbox_finding {
    FINDING_SYNTAX,
    FINDING_NULL_MX,
    FINDING_NO_DOMAIN,
    FINDING_DNS_LATER,
    FINDING_NO_ADDRESS,
    FINDING_NOBODY,  /* connects or answers */
    FINDING_REFUSED, /* 5yz before RCPT */
    FINDING_LATER,   /* 4yz before RCPT */
    FINDING_BROKEN,  /* the peer broke the protocol */
    FINDING_UTF8,    /* the server can't be told such a name */
    FINDINGS
};
void mailbox_find(struct mailbox_result *result, enum mailbox_finding finding);
/* The first piece of evidence of that step; NULL: there is none. */
const struct mailbox_evidence *
mailbox_evidence_of(const struct mailbox_result *result,
                    enum mailbox_step step);
/* A new piece, zeroed but for its step; when there is no room the last one is
 * written over. Borrowed. */
struct mailbox_evidence *mailbox_evidence_add(struct mailbox_result *result,
                                              enum mailbox_step step);

/* ---- the control (mailbox_control.c) ------------------------------------ */

/* A local part of the same shape that nobody has: letters for letters, digits
 * for digits, dots and the rest as they are; at least 16 characters long, from
 * `random`. `text` is NUL-terminated and at most `size` bytes. */
void mailbox_control(char *text, size_t size, struct span local,
                     uint64_t random);
/* What two local parts have in common when one control stands for both: runs of
 * letters as "a", of digits as "9". */
void mailbox_shape(char *text, size_t size, struct span local);

/* ---- checking ----------------------------------------------------------- */

struct mailbox_options {
    struct client_options client;
    bool json, control_first, vrfy, no_pipelining;
    long port;           /* of the mail servers; 0: 25 */
    long domains;        /* asked at once; 0: the default */
    const char *rate;    /* addresses a second and domain; NULL: default */
    int64_t patience_ms; /* longest wait for one reply; 0: the default */
    const char *server;  /* ask this host, whatever MX says; NULL: by MX */
    const char *mx;      /* --mx DOMAIN: only show the exchangers */
    const char *hello;   /* what EHLO says we are; NULL: the machine's name */
};

/* What all checks of a run stand on. Everything is borrowed. */
struct mailbox_stand {
    const struct mailbox_options *options;
    struct client_stand *client;
    double rate; /* addresses a second and domain outside of the pocket
                  * internet; 0: no limit */
};

/* Addresses of one domain that are judged together: what is known of each is
 * held until the last one is. */
#define MAILBOX_TOGETHER 200

/* Judges `count` addresses of one domain, at most MAILBOX_TOGETHER, into
 * results[0 .. count - 1]. Never fails: whatever servers and names do is a
 * verdict. Each decision is a note in the trace. */
void mailbox_domain(const struct mailbox_stand *stand,
                    const struct smtp_path *addresses, size_t count,
                    struct mailbox_result *results);
/* Reads an address as it would stand between the brackets of RCPT. False: it is
 * none, and `why` says so in a sentence. */
bool mailbox_address_read(struct smtp_path *path, struct span text,
                          char why[SMTP_VERDICT_MAX]);

/* Where addresses come from: NULL at the end. The text is borrowed until the
 * next call. */
struct mailbox_source {
    const char *(*next)(struct mailbox_source *source);
    void *context;
};
/* Results that wait for the trace to be finished: only then events have
 * numbers. Zero at first. */
struct trace_file;
struct mailbox_kept {
    char **texts; /* owned */
    size_t count;
};
/* Judges all of them, a process a domain, and writes the results to `to` in the
 * order of the source, each as soon as those before it are there; or, when
 * `kept` is not NULL, adds them there. ERROR_LOCAL. */
int mailbox_many(const struct mailbox_stand *stand,
                 struct mailbox_source *source, FILE *to,
                 struct mailbox_kept *kept, struct error *error);
void mailbox_kept_print(const struct mailbox_kept *kept, FILE *to, bool json,
                        const struct trace_file *trace);
void mailbox_kept_free(struct mailbox_kept *kept);

/* ---- telling (mailbox_tell.c) ------------------------------------------- */

/* A result as text of some lines, or as one line of JSON. The number of an
 * event is written as a mark, which mailbox_tell_marks replaces: in the middle
 * of a run nobody knows it. The caller frees *text. ERROR_LOCAL: no memory. */
int mailbox_tell(char **text, const char *address,
                 const struct mailbox_result *result, bool json,
                 struct error *error);
/* Writes `text` with its marks replaced by events of `trace`; NULL: nothing is
 * recorded, and the marks are left out. */
void mailbox_tell_marks(FILE *to, const char *text, bool json,
                        const struct trace_file *trace);

#endif
