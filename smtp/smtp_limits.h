/* SPDX-License-Identifier: MIT */
/*
 * smtp_limits: every limit of SMTP, client's and server's, with its unit, the
 * RFC's word on it, and why ours is what it is. What all protocols share stands
 * in common/limits.h.
 */
#ifndef SMTP_SMTP_LIMITS_H
#define SMTP_SMTP_LIMITS_H

/* ---- both halves -------------------------------------------------------- */

/* Bytes of a path without its brackets, and of the two halves of an address
 * (RFC 5321 §4.5.3.1.1 to §4.5.3.1.3: 64 and 255, 254 together). An address in
 * UTF-8 has the same limits in bytes (RFC 6531 §3.3). */
#define SMTP_PATH_MAX 254
#define SMTP_LOCAL_PART_MAX 64
#define SMTP_DOMAIN_MAX 255
/* Bytes of a command line without its CR LF. RFC 5321 §4.5.3.1.4 has 512; the
 * extensions add to MAIL and RCPT (RFC 3461 §4, RFC 4954 §5 and others), AUTH
 * has 12288 (RFC 4954 §4). */
#define SMTP_COMMAND_MAX 12288
/* Bytes of DSN's ENVID, decoded or not (RFC 3461 §4.4), and of ORCPT. */
#define SMTP_ENVID_MAX 100
#define SMTP_ORCPT_MAX 500

/* ---- the client --------------------------------------------------------- */

/* Bytes of one reply line without its CR LF. RFC 5321 §4.5.3.1.5 has 512, but
 * servers that explain themselves say more. */
#define SMTP_REPLY_LINE_MAX 2048
/* Bytes and lines of one whole reply: an EHLO of thirty lines and a refusal
 * with a page of advice fit. */
#define SMTP_REPLY_MAX (16 * 1024)
#define SMTP_REPLY_LINES_MAX 256
/* Bytes of a reply's text that an outcome keeps, NUL included. */
#define SMTP_ANSWER_MAX 512
/* Milliseconds that a server may take: RFC 5321 §4.5.3.2.1 to §4.5.3.2.6. Each
 * counts for the whole reply, so that one byte a minute does not make it
 * longer; --max-time ends any of them earlier. */
#define SMTP_GREETING_MS (5 * 60 * 1000)
#define SMTP_COMMAND_MS (5 * 60 * 1000)
#define SMTP_DATA_MS (2 * 60 * 1000)
#define SMTP_BLOCK_MS (3 * 60 * 1000)
#define SMTP_DATA_END_MS (10 * 60 * 1000)
/* Milliseconds for the answer to QUIT: the exchange is over, and who does not
 * answer is left (RFC 5321 §4.1.1.10 asks us to wait; not how long). */
#define SMTP_QUIT_MS 5000
/* Recipients of one transaction: RFC 5321 §4.5.3.1.8 promises 100 at least,
 * servers take more, and ask for another transaction with 452 if not. */
#define SMTP_RECIPIENTS_MAX 1000
/* Bytes of commands in one pipelined flight. Both ends write before they read,
 * so a flight and its replies must fit in buffers (RFC 2920 §3.1). */
#define SMTP_FLIGHT_MAX (16 * 1024)
/* Bytes of a message read, made right and sent at once. */
#define SMTP_PIECE (64 * 1024)

#endif
