/* SPDX-License-Identifier: MIT */
/* The small pieces of IMAP: patterns of names, the vocabulary. */
#include "imap/imap.h"

#include <string.h>

#include "imap/imap_list.h"
#include "tests/harness.h"

/* RFC 3501 §6.3.8. */
static void imap_patterns_pick_names(void)
{
    CU_ASSERT(imap_pattern_matches(SPAN("*"), "A.B.C"));
    CU_ASSERT(imap_pattern_matches(SPAN("%"), "A"));
    CU_ASSERT(!imap_pattern_matches(SPAN("%"), "A.B"));
    CU_ASSERT(imap_pattern_matches(SPAN("A.%"), "A.B"));
    CU_ASSERT(!imap_pattern_matches(SPAN("A.%"), "A.B.C"));
    CU_ASSERT(imap_pattern_matches(SPAN("%.C"), "A.C"));
    CU_ASSERT(imap_pattern_matches(SPAN("*C"), "A.B.C"));
    CU_ASSERT(!imap_pattern_matches(SPAN("*D"), "A.B.C"));
    CU_ASSERT(!imap_pattern_matches(SPAN("a"), "A"));
    CU_ASSERT(imap_pattern_matches(SPAN("inb*"), "INBOX"));
    CU_ASSERT(!imap_pattern_matches(SPAN(""), "A"));
    CU_ASSERT(imap_pattern_matches(SPAN("**%*"), "A.B"));
}

/* RFC 3501 §3. */
static void imap_states_have_names(void)
{
    for (int i = 0; i < IMAP_STATES; i++)
        CU_ASSERT_PTR_NOT_NULL(imap_state_name((enum imap_state)i));
    CU_ASSERT_STRING_EQUAL(imap_state_name(IMAP_STATE_SELECTED), "SELECTED");
}

static void imap_terms_are_found(void)
{
    static const char *const words[] = {
        "SELECT", "fetch",   "OK",      "[", "UIDVALIDITY", "\\Seen",
        "IDLE",   "literal", "COPYUID", "+", "BODY.PEEK",   "ENVELOPE"};

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        CU_ASSERT(words[i][0] == '[' || term_find(imap_terms, words[i]));
    for (size_t i = 0; term_at(imap_terms, i); i++) {
        const struct term *term = term_at(imap_terms, i);

        CU_ASSERT_PTR_NOT_NULL(term->sentence);
        CU_ASSERT_PTR_NOT_NULL(rfc_title(term->rfc));
    }
}

const struct test tests_imap[] = {
    {"imap_patterns_pick_names", imap_patterns_pick_names},
    {"imap_states_have_names", imap_states_have_names},
    {"imap_terms_are_found", imap_terms_are_found},
    {NULL, NULL}};
