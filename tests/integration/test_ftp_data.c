/* SPDX-License-Identifier: MIT */
/* The second connection, opened in both directions, and what the client
 * records of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/address.h"
#include "common/trace.h"
#include "tests/integration/ftp_ask.h"

/* EPSV, PASV, EPRT, PORT (RFC 959 §4.1.2, RFC 2428 §2): down and up; the choice
 * is told. */
static void ftp_data_opens_both_ways(void)
{
    static const char *const ways[][2] = {{NULL, NULL},
                                          {"--disable-epsv", "PASV: "},
                                          {"--active", "we listen at "}};

    ftp_start(NULL);
    test_write_file(test_path("mine"), "12345", 5);
    for (size_t i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(ftp_ask(ways[i][0], "ten", "cat", NULL, NULL), 0);
        CU_ASSERT(ftp_answered("0123456789"));
        CU_ASSERT_EQUAL(
            ftp_ask(ways[i][0], "up", "put", test_path("mine"), NULL), 0);
        CU_ASSERT(ftp_holds("up", "12345"));
        CU_ASSERT_EQUAL(ftp_ask(NULL, "up", "rm", NULL, NULL), 0);
    }
    CU_ASSERT_EQUAL(ftp_ask("-v", "ten", "cat", NULL, NULL), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(ftp_ran.err, "EPSV: we connect to port "));
    ftp_over();
}

/* Every event of a data connection says so, has its own addresses, and leads to
 * a section and a line; in active mode the server is still the server. */
static void check_events(const char *record, bool active)
{
    struct error error = {0};
    struct trace_file trace;
    size_t data = 0, messages = 0;

    CU_ASSERT_EQUAL_FATAL(trace_read(&trace, record, &error), 0);
    for (size_t i = 0; i < trace.event_count; i++) {
        const struct trace_event *event = &trace.events[i];

        if (event->conn == 0)
            continue;
        CU_ASSERT_FALSE(event->local_is_server);
        CU_ASSERT_PTR_NOT_NULL(event->src.file);
        CU_ASSERT_PTR_NOT_NULL(rfc_title(event->rfc));
        bool control = address_port(event->remote) == ftp_port;
        CU_ASSERT_STRING_EQUAL(event->stream, control ? "control" : "data");
        CU_ASSERT_EQUAL(event->standard_port, control ? 21 : 20);
        data += !control;
        if (!control && event->layer == TRACE_LAYER_APP) {
            CU_ASSERT_STRING_EQUAL(event->name, "RETR data");
            CU_ASSERT_EQUAL(event->length, 10);
            messages++;
        }
        if (!control && strcmp(event->name, "accept") == 0)
            CU_ASSERT(active);
    }
    CU_ASSERT(data >= 3);
    CU_ASSERT_EQUAL(messages, 1);
    trace_file_free(&trace);
}

static void ftp_data_has_events_of_its_own(void)
{
    char option[512];

    ftp_start(NULL);
    for (int active = 0; active < 2; active++) {
        char url[64];

        snprintf(option, sizeof(option), "%s", test_path("r.pcapng"));
        snprintf(url, sizeof(url), "ftp://127.0.0.1:%u/ten", ftp_port);
        const char *argv[] = {
            "ftp-client", "-uada:secret", "--insecure-auth",
            "--trace",    option,         active ? "--active" : "-s",
            url,          "cat",          NULL};
        test_run_free(&ftp_ran);
        test_run(&ftp_ran, 30, argv);
        CU_ASSERT_EQUAL(ftp_ran.status, 0);
        check_events(option, active);
    }
    ftp_over();
}

const struct test tests_ftp_data[] = {
    {"ftp_data_opens_both_ways", ftp_data_opens_both_ways},
    {"ftp_data_has_events_of_its_own", ftp_data_has_events_of_its_own},
    {NULL, NULL}};
