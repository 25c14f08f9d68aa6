/* SPDX-License-Identifier: MIT */
#include "labs/trace/words.h"

#include <string.h>

#include "tests/harness.h"

static void words_are_put_one_after_the_other(void)
{
    char text[64];
    struct words words = words_in(text, sizeof(text));

    CU_ASSERT_STRING_EQUAL(text, "");
    words_add(&words, "frame ");
    words_number(&words, 0);
    words_padded(&words, 31, 5);
    words_number(&words, UINT64_MAX);
    CU_ASSERT_STRING_EQUAL(text, "frame 0   3118446744073709551615");
    CU_ASSERT_EQUAL(words.length, strlen(text));
}

static void words_round_to_a_tenth_of_a_millisecond(void)
{
    char text[64];
    struct words words = words_in(text, sizeof(text));

    words_ms(&words, 12345678, 8);
    words_ms(&words, 49999, 0);
    words_ms(&words, 50000, 4);
    words_ms(&words, -1260000, 6);
    CU_ASSERT_STRING_EQUAL(text, "    12.30.0 0.1  -1.3");
}

/* Whatever the size: a NUL at the end, nothing behind it. */
static void words_leave_out_what_does_not_fit(void)
{
    for (size_t size = 1; size < 12; size++) {
        char text[12];
        memset(text, '#', sizeof(text));
        struct words words = words_in(text, size);
        words_add(&words, "abc");
        words_number(&words, 123);
        words_add(&words, "xyz");
        CU_ASSERT_EQUAL(strlen(text), size - 1 < 9 ? size - 1 : 9);
        CU_ASSERT_NSTRING_EQUAL(text, "abc123xyz", strlen(text));
        for (size_t i = size; i < sizeof(text); i++)
            CU_ASSERT_EQUAL(text[i], '#');
    }
}

const struct test tests_words[] = {
    {"words_are_put_one_after_the_other", words_are_put_one_after_the_other},
    {"words_round_to_a_tenth_of_a_millisecond",
     words_round_to_a_tenth_of_a_millisecond},
    {"words_leave_out_what_does_not_fit", words_leave_out_what_does_not_fit},
    {NULL, NULL},
};
