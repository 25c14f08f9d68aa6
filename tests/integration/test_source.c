/* SPDX-License-Identifier: MIT */
/*
 * The pages of the source: what their map says of calls is what the linker
 * knows. (tests/browser/source.js reads the pages themselves.)
 */
#include <string.h>

#include "tests/harness.h"

static void source_map_shows_the_calls_that_the_linker_made(void)
{
    const char *argv[] = {"/usr/bin/python3", "labs/source/proof.py",
                          TEST_BUILD, NULL};
    struct test_run run;

    test_run(&run, 120, argv);
    CU_ASSERT_EQUAL(run.status, 0);
    CU_ASSERT_STRING_EQUAL(run.err, "");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, " calls between files, 0 differ\n"));
    test_run_free(&run);
}

const struct test tests_source[] = {
    {"source_map_shows_the_calls_that_the_linker_made",
     source_map_shows_the_calls_that_the_linker_made},
    {NULL, NULL},
};
