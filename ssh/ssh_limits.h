/* SPDX-License-Identifier: MIT */
/*
 * ssh_limits: every limit of the SSH programs, with its unit, the RFC's word
 * on it, and why ours is what it is.
 */
#ifndef SSH_SSH_LIMITS_H
#define SSH_SSH_LIMITS_H

/* ---- the clear-text part ------------------------------------------------ */

/* Bytes of the version line, CR LF included: RFC 4253 §4.2 allows no more. */
#define SSH_VERSION_MAX 255
/* Bytes of a line that a server may send before its version, and how many of
 * them: the RFC has no limit for either. A page of greeting is enough. */
#define SSH_LINE_MAX 1024
#define SSH_LINES_MAX 64
/* Bytes of a whole packet, its length field included: RFC 4253 §6.1 asks for
 * 35000 at least, and in clear text nobody needs more. */
#define SSH_PACKET_MAX 35000
/* Bytes of the smallest packet without its length field, and what all are
 * multiples of: RFC 4253 §6, eight before any cipher. */
#define SSH_PACKET_MIN 12
#define SSH_BLOCK 8
#define SSH_PADDING_MIN 4
/* Clear-text messages of one side until its NEWKEYS. A key exchange takes four
 * at most; the rest is for IGNORE and DEBUG (RFC 4253 §11). */
#define SSH_CLEAR_MESSAGES_MAX 64
/* Bytes of a cookie (RFC 4253 §7.1). */
#define SSH_COOKIE 16
/* Algorithms of one name-list that we look at. */
#define SSH_NAMES_MAX 256

/* ---- host keys ---------------------------------------------------------- */

/* Bytes of a host key's blob: an RSA key of 16384 bits has 2100. */
#define SSH_KEY_MAX 4096
/* Bytes of "SHA256:" and 43 characters of base64, NUL included. */
#define SSH_FINGERPRINT_MAX 64
/* Bytes of a file of known hosts: a hundred thousand lines. */
#define SSH_KNOWN_HOSTS_MAX (16 * 1024 * 1024)
/* Bytes of "[host]:port" as it stands there. */
#define SSH_HOST_MAX 300

/* ---- the client --------------------------------------------------------- */

/* Bytes of a user's name, a path or a command that we send. */
#define SSH_TEXT_MAX 4096
/* Files of private keys that are tried, and keys of the agent: most servers
 * hang up after six failures. */
#define SSH_KEYS_MAX 8
/* Answers to one question of keyboard-interactive, RFC 4256 §3.2: a server
 * may ask for many; a person would not bear more. */
#define SSH_PROMPTS_MAX 16
/* Bytes moved at once between a channel and a local descriptor. */
#define SSH_RELAY_BLOCK (32 * 1024)
/* Channels at once: a session and forwarded connections. */
#define SSH_RELAYS_MAX 64
/* Ports that -L opens. */
#define SSH_FORWARDS_MAX 16
/* Bytes asked of SFTP at once. libssh2 keeps four times as many on their way,
 * 30000 in one request: with less, a reader waits for each round trip. */
#define SSH_SFTP_READ (512 * 1024)
#define SSH_SFTP_WRITE (512 * 1024)
/* Milliseconds that the parting words may take. */
#define SSH_CLOSE_MS 1000
/* Milliseconds for a new window size to be noticed when nothing else happens:
 * the signal ends the waiting, and this is for when it came just before. */
#define SSH_WINDOW_MS 1000

/* ---- the server --------------------------------------------------------- */

/* Failed attempts to log in until the server hangs up (RFC 4252 §4 recommends
 * 20 at most), and milliseconds until somebody must be logged in (it
 * recommends 10 minutes; a lab has less patience). */
#define SSH_ATTEMPTS_MAX 10
#define SSH_LOGIN_MS 120000
/* Channels of one connection. */
#define SSH_CHANNELS_MAX 10
/* Bytes of a line that is typed in the shell. */
#define SSH_SHELL_LINE_MAX 1024
/* Bytes of an SFTP packet: the draft asks for 34000 at least; OpenSSH's
 * limit. */
#define SSH_SFTP_PACKET_MAX (256 * 1024)
/* Bytes that one SFTP read answers: clients ask for 32 KiB, and take less. */
#define SSH_SFTP_DATA_MAX (32 * 1024)
/* Bytes of one answer; it must fit into what a channel writes. */
#define SSH_SFTP_ANSWER_MAX (64 * 1024 - 16)
/* Files and folders that one connection holds open. */
#define SSH_SFTP_HANDLES_MAX 64
/* Entries of a folder that one answer names: 255 bytes of each name, twice, and
 * 128 beside it fit into an answer. */
#define SSH_SFTP_NAMES_MAX 64

#endif
