/* SPDX-License-Identifier: MIT */
/*
 * The set-up script and the script that adds results up: what they say and
 * how they end, on a machine that has everything and on one that has nothing.
 */
#include "tests/harness.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A path on which a few plain tools are, and neither compiler nor apt-get. */
static const char *bare_path(void)
{
    static char value[4200];
    const char *argv[] = {"sh", "-c",
                          "for tool in sh sed sort tr cat id; do "
                          "ln -s \"$(command -v $tool)\" \"$0\"; done",
                          test_folder(), NULL};
    struct test_run run;

    test_run(&run, 10, argv);
    CU_ASSERT_EQUAL(run.status, 0);
    test_run_free(&run);
    snprintf(value, sizeof value, "PATH=%s", test_folder());
    return value;
}

static void setup_is_quiet_when_all_is_there(void)
{
    const char *argv[] = {"labs/setup.sh", "test", NULL};
    struct test_run run;

    test_run(&run, 30, argv);
    CU_ASSERT_EQUAL(run.status, 0);
    CU_ASSERT_STRING_EQUAL(run.out, "");
    CU_ASSERT_STRING_EQUAL(run.err, "");
    CU_ASSERT(run.seconds < 5);
    test_run_free(&run);
}

static void setup_says_what_to_type_where_it_may_not(void)
{
    const char *argv[] = {"env",           "-i",   bare_path(),
                          "labs/setup.sh", "test", NULL};
    struct test_run run;

    test_run(&run, 30, argv);
    CU_ASSERT_EQUAL(run.status, 2);
    CU_ASSERT_STRING_EQUAL(run.out, "");
    CU_ASSERT_PTR_NOT_NULL(
        strstr(run.err, "apt-get install -y --no-install-recommends"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, " libldns-dev "));
    test_run_free(&run);
}

static void setup_refuses_a_group_it_does_not_know(void)
{
    const char *argv[] = {"labs/setup.sh", "tests", NULL};
    struct test_run run;

    test_run(&run, 30, argv);
    CU_ASSERT_EQUAL(run.status, 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "no such group: tests"));
    test_run_free(&run);
}

/* Runs tests/total.sh over two commands; the last line, the status. */
static void total_gives(const char *first, const char *second, int status,
                        const char *last_line)
{
    const char *argv[] = {"tests/total.sh", first, second, NULL};
    struct test_run run;
    char *end;

    test_run(&run, 30, argv);
    CU_ASSERT_EQUAL(run.status, status);
    end = run.out + run.out_length;
    CU_ASSERT(run.out_length > strlen(last_line));
    if (run.out_length > strlen(last_line))
        CU_ASSERT_STRING_EQUAL(end - strlen(last_line), last_line);
    test_run_free(&run);
}

static void total_adds_up(void)
{
    total_gives("echo 2 passed, 0 failed", "echo 40 passed, 0 failed", 0,
                "\n42 passed, 0 failed\n");
    total_gives("echo 2 passed, 1 failed; false", "echo 1 passed, 0 failed", 1,
                "\n3 passed, 1 failed\n");
}

static void total_counts_a_crash_as_a_failure(void)
{
    total_gives("kill -SEGV $$", "echo 1 passed, 0 failed", 1,
                "\n1 passed, 1 failed\n");
    total_gives("echo 1 passed, 0 failed; exit 3", "echo 1 passed, 0 failed", 1,
                "\n2 passed, 1 failed\n");
}

const struct test tests_setup[] = {
    {"setup_is_quiet_when_all_is_there", setup_is_quiet_when_all_is_there},
    {"setup_says_what_to_type_where_it_may_not",
     setup_says_what_to_type_where_it_may_not},
    {"setup_refuses_a_group_it_does_not_know",
     setup_refuses_a_group_it_does_not_know},
    {"total_adds_up", total_adds_up},
    {"total_counts_a_crash_as_a_failure", total_counts_a_crash_as_a_failure},
    {NULL, NULL}};
