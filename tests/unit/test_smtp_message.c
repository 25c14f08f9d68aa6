/* SPDX-License-Identifier: MIT */
/* A message that is made: its fields, its text, what goes along. */
#include "smtp/smtp_message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/harness.h"

static struct option_list fields, recipients;
static struct smtp_letter letter;
static struct smtp_message message;
static struct error error;

/* The message's octets, or "" if it can't be made. */
static const char *made(void)
{
    static char text[4096];
    ssize_t length = 0;

    error_clear(&error);
    text[0] = '\0';
    letter.fields = &fields;
    letter.recipients = &recipients;
    if (smtp_message_make(&message, &letter, &error) == 0)
        length = pread(message.content.fd, text, sizeof(text) - 1, 0);
    text[length > 0 ? length : 0] = '\0';
    CU_ASSERT(*text == '\0' || (uint64_t)length == message.content.length);
    smtp_message_close(&message);
    return text;
}

static void begin(void)
{
    memset(&letter, 0, sizeof(letter));
    memset(&fields, 0, sizeof(fields));
    recipients = (struct option_list){.values = {"bob@west.test", "eve@x.test"},
                                      .count = 2};
    letter.sender = "alice@east.test";
    letter.host = "here.test";
    letter.now = 1795321367;
}

/* RFC 5322 §3.6. */
static void smtp_message_has_what_every_message_must(void)
{
    begin();
    letter.text = "hello\n";
    const char *text = made();

    CU_ASSERT_PTR_EQUAL(
        strstr(text, "Date: Sun, 22 Nov 2026 04:22:47 +0000\r\n"), text);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\r\nFrom: alice@east.test\r\n"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "\r\nTo: bob@west.test,\r\n    eve@x.test\r\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "@east.test>\r\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "8bit\r\n\r\nhello\n"));
    char first[4096];
    snprintf(first, sizeof(first), "%s", text);
    CU_ASSERT_STRING_NOT_EQUAL(made(), first); /* another Message-ID */
}

static void smtp_message_fields_replace_ours(void)
{
    begin();
    fields = (struct option_list){
        .values = {"Subject: x", "from: The Queen <q@x.test>", "Message-ID:"},
        .count = 3};
    const char *text = made();

    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\r\nSubject: x\r\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\r\nfrom: The Queen <q@x.test>\r\n"));
    CU_ASSERT_PTR_NULL(strstr(text, "From:"));
    CU_ASSERT_PTR_NULL(strstr(text, "Message-ID"));
}

static void smtp_message_refuses_fields_that_are_none(void)
{
    static const char *const wrong[] = {"Subject", ": x", "Sub ject: x",
                                        "Subject: a\r\nBcc: b",
                                        "Subject: a\nb"};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        begin();
        fields = (struct option_list){.values = {wrong[i]}, .count = 1};
        CU_ASSERT_STRING_EQUAL(made(), "");
        CU_ASSERT_EQUAL(error.class, ERROR_USAGE);
    }
}

/* RFC 2047 §2: words of at most 75 bytes, no character cut in two. */
static void smtp_message_codes_a_subject(void)
{
    char text[512], longer[200] = "";
    size_t line = 0;

    CU_ASSERT(smtp_encoded_words(text, sizeof(text), "plain text"));
    CU_ASSERT_STRING_EQUAL(text, "plain text");
    CU_ASSERT(smtp_encoded_words(text, sizeof(text), "na\xc3\xafve"));
    CU_ASSERT_STRING_EQUAL(text, "=?UTF-8?B?bmHDr3Zl?=");
    for (int i = 0; i < 40; i++)
        strcat(longer, i == 0 ? "a" : "\xe2\x82\xac");
    CU_ASSERT(smtp_encoded_words(text, sizeof(text), longer));
    for (const char *c = text; *c != '\0'; c++) {
        line = *c == '\n' ? 0 : line + 1;
        CU_ASSERT(line <= 77);
    }
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "?=\r\n =?UTF-8?B?"));
    CU_ASSERT_FALSE(smtp_encoded_words(text, 40, longer));
}

/* RFC 2046 §5.1.1. */
static void smtp_message_takes_a_file_along(void)
{
    begin();
    test_write_file(test_path("a \"b.bin"), "\0\1\2", 3);
    letter.attach = test_path("a \"b.bin");
    letter.text = "see there";
    const char *text = made(), *boundary = strstr(text, "boundary=");
    char end[64];

    CU_ASSERT_PTR_NOT_NULL_FATAL(boundary);
    snprintf(end, sizeof(end), "\r\n--%.32s--\r\n", boundary + 9);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, end));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "filename=\"a b.bin\"\r\n\r\nAAEC\r\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\r\n\r\nsee there\r\n--"));
    letter.attach = test_path("none");
    CU_ASSERT_STRING_EQUAL(made(), "");
    CU_ASSERT_EQUAL(error.class, ERROR_LOCAL);
    begin();
    letter.text = "@/nowhere";
    CU_ASSERT_STRING_EQUAL(made(), "");
    CU_ASSERT_EQUAL(error.class, ERROR_LOCAL);
}

static void smtp_message_opens_files_only(void)
{
    test_write_file(test_path("m"), "abc", 3);
    error_clear(&error);
    CU_ASSERT_EQUAL(smtp_message_open(&message, test_path("m"), &error), 0);
    CU_ASSERT_EQUAL(message.content.length, 3);
    smtp_message_close(&message);
    CU_ASSERT_EQUAL(smtp_message_open(&message, test_folder(), &error),
                    -ERROR_LOCAL);
    smtp_message_close(&message);
    CU_ASSERT_EQUAL(smtp_message_open(&message, test_path("none"), &error),
                    -ERROR_LOCAL);
    smtp_message_close(&message);
}

const struct test tests_smtp_message[] = {
    {"smtp_message_has_what_every_message_must",
     smtp_message_has_what_every_message_must},
    {"smtp_message_fields_replace_ours", smtp_message_fields_replace_ours},
    {"smtp_message_refuses_fields_that_are_none",
     smtp_message_refuses_fields_that_are_none},
    {"smtp_message_codes_a_subject", smtp_message_codes_a_subject},
    {"smtp_message_takes_a_file_along", smtp_message_takes_a_file_along},
    {"smtp_message_opens_files_only", smtp_message_opens_files_only},
    {NULL, NULL}};
