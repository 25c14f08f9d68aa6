/* SPDX-License-Identifier: MIT */
/*
 * imap_limits: every limit of IMAP, client's and server's, with its unit, the
 * RFC's word on it, and why ours is what it is. What all protocols share stands
 * in common/limits.h.
 */
#ifndef IMAP_IMAP_LIMITS_H
#define IMAP_IMAP_LIMITS_H

/* ---- both halves -------------------------------------------------------- */

/* Octets of one atom or quoted string. RFC 2683 asks servers to take lines of
 * 8000; a set of message numbers is one atom, and longer texts travel as
 * literals. Below CONN_INPUT_MAX, so that a token fits a conn's view. */
#define IMAP_TOKEN_MAX (64 * 1024)
/* Parentheses inside parentheses: a message in a message in a message has a
 * BODYSTRUCTURE as deep as this at most; no honest command nears it. */
#define IMAP_DEPTH_MAX 100
/* Digits of a literal's length: RFC 3501 §9 ends at 2^32 - 1, but messages
 * have outgrown that, and RFC 7888 §8 has a number64. */
#define IMAP_LITERAL_DIGITS_MAX 19

/* ---- the client --------------------------------------------------------- */

/* Bytes of the first word of a response, NUL included: "CAPABILITY" and what
 * extensions bring. */
#define IMAP_WORD_MAX 32
/* Bytes of the text of a status response, NUL included: a list of capabilities
 * stands in one. */
#define IMAP_TEXT_MAX 8192
/* Octets of one response, its literals aside: SEARCH in a mailbox of a million
 * messages needs half of it. */
#define IMAP_RESPONSE_MAX (16 * 1024 * 1024)
/* Octets of a literal: RFC 3501 §9 has numbers of 32 bits, so a longer one is
 * none. */
#define IMAP_LITERAL_MAX UINT32_MAX
/* Responses before the tag of a command: a mailbox of a million messages twice
 * over. Whoever sends more never means to end. */
#define IMAP_RESPONSES_MAX 2000000
/* Octets of a literal that goes without waiting where the server has LITERAL-
 * (RFC 7888 §5), and where it has LITERAL+: a server that refuses must read
 * them all the same (RFC 7888 §4). */
#define IMAP_LITERAL_MINUS_MAX 4096
#define IMAP_LITERAL_PLUS_MAX (64 * 1024)
/* Bytes of a mailbox's name in modified UTF-7, NUL included. */
#define IMAP_MAILBOX_MAX 1024
/* Bytes of a file read and sent at once. */
#define IMAP_PUT_PIECE (64 * 1024)
/* Milliseconds after which IDLE is said anew: RFC 2177 §3 wants less than 29
 * minutes, for a server may hang up after 30. */
#define IMAP_IDLE_MS (28 * 60 * 1000)
/* Milliseconds that the answer to LOGOUT may take: nothing hangs on it. */
#define IMAP_LOGOUT_MS 5000

/* ---- the server --------------------------------------------------------- */

/* Octets of a command's words together, the message of an APPEND aside; and
 * how many words it may have. */
#define IMAP_COMMAND_MAX (128 * 1024)
#define IMAP_WORDS_MAX 4096
/* Octets of a tag: an answer must hold it. */
#define IMAP_TAG_MAX 64
/* Octets of an appended message. */
#define IMAP_APPEND_MAX (256ull << 20)
/* Octets of a command that we can't understand, skipped to find its end. */
#define IMAP_SKIP_MAX (1u << 20)
/* Milliseconds for all that comes before a log-in: nobody needs more, and who
 * never logs in shall not keep a place for ever. */
#define IMAP_LOGIN_MS 180000
/* Milliseconds of silence after it: RFC 3501 §5.4 asks for 30 minutes at
 * least. */
#define IMAP_AUTOLOGOUT_MS (30 * 60 * 1000)
/* Milliseconds of silence inside of a command. */
#define IMAP_COMMAND_MS 60000
/* Milliseconds between two looks at a mailbox, where the system has no
 * descriptor left that would wake us. */
#define IMAP_LOOK_MS 250
/* Commands not understood, and log-ins refused, before we say BYE. */
#define IMAP_STRIKES_MAX 20
#define IMAP_FAILURES_MAX 3
/* Octets of a mailbox's name in UTF-7: it is a file's name, with a dot. */
#define IMAP_NAME_MAX 200
/* Octets of a message read and sent at once. */
#define IMAP_PIECE (32 * 1024)
/* Items of one FETCH, fields of one HEADER.FIELDS, parts in "1.2.3". */
#define IMAP_ITEMS_MAX 64
#define IMAP_FIELDS_MAX 256
#define IMAP_PATH_MAX 64
/* Keys of one SEARCH, and how deep they nest. */
#define IMAP_KEYS_MAX 1024
#define IMAP_KEYS_DEPTH 64
/* Parts of one message, and how deep they nest: what is beyond is content of
 * the part that it lies in. */
#define IMAP_PARTS_MAX 1000
#define IMAP_PARTS_DEPTH 40
/* Octets of a boundary: RFC 2046 §5.1.1 ends at 70. */
#define IMAP_BOUNDARY_MAX 200
/* Octets of header fields that are kept of one message, in all: the fields
 * that ENVELOPE and BODYSTRUCTURE are made of. */
#define IMAP_HEADERS_MAX (256 * 1024)
/* Octets of one header field that are kept. */
#define IMAP_FIELD_MAX (32 * 1024)

#endif
