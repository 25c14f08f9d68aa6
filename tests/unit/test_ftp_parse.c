/* SPDX-License-Identifier: MIT */
/* Replies: whole, at every prefix, byte by byte, and what is none. */
#include <stdlib.h>
#include <string.h>

#include "ftp/ftp.h"
#include "tests/harness.h"

static struct ftp_reply reply;
static struct error error;

static enum parse read_whole(const char *text, size_t *used)
{
    error_clear(&error);
    ftp_reply_start(&reply);
    return ftp_reply_read(&reply, span_of(text), used, &error);
}

static enum parse read_by_bytes(const char *text, size_t *used)
{
    enum parse outcome = PARSE_MORE;
    size_t taken;

    error_clear(&error);
    ftp_reply_start(&reply);
    for (*used = 0; outcome == PARSE_MORE && text[*used]; *used += taken)
        outcome = ftp_reply_read(&reply, (struct span){text + *used, 1}, &taken,
                                 &error);
    return outcome;
}

static const char many[] = "211-Features:\r\n MDTM\r\n211-211 x\r\n"
                           "220 no end\r\n\r\n211 End\r\n";

static void ftp_reply_reads_one_line_and_many(void)
{
    size_t used, at = 0, lines = 0;
    struct span line;

    CU_ASSERT_EQUAL(read_whole("226 Done.\r\n150 x", &used), PARSE_DONE);
    CU_ASSERT_EQUAL(used, 11);
    CU_ASSERT_EQUAL(reply.code, 226);
    CU_ASSERT_EQUAL(ftp_reply_class(&reply), 2);
    CU_ASSERT(span_equal(ftp_reply_words(&reply), SPAN("Done.")));
    CU_ASSERT_EQUAL(read_whole("226\r\n", &used), PARSE_DONE);
    CU_ASSERT_EQUAL(ftp_reply_words(&reply).length, 0);
    CU_ASSERT_EQUAL(read_whole(many, &used), PARSE_DONE);
    CU_ASSERT_EQUAL(used, sizeof(many) - 1);
    CU_ASSERT(reply.multiple);
    CU_ASSERT(span_equal(ftp_reply_words(&reply), SPAN("End")));
    while (ftp_reply_line(&reply, &at, &line))
        lines++;
    CU_ASSERT_EQUAL(lines, 6);
    CU_ASSERT(span_equal(line, SPAN("211 End")));
}

static void ftp_reply_is_the_same_in_any_split(void)
{
    char *text = strdup(many);
    size_t used;

    CU_ASSERT_EQUAL(read_by_bytes(many, &used), PARSE_DONE);
    CU_ASSERT_EQUAL(used, sizeof(many) - 1);
    for (size_t length = sizeof(many) - 2; length > 0; length--) {
        text[length] = '\0';
        CU_ASSERT_EQUAL(read_whole(text, &used), PARSE_MORE);
        CU_ASSERT_EQUAL(read_by_bytes(text, &used), PARSE_MORE);
    }
    free(text);
}

static void ftp_reply_refuses_what_is_none(void)
{
    static const char *const bad[] = {"\r\n",      "22\r\n",    "220\n",
                                      "999 x\r\n", "020 x\r\n", "2 20 x\r\n",
                                      "220x\r\n",  "hello\r\n", "220-a\r\nb\n"};
    size_t used;

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        CU_ASSERT_EQUAL(read_whole(bad[i], &used), PARSE_BROKEN);
        CU_ASSERT_EQUAL(error.class, ERROR_PROTOCOL);
        CU_ASSERT_EQUAL(read_by_bytes(bad[i], &used), PARSE_BROKEN);
    }
}

static void ftp_reply_has_an_end(void)
{
    size_t used;

    ftp_reply_start(&reply);
    CU_ASSERT_EQUAL(ftp_reply_read(&reply, SPAN("220-\r\n"), &used, &error),
                    PARSE_MORE);
    enum parse outcome = PARSE_MORE;
    for (int i = 0; i < FTP_REPLY_MAX && outcome == PARSE_MORE; i++)
        outcome = ftp_reply_read(&reply, SPAN("x\r\n"), &used, &error);
    CU_ASSERT_EQUAL(outcome, PARSE_BROKEN);
}

const struct test tests_ftp_parse[] = {
    {"ftp_reply_reads_one_line_and_many", ftp_reply_reads_one_line_and_many},
    {"ftp_reply_is_the_same_in_any_split", ftp_reply_is_the_same_in_any_split},
    {"ftp_reply_refuses_what_is_none", ftp_reply_refuses_what_is_none},
    {"ftp_reply_has_an_end", ftp_reply_has_an_end},
    {NULL, NULL},
};
