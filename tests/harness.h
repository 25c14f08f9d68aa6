/* SPDX-License-Identifier: MIT */
/*
 * harness: what all test programs share. Each tests/unit/test_<file>.c and
 * tests/integration/test_<file>.c exports one suite:
 *
 *     static void conn_reads_a_line(void) { CU_ASSERT(...); }
 *     const struct test tests_conn[] = {
 *         {"conn_reads_a_line", conn_reads_a_line}, {NULL, NULL}};
 *
 * The Makefile makes the list of suites from the file names: test_conn.c
 * exports tests_conn. The runner checks after each test that as many file
 * descriptors are open as before it, ends any child process that it left, and
 * counts both as failures; with SANITIZE=1 memory left behind is one too.
 *
 *     build/plain/tests/unit                     all suites
 *     build/plain/tests/unit conn text           two of them
 *     build/plain/tests/unit conn.conn_reads_a_line
 */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include <CUnit/CUnit.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct test {
    const char *name; /* says the rule: "conn_refuses_a_bare_lf" */
    void (*run)(void);
};

/* A folder below $TMPDIR for the running test; removed after it. */
const char *test_folder(void);
/* test_folder() "/" name, in a static ring of eight strings. */
const char *test_path(const char *name);
void test_write_file(const char *path, const void *data, size_t length);
/* The whole file, NUL-terminated, the caller frees; NULL if there is none. */
char *test_read_file(const char *path, size_t *length);

/* A program of the house (argv[0] is looked for in bin/) or of the machine. */
struct test_run {
    int status; /* exit code; 128 + signal */
    char *out, *err;
    size_t out_length, err_length;
    long max_rss_kib;
    double seconds;
};
/* Runs it to its end, at most `seconds`, then kills it (status 137). */
void test_run(struct test_run *run, double seconds, const char *const *argv);
void test_run_free(struct test_run *run);

/* Starts a server; `ports` gets the ports of its "ready" lines. */
pid_t test_start(const char *const *argv, uint16_t *ports, size_t count);
/* SIGTERM, then waits; the exit status. */
int test_stop(pid_t pid);
/* KiB that the process and its children have in memory, shared pages shared
 * out among them. */
long test_memory_kib(pid_t pid);

/* A certificate for 127.0.0.1 and localhost that nobody but itself signed, and
 * its key: the paths of two PEM files in the test's folder. */
struct test_certificate {
    char cert[512], key[512];
};
void test_certificate(struct test_certificate *made);

/* A scripted peer on 127.0.0.1: listens on a port of the kernel's choice,
 * accepts in a child process and plays `script`, line by line:
 *
 *     C: text    this line is awaited (a "*" at its end: anything may follow)
 *     C: ...     lines are read up to and with an empty one
 *     S: text    is sent with CR LF
 *     S= text    is sent with no line end; \r \n \t \0 \\ \xNN are escapes
 *     Z: 0.2     nothing happens for so many seconds
 *     E:         the connection closes; a C or S after it accepts the next one
 *     # ...      a comment
 *
 * After the last line the connection stays open until the client closes it. */
pid_t test_peer(const char *script, uint16_t *port);
/* Waits until the peer has played to the end (10 s, then SIGTERM): 0 when all
 * went as in the script, 1 when the client said something else. */
int test_peer_end(pid_t pid);

/* Faults in the code of the house, ended by themselves after each test. The
 * `number`th allocation from now on is refused (1 the next; 0 none). */
void test_fail_allocation(long number);
/* Allocations made since then: when it is below the number, all are through. */
long test_allocations(void);
/* No recv, send, read or write moves more than `most` bytes; 0 ends that. */
void test_short_io(size_t most);

#endif
