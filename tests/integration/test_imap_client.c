/* SPDX-License-Identifier: MIT */
/*
 * Our IMAP client and our IMAP server: each verb of the command line, what it
 * leaves in the Maildir, and the client's whole run with faults injected.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "imap/imap_client.h"
#include "tests/integration/mail_faults.h"

static uint16_t port;
static pid_t server;

#define ONE "Subject: one\r\n\r\n.dot\r\n)\r\n* 1 FETCH\r\n"
#define TWO "Subject: two\r\n\r\nsecond\r\n"
static const char one[] = ONE, two[] = TWO;

static void start(void)
{
    server = mail_start("imap-server", "cur", ":2,", one, two,
                        "--insecure-auth", &port);
}

static void stop(void)
{
    CU_ASSERT_EQUAL(test_stop(server), 0);
}

/* Runs the client with these words in `mailbox`; `out` is what it printed. */
static void check(const char *mailbox, const char *out, const char *a,
                  const char *b, const char *c, const char *d)
{
    struct test_run run;
    char url[128];

    snprintf(url, sizeof(url), "imap://127.0.0.1:%u/%s", port, mailbox);
    const char *argv[] = {"imap-client",
                          "--insecure-auth",
                          "-u",
                          "ada:pass word",
                          url,
                          a,
                          b,
                          c,
                          d,
                          NULL};
    test_run(&run, 20, argv);
    CU_ASSERT_EQUAL(run.status, 0);
    if (run.status != 0)
        fputs(run.err, stderr);
    CU_ASSERT_STRING_EQUAL(run.out, out);
    test_run_free(&run);
}

static void imap_client_fetches_octets_and_nothing_else(void)
{
    start();
    check("", one, "fetch", "1", NULL, NULL);
    check("", "Subject: two\r\n\r\n", "fetch", "2",
          "BODY.PEEK[HEADER.FIELDS (SUBJECT)]", NULL);
    check("", "dot", "fetch", "1", "BODY.PEEK[TEXT]<1.3>", NULL);
    check("", "1 (FLAGS ())\n2 (FLAGS ())\n", "fetch", "1:*", "FLAGS", NULL);
    stop();
}

/* RFC 3501 §6.3.2: EXAMINE changes nothing; a fetch that sets \Seen selects. */
static void imap_client_examines_unless_it_must_select(void)
{
    start();
    check("", one, "fetch", "1", "BODY.PEEK[]", NULL);
    check("", "1 (FLAGS ())\n", "fetch", "1", "FLAGS", NULL);
    check("", one, "fetch", "1", "BODY[]", NULL);
    check("", "1 (FLAGS (\\Seen))\n", "fetch", "1", "FLAGS", NULL);
    stop();
}

/* RFC 3501 §6: what is raw is said as it is, whatever the command. */
static void imap_client_does_each_verb(void)
{
    start();
    check("", "2 (FLAGS (\\Flagged))\n", "store", "2", "+FLAGS", "(\\Flagged)");
    check("", "2\n", "search", "FLAGGED", NULL, NULL);
    check("", "2\n", "search", "SUBJECT", "two", NULL);
    check("", "OK It is there\n", "raw", "CREATE", "Entw&APw-rfe", NULL);
    check("Entw%C3%BCrfe", "", "fetch", "1:*", NULL, NULL);
    stop();
}

/* ---- what the record says ------------------------------------------------ */

/* The records of one fetch: the client's, as JSON lines. The caller frees. */
static char *recorded_fetch(void)
{
    static char file[256];
    struct test_run run;
    char url[64], *text;

    snprintf(file, sizeof(file), "%s", test_path("client.pcapng"));
    snprintf(url, sizeof(url), "imap://127.0.0.1:%u", port);
    const char *fetch[] = {"imap-client", "--insecure-auth",
                           "-u",          "ada:pass word",
                           "--trace",     file,
                           url,           "fetch",
                           "1",           NULL};
    test_run(&run, 20, fetch);
    CU_ASSERT_EQUAL(run.status, 0);
    test_run_free(&run);
    const char *show[] = {"trace", "show", "--json", file, NULL};
    test_run(&run, 20, show);
    CU_ASSERT_EQUAL_FATAL(run.status, 0);
    text = strdup(run.out);
    test_run_free(&run);
    return text;
}

/* Each of `parts` stands in `text`, behind the one before it. */
static void check_order(const char *text, const char *const *parts)
{
    for (; *parts; parts++) {
        const char *found = strstr(text, *parts);

        if (!found)
            printf("    not there, or not in this order: %s\n", *parts);
        CU_ASSERT_PTR_NOT_NULL_FATAL(found);
        text = found + 1;
    }
}

/* RFC 3501 §3: not authenticated, authenticated, selected, logout. RFC 3501
 * §2.1: over a connection that the client opens. */
static void imap_client_goes_through_its_states(void)
{
    static const char *const states[] = {"\"name\":\"connect\"",
                                         "RFC 3501 §2.1",
                                         "\"NOT AUTHENTICATED: ",
                                         "\"AUTHENTICATED: ",
                                         "\"SELECTED: ",
                                         "\"LOGOUT: ",
                                         NULL};

    start();
    char *text = recorded_fetch();
    check_order(text, states);
    free(text);
    stop();
}

/* The section that each response is heard by: RFC 3501 §7.2 tells of the server
 * and its mailboxes, RFC 3501 §7.3 of sizes, RFC 3501 §7.4 of messages. */
static void imap_client_knows_what_kind_a_response_is(void)
{
    static const char *const kinds[][2] = {{"FLAGS", "RFC 3501 §7.2"},
                                           {"EXISTS", "RFC 3501 §7.3"},
                                           {"RECENT", "RFC 3501 §7.3"},
                                           {"FETCH", "RFC 3501 §7.4"}};

    start();
    char *text = recorded_fetch(), *left = text, *line;
    unsigned met = 0;
    while ((line = strsep(&left, "\n")) != NULL)
        for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
            char name[32];

            snprintf(name, sizeof(name), "\"name\":\"%s\"", kinds[i][0]);
            if (!strstr(line, name) || !strstr(line, "\"dir\":\"in\""))
                continue;
            met |= 1u << i;
            CU_ASSERT_PTR_NOT_NULL(strstr(line, kinds[i][1]));
        }
    CU_ASSERT_EQUAL(met, 15);
    free(text);
    stop();
}

/* ---- faults ------------------------------------------------------------- */

static int fetch(const char *file, struct error *error)
{
    struct imap_options options = {
        .client = {.insecure_auth = true}, .output = file, .silent = true};
    char url[64], verb[] = "fetch", all[] = "1:*";
    char *words[] = {verb, all};

    setenv("WIRELAB_PASSWORD", "pass word", 1);
    snprintf(url, sizeof(url), "imap://ada@127.0.0.1:%u", port);
    int result = imap_run(&options, url, words, 2, error);
    unsetenv("WIRELAB_PASSWORD");
    return result;
}

static void imap_client_bears_reads_and_writes_of_one_byte(void)
{
    start();
    mail_bears_short_io(fetch, ONE TWO);
    stop();
}

static void imap_client_bears_each_failed_allocation(void)
{
    start();
    mail_bears_failed_allocations(fetch, ONE TWO);
    stop();
}

/* ---- which items are one section ---------------------------------------- */

static void imap_get_is_for_one_section(void)
{
    static const char *const yes[] = {"BODY[]",
                                      "body.peek[]",
                                      "(BODY[TEXT])",
                                      "BODY[]<0.10>",
                                      "RFC822",
                                      "RFC822.TEXT",
                                      "BODY.PEEK[HEADER.FIELDS (DATE TO)]",
                                      "BODY[1.2.MIME]"};
    static const char *const no[] = {"FLAGS",
                                     "BODY",
                                     "RFC822.SIZE",
                                     "(BODY[] UID)",
                                     "BODY[] FLAGS",
                                     "BODY[",
                                     "UID BODY[]",
                                     "",
                                     "BODY[]<0.10",
                                     "ALL",
                                     "(BODY[TEXT] BODY[HEADER])"};

    for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
        CU_ASSERT(imap_get_is_for(yes[i]));
    for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
        CU_ASSERT(!imap_get_is_for(no[i]));
}

const struct test tests_imap_client[] = {
    {"imap_client_fetches_octets_and_nothing_else",
     imap_client_fetches_octets_and_nothing_else},
    {"imap_client_examines_unless_it_must_select",
     imap_client_examines_unless_it_must_select},
    {"imap_client_does_each_verb", imap_client_does_each_verb},
    {"imap_client_goes_through_its_states",
     imap_client_goes_through_its_states},
    {"imap_client_knows_what_kind_a_response_is",
     imap_client_knows_what_kind_a_response_is},
    {"imap_client_bears_reads_and_writes_of_one_byte",
     imap_client_bears_reads_and_writes_of_one_byte},
    {"imap_client_bears_each_failed_allocation",
     imap_client_bears_each_failed_allocation},
    {"imap_get_is_for_one_section", imap_get_is_for_one_section},
    {NULL, NULL}};
