/* SPDX-License-Identifier: MIT */
/*
 * What the other tests stand on: programs run, peers follow their script,
 * faults come when they are ordered.
 */
#include "tests/harness.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void harness_runs_a_program(void)
{
    const char *argv[] = {"sh", "-c", "echo out; echo err >&2; exit 7", NULL};
    struct test_run run;

    test_run(&run, 10, argv);
    CU_ASSERT_EQUAL(run.status, 7);
    CU_ASSERT_STRING_EQUAL(run.out, "out\n");
    CU_ASSERT_STRING_EQUAL(run.err, "err\n");
    CU_ASSERT(run.max_rss_kib > 0);
    test_run_free(&run);
}

static void harness_takes_all_output(void)
{
    const char *argv[] = {"sh", "-c", "head -c 3000000 /dev/zero", NULL};
    struct test_run run;

    test_run(&run, 10, argv);
    CU_ASSERT_EQUAL(run.status, 0);
    CU_ASSERT_EQUAL(run.out_length, 3000000);
    test_run_free(&run);
}

static void harness_ends_a_program_that_takes_too_long(void)
{
    const char *argv[] = {"sh", "-c", "sleep 100 & sleep 100", NULL};
    struct test_run run;

    test_run(&run, 0.05, argv);
    CU_ASSERT_EQUAL(run.status, 137);
    CU_ASSERT(run.seconds < 5);
    test_run_free(&run);
}

static void harness_keeps_files(void)
{
    const char *path = test_path("a");
    size_t length = 0;
    char *text;

    test_write_file(path, "x\0y", 3);
    text = test_read_file(path, &length);
    CU_ASSERT_EQUAL(length, 3);
    CU_ASSERT_EQUAL(memcmp(text, "x\0y", 4), 0);
    CU_ASSERT_PTR_NULL(test_read_file(test_path("b"), NULL));
    free(text);
}

static void harness_starts_and_stops_a_server(void)
{
    static const char script[] =
        "trap 'exit 5' TERM; echo ready 127.0.0.1:81; echo ready '[::1]:82';"
        "while :; do sleep 0.01; done";
    const char *argv[] = {"sh", "-c", script, NULL};
    uint16_t ports[2] = {0, 0};
    pid_t pid = test_start(argv, ports, 2);

    CU_ASSERT(pid > 0);
    CU_ASSERT_EQUAL(ports[0], 81);
    CU_ASSERT_EQUAL(ports[1], 82);
    CU_ASSERT_EQUAL(test_stop(pid), 5);
}

/* Says `words` to the peer and takes its answer, up to its close. */
static size_t converse(uint16_t port, const char *words, char *answer,
                       size_t size)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    size_t used = 0;
    ssize_t got = 0;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
        send(fd, words, strlen(words), 0) == (ssize_t)strlen(words))
        while (used < size &&
               (got = recv(fd, answer + used, size - used, 0)) > 0)
            used += (size_t)got;
    close(fd);
    return used;
}

static void peer_follows_its_script(void)
{
    char answer[64];
    uint16_t port;
    pid_t pid = test_peer("# a client that says hello twice\n"
                          "C: hello\n"
                          "S: you\n"
                          "C: Host: *\n"
                          "C: ...\n"
                          "S= \\x41\\0B\\r\\n\n"
                          "E:\n"
                          "C: again\n"
                          "E:\n",
                          &port);
    size_t got =
        converse(port, "hello\r\nHost: a\r\nb\r\n\r\n", answer, sizeof answer);

    CU_ASSERT_EQUAL(got, 10);
    CU_ASSERT_EQUAL(memcmp(answer, "you\r\nA\0B\r\n", 10), 0);
    CU_ASSERT_EQUAL(converse(port, "again\r\n", answer, sizeof answer), 0);
    CU_ASSERT_EQUAL(test_peer_end(pid), 0);
}

static void peer_notices_another_line(void)
{
    char answer[64];
    uint16_t port;
    int ours = dup(2), nothing = open("/dev/null", O_WRONLY);
    pid_t pid;

    dup2(nothing, 2); /* what it complains of is no news here */
    pid = test_peer("C: hello\nE:\n", &port);
    dup2(ours, 2);
    close(ours);
    close(nothing);
    converse(port, "hullo\r\n", answer, sizeof answer);
    CU_ASSERT_EQUAL(test_peer_end(pid), 1);
}

static void inject_refuses_one_allocation(void)
{
    /* volatile: a compiler may leave out a malloc whose block nobody uses. */
    void *volatile first, *volatile second, *volatile third;
    char *text = NULL;

    test_fail_allocation(2);
    first = malloc(1);
    second = malloc(1);
    third = malloc(1);
    CU_ASSERT_PTR_NOT_NULL(first);
    CU_ASSERT_PTR_NULL(second);
    CU_ASSERT_PTR_NOT_NULL(third);
    CU_ASSERT_EQUAL(test_allocations(), 3);
    test_fail_allocation(1);
    CU_ASSERT_EQUAL(asprintf(&text, "%d", 1), -1);
    free(first);
    free(second);
    free(third);
}

static void inject_cuts_reads_and_writes(void)
{
    char got[8] = "";
    int pair[2];

    CU_ASSERT_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    test_short_io(3);
    CU_ASSERT_EQUAL(send(pair[0], "12345", 5, 0), 3);
    test_short_io(2);
    CU_ASSERT_EQUAL(recv(pair[1], got, 5, 0), 2);
    test_short_io(0);
    CU_ASSERT_EQUAL(recv(pair[1], got, 5, 0), 1);
    close(pair[0]);
    close(pair[1]);
}

const struct test tests_harness[] = {
    {"harness_runs_a_program", harness_runs_a_program},
    {"harness_takes_all_output", harness_takes_all_output},
    {"harness_ends_a_program_that_takes_too_long",
     harness_ends_a_program_that_takes_too_long},
    {"harness_keeps_files", harness_keeps_files},
    {"harness_starts_and_stops_a_server", harness_starts_and_stops_a_server},
    {"peer_follows_its_script", peer_follows_its_script},
    {"peer_notices_another_line", peer_notices_another_line},
    {"inject_refuses_one_allocation", inject_refuses_one_allocation},
    {"inject_cuts_reads_and_writes", inject_cuts_reads_and_writes},
    {NULL, NULL}};
