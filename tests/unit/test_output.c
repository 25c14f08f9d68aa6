/* SPDX-License-Identifier: MIT */
/*
 * A file stands under its name only when it is whole, and a run that failed
 * leaves what was there before, and nothing else.
 */
#include "common/output.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/harness.h"

static struct error error;

/* What stands under `name`, compared with `text`; NULL: nothing does. */
static void holds(const char *name, const char *text)
{
    char *found = test_read_file(test_path(name), NULL);

    if (text == NULL)
        CU_ASSERT_PTR_NULL(found);
    if (text != NULL) {
        CU_ASSERT_PTR_NOT_NULL(found);
        if (found != NULL)
            CU_ASSERT_STRING_EQUAL(found, text);
    }
    free(found);
}

/* Files in the folder of the test, hidden ones too. */
static int files(void)
{
    DIR *dir = opendir(test_folder());
    struct dirent *entry;
    int count = 0;

    while (dir != NULL && (entry = readdir(dir)) != NULL)
        count +=
            strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    if (dir != NULL)
        closedir(dir);
    return count;
}

static void put(const char *name, const char *text)
{
    test_write_file(test_path(name), text, strlen(text));
}

static struct output *start(const char *name, enum output_mode mode,
                            const char *text)
{
    struct output *out = NULL;

    error_clear(&error);
    CU_ASSERT_EQUAL(output_open(&out, test_path(name), mode, &error), 0);
    if (out != NULL)
        CU_ASSERT_EQUAL(output_write(out, text, strlen(text), &error), 0);
    return out;
}

static void output_appears_when_committed(void)
{
    struct output *out = start("f", OUTPUT_FRESH, "new");

    holds("f", NULL);
    CU_ASSERT_EQUAL(output_length(out), 3);
    CU_ASSERT_EQUAL(output_commit(out, &error), 0);
    holds("f", "new");
    CU_ASSERT_EQUAL(files(), 1);
}

static void output_abandoned_leaves_what_was_there(void)
{
    put("f", "old");
    output_abandon(start("f", OUTPUT_FRESH, "new"));
    holds("f", "old");
    CU_ASSERT_EQUAL(files(), 1);
    output_abandon(NULL);
}

static void output_resumed_begins_with_what_is_there(void)
{
    struct output *out;

    put("f", "old");
    out = start("f", OUTPUT_RESUME, "new");
    holds("f", "old"); /* untouched until it is whole */
    CU_ASSERT_EQUAL(output_length(out), 6);
    CU_ASSERT_EQUAL(output_commit(out, &error), 0);
    holds("f", "oldnew");
    out = start("g", OUTPUT_RESUME, "new"); /* nothing to go on from */
    CU_ASSERT_EQUAL(output_length(out), 3);
    CU_ASSERT_EQUAL(output_commit(out, &error), 0);
    holds("g", "new");
}

static void output_survives_short_writes(void)
{
    struct output *out;

    test_short_io(1);
    out = start("f", OUTPUT_FRESH, "one byte at a time");
    CU_ASSERT_EQUAL(output_length(out), 18);
    CU_ASSERT_EQUAL(output_commit(out, &error), 0);
    test_short_io(0);
    holds("f", "one byte at a time");
}

static void output_keeps_permissions_and_links(void)
{
    struct stat status;

    put("f", "old");
    CU_ASSERT_EQUAL(chmod(test_path("f"), 0646), 0);
    CU_ASSERT_EQUAL(symlink("f", test_path("link")), 0);
    CU_ASSERT_EQUAL(output_commit(start("link", OUTPUT_FRESH, "new"), &error),
                    0);
    holds("f", "new");
    CU_ASSERT_EQUAL(lstat(test_path("link"), &status), 0);
    CU_ASSERT(S_ISLNK(status.st_mode));
    CU_ASSERT_EQUAL(stat(test_path("f"), &status), 0);
    CU_ASSERT_EQUAL(status.st_mode & 07777, 0646);
    CU_ASSERT_EQUAL(files(), 2);
}

static void output_sweeps_only_what_the_dead_left(void)
{
    char live[64], dead[64], other[64];
    pid_t gone = fork();

    if (gone == 0)
        _exit(0);
    waitpid(gone, NULL, 0); /* a number that nobody bears now */
    snprintf(live, sizeof(live), ".f.%ld.part", (long)getppid());
    snprintf(dead, sizeof(dead), ".f.%ld.part", (long)gone);
    snprintf(other, sizeof(other), ".ff.%ld.part", (long)gone);
    put(live, "x");
    put(dead, "x");
    put(other, "x");
    put(".f.12x.part", "x");
    put(".f..part", "x");
    CU_ASSERT_EQUAL(output_commit(start("f", OUTPUT_FRESH, "new"), &error), 0);
    holds(live, "x");
    holds(dead, NULL);
    holds(other, "x");
    CU_ASSERT_EQUAL(files(), 5);
}

/* As a process in another namespace would hold it. */
static void output_sweeps_nothing_that_is_locked(void)
{
    pid_t gone = fork();
    char part[64];
    int fd;

    if (gone == 0)
        _exit(0);
    waitpid(gone, NULL, 0);
    snprintf(part, sizeof(part), ".f.%ld.part", (long)gone);
    put(part, "x");
    fd = open(test_path(part), O_WRONLY);
    CU_ASSERT_EQUAL(flock(fd, LOCK_EX), 0);
    CU_ASSERT_EQUAL(output_commit(start("f", OUTPUT_FRESH, "new"), &error), 0);
    holds(part, "x");
    close(fd);
    CU_ASSERT_EQUAL(output_commit(start("f", OUTPUT_FRESH, "new"), &error), 0);
    holds(part, NULL);
}

/* In a namespace of process numbers each run may bear the same one. */
static void output_takes_over_a_leftover_of_its_own_number(void)
{
    char part[64];

    snprintf(part, sizeof(part), ".f.%ld.part", (long)getpid());
    put(part, "left by another who bore our number");
    CU_ASSERT_EQUAL(output_commit(start("f", OUTPUT_FRESH, "new"), &error), 0);
    holds("f", "new");
    CU_ASSERT_EQUAL(files(), 1);
}

static void output_is_written_by_one_at_a_time(void)
{
    struct output *first = start("f", OUTPUT_FRESH, "first"), *second;

    CU_ASSERT_EQUAL(output_open(&second, test_path("f"), OUTPUT_FRESH, &error),
                    -ERROR_LOCAL);
    CU_ASSERT_PTR_NULL(second);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "is being written already"));
    CU_ASSERT_EQUAL(output_commit(first, &error), 0);
    holds("f", "first");
}

static void output_writes_straight_to_what_is_no_file(void)
{
    struct output *out = NULL;
    char text[8] = "";
    int fd;

    CU_ASSERT_EQUAL(output_open(&out, "/dev/null", OUTPUT_FRESH, &error), 0);
    CU_ASSERT_EQUAL(output_write(out, "x", 1, &error), 0);
    CU_ASSERT_EQUAL(output_commit(out, &error), 0);
    CU_ASSERT_EQUAL(mkfifo(test_path("pipe"), 0600), 0);
    fd = open(test_path("pipe"), O_RDONLY | O_NONBLOCK);
    out = start("pipe", OUTPUT_RESUME, "through");
    CU_ASSERT_EQUAL(read(fd, text, sizeof(text)), 7); /* before the commit */
    CU_ASSERT_EQUAL(output_commit(out, &error), 0);
    CU_ASSERT_STRING_EQUAL(text, "through");
    close(fd);
    CU_ASSERT_EQUAL(files(), 1);
}

static void output_says_which_path_and_why(void)
{
    struct output *out;

    error_clear(&error);
    CU_ASSERT_EQUAL(output_open(&out, "/nowhere/f", OUTPUT_FRESH, &error),
                    -ERROR_LOCAL);
    CU_ASSERT_STRING_EQUAL(error.text, "/nowhere/f: No such file or directory");
    error_clear(&error);
    CU_ASSERT_EQUAL(output_open(&out, "/", OUTPUT_FRESH, &error), -ERROR_LOCAL);
    CU_ASSERT_STRING_EQUAL(error.text, "/: Is a directory");
    error_clear(&error);
    CU_ASSERT_EQUAL(output_open(&out, "/dev/full", OUTPUT_FRESH, &error), 0);
    CU_ASSERT_EQUAL(output_write(out, "x", 1, &error), -ERROR_LOCAL);
    CU_ASSERT_STRING_EQUAL(error.text, "/dev/full: No space left on device");
    output_abandon(out);
}

/* A folder in the way appears after the file was opened. */
static void output_that_cannot_be_renamed_leaves_nothing(void)
{
    struct output *out = start("f", OUTPUT_FRESH, "new");

    CU_ASSERT_EQUAL(mkdir(test_path("f"), 0700), 0);
    CU_ASSERT_EQUAL(output_commit(out, &error), -ERROR_LOCAL);
    CU_ASSERT_EQUAL(files(), 1);
}

static void output_bears_the_longest_name(void)
{
    char name[256];

    memset(name, 'n', 255);
    name[255] = '\0';
    CU_ASSERT_EQUAL(output_commit(start(name, OUTPUT_FRESH, "new"), &error), 0);
    holds(name, "new");
    CU_ASSERT_EQUAL(files(), 1);
}

static void output_says_when_memory_is_short(void)
{
    struct output *out;
    int result = -1;

    for (long number = 1; result < 0 && number < 20; number++) {
        error_clear(&error);
        test_fail_allocation(number);
        result = output_open(&out, test_path("f"), OUTPUT_FRESH, &error);
        test_fail_allocation(0);
        if (result < 0) {
            CU_ASSERT_EQUAL(result, -ERROR_LOCAL);
            CU_ASSERT_EQUAL(files(), 0);
        }
    }
    CU_ASSERT_EQUAL(result, 0);
    output_abandon(out);
}

const struct test tests_output[] = {
    {"output_appears_when_committed", output_appears_when_committed},
    {"output_abandoned_leaves_what_was_there",
     output_abandoned_leaves_what_was_there},
    {"output_resumed_begins_with_what_is_there",
     output_resumed_begins_with_what_is_there},
    {"output_survives_short_writes", output_survives_short_writes},
    {"output_keeps_permissions_and_links", output_keeps_permissions_and_links},
    {"output_sweeps_only_what_the_dead_left",
     output_sweeps_only_what_the_dead_left},
    {"output_sweeps_nothing_that_is_locked",
     output_sweeps_nothing_that_is_locked},
    {"output_takes_over_a_leftover_of_its_own_number",
     output_takes_over_a_leftover_of_its_own_number},
    {"output_is_written_by_one_at_a_time", output_is_written_by_one_at_a_time},
    {"output_writes_straight_to_what_is_no_file",
     output_writes_straight_to_what_is_no_file},
    {"output_says_which_path_and_why", output_says_which_path_and_why},
    {"output_that_cannot_be_renamed_leaves_nothing",
     output_that_cannot_be_renamed_leaves_nothing},
    {"output_bears_the_longest_name", output_bears_the_longest_name},
    {"output_says_when_memory_is_short", output_says_when_memory_is_short},
    {NULL, NULL}};
