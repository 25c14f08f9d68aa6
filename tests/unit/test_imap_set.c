/* SPDX-License-Identifier: MIT */
/* Sets of message numbers. */
#include <string.h>

#include "imap/imap.h"
#include "tests/harness.h"

static void expect(const char *text, uint32_t star, const char *want)
{
    struct imap_set set;
    struct error error = {0};
    char out[128] = "";
    size_t next = 0;

    CU_ASSERT_EQUAL(imap_set_read(&set, span_of(text), star, &error), 0);
    imap_set_write(&set, &next, out, sizeof(out));
    CU_ASSERT_STRING_EQUAL(out, want);
    imap_set_free(&set);
}

/* RFC 3501 §9: the order in a set has no meaning, nor has that in a range. */
static void imap_set_is_kept_in_order(void)
{
    expect("3,1:2,9", 9, "1:3,9");
    expect("4:2", 9, "2:4");
    expect("5:*", 9, "5:9");
    expect("*:5", 9, "5:9");
    expect("559:*", 9, "9:559");
    expect("*", 9, "9");
    expect("1,1,1:3,2:6", 9, "1:6");
    expect("1:4294967295", 9, "1:4294967295");
    expect("*", 0, "");
}

static void imap_set_refuses_what_is_none(void)
{
    static const char *const texts[] = {
        "",   "0",   "a",          "1,", ",1",    "1:", "1::2",
        "-1", "1.2", "4294967296", ":2", "1:2:3", "**"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct imap_set set;
        struct error error = {0};

        CU_ASSERT_EQUAL(imap_set_read(&set, span_of(texts[i]), 9, &error),
                        -ERROR_PROTOCOL);
        imap_set_free(&set);
    }
}

static void imap_set_finds_and_adds(void)
{
    struct imap_set set = {0};
    struct error error = {0};
    char out[64];
    size_t next = 0;

    for (uint32_t i = 1; i < 10; i += 2)
        CU_ASSERT_EQUAL(imap_set_add(&set, i, &error), 0);
    CU_ASSERT_EQUAL(imap_set_add(&set, 10, &error), 0);
    CU_ASSERT_EQUAL(imap_set_add(&set, 4, &error), 0);
    CU_ASSERT(imap_set_has(&set, 4));
    CU_ASSERT(!imap_set_has(&set, 6));
    CU_ASSERT(!imap_set_has(&set, 11));
    /* In pieces, when a line is short. */
    CU_ASSERT_EQUAL(imap_set_write(&set, &next, out, 5), 1);
    CU_ASSERT_STRING_EQUAL(out, "1");
    CU_ASSERT_EQUAL(imap_set_write(&set, &next, out, sizeof(out)), 10);
    CU_ASSERT_STRING_EQUAL(out, "3:5,7,9:10");
    CU_ASSERT_EQUAL(imap_set_write(&set, &next, out, sizeof(out)), 0);
    imap_set_free(&set);
}

const struct test tests_imap_set[] = {
    {"imap_set_is_kept_in_order", imap_set_is_kept_in_order},
    {"imap_set_refuses_what_is_none", imap_set_refuses_what_is_none},
    {"imap_set_finds_and_adds", imap_set_finds_and_adds},
    {NULL, NULL}};
