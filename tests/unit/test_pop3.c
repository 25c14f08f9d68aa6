/* SPDX-License-Identifier: MIT */
/*
 * Visits of our client to a scripted server: how it logs in, when it may not,
 * what it asks for, and what the answer to QUIT is worth.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pop3/pop3_client.h"
#include "tests/harness.h"

#define HELLO "S: +OK hello <1@mx.test>\nC: CAPA\n"
#define NO_CAPA HELLO "S: -ERR what?\n"
#define IN HELLO "S: +OK\nS: USER\nS: SASL PLAIN\nS: .\n" PLAIN "S: +OK in\n"
#define PLAIN "C: AUTH PLAIN AGFkYQBzZWNyZXQ=\n"
#define QUIT "C: QUIT\nS: +OK bye\n"

/* Runs these words with these options against the script. */
static int visit_with(const char *script, struct pop3_options *options,
                      const char *const *words, size_t count,
                      struct error *error)
{
    char url[64];
    uint16_t port;
    pid_t peer = test_peer(script, &port);

    snprintf(url, sizeof(url), "pop3://ada@127.0.0.1:%u", port);
    options->client.insecure_auth = true;
    options->client.max_time_ms = 20000;
    options->silent = true;
    if (!options->output)
        options->output = test_path("out");
    setenv("WIRELAB_PASSWORD", "secret", 1);
    int result = pop3_run(options, url, (char *const *)words, count, error);
    unsetenv("WIRELAB_PASSWORD");
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
    return result;
}

/* The same for `a b`; b NULL: one word. */
static int visit(const char *script, struct pop3_options *options,
                 const char *a, const char *b, struct error *error)
{
    const char *const words[] = {a, b};

    return visit_with(script, options, words, b ? 2 : 1, error);
}

static void check(const char *script, const char *auth, const char *a,
                  const char *b, int wanted)
{
    struct pop3_options options = {.auth = auth};
    struct error error = {0};

    CU_ASSERT_EQUAL(visit(script, &options, a, b, &error), -wanted);
}

/* ---- logging in --------------------------------------------------------- */

/* What the server offers decides, the strongest of it first. */
static void pop3_logs_in_by_the_best_that_is_offered(void)
{
    check(IN "C: STAT\nS: +OK 0 0\n" QUIT, NULL, "stat", NULL, 0);
    check(HELLO "S: +OK\nS: SASL PLAIN CRAM-MD5\nS: .\n"
                "C: AUTH CRAM-MD5\nS: + PDFAbXg+\nC: *\nS: +OK in\n"
                "C: STAT\nS: +OK 0 0\n" QUIT,
          NULL, "stat", NULL, 0);
    check("S: +OK hello\nC: CAPA\nS: -ERR\nC: USER ada\nS: +OK\n"
          "C: PASS secret\nS: +OK\nC: STAT\nS: +OK 0 0\n" QUIT,
          NULL, "stat", NULL, 0);
}

/* RFC 1939 §7: MD5 of the timestamp and the password. */
static void pop3_logs_in_by_apop_with_the_timestamp(void)
{
    char hex[33], script[512];

    CU_ASSERT(pop3_apop_digest("<1@mx.test>", "secret", hex));
    snprintf(script, sizeof(script),
             NO_CAPA "C: APOP ada %s\nS: +OK\nC: STAT\nS: +OK 0 0\n" QUIT, hex);
    check(script, NULL, "stat", NULL, 0);
    check("S: +OK hello\nC: CAPA\nS: -ERR\nC: QUIT\nS: +OK\n", "APOP", "stat",
          NULL, ERROR_AUTH);
}

static void pop3_tells_a_wrong_password_from_a_busy_maildrop(void)
{
    check(HELLO "S: +OK\nS: SASL PLAIN\nS: .\n" PLAIN "S: -ERR no\n" QUIT, NULL,
          "stat", NULL, ERROR_AUTH);
    check(HELLO "S: +OK\nS: SASL PLAIN\nS: .\n" PLAIN
                "S: -ERR [IN-USE] later\n" QUIT,
          NULL, "stat", NULL, ERROR_REFUSED);
}

/* A challenge that can't be read: the client gives up as RFC 5034 §4 says. */
static void pop3_cancels_what_it_does_not_understand(void)
{
    check(HELLO "S: +OK\nS: SASL CRAM-MD5\nS: .\n"
                "C: AUTH CRAM-MD5\nS: + !!\nC: *\nS: -ERR cancelled\n",
          NULL, "stat", NULL, ERROR_PROTOCOL);
}

/* ---- fetching ----------------------------------------------------------- */

static void check_out(const char *wanted)
{
    char *text = test_read_file(test_path("out"), NULL);

    CU_ASSERT_STRING_EQUAL(text ? text : "(none)", wanted);
    free(text);
}

/* RFC 2449 §6.6: one command at a time, or all that there is, as offered. */
static void pop3_pipelines_only_where_it_is_offered(void)
{
    check(IN "C: LIST\nS: +OK\nS: 1 3\nS: 3 3\nS: .\nC: RETR 1\nS: +OK\nS: a\n"
             "S: .\nC: RETR 3\nS: +OK\nS: b\nS: .\n" QUIT,
          NULL, "retr", "all", 0);
    check_out("a\r\nb\r\n");
    check(HELLO "S: +OK\nS: PIPELINING\nS: SASL PLAIN\nS: .\n" PLAIN
                "S: +OK in\nC: LIST\nS: +OK\nS: 1 3\nS: 3 3\nS: .\n"
                "C: RETR 1\nC: RETR 3\nS: +OK\nS: a\nS: .\nS: +OK\nS: b\n"
                "S: .\n" QUIT,
          NULL, "retr", "all", 0);
    check_out("a\r\nb\r\n");
}

/* RFC 1939 §11: LIST tells a message's octets with two for each line's end, but
 * servers miscount. What comes counts; that it is another number is noted. */
static void pop3_notes_a_size_that_is_not_the_one_told(void)
{
    struct pop3_options options = {.client = {.trace_file = test_path("t")}};
    struct error error = {0};
    char *trace;
    size_t length;

    CU_ASSERT_EQUAL(visit(IN "C: LIST 1\nS: +OK 1 2\nC: RETR 1\nS: +OK\nS: a\n"
                             "S: .\n" QUIT,
                          &options, "retr", "1", &error),
                    0);
    check_out("a\r\n");
    trace = test_read_file(test_path("t"), &length);
    CU_ASSERT_PTR_NOT_NULL_FATAL(trace);
    CU_ASSERT_PTR_NOT_NULL(
        memmem(trace, length, "message 1 has 3 bytes; the list said 2", 38));
    free(trace);
}

/* One that is gone keeps nobody from the others, but the file is not whole. */
static void pop3_goes_on_after_a_message_that_is_gone(void)
{
    check(IN "C: LIST\nS: +OK\nS: 1 3\nS: 2 3\nS: .\nC: RETR 1\nS: -ERR gone\n"
             "C: RETR 2\nS: +OK\nS: b\nS: .\n" QUIT,
          NULL, "retr", "all", ERROR_REFUSED);
    check_out("(none)");
}

static void pop3_prints_lists_escaped(void)
{
    check(IN "C: UIDL\nS: +OK\nS: 1 abc\nS= 2 \\x1b[2J\\r\\n\nS: .\n" QUIT,
          NULL, "uidl", NULL, 0);
    check_out("1 abc\n2 \\x1B[2J\n");
    check(IN "C: LIST 7\nS: +OK 7 120\n" QUIT, NULL, "list", "7", 0);
    check_out("7 120\n");
    check(IN "C: LIST\nS: +OK\nS: many\nS: .\n", NULL, "list", NULL,
          ERROR_PROTOCOL);
}

/* ---- QUIT --------------------------------------------------------------- */

/* Two of three is not what was asked for: RSET takes the marks back before QUIT
 * would remove the messages (RFC 1939 §5); and where RSET fails too, the
 * connection ends without QUIT. */
static void pop3_deletes_all_that_is_named_or_nothing(void)
{
    static const char *const words[] = {"dele", "1", "99", "2"};
    struct error error = {0};

    CU_ASSERT_EQUAL(visit_with(IN "C: DELE 1\nS: +OK\nC: DELE 99\n"
                                  "S: -ERR no such message\nC: DELE 2\n"
                                  "S: +OK\nC: RSET\nS: +OK\n" QUIT,
                               &(struct pop3_options){0}, words, 4, &error),
                    -ERROR_REFUSED);
    CU_ASSERT_STRING_EQUAL(error.text, "message 99 can't be deleted, so "
                                       "nothing was deleted");
    CU_ASSERT_STRING_EQUAL(error.peer_said, "no such message");
    check(IN "C: DELE 9\nS: -ERR no\nC: RSET\nS: -ERR no\n", NULL, "dele", "9",
          ERROR_REFUSED);
}

/* RFC 1939 §6: after DELE the answer to QUIT is the answer; else it is not. */
static void pop3_believes_deletions_only_after_quit(void)
{
    check(IN "C: DELE 1\nS: +OK\n" QUIT, NULL, "dele", "1", 0);
    check(IN "C: DELE 1\nS: +OK\nC: QUIT\nE:\n", NULL, "dele", "1",
          ERROR_PROTOCOL);
    check(IN "C: DELE 1\nS: +OK\nC: QUIT\nS: -ERR some are left\n", NULL,
          "dele", "1", ERROR_REFUSED);
    check(IN "C: STAT\nS: +OK 0 0\nC: QUIT\nE:\n", NULL, "stat", NULL, 0);
}

static void pop3_deletes_what_it_has_fetched_and_no_more(void)
{
    struct pop3_options options = {.delete_fetched = true};
    struct error error = {0};

    CU_ASSERT_EQUAL(visit(IN "C: LIST 1\nS: +OK 1 3\nC: RETR 1\nS: +OK\nS: a\n"
                             "S: .\nC: DELE 1\nS: +OK\n" QUIT,
                          &options, "retr", "1", &error),
                    0);
    CU_ASSERT_EQUAL(visit(IN "C: LIST 1\nS: +OK 1 3\nC: RETR 1\n"
                             "S: -ERR gone\n" QUIT,
                          &options, "retr", "1", &error),
                    -ERROR_REFUSED);
}

static void pop3_refuses_words_that_it_does_not_know(void)
{
    static const char *const wrong[] = {"fetch", "retr", "top", "dele"};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        struct pop3_options options = {0};
        struct error error = {0};
        char word[16];
        char *words[] = {word};

        snprintf(word, sizeof(word), "%s", wrong[i]);
        CU_ASSERT_EQUAL(
            pop3_run(&options, "pop3://ada@127.0.0.1:1", words, 1, &error),
            -ERROR_USAGE);
    }
}

const struct test tests_pop3[] = {
    {"pop3_logs_in_by_the_best_that_is_offered",
     pop3_logs_in_by_the_best_that_is_offered},
    {"pop3_logs_in_by_apop_with_the_timestamp",
     pop3_logs_in_by_apop_with_the_timestamp},
    {"pop3_tells_a_wrong_password_from_a_busy_maildrop",
     pop3_tells_a_wrong_password_from_a_busy_maildrop},
    {"pop3_cancels_what_it_does_not_understand",
     pop3_cancels_what_it_does_not_understand},
    {"pop3_pipelines_only_where_it_is_offered",
     pop3_pipelines_only_where_it_is_offered},
    {"pop3_notes_a_size_that_is_not_the_one_told",
     pop3_notes_a_size_that_is_not_the_one_told},
    {"pop3_goes_on_after_a_message_that_is_gone",
     pop3_goes_on_after_a_message_that_is_gone},
    {"pop3_prints_lists_escaped", pop3_prints_lists_escaped},
    {"pop3_deletes_all_that_is_named_or_nothing",
     pop3_deletes_all_that_is_named_or_nothing},
    {"pop3_believes_deletions_only_after_quit",
     pop3_believes_deletions_only_after_quit},
    {"pop3_deletes_what_it_has_fetched_and_no_more",
     pop3_deletes_what_it_has_fetched_and_no_more},
    {"pop3_refuses_words_that_it_does_not_know",
     pop3_refuses_words_that_it_does_not_know},
    {NULL, NULL}};
