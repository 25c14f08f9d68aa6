/* SPDX-License-Identifier: MIT */
/*
 * terms: ideas with a name.
 */
#include "ftp/terms.h"

#include <stddef.h>

/* clang-format off */
const struct term ftp_terms_concepts[] = {
    {.name = "active mode", .kind = TERM_CONCEPT,
     .title = "active mode",
     .sentence =
     "The client listens, names its address with PORT or EPRT, and the "
     "server connects from its port 20.",
     .rfc = {"959", "3.2"}},
    {.name = "anonymous", .kind = TERM_CONCEPT,
     .title = "anonymous FTP",
     .sentence =
     "The user that everybody may be: files for all, the password an address"
     " or anything.",
     .rfc = {"959", "4.1.1"}},
    {.name = "ascii", .kind = TERM_CONCEPT,
     .title = "ASCII type",
     .sentence =
     "Text: line ends are CR LF on the wire, each side converts them from "
     "and to its own.",
     .next =
     "Never move anything but text this way: every byte 10 is taken for a "
     "line end.",
     .rfc = {"959", "3.1.1.1"}},
    {.name = "bounce attack", .kind = TERM_CONCEPT,
     .title = "the bounce attack",
     .sentence =
     "PORT that names somebody else's address, so that the server connects "
     "there: servers refuse it.",
     .rfc = {"2577", "2"}},
    {.name = "control connection", .kind = TERM_CONCEPT,
     .title = "the control connection",
     .sentence =
     "The first one, to port 21: commands and replies, a line each, for the "
     "whole session.",
     .rfc = {"959", "2.3"}},
    {.name = "data connection", .kind = TERM_CONCEPT,
     .title = "the data connection",
     .sentence =
     "The second one, opened for each transfer in one direction or the "
     "other; in stream mode its end is the file's end.",
     .rfc = {"959", "3.2"}},
    {.name = "EBCDIC", .kind = TERM_CONCEPT,
     .title = "EBCDIC type",
     .sentence =
     "A character code of mainframes, which TYPE E stands for.",
     .rfc = {"959", "3.1.1.2"}},
    {.name = "fact", .kind = TERM_CONCEPT,
     .title = "facts",
     .sentence =
     "What MLSD tells of a name: type, size, modify, perm and others, each "
     "as name=value;",
     .rfc = {"3659", "7.5"}},
    {.name = "firewall", .kind = TERM_CONCEPT,
     .title = "FTP and firewalls",
     .sentence =
     "A firewall that lets connections out but not in breaks active mode; "
     "passive mode was recommended for that reason.",
     .rfc = {"1579", "0"}},
    {.name = "FTPS", .kind = TERM_CONCEPT,
     .title = "FTP over TLS",
     .sentence =
     "AUTH TLS on port 21, or TLS from the first byte on port 990. It is not"
     " SFTP, which is a part of SSH.",
     .rfc = {"4217", "3"}},
    {.name = "image", .kind = TERM_CONCEPT,
     .title = "image type",
     .sentence =
     "Bytes as they are: what arrives is what was sent.",
     .rfc = {"959", "3.1.1.3"}},
    {.name = "implicit TLS", .kind = TERM_CONCEPT,
     .title = "implicit TLS",
     .sentence =
     "TLS before the greeting, on port 990; older than AUTH TLS and "
     "standardised nowhere, but in use.",
     .rfc = {"4217", "1"}},
    {.name = "passive mode", .kind = TERM_CONCEPT,
     .title = "passive mode",
     .sentence =
     "The server listens, names its port in the reply to PASV or EPSV, and "
     "the client connects.",
     .rfc = {"959", "3.2"}},
    {.name = "port stealing", .kind = TERM_CONCEPT,
     .title = "port stealing",
     .sentence =
     "Guessing the port of somebody's data connection and being there first:"
     " so who connects must be whom the session is with.",
     .rfc = {"2577", "8"}},
    {.name = "preliminary reply", .kind = TERM_CONCEPT,
     .title = "1yz",
     .sentence =
     "Work has begun and another reply will follow: each RETR and STOR has "
     "two.",
     .rfc = {"959", "4.2"}},
    {.name = "restart", .kind = TERM_CONCEPT,
     .title = "resuming a transfer",
     .sentence =
     "REST says at which byte to begin, so that what has arrived need not be"
     " sent again.",
     .rfc = {"3659", "5.1"}},
    {.name = "session reuse", .kind = TERM_CONCEPT,
     .title = "TLS session reuse",
     .sentence =
     "The data connection resumes the TLS session of the control connection,"
     " which proves that both are of the same client.",
     .rfc = {"4217", "10.2"}},
    {.name = "SFTP", .kind = TERM_CONCEPT,
     .title = "SSH File Transfer Protocol",
     .sentence =
     "Files over SSH: one connection, another protocol; it shares only "
     "letters with FTP.",
     .rfc = {"4217", "3"}},
    {.name = "stream mode", .kind = TERM_CONCEPT,
     .title = "stream mode",
     .sentence =
     "The file's bytes and nothing else: the end of the data connection is "
     "the end of the file.",
     .rfc = {"959", "3.4.1"}},
    {.name = "working directory", .kind = TERM_CONCEPT,
     .title = "the working directory",
     .sentence =
     "Where paths without a slash in front begin; the log-in sets it, CWD "
     "changes it.",
     .rfc = {"959", "4.1.1"}},
    {.name = NULL}};
/* clang-format on */
