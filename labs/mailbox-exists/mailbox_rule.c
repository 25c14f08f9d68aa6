/* SPDX-License-Identifier: MIT */
/*
 * mailbox_rule: from replies to a verdict, by rules that have names.
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

/* ---- what all of them say ----------------------------------------------- */

static const struct mailbox_rule control_refused = {
    "control-refused",
    {"5321", "3.3"},
    "this address was accepted, and a mailbox that can't exist was not",
    "a bounce that comes later: a server may still find out that it has no "
    "such mailbox"};
static const struct mailbox_rule says_present = {
    "says-present",
    {"3463", "3.3"},
    "the reply speaks of the state of a mailbox that is there",
    "a server that says so of mailboxes that can't exist"};
static const struct mailbox_rule says_absent = {
    "says-absent",
    {"3463", "3.2"},
    "the enhanced code says that there is no such mailbox",
    "mail that is delivered there all the same; or a server that hides its "
    "mailboxes from strangers"};
static const struct mailbox_rule basic_absent = {
    "basic-absent",
    {"5321", "4.2.3"},
    "the basic code says so, and postmaster is not refused with it",
    "an enhanced code, or somebody who is refused for another reason: 550 "
    "stands for policy too"};
static const struct mailbox_rule refuses_everybody = {
    "refuses-everybody",
    {"5321", "4.5.1"},
    "even postmaster, whom every server has to take, is refused alike",
    "the same question from an address that the server likes better"};
static const struct mailbox_rule control_accepted = {
    "control-accepted",
    {"5321", "3.3"},
    "a mailbox that can't exist was accepted as well: a yes means nothing "
    "here, "
    "whether all mail is kept or the bounce comes later",
    "nothing that RCPT can tell; only a message that is answered or bounces"};
static const struct mailbox_rule control_unclear = {
    "control-unclear",
    {"5321", "4.2.1"},
    "accepted, but of a mailbox that can't exist the server gave no clear "
    "answer: that is neither yes nor no",
    "a clear answer to the control, at another time"};
static const struct mailbox_rule same_for_all = {
    "same-for-all",
    {"3463", "3.3"},
    "the server says the same of a mailbox that can't exist",
    "another answer, at another time"};
static const struct mailbox_rule deferred = {
    "deferred",
    {"5321", "4.2.1"},
    "the server says: not now (greylisting, or it is busy)",
    "the same question later; some minutes are usual"};
static const struct mailbox_rule policy = {
    "policy",
    {"3463", "3.8"},
    "the server refuses to deal with us, which says nothing of the mailbox",
    "the same question from an address that the server likes better"};
static const struct mailbox_rule no_answer = {
    "no-answer",
    {"5321", "4.5.3.2"},
    "the server did not answer the question in time, or hung up",
    "an answer, at another time"};

static enum mailbox_reading reading_of(const struct mailbox_evidence *evidence)
{
    return evidence ? mailbox_read(evidence->code, evidence->enhanced, NULL)
                    : READING_NONE;
}

static void settle(struct mailbox_result *result, enum mailbox_verdict verdict,
                   const struct mailbox_rule *rule)
{
    result->verdict = verdict;
    result->rule = rule;
}

/* It was accepted: that means something only where a no is possible. */
static void judge_accepted(struct mailbox_result *result,
                           enum mailbox_reading control)
{
    if (control == READING_ABSENT)
        settle(result, MAILBOX_EXISTS, &control_refused);
    else if (control == READING_ACCEPTED)
        settle(result, MAILBOX_ACCEPTS_ALL, &control_accepted);
    else if (control == READING_POLICY)
        settle(result, MAILBOX_REFUSED, &control_unclear);
    else
        settle(result, MAILBOX_TRY_LATER, &control_unclear);
}

/* 550 without an enhanced code is "no such mailbox" and "not to you" in one;
 * postmaster tells them apart. */
static void judge_absent(struct mailbox_result *result,
                         const struct mailbox_evidence *reply,
                         enum mailbox_reading postmaster)
{
    if (mailbox_is_enhanced(reply->code, reply->enhanced))
        settle(result, MAILBOX_ABSENT, &says_absent);
    else if (postmaster == READING_ABSENT || postmaster == READING_POLICY)
        settle(result, MAILBOX_REFUSED, &refuses_everybody);
    else
        settle(result, MAILBOX_ABSENT, &basic_absent);
}

static void judge_present(struct mailbox_result *result,
                          enum mailbox_reading control)
{
    result->state =
        mailbox_read(mailbox_evidence_of(result, MAILBOX_RCPT)->code,
                     mailbox_evidence_of(result, MAILBOX_RCPT)->enhanced, NULL);
    if (control == result->state)
        settle(result, MAILBOX_TRY_LATER, &same_for_all);
    else
        settle(result, MAILBOX_EXISTS, &says_present);
}

void mailbox_judge(struct mailbox_result *result)
{
    const struct mailbox_evidence *reply =
        mailbox_evidence_of(result, MAILBOX_RCPT);
    enum mailbox_reading control = reading_of(
                             mailbox_evidence_of(result, MAILBOX_CONTROL)),
                         postmaster = reading_of(
                             mailbox_evidence_of(result, MAILBOX_POSTMASTER));

    result->state = READING_NONE;
    result->reading = NULL;
    switch (reply ? mailbox_read(reply->code, reply->enhanced, &result->reading)
                  : READING_NONE) {
    case READING_ACCEPTED:
        judge_accepted(result, control);
        break;
    case READING_ABSENT:
        judge_absent(result, reply, postmaster);
        break;
    case READING_FULL:
    case READING_DISABLED:
    case READING_PRESENT:
        judge_present(result, control);
        break;
    case READING_LATER:
        settle(result, MAILBOX_TRY_LATER, &deferred);
        break;
    case READING_POLICY:
        settle(result, MAILBOX_REFUSED, &policy);
        break;
    default:
        settle(result, MAILBOX_UNREACHABLE, &no_answer);
    }
}

/* ---- what was found before the mailbox was asked for --------------------- */

static const struct {
    enum mailbox_verdict verdict;
    struct mailbox_rule rule;
} findings[FINDINGS] = {
    [FINDING_SYNTAX] = {MAILBOX_ABSENT,
                        {"syntax",
                         {"5321", "4.1.2"},
                         "this is no address that mail can have",
                         "nothing: no server is to accept it"}},
    [FINDING_NULL_MX] = {MAILBOX_ABSENT,
                         {"null-mx",
                          {"7505", "3"},
                          "the domain says that it takes no mail",
                          "another MX record of that domain"}},
    [FINDING_NO_DOMAIN] = {MAILBOX_ABSENT,
                           {"no-domain",
                            {"5321", "5.1"},
                            "there is no such domain",
                            "a domain of that name"}},
    [FINDING_DNS_LATER] =
        {MAILBOX_TRY_LATER,
         {"dns-failed",
          {"5321", "5.1"},
          "the name server could not tell who takes the domain's mail",
          "an answer of the name server, later"}},
    [FINDING_NO_ADDRESS] = {MAILBOX_UNREACHABLE,
                            {"no-address",
                             {"5321", "5.1"},
                             "no mail server of the domain has an address",
                             "an address in the DNS for one of them"}},
    [FINDING_NOBODY] = {MAILBOX_UNREACHABLE,
                        {"nobody-answers",
                         {"5321", "4.5.4.1"},
                         "no mail server of the domain could be talked to",
                         "one that answers, at another time"}},
    [FINDING_REFUSED] =
        {MAILBOX_REFUSED,
         {"turned-away",
          {"5321", "3.1"},
          "the server turned us away before the mailbox was named",
          "the same question from an address that the server likes better"}},
    [FINDING_LATER] = {MAILBOX_TRY_LATER,
                       {"busy",
                        {"5321", "4.2.1"},
                        "the server will not talk to us now",
                        "the same question later"}},
    [FINDING_BROKEN] = {MAILBOX_UNREACHABLE,
                        {"no-smtp",
                         {"5321", "4.2"},
                         "what answers there does not speak SMTP",
                         "a reply that is one"}},
    [FINDING_UTF8] = {MAILBOX_ABSENT,
                      {"no-smtputf8",
                       {"6531", "3.2"},
                       "the server takes no address that is beyond ASCII",
                       "a server of the domain that offers SMTPUTF8"}},
};

void mailbox_find(struct mailbox_result *result, enum mailbox_finding finding)
{
    result->state = READING_NONE;
    result->reading = NULL;
    settle(result, findings[finding].verdict, &findings[finding].rule);
}

/* ---- evidence ----------------------------------------------------------- */

const struct mailbox_evidence *
mailbox_evidence_of(const struct mailbox_result *result, enum mailbox_step step)
{
    for (size_t i = 0; i < result->count; i++)
        if (result->evidence[i].step == step)
            return &result->evidence[i];
    return NULL;
}

struct mailbox_evidence *mailbox_evidence_add(struct mailbox_result *result,
                                              enum mailbox_step step)
{
    struct mailbox_evidence *evidence;

    if (result->count < MAILBOX_EVIDENCE_MAX)
        result->count++;
    evidence = &result->evidence[result->count - 1];
    memset(evidence, 0, sizeof(*evidence));
    evidence->step = step;
    return evidence;
}

const char *mailbox_verdict_name(enum mailbox_verdict verdict)
{
    static const char *const names[MAILBOX_VERDICTS] = {
        "exists",    "absent",  "accepts-all",
        "try-later", "refused", "unreachable"};

    return names[verdict];
}

const char *mailbox_step_name(enum mailbox_step step)
{
    static const char *const names[MAILBOX_STEPS] = {
        "syntax", "MX",   "connect",      "greeting",        "EHLO",
        "MAIL",   "RCPT", "control RCPT", "postmaster RCPT", "VRFY"};

    return names[step];
}
