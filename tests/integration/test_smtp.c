/* SPDX-License-Identifier: MIT */
/*
 * smtp-client against smtp-server: what arrives, what is told when somebody is
 * refused, where a run stops, and what is wrong about a command line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/trace.h"
#include "tests/integration/smtp_host.h"

static struct smtp_host west;
static char url[64];

static void start(const char *const *more)
{
    memset(&west, 0, sizeof(west));
    smtp_host_start(&west, "west", more);
    snprintf(url, sizeof(url), "smtp://127.0.0.1:%u", west.port);
}

/* Runs smtp-client with these words, after alice has been named as sender. */
static void client(struct test_run *run, const char *const *words)
{
    const char *argv[40] = {"smtp-client", "--max-time", "20", "--mail-from",
                            "alice@east.test"};
    size_t count = 5;

    while (*words && count < 39)
        argv[count++] = *words++;
    test_run(run, 30, argv);
}

#define CLIENT(run, ...) client((run), (const char *const[]){__VA_ARGS__, NULL})

static void check_status(int status, const char *const *words)
{
    struct test_run run;

    client(&run, words);
    if (run.status != status)
        fprintf(stderr, "%d, not %d: %s\n", run.status, status, run.err);
    CU_ASSERT_EQUAL(run.status, status);
    CU_ASSERT_EQUAL(run.out_length, 0);
    test_run_free(&run);
}

#define STATUS(status, ...) \
    check_status((status), (const char *const[]){__VA_ARGS__, NULL})

static const char mail[] = "Subject: x\r\n\r\n.\r\n..\r\nna\xc3\xafve \xff\r\n";

/* How many messages of bob are this one, whatever stands on top of it. */
static size_t copies(const char *octets)
{
    size_t length, found = 0, count = smtp_host_mail(&west, "bob");

    for (size_t i = 0; i < count; i++) {
        char *text = smtp_host_read(&west, "bob", i, &length);
        size_t tail = strlen(octets);

        found += text && length >= tail &&
                 memcmp(text + length - tail, octets, tail) == 0;
        free(text);
    }
    return found;
}

static void smtp_client_sends_files_and_standard_input(void)
{
    struct test_run run;
    char command[512];

    start(NULL);
    test_write_file(test_path("m"), mail, sizeof(mail) - 1);
    STATUS(0, "--mail-rcpt", "bob@west.test", "-T", test_path("m"), url);
    STATUS(0, "--mail-rcpt", "<bob@west.test>", url, test_path("m"),
           test_path("m"), "--no-pipelining");
    snprintf(command, sizeof(command),
             "%s/smtp-client --mail-from '' --mail-rcpt bob@west.test -T - %s "
             "< %s",
             TEST_BIN, url, test_path("m"));
    const char *argv[] = {"sh", "-c", command, NULL};
    test_run(&run, 20, argv);
    CU_ASSERT_EQUAL(run.status, 0);
    test_run_free(&run);
    CU_ASSERT(smtp_host_gets(&west, "bob", 4));
    CU_ASSERT_EQUAL(copies(mail), 4);
    smtp_host_stop(&west);
}

static void smtp_client_tells_each_who_is_refused(void)
{
    struct test_run run;

    start(NULL);
    CLIENT(&run, "--mail-rcpt", "eve@west.test", "--mail-rcpt", "bob@west.test",
           "--mail-rcpt", "eve@elsewhere.test", "-d", "x", url);
    CU_ASSERT_EQUAL(run.status, 1);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(run.err, "eve@west.test failed: 127.0.0.1 said 550 5.1.1 "));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(run.err, "eve@elsewhere.test failed: 127.0.0.1 said 5"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "2 of 3 recipients refused"));
    CU_ASSERT(smtp_host_gets(&west, "bob", 1));
    test_run_free(&run);
    STATUS(1, "--mail-rcpt", "eve@west.test", "-d", "x", url);
    smtp_host_stop(&west);
}

/* What was said, by the record: the names of the client's messages. */
static void said(char *names, size_t size, const char *path)
{
    struct trace_file file = {0};
    struct error error = {0};
    size_t length = 0;

    names[0] = '\0';
    CU_ASSERT_EQUAL_FATAL(trace_read(&file, path, &error), 0);
    for (size_t i = 0; i < file.event_count; i++) {
        const struct trace_event *event = &file.events[i];

        CU_ASSERT_PTR_NOT_NULL(event->rfc.number);
        if (event->layer == TRACE_LAYER_APP && event->dir == TRACE_DIR_OUT)
            length += (size_t)snprintf(names + length, size - length, "%s%s",
                                       length > 0 ? " " : "", event->name);
    }
    trace_file_free(&file);
}

static void smtp_client_stops_where_it_is_told(void)
{
    static const struct {
        const char *stage, *said;
    } stages[] = {{"connect", "QUIT"},
                  {"ehlo", "EHLO QUIT"},
                  {"tls", "EHLO QUIT"},
                  {"auth", "EHLO AUTH response response QUIT"},
                  {"mail", "EHLO AUTH response response MAIL QUIT"},
                  {"RCPT", "EHLO AUTH response response MAIL RCPT QUIT"},
                  {"data", "EHLO AUTH response response MAIL RCPT DATA"}};
    char names[256];

    start(NULL);
    for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
        STATUS(0, "--mail-rcpt", "bob@west.test", "-u", "bob:secret",
               "--insecure-auth", "--trace", test_path("t"), "--quit-after",
               stages[i].stage, url);
        said(names, sizeof(names), test_path("t"));
        CU_ASSERT_STRING_EQUAL(names, stages[i].said);
    }
    CU_ASSERT_EQUAL(smtp_host_mail(&west, "bob"), 0);
    smtp_host_stop(&west);
}

static void smtp_client_logs_in_by_each_mechanism(void)
{
    static const char *const mechanisms[] = {"CRAM-MD5", "SCRAM-SHA-256",
                                             "scram-sha-256"};

    start(NULL);
    for (size_t i = 0; i < 3; i++) {
        STATUS(0, "-u", "bob:secret", "--insecure-auth", "--auth",
               mechanisms[i], "--quit-after", "auth", url);
        STATUS(6, "-u", "bob:wrong", "--insecure-auth", "--auth", mechanisms[i],
               "--quit-after", "auth", url);
        STATUS(6, "-u", "nobody:secret", "--insecure-auth", "--auth",
               mechanisms[i], "--quit-after", "auth", url);
    }
    STATUS(4, "-u", "bob:secret", "--quit-after", "auth", url);
    STATUS(6, "-u", "bob:secret", "--insecure-auth", "--auth", "PLAIN",
           "--quit-after", "auth", url);
    smtp_host_stop(&west);
}

/* The record of a log-in has no password, nor anything to guess it from. */
static void smtp_client_masks_what_is_secret(void)
{
    size_t length;
    char *record;

    start(NULL);
    STATUS(0, "-u", "bob:secret", "--insecure-auth", "--auth", "CRAM-MD5",
           "--quit-after", "auth", "--trace", test_path("t"), url);
    record = test_read_file(test_path("t"), &length);
    CU_ASSERT_PTR_NOT_NULL_FATAL(record);
    CU_ASSERT_PTR_NULL(memmem(record, length, "\r\nYm9iI", 7));
    CU_ASSERT_PTR_NOT_NULL(memmem(record, length, "********************", 20));
    free(record);
    smtp_host_stop(&west);
}

static void smtp_client_refuses_what_makes_no_sense(void)
{
    static const char any[] = "smtp://127.0.0.1:1";

#define WRONG(...) STATUS(2, __VA_ARGS__)
    WRONG("-d", "x");
    WRONG("-d", "x", any);
    WRONG("--mail-rcpt", "bob", any);
    WRONG("--mail-rcpt", "bob@", any);
    WRONG("--mail-rcpt", "", any);
    WRONG("--mail-rcpt", "a@b>\r\nRSET", any);
    WRONG("--mail-rcpt", "a@b", "--mail-from", "a b@c", any);
    WRONG("--mail-rcpt", "a@b", "http://127.0.0.1:1");
    WRONG("--mail-rcpt", "a@b", "--quit-after", "lunch", any);
    WRONG("--mail-rcpt", "a@b", "--notify", "never,success", any);
    WRONG("--mail-rcpt", "a@b", "--ret", "some", any);
    WRONG("--mail-rcpt", "a@b", "--ssl-reqd", "--no-starttls", any);
    WRONG("--mail-rcpt", "a@b", "-T", "m", "-d", "x", any);
    WRONG("--mail-rcpt", "a@b", "--via-mx", "-u", "a:b");
    WRONG("--mail-rcpt", "a@b", "--via-mx", "--quit-after", "ehlo", any);
    WRONG("--mail-rcpts", "a@b", any);
#undef WRONG
    STATUS(3, "--mail-rcpt", "a@b", "-d", "x", any);
    STATUS(1, "--mail-rcpt", "postmaster", "-d", "x", "--via-mx");
    STATUS(3, "--mail-rcpt", "a@b", "-d", "x", "--via-mx", "--dns",
           "127.0.0.1:1", "smtp://x.test");
}

/* What trace compare says of two records: its exit code, and this in it. */
static void check_compare(int status, const char *const *parts)
{
    const char *argv[] = {"trace", "compare", test_path("a"), test_path("b"),
                          NULL};
    struct test_run run;

    test_run(&run, 20, argv);
    CU_ASSERT_EQUAL(run.status, status);
    for (; *parts; parts++) {
        if (!strstr(run.out, *parts))
            fprintf(stderr, "not there: %s\n%s", *parts, run.out);
        CU_ASSERT_PTR_NOT_NULL(strstr(run.out, *parts));
    }
    test_run_free(&run);
}

/* Two runs of one errand differ in nothing; another envelope, a reply of
 * another code and another text are told, with what they mean. */
static void smtp_client_can_be_compared(void)
{
    static const char *const none[] = {"No difference", NULL};
    static const char *const some[] = {
        "A says <bob@west.test>, B <eve@west.test>",
        "A is answered with 250, B with 550",
        "only B says NOTIFY=never",
        "only B says: RSET",
        "only A says: Date:",
        NULL};

    start(NULL);
    STATUS(0, "--mail-rcpt", "bob@west.test", "-d", "x", "--no-pipelining",
           "-u", "bob:secret", "--insecure-auth", "--trace", test_path("a"),
           url);
    STATUS(0, "--mail-rcpt", "bob@west.test", "-d", "x", "--no-pipelining",
           "-u", "bob:secret", "--insecure-auth", "--trace", test_path("b"),
           url);
    check_compare(0, none);
    STATUS(1, "--mail-rcpt", "eve@west.test", "-d", "x", "--no-pipelining",
           "-u", "bob:secret", "--insecure-auth", "--notify", "never",
           "--trace", test_path("b"), url);
    check_compare(1, some);
    smtp_host_stop(&west);
}

/* A message that can't be read is no reason to leave the others. */
static void smtp_client_goes_on_after_a_failure(void)
{
    start(NULL);
    test_write_file(test_path("m"), mail, sizeof(mail) - 1);
    STATUS(8, "--mail-rcpt", "bob@west.test", "-T", test_path("none"), "-T",
           test_path("m"), url);
    CU_ASSERT(smtp_host_gets(&west, "bob", 1));
    smtp_host_stop(&west);
}

const struct test tests_smtp[] = {
    {"smtp_client_sends_files_and_standard_input",
     smtp_client_sends_files_and_standard_input},
    {"smtp_client_tells_each_who_is_refused",
     smtp_client_tells_each_who_is_refused},
    {"smtp_client_stops_where_it_is_told", smtp_client_stops_where_it_is_told},
    {"smtp_client_logs_in_by_each_mechanism",
     smtp_client_logs_in_by_each_mechanism},
    {"smtp_client_masks_what_is_secret", smtp_client_masks_what_is_secret},
    {"smtp_client_refuses_what_makes_no_sense",
     smtp_client_refuses_what_makes_no_sense},
    {"smtp_client_can_be_compared", smtp_client_can_be_compared},
    {"smtp_client_goes_on_after_a_failure",
     smtp_client_goes_on_after_a_failure},
    {NULL, NULL}};
