/* SPDX-License-Identifier: MIT */
/*
 * ftp_connections: what the files of this lab share: its steps, in the order in
 * which they run, and how a step asks and what it looks at.
 */
#ifndef LABS_FTP_CONNECTIONS_FTP_CONNECTIONS_H
#define LABS_FTP_CONNECTIONS_FTP_CONNECTIONS_H

#include "labs/lab.h"
#include "labs/lab_flow.h"

#define FTP_HOST "ftp.example.test"
#define NOTES "notes.txt"     /* lines of text */
#define PICTURE "picture.bin" /* bytes that are no text */
#define MANY 12               /* small files, in the folder "many" */

/* two.c */
int ftp_connections_passive(struct lab_run *run, struct error *error);
int ftp_connections_active(struct lab_run *run, struct error *error);
int ftp_connections_firewall(struct lab_run *run, struct error *error);
/* formats.c */
int ftp_connections_types(struct lab_run *run, struct error *error);
int ftp_connections_listings(struct lab_run *run, struct error *error);
/* secrets.c */
int ftp_connections_secrets(struct lab_run *run, struct error *error);
/* many.c */
int ftp_connections_many(struct lab_run *run, struct error *error);
/* reference.c */
int ftp_connections_reference(struct lab_run *run, struct error *error);

/* ---- asking (lab.c) ----------------------------------------------------- */

/* One run of ftp-client, and the trace after it. */
struct visit {
    int64_t from_ns; /* when it began */
    double elapsed_ms;
    int exit_status;
    char said[240]; /* its standard error, cut */
    struct trace_file trace;
};

/* Runs ftp-client as the student's account with these words more, shown with a
 * ladder or without. The caller frees visit->trace if this returned 0. */
int visit_make(struct lab_run *run, bool ladder, const char *const *words,
               struct visit *visit, struct error *error);
#define VISIT(run, ladder, visit, error, ...)                             \
    visit_make((run), (ladder), (const char *const[]){__VA_ARGS__, NULL}, \
               (visit), (error))
/* ftp://ftp.example.test/PATH, in a ring of eight. */
const char *ftp_url(struct lab_run *run, const char *path);

/* ---- looking ------------------------------------------------------------ */

/* The visit's first event (no note) of that layer, stream and name; NULL
 * stands for any. Borrowed from visit->trace; NULL: there is none. */
const struct trace_event *visit_find(const struct visit *visit,
                                     enum trace_layer layer, const char *stream,
                                     const char *name);
/* The number of the frame with the first SYN, at a moment or after it, for the
 * connection of a "connect" event; 0: there is no such frame. */
uint32_t syn_of(const struct trace_file *trace, const struct trace_event *event,
                int64_t from_ns);
/* "192.0.2.21:20", in a ring of eight. */
const char *address_text(const struct sockaddr_storage *address);
/* The first line of a message, escaped, in a ring of eight. */
const char *line_of(const struct trace_event *event);

#endif
