/* SPDX-License-Identifier: MIT */
/*
 * reference-client: libcurl's work, recorded as our clients record theirs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/trace.h"
#include "tests/harness.h"

static const char answer[] = "S: HTTP/1.1 200 OK\n"
                             "S: Content-Length: 6\n"
                             "S:\n"
                             "S= hello\\n\n";

/* Runs it against a scripted peer, `url` with the port for "%u". */
static void fetch(struct test_run *run, const char *script, const char *url,
                  const char *const *more)
{
    char at[128];
    const char *argv[16] = {"reference-client", "--trace",
                            test_path("t.pcapng"), at};
    uint16_t port;
    pid_t peer = test_peer(script, &port);
    size_t count = 4;

    snprintf(at, sizeof(at), url, (unsigned)port);
    while (more && *more && count < 15)
        argv[count++] = *more++;
    argv[count] = NULL;
    test_run(run, 30, argv);
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
}

/* The names of the messages, a space after each. The bytes that passed the
 * calls Send (RFC 9293 §3.9.1.2) and Receive (§3.9.1.3) are those of the
 * messages. */
static void names_of(char *names, size_t size)
{
    struct trace_file trace;
    struct error error = {0};
    uint64_t said = 0, passed = 0;

    names[0] = '\0';
    CU_ASSERT_EQUAL_FATAL(trace_read(&trace, test_path("t.pcapng"), &error), 0);
    for (size_t i = 0; i < trace.event_count; i++) {
        const struct trace_event *event = &trace.events[i];

        if (event->layer == TRACE_LAYER_APP && event->dir != TRACE_DIR_NOTE)
            snprintf(names + strlen(names), size - strlen(names), "%s ",
                     event->name);
        if (event->layer == TRACE_LAYER_APP && event->dir != TRACE_DIR_NOTE) {
            CU_ASSERT_EQUAL(event->raw.to - event->raw.from, event->length);
            said += event->length;
        }
        if (event->layer == TRACE_LAYER_SOCKET) {
            CU_ASSERT_STRING_EQUAL(event->rfc.section,
                                   event->dir == TRACE_DIR_IN ? "3.9.1.3"
                                                              : "3.9.1.2");
            passed += event->length;
        }
    }
    CU_ASSERT(said > 0);
    CU_ASSERT_EQUAL(said, passed);
    trace_file_free(&trace);
}

static void reference_client_records_http(void)
{
    struct test_run run;
    char script[512], names[256];

    snprintf(script, sizeof(script), "C: GET /x HTTP/1.1\nC: ...\n%s", answer);
    fetch(&run, script, "http://127.0.0.1:%u/x", NULL);
    CU_ASSERT_EQUAL(run.status, 0);
    CU_ASSERT_STRING_EQUAL(run.out, "hello\n");
    names_of(names, sizeof(names));
    CU_ASSERT_STRING_EQUAL(names, "GET 200 ");
    test_run_free(&run);
}

/* The password is nowhere in the record, and on the wire all the same. */
static void reference_client_masks_what_is_secret(void)
{
    static const char script[] = "S: +OK hello\n"
                                 "C: CAPA\n"
                                 "S: -ERR no\n"
                                 "C: USER me\n"
                                 "S: +OK\n"
                                 "C: PASS geheim\n"
                                 "S: +OK\n"
                                 "C: RETR 1\n"
                                 "S: +OK\n"
                                 "S: Subject: x\n"
                                 "S:\n"
                                 "S: ..\n"
                                 "S: .\n"
                                 "C: QUIT\n"
                                 "S: +OK\n";
    struct test_run run;
    struct trace_file trace;
    struct error error = {0};
    char names[256];
    bool seen = false;

    fetch(&run, script, "pop3://127.0.0.1:%u/1",
          (const char *const[]){"-u", "me:geheim", "--insecure-auth", NULL});
    CU_ASSERT_EQUAL(run.status, 0);
    CU_ASSERT_STRING_EQUAL(run.out, "Subject: x\r\n\r\n.\r\n");
    names_of(names, sizeof(names));
    CU_ASSERT_STRING_EQUAL(names, "+OK CAPA -ERR USER +OK PASS +OK RETR +OK "
                                  "QUIT +OK ");
    CU_ASSERT_EQUAL_FATAL(trace_read(&trace, test_path("t.pcapng"), &error), 0);
    for (size_t i = 0; i < trace.event_count; i++) {
        struct span data = trace.events[i].data;

        if (trace.events[i].layer != TRACE_LAYER_APP || data.length == 0)
            continue;
        CU_ASSERT_PTR_NULL(memmem(data.data, data.length, "geheim", 6));
        seen |= memmem(data.data, data.length, "PASS ******", 11) != NULL;
    }
    CU_ASSERT(seen);
    trace_file_free(&trace);
    test_run_free(&run);
}

static void reference_client_says_no_in_our_words(void)
{
    static const struct {
        const char *url;
        int status;
    } rows[] = {
        {"gopher://127.0.0.1/", 2},
        {"http://127.0.0.1:1/", 3},
    };
    struct test_run run;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *argv[] = {"reference-client", rows[i].url, NULL};

        test_run(&run, 30, argv);
        CU_ASSERT_EQUAL(run.status, rows[i].status);
        CU_ASSERT(strncmp(run.err, "reference-client: ", 18) == 0);
        test_run_free(&run);
    }
}

const struct test tests_reference[] = {
    {"reference_client_records_http", reference_client_records_http},
    {"reference_client_masks_what_is_secret",
     reference_client_masks_what_is_secret},
    {"reference_client_says_no_in_our_words",
     reference_client_says_no_in_our_words},
    {NULL, NULL}};
