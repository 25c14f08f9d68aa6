/* SPDX-License-Identifier: MIT */
/*
 * A lab's story: told in one process, read in another, its moments turned into
 * the numbers of events; and how it looks in a terminal.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/limits.h"
#include "labs/lab.h"
#include "labs/lab_story.h"
#include "labs/lab_terminal.h"
#include "tests/harness.h"

static void story_is_seen_by_the_process_that_forked(void)
{
    struct trace_file trace = {.event_count = 0};
    struct lab_story *story;
    struct error error = {0};
    struct story told = {0};
    pid_t pid;

    CU_ASSERT_FATAL(lab_story_new(&story, &error) == 0);
    pid = fork();
    if (pid == 0) {
        lab_story_add(story, STORY_SAY, "told by the child");
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    CU_ASSERT(lab_story_resolve(story, &trace, &told, &error) == 0);
    CU_ASSERT_EQUAL_FATAL(told.count, 1);
    CU_ASSERT_STRING_EQUAL(told.blocks[0].text, "told by the child");
    free((void *)told.blocks);
    lab_story_free(story);
}

/* Three events: before the step, in its command, and the far end's last word,
 * which came after the command was over but before the next thing happened. */
static void ladder_goes_on_until_the_next_command(void)
{
    struct trace_event events[3] = {{.id = 1}, {.id = 2}, {.id = 3}};
    struct trace_file trace = {.events = events, .event_count = 3};
    struct lab_story *story;
    struct error error = {0};
    struct story told = {0};
    int64_t from;

    CU_ASSERT_FATAL(lab_story_new(&story, &error) == 0);
    events[0].time_ns = lab_now();
    lab_story_add(story, STORY_STEP, "a step");
    lab_story_add(story, STORY_COMMAND, "http-client");
    from = events[1].time_ns = lab_now();
    lab_story_add_ladder(story, from);
    lab_story_add(story, STORY_SAY, "a sentence");
    events[2].time_ns = lab_now();
    lab_story_add(story, STORY_COMMAND, "http-client");
    lab_story_add_ladder(story, lab_now());
    CU_ASSERT(lab_story_resolve(story, &trace, &told, &error) == 0);
    /* The second ladder has no events; drawn, it would show all. */
    CU_ASSERT_EQUAL_FATAL(told.count, 5);
    CU_ASSERT_EQUAL(told.blocks[0].event, 2);
    CU_ASSERT_EQUAL(told.blocks[2].kind, STORY_LADDER);
    CU_ASSERT_EQUAL(told.blocks[2].event, 2);
    CU_ASSERT_EQUAL(told.blocks[2].last_event, 3);
    free((void *)told.blocks);
    lab_story_free(story);
}

static void story_says_when_it_is_full(void)
{
    struct lab_story *story;
    struct error error = {0};
    int i;

    CU_ASSERT_FATAL(lab_story_new(&story, &error) == 0);
    for (i = 0; i < LAB_STORY_BLOCKS_MAX; i++)
        lab_story_add(story, STORY_SAY, "x");
    CU_ASSERT(!lab_story_is_full(story));
    lab_story_add(story, STORY_SAY, "x");
    CU_ASSERT(lab_story_is_full(story));
    lab_story_free(story);
}

/* ---- in the terminal ---------------------------------------------------- */

static char *printed(void (*print)(const struct lab_terminal *terminal),
                     int columns)
{
    char *text = NULL;
    size_t length = 0;
    struct lab_terminal terminal = {.to = open_memstream(&text, &length),
                                    .columns = columns};

    print(&terminal);
    fclose(terminal.to);
    return text;
}

static void print_text(const struct lab_terminal *terminal)
{
    lab_terminal_text(terminal, " ! ", "   ",
                      "The quick brown fox jumps over the lazy dog, "
                      "§ by §, andneveronceaskswhythelineissoveryveryshort.");
}

static void text_is_wrapped_between_words(void)
{
    char *text = printed(print_text, 40);

    CU_ASSERT_STRING_EQUAL(text, " ! The quick brown fox jumps over the\n"
                                 "   lazy dog, § by §,\n"
                                 "   andneveronceaskswhythelineissoveryver\n"
                                 "   yshort.\n");
    free(text);
}

static void print_table(const struct lab_terminal *terminal)
{
    lab_terminal_table(terminal, "name|what it is\n"
                                 "SYN|a segment that opens a connection\n"
                                 "|nothing\n");
}

static void table_wraps_within_its_cells(void)
{
    char *text = printed(print_table, 40);

    CU_ASSERT_STRING_EQUAL(text, "\n"
                                 "   name  what it is\n"
                                 "   ----  -------------------------------\n"
                                 "   SYN   a segment that opens a\n"
                                 "         connection\n"
                                 "         nothing\n"
                                 "\n");
    free(text);
}

/* ---- the parameters ----------------------------------------------------- */

/* A student's trace can be compared with the teacher's: for ever the same. */
static void parameters_depend_on_the_seed_alone(void)
{
    struct lab_parameters a, b;

    lab_parameters_fill(&a, 1);
    lab_parameters_fill(&b, 1);
    CU_ASSERT_EQUAL(memcmp(&a, &b, sizeof(a)), 0);
    CU_ASSERT_STRING_EQUAL(a.user, "jon");
    CU_ASSERT_STRING_EQUAL(a.password, "harbor-garnet-435");
    lab_parameters_fill(&b, 2);
    CU_ASSERT(strcmp(a.password, b.password) != 0);
}

const struct test tests_lab_story[] = {
    {"story_is_seen_by_the_process_that_forked",
     story_is_seen_by_the_process_that_forked},
    {"ladder_goes_on_until_the_next_command",
     ladder_goes_on_until_the_next_command},
    {"story_says_when_it_is_full", story_says_when_it_is_full},
    {"text_is_wrapped_between_words", text_is_wrapped_between_words},
    {"table_wraps_within_its_cells", table_wraps_within_its_cells},
    {"parameters_depend_on_the_seed_alone",
     parameters_depend_on_the_seed_alone},
    {NULL, NULL}};
