/* SPDX-License-Identifier: MIT */
/*
 * pop3_imap: what the files of this lab share: its steps, in the order in which
 * they run, and how a step visits the mailbox and measures it (visit.c).
 */
#ifndef LABS_POP3_IMAP_POP3_IMAP_H
#define LABS_POP3_IMAP_POP3_IMAP_H

#include "labs/lab.h"
#include "labs/lab_flow.h"

#define MX "mx.east.test"
#define MESSAGES 4 /* in Alice's mailbox when the lab begins */
#define LONG 3     /* the number of the one with a picture in it */

/* fetch.c */
int pop3_imap_by_pop3(struct lab_run *run, struct error *error);
int pop3_imap_by_imap(struct lab_run *run, struct error *error);
int pop3_imap_parts(struct lab_run *run, struct error *error);
/* keep.c */
int pop3_imap_flags(struct lab_run *run, struct error *error);
int pop3_imap_news(struct lab_run *run, struct error *error);
int pop3_imap_dropped(struct lab_run *run, struct error *error);
int pop3_imap_left(struct lab_run *run, struct error *error);

/* ---- the mailbox and its servers (visit.c) ------------------------------ */

int pop3_imap_prepare(struct lab_run *run, struct error *error);
/* How many files lie in Alice's Maildir, the names of those in cur/ into
 * `names`, a line each. */
size_t mail_on_disk(struct lab_run *run, char *names, size_t size);

/* ---- visits (visit.c) --------------------------------------------------- */

/* One command, and what its one connection cost. Octets are those of POP3 or
 * IMAP, as the two ends said and heard them. */
struct visit {
    int64_t from_ns;
    int status;           /* of the client */
    char out[4096];       /* the beginning of what it printed */
    size_t out_length;    /* of all of it */
    unsigned commands;    /* messages of the client */
    unsigned round_trips; /* the client spoke, then the server did */
    uint64_t up, down;
    uint64_t answer; /* of `down`: what RETR, TOP and FETCH were answered */
};

enum device { LAPTOP, PHONE };

/* Runs pop3-client or imap-client for Alice with these words. The two devices
 * are one program on the student's host: what a server sees of them are two
 * sessions. `ladder`: shown with one. */
int visit(struct lab_run *run, bool ladder, enum device device,
          const char *const *words, struct visit *visit, struct error *error);
#define VISIT(run, ladder, device, result, error, ...)                         \
    visit((run), (ladder), (device), (const char *const[]){__VA_ARGS__, NULL}, \
          (result), (error))
/* The words of a visit as an argv that may be started and left running; static,
 * good until the next visit. The words themselves are borrowed. */
const char *const *visit_argv(struct lab_run *run, const char *const *words);

/* reference.c */
int pop3_imap_reference(struct lab_run *run, struct error *error);

#endif
