/* SPDX-License-Identifier: MIT */
/*
 * Two smtp-servers, east and west: mail goes to one and arrives at the other,
 * or its sender hears why not. East's clock is a file, so that hours of waiting
 * take no time.
 */
#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/deadline.h"
#include "tests/integration/smtp_host.h"

static struct smtp_host east, west;
static char route[64], back[64];

static void set_clock(long seconds)
{
    char text[32];
    int length = snprintf(text, sizeof(text), "%ld\n", seconds);

    test_write_file(test_path("clock"), text, (size_t)length);
}

static void start_west(void)
{
    const char *more[] = {"--relay", "--relay-from", "127.0.0.1",
                          "--route", back,           NULL};

    smtp_host_start(&west, "west", more);
}

/* East relays for us; what is for west.test goes to west, and reports come
 * back. West has to know east's port, so east is started twice. */
static void start_both(void)
{
    memset(&east, 0, sizeof(east));
    memset(&west, 0, sizeof(west));
    set_clock(0);
    smtp_host_start(&east, "east", NULL);
    smtp_host_stop(&east);
    snprintf(back, sizeof(back), "east.test=127.0.0.1:%u", east.port);
    start_west();
    snprintf(route, sizeof(route), "west.test=127.0.0.1:%u", west.port);
    const char *more[] = {
        "--relay", "--relay-from", "127.0.0.1",        "--route",
        route,     "--clock",      test_path("clock"), NULL};
    smtp_host_start(&east, "east", more);
}

static void stop_both(void)
{
    smtp_host_stop(&east);
    smtp_host_stop(&west);
}

#define TO_WEST(sender, recipient) \
    "EHLO me.test\r\nMAIL FROM:<" sender ">\r\nRCPT TO:<" recipient ">\r\n"
#define MESSAGE "DATA\r\nSubject: x\r\n\r\ntext\r\n.\r\n"

#define CHECK_TAKEN(text)                                            \
    CU_ASSERT_STRING_EQUAL(smtp_host_codes(SMTP_ASK(&east, (text))), \
                           "220 250 250 250 354 250")

/* ---- byte for byte ------------------------------------------------------ */

/* Sends `body` with its dots stuffed; it must arrive as it is behind two
 * Received fields and Return-Path. */
static void check_arrives(const char *body, size_t length, size_t number)
{
    static const char begin[] =
        TO_WEST("alice@east.test", "bob@west.test") "DATA\r\n";
    char *wire = malloc(2 * length + 256), *at, *mail;
    size_t got;

    at = stpcpy(wire, begin);
    for (size_t i = 0; i < length; i++) {
        if (body[i] == '.' && (i == 0 || body[i - 1] == '\n'))
            *at++ = '.';
        *at++ = body[i];
    }
    at = stpcpy(at, ".\r\n");
    CU_ASSERT_STRING_EQUAL(
        smtp_host_codes(smtp_host_ask(&east, wire, (size_t)(at - wire))),
        "220 250 250 250 354 250");
    free(wire);
    CU_ASSERT_FATAL(smtp_host_gets(&west, "bob", number));
    mail = smtp_host_read(&west, "bob", number - 1, &got);
    CU_ASSERT_PTR_NOT_NULL_FATAL(mail);
    CU_ASSERT_FATAL(got > length);
    CU_ASSERT_EQUAL(memcmp(mail + got - length, body, length), 0);
    mail[got - length] = '\0';
    size_t received = 0;
    for (at = mail; (at = strstr(at, "Received: ")) != NULL; at++)
        received++;
    CU_ASSERT_EQUAL(received, 2);
    CU_ASSERT_NSTRING_EQUAL(mail, "Return-Path: <alice@east.test>\r\n", 32);
    free(mail);
}

static char *line_of(size_t octets, size_t *length)
{
    char *body = malloc(octets + 32), *at = stpcpy(body, "Subject: x\r\n\r\n");

    memset(at, 'x', octets);
    at = stpcpy(at + octets, "\r\n");
    *length = (size_t)(at - body);
    return body;
}

/* The last of them has 50 MB of every byte that mail can carry. */
static char *large_body(size_t *length)
{
    enum { MEGABYTES = 50 };
    size_t room = MEGABYTES * 1000000, at = 0;
    char *body = malloc(room + 64);
    uint32_t random = 1;

    at = (size_t)sprintf(body, "Subject: large\r\n\r\n");
    while (at < room) {
        random = random * 1103515245 + 12345;
        char c = (char)(random >> 16);
        if (random >> 26 == 0) {
            body[at++] = '\r';
            body[at++] = '\n';
            if (random >> 8 & 1)
                body[at++] = '.';
        } else if (c != '\r' && c != '\n') {
            body[at++] = c;
        }
    }
    body[at++] = '\r';
    body[at++] = '\n';
    *length = at;
    return body;
}

/* The folder's files, in the order of their names, are bob's messages. */
static void check_folder(const char *folder, size_t count)
{
    struct dirent **names;
    int found = scandir(folder, &names, NULL, alphasort);
    size_t number = 0;

    for (int i = 0; i < found; i++) {
        char path[1024];
        size_t length = 0, wanted = 0;

        if (names[i]->d_name[0] != '.') {
            snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
            char *got = test_read_file(path, &length);
            char *want = smtp_host_read(&west, "bob", number++, &wanted);
            CU_ASSERT(got && want && length == wanted &&
                      memcmp(got, want, length) == 0);
            free(got);
            free(want);
        }
        free(names[i]);
    }
    if (found >= 0)
        free(names);
    CU_ASSERT_EQUAL(number, count);
}

/* Out again as the protocols of mailboxes give it: every octet of it. */
static void check_fetched(const char *server, const char *client,
                          const char *command, const char *set, size_t count)
{
    const char *serve[] = {server,        "--maildir",           west.folder,
                           "--accounts",  test_path("accounts"), "--listen",
                           "127.0.0.1:0", "--insecure-auth",     NULL};
    char url[64], folder[512];
    struct test_run run;
    uint16_t port;
    pid_t pid = test_start(serve, &port, 1);

    snprintf(url, sizeof(url), "%.4s://bob@127.0.0.1:%u", server, port);
    snprintf(folder, sizeof(folder), "%s/", test_path(server));
    const char *fetch[] = {
        client, "--insecure-auth", "-u", "bob:secret", "-o", folder,
        url,    command,           set,  NULL};
    test_run(&run, 120, fetch);
    if (run.status != 0)
        fprintf(stderr, "%s", run.err);
    CU_ASSERT_EQUAL(run.status, 0);
    test_run_free(&run);
    test_stop(pid);
    check_folder(folder, count);
}

static void smtp_relay_changes_no_byte(void)
{
    static const struct {
        const char *body;
        size_t length;
    } nasty[] = {
#define BODY(text) {text, sizeof(text) - 1}
        BODY("Subject: dots\r\n\r\n.\r\n..\r\n...\r\n. \r\n.a\r\n\r\n.\r\n"),
        BODY("Subject: eight bits\r\n\r\n\x80\xff\xc3\xbc\x00\x01\x1b[2J\r\n"),
        BODY("Subject: empty\r\n\r\n"),
        BODY("Subject: no empty line\r\n"),
        BODY("\r\nonly a body\r\n"),
        BODY("\r\n"),
        BODY(""),
        BODY("Subject: blanks \r\n\t folded\r\n\r\n \t \r\n\r\n\r\n"),
        BODY("From nobody\r\n\r\nFrom here\r\n>From there\r\n"),
    };
    size_t number = 0, length;
    char *body;

    start_both();
    for (size_t i = 0; i < sizeof(nasty) / sizeof(*nasty); i++)
        check_arrives(nasty[i].body, nasty[i].length, ++number);
    body = line_of(998, &length);
    check_arrives(body, length, ++number);
    free(body);
    body = line_of(10000, &length);
    check_arrives(body, length, ++number);
    free(body);
    body = large_body(&length);
    check_arrives(body, length, ++number);
    free(body);
    CU_ASSERT(smtp_host_drains(&east));
    check_fetched("pop3-server", "pop3-client", "retr", "all", number);
    check_fetched("imap-server", "imap-client", "fetch", "1:*", number);
    stop_both();
}

/* ---- reports ------------------------------------------------------------ */

static bool mail_has(const struct smtp_host *host, const char *account,
                     size_t index, const char *text)
{
    char *mail = smtp_host_read(host, account, index, NULL);
    bool found = mail && strstr(mail, text) != NULL;

    free(mail);
    return found;
}

static void smtp_relay_reports_who_does_not_exist(void)
{
    static const char *const parts[] = {
        "Return-Path: <>\r\n",
        "To: <alice@east.test>\r\n",
        "Content-Type: multipart/report; report-type=delivery-status;\r\n",
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; "
        "mx.east.test\r\n",
        "\r\nFinal-Recipient: rfc822; nobody@west.test\r\nAction: failed\r\n"
        "Status: 5.1.1\r\nRemote-MTA: dns; 127.0.0.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 ",
        "Content-Type: message/rfc822\r\n\r\nReceived: from me.test",
        "\r\nSubject: x\r\n\r\ntext\r\n\r\n--=_"};

    start_both();
    CHECK_TAKEN(TO_WEST("alice@east.test", "nobody@west.test") MESSAGE);
    CU_ASSERT(smtp_host_gets(&east, "alice@east.test", 1));
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        CU_ASSERT(mail_has(&east, "alice@east.test", 0, parts[i]));
    /* RFC 5321 §4.5.5: of what has a null reverse-path nobody is told. */
    CHECK_TAKEN(TO_WEST("", "nobody@west.test") MESSAGE);
    CU_ASSERT(smtp_host_drains(&east));
    CU_ASSERT_EQUAL(smtp_host_mail(&east, "alice@east.test"), 1);
    stop_both();
}

/* RFC 3461: what is asked for is told, and nothing else; RET=HDRS. */
static void smtp_relay_reports_what_was_asked_for(void)
{
    start_both();
    CHECK_TAKEN("EHLO me.test\r\nMAIL FROM:<alice@east.test> RET=HDRS "
                "ENVID=q+2B1\r\nRCPT TO:<nobody@west.test> "
                "ORCPT=rfc822;no+2Bone@x.test\r\n" MESSAGE);
    CU_ASSERT(smtp_host_gets(&east, "alice@east.test", 1));
    CU_ASSERT(mail_has(&east, "alice@east.test", 0,
                       "\r\nOriginal-Envelope-Id: q+1\r\n"));
    CU_ASSERT(mail_has(&east, "alice@east.test", 0,
                       "\r\nOriginal-Recipient: rfc822;no+one@x.test\r\n"));
    CU_ASSERT(mail_has(&east, "alice@east.test", 0, "text/rfc822-headers"));
    CU_ASSERT_FALSE(mail_has(&east, "alice@east.test", 0, "\r\ntext\r\n"));
    CHECK_TAKEN("EHLO me.test\r\nMAIL FROM:<alice@east.test>\r\n"
                "RCPT TO:<nobody@west.test> NOTIFY=NEVER\r\n" MESSAGE);
    CU_ASSERT(smtp_host_drains(&east));
    CU_ASSERT_EQUAL(smtp_host_mail(&east, "alice@east.test"), 1);
    /* The last server tells of success, and its report comes back to us. */
    CHECK_TAKEN("EHLO me.test\r\nMAIL FROM:<alice@east.test> ENVID=q+2B2\r\n"
                "RCPT TO:<bob@west.test> NOTIFY=SUCCESS "
                "ORCPT=rfc822;b+2Bo@x.test\r\n" MESSAGE);
    CU_ASSERT(smtp_host_gets(&east, "alice@east.test", 2));
    CU_ASSERT(mail_has(&east, "alice@east.test", 1,
                       "\r\nOriginal-Envelope-Id: q+2\r\n"));
    CU_ASSERT(mail_has(&east, "alice@east.test", 1,
                       "\r\nOriginal-Recipient: rfc822;b+o@x.test\r\n"));
    CU_ASSERT(mail_has(&east, "alice@east.test", 1,
                       "Reporting-MTA: dns; mx.west.test\r\n"));
    CU_ASSERT(mail_has(&east, "alice@east.test", 1, "Action: delivered\r\n"));
    stop_both();
}

/* RFC 6531: an address beyond ASCII goes on as it came. */
static void smtp_relay_passes_on_utf8(void)
{
    start_both();
    CU_ASSERT_STRING_EQUAL(
        smtp_host_codes(SMTP_ASK(
            &east, "EHLO me.test\r\nMAIL FROM:<j\xc3\xbcrgen@east.test> "
                   "SMTPUTF8\r\nRCPT TO:<bob@west.test>\r\n" MESSAGE)),
        "220 250 250 250 354 250");
    CU_ASSERT(smtp_host_gets(&west, "bob", 1));
    CU_ASSERT(mail_has(&west, "bob", 0,
                       "Return-Path: <j\xc3\xbcrgen@east.test>\r\n"));
    CU_ASSERT(mail_has(&west, "bob", 0, " with UTF8SMTP id "));
    stop_both();
}

/* ---- waiting ------------------------------------------------------------ */

/* What the queue's only envelope says, once it has been tried so often. */
static bool waits_after(unsigned attempts, long *next_s)
{
    deadline_ns deadline = deadline_in_ms(30000);
    char command[700], line[128] = "";
    unsigned made = 0;

    snprintf(command, sizeof(command),
             "cat %s/.queue/*.envelope 2>/dev/null | grep ATTEMPTS",
             east.folder);
    while (!deadline_passed(deadline)) {
        FILE *pipe = popen(command, "r");

        if (fgets(line, sizeof(line), pipe) == NULL)
            line[0] = '\0';
        pclose(pipe);
        if (sscanf(line, "ATTEMPTS %u NEXT %ld", &made, next_s) == 2 &&
            made == attempts)
            return true;
        poll(NULL, 0, 5);
    }
    return false;
}

/* RFC 5321 §4.5.4.1: the intervals grow; nothing is tried before its time. */
static void smtp_relay_tries_again_later(void)
{
    long next_s[6] = {0}, clock_s = 0;

    start_both();
    smtp_host_stop(&west);
    CHECK_TAKEN(TO_WEST("alice@east.test", "bob@west.test") MESSAGE);
    CU_ASSERT_FATAL(waits_after(1, &next_s[1]));
    for (unsigned attempt = 2; attempt <= 4; attempt++) {
        clock_s += 1800L << (attempt - 2);
        set_clock(clock_s + 5);
        CU_ASSERT_FATAL(waits_after(attempt, &next_s[attempt]));
    }
    /* Half an hour, an hour, two hours, four hours: from attempt to attempt,
     * give or take the seconds that this test takes. */
    CU_ASSERT(next_s[3] - next_s[2] >= 2 * 3600);
    CU_ASSERT(next_s[4] - next_s[3] >= 4 * 3600);
    CU_ASSERT(next_s[4] - next_s[3] <= 4 * 3600 + 120);
    CU_ASSERT_EQUAL(smtp_host_mail(&east, "alice@east.test"), 0);
    start_west();
    set_clock(clock_s + 4 * 3600 + 60);
    CU_ASSERT(smtp_host_gets(&west, "bob", 1));
    CU_ASSERT(smtp_host_drains(&east));
    stop_both();
}

/* First a report that it waits, then one that it was given up. */
static void smtp_relay_gives_up_in_the_end(void)
{
    long next_s;

    start_both();
    smtp_host_stop(&west);
    CHECK_TAKEN(TO_WEST("alice@east.test", "bob@west.test") MESSAGE);
    CU_ASSERT_FATAL(waits_after(1, &next_s));
    set_clock(5 * 3600);
    CU_ASSERT(smtp_host_gets(&east, "alice@east.test", 1));
    CU_ASSERT(mail_has(&east, "alice@east.test", 0, "Action: delayed\r\n"));
    CU_ASSERT(mail_has(&east, "alice@east.test", 0, "\r\nWill-Retry-Until: "));
    CU_ASSERT_FATAL(waits_after(2, &next_s));
    set_clock(6 * 24 * 3600);
    CU_ASSERT(smtp_host_gets(&east, "alice@east.test", 2));
    CU_ASSERT(mail_has(&east, "alice@east.test", 1, "Action: failed\r\n"));
    CU_ASSERT(smtp_host_drains(&east));
    start_west();
    stop_both();
}

/* What was queued when the server was stopped is delivered by the next one. */
static void smtp_relay_survives_a_restart(void)
{
    long next_s;

    start_both();
    smtp_host_stop(&west);
    CHECK_TAKEN(TO_WEST("alice@east.test", "bob@west.test") MESSAGE);
    CU_ASSERT_FATAL(waits_after(1, &next_s));
    smtp_host_stop(&east);
    start_west();
    const char *later[] = {"--relay", "--route",          route,
                           "--clock", test_path("clock"), NULL};
    set_clock(1900);
    smtp_host_start(&east, "east", later);
    CU_ASSERT(smtp_host_gets(&west, "bob", 1));
    CU_ASSERT(smtp_host_drains(&east));
    stop_both();
}

/* ---- loops -------------------------------------------------------------- */

/* Each thinks that the other has loop.test: RFC 5321 §6.3 ends it. */
static void smtp_relay_ends_a_loop(void)
{
    char to_west[64], to_east[64];

    start_both();
    stop_both();
    snprintf(to_west, sizeof(to_west), "loop.test=127.0.0.1:%u", west.port);
    snprintf(to_east, sizeof(to_east), "loop.test=127.0.0.1:%u", east.port);
    const char *of_east[] = {"--relay", "--relay-from", "127.0.0.1", "--route",
                             to_west,   "--route",      route,       NULL};
    const char *of_west[] = {"--relay", "--relay-from", "127.0.0.1", "--route",
                             to_east,   "--route",      back,        NULL};
    smtp_host_start(&east, "east", of_east);
    smtp_host_start(&west, "west", of_west);
    CHECK_TAKEN(TO_WEST("alice@east.test", "x@loop.test") MESSAGE);
    CU_ASSERT(smtp_host_gets(&east, "alice@east.test", 1));
    CU_ASSERT(mail_has(&east, "alice@east.test", 0, "554 5.4.6 100 servers"));
    CU_ASSERT(smtp_host_drains(&east) && smtp_host_drains(&west));
    stop_both();
}

const struct test tests_smtp_relay[] = {
    {"smtp_relay_changes_no_byte", smtp_relay_changes_no_byte},
    {"smtp_relay_reports_who_does_not_exist",
     smtp_relay_reports_who_does_not_exist},
    {"smtp_relay_reports_what_was_asked_for",
     smtp_relay_reports_what_was_asked_for},
    {"smtp_relay_passes_on_utf8", smtp_relay_passes_on_utf8},
    {"smtp_relay_tries_again_later", smtp_relay_tries_again_later},
    {"smtp_relay_gives_up_in_the_end", smtp_relay_gives_up_in_the_end},
    {"smtp_relay_survives_a_restart", smtp_relay_survives_a_restart},
    {"smtp_relay_ends_a_loop", smtp_relay_ends_a_loop},
    {NULL, NULL}};
