/* SPDX-License-Identifier: MIT */
/* The shell behind a log-in: lines in, text and a status out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lab_shell.h"
#include "tests/harness.h"

static struct lab_shell shell;
static char all_out[1 << 18], all_err[8192];

static void add(char *target, size_t size, const char *text, size_t length)
{
    size_t used = strlen(target);

    CU_ASSERT_FATAL(used + length < size);
    memcpy(target + used, text, length);
    target[used + length] = '\0';
}

/* Runs a line to its end, as a server would. */
static void run(const char *line)
{
    all_out[0] = all_err[0] = '\0';
    lab_shell_line(&shell, span_of(line));
    do {
        add(all_out, sizeof(all_out), shell.out, shell.out_length);
        add(all_err, sizeof(all_err), shell.err, shell.err_length);
    } while (lab_shell_more(&shell));
}

static void start(void)
{
    lab_shell_start(&shell, "ada", "shell.example.test");
}

static void gives(const char *line, const char *out, int status)
{
    start();
    run(line);
    CU_ASSERT_STRING_EQUAL(all_out, out);
    CU_ASSERT_STRING_EQUAL(all_err, "");
    CU_ASSERT_EQUAL(shell.status, status);
}

static void complains(const char *line, const char *err, int status)
{
    start();
    run(line);
    CU_ASSERT_STRING_EQUAL(all_out, "");
    CU_ASSERT_STRING_EQUAL(all_err, err);
    CU_ASSERT_EQUAL(shell.status, status);
}

static void lab_shell_knows_its_commands(void)
{
    gives("", "", 0);
    gives("whoami", "ada\n", 0);
    gives("hostname", "shell.example.test\n", 0);
    gives("pwd", "/home/ada\n", 0);
    gives("echo  one   two", "one two\n", 0);
    gives("ls", "README.txt\ndiary.txt\nletters\nnotes\n", 0);
    gives("ls -a letters", "bob.txt\n", 0);
    gives("seq 3", "1\n2\n3\n", 0);
    gives("seq 0", "", 0);
    gives("wc letters/bob.txt", "3 20 93 letters/bob.txt\n", 0);
    gives("true", "", 0);
    gives("false", "", 1);
    complains("rm -rf /", "rm: command not found\n", 127);
    complains("cat none", "cat: none: no such file\n", 1);
    complains("cat notes", "cat: notes: is a folder\n", 1);
    complains("cd README.txt", "cd: README.txt: no such folder\n", 1);
    complains("wc", "wc: : is a folder\n", 1);
}

static void lab_shell_reads_words_and_quotes(void)
{
    gives("echo 'a  b' \"c 'd\" e\\ f", "a  b c 'd e f\n", 0);
    gives("echo '' x", " x\n", 0);
    gives("echo a;echo b ; echo c", "a\nb\nc\n", 0);
    gives("echo 'a;b' # and no more", "a;b\n", 0);
    gives("echo a#b", "a#b\n", 0);
    complains("echo 'open", "shell: a quote is not closed\n", 2);
    complains("echo \"open", "shell: a quote is not closed\n", 2);
}

static void lab_shell_stays_in_its_home(void)
{
    gives("cd notes; pwd; cd ..; pwd", "/home/ada/notes\n/home/ada\n", 0);
    gives("cd notes; ls ../letters", "bob.txt\n", 0);
    gives("cd ~/notes; cd; pwd", "/home/ada\n", 0);
    gives("cd /home/ada/notes/.; pwd", "/home/ada/notes\n", 0);
    complains("cd ..", "cd: ..: no such folder\n", 1);
    complains("cd notes/../..", "cd: notes/../..: no such folder\n", 1);
    complains("cat /etc/passwd", "cat: /etc/passwd: no such file\n", 1);
    complains("ls /home/adam", "ls: /home/adam: no such file\n", 1);
}

static void lab_shell_shows_where_it_is(void)
{
    start();
    CU_ASSERT_STRING_EQUAL(lab_shell_prompt(&shell), "ada@shell:~$ ");
    run("cd notes");
    CU_ASSERT_STRING_EQUAL(lab_shell_prompt(&shell), "ada@shell:~/notes$ ");
}

static void lab_shell_ends(void)
{
    start();
    run("false");
    run("exit");
    CU_ASSERT_EQUAL(shell.state, LAB_SHELL_ENDED);
    CU_ASSERT_EQUAL(shell.status, 1);
    start();
    run("echo x; exit 7; echo y");
    CU_ASSERT_EQUAL(shell.state, LAB_SHELL_ENDED);
    CU_ASSERT_EQUAL(shell.status, 7);
    CU_ASSERT_STRING_EQUAL(all_out, "x\n");
}

/* What is longer than the buffer comes in pieces, nothing lost or doubled. */
static void lab_shell_writes_in_pieces(void)
{
    char want[65536] = "", line[LAB_SHELL_LINE_MAX] = "", number[16];

    for (int i = 1; i <= 5000; i++) {
        snprintf(number, sizeof(number), "%d\n", i);
        add(want, sizeof(want), number, strlen(number));
    }
    gives("seq 5000", want, 0);
    want[0] = '\0';
    for (int i = 0; i < 60; i++)
        add(line, sizeof(line), i ? " diary.txt" : "cat diary.txt",
            i ? 10 : 13);
    start();
    run("cat diary.txt");
    for (int i = 0; i < 60; i++)
        add(want, sizeof(want), all_out, strlen(all_out));
    run(line);
    CU_ASSERT_STRING_EQUAL(all_out, want);
    for (size_t i = 0; i < sizeof(line) - 1; i += 5)
        memcpy(line + i, "help;", i + 6 < sizeof(line) ? 6 : 0);
    line[1000] = '\0';
    run("help");
    size_t once = strlen(all_out);
    run(line);
    CU_ASSERT_EQUAL(strlen(all_out), 200 * once);
}

static void lab_shell_reads_input(void)
{
    start();
    run("cat; echo done");
    CU_ASSERT_EQUAL(shell.state, LAB_SHELL_READING);
    CU_ASSERT_EQUAL(lab_shell_input(&shell, SPAN("a\0b\n")), 4);
    CU_ASSERT_EQUAL(shell.out_length, 4);
    CU_ASSERT_EQUAL(memcmp(shell.out, "a\0b\n", 4), 0);
    lab_shell_input_end(&shell);
    CU_ASSERT_EQUAL(shell.out_length, 5);
    CU_ASSERT_EQUAL(shell.state, LAB_SHELL_READY);
    CU_ASSERT_EQUAL(lab_shell_input(&shell, SPAN("x")), 0);
}

static void lab_shell_is_interrupted(void)
{
    start();
    lab_shell_line(&shell, SPAN("seq 1000000000; echo after"));
    CU_ASSERT_EQUAL(shell.state, LAB_SHELL_WRITING);
    lab_shell_interrupt(&shell);
    CU_ASSERT_EQUAL(shell.state, LAB_SHELL_READY);
    CU_ASSERT_EQUAL(shell.status, 130);
    CU_ASSERT_FALSE(lab_shell_more(&shell));
    run("echo on");
    CU_ASSERT_STRING_EQUAL(all_out, "on\n");
}

static void lab_shell_refuses_what_is_no_line(void)
{
    char line[LAB_SHELL_LINE_MAX + 1];

    memset(line, 'x', sizeof(line));
    line[LAB_SHELL_LINE_MAX] = '\0';
    complains(line, "shell: the line can't be read\n", 2);
    start();
    lab_shell_line(&shell, SPAN("echo\0x"));
    CU_ASSERT_EQUAL(shell.status, 2);
    for (size_t i = 0; i < 2 * LAB_SHELL_WORDS_MAX + 2; i += 2)
        memcpy(line + i, "a ", 3);
    complains(line, "shell: more than 64 words\n", 2);
    line[2 * LAB_SHELL_WORDS_MAX] = '\0';
    complains(line, "a: command not found\n", 127);
    memset(line, 'x', LAB_SHELL_LINE_MAX - 1);
    line[LAB_SHELL_LINE_MAX - 1] = '\0';
    start();
    run(line);
    CU_ASSERT_EQUAL(shell.status, 127);
}

const struct test tests_lab_shell[] = {
    {"lab_shell_knows_its_commands", lab_shell_knows_its_commands},
    {"lab_shell_reads_words_and_quotes", lab_shell_reads_words_and_quotes},
    {"lab_shell_stays_in_its_home", lab_shell_stays_in_its_home},
    {"lab_shell_shows_where_it_is", lab_shell_shows_where_it_is},
    {"lab_shell_ends", lab_shell_ends},
    {"lab_shell_writes_in_pieces", lab_shell_writes_in_pieces},
    {"lab_shell_reads_input", lab_shell_reads_input},
    {"lab_shell_is_interrupted", lab_shell_is_interrupted},
    {"lab_shell_refuses_what_is_no_line", lab_shell_refuses_what_is_no_line},
    {NULL, NULL}};
