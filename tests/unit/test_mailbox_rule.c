/* SPDX-License-Identifier: MIT */
/*
 * From replies to a verdict: the enhanced code first, then the basic one, and
 * never the words.
 */
#include <string.h>

#include "labs/mailbox-exists/mailbox.h"
#include "tests/harness.h"

static struct smtp_enhanced code(int class, int subject, int detail)
{
    return (struct smtp_enhanced){class, subject, detail};
}

static void reading_goes_by_the_enhanced_code(void)
{
    static const struct {
        int code, class, subject, detail;
        enum mailbox_reading reading;
        const char *rule;
    } rows[] = {
        /* RFC 3463 §3.2: of an address, the recipient's or our own. */
        {550, 5, 1, 1, READING_ABSENT, "5.1.1"},
        {550, 5, 1, 7, READING_POLICY, "5.1.7"},
        {550, 5, 1, 8, READING_POLICY, "5.1.8"},
        {550, 5, 1, 10, READING_ABSENT, "5.1.x"},
        /* RFC 3463 §3.3: of a mailbox, which is there then. */
        {550, 5, 2, 1, READING_DISABLED, "X.2.1"},
        {452, 4, 2, 2, READING_FULL, "X.2.2"},
        {552, 5, 2, 2, READING_FULL, "X.2.2"},
        {554, 5, 2, 0, READING_PRESENT, "X.2.x"},
        /* RFC 3463 §3.4, §3.5, §3.6, §3.7 and §3.8: of the server, the route,
         * the protocol, the content and policy; of the mailbox nothing. */
        {550, 5, 3, 2, READING_POLICY, "5.3.x"},
        {550, 5, 4, 1, READING_POLICY, "5.4.x"},
        {550, 5, 5, 1, READING_POLICY, "5.5.x"},
        {550, 5, 6, 0, READING_POLICY, "5.6.x"},
        {550, 5, 7, 1, READING_POLICY, "5.7.x"},
        /* RFC 3463 §2: what class 4 says may be otherwise later. */
        {450, 4, 7, 1, READING_LATER, "4.x.x"},
        {450, 4, 1, 1, READING_LATER, "4.x.x"},
        /* None, or one that contradicts its reply: then the reply's three
         * digits count (RFC 5321 §4.2.3, and §3.4 of 251 and 551), or the
         * first of them (RFC 5321 §4.2.1). */
        {550, 0, 0, 0, READING_ABSENT, "550"},
        {450, 5, 1, 1, READING_LATER, "4yz"},
        {551, 0, 0, 0, READING_ABSENT, "551"},
        {552, 0, 0, 0, READING_FULL, "552"},
        {553, 0, 0, 0, READING_ABSENT, "553"},
        {554, 0, 0, 0, READING_POLICY, "5yz"},
        {452, 0, 0, 0, READING_LATER, "4yz"},
        {250, 2, 1, 5, READING_ACCEPTED, "2yz"},
        {251, 0, 0, 0, READING_ACCEPTED, "251"},
        {252, 2, 1, 5, READING_ACCEPTED, "252"},
        {0, 0, 0, 0, READING_NONE, NULL},
        {354, 0, 0, 0, READING_NONE, NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct mailbox_rule *rule;

        CU_ASSERT_EQUAL(
            mailbox_read(rows[i].code,
                         code(rows[i].class, rows[i].subject, rows[i].detail),
                         &rule),
            rows[i].reading);
        CU_ASSERT((rule == NULL) == (rows[i].rule == NULL));
        if (rule && rows[i].rule)
            CU_ASSERT_STRING_EQUAL(rule->name, rows[i].rule);
    }
}

static void add(struct mailbox_result *result, enum mailbox_step step,
                int reply, int class, int subject, int detail)
{
    struct mailbox_evidence *evidence;

    if (reply == 0)
        return;
    evidence = mailbox_evidence_add(result, step);
    evidence->code = reply;
    evidence->enhanced = code(class, subject, detail);
}

static void verdict_rests_on_address_control_and_postmaster(void)
{
    static const struct {
        int rcpt[4], control[4], postmaster[4];
        enum mailbox_verdict verdict;
        const char *rule;
    } rows[] = {
        {{250}, {550, 5, 1, 1}, {0}, MAILBOX_EXISTS, "control-refused"},
        {{250}, {550}, {0}, MAILBOX_EXISTS, "control-refused"},
        {{250}, {250}, {0}, MAILBOX_ACCEPTS_ALL, "control-accepted"},
        /* A control that fails is no "no". */
        {{250}, {450, 4, 7, 1}, {0}, MAILBOX_TRY_LATER, "control-unclear"},
        {{250}, {0}, {0}, MAILBOX_TRY_LATER, "control-unclear"},
        {{250}, {550, 5, 7, 1}, {0}, MAILBOX_REFUSED, "control-unclear"},
        {{550, 5, 1, 1}, {0}, {0}, MAILBOX_ABSENT, "says-absent"},
        {{550}, {0}, {250}, MAILBOX_ABSENT, "basic-absent"},
        {{550}, {0}, {0}, MAILBOX_ABSENT, "basic-absent"},
        /* RFC 5321 §4.5.1: postmaster is taken by every server. */
        {{550}, {0}, {550}, MAILBOX_REFUSED, "refuses-everybody"},
        {{550, 5, 7, 1}, {0}, {0}, MAILBOX_REFUSED, "policy"},
        {{452, 4, 2, 2}, {550, 5, 1, 1}, {0}, MAILBOX_EXISTS, "says-present"},
        {{452, 4, 2, 2},
         {452, 4, 2, 2},
         {0},
         MAILBOX_TRY_LATER,
         "same-for-all"},
        {{450}, {0}, {0}, MAILBOX_TRY_LATER, "deferred"},
        /* RFC 5321 §4.5.3.2: no reply in the time that it may take. */
        {{0}, {0}, {0}, MAILBOX_UNREACHABLE, "no-answer"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mailbox_result result = {.count = 0};
        const int *a = rows[i].rcpt, *b = rows[i].control,
                  *c = rows[i].postmaster;

        add(&result, MAILBOX_RCPT, a[0], a[1], a[2], a[3]);
        add(&result, MAILBOX_CONTROL, b[0], b[1], b[2], b[3]);
        add(&result, MAILBOX_POSTMASTER, c[0], c[1], c[2], c[3]);
        mailbox_judge(&result);
        CU_ASSERT_EQUAL(result.verdict, rows[i].verdict);
        CU_ASSERT_STRING_EQUAL(result.rule->name, rows[i].rule);
        CU_ASSERT_PTR_NOT_NULL(result.rule->overturn);
    }
}

static void verdict_says_in_what_state_it_is(void)
{
    struct mailbox_result result = {.count = 0};

    add(&result, MAILBOX_RCPT, 550, 5, 2, 1);
    mailbox_judge(&result);
    CU_ASSERT_EQUAL(result.verdict, MAILBOX_EXISTS);
    CU_ASSERT_EQUAL(result.state, READING_DISABLED);
}

static void evidence_has_an_end(void)
{
    struct mailbox_result result = {.count = 0};

    for (int i = 0; i < 3 * MAILBOX_EVIDENCE_MAX; i++)
        mailbox_evidence_add(&result, MAILBOX_CONNECT)->code = i;
    CU_ASSERT_EQUAL(result.count, MAILBOX_EVIDENCE_MAX);
    CU_ASSERT_PTR_NULL(mailbox_evidence_of(&result, MAILBOX_RCPT));
}

const struct test tests_mailbox_rule[] = {
    {"reading_goes_by_the_enhanced_code", reading_goes_by_the_enhanced_code},
    {"verdict_rests_on_address_control_and_postmaster",
     verdict_rests_on_address_control_and_postmaster},
    {"verdict_says_in_what_state_it_is", verdict_says_in_what_state_it_is},
    {"evidence_has_an_end", evidence_has_an_end},
    {NULL, NULL}};
