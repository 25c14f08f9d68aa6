/* SPDX-License-Identifier: MIT */
/*
 * terms: the replies.
 */
#include "ftp/terms.h"

#include <stddef.h>

/* clang-format off */
const struct term ftp_terms_replies[] = {
    {.name = "110", .kind = TERM_STATUS,
     .title = "Restart marker",
     .sentence =
     "A mark of where the transfer could go on, in block mode.",
     .rfc = {"959", "4.2.2"}},
    {.name = "120", .kind = TERM_STATUS,
     .title = "Ready later",
     .sentence =
     "The service will be ready in some minutes.",
     .rfc = {"959", "4.2.2"}},
    {.name = "125", .kind = TERM_STATUS,
     .title = "Transfer starting",
     .sentence =
     "The data connection is open already; the transfer starts.",
     .rfc = {"959", "4.2.2"}},
    {.name = "150", .kind = TERM_STATUS,
     .title = "Opening the data connection",
     .sentence =
     "All is well, and the data connection is opened now: a preliminary "
     "reply, another one follows.",
     .rfc = {"959", "4.2.2"}},
    {.name = "200", .kind = TERM_STATUS,
     .title = "Okay",
     .sentence =
     "The command was carried out.",
     .rfc = {"959", "4.2.2"}},
    {.name = "202", .kind = TERM_STATUS,
     .title = "Superfluous",
     .sentence =
     "The command is not needed at this site.",
     .rfc = {"959", "4.2.2"}},
    {.name = "211", .kind = TERM_STATUS,
     .title = "System status",
     .sentence =
     "An answer to STAT, or the list of FEAT.",
     .rfc = {"959", "4.2.2"}},
    {.name = "212", .kind = TERM_STATUS,
     .title = "Directory status",
     .sentence =
     "An answer to STAT about a directory.",
     .rfc = {"959", "4.2.2"}},
    {.name = "213", .kind = TERM_STATUS,
     .title = "File status",
     .sentence =
     "The answer to SIZE, MDTM, or STAT about a file.",
     .rfc = {"959", "4.2.2"}},
    {.name = "214", .kind = TERM_STATUS,
     .title = "Help",
     .sentence =
     "The answer to HELP, for a person.",
     .rfc = {"959", "4.2.2"}},
    {.name = "215", .kind = TERM_STATUS,
     .title = "System type",
     .sentence =
     "The answer to SYST.",
     .rfc = {"959", "4.2.2"}},
    {.name = "220", .kind = TERM_STATUS,
     .title = "Ready",
     .sentence =
     "The greeting: the service is ready for a new user.",
     .rfc = {"959", "4.2.2"}},
    {.name = "221", .kind = TERM_STATUS,
     .title = "Closing",
     .sentence =
     "The answer to QUIT: the control connection is closed.",
     .rfc = {"959", "4.2.2"}},
    {.name = "225", .kind = TERM_STATUS,
     .title = "Data connection open",
     .sentence =
     "It is open, and no transfer is under way.",
     .rfc = {"959", "4.2.2"}},
    {.name = "226", .kind = TERM_STATUS,
     .title = "Closing the data connection",
     .sentence =
     "The transfer, or the ABOR, has succeeded; the data may still be on "
     "their way.",
     .rfc = {"959", "4.2.2"}},
    {.name = "227", .kind = TERM_STATUS,
     .title = "Entering passive mode",
     .sentence =
     "The answer to PASV: six numbers, four of an address and two of a port.",
     .rfc = {"959", "4.2.2"}},
    {.name = "229", .kind = TERM_STATUS,
     .title = "Entering extended passive mode",
     .sentence =
     "The answer to EPSV: (|||port|).",
     .rfc = {"2428", "3"}},
    {.name = "230", .kind = TERM_STATUS,
     .title = "Logged in",
     .sentence =
     "The user is logged in.",
     .rfc = {"959", "4.2.2"}},
    {.name = "232", .kind = TERM_STATUS,
     .title = "Logged in",
     .sentence =
     "The user is logged in by what TLS has shown; no password is needed.",
     .rfc = {"2228", "5"}},
    {.name = "234", .kind = TERM_STATUS,
     .title = "Security accepted",
     .sentence =
     "The answer to AUTH TLS: the handshake follows.",
     .rfc = {"2228", "5"}},
    {.name = "250", .kind = TERM_STATUS,
     .title = "Done",
     .sentence =
     "The action on the file is complete.",
     .rfc = {"959", "4.2.2"}},
    {.name = "257", .kind = TERM_STATUS,
     .title = "Path",
     .sentence =
     "The path, in double quotes, that PWD asked for or MKD has made.",
     .rfc = {"959", "4.2.2"}},
    {.name = "331", .kind = TERM_STATUS,
     .title = "Password needed",
     .sentence =
     "The name is fine; now the password.",
     .rfc = {"959", "4.2.2"}},
    {.name = "332", .kind = TERM_STATUS,
     .title = "Account needed",
     .sentence =
     "An account is needed to log in.",
     .rfc = {"959", "4.2.2"}},
    {.name = "350", .kind = TERM_STATUS,
     .title = "Go on",
     .sentence =
     "So far so good: RNTO must follow RNFR, RETR or STOR must follow REST.",
     .rfc = {"959", "4.2.2"}},
    {.name = "421", .kind = TERM_STATUS,
     .title = "Service not available",
     .sentence =
     "The server closes the control connection: shutting down, an idle "
     "client, or too many of them.",
     .correction =
     "\"Too many connections from this address\" is how servers use this "
     "421; HTTP's 421 is another thing, Misdirected Request.",
     .rfc = {"959", "4.2.2"}},
    {.name = "425", .kind = TERM_STATUS,
     .title = "No data connection",
     .sentence =
     "The data connection can't be opened: nobody connected, nobody "
     "answered, or its TLS was not resumed.",
     .rfc = {"959", "4.2.2"}},
    {.name = "426", .kind = TERM_STATUS,
     .title = "Transfer aborted",
     .sentence =
     "The data connection broke or was closed: by ABOR, perhaps.",
     .rfc = {"959", "4.2.2"}},
    {.name = "431", .kind = TERM_STATUS,
     .title = "No such security",
     .sentence =
     "The security mechanism is not to be had now.",
     .rfc = {"2228", "5"}},
    {.name = "450", .kind = TERM_STATUS,
     .title = "File busy",
     .sentence =
     "The file is not available now; try again.",
     .rfc = {"959", "4.2.2"}},
    {.name = "451", .kind = TERM_STATUS,
     .title = "Local error",
     .sentence =
     "The server has failed at it; try again.",
     .rfc = {"959", "4.2.2"}},
    {.name = "452", .kind = TERM_STATUS,
     .title = "No space",
     .sentence =
     "There is not enough room on the server now.",
     .rfc = {"959", "4.2.2"}},
    {.name = "500", .kind = TERM_STATUS,
     .title = "Not understood",
     .sentence =
     "The command is unknown, or the line too long.",
     .rfc = {"959", "4.2.2"}},
    {.name = "501", .kind = TERM_STATUS,
     .title = "Bad argument",
     .sentence =
     "The command's parameter can't be read.",
     .rfc = {"959", "4.2.2"}},
    {.name = "502", .kind = TERM_STATUS,
     .title = "Not implemented",
     .sentence =
     "The server knows the command and does not have it.",
     .rfc = {"959", "4.2.2"}},
    {.name = "503", .kind = TERM_STATUS,
     .title = "Bad sequence",
     .sentence =
     "This command can't come here: RNTO without RNFR, PASS without USER.",
     .rfc = {"959", "4.2.2"}},
    {.name = "504", .kind = TERM_STATUS,
     .title = "Parameter not implemented",
     .sentence =
     "The command is there, but not with this parameter.",
     .rfc = {"959", "4.2.2"}},
    {.name = "521", .kind = TERM_STATUS,
     .title = "Protection refused",
     .sentence =
     "No data connection can be opened with this PROT setting.",
     .rfc = {"4217", "9"}},
    {.name = "522", .kind = TERM_STATUS,
     .title = "Network protocol not supported",
     .sentence =
     "The answer to EPRT or EPSV for one the server does not speak; it lists"
     " those it does.",
     .rfc = {"2428", "2"}},
    {.name = "530", .kind = TERM_STATUS,
     .title = "Not logged in",
     .sentence =
     "The log-in was refused, or must come first.",
     .rfc = {"959", "4.2.2"}},
    {.name = "532", .kind = TERM_STATUS,
     .title = "Account needed",
     .sentence =
     "An account is needed to store files.",
     .rfc = {"959", "4.2.2"}},
    {.name = "534", .kind = TERM_STATUS,
     .title = "Refused for policy",
     .sentence =
     "The server's policy asks for another protection.",
     .rfc = {"2228", "5"}},
    {.name = "536", .kind = TERM_STATUS,
     .title = "Protection level not supported",
     .sentence =
     "This PROT level is not supported by the mechanism.",
     .rfc = {"2228", "5"}},
    {.name = "550", .kind = TERM_STATUS,
     .title = "Not available",
     .sentence =
     "The file is not there, or not for this user.",
     .rfc = {"959", "4.2.2"}},
    {.name = "551", .kind = TERM_STATUS,
     .title = "Page type unknown",
     .sentence =
     "The type of a page, in a structure that nobody uses.",
     .rfc = {"959", "4.2.2"}},
    {.name = "552", .kind = TERM_STATUS,
     .title = "Quota exceeded",
     .sentence =
     "There is no more room for this user.",
     .rfc = {"959", "4.2.2"}},
    {.name = "553", .kind = TERM_STATUS,
     .title = "Name not allowed",
     .sentence =
     "A file may not have this name, or not there.",
     .rfc = {"959", "4.2.2"}},
    {.name = NULL}};
/* clang-format on */
