/* SPDX-License-Identifier: MIT */
/*
 * The command line: each way to write an option, each way to write it wrong.
 * A line is given as one string and split at blanks; "_" stands for an empty
 * argument.
 */
#include "common/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

static bool silent, verbose;
static const char *output, *request, *secret;
static struct option_list headers;
static long retries;
static int64_t wait_ms;

static const struct option_spec table[] = {
    {'s', "silent", NULL, OPTION_FLAG, &silent, "say nothing"},
    {'v', "verbose", NULL, OPTION_FLAG, &verbose, "say all"},
    {'o', "output", "FILE", OPTION_TEXT, &output, "write to FILE"},
    {'X', "request", "METHOD", OPTION_TEXT, &request, "the method"},
    {'H', "header", "LINE", OPTION_LIST, &headers, "add a field"},
    {'u', "user", "NAME", OPTION_SECRET, &secret, "log in"},
    {0, "retries", "N", OPTION_COUNT, &retries, "try again"},
    {'m', "max-time", "SECONDS", OPTION_SECONDS, &wait_ms, "at most"},
    OPTIONS_END};

#define ARGUMENTS_MAX (OPTION_LIST_MAX + 16)

static char text[4 * ARGUMENTS_MAX];
static char *argv[ARGUMENTS_MAX + 2];
static int argc;
static struct error error;

/* Parses "program " and `line`; the result of options_parse. */
static int parse(const char *line)
{
    silent = verbose = false;
    output = request = NULL;
    memset(&headers, 0, sizeof(headers));
    retries = 0;
    wait_ms = 0;
    error_clear(&error);
    snprintf(text, sizeof(text), "program %s", line);
    argc = 0;
    for (char *at = strtok(text, " "); at != NULL; at = strtok(NULL, " "))
        argv[argc++] = strcmp(at, "_") == 0 ? at + 1 : at;
    argv[argc] = NULL;
    return options_parse(table, &argc, argv, &error);
}

static void refuses(const char *line, const char *sentence)
{
    CU_ASSERT_EQUAL(parse(line), -ERROR_USAGE);
    CU_ASSERT_STRING_EQUAL(error.text, sentence);
}

static void options_take_short_ones_joined_and_apart(void)
{
    CU_ASSERT_EQUAL(parse("-sv -oa -X PUT"), 0);
    CU_ASSERT(silent && verbose);
    CU_ASSERT_STRING_EQUAL(output, "a");
    CU_ASSERT_STRING_EQUAL(request, "PUT");
    CU_ASSERT_EQUAL(parse("-svoa=b"), 0);
    CU_ASSERT(silent && verbose);
    CU_ASSERT_STRING_EQUAL(output, "a=b");
}

static void options_take_long_ones_with_and_without_equals(void)
{
    CU_ASSERT_EQUAL(parse("--silent --output=a=b --request PUT"), 0);
    CU_ASSERT(silent && !verbose);
    CU_ASSERT_STRING_EQUAL(output, "a=b");
    CU_ASSERT_STRING_EQUAL(request, "PUT");
    CU_ASSERT_EQUAL(parse("--output="), 0);
    CU_ASSERT_STRING_EQUAL(output, "");
    CU_ASSERT_EQUAL(parse("-o -v --request --silent"), 0);
    CU_ASSERT(!silent && !verbose); /* a value may begin with a dash */
}

static void options_leave_the_operands_in_order(void)
{
    CU_ASSERT_EQUAL(parse("a -s b -o c - d"), 0);
    CU_ASSERT_EQUAL(argc, 5);
    CU_ASSERT_STRING_EQUAL(argv[1], "a");
    CU_ASSERT_STRING_EQUAL(argv[2], "b");
    CU_ASSERT_STRING_EQUAL(argv[3], "-");
    CU_ASSERT_STRING_EQUAL(argv[4], "d");
    CU_ASSERT_PTR_NULL(argv[5]);
}

static void options_end_at_two_dashes(void)
{
    CU_ASSERT_EQUAL(parse("-s -- -v -- --output"), 0);
    CU_ASSERT(silent && !verbose);
    CU_ASSERT_EQUAL(argc, 4);
    CU_ASSERT_STRING_EQUAL(argv[1], "-v");
    CU_ASSERT_STRING_EQUAL(argv[2], "--");
    CU_ASSERT_STRING_EQUAL(argv[3], "--output");
}

static void options_keep_the_last_text_and_every_item_of_a_list(void)
{
    CU_ASSERT_EQUAL(parse("-o a -H 1 --output=b -H2 --header 3"), 0);
    CU_ASSERT_STRING_EQUAL(output, "b");
    CU_ASSERT_EQUAL_FATAL(headers.count, 3);
    CU_ASSERT_STRING_EQUAL(headers.values[0], "1");
    CU_ASSERT_STRING_EQUAL(headers.values[1], "2");
    CU_ASSERT_STRING_EQUAL(headers.values[2], "3");
}

static void options_refuse_a_list_past_its_maximum(void)
{
    char line[OPTION_LIST_MAX * 4 + 8] = "";

    for (int i = 0; i < OPTION_LIST_MAX; i++)
        strcat(line, "-Hx ");
    CU_ASSERT_EQUAL(parse(line), 0);
    CU_ASSERT_EQUAL(headers.count, OPTION_LIST_MAX);
    strcat(line, "-Hx");
    refuses(line, "--header: at most 1024 of them");
}

static void options_read_whole_numbers_only(void)
{
    CU_ASSERT_EQUAL(parse("--retries 0"), 0);
    CU_ASSERT_EQUAL(parse("--retries 1000000000"), 0);
    CU_ASSERT_EQUAL(retries, 1000000000);
    CU_ASSERT_EQUAL(parse("--retries 1000000001"), -ERROR_USAGE);
    CU_ASSERT_EQUAL(parse("--retries -1"), -ERROR_USAGE);
    CU_ASSERT_EQUAL(parse("--retries 1k"), -ERROR_USAGE);
    CU_ASSERT_EQUAL(parse("--retries +1"), -ERROR_USAGE);
    refuses("--retries _", "--retries: '' is not a whole number from 0 to "
                           "1000000000");
}

static void options_read_seconds_with_a_fraction(void)
{
    static const struct {
        const char *line;
        int64_t ms;
    } cases[] = {{"-m 2", 2000},      {"-m2.5", 2500},         {"-m .25", 250},
                 {"-m 1.", 1000},     {"-m 0.0019", 1},        {"-m 0", 0},
                 {"-m 1.2345", 1234}, {"--max-time=10", 10000}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        CU_ASSERT_EQUAL(parse(cases[i].line), 0);
        CU_ASSERT_EQUAL(wait_ms, cases[i].ms);
    }
}

static void options_refuse_what_is_no_number_of_seconds(void)
{
    static const char *const cases[] = {"-m .",    "-m -1",  "-m 1,5",
                                        "-m inf",  "-m 1e3", "-m 0x1",
                                        "-m 1.5s", "-m _",   "-m 1.2.3"};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        CU_ASSERT_EQUAL(parse(cases[i]), -ERROR_USAGE);
    refuses("-m soon", "--max-time: 'soon' is not a number of seconds");
}

/* ps(1) shows the arguments of every process to every user. */
static void options_wipe_a_secret_from_argv(void)
{
    CU_ASSERT_EQUAL(parse("-u me:pass"), 0);
    CU_ASSERT_STRING_EQUAL(secret, "me:pass");
    CU_ASSERT_PTR_NULL(memmem(text, sizeof(text), "me:pass", 7));
    CU_ASSERT_EQUAL(parse("-sume:word"), 0);
    CU_ASSERT_STRING_EQUAL(secret, "me:word");
    CU_ASSERT_PTR_NULL(memmem(text, sizeof(text), "me:word", 7));
    CU_ASSERT_EQUAL(parse("--user=me:third"), 0);
    CU_ASSERT_STRING_EQUAL(secret, "me:third");
    CU_ASSERT_PTR_NULL(memmem(text, sizeof(text), "third", 5));
    options_secret_free(&secret);
    CU_ASSERT_PTR_NULL(secret);
}

static void options_say_when_memory_is_short(void)
{
    test_fail_allocation(1);
    CU_ASSERT_EQUAL(parse("-u me:pass"), -ERROR_LOCAL);
    CU_ASSERT_PTR_NULL(secret);
}

static void options_refuse_a_missing_or_superfluous_value(void)
{
    refuses("-o", "--output needs a value: FILE");
    refuses("-so", "--output needs a value: FILE");
    refuses("--output", "--output needs a value: FILE");
    refuses("--silent=yes", "--silent takes no value");
}

static void options_name_the_nearest_to_an_unknown_one(void)
{
    refuses("--otuput x", "unknown option --otuput; did you mean --output?");
    refuses("--verbos", "unknown option --verbos; did you mean --verbose?");
    refuses("--max_time=1", "unknown option --max_time; did you mean "
                            "--max-time?");
    refuses("-request", "unknown option -r; did you mean --request?");
    refuses("--fax", "unknown option --fax; --help lists them all");
    refuses("-svq", "unknown option -q; --help lists them all");
}

static void options_bear_an_endless_name(void)
{
    char line[600] = "--";

    memset(line + 2, 'x', sizeof(line) - 3);
    line[sizeof(line) - 1] = '\0';
    CU_ASSERT_EQUAL(parse(line), -ERROR_USAGE);
}

static void options_nearest_counts_edits(void)
{
    static const char *const words[] = {"header", "head", "output"};

    CU_ASSERT_STRING_EQUAL(options_nearest("haed", words, 3), "head");
    CU_ASSERT_STRING_EQUAL(options_nearest("ehda", words, 3), "head");
    CU_ASSERT_STRING_EQUAL(options_nearest("headr", words, 3), "header");
    CU_ASSERT_STRING_EQUAL(options_nearest("puttout", words, 3), "output");
    CU_ASSERT_PTR_NULL(options_nearest("xyz", words, 3));
    CU_ASSERT_PTR_NULL(options_nearest("head", words, 0));
}

static void options_help_lines_up_and_folds_at_eighty(void)
{
    static const struct option_spec rows[] = {
        {'o', "output", "FILE", OPTION_TEXT, &output, "write to FILE"},
        {0, "a-name-that-is-far-too-long-for-its-column", NULL, OPTION_FLAG,
         &silent, "below"},
        {0, "more", NULL, OPTION_FLAG, &verbose,
         "words enough that the line must be folded, and the surplus tells"},
        {0, "most", NULL, OPTION_FLAG, &verbose,
         "words enough that the line must be folded, and the position tells"},
        OPTIONS_END};
    char *page = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&page, &length);

    options_help(to, "http-client", "[options] URL...", rows);
    fclose(to);
    CU_ASSERT_STRING_EQUAL(
        page,
        "Usage: http-client [options] URL...\n"
        "\n"
        "  -o, --output FILE  write to FILE\n"
        "      --a-name-that-is-far-too-long-for-its-column\n"
        "                     below\n"
        "      --more         words enough that the line must be folded, and "
        "the surplus\n"
        "                     tells\n"
        "      --most         words enough that the line must be folded, and "
        "the\n"
        "                     position tells\n");
    free(page);
}

static void options_verb_takes_the_arguments_it_names(void)
{
    static const struct {
        struct option_verb verb;
        int number;
    } rows[] = {{{"list", 0, 1}, 1}, {{"retr", 1, 1}, 2}};
    struct error wrong = {0};

    CU_ASSERT_PTR_EQUAL(options_verb(rows, 2, sizeof(*rows), "retr", 1, &wrong),
                        &rows[1]);
    CU_ASSERT_PTR_NULL(options_verb(rows, 2, sizeof(*rows), "retr", 0, &wrong));
    CU_ASSERT_EQUAL(wrong.class, ERROR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(wrong.text, "other arguments"));
    error_clear(&wrong);
    CU_ASSERT_PTR_NULL(options_verb(rows, 2, sizeof(*rows), "lsit", 0, &wrong));
    CU_ASSERT_PTR_NOT_NULL(strstr(wrong.text, "did you mean list"));
}

const struct test tests_options[] = {
    {"options_take_short_ones_joined_and_apart",
     options_take_short_ones_joined_and_apart},
    {"options_take_long_ones_with_and_without_equals",
     options_take_long_ones_with_and_without_equals},
    {"options_leave_the_operands_in_order",
     options_leave_the_operands_in_order},
    {"options_end_at_two_dashes", options_end_at_two_dashes},
    {"options_keep_the_last_text_and_every_item_of_a_list",
     options_keep_the_last_text_and_every_item_of_a_list},
    {"options_refuse_a_list_past_its_maximum",
     options_refuse_a_list_past_its_maximum},
    {"options_read_whole_numbers_only", options_read_whole_numbers_only},
    {"options_read_seconds_with_a_fraction",
     options_read_seconds_with_a_fraction},
    {"options_refuse_what_is_no_number_of_seconds",
     options_refuse_what_is_no_number_of_seconds},
    {"options_wipe_a_secret_from_argv", options_wipe_a_secret_from_argv},
    {"options_say_when_memory_is_short", options_say_when_memory_is_short},
    {"options_refuse_a_missing_or_superfluous_value",
     options_refuse_a_missing_or_superfluous_value},
    {"options_name_the_nearest_to_an_unknown_one",
     options_name_the_nearest_to_an_unknown_one},
    {"options_bear_an_endless_name", options_bear_an_endless_name},
    {"options_nearest_counts_edits", options_nearest_counts_edits},
    {"options_verb_takes_the_arguments_it_names",
     options_verb_takes_the_arguments_it_names},
    {"options_help_lines_up_and_folds_at_eighty",
     options_help_lines_up_and_folds_at_eighty},
    {NULL, NULL}};
