/* SPDX-License-Identifier: MIT */
/*
 * runner: the common main of the test programs. It runs the suites named on
 * its command line (all, if none is named; "suite.test" runs one test), looks
 * after each test whether it left a descriptor, a process or memory behind,
 * and ends in the line that every test program of the house ends in.
 */
#include "tests/runner.h"

#include "tests/harness.h"

#include <CUnit/TestDB.h>
#include <CUnit/TestRun.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Seconds that one test may take before the whole program is ended. */
#define TEST_SECONDS 180
/* Milliseconds that processes which a test left may take to be gone. */
#define CHILDREN_MS 2000

/* LeakSanitizer's own check, where the program is linked with it. */
__attribute__((weak)) int __lsan_do_recoverable_leak_check(void);

static int descriptors_before;
static unsigned failures_before;

static int descriptors_open(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;

    if (folder == NULL)
        return -1;
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

/* Some child of ours that still runs, or 0. We are the reaper of whatever our
 * programs leave behind, so grandchildren turn up here too. */
static pid_t child_running(void)
{
    DIR *folder = opendir("/proc");
    struct dirent *entry;
    pid_t found = 0;

    while (folder != NULL && found == 0 && (entry = readdir(folder)) != NULL) {
        char path[300], line[512] = "";
        const char *rest;
        int parent = 0;
        FILE *file;

        snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
        if (atoi(entry->d_name) <= 0 || (file = fopen(path, "r")) == NULL)
            continue;
        if (fgets(line, sizeof line, file) != NULL &&
            (rest = strrchr(line, ')')) != NULL &&
            sscanf(rest, ") %*c %d", &parent) == 1 && parent == getpid())
            found = (pid_t)atoi(entry->d_name);
        fclose(file);
    }
    if (folder != NULL)
        closedir(folder);
    return found;
}

/* Children that end by themselves within the time are no fault: a server's
 * own children may outlive it by a moment. The others are ended and counted.
 */
static int children_end(void)
{
    const struct timespec moment = {0, 2000000};
    int left = 0;
    pid_t pid;

    for (int waited_ms = 0; waited_ms < CHILDREN_MS; waited_ms += 2) {
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
        if (waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD)
            return 0;
        nanosleep(&moment, NULL);
    }
    while ((pid = child_running()) > 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        left++;
    }
    return left;
}

static void before_test(void)
{
    alarm(TEST_SECONDS);
    failures_before = CU_get_number_of_failures();
    descriptors_before = descriptors_open();
}

static void after_test(void)
{
    int left;

    test_inject_nothing();
    left = children_end();
    if (left > 0)
        CU_FAIL("the test left a process running");
    test_folder_remove();
    if (descriptors_open() != descriptors_before)
        CU_FAIL("the test left a descriptor open, or closed one of ours");
    if (__lsan_do_recoverable_leak_check != NULL &&
        __lsan_do_recoverable_leak_check() != 0)
        CU_FAIL("the test left memory behind");
    alarm(0);
}

static void say_suite(const CU_pSuite suite)
{
    printf("%s\n", suite->pName);
    fflush(stdout);
}

static void say_test(const CU_pTest test, const CU_pSuite suite,
                     const CU_pFailureRecord failure)
{
    (void)suite;
    if (CU_get_number_of_failures() == failures_before)
        return;
    printf("    FAILED %s\n", test->pName);
    for (CU_pFailureRecord f = failure; f != NULL; f = f->pNext)
        printf("        %s:%u: %s\n", f->strFileName, f->uiLineNumber,
               f->strCondition);
    fflush(stdout);
}

/* Whatever the test has started holds our standard output open: it goes first,
 * lest a reader wait for it. Should that hang as well, the second alarm ends
 * us without further words. */
static void too_long(int signal_number)
{
    CU_pTest test = CU_get_current_test();
    sigset_t again;
    pid_t pid;

    signal(signal_number, SIG_DFL);
    sigemptyset(&again);
    sigaddset(&again, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &again, NULL);
    alarm(5);
    dprintf(1, "    FAILED %s: still running after %d s\n",
            test != NULL ? test->pName : "?", TEST_SECONDS);
    while ((pid = child_running()) > 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    dprintf(1, "0 passed, 1 failed\n");
    _exit(1);
}

/* Does "conn" or "conn.a_name" stand on the command line, or nothing at all? */
static bool is_wanted(int argc, char **argv, const char *suite,
                      const char *test)
{
    char both[256];

    snprintf(both, sizeof both, "%s.%s", suite, test);
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], suite) == 0 || strcmp(argv[i], both) == 0 ||
            strcmp(argv[i], test) == 0)
            return true;
    return argc == 1;
}

static size_t add_suite(const struct suite *suite, int argc, char **argv)
{
    CU_pSuite registered = NULL;
    size_t count = 0;

    for (const struct test *t = suite->tests; t->name != NULL; t++) {
        if (!is_wanted(argc, argv, suite->name, t->name))
            continue;
        if (registered == NULL)
            registered = CU_add_suite_with_setup_and_teardown(
                suite->name, NULL, NULL, before_test, after_test);
        if (registered == NULL ||
            CU_add_test(registered, t->name, t->run) == NULL) {
            fprintf(stderr, "%s: %s\n", t->name, CU_get_error_msg());
            exit(99);
        }
        count++;
    }
    return count;
}

/* A shell starts what runs in its background with Ctrl-C ignored, nohup with
 * hang-ups, and what is ignored stays so in every child: tests that end a
 * program by such a signal would wait for ever. */
static void signals_as_usual(void)
{
    static const int usual[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCHLD};
    sigset_t none;

    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        signal(usual[i], SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGALRM, too_long);
}

int test_main(const struct suite *suites, int argc, char **argv)
{
    unsigned failed, ran;
    size_t count = 0;

    prctl(PR_SET_CHILD_SUBREAPER, 1);
    signals_as_usual();
    if (CU_initialize_registry() != CUE_SUCCESS)
        return 99;
    for (const struct suite *s = suites; s->name != NULL; s++)
        count += add_suite(s, argc, argv);
    if (count == 0 && argc > 1) {
        fprintf(stderr, "%s: no such suite or test\n", argv[0]);
        return 2;
    }
    CU_set_suite_start_handler(say_suite);
    CU_set_test_complete_handler(say_test);
    CU_run_all_tests();
    failed = CU_get_number_of_tests_failed();
    ran = CU_get_number_of_tests_run();
    CU_cleanup_registry();
    printf("%u passed, %u failed\n", ran - failed, failed);
    fflush(stdout); /* a leak found at exit ends us before stdio does */
    return failed == 0 ? 0 : 1;
}
