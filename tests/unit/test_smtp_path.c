/* SPDX-License-Identifier: MIT */
/* smtp_path: RFC 5321 §4.1.2, what a path is. */
#include <stdio.h>
#include <string.h>

#include "smtp/smtp_command.h"
#include "tests/harness.h"

/* What is read, as "local|domain|mailbox"; "501 5.1.3" and so on if not. What
 * follows the path is left over. */
static const char *read_path(const char *text)
{
    static char shown[1024];
    struct smtp_verdict verdict;
    struct smtp_path path;
    struct span span = span_of(text);

    if (!smtp_path_read(&span, &path, &verdict))
        snprintf(shown, sizeof(shown), "%d %s", verdict.code, verdict.enhanced);
    else
        snprintf(shown, sizeof(shown), "%s|%s|%s%s%.*s", path.local,
                 path.domain, path.mailbox, path.beyond_ascii ? "|utf8" : "",
                 (int)span.length, span.data);
    return shown;
}

#define CHECK_PATH(text, want) CU_ASSERT_STRING_EQUAL(read_path(text), want)

static void smtp_path_reads_what_the_grammar_has(void)
{
    CHECK_PATH("<>", "||");
    CHECK_PATH("<> SIZE=1", "|| SIZE=1");
    CHECK_PATH("<a@b>", "a|b|a@b");
    CHECK_PATH("<first.last+tag@mail.example.test> X",
               "first.last+tag|mail.example.test|"
               "first.last+tag@mail.example.test X");
    CHECK_PATH("<Postmaster>", "Postmaster||Postmaster");
    CHECK_PATH("<a@[192.0.2.1]>", "a|[192.0.2.1]|a@[192.0.2.1]");
    CHECK_PATH("<a@[IPv6:2001:db8::1]>",
               "a|[IPv6:2001:db8::1]|a@[IPv6:2001:db8::1]");
    CHECK_PATH("<\"a b\"@c>", "a b|c|\"a b\"@c");
    CHECK_PATH("<\"a\\\"@>b\"@c>", "a\"@>b|c|\"a\\\"@>b\"@c");
    CHECK_PATH("<!#$%&'*+-/=?^_`{|}~@b>",
               "!#$%&'*+-/=?^_`{|}~|b|!#$%&'*+-/=?^_`{|}~@b");
    /* RFC 6531 §3.3. */
    CHECK_PATH("<j\xc3\xbcrgen@b\xc3\xbc.test>",
               "j\xc3\xbcrgen|b\xc3\xbc.test|j\xc3\xbcrgen@b\xc3\xbc.test"
               "|utf8");
}

/* RFC 5321 §4.1.1.3: a source route is accepted and ignored. */
static void smtp_path_drops_a_source_route(void)
{
    CHECK_PATH("<@one.test,@two.test:a@b>", "a|b|a@b");
    CHECK_PATH("<@one.test:a@b>", "a|b|a@b");
    CHECK_PATH("<@one.test>", "501 5.1.3");
    CHECK_PATH("<@one.test,two.test:a@b>", "501 5.1.3");
    CHECK_PATH("<@:a@b>", "501 5.1.3");
}

static void smtp_path_refuses_all_else(void)
{
    static const char *const broken[] = {
        "<a>",      "<a@>",         "<@>",     "<a@b",        "<a@b c>",
        "<a b@c>",  "<.a@b>",       "<a.@b>",  "<a..b@c>",    "<a@b..c>",
        "<a@b.>",   "<a@.b>",       "<a@-b>",  "<a@b->",      "<a@b@c>",
        "<\"a@b>",  "<\"a\nb\"@c>", "<a@[b>",  "<a@[]>",      "<\xff@b>",
        "<a(b)@c>", "<a,b@c>",      "<a@b,c>", "<\"a\\\"@b>",
    };

    for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
        CHECK_PATH(broken[i], "501 5.1.3");
    CHECK_PATH("a@b", "501 5.1.7");
    CHECK_PATH(" <a@b>", "501 5.1.7");
    CHECK_PATH("", "501 5.1.7");
}

/* Every prefix of a path is none, and none is read past its end. */
static void smtp_path_is_whole_or_none(void)
{
    static const char text[] = "<@r.test:\"q \\\" q\"@mail.example.test>";
    struct smtp_verdict verdict;
    struct smtp_path path;

    for (size_t i = 0; i + 1 < sizeof(text) - 1; i++) {
        struct span span = {text, i};

        CU_ASSERT_FALSE(smtp_path_read(&span, &path, &verdict));
    }
    CHECK_PATH(text, "q \" q|mail.example.test|\"q \\\" q\"@mail.example.test");
}

/* RFC 5321 §4.5.3.1.1 and §4.5.3.1.2: 64 and 255. */
static void smtp_path_has_limits(void)
{
    char text[512], local[80], domain[300];

    memset(local, 'l', sizeof(local));
    for (size_t i = 0; i < sizeof(domain); i++)
        domain[i] = i % 50 == 49 ? '.' : 'd';
    snprintf(text, sizeof(text), "<%.64s@b>", local);
    CU_ASSERT_NSTRING_EQUAL(read_path(text), "llll", 4);
    snprintf(text, sizeof(text), "<%.65s@b>", local);
    CHECK_PATH(text, "501 5.1.3");
    snprintf(text, sizeof(text), "<a@%.255s>", domain);
    CU_ASSERT_NSTRING_EQUAL(read_path(text), "a|ddd", 5);
    snprintf(text, sizeof(text), "<a@%.256s>", domain);
    CHECK_PATH(text, "501 5.1.3");
    memset(domain, 'd', sizeof(domain));
    snprintf(text, sizeof(text), "<a@%.64s>", domain);
    CHECK_PATH(text, "501 5.1.3");
}

static void smtp_domain_is_a_name_or_an_address(void)
{
    CU_ASSERT(smtp_domain_is_valid(SPAN("student.lab.test"), false));
    CU_ASSERT(smtp_domain_is_valid(SPAN("my_pc"), false));
    CU_ASSERT(smtp_domain_is_valid(SPAN("[127.0.0.1]"), false));
    CU_ASSERT(smtp_domain_is_valid(SPAN("[IPv6:::1]"), false));
    CU_ASSERT(smtp_domain_is_valid(SPAN("b\xc3\xbc.test"), true));
    CU_ASSERT_FALSE(smtp_domain_is_valid(SPAN("b\xc3\xbc.test"), false));
    CU_ASSERT_FALSE(smtp_domain_is_valid(SPAN(""), false));
    CU_ASSERT_FALSE(smtp_domain_is_valid(SPAN("a b"), false));
    CU_ASSERT_FALSE(smtp_domain_is_valid(SPAN("a)b"), false));
    CU_ASSERT_FALSE(smtp_domain_is_valid(SPAN("[127.0.0.1] x"), false));
    CU_ASSERT_FALSE(smtp_domain_is_valid(SPAN("\xff"), true));
}

const struct test tests_smtp_path[] = {
    {"smtp_path_reads_what_the_grammar_has",
     smtp_path_reads_what_the_grammar_has},
    {"smtp_path_drops_a_source_route", smtp_path_drops_a_source_route},
    {"smtp_path_refuses_all_else", smtp_path_refuses_all_else},
    {"smtp_path_is_whole_or_none", smtp_path_is_whole_or_none},
    {"smtp_path_has_limits", smtp_path_has_limits},
    {"smtp_domain_is_a_name_or_an_address",
     smtp_domain_is_a_name_or_an_address},
    {NULL, NULL}};
