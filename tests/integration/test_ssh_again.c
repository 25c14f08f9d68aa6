/* SPDX-License-Identifier: MIT */
/*
 * A conversation over SSH, and the same again: with a server that has made a
 * new key, at another port. What trace compare sets aside has a name; what it
 * must not set aside is planted, and found.
 */
#include <stdio.h>
#include <string.h>

#include "tests/integration/ssh_play.h"

/* What our client, asked so, records of a server of its own. */
static void record(const char *name, const char *const *arguments)
{
    char trace[512];
    const char *all[8] = {"--trace", trace};
    size_t count = 2;
    struct test_run run;
    uint16_t port;
    pid_t server = ssh_server_start(&port, NULL);

    snprintf(trace, sizeof(trace), "%s", test_path(name));
    while (*arguments)
        all[count++] = *arguments++;
    ssh_play(&run, port, all);
    test_run_free(&run);
    test_stop(server);
}
#define RECORD(name, ...) \
    record((name), (const char *const[]){__VA_ARGS__, NULL})

/* trace compare of "first" and "again" ends so, and says this. */
static void compare(int status, const char *says)
{
    struct test_run run;
    const char *argv[] = {"trace", "compare", test_path("first"),
                          test_path("again"), NULL};

    test_run(&run, 10, argv);
    CU_ASSERT_EQUAL(run.status, status);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, says));
    test_run_free(&run);
}

/* RFC 4251 §4.1: a server that was given no key makes one at each start. */
static void ssh_command_again_makes_no_difference(void)
{
    RECORD("first", "@", "cat letters/bob.txt");
    RECORD("again", "@", "cat letters/bob.txt");
    compare(0, "host key");
    compare(0, "\nNo difference\n");
}

static void ssh_files_again_make_no_difference(void)
{
    char file[512];

    snprintf(file, sizeof(file), "%s", test_path("file"));
    test_write_file(file, "some bytes\n", 11);
    RECORD("first", "--put", file, "up.txt", "@");
    RECORD("again", "--put", file, "up.txt", "@");
    compare(0, "\nNo difference\n");
}

static void ssh_another_command_is_told(void)
{
    RECORD("first", "@", "whoami");
    RECORD("again", "@", "pwd");
    compare(1, "the two say different things: CHANNEL_REQUEST");
    /* EOF may cross it, so it may stand alone; but it is told. */
    compare(1, "/home/ada");
}

/* The same command, and another end of it. */
static void ssh_another_status_is_told(void)
{
    RECORD("first", "@", "exit 0");
    RECORD("again", "@", "exit 3");
    compare(1, "exit-status 3");
}

/* RFC 4252 §5.1: our server offers no keyboard-interactive, so that one ends
 * where the other logs in. */
static void ssh_another_log_in_is_told(void)
{
    RECORD("first", "--auth", "password", "@", "whoami");
    RECORD("again", "--auth", "keyboard-interactive", "@", "whoami");
    compare(1, "only A's server says: USERAUTH_SUCCESS");
}

static void ssh_a_terminal_more_is_told(void)
{
    RECORD("first", "@", "whoami");
    RECORD("again", "-t", "@", "whoami");
    compare(1, "only B's client says: CHANNEL_REQUEST pty-req");
}

/* clang-format off */
#define TEST(name) {#name, name}
/* clang-format on */
const struct test tests_ssh_again[] = {
    TEST(ssh_command_again_makes_no_difference),
    TEST(ssh_files_again_make_no_difference),
    TEST(ssh_another_command_is_told),
    TEST(ssh_another_status_is_told),
    TEST(ssh_another_log_in_is_told),
    TEST(ssh_a_terminal_more_is_told),
    {NULL, NULL}};
