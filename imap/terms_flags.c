/* SPDX-License-Identifier: MIT */
/*
 * terms: flags.
 */
#include "imap/terms.h"

/* clang-format off */
const struct term imap_terms_flags[] = {
    {.name = "\\Seen", .kind = TERM_CONCEPT,
     .sentence =
     "The message has been read.",
     .rfc = {"3501", "2.3.2"}},
    {.name = "\\Answered", .kind = TERM_CONCEPT,
     .sentence =
     "It has been answered.",
     .rfc = {"3501", "2.3.2"}},
    {.name = "\\Flagged", .kind = TERM_CONCEPT,
     .sentence =
     "It is marked as urgent or special.",
     .rfc = {"3501", "2.3.2"}},
    {.name = "\\Deleted", .kind = TERM_CONCEPT,
     .sentence =
     "It goes at the next EXPUNGE; until then it can be kept by taking the "
     "flag away.",
     .rfc = {"3501", "2.3.2"}},
    {.name = "\\Draft", .kind = TERM_CONCEPT,
     .sentence =
     "It is not finished.",
     .rfc = {"3501", "2.3.2"}},
    {.name = "\\Recent", .kind = TERM_CONCEPT,
     .sentence =
     "It arrived since the last session that opened the mailbox; no client "
     "can set or clear this flag.",
     .rfc = {"3501", "2.3.2"}},
    {.name = "$Forwarded", .kind = TERM_CONCEPT,
     .sentence =
     "A keyword, which clients have agreed upon: the message was passed on.",
     .rfc = {"3501", "2.3.2"}},
    {.name = NULL}};
/* clang-format on */
