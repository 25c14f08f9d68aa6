/* SPDX-License-Identifier: MIT */
/*
 * terms: what a server offers in its answer to EHLO, and the parameters
 * that come with it.
 */
#include "smtp/terms.h"

#include <stddef.h>

/* clang-format off */
const struct term smtp_terms_capabilities[] = {
    {.name = "8BITMIME", .kind = TERM_CONCEPT,
     .title = "eight-bit bodies",
     .sentence =
     "Lines of octets above 127 may be sent as they are; MAIL then says "
     "BODY=8BITMIME.",
     .rfc = {"6152", "3"}},
    {.name = "BODY", .kind = TERM_CONCEPT,
     .title = "the parameter BODY",
     .sentence =
     "Of MAIL: which octets the message has, 7BIT or 8BITMIME.",
     .rfc = {"6152", "3"}},
    {.name = "CHUNKING", .kind = TERM_CONCEPT,
     .title = "BDAT",
     .sentence =
     "Another way to send a message, in counted chunks; ours uses DATA.",
     .rfc = {"5321", "2.2.2"}},
    {.name = "DSN", .kind = TERM_CONCEPT,
     .title = "delivery status notifications",
     .sentence =
     "Reports may be asked for: of success, failure, delay, or none.",
     .rfc = {"3461", "3"}},
    {.name = "ENHANCEDSTATUSCODES", .kind = TERM_CONCEPT,
     .title = "enhanced codes",
     .sentence =
     "Replies carry a second, finer code behind the first.",
     .rfc = {"2034", "4"}},
    {.name = "ENVID", .kind = TERM_CONCEPT,
     .title = "the parameter ENVID",
     .sentence =
     "Of MAIL: a name of the sender's for this envelope; every report "
     "repeats it.",
     .rfc = {"3461", "4.4"}},
    {.name = "NOTIFY", .kind = TERM_CONCEPT,
     .title = "the parameter NOTIFY",
     .sentence =
     "Of RCPT: when to report, NEVER or some of SUCCESS, FAILURE, DELAY.",
     .rfc = {"3461", "4.1"}},
    {.name = "ORCPT", .kind = TERM_CONCEPT,
     .title = "the parameter ORCPT",
     .sentence =
     "Of RCPT: the address as the sender wrote it, whatever became of it "
     "since.",
     .rfc = {"3461", "4.2"}},
    {.name = "PIPELINING", .kind = TERM_CONCEPT,
     .title = "command pipelining",
     .sentence =
     "Commands may be sent without waiting for each reply: a message takes "
     "two round trips instead of four.",
     .rfc = {"2920", "3.1"},
     .next =
     "Send MAIL, all RCPT and DATA together; read their replies in order."},
    {.name = "RET", .kind = TERM_CONCEPT,
     .title = "the parameter RET",
     .sentence =
     "Of MAIL: what a report of failure gives back, FULL or HDRS.",
     .rfc = {"3461", "4.3"}},
    {.name = "SIZE", .kind = TERM_CONCEPT,
     .title = "message size",
     .sentence =
     "How many octets the server takes at most; MAIL says how many there "
     "will be.",
     .rfc = {"1870", "3"},
     .next =
     "A message that is larger is not worth sending."},
    {.name = "SMTPUTF8", .kind = TERM_CONCEPT,
     .title = "internationalised mail",
     .sentence =
     "Addresses and header fields may be in UTF-8.",
     .rfc = {"6531", "3.2"}},
    {.name = "CRAM-MD5", .kind = TERM_CONCEPT,
     .title = "the log-in CRAM-MD5",
     .sentence =
     "The server asks, the client answers with a keyed MD5 of the question: "
     "the password stays at home, but can be guessed from it.",
     .rfc = {"2195", "2"}},
    {.name = "LOGIN", .kind = TERM_CONCEPT,
     .title = "the log-in LOGIN",
     .sentence =
     "Name and password in base64, asked one by one; no RFC defines it, many "
     "servers know it.",
     .rfc = {"4954", "4"}},
    {.name = "PLAIN", .kind = TERM_CONCEPT,
     .title = "the log-in PLAIN",
     .sentence =
     "Name and password with NULs between, in base64, which hides nothing.",
     .rfc = {"4616", "2"},
     .next =
     "Only under TLS."},
    {.name = "SCRAM-SHA-256", .kind = TERM_CONCEPT,
     .title = "the log-in SCRAM-SHA-256",
     .sentence =
     "Both ends prove that they know the password, and neither says it.",
     .rfc = {"7677", "3"}},
    {.name = NULL}};
/* clang-format on */
