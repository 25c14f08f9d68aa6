/* SPDX-License-Identifier: MIT */
/* A mailbox that can't exist looks like the one that is asked for. */
#include <ctype.h>
#include <string.h>

#include "labs/mailbox-exists/mailbox.h"
#include "tests/harness.h"

static void control_keeps_the_shape(void)
{
    static const char *const names[] = {"bob",     "john.smith42", "x+tag",
                                        "\"a b\"", "n9-_/q",       "a"};
    char control[SMTP_LOCAL_PART_MAX + 1], again[SMTP_LOCAL_PART_MAX + 1];
    char shape[SMTP_LOCAL_PART_MAX + 1], wanted[SMTP_LOCAL_PART_MAX + 1];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        mailbox_control(control, sizeof(control), span_of(names[i]), 7);
        mailbox_control(again, sizeof(again), span_of(names[i]), 8);
        mailbox_shape(shape, sizeof(shape), span_of(control));
        mailbox_shape(wanted, sizeof(wanted), span_of(names[i]));
        CU_ASSERT(strlen(control) >= 16);
        CU_ASSERT_STRING_NOT_EQUAL(control, names[i]);
        CU_ASSERT_STRING_NOT_EQUAL(control, again);
        CU_ASSERT(strncmp(shape, wanted, strlen(wanted) - 1) == 0);
    }
}

static void control_is_no_longer_than_a_name_may_be(void)
{
    char name[SMTP_LOCAL_PART_MAX + 1], control[SMTP_LOCAL_PART_MAX + 1];

    memset(name, 'a', SMTP_LOCAL_PART_MAX);
    name[SMTP_LOCAL_PART_MAX] = '\0';
    mailbox_control(control, sizeof(control), span_of(name), 1);
    CU_ASSERT_EQUAL(strlen(control), SMTP_LOCAL_PART_MAX);
    mailbox_control(control, 5, span_of(name), 1);
    CU_ASSERT_EQUAL(strlen(control), 4);
    mailbox_control(control, sizeof(control), SPAN(""), 1);
    CU_ASSERT_STRING_EQUAL(control, "");
}

static void shape_is_what_names_have_in_common(void)
{
    char one[SMTP_LOCAL_PART_MAX + 1], other[SMTP_LOCAL_PART_MAX + 1];

    mailbox_shape(one, sizeof(one), SPAN("john.smith42"));
    mailbox_shape(other, sizeof(other), SPAN("jane.doe7"));
    CU_ASSERT_STRING_EQUAL(one, "a.a9");
    CU_ASSERT_STRING_EQUAL(one, other);
    mailbox_shape(other, sizeof(other), SPAN("jane..doe"));
    CU_ASSERT_STRING_EQUAL(other, "a..a");
}

/* RFC 5321 §4.1.2: what a Mailbox is, and nothing around it. */
static void address_is_read_whole_or_not_at_all(void)
{
    static const char *const wrong[] = {
        "",           "bob",   "bob@",       "@east", "a b@c",
        "<bob@east>", "a@b>x", "a@b SIZE=1", "a@-b",  "Postmaster"};
    struct smtp_path path;
    char why[SMTP_VERDICT_MAX], longest[400];

    CU_ASSERT(mailbox_address_read(&path, SPAN("bob@west.test"), why));
    CU_ASSERT_STRING_EQUAL(path.domain, "west.test");
    CU_ASSERT(mailbox_address_read(&path, SPAN("bob@[192.0.2.1]"), why));
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        CU_ASSERT(!mailbox_address_read(&path, span_of(wrong[i]), why));
        CU_ASSERT(why[0] != '\0');
    }
    /* RFC 5321 §4.5.3.1.1: 64 octets before the "@". */
    memset(longest, 'a', sizeof(longest));
    memcpy(longest + 64, "@b", 3);
    CU_ASSERT(mailbox_address_read(&path, span_of(longest), why));
    memset(longest, 'a', sizeof(longest));
    memcpy(longest + 65, "@b", 3);
    CU_ASSERT(!mailbox_address_read(&path, span_of(longest), why));
}

const struct test tests_mailbox_control[] = {
    {"control_keeps_the_shape", control_keeps_the_shape},
    {"control_is_no_longer_than_a_name_may_be",
     control_is_no_longer_than_a_name_may_be},
    {"shape_is_what_names_have_in_common", shape_is_what_names_have_in_common},
    {"address_is_read_whole_or_not_at_all",
     address_is_read_whole_or_not_at_all},
    {NULL, NULL}};
