/* SPDX-License-Identifier: MIT */
/*
 * options: reading a command line by a table. The contract is in options.h.
 *
 * The order of the functions is that of the work: find the row that an
 * argument means, take its value, store it; then the words of an error.
 */
#include "common/options.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "common/limits.h"
#include "common/text.h"

/* Where we are in argv. */
struct cursor {
    char **argv;
    int argc;
    int next;     /* index of the argument that is read next */
    int operands; /* how many were moved to the front, argv[0] included */
    struct error *error;
};

static const struct option_spec *find_letter(const struct option_spec *table,
                                             char letter)
{
    for (; table->name != NULL; table++)
        if (table->letter == letter)
            return table;
    return NULL;
}

/* `length` bytes of `name`: a "=value" may follow them in the argument. */
static const struct option_spec *find_name(const struct option_spec *table,
                                           const char *name, size_t length)
{
    for (; table->name != NULL; table++)
        if (strlen(table->name) == length &&
            memcmp(table->name, name, length) == 0)
            return table;
    return NULL;
}

/* ---- storing a value ---------------------------------------------------- */

/* A secret is wiped from the argument list, which every user of the machine
 * can read with ps(1). Deliberately not from the environment or a history
 * file: that is the user's to keep, see --password-file. */
static int store_secret(const char **target, char *value, struct error *error)
{
    char *copy = strdup(value);

    if (copy == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory");
    explicit_bzero(value, strlen(value));
    options_secret_free(target);
    *target = copy;
    return 0;
}

static int store_list(struct option_list *list, const struct option_spec *row,
                      const char *value, struct error *error)
{
    if (list->count == OPTION_LIST_MAX)
        return error_set(error, ERROR_USAGE, "--%s: at most %d of them",
                         row->name, OPTION_LIST_MAX);
    list->values[list->count++] = value;
    return 0;
}

static int store_count(long *target, const struct option_spec *row,
                       const char *value, struct error *error)
{
    uint64_t number;

    if (!text_to_u64(span_of(value), OPTION_NUMBER_MAX, &number))
        return error_set(error, ERROR_USAGE,
                         "--%s: '%s' is not a whole number from 0 to %d",
                         row->name, value, OPTION_NUMBER_MAX);
    *target = (long)number;
    return 0;
}

/* "2", "2.5" or ".5" seconds, kept in milliseconds. Read by hand: strtod(3)
 * would take "inf", hexadecimal and, in some countries, a comma. */
static int store_seconds(int64_t *target, const struct option_spec *row,
                         const char *value, struct error *error)
{
    size_t whole = strcspn(value, ".");
    const char *fraction = value[whole] == '.' ? value + whole + 1 : "";
    size_t digits = strspn(fraction, "0123456789");
    uint64_t seconds = 0;
    int64_t ms = 0;
    bool good = fraction[digits] == '\0' && (whole > 0 || digits > 0);

    if (whole > 0)
        good = good && text_to_u64((struct span){value, whole},
                                   OPTION_NUMBER_MAX, &seconds);
    if (!good)
        return error_set(error, ERROR_USAGE,
                         "--%s: '%s' is not a number of seconds", row->name,
                         value);
    for (size_t i = 0; i < 3; i++)
        ms = ms * 10 + (i < digits ? fraction[i] - '0' : 0);
    *target = (int64_t)seconds * 1000 + ms;
    return 0;
}

static int store(const struct option_spec *row, char *value,
                 struct error *error)
{
    switch (row->kind) {
    case OPTION_FLAG:
        *(bool *)row->target = true;
        return 0;
    case OPTION_TEXT:
    case OPTION_PAIR: /* the first of the two; take_value has the second */
        *(const char **)row->target = value;
        return 0;
    case OPTION_LIST:
        return store_list(row->target, row, value, error);
    case OPTION_COUNT:
        return store_count(row->target, row, value, error);
    case OPTION_SECONDS:
        return store_seconds(row->target, row, value, error);
    case OPTION_SECRET:
        return store_secret(row->target, value, error);
    }
    return error_set(error, ERROR_USAGE, "--%s: not to be read", row->name);
}

void options_secret_free(const char **secret)
{
    /* strdup(3) gave it, so it is not const in truth. */
    char *text = (char *)(uintptr_t)*secret;

    if (text != NULL)
        explicit_bzero(text, strlen(text));
    free(text);
    *secret = NULL;
}

/* ---- the words of an error ---------------------------------------------- */

static int min3(int a, int b, int c)
{
    int least = a < b ? a : b;

    return least < c ? least : c;
}

/* Edit distance: the fewest bytes to insert, remove, replace or swap with
 * their neighbour that make `a` of `b`. Row i of the table holds the distances
 * of the first i bytes of `a` to every beginning of `b`; a swap looks two rows
 * back, so three rows are kept. Words longer than the row are far from any. */
static int distance(const char *a, const char *b)
{
    enum { WIDTH = OPTION_NAME_MAX + 1 };
    int rows[3][WIDTH];
    size_t a_length = strlen(a), b_length = strlen(b);

    if (a_length >= WIDTH || b_length >= WIDTH)
        return WIDTH;
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = (int)j;
    for (size_t i = 1; i <= a_length; i++) {
        int *now = rows[i % 3], *before = rows[(i - 1) % 3];

        now[0] = (int)i;
        for (size_t j = 1; j <= b_length; j++) {
            now[j] = min3(before[j] + 1, now[j - 1] + 1,
                          before[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = min3(now[j], now[j], rows[(i - 2) % 3][j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

const char *options_nearest(const char *word, const char *const *words,
                            size_t count)
{
    /* One slip in three letters is a typing error; more is another word. */
    int least = 1 + (int)strlen(word) / 3;
    const char *nearest = NULL;

    for (size_t i = 0; i < count; i++) {
        int far = distance(word, words[i]);

        if (far < least || (far == least && nearest == NULL)) {
            least = far;
            nearest = words[i];
        }
    }
    return nearest;
}

const void *options_verb(const void *rows, size_t count, size_t size,
                         const char *word, size_t arguments,
                         struct error *error)
{
    const char *names[OPTION_ROWS_MAX], *near;
    const char *row = rows;

    for (size_t i = 0; i < count; i++, row += size) {
        const struct option_verb *verb = (const struct option_verb *)row;

        names[i] = verb->name;
        if (strcmp(word, verb->name) != 0)
            continue;
        if (arguments >= verb->least && arguments <= verb->most)
            return row;
        error_set(error, ERROR_USAGE, "%s takes other arguments (see --help)",
                  word);
        return NULL;
    }
    near = options_nearest(word, names, count);
    error_set(error, ERROR_USAGE, "%s: no such command%s%s", word,
              near ? "; did you mean " : " (see --help)", near ? near : "");
    return NULL;
}

static int unknown_letter(const struct option_spec *table, const char *argument,
                          char letter, struct error *error)
{
    /* "-trace" is how some other programs would spell it. */
    const struct option_spec *row =
        find_name(table, argument + 1, strcspn(argument + 1, "="));

    if (row != NULL && strlen(row->name) > 1)
        return error_set(error, ERROR_USAGE,
                         "unknown option -%c; did you mean --%s?", letter,
                         row->name);
    return error_set(error, ERROR_USAGE,
                     "unknown option -%c; --help lists them all", letter);
}

static int unknown_name(const struct option_spec *table, const char *name,
                        size_t length, struct error *error)
{
    const char *names[OPTION_ROWS_MAX];
    char word[OPTION_NAME_MAX + 1];
    const char *near;
    size_t count = 0;

    while (count < OPTION_ROWS_MAX && table[count].name != NULL) {
        names[count] = table[count].name;
        count++;
    }
    snprintf(word, sizeof(word), "%.*s", (int)length, name);
    near = options_nearest(word, names, count);
    if (near == NULL)
        return error_set(error, ERROR_USAGE,
                         "unknown option --%s; --help lists them all", word);
    return error_set(error, ERROR_USAGE,
                     "unknown option --%s; did you mean --%s?", word, near);
}

/* ---- reading ------------------------------------------------------------ */

/* The value of `row`: what is joined to the option, else the next argument. */
static int take_value(struct cursor *c, const struct option_spec *row,
                      char *joined)
{
    char *value = joined;

    if (value == NULL && c->next < c->argc)
        value = c->argv[c->next++];
    if (value == NULL)
        return error_set(c->error, ERROR_USAGE, "--%s needs a value: %s",
                         row->name, row->argument);
    if (row->kind == OPTION_PAIR) {
        const char **pair = row->target;

        if (c->next >= c->argc)
            return error_set(c->error, ERROR_USAGE, "--%s needs two values: %s",
                             row->name, row->argument);
        pair[1] = c->argv[c->next++];
    }
    return store(row, value, c->error);
}

/* "-sv", "-oFILE", "-o FILE": letters until one takes a value. */
static int read_letters(struct cursor *c, const struct option_spec *table,
                        char *argument)
{
    for (char *at = argument + 1; *at != '\0'; at++) {
        const struct option_spec *row = find_letter(table, *at);
        int result;

        if (row == NULL)
            return unknown_letter(table, argument, *at, c->error);
        if (row->kind != OPTION_FLAG)
            return take_value(c, row, at[1] != '\0' ? at + 1 : NULL);
        if ((result = store(row, NULL, c->error)) < 0)
            return result;
    }
    return 0;
}

/* "--name", "--name value", "--name=value"; `name` is past the dashes. */
static int read_name(struct cursor *c, const struct option_spec *table,
                     char *name)
{
    size_t length = strcspn(name, "=");
    char *joined = name[length] == '=' ? name + length + 1 : NULL;
    const struct option_spec *row = find_name(table, name, length);

    if (row == NULL)
        return unknown_name(table, name, length, c->error);
    if (row->kind != OPTION_FLAG)
        return take_value(c, row, joined);
    if (joined != NULL)
        return error_set(c->error, ERROR_USAGE, "--%s takes no value",
                         row->name);
    return store(row, NULL, c->error);
}

/* The operand that is argv[`last`] ends the options. */
static int parse(const struct option_spec *table, int *argc, char **argv,
                 int last, struct error *error)
{
    struct cursor c = {
        .argv = argv, .argc = *argc, .next = 1, .operands = 1, .error = error};
    bool options_end = false;
    int result = 0;

    while (result == 0 && c.next < c.argc) {
        char *argument = argv[c.next++];

        if (options_end || argument[0] != '-' || argument[1] == '\0') {
            options_end = options_end || c.operands == last;
            argv[c.operands++] = argument;
        } else if (strcmp(argument, "--") == 0)
            options_end = true;
        else if (argument[1] == '-')
            result = read_name(&c, table, argument + 2);
        else
            result = read_letters(&c, table, argument);
    }
    *argc = c.operands;
    argv[c.operands] = NULL;
    return result;
}

int options_parse(const struct option_spec *table, int *argc, char **argv,
                  struct error *error)
{
    return parse(table, argc, argv, INT_MAX, error);
}

int options_parse_command(const struct option_spec *table, int *argc,
                          char **argv, struct error *error)
{
    return parse(table, argc, argv, 2, error);
}
