/* SPDX-License-Identifier: MIT */
/*
 * login: who a client logs in as. The contract is in login.h.
 *
 * The order of the functions is that of the places where a password may stand:
 * behind the name, in a file, in the environment, in somebody's head.
 */
#include "common/login.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Copies `length` bytes and a NUL. What can't be said in one line of any
 * protocol is refused here, once. */
static int copy(char *target, size_t size, const char *source, size_t length,
                const char *what, struct error *error)
{
    if (length >= size)
        return error_set(error, ERROR_USAGE, "the %s is too long", what);
    if (memchr(source, '\r', length) || memchr(source, '\n', length))
        return error_set(error, ERROR_USAGE, "the %s holds a line end", what);
    memcpy(target, source, length);
    target[length] = '\0';
    return 0;
}

static int keep_password(struct login *login, const char *given,
                         struct error *error)
{
    return copy(login->password, sizeof(login->password), given, strlen(given),
                "password", error);
}

/* ---- a file ------------------------------------------------------------- */

/* The first line of the file. */
static int read_file(struct login *login, const char *path, struct error *error)
{
    char line[LOGIN_PASSWORD_MAX + 2];
    FILE *file = fopen(path, "re");
    int result;

    if (!file)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    /* Unbuffered, so that no copy of the password stays in stdio's memory. */
    setvbuf(file, NULL, _IONBF, 0);
    if (!fgets(line, sizeof(line), file))
        line[0] = '\0';
    if (ferror(file))
        result = error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    else {
        line[strcspn(line, "\r\n")] = '\0';
        result = keep_password(login, line, error);
    }
    fclose(file);
    explicit_bzero(line, sizeof(line));
    return result;
}

/* ---- a person ----------------------------------------------------------- */

static volatile sig_atomic_t caught;

static void catch (int number)
{
    caught = number;
}

/* Waits for a line, or for a signal, which comes while it waits and at no other
 * time: one that came before the read(2) would not end it. */
static ssize_t read_or_be_caught(int terminal, char *line, size_t size,
                                 const sigset_t *waiting)
{
    struct pollfd readable = {.fd = terminal, .events = POLLIN};

    if (ppoll(&readable, 1, NULL, waiting) < 0)
        return -1;
    return read(terminal, line, size);
}

static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
enum { ENDING = sizeof(ending) / sizeof(ending[0]) };

/* The signals that end us, caught for as long as the terminal is not as it was:
 * it gets its echo back first. */
struct held {
    struct sigaction before[ENDING];
    sigset_t mask; /* as it was, and as it is while we wait */
};

static void hold_signals(struct held *held)
{
    struct sigaction catching = {.sa_handler = catch};
    sigset_t set;

    caught = 0;
    sigemptyset(&set);
    for (size_t i = 0; i < ENDING; i++)
        sigaddset(&set, ending[i]);
    sigprocmask(SIG_BLOCK, &set, &held->mask);
    for (size_t i = 0; i < ENDING; i++)
        sigaction(ending[i], &catching, &held->before[i]);
}

/* What came meanwhile does now what it would have done. */
static void release_signals(const struct held *held)
{
    for (size_t i = 0; i < ENDING; i++)
        sigaction(ending[i], &held->before[i], NULL);
    sigprocmask(SIG_SETMASK, &held->mask, NULL);
    if (caught)
        raise(caught);
}

/* Reads one line, with echo off unless it may be seen. The terminal is ready
 * before the question is seen, so that no key of a quick answer is lost. */
static ssize_t read_typed(int terminal, const char *question, bool seen,
                          char *line, size_t size)
{
    struct termios shown, wanted;
    struct held held;
    ssize_t length = -1;

    if (tcgetattr(terminal, &shown) < 0)
        return -1;
    wanted = shown;
    wanted.c_lflag |= ICANON | ECHO | ECHONL;
    if (!seen)
        wanted.c_lflag &= ~(tcflag_t)ECHO;
    hold_signals(&held);
    if (tcsetattr(terminal, TCSAFLUSH, &wanted) == 0) {
        dprintf(terminal, "%s", question);
        length = read_or_be_caught(terminal, line, size, &held.mask);
        tcsetattr(terminal, TCSAFLUSH, &shown);
    }
    release_signals(&held);
    return length;
}

/* On the terminal itself, not on standard input: that may be the message. */
int login_ask(const char *question, bool seen, char *answer, size_t size)
{
    int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    ssize_t length;

    if (terminal < 0)
        return -1;
    length = read_typed(terminal, question, seen, answer, size - 1);
    close(terminal);
    answer[length > 0 ? length : 0] = '\0';
    answer[strcspn(answer, "\r\n")] = '\0';
    return length > 0;
}

static int ask(struct login *login, struct error *error)
{
    char question[LOGIN_USER_MAX + 32], line[LOGIN_PASSWORD_MAX + 2];
    int typed, result;

    snprintf(question, sizeof(question), "Password for %s: ", login->user);
    typed = login_ask(question, false, line, sizeof(line));
    if (typed < 0)
        return error_set(error, ERROR_USAGE,
                         "no password for %s, and no terminal to ask at: use "
                         "--password-file or $WIRELAB_PASSWORD",
                         login->user);
    if (typed == 0)
        return error_set(error, ERROR_USAGE, "no password was typed");
    result = keep_password(login, line, error);
    explicit_bzero(line, sizeof(line));
    return result;
}

/* ---- all of it ---------------------------------------------------------- */

static int find_password(struct login *login,
                         const struct client_options *options,
                         struct error *error)
{
    const char *given = getenv("WIRELAB_PASSWORD");

    if (options->password_file)
        return read_file(login, options->password_file, error);
    if (given)
        return keep_password(login, given, error);
    return ask(login, error);
}

int login_find(struct login *login, const struct client_options *options,
               const char *url_user, const char *url_password,
               struct error *error)
{
    const char *user = options->user ? options->user : url_user;
    const char *password = options->user ? NULL : url_password;
    size_t length;
    int result;

    memset(login, 0, sizeof(*login));
    if (!user)
        return 0;
    length = strlen(user);
    if (options->user) {
        /* As with curl, the first colon ends the name. */
        length = strcspn(user, ":");
        if (user[length] == ':')
            password = user + length + 1;
    }
    result = copy(login->user, sizeof(login->user), user, length,
                  "name to log in", error);
    if (result == 0)
        result = password ? keep_password(login, password, error)
                          : find_password(login, options, error);
    if (result < 0)
        login_wipe(login);
    return result < 0 ? result : 1;
}

void login_wipe(struct login *login)
{
    explicit_bzero(login, sizeof(*login));
}
