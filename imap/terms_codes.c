/* SPDX-License-Identifier: MIT */
/*
 * terms: response codes, the words in brackets after OK, NO and BAD.
 */
#include "imap/terms.h"

/* clang-format off */
const struct term imap_terms_codes[] = {
    {.name = "ALERT", .kind = TERM_STATUS,
     .sentence =
     "The text after it must be shown to the user.",
     .rfc = {"3501", "7.1"}},
    {.name = "BADCHARSET", .kind = TERM_STATUS,
     .sentence =
     "SEARCH was asked in a character set that the server does not know.",
     .rfc = {"3501", "7.1"}},
    {.name = "PARSE", .kind = TERM_STATUS,
     .sentence =
     "A header or structure of a message could not be read as the standards "
     "have it.",
     .rfc = {"3501", "7.1"}},
    {.name = "PERMANENTFLAGS", .kind = TERM_STATUS,
     .sentence =
     "The flags that a client may change for good; \\* means that it may "
     "make new ones.",
     .rfc = {"3501", "7.1"}},
    {.name = "READ-ONLY", .kind = TERM_STATUS,
     .sentence =
     "The mailbox is open, and nothing in it can be changed.",
     .rfc = {"3501", "7.1"}},
    {.name = "READ-WRITE", .kind = TERM_STATUS,
     .sentence =
     "The mailbox is open for changes.",
     .rfc = {"3501", "7.1"}},
    {.name = "TRYCREATE", .kind = TERM_STATUS,
     .sentence =
     "There is no such mailbox, but CREATE would make one.",
     .rfc = {"3501", "7.1"}},
    {.name = "UIDNEXT", .kind = TERM_STATUS,
     .sentence =
     "No message has this UID or a greater one yet.",
     .rfc = {"3501", "2.3.1.1"}},
    {.name = "UIDVALIDITY", .kind = TERM_STATUS,
     .sentence =
     "As long as this number is the same, a UID means the same message.",
     .rfc = {"3501", "2.3.1.1"},
     .next =
     "When it has changed, forget every UID remembered."},
    {.name = "UNSEEN", .kind = TERM_STATUS,
     .sentence =
     "The number of the first message that is not \\Seen.",
     .rfc = {"3501", "7.1"}},
    {.name = "APPENDUID", .kind = TERM_STATUS,
     .sentence =
     "The UIDVALIDITY of the mailbox and the UID that the appended message "
     "got.",
     .rfc = {"4315", "3"}},
    {.name = "COPYUID", .kind = TERM_STATUS,
     .sentence =
     "The UIDVALIDITY of the target, the UIDs that were copied, and those "
     "they have there.",
     .rfc = {"4315", "3"}},
    {.name = "UIDNOTSTICKY", .kind = TERM_STATUS,
     .sentence =
     "The mailbox forgets its UIDs between sessions.",
     .rfc = {"4315", "3"}},
    {.name = NULL}};
/* clang-format on */
