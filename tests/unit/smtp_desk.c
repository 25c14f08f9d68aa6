/* SPDX-License-Identifier: MIT */
#include "tests/unit/smtp_desk.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/harness.h"

static struct account accounts[] = {{(char *)"bob", (char *)"secret"},
                                    {(char *)"eve", (char *)"secret"},
                                    {(char *)"al@west.test", (char *)"x"}};
static char folder[512];

void smtp_desk_open(struct smtp_desk *desk)
{
    memset(desk, 0, sizeof(*desk));
    conn_pair_open(&desk->pair);
    strcpy(folder, test_path("mail"));
    mkdir(folder, 0700);
    desk->site = (struct smtp_site){
        .name = "mx.west.test",
        .domains = {{"west.test"}, 1},
        .maildir = folder,
        .accounts = {accounts, sizeof(accounts) / sizeof(*accounts)},
        .port = 25,
        .submission = 587,
        .size_max = 100000,
        .retry_ms = 1800 * 1000,
        .give_up_ms = 5 * 86400LL * 1000,
        .idle_ms = 5000};
    CU_ASSERT_EQUAL_FATAL(
        smtp_queue_open(&desk->site.queue, test_path("queue"), NULL), 0);
    desk->session = calloc(1, sizeof(*desk->session));
    desk->session->conn = desk->pair.conn;
    desk->session->error = &desk->pair.error;
    desk->session->site = &desk->site;
    desk->session->extended = true;
    strcpy(desk->session->client, "me.test");
    strcpy(desk->session->address, "192.0.2.10");
}

void smtp_desk_close(struct smtp_desk *desk)
{
    smtp_spool_drop(&desk->session->spool);
    smtp_transaction_clear(&desk->session->transaction);
    free(desk->session);
    smtp_queue_close(&desk->site.queue);
    conn_pair_close(&desk->pair);
}

int smtp_desk_rcpt(struct smtp_desk *desk, const char *argument)
{
    struct smtp_verdict verdict = {.code = 0};
    const char *account = NULL;
    struct smtp_rcpt rcpt;

    if (!smtp_rcpt_read(span_of(argument), &rcpt, &verdict))
        return verdict.code;
    smtp_judge_recipient(desk->session, &rcpt, &account, &verdict);
    if (verdict.code == 250)
        CU_ASSERT_EQUAL(smtp_transaction_add(&desk->session->transaction, &rcpt,
                                             account, NULL),
                        0);
    return verdict.code;
}

void smtp_desk_spool(struct smtp_desk *desk, const char *message)
{
    CU_ASSERT_EQUAL_FATAL(
        smtp_spool_begin(&desk->session->spool, &desk->site.queue, NULL), 0);
    CU_ASSERT_EQUAL(
        smtp_spool_write(&desk->session->spool, message, strlen(message), NULL),
        0);
}
