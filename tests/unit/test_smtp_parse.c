/* SPDX-License-Identifier: MIT */
/* Replies of a server: whole, at every prefix, byte by byte; and lies. */
#include "smtp/smtp.h"

#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

static struct smtp_reply reply;
static struct error error;

/* Reads `text` in two pieces; *used is what it took of both. */
static enum parse read_split(struct span text, size_t split, size_t *used)
{
    enum parse outcome;
    size_t more = 0;

    error_clear(&error);
    smtp_reply_start(&reply);
    outcome =
        smtp_reply_read(&reply, (struct span){text.data, split}, used, &error);
    if (outcome != PARSE_MORE)
        return outcome;
    outcome = smtp_reply_read(
        &reply, (struct span){text.data + *used, text.length - *used}, &more,
        &error);
    *used += more;
    return outcome;
}

static enum parse reads(const char *text)
{
    size_t used;

    return read_split(span_of(text), strlen(text), &used);
}

#define EHLO                                                  \
    "250-mx.west.test greets [192.0.2.10]\r\n"                \
    "250-PIPELINING\r\n250-SIZE 52428800\r\n250-STARTTLS\r\n" \
    "250-AUTH PLAIN SCRAM-SHA-256 XOAUTH\r\n250-8bitmime\r\n" \
    "250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n250 DSN\r\n"

static void smtp_reply_is_the_same_in_any_split(void)
{
    struct span text = SPAN(EHLO "354 go on\r\n");
    size_t length = sizeof(EHLO) - 1, used;

    for (size_t split = 0; split <= text.length; split++) {
        CU_ASSERT_EQUAL(read_split(text, split, &used), PARSE_DONE);
        CU_ASSERT_EQUAL(used, length);
        CU_ASSERT_EQUAL(reply.code, 250);
        CU_ASSERT_EQUAL(reply.lines, 9);
    }
    for (size_t prefix = 0; prefix < length; prefix++)
        CU_ASSERT_EQUAL(read_split((struct span){text.data, prefix}, 0, &used),
                        PARSE_MORE);
    smtp_reply_start(&reply);
    for (size_t i = 0; i < length; i++)
        CU_ASSERT_EQUAL(
            smtp_reply_read(&reply, (struct span){&EHLO[i], 1}, &used, &error),
            i + 1 < length ? PARSE_MORE : PARSE_DONE);
}

static void smtp_reply_gives_its_lines(void)
{
    char text[64];

    CU_ASSERT_EQUAL(reads("550-5.1.1 no such\r\n550-\r\n550 5.1.1 user\r\n"),
                    PARSE_DONE);
    CU_ASSERT(span_equal(smtp_reply_line(&reply, 0), SPAN("5.1.1 no such")));
    CU_ASSERT_EQUAL(smtp_reply_line(&reply, 1).length, 0);
    CU_ASSERT_PTR_NOT_NULL(smtp_reply_line(&reply, 1).data);
    CU_ASSERT_PTR_NULL(smtp_reply_line(&reply, 3).data);
    CU_ASSERT_EQUAL(reply.enhanced.class, 5);
    CU_ASSERT_EQUAL(reply.enhanced.detail, 1);
    smtp_reply_text(&reply, text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, "no such /  / user");
    smtp_reply_text(&reply, text, 8);
    CU_ASSERT(strlen(text) < 8);
    CU_ASSERT_EQUAL(reads("250\r\n"), PARSE_DONE);
    CU_ASSERT_EQUAL(reply.code, 250);
    CU_ASSERT_EQUAL(smtp_reply_line(&reply, 0).length, 0);
    CU_ASSERT_EQUAL(reads("571 5.7.1 not you\r\n"), PARSE_DONE);
}

static void smtp_reply_shows_no_control_bytes(void)
{
    char text[64];

    CU_ASSERT_EQUAL(reads("220 \033[2J\007hello\r\n"), PARSE_DONE);
    smtp_reply_text(&reply, text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, "\\x1B[2J\\x07hello");
}

static void smtp_reply_refuses_what_is_none(void)
{
    static const char *const wrong[] = {"25 two digits\r\n",
                                        "2500 four\r\n",
                                        "150 no such class\r\n",
                                        "650 no such class\r\n",
                                        "250-a\r\n251 b\r\n",
                                        "250-a\r\n450 b\r\n",
                                        "250 bare LF\n",
                                        "250 bare\rCR\r\n",
                                        "hello\r\n",
                                        "\r\n",
                                        "250-a\r\n\r\n250 b\r\n",
                                        " 250 a\r\n",
                                        "25x a\r\n",
                                        "SSH-2.0-OpenSSH_9.2",
                                        "HTTP/1.1 400 Bad",
                                        "25\r\n"};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        CU_ASSERT_EQUAL(reads(wrong[i]), PARSE_BROKEN);
        CU_ASSERT_EQUAL(error.class, ERROR_PROTOCOL);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "RFC 5321"));
    }
}

/* RFC 2034 §4: "250 5.1.1" says two things at once; the code counts. */
static void smtp_reply_believes_no_enhanced_code_of_another_class(void)
{
    CU_ASSERT_EQUAL(reads("250 5.1.1 ok\r\n"), PARSE_DONE);
    CU_ASSERT_EQUAL(reply.enhanced.class, 0);
    CU_ASSERT_EQUAL(reads("250 2.1.5 ok\r\n"), PARSE_DONE);
    CU_ASSERT_EQUAL(reply.enhanced.subject, 1);
}

static void smtp_reply_has_limits(void)
{
    size_t length = SMTP_REPLY_MAX + 4096, used, lines = 0, fed = 0;
    char *text = malloc(length);
    enum parse outcome = PARSE_MORE;

    memset(text, 'x', length);
    memcpy(text, "250 ", 4);
    CU_ASSERT_EQUAL(read_split((struct span){text, length}, 1, &used),
                    PARSE_BROKEN);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "too long"));
    /* Lines without end are short enough one by one. */
    error_clear(&error);
    smtp_reply_start(&reply);
    for (; outcome == PARSE_MORE && lines < 2 * SMTP_REPLY_LINES_MAX; lines++)
        outcome = smtp_reply_read(&reply, SPAN("250-x\r\n"), &used, &error);
    CU_ASSERT_EQUAL(outcome, PARSE_BROKEN);
    CU_ASSERT_EQUAL(lines, SMTP_REPLY_LINES_MAX);
    error_clear(&error);
    smtp_reply_start(&reply);
    memcpy(text, "250-", 4);
    memcpy(text + 1000, "\r\n", 2);
    for (outcome = PARSE_MORE; outcome == PARSE_MORE; fed += 1002)
        outcome =
            smtp_reply_read(&reply, (struct span){text, 1002}, &used, &error);
    CU_ASSERT_EQUAL(outcome, PARSE_BROKEN);
    CU_ASSERT(fed <= SMTP_REPLY_MAX + 2 * 1002);
    free(text);
}

static void smtp_enhanced_code_is_three_numbers(void)
{
    static const char *const wrong[] = {"",      "5",       "5.1",      "5.1.",
                                        "3.1.1", "5.1.1x",  "5.1000.1", "5..1",
                                        "51.1",  "5.1.1.1", "x.1.1 a"};
    struct smtp_enhanced enhanced;
    char text[SMTP_ENHANCED_TEXT];
    size_t used;

    CU_ASSERT(smtp_enhanced_read(SPAN("4.7.123 later"), &enhanced, &used));
    CU_ASSERT_EQUAL(used, 7);
    CU_ASSERT_STRING_EQUAL(smtp_enhanced_text(enhanced, text), "4.7.123");
    CU_ASSERT(smtp_enhanced_read(SPAN("2.0.0"), &enhanced, NULL));
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        CU_ASSERT_FALSE(smtp_enhanced_read(span_of(wrong[i]), &enhanced, NULL));
    enhanced.class = 0;
    CU_ASSERT_STRING_EQUAL(smtp_enhanced_text(enhanced, text), "");
}

static void smtp_capabilities_are_what_ehlo_says(void)
{
    struct smtp_capabilities can;

    CU_ASSERT_EQUAL(reads(EHLO), PARSE_DONE);
    smtp_capabilities_read(&can, &reply);
    CU_ASSERT_STRING_EQUAL(can.domain, "mx.west.test");
    CU_ASSERT(can.extended && can.pipelining && can.starttls && can.dsn);
    CU_ASSERT(can.eight_bit_mime && can.smtputf8 && can.enhanced_codes);
    CU_ASSERT_FALSE(can.chunking);
    CU_ASSERT(can.size);
    CU_ASSERT_EQUAL(can.size_max, 52428800);
    CU_ASSERT_EQUAL(can.auth,
                    SASL_BIT(SASL_PLAIN) | SASL_BIT(SASL_SCRAM_SHA_256));
}

/* The first line is a greeting: who calls itself STARTTLS does not offer it. */
static void smtp_capabilities_that_are_none(void)
{
    struct smtp_capabilities can;

    CU_ASSERT_EQUAL(reads("250-STARTTLS PIPELINING\r\n250-SIZE\r\n"
                          "250-XSTARTTLS\r\n250-AUTH\r\n250 \r\n"),
                    PARSE_DONE);
    smtp_capabilities_read(&can, &reply);
    CU_ASSERT_FALSE(can.starttls || can.pipelining);
    CU_ASSERT(can.size);
    CU_ASSERT_EQUAL(can.size_max, 0);
    CU_ASSERT_EQUAL(can.auth, 0);
    CU_ASSERT_EQUAL(reads("250-a\r\n250 SIZE 99999999999999999999999\r\n"),
                    PARSE_DONE);
    smtp_capabilities_read(&can, &reply);
    CU_ASSERT_EQUAL(can.size_max, 0);
}

const struct test tests_smtp_parse[] = {
    {"smtp_reply_is_the_same_in_any_split",
     smtp_reply_is_the_same_in_any_split},
    {"smtp_reply_gives_its_lines", smtp_reply_gives_its_lines},
    {"smtp_reply_shows_no_control_bytes", smtp_reply_shows_no_control_bytes},
    {"smtp_reply_refuses_what_is_none", smtp_reply_refuses_what_is_none},
    {"smtp_reply_believes_no_enhanced_code_of_another_class",
     smtp_reply_believes_no_enhanced_code_of_another_class},
    {"smtp_reply_has_limits", smtp_reply_has_limits},
    {"smtp_enhanced_code_is_three_numbers",
     smtp_enhanced_code_is_three_numbers},
    {"smtp_capabilities_are_what_ehlo_says",
     smtp_capabilities_are_what_ehlo_says},
    {"smtp_capabilities_that_are_none", smtp_capabilities_that_are_none},
    {NULL, NULL}};
