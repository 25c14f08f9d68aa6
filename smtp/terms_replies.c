/* SPDX-License-Identifier: MIT */
/*
 * terms: the reply codes. The first digit says whether it went well, the
 * second what it is about, the third which.
 */
#include "smtp/terms.h"

#include <stddef.h>

/* clang-format off */
const struct term smtp_terms_replies[] = {
    {.name = "211", .kind = TERM_STATUS,
     .title = "system status",
     .sentence =
     "What the server says about itself when it is asked for HELP.",
     .rfc = {"5321", "4.2.3"}},
    {.name = "214", .kind = TERM_STATUS,
     .title = "help message",
     .sentence =
     "Words that a person can read: the answer to HELP.",
     .rfc = {"5321", "4.2.3"}},
    {.name = "220", .kind = TERM_STATUS,
     .title = "service ready",
     .sentence =
     "The greeting, and the go-ahead for STARTTLS: the server is there and "
     "the client may speak.",
     .rfc = {"5321", "4.2.3"},
     .next =
     "Say EHLO; after STARTTLS begin the handshake."},
    {.name = "221", .kind = TERM_STATUS,
     .title = "closing",
     .sentence =
     "The answer to QUIT: the server closes after it.",
     .rfc = {"5321", "4.2.3"}},
    {.name = "235", .kind = TERM_STATUS,
     .title = "logged in",
     .sentence =
     "The log-in has succeeded.",
     .rfc = {"4954", "6"},
     .next =
     "Go on with MAIL. After SCRAM: only if the server has proved that it "
     "knows the password."},
    {.name = "250", .kind = TERM_STATUS,
     .title = "done",
     .sentence =
     "What was asked is done; after the data: the server has taken "
     "responsibility for the message.",
     .rfc = {"5321", "4.2.3"},
     .next =
     "After the data: forget the message, it is the server's to deliver or "
     "to return."},
    {.name = "251", .kind = TERM_STATUS,
     .title = "user not local, forwarded",
     .sentence =
     "The mailbox is elsewhere, and the server will pass the message on.",
     .rfc = {"5321", "3.4"}},
    {.name = "252", .kind = TERM_STATUS,
     .title = "cannot verify",
     .sentence =
     "The answer to VRFY of servers that tell nobody who exists: mail may be "
     "tried.",
     .rfc = {"5321", "3.5.3"},
     .correction =
     "It is neither yes nor no: only RCPT, or the bounce, tells."},
    {.name = "334", .kind = TERM_STATUS,
     .title = "challenge",
     .sentence =
     "The text is a challenge of the log-in in base64; it may be empty.",
     .rfc = {"4954", "4"},
     .next =
     "Answer with the mechanism's response in base64, or * to cancel."},
    {.name = "354", .kind = TERM_STATUS,
     .title = "start of mail",
     .sentence =
     "The server waits for the message, and its end: a line with a single "
     "dot.",
     .rfc = {"5321", "4.2.3"},
     .next =
     "Send the message, dots doubled at line starts, then CR LF . CR LF."},
    {.name = "421", .kind = TERM_STATUS,
     .title = "service not available",
     .sentence =
     "The server closes the connection, now, whatever was asked.",
     .rfc = {"5321", "3.8"},
     .next =
     "Nothing of the transaction counts; try again later.",
     .causes =
     "It shuts down, has too many connections, or has waited too long."},
    {.name = "432", .kind = TERM_STATUS,
     .title = "password transition needed",
     .sentence =
     "The account must be moved to this mechanism before it can be used.",
     .rfc = {"4954", "6"}},
    {.name = "450", .kind = TERM_STATUS,
     .title = "mailbox unavailable, for now",
     .sentence =
     "Not taken now: the mailbox is busy, or the server does not know the "
     "sender yet.",
     .rfc = {"5321", "4.2.3"},
     .next =
     "Keep the message and try again; the first time after some minutes.",
     .causes =
     "A lock, or greylisting: junk is seldom tried twice."},
    {.name = "451", .kind = TERM_STATUS,
     .title = "local error",
     .sentence =
     "The server failed in the middle; it is not the message's fault.",
     .rfc = {"5321", "4.2.3"},
     .next =
     "Keep the message and try again."},
    {.name = "452", .kind = TERM_STATUS,
     .title = "insufficient storage",
     .sentence =
     "The server has no room for the message, or has as many recipients as "
     "it can take.",
     .rfc = {"5321", "4.5.3.1.10"},
     .next =
     "After RCPT: send to those accepted, then the others in another "
     "transaction."},
    {.name = "454", .kind = TERM_STATUS,
     .title = "temporary log-in failure",
     .sentence =
     "TLS or the log-in is not to be had just now.",
     .rfc = {"4954", "6"},
     .next =
     "Try again later; never go on in clear text instead."},
    {.name = "455", .kind = TERM_STATUS,
     .title = "parameters not accommodated",
     .sentence =
     "The server can't do what the parameters ask, for now.",
     .rfc = {"5321", "4.2.3"}},
    {.name = "500", .kind = TERM_STATUS,
     .title = "syntax error",
     .sentence =
     "The server does not know the command, or the line was too long.",
     .rfc = {"5321", "4.2.3"},
     .next =
     "After EHLO: say HELO."},
    {.name = "501", .kind = TERM_STATUS,
     .title = "syntax error in parameters",
     .sentence =
     "The command is known, and what follows it can't be read.",
     .rfc = {"5321", "4.2.3"},
     .causes =
     "An address without brackets, a space after the colon, a name in EHLO "
     "that is none."},
    {.name = "502", .kind = TERM_STATUS,
     .title = "command not implemented",
     .sentence =
     "The server knows the command, and does not do it.",
     .rfc = {"5321", "4.2.4"},
     .next =
     "After EHLO: say HELO."},
    {.name = "503", .kind = TERM_STATUS,
     .title = "bad sequence",
     .sentence =
     "The command is good, and not now.",
     .rfc = {"5321", "4.3.2"},
     .causes =
     "RCPT before MAIL, DATA without a recipient that was accepted, STARTTLS "
     "twice."},
    {.name = "504", .kind = TERM_STATUS,
     .title = "parameter not implemented",
     .sentence =
     "The command is known, its parameter is not.",
     .rfc = {"5321", "4.2.3"}},
    {.name = "521", .kind = TERM_STATUS,
     .title = "no mail here",
     .sentence =
     "This host takes no mail at all, and never will.",
     .rfc = {"7505", "4.1"},
     .next =
     "Don't try again."},
    {.name = "530", .kind = TERM_STATUS,
     .title = "log-in required",
     .sentence =
     "The server talks to those who have logged in, or who have TLS.",
     .rfc = {"4954", "6"},
     .next =
     "STARTTLS, then AUTH."},
    {.name = "534", .kind = TERM_STATUS,
     .title = "mechanism too weak",
     .sentence =
     "This mechanism is too weak for this account.",
     .rfc = {"4954", "6"},
     .next =
     "Use a stronger one."},
    {.name = "535", .kind = TERM_STATUS,
     .title = "log-in refused",
     .sentence =
     "Name or password are wrong; which of them, the server does not say.",
     .rfc = {"4954", "6"},
     .next =
     "Ask the user; don't try the same again."},
    {.name = "538", .kind = TERM_STATUS,
     .title = "encryption required",
     .sentence =
     "This mechanism only under TLS.",
     .rfc = {"4954", "6"},
     .next =
     "STARTTLS, then AUTH."},
    {.name = "550", .kind = TERM_STATUS,
     .title = "mailbox unavailable",
     .sentence =
     "Not taken, and never: there is no such mailbox, or policy forbids it.",
     .rfc = {"5321", "4.2.3"},
     .next =
     "Give it back to the sender; don't try again.",
     .causes =
     "A slip in the address; or no wish for mail from you."},
    {.name = "551", .kind = TERM_STATUS,
     .title = "user not local",
     .sentence =
     "The mailbox is elsewhere; the text may say where.",
     .rfc = {"5321", "3.4"}},
    {.name = "552", .kind = TERM_STATUS,
     .title = "too much",
     .sentence =
     "The message, or the mailbox with it, would be too large.",
     .rfc = {"5321", "4.5.3.1.9"},
     .next =
     "In answer to RCPT, from old servers: too many recipients, as 452."},
    {.name = "553", .kind = TERM_STATUS,
     .title = "mailbox name not allowed",
     .sentence =
     "The address has a form that this server does not take.",
     .rfc = {"5321", "4.2.3"}},
    {.name = "554", .kind = TERM_STATUS,
     .title = "transaction failed",
     .sentence =
     "No, for a reason that no other code has; as a greeting: no SMTP here.",
     .rfc = {"5321", "4.2.3"},
     .causes =
     "The content, or where it comes from, looks like junk; no recipient was "
     "good."},
    {.name = "555", .kind = TERM_STATUS,
     .title = "parameters not recognised",
     .sentence =
     "MAIL or RCPT has a parameter that the server does not know.",
     .rfc = {"5321", "4.1.1.11"},
     .next =
     "Use only what EHLO has offered."},
    {.name = "556", .kind = TERM_STATUS,
     .title = "domain takes no mail",
     .sentence =
     "The recipient's domain has a null MX: it wants no mail.",
     .rfc = {"7505", "4.1"},
     .next =
     "Give it back to the sender."},
    {.name = NULL}};
/* clang-format on */
