/* SPDX-License-Identifier: MIT */
/* What ftp-server records: the data connection under its own name, with its own
 * addresses; and what an eavesdropper makes of the bytes alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/address.h"
#include "common/trace.h"
#include "tests/integration/ftp_talk.h"

static char record[512];

/* A file, a listing, an upload, each way round. */
static void converse(void)
{
    snprintf(record, sizeof(record), "%s", test_path("ftp.pcapng"));
    const char *const more[] = {"--trace", record, NULL};
    uint16_t port;
    int listener = ftp_listen(&port);

    ftp_start(more);
    ftp_enter();
    CU_ASSERT_EQUAL(ftp_say("TYPE I"), 200);
    CU_ASSERT_EQUAL(ftp_fetch("RETR text"), 226);
    CU_ASSERT_EQUAL(ftp_fetch("MLSD"), 226);
    CU_ASSERT_EQUAL(ftp_put("STOR new", "uploaded\n", 9), 226);
    CU_ASSERT_EQUAL(ftp_say("EPRT |1|127.0.0.1|%u|", port), 200);
    CU_ASSERT_EQUAL(ftp_say("RETR sub/inner"), 150);
    ftp_data_read(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
    CU_ASSERT_EQUAL(ftp_hear(), 226);
    CU_ASSERT_EQUAL(ftp_say("QUIT"), 221);
    close(listener);
    ftp_stop();
}

static void ftp_data_has_a_name_and_addresses_of_its_own(void)
{
    struct trace_file file;
    struct error error = {0};
    uint32_t control = 0;
    size_t messages = 0, uncited = 0;

    converse();
    CU_ASSERT_EQUAL_FATAL(trace_read(&file, record, &error), 0);
    for (size_t i = 0; i < file.event_count; i++) {
        const struct trace_event *event = &file.events[i];
        uncited += event->rfc.number == NULL || event->src.file == NULL;
        if (event->conn == 0)
            continue;
        if (control == 0)
            control = event->conn;
        bool data = event->conn != control;
        CU_ASSERT_STRING_EQUAL(event->stream, data ? "data" : "control");
        CU_ASSERT_STRING_EQUAL(event->proto, "ftp");
        CU_ASSERT_EQUAL(event->standard_port, data ? 20 : 21);
        CU_ASSERT_EQUAL(address_port(event->local) == ftp_port, !data);
        CU_ASSERT(event->local_is_server);
        messages += data && event->layer == TRACE_LAYER_APP;
    }
    CU_ASSERT_EQUAL(messages, 4);
    CU_ASSERT_EQUAL(uncited, 0);
    trace_file_free(&file);
}

static void ftp_data_is_dissected_as_such(void)
{
    struct test_run run;

    converse();
    const char *argv[] = {"tshark", "-r", record, "-Y", "ftp-data", NULL};
    test_run(&run, 60, argv);
    CU_ASSERT_EQUAL(run.status, 0);
    int lines = 0;
    for (const char *at = run.out; (at = strstr(at, "FTP-DATA")); at++)
        lines++;
    CU_ASSERT_EQUAL(lines, 4);
    test_run_free(&run);
    const char *control[] = {
        "tshark", "-r", record, "-Y", "ftp.request.command == \"RETR\"", NULL};
    test_run(&run, 60, control);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "Request: RETR text"));
    test_run_free(&run);
}

/* No program is asked: user, password, names, and the files themselves. */
static void ftp_gives_all_away_in_clear(void)
{
    static const char *const learned[] = {
        "FTP, in clear", "USER            ada", "PASSWORD        secret",
        "asked for       RETR text", "FTP, data",
        "belongs to      RETR text, asked of 127.0.0.1",
        "it begins       one\\ntwo\\n", "belongs to      MLSD, asked of",
        "belongs to      STOR new, asked of", "it begins       uploaded\\n",
        "belongs to      RETR sub/inner, asked of",
        /* sha256sum of "one\ntwo\n" */
        "SHA-256         c3f9c8c283a2b1f2f1896f27a01cbe3cddc0c9d9"};
    struct test_run run;

    converse();
    const char *argv[] = {"trace", "notebook", record, NULL};
    test_run(&run, 60, argv);
    for (size_t i = 0; i < sizeof(learned) / sizeof(*learned); i++)
        if (strstr(run.out, learned[i]) == NULL) {
            CU_FAIL("the notebook lacks a line");
            printf("        not there: %s\n%s", learned[i], run.out);
        }
    test_run_free(&run);
}

const struct test tests_ftp_trace[] = {
    {"ftp_data_has_a_name_and_addresses_of_its_own",
     ftp_data_has_a_name_and_addresses_of_its_own},
    {"ftp_data_is_dissected_as_such", ftp_data_is_dissected_as_such},
    {"ftp_gives_all_away_in_clear", ftp_gives_all_away_in_clear},
    {NULL, NULL},
};
