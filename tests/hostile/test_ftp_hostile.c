/* SPDX-License-Identifier: MIT */
/*
 * ftp-client against servers that lie, stop, or never stop. Whatever they do,
 * it ends in time with one clear sentence, and nothing stands where it was not
 * asked for.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/harness.h"

#define LOG_IN                                                               \
    "S: 220 hi\nC: USER anonymous\nS: 331 and?\nC: PASS anonymous@\nS: 230 " \
    "ok\n"
#define TYPE_I LOG_IN "C: TYPE I\nS: 200 ok\n"
#define QUIT "C: QUIT\nS: 221 bye\n"

static char script[160 * 1024];
static struct test_run ran;

static size_t entries(const char *path)
{
    DIR *folder = opendir(path);
    size_t count = 0;

    while (folder != NULL && readdir(folder) != NULL)
        count++;
    if (folder != NULL)
        closedir(folder);
    return count - 2; /* "." and ".." */
}

static bool is_one_sentence(const char *text)
{
    const char *first = strchr(text, '\n');

    return strncmp(text, "ftp-client: ", 12) == 0 && first != NULL &&
           (first[1] == '\0' || strstr(first, "the peer said: ") != NULL);
}

/* The client against what stands in `script`, with one more option and one
 * command; `more` may be NULL. Nothing outlives the test. */
static void play(const char *more, const char *command, const char *operand,
                 int status)
{
    char url[64];
    uint16_t port;
    pid_t peer = test_peer(script, &port);

    snprintf(url, sizeof(url), "ftp://127.0.0.1:%u/%s", port,
             operand == NULL ? "f" : "");
    mkdir(test_path("in"), 0700);
    const char *argv[] = {"ftp-client", "-o",    test_path("in/"),
                          "--max-time", "3",     more != NULL ? more : "-s",
                          url,          command, operand,
                          NULL};
    test_run(&ran, 20, argv);
    CU_ASSERT_EQUAL(ran.status, status);
    if (ran.status != status)
        fprintf(stderr, "exit %d, not %d: %s\n", ran.status, status, ran.err);
    CU_ASSERT(ran.seconds < 15);
#ifndef __SANITIZE_ADDRESS__ /* which keeps what was freed */
    CU_ASSERT(ran.max_rss_kib < 64 * 1024);
#endif
    kill(peer, SIGTERM);
    test_peer_end(peer);
}

/* It fails so, says one sentence, and leaves nothing. */
static void fails(const char *more, int status)
{
    play(more, "get", NULL, status);
    CU_ASSERT(is_one_sentence(ran.err));
    CU_ASSERT_EQUAL(entries(test_path("in")), 0);
    test_run_free(&ran);
}

/* The file has come, and is this. */
static void brings(const char *want)
{
    size_t length = 0;
    char *got;

    play("--disable-epsv", "get", NULL, 0);
    got = test_read_file(test_path("in/f"), &length);
    CU_ASSERT(got != NULL && strcmp(got, want) == 0);
    free(got);
    test_run_free(&ran);
}

/* RFC 2577 §3: the port is taken, the host is not. */
static void hostile_ftp_pasv_names_another_host(void)
{
    uint16_t data;
    pid_t peer = test_peer("S= hello\nE:\n", &data);

    snprintf(script, sizeof(script),
             TYPE_I "C: PASV\nS: 227 =10,9,8,7,%u,%u\nC: RETR f\n"
                    "S: 150 comes\nS: 226 done\n" QUIT,
             (unsigned)(data >> 8), (unsigned)(data & 255));
    brings("hello");
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
}

/* RFC 1123 §4.1.2.6, RFC 2428 §3. */
static void hostile_ftp_numbers_are_bad(void)
{
    static const char *const replies[] = {"227 (127,0,0,1,256,1)",
                                          "227 (127,0,0,1,4)", "227 none",
                                          "227 (127,0,0,1,0,0)"};
    static const char *const extended[] = {"229 (|||65536|)", "229 (|||0|)",
                                           "229 |||21|", "229 (||x|21|)"};

    for (size_t i = 0; i < 4; i++) {
        snprintf(script, sizeof(script), TYPE_I "C: PASV\nS: %s\n", replies[i]);
        fails("--disable-epsv", 7);
        snprintf(script, sizeof(script), TYPE_I "C: EPSV\nS: %s\n",
                 extended[i]);
        fails(NULL, 7);
    }
}

static void hostile_ftp_data_connection_never_opens(void)
{
    snprintf(script, sizeof(script),
             TYPE_I "C: EPRT *\nS: 200 ok\nC: RETR f\nS: 150 I come\nZ: 6\n");
    fails("--active", 5);
    snprintf(script, sizeof(script), TYPE_I "C: EPSV\nS: 229 (|||1|)\n");
    fails(NULL, 3);
}

/* The server says why instead of connecting. */
static void hostile_ftp_active_is_refused(void)
{
    snprintf(script, sizeof(script),
             TYPE_I "C: EPRT *\nS: 200 ok\nC: RETR f\nS: 150 I come\n"
                    "Z: 0.2\nS: 425 no way to you\n" QUIT);
    fails("--active", 1);
}

static void hostile_ftp_data_connection_never_closes(void)
{
    uint16_t data;
    pid_t peer = test_peer("S= hello\nC: never\n", &data);

    snprintf(script, sizeof(script),
             TYPE_I "C: EPSV\nS: 229 (|||%u|)\nC: RETR f\nS: 150 comes\n"
                    "S: 226 done\nZ: 9\n",
             data);
    fails(NULL, 5);
    kill(peer, SIGTERM);
    test_peer_end(peer);
}

/* RFC 959 §3.3: the final reply may overtake the data. */
static void hostile_ftp_226_comes_before_the_end(void)
{
    uint16_t data;
    pid_t peer = test_peer("S= one\nZ: 0.8\nS= two\nE:\n", &data);

    snprintf(script, sizeof(script),
             TYPE_I "C: PASV\nS: 227 (127,0,0,1,%u,%u)\nC: RETR f\n"
                    "S: 150 comes\nS: 226 done\n" QUIT,
             (unsigned)(data >> 8), (unsigned)(data & 255));
    brings("onetwo");
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
}

/* RFC 959 §3.4.1: the end of the connection is the end of the file; but not
 * when the reply says that it is not whole. */
static void hostile_ftp_transfer_is_broken_off(void)
{
    uint16_t data;
    pid_t peer = test_peer("S= half\nE:\n", &data);

    snprintf(script, sizeof(script),
             TYPE_I "C: EPSV\nS: 229 (|||%u|)\nC: RETR f\nS: 150 comes\n"
                    "S: 426 broken\n" QUIT,
             data);
    fails(NULL, 1);
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
}

/* -C asks for parts: what came before the break is there to go on behind. */
static void hostile_ftp_part_is_kept_for_resume(void)
{
    char got[16] = "";
    uint16_t data;
    pid_t peer = test_peer("S= half\nE:\n", &data);
    FILE *file;

    snprintf(script, sizeof(script),
             TYPE_I "C: EPSV\nS: 229 (|||%u|)\nC: RETR f\nS: 150 comes\n"
                    "S: 426 broken\n" QUIT,
             data);
    play("-C-", "get", NULL, 1);
    test_run_free(&ran);
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
    CU_ASSERT_EQUAL(entries(test_path("in")), 1);
    file = fopen(test_path("in/f"), "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(fread(got, 1, sizeof(got), file), 4);
    CU_ASSERT_STRING_EQUAL(got, "half");
    fclose(file);
}

static void hostile_ftp_replies_are_none(void)
{
    static const char *const greetings[] = {
        "S: hello\n", "S: 2200 hi\n", "S: 020 hi\n", "S= 220 hi\\n", "S: 99\n"};

    for (size_t i = 0; i < 5; i++) {
        snprintf(script, sizeof(script), "%s", greetings[i]);
        fails(NULL, 7);
    }
    snprintf(script, sizeof(script), "S: 421 come back later\n");
    fails(NULL, 1);
    snprintf(script, sizeof(script), "E:\n");
    fails(NULL, 3);
}

/* A reply that never comes to its last line. */
static void hostile_ftp_reply_is_endless(void)
{
    size_t length = (size_t)sprintf(script, "S: 220-hi\n");

    while (length < 100 * 1024)
        length += (size_t)sprintf(script + length,
                                  "S: 221 never the last of its lines, %zu\n",
                                  length);
    fails(NULL, 7);
}

/* RFC 4217 §10.3: who asks for TLS gets it, or nothing is said. */
static void hostile_ftp_tls_is_not_to_be_had(void)
{
    snprintf(script, sizeof(script),
             "S: 220 hi\nC: AUTH TLS\nS: 502 no\n" QUIT);
    fails("--tls", 4);
    /* Words that were slipped in behind the 234 are not the server's. */
    snprintf(script, sizeof(script),
             "S: 220 hi\nC: AUTH TLS\nS= 234 go\\r\\n230 in\\r\\n\n");
    fails("--tls", 4);
}

static void hostile_ftp_password_stays_at_home(void)
{
    snprintf(script, sizeof(script), "S: 220 hi\n" QUIT);
    fails("-uann:secret", 4);
}

/* Names that would be written elsewhere, or on the terminal. */
static void hostile_ftp_names_lead_elsewhere(void)
{
    uint16_t names, data;
    pid_t lister = test_peer("S= ../evil\\r\\n/etc/evil\\r\\n..\\r\\n.\\r\\n"
                             "a/b\\r\\n\\x1b[2Jred\\r\\nb\\rc\\r\\n"
                             "good\\r\\n\nE:\n",
                             &names);
    pid_t sender = test_peer("S= hello\nE:\n", &data);

    snprintf(script, sizeof(script),
             LOG_IN "C: TYPE A\nS: 200 ok\nC: EPSV\nS: 229 (|||%u|)\nC: NLST\n"
                    "S: 150 comes\nS: 226 done\nC: TYPE I\nS: 200 ok\n"
                    "C: EPSV\nS: 229 (|||%u|)\nC: RETR good\nS: 150 comes\n"
                    "S: 226 done\n" QUIT,
             names, data);
    play(NULL, "mget", "*", 7);
    CU_ASSERT_EQUAL(entries(test_path("in")), 1);
    CU_ASSERT_EQUAL(access(test_path("in/good"), F_OK), 0);
    CU_ASSERT_EQUAL(access(test_path("evil"), F_OK), -1);
    CU_ASSERT_PTR_NULL(strchr(ran.err, '\x1b'));
    CU_ASSERT_PTR_NOT_NULL(strstr(ran.err, "\"../evil\""));
    test_run_free(&ran);
    CU_ASSERT_EQUAL(test_peer_end(lister), 0);
    CU_ASSERT_EQUAL(test_peer_end(sender), 0);
}

/* One line of a listing that has no end. */
static void hostile_ftp_line_is_endless(void)
{
    static char data[20 * 1024];
    uint16_t port;
    pid_t peer;

    memset(data, 'a', sizeof(data) - 1);
    memcpy(data, "S= ", 3);
    peer = test_peer(data, &port);
    snprintf(script, sizeof(script),
             LOG_IN "C: TYPE A\nS: 200 ok\nC: EPSV\nS: 229 (|||%u|)\n"
                    "C: NLST\nS: 150 comes\nC: *\nS: 226 stopped\n" QUIT,
             port);
    play(NULL, "mget", "*", 7);
    CU_ASSERT(is_one_sentence(ran.err));
    test_run_free(&ran);
    kill(peer, SIGTERM);
    test_peer_end(peer);
}

const struct test tests_ftp_hostile[] = {
    {"hostile_ftp_pasv_names_another_host",
     hostile_ftp_pasv_names_another_host},
    {"hostile_ftp_numbers_are_bad", hostile_ftp_numbers_are_bad},
    {"hostile_ftp_data_connection_never_opens",
     hostile_ftp_data_connection_never_opens},
    {"hostile_ftp_active_is_refused", hostile_ftp_active_is_refused},
    {"hostile_ftp_data_connection_never_closes",
     hostile_ftp_data_connection_never_closes},
    {"hostile_ftp_226_comes_before_the_end",
     hostile_ftp_226_comes_before_the_end},
    {"hostile_ftp_transfer_is_broken_off", hostile_ftp_transfer_is_broken_off},
    {"hostile_ftp_part_is_kept_for_resume",
     hostile_ftp_part_is_kept_for_resume},
    {"hostile_ftp_replies_are_none", hostile_ftp_replies_are_none},
    {"hostile_ftp_reply_is_endless", hostile_ftp_reply_is_endless},
    {"hostile_ftp_tls_is_not_to_be_had", hostile_ftp_tls_is_not_to_be_had},
    {"hostile_ftp_password_stays_at_home", hostile_ftp_password_stays_at_home},
    {"hostile_ftp_names_lead_elsewhere", hostile_ftp_names_lead_elsewhere},
    {"hostile_ftp_line_is_endless", hostile_ftp_line_is_endless},
    {NULL, NULL}};
