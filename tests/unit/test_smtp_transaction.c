/* SPDX-License-Identifier: MIT */
/* smtp_transaction: an envelope survives being written and read. */
#include "smtp/smtp_transaction.h"

#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

static const char sample[] =
    "ARRIVED 1700000000\r\n"
    "ATTEMPTS 2 NEXT 1700003600 TOLD 1\r\n"
    "MAIL FROM:<\"a b\"@east.test> SIZE=420 BODY=8BITMIME SMTPUTF8 RET=FULL "
    "ENVID=x+3Dy\r\n"
    "RCPT TO:<bob@west.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b+40w\r\n"
    "RCPT TO:<eve@west.test>\r\n"
    "DATA\r\n";

static void smtp_transaction_reads_what_it_writes(void)
{
    struct smtp_transaction transaction;
    struct error error = {0};
    size_t length;

    CU_ASSERT_EQUAL_FATAL(
        smtp_transaction_read(&transaction, span_of(sample), &error), 0);
    CU_ASSERT_EQUAL(transaction.arrived_s, 1700000000);
    CU_ASSERT_EQUAL(transaction.attempts, 2);
    CU_ASSERT_EQUAL(transaction.next_s, 1700003600);
    CU_ASSERT(transaction.told_of_delay);
    CU_ASSERT_EQUAL(transaction.count, 2);
    CU_ASSERT_STRING_EQUAL(transaction.mail.reverse_path.local, "a b");
    CU_ASSERT_STRING_EQUAL(transaction.recipients[0].original, "rfc822;b+40w");
    char *text = smtp_transaction_write(&transaction, &length);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_EQUAL(length, strlen(sample));
    CU_ASSERT_STRING_EQUAL(text, sample);
    free(text);
    smtp_transaction_clear(&transaction);
}

/* A crash can't leave a half (smtp_queue_write), but a disk can. */
static void smtp_transaction_is_whole_or_none(void)
{
    struct smtp_transaction transaction;

    for (size_t i = 0; i < sizeof(sample) - 1; i++) {
        struct error error = {0};

        CU_ASSERT_EQUAL(smtp_transaction_read(&transaction,
                                              (struct span){sample, i}, &error),
                        -ERROR_LOCAL);
        CU_ASSERT_EQUAL(transaction.count, 0);
        CU_ASSERT(error.text[0] != '\0');
    }
    CU_ASSERT_EQUAL(smtp_transaction_read(&transaction,
                                          SPAN("ARRIVED x\r\nDATA\r\n"), NULL),
                    -ERROR_LOCAL);
    CU_ASSERT_EQUAL(
        smtp_transaction_read(&transaction, SPAN("NOOP\r\nDATA\r\n"), NULL),
        -ERROR_LOCAL);
}

static void smtp_transaction_drops_a_recipient(void)
{
    struct smtp_transaction transaction;

    CU_ASSERT_EQUAL_FATAL(
        smtp_transaction_read(&transaction, span_of(sample), NULL), 0);
    smtp_transaction_drop(&transaction, 0);
    CU_ASSERT_EQUAL(transaction.count, 1);
    CU_ASSERT_STRING_EQUAL(transaction.recipients[0].mailbox, "eve@west.test");
    smtp_transaction_clear(&transaction);
    CU_ASSERT_PTR_NULL(transaction.recipients);
}

/* Each allocation refused in its turn: an error, and nothing left behind. */
static void smtp_transaction_survives_without_memory(void)
{
    for (long number = 1;; number++) {
        struct smtp_transaction transaction;

        test_fail_allocation(number);
        int result = smtp_transaction_read(&transaction, span_of(sample), NULL);
        long made = test_allocations();
        test_fail_allocation(0);
        if (made < number) {
            CU_ASSERT_EQUAL(result, 0);
            smtp_transaction_clear(&transaction);
            break;
        }
        CU_ASSERT_EQUAL(result, -ERROR_LOCAL);
    }
}

const struct test tests_smtp_transaction[] = {
    {"smtp_transaction_reads_what_it_writes",
     smtp_transaction_reads_what_it_writes},
    {"smtp_transaction_is_whole_or_none", smtp_transaction_is_whole_or_none},
    {"smtp_transaction_drops_a_recipient", smtp_transaction_drops_a_recipient},
    {"smtp_transaction_survives_without_memory",
     smtp_transaction_survives_without_memory},
    {NULL, NULL}};
