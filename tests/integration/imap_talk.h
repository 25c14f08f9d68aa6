/* SPDX-License-Identifier: MIT */
/*
 * imap_talk: imap-server started over a Maildir of the test's folder, and bare
 * connections to it that play a transcript.
 *
 *     imap_start(NULL);                       // account ada, password lovelace
 *     struct imap_wire a;
 *     imap_open(&a);                          // takes the greeting
 *     imap_play(&a, "C: a LOGIN ada lovelace\n"
 *                   "S~ a OK*\n");
 */
#ifndef TESTS_INTEGRATION_IMAP_TALK_H
#define TESTS_INTEGRATION_IMAP_TALK_H

#include "tests/harness.h"

struct imap_wire {
    int fd;
    char in[1 << 16]; /* what came and was not looked at yet */
    size_t length;
};

extern pid_t imap_server;
extern uint16_t imap_port;

/* With one option more; NULL: --insecure-auth. */
void imap_start(const char *more);
/* With a record of what is said, in this file. */
void imap_start_traced(const char *file);
/* With a certificate of its own, so that STARTTLS is possible. */
void imap_start_tls(void);
void imap_stop(void); /* it must end cleanly */
void imap_open(struct imap_wire *wire);
void imap_close(struct imap_wire *wire);

/* Plays lines, and fails the test at the first that does not hold:
 *
 *     C: text    is sent with CR LF
 *     C= text    is sent as it is; \r \n \0 \\ \xNN are escapes
 *     S: text    is the next line (a "*" at its end: anything may follow)
 *     S~ text    comes as some later line; what is before it is passed over
 *     S= text    are the next octets, escapes as above
 */
void imap_play(struct imap_wire *wire, const char *script);
/* Logs in and opens INBOX. */
void imap_enter(struct imap_wire *wire);
/* The next line, without CR LF, into `line`; false: none within 60 s. */
bool imap_line(struct imap_wire *wire, char *line, size_t size);
/* Waits for more to be there, behind what is; false: nothing came. */
bool imap_more(struct imap_wire *wire);
bool imap_octets(struct imap_wire *wire, void *data, size_t length);
void imap_send(struct imap_wire *wire, const void *data, size_t length);
/* A file in ada's Maildir: "new/1.a". */
void imap_letter(const char *name, const char *octets);
const char *imap_file(const char *name);
/* Kilobytes of memory of their own that the server's processes have. */
long imap_memory_kib(void);

#endif
