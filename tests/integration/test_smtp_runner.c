/* SPDX-License-Identifier: MIT */
/*
 * The queue's process: woken at once, held up by nobody, started anew when it
 * dies, and gone with its server.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/deadline.h"
#include "tests/integration/smtp_host.h"

static struct smtp_host east, west;

#define MESSAGE "DATA\r\nSubject: x\r\n\r\ntext\r\n.\r\n"
#define TO(recipient) \
    "EHLO me.test\r\nMAIL FROM:<>\r\nRCPT TO:<" recipient ">\r\n" MESSAGE

/* The children of a process, as the kernel lists them. */
static int children_of(pid_t pid, pid_t list[16])
{
    char path[64], text[512] = "";
    int count = 0;

    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid,
             (int)pid);
    FILE *file = fopen(path, "r");
    if (file && fgets(text, sizeof(text), file))
        for (char *word = strtok(text, " "); word && count < 16;
             word = strtok(NULL, " "))
            list[count++] = (pid_t)atol(word);
    if (file)
        fclose(file);
    return count;
}

static pid_t runner(void)
{
    deadline_ns deadline = deadline_in_ms(10000);
    pid_t list[16];

    while (children_of(east.pid, list) == 0 && !deadline_passed(deadline))
        poll(NULL, 0, 5);
    return children_of(east.pid, list) > 0 ? list[0] : 0;
}

/* A next hop that accepts and then says nothing, and one that works. */
static void start(pid_t *silent)
{
    static char to_west[64], to_silent[64];
    uint16_t port;

    memset(&east, 0, sizeof(east));
    memset(&west, 0, sizeof(west));
    *silent = test_peer("Z: 60\n", &port);
    smtp_host_start(&west, "west", NULL);
    snprintf(to_west, sizeof(to_west), "west.test=127.0.0.1:%u", west.port);
    snprintf(to_silent, sizeof(to_silent), "mute.test=127.0.0.1:%u", port);
    const char *more[] = {"--relay", "--relay-from", "127.0.0.1", "--route",
                          to_west,   "--route",      to_silent,   NULL};
    smtp_host_start(&east, "east", more);
}

/* True once the queue has so many entries. */
static bool queue_has(size_t count)
{
    deadline_ns deadline = deadline_in_ms(10000);

    while (smtp_host_queued(&east) != count && !deadline_passed(deadline))
        poll(NULL, 0, 5);
    return smtp_host_queued(&east) == count;
}

static void smtp_runner_is_held_up_by_nobody(void)
{
    pid_t silent;

    start(&silent);
    CU_ASSERT_STRING_EQUAL(smtp_host_codes(SMTP_ASK(&east, TO("x@mute.test"))),
                           "220 250 250 250 354 250");
    SMTP_ASK(&east, TO("bob@west.test"));
    CU_ASSERT(smtp_host_gets(&west, "bob", 1));
    CU_ASSERT(queue_has(1));
    /* It does not wait for the silent one to end either. */
    smtp_host_stop(&east);
    smtp_host_stop(&west);
    kill(silent, SIGKILL);
}

static void smtp_runner_is_started_anew(void)
{
    deadline_ns deadline = deadline_in_ms(10000);
    pid_t silent, first, next;

    start(&silent);
    first = runner();
    CU_ASSERT_FATAL(first > 0);
    kill(first, SIGKILL);
    while (((next = runner()) == first || next == 0) &&
           !deadline_passed(deadline))
        poll(NULL, 0, 5);
    CU_ASSERT_NOT_EQUAL(next, first);
    SMTP_ASK(&east, TO("bob@west.test"));
    CU_ASSERT(smtp_host_gets(&west, "bob", 1));
    CU_ASSERT(smtp_host_drains(&east));
    smtp_host_stop(&east);
    /* With the server its companion is gone. */
    CU_ASSERT_NOT_EQUAL(kill(next, 0), 0);
    smtp_host_stop(&west);
    kill(silent, SIGKILL);
}

const struct test tests_smtp_runner[] = {
    {"smtp_runner_is_held_up_by_nobody", smtp_runner_is_held_up_by_nobody},
    {"smtp_runner_is_started_anew", smtp_runner_is_started_anew},
    {NULL, NULL}};
