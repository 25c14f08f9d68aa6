/* SPDX-License-Identifier: MIT */
/* Recording. */
#include "common/trace.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/harness.h"
#include "tests/unit/sample_trace.h"
#include "tests/wire.h"

static struct trace *open_trace(const char *file, FILE *live, bool show_secrets)
{
    struct trace *trace = NULL;
    struct trace_setup setup = {.file = file,
                                .live = live,
                                .host = "student",
                                .show_secrets = show_secrets};
    CU_ASSERT_EQUAL_FATAL(trace_open(&trace, &setup, NULL), 0);
    return trace;
}

/* Records one event and reads it back. */
static void record_and_read(struct trace_file *file,
                            const struct trace_event *event, bool show_secrets)
{
    const char *path = test_path("x.pcapng");
    struct trace *trace = open_trace(path, NULL, show_secrets);
    trace_record(trace, event);
    CU_ASSERT_EQUAL(trace_close(trace, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(trace_read(file, path, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(file->event_count, 1);
}

/* ---- recording ---------------------------------------------------------- */

static void trace_of_nothing_costs_nothing(void)
{
    struct trace *trace = (struct trace *)1;
    struct trace_setup setup = {.file = NULL};
    struct trace_event event =
        sample_message(TRACE_DIR_OUT, "GET", SPAN("GET"));
    const struct sockaddr_storage *address = test_address("192.0.2.80:80");

    CU_ASSERT_EQUAL(trace_open(&trace, &setup, NULL), 0);
    CU_ASSERT_PTR_NULL(trace);
    trace_record(NULL, &event);
    trace_keylog(NULL, "CLIENT_RANDOM");
    trace_name(NULL, address, "www.example.test");
    trace_note(NULL, RFC("9112", "6.3"), "framing", "%d", 1);
    CU_ASSERT_EQUAL(trace_next_conn(NULL), 0);
    CU_ASSERT_FALSE(trace_keeps(NULL));
    CU_ASSERT_FALSE(trace_shows_secrets(NULL));
    CU_ASSERT_EQUAL(trace_close(NULL, NULL), 0);
    trace_free(NULL);
}

/* What is recorded comes back, field by field. */
static void trace_keeps_every_field(void)
{
    struct trace_event event =
        sample_message(TRACE_DIR_IN, "200", SPAN("HTTP/1.1 200 OK\r\n\r\n"));
    struct trace_event *read;
    struct trace_file file;

    event.time_ns = TEST_WIRE_START + 123456789;
    event.stream = "data";
    event.layer = TRACE_LAYER_TLS;
    event.note = "a note: with = and \xC3\xBC";
    event.clear = (struct trace_range){5, 24};
    event.raw =
        (struct trace_range){UINT64_C(5) << 32, (UINT64_C(5) << 32) + 9};
    event.exact = false;
    event.local_is_server = true;
    event.local = test_address("[2001:db8::80]:443");
    event.remote = test_address("[2001:db8::10]:40000");
    record_and_read(&file, &event, false);
    read = &file.events[0];
    CU_ASSERT_EQUAL(read->id, 1);
    CU_ASSERT_EQUAL(read->number, 1);
    CU_ASSERT_EQUAL(read->time_ns, event.time_ns);
    CU_ASSERT_EQUAL(file.start_ns, event.time_ns);
    CU_ASSERT_STRING_EQUAL(read->host, "student");
    CU_ASSERT_EQUAL(read->conn, 1);
    CU_ASSERT_STRING_EQUAL(read->peer, event.peer);
    CU_ASSERT_STRING_EQUAL(read->proto, "http");
    CU_ASSERT_STRING_EQUAL(read->stream, "data");
    CU_ASSERT_EQUAL(read->dir, TRACE_DIR_IN);
    CU_ASSERT_EQUAL(read->layer, TRACE_LAYER_TLS);
    CU_ASSERT_STRING_EQUAL(read->name, "200");
    CU_ASSERT(span_equal(read->data, event.data));
    CU_ASSERT_EQUAL(read->length, event.length);
    CU_ASSERT_STRING_EQUAL(read->src.file, "http/x.c");
    CU_ASSERT_EQUAL(read->src.line, 7);
    CU_ASSERT_STRING_EQUAL(read->src.function, "x_say");
    CU_ASSERT_PTR_NULL(read->src_heard.file);
    CU_ASSERT_STRING_EQUAL(read->rfc.number, "9112");
    CU_ASSERT_STRING_EQUAL(read->rfc.section, "3");
    CU_ASSERT_STRING_EQUAL(read->note, event.note);
    CU_ASSERT_EQUAL(read->clear.to, 24);
    CU_ASSERT_EQUAL(read->raw.from, event.raw.from);
    CU_ASSERT_EQUAL(read->raw.to, event.raw.to);
    CU_ASSERT_FALSE(read->exact);
    CU_ASSERT(read->local_is_server);
    CU_ASSERT_EQUAL(read->standard_port, 80);
    CU_ASSERT_EQUAL(memcmp(read->local, event.local, sizeof(*event.local)), 0);
    CU_ASSERT_EQUAL(memcmp(read->remote, event.remote, sizeof(*event.remote)),
                    0);
    trace_file_free(&file);
}

/* A name or a note that a peer chose can forge no comment of its own. */
static void trace_escapes_what_a_peer_named(void)
{
    struct trace_event event =
        sample_message(TRACE_DIR_IN, "X\nfields: host=evil\x1b[2J", SPAN("x"));
    struct trace_file file;
    event.note = "one\r\ntwo";
    record_and_read(&file, &event, false);
    CU_ASSERT_STRING_EQUAL(file.events[0].name,
                           "X\\nfields: host=evil\\x1B[2J");
    CU_ASSERT_STRING_EQUAL(file.events[0].note, "one\\r\\ntwo");
    CU_ASSERT_STRING_EQUAL(file.events[0].host, "student");
    trace_file_free(&file);
}

static void trace_masks_secrets_unless_told_to_show_them(void)
{
    struct trace_event event =
        sample_message(TRACE_DIR_OUT, "PASS", SPAN("PASS sesame\r\n"));
    struct trace_file file;
    event.secrets = &(const struct trace_range){5, 11};
    event.secret_count = 1;
    record_and_read(&file, &event, false);
    CU_ASSERT(span_equal(file.events[0].data, SPAN("PASS ******\r\n")));
    CU_ASSERT_EQUAL(file.events[0].secret_count, 1);
    CU_ASSERT_EQUAL(file.events[0].secrets[0].from, 5);
    CU_ASSERT_EQUAL(file.events[0].secrets[0].to, 11);
    trace_file_free(&file);
    record_and_read(&file, &event, true);
    CU_ASSERT(span_equal(file.events[0].data, SPAN("PASS sesame\r\n")));
    trace_file_free(&file);
}

/* 64 KiB of a long message, and its true length, past 4 GiB too. */
static void trace_keeps_the_beginning_and_the_true_length(void)
{
    char *body = calloc(1, 100000);
    struct trace_event event =
        sample_message(TRACE_DIR_IN, "200", (struct span){body, 100000});
    struct trace_file file;
    record_and_read(&file, &event, false);
    CU_ASSERT_EQUAL(file.events[0].data.length, TRACE_BODY_MAX);
    CU_ASSERT_EQUAL(file.events[0].length, 100000);
    trace_file_free(&file);
    event.length = UINT64_C(5) << 32;
    record_and_read(&file, &event, false);
    CU_ASSERT_EQUAL(file.events[0].data.length, TRACE_BODY_MAX);
    CU_ASSERT_EQUAL(file.events[0].length, UINT64_C(5) << 32);
    trace_file_free(&file);
    free(body);
}

static void trace_takes_the_host_from_the_environment(void)
{
    struct trace_event event =
        sample_message(TRACE_DIR_OUT, "GET", SPAN("GET"));
    struct trace_setup setup = {.file = test_path("x.pcapng")};
    struct trace *trace;
    struct trace_file file;

    setenv("WIRELAB_HOST", "east", 1);
    CU_ASSERT_EQUAL_FATAL(trace_open(&trace, &setup, NULL), 0);
    unsetenv("WIRELAB_HOST");
    trace_record(trace, &event);
    CU_ASSERT_EQUAL(trace_close(trace, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(trace_read(&file, setup.file, NULL), 0);
    CU_ASSERT_STRING_EQUAL(file.events[0].host, "east");
    trace_file_free(&file);
}

/* ---- several processes, one record -------------------------------------- */

enum { CHILDREN = 4, EVENTS_EACH = 300 };

static void record_many(struct trace *trace)
{
    uint32_t conn = trace_next_conn(trace);
    for (int i = 0; i < EVENTS_EACH; i++) {
        struct trace_event event = sample_message(
            TRACE_DIR_OUT, "GET", SPAN("GET / HTTP/1.1\r\n\r\n"));
        event.conn = conn;
        trace_record(trace, &event);
    }
    _exit(trace_close(trace, NULL)); /* frees only: it is the parent's */
}

static void trace_is_shared_by_the_processes_of_a_server(void)
{
    const char *path = test_path("x.pcapng");
    struct trace *trace = open_trace(path, NULL, false);
    int counts[CHILDREN + 1] = {0};
    struct trace_file file;

    for (int i = 0; i < CHILDREN; i++)
        if (fork() == 0)
            record_many(trace);
    for (int i = 0; i < CHILDREN; i++) {
        int status = -1;
        wait(&status);
        CU_ASSERT_EQUAL(status, 0);
    }
    CU_ASSERT_EQUAL(access(path, F_OK), -1);
    CU_ASSERT_EQUAL(trace_close(trace, NULL), 0);
    CU_ASSERT_EQUAL(access(test_path("x.pcapng.part"), F_OK), -1);
    CU_ASSERT_EQUAL_FATAL(trace_read(&file, path, NULL), 0);
    CU_ASSERT_EQUAL(file.event_count, (size_t)CHILDREN * EVENTS_EACH);
    for (size_t i = 0; i < file.event_count; i++)
        if (file.events[i].conn <= CHILDREN)
            counts[file.events[i].conn]++;
    for (int i = 1; i <= CHILDREN; i++)
        CU_ASSERT_EQUAL(counts[i], EVENTS_EACH);
    trace_file_free(&file);
}

/* A record that its program did not live to finish is read as it is. */
static void trace_of_a_killed_program_can_be_read(void)
{
    const char *path = test_path("x.pcapng");
    struct trace *trace = open_trace(path, NULL, false);
    struct trace_event event =
        sample_message(TRACE_DIR_OUT, "GET", SPAN("GET"));
    struct trace_file file;
    size_t length;

    trace_record(trace, &event);
    trace_record(trace, &event);
    trace_free(trace); /* without finishing */
    CU_ASSERT_EQUAL(access(path, F_OK), -1);
    path = test_path("x.pcapng.part");
    free(test_read_file(path, &length));
    CU_ASSERT_EQUAL_FATAL(truncate(path, (off_t)length - 5), 0);
    CU_ASSERT_EQUAL_FATAL(trace_read(&file, path, NULL), 0);
    CU_ASSERT_EQUAL(file.event_count, 1);
    CU_ASSERT_EQUAL(file.events[0].id, 1);
    trace_file_free(&file);
}

/* ---- failures ----------------------------------------------------------- */

static void trace_tells_at_the_end_that_the_disk_was_full(void)
{
    pid_t pid = fork();
    int status = -1;
    if (pid == 0) {
        struct rlimit limit = {.rlim_cur = 4096, .rlim_max = 4096};
        struct trace_event event =
            sample_message(TRACE_DIR_OUT, "GET", SPAN("GET"));
        struct trace *trace = open_trace(test_path("x.pcapng"), NULL, false);
        struct error error = {0};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        for (int i = 0; i < 50; i++)
            trace_record(trace, &event);
        _exit(-trace_close(trace, &error));
    }
    waitpid(pid, &status, 0);
    CU_ASSERT_EQUAL(WEXITSTATUS(status), ERROR_LOCAL);
}

static void trace_refuses_a_place_where_it_can_not_write(void)
{
    struct trace_setup setup = {.file = test_path("nowhere/x.pcapng")};
    struct trace *trace;
    struct error error = {0};
    CU_ASSERT_EQUAL(trace_open(&trace, &setup, &error), -ERROR_LOCAL);
    CU_ASSERT_PTR_NULL(trace);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "nowhere/x.pcapng"));
}

/* Two programs, one name: the second would end the first one's record. What a
 * killed program left is in nobody's way. */
static void trace_refuses_a_name_that_another_program_records_under(void)
{
    struct trace_setup setup = {.file = test_path("x.pcapng")};
    struct trace *first, *second;
    struct error error = {0};

    test_write_file(test_path("x.pcapng.part"), "left over", 9);
    CU_ASSERT_EQUAL_FATAL(trace_open(&first, &setup, NULL), 0);
    CU_ASSERT_EQUAL(trace_open(&second, &setup, &error), -ERROR_LOCAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "another program is recording"));
    CU_ASSERT_EQUAL(trace_close(first, NULL), 0);
    CU_ASSERT_EQUAL(trace_open(&second, &setup, NULL), 0);
    CU_ASSERT_EQUAL(trace_close(second, NULL), 0);
}

static void trace_goes_to_what_is_no_file(void)
{
    struct trace *trace = open_trace("/dev/null", NULL, false);
    struct trace_event event =
        sample_message(TRACE_DIR_OUT, "GET", SPAN("GET"));
    trace_record(trace, &event);
    CU_ASSERT_EQUAL(trace_close(trace, NULL), 0);
    CU_ASSERT_EQUAL(access("/dev/null.part", F_OK), -1);
}

/* However few bytes a write takes, each block comes out whole. */
static void trace_finishes_short_writes(void)
{
    const char *path = test_path("x.pcapng");
    struct trace *trace = open_trace(path, NULL, false);
    struct trace_event event =
        sample_message(TRACE_DIR_OUT, "GET", SPAN("GET"));
    struct trace_file file;
    test_short_io(7);
    trace_record(trace, &event);
    trace_record(trace, &event);
    CU_ASSERT_EQUAL(trace_close(trace, NULL), 0);
    test_short_io(0);
    CU_ASSERT_EQUAL_FATAL(trace_read(&file, path, NULL), 0);
    CU_ASSERT_EQUAL(file.event_count, 2);
    trace_file_free(&file);
}

static void trace_opens_or_fails_at_each_refused_allocation(void)
{
    struct trace_setup setup = {.file = test_path("x.pcapng")};
    struct trace *trace = NULL;
    int status = -1;
    for (long i = 1; status < 0 && i < 20; i++) {
        test_fail_allocation(i);
        status = trace_open(&trace, &setup, NULL);
        test_fail_allocation(0);
    }
    CU_ASSERT_EQUAL(status, 0);
    trace_free(trace);
}

/* clang-format off */
#define TEST(name) {#name, name}
/* clang-format on */
const struct test tests_trace[] = {
    TEST(trace_of_nothing_costs_nothing),
    TEST(trace_keeps_every_field),
    TEST(trace_escapes_what_a_peer_named),
    TEST(trace_masks_secrets_unless_told_to_show_them),
    TEST(trace_keeps_the_beginning_and_the_true_length),
    TEST(trace_takes_the_host_from_the_environment),
    TEST(trace_is_shared_by_the_processes_of_a_server),
    TEST(trace_of_a_killed_program_can_be_read),
    TEST(trace_tells_at_the_end_that_the_disk_was_full),
    TEST(trace_refuses_a_place_where_it_can_not_write),
    TEST(trace_refuses_a_name_that_another_program_records_under),
    TEST(trace_goes_to_what_is_no_file),
    TEST(trace_finishes_short_writes),
    TEST(trace_opens_or_fails_at_each_refused_allocation),
    {NULL, NULL}};
