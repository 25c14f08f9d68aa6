/* SPDX-License-Identifier: MIT */
/*
 * lab_client: runs a command on the student's host and shows what it said.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/deadline.h"
#include "common/limits.h"
#include "labs/lab_run.h"

#define STUDENT "student"
#define ARGUMENTS_MAX 64

/* How long lab_trace_settled waits at most, and between two looks. A close is
 * over after a round trip; the rest is for a machine that is busy otherwise. */
#define SETTLE_MS 3000
#define SETTLE_PAUSE_NS 5000000

/* Appends one word as a shell wants it: in quotes if it holds anything that a
 * shell would take for its own. */
static void word_append(char *line, size_t size, const char *word)
{
    bool plain =
        word[0] != '\0' && strspn(word, "abcdefghijklmnopqrstuvwxyz"
                                        "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                        "0123456789@%+=:,./-_") == strlen(word);
    size_t used = strlen(line);

    snprintf(line + used, size - used, "%s%s%s%s", used > 0 ? " " : "",
             plain ? "" : "'", word, plain ? "" : "'");
}

static void command_show(struct lab_run *run, const char *const *argv)
{
    char line[LAB_TEXT_MAX] = "";

    for (; *argv; argv++)
        word_append(line, sizeof(line), *argv);
    lab_terminal_command(&run->terminal, line);
    lab_story_add(run->story, STORY_COMMAND, line);
    fflush(run->terminal.to);
}

/* --dns although the host's resolver would do: so the look-up is ours, and
 * stands in the record. */
static int add_dns(struct lab_run *run, const char *const *argv,
                   const char *full[ARGUMENTS_MAX + 4], struct error *error)
{
    size_t count = 0;

    full[count++] = argv[0];
    full[count++] = "--dns";
    full[count++] = world_dns(run->world);
    for (argv++; *argv; argv++) {
        if (count == ARGUMENTS_MAX)
            return error_set(error, ERROR_USAGE, "too many arguments");
        full[count++] = *argv;
    }
    full[count] = NULL;
    return 0;
}

int lab_repeat(struct lab_run *run, const char *const *argv,
               struct world_result *result, struct error *error)
{
    const char *full[ARGUMENTS_MAX + 4];

    if (add_dns(run, argv, full, error) < 0)
        return -(int)error->class;
    return world_command(run->world, STUDENT, full, result, error);
}

pid_t lab_sit(struct lab_run *run, const char *const *argv, int terminal,
              struct error *error)
{
    const char *full[ARGUMENTS_MAX + 4];

    command_show(run, argv);
    if (add_dns(run, argv, full, error) < 0)
        return -(int)error->class;
    return world_sit(run->world, STUDENT, full, terminal, error);
}

int lab_command(struct lab_run *run, const char *const *argv,
                struct world_result *result, struct error *error)
{
    command_show(run, argv);
    return lab_repeat(run, argv, result, error);
}

int lab_trace(struct lab_run *run, struct trace_file *file, struct error *error)
{
    const char *path = lab_path(run, "so-far.pcapng");

    if (world_trace_so_far(run->world, path, error) < 0)
        return -(int)error->class;
    return trace_read(file, path, error);
}

/* True when the connection of this close was not broken off before. */
static bool parted_well(const struct trace_file *file,
                        const struct trace_event *closed)
{
    size_t i;

    for (i = 0; i < file->event_count; i++)
        if (file->events[i].conn == closed->conn &&
            strcmp(file->events[i].name, "failed") == 0)
            return false;
    return true;
}

/* True when each TCP connection that began since `from_ns` was closed by both
 * its ends, and the frames of it have been seen: the program writes down that
 * it closes before its kernel sends the FIN. */
static bool all_closed(const struct trace_file *file, int64_t from_ns)
{
    long open_ends = 0;
    size_t i;

    for (i = 0; i < file->event_count; i++) {
        const struct trace_event *event = &file->events[i];

        if (event->time_ns < from_ns || event->layer != TRACE_LAYER_TCP)
            continue;
        if (strcmp(event->name, "connect") == 0 ||
            strcmp(event->name, "accept") == 0)
            open_ends++;
        else if (strcmp(event->name, "close") == 0 &&
                 (file->frame_count == 0 || event->frame_count > 0 ||
                  !parted_well(file, event)))
            open_ends--;
    }
    return open_ends <= 0;
}

int lab_trace_settled(struct lab_run *run, int64_t from_ns,
                      struct trace_file *file, struct error *error)
{
    const struct timespec pause = {.tv_nsec = SETTLE_PAUSE_NS};
    deadline_ns until = deadline_in_ms(SETTLE_MS);

    for (;;) {
        if (lab_trace(run, file, error) < 0)
            return -(int)error->class;
        if (deadline_passed(until) || all_closed(file, from_ns))
            return 0;
        trace_file_free(file);
        nanosleep(&pause, NULL);
    }
}

static uint64_t first_event_since(const struct trace_file *file,
                                  int64_t from_ns)
{
    size_t i;

    for (i = 0; i < file->event_count; i++)
        if (file->events[i].time_ns >= from_ns)
            return file->events[i].id;
    return 0;
}

int lab_ladder(struct lab_run *run, int64_t from_ns, struct error *error)
{
    struct ladder_options options = {.colour = run->terminal.colour,
                                     .columns = run->terminal.columns};
    struct trace_file file;
    int result = lab_trace_settled(run, from_ns, &file, error);

    if (result < 0)
        return result;
    lab_story_add_ladder(run->story, from_ns);
    options.first_event = first_event_since(&file, from_ns);
    if (options.first_event > 0) {
        fputc('\n', run->terminal.to);
        result = ladder_write(run->terminal.to, &file, &options, error);
        fputc('\n', run->terminal.to);
    }
    trace_file_free(&file);
    return result;
}

int lab_client(struct lab_run *run, const char *const *argv,
               struct world_result *result, struct error *error)
{
    int64_t from_ns;

    command_show(run, argv);
    from_ns = lab_now();
    if (lab_repeat(run, argv, result, error) < 0)
        return -(int)error->class;
    if (lab_ladder(run, from_ns, error) < 0) {
        if (result)
            world_result_free(result);
        return -(int)error->class;
    }
    return 0;
}
