/* SPDX-License-Identifier: MIT */
/*
 * The relaying server is killed (SIGKILL) at random moments while mail flows
 * through it, and started again. What it has said 250 to is delivered, at least
 * once; and what is delivered is whole. RFC 5321 §6.1.
 *
 *     WIRELAB_KILLS=200 build/plain/tests/integration smtp_kills
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/deadline.h"
#include "tests/integration/smtp_host.h"

enum { KILLS = 20, MESSAGES = 12, ROUNDS_MAX = 1000, BODY_LINES = 400 };

static struct smtp_host east, west;
static char route[64];
static bool promised[ROUNDS_MAX][MESSAGES];
static unsigned delivered[ROUNDS_MAX][MESSAGES];
static unsigned torn;

static void start_east(void)
{
    const char *more[] = {"--relay", "--relay-from", "127.0.0.1",
                          "--route", route,          NULL};

    smtp_host_start(&east, "east", more);
}

/* ---- sending ------------------------------------------------------------ */

/* Every line of it tells whose it is, and the last one that it is the last. */
static size_t write_message(char *text, int round, int number)
{
    char *at = text + sprintf(text, "X-Kill: %d %d\r\n\r\n", round, number);

    for (int i = 0; i < BODY_LINES; i++)
        at += sprintf(at, "line %d of %d %d\r\n", i, round, number);
    at += sprintf(at, "end of %d %d\r\n", round, number);
    return (size_t)(at - text);
}

/* Reads one reply; its code, 0 when the server is gone. */
static int reply(FILE *from)
{
    char line[1024];

    while (fgets(line, sizeof(line), from))
        if (strlen(line) > 4 && line[3] == ' ')
            return atoi(line);
    return 0;
}

static bool say(int fd, const char *text, size_t length)
{
    return send(fd, text, length, MSG_NOSIGNAL) == (ssize_t)length;
}

/* Sends until the server dies; each number that got its 250 goes into the
 * pipe. */
static void send_messages(int round, int to)
{
    static const char envelope[] = "MAIL FROM:<>\r\n"
                                   "RCPT TO:<bob@west.test>\r\nDATA\r\n";
    static char text[64 * 1024];
    int fd = smtp_host_connect(&east);
    FILE *from = fdopen(dup(fd), "r");

    if (fd < 0 || !from || reply(from) != 220 || !say(fd, "EHLO me\r\n", 9) ||
        reply(from) != 250)
        _exit(0);
    for (int i = 0; i < MESSAGES; i++) {
        size_t length = write_message(text, round, i);

        memcpy(text + length, ".\r\n", 3);
        if (!say(fd, envelope, sizeof(envelope) - 1) || reply(from) != 250 ||
            reply(from) != 250 || reply(from) != 354 ||
            !say(fd, text, length + 3) || reply(from) != 250)
            _exit(0);
        if (write(to, &i, sizeof(i)) != sizeof(i))
            _exit(0);
    }
    _exit(0);
}

static void kill_once(int round)
{
    int ends[2], number;

    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    pid_t sender = fork();
    if (sender == 0) {
        close(ends[0]);
        send_messages(round, ends[1]);
    }
    close(ends[1]);
    /* Some messages in, and some moment later: on a slow machine, too. */
    for (int wanted = rand() % MESSAGES;
         wanted > 0 && read(ends[0], &number, sizeof(number)) == sizeof(number);
         wanted--)
        promised[round][number] = true;
    usleep((useconds_t)(rand() % 12000));
    smtp_host_kill(&east);
    while (read(ends[0], &number, sizeof(number)) == sizeof(number))
        promised[round][number] = true;
    close(ends[0]);
    waitpid(sender, NULL, 0);
}

/* ---- counting ----------------------------------------------------------- */

static void count_one(void *context, const char *text, size_t length)
{
    static char want[64 * 1024];
    const char *begin = strstr(text, "X-Kill: ");
    int round, number;

    (void)context;
    if (!begin || sscanf(begin, "X-Kill: %d %d", &round, &number) != 2 ||
        round < 0 || round >= ROUNDS_MAX || number < 0 || number >= MESSAGES) {
        torn++;
        return;
    }
    size_t whole = write_message(want, round, number);
    if (length - (size_t)(begin - text) != whole ||
        memcmp(begin, want, whole) != 0)
        torn++;
    else
        delivered[round][number]++;
}

static int rounds_wanted(void)
{
    const char *text = getenv("WIRELAB_KILLS");
    int rounds = text ? atoi(text) : KILLS;

    return rounds > 0 && rounds <= ROUNDS_MAX ? rounds : KILLS;
}

static void smtp_relay_survives_kills(void)
{
    unsigned taken = 0, lost = 0, twice = 0;
    int rounds = rounds_wanted();

    memset(&east, 0, sizeof(east));
    memset(&west, 0, sizeof(west));
    srand(1);
    smtp_host_start(&west, "west", NULL);
    snprintf(route, sizeof(route), "west.test=127.0.0.1:%u", west.port);
    for (int round = 0; round < rounds; round++) {
        start_east();
        kill_once(round);
    }
    start_east();
    CU_ASSERT(smtp_host_drains(&east));
    smtp_host_stop(&east);
    smtp_host_each(&west, "bob", count_one, NULL);
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < MESSAGES; i++) {
            taken += promised[round][i];
            lost += promised[round][i] && delivered[round][i] == 0;
            twice += delivered[round][i] > 1;
        }
    printf("    %d kills, %u messages promised, %u lost, %u torn, %u twice\n",
           rounds, taken, lost, torn, twice);
    CU_ASSERT(taken > 0);
    CU_ASSERT_EQUAL(lost, 0);
    CU_ASSERT_EQUAL(torn, 0);
    smtp_host_stop(&west);
}

const struct test tests_smtp_kills[] = {
    {"smtp_relay_survives_kills", smtp_relay_survives_kills}, {NULL, NULL}};
