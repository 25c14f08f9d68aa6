/* SPDX-License-Identifier: MIT */
/* Tokens of commands and responses: whole, at every prefix, octet by octet. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "imap/imap.h"
#include "tests/harness.h"

/* Tokenizes all of `line` and writes what came as text: an atom as it is, a
 * quoted string in '...', a literal as <its octets>, then "~" for the end of
 * the line; "!" where it is broken, "?" where more is needed. The octets are
 * handed over from memory that ends where they end. */
static void tell(const char *line, size_t length, char *out, size_t size)
{
    struct imap_lexer lexer = {0};
    struct imap_token token;
    struct error error = {0};
    size_t at = 0, used, made = 0;
    char *copy = malloc(length + 1);

    memcpy(copy, line, length);
    *out = '\0';
    for (;;) {
        char *exact = malloc(length - at + 1);
        enum parse outcome;

        memcpy(exact, copy + at, length - at);
        outcome = imap_token_read(&lexer, (struct span){exact, length - at},
                                  &used, &token, &error);
        if (outcome == PARSE_DONE)
            at += used;
        made += (size_t)snprintf(out + made, size - made, "%s",
                                 outcome == PARSE_BROKEN ? "!"
                                 : outcome == PARSE_MORE ? "?"
                                 : token.spaced          ? " "
                                                         : "");
        if (outcome == PARSE_DONE && token.kind == IMAP_TOKEN_LITERAL) {
            size_t have =
                length - at < token.length ? length - at : (size_t)token.length;
            made += (size_t)snprintf(out + made, size - made, "<%s%.*s>",
                                     token.synchronizing ? "" : "+", (int)have,
                                     copy + at);
            at += have;
        } else if (outcome == PARSE_DONE) {
            static const char *const forms[] = {"%.*s",  "'%.*s'", "",
                                                "(%.*s", ")%.*s",  "~%.*s"};

            made += (size_t)snprintf(out + made, size - made, forms[token.kind],
                                     (int)token.text.length,
                                     token.text.data ? token.text.data : "");
        }
        free(exact);
        if (outcome != PARSE_DONE || token.kind == IMAP_TOKEN_END)
            break;
    }
    free(copy);
}

static void expect(const char *line, const char *want)
{
    char out[512];

    tell(line, strlen(line), out, sizeof(out));
    if (strcmp(out, want) != 0)
        printf("\n    %s gave %s, not %s\n", line, out, want);
    CU_ASSERT_STRING_EQUAL(out, want);
    /* Of each prefix the same tokens come, as far as they go. */
    if (strchr(want, '!') == NULL)
        for (size_t length = 0; length < strlen(line); length++) {
            tell(line, length, out, sizeof(out));
            CU_ASSERT_PTR_NULL(strchr(out, '~'));
            CU_ASSERT_PTR_NULL(strchr(out, '!'));
            out[strlen(out) - 1] = '\0';
            CU_ASSERT_EQUAL(strncmp(out, want, strcspn(out, "<")), 0);
        }
}

/* RFC 3501 §9. */
static void imap_reads_the_words_of_a_command(void)
{
    expect("a1 LOGIN bob \"pass word\"\r\n", "a1 LOGIN bob 'pass word'~");
    expect("a NOOP\r\n", "a NOOP~");
    expect("a STORE 1:*,5 +FLAGS (\\Seen $X)\r\n",
           "a STORE 1:*,5 +FLAGS (\\Seen $X)~");
    expect("a LIST \"\" %*\r\n", "a LIST '' %*~");
    expect("a x \"\"\r\n", "a x ''~");
}

static void imap_reads_a_section_as_words_and_a_list(void)
{
    expect("a FETCH 1 (BODY.PEEK[HEADER.FIELDS (DATE \"X\")]<0.9> UID)\r\n",
           "a FETCH 1 (BODY.PEEK[HEADER.FIELDS (DATE 'X')]<0.9> UID)~");
}

/* RFC 3501 §4.3: the octets are counted, whatever they are. */
static void imap_reads_literals_to_the_octet(void)
{
    expect("a LOGIN {3}\r\nbob {5}\r\n(\"\r\n{\r\n",
           "a LOGIN <bob> <(\"\r\n{>~");
    expect("a LOGIN {3+}\r\nbob {0}\r\n\r\n", "a LOGIN <+bob> <>~");
    expect("* 1 FETCH (BODY[] {4}\r\n)\r\n* FLAGS ())\r\n",
           "* 1 FETCH (BODY[] <)\r\n*> FLAGS ())~");
}

static void imap_knows_where_quotes_end(void)
{
    struct imap_lexer lexer = {0};
    struct imap_token token;
    struct error error = {0};
    size_t used;
    char text[16];

    expect("a \"\\\"\\\\\"\r\n", "a '\\\"\\\\'~");
    CU_ASSERT_EQUAL(
        imap_token_read(&lexer, SPAN("\"a\\\"b\\\\\" "), &used, &token, &error),
        PARSE_DONE);
    CU_ASSERT(token.escaped);
    CU_ASSERT(imap_token_copy(&token, text, sizeof(text)));
    CU_ASSERT_STRING_EQUAL(text, "a\"b\\");
    CU_ASSERT(imap_token_copy(&token, text, 5));
    CU_ASSERT(!imap_token_copy(&token, text, 4));
}

static void imap_refuses_what_is_no_word(void)
{
    expect("a \"open\r\n", "a!");
    expect("a \"\\n\"\r\n", "a!");
    expect("a {x}\r\n", "a!");
    expect("a {}\r\n", "a!");
    expect("a {5\r\n", "a!");
    expect("a {5} \r\n", "a!");
    expect("a {99999999999999999999}\r\n", "a!");
    expect("a b)\r\n", "a b!");
    expect("a (b\r\n", "a (b!");
    expect("a\n", "!");
    expect("a \001\r\n", "a!");
    expect("a \xc3\xa9\r\n", "a!");
    expect("a \r\r\n", "a!");
}

static void imap_bounds_words_and_depth(void)
{
    size_t length = IMAP_TOKEN_MAX + 2;
    char *word = malloc(length);
    struct imap_lexer lexer = {0};
    struct imap_token token;
    struct error error = {0};
    size_t used;
    char out[512];

    memset(word, 'a', length);
    CU_ASSERT_EQUAL(imap_token_read(&lexer, (struct span){word, IMAP_TOKEN_MAX},
                                    &used, &token, &error),
                    PARSE_MORE);
    CU_ASSERT_EQUAL(imap_token_read(&lexer, (struct span){word, length}, &used,
                                    &token, &error),
                    PARSE_BROKEN);
    free(word);
    memset(out, '(', IMAP_DEPTH_MAX + 1);
    out[IMAP_DEPTH_MAX + 1] = '\0';
    char told[512];
    tell(out, IMAP_DEPTH_MAX, told, sizeof(told));
    CU_ASSERT_PTR_NULL(strchr(told, '!'));
    tell(out, IMAP_DEPTH_MAX + 1, told, sizeof(told));
    CU_ASSERT_PTR_NOT_NULL(strchr(told, '!'));
}

static void imap_reads_text_for_people(void)
{
    struct imap_lexer lexer = {0};
    struct span text;
    struct error error = {0};
    size_t used;

    CU_ASSERT_EQUAL(
        imap_text_read(&lexer, SPAN(" [ALERT] (\"x\r"), &used, &text, &error),
        PARSE_MORE);
    CU_ASSERT_EQUAL(imap_text_read(&lexer, SPAN(" [ALERT] (\"x\r\nmore"), &used,
                                   &text, &error),
                    PARSE_DONE);
    CU_ASSERT(span_equal(text, SPAN("[ALERT] (\"x")));
    CU_ASSERT_EQUAL(used, 14);
    CU_ASSERT_EQUAL(imap_text_read(&lexer, SPAN("\r\n"), &used, &text, &error),
                    PARSE_DONE);
    CU_ASSERT_EQUAL(text.length, 0);
    CU_ASSERT_EQUAL(imap_text_read(&lexer, SPAN(" x\n"), &used, &text, &error),
                    PARSE_BROKEN);
}

static void imap_says_strings_in_the_form_they_need(void)
{
    char text[32];

    CU_ASSERT_EQUAL(imap_string_form(SPAN("INBOX")), IMAP_STRING_ATOM);
    CU_ASSERT_EQUAL(imap_string_form(SPAN("")), IMAP_STRING_QUOTED);
    CU_ASSERT_EQUAL(imap_string_form(SPAN("nil")), IMAP_STRING_QUOTED);
    CU_ASSERT_EQUAL(imap_string_form(SPAN("a b")), IMAP_STRING_QUOTED);
    CU_ASSERT_EQUAL(imap_string_form(SPAN("a]")), IMAP_STRING_QUOTED);
    CU_ASSERT_EQUAL(imap_string_form(SPAN("\xc3\xa9")), IMAP_STRING_LITERAL);
    CU_ASSERT_EQUAL(imap_string_form(SPAN("a\r\nb")), IMAP_STRING_LITERAL);
    CU_ASSERT_EQUAL(imap_quote(text, sizeof(text), SPAN("a\"\\b")), 8);
    CU_ASSERT_STRING_EQUAL(text, "\"a\\\"\\\\b\"");
    CU_ASSERT_EQUAL(imap_quote(text, 9, SPAN("a\"\\b")), 8);
    CU_ASSERT_EQUAL(imap_quote(text, 8, SPAN("a\"\\b")), 0);
}

const struct test tests_imap_parse[] = {
    {"imap_reads_the_words_of_a_command", imap_reads_the_words_of_a_command},
    {"imap_reads_a_section_as_words_and_a_list",
     imap_reads_a_section_as_words_and_a_list},
    {"imap_reads_literals_to_the_octet", imap_reads_literals_to_the_octet},
    {"imap_knows_where_quotes_end", imap_knows_where_quotes_end},
    {"imap_refuses_what_is_no_word", imap_refuses_what_is_no_word},
    {"imap_bounds_words_and_depth", imap_bounds_words_and_depth},
    {"imap_reads_text_for_people", imap_reads_text_for_people},
    {"imap_says_strings_in_the_form_they_need",
     imap_says_strings_in_the_form_they_need},
    {NULL, NULL}};
