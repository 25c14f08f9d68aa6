/* SPDX-License-Identifier: MIT */
/* Names of mailboxes in modified UTF-7, one spelling each. */
#include <string.h>

#include "imap/imap.h"
#include "tests/harness.h"

/* RFC 3501 §5.1.3, its examples and some more. */
static const char *const pairs[][2] = {{"INBOX", "INBOX"},
                                       {"", ""},
                                       {"A&B", "A&-B"},
                                       {"&", "&-"},
                                       {"~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/"
                                        "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
                                        "~peter/mail/&U,BTFw-/&ZeVnLIqe-"},
                                       {"\xc3\x84pfel", "&AMQ-pfel"},
                                       {"\xf0\x9f\x98\x80", "&2D3eAA-"},
                                       {"\xc3\xa9\xc3\xa9", "&AOkA6Q-"}};

static void imap_utf7_goes_there_and_back(void)
{
    char text[64];

    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
        CU_ASSERT(
            imap_utf7_from_utf8(text, sizeof(text), span_of(pairs[i][0])));
        CU_ASSERT_STRING_EQUAL(text, pairs[i][1]);
        CU_ASSERT(imap_utf7_to_utf8(text, sizeof(text), span_of(pairs[i][1])));
        CU_ASSERT_STRING_EQUAL(text, pairs[i][0]);
    }
}

static void imap_utf7_refuses_a_second_spelling(void)
{
    static const char *const bad[] = {
        "&",        "a&",     "&A",         "&AGE-",    "&AOk",
        "&AO.-",    "&2D0-",  "&3gA-",      "&AOl-",    "a\x01",
        "\xc3\xa9", "&AOkA-", "&AOk-&AOk-", "&2D0A6Q-", "&AAA-"};
    char text[64];

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        CU_ASSERT(!imap_utf7_to_utf8(text, sizeof(text), span_of(bad[i])));
}

static void imap_utf7_refuses_what_is_no_utf8(void)
{
    static const char *const bad[] = {
        "\xc3", "\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80"};
    char text[64];

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        CU_ASSERT(!imap_utf7_from_utf8(text, sizeof(text), span_of(bad[i])));
}

static void imap_utf7_stays_in_its_memory(void)
{
    char text[8];

    CU_ASSERT(imap_utf7_from_utf8(text, 4, SPAN("abc")));
    CU_ASSERT(!imap_utf7_from_utf8(text, 3, SPAN("abc")));
    CU_ASSERT(!imap_utf7_from_utf8(text, 0, SPAN("")));
    CU_ASSERT(!imap_utf7_to_utf8(text, 3, SPAN("abc")));
}

static void imap_inbox_has_any_case(void)
{
    CU_ASSERT(imap_is_inbox(SPAN("inBox")));
    CU_ASSERT(!imap_is_inbox(SPAN("INBOX.a")));
}

const struct test tests_imap_utf7[] = {
    {"imap_utf7_goes_there_and_back", imap_utf7_goes_there_and_back},
    {"imap_utf7_refuses_a_second_spelling",
     imap_utf7_refuses_a_second_spelling},
    {"imap_utf7_refuses_what_is_no_utf8", imap_utf7_refuses_what_is_no_utf8},
    {"imap_utf7_stays_in_its_memory", imap_utf7_stays_in_its_memory},
    {"imap_inbox_has_any_case", imap_inbox_has_any_case},
    {NULL, NULL}};
