/* SPDX-License-Identifier: MIT */
/*
 * terms: the ideas that have a name.
 */
#include "smtp/terms.h"

#include <stddef.h>

/* clang-format off */
const struct term smtp_terms_concepts[] = {
    {.name = "bounce", .kind = TERM_CONCEPT,
     .title = "a report of failure",
     .sentence =
     "A message to the reverse path that says what was not delivered and "
     "why; its own reverse path is null.",
     .rfc = {"5321", "3.6.3"}},
    {.name = "dot-stuffing", .kind = TERM_CONCEPT,
     .title = "transparency",
     .sentence =
     "A line that begins with a dot gets another one, so that a lone dot can "
     "mean the end.",
     .rfc = {"5321", "4.5.2"}},
    {.name = "envelope", .kind = TERM_CONCEPT,
     .sentence =
     "Who sends and who receives, as MAIL and RCPT say it: what servers act "
     "on.",
     .rfc = {"5321", "2.3.1"},
     .correction =
     "The header repeats some of it for people; no server needs it to."},
    {.name = "greeting", .kind = TERM_CONCEPT,
     .sentence =
     "The 220 with which the server speaks first.",
     .rfc = {"5321", "3.1"}},
    {.name = "implicit MX", .kind = TERM_CONCEPT,
     .sentence =
     "A domain without MX records is its own mail exchanger.",
     .rfc = {"5321", "5.1"}},
    {.name = "MX", .kind = TERM_CONCEPT,
     .title = "mail exchanger",
     .sentence =
     "The hosts that take a domain's mail, each with a preference: the "
     "lowest is tried first.",
     .rfc = {"5321", "5.1"}},
    {.name = "null MX", .kind = TERM_CONCEPT,
     .sentence =
     "The single MX record \".\" with preference 0: this domain takes no mail.",
     .rfc = {"7505", "3"}},
    {.name = "null reverse path", .kind = TERM_CONCEPT,
     .sentence =
     "MAIL FROM:<>: a report, which nobody is to answer with another.",
     .rfc = {"5321", "4.5.5"}},
    {.name = "open relay", .kind = TERM_CONCEPT,
     .sentence =
     "A server that passes on anybody's mail to anybody: it is soon full of "
     "junk, and soon refused everywhere.",
     .rfc = {"5321", "7.8"}},
    {.name = "queue", .kind = TERM_CONCEPT,
     .sentence =
     "Messages that a server has taken responsibility for and not delivered "
     "yet.",
     .rfc = {"5321", "4.5.4.1"}},
    {.name = "relay", .kind = TERM_CONCEPT,
     .sentence =
     "A server that takes a message to pass it on, by MX.",
     .rfc = {"5321", "2.3.10"}},
    {.name = "submission", .kind = TERM_CONCEPT,
     .sentence =
     "The first hop: the author's client hands the message to its own "
     "server, after a log-in.",
     .rfc = {"5321", "3.6.3"}},
    {.name = "message", .kind = TERM_CONCEPT,
     .title = "the mail data",
     .sentence =
     "Header and body, as they follow the 354.",
     .rfc = {"5321", "2.3.9"}},
    {.name = "response", .kind = TERM_CONCEPT,
     .title = "a response of the log-in",
     .sentence =
     "The client's answer to a 334, in base64.",
     .rfc = {"4954", "4"}},
    {.name = "log-in", .kind = TERM_CONCEPT,
     .sentence =
     "Which mechanism was chosen, and whether the password itself travels.",
     .rfc = {"4954", "4"}},
    {.name = "in clear", .kind = TERM_CONCEPT,
     .sentence =
     "No TLS: whoever is on the way reads and may change everything.",
     .rfc = {"3207", "4.1"}},
    {.name = NULL}};
/* clang-format on */
