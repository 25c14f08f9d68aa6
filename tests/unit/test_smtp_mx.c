/* SPDX-License-Identifier: MIT */
/* Delivery to a domain: which host is tried when, and what is said when none
 * takes the mail. The zone is that of tests/unit/name_server.c. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "common/names.h"
#include "smtp/smtp_client.h"
#include "tests/harness.h"
#include "tests/unit/name_server.h"

static struct error error;
static struct smtp_client client;
static struct smtp_recipient recipients[2];
static struct smtp_envelope envelope;
static struct smtp_content content;
static struct smtp_route route;

static void end_child(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

/* All three exchangers of mail.test are at the peer that plays this script, but
 * those of `down`, where nobody listens. */
static void deliver(enum name_server_manner manner, const char *script,
                    const char *domain, const char *down)
{
    static const char *const hosts[] = {"first.test", "second.test",
                                        "last.test"};
    char server[64], pin[128];
    pid_t names = name_server_start(manner, server, sizeof(server));
    pid_t peer = test_peer(script, &route.port);

    error_clear(&error);
    memset(&client, 0, sizeof(client));
    CU_ASSERT_EQUAL_FATAL(names_new(&client.setup.names, server, NULL, &error),
                          0);
    for (size_t i = 0; i < 3; i++) {
        snprintf(pin, sizeof(pin), "%s:%u:%s", hosts[i], route.port,
                 down && strcmp(down, hosts[i]) == 0 ? "127.0.0.9"
                                                     : "127.0.0.1");
        CU_ASSERT_EQUAL(names_pin(client.setup.names, pin, &error), 0);
    }
    client.setup.error = &error;
    client.setup.proto = "smtp";
    client.setup.deadline = deadline_in_ms(20000);
    client.name = "x";
    memset(recipients, 0, sizeof(recipients));
    recipients[0].address = "bob@mail.test";
    recipients[1].address = "eve@mail.test";
    envelope = (struct smtp_envelope){
        .sender = "a@b.test", .recipients = recipients, .count = 2};
    content = (struct smtp_content){.head = SPAN("x\r\n"), .fd = -1};
    CU_ASSERT_EQUAL(smtp_deliver(&client, &route, domain, &envelope, &content),
                    0);
    CU_ASSERT_FALSE(smtp_client_is_open(&client));
    CU_ASSERT_EQUAL(error.class, ERROR_NONE);
    names_free(client.setup.names);
    if (*script)
        CU_ASSERT_EQUAL(test_peer_end(peer), 0);
    if (!*script)
        end_child(peer);
    end_child(names);
    memset(&route, 0, sizeof(route));
}

static bool is(size_t index, enum smtp_outcome outcome, int code, int subject,
               int detail)
{
    const struct smtp_recipient *r = &recipients[index];

    if (r->outcome == outcome && r->answer.code == code &&
        r->answer.enhanced.subject == subject &&
        r->answer.enhanced.detail == detail)
        return true;
    fprintf(stderr, "%zu: %s, %d %d.%d: %s\n", index,
            smtp_outcome_name(r->outcome), r->answer.code,
            r->answer.enhanced.subject, r->answer.enhanced.detail,
            r->answer.text);
    return false;
}

#define MAIL_FROM \
    "S: 220 a\nC: EHLO x\nS: 250 a\nC: MAIL FROM:<a@b.test>\nS: 250 ok\n"
#define BOB "C: RCPT TO:<bob@mail.test>\n"
#define EVE "C: RCPT TO:<eve@mail.test>\n"
#define DATA "C: DATA\nS: 354 go\nC: x\nC: .\nS: 250 2.6.0 ok\n"
#define QUIT "C: QUIT\nS: 221 bye\nE:\n"

/* RFC 5321 §5.1: who is deferred by one is tried at the next; who is refused
 * for good is not, and who has it has it once. */
static void smtp_mx_tries_the_next_for_what_is_deferred(void)
{
    deliver(HONEST,
            MAIL_FROM BOB "S: 250 ok\n" EVE
                          "S: 450 4.2.1 later\n" DATA QUIT MAIL_FROM EVE
                          "S: 250 ok\n" DATA "C: QUIT\nS: 221 bye\n",
            "mail.test", NULL);
    CU_ASSERT(is(0, SMTP_DELIVERED, 250, 6, 0));
    CU_ASSERT_STRING_EQUAL(recipients[0].answer.host, "first.test");
    CU_ASSERT(is(1, SMTP_DELIVERED, 250, 6, 0));
    CU_ASSERT_STRING_EQUAL(recipients[1].answer.host, "second.test");
    deliver(HONEST,
            MAIL_FROM BOB "S: 250 ok\n" EVE "S: 550 5.1.1 no\n" DATA
                          "C: QUIT\nS: 221 bye\n",
            "mail.test", NULL);
    CU_ASSERT(is(1, SMTP_FAILED, 550, 1, 1));
}

static void smtp_mx_goes_on_when_a_host_is_down(void)
{
    deliver(HONEST,
            MAIL_FROM BOB "S: 250 ok\n" EVE "S: 250 ok\n" DATA
                          "C: QUIT\nS: 221 bye\n",
            "mail.test", "first.test");
    CU_ASSERT(is(0, SMTP_DELIVERED, 250, 6, 0));
    CU_ASSERT_STRING_EQUAL(recipients[0].answer.host, "second.test");
    /* Busy, then breaking off, then whole. */
    deliver(HONEST,
            "S: 421 busy\nE:\nS: 220 a\nC: EHLO x\nE:\n" MAIL_FROM BOB
            "S: 250 ok\n" EVE "S: 250 ok\n" DATA "C: QUIT\nS: 221 bye\n",
            "mail.test", NULL);
    CU_ASSERT_STRING_EQUAL(recipients[1].answer.host, "last.test");
}

/* Nobody took it: each keeps the last word that was about him. */
static void smtp_mx_keeps_the_last_word(void)
{
    deliver(HONEST,
            MAIL_FROM BOB "S: 451 4.3.0 a\n" EVE "S: 550 b\n"
                          "C: RSET\nS: 250 ok\n" QUIT
                          "S: 421 4.3.2 busy\nE:\nS: 421 4.3.2 busy\n",
            "mail.test", NULL);
    CU_ASSERT(is(0, SMTP_DEFERRED, 451, 3, 0));
    CU_ASSERT(is(1, SMTP_FAILED, 550, 0, 0));
    deliver(HONEST,
            "S: 554 go away\n" QUIT "S: 554 go away\n" QUIT
            "S: 554 go away\nC: QUIT\nS: 221 bye\n",
            "mail.test", NULL);
    CU_ASSERT(is(0, SMTP_FAILED, 554, 0, 0));
    CU_ASSERT_STRING_EQUAL(recipients[0].answer.host, "last.test");
}

static void smtp_mx_knows_domains_that_take_no_mail(void)
{
    deliver(HONEST, "", "null.test", NULL);
    CU_ASSERT(is(0, SMTP_FAILED, 0, 1, 10));
    deliver(HONEST, "", "nowhere.test", NULL);
    CU_ASSERT(is(0, SMTP_FAILED, 0, 1, 2));
    deliver(FAILS, "", "mail.test", NULL);
    CU_ASSERT(is(0, SMTP_DEFERRED, 0, 4, 3));
    CU_ASSERT(is(1, SMTP_DEFERRED, 0, 4, 3));
}

/* RFC 5321 §5.1: a relay that is in the list sends to nobody behind it. */
static void smtp_mx_sends_nothing_back_to_itself(void)
{
    route.self = "second.test";
    deliver(HONEST, "S: 421 busy\n", "mail.test", NULL);
    CU_ASSERT(is(0, SMTP_DEFERRED, 421, 0, 0));
    route.self = "FIRST.test";
    deliver(HONEST, "", "mail.test", NULL);
    CU_ASSERT(is(0, SMTP_FAILED, 0, 4, 6));
}

static void smtp_mx_asks_nobody_about_an_address(void)
{
    static const char taken[] = MAIL_FROM BOB
        "S: 250 ok\n" EVE "S: 250 ok\n" DATA "C: QUIT\nS: 221 bye\n";

    deliver(FAILS, taken, "[127.0.0.1]", NULL);
    CU_ASSERT(is(0, SMTP_DELIVERED, 250, 6, 0));
    route.next_hop = "127.0.0.1";
    deliver(FAILS, taken, "mail.test", NULL);
    CU_ASSERT(is(0, SMTP_DELIVERED, 250, 6, 0));
}

const struct test tests_smtp_mx[] = {
    {"smtp_mx_tries_the_next_for_what_is_deferred",
     smtp_mx_tries_the_next_for_what_is_deferred},
    {"smtp_mx_goes_on_when_a_host_is_down",
     smtp_mx_goes_on_when_a_host_is_down},
    {"smtp_mx_keeps_the_last_word", smtp_mx_keeps_the_last_word},
    {"smtp_mx_knows_domains_that_take_no_mail",
     smtp_mx_knows_domains_that_take_no_mail},
    {"smtp_mx_sends_nothing_back_to_itself",
     smtp_mx_sends_nothing_back_to_itself},
    {"smtp_mx_asks_nobody_about_an_address",
     smtp_mx_asks_nobody_about_an_address},
    {NULL, NULL}};
