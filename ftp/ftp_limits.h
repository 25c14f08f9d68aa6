/* SPDX-License-Identifier: MIT */
/*
 * ftp_limits: every limit of FTP, client's and server's, with its unit, the
 * RFC's word on it, and why ours is what it is. What all protocols share stands
 * in common/limits.h.
 */
#ifndef FTP_FTP_LIMITS_H
#define FTP_FTP_LIMITS_H

/* Bytes of one command's verb, NUL included: RFC 959 §5.3 has "three or four
 * alphabetic characters", and nobody has longer ones. */
#define FTP_VERB_MAX 8
/* Bytes of one line on the control connection: a path of 4096 and its verb. No
 * RFC names a limit. */
#define FTP_LINE_MAX (8 * 1024)
/* Bytes of a whole reply, all lines of it (RFC 959 §4.2 names no limit). A
 * banner or a FEAT has a few hundred; STAT of a folder may have more. */
#define FTP_REPLY_MAX (64 * 1024)
/* Preliminary replies (1yz) to one command; RFC 959 §5.4 has one. */
#define FTP_PRELIMINARY_MAX 4
/* Bytes of a path, NUL included. */
#define FTP_PATH_MAX 4096
/* Bytes of one line of a listing: the longest path and its facts. */
#define FTP_LIST_LINE_MAX (8 * 1024)
/* Bytes of a whole listing: a folder of a hundred thousand names fills a
 * tenth of that. An endless one ends here. */
#define FTP_LISTING_MAX (64u * 1024 * 1024)
/* Names that one run fetches from a listing, and bytes of all of them. */
#define FTP_NAMES_MAX 100000
#define FTP_NAMES_BYTES_MAX (16u * 1024 * 1024)
/* Bytes of a host's name in a URL, with NUL: RFC 1035 §2.3.4 ends at 255. */
#define FTP_HOST_MAX 256
/* Bytes of an argument of PORT, EPRT, 227 or 229: two delimiters, "2", an IPv6
 * address, a port. */
#define FTP_ADDRESS_MAX 80
/* Bytes of "YYYYMMDDHHMMSS" and its NUL. */
#define FTP_TIME_MAX 16
/* Bytes of a file read, converted and sent at once. */
#define FTP_PIECE (128 * 1024)
/* Milliseconds that the other side may take to make, or to accept, the data
 * connection: a firewall that drops packets should not cost a minute. */
#define FTP_DATA_OPEN_MS 15000
/* Milliseconds that we wait for the rest after an ABOR. */
#define FTP_ABORT_MS 5000

/* Milliseconds that the answer to QUIT may take. */
#define FTP_QUIT_MS 2000
/* Milliseconds of silence of a data connection before the control connection is
 * looked at; and how often it may be silent once the final reply has come. */
#define FTP_LOOK_MS 500
#define FTP_LOOKS_AFTER 10
/* Bytes of a local path, NUL included. */
#define FTP_LOCAL_MAX 4096

/* ---- the server --------------------------------------------------------- */

/* Bytes of a user's name, NUL included. */
#define FTP_USER_MAX 256
/* Refused log-ins before we hang up: RFC 2577 §5 asks for a limit of three to
 * five. */
#define FTP_REFUSALS_MAX 3
/* Milliseconds before a wrong password is refused. RFC 2577 §5 suggests five
 * seconds; with three tries a connection, one is as good and annoys less. */
#define FTP_REFUSAL_DELAY_MS 1000
/* Milliseconds between two commands: RFC 1123 §4.1.3.2 asks for five minutes at
 * least. */
#define FTP_SERVER_IDLE_MS 300000
/* Milliseconds of silence on a data connection. */
#define FTP_SERVER_DATA_MS 60000
/* Names of a folder that are sorted at once; a larger folder is listed in as
 * many runs as it takes, so that its listing needs no more memory. */
#define FTP_SORTED_MAX 20000
/* Asterisks in a pattern of LIST or NLST: people use one or two. */
#define FTP_STARS_MAX 4
/* Bytes of a file that SIZE reads to count what type A would send: who wants
 * more than that counted can ask in type I. */
#define FTP_ASCII_SIZE_MAX (64 * 1024 * 1024)
/* Bytes of a file's name in its temporary one; a name may have 255. */
#define FTP_PART_NAME_MAX 200
/* Ports of --passive-ports that are tried before we give up. */
#define FTP_PASSIVE_TRIES 256

#endif
