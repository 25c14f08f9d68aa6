/* SPDX-License-Identifier: MIT */
/*
 * lab_run: one lab, from the making of its world to its page.
 *
 *     lab_run_one        the world is made, `inside` runs in it
 *       inside           servers, then each step, then what to remember
 *     lab_page_write     the world is gone, the trace is whole
 */
#include "labs/lab_run.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct lab *const labs_all[] = {&lab_http_page,
                                      &lab_http_versions,
                                      &lab_http_status,
                                      &lab_http_state,
                                      &lab_https_trust,
                                      &lab_smtp_relay,
                                      &lab_mailbox_exists,
                                      &lab_pop3_imap,
                                      &lab_ftp_connections,
                                      &lab_telnet_ssh,
                                      NULL};

int lab_bin(char *path, size_t size, struct error *error)
{
    ssize_t length = readlink("/proc/self/exe", path, size - 1);
    char *slash;

    if (length < 0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "/proc/self/exe can't be read");
    path[length] = '\0';
    slash = strrchr(path, '/');
    if (slash)
        *slash = '\0';
    return 0;
}

int lab_out_path(const struct lab_setup *setup, const char *lab,
                 const char *file, char *path, size_t size, struct error *error)
{
    int length = lab ? snprintf(path, size, "%s/%s/%s", setup->out, lab, file)
                     : snprintf(path, size, "%s/%s", setup->out, file);

    if (length < 0 || (size_t)length >= size)
        return error_set(error, ERROR_USAGE, "the path %s is too long",
                         setup->out);
    return 0;
}

/* Makes every folder on the way to the last '/' of `path`. */
static int folders_make(const char *path, struct error *error)
{
    char folder[PATH_MAX];
    size_t i;

    for (i = 1; i < sizeof(folder) && path[i] != '\0'; i++) {
        if (path[i] != '/')
            continue;
        memcpy(folder, path, i);
        folder[i] = '\0';
        if (mkdir(folder, 0777) < 0 && errno != EEXIST)
            return error_set_errno(error, ERROR_LOCAL, errno,
                                   "the folder %s can't be made", folder);
    }
    return 0;
}

/* Says where in the lab an error happened; the error keeps its class. */
static int step_failed(const struct lab *lab, int number, struct error *error)
{
    char text[ERROR_TEXT_MAX];

    snprintf(text, sizeof(text), "%s", error->text);
    snprintf(error->text, sizeof(error->text), "%s, step %d: %.400s", lab->name,
             number, text);
    return -(int)error->class;
}

static int steps_run(struct lab_run *run, struct error *error)
{
    const struct lab_step *step;
    int number = 0;

    for (step = run->lab->steps; step->title; step++) {
        lab_story_add(run->story, STORY_STEP, step->title);
        lab_terminal_step(&run->terminal, ++number, step->title);
        if (step->claim) {
            lab_story_add(run->story, STORY_CLAIM, step->claim);
            lab_terminal_text(&run->terminal, "   You have been told: ",
                              "                       ", step->claim);
        }
        if (step->run(run, error) < 0)
            return step_failed(run->lab, number, error);
        fflush(run->terminal.to);
    }
    return 0;
}

static void to_see(struct lab_run *run)
{
    fputc('\n', run->terminal.to);
    lab_terminal_title(&run->terminal, "What to remember");
    lab_terminal_text(&run->terminal, NULL, "   ", run->lab->to_see);
    lab_story_add(run->story, STORY_SEE, run->lab->to_see);
}

static int inside(struct world *world, void *context, struct error *error)
{
    struct lab_run *run = context;
    int result;

    run->world = world;
    result = run->lab->prepare ? run->lab->prepare(run, error)
                               : lab_start_web(run, NULL, error);
    if (result == 0)
        result = steps_run(run, error);
    if (result == 0)
        to_see(run);
    /* This process ends without atexit handlers: what is still in the buffer
     * would be lost. */
    fflush(run->terminal.to);
    return result;
}

static void world_setup_fill(struct world_setup *setup,
                             const struct lab_run *run, const char *trace,
                             const char *bin)
{
    *setup = (struct world_setup){.way = run->setup->way,
                                  .round_trip_us = -1,
                                  .trace_file = trace,
                                  .bin = bin};
    memcpy(setup->hosts, run->lab->hosts, sizeof(setup->hosts));
}

/* The part that needs run->story: runs the world, then writes the page. */
static int lab_play(struct lab_run *run, struct error *error)
{
    char trace[PATH_MAX], bin[PATH_MAX];
    struct world_setup setup;
    int result;

    if (lab_bin(bin, sizeof(bin), error) < 0 ||
        lab_out_path(run->setup, run->lab->name, "trace.pcapng", trace,
                     sizeof(trace), error) < 0 ||
        folders_make(trace, error) < 0)
        return -(int)error->class;
    world_setup_fill(&setup, run, trace, bin);
    lab_terminal_title(&run->terminal, run->lab->title);
    lab_terminal_text(&run->terminal, NULL, "", run->lab->about);
    /* Or the world's process would print it a second time. */
    fflush(run->terminal.to);
    result = world_run(&setup, inside, run, error);
    if (result == 0)
        result = lab_page_write(run, error);
    if (result == 0)
        fprintf(run->terminal.to,
                "\nThe page:  %s/%s/index.html\nThe trace: %s\n",
                run->setup->out, run->lab->name, trace);
    return result;
}

int lab_run_one(const struct lab *lab, const struct lab_setup *setup,
                struct error *error)
{
    struct lab_run run = {.lab = lab, .setup = setup};
    int result;

    if (lab_story_new(&run.story, error) < 0)
        return -(int)error->class;
    lab_terminal_open(&run.terminal, stdout);
    result = lab_play(&run, error);
    lab_story_free(run.story);
    return result;
}

int lab_run_all(const struct lab_setup *setup, struct error *error)
{
    int results[sizeof(labs_all) / sizeof(labs_all[0])] = {0};
    struct error failure;
    size_t i;

    for (i = 0; labs_all[i]; i++) {
        if (i > 0)
            printf("\n\n");
        memset(&failure, 0, sizeof(failure));
        results[i] = lab_run_one(labs_all[i], setup, &failure);
        if (results[i] == 0)
            continue;
        error_print("lab", &failure);
        /* main prints what it is given: all is said already but the count. */
        error_set(error, failure.class, "%s failed", labs_all[i]->name);
    }
    if (lab_index_write(setup, results, error) < 0)
        return -(int)error->class;
    if (error->class == ERROR_NONE)
        printf("\nAll labs: %s/index.html\n", setup->out);
    return -(int)error->class;
}
