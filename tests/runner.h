/* SPDX-License-Identifier: MIT */
/*
 * runner: what tests/unit/main.c and tests/integration/main.c are made of.
 *
 *     #define SUITE(name) {#name, tests_##name},
 *     static const struct suite suites[] = {
 *     #include "UNIT_suites.inc"
 *         {NULL, NULL}};
 */
#ifndef TESTS_RUNNER_H
#define TESTS_RUNNER_H

#include "tests/harness.h"

struct suite {
    const char *name; /* "conn": what test_conn.c exports as tests_conn */
    const struct test *tests;
};

/* Runs the suites or tests that argv[1..] name, all if it names none. Ends its
 * output in "N passed, N failed"; returns what main returns. */
int test_main(const struct suite *suites, int argc, char **argv);

/* A test that cannot even prepare itself says so and ends the program. */
__attribute__((noreturn)) void test_give_up(const char *what);

/* After each test: its folder goes, its faults are injected no longer. */
void test_folder_remove(void);
void test_inject_nothing(void);

#endif
