/* SPDX-License-Identifier: MIT */
/*
 * The ladders of labs/steps: every step against a server of ours, and against
 * the peers that show what the step before lacks (labs/steps/run.sh plays
 * them; IDEA/plays.txt is what came of it when somebody looked).
 */
#include "tests/harness.h"

#include <arpa/inet.h>
#include <glob.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define STEPS "labs/steps/"
#define STEP(name) TEST_BIN "/steps/" name

/* ---- helpers ------------------------------------------------------------- */

/* What run.sh prints of one part of a ladder; the caller frees the run. */
static void climb(struct test_run *run, const char *part, const char *idea)
{
    const char *argv[] = {
        "env", "STEPS_BIN=" TEST_BIN, STEPS "run.sh", part, idea, NULL};

    test_run(run, 60, argv);
    CU_ASSERT_EQUAL(run->status, 0);
    CU_ASSERT_STRING_EQUAL(run->err, "");
}

/* The first line in which two texts differ. */
static void show_difference(const char *want, const char *got)
{
    size_t line = 0;

    for (size_t i = 0; want[i] != '\0' && want[i] == got[i]; i++)
        if (want[i] == '\n')
            line = i + 1;
    fprintf(stderr, "    want: %.*s\n    got:  %.*s\n",
            (int)strcspn(want + line, "\n"), want + line,
            (int)strcspn(got + line, "\n"), got + line);
}

static void plays_as_written(const char *idea)
{
    char path[256];
    size_t length;
    struct test_run run;

    snprintf(path, sizeof(path), STEPS "%s/plays.txt", idea);
    char *want = test_read_file(path, &length);
    CU_ASSERT_PTR_NOT_NULL_FATAL(want);
    climb(&run, "--plays", idea);
    if (strcmp(want, run.out) != 0)
        show_difference(want, run.out);
    CU_ASSERT_STRING_EQUAL(run.out, want);
    test_run_free(&run);
    free(want);
}

/* Of `text`, what stands below "== STEP"; in a static buffer. */
static const char *part_of(const char *text, const char *step)
{
    static char part[16384];
    char heading[64];

    snprintf(heading, sizeof(heading), "== %s\n", step);
    const char *from = strstr(text, heading);
    if (from == NULL)
        return "";
    const char *to = strstr(from + 1, "\n== ");
    int length = to != NULL ? (int)(to + 1 - from) : (int)strlen(from);
    snprintf(part, sizeof(part), "%.*s", length, from);
    return part;
}

/* Runs a step against what listens at that port. */
static void run_step(struct test_run *run, const char *step, uint16_t port)
{
    char digits[8];
    const char *argv[] = {step, "127.0.0.1", digits, NULL};

    snprintf(digits, sizeof(digits), "%u", port);
    test_run(run, 30, argv);
}

/* KiB that a step has in memory at most, when this peer plays. A process counts
 * as its own what its parent had when it was forked, and ours may be large by
 * now: a small one stands in between. */
static long memory_against(const char *script, const char *step)
{
    static const char measure[] =
        "import resource, subprocess, sys\n"
        "subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n";
    const char *peer_argv[] = {STEP("peer"), script, NULL};
    char digits[8];
    const char *argv[] = {"/usr/bin/python3", "-c",   measure, step,
                          "127.0.0.1",        digits, NULL};
    struct test_run run;
    uint16_t port;
    pid_t peer = test_start(peer_argv, &port, 1);

    snprintf(digits, sizeof(digits), "%u", port);
    test_run(&run, 30, argv);
    CU_ASSERT_EQUAL(run.status, 0);
    long memory = strtol(run.out, NULL, 10);
    CU_ASSERT(memory > 0);
    test_run_free(&run);
    test_stop(peer);
    return memory;
}

/* ---- the ladders --------------------------------------------------------- */

/* RFC 9293 §2.2 (no borders), RFC 9293 §3.6 (two directions), RFC 9293 §3.5.2
 * (a reset): each missing in one step and there in the next. */
static void steps_of_a_connection_play(void)
{
    plays_as_written("connection");
}

/* RFC 5321 §2.3.8 (CR LF), RFC 5321 §4.2 (digits), RFC 5321 §4.2.1 (several
 * lines), RFC 5321 §4.5.3.1.5 (512 octets), RFC 3463 §2 (enhanced codes). */
static void steps_of_a_reply_play(void)
{
    plays_as_written("reply");
}

/* RFC 3501 §4.3 (literals), RFC 3501 §7.5 (the continuation), RFC 7888 §3. */
static void steps_of_a_literal_play(void)
{
    plays_as_written("literal");
}

/* RFC 959 §4.1.2 (PASV), RFC 2428 §3 (EPSV), RFC 959 §5.4 (both replies),
 * RFC 2428 §2 (EPRT), RFC 2577 §8 (a stranger at our port). */
static void steps_of_a_data_connection_play(void)
{
    plays_as_written("data-connection");
}

/* RFC 2595 §4 (STLS), RFC 9525 §6 (the name), RFC 2595 §9 (STLS taken out). */
static void steps_of_a_tls_upgrade_play(void)
{
    plays_as_written("tls-upgrade");
}

/* ---- with our servers ---------------------------------------------------- */

/* Each step of the idea ends well with our server, and says this. */
static void served(const char *idea, const char *const (*says)[2])
{
    struct test_run run;

    climb(&run, "--served", idea);
    CU_ASSERT_PTR_NULL(strstr(run.out, "(exit status"));
    CU_ASSERT_PTR_NULL(strstr(run.out, "(it still waited"));
    for (; (*says)[0] != NULL; says++) {
        const char *part = part_of(run.out, (*says)[0]);

        CU_ASSERT_PTR_NOT_NULL(strstr(part, (*says)[1]));
        if (strstr(part, (*says)[1]) == NULL)
            fprintf(stderr, "    %s: %s", (*says)[0], part);
    }
    test_run_free(&run);
}

static void steps_run_with_our_smtp_server(void)
{
    static const char *const lines[][2] = {
        /* One read may bring one line or both. */
        {"1-address", "221 east.test: goodbye\n"},
        {"2-name", "221 east.test: goodbye\n"},
        {"3-deadline", "221 east.test: goodbye\n"},
        {"4-line", "S: 250 ok\nS: 221 east.test: goodbye"},
        {"5-whole", "S: 250 ok\nS: 221 east.test: goodbye"},
        {"6-half", "S: 250 ok\nS: 221 east.test: goodbye"},
        {"7-end", "S: 250 ok\nS: 221 east.test: goodbye"},
        {NULL, NULL}};
    static const char *const replies[][2] = {
        {"1-segment", "RCPT TO:<nobody@east.test>: no\n"},
        {"2-line", "RCPT TO:<nobody@east.test>: done\n"},
        {"3-digits", "RCPT TO:<nobody@east.test>: done\n"},
        {"4-lines", "RCPT TO:<nobody@east.test>: no\n"},
        {"5-limit", "RCPT TO:<nobody@east.test>: no\n"},
        {"6-enhanced", "here (address)\nRCPT TO:<nobody@east.test>: no\n"},
        {NULL, NULL}};

    served("connection", lines);
    served("reply", replies);
}

static void steps_run_with_our_imap_server(void)
{
    static const char *const says[][2] = {
        {"1-quoted", "\nS: a3 OK forged\nC: a4"},
        {"2-literal", "\na3 OK forged\n"},
        {"3-several", "\na3 OK forged\n"},
        {"4-limit", "\na3 OK forged\n"},
        {"5-octets", "a caf\\xc3\\xa9\\x0d\\x0aa3 OK forged\\x0d\\x0a\n"},
        {"6-continuation", " {5}\nS: + Go on\nC: café\nS: * SEARCH 1\n"},
        {"7-at-once", " {5+}\ncafé\nS: * SEARCH 1\n"},
        {NULL, NULL}};

    served("literal", says);
}

static void steps_run_with_our_ftp_server(void)
{
    static const char *const says[][2] = {
        {"1-control", "C: RETR hello.txt\nS: 425 "},
        {"2-pasv", "the file: hello\nS: 226 That was all.\n"},
        {"3-epsv", "the file: hello\nS: 226 That was all.\n"},
        {"4-both", "the file is whole\n"},
        {"5-active", "the file is whole\n"},
        {"6-stranger", "the file is whole\n"},
        {NULL, NULL}};

    served("data-connection", says);
}

static void steps_run_with_our_pop3_server(void)
{
    static const char *const says[][2] = {
        {"1-clear", "the server offers no log-in\n"},
        {"2-stls", "-- TLSv1.3 --\nthe server offers no log-in\n"},
        {"3-again", "C: PASS wonderland\nS: +OK 1 messages\n"},
        {"4-verified", "C: PASS wonderland\nS: +OK 1 messages\n"},
        {"5-empty", "C: PASS wonderland\nS: +OK 1 messages\n"},
        {"6-required", "C: PASS wonderland\nS: +OK 1 messages\n"},
        {NULL, NULL}};

    served("tls-upgrade", says);
}

/* ---- what a script can't show -------------------------------------------- */

/* A port that takes no more connections: the next SYN stays unanswered. */
static void steps_deadline_holds_while_connecting(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM, 0), waiting[4];
    struct test_run run;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(listener, (struct sockaddr *)&address, size);
    listen(listener, 0);
    getsockname(listener, (struct sockaddr *)&address, &size);
    for (size_t i = 0; i < 4; i++) {
        waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        connect(waiting[i], (struct sockaddr *)&address, size);
    }
    run_step(&run, STEP("connection/3-deadline"), ntohs(address.sin_port));
    CU_ASSERT_EQUAL(run.status, 1);
    CU_ASSERT_STRING_EQUAL(run.out, "");
    CU_ASSERT_STRING_EQUAL(run.err, "3-deadline: not done within 3 seconds\n");
    CU_ASSERT(run.seconds < 15);
    test_run_free(&run);
    for (size_t i = 0; i < 4; i++)
        close(waiting[i]);
    close(listener);
}

/* A letter now and then gets no new patience for it. */
static void steps_deadline_is_an_instant(void)
{
    static const char letters[] =
        "S= a\nZ: 1\nS= b\nZ: 1\nS= c\nZ: 1\nS= d\nZ: 1\nS= e\nZ: 1\n"
        "S= f\nZ: 1\nS= g\nZ: 1\nS= h\nZ: 1\nS= i\nZ: 1\nS= j\nZ: 1\n"
        "S= k\nZ: 1\nS= l\nZ: 1\nS= m\nZ: 1\nS= n\nZ: 1\nS= o\nZ: 1\n";
    struct test_run run;
    uint16_t port;
    pid_t peer = test_peer(letters, &port);

    run_step(&run, STEP("connection/4-line"), port);
    CU_ASSERT_EQUAL(run.status, 1);
    CU_ASSERT_STRING_EQUAL(run.err, "4-line: not done within 3 seconds\n");
    CU_ASSERT(run.seconds < 10);
    test_run_free(&run);
    kill(peer, SIGKILL);
    test_peer_end(peer);
}

/* RFC 5321 §4.5.3.1.5: of a line as long as the server likes, one that keeps
 * it has 64 MB in memory and one with a limit has not. */
static void steps_limit_a_line(void)
{
    static const char script[] = STEPS "reply/5-limit.peer";
    long before = memory_against(script, STEP("reply/4-lines"));
    long after = memory_against(script, STEP("reply/5-limit"));

    CU_ASSERT(before > after + 32 * 1024);
}

static void steps_limit_the_lines_of_a_reply(void)
{
    char script[4096] = "";
    struct test_run run;
    uint16_t port;

    for (int i = 0; i < 101; i++)
        strcat(script, "S: 220-more\n");
    pid_t peer = test_peer(script, &port);
    run_step(&run, STEP("reply/5-limit"), port);
    CU_ASSERT_EQUAL(run.status, 1);
    CU_ASSERT_STRING_EQUAL(run.err,
                           "5-limit: a reply of more than 100 lines\n");
    test_run_free(&run);
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
}

static void steps_limit_a_literal(void)
{
    static const char script[] = STEPS "literal/4-limit.peer";
    long before = memory_against(script, STEP("literal/3-several"));
    long after = memory_against(script, STEP("literal/4-limit"));

    CU_ASSERT(before > after + 32 * 1024);
}

/* ---- the ladders as they are written ------------------------------------- */

/* Each but the first has a peer that tells it from the one before, and few
 * lines are other than there: one idea. */
static void steps_add_one_idea(void)
{
    glob_t files;

    CU_ASSERT_EQUAL_FATAL(glob(STEPS "*/[0-9]-*.c", 0, NULL, &files), 0);
    CU_ASSERT(files.gl_pathc >= 5 * 5);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        char *path = files.gl_pathv[i], peer[256];
        struct test_run run;

        if (strstr(path, "/1-") != NULL)
            continue;
        snprintf(peer, sizeof(peer), "%.*s.peer", (int)strlen(path) - 2, path);
        CU_ASSERT_EQUAL(access(peer, R_OK), 0);
        const char *argv[] = {"sh",
                              "-c",
                              "diff \"$0\" \"$1\" | grep -c '^[<>]'",
                              files.gl_pathv[i - 1],
                              path,
                              NULL};
        test_run(&run, 10, argv);
        int lines = atoi(run.out);
        CU_ASSERT(lines > 0 && lines < 80);
        test_run_free(&run);
    }
    globfree(&files);
}

const struct test tests_steps[] = {
    {"steps_of_a_connection_play", steps_of_a_connection_play},
    {"steps_of_a_reply_play", steps_of_a_reply_play},
    {"steps_of_a_literal_play", steps_of_a_literal_play},
    {"steps_of_a_data_connection_play", steps_of_a_data_connection_play},
    {"steps_of_a_tls_upgrade_play", steps_of_a_tls_upgrade_play},
    {"steps_run_with_our_smtp_server", steps_run_with_our_smtp_server},
    {"steps_run_with_our_imap_server", steps_run_with_our_imap_server},
    {"steps_run_with_our_ftp_server", steps_run_with_our_ftp_server},
    {"steps_run_with_our_pop3_server", steps_run_with_our_pop3_server},
    {"steps_deadline_holds_while_connecting",
     steps_deadline_holds_while_connecting},
    {"steps_deadline_is_an_instant", steps_deadline_is_an_instant},
    {"steps_limit_a_line", steps_limit_a_line},
    {"steps_limit_the_lines_of_a_reply", steps_limit_the_lines_of_a_reply},
    {"steps_limit_a_literal", steps_limit_a_literal},
    {"steps_add_one_idea", steps_add_one_idea},
    {NULL, NULL}};
