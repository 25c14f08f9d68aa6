/* SPDX-License-Identifier: MIT */
/* smtp_judge: whose mailbox it is, and who may send elsewhere. */
#include <stdio.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/unit/smtp_desk.h"

static struct smtp_desk desk;

static const char *account_of(const char *address)
{
    struct smtp_verdict verdict;
    struct smtp_path path;
    char text[300];

    snprintf(text, sizeof(text), "<%s>", address);
    struct span span = span_of(text);
    CU_ASSERT(smtp_path_read(&span, &path, &verdict));
    return smtp_site_account(&desk.site, &path);
}

static void smtp_judge_finds_the_mailbox(void)
{
    smtp_desk_open(&desk);
    CU_ASSERT_STRING_EQUAL(account_of("bob@west.test"), "bob");
    CU_ASSERT_STRING_EQUAL(account_of("Bob@WEST.test"), "bob");
    CU_ASSERT_STRING_EQUAL(account_of("\"bob\"@west.test"), "bob");
    CU_ASSERT_STRING_EQUAL(account_of("al@west.test"), "al@west.test");
    CU_ASSERT_STRING_EQUAL(account_of("Postmaster"), "postmaster");
    CU_ASSERT_PTR_NULL(account_of("nobody@west.test"));
    CU_ASSERT_PTR_NULL(account_of("al@mx.west.test"));
    CU_ASSERT(smtp_site_has_domain(&desk.site, "West.Test"));
    CU_ASSERT(smtp_site_has_domain(&desk.site, "mx.west.test"));
    CU_ASSERT_FALSE(smtp_site_has_domain(&desk.site, "test"));
    smtp_desk_close(&desk);
}

static void smtp_judge_relays_for_users_only(void)
{
    smtp_desk_open(&desk);
    CU_ASSERT_EQUAL(smtp_desk_rcpt(&desk, "TO:<bob@west.test>"), 250);
    CU_ASSERT_EQUAL(smtp_desk_rcpt(&desk, "TO:<x@east.test>"), 550);
    desk.site.relay = true;
    CU_ASSERT_EQUAL(smtp_desk_rcpt(&desk, "TO:<x@east.test>"), 550);
    strcpy(desk.session->user, "bob");
    CU_ASSERT_EQUAL(smtp_desk_rcpt(&desk, "TO:<x@east.test>"), 250);
    desk.session->user[0] = '\0';
    desk.site.relay_from.values[0] = "192.0.2.1";
    desk.site.relay_from.count = 1;
    CU_ASSERT_EQUAL(smtp_desk_rcpt(&desk, "TO:<x@east.test>"), 550);
    desk.site.relay_from.values[0] = "192.0.2.10";
    CU_ASSERT_EQUAL(smtp_desk_rcpt(&desk, "TO:<x@east.test>"), 250);
    desk.site.relay_from.values[0] = "2001:db8::1";
    strcpy(desk.session->address, "[2001:db8::1]");
    CU_ASSERT_EQUAL(smtp_desk_rcpt(&desk, "TO:<x@east.test>"), 250);
    strcpy(desk.session->address, "[2001:db8::11]");
    CU_ASSERT_EQUAL(smtp_desk_rcpt(&desk, "TO:<x@east.test>"), 550);
    strcpy(desk.session->address, "192.0.2.10");
    desk.site.relay = false;
    CU_ASSERT_EQUAL(smtp_desk_rcpt(&desk, "TO:<x@east.test>"), 550);
    /* RFC 6531 §3.4: no such address without SMTPUTF8 at MAIL. */
    CU_ASSERT_EQUAL(smtp_desk_rcpt(&desk, "TO:<\xc3\xbc@west.test>"), 553);
    smtp_desk_close(&desk);
}

/* Full for everybody, but only after a first wrong guess. */
static void grumpy(void *context, const struct smtp_session *session,
                   const struct smtp_rcpt *rcpt, const char **account,
                   struct smtp_verdict *verdict)
{
    (void)account;
    ++*(int *)context;
    if (session->refused > 0 && strcmp(rcpt->forward_path.local, "bob") == 0)
        smtp_refuse(verdict, 452, "4.2.2", "the mailbox is full");
}

static void smtp_judge_lets_manners_have_the_last_word(void)
{
    int asked = 0;
    struct smtp_manners manners = {.judge = grumpy, .context = &asked};

    smtp_desk_open(&desk);
    desk.site.manners = &manners;
    CU_ASSERT_EQUAL(smtp_desk_rcpt(&desk, "TO:<bob@west.test>"), 250);
    CU_ASSERT_EQUAL(smtp_desk_rcpt(&desk, "TO:<no@west.test>"), 550);
    desk.session->refused = 1;
    CU_ASSERT_EQUAL(smtp_desk_rcpt(&desk, "TO:<bob@west.test>"), 452);
    CU_ASSERT_EQUAL(asked, 3);
    smtp_desk_close(&desk);
}

const struct test tests_smtp_judge[] = {
    {"smtp_judge_finds_the_mailbox", smtp_judge_finds_the_mailbox},
    {"smtp_judge_relays_for_users_only", smtp_judge_relays_for_users_only},
    {"smtp_judge_lets_manners_have_the_last_word",
     smtp_judge_lets_manners_have_the_last_word},
    {NULL, NULL}};
