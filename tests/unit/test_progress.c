/* SPDX-License-Identifier: MIT */
#include "common/progress.h"

#include "tests/harness.h"

static void check(uint64_t done, uint64_t total, int64_t elapsed_ms,
                  const char *wanted)
{
    char text[80];

    progress_describe(text, sizeof(text), done, total, elapsed_ms);
    CU_ASSERT_STRING_EQUAL(text, wanted);
}

static void progress_says_how_much_and_how_fast(void)
{
    check(0, 0, 0, "0 B, 0 B/s");
    check(999, 0, 1000, "999 B, 999 B/s");
    check(1536, 0, 1000, "1.5 KiB, 1.5 KiB/s");
    check(512ull << 20, 1ull << 30, 2000, "512.0 MiB of 1.0 GiB, 256.0 MiB/s");
    check(UINT64_MAX, 0, 1000, "16777216.0 TiB, 16777216.0 TiB/s");
}

/* Standard error of a test is no terminal: nothing may be written to it. */
static void progress_is_silent_without_a_terminal(void)
{
    struct progress progress;

    progress_start(&progress, true, 10);
    progress.next_ms = 0;
    progress_step(&progress, 5);
    CU_ASSERT_FALSE(progress.shown);
    progress_end(&progress);
}

const struct test tests_progress[] = {{"progress_says_how_much_and_how_fast",
                                       progress_says_how_much_and_how_fast},
                                      {"progress_is_silent_without_a_terminal",
                                       progress_is_silent_without_a_terminal},
                                      {NULL, NULL}};
