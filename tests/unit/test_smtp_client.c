/* SPDX-License-Identifier: MIT */
/* The client's conversation, as transcripts: greeting, log-in, envelopes. */
#include "smtp/smtp_client.h"

#include <stdio.h>
#include <string.h>

#include "tests/harness.h"

static struct error error;
static struct smtp_client client;
static struct smtp_recipient recipients[4];
static struct smtp_envelope envelope;
static struct smtp_content content;
static uint16_t port;
static pid_t peer;

/* A client, a message, and who it is for: bob, then eve, then zoe. */
static void begin(const char *script, size_t count)
{
    static const char *const who[] = {"bob@west.test", "eve@west.test",
                                      "zoe@west.test", "kim@west.test"};

    error_clear(&error);
    memset(&client, 0, sizeof(client));
    client.setup.error = &error;
    client.setup.proto = "smtp";
    client.setup.standard_port = 25;
    client.setup.deadline = deadline_in_ms(20000);
    client.name = "student.lab.test";
    memset(recipients, 0, sizeof(recipients));
    for (size_t i = 0; i < count; i++)
        recipients[i].address = who[i];
    envelope = (struct smtp_envelope){
        .sender = "alice@east.test", .recipients = recipients, .count = count};
    content =
        (struct smtp_content){.head = SPAN("S: x\r\n\r\n.dot\r\n"), .fd = -1};
    peer = test_peer(script, &port);
}

static int greet(void)
{
    return smtp_client_greet(&client, "127.0.0.1", port);
}

static int greet_and_send(void)
{
    int result = greet();

    CU_ASSERT_EQUAL(result, 0);
    return result < 0 ? result : smtp_client_send(&client, &envelope, &content);
}

static void end(void)
{
    smtp_client_close(&client);
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
}

#define HELLO "S: 220 mx.west.test\nC: EHLO student.lab.test\n"
#define PLAIN_HELLO HELLO "S: 250 mx.west.test\n"
#define PIPE_HELLO HELLO "S: 250-mx.west.test\nS: 250 PIPELINING\n"
#define MESSAGE "C: S: x\nC: \nC: ..dot\nC: .\n"

/* RFC 5321 §3.2: to whoever does not know EHLO, HELO is said. */
static void smtp_client_falls_back_to_helo(void)
{
    begin(HELLO "S: 502 what?\nC: HELO student.lab.test\nS: 250 oh, hello\n"
                "C: QUIT\nS: 221 bye\n",
          1);
    CU_ASSERT_EQUAL(greet(), 0);
    CU_ASSERT_FALSE(client.capabilities.extended);
    smtp_client_quit(&client);
    CU_ASSERT_FALSE(smtp_client_is_open(&client));
    CU_ASSERT_EQUAL(error.class, ERROR_NONE);
    end();
}

/* RFC 5321 §3.1: a server may greet with 554, and waits for QUIT then. */
static void smtp_client_takes_no_for_an_answer(void)
{
    begin("S: 554 no service\nC: QUIT\nS: 221 bye\n", 1);
    CU_ASSERT_EQUAL(greet(), -ERROR_REFUSED);
    CU_ASSERT_STRING_EQUAL(error.peer_said, "no service");
    smtp_client_quit(&client);
    end();
    begin(HELLO "S: 550 a\nC: HELO student.lab.test\nS: 550 b\n", 1);
    CU_ASSERT_EQUAL(greet(), -ERROR_REFUSED);
    end();
    begin("S: 421 busy\n", 1);
    CU_ASSERT_EQUAL(greet(), -ERROR_REFUSED);
    CU_ASSERT_FALSE(smtp_client_is_open(&client));
    end();
}

/* RFC 5321 §3.3: a sender, recipients each with an answer of his own, then the
 * message for those who were accepted. */
static void smtp_client_says_one_thing_at_a_time(void)
{
    begin(PLAIN_HELLO "C: MAIL FROM:<alice@east.test>\nS: 250 2.1.0 ok\n"
                      "C: RCPT TO:<bob@west.test>\nS: 250 2.1.5 ok\n"
                      "C: RCPT TO:<eve@west.test>\nS: 550 5.1.1 no such user\n"
                      "C: DATA\nS: 354 go on\n" MESSAGE "S: 250 2.0.0 queued\n",
          2);
    CU_ASSERT_EQUAL(greet_and_send(), 0);
    CU_ASSERT_EQUAL(recipients[0].outcome, SMTP_DELIVERED);
    CU_ASSERT_STRING_EQUAL(recipients[0].answer.text, "queued");
    CU_ASSERT_STRING_EQUAL(recipients[0].answer.host, "127.0.0.1");
    CU_ASSERT_EQUAL(recipients[1].outcome, SMTP_FAILED);
    CU_ASSERT_EQUAL(recipients[1].answer.code, 550);
    CU_ASSERT_EQUAL(recipients[1].answer.enhanced.detail, 1);
    end();
}

static void smtp_client_pipelines_where_it_may(void)
{
    begin(PIPE_HELLO
          "C: MAIL FROM:<alice@east.test>\nC: RCPT TO:<bob@west.test>\n"
          "C: RCPT TO:<eve@west.test>\nC: RCPT TO:<zoe@west.test>\nC: DATA\n"
          "S: 250 ok\nS: 450 4.2.1 later\nS: 250 ok\nS: 550 no\n"
          "S: 354 go on\n" MESSAGE "S: 250 queued\n"
          "C: MAIL FROM:<alice@east.test>\nC: RCPT TO:<kim@west.test>\n"
          "C: DATA\nS: 250 ok\nS: 250 ok\nS: 354 go on\n" MESSAGE
          "S: 550 5.6.0 not this\nC: RSET\nS: 250 ok\n",
          3);
    CU_ASSERT_EQUAL(greet_and_send(), 0);
    CU_ASSERT_EQUAL(recipients[0].outcome, SMTP_DEFERRED);
    CU_ASSERT_EQUAL(recipients[1].outcome, SMTP_DELIVERED);
    CU_ASSERT_EQUAL(recipients[2].outcome, SMTP_FAILED);
    envelope.count = 4;
    recipients[3].address = "kim@west.test";
    CU_ASSERT_EQUAL(smtp_client_send(&client, &envelope, &content),
                    -ERROR_REFUSED);
    CU_ASSERT_EQUAL(recipients[3].outcome, SMTP_FAILED);
    CU_ASSERT_EQUAL(recipients[1].outcome, SMTP_DELIVERED);
    end();
}

/* RFC 2920 §3.1: whoever has nobody to send to says a lone dot. */
static void smtp_client_sends_nothing_when_nobody_wants_it(void)
{
    begin(PIPE_HELLO
          "C: MAIL FROM:<alice@east.test>\nC: RCPT TO:<bob@west.test>\n"
          "C: DATA\nS: 250 ok\nS: 550 no\nS: 354 go on\nC: .\nS: 554 nobody\n"
          "C: RSET\nS: 250 ok\n",
          1);
    CU_ASSERT_EQUAL(greet_and_send(), -ERROR_REFUSED);
    CU_ASSERT_EQUAL(recipients[0].outcome, SMTP_FAILED);
    CU_ASSERT_EQUAL(recipients[0].answer.code, 550);
    end();
    begin(PIPE_HELLO
          "C: MAIL FROM:<alice@east.test>\nC: RCPT TO:<bob@west.test>\n"
          "C: DATA\nS: 250 ok\nS: 450 no\nS: 503 nobody\nC: RSET\nS: 250 ok\n",
          1);
    CU_ASSERT_EQUAL(greet_and_send(), -ERROR_REFUSED);
    CU_ASSERT_EQUAL(recipients[0].outcome, SMTP_DEFERRED);
    CU_ASSERT_EQUAL(recipients[0].answer.code, 450);
    end();
}

/* What MAIL was told holds for all: the 503s behind it mean nothing. */
static void smtp_client_hears_the_sender_refused(void)
{
    begin(PIPE_HELLO
          "C: MAIL FROM:<alice@east.test>\nC: RCPT TO:<bob@west.test>\n"
          "C: RCPT TO:<eve@west.test>\nC: DATA\nS: 451 4.7.1 later\n"
          "S: 503 no MAIL\nS: 503 no MAIL\nS: 503 no RCPT\n"
          "C: RSET\nS: 250 ok\n",
          2);
    CU_ASSERT_EQUAL(greet_and_send(), -ERROR_REFUSED);
    CU_ASSERT_EQUAL(recipients[1].outcome, SMTP_DEFERRED);
    CU_ASSERT_EQUAL(recipients[1].answer.code, 451);
    CU_ASSERT_STRING_EQUAL(error.peer_said, "4.7.1 later");
    end();
}

/* RFC 5321 §4.5.3.1.10. */
static void smtp_client_gives_too_many_recipients_another_transaction(void)
{
    begin(PLAIN_HELLO "C: MAIL FROM:<alice@east.test>\nS: 250 ok\n"
                      "C: RCPT TO:<bob@west.test>\nS: 250 ok\n"
                      "C: RCPT TO:<eve@west.test>\nS: 452 4.5.3 too many\n"
                      "C: RCPT TO:<zoe@west.test>\nS: 552 too many\n"
                      "C: DATA\nS: 354 go on\n" MESSAGE "S: 250 queued\n"
                      "C: MAIL FROM:<alice@east.test>\nS: 250 ok\n"
                      "C: RCPT TO:<eve@west.test>\nS: 250 ok\n"
                      "C: RCPT TO:<zoe@west.test>\nS: 452 4.2.2 mailbox full\n"
                      "C: DATA\nS: 354 go on\n" MESSAGE "S: 250 queued\n",
          3);
    CU_ASSERT_EQUAL(greet_and_send(), 0);
    CU_ASSERT_EQUAL(recipients[0].outcome, SMTP_DELIVERED);
    CU_ASSERT_EQUAL(recipients[1].outcome, SMTP_DELIVERED);
    CU_ASSERT_EQUAL(recipients[2].outcome, SMTP_DEFERRED);
    end();
}

static void smtp_client_hears_421_anywhere(void)
{
    begin(PLAIN_HELLO "C: MAIL FROM:<alice@east.test>\n"
                      "S: 421 4.3.2 shutting down\nE:\n",
          1);
    CU_ASSERT_EQUAL(greet_and_send(), -ERROR_REFUSED);
    CU_ASSERT_FALSE(smtp_client_is_open(&client));
    CU_ASSERT_EQUAL(recipients[0].outcome, SMTP_DEFERRED);
    CU_ASSERT_EQUAL(smtp_client_send(&client, &envelope, &content),
                    -ERROR_CONNECT);
    end();
}

/* Nobody knows whether it has arrived: it is not to be given up. */
static void smtp_client_defers_what_had_no_answer(void)
{
    begin(PIPE_HELLO
          "C: MAIL FROM:<alice@east.test>\nC: RCPT TO:<bob@west.test>\n"
          "C: DATA\nS: 250 ok\nS: 250 ok\nS: 354 go on\n" MESSAGE "E:\n",
          1);
    CU_ASSERT_EQUAL(greet_and_send(), -ERROR_PROTOCOL);
    CU_ASSERT_EQUAL(recipients[0].outcome, SMTP_DEFERRED);
    CU_ASSERT_EQUAL(recipients[0].answer.code, 0);
    end();
}

/* It is said why, and then nobody is there to be told RSET. */
static void smtp_client_hears_a_refusal_and_the_end(void)
{
    begin(PLAIN_HELLO "C: MAIL FROM:<alice@east.test>\nS: 250 ok\n"
                      "C: RCPT TO:<bob@west.test>\nS: 250 ok\n"
                      "C: DATA\nS: 354 go on\n" MESSAGE
                      "S: 554 5.6.0 no; goodbye\nE:\n",
          1);
    CU_ASSERT_EQUAL(greet_and_send(), -ERROR_REFUSED);
    CU_ASSERT_STRING_EQUAL(error.peer_said, "5.6.0 no; goodbye");
    CU_ASSERT_EQUAL(recipients[0].outcome, SMTP_FAILED);
    CU_ASSERT_FALSE(smtp_client_is_open(&client));
    end();
}

static void smtp_client_hears_no_more_than_it_asked(void)
{
    begin("S: 220 a\nC: EHLO student.lab.test\n"
          "S= 250 b\\r\\n250 c\\r\\n\n",
          1);
    CU_ASSERT_EQUAL(greet(), 0);
    CU_ASSERT_EQUAL(smtp_client_mail(&client, &envelope, NULL),
                    -ERROR_PROTOCOL);
    CU_ASSERT_STRING_EQUAL(error.peer_said, "250 c\\r\\n");
    end();
}

/* ---- what goes along ---------------------------------------------------- */

#define FULL_HELLO                                            \
    HELLO                                                     \
    "S: 250-mx.west.test\nS: 250-SIZE 100\nS: 250-8BITMIME\n" \
    "S: 250-SMTPUTF8\nS: 250 DSN\n"

/* RFC 5321 §4.1.1.2, §4.1.1.3: parameters go along with MAIL and RCPT. */
static void smtp_client_uses_what_is_offered(void)
{
    begin(FULL_HELLO
          "C: MAIL FROM:<\xc3\xa4@east.test> SIZE=15 BODY=8BITMIME SMTPUTF8 "
          "RET=HDRS ENVID=q+2Bv\nS: 250 ok\n"
          "C: RCPT TO:<bob@west.test> NOTIFY=SUCCESS,FAILURE "
          "ORCPT=rfc822;b@x\nS: 250 ok\n",
          1);
    envelope.sender = "\xc3\xa4@east.test";
    envelope.ret = "HDRS";
    envelope.envid = "q+2Bv";
    recipients[0].notify = "SUCCESS,FAILURE";
    recipients[0].orcpt = "rfc822;b@x";
    content.head = SPAN("S: x\r\n\r\n\xe4 dot\r\n");
    CU_ASSERT_EQUAL(smtp_content_scan(&content, &error), 0);
    CU_ASSERT_EQUAL(greet(), 0);
    CU_ASSERT_EQUAL(smtp_client_mail(&client, &envelope, &content), 0);
    CU_ASSERT_EQUAL(smtp_client_recipient(&client, &recipients[0]), 0);
    CU_ASSERT(recipients[0].answer.dsn);
    end();
}

/* What the server can't take is not begun: no MAIL is said. */
static void smtp_client_begins_nothing_that_is_bound_to_fail(void)
{
    static char longer[200];

    memset(longer, 'x', sizeof(longer));
    begin(FULL_HELLO, 1);
    content.head = (struct span){longer, sizeof(longer)};
    CU_ASSERT_EQUAL(greet_and_send(), -ERROR_REFUSED);
    CU_ASSERT_EQUAL(recipients[0].outcome, SMTP_FAILED);
    CU_ASSERT_EQUAL(recipients[0].answer.enhanced.subject, 3);
    end();
    begin(PLAIN_HELLO, 1);
    content.head = SPAN("\xe4");
    CU_ASSERT_EQUAL(greet_and_send(), -ERROR_REFUSED);
    CU_ASSERT_EQUAL(recipients[0].answer.enhanced.subject, 6);
    end();
    begin(PLAIN_HELLO, 1);
    recipients[0].address = "b\xc3\xb6"
                            "b@west.test";
    CU_ASSERT_EQUAL(greet_and_send(), -ERROR_REFUSED);
    CU_ASSERT_EQUAL(recipients[0].answer.enhanced.detail, 7);
    end();
}

static void smtp_client_lets_no_address_speak_for_it(void)
{
    begin(PLAIN_HELLO, 1);
    CU_ASSERT_EQUAL(greet(), 0);
    envelope.sender = "a@b>\r\nRSET\r\n";
    CU_ASSERT_EQUAL(smtp_client_mail(&client, &envelope, NULL), -ERROR_USAGE);
    end();
}

const struct test tests_smtp_client[] = {
    {"smtp_client_falls_back_to_helo", smtp_client_falls_back_to_helo},
    {"smtp_client_takes_no_for_an_answer", smtp_client_takes_no_for_an_answer},
    {"smtp_client_says_one_thing_at_a_time",
     smtp_client_says_one_thing_at_a_time},
    {"smtp_client_pipelines_where_it_may", smtp_client_pipelines_where_it_may},
    {"smtp_client_sends_nothing_when_nobody_wants_it",
     smtp_client_sends_nothing_when_nobody_wants_it},
    {"smtp_client_hears_the_sender_refused",
     smtp_client_hears_the_sender_refused},
    {"smtp_client_gives_too_many_recipients_another_transaction",
     smtp_client_gives_too_many_recipients_another_transaction},
    {"smtp_client_hears_421_anywhere", smtp_client_hears_421_anywhere},
    {"smtp_client_defers_what_had_no_answer",
     smtp_client_defers_what_had_no_answer},
    {"smtp_client_hears_a_refusal_and_the_end",
     smtp_client_hears_a_refusal_and_the_end},
    {"smtp_client_hears_no_more_than_it_asked",
     smtp_client_hears_no_more_than_it_asked},
    {"smtp_client_uses_what_is_offered", smtp_client_uses_what_is_offered},
    {"smtp_client_begins_nothing_that_is_bound_to_fail",
     smtp_client_begins_nothing_that_is_bound_to_fail},
    {"smtp_client_lets_no_address_speak_for_it",
     smtp_client_lets_no_address_speak_for_it},
    {NULL, NULL}};
