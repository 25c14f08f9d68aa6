/* SPDX-License-Identifier: MIT */
/*
 * mailbox_rule: what one reply to RCPT says of a mailbox, by rules that have
 * names.
 *
 * Words are never read: "user unknown" in one server is "no such person here"
 * in the next, and "rejected" says nothing at all. The enhanced code comes
 * first (RFC 3463), for it tells a mailbox that is not there (X.1.1) from one
 * that is full (X.2.2), disabled (X.2.1) or guarded (X.7.1), where the basic
 * code has 550 for all four.
 */
#include <string.h>

#include "labs/mailbox-exists/mailbox.h"

/* ---- what one reply says ------------------------------------------------ */

#define ANY (-1)

/* The first row that fits counts. */
static const struct {
    int class, subject, detail;
    enum mailbox_reading reading;
    struct mailbox_rule rule;
} enhanced_rules[] = {
    /* Class 4 says "not now" of all but the mailbox itself. */
    {ANY,
     2,
     1,
     READING_DISABLED,
     {"X.2.1", {"3463", "3.3"}, "the mailbox is disabled", NULL}},
    {ANY,
     2,
     2,
     READING_FULL,
     {"X.2.2", {"3463", "3.3"}, "the mailbox is full", NULL}},
    {ANY,
     2,
     ANY,
     READING_PRESENT,
     {"X.2.x",
      {"3463", "3.3"},
      "the mailbox is there, and something is the matter with it",
      NULL}},
    {4,
     ANY,
     ANY,
     READING_LATER,
     {"4.x.x", {"3463", "2"}, "not now: the same may succeed later", NULL}},
    {5,
     1,
     1,
     READING_ABSENT,
     {"5.1.1", {"3463", "3.2"}, "no such mailbox", NULL}},
    {5,
     1,
     7,
     READING_POLICY,
     {"5.1.7", {"3463", "3.2"}, "our own address is not liked", NULL}},
    {5,
     1,
     8,
     READING_POLICY,
     {"5.1.8", {"3463", "3.2"}, "our own domain is not liked", NULL}},
    {5,
     1,
     ANY,
     READING_ABSENT,
     {"5.1.x", {"3463", "3.2"}, "the address leads to no mailbox", NULL}},
    {5,
     3,
     ANY,
     READING_POLICY,
     {"5.3.x",
      {"3463", "3.4"},
      "the server can't take it; of the mailbox it says nothing",
      NULL}},
    {5,
     4,
     ANY,
     READING_POLICY,
     {"5.4.x",
      {"3463", "3.5"},
      "a matter of routes; of the mailbox it says nothing",
      NULL}},
    {5,
     5,
     ANY,
     READING_POLICY,
     {"5.5.x",
      {"3463", "3.6"},
      "a matter of the protocol; of the mailbox it says nothing",
      NULL}},
    {5,
     6,
     ANY,
     READING_POLICY,
     {"5.6.x",
      {"3463", "3.7"},
      "a matter of the content; of the mailbox it says nothing",
      NULL}},
    {5,
     7,
     ANY,
     READING_POLICY,
     {"5.7.x",
      {"3463", "3.8"},
      "policy: the server will not tell, whether it is there or not",
      NULL}},
};

static const struct {
    int code; /* or its class, where that is all that counts */
    enum mailbox_reading reading;
    struct mailbox_rule rule;
} basic_rules[] = {
    {252,
     READING_ACCEPTED,
     {"252", {"5321", "3.5.3"}, "accepted, and not looked at", NULL}},
    {251,
     READING_ACCEPTED,
     {"251", {"5321", "3.4"}, "accepted, to be sent on", NULL}},
    {2, READING_ACCEPTED, {"2yz", {"5321", "4.2.1"}, "accepted", NULL}},
    {4,
     READING_LATER,
     {"4yz", {"5321", "4.2.1"}, "not now: the same may succeed later", NULL}},
    {550,
     READING_ABSENT,
     {"550",
      {"5321", "4.2.3"},
      "the mailbox is not available: not found, no access, or policy",
      NULL}},
    {551,
     READING_ABSENT,
     {"551", {"5321", "3.4"}, "the user is not here", NULL}},
    {552,
     READING_FULL,
     {"552", {"5321", "4.2.3"}, "more than the mailbox may hold", NULL}},
    {553,
     READING_ABSENT,
     {"553", {"5321", "4.2.3"}, "no mailbox may have such a name", NULL}},
    {5,
     READING_POLICY,
     {"5yz", {"5321", "4.2.1"}, "never; of the mailbox it says nothing", NULL}},
};

static enum mailbox_reading take(const struct mailbox_rule *found,
                                 enum mailbox_reading reading,
                                 const struct mailbox_rule **rule)
{
    if (rule)
        *rule = found;
    return reading;
}

/* An enhanced code of another class than its reply contradicts it: then the
 * reply counts (RFC 2034 §4 wants them to agree). */
bool mailbox_is_enhanced(int code, struct smtp_enhanced enhanced)
{
    return enhanced.class != 2 && enhanced.class == code / 100;
}

enum mailbox_reading mailbox_read(int code, struct smtp_enhanced enhanced,
                                  const struct mailbox_rule **rule)
{
    size_t i;

    if (rule)
        *rule = NULL;
    for (i = 0; mailbox_is_enhanced(code, enhanced) &&
                i < sizeof(enhanced_rules) / sizeof(enhanced_rules[0]);
         i++) {
        int class = enhanced_rules[i].class,
            subject = enhanced_rules[i].subject,
            detail = enhanced_rules[i].detail;

        if ((class == ANY || class == enhanced.class) &&
            (subject == ANY || subject == enhanced.subject) &&
            (detail == ANY || detail == enhanced.detail))
            return take(&enhanced_rules[i].rule, enhanced_rules[i].reading,
                        rule);
    }
    for (i = 0; i < sizeof(basic_rules) / sizeof(basic_rules[0]); i++)
        if (basic_rules[i].code == code || basic_rules[i].code == code / 100)
            return take(&basic_rules[i].rule, basic_rules[i].reading, rule);
    return READING_NONE;
}
