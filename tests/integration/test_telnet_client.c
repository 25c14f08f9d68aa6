/* SPDX-License-Identifier: MIT */
/*
 * telnet-client as a script uses it: against our server, and against one end
 * of a socket that says what the test is about.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/telnet_play.h"

static struct test_run run;

static void ends(int status, const char *out)
{
    CU_ASSERT_EQUAL(run.status, status);
    if (out)
        CU_ASSERT_STRING_EQUAL(run.out, out);
    if (status != 0)
        CU_ASSERT_EQUAL(strncmp(run.err, "telnet-client: ", 15), 0);
    CU_ASSERT_PTR_NULL(strstr(run.err, "lovelace"));
    test_run_free(&run);
}

static const char *const *log_in_as(const char *name, const char *password)
{
    static const char *arguments[10];

    test_write_file(test_path("password"), password, strlen(password));
    arguments[0] = "--insecure-auth";
    arguments[1] = "--login";
    arguments[2] = name;
    arguments[3] = "--password-file";
    arguments[4] = test_path("password");
    arguments[5] = "--trace";
    arguments[6] = test_path("trace");
    return arguments;
}

static void telnet_client_logs_in_and_runs_lines(void)
{
    uint16_t port;
    pid_t server = telnet_server_start(&port, NULL);

    telnet_play(&run, "whoami\ncd notes\nls\nnone\nexit\n", port,
                log_in_as("ada", "lovelace\n"));
    ends(0, "shell.example.test login: ada\n"
            "Password: \n"
            "Welcome. This shell is part of a lab: its files are made up, and "
            "nothing\nthat you type reaches the machine behind it. Try help.\n"
            "ada@shell:~$ whoami\nada\n"
            "ada@shell:~$ cd notes\n"
            "ada@shell:~/notes$ ls\nerrands.txt\nports.txt\n"
            "ada@shell:~/notes$ none\nnone: command not found\n"
            "ada@shell:~/notes$ exit\n");
    size_t length;
    char *trace = test_read_file(test_path("trace"), &length);
    CU_ASSERT_PTR_NOT_NULL_FATAL(trace);
    /* The socket's own bytes are never masked; the messages are. */
    CU_ASSERT_PTR_NOT_NULL(memmem(trace, length, "********", 8));
    free(trace);
    test_stop(server);
}

/* Lines that come while a command still writes are not lost. */
static void telnet_client_types_ahead(void)
{
    uint16_t port;
    pid_t server = telnet_server_start(&port, NULL);
    char lines[32768] = "seq 20000\n";
    size_t length = strlen(lines);

    for (int i = 0; i < 3000; i++)
        length += (size_t)snprintf(lines + length, sizeof(lines) - length,
                                   "echo %d\n", i);
    snprintf(lines + length, sizeof(lines) - length, "exit\n");
    telnet_play(&run, lines, port, log_in_as("ada", "lovelace\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "\n20000\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "$ echo 2999\n2999\n"));
    ends(0, NULL);
    test_stop(server);
}

static void telnet_client_hears_no(void)
{
    uint16_t port;
    pid_t server = telnet_server_start(&port, NULL);

    telnet_play(&run, "", port, log_in_as("ada", "babbage\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "Login incorrect"));
    ends(6, NULL);
    telnet_play(&run, "", port, log_in_as("bob", "lovelace\n"));
    ends(6, NULL);
    test_stop(server);
}

/* Nothing secret goes out in clear unless somebody says so. */
static void telnet_client_keeps_its_password(void)
{
    static const char *const arguments[] = {"-u", "ada:lovelace", NULL};
    struct test_run usage;

    telnet_play(&run, "", 1, arguments);
    ends(4, "");
    const char *argv[] = {"telnet-client", "localhost", "a port", NULL};
    test_run(&usage, 10, argv);
    CU_ASSERT_EQUAL(usage.status, 2);
    test_run_free(&usage);
    const char *help[] = {"telnet-client", "--help", NULL};
    test_run(&usage, 10, help);
    CU_ASSERT_EQUAL(usage.status, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(usage.out, "[options] host [port]"));
    test_run_free(&usage);
}

static void play(const char *script, const char *input,
                 const char *const *arguments)
{
    uint16_t port;
    pid_t peer = test_peer(script, &port);

    telnet_play(&run, input, port, arguments);
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
}

/* RFC 1123 §3.3.1: CR LF is the end of a line; CR NUL a CR; IAC IAC a byte. */
static void telnet_client_shows_what_comes(void)
{
    play(
        "S= one\\r\\ntwo\\r\\0three\\r\nZ: 0.05\nS= \\n\\xff\\xff.\\xff\\xf1!\n"
        "E:\n",
        "", NULL);
    ends(0, "one\ntwo\rthree\n\xff.!");
}

/* RFC 1143 §7, RFC 1184 §1, RFC 1123 §3.2.1: what we do not do is refused once,
 * in place. */
static void telnet_client_refuses_options(void)
{
    play("S= \\xff\\xfd\\x22\\xff\\xfb\\x26\\xff\\xfb\\x26\nS= login:\\x20\n"
         "C: \xff\xfc\x22\xff\xfe\x26\xff\xfe\x26"
         "ada\nS= Password:\\x20\nC: lovelace\nS= $\\x20\nC: x\nE:\n",
         "x\n", log_in_as("ada", "lovelace\n"));
    ends(0, "login: Password: $ ");
}

/* RFC 1091 §2: the name of the terminal, when it is asked for. */
static void telnet_client_names_its_terminal(void)
{
    const char *const *login = log_in_as("ada", "lovelace\n");
    const char *arguments[12];

    for (int i = 0; i < 5; i++)
        arguments[i] = login[i];
    arguments[5] = "--term";
    arguments[6] = "vt100";
    arguments[7] = NULL;
    play("S= \\xff\\xfd\\x18\\xff\\xfa\\x18\\x01\\xff\\xf0login:\n"
         "C: \xff\xfb\x18\xff\xfa\x18*\nS= Password:\nC: lovelace\n"
         "S= in at last\nE:\n",
         "", arguments);
    /* A server that closes at once after the password has said no. */
    ends(6, NULL);
}

/* RFC 1091 §5: a terminal's name is in capitals, whatever it is called here. */
static void telnet_client_names_it_in_capitals(void)
{
    uint16_t port;
    pid_t server = telnet_server_start(&port, NULL);
    const char *arguments[12];
    size_t length, count = 0;

    for (const char *const *a = log_in_as("ada", "lovelace\n"); *a; a++)
        arguments[count++] = *a;
    arguments[count++] = "--term";
    arguments[count++] = "vt100";
    arguments[count] = NULL;
    telnet_play(&run, "exit\n", port, arguments);
    ends(0, NULL);
    char *trace = test_read_file(test_path("trace"), &length);
    CU_ASSERT(trace &&
              memmem(trace, length, "\xff\xfa\x18\0VT100\xff\xf0", 11));
    free(trace);
    test_stop(server);
}

/* No question, or one that never ends. */
static void telnet_client_awaits_the_questions(void)
{
    play("S: hello\nE:\n", "", log_in_as("ada", "lovelace\n"));
    ends(7, "hello\n");
    play("S= user:\nC: ada\nS: no such user\nE:\n", "",
         log_in_as("ada", "lovelace\n"));
    ends(7, NULL);
    play("S= Username:\\x20\nC: ada\nS= passcode:\nC: lovelace\n"
         "S= \\r\\nLast login: yesterday\\r\\n\nZ: 2.5\nC: x\nE:\n",
         "x\n", log_in_as("ada", "lovelace\n"));
    ends(0, NULL);
    play("S= login:\nC: ada\nS= Password:\nC: lovelace\n"
         "S= \\r\\nSorry.\\r\\nlogin:\nE:\n",
         "", log_in_as("ada", "lovelace\n"));
    ends(6, NULL);
}

/* RFC 1143 §1: two ends without the states; and one with them. */
static void telnet_client_meets_an_option_loop(void)
{
    static const char *const naive[] = {"--naive", NULL};
    uint16_t port;
    pid_t server = telnet_server_start(&port, "--naive");

    telnet_play(&run, "", port, naive);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "option loop"));
    ends(7, NULL);
    telnet_play(&run, "exit\n", port, log_in_as("ada", "lovelace\n"));
    ends(0, NULL);
    test_stop(server);
}

const struct test tests_telnet_client[] = {
    {"telnet_client_logs_in_and_runs_lines",
     telnet_client_logs_in_and_runs_lines},
    {"telnet_client_types_ahead", telnet_client_types_ahead},
    {"telnet_client_hears_no", telnet_client_hears_no},
    {"telnet_client_keeps_its_password", telnet_client_keeps_its_password},
    {"telnet_client_shows_what_comes", telnet_client_shows_what_comes},
    {"telnet_client_refuses_options", telnet_client_refuses_options},
    {"telnet_client_names_its_terminal", telnet_client_names_its_terminal},
    {"telnet_client_names_it_in_capitals", telnet_client_names_it_in_capitals},
    {"telnet_client_awaits_the_questions", telnet_client_awaits_the_questions},
    {"telnet_client_meets_an_option_loop", telnet_client_meets_an_option_loop},
    {NULL, NULL}};
