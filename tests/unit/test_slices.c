/* SPDX-License-Identifier: MIT */
#include "labs/trace/slices.h"

#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

/* A line each, some of them long, so that slices take unequal time. */
static void draw(FILE *to, size_t from, size_t end, const void *context)
{
    const char *word = context;

    for (size_t i = from; i < end; i++) {
        fprintf(to, "%zu", i);
        for (size_t n = 0; n < i % 7; n++)
            fprintf(to, " %s", word);
        fprintf(to, "\n");
    }
}

/* As one alone would have written it, whoever drew which slice. */
static void slices_come_in_their_order(void)
{
    static const size_t counts[] = {0, 1, 511, 512, 513, 10000};

    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        char *alone = NULL, *sliced = NULL;
        size_t alone_length, length;
        FILE *to = open_memstream(&alone, &alone_length);
        draw(to, 0, counts[i], "word");
        fclose(to);
        to = open_memstream(&sliced, &length);
        CU_ASSERT(slices_write(to, counts[i], draw, "word"));
        fclose(to);
        CU_ASSERT_EQUAL(length, alone_length);
        CU_ASSERT_EQUAL(memcmp(sliced, alone, alone_length), 0);
        free(alone);
        free(sliced);
    }
}

/* What can't be written is the stream's to tell, and keeps nobody waiting. */
static void slices_end_when_nothing_can_be_written(void)
{
    FILE *to = fopen("/dev/full", "w");

    CU_ASSERT_PTR_NOT_NULL_FATAL(to);
    CU_ASSERT(slices_write(to, 10000, draw, "word"));
    CU_ASSERT(ferror(to));
    fclose(to);
}

const struct test tests_slices[] = {
    {"slices_come_in_their_order", slices_come_in_their_order},
    {"slices_end_when_nothing_can_be_written",
     slices_end_when_nothing_can_be_written},
    {NULL, NULL},
};
