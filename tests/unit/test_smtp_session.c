/* SPDX-License-Identifier: MIT */
/* smtp_session: how a reply is said, and what a change of state forgets. */
#include <string.h>

#include "tests/harness.h"
#include "tests/unit/smtp_desk.h"

static struct smtp_desk desk;

/* RFC 2034 §4: the enhanced code only after EHLO. */
static void smtp_session_says_enhanced_codes_when_asked(void)
{
    smtp_desk_open(&desk);
    CU_ASSERT_EQUAL(
        smtp_say(desk.session, RFC("5321", "4.2"), 250, "2.0.0", "%s", "ok"),
        0);
    CU_ASSERT_STRING_EQUAL(conn_pair_received(&desk.pair), "250 2.0.0 ok\r\n");
    desk.session->extended = false;
    smtp_say(desk.session, RFC("5321", "4.2"), 250, "2.0.0", "ok");
    CU_ASSERT_STRING_EQUAL(conn_pair_received(&desk.pair), "250 ok\r\n");
    CU_ASSERT_FALSE(desk.session->close);
    smtp_say(desk.session, RFC("5321", "3.8"), 421, "4.4.2", "goodbye");
    CU_ASSERT(desk.session->close);
    smtp_desk_close(&desk);
}

static void smtp_session_forgets_a_transaction(void)
{
    smtp_desk_open(&desk);
    smtp_desk_rcpt(&desk, "TO:<bob@west.test>");
    smtp_session_enter(desk.session, SMTP_STATE_RCPT);
    CU_ASSERT_EQUAL(desk.session->transaction.count, 1);
    desk.session->refused = 2;
    smtp_session_enter(desk.session, SMTP_STATE_GREETED);
    CU_ASSERT_EQUAL(desk.session->transaction.count, 0);
    CU_ASSERT_EQUAL(desk.session->refused, 0);
    for (int i = 0; i < SMTP_STATES; i++)
        CU_ASSERT_PTR_NOT_NULL(smtp_state_name((enum smtp_state)i));
    smtp_desk_close(&desk);
}

const struct test tests_smtp_session[] = {
    {"smtp_session_says_enhanced_codes_when_asked",
     smtp_session_says_enhanced_codes_when_asked},
    {"smtp_session_forgets_a_transaction", smtp_session_forgets_a_transaction},
    {NULL, NULL}};
