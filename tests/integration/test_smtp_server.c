/* SPDX-License-Identifier: MIT */
/*
 * smtp-server over a bare socket: the order of commands, for whom mail is
 * taken, what the limits are, and that what was taken is what lies there.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/integration/smtp_host.h"

static struct smtp_host west;

static void start(const char *option, const char *value)
{
    const char *more[] = {option, value, NULL};

    memset(&west, 0, sizeof(west));
    smtp_host_start(&west, "west", more);
}

#define CHECK_CODES(text, codes) \
    CU_ASSERT_STRING_EQUAL(smtp_host_codes(SMTP_ASK(&west, text)), codes)

/* ---- order -------------------------------------------------------------- */

/* RFC 5321 §4.1.4. MAIL may not stand within a transaction (RFC 5321
 * §4.1.1.2), DATA wants a recipient (RFC 5321 §4.1.1.4), RSET forgets what was
 * begun (RFC 5321 §4.1.1.5), and nothing is answered behind QUIT (RFC 5321
 * §4.1.1.10). */
static void smtp_server_keeps_the_order(void)
{
    start(NULL, NULL);
    CHECK_CODES("MAIL FROM:<a@b>\r\n", "220 503");
    CHECK_CODES("RCPT TO:<bob@west.test>\r\nDATA\r\n", "220 503 503");
    CHECK_CODES("EHLO me\r\nRCPT TO:<bob@west.test>\r\nDATA\r\n",
                "220 250 503 503");
    CHECK_CODES("EHLO me\r\nMAIL FROM:<a@b>\r\nMAIL FROM:<a@b>\r\nDATA\r\n",
                "220 250 250 503 503");
    CHECK_CODES("HELO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<no@west.test>\r\n"
                "DATA\r\nRCPT TO:<bob@west.test>\r\nRSET\r\nDATA\r\n",
                "220 250 250 550 503 250 250 503");
    /* EHLO again forgets what was begun. */
    CHECK_CODES("EHLO me\r\nMAIL FROM:<a@b>\r\nEHLO me\r\n"
                "RCPT TO:<bob@west.test>\r\n",
                "220 250 250 250 503");
    CHECK_CODES("NOOP\r\nNOOP x y\r\nRSET\r\nQUIT\r\nNOOP\r\n",
                "220 250 250 250 221");
    CHECK_CODES("EHLO\r\nEHLO a b\r\nEHLO a)b\r\nehlo [127.0.0.1]\r\n"
                "mail from:<>\r\nDATA x\r\n",
                "220 501 250 501 250 250 503");
    smtp_host_stop(&west);
}

/* RFC 5321 §4.1.1: a verb is one in any letter case, and what is none is 500.
 * VRFY wants somebody (RFC 5321 §4.1.1.6) and is told neither yes nor no (RFC
 * 5321 §3.5.3: 252); EXPN (RFC 5321 §4.1.1.7) is a command, but none of ours
 * (RFC 5321 §4.2.4: 502, not 500); HELP helps (RFC 5321 §4.1.1.8), NOOP does
 * nothing (RFC 5321 §4.1.1.9). */
static void smtp_server_answers_what_is_no_mail(void)
{
    start(NULL, NULL);
    CHECK_CODES("ehlo me\r\nnOoP\r\nBREW\r\n\r\nNOOPS\r\n",
                "220 250 250 500 500 500");
    CHECK_CODES("VRFY bob\r\nVRFY nobody\r\nVRFY\r\nEXPN x\r\nHELP\r\n",
                "220 252 252 501 502 214");
    CU_ASSERT_PTR_NULL(strstr(SMTP_ASK(&west, "VRFY bob\r\n"), "bob"));
    CU_ASSERT_PTR_NOT_NULL(strstr(SMTP_ASK(&west, "HELP\r\n"), "MAIL RCPT"));
    smtp_host_stop(&west);
}

/* RFC 5321 §4.1.1.1: EHLO is told who answers, then an extension a line; HELO
 * is told of none. */
static void smtp_server_says_what_it_can(void)
{
    start(NULL, NULL);
    const char *answer = SMTP_ASK(&west, "EHLO me\r\nNOOP\r\n");
    static const char *const lines[] = {
        "220 mx.west.test ESMTP",
        "250-mx.west.test greets me",
        "\r\n250-SIZE 134217728",
        "\r\n250-8BITMIME",
        "\r\n250-SMTPUTF8",
        "\r\n250-PIPELINING",
        "\r\n250-DSN",
        "\r\n250-AUTH SCRAM-SHA-256 CRAM-MD5\r\n",
        "\r\n250 ENHANCEDSTATUSCODES",
        "\r\n250 2.0.0 ok"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
        CU_ASSERT_PTR_NOT_NULL(strstr(answer, lines[i]));
    CU_ASSERT_PTR_NULL(strstr(answer, "STARTTLS"));
    /* RFC 2034 §4: only to who said EHLO. */
    CU_ASSERT_PTR_NOT_NULL(
        strstr(SMTP_ASK(&west, "HELO me\r\nNOOP\r\n"), "\r\n250 ok\r\n"));
    smtp_host_stop(&west);
}

/* ---- for whom ----------------------------------------------------------- */

static void smtp_server_takes_mail_for_its_own_only(void)
{
    start("--domain", "other.test");
    CHECK_CODES("EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<bob@west.test>\r\n"
                "RCPT TO:<BOB@WEST.TEST>\r\nRCPT TO:<bob@other.test>\r\n"
                "RCPT TO:<nobody@west.test>\r\nRCPT TO:<bob@east.test>\r\n"
                "RCPT TO:<postmaster>\r\nRCPT TO:<PostMaster@west.test>\r\n"
                "RCPT TO:<@r.test:bob@west.test>\r\nRCPT TO:<alice@west.test>"
                "\r\nRCPT TO:<bob%east.test@west.test>\r\n"
                "RCPT TO:<\"bob@east.test\"@west.test>\r\n",
                "220 250 250 250 250 250 550 550 250 250 250 550 550 550");
    smtp_host_stop(&west);
    /* No relay for strangers, even if there is one for users. */
    start("--relay", NULL);
    CHECK_CODES("EHLO me\r\nMAIL FROM:<bob@west.test>\r\n"
                "RCPT TO:<x@east.test>\r\nRCPT TO:<@west.test:x@east.test>\r\n",
                "220 250 250 550 550");
    smtp_host_stop(&west);
    static const char *const trusted[] = {"--relay", "--relay-from",
                                          "127.0.0.1", NULL};
    memset(&west, 0, sizeof(west));
    smtp_host_start(&west, "west", trusted);
    CHECK_CODES("EHLO me\r\nMAIL FROM:<>\r\nRCPT TO:<x@east.test>\r\n",
                "220 250 250 250");
    smtp_host_stop(&west);
}

/* RFC 6409 §4.3: at the port for submission all must log in. */
static void smtp_server_hears_users_only_at_submission(void)
{
    char port[16];

    start("--insecure-auth", NULL);
    smtp_host_stop(&west);
    snprintf(port, sizeof(port), "%u", west.port);
    const char *more[] = {"--submission-port", port, "--insecure-auth", NULL};
    smtp_host_start(&west, "west", more);
    CHECK_CODES("EHLO me\r\nMAIL FROM:<a@b>\r\n"
                "AUTH PLAIN AGJvYgBzZWNyZXQ=\r\nMAIL FROM:<a@b>\r\n",
                "220 250 530 235 250");
    smtp_host_stop(&west);
}

/* RFC 4954 §4: 334 asks on, 501 is no word of the exchange, 504 no mechanism.
 * RFC 4954 §6: 235 in, 535 out, 538 not in clear text. */
static void smtp_server_knows_its_users(void)
{
    start("--insecure-auth", NULL);
    CHECK_CODES("AUTH PLAIN AGJvYgBzZWNyZXQ=\r\n", "220 503");
    /* bob, secret; bob, wrong; an empty response; no base64; cancelled. */
    CHECK_CODES("EHLO me\r\nAUTH PLAIN AGJvYgBzZWNyZXQ=\r\n"
                "AUTH PLAIN AGJvYgBzZWNyZXQ=\r\n",
                "220 250 235 503");
    CHECK_CODES("EHLO me\r\nAUTH PLAIN AGJvYgB3cm9uZw==\r\nAUTH PLAIN =\r\n"
                "AUTH PLAIN !!\r\nAUTH PLAIN\r\n*\r\nAUTH X\r\n"
                "AUTH LOGIN\r\nYm9i\r\nc2VjcmV0\r\n",
                "220 250 535 501 501 334 501 504 334 334 235");
    CHECK_CODES("EHLO me\r\nAUTH PLAIN AGJvYgB3cm9uZw==\r\n"
                "AUTH PLAIN AG5vYm9keQB3cm9uZw==\r\n"
                "AUTH PLAIN AGJvYgB3cm9uZw==\r\nNOOP\r\n",
                "220 250 535 535 421");
    /* What is no line is the end here, too. */
    CHECK_CODES("EHLO me\r\nAUTH PLAIN\r\nAGJvYgBzZWNyZXQ=\nNOOP\r\n",
                "220 250 334 500");
    smtp_host_stop(&west);
    /* RFC 4954 §9: no password in clear text. */
    start(NULL, NULL);
    CHECK_CODES("EHLO me\r\nAUTH PLAIN AGJvYgBzZWNyZXQ=\r\n", "220 250 538");
    smtp_host_stop(&west);
}

/* ---- messages ----------------------------------------------------------- */

#define ENVELOPE "EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<bob@west.test>\r\n"

/* Return-Path and Received (RFC 5321 §4.4), then the message to the byte. */
static void smtp_server_stores_what_it_hears(void)
{
    size_t length;

    start(NULL, NULL);
    CHECK_CODES(ENVELOPE "DATA\r\nSubject: x\r\n\r\n..\r\n...a\r\n\xff\r\n"
                         ".\r\nQUIT\r\n",
                "220 250 250 250 354 250 221");
    char *mail = smtp_host_read(&west, "bob", 0, &length);
    CU_ASSERT_PTR_NOT_NULL_FATAL(mail);
    CU_ASSERT_NSTRING_EQUAL(mail,
                            "Return-Path: <a@b>\r\n"
                            "Received: from me ([127.0.0.1])\r\n"
                            " by mx.west.test with ESMTP id ",
                            82);
    CU_ASSERT_PTR_NOT_NULL(strstr(mail, "\r\n for <bob@west.test>;\r\n "));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(mail, " +0000\r\nSubject: x\r\n\r\n.\r\n..a\r\n\xff\r\n"));
    free(mail);
    /* One copy for two names of one mailbox; none without an end. */
    CHECK_CODES(ENVELOPE "RCPT TO:<postmaster>\r\nRCPT TO:<BOB@west.test>\r\n"
                         "DATA\r\nx: y\r\n.\r\n",
                "220 250 250 250 250 250 354 250");
    CHECK_CODES(ENVELOPE "DATA\r\nx: y\r\n", "220 250 250 250 354");
    CU_ASSERT_EQUAL(smtp_host_mail(&west, "bob"), 2);
    CU_ASSERT_EQUAL(smtp_host_mail(&west, "postmaster"), 1);
    CU_ASSERT_EQUAL(smtp_host_queued(&west), 0);
    smtp_host_stop(&west);
}

/* Whatever stands behind a false end, there is one message at most, and
 * after a bare LF or CR none and no connection. */
static void smtp_server_lets_no_message_be_smuggled(void)
{
    static const char *const ends[] = {"\n.\n",     "\n.\r\n",   "\r\n.\n",
                                       "\r.\r",     "\r.\r\n",   "\r\n.\r",
                                       "\r\n.\r\r", "\n.\r",     "\r.\n",
                                       "\n\n.\n\n", "\r\r\n.\n", "\n\r.\n\r"};
    char text[1024];

    start(NULL, NULL);
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
        int length =
            snprintf(text, sizeof(text),
                     ENVELOPE "DATA\r\nSubject: one\r\n\r\ntext%s"
                              "MAIL FROM:<admin@west.test>\r\n"
                              "RCPT TO:<bob@west.test>\r\nDATA\r\n"
                              "Subject: two\r\n\r\ntext\r\n.\r\nQUIT\r\n",
                     ends[i]);
        CU_ASSERT_STRING_EQUAL(
            smtp_host_codes(smtp_host_ask(&west, text, (size_t)length)),
            "220 250 250 250 354 554");
    }
    CU_ASSERT_EQUAL(smtp_host_mail(&west, "bob"), 0);
    /* Among commands as well. */
    CHECK_CODES("EHLO me\nNOOP\r\n", "220 500");
    CHECK_CODES("EHLO me\r\nNOOP\rNOOP\r\nNOOP\r\n", "220 250 500");
    smtp_host_stop(&west);
}

/* ---- limits ------------------------------------------------------------- */

static char *repeat(const char *begin, const char *piece, size_t times,
                    const char *end)
{
    char *text =
        malloc(strlen(begin) + times * strlen(piece) + strlen(end) + 1);
    char *at = stpcpy(text, begin);

    for (size_t i = 0; i < times; i++)
        at = stpcpy(at, piece);
    stpcpy(at, end);
    return text;
}

static const char *ask_repeated(const char *begin, const char *piece,
                                size_t times, const char *end)
{
    char *text = repeat(begin, piece, times, end);
    const char *codes =
        smtp_host_codes(smtp_host_ask(&west, text, strlen(text)));

    free(text);
    return codes;
}

/* RFC 5321 §4.5.3: of a command line (RFC 5321 §4.5.3.1.4), of a message, told
 * by MAIL (RFC 1870 §6.1) or met in the data, of recipients, of patience. */
static void smtp_server_has_limits(void)
{
    start("--max-size", "1000");
    CU_ASSERT_STRING_EQUAL(ask_repeated("NOOP ", "x", 20000, "\r\nNOOP\r\n"),
                           "220 500 250");
    CU_ASSERT_STRING_EQUAL(ask_repeated("NOOP ", "x", 12000, "\r\nNOOP\r\n"),
                           "220 250 250");
    CHECK_CODES("EHLO me\r\nMAIL FROM:<a@b> SIZE=1001\r\n"
                "MAIL FROM:<a@b> SIZE=1000\r\n",
                "220 250 552 250");
    /* RFC 1870 §6.3: more than was said. */
    CU_ASSERT_STRING_EQUAL(
        ask_repeated(ENVELOPE "DATA\r\n", "0123456\r\n", 200, ".\r\nNOOP\r\n"),
        "220 250 250 250 354 552 250");
    CU_ASSERT_EQUAL(smtp_host_mail(&west, "bob"), 0);
    const char *codes =
        ask_repeated(ENVELOPE, "RCPT TO:<bob@west.test>\r\n", 1001, "");
    CU_ASSERT_STRING_EQUAL(codes + strlen(codes) - 11, "250 452 452");
    /* A hundred mistakes are enough. */
    codes = ask_repeated("", "X\r\n", 200, "");
    CU_ASSERT_EQUAL(strlen(codes), 3 + 101 * 4);
    CU_ASSERT_STRING_EQUAL(codes + strlen(codes) - 7, "500 421");
    smtp_host_stop(&west);
}

/* RFC 5321 §6.3. */
static void smtp_server_ends_a_loop(void)
{
    start(NULL, NULL);
    CU_ASSERT_STRING_EQUAL(ask_repeated(ENVELOPE "DATA\r\n",
                                        "Received: from x by y; z\r\n", 99,
                                        "\r\n\r\n.\r\n"),
                           "220 250 250 250 354 250");
    CU_ASSERT_STRING_EQUAL(ask_repeated(ENVELOPE "DATA\r\n",
                                        "Received: from x by y; z\r\n", 100,
                                        "\r\n\r\n.\r\n"),
                           "220 250 250 250 354 554");
    smtp_host_stop(&west);
}

/* The replies to a line that comes a byte at a time and never ends. */
static const char *drip(void)
{
    static char answer[512];
    int fd = smtp_host_connect(&west);
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    size_t used = 0;
    ssize_t got = 1;

    while (got > 0) {
        if (send(fd, "x", 1, MSG_NOSIGNAL) < 0)
            wait.events = POLLIN; /* it has closed: read what it said */
        if (poll(&wait, 1, 20) <= 0)
            continue;
        got = recv(fd, answer + used, sizeof(answer) - 1 - used, 0);
        used += got > 0 ? (size_t)got : 0;
    }
    answer[used] = '\0';
    close(fd);
    return smtp_host_codes(answer);
}

/* RFC 5321 §4.5.3.2.7 and §3.8: 421, however slowly the line comes. */
static void smtp_server_hangs_up_on_silence(void)
{
    char answer[512];
    size_t used = 0;
    ssize_t got;

    start("--idle-timeout", "0.3");
    int fd = smtp_host_connect(&west);
    while ((got = recv(fd, answer + used, sizeof(answer) - 1 - used, 0)) > 0)
        used += (size_t)got;
    answer[used] = '\0';
    close(fd);
    CU_ASSERT_STRING_EQUAL(smtp_host_codes(answer), "220 421");
    CU_ASSERT_STRING_EQUAL(drip(), "220 421");
    smtp_host_stop(&west);
}

/* ---- many --------------------------------------------------------------- */

/* RFC 2920 §3.2: a thousand commands in one write, each answered, in order. */
static void smtp_server_answers_a_flight_in_order(void)
{
    char *flight = malloc(100000), *at = stpcpy(flight, "EHLO me\r\n");
    size_t replies = 0;
    const char *answer, *line;

    start(NULL, NULL);
    for (int i = 0; i < 333; i++) {
        at = stpcpy(at, "MAIL FROM:<a@b>\r\n");
        at += sprintf(at, "RCPT TO:<nobody%d@west.test>\r\n", i);
        at = stpcpy(at, "RSET\r\n");
    }
    stpcpy(at, "QUIT\r\n");
    answer = smtp_host_ask(&west, flight, strlen(flight));
    line = strstr(answer, "250 ENHANCEDSTATUSCODES\r\n");
    CU_ASSERT_PTR_NOT_NULL_FATAL(line);
    line = strchr(line, '\n') + 1;
    for (int i = 0; i < 333; i++) {
        char want[128];

        CU_ASSERT_NSTRING_EQUAL(line, "250 2.1.0 ", 10);
        line = strchr(line, '\n') + 1;
        snprintf(want, sizeof(want), "550 5.1.1 nobody%d@west.test", i);
        CU_ASSERT_NSTRING_EQUAL(line, want, strlen(want));
        line = strchr(line, '\n') + 1;
        CU_ASSERT_NSTRING_EQUAL(line, "250 2.0.0 ", 10);
        line = strchr(line, '\n') + 1;
        replies += 3;
    }
    CU_ASSERT_NSTRING_EQUAL(line, "221 ", 4);
    CU_ASSERT_EQUAL(replies, 999);
    free(flight);
    smtp_host_stop(&west);
}

enum { CLIENTS = 200 };

/* All connected before the first is served to its end; nothing is lost. */
static void smtp_server_serves_two_hundred_at_once(void)
{
    static const char words[] =
        ENVELOPE "DATA\r\nSubject: many\r\n\r\ntext\r\n.\r\nQUIT\r\n";
    int fds[CLIENTS];
    char answer[2048];

    start(NULL, NULL);
    for (int i = 0; i < CLIENTS; i++)
        CU_ASSERT_FATAL((fds[i] = smtp_host_connect(&west)) >= 0);
    for (int i = 0; i < CLIENTS; i++)
        CU_ASSERT_EQUAL(recv(fds[i], answer, 4, MSG_PEEK), 4);
    long kib = test_memory_kib(west.pid);
    printf("    %d clients at once: %ld KiB each\n", CLIENTS, kib / CLIENTS);
    CU_ASSERT(kib / CLIENTS < 8 * 1024);
    for (int i = 0; i < CLIENTS; i++)
        CU_ASSERT(send(fds[i], words, sizeof(words) - 1, MSG_NOSIGNAL) > 0);
    for (int i = 0; i < CLIENTS; i++) {
        size_t used = 0;
        ssize_t got;

        while ((got = recv(fds[i], answer + used, sizeof(answer) - 1 - used,
                           0)) > 0)
            used += (size_t)got;
        answer[used] = '\0';
        CU_ASSERT_STRING_EQUAL(smtp_host_codes(answer),
                               "220 250 250 250 354 250 221");
        close(fds[i]);
    }
    CU_ASSERT_EQUAL(smtp_host_mail(&west, "bob"), CLIENTS);
    smtp_host_stop(&west);
}

const struct test tests_smtp_server[] = {
    {"smtp_server_keeps_the_order", smtp_server_keeps_the_order},
    {"smtp_server_answers_what_is_no_mail",
     smtp_server_answers_what_is_no_mail},
    {"smtp_server_says_what_it_can", smtp_server_says_what_it_can},
    {"smtp_server_takes_mail_for_its_own_only",
     smtp_server_takes_mail_for_its_own_only},
    {"smtp_server_hears_users_only_at_submission",
     smtp_server_hears_users_only_at_submission},
    {"smtp_server_knows_its_users", smtp_server_knows_its_users},
    {"smtp_server_stores_what_it_hears", smtp_server_stores_what_it_hears},
    {"smtp_server_lets_no_message_be_smuggled",
     smtp_server_lets_no_message_be_smuggled},
    {"smtp_server_has_limits", smtp_server_has_limits},
    {"smtp_server_ends_a_loop", smtp_server_ends_a_loop},
    {"smtp_server_hangs_up_on_silence", smtp_server_hangs_up_on_silence},
    {"smtp_server_answers_a_flight_in_order",
     smtp_server_answers_a_flight_in_order},
    {"smtp_server_serves_two_hundred_at_once",
     smtp_server_serves_two_hundred_at_once},
    {NULL, NULL}};
