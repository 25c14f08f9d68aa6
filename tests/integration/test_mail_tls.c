/* SPDX-License-Identifier: MIT */
/*
 * Mail over TLS from the first byte: smtps, pop3s and imaps, our clients and
 * our servers. No word of the protocol is said before the handshake; and what
 * was said before one in the middle is forgotten.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/harness.h"

static char cert[256], key[256], mail[256], accounts[256], trace[256];

static void make_ground(void)
{
    const char *make[] = {"openssl",
                          "req",
                          "-x509",
                          "-newkey",
                          "ec",
                          "-pkeyopt",
                          "ec_paramgen_curve:P-256",
                          "-nodes",
                          "-keyout",
                          key,
                          "-out",
                          cert,
                          "-subj",
                          "/CN=x",
                          "-addext",
                          "subjectAltName=IP:127.0.0.1",
                          NULL};
    struct test_run run;

    snprintf(cert, sizeof(cert), "%s", test_path("cert.pem"));
    snprintf(key, sizeof(key), "%s", test_path("key.pem"));
    snprintf(mail, sizeof(mail), "%s", test_path("mail"));
    snprintf(accounts, sizeof(accounts), "%s", test_path("accounts"));
    snprintf(trace, sizeof(trace), "%s", test_path("client.pcapng"));
    mkdir(mail, 0700);
    test_write_file(accounts, "ada:secret\n", 11);
    test_run(&run, 30, make);
    CU_ASSERT_EQUAL_FATAL(run.status, 0);
    test_run_free(&run);
}

/* The client's record, as JSON lines: a handshake, then words, none before. */
static void check_record(void)
{
    const char *show[] = {"trace", "show", "--json", trace, NULL};
    struct test_run run;
    const char *word, *handshake;

    test_run(&run, 20, show);
    CU_ASSERT_EQUAL(run.status, 0);
    word = strstr(run.out, "\"layer\":\"app\"");
    handshake = strstr(run.out, "\"layer\":\"tls\"");
    CU_ASSERT(word != NULL && handshake != NULL && handshake < word);
    test_run_free(&run);
}

/* Runs `client` at SCHEME://127.0.0.1:PORT with these words, against a server
 * that speaks TLS only. */
static void check(const char *server, const char *client, const char *scheme,
                  const char *const *more)
{
    char url[64];
    const char *serve[] = {
        server, "--maildir", mail, "--accounts",   accounts,      "--tls-cert",
        cert,   "--tls-key", key,  "--listen-tls", "127.0.0.1:0", NULL};
    const char *argv[16] = {client, "--cacert", cert,         "--trace",
                            trace,  "-u",       "ada:secret", url};
    struct test_run run;
    uint16_t port;

    make_ground();
    pid_t pid = test_start(serve, &port, 1);
    snprintf(url, sizeof(url), "%s://127.0.0.1:%u", scheme, port);
    for (size_t i = 0; more[i]; i++)
        argv[8 + i] = more[i];
    test_run(&run, 30, argv);
    CU_ASSERT_EQUAL(run.status, 0);
    if (run.status != 0)
        fputs(run.err, stderr);
    test_run_free(&run);
    check_record();
    CU_ASSERT_EQUAL(test_stop(pid), 0);
}

/* RFC 8314 §3.1. */
static void pop3s_begins_with_tls(void)
{
    check("pop3-server", "pop3-client", "pop3s",
          (const char *[]){"stat", NULL});
}

/* RFC 8314 §3.2. */
static void imaps_begins_with_tls(void)
{
    check("imap-server", "imap-client", "imaps",
          (const char *[]){"list", NULL});
}

/* RFC 8314 §3.3. */
static void smtps_begins_with_tls(void)
{
    check("smtp-server", "smtp-client", "smtps",
          (const char *[]){"--mail-from", "ada@x.test", "--quit-after", "auth",
                           NULL});
}

/* RFC 1939 §7: whoever could change the greeting chose the timestamp. So after
 * STLS there is no APOP, and the client says why; it has said no name. */
static void pop3_forgets_the_timestamp_with_stls(void)
{
    char url[64];
    struct test_run run;
    uint16_t port;

    make_ground();
    const char *serve[] = {"pop3-server", "--maildir",   mail,
                           "--accounts",  accounts,      "--tls-cert",
                           cert,          "--tls-key",   key,
                           "--listen",    "127.0.0.1:0", NULL};
    pid_t pid = test_start(serve, &port, 1);
    snprintf(url, sizeof(url), "pop3://127.0.0.1:%u", port);
    const char *argv[] = {"pop3-client", "-v",   "--cacert", cert,
                          "--auth",      "APOP", "-u",       "ada:secret",
                          url,           "stat", NULL};
    test_run(&run, 30, argv);
    CU_ASSERT_EQUAL(run.status, 4);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "C: STLS"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(run.err, "the timestamp for APOP came before TLS"));
    CU_ASSERT_PTR_NULL(strstr(run.err, "C: APOP"));
    test_run_free(&run);
    CU_ASSERT_EQUAL(test_stop(pid), 0);
}

const struct test tests_mail_tls[] = {
    {"pop3s_begins_with_tls", pop3s_begins_with_tls},
    {"pop3_forgets_the_timestamp_with_stls",
     pop3_forgets_the_timestamp_with_stls},
    {"imaps_begins_with_tls", imaps_begins_with_tls},
    {"smtps_begins_with_tls", smtps_begins_with_tls},
    {NULL, NULL}};
