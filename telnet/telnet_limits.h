/* SPDX-License-Identifier: MIT */
/*
 * telnet_limits: every limit of Telnet, with its unit and its reason.
 */
#ifndef TELNET_TELNET_LIMITS_H
#define TELNET_TELNET_LIMITS_H

/* Bytes between IAC SB and IAC SE, the option's number not counted. The longest
 * that we understand is a terminal's name, 40 bytes (RFC 1091 §5); stock peers
 * send lists of variables of some hundred. */
#define TELNET_SUBNEGOTIATION_MAX 1024
/* Bytes of a terminal's name and its NUL: RFC 1091 §5 allows 40. */
#define TELNET_TERMINAL_MAX 41
/* Negotiations, subnegotiations and AYT that we hear in one connection before
 * we call it a storm. Honest peers need some dozen, and one each time that a
 * window changes its size. */
#define TELNET_NEGOTIATIONS_MAX 2000
/* Bytes of data that one event carries: it is said, or heard, in pieces. */
#define TELNET_DATA_MAX 16384
/* Bytes of one typed line, at the server and from standard input. */
#define TELNET_LINE_MAX 1024
/* Bytes of text that may come before an awaited prompt: an endless banner. */
#define TELNET_BANNER_MAX (64 * 1024)
/* Bytes of the end of what was heard that are looked at for a prompt. */
#define TELNET_TAIL_MAX 80
/* Milliseconds of quiet after which what has come since the password counts as
 * the answer to it, when it ends in no prompt that we know. */
#define TELNET_QUIET_MS 1500
/* Log-ins that may come to nothing on one connection: wrong passwords, empty
 * names, interrupts. As many as login(1) has patience for. */
#define TELNET_LOGINS_MAX 3
/* Milliseconds for a person to type the next key at the server. */
#define TELNET_SERVER_IDLE_MS (10 * 60 * 1000)

#endif
