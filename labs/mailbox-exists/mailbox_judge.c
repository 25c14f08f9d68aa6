/* SPDX-License-Identifier: MIT */
/*
 * mailbox_judge: from all that was heard to a verdict: which rule made it, and
 * what would prove it wrong.
 */
#include <string.h>

#include "labs/mailbox-exists/mailbox.h"

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
    "here, whether all mail is kept or the bounce comes later",
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

/* ---- what was found before the mailbox was asked for -------------------- */

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
