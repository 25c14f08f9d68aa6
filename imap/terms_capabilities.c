/* SPDX-License-Identifier: MIT */
/*
 * terms: capabilities: what a server says it can do.
 */
#include "imap/terms.h"

/* clang-format off */
const struct term imap_terms_capabilities[] = {
    {.name = "IMAP4rev1", .kind = TERM_CONCEPT,
     .sentence =
     "The protocol of RFC 3501.",
     .rfc = {"3501", "6.1.1"}},
    {.name = "LOGINDISABLED", .kind = TERM_CONCEPT,
     .sentence =
     "LOGIN will be refused here and now; after STARTTLS it may not be.",
     .rfc = {"3501", "6.2.3"},
     .next =
     "Use STARTTLS, then ask again."},
    {.name = "SASL-IR", .kind = TERM_CONCEPT,
     .sentence =
     "AUTHENTICATE may bring the first response along, which saves a round "
     "trip.",
     .rfc = {"4959", "3"}},
    {.name = "LITERAL-", .kind = TERM_CONCEPT,
     .sentence =
     "A literal of up to 4096 octets may be sent as {n+}, without waiting "
     "for the server.",
     .rfc = {"7888", "5"}},
    {.name = "LITERAL+", .kind = TERM_CONCEPT,
     .sentence =
     "Any literal may be sent as {n+}, without waiting.",
     .rfc = {"7888", "3"}},
    {.name = "UIDPLUS", .kind = TERM_CONCEPT,
     .sentence =
     "APPENDUID and COPYUID tell where messages went, and UID EXPUNGE "
     "removes some only.",
     .rfc = {"4315", "1"}},
    {.name = "AUTH=PLAIN", .kind = TERM_CONCEPT,
     .sentence =
     "AUTHENTICATE knows the mechanism PLAIN; other AUTH= words name others.",
     .rfc = {"3501", "6.1.1"}},
    {.name = NULL}};
/* clang-format on */
