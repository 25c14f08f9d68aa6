/* SPDX-License-Identifier: MIT */
/*
 * The lab http-status: every code of the catalogue was answered live, and the
 * four faults were made by what makes them in real life.
 */
#include <stdio.h>
#include <string.h>

#include "common/trace.h"
#include "http/http.h"
#include "tests/harness.h"

#define RUN_SECONDS 60.0

static struct test_run run;
static struct trace_file trace;

/* Runs the lab into the test's folder; the caller frees run and trace. */
static bool lab_run(void)
{
    struct error error = {0};
    bool done;

    test_run(&run, RUN_SECONDS,
             (const char *const[]){"lab", "run", "http-status", "--out",
                                   test_folder(), NULL});
    done =
        run.status == 0 &&
        trace_read(&trace, test_path("http-status/trace.pcapng"), &error) == 0;
    if (!done)
        fprintf(stderr, "lab run http-status: %s\n", run.err);
    CU_ASSERT(done);
    return done;
}

/* The first message of that name which a host sent. */
static const struct trace_event *said_by(const char *host, const char *name)
{
    for (size_t i = 0; i < trace.event_count; i++) {
        const struct trace_event *event = &trace.events[i];

        if (event->layer == TRACE_LAYER_APP && event->dir == TRACE_DIR_OUT &&
            strcmp(event->host, host) == 0 && strcmp(event->name, name) == 0)
            return event;
    }
    return NULL;
}

static void has_line(const char *host, const char *name, const char *line)
{
    const struct trace_event *event = said_by(host, name);

    CU_ASSERT(event && memmem(event->data.data, event->data.length, line,
                              strlen(line)) != NULL);
}

/* ---- what the run must have shown --------------------------------------- */

/* Of the 40 codes of RFC 2616 §6.1.1, 24 were new. */
static void every_code_was_answered(void)
{
    const struct term *term;

    for (size_t i = 0; (term = term_at(http_terms, i)) != NULL; i++) {
        bool said =
            term->kind != TERM_STATUS || (said_by("web", term->name) &&
                                          strstr(run.out, term->title) != NULL);

        if (!said)
            fprintf(stderr, "%s was not answered\n", term->name);
        CU_ASSERT(said);
    }
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "24 codes are new in all, 16"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "(RFC 9112 §4)"));
}

static void four_faults_were_made(void)
{
    has_line("proxy", "200", "\r\nVia: 1.1 proxy.example.test\r\n");
    has_line("proxy", "502", "Connection refused");
    has_line("proxy", "503", "\r\nRetry-After: 1\r\n");
    has_line("proxy", "504", "took too long");
    has_line("proxy", "505", "HTTP/1.1 505 ");
    has_line("proxy", "400", "HTTP/1.1 400 ");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "asked again; at try "));
}

static void every_code_is_answered_and_four_faults_are_made(void)
{
    if (!lab_run())
        return;
    every_code_was_answered();
    four_faults_were_made();
    trace_file_free(&trace);
    test_run_free(&run);
}

const struct test tests_http_status_lab[] = {
    {"every_code_is_answered_and_four_faults_are_made",
     every_code_is_answered_and_four_faults_are_made},
    {NULL, NULL}};
