/* SPDX-License-Identifier: MIT */
/*
 * pop3-client against servers that lie, strip, inject, stop, or never stop.
 * Whatever they do, it ends in time with one clear sentence, no password was
 * said, and nothing stands under the name of the file that was asked for.
 */
#include <stdio.h>
#include <string.h>

#include "tests/hostile/mail_visit.h"

static const char *const log_in[] = {"C: USER", "C: PASS", "C: AUTH", "C: APOP",
                                     NULL};
static const struct mail_visitor visitor = {"pop3-client", "pop3", "retr",
                                            log_in};

/* Without --insecure-auth: no log-in. */
static void check_secret(const char *script, int status)
{
    mail_visit_secret(&visitor, script, status);
}

/* In the middle of a session that may be in clear. */
static void check(const char *script, int status)
{
    mail_visit_open(&visitor, script, status);
}

#define HELLO "S: +OK hello\nC: CAPA\n"
#define NO_CAPA HELLO "S: -ERR what?\n"
#define IN NO_CAPA "C: USER ada\nS: +OK\nC: PASS secret\nS: +OK\n"
#define LIST(n) IN "C: LIST 1\nS: +OK 1 " n "\nC: RETR 1\n"

/* RFC 2595 §2.2: STLS that is not offered, or refused, or fails. */
static void hostile_pop3_server_strips_stls(void)
{
    check_secret(NO_CAPA, 4);
    check_secret(HELLO "S: +OK\nS: USER\nS: SASL PLAIN\nS: .\n", 4);
    check_secret(HELLO "S: +OK\nS: STLS\nS: .\nC: STLS\nS: -ERR no\n", 4);
    check_secret(
        HELLO
        "S: +OK\nS: STLS\nS: .\nC: STLS\nS: +OK\nZ: 0.2\nS= hello\\r\\n\n",
        7);
}

/* What comes before the handshake may be anybody's (RFC 2595 §4). */
static void hostile_pop3_server_injects_plaintext(void)
{
    check_secret(HELLO "S: +OK\nS: STLS\nS: .\nC: STLS\n"
                       "S= +OK go\\r\\n+OK logged in\\r\\n\n",
                 4);
    check_secret("S= +OK hello\\r\\n+OK\\r\\nSTLS\\r\\n.\\r\\n\n", 7);
}

/* RFC 1939 §3. */
static void hostile_pop3_server_speaks_something_else(void)
{
    check_secret("S: * OK IMAP4rev1\n", 7);
    check_secret("S: 220 mx.test ESMTP\n", 7);
    check_secret("S= +OK hello\\n\n", 7);
    check_secret("S: +OKAY\n", 7);
    check_secret("S: -ERR come back later\n", 1);
    check_secret("E:\n", 7);
    check_secret("S= +OK hel\nE:\n", 7);
    check(IN "C: LIST 1\nS: +OK one message\n", 7);
    check(IN "C: LIST 1\nS: +OK 1 many\n", 7);
    check(IN "C: LIST 1\nS: + go on\n", 1);
}

/* RFC 2449 §8.1.2: the password was right, so it is not to be asked again. */
static void hostile_pop3_server_refuses(void)
{
    check(NO_CAPA "C: USER ada\nS: +OK\nC: PASS secret\nS: -ERR no\n"
                  "C: QUIT\nS: +OK\n",
          6);
    check(NO_CAPA "C: USER ada\nS: +OK\nC: PASS secret\n"
                  "S: -ERR [IN-USE] wait\nC: QUIT\nS: +OK\n",
          1);
    check(LIST("5") "S: -ERR gone\nC: QUIT\nS: +OK\n", 1);
}

static void hostile_pop3_server_lies_about_sizes(void)
{
    check(LIST("99999999999999999999") "S: +OK\nS: .\n", 7);
    check(LIST("-1") "S: +OK\nS: .\n", 7);
    check(LIST("5") "S: +OK\nS= hell\nE:\n", 7);
    check(LIST("5") "S: +OK\nS: hello\nS= .\\r\nE:\n", 7);
}

/* What comes behind the last answer belongs to nothing. */
static void hostile_pop3_server_says_too_much(void)
{
    check(NO_CAPA "C: USER ada\nS= +OK\\r\\n+OK\\r\\n\n", 7);
    check(IN "C: LIST 1\nS= +OK 1 5\\r\\n+OK\\r\\nfalse\\r\\n.\\r\\n\n", 7);
}

static void hostile_pop3_server_falls_silent(void)
{
    check("Z: 0.9\n", 5);
    check(HELLO "Z: 0.9\n", 5);
    check(HELLO "S: +OK\nZ: 0.9\n", 5);
    check(LIST("5") "S: +OK\nS= hell\nZ: 0.9\n", 5);
}

/* Each limit of pop3_limits.h, met from the wire. */
static void hostile_pop3_server_never_ends(void)
{
    mail_visit_endless(&visitor, "", "+OK and so on ", "a line of more");
    mail_visit_endless(&visitor, HELLO "S: +OK\n", "X-NONSENSE\\r\\n",
                       "200 lines");
    mail_visit_endless(&visitor, HELLO "S: +OK\n", "this line has no end ",
                       "a line of more");
    mail_visit_endless(&visitor, LIST("5") "S: +OK\n",
                       "a message without end\\r\\n", "does not end");
    mail_visit_endless(&visitor, LIST("5") "S: +OK\n", "..............",
                       "does not end");
}

/* A bare LF begins no line: only CR LF . CR LF ends a message. */
static void hostile_pop3_message_ends_at_cr_lf_dot_only(void)
{
    static const char script[] = LIST("40") "S: +OK\n"
                                            "S= a\\n.\\nb\\r.\\rc\\r\\n\n"
                                            "S= ..\\r\\n.\\rd\\r\\n.\\r\\n\n"
                                            "C: QUIT\nS: +OK\n";
    static const char wanted[] = "a\n.\nb\r.\rc\r\n.\r\n\rd\r\n";
    char url[64];
    uint16_t port;
    struct test_run run;
    pid_t peer = test_peer(script, &port);

    snprintf(url, sizeof(url), "pop3://127.0.0.1:%u", port);
    const char *argv[] = {
        "pop3-client", "--insecure-auth", "-u", "ada:secret", url, "retr", "1",
        NULL};
    test_run(&run, 20, argv);
    CU_ASSERT_EQUAL(run.status, 0);
    CU_ASSERT_EQUAL_FATAL(run.out_length, sizeof(wanted) - 1);
    CU_ASSERT(memcmp(run.out, wanted, run.out_length) == 0);
    test_run_free(&run);
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
}

const struct test tests_pop3_hostile[] = {
    {"hostile_pop3_server_strips_stls", hostile_pop3_server_strips_stls},
    {"hostile_pop3_server_injects_plaintext",
     hostile_pop3_server_injects_plaintext},
    {"hostile_pop3_server_speaks_something_else",
     hostile_pop3_server_speaks_something_else},
    {"hostile_pop3_server_refuses", hostile_pop3_server_refuses},
    {"hostile_pop3_server_lies_about_sizes",
     hostile_pop3_server_lies_about_sizes},
    {"hostile_pop3_server_says_too_much", hostile_pop3_server_says_too_much},
    {"hostile_pop3_server_falls_silent", hostile_pop3_server_falls_silent},
    {"hostile_pop3_server_never_ends", hostile_pop3_server_never_ends},
    {"hostile_pop3_message_ends_at_cr_lf_dot_only",
     hostile_pop3_message_ends_at_cr_lf_dot_only},
    {NULL, NULL}};
