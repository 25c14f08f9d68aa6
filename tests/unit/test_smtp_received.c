/* SPDX-License-Identifier: MIT */
/* smtp_received: RFC 5321 §4.4, what a server writes on top. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/harness.h"
#include "tests/unit/smtp_desk.h"

static struct smtp_desk desk;
static char text[SMTP_RECEIVED_MAX];

static void write_received(void)
{
    strcpy(desk.session->spool.id, "1.2.3");
    smtp_received_write(text, desk.session);
}

/* RFC 5321 §4.4: from whom, by whom, how, for whom, when. */
static void smtp_received_tells_from_by_with_for(void)
{
    smtp_desk_open(&desk);
    smtp_desk_rcpt(&desk, "TO:<bob@west.test>");
    write_received();
    CU_ASSERT_PTR_EQUAL(strstr(text, "Received: from me.test ([192.0.2.10])\r\n"
                                     " by mx.west.test with ESMTP id 1.2.3\r\n"
                                     " for <bob@west.test>;\r\n "),
                        text);
    CU_ASSERT_STRING_EQUAL(text + strlen(text) - 8, " +0000\r\n");
    /* Several must not learn of each other (§7.2). */
    smtp_desk_rcpt(&desk, "TO:<eve@west.test>");
    desk.session->tls = true;
    strcpy(desk.session->user, "bob");
    strcpy(desk.session->address, "[2001:db8::1]");
    write_received();
    CU_ASSERT_PTR_NULL(strstr(text, "for <"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, " with ESMTPSA id 1.2.3;\r\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "([IPv6:2001:db8::1])"));
    desk.session->extended = false;
    desk.session->tls = false;
    desk.session->user[0] = '\0';
    write_received();
    CU_ASSERT_PTR_NOT_NULL(strstr(text, " with SMTP id "));
    desk.session->extended = true;
    desk.session->transaction.mail.smtputf8 = true;
    write_received();
    CU_ASSERT_PTR_NOT_NULL(strstr(text, " with UTF8SMTP id "));
    smtp_desk_close(&desk);
}

static void smtp_date_is_that_of_mail(void)
{
    char date[SMTP_DATE_MAX];

    smtp_date_write(date, 0);
    CU_ASSERT_STRING_EQUAL(date, "Thu, 01 Jan 1970 00:00:00 +0000");
    smtp_date_write(date, 1700000000);
    CU_ASSERT_STRING_EQUAL(date, "Tue, 14 Nov 2023 22:13:20 +0000");
    smtp_date_write(date, 951782400);
    CU_ASSERT_STRING_EQUAL(date, "Tue, 29 Feb 2000 00:00:00 +0000");
}

static void smtp_clock_is_ahead_by_what_its_file_says(void)
{
    struct smtp_site site = {.name = "x"};
    int64_t now_s = (int64_t)time(NULL);

    CU_ASSERT(smtp_now_s(&site) - now_s <= 2);
    test_write_file(test_path("clock"), "86400\n", 6);
    site.clock_file = test_path("clock");
    CU_ASSERT(smtp_now_s(&site) - now_s >= 86400);
    CU_ASSERT(smtp_now_s(&site) - now_s <= 86402);
    test_write_file(test_path("clock"), "soon", 4);
    CU_ASSERT(smtp_now_s(&site) - now_s <= 2);
    site.clock_file = test_path("none");
    CU_ASSERT(smtp_now_s(&site) - now_s <= 2);
}

const struct test tests_smtp_received[] = {
    {"smtp_received_tells_from_by_with_for",
     smtp_received_tells_from_by_with_for},
    {"smtp_date_is_that_of_mail", smtp_date_is_that_of_mail},
    {"smtp_clock_is_ahead_by_what_its_file_says",
     smtp_clock_is_ahead_by_what_its_file_says},
    {NULL, NULL}};
