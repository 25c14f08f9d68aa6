/* SPDX-License-Identifier: MIT */
/*
 * scan: where one message of a protocol ends and the next begins, seen from the
 * bytes of both directions alone. libcurl does not tell; so we look.
 *
 *     scan_start(&scan, "smtp");
 *     used = scan_read(&scan, SCAN_SERVER, input, &ended);
 *     if (ended) scan_name(&scan, SCAN_SERVER, message, &name);
 *
 * No I/O, and nothing is refused: what is on the wire is looked at, right or
 * wrong. HTTP/1 (RFC 9112), SMTP, POP3, IMAP, FTP (control), Telnet, and of SSH
 * the version lines; all else is cut where the direction changes.
 */
#ifndef LABS_REFERENCE_SCAN_H
#define LABS_REFERENCE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/rfc.h"
#include "common/text.h"
#include "common/trace.h"
#include "http/http.h"

enum scan_side { SCAN_CLIENT, SCAN_SERVER, SCAN_SIDES };

/* What a direction is in the middle of. */
enum scan_phase {
    SCAN_LINE,    /* a line, or the first of several */
    SCAN_REPLY,   /* further lines of a reply with a code */
    SCAN_DOT,     /* lines up to one that is a lone dot */
    SCAN_LITERAL, /* so many octets, then the line goes on */
    SCAN_HEAD,    /* HTTP: start line and fields */
    SCAN_BODY,    /* HTTP: what follows them */
    SCAN_RUN      /* up to where the other one speaks, or the end */
};

/* Bytes at a line's head and end that decide something. */
#define SCAN_HEAD_KEPT 16
#define SCAN_TAIL_KEPT 32

struct scan_direction {
    enum scan_phase phase;
    char head[SCAN_HEAD_KEPT]; /* of the line being read */
    char tail[SCAN_TAIL_KEPT]; /* its last bytes */
    size_t column;             /* bytes of it so far */
    char code[4];              /* of the reply being read */
    uint64_t left;             /* octets of a literal */
    struct http_head http;
    struct http_body body;
};

struct scan {
    const char *proto;
    struct scan_direction sides[SCAN_SIDES];
    char method[16];   /* HTTP: of the last request */
    bool many_lines;   /* POP3: the answer to the last command has them */
    bool data_follows; /* SMTP: 354 was said */
    bool secret_next;  /* a log-in is going on: the next line is one */
};

/* `proto` is borrowed: "http", "smtp", "pop3", "imap", "ftp", "ftp-data",
 * "telnet", "ssh". */
void scan_start(struct scan *scan, const char *proto);
/* How much of `input` belongs to the message under way; at least 1 if there is
 * any input. *ended: that was its last byte. */
size_t scan_read(struct scan *scan, enum scan_side side, struct span input,
                 bool *ended);
/* True when a message of this side may end wherever the other one speaks. */
bool scan_is_run(const struct scan *scan, enum scan_side side);

/* What a whole message is called, where that stands, and what of it is secret.
 * `kept` is as much of it as was kept, at least its head; it is remembered what
 * must be known for the next. */
struct scan_name {
    char text[32];
    struct rfc rfc;
    struct trace_range secrets[TRACE_SECRETS_MAX]; /* in the message */
    size_t secret_count;
};
void scan_name(struct scan *scan, enum scan_side side, struct span kept,
               struct scan_name *name);

#endif
