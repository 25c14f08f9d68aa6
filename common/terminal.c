/* SPDX-License-Identifier: MIT */
/*
 * terminal: raw for a while, and always given back. The contract is in
 * terminal.h.
 *
 * What the handlers call, tcsetattr(3) and raise(3), may be called in one
 * (POSIX, signal-safety(7)).
 */
#include "common/terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>

/* The signals that end us, and the one that stops us for a while. */
static const int endings[] = {SIGINT,  SIGTERM, SIGHUP, SIGQUIT, SIGABRT,
                              SIGSEGV, SIGBUS,  SIGFPE, SIGILL,  SIGALRM};
enum { ENDINGS = sizeof(endings) / sizeof(endings[0]) };

static int terminal = -1; /* the raw one; -1: none is */
static struct termios before, raw;
static struct sigaction actions[ENDINGS], stop_action, resume_action;
static volatile sig_atomic_t resized;

/* ---- signals ------------------------------------------------------------ */

/* The handler is gone before it is called (SA_RESETHAND), so the signal, raised
 * again, does what it would have done without us. */
static void end_by(int number)
{
    int kept = errno;

    if (terminal >= 0)
        tcsetattr(terminal, TCSANOW, &before);
    raise(number);
    errno = kept;
}

static void stop_for_a_while(int number)
{
    int kept = errno;

    (void)number;
    if (terminal >= 0)
        tcsetattr(terminal, TCSANOW, &before);
    raise(SIGSTOP);
    errno = kept;
}

static void go_on(int number)
{
    int kept = errno;

    (void)number;
    if (terminal >= 0)
        tcsetattr(terminal, TCSANOW, &raw);
    /* While we were stopped the window may have become another. */
    resized = 1;
    errno = kept;
}

static void notice_size(int number)
{
    (void)number;
    resized = 1;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = end_by,
                               .sa_flags = (int)SA_RESETHAND};
    struct sigaction stop = {.sa_handler = stop_for_a_while};
    struct sigaction resume = {.sa_handler = go_on};

    for (int i = 0; i < ENDINGS; i++) {
        sigaction(endings[i], NULL, &actions[i]);
        /* What the parent had ignored (nohup) stays so. */
        if (actions[i].sa_handler != SIG_IGN)
            sigaction(endings[i], &action, NULL);
    }
    sigaction(SIGTSTP, &stop, &stop_action);
    sigaction(SIGCONT, &resume, &resume_action);
}

static void release_signals(void)
{
    for (int i = 0; i < ENDINGS; i++)
        sigaction(endings[i], &actions[i], NULL);
    sigaction(SIGTSTP, &stop_action, NULL);
    sigaction(SIGCONT, &resume_action, NULL);
}

/* ---- raw and back ------------------------------------------------------- */

int terminal_raw(int fd, struct error *error)
{
    static bool registered;

    terminal_restore();
    if (tcgetattr(fd, &before) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "the terminal");
    if (!registered)
        registered = atexit(terminal_restore) == 0;
    raw = before;
    cfmakeraw(&raw);
    /* Before it is changed: a signal in between finds something to restore. */
    terminal = fd;
    catch_signals();
    if (tcsetattr(fd, TCSANOW, &raw) < 0) {
        int number = errno;

        terminal_restore();
        return error_set_errno(error, ERROR_LOCAL, number, "the terminal");
    }
    return 0;
}

/* Background jobs that touch the terminal are stopped by SIGTTOU; to give it
 * back is no reason to be. */
void terminal_restore(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
    int fd = terminal;

    if (fd < 0)
        return;
    sigaction(SIGTTOU, &ignore, &old);
    tcsetattr(fd, TCSADRAIN, &before);
    sigaction(SIGTTOU, &old, NULL);
    terminal = -1;
    release_signals();
}

/* ---- its size ----------------------------------------------------------- */

struct terminal_size terminal_size(int fd)
{
    struct winsize size;

    if (ioctl(fd, TIOCGWINSZ, &size) < 0 || size.ws_col == 0 ||
        size.ws_row == 0)
        return (struct terminal_size){80, 24};
    return (struct terminal_size){size.ws_col, size.ws_row};
}

bool terminal_resized(void)
{
    static bool watching;
    struct sigaction action = {.sa_handler = notice_size};
    bool changed = resized != 0;

    if (!watching)
        watching = sigaction(SIGWINCH, &action, NULL) == 0;
    resized = 0;
    return changed;
}
