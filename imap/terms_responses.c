/* SPDX-License-Identifier: MIT */
/*
 * terms: what a server says: how a command ended, and data.
 */
#include "imap/terms.h"

/* clang-format off */
const struct term imap_terms_responses[] = {
    {.name = "OK", .kind = TERM_STATUS,
     .sentence =
     "With a tag: the command is done. Without: for your information.",
     .rfc = {"3501", "7.1.1"}},
    {.name = "NO", .kind = TERM_STATUS,
     .sentence =
     "With a tag: the command has failed. Without: a warning.",
     .rfc = {"3501", "7.1.2"}},
    {.name = "BAD", .kind = TERM_STATUS,
     .sentence =
     "The command was not understood, or not allowed in this state.",
     .rfc = {"3501", "7.1.3"},
     .next =
     "Mend the client: the same again gives the same answer."},
    {.name = "PREAUTH", .kind = TERM_STATUS,
     .sentence =
     "A greeting that says: you are logged in already.",
     .rfc = {"3501", "7.1.4"},
     .next =
     "Without TLS, hang up: STARTTLS is not possible any more, and an "
     "attacker may want just that."},
    {.name = "BYE", .kind = TERM_STATUS,
     .sentence =
     "The server is about to close the connection.",
     .rfc = {"3501", "7.1.5"}},
    {.name = "FLAGS", .kind = TERM_STATUS,
     .sentence =
     "The flags that messages in this mailbox may have.",
     .rfc = {"3501", "7.2.6"}},
    {.name = "EXISTS", .kind = TERM_STATUS,
     .sentence =
     "So many messages are in the mailbox now; it may come at any time.",
     .rfc = {"3501", "7.3.1"}},
    {.name = "RECENT", .kind = TERM_STATUS,
     .sentence =
     "So many of them have arrived since the last session looked.",
     .rfc = {"3501", "7.3.2"}},
    {.name = "EXPUNGE", .kind = TERM_STATUS, .title = "untagged",
     .sentence =
     "The message of that number is gone, and every number above it is one "
     "less now.",
     .rfc = {"3501", "7.4.1"}},
    {.name = "FETCH", .kind = TERM_STATUS, .title = "untagged",
     .sentence =
     "What is known of a message: what was asked for, or flags that "
     "somebody has changed.",
     .rfc = {"3501", "7.4.2"}},
    {.name = "LIST", .kind = TERM_STATUS, .title = "untagged",
     .sentence =
     "The name of a mailbox, its separator, and whether it can be opened.",
     .rfc = {"3501", "7.2.2"}},
    {.name = "LSUB", .kind = TERM_STATUS, .title = "untagged",
     .sentence =
     "A name that the user has subscribed to.",
     .rfc = {"3501", "7.2.3"}},
    {.name = "STATUS", .kind = TERM_STATUS, .title = "untagged",
     .sentence =
     "The numbers of a mailbox that is not open.",
     .rfc = {"3501", "7.2.4"}},
    {.name = "SEARCH", .kind = TERM_STATUS, .title = "untagged",
     .sentence =
     "The numbers of the messages that meet the conditions.",
     .rfc = {"3501", "7.2.5"}},
    {.name = "CAPABILITY", .kind = TERM_STATUS, .title = "untagged",
     .sentence =
     "What the server can do, here and now.",
     .rfc = {"3501", "7.2.1"}},
    {.name = "+", .kind = TERM_STATUS,
     .title = "continuation",
     .sentence =
     "The server waits for more of the command: the octets of a literal, or "
     "the answer to a challenge.",
     .rfc = {"3501", "7.5"}},
    {.name = "*", .kind = TERM_STATUS,
     .title = "untagged",
     .sentence =
     "In front of a response: it answers no single command.",
     .rfc = {"3501", "2.2.2"}},
    {.name = NULL}};
/* clang-format on */
