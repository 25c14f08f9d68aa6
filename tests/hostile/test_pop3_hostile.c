/* SPDX-License-Identifier: MIT */
/*
 * pop3-client against servers that lie, strip, inject, stop, or never stop.
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
    return strstr(said, "C: USER") || strstr(said, "C: PASS") ||
           strstr(said, "C: AUTH") || strstr(said, "C: APOP");
}

/* Plays `script` to `retr 1` or whatever `words` say. */
static void run_against(const char *script, const char *option,
                        const char *time, struct test_run *run)
{
    char url[64];
    uint16_t port;
    pid_t peer = test_peer(script, &port);

    snprintf(url, sizeof(url), "pop3://127.0.0.1:%u", port);
    const char *argv[] = {
        "pop3-client",  "-v", "-u",   "ada:secret", "--max-time", time, "-o",
        test_path("f"), url,  "retr", "1",          option,       NULL};
    test_run(run, 30, argv);
    CU_ASSERT(strstr(run->err, "pop3-client: ") != NULL);
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

/* Each limit of pop3_limits.h, met from the wire. */
static void hostile_pop3_server_never_ends(void)
{
    check_endless("", "+OK and so on ", "a line of more");
    check_endless(HELLO "S: +OK\n", "X-NONSENSE\\r\\n", "200 lines");
    check_endless(HELLO "S: +OK\n", "this line has no end ", "a line of more");
    check_endless(LIST("5") "S: +OK\n", "a message without end\\r\\n",
                  "does not end");
    check_endless(LIST("5") "S: +OK\n", "..............", "does not end");
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
