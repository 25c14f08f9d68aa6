/* SPDX-License-Identifier: MIT */
/*
 * Our server against clients that want a second message in the first one, or
 * the server to wait or to fail. Each is said whole, and once more for every
 * place where it can be cut in two: what is answered must not depend on how
 * the bytes come.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "smtp/smtp_server.h"
#include "tests/hostile/cut_talk.h"
#include "tests/integration/smtp_host.h"

static struct account accounts[] = {{(char *)"bob", (char *)"secret"}};
static struct smtp_site site = {.name = "mx.west.test",
                                .domains = {{"west.test"}, 1},
                                .accounts = {accounts, 1},
                                .size_max = 1000,
                                .submission = 587,
                                .idle_ms = 5000};
static char answer[64 * 1024];

static void open_site(void)
{
    static char folder[512];

    snprintf(folder, sizeof(folder), "%s", test_folder());
    site.maildir = folder;
    CU_ASSERT_EQUAL_FATAL(
        smtp_queue_open(&site.queue, test_path("queue"), NULL), 0);
}

/* The codes of what it answers to `words`, cut at `cut`. */
static const char *converse(struct span words, size_t cut)
{
    static const struct cut_server server = {"smtp", smtp_server_serve, &site};

    cut_talk(&server, words, cut, answer, sizeof(answer));
    return smtp_host_codes(answer);
}

static void check(struct span words, const char *codes)
{
    for (size_t cut = 0; cut < words.length; cut++) {
        const char *got = converse(words, cut);

        if (strcmp(got, codes) == 0)
            continue;
        printf("cut at %zu, wanted %s, got %s\n", cut, codes, got);
        CU_FAIL("another answer");
        return;
    }
}

#define BEGIN "EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<bob@west.test>\r\nDATA\r\n"
#define SECOND "MAIL FROM:<x@y>\r\n"
#define CHECK(text, codes) check(SPAN(text), codes)

static void smtp_receive_lets_nothing_be_smuggled(void)
{
    open_site();
    CHECK(BEGIN "a\n.\n" SECOND, "220 250 250 250 354 554");
    CHECK(BEGIN "a\n.\r\n" SECOND, "220 250 250 250 354 554");
    CHECK(BEGIN "a\r\n.\n" SECOND, "220 250 250 250 354 554");
    CHECK(BEGIN "a\r.\r" SECOND, "220 250 250 250 354 554");
    CHECK(BEGIN "a\r.\r\n" SECOND, "220 250 250 250 354 554");
    CHECK(BEGIN ".\n" SECOND, "220 250 250 250 354 554");
    CHECK(BEGIN "\0\n.\r\n" SECOND, "220 250 250 250 354 554");
    CU_ASSERT_NOT_EQUAL(access(test_path("bob"), F_OK), 0);
    smtp_queue_close(&site.queue);
}

static void smtp_receive_is_the_same_however_it_comes(void)
{
    open_site();
    CHECK(BEGIN "Subject: x\r\n\r\n..\r\n.\r\n" SECOND "QUIT\r\n",
          "220 250 250 250 354 250 250 221");
    CHECK(BEGIN ".\r\nRSET\r\n", "220 250 250 250 354 250 250");
    CHECK("EHLO a\nNOOP\r\n", "220 500");
    CHECK("NOOP\r\r\nNOOP\r\n", "220 500");
    CHECK("NO\0OP\r\nNOOP\r\n", "220 500");
    smtp_queue_close(&site.queue);
}

/* Half of a message is none, and its spool is gone. */
static void smtp_receive_forgets_half_a_message(void)
{
    open_site();
    CU_ASSERT_STRING_EQUAL(converse(SPAN(BEGIN "Subject: x\r\n.\r"), 3),
                           "220 250 250 250 354");
    DIR *folder = opendir(test_path("queue"));
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL)
        CU_ASSERT_PTR_NULL(strstr(entry->d_name, ".message"));
    closedir(folder);
    smtp_queue_close(&site.queue);
}

const struct test tests_smtp_requests[] = {
    {"smtp_receive_lets_nothing_be_smuggled",
     smtp_receive_lets_nothing_be_smuggled},
    {"smtp_receive_is_the_same_however_it_comes",
     smtp_receive_is_the_same_however_it_comes},
    {"smtp_receive_forgets_half_a_message",
     smtp_receive_forgets_half_a_message},
    {NULL, NULL}};
