/* SPDX-License-Identifier: MIT */
/*
 * imap-client against servers that lie, strip, inject, stop, or never stop.
 * Whatever they do, it ends in time with one clear sentence, no password was
 * said, and nothing stands under the name of the file that was asked for.
 */
#include "tests/hostile/mail_visit.h"

static const char *const log_in[] = {" LOGIN ada", " AUTHENTICATE ", NULL};
static const struct mail_visitor visitor = {"imap-client", "imap", "fetch",
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

#define HELLO "S: * OK hello\nC: a1 CAPABILITY\n"
#define PLAIN HELLO "S: * CAPABILITY IMAP4rev1\nS: a1 OK done\n"
#define STARTTLS                                                \
    HELLO "S: * CAPABILITY IMAP4rev1 STARTTLS\nS: a1 OK done\n" \
          "C: a2 STARTTLS\n"
#define LOGIN PLAIN "C: a2 LOGIN ada \"secret\"\n"
#define IN                                       \
    LOGIN "S: a2 OK [CAPABILITY IMAP4rev1] in\n" \
          "C: a3 EXAMINE INBOX\n"
#define FETCH IN "S: * 1 EXISTS\nS: a3 OK done\nC: a4 FETCH 1 BODY.PEEK[]\n"

/* RFC 2595 §2.2: STARTTLS that is not offered, or refused, or fails. */
static void hostile_imap_server_strips_starttls(void)
{
    check_secret(PLAIN "C: a2 LOGOUT\n", 4);
    check_secret("S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\n", 4);
    check_secret(STARTTLS "S: a2 NO not today\nC: a3 LOGOUT\n", 4);
    check_secret(STARTTLS "S: a2 BAD what?\n", 4);
    check_secret(STARTTLS "S: a2 OK\nZ: 0.2\nS= hello\\r\\n\n", 7);
}

/* After PREAUTH there is no STARTTLS any more (RFC 3501 §6.2.1). */
static void hostile_imap_server_greets_with_preauth(void)
{
    check_secret("S: * PREAUTH welcome, ada\n", 4);
    check_secret("S: * PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] in\n", 4);
}

/* What comes before the handshake may be anybody's. */
static void hostile_imap_server_injects_plaintext(void)
{
    check_secret(STARTTLS "S= a2 OK go\\r\\n* CAPABILITY AUTH=PLAIN\\r\\n\n",
                 4);
    check_secret(STARTTLS "S= a2 OK go\\r\\na3 OK in\\r\\n\n", 4);
}

/* RFC 2595 §3.2: with LOGINDISABLED no password is said, allowed or not. */
static void hostile_imap_server_disables_login(void)
{
    struct test_run run;

    mail_visit(&visitor,
               HELLO "S: * CAPABILITY IMAP4rev1 LOGINDISABLED\n"
                     "S: a1 OK done\n",
               "--insecure-auth", "2", &run);
    CU_ASSERT_EQUAL(run.status, 4);
    CU_ASSERT(!mail_visitor_logged_in(&visitor, run.err));
    test_run_free(&run);
}

/* RFC 3501 §7. */
static void hostile_imap_server_speaks_something_else(void)
{
    check_secret("S: +OK POP3\n", 7);
    check_secret("S: 220 mx.test ESMTP\n", 7);
    check_secret("S= * OK hello\\n\n", 7);
    check_secret("S: * NO hello\n", 7);
    check_secret("S: * 3 EXISTS\n", 7);
    check_secret("S: * BYE go away\n", 1);
    check_secret("E:\n", 7);
    check_secret("S= * OK hel\nE:\n", 7);
    check(LOGIN "S: a9 OK in\n", 7);
    check(LOGIN "S: a2 YES in\n", 7);
    check(LOGIN "S: + go on\n", 7);
    check(IN "S: * 99999999999 EXISTS\n", 7);
    check(IN "S: * ) EXISTS\n", 7);
}

static void hostile_imap_server_refuses(void)
{
    check(LOGIN "S: a2 NO [AUTHENTICATIONFAILED] no\nC: a3 LOGOUT\n"
                "S: * BYE\nS: a3 OK\n",
          6);
    check(IN "S: a3 NO no such mailbox\nC: a4 LOGOUT\nS: a4 OK\n", 1);
    check(FETCH "S: a4 BAD what?\nC: a5 LOGOUT\nS: a5 OK\n", 1);
    check(FETCH "S: a4 OK done\nC: a5 LOGOUT\nS: a5 OK\n", 1);
    check(FETCH "S: * BYE shutting down\nE:\n", 1);
}

/* Literals that lie about their length: RFC 3501 §4.3. */
static void hostile_imap_server_lies_in_literals(void)
{
    check(FETCH "S: * 1 FETCH (BODY[] {10000000000}\nS: hello\n", 7);
    check(FETCH "S: * 1 FETCH (BODY[] {99999999999999999999999}\n", 7);
    check(FETCH "S: * 1 FETCH (BODY[] {-1}\n", 7);
    check(FETCH "S: * 1 FETCH (BODY[] {5 }\n", 7);
    check(FETCH "S: * 1 FETCH (BODY[] {4000000000}\nS: hello\nE:\n", 7);
    check(FETCH "S: * 1 FETCH (BODY[] {3}\nS: hello)\nS: a4 OK\n", 7);
    check(FETCH "S: * 1 FETCH (BODY[] {50}\nS: hello)\nS: a4 OK\nE:\n", 7);
    check(FETCH "S: * 1 FETCH (BODY[] 12)\nS: a4 OK\n", 7);
    check(FETCH "S: * 1 FETCH (BODY[] {1}\nS: x)\n"
                "S: * 2 FETCH (BODY[] {1}\nS: x)\nS: a4 OK\n",
          7);
}

static void hostile_imap_server_falls_silent(void)
{
    check("Z: 0.9\n", 5);
    check(HELLO "Z: 0.9\n", 5);
    check(FETCH "Z: 0.9\n", 5);
    check(FETCH "S: * 1 FETCH (BODY[] {50}\nS: hello\nZ: 0.9\n", 5);
}

/* Each limit of imap_limits.h, met from the wire. */
static void hostile_imap_server_never_ends(void)
{
    mail_visit_endless(&visitor, "", "* OK and so on ", "longer than");
    mail_visit_endless(&visitor, HELLO "S= * \n", "CAPABILITY", "longer than");
    mail_visit_endless(&visitor, HELLO "S= * X \n", "(((((((((((((((((((",
                       "deep");
    mail_visit_endless(&visitor, HELLO "S= * X \"\n", "aaaaaaaaaaaaaaaaaaaa",
                       "longer than");
}

const struct test tests_imap_hostile[] = {
    {"hostile_imap_server_strips_starttls",
     hostile_imap_server_strips_starttls},
    {"hostile_imap_server_greets_with_preauth",
     hostile_imap_server_greets_with_preauth},
    {"hostile_imap_server_injects_plaintext",
     hostile_imap_server_injects_plaintext},
    {"hostile_imap_server_disables_login", hostile_imap_server_disables_login},
    {"hostile_imap_server_speaks_something_else",
     hostile_imap_server_speaks_something_else},
    {"hostile_imap_server_refuses", hostile_imap_server_refuses},
    {"hostile_imap_server_lies_in_literals",
     hostile_imap_server_lies_in_literals},
    {"hostile_imap_server_falls_silent", hostile_imap_server_falls_silent},
    {"hostile_imap_server_never_ends", hostile_imap_server_never_ends},
    {NULL, NULL}};
