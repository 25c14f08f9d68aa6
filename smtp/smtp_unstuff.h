/* SPDX-License-Identifier: MIT */
/*
 * smtp_unstuff: the mail data on its way in. No I/O.
 *
 * RFC 5321 §4.5.2 (transparency): the data end with CR LF "." CR LF and with
 * nothing else; the dot that the client has put before a line's own dot is
 * taken away. RFC 5321 §2.3.8: CR and LF stand together or not at all.
 *
 *     struct smtp_unstuff data = {0};
 *     outcome = smtp_unstuff_read(&data, conn_view(c), &used, &piece, &why);
 */
#ifndef SMTP_SMTP_UNSTUFF_H
#define SMTP_SMTP_UNSTUFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/text.h"

/* Where in a line the next byte is. */
enum smtp_unstuff_state {
    SMTP_UNSTUFF_LINE_START, /* CR LF came last, or nothing yet */
    SMTP_UNSTUFF_TEXT,
    SMTP_UNSTUFF_CR,     /* its LF must come next */
    SMTP_UNSTUFF_DOT,    /* the first byte of the line: stuffing, or the end */
    SMTP_UNSTUFF_DOT_CR, /* the LF of the end must come next */
    SMTP_UNSTUFF_END,
    SMTP_UNSTUFF_STATES
};

struct smtp_unstuff {
    enum smtp_unstuff_state state;
    uint64_t content; /* bytes of the message so far, as they are stored */
};

/* Reads on in `input`: *piece is a part of the message (it borrows from input,
 * and may be empty), *used all that was read. DONE: the message is whole after
 * *piece. MORE: there may be more in what is left of the input if *used is not
 * 0. BROKEN: a bare CR or LF; *why says which (static). */
enum parse smtp_unstuff_read(struct smtp_unstuff *data, struct span input,
                             size_t *used, struct span *piece,
                             const char **why);
const char *smtp_unstuff_state_name(enum smtp_unstuff_state state);

/* ---- what the header tells a server (smtp_header.c) --------------------- */

/* Fed with the pieces. Zero it before. */
struct smtp_header {
    bool over;       /* the empty line has come, or a line that is no field */
    unsigned hops;   /* Received fields: RFC 5321 §6.3 */
    bool eight_bit;  /* anywhere in the message: RFC 6152 §3 */
    size_t position; /* in the line */
    char name[16];   /* how the line begins, small letters */
    uint64_t length; /* of the header section, the empty line too */
};

void smtp_header_read(struct smtp_header *header, struct span piece);

#endif
