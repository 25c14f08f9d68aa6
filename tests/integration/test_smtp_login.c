/* SPDX-License-Identifier: MIT */
/*
 * smtp-server with TLS: what STARTTLS forgets, what must not come behind it,
 * when a password may be asked for, and that no trace shows one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/conn.h"
#include "common/tls.h"
#include "tests/integration/smtp_host.h"

static struct smtp_host west;
static struct tls_context *tls;
static struct conn *conn;
static struct error error;

static void start(void)
{
    struct tls_settings settings = {.insecure = true};
    struct test_certificate made;

    test_certificate(&made);
    const char *more[] = {"--tls-cert", made.cert, "--tls-key",
                          made.key,     "--trace", test_path("west.pcapng"),
                          NULL};
    memset(&west, 0, sizeof(west));
    memset(&error, 0, sizeof(error));
    smtp_host_start(&west, "west", more);
    CU_ASSERT_EQUAL_FATAL(tls_client_new(&tls, &settings, &error), 0);
}

static void stop(void)
{
    smtp_host_stop(&west);
    tls_free(tls);
}

static void call(void)
{
    struct conn_setup setup = {
        .error = &error, .proto = "smtp", .idle_timeout_ms = 10000};

    CU_ASSERT_EQUAL_FATAL(
        conn_adopt(&conn, &setup, RFC("9293", "3.5"), smtp_host_connect(&west)),
        0);
}

/* The code of the next reply; 0: the server has closed. `line` is its last. */
static int hear(char line[512])
{
    struct span got;

    line[0] = '\0';
    while (conn_read_line(conn, 500, &got) == 0 && got.data) {
        snprintf(line, 512, "%.*s", (int)got.length, got.data);
        conn_heard(conn, RFC("5321", "4.2"), "reply");
        if (got.length > 3 && got.data[3] == ' ')
            return atoi(line);
        if (strstr(line, "STARTTLS"))
            CU_ASSERT_FALSE(conn_facts(conn).tls);
    }
    return 0;
}

static int ask(const char *words)
{
    char line[512];

    CU_ASSERT_EQUAL(conn_say(conn, RFC("5321", "4.1"), "%s", words), 0);
    return hear(line);
}

/* RFC 3207 §4: no argument (501), no second time (503), not within a
 * transaction. The conversation goes on under TLS (RFC 3207 §4.1), where
 * nobody has said EHLO, STARTTLS is not offered again, and the password may be
 * said (RFC 3207 §4.2). */
static void smtp_starttls_begins_anew(void)
{
    char line[512];

    start();
    call();
    CU_ASSERT_EQUAL(hear(line), 220);
    CU_ASSERT_EQUAL(ask("STARTTLS"), 503);
    CU_ASSERT_EQUAL(ask("EHLO me"), 250);
    CU_ASSERT_EQUAL(ask("AUTH PLAIN AGJvYgBzZWNyZXQ="), 538);
    CU_ASSERT_EQUAL(ask("STARTTLS x"), 501);
    CU_ASSERT_EQUAL(ask("MAIL FROM:<a@b>"), 250);
    CU_ASSERT_EQUAL(ask("STARTTLS"), 503);
    CU_ASSERT_EQUAL(ask("RSET"), 250);
    CU_ASSERT_EQUAL(ask("STARTTLS"), 220);
    CU_ASSERT_EQUAL_FATAL(
        conn_start_tls(conn, tls, RFC("3207", "4.1"), "127.0.0.1"), 0);
    CU_ASSERT_EQUAL(ask("MAIL FROM:<a@b>"), 503);
    CU_ASSERT_EQUAL(ask("EHLO me"), 250);
    CU_ASSERT_EQUAL(ask("STARTTLS"), 503);
    CU_ASSERT_EQUAL(ask("AUTH PLAIN AGJvYgBzZWNyZXQ="), 235);
    CU_ASSERT_EQUAL(ask("MAIL FROM:<a@b>"), 250);
    CU_ASSERT_EQUAL(ask("QUIT"), 221);
    conn_close(conn, RFC("9293", "3.6"));
    stop();
}

/* RFC 3207 §6: what somebody put behind STARTTLS is no command of ours. */
static void smtp_starttls_takes_nothing_along(void)
{
    static const char injected[] = "EHLO me\r\nSTARTTLS\r\nMAIL FROM:<m@b>\r\n";
    char line[512];

    start();
    CU_ASSERT_STRING_EQUAL(
        smtp_host_codes(smtp_host_ask(&west, injected, sizeof(injected) - 1)),
        "220 250 554");
    /* Behind the 220 it is no TLS, and no answer comes in clear. */
    call();
    CU_ASSERT_EQUAL(hear(line), 220);
    CU_ASSERT_EQUAL(ask("EHLO me"), 250);
    CU_ASSERT_EQUAL(ask("STARTTLS"), 220);
    CU_ASSERT_EQUAL(conn_say(conn, RFC("5321", "4.1"), "MAIL FROM:<m@b>"), 0);
    CU_ASSERT_EQUAL(hear(line), 0);
    CU_ASSERT_PTR_NULL(strstr(line, "250"));
    conn_close(conn, RFC("9293", "3.6"));
    stop();
}

/* A password said too early, in pieces, or to the wrong command, is masked all
 * the same. The socket's own records show what the wire shows. */
static void smtp_server_masks_passwords(void)
{
    static const char words[] =
        "EHLO me\r\nAUTH PLAIN AGJvYgBzZWNyZXQ=\r\nauth login Ym9i\r\n"
        "AUTH PLAIN\tAGJvYgBzZWNyZXQ=\r\nAUTH  PLAIN AGJvYgBzZWNyZXQ=\r\n"
        "AUTH LOGIN AGJvYgBzZWNyZXQ= AGJvYgBzZWNyZXQ=\r\nAUTH PLAIN "
        "AGJvYgBzZWNyZXQ=\n";
    struct test_run run;
    int shown = 0;

    start();
    smtp_host_ask(&west, words, sizeof(words) - 1);
    stop();
    const char *show[] = {"trace", "show", "--json", test_path("west.pcapng"),
                          NULL};
    test_run(&run, 30, show);
    CU_ASSERT_EQUAL(run.status, 0);
    for (char *line = strtok(run.out, "\n"); line; line = strtok(NULL, "\n")) {
        if (!strstr(line, "\"layer\":\"app\""))
            continue;
        shown += strstr(line, "\"name\":\"AUTH\"") != NULL;
        CU_ASSERT_PTR_NULL(strstr(line, "AGJvYgBzZWNyZXQ"));
    }
    CU_ASSERT_EQUAL(shown, 5);
    test_run_free(&run);
}

const struct test tests_smtp_login[] = {
    {"smtp_starttls_begins_anew", smtp_starttls_begins_anew},
    {"smtp_starttls_takes_nothing_along", smtp_starttls_takes_nothing_along},
    {"smtp_server_masks_passwords", smtp_server_masks_passwords},
    {NULL, NULL}};
