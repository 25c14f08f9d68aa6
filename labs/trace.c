/* SPDX-License-Identifier: MIT */
/*
 * trace: looking at a record, in several ways.
 *
 *     trace show FILE [--json]             the ladder, or an object a line;
 *                [--session]               or as a book quotes it
 *                [--filter "KEY=VALUE..."] of the events that fit
 *     trace compare A B [--json]           two conversations side by side
 *           ... --reproducible             what any two runs have in common
 *     trace notebook FILE                  what an eavesdropper learned
 *     trace page FILE [FILE] -o X.html     a page that needs nothing else
 *                [--source PREFIX]         but links to what make source made
 *     trace export --wire-only FILE OUT    the frames, for other tools
 *                  --json                  the events, an object a line
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/options.h"
#include "labs/trace/filter.h"
#include "labs/trace/reproduce.h"
#include "labs/trace/views.h"

enum { FILES_MAX = 2 };

static struct {
    bool help, json, wire_only, brief, reproducible, session;
    const char *colour; /* always, never, auto */
    const char *output;
    const char *source; /* where a page finds those of the source */
    const char *filter, *stream, *events; /* of show */
    const char *filters[FILES_MAX];       /* of compare: of A, of B */
} options = {.colour = "auto"};

/* ---- show --------------------------------------------------------------- */

/* As wide as the terminal, but no wider than is good to read. */
static int columns_up_to(int most)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");

    if (columns != NULL && atoi(columns) > 0)
        return atoi(columns);
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col < most ? size.ws_col : most;
    return 0;
}

/* Colour is for people at a terminal that has it, unless they say otherwise
 * (no-color.org). */
static int wants_colour(bool *colour, struct error *error)
{
    const char *term = getenv("TERM"), *refused = getenv("NO_COLOR");

    if (strcmp(options.colour, "always") == 0)
        *colour = true;
    else if (strcmp(options.colour, "never") == 0)
        *colour = false;
    else if (strcmp(options.colour, "auto") == 0)
        *colour = isatty(STDOUT_FILENO) &&
                  (refused == NULL || refused[0] == '\0') && term != NULL &&
                  strcmp(term, "dumb") != 0;
    else
        return error_set(error, ERROR_USAGE,
                         "--colour: '%s' is none of always, never, auto",
                         options.colour);
    return 0;
}

/* True for an event with one of the numbers of "3-17,20-24"; -ERROR_USAGE: the
 * text is no such list. */
static int is_listed(const char *list, uint64_t id)
{
    int listed = 0;

    for (const char *at = list;; at++) {
        uint64_t first, last;
        int length = 0;
        if (sscanf(at, "%" SCNu64 "-%" SCNu64 "%n", &first, &last, &length) !=
            2)
            return -ERROR_USAGE;
        listed = listed || (id >= first && id <= last);
        at += length;
        if (*at != ',')
            return *at == '\0' ? listed : -ERROR_USAGE;
    }
}

/* As they are numbered where they are shown. */
static int keep_events(struct trace_file *trace, struct error *error)
{
    size_t kept = 0;

    if (options.events == NULL)
        return 0;
    if (is_listed(options.events, 0) < 0)
        return error_set(error, ERROR_USAGE,
                         "--events: '%s' is no list like 3-17,20-24",
                         options.events);
    for (size_t i = 0; i < trace->event_count; i++)
        if (is_listed(options.events, trace->events[i].id) > 0)
            trace->events[kept++] = trace->events[i];
    trace->event_count = kept;
    return 0;
}

/* Only what was asked for is shown; the trace is ours to cut. `more` is another
 * filter, or NULL. */
static int cut(struct trace_file *trace, const char *more, struct error *error)
{
    struct filter filter = {0};

    if ((options.filter != NULL &&
         filter_add(&filter, options.filter, error) < 0) ||
        (more != NULL && filter_add(&filter, more, error) < 0))
        return -ERROR_USAGE;
    if (options.stream != NULL &&
        filter_add_word(&filter, "stream", options.stream, error) < 0)
        return -ERROR_USAGE;
    filter_apply(&filter, trace);
    return 0;
}

/* Why there is nothing to be seen, where there is not: a program that reads
 * JSON sees that for itself. */
static void say_nothing_shown(const char *path, const struct trace_file *trace,
                              const struct trace_file *shown)
{
    if (options.json || shown->event_count > 0)
        return;
    if (trace->event_count > 0)
        printf("%s: none of %zu events fits\n", path, trace->event_count);
    else
        printf("%s: no program recorded here, %zu frames only; "
               "\"trace notebook\" reads those\n",
               path, trace->frame_count);
}

static int write_shown(const struct trace_file *shown, struct error *error)
{
    struct ladder_options ladder = {.columns = columns_up_to(120),
                                    .citations = !options.brief};

    if (wants_colour(&ladder.colour, error) < 0)
        return -ERROR_USAGE;
    if (options.json)
        return json_write(stdout, shown, error);
    if (options.session)
        return session_write(stdout, shown, ladder.columns, error);
    return ladder_write(stdout, shown, &ladder, error);
}

static int show(char **paths, const struct trace_file *traces, size_t count,
                struct error *error)
{
    struct trace_file shown = *traces;
    struct reproduced made = {0};
    int result = cut(&shown, NULL, error);

    (void)count;
    if (result == 0)
        say_nothing_shown(paths[0], traces, &shown);
    if (result == 0 && options.reproducible)
        result = trace_reproduce(&shown, &made, error);
    if (result == 0)
        result = keep_events(&shown, error);
    if (result == 0)
        result = write_shown(&shown, error);
    reproduced_free(&made);
    return result;
}

/* ---- compare ------------------------------------------------------------ */

/* 0 when both are the same, DIFFERENT when not, as diff does. */
enum { DIFFERENT = 1 };

static int compare(char **paths, const struct trace_file *traces, size_t count,
                   struct error *error)
{
    struct compare_options compared = {.names = {paths[0], paths[1]},
                                       .columns = columns_up_to(140),
                                       .timeless = options.reproducible};
    struct trace_file shown[FILES_MAX] = {traces[0], traces[1]};
    struct reproduced made[FILES_MAX] = {{0}, {0}};
    bool same = true;
    int result = wants_colour(&compared.colour, error);

    for (size_t i = 0; i < count && result == 0; i++) {
        result = cut(&shown[i], options.filters[i], error);
        if (result == 0 && options.reproducible)
            result = trace_reproduce(&shown[i], &made[i], error);
        if (result == 0)
            result = keep_events(&shown[i], error);
    }
    if (result == 0)
        result = options.json ? compare_json_write(stdout, &shown[0], &shown[1],
                                                   &same, error)
                              : compare_write(stdout, &shown[0], &shown[1],
                                              &compared, &same, error);
    for (size_t i = 0; i < count; i++)
        reproduced_free(&made[i]);
    return result == 0 && !same ? DIFFERENT : result;
}

/* ---- the others --------------------------------------------------------- */

static int notebook(char **paths, const struct trace_file *traces, size_t count,
                    struct error *error)
{
    (void)paths;
    (void)count;
    return notebook_write(stdout, traces, error);
}

static int finish(struct output *output, int result, struct error *error)
{
    if (result == 0)
        return output_commit(output, error);
    output_abandon(output);
    return result;
}

static int page(char **paths, const struct trace_file *traces, size_t count,
                struct error *error)
{
    struct output *output;
    const char *names[FILES_MAX];

    for (size_t i = 0; i < count; i++)
        names[i] = paths[i];
    if (output_open(&output, options.output, OUTPUT_FRESH, error) < 0)
        return -(int)error->class;
    return finish(output,
                  page_write_several(output, traces, names, count,
                                     count == 1 ? names[0] : "Two traces",
                                     options.source, error),
                  error);
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), wanted = strlen(end);

    return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

static int export(char **paths, const struct trace_file *traces, size_t count,
                  struct error *error)
{
    struct output *output;

    (void)count;
    if (options.wire_only == options.json)
        return error_set(error, ERROR_USAGE,
                         "export wants --wire-only (frames, for other tools) "
                         "or --json (events, one a line)");
    if (output_open(&output, paths[1], OUTPUT_FRESH, error) < 0)
        return -(int)error->class;
    return finish(
        output,
        options.json
            ? export_json(output, traces, error)
            : export_wire(output, traces, ends_with(paths[1], ".pcap"), error),
        error);
}

/* ---- the command line --------------------------------------------------- */

struct command {
    const char *name, *synopsis;
    int least, most; /* operands */
    size_t inputs;   /* how many of them are traces at most */
    enum trace_depth depth;
    /* 0, DIFFERENT, or -class. */
    int (*run)(char **paths, const struct trace_file *traces, size_t count,
               struct error *error);
};
static const struct command commands[] = {
    {"show", "show FILE [--json] [--brief] [--filter EXPR] [--stream NAME]", 1,
     1, 1, TRACE_READ_EVENTS, show},
    {"compare", "compare A B [--json] [--a EXPR] [--b EXPR]", 2, 2, 2,
     TRACE_READ_ALL, compare},
    {"notebook", "notebook FILE", 1, 1, 1, TRACE_READ_WIRE, notebook},
    {"page", "page FILE [FILE] -o X.html [--source PREFIX]", 1, 2, 2,
     TRACE_READ_ALL, page},
    {"export", "export --wire-only|--json FILE OUT", 2, 2, 1, TRACE_READ_ALL,
     export},
};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const struct option_spec table[] = {
    {0, "json", NULL, OPTION_FLAG, &options.json,
     "show, compare, export: one JSON object a line"},
    {0, "colour", "WHEN", OPTION_TEXT, &options.colour,
     "show, compare: always, never, or auto (on a terminal)"},
    {0, "brief", NULL, OPTION_FLAG, &options.brief,
     "show: without RFC, source line and frames"},
    {0, "filter", "EXPR", OPTION_TEXT, &options.filter,
     "show, compare: only events where all of KEY=VALUE[,VALUE]... hold, or "
     "KEY!=VALUE; keys are host conn peer proto stream dir layer name"},
    {0, "a", "EXPR", OPTION_TEXT, &options.filters[0],
     "compare: of A only events that fit; A and B may be one file"},
    {0, "b", "EXPR", OPTION_TEXT, &options.filters[1],
     "compare: of B only events that fit"},
    {0, "events", "N-M", OPTION_TEXT, &options.events,
     "show, compare: of these only the events numbered N to M; N-M,N-M..."},
    {0, "stream", "NAME", OPTION_TEXT, &options.stream,
     "show: only events of that stream, as control or data"},
    {'o', "output", "FILE", OPTION_TEXT, &options.output,
     "page: write it there"},
    {0, "source", "PREFIX", OPTION_TEXT, &options.source,
     "page: link each event to the pages that \"make source\" has put there, "
     "as ../source/"},
    {0, "session", NULL, OPTION_FLAG, &options.session,
     "show: as C: and S: lines, each message with what it means"},
    {0, "reproducible", NULL, OPTION_FLAG, &options.reproducible,
     "show, compare: clock, ports, ids and all else that is chance by rule, "
     "so that two runs of the same give the same bytes"},
    {0, "wire-only", NULL, OPTION_FLAG, &options.wire_only,
     "export: the frames and nothing else"},
    {'h', "help", NULL, OPTION_FLAG, &options.help, "show this help"},
    OPTIONS_END};

static void help(void)
{
    puts("trace: look at a record that a program or a lab has made\n");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  trace %s\n", commands[i].synopsis);
    puts("");
    options_help(stdout, "trace", "COMMAND [options] FILE...", table);
}

static const struct command *command_find(const char *name, struct error *error)
{
    const char *names[COMMANDS];

    for (size_t i = 0; i < COMMANDS; i++) {
        names[i] = commands[i].name;
        if (name != NULL && strcmp(name, names[i]) == 0)
            return &commands[i];
    }
    const char *near =
        name != NULL ? options_nearest(name, names, COMMANDS) : NULL;
    if (name == NULL)
        error_set(error, ERROR_USAGE,
                  "which view? show, compare, notebook, page or export");
    else if (near != NULL)
        error_set(error, ERROR_USAGE, "unknown command '%s'; did you mean %s?",
                  name, near);
    else
        error_set(error, ERROR_USAGE,
                  "unknown command '%s'; there are show, compare, notebook, "
                  "page and export",
                  name);
    return NULL;
}

static int command_run(const struct command *command, char **paths,
                       int operands, struct error *error)
{
    struct trace_file traces[FILES_MAX] = {0};
    size_t count =
        (size_t)operands < command->inputs ? (size_t)operands : command->inputs;
    int result = 0;

    if (operands < command->least || operands > command->most)
        return error_set(error, ERROR_USAGE, "usage: trace %s",
                         command->synopsis);
    for (size_t i = 0; i < count && result == 0; i++)
        result = trace_read_depth(&traces[i], paths[i], command->depth, error);
    if (result == 0)
        result = command->run(paths, traces, count, error);
    for (size_t i = 0; i < count; i++)
        trace_file_free(&traces[i]);
    if (result >= 0 && fflush(stdout) != 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "standard output");
    return result;
}

int main(int argc, char **argv)
{
    static char buffer[1 << 16];
    struct error error = {0};

    setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
    if (options_parse(table, &argc, argv, &error) < 0)
        return error_print("trace", &error);
    if (options.help) {
        help();
        return 0;
    }
    const struct command *command =
        command_find(argc > 1 ? argv[1] : NULL, &error);
    int result = command != NULL
                     ? command_run(command, argv + 2, argc - 2, &error)
                     : -ERROR_USAGE;
    return result < 0 ? error_print("trace", &error) : result;
}
