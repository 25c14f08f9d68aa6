/* SPDX-License-Identifier: MIT */
/* smtp_parameters: what MAIL and RCPT take beside a path. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "smtp/smtp_command.h"
#include "tests/harness.h"

static struct smtp_mail mail;
static struct smtp_rcpt rcpt;
static struct smtp_verdict verdict;

/* 250, or the code of the refusal. */
static int read_mail(const char *argument)
{
    verdict.code = 250;
    smtp_mail_read(span_of(argument), &mail, &verdict);
    return verdict.code;
}

static int read_rcpt(const char *argument)
{
    verdict.code = 250;
    smtp_rcpt_read(span_of(argument), &rcpt, &verdict);
    return verdict.code;
}

static void smtp_mail_reads_its_parameters(void)
{
    CU_ASSERT_EQUAL(read_mail("FROM:<>"), 250);
    CU_ASSERT_EQUAL(mail.size, 0);
    CU_ASSERT_EQUAL(mail.ret, SMTP_RETURN_UNSAID);
    CU_ASSERT_EQUAL(read_mail("FROM:<a@b> AUTH=<>"), 250);
    CU_ASSERT_EQUAL(read_mail("from:<a@b> size=1234 BODY=8BITMIME  SMTPUTF8 "
                              "RET=HDRS ENVID=a+3Db AUTH=c+40d"),
                    250);
    CU_ASSERT_STRING_EQUAL(mail.reverse_path.mailbox, "a@b");
    CU_ASSERT_EQUAL(mail.size, 1234);
    CU_ASSERT_EQUAL(mail.body, SMTP_BODY_8BITMIME);
    CU_ASSERT(mail.smtputf8);
    CU_ASSERT_EQUAL(mail.ret, SMTP_RETURN_HEADERS);
    CU_ASSERT_STRING_EQUAL(mail.envelope_id, "a+3Db");
    /* RFC 1870 §4: 20 digits; one that no counter holds is too large. */
    CU_ASSERT_EQUAL(read_mail("FROM:<a@b> SIZE=99999999999999999999"), 250);
    CU_ASSERT_EQUAL(mail.size, UINT64_MAX);
}

static void smtp_mail_refuses_what_it_can_not_read(void)
{
    static const struct {
        const char *argument;
        int code;
    } broken[] = {
        {"", 501},
        {"FROM", 501},
        {"FROM: <a@b>", 501},
        {"TO:<a@b>", 501},
        {"FROM:<a@b>SIZE=1", 501},
        {"FROM:<a@b> SIZE=", 501},
        {"FROM:<a@b> SIZE=-1", 501},
        {"FROM:<a@b> SIZE=1x", 501},
        {"FROM:<a@b> SIZE=123456789012345678901", 501},
        {"FROM:<a@b> SIZE=1 SIZE=1", 501},
        {"FROM:<a@b> BODY=BINARYMIME", 501},
        {"FROM:<a@b> SMTPUTF8=1", 501},
        {"FROM:<a@b> RET=SOME", 501},
        {"FROM:<a@b> ENVID=", 501},
        {"FROM:<a@b> ENVID=a+3", 501},
        {"FROM:<a@b> ENVID=a+zz", 501},
        {"FROM:<a@b> NOTIFY=NEVER", 555}, /* RFC 5321 §4.1.1.11 */
        {"FROM:<a@b> X", 555},
        {"FROM:<\xc3\xbc@b>", 553}, /* RFC 6531 §3.4 */
    };

    for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
        CU_ASSERT_EQUAL(read_mail(broken[i].argument), broken[i].code);
    CU_ASSERT_EQUAL(read_mail("FROM:<\xc3\xbc@b> SMTPUTF8"), 250);
}

/* RFC 3461 §4.1: NEVER alone, or any of the other three. */
static void smtp_rcpt_reads_notify(void)
{
    char text[32];

    CU_ASSERT_EQUAL(read_rcpt("TO:<a@b> NOTIFY=SUCCESS,delay,FAILURE"), 250);
    CU_ASSERT_EQUAL(rcpt.notify, SMTP_NOTIFY_SUCCESS | SMTP_NOTIFY_DELAY |
                                     SMTP_NOTIFY_FAILURE);
    smtp_notify_write(text, sizeof(text), rcpt.notify);
    CU_ASSERT_STRING_EQUAL(text, "SUCCESS,FAILURE,DELAY");
    CU_ASSERT_EQUAL(read_rcpt("TO:<a@b> NOTIFY=NEVER"), 250);
    smtp_notify_write(text, sizeof(text), rcpt.notify);
    CU_ASSERT_STRING_EQUAL(text, "NEVER");
    smtp_notify_write(text, sizeof(text), 0);
    CU_ASSERT_STRING_EQUAL(text, "");
    CU_ASSERT_EQUAL(read_rcpt("TO:<a@b> NOTIFY=NEVER,DELAY"), 501);
    CU_ASSERT_EQUAL(read_rcpt("TO:<a@b> NOTIFY=DELAY,NEVER"), 501);
    CU_ASSERT_EQUAL(read_rcpt("TO:<a@b> NOTIFY="), 501);
    CU_ASSERT_EQUAL(read_rcpt("TO:<a@b> NOTIFY=DELAY,"), 501);
    CU_ASSERT_EQUAL(read_rcpt("TO:<a@b> NOTIFY=SOMETIMES"), 501);
}

static void smtp_rcpt_reads_its_path_and_original(void)
{
    CU_ASSERT_EQUAL(read_rcpt("TO:<a@b> ORCPT=rfc822;c+2Bd@e"), 250);
    CU_ASSERT_STRING_EQUAL(rcpt.original, "rfc822;c+2Bd@e");
    CU_ASSERT_EQUAL(read_rcpt("TO:<a@b> ORCPT=c@e"), 501);
    CU_ASSERT_EQUAL(read_rcpt("TO:<a@b> ORCPT=;c@e"), 501);
    CU_ASSERT_EQUAL(read_rcpt("TO:<a@b> ORCPT=rfc822;a+"), 501);
    CU_ASSERT_EQUAL(read_rcpt("TO:<a@b> SIZE=1"), 555);
    CU_ASSERT_EQUAL(read_rcpt("TO:<>"), 501);
    CU_ASSERT_EQUAL(read_rcpt("TO:<postmaster>"), 250);
}

const struct test tests_smtp_parameters[] = {
    {"smtp_mail_reads_its_parameters", smtp_mail_reads_its_parameters},
    {"smtp_mail_refuses_what_it_can_not_read",
     smtp_mail_refuses_what_it_can_not_read},
    {"smtp_rcpt_reads_notify", smtp_rcpt_reads_notify},
    {"smtp_rcpt_reads_its_path_and_original",
     smtp_rcpt_reads_its_path_and_original},
    {NULL, NULL}};
