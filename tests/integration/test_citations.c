/* SPDX-License-Identifier: MIT */
/*
 * From one line of a trace to the source, the RFC and the frame: for every
 * event of every lab, on whatever this machine gives as a pocket internet, and
 * as tshark reads it.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/trace.h"
#include "labs/lab.h"
#include "tests/harness.h"

#define RUN_SECONDS 60.0

/* ---- a run of a lab ----------------------------------------------------- */

/* Runs the lab into the test's own folder, which is gone after the test, so
 * each test runs the lab that it looks at. The caller frees the trace. */
static bool trace_make(const char *lab, struct trace_file *trace)
{
    struct error error = {0};
    struct test_run run;
    char path[512];
    bool made;

    test_run(
        &run, RUN_SECONDS,
        (const char *const[]){"lab", "run", lab, "--out", test_folder(), NULL});
    if (run.status != 0)
        fprintf(stderr, "lab run %s: %d: %s\n", lab, run.status, run.err);
    snprintf(path, sizeof(path), "%s/%s/trace.pcapng", test_folder(), lab);
    made = run.status == 0 && trace_read(trace, path, &error) == 0;
    CU_ASSERT_EQUAL(run.status, 0);
    CU_ASSERT(made);
    test_run_free(&run);
    return made;
}

static const char *trace_path(const char *lab)
{
    static char path[512];

    snprintf(path, sizeof(path), "%s/%s/trace.pcapng", test_folder(), lab);
    return path;
}

/* Says which event broke a rule; CUnit alone gives only the line here. */
static bool holds(bool rule, const struct trace_event *event, const char *what)
{
    if (!rule)
        fprintf(stderr, "event %llu (%s): %s\n", (unsigned long long)event->id,
                event->name ? event->name : "no name", what);
    CU_ASSERT(rule);
    return rule;
}

/* ---- the source line ---------------------------------------------------- */

static bool line_read(const struct where *where, char *line, size_t size)
{
    FILE *file = fopen(where->file, "r");
    int number = 0;

    while (file && number < where->line && fgets(line, (int)size, file))
        number++;
    if (file)
        fclose(file);
    return file && number == where->line;
}

/* True for a name that records: of conn_ or trace_, or of a protocol's macro
 * that hands its own place on to one of them, which says what it does. */
static bool records(const char *name, size_t length)
{
    static const char *const parts[] = {
        "_say",    "_hear",    "_command",         "_answered",
        "_note",   "_ask",     "imap_ok",          "telnet_talk_",
        "imap_no", "imap_bad", "curl_easy_perform"};

    if (strncmp(name, "conn_", 5) == 0 || strncmp(name, "trace_", 6) == 0 ||
        (length == 3 && strncmp(name, "say", 3) == 0))
        return true;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (memmem(name, length, parts[i], strlen(parts[i])))
            return true;
    return false;
}

/* "the line of the conn_ or trace_ call itself": such a name, then a
 * parenthesis; or a call that takes the citation along. */
static bool is_call(const char *line)
{
    if (strstr(line, "RFC(\""))
        return true;
    for (const char *at = line; *at; at++) {
        const char *end = at;

        if (at > line && (isalnum((unsigned char)at[-1]) || at[-1] == '_'))
            continue;
        while (isalnum((unsigned char)*end) || *end == '_')
            end++;
        if (end > at && *end == '(' && records(at, (size_t)(end - at)))
            return true;
    }
    return false;
}

static void source_check(const struct trace_event *event,
                         const struct where *where)
{
    char line[512];

    if (holds(line_read(where, line, sizeof(line)), event,
              "its source line does not exist"))
        holds(is_call(line), event, line);
}

/* ---- the frames --------------------------------------------------------- */

static const struct trace_frame *frame_of(const struct trace_file *trace,
                                          uint32_t number)
{
    size_t i;

    for (i = 0; i < trace->frame_count; i++)
        if (trace->frames[i].number == number)
            return &trace->frames[i];
    return NULL;
}

static bool frame_names(const struct trace_frame *frame, uint64_t id)
{
    size_t i;

    for (i = 0; i < frame->event_count; i++)
        if (frame->events[i] == id)
            return true;
    return false;
}

static void frames_check(const struct trace_file *trace,
                         const struct trace_event *event)
{
    size_t i;

    /* On loopback the numbers are those of socket records. */
    for (i = 0; trace->frame_count > 0 && i < event->frame_count; i++) {
        const struct trace_frame *frame = frame_of(trace, event->frames[i]);

        if (holds(frame != NULL, event, "it names a frame that is not there"))
            holds(frame_names(frame, event->id), event,
                  "its frame does not name it");
    }
    /* Where there are frames, a message went in some. */
    if (trace->frame_count > 0 && event->layer == TRACE_LAYER_APP &&
        event->dir != TRACE_DIR_NOTE)
        holds(event->frame_count > 0, event, "no frame carried it");
}

static void events_check(const char *lab)
{
    struct trace_file trace;
    size_t i;

    if (!trace_make(lab, &trace))
        return;
    CU_ASSERT(trace.event_count > 10);
    for (i = 0; i < trace.event_count; i++) {
        const struct trace_event *event = &trace.events[i];

        if (holds(event->rfc.number && event->rfc.section, event,
                  "it cites nothing"))
            holds(rfc_title(event->rfc) != NULL, event,
                  "it cites a section that does not exist");
        if (holds(event->src.file != NULL, event, "it has no source"))
            source_check(event, &event->src);
        if (event->src_heard.file)
            source_check(event, &event->src_heard);
        frames_check(&trace, event);
    }
    trace_file_free(&trace);
}

static void http_page_events_lead_to_source_rfc_and_frames(void)
{
    events_check("http-page");
}

static void http_versions_events_lead_to_source_rfc_and_frames(void)
{
    events_check("http-versions");
}

static void http_status_events_lead_to_source_rfc_and_frames(void)
{
    events_check("http-status");
}

static void http_state_events_lead_to_source_rfc_and_frames(void)
{
    events_check("http-state");
}

static void https_trust_events_lead_to_source_rfc_and_frames(void)
{
    events_check("https-trust");
}

static void smtp_relay_events_lead_to_source_rfc_and_frames(void)
{
    events_check("smtp-relay");
}

static void pop3_imap_events_lead_to_source_rfc_and_frames(void)
{
    events_check("pop3-imap");
}

static void mailbox_exists_events_lead_to_source_rfc_and_frames(void)
{
    events_check("mailbox-exists");
}

static void ftp_connections_events_lead_to_source_rfc_and_frames(void)
{
    events_check("ftp-connections");
}

static void telnet_ssh_events_lead_to_source_rfc_and_frames(void)
{
    events_check("telnet-ssh");
}

/* ---- as tshark reads it ------------------------------------------------- */

/* The standard output of tshark on a trace; the caller frees. */
static char *tshark(const char *lab, const char *filter, const char *field)
{
    const char *plain[] = {"tshark", "-r", trace_path(lab), "-Y", filter, NULL};
    const char *fields[] = {"tshark",       "-r", trace_path(lab), "-Y",
                            filter,         "-T", "fields",        "-E",
                            "aggregator=|", "-e", field,           NULL};
    struct test_run run;
    char *text;

    test_run(&run, RUN_SECONDS, field ? fields : plain);
    CU_ASSERT_EQUAL(run.status, 0);
    text = run.out;
    run.out = NULL;
    test_run_free(&run);
    return text;
}

static void tshark_finds_nothing_malformed(void)
{
    static const char *const labs[] = {
        "http-page",       "http-versions", "http-status", "http-state",
        "https-trust",     "smtp-relay",    "pop3-imap",   "mailbox-exists",
        "ftp-connections", "telnet-ssh"};
    struct trace_file trace;
    size_t i;

    for (i = 0; i < sizeof(labs) / sizeof(labs[0]); i++) {
        char *malformed;

        if (!trace_make(labs[i], &trace))
            return;
        trace_file_free(&trace);
        malformed = tshark(labs[i], "_ws.malformed", NULL);
        CU_ASSERT_STRING_EQUAL(malformed, "");
        if (malformed[0])
            fprintf(stderr, "%s: malformed:\n%s\n", labs[i], malformed);
        free(malformed);
    }
}

/* Every record of a program names its line and its section, as a comment that
 * Wireshark shows. */
static void app_comments_check(void)
{
    char *comments = tshark("https-trust", "frame.interface_name == \"app\"",
                            "frame.comment");
    char *line, *rest = comments;
    size_t count = 0;

    while ((line = strsep(&rest, "\n")) && *line != '\0') {
        CU_ASSERT(strstr(line, ".c:") != NULL);
        CU_ASSERT(strstr(line, "|RFC ") != NULL);
        count++;
    }
    CU_ASSERT(count > 50);
    free(comments);
}

static void tshark_decrypts_and_shows_comments(void)
{
    struct trace_file trace;
    bool frames;
    char *requests;

    if (!trace_make("https-trust", &trace))
        return;
    frames = trace.frame_count > 0;
    trace_file_free(&trace);
    app_comments_check();
    /* On the wire, not in the programs' own record: so it was decrypted. */
    requests = tshark("https-trust", "http.request && tcp.port == 443",
                      "http.request.uri");
    CU_ASSERT(!frames || strstr(requests, "/index.html") != NULL);
    free(requests);
}

const struct test tests_citations[] = {
    {"http_page_events_lead_to_source_rfc_and_frames",
     http_page_events_lead_to_source_rfc_and_frames},
    {"http_versions_events_lead_to_source_rfc_and_frames",
     http_versions_events_lead_to_source_rfc_and_frames},
    {"http_status_events_lead_to_source_rfc_and_frames",
     http_status_events_lead_to_source_rfc_and_frames},
    {"http_state_events_lead_to_source_rfc_and_frames",
     http_state_events_lead_to_source_rfc_and_frames},
    {"https_trust_events_lead_to_source_rfc_and_frames",
     https_trust_events_lead_to_source_rfc_and_frames},
    {"smtp_relay_events_lead_to_source_rfc_and_frames",
     smtp_relay_events_lead_to_source_rfc_and_frames},
    {"mailbox_exists_events_lead_to_source_rfc_and_frames",
     mailbox_exists_events_lead_to_source_rfc_and_frames},
    {"ftp_connections_events_lead_to_source_rfc_and_frames",
     ftp_connections_events_lead_to_source_rfc_and_frames},
    {"telnet_ssh_events_lead_to_source_rfc_and_frames",
     telnet_ssh_events_lead_to_source_rfc_and_frames},
    {"pop3_imap_events_lead_to_source_rfc_and_frames",
     pop3_imap_events_lead_to_source_rfc_and_frames},
    {"tshark_finds_nothing_malformed", tshark_finds_nothing_malformed},
    {"tshark_decrypts_and_shows_comments", tshark_decrypts_and_shows_comments},
    {NULL, NULL}};
