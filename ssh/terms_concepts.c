/* SPDX-License-Identifier: MIT */
/*
 * terms: algorithms, requests on channels, and the ideas that have a name.
 */
#include "ssh/terms.h"

#include <stddef.h>

/* clang-format off */
const struct term ssh_terms_concepts[] = {
    {.name = "none", .kind = TERM_CONCEPT,
     .sentence =
     "The method that is always refused, and whose refusal tells which "
     "methods there are.",
     .rfc = {"4252", "5.2"}},
    {.name = "publickey", .kind = TERM_CONCEPT,
     .sentence =
     "Logging in by signing with a private key, which never leaves the "
     "client.",
     .rfc = {"4252", "7"}},
    {.name = "password", .kind = TERM_CONCEPT,
     .sentence =
     "Logging in with a password; it goes through the encrypted connection, "
     "to whoever has the host key.",
     .rfc = {"4252", "8"},
     .next =
     "Check the host key first: after that it is too late."},
    {.name = "keyboard-interactive", .kind = TERM_CONCEPT,
     .sentence =
     "Logging in by answering what the server asks: a password, a code, "
     "anything.",
     .rfc = {"4256", "1"}},
    {.name = "hostbased", .kind = TERM_CONCEPT,
     .sentence =
     "Logging in because the client's host vouches for the user.",
     .rfc = {"4252", "9"}},
    {.name = "session", .kind = TERM_CONCEPT,
     .sentence =
     "A channel for one program on the server: a shell, a command or a "
     "subsystem.",
     .rfc = {"4254", "6.1"}},
    {.name = "pty-req", .kind = TERM_CONCEPT,
     .sentence =
     "Asks for a pseudo-terminal of a type and a size.",
     .rfc = {"4254", "6.2"}},
    {.name = "window-change", .kind = TERM_CONCEPT,
     .sentence =
     "Tells the new size of the terminal.",
     .rfc = {"4254", "6.7"}},
    {.name = "shell", .kind = TERM_CONCEPT,
     .sentence =
     "Starts the user's shell.",
     .rfc = {"4254", "6.5"}},
    {.name = "exec", .kind = TERM_CONCEPT,
     .sentence =
     "Runs one command.",
     .rfc = {"4254", "6.5"}},
    {.name = "subsystem", .kind = TERM_CONCEPT,
     .sentence =
     "Starts a service that has a name; `sftp` is the one that everybody "
     "knows.",
     .rfc = {"4254", "6.5"}},
    {.name = "signal", .kind = TERM_CONCEPT,
     .sentence =
     "Sends a signal to what runs on the channel.",
     .rfc = {"4254", "6.9"}},
    {.name = "exit-status", .kind = TERM_CONCEPT,
     .sentence =
     "How the command ended: its status.",
     .rfc = {"4254", "6.10"}},
    {.name = "exit-signal", .kind = TERM_CONCEPT,
     .sentence =
     "Which signal ended the command.",
     .rfc = {"4254", "6.10"}},
    {.name = "direct-tcpip", .kind = TERM_CONCEPT,
     .sentence =
     "A channel that the server connects to a host and port of the client's "
     "choice: what -L uses.",
     .rfc = {"4254", "7.2"}},
    {.name = "kex_algorithms", .kind = TERM_FIELD,
     .sentence =
     "The list of methods to agree on a key.",
     .rfc = {"4253", "7.1"}},
    {.name = "server_host_key_algorithms", .kind = TERM_FIELD,
     .sentence =
     "The list of kinds of host keys, and how they sign.",
     .rfc = {"4253", "7.1"}},
    {.name = "encryption_algorithms", .kind = TERM_FIELD,
     .sentence =
     "The lists of ciphers, one for each direction.",
     .rfc = {"4253", "7.1"}},
    {.name = "mac_algorithms", .kind = TERM_FIELD,
     .sentence =
     "The lists of message authentication codes, one for each direction.",
     .rfc = {"4253", "7.1"}},
    {.name = "compression_algorithms", .kind = TERM_FIELD,
     .sentence =
     "The lists of compressions; `none` is one.",
     .rfc = {"4253", "7.1"}},
    {.name = "first_kex_packet_follows", .kind = TERM_FIELD,
     .sentence =
     "Says that a guess was sent already; if it was wrong, the peer passes "
     "over it.",
     .rfc = {"4253", "7"}},
    {.name = "curve25519-sha256", .kind = TERM_CONCEPT,
     .sentence =
     "Key exchange over Curve25519, hashed with SHA-256; its older name ends "
     "in @libssh.org.",
     .rfc = {"8731", "3"}},
    {.name = "ecdh-sha2-nistp256", .kind = TERM_CONCEPT,
     .sentence =
     "Key exchange over the NIST curve P-256, hashed with SHA-256.",
     .rfc = {"5656", "6.3"}},
    {.name = "diffie-hellman-group14-sha1", .kind = TERM_CONCEPT,
     .sentence =
     "Key exchange in a fixed group of 2048 bits with SHA-1: required by the "
     "RFC, no longer trusted.",
     .rfc = {"4253", "8.2"}},
    {.name = "diffie-hellman-group-exchange-sha256", .kind = TERM_CONCEPT,
     .sentence =
     "Key exchange in a group that the server chooses.",
     .rfc = {"4419", "4.2"}},
    {.name = "ssh-ed25519", .kind = TERM_CONCEPT,
     .sentence =
     "Host and user keys on Edwards' curve 25519: short, and the same length "
     "every time.",
     .rfc = {"8709", "3"}},
    {.name = "ssh-rsa", .kind = TERM_CONCEPT,
     .sentence =
     "The type of an RSA key; as a signature algorithm, with SHA-1, no longer "
     "trusted.",
     .rfc = {"4253", "6.6"}},
    {.name = "rsa-sha2-256", .kind = TERM_CONCEPT,
     .sentence =
     "Signs with an RSA key and SHA-256; the key's type stays ssh-rsa.",
     .rfc = {"8332", "3"}},
    {.name = "rsa-sha2-512", .kind = TERM_CONCEPT,
     .sentence =
     "Signs with an RSA key and SHA-512; the key's type stays ssh-rsa.",
     .rfc = {"8332", "3"}},
    {.name = "ecdsa-sha2-nistp256", .kind = TERM_CONCEPT,
     .sentence =
     "Keys on the NIST curve P-256.",
     .rfc = {"5656", "3"}},
    {.name = "host key", .kind = TERM_CONCEPT,
     .sentence =
     "The key by which a host is known; the client keeps it, and compares it "
     "each time.",
     .rfc = {"4251", "4.1"},
     .next =
     "A key that has changed without notice is a reason to stop."},
    {.name = "fingerprint", .kind = TERM_CONCEPT,
     .sentence =
     "The SHA-256 digest of a host key, short enough to be read out over the "
     "telephone.",
     .rfc = {"4251", "4.1"}},
    {.name = "known_hosts", .kind = TERM_CONCEPT,
     .sentence =
     "The file that remembers which host has which key; names in it may be "
     "hashed.",
     .rfc = {"4251", "4.1"}},
    {.name = "packet", .kind = TERM_CONCEPT,
     .sentence =
     "Length, padding length, message, padding: what the transport sends, "
     "then a MAC.",
     .rfc = {"4253", "6"}},
    {.name = "padding", .kind = TERM_CONCEPT,
     .sentence =
     "Random bytes at the end of each packet, at least four: they hide the "
     "exact length.",
     .rfc = {"4253", "6"}},
    {.name = "cookie", .kind = TERM_CONCEPT,
     .sentence =
     "Sixteen random bytes in KEXINIT, so that neither side alone decides the "
     "keys.",
     .rfc = {"4253", "7.1"}},
    {.name = "exchange hash", .kind = TERM_CONCEPT,
     .sentence =
     "The hash over all that both have said, signed by the host key: who "
     "alters one byte of it is found out.",
     .rfc = {"4253", "8"}},
    {.name = "channel", .kind = TERM_CONCEPT,
     .sentence =
     "One of many conversations in one connection, each with its own window.",
     .rfc = {"4254", "5"}},
    {.name = "window", .kind = TERM_CONCEPT,
     .sentence =
     "How many bytes a side may still send on a channel.",
     .rfc = {"4254", "5.2"}},
    {.name = "-L", .kind = TERM_CONCEPT,
     .title = "local forwarding",
     .sentence =
     "A port here that leads, through the connection, to a host and port as "
     "the server sees them.",
     .rfc = {"4254", "7"}},
    {.name = "sealed", .kind = TERM_CONCEPT,
     .sentence =
     "After NEWKEYS an onlooker sees sizes and times, and nothing else.",
     .rfc = {"4251", "9.3.9"},
     .correction =
     "\"SSH encrypts\" is true from NEWKEYS on: versions, algorithms and the "
     "exchange itself go in clear, and sizes and timing stay visible."},
    {.name = "reliable", .kind = TERM_CONCEPT,
     .sentence =
     "SSH runs on TCP, which delivers every byte in order; SSH itself adds "
     "that nobody has altered one.",
     .rfc = {"4251", "9.3.2"},
     .correction =
     "SSH is as reliable as TCP; what it adds is that a change is noticed, "
     "and ends the connection."},
    {.name = "man in the middle", .kind = TERM_CONCEPT,
     .sentence =
     "Somebody who answers in the host's place and passes everything on: only "
     "the host key gives him away.",
     .rfc = {"4251", "9.3.4"}},
    {.name = "SFTP", .kind = TERM_CONCEPT,
     .sentence =
     "Files over a session: requests with numbers, answers in any order; a "
     "draft, never an RFC.",
     .rfc = {"4254", "6.5"}},
    {.name = NULL}};
/* clang-format on */
