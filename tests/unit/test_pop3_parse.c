/* SPDX-License-Identifier: MIT */
#include "pop3/pop3.h"

#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

static bool is(struct span span, const char *text)
{
    return span_equal(span, span_of(text));
}

/* ---- replies ------------------------------------------------------------ */

/* RFC 1939 §3: the status is upper case, and parted from what follows. */
static void pop3_reply_reads_status_code_and_text(void)
{
    struct pop3_reply reply;
    struct error error = {0};

    CU_ASSERT_EQUAL(pop3_reply_read(&reply, SPAN("+OK hello"), &error), 0);
    CU_ASSERT(reply.status == POP3_OK && is(reply.text, "hello"));
    CU_ASSERT_EQUAL(pop3_reply_read(&reply, SPAN("+OK"), &error), 0);
    CU_ASSERT(reply.status == POP3_OK && reply.text.length == 0);
    CU_ASSERT_EQUAL(pop3_reply_read(&reply, SPAN("-ERR [IN-USE] no"), &error),
                    0);
    CU_ASSERT(reply.status == POP3_ERR && is(reply.code, "IN-USE"));
    CU_ASSERT_EQUAL(pop3_reply_read(&reply, SPAN("+OK [X] no code"), &error),
                    0);
    CU_ASSERT_EQUAL(reply.code.length, 0);
    CU_ASSERT_EQUAL(pop3_reply_read(&reply, SPAN("+ YQ=="), &error), 0);
    CU_ASSERT(reply.status == POP3_CONTINUE && is(reply.text, "YQ=="));
}

static void pop3_reply_rejects_what_is_none(void)
{
    static const char *const wrong[] = {"",      "OK",   "+ok",    "+OKAY",
                                        "-ERRO", "-err", "* OK x", "220 hi",
                                        "+X",    "-",    " +OK"};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        struct pop3_reply reply;
        struct error error = {0};

        CU_ASSERT_EQUAL(pop3_reply_read(&reply, span_of(wrong[i]), &error),
                        -ERROR_PROTOCOL);
    }
}

/* RFC 1939 §7: a message id in angle brackets. */
static void pop3_timestamp_is_what_has_an_at_in_brackets(void)
{
    CU_ASSERT(is(pop3_timestamp_read(SPAN("ready <1.2@mx.test> go")),
                 "<1.2@mx.test>"));
    CU_ASSERT_EQUAL(pop3_timestamp_read(SPAN("ready <now>")).length, 0);
    CU_ASSERT_EQUAL(pop3_timestamp_read(SPAN("ready <1@mx")).length, 0);
    CU_ASSERT_EQUAL(pop3_timestamp_read(SPAN("ready")).length, 0);
    CU_ASSERT_EQUAL(pop3_timestamp_read((struct span){NULL, 0}).length, 0);
}

/* The example of RFC 1939 §7. */
static void pop3_apop_digest_is_that_of_the_rfc(void)
{
    char hex[33];

    CU_ASSERT(
        pop3_apop_digest("<1896.697170952@dbc.mtview.ca.us>", "tanstaaf", hex));
    CU_ASSERT_STRING_EQUAL(hex, "c4c9334bac560ecc979e58001b3e22fb");
}

static void pop3_listing_has_a_number_and_a_rest(void)
{
    struct span rest;
    uint32_t number;

    CU_ASSERT(pop3_listing_read(SPAN("3 120"), &number, &rest));
    CU_ASSERT(number == 3 && is(rest, "120"));
    CU_ASSERT(pop3_listing_read(SPAN("3 120 more"), &number, &rest));
    CU_ASSERT(is(rest, "120"));
    CU_ASSERT(!pop3_listing_read(SPAN("3"), &number, &rest));
    CU_ASSERT(!pop3_listing_read(SPAN("0 1"), &number, &rest));
    CU_ASSERT(!pop3_listing_read(SPAN("-1 1"), &number, &rest));
    CU_ASSERT(!pop3_listing_read(SPAN("4294967296 1"), &number, &rest));
    CU_ASSERT(!pop3_listing_read(SPAN("x 1"), &number, &rest));
}

static void pop3_capabilities_are_read_in_any_case(void)
{
    struct pop3_capabilities capabilities = {0};

    pop3_capability_read(&capabilities, SPAN("stls"));
    pop3_capability_read(&capabilities, SPAN("SASL PLAIN SCRAM-SHA-256"));
    pop3_capability_read(&capabilities, SPAN("PIPELINING"));
    pop3_capability_read(&capabilities, SPAN("X-STLS"));
    pop3_capability_read(&capabilities, SPAN(""));
    CU_ASSERT(capabilities.stls && capabilities.pipelining);
    CU_ASSERT(!capabilities.user && !capabilities.top);
    CU_ASSERT_STRING_EQUAL(capabilities.mechanisms, "PLAIN SCRAM-SHA-256");
}

/* ---- lines until "." ---------------------------------------------------- */

/* Feeds `input` in pieces of `size`; the content is the caller's to free. */
static char *unstuffed(const char *input, size_t size, enum parse *outcome,
                       size_t *used)
{
    struct pop3_lines lines = {0};
    char *content = calloc(1, strlen(input) + 1);
    size_t length = 0, total = strlen(input);

    *outcome = PARSE_MORE;
    *used = 0;
    while (*outcome == PARSE_MORE && *used < total) {
        size_t left = total - *used, n;
        struct span piece;

        *outcome = pop3_lines_read(
            &lines, (struct span){input + *used, left < size ? left : size}, &n,
            &piece);
        if (piece.length > 0)
            memcpy(content + length, piece.data, piece.length);
        length += piece.length;
        *used += n;
    }
    CU_ASSERT_EQUAL(lines.total, length);
    return content;
}

static const struct {
    const char *input, *content;
} messages[] = {
    {".\r\n", ""},
    {"a\r\n.\r\n", "a\r\n"},
    {"\r\n.\r\n", "\r\n"},
    {"..\r\n.\r\n", ".\r\n"},
    {"...a\r\n..\r\n.\r\n", "..a\r\n.\r\n"},
    {".a\r\n.\r\n", "a\r\n"},
    {"a.\r\nb.\r\n.\r\n", "a.\r\nb.\r\n"},
    {"a\n.\nb\r\n.\r\n", "a\n.\nb\r\n"},
    {"a\r.\rb\r\n.\r\n", "a\r.\rb\r\n"},
    {".\ra\r\n.\r\n", "\ra\r\n"},
    {".\r\r\n.\r\n", "\r\r\n"},
    {"a\r\r\n.\r\n", "a\r\r\n"},
};

/* RFC 1939 §3: CR LF dot CR LF ends it, in any split, and nothing else. */
static void pop3_lines_end_at_the_dot_in_any_split(void)
{
    for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++) {
        size_t length = strlen(messages[i].input), used;

        for (size_t size = 1; size <= length; size++) {
            enum parse outcome;
            char *content = unstuffed(messages[i].input, size, &outcome, &used);

            CU_ASSERT_EQUAL(outcome, PARSE_DONE);
            CU_ASSERT_EQUAL(used, length);
            CU_ASSERT_STRING_EQUAL(content, messages[i].content);
            free(content);
        }
    }
}

static void pop3_lines_are_not_whole_before_the_dot(void)
{
    for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++)
        for (size_t end = 0; end < strlen(messages[i].input); end++) {
            char *prefix = strndup(messages[i].input, end);
            enum parse outcome;
            size_t used;

            free(unstuffed(prefix, end ? end : 1, &outcome, &used));
            CU_ASSERT_EQUAL(outcome, PARSE_MORE);
            free(prefix);
        }
}

static void pop3_lines_leave_what_follows(void)
{
    enum parse outcome;
    size_t used;
    char *content = unstuffed("a\r\n.\r\n+OK\r\n", 100, &outcome, &used);

    CU_ASSERT_EQUAL(outcome, PARSE_DONE);
    CU_ASSERT_EQUAL(used, 6);
    CU_ASSERT_STRING_EQUAL(content, "a\r\n");
    free(content);
}

/* ---- stuffing ----------------------------------------------------------- */

static void pop3_stuffing_doubles_the_first_dot_of_a_line(void)
{
    for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++) {
        const char *content = messages[i].content;

        for (size_t size = 1; size <= strlen(content) + 1; size++) {
            struct pop3_stuffing stuffing = {POP3_STUFF_START};
            char stuffed[64] = "";
            enum parse outcome;
            size_t used;

            for (size_t at = 0; at < strlen(content); at += size) {
                size_t left = strlen(content) - at;
                struct span piece = {content + at, left < size ? left : size};
                struct span run;
                bool dot;

                while (pop3_stuff_next(&stuffing, &piece, &run, &dot)) {
                    strcat(stuffed, dot ? "." : "");
                    strncat(stuffed, run.data, run.length);
                }
            }
            CU_ASSERT_EQUAL(stuffing.state, POP3_STUFF_START);
            strcat(stuffed, ".\r\n");
            char *again = unstuffed(stuffed, 100, &outcome, &used);
            CU_ASSERT_EQUAL(outcome, PARSE_DONE);
            CU_ASSERT_STRING_EQUAL(again, content);
            free(again);
        }
    }
}

/* RFC 1939 §7: the header, the empty line, so many lines. */
static void pop3_top_ends_after_its_lines(void)
{
    static const char message[] = "A: b\r\nC: d\r\n\r\none\r\n\r\nthree\r\n";
    static const size_t ends[] = {14, 19, 21, 28, 28};

    for (uint64_t lines = 0; lines < 5; lines++)
        for (size_t size = 1; size < sizeof(message); size++) {
            struct pop3_top top = {.lines = lines};
            size_t at = 0, used = size, asked = size;

            while (at < sizeof(message) - 1 && used == asked) {
                size_t left = sizeof(message) - 1 - at;

                asked = left < size ? left : size;
                used = pop3_top_read(&top, (struct span){message + at, asked});
                at += used;
            }
            CU_ASSERT_EQUAL(at, ends[lines]);
        }
}

/* ---- commands ----------------------------------------------------------- */

static void pop3_command_is_a_keyword_and_a_rest(void)
{
    struct pop3_command command;
    struct span word;

    CU_ASSERT(pop3_command_read(&command, SPAN("top 1 2")));
    CU_ASSERT_STRING_EQUAL(command.verb, "TOP");
    CU_ASSERT(pop3_word_next(&command.rest, &word) && is(word, "1"));
    CU_ASSERT(pop3_word_next(&command.rest, &word) && is(word, "2"));
    CU_ASSERT(!pop3_word_next(&command.rest, &word));
    CU_ASSERT(pop3_command_read(&command, SPAN("PASS  a b ")));
    CU_ASSERT(is(command.rest, " a b "));
    CU_ASSERT(pop3_command_read(&command, SPAN("QUIT")));
    CU_ASSERT_PTR_NULL(command.rest.data);
    CU_ASSERT(!pop3_command_read(&command, SPAN("")));
    CU_ASSERT(!pop3_command_read(&command, SPAN(" QUIT")));
    CU_ASSERT(!pop3_command_read(&command, SPAN("QUITS")));
    CU_ASSERT(!pop3_command_read(&command, SPAN("RETR1")));
    CU_ASSERT(!pop3_command_read(&command, SPAN("A\tB")));
}

const struct test tests_pop3_parse[] = {
    {"pop3_reply_reads_status_code_and_text",
     pop3_reply_reads_status_code_and_text},
    {"pop3_reply_rejects_what_is_none", pop3_reply_rejects_what_is_none},
    {"pop3_timestamp_is_what_has_an_at_in_brackets",
     pop3_timestamp_is_what_has_an_at_in_brackets},
    {"pop3_apop_digest_is_that_of_the_rfc",
     pop3_apop_digest_is_that_of_the_rfc},
    {"pop3_listing_has_a_number_and_a_rest",
     pop3_listing_has_a_number_and_a_rest},
    {"pop3_capabilities_are_read_in_any_case",
     pop3_capabilities_are_read_in_any_case},
    {"pop3_lines_end_at_the_dot_in_any_split",
     pop3_lines_end_at_the_dot_in_any_split},
    {"pop3_lines_are_not_whole_before_the_dot",
     pop3_lines_are_not_whole_before_the_dot},
    {"pop3_lines_leave_what_follows", pop3_lines_leave_what_follows},
    {"pop3_stuffing_doubles_the_first_dot_of_a_line",
     pop3_stuffing_doubles_the_first_dot_of_a_line},
    {"pop3_top_ends_after_its_lines", pop3_top_ends_after_its_lines},
    {"pop3_command_is_a_keyword_and_a_rest",
     pop3_command_is_a_keyword_and_a_rest},
    {NULL, NULL}};
