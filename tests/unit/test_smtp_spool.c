/* SPDX-License-Identifier: MIT */
/* smtp_spool: whole or not at all, whatever ends the process or the disk. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "smtp/smtp_queue.h"
#include "tests/harness.h"

enum { LENGTH = 150000, ROUNDS = 20 };

static struct smtp_queue queue;
static struct smtp_spool spool;

static struct smtp_transaction one_recipient(void)
{
    struct smtp_transaction transaction = {.arrived_s = 7};
    struct smtp_rcpt rcpt;
    struct smtp_verdict verdict;

    smtp_rcpt_read(SPAN("TO:<bob@west.test>"), &rcpt, &verdict);
    smtp_transaction_add(&transaction, &rcpt, NULL, NULL);
    return transaction;
}

/* A message of one letter, in pieces of growing length. */
static int spool_message(char letter)
{
    struct smtp_transaction transaction = one_recipient();
    char piece[70000];
    size_t length = 0;
    int result = smtp_spool_begin(&spool, &queue, NULL);

    memset(piece, letter, sizeof(piece));
    for (size_t i = 0; result == 0 && length < LENGTH; i = i * 3 + 1) {
        size_t next = i < sizeof(piece) ? i : sizeof(piece);

        if (next > LENGTH - length)
            next = LENGTH - length;
        result = smtp_spool_write(&spool, piece, next, NULL);
        length += next;
    }
    if (result == 0)
        result = smtp_spool_keep(&spool, &transaction, NULL);
    else
        smtp_spool_drop(&spool);
    smtp_transaction_clear(&transaction);
    return result;
}

static void check_entry(void *context, const char *id)
{
    struct smtp_transaction transaction;
    char *text = malloc(LENGTH + 1);
    int fd = smtp_queue_message(&queue, id, NULL);
    ssize_t length = 0, got;

    CU_ASSERT(fd >= 0);
    while ((got = read(fd, text + length, (size_t)(LENGTH + 1 - length))) > 0)
        length += got;
    close(fd);
    CU_ASSERT_EQUAL(length, LENGTH);
    for (ssize_t i = 1; i < length; i++)
        if (text[i] != text[0])
            CU_FAIL("a message is torn");
    free(text);
    CU_ASSERT_EQUAL_FATAL(smtp_queue_read(&queue, id, &transaction, NULL), 0);
    CU_ASSERT_EQUAL(transaction.count, 1);
    smtp_transaction_clear(&transaction);
    ++*(int *)context;
}

static int whole_entries(void)
{
    int count = 0;

    CU_ASSERT_EQUAL(smtp_queue_list(&queue, check_entry, &count, NULL), 0);
    return count;
}

/* A process that queues without a pause, and tells how many it was promised,
 * is killed at some moment: so many, or one more, are there, and whole. */
static void kill_one(int round)
{
    int ends[2], promised = 0;
    char byte;

    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        while (spool_message('a') == 0 && write(ends[1], "x", 1) == 1)
            ;
        _exit(1);
    }
    close(ends[1]);
    CU_ASSERT_EQUAL(read(ends[0], &byte, 1), 1);
    usleep((useconds_t)(round * 317 % 5000));
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    for (promised = 1; read(ends[0], &byte, 1) == 1; promised++)
        ;
    close(ends[0]);
    smtp_queue_close(&queue);
    CU_ASSERT_EQUAL_FATAL(smtp_queue_open(&queue, test_path("q"), NULL), 0);
    int there = whole_entries();
    CU_ASSERT(there == promised || there == promised + 1);
}

static void remove_entry(void *context, const char *id)
{
    (void)context;
    smtp_queue_remove(&queue, id);
}

static void smtp_spool_survives_kills(void)
{
    CU_ASSERT_EQUAL_FATAL(smtp_queue_open(&queue, test_path("q"), NULL), 0);
    for (int round = 0; round < ROUNDS; round++) {
        kill_one(round);
        smtp_queue_list(&queue, remove_entry, NULL, NULL);
    }
    smtp_queue_close(&queue);
}

static void smtp_spool_writes_in_short_pieces(void)
{
    CU_ASSERT_EQUAL_FATAL(smtp_queue_open(&queue, test_path("q"), NULL), 0);
    test_short_io(1001);
    CU_ASSERT_EQUAL(spool_message('s'), 0);
    test_short_io(0);
    CU_ASSERT_EQUAL(whole_entries(), 1);
    smtp_queue_close(&queue);
}

/* A full disk, for which a limit on the size of files stands in. */
static void smtp_spool_leaves_nothing_when_the_disk_is_full(void)
{
    struct rlimit old, small;
    int count = 0;

    CU_ASSERT_EQUAL_FATAL(smtp_queue_open(&queue, test_path("q"), NULL), 0);
    getrlimit(RLIMIT_FSIZE, &old);
    small = old;
    small.rlim_cur = 100000;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    CU_ASSERT_EQUAL(spool_message('f'), -ERROR_LOCAL);
    setrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, SIG_DFL);
    CU_ASSERT_EQUAL(smtp_queue_list(&queue, check_entry, &count, NULL), 0);
    CU_ASSERT_EQUAL(count, 0);
    smtp_queue_close(&queue);
    CU_ASSERT_EQUAL(access(test_path("q/lock"), F_OK), 0);
}

static void smtp_spool_takes_back(void)
{
    CU_ASSERT_EQUAL_FATAL(smtp_queue_open(&queue, test_path("q"), NULL), 0);
    CU_ASSERT_EQUAL(smtp_spool_begin(&spool, &queue, NULL), 0);
    char *path = strdup(test_path("q"));
    char file[4200];
    snprintf(file, sizeof(file), "%s/%s.message", path, spool.id);
    free(path);
    CU_ASSERT_EQUAL(access(file, F_OK), 0);
    smtp_spool_drop(&spool);
    CU_ASSERT_NOT_EQUAL(access(file, F_OK), 0);
    smtp_spool_drop(&spool);
    smtp_queue_close(&queue);
}

/* It stands in Received: were it longer for some processes than for others,
 * the same message would differ in length from run to run. */
static void smtp_spool_names_of_one_length(void)
{
    size_t seconds;

    CU_ASSERT_EQUAL_FATAL(smtp_queue_open(&queue, test_path("q"), NULL), 0);
    CU_ASSERT_EQUAL(smtp_spool_begin(&spool, &queue, NULL), 0);
    seconds = strcspn(spool.id, ".");
    CU_ASSERT_EQUAL_FATAL(strlen(spool.id),
                          seconds + strlen(".aaaaa.bbbbbb.c"));
    CU_ASSERT_EQUAL(spool.id[seconds + 6], '.');
    CU_ASSERT_EQUAL(spool.id[seconds + 13], '.');
    smtp_spool_drop(&spool);
    smtp_queue_close(&queue);
}

const struct test tests_smtp_spool[] = {
    {"smtp_spool_survives_kills", smtp_spool_survives_kills},
    {"smtp_spool_writes_in_short_pieces", smtp_spool_writes_in_short_pieces},
    {"smtp_spool_leaves_nothing_when_the_disk_is_full",
     smtp_spool_leaves_nothing_when_the_disk_is_full},
    {"smtp_spool_takes_back", smtp_spool_takes_back},
    {"smtp_spool_names_of_one_length", smtp_spool_names_of_one_length},
    {NULL, NULL}};
