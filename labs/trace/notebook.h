/* SPDX-License-Identifier: MIT */
/*
 * notebook, inside: one reader a protocol. A new protocol brings a file
 * notebook_<protocol>.c with two functions and a row in notebook.c.
 */
#ifndef LABS_TRACE_NOTEBOOK_H
#define LABS_TRACE_NOTEBOOK_H

#include "labs/trace/flows.h"

/* An entry of the notebook: "label  text", broken where it is too long, an
 * empty label left blank. A label of more than 15 columns is cut. What a peer
 * sent has been escaped by the caller (or goes through notebook_quote). */
void notebook_line(FILE *to, const char *label, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for bytes that passed: they are escaped here. */
void notebook_quote(FILE *to, const char *label, struct span bytes);

/* As much of a text as is worth quoting: the first NOTEBOOK_QUOTE_MAX bytes,
 * and of UTF-8 no character that is cut in two. `whole`: nothing is missing
 * behind `bytes`, in which the answer lies. */
struct span notebook_beginning(struct span bytes, bool whole);

/* The number-th word, from 0, of a log-in by SASL, in base64. False: it is
 * none. */
bool notebook_log_in(FILE *to, struct span mechanism, struct span text,
                     unsigned number);
/* Of a message: who, to whom, about what, what hangs on it, its size and how
 * its text begins. `whole`: the end of it was seen. */
void notebook_mail(FILE *to, struct span octets, bool whole);
/* The same of a message that a dot alone on its line ends, as in SMTP and POP3;
 * it is taken off the head of *from. False: its end is not there. */
bool notebook_mail_to_dot(FILE *to, struct span *from);

struct notebook_reader {
    const char *title;                      /* "HTTP, in clear" */
    bool (*knows)(const struct flow *flow); /* by content, never by port */
    /* Of a flow that it knows; times are told from `start_ns` on. ERROR_LOCAL:
     * out of memory. What is malformed is no error. */
    int (*write)(FILE *to, const struct flow *flow, int64_t start_ns,
                 struct error *error);
};

/* A reader of conversations that only another one can explain, such as the data
 * connections of FTP. It is asked first: their bytes may look like anything. */
struct notebook_companion {
    const char *title;
    /* What is to be known of all conversations, read once; `end` frees it, and
     * the flows outlive it. NULL: out of memory. */
    void *(*begin)(const struct flows *flows);
    bool (*knows)(const void *known, const struct flow *flow);
    /* Of a flow that it knows. ERROR_LOCAL: out of memory. */
    int (*write)(FILE *to, const void *known, const struct flow *flow,
                 struct error *error);
    void (*end)(void *known); /* NULL is allowed */
};

extern const struct notebook_reader notebook_http;
extern const struct notebook_reader notebook_smtp;
extern const struct notebook_reader notebook_ssh;
extern const struct notebook_reader notebook_pop3;
extern const struct notebook_reader notebook_imap;
extern const struct notebook_reader notebook_tls;
extern const struct notebook_reader notebook_dns;
extern const struct notebook_reader notebook_telnet;
extern const struct notebook_reader notebook_ftp;
extern const struct notebook_companion notebook_ftp_data;

#endif
