/* SPDX-License-Identifier: MIT */
/* base64 is one to one: each message has one spelling, and no other is read. */
#include "common/base64.h"

#include <string.h>

#include "tests/harness.h"

static void base64_goes_both_ways(void)
{
    char bytes[64], back[64], text[BASE64_SIZE(64)];
    size_t length;

    for (size_t count = 0; count < sizeof(bytes); count++) {
        bytes[count] = (char)(count * 37);
        CU_ASSERT(
            base64_write(text, sizeof(text), (struct span){bytes, count}));
        CU_ASSERT_EQUAL(strlen(text) + 1, BASE64_SIZE(count));
        CU_ASSERT(base64_read(back, sizeof(back), &length, span_of(text)));
        CU_ASSERT(span_equal((struct span){back, length},
                             (struct span){bytes, count}));
    }
}

/* RFC 2045 §6.8: 65 letters, in groups of four, "=" at the end only. What it
 * tells mail to overlook, blanks and line ends, a log-in may not hold. */
static void base64_has_one_spelling(void)
{
    static const char *const wrong[] = {
        "A",    "AA",   "AAA",      "A===",     "====",       "AA=A",
        "AB==", "AAB=", "AA==AAAA", "AA AAAAA", "AAAA\r\nAA", "A-_A"};
    char bytes[16];
    size_t length;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        CU_ASSERT_FALSE(
            base64_read(bytes, sizeof(bytes), &length, span_of(wrong[i])));
    CU_ASSERT_FALSE(
        base64_read(bytes, sizeof(bytes), &length, (struct span){"AAA\0", 4}));
}

static void base64_keeps_to_the_room_it_has(void)
{
    char text[8], bytes[3];
    size_t length;

    CU_ASSERT_FALSE(base64_write(text, 4, SPAN("abc")));
    CU_ASSERT(base64_write(text, 5, SPAN("abc")));
    CU_ASSERT(base64_read(bytes, 3, &length, SPAN("YWJj")));
    CU_ASSERT_FALSE(base64_read(bytes, 2, &length, SPAN("YWJj")));
    CU_ASSERT_FALSE(base64_read(bytes, 3, &length, SPAN("YWJjZA==")));
}

const struct test tests_base64[] = {
    {"base64_goes_both_ways", base64_goes_both_ways},
    {"base64_has_one_spelling", base64_has_one_spelling},
    {"base64_keeps_to_the_room_it_has", base64_keeps_to_the_room_it_has},
    {NULL, NULL}};
