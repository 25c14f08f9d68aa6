/* SPDX-License-Identifier: MIT */
/*
 * imap_limits: every limit of IMAP, client's and server's, with its unit, the
 * RFC's word on it, and why ours is what it is. What all protocols share stands
 * in common/limits.h.
 */
#ifndef IMAP_IMAP_LIMITS_H
#define IMAP_IMAP_LIMITS_H

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

#endif
