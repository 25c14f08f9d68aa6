/* SPDX-License-Identifier: MIT */
/*
 * imap-client against servers that lie, strip, inject, stop, or never stop.
 * Whatever they do, it ends in time with one clear sentence, no password was
 * said, and nothing stands under the name of the file that was asked for.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

/* A folder that holds nothing, no leftovers either. */
static bool is_empty(const char *path)
{
    DIR *folder = opendir(path);
    int entries = 0;

    while (folder && readdir(folder))
        entries++;
    if (folder)
        closedir(folder);
    return entries == 2; /* "." and ".." */
}

/* Did the client say who it is? -v has shown every word of it. */
static bool logged_in(const char *said)
{
    return strstr(said, " LOGIN ada") || strstr(said, " AUTHENTICATE ");
}

/* Plays `script` to `fetch 1`. */
static void run_against(const char *script, const char *option,
                        const char *time, struct test_run *run)
{
    char url[64];
    uint16_t port;
    pid_t peer = test_peer(script, &port);

    snprintf(url, sizeof(url), "imap://127.0.0.1:%u", port);
    const char *argv[] = {
        "imap-client",  "-v", "-u",    "ada:secret", "--max-time", time, "-o",
        test_path("f"), url,  "fetch", "1",          option,       NULL};
    test_run(run, 30, argv);
    CU_ASSERT(strstr(run->err, "imap-client: ") != NULL);
    CU_ASSERT(run->seconds < 20);
#ifndef __SANITIZE_ADDRESS__ /* which keeps what was freed */
    CU_ASSERT(run->max_rss_kib < 64 * 1024);
#endif
    CU_ASSERT(is_empty(test_folder()));
    test_peer_end(peer);
}

/* Without --insecure-auth: it must end with `status`, and no log-in. */
static void check_secret(const char *script, int status)
{
    struct test_run run;

    run_against(script, NULL, "2", &run);
    CU_ASSERT_EQUAL(run.status, status);
    CU_ASSERT(!logged_in(run.err));
    test_run_free(&run);
}

/* In the middle of a session that may be in clear. */
static void check(const char *script, int status)
{
    struct test_run run;

    run_against(script, "--insecure-auth", "0.7", &run);
    CU_ASSERT_EQUAL(run.status, status);
    test_run_free(&run);
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

    run_against(HELLO "S: * CAPABILITY IMAP4rev1 LOGINDISABLED\n"
                      "S: a1 OK done\n",
                "--insecure-auth", "2", &run);
    CU_ASSERT_EQUAL(run.status, 4);
    CU_ASSERT(!logged_in(run.err));
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

/* `start`, then `piece` until 4 MiB have gone: it must give up before, and say
 * why. */
static void check_endless(const char *start, const char *piece, const char *why)
{
    size_t size = 4 * 1024 * 1024, length = strlen(piece);
    size_t at = (size_t)snprintf(NULL, 0, "%s", start), line = 0;
    char *script = malloc(size + 128);
    struct test_run run;

    strcpy(script, start);
    while (at + length + 16 < size) {
        if (line == 0) {
            memcpy(script + at, "S= ", 3);
            at += 3;
        }
        memcpy(script + at, piece, length);
        at += length;
        line += length;
        if (line > 30000) {
            script[at++] = '\n';
            line = 0;
        }
    }
    strcpy(script + at, "\n");
    run_against(script, "--insecure-auth", "15", &run);
    CU_ASSERT_EQUAL(run.status, 7);
    CU_ASSERT(strstr(run.err, why) != NULL);
    test_run_free(&run);
    free(script);
}

/* Each limit of imap_limits.h, met from the wire. */
static void hostile_imap_server_never_ends(void)
{
    check_endless("", "* OK and so on ", "longer than");
    check_endless(HELLO "S= * \n", "CAPABILITY", "longer than");
    check_endless(HELLO "S= * X \n", "(((((((((((((((((((", "deep");
    check_endless(HELLO "S= * X \"\n", "aaaaaaaaaaaaaaaaaaaa", "longer than");
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
