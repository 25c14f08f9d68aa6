/* SPDX-License-Identifier: MIT */
/*
 * lab: runs the labs, opens a shell on the pocket internet, and says what this
 * machine allows.
 *
 *     lab list | lab run NAME|all [--out DIR] | lab shell [--trace FILE]
 *     lab doctor
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/options.h"
#include "labs/lab_run.h"

/* The seed of a run that names none: everybody's numbers are the same.
 * lab_parameters_fill is ready for a student's own. */
#define SEED 1

struct arguments {
    const char *out, *way, *trace;
    bool help;
};

static int way_parse(const char *text, enum world_way *way, struct error *error)
{
    static const char *const names[WORLD_WAYS] = {[WORLD_ANY] = "any",
                                                  [WORLD_ROOTLESS] = "rootless",
                                                  [WORLD_ROOT] = "root",
                                                  [WORLD_LOOPBACK] =
                                                      "loopback"};
    int i;

    for (i = 0; i < WORLD_WAYS; i++)
        if (strcmp(text, names[i]) == 0) {
            *way = (enum world_way)i;
            return 0;
        }
    return error_set(error, ERROR_USAGE,
                     "--way is any, rootless, root or loopback, not %s", text);
}

static int setup_fill(struct lab_setup *setup,
                      const struct arguments *arguments, struct error *error)
{
    *setup =
        (struct lab_setup){.out = arguments->out, .trace = arguments->trace};
    lab_parameters_fill(&setup->parameters, SEED);
    return way_parse(arguments->way, &setup->way, error);
}

/* ---- the commands ------------------------------------------------------- */

static int list(const struct arguments *arguments, char **operands,
                struct error *error)
{
    size_t i;

    (void)arguments;
    if (operands[0])
        return error_set(error, ERROR_USAGE, "list takes no argument");
    for (i = 0; labs_all[i]; i++)
        printf("%-12s %s\n", labs_all[i]->name, labs_all[i]->title);
    return 0;
}

static const struct lab *lab_named(const char *name, struct error *error)
{
    const char *names[LABS_MAX];
    const char *nearest;
    size_t i;

    for (i = 0; labs_all[i]; i++) {
        if (strcmp(labs_all[i]->name, name) == 0)
            return labs_all[i];
        names[i] = labs_all[i]->name;
    }
    nearest = options_nearest(name, names, i);
    error_set(error, ERROR_USAGE,
              nearest ? "there is no lab %s; did you mean %s?"
                      : "there is no lab %s; see `lab list`",
              name, nearest);
    return NULL;
}

static int run(const struct arguments *arguments, char **operands,
               struct error *error)
{
    struct lab_setup setup;
    const struct lab *lab;

    if (!operands[0] || operands[1])
        return error_set(error, ERROR_USAGE,
                         "run takes the name of one lab, or `all`");
    if (arguments->trace)
        return error_set(error, ERROR_USAGE,
                         "--trace belongs to `lab shell`; a run leaves its "
                         "trace below --out");
    if (setup_fill(&setup, arguments, error) < 0)
        return -(int)error->class;
    if (strcmp(operands[0], "all") == 0)
        return lab_run_all(&setup, error);
    lab = lab_named(operands[0], error);
    return lab ? lab_run_one(lab, &setup, error) : -(int)error->class;
}

static int shell(const struct arguments *arguments, char **operands,
                 struct error *error)
{
    struct lab_setup setup;

    if (operands[0])
        return error_set(error, ERROR_USAGE,
                         "shell takes no argument; it reads commands from its "
                         "standard input");
    if (setup_fill(&setup, arguments, error) < 0)
        return -(int)error->class;
    return lab_shell(&setup, error);
}

/* To say that a way is refused is what it is for, so that is no failure. */
static int doctor(const struct arguments *arguments, char **operands,
                  struct error *error)
{
    (void)arguments;
    if (operands[0])
        return error_set(error, ERROR_USAGE, "doctor takes no argument");
    world_doctor(stdout);
    return 0;
}

static const struct {
    const char *name;
    int (*run)(const struct arguments *arguments, char **operands,
               struct error *error);
} commands[] = {
    {"list", list}, {"run", run}, {"shell", shell}, {"doctor", doctor}};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int unknown(const char *word, struct error *error)
{
    const char *names[COMMANDS], *nearest;
    size_t i;

    for (i = 0; i < COMMANDS; i++)
        names[i] = commands[i].name;
    nearest = options_nearest(word, names, COMMANDS);
    return error_set(error, ERROR_USAGE,
                     nearest ? "unknown command %s; did you mean %s?"
                             : "unknown command %s; see lab --help",
                     word, nearest);
}

static int dispatch(const struct arguments *arguments, char **operands,
                    struct error *error)
{
    size_t i;

    for (i = 0; i < COMMANDS; i++)
        if (strcmp(operands[0], commands[i].name) == 0)
            return commands[i].run(arguments, operands + 1, error);
    return unknown(operands[0], error);
}

int main(int argc, char **argv)
{
    struct arguments arguments = {.out = "out", .way = "any"};
    const struct option_spec table[] = {
        {'h', "help", NULL, OPTION_FLAG, &arguments.help, "show this help"},
        {0, "out", "DIR", OPTION_TEXT, &arguments.out,
         "leave traces and pages in DIR (out)"},
        {0, "way", "WAY", OPTION_TEXT, &arguments.way,
         "any, rootless, root or loopback: how the world is made"},
        {0, "trace", "FILE", OPTION_TEXT, &arguments.trace,
         "of shell: leave in FILE what passed there"},
        OPTIONS_END};
    struct error error = {0};
    int result;

    /* A file of ours must not come to stand where output goes. */
    if (fcntl(STDOUT_FILENO, F_GETFD) < 0)
        error_set_errno(&error, ERROR_LOCAL, errno, "standard output");
    result = error.class != ERROR_NONE
                 ? -ERROR_LOCAL
                 : options_parse(table, &argc, argv, &error);

    if (result == 0 && (arguments.help || argc < 2)) {
        options_help(arguments.help ? stdout : stderr, "lab",
                     "[options] list | run NAME|all | shell | doctor", table);
        return arguments.help ? 0 : ERROR_USAGE;
    }
    if (result == 0)
        result = dispatch(&arguments, argv + 1, &error);
    if (result == 0 && fflush(stdout) != 0)
        result = error_set_errno(&error, ERROR_LOCAL, errno, "standard output");
    /* A positive result is a status, not a failure: that of the shell. */
    return result < 0 ? error_print("lab", &error) : result;
}
