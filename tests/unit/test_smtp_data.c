/* SPDX-License-Identifier: MIT */
/* A message on its way out: line ends, dots, and what it says about itself. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "smtp/smtp.h"
#include "tests/harness.h"
#include "tests/unit/conn_pair.h"

static struct conn_pair pair;
static struct smtp_content content;
static struct error error;

/* What goes out for this message, "" if it is refused. */
static const char *sent(struct span head, const char *body)
{
    const char *path = test_path("message");
    int result;

    error_clear(&error);
    memset(&content, 0, sizeof(content));
    content.head = head;
    content.fd = -1;
    if (body) {
        test_write_file(path, body, strlen(body));
        content.fd = open(path, O_RDONLY | O_CLOEXEC);
        content.length = strlen(body);
    }
    CU_ASSERT_EQUAL(smtp_content_scan(&content, &error), 0);
    conn_pair_open(&pair);
    CU_ASSERT_EQUAL(conn_say_begin(pair.conn, RFC("5321", "4.5.2"), "message"),
                    0);
    result = smtp_content_say(pair.conn, &content, &error);
    CU_ASSERT_EQUAL(result, 0);
    CU_ASSERT_EQUAL(conn_say_end(pair.conn), 0);
    if (content.fd >= 0)
        close(content.fd);
    const char *text = conn_pair_received(&pair);
    conn_pair_close(&pair);
    return text;
}

/* RFC 5321 §2.3.8. */
static void smtp_data_makes_line_ends_right(void)
{
    static const struct {
        const char *message, *wire;
        unsigned mended;
    } cases[] = {
        {"", ".\r\n", 0},
        {"a\r\nb\r\n", "a\r\nb\r\n.\r\n", 0},
        {"a\nb\n", "a\r\nb\r\n.\r\n", 2},
        {"a\rb\r", "a\r\nb\r\n.\r\n", 2},
        {"a\r\r\nb", "a\r\n\r\nb\r\n.\r\n", 2},
        {"a\n\rb\r\n", "a\r\n\r\nb\r\n.\r\n", 2},
        {"\r\n", "\r\n.\r\n", 0},
        {"\n", "\r\n.\r\n", 1},
        {"a", "a\r\n.\r\n", 1},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CU_ASSERT_STRING_EQUAL(sent(span_of(cases[i].message), NULL),
                               cases[i].wire);
        CU_ASSERT_EQUAL(content.mended, cases[i].mended);
        CU_ASSERT_EQUAL(content.size, strlen(cases[i].wire) - 3);
        CU_ASSERT_STRING_EQUAL(sent(SPAN(""), cases[i].message), cases[i].wire);
    }
}

/* RFC 5321 §4.5.2; RFC 1870 §5: the added dots are no part of the size. */
static void smtp_data_stuffs_dots(void)
{
    CU_ASSERT_STRING_EQUAL(sent(SPAN(".\r\n..a\r\nb.\r\n"), NULL),
                           "..\r\n...a\r\nb.\r\n.\r\n");
    CU_ASSERT_EQUAL(content.stuffed, 2);
    CU_ASSERT_EQUAL(content.size, 12);
    /* What other systems take for the end of a line must hide no lone dot. */
    CU_ASSERT_STRING_EQUAL(sent(SPAN("a\n.\nb\r.\rc"), NULL),
                           "a\r\n..\r\nb\r\n..\r\nc\r\n.\r\n");
}

/* Head and file are one message, wherever they were cut. */
static void smtp_data_is_the_same_in_any_cut(void)
{
    static const char message[] = "S: x\r\n\r\n.a\r\n\n.\r\rb\n";
    char wire[64], head[32];

    strcpy(wire, sent(SPAN(message), NULL));
    for (size_t cut = 0; cut < sizeof(message); cut++) {
        memcpy(head, message, cut);
        CU_ASSERT_STRING_EQUAL(sent((struct span){head, cut}, message + cut),
                               wire);
    }
}

static void smtp_data_knows_what_the_message_needs(void)
{
    sent(SPAN("Subject: x\r\n\r\nplain\r\n"), NULL);
    CU_ASSERT_FALSE(content.eight_bit);
    CU_ASSERT_EQUAL(content.longest_line, 10);
    sent(SPAN("Subject: x\r\n\r\nna\xc3\xafve\r\n"), NULL);
    CU_ASSERT(content.eight_bit);
    CU_ASSERT_FALSE(content.eight_bit_header);
    sent(SPAN("Subject: na\xc3\xafve\n\nx\n"), NULL);
    CU_ASSERT(content.eight_bit && content.eight_bit_header);
}

/* Larger than any piece: what is counted is what is sent. */
static void smtp_data_goes_by_pieces(void)
{
    size_t length = 3 * SMTP_PIECE, used = 0;
    char *message = malloc(length + 1);
    uint64_t lines = 0;

    for (size_t i = 0; i < length; i++) {
        message[i] = i % 61 == 60 ? '\n' : i % 61 == 0 ? '.' : 'x';
        lines += message[i] == '\n';
    }
    message[length] = '\0';
    test_write_file(test_path("long"), message, length);
    memset(&content, 0, sizeof(content));
    content.fd = open(test_path("long"), O_RDONLY | O_CLOEXEC);
    content.length = length;
    CU_ASSERT_EQUAL(smtp_content_scan(&content, &error), 0);
    used = length % 61 != 0; /* the last line has no end */
    CU_ASSERT_EQUAL(content.size, length + lines + 2 * used);
    CU_ASSERT_EQUAL(content.mended, lines + used);
    CU_ASSERT_EQUAL(content.stuffed, lines + used);
    /* A message that became shorter is not sent as if it were whole. */
    content.length = length + 1;
    error_clear(&error);
    CU_ASSERT_EQUAL(smtp_content_scan(&content, &error), -ERROR_LOCAL);
    close(content.fd);
    free(message);
}

const struct test tests_smtp_data[] = {
    {"smtp_data_makes_line_ends_right", smtp_data_makes_line_ends_right},
    {"smtp_data_stuffs_dots", smtp_data_stuffs_dots},
    {"smtp_data_is_the_same_in_any_cut", smtp_data_is_the_same_in_any_cut},
    {"smtp_data_knows_what_the_message_needs",
     smtp_data_knows_what_the_message_needs},
    {"smtp_data_goes_by_pieces", smtp_data_goes_by_pieces},
    {NULL, NULL}};
