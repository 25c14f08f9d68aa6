/* SPDX-License-Identifier: MIT */
/* Who logs in, and where the password comes from. */
#include "common/login.h"

#include <poll.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/harness.h"

static struct client_options options;
static struct login login;
static struct error error;

static int found(const char *user, const char *url_user,
                 const char *url_password)
{
    error_clear(&error);
    options.user = user;
    return login_find(&login, &options, url_user, url_password, &error);
}

static void forget(void)
{
    memset(&options, 0, sizeof(options));
    unsetenv("WIRELAB_PASSWORD");
}

static void login_takes_u_before_the_url(void)
{
    forget();
    CU_ASSERT_EQUAL(found(NULL, NULL, NULL), 0);
    CU_ASSERT_EQUAL(found(NULL, "bob", "b"), 1);
    CU_ASSERT_STRING_EQUAL(login.user, "bob");
    CU_ASSERT_STRING_EQUAL(login.password, "b");
    CU_ASSERT_EQUAL(found("alice@east.test:p:w", "bob", "b"), 1);
    CU_ASSERT_STRING_EQUAL(login.user, "alice@east.test");
    CU_ASSERT_STRING_EQUAL(login.password, "p:w");
    CU_ASSERT_EQUAL(found("alice:", "bob", "b"), 1);
    CU_ASSERT_STRING_EQUAL(login.password, "");
    login_wipe(&login);
    CU_ASSERT_STRING_EQUAL(login.user, "");
}

static void login_reads_a_file_before_the_environment(void)
{
    forget();
    setenv("WIRELAB_PASSWORD", "from the environment", 1);
    CU_ASSERT_EQUAL(found("alice", NULL, NULL), 1);
    CU_ASSERT_STRING_EQUAL(login.password, "from the environment");
    test_write_file(test_path("p"), "from a file\r\nmore\n", 17);
    options.password_file = test_path("p");
    CU_ASSERT_EQUAL(found("alice", NULL, NULL), 1);
    CU_ASSERT_STRING_EQUAL(login.password, "from a file");
    CU_ASSERT_EQUAL(found(NULL, "bob", NULL), 1);
    CU_ASSERT_STRING_EQUAL(login.password, "from a file");
    options.password_file = test_path("none");
    CU_ASSERT_EQUAL(found("alice", NULL, NULL), -ERROR_LOCAL);
    forget();
}

static void login_refuses_what_no_protocol_can_say(void)
{
    char longer[LOGIN_PASSWORD_MAX + 8];

    forget();
    CU_ASSERT_EQUAL(found("al\r\nRSET:p", NULL, NULL), -ERROR_USAGE);
    CU_ASSERT_EQUAL(found("al:p\nx", NULL, NULL), -ERROR_USAGE);
    memset(longer, 'x', sizeof(longer));
    longer[sizeof(longer) - 1] = '\0';
    CU_ASSERT_EQUAL(found(longer, NULL, NULL), -ERROR_USAGE);
    longer[1] = ':';
    CU_ASSERT_EQUAL(found(longer, NULL, NULL), -ERROR_USAGE);
    test_write_file(test_path("long"), longer, sizeof(longer) - 1);
    options.password_file = test_path("long");
    CU_ASSERT_EQUAL(found("alice", NULL, NULL), -ERROR_USAGE);
    CU_ASSERT_STRING_EQUAL(login.password, "");
    forget();
}

/* What the terminal shows until `until` or the end, into `seen`. */
static void watch(int terminal, char *seen, size_t size, const char *until)
{
    size_t length = strlen(seen);
    struct pollfd readable = {.fd = terminal, .events = POLLIN};

    while (length + 1 < size && !(until && strstr(seen, until)) &&
           poll(&readable, 1, 10000) == 1) {
        ssize_t got = read(terminal, seen + length, size - 1 - length);

        if (got <= 0)
            return;
        seen[length += (size_t)got] = '\0';
    }
}

/* Somebody is asked at a terminal of his own: 0 if the password was heard. */
static int ask_at(const char *typed, char *seen, size_t size)
{
    int terminal, status = -1;
    pid_t child = forkpty(&terminal, NULL, NULL, NULL);

    seen[0] = '\0';
    if (child == 0) {
        int result = found("alice", NULL, NULL);

        _exit(result == 1 && strcmp(login.password, "s3cret") == 0 ? 0 : 1);
    }
    watch(terminal, seen, size, "alice: ");
    if (write(terminal, typed, strlen(typed)) < 0)
        CU_FAIL("the terminal takes nothing");
    watch(terminal, seen, size, NULL);
    waitpid(child, &status, 0);
    close(terminal);
    return status;
}

static void login_asks_with_echo_off(void)
{
    char seen[256];

    forget();
    CU_ASSERT_EQUAL(ask_at("s3cret\n", seen, sizeof(seen)), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(seen, "Password for alice: "));
    CU_ASSERT_PTR_NULL(strstr(seen, "s3"));
}

static void login_ends_by_an_interrupt(void)
{
    char seen[256];
    int status;

    forget();
    status = ask_at("s3\003", seen, sizeof(seen));
    CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
}

static void login_does_not_ask_without_a_terminal(void)
{
    pid_t child;
    int status = -1;

    forget();
    if ((child = fork()) == 0) {
        setsid(); /* who has a session of his own has no terminal */
        _exit(found("alice", NULL, NULL) == -ERROR_USAGE ? 0 : 1);
    }
    waitpid(child, &status, 0);
    CU_ASSERT_EQUAL(status, 0);
}

const struct test tests_login[] = {
    {"login_takes_u_before_the_url", login_takes_u_before_the_url},
    {"login_reads_a_file_before_the_environment",
     login_reads_a_file_before_the_environment},
    {"login_refuses_what_no_protocol_can_say",
     login_refuses_what_no_protocol_can_say},
    {"login_asks_with_echo_off", login_asks_with_echo_off},
    {"login_ends_by_an_interrupt", login_ends_by_an_interrupt},
    {"login_does_not_ask_without_a_terminal",
     login_does_not_ask_without_a_terminal},
    {NULL, NULL}};
