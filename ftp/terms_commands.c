/* SPDX-License-Identifier: MIT */
/*
 * terms: the commands.
 */
#include "ftp/terms.h"

#include <stddef.h>

/* clang-format off */
const struct term ftp_terms_commands[] = {
    {.name = "USER", .kind = TERM_METHOD,
     .sentence =
     "Says who wants to log in: 331 asks for the password, 230 needs none.",
     .rfc = {"959", "4.1.1"}},
    {.name = "PASS", .kind = TERM_METHOD,
     .sentence =
     "Says the password: in clear text, unless AUTH TLS came before it.",
     .next =
     "Ask for TLS first: anybody on the way can read it.",
     .rfc = {"959", "4.1.1"}},
    {.name = "ACCT", .kind = TERM_METHOD,
     .sentence =
     "Says an account besides the user, where a system has both; today's "
     "have not.",
     .rfc = {"959", "4.1.1"}},
    {.name = "CWD", .kind = TERM_METHOD,
     .title = "change working directory",
     .sentence =
     "Makes another directory the one that paths without a slash begin in.",
     .rfc = {"959", "4.1.1"}},
    {.name = "CDUP", .kind = TERM_METHOD,
     .title = "change to parent directory",
     .sentence =
     "The same as CWD to the directory above.",
     .rfc = {"959", "4.1.1"}},
    {.name = "QUIT", .kind = TERM_METHOD,
     .sentence =
     "Ends the session; a transfer under way is finished first.",
     .rfc = {"959", "4.1.1"}},
    {.name = "REIN", .kind = TERM_METHOD,
     .title = "reinitialize",
     .sentence =
     "Forgets who has logged in, and begins anew over the same connection.",
     .rfc = {"959", "4.1.1"}},
    {.name = "PORT", .kind = TERM_METHOD,
     .sentence =
     "Active mode: names the address, in six numbers, that the server is to "
     "connect to for the data.",
     .next =
     "Behind a firewall or a translator use EPSV: what comes in is dropped "
     "there.",
     .rfc = {"959", "4.1.2"}},
    {.name = "PASV", .kind = TERM_METHOD,
     .title = "passive",
     .sentence =
     "Asks the server to listen for the data connection; the 227 tells "
     "where, in six numbers.",
     .next =
     "Connect to the port it names, at the host you speak with already.",
     .rfc = {"959", "4.1.2"}},
    {.name = "EPRT", .kind = TERM_METHOD,
     .title = "extended PORT",
     .sentence =
     "PORT for any network protocol: |2|address|port| is IPv6.",
     .rfc = {"2428", "2"}},
    {.name = "EPSV", .kind = TERM_METHOD,
     .title = "extended PASV",
     .sentence =
     "PASV for any network protocol: the 229 names a port only, so it "
     "survives address translators.",
     .rfc = {"2428", "3"}},
    {.name = "TYPE", .kind = TERM_METHOD,
     .title = "representation type",
     .sentence =
     "Says how bytes are represented on the data connection: A is text, I is"
     " bytes as they are.",
     .next =
     "Send TYPE I before anything that is no text.",
     .rfc = {"959", "4.1.2"}},
    {.name = "MODE", .kind = TERM_METHOD,
     .title = "transfer mode",
     .sentence =
     "Says how a file is framed on the data connection: S, a stream, ends "
     "with the connection.",
     .rfc = {"959", "4.1.2"}},
    {.name = "STRU", .kind = TERM_METHOD,
     .title = "file structure",
     .sentence =
     "Says what a file is made of: F, no structure, is the one that is used.",
     .rfc = {"959", "4.1.2"}},
    {.name = "RETR", .kind = TERM_METHOD,
     .title = "retrieve",
     .sentence =
     "Asks for a file: it comes over the data connection, in the type that "
     "is set.",
     .rfc = {"959", "4.1.3"}},
    {.name = "STOR", .kind = TERM_METHOD,
     .title = "store",
     .sentence =
     "Sends a file over the data connection; one of that name is replaced.",
     .rfc = {"959", "4.1.3"}},
    {.name = "STOU", .kind = TERM_METHOD,
     .title = "store unique",
     .sentence =
     "Sends a file under a name that the server picks and tells in its "
     "reply.",
     .rfc = {"959", "4.1.3"}},
    {.name = "APPE", .kind = TERM_METHOD,
     .title = "append",
     .sentence =
     "Sends bytes over the data connection that go behind what the file "
     "holds.",
     .rfc = {"959", "4.1.3"}},
    {.name = "ALLO", .kind = TERM_METHOD,
     .title = "allocate",
     .sentence =
     "Tells how large the next file will be; servers of today need not know.",
     .rfc = {"959", "4.1.3"}},
    {.name = "REST", .kind = TERM_METHOD,
     .title = "restart",
     .sentence =
     "The next transfer begins at this byte of the file.",
     .next =
     "Say RETR or STOR right after it: any other command forgets it.",
     .rfc = {"3659", "5.3"}},
    {.name = "RNFR", .kind = TERM_METHOD,
     .title = "rename from",
     .sentence =
     "Says which file is to have another name; RNTO must follow at once.",
     .rfc = {"959", "4.1.3"}},
    {.name = "RNTO", .kind = TERM_METHOD,
     .title = "rename to",
     .sentence =
     "Says the new name of what RNFR named.",
     .rfc = {"959", "4.1.3"}},
    {.name = "ABOR", .kind = TERM_METHOD,
     .title = "abort",
     .sentence =
     "Stops the transfer under way: 426 is its end, 226 the answer to ABOR "
     "itself.",
     .next =
     "Read both replies before the next command.",
     .rfc = {"959", "4.1.3"}},
    {.name = "DELE", .kind = TERM_METHOD,
     .title = "delete",
     .sentence =
     "Removes a file.",
     .rfc = {"959", "4.1.3"}},
    {.name = "RMD", .kind = TERM_METHOD,
     .title = "remove directory",
     .sentence =
     "Removes a directory, which must be empty.",
     .rfc = {"959", "4.1.3"}},
    {.name = "MKD", .kind = TERM_METHOD,
     .title = "make directory",
     .sentence =
     "Makes a directory; the 257 quotes its path.",
     .rfc = {"959", "4.1.3"}},
    {.name = "PWD", .kind = TERM_METHOD,
     .title = "print working directory",
     .sentence =
     "Asks for the working directory: the 257 has its path in double quotes.",
     .rfc = {"959", "4.1.3"}},
    {.name = "LIST", .kind = TERM_METHOD,
     .sentence =
     "Lists a directory for people, over the data connection; what a line "
     "looks like is the server's affair.",
     .next =
     "A program should say MLSD.",
     .rfc = {"959", "4.1.3"}},
    {.name = "NLST", .kind = TERM_METHOD,
     .title = "name list",
     .sentence =
     "Lists names only, one a line, over the data connection.",
     .rfc = {"959", "4.1.3"}},
    {.name = "MLSD", .kind = TERM_METHOD,
     .title = "list for machines",
     .sentence =
     "Lists a directory over the data connection, each name with facts that "
     "a program can read.",
     .rfc = {"3659", "7.1"}},
    {.name = "MLST", .kind = TERM_METHOD,
     .title = "facts of one",
     .sentence =
     "Tells the facts of one file or directory, over the control connection.",
     .rfc = {"3659", "7.1"}},
    {.name = "SIZE", .kind = TERM_METHOD,
     .sentence =
     "Asks how many bytes a transfer of the file would move, in the type "
     "that is set.",
     .rfc = {"3659", "4.1"}},
    {.name = "MDTM", .kind = TERM_METHOD,
     .title = "modification time",
     .sentence =
     "Asks when a file was changed: YYYYMMDDHHMMSS, in UTC.",
     .rfc = {"3659", "3.1"}},
    {.name = "FEAT", .kind = TERM_METHOD,
     .title = "features",
     .sentence =
     "Asks which extensions the server has, one a line.",
     .rfc = {"2389", "3.1"}},
    {.name = "OPTS", .kind = TERM_METHOD,
     .title = "options",
     .sentence =
     "Says how another command is to behave: OPTS UTF8 ON, OPTS MLST "
     "size;modify;",
     .rfc = {"2389", "4"}},
    {.name = "SITE", .kind = TERM_METHOD,
     .sentence =
     "Whatever this one server can do besides; SITE HELP lists it.",
     .rfc = {"959", "4.1.3"}},
    {.name = "SYST", .kind = TERM_METHOD,
     .title = "system",
     .sentence =
     "Asks for the operating system: 215 UNIX Type: L8 means no more than "
     "bytes of eight bits.",
     .rfc = {"959", "4.1.3"}},
    {.name = "STAT", .kind = TERM_METHOD,
     .title = "status",
     .sentence =
     "Asks how the transfer or the session stands; with a path it is LIST "
     "over the control connection.",
     .rfc = {"959", "4.1.3"}},
    {.name = "HELP", .kind = TERM_METHOD,
     .sentence =
     "Asks which commands there are.",
     .rfc = {"959", "4.1.3"}},
    {.name = "NOOP", .kind = TERM_METHOD,
     .title = "no operation",
     .sentence =
     "Nothing, but a reply: it shows that the session stands.",
     .rfc = {"959", "4.1.3"}},
    {.name = "AUTH", .kind = TERM_METHOD,
     .sentence =
     "AUTH TLS asks for TLS over the control connection: the handshake "
     "follows the 234.",
     .next =
     "Follow it with PBSZ 0 and PROT P, or files go in clear.",
     .rfc = {"4217", "4.1"}},
    {.name = "PBSZ", .kind = TERM_METHOD,
     .title = "protection buffer size",
     .sentence =
     "Comes before PROT; under TLS it is always 0.",
     .rfc = {"4217", "9"}},
    {.name = "PROT", .kind = TERM_METHOD,
     .title = "data channel protection",
     .sentence =
     "Says whether data connections speak TLS: P is private, C is clear.",
     .rfc = {"4217", "9"}},
    {.name = "CCC", .kind = TERM_METHOD,
     .title = "clear command channel",
     .sentence =
     "Goes back to clear text after the log-in, so that firewalls can read "
     "PORT; a bad trade.",
     .rfc = {"4217", "5"}},
    {.name = NULL}};
/* clang-format on */
