/* SPDX-License-Identifier: MIT */
/* Two questions to the DNS and their answers, as bytes: what is each run's own
 * is in the number and in how long a record is good. */
#include <string.h>

#include "tests/harness.h"
#include "tests/unit/talk.h"

/* The number, flags, one question for A of "a.", and one answer to it whose
 * lifetime is the byte at TTL. */
enum { ID = 1, TTL = 28, OCTET = 34, ANSWER = 35 };
static const char answer[] = "\x12\x34\x81\x80\0\1\0\1\0\0\0\0"
                             "\1a\0\0\1\0\1"
                             "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\x50";
static char altered[ANSWER];

static void hear(struct talk *talk, const char *bytes)
{
    struct trace_event *event;

    talk_begin(talk, 53);
    event = talk_add(talk, TRACE_LAYER_APP, TRACE_DIR_IN, "NOERROR", "");
    event->proto = "dns";
    event->data = (struct span){bytes, ANSWER};
    event->length = ANSWER;
}

static void alter(size_t at)
{
    memcpy(altered, answer, ANSWER);
    altered[at]++;
    hear(&a, answer);
    hear(&b, altered);
}

/* RFC 1035 §4.1.1: the number is drawn anew for each question. */
static void compare_dns_sets_numbers_aside(void)
{
    alter(ID);
    talk_expect_used(RULE_DNS_ID, 1);
}

/* RFC 1035 §3.2.1: a record's lifetime runs down where it is kept. */
static void compare_dns_sets_lifetimes_aside(void)
{
    alter(TTL);
    talk_expect_used(RULE_DNS_TTL, 1);
}

static void compare_dns_tells_another_address(void)
{
    alter(OCTET);
    talk_compare();
    CU_ASSERT_EQUAL(made.difference_count, 1);
    comparison_free(&made);
}

const struct test tests_compare_dns[] = {
    {"compare_dns_sets_numbers_aside", compare_dns_sets_numbers_aside},
    {"compare_dns_sets_lifetimes_aside", compare_dns_sets_lifetimes_aside},
    {"compare_dns_tells_another_address", compare_dns_tells_another_address},
    {NULL, NULL}};
