/* SPDX-License-Identifier: MIT */
/*
 * smtp-client against servers that lie, stop, or never stop, and against
 * somebody in between who takes TLS away. Whatever they do, it ends in time
 * with one clear sentence, and no password leaves in clear text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

/* "s3cret" and "bob\0s3cret" as any mechanism would carry them, as far as no
 * other text has these letters. */
static bool is_told(const char *text)
{
    return strstr(text, "s3cret") || strstr(text, "czNjcmV0") ||
           strstr(text, "M2NyZX") || strstr(text, "C: AUTH");
}

/* Nothing but sentences, each of which names the program, and few. */
static bool is_told_clearly(const char *text)
{
    size_t lines = 0;

    for (; *text != '\0'; lines++) {
        if (strncmp(text, "smtp-client: ", 13) != 0)
            return false;
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return lines > 0 && lines <= 3;
}

/* Runs the client with these words against the script. */
static void play(struct test_run *run, const char *script, const char *time,
                 const char *const *more)
{
    char url[64];
    uint16_t port;
    pid_t peer = test_peer(script, &port);
    const char *argv[24] = {
        "smtp-client", url,        "--max-time",    time,
        "--mail-from", "a@b.test", "--mail-rcpt",   "c@d.test",
        "-d",          "x",        "--show-secrets"};
    size_t count = 11;

    while (more && *more && count < 23)
        argv[count++] = *more++;
    snprintf(url, sizeof(url), "smtp://127.0.0.1:%u", port);
    test_run(run, 20, argv);
    CU_ASSERT(run->seconds < 10);
#ifndef __SANITIZE_ADDRESS__ /* which keeps what was freed */
    CU_ASSERT(run->max_rss_kib < 64 * 1024);
#endif
    test_peer_end(peer);
}

static void check(const char *script, int status)
{
    struct test_run run;

    play(&run, script, "5", NULL);
    if (run.status != status || !is_told_clearly(run.err))
        fprintf(stderr, "%d, not %d: %s%s\n", run.status, status, script,
                run.err);
    CU_ASSERT_EQUAL(run.status, status);
    CU_ASSERT(is_told_clearly(run.err));
    test_run_free(&run);
}

#define HELLO "S: 220 mx\nC: EHLO *\n"
#define GREETED HELLO "S: 250 mx\n"
#define MAIL GREETED "C: MAIL *\nS: 250 ok\n"
#define RCPT MAIL "C: RCPT *\nS: 250 ok\n"
#define BYE "C: QUIT\nS: 221 bye\n"
#define DATA RCPT "C: DATA\nS: 354 go\nC: ...\nC: x\nC: .\n"

/* ---- somebody in between ------------------------------------------------ */

/* Nothing but EHLO may be said: neither the envelope nor the password. */
static void check_in_clear(const char *script, const char *const *more,
                           int status)
{
    struct test_run run;

    play(&run, script, "5", more);
    if (run.status != status)
        fprintf(stderr, "%d, not %d: %s%s\n", run.status, status, script,
                run.err);
    CU_ASSERT_EQUAL(run.status, status);
    CU_ASSERT_FALSE(is_told(run.err));
    CU_ASSERT_PTR_NULL(strstr(run.err, "C: MAIL"));
    test_run_free(&run);
}

static const char *const required[] = {"-v", "--ssl-reqd", "-u", "bob:s3cret",
                                       NULL};
static const char *const optional[] = {"-v", "-u", "bob:s3cret", NULL};

static void hostile_smtp_starttls_is_stripped(void)
{
    static const char *const none[] = {"-v", "--ssl-reqd", NULL};

    check_in_clear(GREETED, none, 4);
    check_in_clear(HELLO "S: 250-mx\nS: 250 AUTH PLAIN LOGIN\n", required, 4);
    check_in_clear(HELLO "S: 250-mx\nS: 250 AUTH PLAIN LOGIN\n", optional, 4);
    check_in_clear(HELLO "S: 250-mx\nS: 250 AUTH CRAM-MD5\n", optional, 4);
    check_in_clear(HELLO "S: 502 no\nC: HELO *\nS: 250 mx\n", required, 4);
}

#define OFFER                                               \
    HELLO "S: 250-mx\nS: 250-AUTH PLAIN\nS: 250 STARTTLS\n" \
          "C: STARTTLS\n"

static void hostile_smtp_starttls_is_refused(void)
{
    check_in_clear(OFFER "S: 454 not now\n", required, 4);
    check_in_clear(OFFER "S: 454 not now\n", optional, 4);
    check_in_clear(OFFER "S: 250 ok\n", required, 4);
}

/* What stands in clear text behind the 220 is somebody else's: RFC 3207 §5. */
static void hostile_smtp_plaintext_is_injected(void)
{
    check_in_clear(OFFER "S= 220 go\\r\\n250-mx\\r\\n250 AUTH PLAIN\\r\\n\n",
                   optional, 4);
    check_in_clear(HELLO "S= 250-mx\\r\\n250 STARTTLS\\r\\n220 go\\r\\n\n",
                   optional, 7);
}

/* No TLS comes: silence, noise, the end. */
static void hostile_smtp_handshake_is_none(void)
{
    struct test_run run;

    play(&run, OFFER "S: 220 go\nZ: 0.1\nS: 250 mx\nS: 235 welcome\n", "5",
         optional);
    CU_ASSERT(run.status == 7 || run.status == 4);
    CU_ASSERT_FALSE(is_told(run.err));
    test_run_free(&run);
    play(&run, OFFER "S: 220 go\nE:\n", "5", optional);
    CU_ASSERT(run.status != 0 && run.status < 9);
    CU_ASSERT_FALSE(is_told(run.err));
    test_run_free(&run);
    play(&run, OFFER "S: 220 go\nZ: 1.2\n", "0.7", optional);
    CU_ASSERT_EQUAL(run.status, 5);
    test_run_free(&run);
}

/* ---- servers that lie --------------------------------------------------- */

static void hostile_smtp_server_closes_too_early(void)
{
    check("E:\n", 7);
    check("S= 22\nE:\n", 7);
    check(HELLO "E:\n", 7);
    check(HELLO "S: 250-mx\nE:\n", 7);
    check(GREETED "C: MAIL *\nE:\n", 7);
    check(MAIL "C: RCPT *\nE:\n", 7);
    check(RCPT "C: DATA\nE:\n", 7);
    /* Nobody knows whether it has arrived: that is no success. */
    check(DATA "E:\n", 7);
}

static void hostile_smtp_server_speaks_something_else(void)
{
    check("S: SSH-2.0-OpenSSH_9.2p1\n", 7);
    check("S: HTTP/1.1 400 Bad Request\n", 7);
    check("S: * OK IMAP4rev1\n", 7);
    check("S= 220 mx\\n\n", 7);
    check("S: 220-mx\nS: 250 mx\n", 7);
    check("S: 999 mx\n", 7);
    check("S: 100 mx\n", 7);
    check(HELLO "S= 250 m\\rx\\r\\n\n", 7);
}

/* Good replies to another question. */
static void hostile_smtp_server_lies(void)
{
    check("S: 250 mx\nC: QUIT\nS: 221 bye\n", 1);
    check(GREETED "C: MAIL *\nS: 354 go on\nC: RSET\nS: 250 ok\n" BYE, 1);
    check(RCPT "C: DATA\nS: 250 ok\nC: RSET\nS: 250 ok\n" BYE, 1);
    check(MAIL "C: RCPT *\nS= 250 ok\\r\\n354 go\\r\\n\n", 7);
    check(RCPT "C: DATA\nS= 354 go\\r\\n250 queued\\r\\n\n", 7);
}

/* Once the message is taken, it is taken: no parting words change that. */
static void hostile_smtp_server_says_more_after_the_end(void)
{
    static const char *const tails[] = {
        DATA "S= 250 queued\\r\\n250 once more\\r\\nrubbish\n",
        DATA "S: 250 queued\nE:\n", DATA "S: 250 queued\nC: QUIT\nE:\n",
        DATA "S: 250 queued\nC: QUIT\nS: what?\n"};
    struct test_run run;

    for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
        play(&run, tails[i], "5", NULL);
        CU_ASSERT_EQUAL(run.status, 0);
        CU_ASSERT_STRING_EQUAL(run.err, "");
        test_run_free(&run);
    }
}

/* A terminal obeys control bytes: none of a server's reaches it. */
static void hostile_smtp_server_draws_on_the_terminal(void)
{
    struct test_run run;

    play(&run,
         MAIL "C: RCPT *\nS: 550 \x1b]0;owned\x07\x1b[2J\nC: RSET\n"
              "S: 250 ok\n" BYE,
         "5", NULL);
    CU_ASSERT_EQUAL(run.status, 1);
    CU_ASSERT_PTR_NULL(strchr(run.err, 0x1b));
    CU_ASSERT_PTR_NULL(strchr(run.err, 0x07));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "\\x1B"));
    test_run_free(&run);
}

/* ---- servers without end ------------------------------------------------ */

static void hostile_smtp_server_falls_silent(void)
{
    static const char *const stages[] = {"S= 2\nZ: 1.2\n", HELLO "Z: 1.2\n",
                                         GREETED "C: MAIL *\nZ: 1.2\n",
                                         DATA "S= 250-\nZ: 1.2\n"};
    struct test_run run;

    for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
        play(&run, stages[i], "0.7", NULL);
        CU_ASSERT_EQUAL(run.status, 5);
        test_run_free(&run);
    }
}

static void check_endless(const char *start, const char *piece)
{
    size_t size = 1024 * 1024, length = strlen(piece);
    size_t at = (size_t)snprintf(NULL, 0, "%sS= ", start);
    char *script = malloc(size + 64);

    snprintf(script, size, "%sS= ", start);
    for (; at + length + 2 < size; at += length)
        memcpy(script + at, piece, length);
    strcpy(script + at, "\n");
    check(script, 7);
    free(script);
}

static void hostile_smtp_server_never_ends_its_reply(void)
{
    check_endless("", "220-hello\\r\\n");
    check_endless("", "220 hello and no end ");
    check_endless(HELLO, "250-AUTH PLAIN LOGIN CRAM-MD5\\r\\n");
    check_endless(HELLO, "250-SIZE\\r\\n");
    check_endless(GREETED "C: MAIL *\n", "250-\\r\\n");
}

/* A log-in that always has one more question. */
static void hostile_smtp_server_asks_for_ever(void)
{
    static const char *const more[] = {"--insecure-auth", "-u", "bob:s3cret",
                                       NULL};
    struct test_run run;

    play(&run,
         HELLO "S: 250-mx\nS: 250 AUTH LOGIN\nC: AUTH LOGIN\nS: 334 \n"
               "C: Ym9i\nS: 334 \nC: czNjcmV0\nS: 334 \nC: *\nS: 501 ok\n",
         "5", more);
    CU_ASSERT_EQUAL(run.status, 7);
    test_run_free(&run);
}

const struct test tests_smtp_clients[] = {
    {"hostile_smtp_starttls_is_stripped", hostile_smtp_starttls_is_stripped},
    {"hostile_smtp_starttls_is_refused", hostile_smtp_starttls_is_refused},
    {"hostile_smtp_plaintext_is_injected", hostile_smtp_plaintext_is_injected},
    {"hostile_smtp_handshake_is_none", hostile_smtp_handshake_is_none},
    {"hostile_smtp_server_closes_too_early",
     hostile_smtp_server_closes_too_early},
    {"hostile_smtp_server_speaks_something_else",
     hostile_smtp_server_speaks_something_else},
    {"hostile_smtp_server_lies", hostile_smtp_server_lies},
    {"hostile_smtp_server_says_more_after_the_end",
     hostile_smtp_server_says_more_after_the_end},
    {"hostile_smtp_server_draws_on_the_terminal",
     hostile_smtp_server_draws_on_the_terminal},
    {"hostile_smtp_server_falls_silent", hostile_smtp_server_falls_silent},
    {"hostile_smtp_server_never_ends_its_reply",
     hostile_smtp_server_never_ends_its_reply},
    {"hostile_smtp_server_asks_for_ever", hostile_smtp_server_asks_for_ever},
    {NULL, NULL}};
