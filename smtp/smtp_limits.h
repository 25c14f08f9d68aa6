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
/* Bytes of an AUTH line with its initial response, CR LF not counted. A longer
 * response waits for the server's 334 (RFC 4954 §4). */
#define SMTP_AUTH_LINE_MAX 510
/* Recipients of one transaction: RFC 5321 §4.5.3.1.8 promises 100 at least,
 * servers take more, and ask for another transaction with 452 if not. */
#define SMTP_RECIPIENTS_MAX 1000
/* Bytes of commands in one pipelined flight. Both ends write before they read,
 * so a flight and its replies must fit in buffers (RFC 2920 §3.1). */
#define SMTP_FLIGHT_MAX (16 * 1024)
/* Bytes of a Subject in encoded words. */
#define SMTP_FIELD_MAX 4096
/* Bytes of a message read, made right and sent at once. */
#define SMTP_PIECE (64 * 1024)

/* ---- the server: commands ----------------------------------------------- */

/* Bytes of a mailbox as it stands on the wire, NUL included: a local part of
 * which each byte may be quoted, its two quotes, "@" and the domain. */
#define SMTP_MAILBOX_MAX (2 * SMTP_LOCAL_PART_MAX + SMTP_DOMAIN_MAX + 4)
/* Bytes of a command line that is too long which are stepped over before we
 * hang up (RFC 5321 §4.5.3.1.9). */
#define SMTP_LINE_SKIP_MAX (256 * 1024)
/* Bytes of our reply's text, NUL included: with its code and CR LF it stays
 * below the 512 of RFC 5321 §4.5.3.1.5. */
#define SMTP_VERDICT_MAX 480
/* Commands that made no sense, and log-ins that failed, before we hang up. */
#define SMTP_ERRORS_MAX 100
#define SMTP_LOGINS_MAX 3

/* ---- the server: time --------------------------------------------------- */

/* Milliseconds that a client may be silent: RFC 5321 §4.5.3.2.7. */
#define SMTP_SERVER_IDLE_MS (5 * 60 * 1000)
/* Milliseconds for the data of one message, however they are doled out. */
#define SMTP_SERVER_DATA_MS (60 * 60 * 1000)

/* ---- the server: messages ----------------------------------------------- */

/* Bytes of a message if nothing else is said. RFC 5321 §4.5.3.1.7 asks for 64
 * KiB at least. */
#define SMTP_MESSAGE_MAX (128 * 1024 * 1024)
/* Received fields in a message that was on too many servers: RFC 5321 §6.3. */
#define SMTP_HOPS_MAX 100
/* Bytes of a Received field, and of a date of RFC 5322 §3.3, NUL included. */
#define SMTP_RECEIVED_MAX 2048
#define SMTP_DATE_MAX 40

/* ---- the server: the queue ---------------------------------------------- */

/* Bytes of an entry's name, NUL included. */
#define SMTP_QUEUE_ID_MAX 48
/* Bytes of an envelope's file: a thousand recipients with all they may say. */
#define SMTP_ENVELOPE_MAX (2 * 1024 * 1024)
/* Seconds to the first retry, and at most between two; each interval is twice
 * the one before. RFC 5321 §4.5.4.1 asks for 30 minutes at least. */
#define SMTP_RETRY_FIRST_S (30 * 60)
#define SMTP_RETRY_MOST_S (8 * 60 * 60)
/* Seconds until the sender of a message that waits is told, and until it is
 * given up: the same section, "at least 4-5 days". */
#define SMTP_DELAY_TOLD_S (4 * 60 * 60)
#define SMTP_GIVE_UP_S (5 * 24 * 60 * 60)
/* Messages under way at once, a process each. */
#define SMTP_DELIVERIES_MAX 8
/* Milliseconds that all addresses of another server may take to connect. */
#define SMTP_RELAY_CONNECT_MS 30000
/* Milliseconds that a server whose queue is held by another one waits for the
 * other's end: what a kill has left ends within milliseconds. */
#define SMTP_QUEUE_LOCK_MS 3000
/* Bytes of the original message's header that a report quotes. */
#define SMTP_BOUNCE_HEADER_MAX (64 * 1024)

#endif
