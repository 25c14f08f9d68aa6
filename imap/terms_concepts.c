/* SPDX-License-Identifier: MIT */
/*
 * terms: items of a FETCH, and ideas that have a name.
 */
#include "imap/terms.h"

/* clang-format off */
const struct term imap_terms_concepts[] = {
    {.name = "tag", .kind = TERM_CONCEPT,
     .sentence =
     "The word that a client puts before each command, and the server "
     "before its end: so answers find their commands when several are under "
     "way.",
     .rfc = {"3501", "2.2.1"}},
    {.name = "literal", .kind = TERM_CONCEPT,
     .sentence =
     "A string with its length before it, as in {5}: any octets may stand "
     "in it, and they are counted, not searched for an end.",
     .rfc = {"3501", "4.3"}},
    {.name = "UID", .kind = TERM_CONCEPT,
     .sentence =
     "A number that a message keeps as long as it is in the mailbox.",
     .rfc = {"3501", "2.3.1.1"}},
    {.name = "sequence number", .kind = TERM_CONCEPT,
     .sentence =
     "The place of a message in the mailbox, from 1; when one is removed, "
     "all after it move up.",
     .rfc = {"3501", "2.3.1.2"}},
    {.name = "ENVELOPE", .kind = TERM_CONCEPT,
     .sentence =
     "Date, subject, addresses and identifiers of a message, taken apart by "
     "the server.",
     .rfc = {"3501", "2.3.5"}},
    {.name = "BODYSTRUCTURE", .kind = TERM_CONCEPT,
     .sentence =
     "The parts of a MIME message, with types and sizes, without their "
     "content.",
     .rfc = {"3501", "2.3.6"}},
    {.name = "BODY.PEEK", .kind = TERM_CONCEPT,
     .sentence =
     "The same as BODY[...], but \\Seen is not set.",
     .rfc = {"3501", "6.4.5"}},
    {.name = "RFC822.SIZE", .kind = TERM_CONCEPT,
     .sentence =
     "The octets of the whole message.",
     .rfc = {"3501", "2.3.4"}},
    {.name = "INTERNALDATE", .kind = TERM_CONCEPT,
     .sentence =
     "When the message came into the mailbox, which is not what its Date "
     "field says.",
     .rfc = {"3501", "2.3.3"}},
    {.name = "modified UTF-7", .kind = TERM_CONCEPT,
     .sentence =
     "How names of mailboxes that are not ASCII travel: &, BASE64 of "
     "UTF-16, -.",
     .rfc = {"3501", "5.1.3"}},
    {.name = "keyword", .kind = TERM_CONCEPT,
     .sentence =
     "A flag without a backslash, made by clients.",
     .rfc = {"3501", "2.3.2"}},
    {.name = NULL}};
/* clang-format on */
