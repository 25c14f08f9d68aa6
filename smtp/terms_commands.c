/* SPDX-License-Identifier: MIT */
/*
 * terms: the commands.
 */
#include "smtp/terms.h"

#include <stddef.h>

/* clang-format off */
const struct term smtp_terms_commands[] = {
    {.name = "EHLO", .kind = TERM_METHOD, .title = "extended hello",
     .sentence =
     "Says who the client is and asks what the server can do; its answer lists "
     "a capability a line.",
     .rfc = {"5321", "4.1.1.1"},
     .next = "Answered with 500 or 502? Say HELO: the server is an old one."},
    {.name = "HELO", .kind = TERM_METHOD, .title = "hello",
     .sentence =
     "Says who the client is, and asks for nothing beyond the oldest SMTP.",
     .rfc = {"5321", "4.1.1.1"}},
    {.name = "STARTTLS", .kind = TERM_METHOD,
     .sentence =
     "Asks to go on under TLS on this connection; after the handshake both "
     "forget what was said before.",
     .rfc = {"3207", "4"},
     .next = "After the 220 begin the handshake; then say EHLO again."},
    {.name = "AUTH", .kind = TERM_METHOD, .title = "log in",
     .sentence =
     "Names a SASL mechanism; challenges (334) and responses in base64 "
     "follow until the server is convinced.",
     .rfc = {"4954", "4"},
     .next = "Only under TLS: base64 hides nothing."},
    {.name = "MAIL", .kind = TERM_METHOD, .title = "a transaction begins",
     .sentence =
     "Names the reverse path, where reports of failure go; `<>` is that of a "
     "report itself, so that no report answers a report.",
     .rfc = {"5321", "4.1.1.2"}},
    {.name = "RCPT", .kind = TERM_METHOD, .title = "one recipient",
     .sentence =
     "Names one forward path; each recipient gets an answer of his own, so a "
     "message may be taken for some and refused for others.",
     .rfc = {"5321", "4.1.1.3"}},
    {.name = "DATA", .kind = TERM_METHOD, .title = "the message",
     .sentence =
     "After 354 the message follows, and ends with a line that is a single "
     "dot; a line of its own that begins with a dot gets another one.",
     .rfc = {"5321", "4.1.1.4"}},
    {.name = "RSET", .kind = TERM_METHOD, .title = "reset",
     .sentence =
     "Throws away the sender, recipients and data gathered so far; the session "
     "goes on.",
     .rfc = {"5321", "4.1.1.5"}},
    {.name = "VRFY", .kind = TERM_METHOD, .title = "verify",
     .sentence =
     "Asks whether a mailbox exists; most servers answer 252, since those who "
     "ask most are senders of junk.",
     .rfc = {"5321", "4.1.1.6"}},
    {.name = "EXPN", .kind = TERM_METHOD, .title = "expand",
     .sentence = "Asks who is on a mailing list; hardly any server tells.",
     .rfc = {"5321", "4.1.1.7"}},
    {.name = "HELP", .kind = TERM_METHOD,
     .sentence = "Asks for words that a person can read.",
     .rfc = {"5321", "4.1.1.8"}},
    {.name = "NOOP", .kind = TERM_METHOD, .title = "no operation",
     .sentence =
     "Asks for nothing but an answer, to see that the server is still there.",
     .rfc = {"5321", "4.1.1.9"}},
    {.name = "QUIT", .kind = TERM_METHOD,
     .sentence =
     "Ends the session: the server answers 221 and then closes.",
     .rfc = {"5321", "4.1.1.10"}},
    {.name = NULL}};
/* clang-format on */
