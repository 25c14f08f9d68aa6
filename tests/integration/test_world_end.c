/* SPDX-License-Identifier: MIT */
/*
 * world_end: how a world ends, with whom, and what is done on machines that
 * refuse one. Here is the shell in it, too, for it hands on its end.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/trace.h"
#include "labs/world/inside.h"
#include "tests/harness.h"
#include "tests/integration/in_world.h"

/* ---- gone without a trace ----------------------------------------------- */

/* Everything in the world inherits this pipe: who reads its end knows that all
 * are gone. */
static int linger(struct world *world, void *context, struct error *error)
{
    int alive = *(int *)context;
    fcntl(alive, F_SETFD, 0);
    EXPECT(world_start(world, "web",
                       (const char *const[]){"sh", "-c",
                                             "sleep 1000 & sleep 1000", NULL},
                       error) > 0);
    EXPECT(write(alive, "x", 1) == 1);
    world_command(world, "student",
                  (const char *const[]){"sleep", "1000", NULL}, NULL, error);
    return 0;
}

/* Ends the process that called world_run by `signal_number`; true if all that
 * the world held is gone within the time. */
static bool world_ends_with(enum world_way way, int signal_number)
{
    struct world_setup setup = {.way = way, .hosts = {"web"}};
    struct error error = {0};
    int ends[2];
    char x;
    if (pipe(ends) < 0)
        return false;
    pid_t caller = fork();
    if (caller == 0) {
        close(ends[0]);
        world_run(&setup, linger, &ends[1], &error);
        _exit(1);
    }
    close(ends[1]);
    bool lived = read(ends[0], &x, 1) == 1;
    kill(caller, signal_number);
    waitpid(caller, NULL, 0);
    struct pollfd wait = {.fd = ends[0], .events = POLLIN};
    bool gone = poll(&wait, 1, 5000) == 1 && read(ends[0], &x, 1) == 0;
    close(ends[0]);
    return lived && gone;
}

static void world_ends_with_the_process_that_made_it(void)
{
    static const int signals[] = {SIGKILL, SIGTERM, SIGINT};
    enum world_way way = best_way();
    for (size_t i = 0; i < 3; i++) {
        CU_ASSERT_TRUE(world_ends_with(way, signals[i]));
        CU_ASSERT_TRUE(world_ends_with(WORLD_LOOPBACK, signals[i]));
    }
}

/* ---- a shell in it ------------------------------------------------------ */

/* Runs `commands` in lab shell; its standard output must be `expected`, and
 * its exit status `status`. */
static void in_shell(const char *options, const char *commands,
                     const char *expected, int status)
{
    struct test_run run;
    const char *argv[] = {"sh",
                          "-c",
                          "printf '%s' \"$2\" | \"$0\" $1 shell",
                          TEST_BIN "/lab",
                          options,
                          commands,
                          NULL};
    test_run(&run, 60, argv);
    CU_ASSERT_STRING_EQUAL(run.out, expected);
    CU_ASSERT_EQUAL(run.status, status);
    if (run.status != status)
        fprintf(stderr, "%s", run.err);
    test_run_free(&run);
}

static void shell_runs_commands_and_hands_on_their_status(void)
{
    in_shell("--way loopback", "echo one; exit 5", "one\n", 5);
    if (best_way() == WORLD_LOOPBACK)
        return;
    in_shell("", "hostname; cat /etc/hostname; exit 7", "student\nstudent\n",
             7);
    in_shell("", "kill -9 $$", "", 137);
    /* Our own programs are at hand, and names, ports and trust are real. */
    in_shell("",
             "http-client -f -o /dev/null https://www.example.test/ && "
             "echo trusted",
             "trusted\n", 0);
    in_shell("", "grep -c '^CapEff:.*[1-9a-f]' /proc/self/status", "1\n", 0);
}

/* What was run there has recorded itself, and is one trace with the servers'
 * halves and the frames. */
static void shell_leaves_a_trace_of_what_passed(void)
{
    char folder[] = "/tmp/wirelab-shell-XXXXXX", file[64], options[80];
    struct trace_file trace;
    struct error error = {0};
    bool both = false, framed = false;

    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    snprintf(file, sizeof(file), "%s/trace.pcapng", folder);
    snprintf(options, sizeof(options), "--trace %s", file);
    in_shell(options,
             best_way() == WORLD_LOOPBACK
                 ? "http-client -f -o /dev/null http://127.77.0.80:20080/"
                 : "http-client -f -o /dev/null http://www.example.test/",
             "", 0);
    CU_ASSERT_EQUAL_FATAL(trace_read(&trace, file, &error), 0);
    for (size_t i = 0; i < trace.event_count; i++)
        if (strcmp(trace.events[i].name, "GET") == 0) {
            both = trace.events[i].src_heard.file != NULL;
            framed = trace.events[i].frame_count > 0;
        }
    CU_ASSERT(both);
    CU_ASSERT(framed || best_way() == WORLD_LOOPBACK);
    trace_file_free(&trace);
    unlink(file);
    CU_ASSERT_EQUAL(rmdir(folder), 0);
}

static void run_takes_no_trace(void)
{
    struct test_run run;
    const char *argv[] = {TEST_BIN "/lab", "--trace",   "x",
                          "run",           "http-page", NULL};

    test_run(&run, 60, argv);
    CU_ASSERT_EQUAL(run.status, ERROR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "belongs to `lab shell`"));
    test_run_free(&run);
}

/* ---- where it is refused ------------------------------------------------ */

static int report_way(struct world *world, void *context, struct error *error)
{
    char way = (char)('0' + (int)world_way(world));
    EXPECT(write(*(int *)context, &way, 1) == 1);
    return 0;
}

/* The way that a world takes in a child that has done `deprive` to itself, and
 * what doctor says there; WORLD_ANY if it could not be tried. */
static enum world_way way_after(bool (*deprive)(void), char *report,
                                size_t size)
{
    int ends[2], said[2];
    char way = '0';
    if (pipe(ends) < 0 || pipe(said) < 0)
        return WORLD_ANY;
    pid_t child = fork();
    if (child == 0) {
        struct world_setup setup = {.hosts = {"web"}};
        struct error error = {0};
        if (deprive()) {
            world_run(&setup, report_way, &ends[1], &error);
            FILE *to = fdopen(said[1], "w");
            world_doctor(to);
            fclose(to);
        }
        _exit(0);
    }
    close(ends[1]);
    close(said[1]);
    if (read(ends[0], &way, 1) != 1)
        way = '0';
    size_t length = 0;
    ssize_t n;
    while (length < size - 1 &&
           (n = read(said[0], report + length, size - 1 - length)) > 0)
        length += (size_t)n;
    report[length] = '\0';
    waitpid(child, NULL, 0);
    close(ends[0]);
    close(said[0]);
    return (enum world_way)(way - '0');
}

static bool forbid_by_limit(void)
{
    char map[64];
    unsigned uid = geteuid();
    if (unshare(CLONE_NEWUSER) < 0)
        return false;
    int fd = open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
    snprintf(map, sizeof(map), "0 %u 1", uid);
    if (fd < 0 || write(fd, map, strlen(map)) < 0)
        return false;
    close(fd);
    fd = open("/proc/sys/user/max_user_namespaces", O_WRONLY | O_CLOEXEC);
    bool done = fd >= 0 && write(fd, "0", 1) == 1;
    close(fd);
    return done;
}

static bool forbid_by_filter(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                 (uint32_t)offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog filter = {sizeof(code) / sizeof(*code), code};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

static void world_falls_back_to_loopback_and_doctor_says_why(void)
{
    char report[4096];
    enum world_way way = way_after(forbid_by_limit, report, sizeof(report));
    if (way != WORLD_ANY) {
        CU_ASSERT_EQUAL(way, WORLD_LOOPBACK);
        CU_ASSERT_PTR_NOT_NULL(
            strstr(report, "the limit user.max_user_namespaces is 0"));
        CU_ASSERT_PTR_NOT_NULL(
            strstr(report, "sysctl -w user.max_user_namespaces="));
    }
    way = way_after(forbid_by_filter, report, sizeof(report));
    if (way != WORLD_ANY) {
        CU_ASSERT_EQUAL(way, WORLD_LOOPBACK);
        CU_ASSERT_PTR_NOT_NULL(strstr(report, "seccomp"));
    }
}

const struct test tests_world_end[] = {
    {"world_ends_with_the_process_that_made_it",
     world_ends_with_the_process_that_made_it},
    {"shell_runs_commands_and_hands_on_their_status",
     shell_runs_commands_and_hands_on_their_status},
    {"shell_leaves_a_trace_of_what_passed",
     shell_leaves_a_trace_of_what_passed},
    {"run_takes_no_trace", run_takes_no_trace},
    {"world_falls_back_to_loopback_and_doctor_says_why",
     world_falls_back_to_loopback_and_doctor_says_why},
    {NULL, NULL}};
