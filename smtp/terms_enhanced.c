/* SPDX-License-Identifier: MIT */
/*
 * terms: the enhanced status codes, CLASS.SUBJECT.DETAIL. The class is 2
 * (done), 4 (later, perhaps) or 5 (never); the entries stand under the class in
 * which they are seen.
 */
#include "smtp/terms.h"

#include <stddef.h>

/* clang-format off */
const struct term smtp_terms_enhanced[] = {
    {.name = "2.0.0", .kind = TERM_SUBSTATUS,
     .title = "other",
     .sentence =
     "It went well; no more is to be said.",
     .rfc = {"3463", "3.1"}},
    {.name = "2.1.0", .kind = TERM_SUBSTATUS,
     .title = "address, other",
     .sentence =
     "The sender is accepted.",
     .rfc = {"3463", "3.2"}},
    {.name = "2.1.5", .kind = TERM_SUBSTATUS,
     .title = "destination address valid",
     .sentence =
     "The recipient is accepted.",
     .rfc = {"3463", "3.2"}},
    {.name = "2.6.0", .kind = TERM_SUBSTATUS,
     .title = "content, other",
     .sentence =
     "The message itself is accepted.",
     .rfc = {"3463", "3.7"}},
    {.name = "2.7.0", .kind = TERM_SUBSTATUS,
     .title = "security, other",
     .sentence =
     "The log-in has succeeded.",
     .rfc = {"4954", "6"}},
    {.name = "4.2.0", .kind = TERM_SUBSTATUS,
     .title = "mailbox, other",
     .sentence =
     "Something about the mailbox, for now.",
     .rfc = {"3463", "3.3"}},
    {.name = "4.2.1", .kind = TERM_SUBSTATUS,
     .title = "mailbox disabled",
     .sentence =
     "The mailbox takes nothing for the time being.",
     .rfc = {"3463", "3.3"}},
    {.name = "4.2.2", .kind = TERM_SUBSTATUS,
     .title = "mailbox full",
     .sentence =
     "There is no room; its owner may make some.",
     .rfc = {"3463", "3.3"}},
    {.name = "4.3.0", .kind = TERM_SUBSTATUS,
     .title = "mail system, other",
     .sentence =
     "The server failed; the message did not.",
     .rfc = {"3463", "3.4"}},
    {.name = "4.3.1", .kind = TERM_SUBSTATUS,
     .title = "mail system full",
     .sentence =
     "The server's disk is full.",
     .rfc = {"3463", "3.4"}},
    {.name = "4.3.2", .kind = TERM_SUBSTATUS,
     .title = "not accepting messages",
     .sentence =
     "The server shuts down, or takes nothing for now.",
     .rfc = {"3463", "3.4"}},
    {.name = "4.4.1", .kind = TERM_SUBSTATUS,
     .title = "no answer from host",
     .sentence =
     "The next host does not answer.",
     .rfc = {"3463", "3.5"}},
    {.name = "4.4.2", .kind = TERM_SUBSTATUS,
     .title = "bad connection",
     .sentence =
     "The connection broke off in the middle.",
     .rfc = {"3463", "3.5"}},
    {.name = "4.4.3", .kind = TERM_SUBSTATUS,
     .title = "directory server failure",
     .sentence =
     "The name server gave no answer.",
     .rfc = {"3463", "3.5"}},
    {.name = "4.4.7", .kind = TERM_SUBSTATUS,
     .title = "delivery time expired",
     .sentence =
     "It was tried for days, and is given up.",
     .rfc = {"3463", "3.5"}},
    {.name = "4.5.0", .kind = TERM_SUBSTATUS,
     .title = "protocol, other",
     .sentence =
     "The next server broke the protocol.",
     .rfc = {"3463", "3.6"}},
    {.name = "4.5.3", .kind = TERM_SUBSTATUS,
     .title = "too many recipients",
     .sentence =
     "The others need another transaction.",
     .rfc = {"3463", "3.6"}},
    {.name = "4.7.0", .kind = TERM_SUBSTATUS,
     .title = "security, other",
     .sentence =
     "Policy says no, for now: the log-in, or the sender's address.",
     .rfc = {"4954", "6"}},
    {.name = "4.7.1", .kind = TERM_SUBSTATUS,
     .title = "delivery not authorized",
     .sentence =
     "Not now: greylisting says so.",
     .rfc = {"3463", "3.8"}},
    {.name = "4.7.5", .kind = TERM_SUBSTATUS,
     .title = "cryptographic failure",
     .sentence =
     "TLS failed: the certificate is not to be trusted.",
     .rfc = {"3463", "3.8"}},
    {.name = "5.0.0", .kind = TERM_SUBSTATUS,
     .title = "other",
     .sentence =
     "It failed; no more is to be said.",
     .rfc = {"3463", "3.1"}},
    {.name = "5.1.1", .kind = TERM_SUBSTATUS,
     .title = "bad destination mailbox",
     .sentence =
     "There is no such mailbox.",
     .rfc = {"3463", "3.2"}},
    {.name = "5.1.2", .kind = TERM_SUBSTATUS,
     .title = "bad destination system",
     .sentence =
     "There is no such domain.",
     .rfc = {"3463", "3.2"}},
    {.name = "5.1.3", .kind = TERM_SUBSTATUS,
     .title = "bad destination syntax",
     .sentence =
     "The recipient is no address.",
     .rfc = {"3463", "3.2"}},
    {.name = "5.1.6", .kind = TERM_SUBSTATUS,
     .title = "mailbox has moved",
     .sentence =
     "It was there once; nobody knows where it is now.",
     .rfc = {"3463", "3.2"}},
    {.name = "5.1.7", .kind = TERM_SUBSTATUS,
     .title = "bad sender syntax",
     .sentence =
     "The sender is no address.",
     .rfc = {"3463", "3.2"}},
    {.name = "5.1.8", .kind = TERM_SUBSTATUS,
     .title = "bad sender system",
     .sentence =
     "The sender's domain does not exist.",
     .rfc = {"3463", "3.2"}},
    {.name = "5.1.10", .kind = TERM_SUBSTATUS,
     .title = "null MX",
     .sentence =
     "The recipient's domain wants no mail.",
     .rfc = {"7505", "4.1"}},
    {.name = "5.2.1", .kind = TERM_SUBSTATUS,
     .title = "mailbox disabled",
     .sentence =
     "The mailbox is closed.",
     .rfc = {"3463", "3.3"}},
    {.name = "5.2.2", .kind = TERM_SUBSTATUS,
     .title = "mailbox full",
     .sentence =
     "There is no room, and none is expected.",
     .rfc = {"3463", "3.3"}},
    {.name = "5.2.3", .kind = TERM_SUBSTATUS,
     .title = "message too long for mailbox",
     .sentence =
     "The mailbox has a limit, and this is beyond it.",
     .rfc = {"3463", "3.3"}},
    {.name = "5.3.4", .kind = TERM_SUBSTATUS,
     .title = "message too big",
     .sentence =
     "The server has a limit, and this is beyond it.",
     .rfc = {"3463", "3.4"}},
    {.name = "5.4.4", .kind = TERM_SUBSTATUS,
     .title = "unable to route",
     .sentence =
     "There is no way to that domain.",
     .rfc = {"3463", "3.5"}},
    {.name = "5.4.6", .kind = TERM_SUBSTATUS,
     .title = "routing loop",
     .sentence =
     "The message goes in circles.",
     .rfc = {"3463", "3.5"},
     .next =
     "Look at its Received fields: the same hosts come again."},
    {.name = "5.5.0", .kind = TERM_SUBSTATUS,
     .title = "protocol, other",
     .sentence =
     "What was said is no SMTP.",
     .rfc = {"3463", "3.6"}},
    {.name = "5.5.1", .kind = TERM_SUBSTATUS,
     .title = "invalid command",
     .sentence =
     "The command is not known, or not now.",
     .rfc = {"3463", "3.6"}},
    {.name = "5.5.2", .kind = TERM_SUBSTATUS,
     .title = "syntax error",
     .sentence =
     "The command can't be read.",
     .rfc = {"3463", "3.6"}},
    {.name = "5.5.3", .kind = TERM_SUBSTATUS,
     .title = "too many recipients",
     .sentence =
     "No more of them, and never.",
     .rfc = {"3463", "3.6"}},
    {.name = "5.5.4", .kind = TERM_SUBSTATUS,
     .title = "invalid arguments",
     .sentence =
     "The command's parameters make no sense.",
     .rfc = {"3463", "3.6"}},
    {.name = "5.6.0", .kind = TERM_SUBSTATUS,
     .title = "content, other",
     .sentence =
     "Something in the message itself.",
     .rfc = {"3463", "3.7"}},
    {.name = "5.6.3", .kind = TERM_SUBSTATUS,
     .title = "conversion required",
     .sentence =
     "It has octets above 127, and the next server takes none.",
     .rfc = {"3463", "3.7"}},
    {.name = "5.6.7", .kind = TERM_SUBSTATUS,
     .title = "non-ASCII addresses not permitted",
     .sentence =
     "An address is beyond ASCII, and the next server takes ASCII only.",
     .rfc = {"6531", "4.2"}},
    {.name = "5.7.0", .kind = TERM_SUBSTATUS,
     .title = "security, other",
     .sentence =
     "Policy says no; the text may say which.",
     .rfc = {"4954", "6"}},
    {.name = "5.7.1", .kind = TERM_SUBSTATUS,
     .title = "delivery not authorized",
     .sentence =
     "Not you, or not this: often a server that is asked to relay.",
     .rfc = {"3463", "3.8"}},
    {.name = "5.7.8", .kind = TERM_SUBSTATUS,
     .title = "credentials invalid",
     .sentence =
     "Name or password are wrong.",
     .rfc = {"4954", "6"}},
    {.name = "5.7.9", .kind = TERM_SUBSTATUS,
     .title = "mechanism too weak",
     .sentence =
     "Use a stronger way to log in.",
     .rfc = {"4954", "6"}},
    {.name = "5.7.11", .kind = TERM_SUBSTATUS,
     .title = "encryption required",
     .sentence =
     "This way to log in needs TLS.",
     .rfc = {"4954", "6"}},
    {.name = "5.7.27", .kind = TERM_SUBSTATUS,
     .title = "sender has null MX",
     .sentence =
     "The sender's domain takes no mail, so it could hear of no failure.",
     .rfc = {"7505", "4.2"}},
    {.name = NULL}};
/* clang-format on */
