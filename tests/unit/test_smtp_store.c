/* SPDX-License-Identifier: MIT */
/* smtp_store: here or into the queue, and never a 250 for neither. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/harness.h"
#include "tests/unit/smtp_desk.h"

static struct smtp_desk desk;
static struct smtp_verdict verdict;

static void count_one(void *context, const char *id)
{
    (void)id;
    ++*(int *)context;
}

static int queued(void)
{
    int count = 0;

    smtp_queue_list(&desk.site.queue, count_one, &count, NULL);
    return count;
}

static int delivered(const char *account)
{
    char path[600];
    struct dirent *entry;
    int count = 0;

    snprintf(path, sizeof(path), "%s/%s/new", desk.site.maildir, account);
    DIR *folder = opendir(path);
    while (folder && (entry = readdir(folder)) != NULL)
        count += entry->d_name[0] != '.';
    if (folder)
        closedir(folder);
    return count;
}

static void store(void)
{
    smtp_desk_spool(&desk, "Subject: x\r\n\r\ntext\r\n");
    verdict.code = 0;
    smtp_store(desk.session, &verdict);
}

static void smtp_store_delivers_or_queues(void)
{
    smtp_desk_open(&desk);
    smtp_desk_rcpt(&desk, "TO:<bob@west.test>");
    smtp_desk_rcpt(&desk, "TO:<eve@west.test>");
    smtp_desk_rcpt(&desk, "TO:<BOB@west.test>");
    store();
    CU_ASSERT_EQUAL(verdict.code, 250);
    CU_ASSERT_EQUAL(delivered("bob"), 1);
    CU_ASSERT_EQUAL(delivered("eve"), 1);
    CU_ASSERT_EQUAL(queued(), 0);
    smtp_spool_drop(&desk.session->spool);
    /* Whoever wants a report, or lives elsewhere, sends all to the queue. */
    smtp_desk_rcpt(&desk, "TO:<bob@west.test> NOTIFY=SUCCESS");
    store();
    CU_ASSERT_EQUAL(verdict.code, 250);
    CU_ASSERT_EQUAL(delivered("bob"), 1);
    CU_ASSERT_EQUAL(queued(), 1);
    smtp_desk_close(&desk);
}

/* A mailbox that can't be written: nobody has it, so the client keeps it; or
 * some have it, so the queue sees to the rest. */
static void smtp_store_answers_for_what_it_can(void)
{
    smtp_desk_open(&desk);
    test_write_file(test_path("mail/eve"), "in the way", 10);
    smtp_desk_rcpt(&desk, "TO:<eve@west.test>");
    store();
    CU_ASSERT_EQUAL(verdict.code, 452);
    CU_ASSERT_EQUAL(queued(), 0);
    smtp_spool_drop(&desk.session->spool);
    smtp_transaction_clear(&desk.session->transaction);
    error_clear(&desk.pair.error);
    smtp_desk_rcpt(&desk, "TO:<bob@west.test>");
    smtp_desk_rcpt(&desk, "TO:<eve@west.test>");
    store();
    CU_ASSERT_EQUAL(verdict.code, 250);
    CU_ASSERT_EQUAL(delivered("bob"), 1);
    CU_ASSERT_EQUAL(queued(), 1);
    CU_ASSERT_EQUAL(desk.session->transaction.count, 1);
    CU_ASSERT_STRING_EQUAL(desk.session->transaction.recipients[0].mailbox,
                           "eve@west.test");
    smtp_desk_close(&desk);
}

/* RFC 5321 §6.1: 250 is a promise to deliver or to report; where the queue
 * can't be written there is none. */
static void smtp_store_promises_nothing_without_a_queue(void)
{
    smtp_desk_open(&desk);
    smtp_desk_rcpt(&desk, "TO:<bob@west.test> NOTIFY=SUCCESS");
    smtp_desk_spool(&desk, "x: y\r\n");
    strcpy(desk.site.queue.folder, "/nowhere");
    smtp_store(desk.session, &verdict);
    CU_ASSERT_EQUAL(verdict.code, 451);
    smtp_desk_close(&desk);
}

const struct test tests_smtp_store[] = {
    {"smtp_store_delivers_or_queues", smtp_store_delivers_or_queues},
    {"smtp_store_answers_for_what_it_can", smtp_store_answers_for_what_it_can},
    {"smtp_store_promises_nothing_without_a_queue",
     smtp_store_promises_nothing_without_a_queue},
    {NULL, NULL}};
