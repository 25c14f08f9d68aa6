/* SPDX-License-Identifier: MIT */
/*
 * pop3_limits: every limit of POP3, client's and server's, with its unit, the
 * RFC's word on it, and why ours is what it is. What all protocols share stands
 * in common/limits.h.
 */
#ifndef POP3_POP3_LIMITS_H
#define POP3_POP3_LIMITS_H

/* Bytes of a command line with its CR LF: RFC 2449 §4 says 255. */
#define POP3_COMMAND_MAX 255
/* Bytes of a reply's first line, or of a line of a list, with its CR LF: RFC
 * 2449 §4 says 512. */
#define POP3_REPLY_MAX 512
/* Bytes of a line of a log-in's challenges and responses, in base64: what RFC
 * 4954 §4 asks of SMTP is enough for POP3 too (RFC 5034 §4). */
#define POP3_SASL_LINE_MAX 12288
/* Bytes of a unique id: RFC 1939 §7 allows 1 to 70. */
#define POP3_UID_MAX 70
/* Bytes of the timestamp in a greeting, with NUL: it stands in one line. */
#define POP3_TIMESTAMP_MAX 512
/* Bytes of what CAPA says of SASL: names of mechanisms. */
#define POP3_MECHANISMS_MAX 512
/* Lines of a list before we stop to believe in it, and messages in a maildrop:
 * 100 times the mailbox of somebody who never deletes. */
#define POP3_MESSAGES_MAX 1000000
/* Lines of the answer to CAPA. */
#define POP3_CAPABILITIES_MAX 200
/* Commands that a client sends ahead of the answers. 64 of RETR are 800 bytes:
 * they fit any window, so that nobody waits for anybody (RFC 2449 §6.6). */
#define POP3_PIPELINE_MAX 64
/* A message that is longer than its list said: so many bytes, and so many
 * times the length, are borne. Servers count line ends in two ways; what is
 * beyond is no mistake in counting. */
#define POP3_SIZE_SLACK (1024 * 1024)
#define POP3_SIZE_FACTOR 2
/* Milliseconds that the answer to QUIT may take where nothing hangs on it. */
#define POP3_QUIT_MS 5000
/* Bytes of a message's file read and sent at once by our server. */
#define POP3_FILE_PIECE (64 * 1024)
/* Milliseconds of silence after which our server hangs up: RFC 1939 §3 asks
 * for 10 minutes at least. */
#define POP3_SERVER_IDLE_MS (10 * 60 * 1000)
/* Milliseconds that a refused log-in is kept waiting: who guesses passwords
 * gets a few a minute. */
#define POP3_AUTH_DELAY_MS 500
/* Log-ins that may fail on one connection before our server hangs up. */
#define POP3_AUTH_TRIES_MAX 3
/* Commands that we don't know, or that come in the wrong state, before our
 * server hangs up. */
#define POP3_ERRORS_MAX 30

#endif
