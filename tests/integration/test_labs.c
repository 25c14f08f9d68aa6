/* SPDX-License-Identifier: MIT */
/*
 * lab, as a student runs it: both labs end well and leave what they promise,
 * on a wire and on loopback, and however it is ended it leaves nothing behind.
 */
#include <dirent.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/trace.h"
#include "tests/harness.h"

#define RUN_SECONDS 600.0

static void lab(struct test_run *run, const char *const *arguments)
{
    const char *argv[16] = {"lab"};
    size_t count = 1;

    while (*arguments && count < 15)
        argv[count++] = *arguments++;
    argv[count] = NULL;
    test_run(run, RUN_SECONDS, argv);
}

#define LAB(run, ...) lab((run), (const char *const[]){__VA_ARGS__, NULL})

static bool has(const char *text, const char *what)
{
    return text && strstr(text, what) != NULL;
}

static bool file_there(const char *name)
{
    size_t length = 0;
    char *data = test_read_file(test_path(name), &length);

    free(data);
    return length > 0;
}

/* Names in a folder that hold `what`. */
static size_t names_with(const char *folder, const char *what)
{
    DIR *directory = opendir(folder);
    struct dirent *entry;
    size_t count = 0;

    while (directory && (entry = readdir(directory)))
        if (strstr(entry->d_name, what))
            count++;
    if (directory)
        closedir(directory);
    return count;
}

/* ---- what a run gives --------------------------------------------------- */

static void files_check(void)
{
    CU_ASSERT(file_there("index.html"));
    CU_ASSERT(file_there("http-page/index.html"));
    CU_ASSERT(file_there("http-page/trace.pcapng"));
    CU_ASSERT(file_there("http-versions/index.html"));
    CU_ASSERT(file_there("http-versions/trace.pcapng"));
    CU_ASSERT(file_there("http-status/index.html"));
    CU_ASSERT(file_there("http-status/trace.pcapng"));
    CU_ASSERT(file_there("http-state/index.html"));
    CU_ASSERT(file_there("http-state/trace.pcapng"));
    CU_ASSERT(file_there("https-trust/index.html"));
    CU_ASSERT(file_there("https-trust/trace.pcapng"));
    CU_ASSERT(file_there("smtp-relay/index.html"));
    CU_ASSERT(file_there("smtp-relay/trace.pcapng"));
    CU_ASSERT(file_there("pop3-imap/index.html"));
    CU_ASSERT(file_there("pop3-imap/trace.pcapng"));
    CU_ASSERT_EQUAL(names_with(test_path("http-page"), ".part"), 0);
    CU_ASSERT_EQUAL(names_with(test_path("https-trust"), ".part"), 0);
}

/* ---- what the notes say wrongly ------------------------------------------ */

/* What a run has found instead, and by which rule. */
static const struct {
    struct rfc rfc;
    const char *found;
} corrections[] = {
    {{"1945", "D.2.3"}, "the HTTP/1.0 request above was answered with gzip."},
    {{"2616", "6.1.1"}, "24 codes are new in all, 16 of them errors;"},
    {{"4253", "1"}, "Reliable is TCP, which Telnet has as well."},
    {{"5280", "4.1.1.3"}, "A signature is not encryption"},
    {{"5280", "6.1.1"}, "the student's host spoke to 2 others:"},
    {{"5321", "2.1"}, "West is a server that receives by SMTP,"},
    {{"7568", "1"}, "SSL 2.0 appeared in 1995, SSL 3.0 in 1996,"},
    {{"8446", "1.2"}, "Here no key was sent at all;"},
    {{"9110", "9.1"}, "\"Get\" is not GET, and the server answered 501."},
};

/* A text in one line, whatever the terminal's width: the caller frees it. */
static char *unfold(const char *text)
{
    char *line = malloc(strlen(text) + 1), *end = line;

    CU_ASSERT_PTR_NOT_NULL_FATAL(line);
    for (; *text; text++)
        if (*text != '\n' && !(*text == ' ' && end > line && end[-1] == ' '))
            *end++ = *text;
        else if (*text == '\n' && end > line && end[-1] != ' ')
            *end++ = ' ';
    *end = '\0';
    return line;
}

static void corrections_check(const char *out)
{
    char *text = unfold(out);

    for (size_t i = 0; i < sizeof(corrections) / sizeof(*corrections); i++) {
        const char *found = strstr(text, corrections[i].found), *next;
        char citation[64];

        snprintf(citation, sizeof(citation), "(RFC %s §%s)",
                 corrections[i].rfc.number, corrections[i].rfc.section);
        CU_ASSERT_PTR_NOT_NULL_FATAL(found);
        next = strstr(found, "The notes say:");
        found = strstr(found, citation);
        CU_ASSERT(found != NULL && (next == NULL || found < next));
    }
    free(text);
}

/* The sum of the wire's delays and little else: some seconds of round
 * trips; the rest is for machines that are busy. */
static void all_labs_run_and_leave_their_files(void)
{
    struct test_run run;

    LAB(&run, "run", "all", "--out", test_folder());
    CU_ASSERT_EQUAL(run.status, 0);
    /* Which claim did not hold can't be told from a status. */
    if (run.status != 0)
        fprintf(stderr, "lab exited %d: %s\n", run.status, run.err);
    CU_ASSERT_STRING_EQUAL(run.err, "");
    CU_ASSERT(has(run.out, "What to remember"));
    CU_ASSERT(has(run.out, "his notebook"));
    CU_ASSERT(has(run.out, "   3. compared"));
    CU_ASSERT(!has(run.out, "\033["));
    corrections_check(run.out);
    files_check();
    test_run_free(&run);
}

static void loopback_runs_both_and_says_what_it_cannot_show(void)
{
    struct test_run run;

    LAB(&run, "run", "all", "--way", "loopback", "--out", test_folder());
    CU_ASSERT_EQUAL(run.status, 0);
    CU_ASSERT(has(run.out, "not to be seen here: the frames of the handshake"));
    CU_ASSERT(has(run.out, "http://www.example.test:20080/"));
    files_check();
    test_run_free(&run);
}

/* What a lab says does not hang on who of many was first; and where a reply is
 * missing, that is told and nothing else. */
static void lab_run_again_says_the_same(void)
{
    char folders[2][512], traces[2][600];
    struct test_run run;

    for (size_t i = 0; i < 2; i++) {
        snprintf(folders[i], sizeof(folders[i]), "%s",
                 test_path(i == 0 ? "first" : "again"));
        snprintf(traces[i], sizeof(traces[i]), "%s/mailbox-exists/trace.pcapng",
                 folders[i]);
        LAB(&run, "run", "mailbox-exists", "--out", folders[i]);
        CU_ASSERT_EQUAL(run.status, 0);
        test_run_free(&run);
    }
    test_run(
        &run, 30,
        (const char *const[]){"trace", "compare", traces[0], traces[1], NULL});
    CU_ASSERT_EQUAL(run.status, 0);
    CU_ASSERT(has(run.out, "\nNo difference\n"));
    test_run_free(&run);
    test_run(&run, 30,
             (const char *const[]){"trace", "compare", traces[0], traces[1],
                                   "--b", "name!=554", NULL});
    CU_ASSERT_EQUAL(run.status, 1);
    CU_ASSERT(has(run.out, "only A is answered: 554"));
    CU_ASSERT(has(run.out, "\n1 difference\n"));
    test_run_free(&run);
}

static void list_names_every_lab(void)
{
    struct test_run run;

    LAB(&run, "list");
    CU_ASSERT_EQUAL(run.status, 0);
    CU_ASSERT(has(run.out, "http-page") && has(run.out, "https-trust"));
    test_run_free(&run);
}

static void wrong_words_are_refused_with_the_nearest(void)
{
    struct test_run run;

    LAB(&run, "run", "http-pag");
    CU_ASSERT_EQUAL(run.status, 2);
    CU_ASSERT(has(run.err, "did you mean http-page?"));
    test_run_free(&run);
    LAB(&run, "shel");
    CU_ASSERT_EQUAL(run.status, 2);
    CU_ASSERT(has(run.err, "did you mean shell?"));
    test_run_free(&run);
    LAB(&run, "run", "all", "--way", "carrier-pigeon");
    CU_ASSERT_EQUAL(run.status, 2);
    test_run_free(&run);
}

static void folder_that_cannot_be_made_is_said(void)
{
    struct test_run run;

    test_write_file(test_path("file"), "x", 1);
    LAB(&run, "run", "http-page", "--out", test_path("file"));
    CU_ASSERT_EQUAL(run.status, 8);
    CU_ASSERT(has(run.err, "can't be made"));
    test_run_free(&run);
}

/* ---- where namespaces are refused ---------------------------------------- */

/* In a user namespace whose own limits are zero, none can be made: both labs
 * run all the same, on loopback, and doctor names the limit. */
static void refused_namespaces_leave_loopback(void)
{
    static const char script[] =
        "for n in user net mnt pid uts; do "
        "echo 0 > /proc/sys/user/max_${n}_namespaces || exit 99; done; "
        "\"$0\"/lab run all --out \"$1\" && \"$0\"/lab doctor; echo end $?";
    struct test_run run;

    test_run(&run, RUN_SECONDS,
             (const char *const[]){"unshare", "-U", "-r", "sh", "-c", script,
                                   TEST_BIN, test_folder(), NULL});
    if (run.status == 0) { /* else: not even the test's own can be made */
        CU_ASSERT(has(run.out, "not to be seen here"));
        CU_ASSERT(has(run.out, "max_user_namespaces"));
        CU_ASSERT(has(run.out, "end 0"));
        files_check();
    }
    test_run_free(&run);
}

/* ---- however it ends ----------------------------------------------------- */

static size_t lines_of(const char *path)
{
    size_t length = 0, count = 0, i;
    char *text = test_read_file(path, &length);

    for (i = 0; i < length; i++)
        count += text[i] == '\n';
    free(text);
    return count;
}

static size_t interfaces(void)
{
    struct if_nameindex *list = if_nameindex();
    size_t count = 0;

    while (list && list[count].if_index)
        count++;
    if_freenameindex(list);
    return count;
}

/* The runner makes this process a subreaper: what a killed lab leaves behind
 * becomes our child. True when all have ended within five seconds. */
static bool all_gone(void)
{
    const struct timespec pause = {.tv_nsec = 10000000};
    int tries;
    pid_t pid;

    for (tries = 0; tries < 500; tries++) {
        while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
            continue;
        if (pid < 0 && errno == ECHILD)
            return true;
        nanosleep(&pause, NULL);
    }
    return false;
}

/* Starts a lab and reads its output until `awaited` has come, so that it is
 * ended in the middle of its work and not before. */
static pid_t lab_start(const char *awaited)
{
    char said[4096] = "", path[512];
    size_t length = 0;
    int ends[2];
    pid_t pid;

    snprintf(path, sizeof(path), "%s/lab", TEST_BIN);
    if (pipe(ends) < 0 || (pid = fork()) < 0)
        return -1;
    if (pid == 0) {
        setpgid(0, 0);
        dup2(ends[1], 1);
        dup2(ends[1], 2);
        close(ends[0]);
        close(ends[1]);
        execl(path, "lab", "run", "https-trust", "--out", test_folder(), NULL);
        _exit(127);
    }
    close(ends[1]);
    while (!strstr(said, awaited) && length + 1 < sizeof(said)) {
        struct pollfd wait = {.fd = ends[0], .events = POLLIN};
        ssize_t got =
            poll(&wait, 1, 10000) > 0
                ? read(ends[0], said + length, sizeof(said) - 1 - length)
                : -1;

        if (got <= 0)
            break;
        length += (size_t)got;
        said[length] = '\0';
    }
    CU_ASSERT(strstr(said, awaited) != NULL);
    close(ends[0]);
    return pid;
}

static void ended_by(int number, bool whole_group)
{
    size_t mounts = lines_of("/proc/self/mounts"), links = interfaces();
    pid_t pid = lab_start("http-client");
    struct test_run run;

    CU_ASSERT_FATAL(pid > 0);
    kill(whole_group ? -pid : pid, number);
    CU_ASSERT(all_gone());
    CU_ASSERT_EQUAL(lines_of("/proc/self/mounts"), mounts);
    CU_ASSERT_EQUAL(interfaces(), links);
    CU_ASSERT(!file_there("https-trust/trace.pcapng"));
    CU_ASSERT(!file_there("https-trust/index.html"));
    /* The next run sweeps what a kill left in the folder. */
    LAB(&run, "run", "https-trust", "--out", test_folder());
    CU_ASSERT_EQUAL(run.status, 0);
    CU_ASSERT_EQUAL(names_with(test_path("https-trust"), ".part"), 0);
    test_run_free(&run);
}

/* As a terminal does it: the signal goes to the whole group. */
static void control_c_leaves_nothing_behind(void)
{
    ended_by(SIGINT, true);
}

static void kill_9_leaves_nothing_behind(void)
{
    ended_by(SIGKILL, false);
}

const struct test tests_labs[] = {
    {"all_labs_run_and_leave_their_files", all_labs_run_and_leave_their_files},
    {"loopback_runs_both_and_says_what_it_cannot_show",
     loopback_runs_both_and_says_what_it_cannot_show},
    {"lab_run_again_says_the_same", lab_run_again_says_the_same},
    {"list_names_every_lab", list_names_every_lab},
    {"wrong_words_are_refused_with_the_nearest",
     wrong_words_are_refused_with_the_nearest},
    {"folder_that_cannot_be_made_is_said", folder_that_cannot_be_made_is_said},
    {"refused_namespaces_leave_loopback", refused_namespaces_leave_loopback},
    {"control_c_leaves_nothing_behind", control_c_leaves_nothing_behind},
    {"kill_9_leaves_nothing_behind", kill_9_leaves_nothing_behind},
    {NULL, NULL}};
