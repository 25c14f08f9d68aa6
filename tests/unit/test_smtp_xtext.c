/* SPDX-License-Identifier: MIT */
/* xtext: what an ENVID or ORCPT may hold. */
#include "smtp/smtp.h"

#include <string.h>

#include "tests/harness.h"

static void smtp_xtext_goes_both_ways(void)
{
    char bytes[256], text[1024], back[256];

    for (int i = 1; i < 256; i++)
        bytes[i - 1] = (char)i;
    bytes[255] = '\0';
    CU_ASSERT(smtp_xtext_write(text, sizeof(text), (struct span){bytes, 255}));
    CU_ASSERT(smtp_xtext_read(back, sizeof(back), span_of(text)));
    CU_ASSERT_STRING_EQUAL(back, bytes);
    CU_ASSERT(smtp_xtext_write(text, sizeof(text), SPAN("a+b =c")));
    CU_ASSERT_STRING_EQUAL(text, "a+2Bb+20+3Dc");
}

static void smtp_xtext_refuses_what_is_none(void)
{
    static const char *const wrong[] = {"a b", "a=b",   "+",   "+2",    "+2b",
                                        "+GG", "a\x80", "+00", "a\r\n", "++2B"};
    char bytes[16];

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        CU_ASSERT_FALSE(
            smtp_xtext_read(bytes, sizeof(bytes), span_of(wrong[i])));
}

static void smtp_xtext_fits_or_fails(void)
{
    char text[8];

    CU_ASSERT(smtp_xtext_write(text, sizeof(text), SPAN("abcd")));
    CU_ASSERT_FALSE(smtp_xtext_write(text, sizeof(text), SPAN("   ")));
    CU_ASSERT_FALSE(smtp_xtext_write(text, 0, SPAN("")));
    CU_ASSERT_FALSE(smtp_xtext_read(text, 4, SPAN("abcd")));
    CU_ASSERT(smtp_xtext_read(text, 5, SPAN("abcd")));
}

const struct test tests_smtp_xtext[] = {
    {"smtp_xtext_goes_both_ways", smtp_xtext_goes_both_ways},
    {"smtp_xtext_refuses_what_is_none", smtp_xtext_refuses_what_is_none},
    {"smtp_xtext_fits_or_fails", smtp_xtext_fits_or_fails},
    {NULL, NULL}};
