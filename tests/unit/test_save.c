/* SPDX-License-Identifier: MIT */
#include "common/save.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/harness.h"

static struct save save;

static void check(const char *path, const char *wanted)
{
    char *text = test_read_file(path, NULL);

    CU_ASSERT_STRING_EQUAL(text ? text : "(none)", wanted);
    free(text);
}

/* All messages, one after the other, and only when all are there. */
static void save_puts_several_into_one_file(void)
{
    const char *file = test_path("all");
    struct error error = {0};

    CU_ASSERT_EQUAL(save_plan(&save, file, &error), 0);
    CU_ASSERT(!save.folder);
    CU_ASSERT_EQUAL(save_begin(&save, "1", &error), 0);
    CU_ASSERT_EQUAL(save_write(&save, "one", 3, &error), 0);
    CU_ASSERT_EQUAL(save_end(&save, &error), 0);
    CU_ASSERT(access(file, F_OK) < 0);
    CU_ASSERT_EQUAL(save_begin(&save, "2", &error), 0);
    CU_ASSERT_EQUAL(save_write(&save, "two", 3, &error), 0);
    CU_ASSERT_EQUAL(save_end(&save, &error), 0);
    CU_ASSERT_EQUAL(save_finish(&save, &error), 0);
    check(file, "onetwo");
    save_abandon(&save);
}

static void save_makes_a_folder_with_a_file_each(void)
{
    char folder[256];
    struct error error = {0};

    snprintf(folder, sizeof(folder), "%s/", test_path("mail"));
    CU_ASSERT_EQUAL(save_plan(&save, folder, &error), 0);
    CU_ASSERT(save.folder);
    CU_ASSERT_EQUAL(save_begin(&save, "1.eml", &error), 0);
    CU_ASSERT_EQUAL(save_write(&save, "one", 3, &error), 0);
    CU_ASSERT_EQUAL(save_end(&save, &error), 0);
    check(test_path("mail/1.eml"), "one");
    CU_ASSERT_EQUAL(save_begin(&save, "2.eml", &error), 0);
    CU_ASSERT_EQUAL(save_write(&save, "half", 4, &error), 0);
    save_abandon(&save);
    check(test_path("mail/2.eml"), "(none)");
    /* The folder is there now: no slash is needed to see that it is one. */
    CU_ASSERT_EQUAL(save_plan(&save, test_path("mail"), &error), 0);
    CU_ASSERT(save.folder);
    save_abandon(&save);
}

/* Pieces of every size around that of the buffer. */
static void save_keeps_every_octet_whatever_the_pieces(void)
{
    static const size_t sizes[] = {1, SAVE_BUFFER - 1, SAVE_BUFFER,
                                   SAVE_BUFFER + 1, 3};
    const char *file = test_path("f");
    char *octets = malloc(SAVE_BUFFER + 1);
    struct error error = {0};
    size_t total = 0, length;

    CU_ASSERT_EQUAL(save_plan(&save, file, &error), 0);
    CU_ASSERT_EQUAL(save_begin(&save, "x", &error), 0);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        memset(octets, 'a' + (int)i, sizes[i]);
        CU_ASSERT_EQUAL(save_write(&save, octets, sizes[i], &error), 0);
        total += sizes[i];
    }
    CU_ASSERT_EQUAL(save_finish(&save, &error), 0);
    char *text = test_read_file(file, &length);
    CU_ASSERT_EQUAL_FATAL(length, total);
    for (size_t i = 0, at = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
        for (size_t n = 0; n < sizes[i]; n++)
            if (text[at++] != 'a' + (int)i)
                CU_FAIL_FATAL("another octet");
    free(text);
    free(octets);
    save_abandon(&save);
}

static void save_says_what_can_not_be_written(void)
{
    struct error error = {0};

    CU_ASSERT_EQUAL(save_plan(&save, "", &error), -ERROR_USAGE);
    error_clear(&error);
    CU_ASSERT_EQUAL(save_plan(&save, test_path("no/such/"), &error),
                    -ERROR_LOCAL);
    error_clear(&error);
    CU_ASSERT_EQUAL(save_plan(&save, test_path("no/such"), &error), 0);
    CU_ASSERT_EQUAL(save_begin(&save, "1", &error), -ERROR_LOCAL);
    save_abandon(&save);
}

const struct test tests_save[] = {
    {"save_puts_several_into_one_file", save_puts_several_into_one_file},
    {"save_makes_a_folder_with_a_file_each",
     save_makes_a_folder_with_a_file_each},
    {"save_keeps_every_octet_whatever_the_pieces",
     save_keeps_every_octet_whatever_the_pieces},
    {"save_says_what_can_not_be_written", save_says_what_can_not_be_written},
    {NULL, NULL}};
