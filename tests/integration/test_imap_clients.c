/* SPDX-License-Identifier: MIT */
/*
 * imap-server and several clients: what one does the other is told, when it
 * may be; many at once; a thousand commands in one write; a very large message.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/integration/imap_talk.h"

static struct imap_wire a, b;

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* On a quiet machine it takes milliseconds; a second is what is asked for, and
 * machines that do much else get five. */
static void told_in_time(const char *does, const char *hears)
{
    double since;

    imap_play(&b, does);
    since = now();
    imap_play(&a, hears);
    CU_ASSERT(now() - since < 5);
}

/* RFC 2177 §3, RFC 3501 §7.3.1, §7.4.1, §7.4.2. */
static void imap_clients_see_each_other(void)
{
    imap_start(NULL);
    imap_letter("cur/1.a:2,", "1\r\n");
    imap_letter("cur/2.b:2,", "2\r\n");
    imap_enter(&a);
    imap_enter(&b);
    imap_play(&a, "C: w IDLE\nS: + *\n");
    told_in_time("C: 1 STORE 2 +FLAGS (\\Flagged)\nS~ 1 OK*\n",
                 "S: * 2 FETCH (FLAGS (\\Flagged))\n");
    told_in_time("C= 2 APPEND INBOX {3+}\\r\\n3\\r\\n\\r\\n\nS~ 2 OK*\n",
                 "S: * 3 EXISTS\nS: * *\n");
    told_in_time("C: 3 STORE 1 +FLAGS (\\Deleted)\nS~ 3 OK*\n"
                 "C: 4 EXPUNGE\nS~ 4 OK*\n",
                 "S~ * 1 EXPUNGE\n");
    imap_play(&a, "C: DONE\nS~ w OK*\n"
                  "C: x FETCH 1:* UID\n"
                  "S: * 1 FETCH (UID 2)\nS: * 2 FETCH (UID 3)\nS: x OK*\n");
    imap_close(&a);
    imap_close(&b);
    imap_stop();
}

/* RFC 3501 §5.2: whatever is asked, what has changed is told on the occasion;
 * and RFC 3501 §6.1.2: NOOP is there for those who have nothing to ask. */
static void imap_clients_hear_news_with_any_answer(void)
{
    static const char *const asked[] = {"NOOP", "CHECK", "SEARCH SEEN",
                                        "STATUS INBOX (UNSEEN)"};
    char script[128];

    imap_start(NULL);
    imap_enter(&a);
    imap_enter(&b);
    for (int i = 0; i < 4; i++) {
        imap_play(&b, "C= 1 APPEND INBOX {3+}\\r\\n3\\r\\n\\r\\n\nS~ 1 OK*\n");
        snprintf(script, sizeof(script),
                 "C: 2 %s\nS: * %d EXISTS\nS: * %d RECENT\nS~ 2 OK*\n",
                 asked[i], i + 1, 0);
        imap_play(&a, script);
    }
    imap_close(&a);
    imap_close(&b);
    imap_stop();
}

/* RFC 3501 §7.4.1: while numbers are in use they do not shift; NOOP and the
 * UID commands are where they may. */
static void imap_clients_keep_their_numbers(void)
{
    imap_start(NULL);
    imap_letter("cur/1.a:2,", "1\r\n");
    imap_letter("cur/2.b:2,", "2\r\n");
    imap_letter("cur/3.c:2,", "3\r\n");
    imap_enter(&a);
    imap_enter(&b);
    imap_play(&b, "C: 1 STORE 1 +FLAGS.SILENT (\\Deleted)\nS: 1 OK*\n"
                  "C: 2 EXPUNGE\nS: * 1 EXPUNGE\nS: 2 OK*\n");
    imap_play(&a, "C: 3 FETCH 2 UID\nS: * 2 FETCH (UID 2)\nS: 3 OK*\n"
                  "C: 4 FETCH 1 BODY.PEEK[]\nS: 4 NO*\n"
                  "C: 5 STORE 3 +FLAGS (\\Seen)\n"
                  "S: * 3 FETCH (FLAGS (\\Seen))\nS: 5 OK*\n"
                  "C: 6 SEARCH ALL\nS: * SEARCH 2 3\nS: 6 OK*\n"
                  "C: 7 NOOP\nS: * 1 EXPUNGE\nS: 7 OK*\n"
                  "C: 8 FETCH 2 UID\nS: * 2 FETCH (UID 3)\nS: 8 OK*\n");
    imap_play(&b, "C: 9 UID FETCH 3 FLAGS\n"
                  "S: * 2 FETCH (UID 3 FLAGS (\\Seen))\n"
                  "S~ 9 OK*\n");
    imap_close(&a);
    imap_close(&b);
    imap_stop();
}

static void imap_answers_a_thousand_commands_in_order(void)
{
    size_t length = 0, size = 1000 * 40;
    char *all = malloc(size), line[256], want[16];

    imap_start(NULL);
    imap_letter("cur/1.a:2,", "1\r\n");
    imap_enter(&a);
    for (int i = 0; i < 1000; i++)
        length += (size_t)snprintf(
            all + length, size - length,
            i % 3 ? "t%d NOOP\r\n" : "t%d FETCH 1 (UID FLAGS)\r\n", i);
    imap_send(&a, all, length);
    free(all);
    for (int i = 0; i < 1000; i++) {
        snprintf(want, sizeof(want), "t%d OK", i);
        if (i % 3 == 0) {
            CU_ASSERT(imap_line(&a, line, sizeof(line)));
            CU_ASSERT_STRING_EQUAL(line, "* 1 FETCH (UID 1 FLAGS ())");
        }
        CU_ASSERT_FATAL(imap_line(&a, line, sizeof(line)));
        CU_ASSERT_EQUAL(strncmp(line, want, strlen(want)), 0);
    }
    imap_close(&a);
    imap_stop();
}

/* All are served, and what they cost together is bounded. */
static void imap_serves_two_hundred_at_once(void)
{
    static struct imap_wire wires[200];
    long kib;

    imap_start(NULL);
    imap_letter("cur/1.a:2,", "Subject: one\r\n\r\n1\r\n");
    for (int i = 0; i < 200; i++)
        imap_enter(&wires[i]);
    for (int i = 0; i < 200; i++)
        imap_play(&wires[i], "C: 1 FETCH 1 (ENVELOPE BODY.PEEK[])\n"
                             "S~ 1 OK*\nC: 2 IDLE\nS: + *\n");
    kib = imap_memory_kib();
    printf("\n    200 clients: %ld KiB of memory, %ld KiB each\n", kib,
           kib / 200);
    CU_ASSERT(kib > 0);
#ifndef __SANITIZE_ADDRESS__
    CU_ASSERT(kib < 200 * 512);
#endif
    imap_letter("new/2.b", "2\r\n");
    for (int i = 0; i < 200; i++)
        imap_play(&wires[i], "S~ * 2 EXISTS\nC: DONE\nS~ 2 OK*\n");
    for (int i = 0; i < 200; i++)
        imap_close(&wires[i]);
    imap_stop();
}

enum { LARGE = 50 * 1000 * 1000 };

/* 8-bit, lines of every length, no final line end. */
static void fill(char *octets, size_t length)
{
    uint32_t seed = 1;

    for (size_t i = 0; i < length; i++) {
        seed = seed * 1103515245 + 12345;
        octets[i] = (char)(1 + (seed >> 16) % 255);
    }
    memcpy(octets, "Subject: large\r\n\r\n", 18);
    octets[length - 1] = 'x';
}

/* To the octet, in and out; and the server never has it all in memory. */
static void imap_keeps_fifty_megabytes(void)
{
    char *octets = malloc(LARGE), *got = malloc(LARGE), line[256];

    imap_start(NULL);
    imap_enter(&a);
    fill(octets, LARGE);
    snprintf(line, sizeof(line), "1 APPEND INBOX {%d}\r\n", LARGE);
    imap_send(&a, line, strlen(line));
    imap_play(&a, "S: + *\n");
    imap_send(&a, octets, LARGE);
    imap_play(&a, "C= \\r\\n\nS~ 1 OK*\nC: 2 FETCH 1 BODY.PEEK[]\n");
    snprintf(line, sizeof(line), "S: * 1 FETCH (BODY[] {%d}\n", LARGE);
    imap_play(&a, line);
    CU_ASSERT(imap_octets(&a, got, LARGE));
    CU_ASSERT_EQUAL(memcmp(octets, got, LARGE), 0);
    imap_play(&a, "S: )\nS: 2 OK*\nC: 3 FETCH 1 (BODYSTRUCTURE "
                  "BODY.PEEK[TEXT]<49999981.10>)\n"
                  "S: * 1 FETCH (BODYSTRUCTURE*\n");
    CU_ASSERT(imap_memory_kib() < 32 * 1024);
    free(octets);
    free(got);
    imap_close(&a);
    imap_stop();
}

const struct test tests_imap_clients[] = {
    {"imap_clients_see_each_other", imap_clients_see_each_other},
    {"imap_clients_hear_news_with_any_answer",
     imap_clients_hear_news_with_any_answer},
    {"imap_clients_keep_their_numbers", imap_clients_keep_their_numbers},
    {"imap_answers_a_thousand_commands_in_order",
     imap_answers_a_thousand_commands_in_order},
    {"imap_serves_two_hundred_at_once", imap_serves_two_hundred_at_once},
    {"imap_keeps_fifty_megabytes", imap_keeps_fifty_megabytes},
    {NULL, NULL}};
