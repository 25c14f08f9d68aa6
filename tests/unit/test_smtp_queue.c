/* SPDX-License-Identifier: MIT */
/* smtp_queue: one server at a time, and what it finds when it starts. */
#include "smtp/smtp_queue.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/harness.h"

static struct smtp_queue queue;

static void open_queue(void)
{
    struct error error = {0};

    CU_ASSERT_EQUAL_FATAL(smtp_queue_open(&queue, test_path("q"), &error), 0);
}

static struct smtp_transaction one_recipient(void)
{
    struct smtp_transaction transaction = {.arrived_s = 7};
    struct smtp_rcpt rcpt;
    struct smtp_verdict verdict;

    CU_ASSERT(smtp_rcpt_read(SPAN("TO:<bob@west.test>"), &rcpt, &verdict));
    CU_ASSERT_EQUAL(smtp_transaction_add(&transaction, &rcpt, NULL, NULL), 0);
    return transaction;
}

static void count_one(void *context, const char *id)
{
    (void)id;
    ++*(int *)context;
}

static int entries(void)
{
    int count = 0;

    CU_ASSERT_EQUAL(smtp_queue_list(&queue, count_one, &count, NULL), 0);
    return count;
}

static int files(void)
{
    DIR *folder = opendir(queue.folder);
    int count = 0;

    while (readdir(folder))
        count++;
    closedir(folder);
    return count - 3; /* ".", ".." and the lock */
}

/* What nobody was promised goes; what was stays. */
static void smtp_queue_sweeps_what_a_kill_left(void)
{
    static struct smtp_spool spool;
    struct smtp_transaction transaction = one_recipient();

    open_queue();
    CU_ASSERT_EQUAL(smtp_spool_begin(&spool, &queue, NULL), 0);
    CU_ASSERT_EQUAL(smtp_spool_keep(&spool, &transaction, NULL), 0);
    smtp_queue_close(&queue);
    test_write_file(test_path("q/1.message"), "half", 4);
    test_write_file(test_path("q/2.new"), "half", 4);
    open_queue();
    CU_ASSERT_EQUAL(entries(), 1);
    CU_ASSERT_EQUAL(files(), 2);
    smtp_queue_close(&queue);
    smtp_transaction_clear(&transaction);
}

static void smtp_queue_serves_one_server(void)
{
    struct error error = {0};
    struct smtp_queue other;

    open_queue();
    CU_ASSERT_EQUAL(smtp_queue_open(&other, test_path("q"), &error),
                    -ERROR_LOCAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "another server"));
    smtp_queue_close(&queue);
    open_queue();
    smtp_queue_close(&queue);
    CU_ASSERT_EQUAL(smtp_queue_open(&queue, test_path("no/q"), NULL),
                    -ERROR_LOCAL);
}

static void smtp_queue_gives_back_what_it_got(void)
{
    static struct smtp_spool spool;
    struct smtp_transaction transaction = one_recipient(), back;
    char text[16] = "", id[SMTP_QUEUE_ID_MAX];

    open_queue();
    CU_ASSERT_EQUAL(smtp_spool_begin(&spool, &queue, NULL), 0);
    snprintf(id, sizeof(id), "%s", spool.id);
    CU_ASSERT_EQUAL(smtp_spool_write(&spool, "Subject: x", 10, NULL), 0);
    CU_ASSERT_EQUAL(entries(), 0);
    CU_ASSERT_EQUAL(smtp_spool_keep(&spool, &transaction, NULL), 0);
    CU_ASSERT_EQUAL(entries(), 1);
    struct pollfd woken = {.fd = queue.wake_fd, .events = POLLIN};
    CU_ASSERT_EQUAL(poll(&woken, 1, 0), 1);

    int fd = smtp_queue_message(&queue, id, NULL);
    CU_ASSERT_EQUAL(read(fd, text, sizeof(text)), 10);
    CU_ASSERT_STRING_EQUAL(text, "Subject: x");
    close(fd);
    transaction.attempts = 3;
    CU_ASSERT_EQUAL(smtp_queue_write(&queue, id, &transaction, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(smtp_queue_read(&queue, id, &back, NULL), 0);
    CU_ASSERT_EQUAL(back.attempts, 3);
    CU_ASSERT_STRING_EQUAL(back.recipients[0].mailbox, "bob@west.test");
    smtp_transaction_clear(&back);
    smtp_queue_remove(&queue, id);
    CU_ASSERT_EQUAL(files(), 0);
    CU_ASSERT_EQUAL(smtp_queue_read(&queue, id, &back, NULL), -ERROR_LOCAL);
    CU_ASSERT_EQUAL(smtp_queue_message(&queue, id, NULL), -ERROR_LOCAL);
    smtp_queue_close(&queue);
    smtp_transaction_clear(&transaction);
}

const struct test tests_smtp_queue[] = {
    {"smtp_queue_sweeps_what_a_kill_left", smtp_queue_sweeps_what_a_kill_left},
    {"smtp_queue_serves_one_server", smtp_queue_serves_one_server},
    {"smtp_queue_gives_back_what_it_got", smtp_queue_gives_back_what_it_got},
    {NULL, NULL}};
