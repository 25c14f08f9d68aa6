/* SPDX-License-Identifier: MIT */
/* smtp_bounce: RFC 3464, what a report says, and when there is none. */
#include "smtp/smtp_bounce.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/harness.h"
#include "tests/unit/smtp_desk.h"

static struct smtp_desk desk;
static char id[SMTP_QUEUE_ID_MAX];

static void keep_id(void *context, const char *one)
{
    (void)context;
    snprintf(id, sizeof(id), "%s", one);
}

/* Sends a report on the two recipients of a message, and reads it back; NULL:
 * there is none. The caller frees it. */
static char *report(const char *mail, const enum smtp_action actions[2])
{
    struct smtp_transaction about = {.arrived_s = 1700000000};
    struct smtp_recipient recipients[2] = {
        {.address = "no@west.test",
         .answer = {.code = 550,
                    .enhanced = {5, 1, 1},
                    .text = "nobody here",
                    .host = "mx.west.test"}},
        {.address = "late@west.test", .answer = {.text = "no answer"}}};
    struct smtp_verdict verdict;
    struct smtp_rcpt rcpt;

    smtp_desk_open(&desk);
    test_write_file(test_path("message"), "Subject: s\r\n\r\ntext\r\n", 20);
    int fd = open(test_path("message"), O_RDONLY);
    CU_ASSERT(smtp_mail_read(span_of(mail), &about.mail, &verdict));
    for (int i = 0; i < 2; i++) {
        CU_ASSERT(smtp_rcpt_read(SPAN("TO:<x@y> ORCPT=rfc822;o+2Bx@y"), &rcpt,
                                 &verdict));
        smtp_transaction_add(&about, &rcpt, NULL, NULL);
    }
    id[0] = '\0';
    int told = smtp_bounce_send(&desk.site, NULL, &about, recipients, actions,
                                fd, NULL);
    close(fd);
    smtp_queue_list(&desk.site.queue, keep_id, NULL, NULL);
    CU_ASSERT_EQUAL(told, id[0] != '\0');
    smtp_transaction_clear(&about);
    if (!told)
        return NULL;
    char path[64];
    snprintf(path, sizeof(path), "queue/%s.message", id);
    return test_read_file(test_path(path), NULL);
}

static void check(const char *text, const char *part)
{
    if (!strstr(text, part))
        printf("        not there: %s\n%s", part, text);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, part));
}

/* RFC 3464 §2: words for people, fields for programs, the message itself. */
static void smtp_bounce_has_three_parts(void)
{
    char *text =
        report("FROM:<al@east.test> RET=FULL ENVID=q+2B",
               (enum smtp_action[]){SMTP_ACTION_FAILED, SMTP_ACTION_DELAYED});
    struct smtp_transaction envelope;

    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    check(text, "\r\nSubject: Undelivered mail\r\n");
    check(text, "\r\nContent-Type: multipart/report; "
                "report-type=delivery-status;\r\n boundary=\"=_");
    check(text, "\r\nYour message could not be delivered to:\r\n");
    check(text, "    mx.west.test said: 550 5.1.1 nobody here\r\n");
    check(text, "Original-Envelope-Id: q+\r\n"
                "Reporting-MTA: dns; mx.west.test\r\n"
                "Arrival-Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n\r\n");
    check(text, "Original-Recipient: rfc822;o+x@y\r\n"
                "Final-Recipient: rfc822; no@west.test\r\nAction: failed\r\n"
                "Status: 5.1.1\r\nRemote-MTA: dns; mx.west.test\r\n"
                "Diagnostic-Code: smtp; 550 5.1.1 nobody here\r\n"
                "Last-Attempt-Date: ");
    check(text, "Final-Recipient: rfc822; late@west.test\r\n"
                "Action: delayed\r\nStatus: 4.0.0\r\nLast-Attempt-Date: ");
    check(text, "Will-Retry-Until: Sun, 19 Nov 2023 22:13:20 +0000\r\n");
    check(text, "Content-Type: message/rfc822\r\n\r\nSubject: s\r\n\r\n"
                "text\r\n\r\n--=_");
    CU_ASSERT_EQUAL_FATAL(
        smtp_queue_read(&desk.site.queue, id, &envelope, NULL), 0);
    CU_ASSERT_STRING_EQUAL(envelope.mail.reverse_path.mailbox, "");
    CU_ASSERT_STRING_EQUAL(envelope.recipients[0].mailbox, "al@east.test");
    CU_ASSERT_EQUAL(envelope.recipients[0].notify, SMTP_NOTIFY_NEVER);
    smtp_transaction_clear(&envelope);
    free(text);
    smtp_desk_close(&desk);
}

/* RFC 3461 §4.3: the header alone when nothing failed, or RET says so. */
static void smtp_bounce_gives_back_what_is_wanted(void)
{
    static const struct {
        const char *mail;
        enum smtp_action action;
    } headers[] = {{"FROM:<al@east.test> RET=HDRS", SMTP_ACTION_FAILED},
                   {"FROM:<al@east.test> RET=FULL", SMTP_ACTION_DELAYED},
                   {"FROM:<al@east.test>", SMTP_ACTION_DELIVERED}};

    for (size_t i = 0; i < 3; i++) {
        char *text =
            report(headers[i].mail,
                   (enum smtp_action[]){headers[i].action, SMTP_ACTION_NONE});
        check(text, "Content-Type: text/rfc822-headers\r\n\r\nSubject: s\r\n");
        CU_ASSERT_PTR_NULL(strstr(text, "\r\ntext\r\n"));
        CU_ASSERT_PTR_NULL(strstr(text, "late@west.test"));
        free(text);
        smtp_desk_close(&desk);
    }
}

/* RFC 5321 §4.5.5: no report on a report; nothing to tell is not told. */
static void smtp_bounce_knows_when_to_be_silent(void)
{
    CU_ASSERT_PTR_NULL(
        report("FROM:<>",
               (enum smtp_action[]){SMTP_ACTION_FAILED, SMTP_ACTION_FAILED}));
    smtp_desk_close(&desk);
    CU_ASSERT_PTR_NULL(
        report("FROM:<al@east.test>",
               (enum smtp_action[]){SMTP_ACTION_NONE, SMTP_ACTION_NONE}));
    smtp_desk_close(&desk);
    /* RFC 3461 §4.1. */
    CU_ASSERT(smtp_action_is_told(SMTP_ACTION_FAILED, 0));
    CU_ASSERT(smtp_action_is_told(SMTP_ACTION_DELAYED, 0));
    CU_ASSERT_FALSE(smtp_action_is_told(SMTP_ACTION_DELIVERED, 0));
    CU_ASSERT_FALSE(smtp_action_is_told(SMTP_ACTION_FAILED, SMTP_NOTIFY_NEVER));
    CU_ASSERT_FALSE(
        smtp_action_is_told(SMTP_ACTION_DELAYED, SMTP_NOTIFY_FAILURE));
    CU_ASSERT(smtp_action_is_told(SMTP_ACTION_RELAYED, SMTP_NOTIFY_SUCCESS));
    CU_ASSERT_FALSE(smtp_action_is_told(SMTP_ACTION_NONE, 0));
    for (int i = 0; i < SMTP_ACTIONS; i++)
        CU_ASSERT_PTR_NOT_NULL(smtp_action_name((enum smtp_action)i));
}

const struct test tests_smtp_bounce[] = {
    {"smtp_bounce_has_three_parts", smtp_bounce_has_three_parts},
    {"smtp_bounce_gives_back_what_is_wanted",
     smtp_bounce_gives_back_what_is_wanted},
    {"smtp_bounce_knows_when_to_be_silent",
     smtp_bounce_knows_when_to_be_silent},
    {NULL, NULL}};
