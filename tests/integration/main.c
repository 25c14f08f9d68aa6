/* SPDX-License-Identifier: MIT */
/*
 * The integration tests: every suite of this folder, from the list that the
 * Makefile makes of its file names.
 */
#include "tests/runner.h"

#define SUITE(name) extern const struct test tests_##name[];
#include "INTEGRATION_suites.inc"
#undef SUITE

#define SUITE(name) {#name, tests_##name},
static const struct suite suites[] = {
#include "INTEGRATION_suites.inc"
    {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main(suites, argc, argv);
}
