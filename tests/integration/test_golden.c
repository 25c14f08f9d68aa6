/* SPDX-License-Identifier: MIT */
/*
 * What the labs say, held against what stands in the tree: the sessions in the
 * READMEs of the protocols, and the ladders and comparisons in tests/golden/.
 * Each lab runs once; each text is a view of its trace, reproducible.
 *
 *     make golden     writes all of them anew: look at what git diff says
 *
 * A session stands between two comments of a README, the first of which names
 * the lab and, as KEY=VALUE, what of its trace is shown:
 *
 *     <!-- session: pop3-imap conn=9 dir=out,in events=1-30 -->
 *     <!-- end of session -->
 *
 * A golden file begins with the command that makes it, its paths seen from the
 * folder of the labs.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/integration/in_world.h"

#define RUN_SECONDS 600.0
#define VIEW_SECONDS 60.0
#define GOLDEN "tests/golden"
#define SESSION_BEGIN "<!-- session: "
#define SESSION_END "<!-- end of session -->\n"
#define SESSION_INDENT "    "

/* ---- what is there, and what ought to be -------------------------------- */

/* make golden */
static bool is_writing(void)
{
    return getenv("GOLDEN") != NULL;
}

/* The first lines in which two texts differ, as diff -u says it. */
static void show_difference(const char *name, const char *old, const char *new)
{
    const char *is = test_path("is"), *ought = test_path("ought-to-be");
    struct test_run run;

    test_write_file(ought, old, strlen(old));
    test_write_file(is, new, strlen(new));
    test_run(&run, VIEW_SECONDS,
             (const char *const[]){"sh", "-c",
                                   "diff -u --label \"$3\" --label now \"$1\" "
                                   "\"$2\" | head -n 30",
                                   "sh", ought, is, name, NULL});
    fprintf(stderr, "%s(\"make golden\" writes it anew)\n", run.out);
    test_run_free(&run);
}

/* Holds the text of a file against what it ought to be, or writes it. */
static void settle(const char *path, const char *old, const char *new)
{
    if (strcmp(old, new) == 0)
        return;
    if (is_writing()) {
        test_write_file(path, new, strlen(new));
        printf("  written: %s\n", path);
        return;
    }
    show_difference(path, old, new);
    CU_FAIL("it is not what it ought to be");
}

/* What a command prints, run in the labs' folder with the house's programs;
 * the caller frees. NULL: it could not be run. */
static char *output_of(const char *command)
{
    static const char script[] =
        "PATH=$1:$PATH; export PATH COLUMNS=\"$2\" NO_COLOR=1; cd \"$3\" && "
        "eval \"$4\"";
    char bin[4096], *text = NULL;
    struct test_run run;

    if (realpath(TEST_BIN, bin) == NULL)
        return NULL;
    bool session = strstr(command, "--session") != NULL;
    test_run(&run, VIEW_SECONDS,
             (const char *const[]){"sh", "-c", script, "sh", bin,
                                   session ? "68" : "100", test_folder(),
                                   command, NULL});
    if (run.status == 0 || run.status == 1) /* compare: 1 is a difference */
        text = strdup(run.out);
    else
        fprintf(stderr, "%s: %s\n", command, run.err);
    CU_ASSERT_PTR_NOT_NULL(text);
    test_run_free(&run);
    return text;
}

/* ---- sessions ----------------------------------------------------------- */

/* "pop3-imap conn=9 events=1-30 -->" as a command. */
static void session_command(char *command, size_t size, const char *words)
{
    char lab[80] = "", filter[256] = "", events[80] = "", word[64];
    int length;

    while (sscanf(words, "%63s%n", word, &length) == 1 &&
           strcmp(word, "-->") != 0) {
        words += length;
        if (lab[0] == '\0')
            snprintf(lab, sizeof(lab), "%s", word);
        else if (strncmp(word, "events=", 7) == 0)
            snprintf(events, sizeof(events), "--events %s", word + 7);
        else
            snprintf(filter + strlen(filter), sizeof(filter) - strlen(filter),
                     " %s", word);
    }
    snprintf(command, size,
             "trace show --reproducible --session --filter \"%s\" %s "
             "%s/trace.pcapng",
             filter, events, lab);
}

static void append(char **text, const char *more, size_t length)
{
    size_t before = strlen(*text);

    *text = realloc(*text, before + length + 1);
    memcpy(*text + before, more, length);
    (*text)[before + length] = '\0';
}

/* Indented, so that Markdown shows it as it is. */
static void append_session(char **text, const char *session)
{
    append(text, "\n", 1);
    while (*session != '\0') {
        size_t length = strcspn(session, "\n") + 1;
        if (length > 1)
            append(text, SESSION_INDENT, strlen(SESSION_INDENT));
        append(text, session, length);
        session += length;
    }
    append(text, "\n", 1);
}

/* The sessions of that lab; others stay as they are. */
static void readme_check(const char *path, const char *lab)
{
    size_t length;
    char *old = test_read_file(path, &length), *new = calloc(1, 1);
    const char *at = old, *begin;

    CU_ASSERT_PTR_NOT_NULL_FATAL(old);
    while ((begin = strstr(at, SESSION_BEGIN)) != NULL) {
        const char *words = begin + strlen(SESSION_BEGIN);
        const char *line = words + strcspn(words, "\n") + 1;
        const char *end = strstr(words, SESSION_END);
        char command[512], *session;

        CU_ASSERT_PTR_NOT_NULL_FATAL(end);
        if (strncmp(words, lab, strlen(lab)) != 0)
            line = end;
        append(&new, at, (size_t)(line - at));
        if (line != end) {
            session_command(command, sizeof(command), words);
            session = output_of(command);
            append_session(&new, session ? session : "");
            free(session);
        }
        at = end;
    }
    append(&new, at, strlen(at));
    settle(path, old, new);
    free(new);
    free(old);
}

static void sessions_check(const char *lab)
{
    static const char *const readmes[] = {"http/README.md", "smtp/README.md",
                                          "pop3/README.md", "imap/README.md",
                                          "ftp/README.md",  "telnet/README.md",
                                          "ssh/README.md"};

    for (size_t i = 0; i < sizeof(readmes) / sizeof(readmes[0]); i++)
        readme_check(readmes[i], lab);
}

/* ---- golden files ------------------------------------------------------- */

/* The first line is "$ trace show ... LAB/trace.pcapng", the rest what that
 * prints. False: it is of another lab. */
static bool golden_check(const char *path, const char *lab)
{
    char trace[128], *new = calloc(1, 1);
    size_t length;
    char *old = test_read_file(path, &length);

    CU_ASSERT_PTR_NOT_NULL_FATAL(old);
    size_t line = strcspn(old, "\n");
    snprintf(trace, sizeof(trace), " %s/trace.pcapng", lab);
    CU_ASSERT(strncmp(old, "$ ", 2) == 0);
    if (!memmem(old, line, trace, strlen(trace))) {
        free(new);
        free(old);
        return false;
    }
    append(&new, old, line);
    append(&new, "\n", 1);
    char *command = strndup(old + 2, line - 2);
    char *output = output_of(command);
    append(&new, output ? output : "", output ? strlen(output) : 0);
    settle(path, old, new);
    free(output);
    free(command);
    free(new);
    free(old);
    return true;
}

static void files_check(const char *lab)
{
    DIR *folder = opendir(GOLDEN);
    struct dirent *entry;
    char path[512];
    size_t count = 0;

    while (folder && (entry = readdir(folder))) {
        if (!strstr(entry->d_name, ".txt"))
            continue;
        snprintf(path, sizeof(path), GOLDEN "/%s", entry->d_name);
        count += golden_check(path, lab);
    }
    if (folder)
        closedir(folder);
    CU_ASSERT(count > 0);
}

/* ---- the runs ----------------------------------------------------------- */

/* Ports and addresses of a world on loopback are others: what stands in the
 * tree is of a wire. */
static void lab_says_what_stands_in_the_tree(const char *lab)
{
    struct test_run run;

    if (best_way() == WORLD_LOOPBACK)
        return;
    test_run(
        &run, RUN_SECONDS,
        (const char *const[]){"lab", "run", lab, "--out", test_folder(), NULL});
    CU_ASSERT_EQUAL(run.status, 0);
    if (run.status == 0) {
        sessions_check(lab);
        files_check(lab);
    } else {
        fprintf(stderr, "lab exited %d: %s\n", run.status, run.err);
    }
    test_run_free(&run);
}

#define LAB(name, lab)                         \
    static void name(void)                     \
    {                                          \
        lab_says_what_stands_in_the_tree(lab); \
    }

LAB(http_page_says_what_stands_in_the_tree, "http-page")
LAB(http_versions_says_what_stands_in_the_tree, "http-versions")
LAB(http_status_says_what_stands_in_the_tree, "http-status")
LAB(http_state_says_what_stands_in_the_tree, "http-state")
LAB(https_trust_says_what_stands_in_the_tree, "https-trust")
LAB(smtp_relay_says_what_stands_in_the_tree, "smtp-relay")
LAB(mailbox_exists_says_what_stands_in_the_tree, "mailbox-exists")
LAB(pop3_imap_says_what_stands_in_the_tree, "pop3-imap")
LAB(ftp_connections_says_what_stands_in_the_tree, "ftp-connections")
LAB(telnet_ssh_says_what_stands_in_the_tree, "telnet-ssh")

const struct test tests_golden[] = {
    {"http_page_says_what_stands_in_the_tree",
     http_page_says_what_stands_in_the_tree},
    {"http_versions_says_what_stands_in_the_tree",
     http_versions_says_what_stands_in_the_tree},
    {"http_status_says_what_stands_in_the_tree",
     http_status_says_what_stands_in_the_tree},
    {"http_state_says_what_stands_in_the_tree",
     http_state_says_what_stands_in_the_tree},
    {"https_trust_says_what_stands_in_the_tree",
     https_trust_says_what_stands_in_the_tree},
    {"smtp_relay_says_what_stands_in_the_tree",
     smtp_relay_says_what_stands_in_the_tree},
    {"mailbox_exists_says_what_stands_in_the_tree",
     mailbox_exists_says_what_stands_in_the_tree},
    {"pop3_imap_says_what_stands_in_the_tree",
     pop3_imap_says_what_stands_in_the_tree},
    {"ftp_connections_says_what_stands_in_the_tree",
     ftp_connections_says_what_stands_in_the_tree},
    {"telnet_ssh_says_what_stands_in_the_tree",
     telnet_ssh_says_what_stands_in_the_tree},
    {NULL, NULL}};
