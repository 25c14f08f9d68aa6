/* SPDX-License-Identifier: MIT */
/* ftp-client and ftp-server against each other: every command, both ways round,
 * and what the client records of the second connection. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/trace.h"
#include "tests/integration/ftp_talk.h"

static struct test_run ran;

/* ftp-client as ada, with one option more (NULL: none), at this path. */
static int asks(const char *option, const char *path, const char *command,
                const char *one, const char *two)
{
    char url[128];

    snprintf(url, sizeof(url), "ftp://127.0.0.1:%u/%s", ftp_port, path);
    const char *argv[] = {"ftp-client",
                          "-uada:secret",
                          "--insecure-auth",
                          "--max-time",
                          "20",
                          option != NULL ? option : "-s",
                          url,
                          command,
                          one,
                          two,
                          NULL};
    test_run_free(&ran);
    test_run(&ran, 30, argv);
    if (ran.status != 0 && ran.err_length > 0)
        fprintf(stderr, "    %s %s: %s", command, path, ran.err);
    return ran.status;
}

static bool told(const char *want)
{
    return strcmp(ran.out, want) == 0;
}

static void over(void)
{
    test_run_free(&ran);
    memset(&ran, 0, sizeof(ran));
    ftp_stop();
}

/* The file of ours holds that. */
static bool holds(const char *name, const char *want)
{
    char *text = test_read_file(test_path(name), NULL);
    bool same = text != NULL && strcmp(text, want) == 0;

    free(text);
    return same;
}

static void ftp_client_knows_its_commands(void)
{
    ftp_start(NULL);
    test_write_file(test_path("mine"), "12345", 5);
    CU_ASSERT_EQUAL(asks(NULL, "ten", "cat", NULL, NULL), 0);
    CU_ASSERT(told("0123456789"));
    CU_ASSERT_EQUAL(asks(NULL, "ten", "size", NULL, NULL), 0);
    CU_ASSERT(told("10\n"));
    CU_ASSERT_EQUAL(asks(NULL, "ten", "mdtm", NULL, NULL), 0);
    CU_ASSERT(strlen(ran.out) == 21 && ran.out[10] == 'T');
    CU_ASSERT_EQUAL(asks(NULL, "new", "mkdir", NULL, NULL), 0);
    CU_ASSERT_EQUAL(asks(NULL, "new/", "put", test_path("mine"), NULL), 0);
    CU_ASSERT(ftp_holds("new/mine", "12345"));
    CU_ASSERT_EQUAL(asks(NULL, "new/mine", "append", test_path("mine"), NULL),
                    0);
    CU_ASSERT(ftp_holds("new/mine", "1234512345"));
    CU_ASSERT_EQUAL(asks(NULL, "new/", "mv", "mine", "yours"), 0);
    CU_ASSERT_EQUAL(asks(NULL, "new/", "nlst", NULL, NULL), 0);
    CU_ASSERT(told("new/yours\n"));
    CU_ASSERT_EQUAL(asks(NULL, "new", "rm", "yours", NULL), 0);
    CU_ASSERT_EQUAL(asks(NULL, "new", "rmdir", NULL, NULL), 0);
    CU_ASSERT_EQUAL(asks(NULL, "new/", "ls", NULL, NULL), 1);
    over();
}

/* LIST and MLSD in the same columns. */
static void ftp_client_lists_in_columns(void)
{
    ftp_start(NULL);
    CU_ASSERT_EQUAL(asks(NULL, "", "ls", NULL, NULL), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(ran.out, "file       rw"));
    CU_ASSERT_PTR_NOT_NULL(strstr(ran.out, "            10  20"));
    CU_ASSERT_PTR_NOT_NULL(strstr(ran.out, "  ten\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(ran.out, "directory  rwx"));
    CU_ASSERT_EQUAL(asks(NULL, "", "mlsd", NULL, NULL), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(ran.out, "            10  20"));
    CU_ASSERT_PTR_NOT_NULL(strstr(ran.out, "  ten\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(ran.out, "directory  "));
    over();
}

/* EPSV, PASV, EPRT, PORT: down and up; the choice is told. */
static void ftp_client_opens_the_second_connection(void)
{
    static const char *const ways[][2] = {{NULL, NULL},
                                          {"--disable-epsv", "PASV: "},
                                          {"--active", "we listen at "}};

    ftp_start(NULL);
    test_write_file(test_path("mine"), "12345", 5);
    for (size_t i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(asks(ways[i][0], "ten", "cat", NULL, NULL), 0);
        CU_ASSERT(told("0123456789"));
        CU_ASSERT_EQUAL(asks(ways[i][0], "up", "put", test_path("mine"), NULL),
                        0);
        CU_ASSERT(ftp_holds("up", "12345"));
        CU_ASSERT_EQUAL(asks(NULL, "up", "rm", NULL, NULL), 0);
    }
    CU_ASSERT_EQUAL(asks("-v", "ten", "cat", NULL, NULL), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(ran.err, "EPSV: we connect to port "));
    over();
}

/* Type A: what comes is a text of ours, what goes is one on the wire. */
static void ftp_client_converts_line_ends(void)
{
    ftp_start(NULL);
    test_write_file(test_path("mine"), "a\nb\n", 4);
    CU_ASSERT_EQUAL(asks("--ascii", "text", "cat", NULL, NULL), 0);
    CU_ASSERT(told("one\ntwo\n"));
    CU_ASSERT_EQUAL(asks("--ascii", "up", "put", test_path("mine"), NULL), 0);
    CU_ASSERT(ftp_holds("up", "a\nb\n"));
    over();
}

/* RFC 3659 §5: at every byte, the last one too, down and up. */
static void ftp_client_goes_on_at_any_byte(void)
{
    static const char all[] = "0123456789";
    char option[512];

    ftp_start(NULL);
    mkdir(test_path("part"), 0700);
    test_write_file(test_path("ten"), all, 10);
    for (size_t i = 0; i <= 10; i++) {
        char url[64], output[512];

        test_write_file(test_path("part/ten"), all, i);
        snprintf(url, sizeof(url), "ftp://127.0.0.1:%u/ten", ftp_port);
        snprintf(output, sizeof(output), "%s", test_path("part/ten"));
        const char *argv[] = {"ftp-client",
                              "-uada:secret",
                              "--insecure-auth",
                              "-C",
                              "-",
                              "-o",
                              output,
                              url,
                              "get",
                              NULL};
        test_run_free(&ran);
        test_run(&ran, 30, argv);
        CU_ASSERT_EQUAL(ran.status, 0);
        CU_ASSERT(holds("part/ten", all));
        test_write_file(test_path("root/up"), all, i);
        strcpy(option, "-C-");
        if (i % 2 != 0)
            snprintf(option, sizeof(option), "-C%zu", i);
        CU_ASSERT_EQUAL(asks(option, "up", "put", test_path("ten"), NULL), 0);
        CU_ASSERT(ftp_holds("up", all));
    }
    over();
}

static void ftp_client_keeps_the_old_file_when_refused(void)
{
    ftp_start(NULL);
    mkdir(test_path("in"), 0700);
    test_write_file(test_path("in/none"), "old", 3);
    char option[512];
    snprintf(option, sizeof(option), "-o%s", test_path("in/"));
    CU_ASSERT_EQUAL(asks(option, "none", "get", NULL, NULL), 1);
    CU_ASSERT(holds("in/none", "old"));
    CU_ASSERT_EQUAL(asks(option, "", "mget", "t*", NULL), 0);
    CU_ASSERT(holds("in/ten", "0123456789"));
    CU_ASSERT(holds("in/text", "one\ntwo\n"));
    over();
}

/* Nobody reads our output: ABOR, and the session ends in good order. */
static void ftp_client_aborts(void)
{
    ftp_start(NULL);
    CU_ASSERT_EQUAL(asks("-o/dev/full", "ten", "get", NULL, NULL), 8);
    CU_ASSERT_PTR_NOT_NULL(strstr(ran.err, "No space left"));
    over();
}

static uint16_t port_of(const struct sockaddr_storage *address)
{
    return ntohs(((const struct sockaddr_in *)(const void *)address)->sin_port);
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
        bool control = port_of(&event->remote) == ftp_port;
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

static void ftp_client_records_two_connections(void)
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
        test_run_free(&ran);
        test_run(&ran, 30, argv);
        CU_ASSERT_EQUAL(ran.status, 0);
        check_events(option, active);
    }
    over();
}

const struct test tests_ftp_client[] = {
    {"ftp_client_knows_its_commands", ftp_client_knows_its_commands},
    {"ftp_client_lists_in_columns", ftp_client_lists_in_columns},
    {"ftp_client_opens_the_second_connection",
     ftp_client_opens_the_second_connection},
    {"ftp_client_converts_line_ends", ftp_client_converts_line_ends},
    {"ftp_client_goes_on_at_any_byte", ftp_client_goes_on_at_any_byte},
    {"ftp_client_keeps_the_old_file_when_refused",
     ftp_client_keeps_the_old_file_when_refused},
    {"ftp_client_aborts", ftp_client_aborts},
    {"ftp_client_records_two_connections", ftp_client_records_two_connections},
    {NULL, NULL}};
